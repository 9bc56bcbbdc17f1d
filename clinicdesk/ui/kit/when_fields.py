"""Fields for a day and for a time of day: typed as people type them, and read back to them at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Final

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QMenu, QToolButton, QWidget, QWidgetAction

from clinicdesk.domain.availability import LAST_MINUTE
from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit import when
from clinicdesk.ui.kit.fields import Field
from clinicdesk.ui.theme import Size, Token, theme
from clinicdesk.ui.theme.icons import dress


class DateField(Field):
    """A day, typed freely ("3 feb 1948", "2/3/1948", "+7", "tue"); when left it shows what it understood.

    `past=True` for birth dates: two-digit years and days without a year mean the past. Up and Down move by
    a day, Page Up and Page Down by a week. `popup=True` adds a calendar for those who want the mouse.
    """

    changed = Signal()
    wanted_width = 168

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        past: bool = False,
        earliest: date | None = None,
        latest: date | None = None,
        popup: bool = False,
        hint: str | None = None,
        today: Callable[[], date] = fmt.today,
        width: int | None = None,
    ) -> None:
        super().__init__(name, parent, hint=self._example(past) if hint is None else hint, width=width)
        self.past, self.earliest, self.latest = past, earliest, latest
        self._today = today
        self._kept: date | None = None
        self._shown = ""
        self.textEdited.connect(self._typed)
        if popup:
            action = QAction(self)
            dress(action, "diary", Token.TEXT_MUTED)
            self.addAction(action, Field.ActionPosition.TrailingPosition)
            action.setText(_("Choose from a calendar"))
            action.setToolTip(_("Choose from a calendar"))
            action.triggered.connect(self.open_calendar)

    @staticmethod
    def _example(past: bool) -> str:
        return fmt.plain_date(date(1948, 2, 3)) if past else _("26 nov, tue or +7")

    def value(self) -> date | None:
        """The day meant, or None when nothing or nothing that is a day was typed, or it is out of bounds."""
        meant = self._meant()
        if meant is None or self._outside(meant):
            return None
        return meant

    def set_value(self, value: date | None) -> None:
        """Show `value`."""
        self._kept = value
        self._shown = "" if value is None else self._written(value)
        if self.text() != self._shown:
            self.setText(self._shown)
        self.setAccessibleDescription(self._shown)
        self.changed.emit()

    def problem(self) -> str | None:
        """What is wrong with what was typed, or None; an empty field is not wrong by itself."""
        if not self.text().strip():
            return None
        meant = self._meant()
        if meant is None:
            return _("This is no date: type it like {example}.").format(
                example=fmt.plain_date(date(1948, 2, 3))
            )
        if self.latest is not None and meant > self.latest:
            return _("{day} is too late; the last possible day is {latest}.").format(
                day=fmt.plain_date(meant), latest=fmt.plain_date(self.latest)
            )
        if self.earliest is not None and meant < self.earliest:
            return _("{day} is too early; the first possible day is {earliest}.").format(
                day=fmt.plain_date(meant), earliest=fmt.plain_date(self.earliest)
            )
        return None

    def open_calendar(self) -> None:
        """Open the calendar under the field; choosing a day closes it."""
        menu = QMenu(self)
        menu.setAccessibleName(_("Calendar"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = _calendar(menu)
        chosen = self.value() or self._today()
        calendar.setSelectedDate(QDate(chosen.year, chosen.month, chosen.day))
        calendar.clicked.connect(self._picked)
        calendar.clicked.connect(menu.close)
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _picked(self, chosen: QDate) -> None:
        self.set_value(date(chosen.year(), chosen.month(), chosen.day()))
        self.setFocus()

    def _written(self, value: date) -> str:
        return fmt.plain_date(value) if self.past else fmt.day(value)

    def _outside(self, meant: date) -> bool:
        return (self.earliest is not None and meant < self.earliest) or (
            self.latest is not None and meant > self.latest
        )

    def _meant(self) -> date | None:
        if self.text() == self._shown:
            return self._kept
        return when.read_date(
            self.text(), today=self._today(), month_first=fmt.habits().month_first, past=self.past
        )

    def _typed(self, _text: str) -> None:
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 7, Qt.Key.Key_PageDown: -7}
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        meant = self._meant()
        self.set_value(self._today() if meant is None else meant + timedelta(days=by))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.settle()
        super().focusOutEvent(event)

    def settle(self) -> None:
        """Show the day that was understood instead of the letters typed; what is no day stays as typed."""
        meant = self._meant()
        if meant is not None and self.text() != self._written(meant):
            self.set_value(meant)


def _calendar(parent: QWidget) -> QCalendarWidget:
    """A month as the clinic's country prints it, in the program's own colours: Qt's weekends are red."""
    calendar = QCalendarWidget(parent)
    calendar.setAccessibleName(_("Calendar"))
    calendar.setLocale(fmt.locale())
    calendar.setFirstDayOfWeek(fmt.locale().firstDayOfWeek())
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    calendar.setGridVisible(False)
    weekend = QTextCharFormat()
    weekend.setForeground(theme().colour(Token.TEXT_MUTED))
    for one in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(one, weekend)
    heading = QTextCharFormat()
    heading.setForeground(theme().colour(Token.TEXT_MUTED))
    heading.setBackground(theme().colour(Token.SURFACE))
    calendar.setHeaderTextFormat(heading)
    for name, glyph in (("qt_calendar_prevmonth", "back"), ("qt_calendar_nextmonth", "forward")):
        button = calendar.findChild(QToolButton, name)
        if isinstance(button, QToolButton):
            dress(button, glyph)
    return calendar


