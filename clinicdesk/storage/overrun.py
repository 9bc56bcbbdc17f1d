"""The cases round this minute with what has happened so far, and what they hold: for seeing who will be late."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.booking import ActualTimes, BookingState
from clinicdesk.domain.catalogue import LONGEST_MINUTES
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.patients import full_name
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.storage.calling import first_phone
from clinicdesk.storage.tables import BookingRow, BookingUnit, Claim, PatientRow, ResourceRow

_TO_COME = (BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED)
_LONGEST = timedelta(minutes=LONGEST_MINUTES)
_THROUGH = (BookingState.RECOVERY, BookingState.OVERNIGHT, BookingState.DISCHARGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNear:
    """One case that may make others late, or become late."""

    booking_id: BookingId
    version: int
    state: BookingState
    patient: str
    phone: str
    starts: datetime
    ends: datetime
    room: str
    surgeon: str
    actual: ActualTimes


_room_unit, _surgeon_unit = aliased(BookingUnit), aliased(BookingUnit)
_room, _surgeon = aliased(ResourceRow), aliased(ResourceRow)

# Built once: it is asked each minute, and to build it anew takes longer than to run it.
_CASES = (
    select(
        BookingRow.id,
        BookingRow.version,
        BookingRow.state,
        BookingRow.starts_at,
        BookingRow.ends_at,
        BookingRow.in_room_at,
        BookingRow.started_at,
        BookingRow.ended_at,
        PatientRow.given,
        PatientRow.family,
        first_phone().label("phone"),
        _room.name.label("room"),
        _surgeon.name.label("surgeon"),
    )
    .join(PatientRow, PatientRow.id == BookingRow.patient_id)
    .outerjoin(_room_unit, and_(_room_unit.booking_id == BookingRow.id, _room_unit.kind == ResourceKind.ROOM))
    .outerjoin(_room, _room.id == _room_unit.resource_id)
    .outerjoin(
        _surgeon_unit,
        and_(_surgeon_unit.booking_id == BookingRow.id, _surgeon_unit.kind == ResourceKind.SURGEON),
    )
    .outerjoin(_surgeon, _surgeon.id == _surgeon_unit.resource_id)
    .where(
        BookingRow.starts_at >= bindparam("earliest"),
        BookingRow.starts_at < bindparam("after"),
        or_(
            and_(BookingRow.state.in_(_TO_COME), BookingRow.starts_at >= bindparam("first")),
            and_(
                BookingRow.state == BookingState.IN_ROOM,
                or_(BookingRow.starts_at >= bindparam("first"), BookingRow.ends_at >= bindparam("due_since")),
            ),
            and_(BookingRow.state.in_(_THROUGH), BookingRow.ended_at >= bindparam("ended_since")),
        ),
    )
    .order_by(BookingRow.starts_at, BookingRow.id)
)


def cases(
    session: Session, first: datetime, after: datetime, *, due_since: datetime, ended_since: datetime
) -> tuple[CaseNear, ...]:
    """The cases that start between two instants and are to come or under way, by planned start.

    Beside them those that began sooner: who is under way and should have been through since ``due_since``, and who was
    through since ``ended_since``.
    """
    asked = {
        "earliest": min(first, due_since, ended_since) - _LONGEST,
        "first": first,
        "after": after,
        "due_since": due_since,
        "ended_since": ended_since,
    }
    rows = session.execute(_CASES, asked)
    return tuple(
        CaseNear(
            booking_id=BookingId(row.id),
            version=row.version,
            state=BookingState(row.state),
            patient=full_name(row.given, row.family),
            phone=row.phone or "",
            starts=row.starts_at,
            ends=row.ends_at,
            room=row.room or "",
            surgeon=row.surgeon or "",
            actual=ActualTimes(in_room=row.in_room_at, started=row.started_at, ended=row.ended_at),
        )
        for row in rows
    )


def held(
    session: Session, bookings: Collection[BookingId], kinds: Collection[ResourceKind]
) -> Mapping[BookingId, tuple[Claimed, ...]]:
    """What bookings hold of units of these kinds."""
    found: dict[BookingId, list[Claimed]] = {}
    query = (
        select(Claim.booking_id, Claim.resource_id, Claim.starts_at, Claim.ends_at)
        .join(ResourceRow, ResourceRow.id == Claim.resource_id)
        .where(Claim.booking_id.in_(bookings), ResourceRow.kind.in_(sorted(kinds)))
        .order_by(Claim.booking_id, Claim.resource_id, Claim.starts_at)
    )
    for row in session.execute(query) if bookings else ():
        claim = Claimed(ResourceId(row.resource_id), Span(row.starts_at, row.ends_at))
        found.setdefault(BookingId(row.booking_id), []).append(claim)
    return {booking: tuple(claims) for booking, claims in found.items()}
