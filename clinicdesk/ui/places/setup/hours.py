"""Opening hours: a row a weekday, with up to two stretches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.clinic import OpeningHours
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit import CheckField, Column, MutedLabel, QuietButton, TimeField
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.theme import Gap, theme

_MONDAY = date(2024, 1, 1)
_DAY_WIDTH = 132


class _Day(QWidget):
    """One weekday: whether it is open, and from when to when."""

    changed = Signal()

    def __init__(self, weekday: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.weekday = weekday
        self.day = fmt.weekday(_MONDAY + timedelta(days=weekday))
        row = Flow(self)
        self.open = CheckField(self.day, self.day, self)
        row.addWidget(self.open)
        self.times = [
            TimeField(_("{day} opens").format(day=self.day), self),
            TimeField(_("{day} closes").format(day=self.day), self),
            TimeField(_("{day} opens again").format(day=self.day), self),
            TimeField(_("{day} closes again").format(day=self.day), self),
        ]
        self._words = [MutedLabel(words, self) for words in (_("to"), _("and"), _("to"))]
        row.add(self.times[0], self._words[0], self.times[1], self._words[1], self.times[2])
        row.add(self._words[2], self.times[3])
        self.more = QuietButton(_("Add a break"), self)
        self.more.clicked.connect(self._second)
        self.closed = MutedLabel(_("closed"), self)
        row.add(self.more, self.closed)
        self._two = False
        self.open.changed.connect(self._toggled)
        for field in self.times:
            field.changed.connect(self.changed)
        theme().changed.connect(self._resize)
        self._resize()
        self._show()

    def _resize(self) -> None:
        self.open.setFixedWidth(theme().px(_DAY_WIDTH))

    def _toggled(self) -> None:
        if self.open.value() and self.times[0].value() is None:
            self.times[0].set_value(time(8))
            self.times[1].set_value(time(17))
        self._show()
        self.changed.emit()

    def _second(self) -> None:
        self._two = not self._two
        if self._two:
            self.times[3].set_value(self.times[1].value())
            self.times[1].set_value(time(12))
            self.times[2].set_value(time(13))
        else:
            self.times[1].set_value(self.times[3].value())
            self.times[2].set_value(None)
            self.times[3].set_value(None)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        on = self.open.value()
        for widget in (*self.times[:2], self._words[0]):
            widget.setVisible(on)
        for widget in (*self.times[2:], *self._words[1:]):
            widget.setVisible(on and self._two)
        self.more.setVisible(on)
        self.more.set_words(_("No break") if self._two else _("Add a break"))
        self.closed.setVisible(not on)

    def set_value(self, hours: Sequence[OpeningHours]) -> None:
        """Show the stretches of this day."""
        self.open.set_value(bool(hours))
        self._two = len(hours) > 1
        flat = [at for one in hours[:2] for at in (one.opens, one.closes)]
        for field, at in zip(self.times, [*flat, None, None, None, None], strict=False):
            field.set_value(at)
        self._show()

    def value(self) -> tuple[OpeningHours, ...]:
        """The stretches of this day. Raises `BadInput`."""
        if not self.open.value():
            return ()
        return tuple(self._stretch(first) for first in ((0, 2) if self._two else (0,)))

    def _stretch(self, first: int) -> OpeningHours:
        opens, closes = self.times[first].value(), self.times[first + 1].value()
        if opens is None or closes is None:
            raise BadInput(_("{day}: type when it opens and when it closes.").format(day=self.day), "hours")
        if closes <= opens:
            raise BadInput(
                _("{day}: it closes before it opens. Put the earlier time first.").format(day=self.day),
                "hours",
            )
        return OpeningHours(self.weekday, opens, closes)


class HoursField(QWidget):
    """The week. `value()` raises `BadInput` naming the day."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        column = Column(self, gap=Gap.S)
        self.days = [_Day(weekday, self) for weekday in range(7)]
        for day in self.days:
            day.changed.connect(self.changed)
            column.addWidget(day)
        self.same = QuietButton(_("Tuesday to Friday like Monday"), self)
        self.same.clicked.connect(self._like_monday)
        column.addWidget(self.same, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.days[0].open)

    def value(self) -> tuple[OpeningHours, ...]:
        """The stretches of all days."""
        return tuple(hours for day in self.days for hours in day.value())

    def set_value(self, hours: Sequence[OpeningHours]) -> None:
        """Show these."""
        for day in self.days:
            day.set_value(sorted(one for one in hours if one.weekday == day.weekday))

    def _like_monday(self) -> None:
        try:
            monday = self.days[0].value()
        except BadInput:
            return
        for day in self.days[1:5]:
            day.set_value([OpeningHours(day.weekday, one.opens, one.closes) for one in monday])
        self.changed.emit()
