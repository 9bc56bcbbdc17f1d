"""Cells that draw more than words: the ground of a chosen row, the line beneath, a mark; the tip has all the words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.kit.table import RowTable
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, Token, paint_mark, theme

AnyIndex = QModelIndex | QPersistentModelIndex


class Cell(QStyledItemDelegate):
    """The base of these cells; its parent is the table."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme().colour(Token.SELECTED))
        self.draw(painter, option, index)
        painter.setPen(QPen(theme().colour(Token.LINE), Size.HAIRLINE))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw what is in the cell."""

    def text(self, index: AnyIndex) -> str:
        """What the cell says."""
        return str(index.data(Qt.ItemDataRole.DisplayRole) or "") if index.isValid() else ""

    def rows(self) -> Sequence[Any]:
        """The rows of the table, as it was given them."""
        table = self.parent()
        assert isinstance(table, RowTable)
        return table.rows()

    def row(self, index: AnyIndex) -> Any:
        """The row of the cell."""
        return self.rows()[index.row()]

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        QToolTip.showText(event.globalPos(), plain_tip(self.text(index)), view)
        return True


class MarkedCell(Cell):
    """Words behind a mark, where the row calls for one: never by colour alone."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        pad, side = theme().px(Gap.S), theme().px(Size.MARK)
        room = QRectF(option.rect).adjusted(pad, 0, -pad, 0)
        box = QRectF(room.left(), room.center().y() - side / 2, side, side)
        strong = self.draw_mark(painter, box, index)
        room.setLeft(box.right() + theme().px(Gap.XS))
        painter.setFont(theme().font(Rank.STRONG if strong else Rank.BODY))
        painter.setPen(theme().colour(Token.TEXT))
        write(painter, room, self.text(index))

    def draw_mark(self, painter: QPainter, box: QRectF, index: AnyIndex) -> bool:
        """Draw the mark of a row into ``box``, if it has one; whether its words have weight."""
        del painter, box, index
        return False


def write(painter: QPainter, room: QRectF, text: str) -> None:
    """One line, shortened where it has no room."""
    short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)


def warn(painter: QPainter, box: QRectF) -> None:
    """The warning mark on a row."""
    paint_mark(painter, box, Mark.WARNING, theme().colour(Token.WARNING_MARK), theme().colour(Token.SURFACE))
