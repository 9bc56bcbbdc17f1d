"""A list at the left and the sheet of the chosen row at the right: the shape of most of Set up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Any, Generic, TypeVar
from zlib import crc32

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.permissions import Act, may
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import SET_UP, PanelKey, SetUpAt, SetUpRow
from clinicdesk.ui.kit import (
    Column,
    EmptyState,
    IconButton,
    LoadingFrame,
    MutedLabel,
    PushButton,
    Row,
    RowTable,
    Rule,
    SectionLabel,
    Stack,
    Steady,
    TableColumn,
)
from clinicdesk.ui.operations import Done, run_command, run_query
from clinicdesk.ui.places.setup.sheet import Sheet, Shown
from clinicdesk.ui.theme import Gap, theme

R = TypeVar("R")

LIST_WIDTHS = (296, 360)
"""Least and most, unscaled; the sheet takes the rest."""
_LIST_SHARE = 0.32


def number_of(same: object) -> int:
    """A number for what makes a row the same: itself where it is one."""
    return same if isinstance(same, int) else 1 + crc32(repr(same).encode())


class SetUpPage(QWidget):
    """One section of Set up."""

    subjects: frozenset[Subject] = frozenset()
    section = ""
    """Its key among the sections; the place gives it."""
    sheet: Sheet[Any]
    """The form of what is open."""

    move_asked = Signal(int)
    """A booking is to be moved in the booking form."""

    section_asked = Signal(object)
    """Another section has more about a row; carries its `SetUpAt`."""

    act = Act.EDIT_CLINIC
    """Who may not do this only looks."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.may_edit = may(desk.actor.role, self.act)

    @abstractmethod
    def load(self) -> None:
        """Read what is shown."""

    def refresh(self, changes: Changes | None) -> None:
        """Read again what `changes` touch."""
        if changes is None or touches(changes, self.subjects):
            self.load()

    def key_of(self, row: Any, new: bool) -> PanelKey:
        """For what the sheet is open: this row of this section, or its new one."""
        return PanelKey(f"{SET_UP}{self.section}", Subject.CLINIC, 0 if new else self.number_of(row))

    def number_of(self, row: Any) -> int:
        """The number of a stored row, above 0; a section of one row has 1."""
        del row
        return 1

    def leave(self) -> None:
        """The person goes to another section: what is typed here is kept, and that is said."""
        sheet = getattr(self, "sheet", None)
        if isinstance(sheet, Sheet):
            sheet.may_close()

    def open_target(self, target: SetUpAt) -> None:
        """Show what the target of this section names besides it."""


