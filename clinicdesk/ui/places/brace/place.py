"""The brace orders under way: who waits for a brace first, with the order in hand beside the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter
from typing import ClassVar, Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import BraceOrderId
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import brace
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.place import Place, PlaceCount, Shell
from clinicdesk.ui.frame.targets import BraceOrderOf, Braces, PlainPlace
from clinicdesk.ui.kit import (
    Column,
    EmptyState,
    LoadingFrame,
    Paint,
    Row,
    RowTable,
    Rule,
    SegmentedRow,
    Stack,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.places.brace.sheet import OrderSheet
from clinicdesk.ui.theme import Gap, Size, theme

PrintOrder = Callable[[Desk, QWidget, BraceOrderId], object]

WAITING, WITH_PATIENT = "waiting", "with_patient"
_SHARES: Final = (4, 5)
_ROOM_FOR_BOTH: Final = Size.SIDE_PANEL + Size.SIDE_PANEL_WIDE - Size.LABEL_COLUMN


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A line of the list, with how long it has waited or how long it is still worn."""

    order: BraceOrderRecord
    since: str

    @property
    def order_id(self) -> BraceOrderId:
        """The order of the row."""
        return self.order.id

    @property
    def chip(self) -> str:
        """Which group it stands in."""
        return WAITING if self.order.status.is_waiting else WITH_PATIENT


def print_brace_order(desk: Desk, parent: QWidget, order_id: BraceOrderId) -> object:
    """Open the written order on paper."""
    # Printing is loaded when the first paper is wanted.
    from clinicdesk.ui.papers.window import show_brace_order

    return show_brace_order(desk, parent, order_id)


