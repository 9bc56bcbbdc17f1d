"""The very first choice: make a clinic, or look at the demo."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import PrimaryButton, PushButton
from clinicdesk.ui.kit.labels import MutedLabel, PlainLabel, TitleLabel
from clinicdesk.ui.kit.layout import Column, Row
from clinicdesk.ui.kit.panels import ProblemPanel
from clinicdesk.ui.kit.progress import ProgressPanel
from clinicdesk.ui.theme import Gap, theme

_COLUMN = 440


class StartPage(QWidget):
    """Two ways to begin."""

    clinic_asked = Signal()
    demo_asked = Signal()

    def __init__(self, where: str, parent: QWidget, *, can_demo: bool, demo_stands: bool) -> None:
        super().__init__(parent)
        around = Row(self, gap=Gap.NONE, margin=Gap.XL)
        self._middle = QWidget(self)
        around.addStretch(1)
        around.addWidget(self._middle)
        around.addStretch(1)
        column = Column(self._middle, gap=Gap.L)
        column.addStretch(2)
        heading = Column(gap=Gap.XS)
        heading.addWidget(MutedLabel("ClinicDesk", self._middle))
        heading.addWidget(TitleLabel(_("There is no clinic here yet"), self._middle, wrap=True))
        column.addLayout(heading)
        self.problem_panel = ProblemPanel(self._middle)
        column.addWidget(self.problem_panel)
        text = _(
            "Make your own in a few minutes, or look around first in a demo clinic where nobody is real."
        )
        column.addWidget(PlainLabel(text, self._middle, wrap=True))
        self.clinic_button = PrimaryButton(_("Make a clinic"), self._middle)
        self.clinic_button.clicked.connect(self._ask_clinic)
        self.demo_button = PushButton(
            _("Open the demo clinic") if demo_stands else _("Try the demo clinic"), self._middle
        )
        self.demo_button.clicked.connect(self._ask_demo)
        self.demo_button.setVisible(can_demo)
        column.add(self.clinic_button, self.demo_button)
        self.progress = ProgressPanel(_("Making the demo clinic"), self._middle)
        self.progress.hide()
        column.addWidget(self.progress)
        place = MutedLabel(
            _("Everything is kept encrypted in {folder}").format(folder=where), self._middle, wrap=True
        )
        column.addWidget(place)
        column.addStretch(3)
        theme().changed.connect(self._resize)
        self._resize()

    def set_busy(self, busy: bool) -> None:
        """While the demo is being made."""
        self.clinic_button.setEnabled(not busy)
        self.demo_button.setEnabled(not busy)
        self.progress.setVisible(busy)

    def _ask_clinic(self) -> None:
        self.clinic_asked.emit()

    def _ask_demo(self) -> None:
        self.demo_asked.emit()

    def _resize(self) -> None:
        self._middle.setFixedWidth(theme().px(_COLUMN))
