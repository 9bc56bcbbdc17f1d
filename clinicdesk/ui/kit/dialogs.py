"""Windows for what cannot wait. Buttons are verbs ("Cancel booking", "Keep it"), never Yes and No."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import PrimaryButton, PushButton
from clinicdesk.ui.kit.fields import NoteField
from clinicdesk.ui.kit.labels import PlainLabel, SectionLabel
from clinicdesk.ui.kit.layout import Column, Row
from clinicdesk.ui.kit.panels import ProblemPanel
from clinicdesk.ui.kit.tabbing import Tabbing
from clinicdesk.ui.theme import Gap, Size, theme


class Dialog(Tabbing, QDialog):
    """A small window with a heading, a body (`body`, a Column) and named buttons in its foot.

    Deleted when closed. The window title is the program's name: a heading may name a patient, a title not.
    """

    def __init__(self, heading: str, parent: QWidget | None = None, *, wide: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("ClinicDesk")
        self.setAccessibleName(heading)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._wide = wide
        column = Column(self, gap=Gap.L, margin=Gap.XL)
        self.heading = SectionLabel(heading, self, wrap=True)
        column.addWidget(self.heading)
        self.problem_panel = ProblemPanel(self)
        column.addWidget(self.problem_panel)
        self.body = Column(gap=Gap.M)
        column.addLayout(self.body, 1)
        self.foot = Row(gap=Gap.S)
        self.foot.addStretch(1)
        column.addLayout(self.foot)
        self.setMinimumWidth(
            theme().px(Size.SIDE_PANEL_WIDE if wide else Size.SIDE_PANEL + Size.LABEL_COLUMN)
        )

    def add_buttons(self, do: str, leave: str) -> tuple[PrimaryButton, PushButton]:
        """Add the two verbs: `do` accepts, `leave` (also Escape) rejects. Returns both buttons."""
        leave_button = PushButton(leave, self)
        leave_button.clicked.connect(self.reject)
        do_button = PrimaryButton(do, self)
        do_button.setDefault(True)
        do_button.clicked.connect(self.accept)
        self.foot.addWidget(leave_button)
        self.foot.addWidget(do_button)
        return do_button, leave_button

    def add_one_button(self, words: str) -> PrimaryButton:
        """Add the one way out; also Escape."""
        button = PrimaryButton(words, self)
        button.setDefault(True)
        button.clicked.connect(self.accept)
        self.foot.addWidget(button)
        return button

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, at the top of the dialog."""
        self.problem_panel.show_problem(sentence)


def confirm(parent: QWidget, heading: str, consequence: str, *, do: str, leave: str | None = None) -> bool:
    """Ask before something that cannot be undone; `do` and `leave` are verbs. Enter leaves, it does not do.

    Only where undo is not possible: otherwise do it and offer Undo.
    """
    dialog = Dialog(heading, parent)
    dialog.body.addWidget(PlainLabel(consequence, dialog, wrap=True))
    do_button, leave_button = dialog.add_buttons(do, leave or _("Go back"))
    do_button.setDefault(False)
    leave_button.setDefault(True)
    leave_button.setFocus()
    return dialog.exec() == QDialog.DialogCode.Accepted


def ask(
    parent: QWidget, heading: str, explanation: str, *, label: str, do: str, leave: str | None = None
) -> str | None:
    """Ask for a reason in words; None when the person goes back. An empty reason is not accepted."""
    dialog = _AskDialog(parent, heading, explanation, label)
    dialog.add_buttons(do, leave or _("Go back"))
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return dialog.answer if accepted else None


class _AskDialog(Dialog):
    def __init__(self, parent: QWidget, heading: str, explanation: str, label: str) -> None:
        super().__init__(heading, parent)
        self.answer = ""
        if explanation:
            self.body.addWidget(PlainLabel(explanation, self, wrap=True))
        self.body.addWidget(PlainLabel(label, self))
        self.note = NoteField(label, self, lines=3, longest=2000)
        self.body.addWidget(self.note)
        self.note.setFocus()

    def accept(self) -> None:
        if not self.note.value():
            self.show_problem(_("Type the reason first. It is kept with the record."))
            self.note.setFocus()
            return
        if (sentence := self.note.problem()) is not None:
            self.show_problem(sentence)
            return
        self.answer = self.note.value()
        super().accept()
