"""The quiet bar at the foot of the window: what was done, with Undo."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import IconButton, QuietButton
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Row
from clinicdesk.ui.operations import messages
from clinicdesk.ui.operations.messages import Kind, Message
from clinicdesk.ui.theme import Gap

_STAYS = {Kind.DONE: 12_000, Kind.INFO: 12_000}
"""Milliseconds. A problem stays until it is dismissed, and so does what can still be undone."""


class QuietBar(QWidget):
    """Shows the last message of `ui.operations.messages`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Messages"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = Row(self, gap=Gap.XS)
        self.label = PlainLabel("", self, elide=True)
        self.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.undo_button = QuietButton(_("Undo"), self, icon="undo")
        self.dismiss_button = IconButton("close", _("Dismiss"), self)
        row.addWidget(self.label)
        row.addWidget(self.undo_button)
        row.addWidget(self.dismiss_button)
        row.addStretch(1)
        self._message: Message | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self.undo_button.clicked.connect(self.undo)
        self.dismiss_button.clicked.connect(self.clear)
        messages.bridge().spoken.connect(self.show_message)
        messages.bridge().withdrawn.connect(self._withdrawn)
        self.clear()

    def show_message(self, message: Message) -> None:
        """Show `message` in place of the last one."""
        self._message = message
        self.label.setText(message.text)
        self.label.setAccessibleName(message.text)
        self.label.set_tone("problem" if message.kind is Kind.PROBLEM else "")
        self.undo_button.setVisible(message.undo is not None)
        self.dismiss_button.setVisible(message.kind is Kind.PROBLEM)
        stays = None if message.undo is not None else _STAYS.get(message.kind)
        if stays is None:
            self._timer.stop()
        else:
            self._timer.start(stays)

    def clear(self) -> None:
        """Show nothing."""
        self._timer.stop()
        self._message = None
        self.label.setText("")
        self.label.setAccessibleName(_("No message"))
        self.undo_button.hide()
        self.dismiss_button.hide()

    def text(self) -> str:
        """The sentence shown."""
        return self.label.text()

    def undo(self) -> None:
        """Take back what the message tells of, if that is possible."""
        message = self._message
        if message is not None and message.undo is not None:
            self._message = None
            self.undo_button.hide()
            message.undo()

    def _withdrawn(self) -> None:
        self.show_message(Message(_("Undone."), Kind.INFO))
