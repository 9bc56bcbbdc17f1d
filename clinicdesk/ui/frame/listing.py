"""A list of a place: what it reads, how it is grouped and shown, and how it keeps its place while others work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.ui.kit import EmptyState, LoadingFrame, RowTable, SegmentedRow, Steady, TableColumn
from clinicdesk.ui.kit.layout import Column
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap

L = TypeVar("L")
"""What is read: a line as the service gives it."""
R = TypeVar("R")
"""What is shown: the line as it stands at this minute."""


@dataclass(frozen=True, slots=True)
class Groups(Generic[R]):
    """The groups of a list, of which one can be shown alone."""

    name: str
    """What the choice is called: "Which calls"."""
    keys: Sequence[Hashable]
    of: Callable[[R], Hashable]
    """The group of a row."""
    words: Callable[[Any, int], str]
    """How a group with so many rows reads."""
    first: Hashable = None
    """The group that is shown at first, and always one of them; None shows all rows until a group is chosen."""


class ListView(QWidget, Generic[L, R]):
    """The rows with the choice of groups above them.

    `read` runs on a worker; `rows` makes of its lines what is shown, now and each time `show_again` is called. However many
    changes ask for another reading in one turn of the window, it is read once. Where rows move, a press of the mouse
    waits a moment (`Steady`). `chosen` carries another row or None, `opened` the row of Enter or a double click.
    """

    chosen = Signal(object)
    opened = Signal(object)
    shown = Signal(object)
    """Carries the rows of all groups, each time they are shown."""
    unread = Signal(str)
    """Carries the sentence why the list could not be read; empty once it could."""

    def __init__(
        self,
        parent: QWidget,
        *,
        name: str,
        columns: Sequence[TableColumn[R]],
        key: Callable[[R], Hashable],
        read: Callable[[], Sequence[L]],
        rows: Callable[[Sequence[L]], Sequence[R]],
        empty: EmptyState,
        empty_words: Callable[[Any], str] | None = None,
        groups: Groups[R] | None = None,
        first: Callable[[Sequence[R]], int] | None = None,
        opens_chosen: bool = False,
        margin: int = Gap.NONE,
    ) -> None:
        """`empty_words` says why there is nothing, by group; `first` is the row that is chosen at first (else the top one).
        With `opens_chosen` what is chosen is opened, and then only a person chooses: a list that chose for itself
        after a colleague's change would open a chart that nobody asked for."""
        super().__init__(parent)
        self._key, self._read, self._rows_of = key, read, rows
        self._empty_words, self._groups, self._first = empty_words, groups, first
        self._opens_chosen = opens_chosen
        self.lines: Sequence[L] = ()
        self._wanted: Hashable = None
        self._of: Hashable = None
        self._by_hand = self._just_asked = self._is_loaded = False
        self.filter = self._make_filter()
        self.table: RowTable[R] = RowTable(name, columns, self, key=key)
        self.empty = empty
        self.frame = LoadingFrame(self.table, self, empty=empty)
        down = Column(self, gap=Gap.M, margin=margin)
        down.addWidget(self.filter)
        down.addWidget(self.frame, 1)
        self.steady = Steady(self, self, self.frame)
        self.table.shifted.connect(self.steady.moved)
        self.table.chosen.connect(self._row_chosen)
        self.table.activated_row.connect(self.opened)

    def _make_filter(self) -> SegmentedRow:
        groups = self._groups
        if groups is None:
            none = SegmentedRow(_("Which rows"), (), self)
            none.hide()
            return none
        options = [(key, groups.words(key, 0)) for key in groups.keys]
        made = SegmentedRow(groups.name, options, self, clearable=groups.first is None)
        made.set_value(groups.first)
        made.changed.connect(self._group_chosen)
        return made

    # ------------------------------------------------------------------ reading

    def load(self, *, by_hand: bool = False) -> None:
        """Read the lines; ``by_hand`` where a person asked, rather than a change."""
        self._by_hand = self._by_hand or by_hand or not self._is_loaded
        if self._just_asked:
            return  # what is told in the turn in which the reading began was stored before it
        self._just_asked = True
        QTimer.singleShot(0, self, self._turn_over)
        self._ask()

    def turn_to(self, of: Hashable, read: Callable[[], Sequence[L]]) -> None:
        """The list is about something else now, another day; nothing of the one before is shown for it."""
        if of != self._of:
            self._of, self._is_loaded = of, False
            self._just_asked = False
            self.table.choose_none()
        self._read = read
        self.frame.start(of)
        self.load(by_hand=True)

    def _turn_over(self) -> None:
        self._just_asked = False

    def _ask(self) -> None:
        self.frame.start(self._of)
        run_query(
            self, self._read, done=partial(self._loaded, self._of), failed=self._not_loaded, latest="lines"
        )

    def _loaded(self, of: Hashable, lines: Sequence[L]) -> None:
        if of != self._of:
            return
        self.lines, self._is_loaded = lines, True
        by_hand, self._by_hand = self._by_hand, False
        self.unread.emit("")
        self._fill(by_hand=by_hand)

    def _not_loaded(self, fault: ClinicDeskError) -> None:
        self.frame.show_unread(self._load_by_hand)
        self.unread.emit(fault.sentence)

    def _load_by_hand(self) -> None:
        self.load(by_hand=True)

    # ------------------------------------------------------------------ showing

    def show_again(self) -> None:
        """Make the rows anew of the lines that are there: a minute has gone, or another day has begun."""
        if self._is_loaded:
            self._fill(by_hand=False)

    def leave_out(self, which: Callable[[L], bool]) -> None:
        """Take lines out that the person has just dealt with, before they are read again."""
        self.lines = tuple(line for line in self.lines if not which(line))
        self._fill(by_hand=True)

    def choose_key(self, key: Hashable) -> bool:
        """Choose the row of this key, now or once it has been read, unless another is chosen before; False while it is
        not there."""
        found = self.table.choose(lambda row: self._key(row) == key)
        self._wanted = None if found else key
        return found

    def show_every_group(self) -> None:
        """No group is shown alone."""
        if self._groups is not None:
            self.filter.set_value(self._groups.first)

    def rows(self) -> Sequence[R]:
        """The rows that are shown."""
        return self.table.rows()

    def row(self) -> R | None:
        """The chosen row."""
        return self.table.row()

    def step(self, by: int) -> None:
        """Choose the row so many further down."""
        count = len(self.table.rows())
        if count:
            self.table.choose_number(max(0, min(count - 1, self.table.currentIndex().row() + by)))

    def _row_chosen(self, row: R | None) -> None:
        if row is not None:
            self._wanted = None
        self.chosen.emit(row)

    def _group_chosen(self) -> None:
        if self._opens_chosen:
            self._wanted = None
        self._fill(by_hand=True)

    def _fill(self, *, by_hand: bool) -> None:
        rows = self._rows_of(self.lines)
        shown = self._of_group(rows)
        before = self.table.currentIndex().row()
        self.table.set_rows(shown)
        if self._empty_words is not None:
            self.empty.set_sentence(self._empty_words(self.filter.value()))
        self.frame.show_rows(bool(shown))
        self.shown.emit(rows)
        if self._wanted is not None:
            self.choose_key(self._wanted)  # else no other row takes its place: it is open, though in no list
        elif shown and self.table.row() is None and (by_hand or not self._opens_chosen):
            self.table.choose_number(self._next(shown, before))

    def _next(self, shown: Sequence[R], before: int) -> int:
        """Where one goes on: in the place of the row that is gone, or at the first."""
        if before >= 0:
            return min(before, len(shown) - 1)
        return self._first(shown) if self._first is not None else 0

    def _of_group(self, rows: Sequence[R]) -> Sequence[R]:
        groups = self._groups
        if groups is None:
            return rows
        counted = Counter(groups.of(row) for row in rows)
        self.filter.blockSignals(True)
        self.filter.set_options([(key, groups.words(key, counted[key])) for key in groups.keys])
        self.filter.blockSignals(False)
        wanted = self.filter.value()
        return rows if wanted is None else [row for row in rows if groups.of(row) == wanted]