_END_OF_DAY: Final = frozenset({"24", "2400", "24:00", "24.00"})


class TimeField(Field):
    """A time of day, typed freely ("9", "920", "9:20", "1:30 pm"); when left it shows what it understood.

    Up and Down move by `step` minutes.
    """

    changed = Signal()
    wanted_width = Size.FIELD_SHORT

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        step: int = 5,
        hint: str | None = None,
        width: int | None = None,
    ) -> None:
        super().__init__(name, parent, hint=fmt.clock(time(9, 20)) if hint is None else hint, width=width)
        self.step = step
        self._kept: time | None = None
        self._shown = ""
        self.textEdited.connect(self._typed)

    def value(self) -> time | None:
        """The time meant, or None."""
        return self._on_the_clock()

    def _on_the_clock(self) -> time | None:
        if self.text() == self._shown:
            return self._kept
        return when.read_time(self.text(), twelve_hour=fmt.habits().twelve_hour)

    def set_value(self, value: time | None) -> None:
        """Show `value`."""
        self._kept = value
        self._shown = "" if value is None else fmt.clock(value)
        if self.text() != self._shown:
            self.setText(self._shown)
        self.setAccessibleDescription(self._shown)
        self.changed.emit()

    def problem(self) -> str | None:
        """What is wrong with what was typed, or None; an empty field is not wrong by itself."""
        if not self.text().strip() or self.value() is not None:
            return None
        return _("This is no time: type it like {example}.").format(example=fmt.clock(time(9, 20)))

    def _typed(self, _text: str) -> None:
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: self.step, Qt.Key.Key_Down: -self.step}
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        meant = self._on_the_clock() or time(9)
        minutes = (meant.hour * 60 + meant.minute + by) % (24 * 60)
        self.set_value(time(minutes // 60, minutes % 60))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.settle()
        super().focusOutEvent(event)

    def settle(self) -> None:
        """Show the time that was understood instead of the letters typed."""
        meant = self._on_the_clock()
        if meant is not None and self.text() != fmt.clock(meant):
            self.set_value(meant)


class ClosingField(TimeField):
    """When a stretch of a day ends: midnight ("0:00", "12 am", "24:00") is the end of the day, its value `LAST_MINUTE`."""

    def value(self) -> time | None:
        """The time meant, or None."""
        at = self._on_the_clock()
        return LAST_MINUTE if at == time(0) else at

    def set_value(self, value: time | None) -> None:
        """Show `value`."""
        super().set_value(time(0) if value == LAST_MINUTE else value)

    def _on_the_clock(self) -> time | None:
        return time(0) if self.text().strip() in _END_OF_DAY else super()._on_the_clock()