class ListPage(SetUpPage, Generic[R]):
    """The list, its buttons and the sheet. Subclasses say what a row is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._wanted: int | None = None
        """The number of the row to show once the list is there; 0 is the new one."""
        self.table: RowTable[R] = RowTable(self.heading(), self.columns(), self, key=self.number_of)
        self.sheet = self.make_sheet()
        self._build()
        self.table.chosen.connect(self._chosen)
        self.sheet.key_of = self.key_of
        self.sheet.row_of = self._row_of
        self.sheet.emptied.connect(self._show_nothing)

    # ------------------------------------------------------------------ what a subclass says

    @abstractmethod
    def heading(self) -> str:
        """The section's title."""

    @abstractmethod
    def explanation(self) -> str:
        """What belongs here, in a sentence."""

    @abstractmethod
    def columns(self) -> Sequence[TableColumn[R]]:
        """The columns of the list."""

    @abstractmethod
    def make_sheet(self) -> Sheet[R]:
        """The form at the right."""

    @abstractmethod
    def fetch(self) -> Sequence[R]:
        """The rows; called off the GUI thread."""

    @abstractmethod
    def same(self, row: R) -> object:
        """What makes a row the same row after it was read again."""

    def number_of(self, row: R) -> int:
        """The number of a stored row, above 0; made from its names where it has none."""
        return number_of(self.same(row))

    def choices(self) -> Any:
        """What the form offers to choose from; called off the GUI thread."""

    def offer(self, choices: Any) -> None:
        """Let the form offer what `choices` found."""

    def blank(self) -> R | None:
        """A new row to fill in, or None where none can be added."""
        return None

    def add_words(self) -> str:
        """The words on the button that adds one."""
        return _("Add")

    def step_row(self, row: R, up: bool) -> Done[object] | None:
        """Move a row up or down; called off the GUI thread. None where the order is fixed."""
        return None

    can_move = False

    # ------------------------------------------------------------------ frame

    def _build(self) -> None:
        across = Row(self, gap=Gap.NONE)
        self._side = QWidget(self)
        left = Column(self._side, gap=Gap.S)
        self.head = Column(gap=Gap.XS, margin=(Gap.L, Gap.L, Gap.L, Gap.S))
        self.head.add(SectionLabel(self.heading(), self), MutedLabel(self.explanation(), self, wrap=True))
        left.addLayout(self.head)
        action = (self.add_words(), self.add) if self.may_edit and self._can_add() else None
        empty = EmptyState("set_up", _("Nothing here yet."), action, self)
        self.frame = LoadingFrame(self.table, self, empty=empty)
        left.addWidget(self.frame, 1)
        steady = Steady(self, self.frame)
        self.table.shifted.connect(steady.moved)
        left.addWidget(self._buttons())
        self.sheets = Stack(self)
        self.nothing = EmptyState("edit", _("Choose a row to see it here."), None, self)
        self.sheets.addWidget(self.nothing)
        self.sheets.addWidget(self.sheet)
        across.add(self._side, Rule(self, upright=True))
        across.addWidget(self.sheets, 1)
        theme().changed.connect(self._resize)
        self._resize()

    def _buttons(self) -> QWidget:
        holder = QWidget(self)
        row = Row(holder, gap=Gap.S, margin=(Gap.L, Gap.NONE, Gap.L, Gap.S))
        self.add_button = PushButton(self.add_words(), self, icon="add", shortcut="Ctrl+N")
        self.add_button.clicked.connect(self.add)
        self.up_button = IconButton("caret-up", _("Move up"), self, shortcut="Alt+Up")
        self.down_button = IconButton("caret-down", _("Move down"), self, shortcut="Alt+Down")
        self.up_button.clicked.connect(partial(self._move, True))
        self.down_button.clicked.connect(partial(self._move, False))
        row.addWidget(self.add_button)
        row.addStretch(1)
        row.add(self.up_button, self.down_button)
        self.add_button.setVisible(self._can_add())
        self.up_button.setVisible(self.can_move)
        self.down_button.setVisible(self.can_move)
        holder.setVisible(self.may_edit and (self._can_add() or self.can_move))
        return holder

    def _can_add(self) -> bool:
        return self.blank() is not None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resize()

    def _resize(self) -> None:
        least, most = (theme().px(width) for width in LIST_WIDTHS)
        self._side.setFixedWidth(max(least, min(most, round(self.width() * _LIST_SHARE))))

    # ------------------------------------------------------------------ rows

    def load(self) -> None:
        """Read the rows again."""
        self.frame.start()
        run_query(self, self._read_all, done=self._read, latest="rows")

    def _read_all(self) -> tuple[Sequence[R], Any]:
        return self.fetch(), self.choices()

    def _read(self, found: tuple[Sequence[R], Any]) -> None:
        rows, choices = found
        self.offer(choices)
        self._loaded(rows)

    def _row_of(self, key: PanelKey) -> Shown[R]:
        """Read one row again; called off the GUI thread."""
        blank = self.blank()
        if not key.id and blank is not None:
            return Shown(blank, True)
        for row in self.fetch():
            if self.number_of(row) == key.id:
                return Shown(row, False)
        raise NotFound(_("This is not there any more."))

    def _loaded(self, rows: Sequence[R]) -> None:
        self.table.set_rows(rows)
        self.frame.show_rows(bool(rows))
        shown = self.sheet.row
        fresh = self._found(rows, shown) if shown is not None and not self.sheet.is_new else None
        if fresh is not None:
            self.sheet.offer_fresh(fresh)
            self.table.choose(partial(self._is_same, fresh))
        if fresh is None and not self.sheet.is_new:
            self._show(None)
            if rows and shown is None and self._wanted is None:
                self.table.choose_number(0)
        self._show_wanted(rows)
        self._show_buttons()

    def _show_wanted(self, rows: Sequence[R]) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        if not wanted:
            self.add()
        elif not self.table.choose(lambda row: self.number_of(row) == wanted) and rows:
            self.table.choose_number(0)

    def open_target(self, target: SetUpAt) -> None:
        """Show a row, or the new one, with what was typed there."""
        if isinstance(target, SetUpRow):
            self._wanted = target.row
            if self.table.rows():
                self._show_wanted(self.table.rows())

    def choose(self, key: object) -> bool:
        """Choose the row that `same` calls `key`."""
        return self.table.choose(lambda row: self.same(row) == key)

    def add(self) -> None:
        """Begin a new row, or go on with the one that is not stored yet."""
        row = self.blank()
        if row is not None:
            self.table.choose_none()
            self._show(row, new=True)

    def _is_same(self, one: R, other: R) -> bool:
        return self.same(one) == self.same(other)

    def _found(self, rows: Sequence[R], wanted: R) -> R | None:
        return next((row for row in rows if self._is_same(wanted, row)), None)

    def _chosen(self, row: R | None) -> None:
        shown = self.sheet.row
        if row is None or (shown is not None and not self.sheet.is_new and self._is_same(shown, row)):
            return
        self._show(row)

    def _show(self, row: R | None, *, new: bool = False) -> None:
        self.sheet.set_row(row, new=new)
        self.sheets.show_only(self.nothing if row is None else self.sheet)
        if new:
            self.sheet.focus_first()
        self._show_buttons()

    def _show_buttons(self) -> None:
        here = self.table.row() is not None and not self.sheet.is_new
        self.up_button.setEnabled(here)
        self.down_button.setEnabled(here)

    def _show_nothing(self) -> None:
        self._show(None)

    def _move(self, up: bool) -> None:
        row = self.table.row()
        if row is None:
            return
        run_command(self, partial(self._moving, row, up))

    def _moving(self, row: R, up: bool) -> Done[object]:
        done = self.step_row(row, up)
        assert done is not None
        return done
