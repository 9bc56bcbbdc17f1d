"""Progress of long work, with a way to stop it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QProgressBar, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.buttons import PushButton
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Column, Row
from clinicdesk.ui.theme import Gap


class Stoppable(Protocol):
    """Work that can be asked to stop (`operations.Progress`)."""

    def cancel(self) -> None:
        """Ask the work to stop."""


class ProgressPanel(QWidget):
    """A sentence, a bar, the count and a Stop button. Pass `report` as `progress=` to `run_long`."""

    def __init__(self, sentence: str, parent: QWidget | None = None, *, stop_words: str = "") -> None:
        super().__init__(parent)
        self._work: Stoppable | None = None
        column = Column(self, gap=Gap.S)
        self.label = PlainLabel(sentence, self, wrap=True)
        self.count = PlainLabel("", self)
        self.count.set_tone("muted")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(sentence)
        self.stop = PushButton(stop_words or _("Stop"), self)
        self.stop.clicked.connect(self._stop)
        foot = Row(gap=Gap.S)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.stop)
        column.add(self.label, self.bar, foot)

    def follow(self, work: Stoppable) -> None:
        """The work that Stop asks to stop: what `run_long` returned."""
        self._work = work
        self.stop.setEnabled(True)

    def report(self, done: int, total: int) -> None:
        """Show `done` of `total`; a total of 0 is unknown."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        pattern = _("{done} of {total}") if total else "{done}"
        self.count.setText(pattern.format(done=fmt.number(done), total=fmt.number(total)))

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.count.setText(_("Stopping…"))
        if self._work is not None:
            self._work.cancel()
