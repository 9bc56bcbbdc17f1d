"""The cases of a day with what has happened so far, and what they hold: for seeing who will be late."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from clinicdesk.domain.booking import ActualTimes, BookingState
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.patients import full_name
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.storage.recovery import first_phone
from clinicdesk.storage.tables import BookingRow, BookingUnit, Claim, PatientRow, ResourceRow

_TO_COME = (BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED)
_THROUGH = (BookingState.RECOVERY, BookingState.OVERNIGHT, BookingState.DISCHARGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOfDay:
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


def cases(session: Session, first: datetime, after: datetime, ended_since: datetime) -> tuple[CaseOfDay, ...]:
    """The cases that start between two instants and are to come, under way, or over since ``ended_since``."""
    room_unit, surgeon_unit = BookingUnit.__table__.alias(), BookingUnit.__table__.alias()
    room, surgeon = ResourceRow.__table__.alias(), ResourceRow.__table__.alias()
    rows = session.execute(
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
            room.c.name.label("room"),
            surgeon.c.name.label("surgeon"),
        )
        .join(PatientRow, PatientRow.id == BookingRow.patient_id)
        .outerjoin(
            room_unit,
            and_(room_unit.c.booking_id == BookingRow.id, room_unit.c.kind == ResourceKind.ROOM),
        )
        .outerjoin(room, room.c.id == room_unit.c.resource_id)
        .outerjoin(
            surgeon_unit,
            and_(surgeon_unit.c.booking_id == BookingRow.id, surgeon_unit.c.kind == ResourceKind.SURGEON),
        )
        .outerjoin(surgeon, surgeon.c.id == surgeon_unit.c.resource_id)
        .where(
            BookingRow.starts_at >= first,
            BookingRow.starts_at < after,
            or_(
                BookingRow.state.in_((*_TO_COME, BookingState.IN_ROOM)),
                and_(BookingRow.state.in_(_THROUGH), BookingRow.ended_at >= ended_since),
            ),
        )
        .order_by(BookingRow.starts_at, BookingRow.id)
    )
    return tuple(
        CaseOfDay(
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
