"""The page of figures: four charts or one table, of everything or of one room or surgeon, over some months."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import ClassVar, Final, Never

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.numbers import Measure, Stretch
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import numbers
from clinicdesk.services.desk import Desk
from clinicdesk.services.numbers import NumbersPage
from clinicdesk.ui.frame.place import Place, Shell
from clinicdesk.ui.frame.targets import Numbers, PlainPlace
from clinicdesk.ui.kit import (
    Column,
    ComboField,
    EmptyState,
    Grid,
    LoadingFrame,
    MutedLabel,
    Paint,
    Row,
    RowTable,
    Scroll,
    SegmentedRow,
    Stack,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.places.numbers import words
from clinicdesk.ui.places.numbers.card import FigureCard
from clinicdesk.ui.places.numbers.risks import RisksPanel
from clinicdesk.ui.theme import Gap, Size, theme

SHOWN: Final = frozenset({Subject.BOOKING, Subject.RESOURCE, Subject.CLINIC, Subject.CLOSURE})
"""What a change must be about for the figures to be others."""

MONTHS: Final = (3, 6, 12, 24)
_TWO_ACROSS: Final = 860
"""From this width on two charts stand side by side, unscaled."""

_CHARTS, _TABLE = "charts", "table"
_EVERYTHING: Final = "all"


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A line of the table: a month, or all of them."""

    name: str
    stretch: Stretch


class NumbersPlace(Place[Never]):
    """Utilization, turnover, starts on time, no-shows."""

    home: ClassVar[PlainPlace] = Numbers()
    icon_name: ClassVar[str] = "numbers"

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent)
        self._across = 0
        self._offering = False
        self._build_tools()
        self.until = MutedLabel("", self, wrap=True)
        self.page.addWidget(self.until)
        self._build_cards()
        self.table: RowTable[MonthRow] = RowTable(
            _("Figures by month"), _columns(), self, key=attrgetter("name")
        )
        self.views = Stack(self)
        self.views.addWidget(self.scroller)
        self.views.addWidget(self.table)
        empty = EmptyState(
            "numbers",
            _(
                "No case has taken place in this time. The figures come by themselves once cases are run: "
                "into the room, to recovery, home."
            ),
            parent=self,
        )
        self.frame = LoadingFrame(self.views, self, empty=empty)
        self.page.addWidget(self.frame, 1)

    def _build_tools(self) -> None:
        self.bar = QWidget()
        row = Row(self.bar, gap=Gap.M)
        self.unit = ComboField(
            _("Whose time"), [(_EVERYTHING, _("All rooms"))], self.bar, width=Size.FIELD_SHORT * 2
        )
        self.unit.set_value(_EVERYTHING)
        self.months = SegmentedRow(
            _("How far back"),
            [*((n, str(n)) for n in MONTHS[:-1]), (MONTHS[-1], _month_words(MONTHS[-1]))],
            self.bar,
        )
        self.months.set_value(12)
        self.view = SegmentedRow(_("Shown as"), [(_CHARTS, _("Charts")), (_TABLE, _("Table"))], self.bar)
        self.view.set_value(_CHARTS)
        row.add(self.unit, self.months, self.view)
        row.addStretch(1)
        self.unit.changed.connect(self._unit_chosen)
        self.months.changed.connect(self._load)
        self.view.changed.connect(self._show_view)

    def _build_cards(self) -> None:
        self.sheet = QWidget(self)
        column = Column(self.sheet, gap=Gap.M)
        self._grid = Grid(gap=Gap.M, down=Gap.M)
        self.cards = tuple(
            FigureCard(measure, second, title, self.sheet)
            for measure, second, title in (
                (Measure.USED, Measure.HELD, _("Utilization")),
                (Measure.TURNOVER, None, _("Turnover")),
                (Measure.FIRST_ON_TIME, Measure.ON_TIME, _("Starts on time")),
                (Measure.NO_SHOW, None, _("No-shows")),
            )
        )
        column.addLayout(self._grid)
        self.risks = RisksPanel(self.sheet)
        column.addWidget(self.risks)
        column.addStretch(1)
        self.scroller = Scroll(self.sheet, self)
        self._lay_cards()

    @classmethod
    def title(cls) -> str:
        return _("Numbers")

    def tools(self) -> QWidget:
        return self.bar

    def take_focus(self) -> None:
        if self.view.value() == _TABLE:
            self.table.setFocus()
        else:
            self.cards[0].chart.setFocus()

    def refresh(self, changes: Changes | None) -> None:
        if changes is None or touches(changes, SHOWN):
            self._load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_cards()

    def _lay_cards(self) -> None:
        """Two charts side by side where they have room."""
        across = 2 if self.width() >= theme().px(_TWO_ACROSS) else 1
        if across == self._across:
            return
        self._across = across
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // across, number % across)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < across else 0)

    # Loading.

    def _load(self) -> None:
        unit = self.unit.value()
        self.frame.start()
        run_query(
            self,
            partial(
                numbers.page,
                self.desk,
                self.months.value() or 12,
                ResourceId(unit) if isinstance(unit, int) else None,
            ),
            done=self._loaded,
            failed=self._not_loaded,
            latest="page",
        )

    def _loaded(self, page: NumbersPage) -> None:
        self.clear_problem()
        self._offer_units(page)
        self.until.setText(_until_words(page))
        rooms = page.unit is None
        for card in self.cards:
            card.show_numbers(page.numbers, rooms=rooms, until=page.until)
        self.risks.show_risks(page.risks)
        rows = [MonthRow(words.month(stretch.first), stretch) for stretch in reversed(page.numbers.months)]
        self.table.set_rows([MonthRow(_("All together"), page.numbers.whole), *rows])
        self._show_view()
        self.frame.show_rows(not page.numbers.is_empty)

    def _offer_units(self, page: NumbersPage) -> None:
        """Offer what there is now; that the list is filled again is nobody's choice."""
        self._offering = True
        self.unit.set_options([(_EVERYTHING, _("All rooms")), *((unit.id, unit.name) for unit in page.units)])
        self.unit.set_value(_EVERYTHING if page.unit is None else page.unit.id)
        self._offering = False

    def _unit_chosen(self) -> None:
        if not self._offering:
            self._load()

    def _not_loaded(self, fault: ClinicDeskError) -> None:
        self.frame.show_unread(self._load)
        self.show_problem(fault.sentence)

    def _show_view(self) -> None:
        self.views.show_only(self.table if self.view.value() == _TABLE else self.scroller)


def _until_words(page: NumbersPage) -> str:
    whose = _("all rooms") if page.unit is None else page.unit.name
    return _(
        "Of {whose}, up to {day}. “Likely” is where the true figure lies in 95 of 100 such stretches: few cases, wide range."
    ).format(whose=whose, day=fmt.day(page.until))


def _month_words(months: int) -> str:
    return ngettext("{n} month", "{n} months", months).format(n=months)


def _columns() -> tuple[TableColumn[MonthRow], ...]:
    return (
        TableColumn(heading=_("Month"), text=_name, width=Size.LABEL_COLUMN, paint=Paint.STRONG),
        *(
            TableColumn(heading=measure.label, text=partial(_cell, measure), paint=Paint.FIGURES, least=150)
            for measure in Measure
        ),
    )


def _name(row: MonthRow) -> str:
    return row.name


def _cell(measure: Measure, row: MonthRow) -> str:
    return words.short(measure, row.stretch.of(measure))
