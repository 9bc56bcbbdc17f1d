"""A table of frozen rows: fixed row heights, plain text, pages on demand, keyboard first.

Sorting, filtering and paging belong to the database; this is a thin adapter from a sequence to a Qt model.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
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
from clinicdesk.ui.kit.rows import AnyIndex, Column, Key, Paint, R, RowsModel
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, Token, paint_mark, theme


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

    With a `key` the list keeps its place when it is given other rows: the same row stays chosen and stays where it is
    on the screen, `chosen` is said only for another row, and `shifted` where a row in sight has moved all the same.
    """

    activated_row = Signal(object)
    chosen = Signal(object)
    sort_asked = Signal(str, bool)
    shifted = Signal()
    """Other rows stand now where rows were in sight."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[R]],
        parent: QWidget | None = None,
        *,
        key: Key[R] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.rows_model: RowsModel[R] = RowsModel(columns, self, key=key)
        self._key = key
        self._said: Hashable = None
        """The key of the row that `chosen` named last."""
        self._is_filling = False
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

    def set_rows(self, rows: Sequence[R], *, complete: bool = True) -> None:
        """Show `rows`; `complete=False` when `on_more` can fetch the next page."""
        if self._key is None:
            self.rows_model.replace(rows, complete)
            return
        before, chosen = self._in_sight(), self.row()
        with self._filling():
            self.rows_model.replace(rows, complete)
        self._keep_place(before)
        now = self.row()
        if now is None or chosen is None or self._key(now) != self._key(chosen):
            self.choose_none()  # Qt goes to the next row where the chosen one is gone; nobody chose that
        after = self._in_sight()
        if any(after.get(key) != top for key, top in before.items()):
            self.shifted.emit()

    @contextmanager
    def _filling(self) -> Iterator[None]:
        """Qt moves the current row when its own goes, and scrolls to it; nobody asked for either."""
        self._is_filling = True
        self.setAutoScroll(False)
        try:
            yield
        finally:
            self._is_filling = False
            self.setAutoScroll(True)

    def _in_sight(self) -> dict[Hashable, int]:
        """The rows in sight, by key, with their upper edge in pixels from the top of the list."""
        assert self._key is not None
        rows, height = self.rows_model.rows, self.viewport().height()
        first = self.rowAt(0)
        seen: dict[Hashable, int] = {}
        for number in range(max(first, 0), len(rows)):
            top = self.rowViewportPosition(number)
            if top >= height:
                break
            seen[self._key(rows[number])] = top
        return seen

    def _keep_place(self, before: dict[Hashable, int]) -> None:
        """Scroll so that the first row in sight stays where it was; a list that shows its top goes on showing it."""
        bar = self.verticalScrollBar()
        at = bar.value()
        self.executeDelayedItemsLayout()
        self.updateGeometries()
        if not at:
            bar.setValue(0)
            return
        places = {key: number for number, key in enumerate(self.rows_model.keys())}
        anchor = next((key for key in before if key in places), None)
        if anchor is not None:
            bar.setValue(bar.value() + self.rowViewportPosition(places[anchor]) - before[anchor])

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
        if self._is_filling:
            return
        row = self.rows_model.rows[current.row()] if current.isValid() else None
        if self._key is not None:
            key = None if row is None else self._key(row)
            if key == self._said:
                return
            self._said = key
        self.chosen.emit(row)

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
