"""The waiting list: everybody who waits for a time, and the times of the next days that came free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter
from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QSizePolicy,
    QWidget,
)

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.waiting import Hole, Priority, WaitingEntry
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import waiting
from clinicdesk.services.desk import Desk
from clinicdesk.ui.case.waiting import words
from clinicdesk.ui.frame.beside import ListPlace
from clinicdesk.ui.frame.listing import ListView
from clinicdesk.ui.frame.place import Command, PlaceCount, Shell
from clinicdesk.ui.frame.targets import (
    AddToWaitingList,
    ChangeBooking,
    HoleLeftBy,
    PlainPlace,
    SoonestHole,
    WaitingEntryOf,
    WaitingForSoonest,
    WaitingList,
    WaitingTarget,
)
from clinicdesk.ui.kit import (
    EmptyState,
    MutedLabel,
    Paint,
    PushButton,
    Row,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.cells import AnyIndex, MarkedCell, warn
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap, Mark, Size, Token, paint_mark, theme
from clinicdesk.ui.theme.icons import paint_icon

_PRIORITY, _READY = 0, 5
_MOST_HOLES: Final = 4


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A line of the list as it stands today."""

    entry: WaitingEntry
    today: date
    waited: int

    @property
    def booking_id(self) -> BookingId:
        """The booking of the row."""
        return self.entry.booking_id


