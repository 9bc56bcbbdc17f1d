"""A place that is one list, and the detail of what was chosen beside it where there is room for both."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.life import Life
from clinicdesk.ui.frame.listing import L, ListView, R
from clinicdesk.ui.frame.place import Place, Shell
from clinicdesk.ui.frame.targets import PlaceTarget
from clinicdesk.ui.kit import EmptyState, Row, Rule, Stack
from clinicdesk.ui.theme import Gap, Size, theme

P = TypeVar("P", bound=PlaceTarget)


class ListPlace(Place[P], Generic[P, L, R]):
    """The base of a place that is a list. Subclasses name their subjects and make the list."""

    watched: ClassVar[frozenset[Subject]]
    """The subjects whose changes call for another reading."""

    def __init__(
        self, desk: Desk, shell: Shell, parent: QWidget | None = None, *, margin: int = Gap.L
    ) -> None:
        super().__init__(desk, shell, parent, margin=margin)
        self.list = self.make_list()
        self.table, self.frame, self.empty = self.list.table, self.list.frame, self.list.empty
        self.filter = self.list.filter
        self._is_unread = False
        self.list.unread.connect(self._say_unread)

    @abstractmethod
    def make_list(self) -> ListView[L, R]:
        """The list, not laid out yet."""

    def take_focus(self) -> None:
        self.table.setFocus()

    def _say_unread(self, sentence: str) -> None:
        """Say why the list could not be read; once it could, take that back, but not what was refused since."""
        if sentence:
            self.show_problem(sentence)
        elif self._is_unread:
            self.clear_problem()
        self._is_unread = bool(sentence)

    def refresh(self, changes: Changes | None) -> None:
        if changes is None or touches(changes, self.watched):
            self.list.load(by_hand=changes is None)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any window: columns are left out, and the list gives way to its detail."""
        return QSize(theme().px(Size.SIDE_PANEL), super().minimumSizeHint().height())


class DetailPlace(ListPlace[P, L, R], Generic[P, L, R]):
    """A list with the detail of one row beside it, or in its place where the window has no room for both.

    Escape brings the list back. Subclasses make the detail, and open a row in it.
    """

    shares: ClassVar[tuple[int, int]]
    """How list and detail share what room there is."""
    least_detail: ClassVar[int]
    """What the detail keeps, unscaled, while the list stands beside it."""
    least_list: ClassVar[int] = Size.SIDE_PANEL

    def __init__(
        self, desk: Desk, shell: Shell, parent: QWidget | None = None, *, nothing: EmptyState | None = None
    ) -> None:
        """`nothing` stands beside the list while no row is open; without it the list has all the room."""
        super().__init__(desk, shell, parent, margin=Gap.NONE)
        self.detail = self.make_detail()
        self._beside = Stack(self)
        self._nothing = nothing
        if nothing is not None:
            self._beside.addWidget(nothing)
        self._beside.addWidget(self.detail)
        self._rule = Rule(self, upright=True)
        across = Row(gap=Gap.NONE)
        across.addWidget(self.list, self.shares[0])
        across.addWidget(self._rule)
        across.addWidget(self._beside, self.shares[1])
        self.page.addLayout(across, 1)
        theme().changed.connect(self._share)
        self.is_open = False
        self.close_detail()

    @abstractmethod
    def make_detail(self) -> Life[Any]:
        """What stands beside the list."""

    def refresh(self, changes: Changes | None) -> None:
        super().refresh(changes)
        if changes is not None:
            self.detail.refresh(changes)

    def may_close(self) -> bool:
        """Always: what was typed and not saved is kept."""
        return self.detail.may_close()

    def take_focus(self) -> None:
        if self.list.isVisibleTo(self):
            super().take_focus()
        else:
            self.detail.setFocus()

    def open_detail(self) -> None:
        """Show the detail."""
        self.is_open = True
        self._beside.show_only(self.detail)
        self._share()

    def close_detail(self) -> None:
        """Show the list, and nothing beside it."""
        self.is_open = False
        if self._nothing is not None:
            self._beside.show_only(self._nothing)
        self._share()

    def _share(self) -> None:
        both = self.width() >= theme().px(self.least_list + self.least_detail)
        self._beside.setVisible(self.is_open or (both and self._nothing is not None))
        self.detail.setMinimumWidth(theme().px(self.least_detail) if both else 0)
        self.list.setVisible(both or not self.is_open)
        self._rule.setVisible(both and self._beside.isVisibleTo(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_open:
            if not self.list.isVisibleTo(self):
                self.close_detail()
            self.table.setFocus()
        else:
            super().keyPressEvent(event)