class BracesPlace(Place[BraceOrderOf]):
    """The list of orders."""

    home: ClassVar[PlainPlace] = Braces()
    icon_name: ClassVar[str] = "braces"
    counts: ClassVar[frozenset[Subject]] = frozenset({Subject.BRACE})
    print_order: ClassVar[PrintOrder] = staticmethod(print_brace_order)

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent, margin=Gap.NONE)
        self._orders: tuple[BraceOrderRecord, ...] = ()
        self._wanted: BraceOrderId | None = None
        self._is_loaded = False
        self._list = QWidget(self)
        self._build_list()
        self.sheet = OrderSheet(desk, self)
        self.sheet.print_asked.connect(self._print)
        self._beside = Stack(self)
        self._nothing = EmptyState("braces", _("Choose an order at the left."), parent=self)
        self._beside.show_only(self._nothing)
        self._beside.addWidget(self.sheet)
        across = Row(gap=Gap.NONE)
        across.addWidget(self._list, _SHARES[0])
        across.addWidget(Rule(self, upright=True))
        across.addWidget(self._beside, _SHARES[1])
        self.page.addLayout(across, 1)

    def _build_list(self) -> None:
        down = Column(self._list, gap=Gap.M, margin=Gap.L)
        self.filter = SegmentedRow(
            _("Which orders"), [(WAITING, _("Waiting for delivery"))], self._list, clearable=True
        )
        self.filter.changed.connect(self._show_rows)
        self.table: RowTable[OrderRow] = RowTable(_("Brace orders"), _columns(), self._list)
        self.table.chosen.connect(self._row_chosen)
        self.empty = EmptyState("braces", "", parent=self._list)
        self.frame = LoadingFrame(self.table, self._list, empty=self.empty)
        down.addWidget(self.filter)
        down.addWidget(self.frame, 1)

    @classmethod
    def title(cls) -> str:
        return _("Braces")

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        return PlaceCount(brace.waiting_count(desk))

    def take_focus(self) -> None:
        self.table.setFocus()

    def refresh(self, changes: Changes | None) -> None:
        if changes is None or touches(changes, {Subject.BRACE, Subject.PATIENT, Subject.BOOKING}):
            self._load(by_hand=changes is None or not self._is_loaded)
        if changes is not None:
            self.sheet.refresh(changes)

    def may_close(self) -> bool:
        """Always: a note that was not saved is kept."""
        return self.sheet.may_close()

    def open_target(self, target: BraceOrderOf) -> None:
        self._wanted = target.order_id
        self.filter.set_value(None)
        self._open(self._wanted)
        self._load()

    # ------------------------------------------------------------------ the list

    def _load(self, *, by_hand: bool = True) -> None:
        self.frame.start()
        run_query(
            self,
            partial(brace.open_orders, self.desk),
            done=partial(self._loaded, by_hand),
            failed=self._not_loaded,
            latest="orders",
        )

    def _loaded(self, by_hand: bool, orders: tuple[BraceOrderRecord, ...]) -> None:
        self._orders, self._is_loaded = orders, True
        self._fill(choose=by_hand)

    def _not_loaded(self, fault: ClinicDeskError) -> None:
        self.frame.show_unread(self._load)
        self.show_problem(fault.sentence)

    def _show_rows(self) -> None:
        self._fill(choose=True)

    def _fill(self, *, choose: bool) -> None:
        """Show the rows; ``choose`` the first where none is chosen, but not when others changed the list: that
        would open a chart that nobody asked for."""
        today = fmt.local(self.desk.clock.now()).date()
        rows = sorted((OrderRow(order, _since(order, today)) for order in self._orders), key=_order)
        self._show_counts(Counter(row.chip for row in rows))
        chip = self.filter.value()
        shown = [row for row in rows if chip is None or row.chip == chip]
        self.table.set_rows(shown, keep=attrgetter("order_id"))
        self.empty.set_sentence(
            _("No brace is under way. A surgeon orders one from the patient's page or the case.")
            if chip is None
            else _("No order of this kind.")
        )
        self.frame.show_rows(bool(shown))
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.table.choose(partial(_is_row, wanted))
            return  # it stands beside the list also where it is over, and in no list
        if choose and shown and self.table.row() is None:
            self.table.choose_number(0)
        if not shown:
            self._beside.show_only(self._nothing)

    def _show_counts(self, counted: Counter[str]) -> None:
        self.filter.blockSignals(True)
        self.filter.set_options(
            [
                (WAITING, _("Waiting for delivery  {count}").format(count=fmt.number(counted[WAITING]))),
                (WITH_PATIENT, _("Delivered  {count}").format(count=fmt.number(counted[WITH_PATIENT]))),
            ]
        )
        self.filter.blockSignals(False)

    def _row_chosen(self, row: OrderRow | None) -> None:
        if row is not None:
            self._open(row.order_id)

    def _open(self, order_id: BraceOrderId) -> None:
        key = BraceOrderOf(order_id=order_id).key
        is_open = self.sheet.key == key and self._beside.currentWidget() is self.sheet
        self._beside.show_only(self.sheet)
        if not is_open:
            self.sheet.open_for(key)

    def _print(self, order_id: int) -> None:
        type(self).print_order(self.desk, self, BraceOrderId(order_id))

    def minimumSizeHint(self) -> QSize:
        """Small enough for any window: the order gives way to the list."""
        return QSize(theme().px(Size.SIDE_PANEL), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        both = self.width() >= theme().px(_ROOM_FOR_BOTH)
        self._list.setVisible(both or self._beside.currentWidget() is not self.sheet)


def _is_row(order_id: BraceOrderId, row: OrderRow) -> bool:
    return row.order_id == order_id


def _order(row: OrderRow) -> tuple[bool, date, int]:
    """Who waits first, the longest first; then by when the brace comes off."""
    order = row.order
    waits = order.status.is_waiting
    return (not waits, order.draft.ordered_on if waits else order.worn_until or date.max, order.id)


def _since(order: BraceOrderRecord, today: date) -> str:
    if order.status.is_waiting:
        days = (today - order.draft.ordered_on).days
        since = ngettext("{days} day", "{days} days", days).format(days=days) if days else _("since today")
        wanted = None if order.wanted_at is None else fmt.local(order.wanted_at).date()
        if wanted is None or wanted < today:
            return since
        return _("{since}, for {day}").format(since=since, day=fmt.near_day(wanted, today))
    if order.worn_until is None:
        return ""
    if order.worn_until < today:
        return _("was until {day}").format(day=fmt.short_day(order.worn_until))
    return _("until {day}").format(day=fmt.near_day(order.worn_until, today))


# ---------------------------------------------------------------------- columns


def _columns() -> Sequence[TableColumn[OrderRow]]:
    return (
        TableColumn(heading=_("Patient"), text=_patient, paint=Paint.STRONG, least=140),
        TableColumn(heading=_("Status"), text=_status, width=112, drop=1),
        TableColumn(heading=_("Waiting, or worn"), text=_waiting, width=176, paint=Paint.FIGURES),
        TableColumn(heading=_("Brace"), text=_brace, least=176, paint=Paint.MUTED, drop=2),
        TableColumn(heading=_("Ordered by"), text=_prescriber, width=120, paint=Paint.MUTED, drop=3),
    )


def _patient(row: OrderRow) -> str:
    return row.order.patient


def _status(row: OrderRow) -> str:
    return row.order.status.label


def _waiting(row: OrderRow) -> str:
    return row.since


def _brace(row: OrderRow) -> str:
    return row.order.brace


def _prescriber(row: OrderRow) -> str:
    return row.order.prescriber
