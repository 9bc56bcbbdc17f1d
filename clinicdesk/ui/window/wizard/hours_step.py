"""When the clinic is open."""

from __future__ import annotations

from datetime import date, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from clinicdesk.domain.clinic import OpeningHours
from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Row
from clinicdesk.ui.kit.when_fields import TimeField
from clinicdesk.ui.window.wizard.step import Step

_MONDAY = date(2026, 11, 23)
_OPENS, _CLOSES = time(8), time(17)


class HoursStep(Step):
    """One stretch for each weekday; a lunch break is added later, in Set up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Bookings are offered inside these hours. Breaks and exceptions are entered later, in Set up."),
            parent,
        )
        self.days = [_Day(number, self) for number in range(7)]
        for day in self.days:
            self.form.add(f"day{day.number}", fmt.weekday(_MONDAY + timedelta(days=day.number)), day)
        self.body.addWidget(self.form)

    @classmethod
    def title(cls) -> str:
        """The step's name."""
        return _("Opening hours")

    def first(self) -> QWidget:
        """Monday."""
        return self.days[0].open

    def begin(self) -> None:
        """Write the times the way the country does, which was asked before."""
        for day in self.days:
            day.rewrite()

    def check(self) -> bool:
        """Every open day has its hours, and there is one at least."""
        if not super().check():
            return False
        if not self.hours():
            return self.missing("day0", _("The clinic is open on one day at least."))
        return True

    def hours(self) -> tuple[OpeningHours, ...]:
        """The stretches, once `check` has passed."""
        return tuple(
            OpeningHours(day.number, opens, closes)
            for day in self.days
            if day.open.isChecked() and (opens := day.opens.value()) and (closes := day.closes.value())
        )


class _Day(QWidget):
    """Open from, to; or closed."""

    changed = Signal()

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = number
        name = fmt.weekday(_MONDAY + timedelta(days=number))
        row = Row(self)
        self.open = QCheckBox(_("open"), self)
        self.open.setAccessibleName(_("{day}: open").format(day=name))
        self.opens = TimeField(_("{day}: opens").format(day=name), self, step=30)
        self.closes = TimeField(_("{day}: closes").format(day=name), self, step=30)
        self.to = PlainLabel(_("to"), self)
        self.opens.set_value(_OPENS)
        self.closes.set_value(_CLOSES)
        for widget in (self.open, self.opens, self.to, self.closes):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
            row.addWidget(widget)
        self.open.toggled.connect(self._toggled)
        self.open.setChecked(number < 5)
        self._toggled(number < 5)
        self.setFocusProxy(self.open)

    def problem(self) -> str | None:
        """What is wrong with the hours of an open day."""
        if not self.open.isChecked():
            return None
        opens, closes = self.opens.value(), self.closes.value()
        if opens is None or closes is None:
            return (
                self.opens.problem() or self.closes.problem() or _("Type when the clinic opens and closes.")
            )
        if closes <= opens:
            return _("These hours end before they start. Put the earlier time first.")
        return None

    def rewrite(self) -> None:
        """Show the same times in the habits that hold now."""
        for field in (self.opens, self.closes):
            field.set_value(field.value())

    def _toggled(self, on: bool) -> None:
        for widget in (self.opens, self.to, self.closes):
            widget.setVisible(on)
        self.changed.emit()
