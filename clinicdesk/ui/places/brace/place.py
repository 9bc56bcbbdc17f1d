"""The brace orders under way: who waits for a brace first, with the order in hand beside the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BraceOrderId
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import brace
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.beside import DetailPlace
from clinicdesk.ui.frame.listing import Groups, ListView
from clinicdesk.ui.frame.place import PlaceCount, Shell
from clinicdesk.ui.frame.targets import BraceOrderOf, Braces, PlainPlace
from clinicdesk.ui.kit import EmptyState, Paint, TableColumn
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.brace.sheet import OrderSheet
from clinicdesk.ui.theme import Gap, Size

PrintOrder = Callable[[Desk, QWidget, BraceOrderId], object]

WAITING, WITH_PATIENT = "waiting", "with_patient"


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


class BracesPlace(DetailPlace[BraceOrderOf, BraceOrderRecord, OrderRow]):
    """The list of orders."""

    home: ClassVar[PlainPlace] = Braces()
    icon_name: ClassVar[str] = "braces"
    counts: ClassVar[frozenset[Subject]] = frozenset({Subject.BRACE})
    watched: ClassVar[frozenset[Subject]] = frozenset({Subject.BRACE, Subject.PATIENT, Subject.BOOKING})
    shares: ClassVar[tuple[int, int]] = (4, 5)
    least_detail: ClassVar[int] = Size.SIDE_PANEL_WIDE - Size.LABEL_COLUMN
    print_order: ClassVar[PrintOrder] = staticmethod(print_brace_order)

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent, nothing=EmptyState("braces", _("Choose an order at the left.")))
        self.list.chosen.connect(self._row_chosen)
        self.list.opened.connect(self._row_chosen)

    def make_list(self) -> ListView[BraceOrderRecord, OrderRow]:
        return ListView(
            self,
            name=_("Brace orders"),
            columns=_columns(),
            key=attrgetter("order_id"),
            read=partial(brace.open_orders, self.desk),
            rows=self._rows,
            groups=Groups(_("Which orders"), (WAITING, WITH_PATIENT), attrgetter("chip"), _group_words),
            empty=EmptyState("braces", ""),
            empty_words=_no_order,
            opens_chosen=True,
            margin=Gap.L,
        )

    def make_detail(self) -> OrderSheet:
        self.sheet = OrderSheet(self.desk, self)
        self.sheet.print_asked.connect(self._print)
        return self.sheet

    @classmethod
    def title(cls) -> str:
        return _("Braces")

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        return PlaceCount(brace.waiting_count(desk))

    def open_target(self, target: BraceOrderOf) -> None:
        """It stands beside the list also where it is over, and in no list."""
        self.list.show_every_group()
        self._open(target.order_id)
        self.list.choose_key(target.order_id)
        self.list.load()

    def _rows(self, orders: Sequence[BraceOrderRecord]) -> Sequence[OrderRow]:
        today = fmt.local(self.desk.clock.now()).date()
        return sorted((OrderRow(order, _since(order, today)) for order in orders), key=_order)

    def _row_chosen(self, row: OrderRow | None) -> None:
        if row is not None:
            self._open(row.order_id)

    def _open(self, order_id: BraceOrderId) -> None:
        key = BraceOrderOf(order_id=order_id).key
        is_open = self.sheet.key == key and self.is_open
        self.open_detail()
        if not is_open:
            self.sheet.open_for(key)

    def _print(self, order_id: int) -> None:
        type(self).print_order(self.desk, self, BraceOrderId(order_id))


def _group_words(chip: str, count: int) -> str:
    number = fmt.number(count)
    return {
        WAITING: _("Waiting for delivery  {count}").format(count=number),
        WITH_PATIENT: _("Delivered  {count}").format(count=number),
    }[chip]


def _no_order(chip: str | None) -> str:
    if chip is None:
        return _("No brace is under way. A surgeon orders one from the patient's page or the case.")
    return _("No order of this kind.")


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
