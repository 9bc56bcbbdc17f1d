"""A table of frozen rows: fixed row heights, plain text, pages on demand, keyboard first.

Sorting, filtering and paging belong to the database; this is a thin adapter from a sequence to a Qt model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.kit.marks import paint_pill, state_words
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, Token, paint_mark, theme

R = TypeVar("R")
AnyIndex = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole
_SHOWN = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.TextAlignmentRole,
        ROW_ROLE,
    }
)


class Paint(StrEnum):
    """How a column is drawn."""

    TEXT = "text"
    STRONG = "strong"
    MUTED = "muted"
    FIGURES = "figures"
    """Tabular figures, for times and numbers."""
    STATE = "state"
    """The text function returns a state key; drawn as a pill with its mark and word."""
    MARK = "mark"
    """The text function returns a state key; drawn as its mark alone, on the neutral ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """One column: its heading, what it says of a row, its width.

    `width` is in unscaled pixels; 0 shares the rest of the room. `key` names the column when its heading
    is clicked to sort (empty: it cannot be sorted by).
    """

    heading: str
    text: Callable[[R], str]
    width: int = 0
    paint: Paint = Paint.TEXT
    right: bool = False
    key: str = ""
    struck: Callable[[R], bool] | None = None
    """Whether the text of this row is struck through."""
    least: int = 120
    """What a column that shares the rest keeps, unscaled."""
    drop: int = 0
    """Columns with the highest number are hidden first where the room is short; 0 is never hidden."""


