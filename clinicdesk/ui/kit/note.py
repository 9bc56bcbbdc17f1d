"""One sentence with a mark before it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Row
from clinicdesk.ui.theme import Gap, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon


class Note(QWidget):
    """A mark and a sentence: amber where it stands in the way, plain where it only reminds."""

    def __init__(self, sentence: str, parent: QWidget, *, blocks: bool) -> None:
        super().__init__(parent)
        self._blocks = blocks
        row = Row(self, gap=Gap.S, margin=(Size.ICON + Gap.S, 0, 0, 0))
        self.words = PlainLabel(sentence, self, wrap=True)
        if blocks:
            self.words.set_tone("problem")
        row.addWidget(self.words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = theme().px(Size.ICON)
        box = QRectF(0, (self.words.fontMetrics().height() - side) / 2, side, side)
        token = Token.WARNING_MARK if self._blocks else Token.TEXT_MUTED
        paint_icon(QPainter(self), box, "warning" if self._blocks else "info", theme().colour(token))
