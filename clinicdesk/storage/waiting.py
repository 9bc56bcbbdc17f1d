"""The waiting list as stored: who waits, their wishes, and the calls that offered them a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, and_, func, insert, select, update
from sqlalchemy.orm import Session

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId, UserId
from clinicdesk.domain.patients import full_name
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.finder import DayPart
from clinicdesk.domain.waiting import (
    OfferCall,
    OfferOutcome,
    Priority,
    WaitingEntry,
    Wish,
)
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage import calling
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import (
    BookingCall,
    BookingRow,
    BookingUnit,
    BookingWish,
    CatalogueEntry,
    PatientRow,
    ResourceRow,
    UserRow,
)

WAITING = (BookingState.WAITLIST, BookingState.REQUESTED)
"""The states in which somebody waits for a time."""

OFFER = "offer"
"""The purpose of a call that offers a time."""

_WISH = cast("Table", BookingWish.__table__)


def entries(session: Session, only: BookingId | None = None) -> tuple[WaitingEntry, ...]:
    """Everybody who waits (or ``only`` that one), in no order; nobody who has died."""
    rows = session.execute(_entries(only)).all()
    calls = _calls(session, [row.id for row in rows])
    patients = {PatientId(row.patient_id): full_name(row.given, row.family) for row in rows}
    phones = calling.phones_of(session, patients)
    wrong = calling.wrong_numbers_of(session, patients)
    return tuple(
        replace(
            _entry(row, calls.get(row.id, ())),
            phones=phones[row.patient_id],
            wrong=wrong.get(row.patient_id, frozenset()),
        )
        for row in rows
    )


def count(session: Session) -> int:
    """How many wait."""
    waiting = (
        select(func.count())
        .select_from(BookingRow)
        .join(PatientRow, PatientRow.id == BookingRow.patient_id)
        .where(BookingRow.state.in_(WAITING), PatientRow.deceased_on.is_(None))
    )
    return int(session.execute(waiting).scalar_one())


def read(session: Session, booking_id: BookingId) -> WaitingEntry:
    """One who waits. Raises `NotFound` where this booking waits no longer."""
    found = entries(session, booking_id)
    if not found:
        raise NotFound(_("This booking is not on the waiting list any more."))
    return found[0]


def wish_of(session: Session, booking_id: BookingId) -> Wish | None:
    """What was wished for a booking, if anything was written down."""
    row = session.execute(select(BookingWish).where(BookingWish.booking_id == booking_id)).scalar()
    return None if row is None else _wish(row)


def set_wish(session: Session, booking_id: BookingId, wish: Wish, *, since: datetime) -> None:
    """Write a wish down; ``since`` counts where none was before."""
    values = {
        "priority": wish.priority,
        "earliest_on": wish.earliest,
        "latest_on": wish.latest,
        "weekdays": "".join(str(day) for day in sorted(wish.weekdays)),
        "day_part": wish.day_part,
        "short_notice": wish.short_notice,
    }
    if wish_of(session, booking_id) is None:
        session.execute(insert(_WISH).values(booking_id=booking_id, since=since, **values))
    else:
        session.execute(update(_WISH).where(_WISH.c.booking_id == booking_id).values(**values))


def add_call(
    session: Session,
    booking_id: BookingId,
    outcome: OfferOutcome,
    *,
    at: datetime,
    by: UserId,
    number: str,
    offered: datetime | None,
    note: str,
) -> int:
    """Write down a call that offered a time."""
    new = insert(BookingCall).values(
        booking_id=booking_id,
        purpose=OFFER,
        at=at,
        user_id=by,
        number=number,
        outcome=outcome,
        note=note,
        offered_at=offered,
    )
    return int(session.execute(new.returning(BookingCall.id)).scalar_one())


def left_between(session: Session, first: datetime, after: datetime) -> tuple[BookingId, ...]:
    """The bookings that were called off or missed and would have started between two instants, the soonest first."""
    query = (
        select(BookingRow.id)
        .where(
            BookingRow.state.in_([BookingState.CANCELLED, BookingState.NO_SHOW]),
            BookingRow.starts_at >= first,
            BookingRow.starts_at < after,
        )
        .order_by(BookingRow.starts_at, BookingRow.id)
    )
    return tuple(BookingId(number) for number in session.execute(query).scalars())


def _entries(only: BookingId | None) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            BookingRow.id,
            BookingRow.version,
            BookingRow.state,
            BookingRow.patient_id,
            BookingRow.procedure_id,
            BookingRow.levels,
            BookingRow.minutes,
            BookingRow.setup_minutes,
            BookingRow.turnover_minutes,
            BookingRow.notes,
            func.coalesce(BookingWish.since, BookingRow.created_at).label("since"),
            BookingWish.priority,
            BookingWish.earliest_on,
            BookingWish.latest_on,
            BookingWish.weekdays,
            BookingWish.day_part,
            BookingWish.short_notice,
            PatientRow.given,
            PatientRow.family,
            PatientRow.birth_date,
            PatientRow.mrn,
            PatientRow.contact_hours,
            CatalogueEntry.name.label("procedure"),
            ResourceRow.id.label("surgeon_id"),
            ResourceRow.name.label("surgeon"),
        )
        .join(PatientRow, PatientRow.id == BookingRow.patient_id)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .outerjoin(BookingWish, BookingWish.booking_id == BookingRow.id)
        .outerjoin(
            BookingUnit,
            and_(BookingUnit.booking_id == BookingRow.id, BookingUnit.kind == ResourceKind.SURGEON),
        )
        .outerjoin(ResourceRow, ResourceRow.id == BookingUnit.resource_id)
        .where(BookingRow.state.in_(WAITING), PatientRow.deceased_on.is_(None))
    )
    return query if only is None else query.where(BookingRow.id == only)


def _calls(session: Session, bookings: Collection[BookingId]) -> Mapping[BookingId, tuple[OfferCall, ...]]:
    found: dict[BookingId, list[OfferCall]] = defaultdict(list)
    query = (
        select(BookingCall, UserRow.full_name)
        .join(UserRow, UserRow.id == BookingCall.user_id)
        .where(BookingCall.booking_id.in_(bookings), BookingCall.purpose == OFFER)
        .order_by(BookingCall.id.desc())
    )
    for call, name in session.execute(query) if bookings else ():
        found[BookingId(call.booking_id)].append(
            OfferCall(
                at=call.at,
                by=name,
                number=call.number,
                outcome=OfferOutcome(call.outcome),
                offered=call.offered_at,
                note=call.note,
            )
        )
    return {booking: tuple(calls) for booking, calls in found.items()}


def _entry(row: AnyRow, calls: tuple[OfferCall, ...]) -> WaitingEntry:
    return WaitingEntry(
        booking_id=BookingId(row.id),
        version=row.version,
        state=BookingState(row.state),
        patient_id=PatientId(row.patient_id),
        patient=full_name(row.given, row.family),
        birth_date=row.birth_date,
        mrn=row.mrn,
        procedure=row.procedure,
        levels=tuple(row.levels.split(",")) if row.levels else (),
        minutes=row.minutes,
        setup_minutes=row.setup_minutes,
        turnover_minutes=row.turnover_minutes,
        surgeon_id=None if row.surgeon_id is None else ResourceId(row.surgeon_id),
        surgeon=row.surgeon or "",
        wish=Wish() if row.priority is None else _wish(row),
        since=row.since,
        contact_hours=row.contact_hours,
        notes=row.notes,
        calls=calls,
    )


def _wish(row: Any) -> Wish:
    return Wish(
        priority=Priority(row.priority),
        earliest=row.earliest_on,
        latest=row.latest_on,
        weekdays=frozenset(int(day) for day in row.weekdays),
        day_part=DayPart(row.day_part),
        short_notice=row.short_notice,
    )
