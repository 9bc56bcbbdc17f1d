"""What came of a recovery call: the buttons that every call has, and those that only this one has."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.calling import CallOutcome
from clinicdesk.i18n import _
from clinicdesk.ui.calling.attempt_bar import AttemptBar
from clinicdesk.ui.kit import MenuButton, PrimaryButton, PushButton

_OUTCOMES = (
    CallOutcome.NO_ANSWER,
    CallOutcome.MESSAGE_LEFT,
    CallOutcome.CONTACT_REACHED,
    CallOutcome.WRONG_NUMBER,
)


class CallAttempts(AttemptBar):
    """Adds: the patient is on the line, wants another time, wants no call, or is not called any more."""

    reached = Signal()
    later = Signal()
    refused = Signal()
    given_up = Signal()
    not_needed = Signal()

    def __init__(self, parent: QWidget) -> None:
        self.reached_button = PrimaryButton(_("Reached"), parent, icon="calls")
        self.later_button = PushButton(_("Later…"), parent)
        self.more_button = MenuButton(_("More"), (), parent)
        after = (self.later_button, self.more_button)
        super().__init__(_OUTCOMES, parent, before=(self.reached_button,), after=after)
        self.reached_button.clicked.connect(self.reached)
        self.later_button.clicked.connect(self.later)
        self.refuse_action = self._action(_("Does not want to be called…"), self.refused)
        self._give_up_action = self._action(_("Could not be reached: close…"), self.given_up)
        self._not_needed_action = self._action(_("Not needed: close"), self.not_needed)

    def show_kind(self, *, is_unscheduled: bool) -> None:
        """A call that no pathway asked for may turn out not to be needed; another is only given up."""
        last = self._not_needed_action if is_unscheduled else self._give_up_action
        self.more_button.set_actions((self.refuse_action, last))

    def _action(self, text: str, does: SignalInstance) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(does)
        return action
