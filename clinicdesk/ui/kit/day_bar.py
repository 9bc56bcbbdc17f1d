"""Which day is shown: back, the day itself (typed or picked), forward, and today."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.clock import Clock
from clinicdesk.i18n import _
from clinicdesk.ui.kit import DateField, IconButton, PushButton, Row
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.theme import Gap


class DayBar(QWidget):
    """Holds the day shown; `chosen` carries the day somebody asked for."""

    chosen = Signal(object)

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.day = self._today = self.today()
        self.stride = 1
        """Days that back and forward go: 1, or 7 where a week is shown."""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = self._row = Row(self, gap=Gap.XS)
        self.back = IconButton("back", _("Back"), self)
        self.field = DateField(_("Day"), self, popup=True, today=self.today)
        self.forward = IconButton("forward", _("Forward"), self)
        self.today_button = PushButton(_("Today"), self)
        row.add(self.back, self.field, self.forward, self.today_button)
        self.back.clicked.connect(self.go_back)
        self.forward.clicked.connect(self.go_forward)
        self.today_button.clicked.connect(self.go_today)
        self.field.returnPressed.connect(self.field.settle)
        self.field.changed.connect(self._typed)
        hub().day_changed.connect(self.follow_clock)
        self.show_day(self.day)

    def width_without_today(self) -> int:
        """What the day and the ways to its neighbours take."""
        parts = (self.back, self.field, self.forward)
        return sum(part.sizeHint().width() for part in parts) + len(parts) * self._row.spacing()

    def today(self) -> date:
        """Today on the clinic's calendar."""
        return fmt.habits().zone.day_of(self._clock.now())

    def show_day(self, day: date) -> None:
        """Show ``day`` without asking for it."""
        self.day = day
        self.field.set_value(day)
        self._today = self.today()
        self.today_button.setEnabled(day != self._today)

    def follow_clock(self) -> bool:
        """Ask for the new day where "today" was shown and is not today any more; whether that was so."""
        before, self._today = self._today, self.today()
        self.today_button.setEnabled(self.day != self._today)
        passed = self.day == before != self._today
        if passed:
            self.chosen.emit(self._today)
        return passed

    def go_back(self) -> None:
        """Ask for the day (or week) before."""
        self.chosen.emit(self.day - timedelta(days=self.stride))

    def go_forward(self) -> None:
        """Ask for the day (or week) after."""
        self.chosen.emit(self.day + timedelta(days=self.stride))

    def go_today(self) -> None:
        """Ask for today."""
        self.chosen.emit(self.today())

    def _typed(self) -> None:
        """A day counts once it is written out: picked, stepped to, or settled with Enter."""
        meant = self.field.value()
        if meant is not None and meant != self.day and self.field.text() == fmt.day(meant):
            self.chosen.emit(meant)
