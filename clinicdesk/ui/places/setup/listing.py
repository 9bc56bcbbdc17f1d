"""A list at the left and the sheet of the chosen row at the right: the shape of most of Set up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.permissions import Act, may
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import SetUpAt
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
    TableColumn,
)
from clinicdesk.ui.operations import Done, run_command, run_query
from clinicdesk.ui.places.setup.sheet import Sheet
from clinicdesk.ui.theme import Gap, theme

R = TypeVar("R")

LIST_WIDTHS = (296, 360)
"""Least and most, unscaled; the sheet takes the rest."""
_LIST_SHARE = 0.32


class SetUpPage(QWidget):
    """One section of Set up."""

    subjects: frozenset[Subject] = frozenset()
    sheet: Sheet[Any]
    """The form of what is open."""

    released = Signal()
    """The person saved or discarded what held them in this section."""
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

    def may_leave(self) -> bool:
        """Whether nothing would be lost; tells the person in place otherwise."""
        return True

    def open_target(self, target: SetUpAt) -> None:
        """Show what the target of this section names besides it."""


class ListPage(SetUpPage, Generic[R]):
    """The list, its buttons and the sheet. Subclasses say what a row is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._wanted: R | None = None
        self._wants_new = False
        self.table: RowTable[R] = RowTable(self.heading(), self.columns(), self)
        self.sheet = self.make_sheet()
        self._build()
        self.table.chosen.connect(self._chosen)
        self.sheet.let_go.connect(self._let_go)
        self.sheet.theirs_asked.connect(self.load)

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
        run_query(self, self.fetch, done=self._loaded, latest="rows")

    def _loaded(self, rows: Sequence[R]) -> None:
        self.table.chosen.disconnect(self._chosen)
        self.table.set_rows(rows)
        self.frame.show_rows(bool(rows))
        shown = self.sheet.row
        fresh = self._found(rows, shown) if shown is not None and not self.sheet.is_new else None
        if fresh is not None:
            self.table.choose(partial(self._is_same, fresh))
            self.sheet.offer_fresh(fresh)
        self.table.chosen.connect(self._chosen)
        if fresh is None and not self.sheet.is_new:
            self._show(None)
            if rows and shown is None:
                self.table.choose_number(0)
        self._show_buttons()

    def choose(self, key: object) -> bool:
        """Choose the row that `same` calls `key`."""
        return self.table.choose(lambda row: self.same(row) == key)

    def add(self) -> None:
        """Begin a new row."""
        if self.sheet.is_dirty:
            self._wanted, self._wants_new = None, True
            self.sheet.hold_back()
            return
        row = self.blank()
        if row is not None:
            self.table.choose_none()
            self._show(row, new=True)

    def may_leave(self) -> bool:
        """Whether nothing would be lost; tells the person in place otherwise."""
        if not self.sheet.is_dirty:
            return True
        self._wanted, self._wants_new = None, False
        self.sheet.hold_back()
        return False

    def _is_same(self, one: R, other: R) -> bool:
        return self.same(one) == self.same(other)

    def _found(self, rows: Sequence[R], wanted: R) -> R | None:
        return next((row for row in rows if self._is_same(wanted, row)), None)

    def _chosen(self, row: R | None) -> None:
        shown = self.sheet.row
        if row is None or (shown is not None and not self.sheet.is_new and self._is_same(shown, row)):
            return
        if self.sheet.is_dirty:
            self._wanted, self._wants_new = row, False
            self.sheet.hold_back()
            QTimer.singleShot(0, self._select_shown)
            return
        self._show(row)

    def _select_shown(self) -> None:
        """Put the mark back on the row that is still open."""
        shown = self.sheet.row
        if shown is None or self.sheet.is_new:
            self.table.choose_none()
        else:
            self.table.choose(partial(self._is_same, shown))

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

    def _let_go(self) -> None:
        wanted, wants_new = self._wanted, self._wants_new
        self._wanted, self._wants_new = None, False
        if self.sheet.row is None:
            self._show(None)
        if wants_new:
            self.add()
        elif wanted is not None:
            self.choose(self.same(wanted))
        else:
            self.released.emit()

    def _move(self, up: bool) -> None:
        row = self.table.row()
        if row is None or self.sheet.is_dirty:
            if row is not None:
                self.sheet.hold_back()
            return
        run_command(self, partial(self._moving, row, up))

    def _moving(self, row: R, up: bool) -> Done[object]:
        done = self.step_row(row, up)
        assert done is not None
        return done