class RowsModel(QAbstractTableModel, Generic[R]):
    """A sequence of frozen rows as a Qt model. Holds what it was given and asks for more at the end."""

    def __init__(self, columns: Sequence[Column[R]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[R] = []
        self.more: Callable[[int], None] | None = None
        self._asked = -1
        self._complete = True

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _SHOWN or not index.isValid() or index.row() >= len(self.rows):
            return None
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        text = column.text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = state_words(text) if column.paint in (Paint.STATE, Paint.MARK) and text else text
            return f"{column.heading}: {words}"
        return text

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def replace(self, rows: Sequence[R], complete: bool) -> None:
        """Show `rows`; `complete` unless more can be fetched."""
        self.beginResetModel()
        self.rows = list(rows)
        self._complete, self._asked = complete, -1
        self.endResetModel()

    def append(self, rows: Sequence[R], complete: bool) -> None:
        """Add a page."""
        self._complete = complete
        if rows:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows.extend(rows)
            self.endInsertRows()

    def canFetchMore(self, parent: AnyIndex) -> bool:
        return not parent.isValid() and not self._complete and self.more is not None

    def fetchMore(self, parent: AnyIndex) -> None:
        if self.canFetchMore(parent) and self.more is not None and self._asked != len(self.rows):
            self._asked = len(self.rows)
            self.more(len(self.rows))


class _Delegate(QStyledItemDelegate):
    """Draws one cell without asking the model for roles nobody set."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model = index.model()
        assert isinstance(model, RowsModel)
        column: Column[Any] = model.columns[index.column()]
        row = model.rows[index.row()]
        rect = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, theme().colour(Token.SELECTED))
        self._paint_cell(painter, rect, column, row)
        painter.setPen(QPen(theme().colour(Token.LINE), Size.HAIRLINE))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _paint_cell(self, painter: QPainter, rect: QRectF, column: Column[Any], row: object) -> None:
        pad = theme().px(Gap.S)
        room = rect.adjusted(pad, 0, -pad, 0)
        text = column.text(row)
        if not text:
            return
        if column.paint is Paint.STATE:
            paint_pill(painter, room, text, state_words(text))
        elif column.paint is Paint.MARK:
            _paint_mark_cell(painter, room, text)
        else:
            struck = column.struck is not None and column.struck(row)
            _paint_text(painter, room, text, column, struck)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option, index
        return QSize(theme().px(Size.FIELD_SHORT), theme().px(Size.ROW))

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        model = index.model()
        if not isinstance(model, RowsModel) or not index.isValid():
            return super().helpEvent(event, view, option, index)
        column: Column[Any] = model.columns[index.column()]
        text = column.text(model.rows[index.row()])
        if column.paint in (Paint.STATE, Paint.MARK):
            tip = state_words(text) if text and column.paint is Paint.MARK else ""
        else:
            wide = view.fontMetrics().horizontalAdvance(text) + theme().px(Gap.L)
            tip = text if wide > view.visualRect(QModelIndex(index)).width() else ""  # type: ignore[arg-type] # a view index
        QToolTip.showText(event.globalPos(), plain_tip(tip), view)
        return True


_RANKS = {Paint.STRONG: Rank.STRONG, Paint.FIGURES: Rank.FIGURES}


def _paint_text(painter: QPainter, room: QRectF, text: str, column: Column[Any], struck: bool) -> None:
    font = QFont(theme().font(_RANKS.get(column.paint, Rank.BODY)))
    font.setStrikeOut(struck)
    painter.setFont(font)
    painter.setPen(theme().colour(Token.TEXT_MUTED if column.paint is Paint.MUTED or struck else Token.TEXT))
    line = text.replace("\n", " ")
    short = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(room.width()))
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)


def _paint_mark_cell(painter: QPainter, room: QRectF, state: str) -> None:
    look = theme().state(state)
    if look.mark is Mark.NONE:
        return
    side = theme().px(Size.ICON)
    colour = theme().colour(Token.EMERGENCY_TEXT) if state == "emergency" else look.bar
    box = QRectF(room.left(), room.center().y() - side / 2, side, side)
    paint_mark(painter, box, look.mark, colour, theme().colour(Token.SURFACE))


class RowTable(QTableView, Generic[R]):
    """A list of rows: Up and Down move, Enter or a double click activates, typing goes nowhere.

    `activated_row(row)` and `chosen(row or None)` carry the frozen row. `sort_asked(key, descending)` is
    emitted when a heading with a key is clicked; the owner asks the database.
    """

    activated_row = Signal(object)
    chosen = Signal(object)
    sort_asked = Signal(str, bool)

    def __init__(self, name: str, columns: Sequence[Column[R]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.rows_model: RowsModel[R] = RowsModel(columns, self)
        self._columns = tuple(columns)
        self.setModel(self.rows_model)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self._prepare_headers(name)
        self.doubleClicked.connect(self._activate)
        self.selectionModel().currentRowChanged.connect(self._moved)
        theme().changed.connect(self._resize)
        self._resize()

    def _prepare_headers(self, name: str) -> None:
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setAccessibleName(name)
        across.setAccessibleName(name)
        across.setHighlightSections(False)
        across.setSectionsClickable(any(column.key for column in self._columns))
        across.sectionClicked.connect(self._sort_clicked)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for index, column in enumerate(self._columns):
            fixed = QHeaderView.ResizeMode.Interactive if column.width else QHeaderView.ResizeMode.Stretch
            across.setSectionResizeMode(index, fixed)
        self._sort = ("", False)

    def set_rows(
        self, rows: Sequence[R], *, complete: bool = True, keep: Callable[[R], object] | None = None
    ) -> None:
        """Show `rows`. With `keep` (what makes a row the same row) the chosen one stays chosen.

        `complete=False` when `on_more` can fetch the next page.
        """
        wanted = keep(row) if keep is not None and (row := self.row()) is not None else None
        self.rows_model.replace(rows, complete)
        if keep is not None and wanted is not None:
            self.choose(lambda one: keep(one) == wanted)

    def append_rows(self, rows: Sequence[R], *, complete: bool) -> None:
        """Add the next page."""
        self.rows_model.append(rows, complete)

    def on_more(self, more: Callable[[int], None]) -> None:
        """Call `more(offset)` when the end comes into sight; it answers later with `append_rows`."""
        self.rows_model.more = more

    def rows(self) -> Sequence[R]:
        """The rows held."""
        return self.rows_model.rows

    def row(self) -> R | None:
        """The row chosen, or None."""
        index = self.currentIndex()
        if not index.isValid() or not self.selectionModel().isRowSelected(index.row(), QModelIndex()):
            return None
        return self.rows_model.rows[index.row()]

    def choose(self, which: Callable[[R], bool]) -> bool:
        """Choose the first row for which `which` holds; False when there is none."""
        for number, row in enumerate(self.rows_model.rows):
            if which(row):
                self.choose_number(number)
                return True
        return False

    def choose_number(self, number: int) -> None:
        """Choose the row at this place."""
        index = self.rows_model.index(number, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def choose_none(self) -> None:
        """Choose no row; the one that was chosen can then be chosen again."""
        self.selectionModel().clear()

    def show_sort(self, key: str, descending: bool) -> None:
        """Show by which column the database sorted."""
        self._sort = (key, descending)
        header = self.horizontalHeader()
        index = next((i for i, column in enumerate(self._columns) if column.key and column.key == key), -1)
        header.setSortIndicatorShown(index >= 0)
        if index >= 0:
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(index, order)

    def _sort_clicked(self, index: int) -> None:
        key = self._columns[index].key
        if key:
            descending = self._sort[0] == key and not self._sort[1]
            self.show_sort(key, descending)
            self.sort_asked.emit(key, descending)

    def _activate(self, index: QModelIndex) -> None:
        if index.isValid():
            self.activated_row.emit(self.rows_model.rows[index.row()])

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self.rows_model.rows[current.row()] if current.isValid() else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self.currentIndex())
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are shortcuts of the view around the table, not a search in it
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drop_columns()

    def _drop_columns(self) -> None:
        """Hide the columns that matter least until names have room to be read."""
        room = self.viewport().width() / theme().scale * 100
        kept = set(range(len(self._columns)))
        for index in sorted(kept, key=self._drop_rank, reverse=True):
            needed = sum(self._columns[i].width or self._columns[i].least for i in kept)
            if needed <= room or not self._columns[index].drop:
                break
            kept.discard(index)
        for index in range(len(self._columns)):
            if self.isColumnHidden(index) is (index in kept):
                self.setColumnHidden(index, index not in kept)

    def _drop_rank(self, index: int) -> int:
        return self._columns[index].drop

    def _resize(self) -> None:
        self.verticalHeader().setMinimumSectionSize(
            theme().px(Size.ROW)
        )  # first, or going smaller is refused
        self.verticalHeader().setDefaultSectionSize(theme().px(Size.ROW))
        self.horizontalHeader().setFixedHeight(theme().px(Size.ROW))
        for index, column in enumerate(self._columns):
            if column.width:
                self.setColumnWidth(index, theme().px(column.width))
        self._drop_columns()
        self.viewport().update()
