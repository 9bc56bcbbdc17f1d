"""A list to choose from, drawn like the other fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyledItemDelegate, QWidget

from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.theme import Gap, Size, Token, theme

Options = Sequence[tuple[Any, str]]
"""Pairs of value and the words for it."""


class ComboField(QComboBox):
    """A list to choose from: typing jumps to a choice, the wheel never changes it by accident.

    With `hint` nothing is chosen at first and the hint is shown.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        options: Options = (),
        parent: QWidget | None = None,
        *,
        hint: str = "",
        width: int = Size.FIELD,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._wanted = width
        self._hint = hint
        self.setPlaceholderText(hint)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(14)
        self.setItemDelegate(QStyledItemDelegate(self))
        self.view().setAccessibleName(name)
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        theme().changed.connect(self._resize)
        self._resize()
        self.set_options(options)
        self.currentIndexChanged.connect(self._tell)

    def _resize(self) -> None:
        self.setFixedHeight(theme().px(Size.CONTROL))
        self.setMinimumWidth(theme().px(min(self._wanted, Size.FIELD_SHORT)))
        self.setMaximumWidth(theme().px(self._wanted))

    def _tell(self, index: int) -> None:
        self.setToolTip(plain_tip(self.itemText(index)))
        self.changed.emit()

    def value(self) -> Any:
        """The value chosen, or None."""
        index = self.currentIndex()
        return None if index < 0 else self._values[index]

    def set_value(self, value: object) -> None:
        """Choose `value`; None (or what is not offered) gives up the choice."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def words_for(self, value: object) -> str:
        """How a value reads among the choices; empty for one that is not offered."""
        return self.itemText(self._values.index(value)) if value in self._values else ""

    def set_options(self, options: Options) -> None:
        """Offer these instead; a choice still offered is kept."""
        kept = self.value() if self.count() else None
        self.blockSignals(True)
        self.clear()
        self._values = [value for value, _words in options]
        self.addItems([words for _value, words in options])
        self.blockSignals(False)
        index = self._values.index(kept) if kept in self._values else (-1 if self._hint else 0)
        self.setCurrentIndex(index)
        self.update()

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as the one the problem is about."""
        self.setProperty("wrong", wrong)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(self._wanted), theme().px(Size.CONTROL))

    def showPopup(self) -> None:
        """Open the list, as wide as its longest choice."""
        bar = self.view().verticalScrollBar().sizeHint().width()
        self.view().setMinimumWidth(
            max(self.width(), self.view().sizeHintForColumn(0) + bar + theme().px(Gap.L))
        )
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        token = Token.ACCENT if focus else Token.BORDER if self.isEnabled() else Token.LINE
        if self.property("wrong"):
            token = Token.WARNING_MARK
        width = Size.FOCUS if focus or self.property("wrong") else Size.HAIRLINE
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(theme().colour(token), width))
        painter.setBrush(theme().colour(Token.SURFACE if self.isEnabled() else Token.WINDOW))
        painter.drawRoundedRect(box, theme().px(Size.RADIUS), theme().px(Size.RADIUS))
        self._paint_words(painter)
        self._paint_arrow(painter)

    def _paint_words(self, painter: QPainter) -> None:
        empty = self.currentIndex() < 0
        text = self.placeholderText() if empty else self.currentText()
        token = Token.TEXT_MUTED if empty else Token.TEXT
        painter.setPen(theme().colour(token if self.isEnabled() else Token.DISABLED))
        room = self.rect().adjusted(theme().px(Gap.S), 0, -theme().px(Gap.XL), 0)
        short = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)

    def _paint_arrow(self, painter: QPainter) -> None:
        step = theme().px(Gap.XS)
        x, y = self.width() - theme().px(Gap.L), self.height() / 2
        pen = QPen(theme().colour(Token.TEXT_MUTED if self.isEnabled() else Token.DISABLED), 1.5)
        painter.setPen(pen)
        painter.drawPolyline(
            QPolygonF(
                [QPointF(x - step, y - step / 2), QPointF(x, y + step / 2), QPointF(x + step, y - step / 2)]
            )
        )
