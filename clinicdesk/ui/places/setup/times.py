"""What the sections about time share: everything they show is one overview, read at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date, time, timedelta
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.availability import LAST_MINUTE
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.i18n import _
from clinicdesk.services import availability
from clinicdesk.services.availability import Overview
from clinicdesk.ui.kit import (
    Column,
    ComboField,
    MutedLabel,
    Panel,
    ProblemPanel,
    QuietButton,
    Row,
    Rule,
    Scroll,
    SectionLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.places.setup.listing import ListPage
from clinicdesk.ui.theme import Gap

R = TypeVar("R")

_MONDAY = date(2024, 1, 1)


class TimesPage(ListPage[R]):
    """A list out of the overview. Subclasses say which rows, and what else shows it."""

    overview: Overview | None = None

    @abstractmethod
    def rows_of(self, overview: Overview) -> Sequence[R]:
        """The rows of the list."""

    def told(self, overview: Overview) -> None:
        """Another overview was read: hand it on."""

    def fetch(self) -> Sequence[R]:
        """The rows; called off the GUI thread."""
        return self.rows_of(availability.overview(self.desk))

    def load(self) -> None:
        """Read everything again."""
        self.frame.start()
        run_query(self, partial(availability.overview, self.desk), done=self._told, latest="rows")

    def _told(self, overview: Overview) -> None:
        self.overview = overview
        self.told(overview)
        beside = self.sheets.currentWidget()
        self._loaded(self.rows_of(overview))
        if isinstance(beside, BesidePanel):
            self.show_beside(beside)

    def show_beside(self, panel: BesidePanel) -> None:
        """Show a panel in place of the form."""
        self.table.choose_none()
        self.sheet.set_row(None)
        self.sheets.show_only(panel)

    def add_beside(self, panel: BesidePanel) -> None:
        """Make room for a panel that can stand in place of the form."""
        panel.left.connect(self._back_to_list)
        self.sheets.addWidget(panel)

    def _back_to_list(self) -> None:
        self._show(None)
        if self.table.rows():
            self.table.choose_number(0)

    def unit(self, resource_id: int | None) -> str:
        """The name of a unit; empty for the whole clinic."""
        return next(
            (unit.name for unit in (self.overview.units if self.overview else ()) if unit.id == resource_id),
            "",
        )


def offer_units(
    field: ComboField, units: Sequence[Resource], kind: ResourceKind, chosen: object = None
) -> None:
    """Offer the units in use of one kind, and the one that is chosen already; what is chosen stays."""
    kept = field.value() if chosen is None else chosen
    field.set_options(
        [(unit.id, unit.name) for unit in units if unit.kind is kind and (unit.active or unit.id == kept)]
    )
    field.set_value(kept)


def weekdays() -> tuple[tuple[int, str], ...]:
    """The weekdays by number and name; Monday is 0."""
    return tuple((number, fmt.weekday(_MONDAY + timedelta(days=number))) for number in range(7))


def weekday(number: int) -> str:
    """The name of a weekday."""
    return fmt.weekday(_MONDAY + timedelta(days=number))


def stretch(opens: time, closes: time) -> str:
    """8:00 AM to 12:00 PM; 6:00 PM to midnight."""
    end = _("midnight") if closes == LAST_MINUTE else fmt.clock(closes)
    return _("{start} to {end}").format(start=fmt.clock(opens), end=end)


def dates(first: date | None, last: date | None) -> str:
    """``from 1 Jun 2027``, ``until 31 Aug 2027``, or both; empty where it goes on for ever."""
    if first is None and last is None:
        return ""
    if first is None:
        assert last is not None
        return _("until {day}").format(day=fmt.plain_date(last))
    if last is None:
        return _("from {day}").format(day=fmt.plain_date(first))
    return _("{first} to {last}").format(first=fmt.plain_date(first), last=fmt.plain_date(last))


class BesidePanel(Panel):
    """What can stand at the right in place of a form: a title, a sentence, a body that scrolls, a foot."""

    left = Signal()
    """The person is through with it."""

    def __init__(self, title: str, under: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        column = Column(self, gap=Gap.NONE)
        head = Column(gap=Gap.S, margin=(Gap.XL, Gap.L, Gap.XL, Gap.S))
        self.problem_panel = ProblemPanel(self)
        head.add(SectionLabel(title, self, wrap=True), MutedLabel(under, self, wrap=True), self.problem_panel)
        column.addLayout(head)
        inner = Panel(self)
        self.body = Column(inner, gap=Gap.M, margin=(Gap.XL, Gap.S, Gap.XL, Gap.L))
        column.addWidget(Scroll(inner, self), 1)
        column.addWidget(Rule(self))
        holder = QWidget(self)
        self.foot = Row(holder, gap=Gap.S, margin=(Gap.XL, Gap.S, Gap.XL, Gap.S))
        self.leave_button = QuietButton(_("Back to the list"), holder)
        self.leave_button.clicked.connect(self.left)
        self.foot.addWidget(self.leave_button)
        self.foot.addStretch(1)
        column.addWidget(holder)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, under the title."""
        self.problem_panel.show_problem(sentence)


def beside(words: str, field: QWidget, parent: QWidget) -> QWidget:
    """A second field to stand beside the first, with a word before it."""
    holder = QWidget(parent)
    row = Row(holder, gap=Gap.S)
    row.add(MutedLabel(words, holder), field)
    return holder
