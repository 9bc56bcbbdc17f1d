"""When to call again."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.clock import Clock
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, DateField, PlainLabel, PrimaryButton, QuietButton, Row, TimeField
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap


class LaterForm(QWidget):
    """When to call again: a day and a time of the clinic's clock."""

    agreed = Signal(object)
    """Carries the UTC instant."""
    given_up = Signal()

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        down = Column(self, gap=Gap.XS)
        across = Row(gap=Gap.S)
        self.day = DateField(_("Day to call again"), self, today=self._today)
        self.time = TimeField(_("Time to call again"), self, step=15)
        self.ok_button = PrimaryButton(_("Call then"), self)
        self.ok_button.clicked.connect(self._agree)
        self.time.returnPressed.connect(self._agree)
        self.back_button = QuietButton(_("Back"), self)
        self.back_button.clicked.connect(self.given_up)
        across.add(PlainLabel(_("Call again"), self), self.day, self.time, self.ok_button, self.back_button)
        across.addStretch(1)
        self.problem = PlainLabel("", self, wrap=True)
        self.problem.set_tone("problem")
        self.problem.hide()
        down.addLayout(across)
        down.addWidget(self.problem)

    def show_nothing(self) -> None:
        """No time yet, with today filled in."""
        self.day.set_value(self._today())
        self.time.set_value(None)
        self.show_problem("")

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong under the fields."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _today(self) -> date:
        return fmt.local(self._clock.now()).date()

    def _agree(self) -> None:
        day, time = self.day.value(), self.time.value()
        if day is None or time is None:
            self.show_problem(
                self.day.problem() or self.time.problem() or _("Give the day and the time to call again.")
            )
            return
        try:
            moment: datetime = fmt.habits().zone.at(day, time)
        except BadInput as error:
            self.show_problem(error.sentence)
            return
        if moment <= self._clock.now():
            self.show_problem(_("This time has passed. Choose a later one."))
            return
        self.show_problem("")
        self.agreed.emit(moment)
