"""What somebody who waits would like: how soon, which days, when on the day, from when to when."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.scheduling.finder import DayPart
from clinicdesk.domain.waiting import Priority, Wish
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.case.boxes import Box
from clinicdesk.ui.case.waiting import words
from clinicdesk.ui.frame.typed import Typed
from clinicdesk.ui.kit import CheckField, Column, DateField, Grid, PlainLabel, Row, SegmentedRow
from clinicdesk.ui.theme import Gap

_DAYS_IN_A_ROW = 4
_DATE_WIDTH = 146


class WishFields(QWidget):
    """The fields of a wish. `wish()` reads them; nothing chosen means any time, routine."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.priority = SegmentedRow(_("Priority"), [(each, each.label) for each in Priority], self)
        self.day_part = SegmentedRow(_("Time of day"), [(each, each.label) for each in DayPart], self)
        self._days = QWidget(self)
        self.weekdays = {day: CheckField(_("Weekday"), words.weekday(day), self._days) for day in range(7)}
        grid = Grid(self._days, gap=Gap.S, down=Gap.NONE)
        for day, box in self.weekdays.items():
            grid.addWidget(box, day // _DAYS_IN_A_ROW, day % _DAYS_IN_A_ROW)
        self.earliest = DateField(_("Not before"), self, popup=True, hint=_("any day"), width=_DATE_WIDTH)
        self.latest = DateField(_("Not after"), self, popup=True, hint=_("any day"), width=_DATE_WIDTH)
        self.short_notice = CheckField(_("Short notice"), _("Can come at short notice"), self)
        self.problem = PlainLabel("", self, wrap=True)
        self.problem.set_tone("problem")
        self.problem.hide()
        self._lay()
        for field in (self.priority, self.day_part, self.earliest, self.latest, self.short_notice):
            field.changed.connect(self._edited)
        for box in self.weekdays.values():
            box.changed.connect(self._edited)

    def _lay(self) -> None:
        column = Column(self, gap=Gap.S)
        dates = Row(gap=Gap.S)
        dates.add(Box(_("Not before"), self.earliest, self), Box(_("Not after"), self.latest, self))
        column.addWidget(Box(_("Priority"), self.priority, self))
        column.addWidget(Box(_("Days (none means any)"), self._days, self))
        column.addWidget(Box(_("Time of day"), self.day_part, self))
        column.addLayout(dates)
        column.add(self.short_notice, self.problem)

    def name_fields(self, typed: Typed) -> None:
        """Name the fields as ones that a person types in a panel."""
        typed.add("priority", _("Priority"), self.priority)
        for day, box in self.weekdays.items():
            typed.add(f"weekday.{day}", words.weekday(day), box)
        typed.add("day_part", _("Time of day"), self.day_part)
        typed.add("earliest", _("Not before"), self.earliest)
        typed.add("latest", _("Not after"), self.latest)
        typed.add("short_notice", _("Short notice"), self.short_notice)

    def set_wish(self, wish: Wish) -> None:
        """Show a wish."""
        with QSignalBlocker(self):
            self.priority.set_value(wish.priority)
            self.day_part.set_value(wish.day_part)
            for day, box in self.weekdays.items():
                box.set_value(day in wish.weekdays)
            self.earliest.set_value(wish.earliest)
            self.latest.set_value(wish.latest)
            self.short_notice.set_value(wish.short_notice)
        self.show_problem("")

    def wish(self) -> Wish | None:
        """What is wished, or None where that cannot be; then it says why."""
        wrong = self.earliest.problem() or self.latest.problem()
        if wrong:
            self.show_problem(wrong)
            return None
        try:
            return self._read()
        except BadInput as refused:
            self.show_problem(refused.sentence)
            return None

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong under the dates."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _read(self) -> Wish:
        return Wish(
            priority=self.priority.value() or Priority.ROUTINE,
            earliest=self.earliest.value(),
            latest=self.latest.value(),
            weekdays=frozenset(day for day, box in self.weekdays.items() if box.value()),
            day_part=self.day_part.value() or DayPart.ANY,
            short_notice=self.short_notice.value(),
        )

    def _edited(self) -> None:
        self.show_problem("")
        self.changed.emit()
