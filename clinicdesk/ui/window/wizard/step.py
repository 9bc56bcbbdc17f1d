"""One step of the wizard."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clinicdesk.errors import BadInput
from clinicdesk.ui.kit.form import FormGrid
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Column
from clinicdesk.ui.theme import Gap

READING = 620
"""The widest a step grows, unscaled: lines longer than that are hard to read."""


class Step(QWidget):
    """Fields with an explanation over them. ``body`` takes the widgets, ``form`` the labelled fields."""

    def __init__(self, explanation: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = Column(self, gap=Gap.L)
        if explanation:
            words = PlainLabel(explanation, self, wrap=True)
            words.set_tone("muted")
            self.body.addWidget(words)
        self.form = FormGrid(self, label_width=150)

    @classmethod
    def title(cls) -> str:
        """The step in one or two words."""
        return ""

    def begin(self) -> None:
        """The step has come on screen."""

    def check(self) -> bool:
        """Whether one may go on; says in place what is wrong."""
        return self.form.check()

    def refuse(self, error: BadInput) -> bool:
        """Show what the founding refused, if it is about a field here."""
        return self.form.show_error(error)

    def first(self) -> QWidget | None:
        """The field that gets the keyboard."""
        return None

    def missing(self, key: str, sentence: str) -> bool:
        """Say that a field is needed; gives False, to be returned by `check`."""
        self.form.set_problem(key, sentence)
        self.form.field(key).setFocus()
        return False
