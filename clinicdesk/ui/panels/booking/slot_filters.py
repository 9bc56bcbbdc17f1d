"""Which times the caller can come at all: from when, on which days, at what time of the day; and, opened, more of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource
from clinicdesk.domain.scheduling.finder import EVERY_WEEKDAY, DayPart, Times
from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, DateField, ManyRow, MenuButton, Row, SegmentedRow
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap

HOW_MANY: Final = 6
"""Times looked for where no other number was asked for; four are seen at once, the others by scrolling."""
LOOK_AHEAD: Final = timedelta(days=90)
"""How far is looked where no last day was given."""

_FARTHEST: Final = timedelta(days=600)
_DATE_WIDTH = 124
_COUNTS = (3, HOW_MANY, 12)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the filters say. Both days are inclusive; no surgeon means any."""

    first: date
    last: date
    times: Times
    surgeons: tuple[ResourceId, ...]
    limit: int


class SlotFilters(QWidget):
    """The filters of the list of times; `changed` after each edit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.since = self._date(_("From"), _("today"))
        self.weekdays = ManyRow(_("Weekdays"), _weekdays(), self)
        self.part = SegmentedRow(
            _("Time of day"), [(DayPart.AM, _("am")), (DayPart.PM, _("pm"))], self, clearable=True
        )
        self.until = self._date(_("Until"), _("the last day"))
        self.surgeons = MenuButton(_("Any surgeon"), parent=self)
        self.count = SegmentedRow(_("How many times"), [(each, fmt.number(each)) for each in _COUNTS], self)
        self._known: tuple[Resource, ...] = ()
        self._more = QWidget(self)
        self._lay()
        for field in (self.since, self.weekdays, self.part, self.until, self.count):
            field.changed.connect(self.changed)
        self.clear()
        self.show_more(on=False)

    def _date(self, name: str, hint: str) -> DateField:
        latest = fmt.today() + _FARTHEST
        return DateField(name, self, popup=True, latest=latest, hint=hint, width=_DATE_WIDTH)

    def _lay(self) -> None:
        column = Column(self, gap=Gap.S)
        usual = Row(gap=Gap.S)
        usual.add(self.since, self.weekdays, self.part)
        usual.addStretch(1)
        column.addLayout(usual)
        column.addWidget(self._more)
        more = Row(self._more, gap=Gap.S)
        more.add(self.until, self.surgeons, self.count)
        more.addStretch(1)

    def clear(self) -> None:
        """Anything will do again."""
        self.since.set_value(None)
        self.until.set_value(None)
        self.weekdays.set_values(frozenset())
        self.part.set_value(None)
        self.count.set_value(HOW_MANY)
        for action in self.surgeons.menu().actions():
            action.setChecked(False)

    def offer(self, surgeons: Sequence[Resource]) -> None:
        """Offer these surgeons to choose some of; those who are ticked and still there stay so."""
        ticked = self.chosen_surgeons()
        self._known = tuple(surgeons)
        actions = []
        for unit in self._known:
            action = QAction(unit.name.replace("&", "&&"), self)
            action.setCheckable(True)
            action.setData(unit.id)
            action.setChecked(unit.id in ticked)
            action.toggled.connect(self._surgeon_toggled)
            actions.append(action)
        self.surgeons.set_actions(actions)
        self._name_surgeons()

    def show_more(self, *, on: bool) -> None:
        """Show the last day, the surgeons and the number as well, or take them back."""
        self._more.setVisible(on)

    @property
    def has_more(self) -> bool:
        """Whether the seldom needed filters are shown."""
        return not self._more.isHidden()

    def asked(self, from_day: date | None) -> Asked:
        """What is asked for, not before ``from_day`` where one is given."""
        first = self.since.value() or fmt.today()
        if from_day is not None:
            first = max(first, from_day)
        part: DayPart = self.part.value() or DayPart.ANY
        return Asked(
            first=first,
            last=self.until.value() or first + LOOK_AHEAD,
            times=part.times(self.weekdays.values() or EVERY_WEEKDAY),
            surgeons=self.chosen_surgeons(),
            limit=self.count.value() or HOW_MANY,
        )

    def chosen_surgeons(self) -> tuple[ResourceId, ...]:
        """The surgeons that were ticked."""
        return tuple(
            ResourceId(action.data()) for action in self.surgeons.menu().actions() if action.isChecked()
        )

    def problem(self) -> str:
        """What is wrong with a day as it is typed."""
        return self.since.problem() or self.until.problem() or ""

    def _surgeon_toggled(self, _on: bool) -> None:
        self._name_surgeons()
        self.changed.emit()

    def _name_surgeons(self) -> None:
        chosen = self.chosen_surgeons()
        names = [unit.name for unit in self._known if unit.id in chosen]
        self.surgeons.set_words(", ".join(names) if names else _("Any surgeon"))


def _weekdays() -> list[tuple[int, str]]:
    monday = date(2024, 1, 1)
    return [(day, fmt.short_weekday(monday + timedelta(days=day))) for day in range(7)]
