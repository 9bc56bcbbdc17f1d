"""The page for the printed recovery key; imported when somebody asks for it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import PrimaryButton, PushButton
from clinicdesk.ui.kit.fields import LineField, SecretField
from clinicdesk.ui.kit.labels import PlainLabel, SectionLabel
from clinicdesk.ui.kit.layout import Column, Row
from clinicdesk.ui.theme import Gap, Size
from clinicdesk.ui.window.signin_fields import COLUMN, clock_words, labelled


class RecoveryPage(QWidget):
    """The printed recovery key, and a new password for an administrator."""

    asked = Signal()
    back_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.M)
        column.addWidget(SectionLabel(_("Use the recovery key"), self))
        text = _(
            "The sheet with the recovery key was printed when the clinic was made. It lets an administrator set a new "
            "password; capitals, spaces and hyphens do not matter."
        )
        column.addWidget(PlainLabel(text, self, wrap=True))
        self.user = LineField(_("An administrator's user name"), self, longest=64, width=COLUMN)
        self.key = LineField(_("Recovery key"), self, hint="7K3QD-…", longest=120, width=Size.READING)
        self.password = SecretField(_("New password, 15 characters or more"), self, width=COLUMN)
        for field in (self.user, self.key, self.password):
            field.returnPressed.connect(self.asked)
        column.addLayout(labelled(_("An administrator's user name"), self.user, self))
        column.addLayout(labelled(_("Recovery key"), self.key, self))
        column.addLayout(
            labelled(_("New password, 15 characters or more"), self.password, self, shown_by=True)
        )
        foot = Row(gap=Gap.S)
        self.back_button = PushButton(_("Back"), self)
        self.back_button.clicked.connect(self._back)
        self.button = PrimaryButton(_("Set the password and sign in"), self)
        self.button.clicked.connect(self._ask)
        foot.add(self.back_button)
        foot.addStretch(1)
        foot.add(self.button)
        column.addLayout(foot)

    def start(self) -> None:
        """Put the keyboard into the first empty field."""
        first = self.key if self.user.value() else self.user
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def after_problem(self, error: Exception) -> None:
        """Put the keyboard where the problem is."""
        field = error.field if isinstance(error, BadInput) else None
        wrong = {"password": self.password, "login": self.user}.get(field or "", self.key)
        wrong.setFocus(Qt.FocusReason.OtherFocusReason)

    def count_down(self, seconds: int) -> None:
        """Show how long the next try has to wait; nothing at 0."""
        self.button.setEnabled(not seconds)
        self.button.set_words(clock_words(seconds) if seconds else _("Set the password and sign in"))

    def _ask(self) -> None:
        self.asked.emit()

    def _back(self) -> None:
        self.back_asked.emit()
