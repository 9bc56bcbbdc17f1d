"""The list of those who fit a hole: name, the start they would get, the number to call, and why here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.waiting import Fit, reasons
from clinicdesk.i18n import _
from clinicdesk.ui.case.waiting import words
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, Token, paint_mark, theme

AnyIndex = QModelIndex | QPersistentModelIndex
_FIT = Qt.ItemDataRole.UserRole
_MOVES = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}
)
_MOST_LINES = 4
"""Lines that the reasons may take."""


class CandidateList(QListWidget):
    """Those who fit, whom to call first at the top. Up and Down choose."""

    chosen = Signal()
    """Another one is chosen, or nobody."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Who fits"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Look(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentRowChanged.connect(self._moved)
        theme().changed.connect(self._refit)

    def show_fits(self, fits: Sequence[Fit], today: date) -> None:
        """Show these; whoever was chosen stays chosen, else the first is."""
        kept = self.fit_chosen()
        wanted = kept.entry.booking_id if kept is not None else None
        self.blockSignals(True)
        self.clear()
        for fit in fits:
            item = QListWidgetItem(words.fit_sentence(fit, today))
            item.setData(_FIT, fit)
            self.addItem(item)
        self.blockSignals(False)
        ids = [fit.entry.booking_id for fit in fits]
        self.setCurrentRow(ids.index(wanted) if wanted in ids else 0)
        self.chosen.emit()

    def fits(self) -> list[Fit]:
        """Everybody in the list, in order."""
        return [self.item(row).data(_FIT) for row in range(self.count())]

    def fit_chosen(self) -> Fit | None:
        """Who is chosen."""
        item = self.currentItem()
        fit = None if item is None else item.data(_FIT)
        return fit if isinstance(fit, Fit) else None

    def choose(self, booking_id: BookingId) -> None:
        """Choose somebody."""
        ids = [fit.entry.booking_id for fit in self.fits()]
        if booking_id in ids:
            self.setCurrentRow(ids.index(booking_id))

    def minimumSizeHint(self) -> QSize:
        """Room for two."""
        return QSize(theme().px(Size.FIELD), 2 * row_height())

    def sizeHint(self) -> QSize:
        return QSize(theme().px(Size.FIELD), max(2, self.count()) * row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # other lines may break now

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters belong to the panel: they do not search the list."""
        if Qt.Key(event.key()) in _MOVES:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _moved(self, _row: int) -> None:
        self.chosen.emit()

    def _refit(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.updateGeometry()


def row_height(lines: int = 2) -> int:
    """How tall a candidate stands whose reasons take so many lines."""
    heights = {rank: QFontMetrics(theme().font(rank)).height() for rank in _RANKS}
    fixed = heights[Rank.STRONG] + 2 * heights[Rank.BODY]
    return 2 * theme().px(Gap.S) + fixed + lines * heights[Rank.SMALL]


_RANKS = (Rank.STRONG, Rank.BODY, Rank.SMALL)


def _why(fit: Fit) -> str:
    told = words.tried(fit)
    return ", ".join((*((told,) if told and not fit.declined else ()), *reasons(fit)))


def _is_marked(fit: Fit) -> bool:
    return bool(fit.missing or fit.declined or fit.asks)


class _Look(QStyledItemDelegate):
    """Draws one candidate."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option
        view = self.parent()
        assert isinstance(view, CandidateList)
        fit: Fit = index.data(_FIT)
        width = view.viewport().width() - 2 * theme().px(Gap.S) - theme().px(Size.BAR)
        if _is_marked(fit):
            width -= theme().px(Size.MARK) + theme().px(Gap.XS)
        metrics = QFontMetrics(theme().font(Rank.SMALL))
        box = metrics.boundingRect(QRect(0, 0, max(width, 1), 10_000), _WRAPPED, _why(fit))
        lines = -(-box.height() // metrics.height())
        return QSize(theme().px(Size.FIELD), row_height(max(1, min(_MOST_LINES, lines))))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        fit: Fit = index.data(_FIT)
        rect = QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme().colour(Token.SELECTED))
            painter.fillRect(
                QRect(rect.left(), rect.top(), theme().px(Size.BAR), rect.height()),
                theme().colour(Token.ACCENT),
            )
        pad = theme().px(Gap.S)
        room = rect.adjusted(pad + theme().px(Size.BAR), pad, -pad, -pad)
        room = self._head(painter, room, fit)
        room = _line(painter, room, words.what(fit.entry), Rank.BODY, Token.TEXT)
        room = _line(painter, room, words.phone(fit.entry.phone), Rank.BODY, Token.TEXT)
        self._reasons(painter, room, fit)
        painter.setPen(QPen(theme().colour(Token.LINE), Size.HAIRLINE))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    @staticmethod
    def _head(painter: QPainter, room: QRect, fit: Fit) -> QRect:
        """The name, and the start at the right."""
        start = fmt.clock(fit.starts)
        painter.setFont(theme().font(Rank.STRONG))
        painter.setPen(theme().colour(Token.ACCENT_TEXT))
        wide = painter.fontMetrics().horizontalAdvance(start)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, start)
        left = room.adjusted(0, 0, -wide - theme().px(Gap.S), 0)
        below = _line(painter, left, words.named(fit.entry, fmt.today()), Rank.STRONG, Token.TEXT)
        return QRect(room.left(), below.top(), room.width(), below.height())

    @staticmethod
    def _reasons(painter: QPainter, room: QRect, fit: Fit) -> None:
        """Why here; behind the warning mark where something is missing, was declined or asks for a reason."""
        if _is_marked(fit):
            side = theme().px(Size.MARK)
            box = QRectF(room.left(), room.top() + 1, side, side)
            colour, ground = theme().colour(Token.WARNING_MARK), theme().colour(Token.SURFACE)
            paint_mark(painter, box, Mark.WARNING, colour, ground)
            room = room.adjusted(side + theme().px(Gap.XS), 0, 0, 0)
        painter.setFont(theme().font(Rank.SMALL))
        painter.setPen(theme().colour(Token.TEXT_MUTED))
        painter.drawText(room, _WRAPPED, _why(fit))


_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)


def _line(painter: QPainter, room: QRect, text: str, rank: Rank, token: Token) -> QRect:
    """Write one line, shortened where it must be; what is left of the room."""
    painter.setFont(theme().font(rank))
    painter.setPen(theme().colour(token))
    metrics = painter.fontMetrics()
    short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(
        QRect(room.left(), room.top(), room.width(), metrics.height()),
        Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine,
        short,
    )
    return room.adjusted(0, metrics.height(), 0, 0)
