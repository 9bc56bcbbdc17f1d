"""What came of ringing somebody, one button each, with the same words and keys wherever patients are rung.

Where there is no room for all of them they go on in the next line.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.calling import CallOutcome, Phone
from clinicdesk.domain.waiting import OfferOutcome
from clinicdesk.ui.calling import words
from clinicdesk.ui.kit import PushButton
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.theme import Gap

_KEYS: dict[str, tuple[Qt.Key, str]] = {
    CallOutcome.NO_ANSWER: (Qt.Key.Key_N, "N"),
    CallOutcome.MESSAGE_LEFT: (Qt.Key.Key_M, "M"),
    OfferOutcome.DECLINED: (Qt.Key.Key_D, "D"),
}


class AttemptBar(QWidget):
    """The buttons for ``outcomes``: a `CallOutcome`, or another list of outcomes with these values among its own."""

    tried = Signal(object)
    """Carries the outcome."""

    def __init__(
        self,
        outcomes: Sequence[StrEnum],
        parent: QWidget | None = None,
        *,
        before: Sequence[QWidget] = (),
        after: Sequence[QWidget] = (),
    ) -> None:
        """``before`` and ``after`` are what else may come of the call in this view."""
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        row = Flow(self, gap=Gap.S)
        self.buttons: dict[str, PushButton] = {}
        for outcome in outcomes:
            button = PushButton(words.outcome_button(outcome), self)
            button.set_tip(words.outcome_button(outcome), _KEYS[outcome][1] if outcome in _KEYS else "")
            button.clicked.connect(partial(self._tell, outcome))
            self.buttons[outcome] = button
        row.add(*before, *self.buttons.values(), *after)
        self._outcomes = tuple(outcomes)

    def show_for(self, phone: Phone | None) -> None:
        """Offer what makes sense for who is rung: nothing without a number, "Contact only" for a contact."""
        for outcome, button in self.buttons.items():
            button.setEnabled(phone is not None)
            if outcome == CallOutcome.CONTACT_REACHED:
                button.setVisible(phone is not None and not phone.is_patient)

    def take_key(self, key: int) -> bool:
        """Press the button of this key; False where there is none, or it is not offered."""
        for outcome in self._outcomes:
            button = self.buttons[outcome]
            if outcome in _KEYS and _KEYS[outcome][0] == key and button.isEnabled() and button.isVisible():
                button.click()
                return True
        return False

    def _tell(self, outcome: StrEnum, _checked: bool = False) -> None:
        self.tried.emit(outcome)
