"""How the lists of the preparation are drawn: the day once, and what is missing behind its mark."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from clinicdesk.ui.icons import paint_icon
from clinicdesk.ui.kit import RowTable
from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, Token, paint_mark, theme

AnyIndex = QModelIndex | QPersistentModelIndex


class OfADay(Protocol):
    """A row that stands in a day, and may press."""

    @property
    def day(self) -> date:
        """The day of the row's case."""
        ...

    @property
    def alarming(self) -> bool:
        """Whether something should have been done by now."""
        ...


class _CellDelegate(QStyledItemDelegate):
    """The base of a cell that draws more than text."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme().colour(Token.SELECTED))
        self.draw(painter, rect, index)
        painter.setPen(QPen(theme().colour(Token.LINE), Size.HAIRLINE))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def draw(self, painter: QPainter, rect: QRectF, index: AnyIndex) -> None:
        """Draw what is in the cell."""

    def text(self, index: AnyIndex) -> str:
        """What the cell says."""
        return str(index.data(Qt.ItemDataRole.DisplayRole) or "")

    def row(self, index: AnyIndex) -> OfADay:
        """The row of the cell."""
        table = self.parent()
        assert isinstance(table, RowTable)
        found: OfADay = table.rows()[index.row()]
        return found

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        QToolTip.showText(event.globalPos(), plain_tip(self.text(index) if index.isValid() else ""), view)
        return True


def write(painter: QPainter, room: QRectF, text: str) -> None:
    """One line, shortened where it has no room."""
    short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)


class DayDelegate(_CellDelegate):
    """The day of a row: strong where a day begins, muted where it goes on."""

    def draw(self, painter: QPainter, rect: QRectF, index: AnyIndex) -> None:
        table = self.parent()
        assert isinstance(table, RowTable)
        number = index.row()
        first = number == 0 or table.rows()[number - 1].day != table.rows()[number].day
        pad = theme().px(Gap.S)
        painter.setFont(theme().font(Rank.STRONG if first else Rank.BODY))
        painter.setPen(theme().colour(Token.TEXT if first else Token.TEXT_MUTED))
        write(painter, rect.adjusted(pad, 0, -pad, 0), self.text(index))


class MissingDelegate(_CellDelegate):
    """What is missing: behind the warning mark where it should have been done by now."""

    def draw(self, painter: QPainter, rect: QRectF, index: AnyIndex) -> None:
        pad, side = theme().px(Gap.S), theme().px(Size.MARK)
        room = rect.adjusted(pad, 0, -pad, 0)
        box = QRectF(room.left(), room.center().y() - side / 2, side, side)
        if self.row(index).alarming:
            colour, ground = theme().colour(Token.WARNING_MARK), theme().colour(Token.SURFACE)
            paint_mark(painter, box, Mark.WARNING, colour, ground)
        room.setLeft(box.right() + theme().px(Gap.XS))
        painter.setFont(theme().font(Rank.BODY))
        painter.setPen(theme().colour(Token.TEXT))
        write(painter, room, self.text(index))


class PointIcon(QWidget):
    """The mark of a point: a check, a warning, or an empty box."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def set_icon(self, name: str) -> None:
        """Show another mark; empty for the box."""
        self._name = name
        self.update()

    def sizeHint(self) -> QSize:
        side = theme().px(Size.ICON)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._name:
            token = Token.WARNING_MARK if self._name == "warning" else Token.ACCENT_TEXT
            paint_icon(painter, QRectF(self.rect()), self._name, theme().colour(token))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour(Token.BORDER), Size.HAIRLINE))
        inner = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawRoundedRect(inner, Size.BAR, Size.BAR)
