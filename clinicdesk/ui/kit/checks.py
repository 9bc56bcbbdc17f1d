"""A box to tick, drawn so that it is seen on a dark ground too."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from clinicdesk.ui.theme import Gap, Mark, Size, Token, paint_mark, theme


class CheckField(QCheckBox):
    """One thing that holds or not; the words stand beside the box, and go on in the next line where they are long.

    Drawn here because Fusion's own box is all but invisible on a dark ground.
    """

    changed = Signal()

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words.replace("&", "&&"), parent)
        self._words = words
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(f"{name}: {words}" if words else name)
        self.toggled.connect(self._tell)
        theme().changed.connect(self._resize)
        self._resize()

    def _tell(self, _on: bool) -> None:
        self.changed.emit()

    def _resize(self) -> None:
        self.setMinimumHeight(theme().px(Size.CONTROL))

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self._words)
        return QSize(self._words_begin() + words + theme().px(Gap.XS), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        longest = max((self.fontMetrics().horizontalAdvance(word) for word in self._words.split()), default=0)
        return QSize(self._words_begin() + longest + theme().px(Gap.XS), self.minimumHeight())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, width - self._words_begin(), 0)
        taken = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self._words).height()
        return max(self.minimumHeight(), taken)

    def _words_begin(self) -> int:
        return theme().px(Size.ICON) + theme().px(Gap.S)

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, radius = theme().px(Size.ICON), theme().px(Size.RADIUS)
        box = QRectF(1, (self.height() - side) / 2, side, side)
        on, able = self.isChecked(), self.isEnabled()
        edge = Token.ACCENT if (on and able) or self.hasFocus() else Token.BORDER if able else Token.DISABLED
        painter.setPen(QPen(theme().colour(edge), Size.FOCUS if self.hasFocus() else Size.HAIRLINE))
        painter.setBrush(theme().colour(Token.ACCENT if on and able else Token.SURFACE))
        painter.drawRoundedRect(box, radius / 2, radius / 2)
        if on:
            ink = theme().colour(Token.ON_ACCENT if able else Token.DISABLED)
            paint_mark(painter, box.adjusted(1, 1, -1, -1), Mark.CHECK, ink)
        painter.setPen(theme().colour(Token.TEXT))  # readable also where only looking is allowed
        left = box.right() + theme().px(Gap.S)
        room = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self._words)

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Tick it or not."""
        self.setChecked(value)