class WaitingPlace(ListPlace[WaitingTarget, WaitingEntry, WaitingRow]):
    """The list.

    Enter opens the chosen entry at the right, F finds it a time, + adds somebody.
    """

    home: ClassVar[PlainPlace] = WaitingList()
    icon_name: ClassVar[str] = "waiting"
    counts: ClassVar[frozenset[Subject]] = frozenset({Subject.BOOKING, Subject.PATIENT})
    watched: ClassVar[frozenset[Subject]] = frozenset({Subject.BOOKING, Subject.PATIENT, Subject.PREPARATION})

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        self._may_book = may(desk.actor.role, Act.BOOK)
        super().__init__(desk, shell, parent)
        self.holes = _Holes(shell, self)
        self.holes.setVisible(self._may_book)
        self.list.opened.connect(self._open)
        self.table.clicked.connect(self._clicked)
        self.page.addWidget(self.list, 1)
        self.page.addWidget(self.holes)

    def make_list(self) -> ListView[WaitingEntry, WaitingRow]:
        first = (_("Add to the waiting list"), self._add) if self._may_book else None
        made: ListView[WaitingEntry, WaitingRow] = ListView(
            self,
            name=_("Waiting list"),
            columns=_columns(),
            key=attrgetter("booking_id"),
            read=partial(waiting.entries, self.desk),
            rows=_rows,
            empty=EmptyState("waiting", _("Nobody waits for a time."), first),
        )
        self._looks = (_PriorityCell(made.table), _ReadyCell(made.table))
        made.table.setItemDelegateForColumn(_PRIORITY, self._looks[0])
        made.table.setItemDelegateForColumn(_READY, self._looks[1])
        return made

    @classmethod
    def title(cls) -> str:
        return _("Waiting")

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        return PlaceCount(waiting.count(desk))

    @classmethod
    def commands(cls) -> Sequence[Command]:
        return (
            Command(title=_("Add to the waiting list"), run=_add_somebody, icon="add"),
            Command(title=_("Who can take the time that came free?"), run=_fill_last, icon="waiting"),
        )

    def tools(self) -> QWidget:
        tools = QWidget()
        across = Row(tools, gap=Gap.S)
        self.add_button = PushButton(_("Add to the waiting list"), tools, icon="add")
        self.add_button.clicked.connect(self._add)
        self.add_button.setVisible(self._may_book)
        across.addWidget(self.add_button)
        across.addStretch(1)
        return tools

    def refresh(self, changes: Changes | None) -> None:
        super().refresh(changes)
        if self._may_book and (changes is None or touches(changes, self.watched)):
            self._load_holes()

    def open_target(self, target: WaitingTarget) -> None:
        if isinstance(target, WaitingForSoonest):
            self.shell.open(SoonestHole())
        else:
            self.list.choose_key(target.booking_id)
            self.list.load()
            self.shell.open(WaitingEntryOf(booking_id=target.booking_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.table.row()
        if event.key() == Qt.Key.Key_F and row is not None and self._may_book:
            self.shell.open(ChangeBooking(booking_id=row.booking_id))
        elif event.key() == Qt.Key.Key_Plus and self._may_book:
            self._add()
        else:
            super().keyPressEvent(event)

    def _load_holes(self) -> None:
        run_query(
            self,
            partial(waiting.holes_left, self.desk),
            done=self.holes.show_holes,
            failed=self._no_holes,
            latest="holes",
        )

    def _no_holes(self, _fault: ClinicDeskError) -> None:
        self.holes.show_holes(())

    def _open(self, row: WaitingRow) -> None:
        self.shell.open(WaitingEntryOf(booking_id=row.booking_id))

    def _clicked(self, index: QModelIndex) -> None:
        self._open(self.table.rows()[index.row()])

    def _add(self) -> None:
        self.shell.open(AddToWaitingList())


class _Holes(QWidget):
    """The times that came free, a button each, as many as there is room for.

    They stand below the list and keep their room where there are none, so that no row moves when one comes free.
    """

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row = Row(self, gap=Gap.S)
        self._label = MutedLabel(_("Came free:"), self)
        self._label.hide()
        self._row.addWidget(self._label)
        self._none = MutedLabel(_("No time came free in the next two weeks."), self)
        self._row.addWidget(self._none)
        self._row.addStretch(1)
        self.buttons: list[PushButton] = []
        theme().changed.connect(self._resize)
        self._resize()

    def show_holes(self, holes: Sequence[Hole]) -> None:
        """Offer the soonest of these."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(hole) for hole in holes[:_MOST_HOLES]]
        for number, button in enumerate(self.buttons):
            self._row.insertWidget(number + 1, button)
        self._label.setVisible(bool(self.buttons))
        self._none.setVisible(not self.buttons)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _resize(self) -> None:
        self.setFixedHeight(theme().px(Size.CONTROL))

    def _fit(self) -> None:
        gap, taken = theme().px(Gap.S), self._label.sizeHint().width()
        for number, button in enumerate(self.buttons):
            taken += gap + button.sizeHint().width()
            button.setVisible(taken <= self.width() or number == 0)

    def _button(self, hole: Hole) -> PushButton:
        button = PushButton(words.free_at(hole), self)
        button.set_tip(_("Who can take it?"))
        button.clicked.connect(partial(self._open, hole))
        return button

    def _open(self, hole: Hole, _checked: bool = False) -> None:
        if hole.left_by is not None:
            self._shell.open(HoleLeftBy(booking_id=hole.left_by))


def _rows(entries: Sequence[WaitingEntry]) -> Sequence[WaitingRow]:
    today, zone = fmt.today(), fmt.habits().zone
    return [WaitingRow(entry, today, entry.waited(today, zone)) for entry in entries]


def _add_somebody(shell: Shell) -> None:
    shell.go(WaitingList())
    shell.open(AddToWaitingList())


def _fill_last(shell: Shell) -> None:
    shell.go(WaitingForSoonest())


# ---------------------------------------------------------------------- columns


def _columns() -> tuple[TableColumn[WaitingRow], ...]:
    return (
        TableColumn(heading=_("Priority"), text=_priority, width=104),
        TableColumn(heading=_("Patient"), text=_patient, paint=Paint.STRONG, least=176),
        TableColumn(heading=_("Procedure"), text=_procedure, least=176, drop=2),
        TableColumn(heading=_("Minutes"), text=_minutes, width=80, paint=Paint.FIGURES, right=True, drop=6),
        TableColumn(heading=_("Wishes"), text=_wish, least=160, drop=3),
        TableColumn(heading=_("Ready"), text=_ready, least=144, drop=1),
        TableColumn(heading=_("Phone"), text=_phone, width=128, paint=Paint.FIGURES, drop=4),
        TableColumn(heading=_("Waiting"), text=_waited, width=96, paint=Paint.FIGURES, right=True, drop=5),
    )


def _priority(row: WaitingRow) -> str:
    return row.entry.wish.priority.label


def _patient(row: WaitingRow) -> str:
    return words.named(row.entry, row.today)


def _procedure(row: WaitingRow) -> str:
    return words.what(row.entry)


def _minutes(row: WaitingRow) -> str:
    return fmt.number(row.entry.minutes)


def _wish(row: WaitingRow) -> str:
    return words.wish(row.entry.wish)


def _ready(row: WaitingRow) -> str:
    return words.ready(row.entry)


def _phone(row: WaitingRow) -> str:
    return words.phone(row.entry.phone)


def _waited(row: WaitingRow) -> str:
    return words.days(row.waited)


class _PriorityCell(MarkedCell):
    """Urgent stands out by its weight and a mark, not by red: that is for emergencies."""

    def draw_mark(self, painter: QPainter, box: QRectF, index: AnyIndex) -> bool:
        row: WaitingRow = self.row(index)
        if row.entry.wish.priority is not Priority.URGENT:
            return False
        paint_icon(painter, box, "urgent", theme().colour(Token.TEXT))
        return True


class _ReadyCell(MarkedCell):
    """A check where everything is ready, the warning mark where something is missing."""

    def draw_mark(self, painter: QPainter, box: QRectF, index: AnyIndex) -> bool:
        row: WaitingRow = self.row(index)
        if row.entry.missing:
            warn(painter, box)
        else:
            paint_mark(painter, box, Mark.CHECK, theme().colour(Token.ACCENT), theme().colour(Token.SURFACE))
        return False
