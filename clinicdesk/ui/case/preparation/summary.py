"""The preparation of a case in the case's own panel: what is missing, what is ready, and the way to the checklist."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.services.preparation import Checklist
from clinicdesk.ui.case.preparation import words
from clinicdesk.ui.kit import MutedLabel, PlainLabel, QuietButton, Section
from clinicdesk.ui.theme import Gap


class PreparationSection(Section):
    """Two lines at most; `asked` when the checklist is to be opened."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Preparation"), parent, gap=Gap.XS)
        self.open_button = QuietButton(_("Checklist"), self, icon="prepare")
        self.open_button.clicked.connect(self.asked)
        self.add_action(self.open_button)
        self.missing = PlainLabel("", self, wrap=True)
        self.ready = MutedLabel("", self, wrap=True)
        self.add(self.missing, self.ready)

    def show_checklist(self, checklist: Checklist) -> None:
        """Show how far the preparation of a case has come; nothing where there is none."""
        self.setVisible(bool(checklist.points))
        open_points = checklist.missing
        self.missing.setText(words.listed(open_points, checklist.today))
        self.missing.set_tone("problem" if any(point.state.is_alarming for point in open_points) else "")
        self.missing.setVisible(bool(open_points))
        ready = [point.key.label for point in checklist.points if not point.state.is_missing]
        self.ready.setText(_("Ready: {points}").format(points=", ".join(ready)) if ready else "")
        self.ready.setVisible(bool(ready))
