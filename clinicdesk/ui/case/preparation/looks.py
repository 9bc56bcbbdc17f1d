"""How the lists of the preparation are drawn: the day once, and what is missing behind its mark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyleOptionViewItem, QWidget

from clinicdesk.ui.kit.cells import AnyIndex, Cell, MarkedCell, warn, write
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon


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


class DayCell(Cell):
    """The day of a row: strong where a day begins, muted where it goes on."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rows: Sequence[OfADay] = self.rows()
        number = index.row()
        first = number == 0 or rows[number - 1].day != rows[number].day
        pad = theme().px(Gap.S)
        painter.setFont(theme().font(Rank.STRONG if first else Rank.BODY))
        painter.setPen(theme().colour(Token.TEXT if first else Token.TEXT_MUTED))
        write(painter, QRectF(option.rect).adjusted(pad, 0, -pad, 0), self.text(index))


class MissingCell(MarkedCell):
    """What is missing: behind the warning mark where it should have been done by now."""

    def draw_mark(self, painter: QPainter, box: QRectF, index: AnyIndex) -> bool:
        row: OfADay = self.row(index)
        if row.alarming:
            warn(painter, box)
        return False


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
