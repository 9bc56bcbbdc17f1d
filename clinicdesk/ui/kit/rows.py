"""What a table shows: its columns, and frozen rows as a Qt model that changes no more than what changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from clinicdesk.ui.kit.marks import state_words

R = TypeVar("R")
AnyIndex = QModelIndex | QPersistentModelIndex
Key = Callable[[R], Hashable]
"""What makes a row the same row after its cells have changed."""

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

    def __init__(
        self, columns: Sequence[Column[R]], parent: QWidget | None = None, *, key: Key[R] | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
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
        """Show `rows`; `complete` unless more can be fetched.

        Rows with the key of one that is there stay that row: what is chosen and where the eye is outlive it.
        """
        self._complete, self._asked = complete, -1
        keys = [] if self._key is None else [self._key(row) for row in rows]
        if self._key is None or _has_twins(keys) or _has_twins(self.keys()):
            self._begin_anew(rows)
            return
        wanted = dict(zip(keys, rows, strict=True))
        self._remove_all_but(wanted)
        self._put_in_order(keys)
        self._insert_new(keys, wanted)
        self._change_cells(rows)

    def _begin_anew(self, rows: Sequence[R]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def keys(self) -> list[Hashable]:
        """The keys of the rows, from the top."""
        assert self._key is not None
        return [self._key(row) for row in self.rows]

    def _remove_all_but(self, wanted: dict[Hashable, R]) -> None:
        gone = [number for number, key in enumerate(self.keys()) if key not in wanted]
        for first, last in reversed(list(_runs(gone))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self.rows[first : last + 1]
            self.endRemoveRows()

    def _put_in_order(self, keys: Sequence[Hashable]) -> None:
        here = dict(zip(self.keys(), self.rows, strict=True))
        ordered = [key for key in keys if key in here]
        if ordered == list(here):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        named = [list(here)[index.row()] for index in before]
        self.rows = [here[key] for key in ordered]
        place = {key: number for number, key in enumerate(ordered)}
        after = [self.index(place[key], old.column()) for key, old in zip(named, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _insert_new(self, keys: Sequence[Hashable], wanted: dict[Hashable, R]) -> None:
        here = set(self.keys())
        new = [number for number, key in enumerate(keys) if key not in here]
        for first, last in _runs(new):
            self.beginInsertRows(QModelIndex(), first, last)
            self.rows[first:first] = [wanted[key] for key in keys[first : last + 1]]
            self.endInsertRows()

    def _change_cells(self, rows: Sequence[R]) -> None:
        changed = [
            number for number, (old, new) in enumerate(zip(self.rows, rows, strict=True)) if old != new
        ]
        for first, last in _runs(changed):
            self.rows[first : last + 1] = rows[first : last + 1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

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


def _has_twins(keys: Sequence[Hashable]) -> bool:
    return len(set(keys)) < len(keys)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as stretches without a gap, first and last."""
    first = last = -1
    for number in numbers:
        if first >= 0 and number != last + 1:
            yield first, last
            first = number
        first, last = (number if first < 0 else first), number
    if first >= 0:
        yield first, last
