"""The calls that confirm a case: who may wait for one, and the attempts so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.calling import CallAttempt, CallOutcome, since_reached
from clinicdesk.domain.confirming import ConfirmLine
from clinicdesk.domain.ids import BookingId, PatientId, UserId
from clinicdesk.domain.patients import ContactKind, full_name
from clinicdesk.storage.calling import first_phone
from clinicdesk.storage.tables import (
    BookingCall,
    BookingRow,
    BraceOrderRow,
    CatalogueEntry,
    PatientContact,
    PatientRow,
    UserRow,
)

CONFIRM = "confirm"
"""The purpose of these calls among all that are made about a booking."""

_CALLED = (BookingState.BOOKED, BookingState.CONFIRMED)
_earlier = aliased(BookingRow)

_OVER = tuple(status for status in BraceStatus if status.is_over)


def lines(
    session: Session, first: datetime, after: datetime, *, only: BookingId | None = None
) -> tuple[ConfirmLine, ...]:
    """The cases that start between two instants, half-open, and are booked or confirmed, by start; or ``only`` this one."""
    query = (
        select(
            BookingRow.id,
            BookingRow.patient_id,
            BookingRow.levels,
            BookingRow.state,
            BookingRow.created_at,
            BookingRow.starts_at,
            PatientRow.given,
            PatientRow.family,
            PatientRow.birth_date,
            PatientRow.language,
            PatientRow.interpreter,
            PatientRow.contact_hours,
            CatalogueEntry.name.label("procedure"),
            first_phone().label("phone"),
            exists()
            .where(
                _earlier.patient_id == BookingRow.patient_id,
                _earlier.state == BookingState.NO_SHOW,
                _earlier.starts_at < BookingRow.starts_at,
            )
            .label("missed_before"),
        )
        .join(PatientRow, PatientRow.id == BookingRow.patient_id)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .order_by(BookingRow.starts_at, BookingRow.id)
    )
    if only is not None:
        query = query.where(BookingRow.id == only)
    else:
        query = query.where(
            BookingRow.starts_at >= first,
            BookingRow.starts_at < after,
            BookingRow.state.in_(_CALLED),
            PatientRow.deceased_on.is_(None),
        )
    rows = session.execute(query).all()
    tried = attempts_of(session, [BookingId(row.id) for row in rows])
    found = []
    for row in rows:
        calls = tried.get(row.id, ())
        attempts = since_reached(calls)
        last = attempts[-1] if attempts else None
        found.append(
            ConfirmLine(
                booking_id=BookingId(row.id),
                patient_id=PatientId(row.patient_id),
                patient=full_name(row.given, row.family),
                birth_date=row.birth_date,
                language=row.language,
                interpreter=row.interpreter,
                phone=row.phone or "",
                best_time=row.contact_hours,
                procedure=row.procedure,
                levels=tuple(row.levels.split(",")) if row.levels else (),
                state=BookingState(row.state),
                created=row.created_at,
                starts=row.starts_at,
                attempts=len(attempts),
                last_attempt=last.at if last else None,
                last_outcome=last.outcome if last else None,
                missed_before=bool(row.missed_before),
                reached=tuple(call.at for call in calls if call.outcome is CallOutcome.REACHED),
            )
        )
    return tuple(found)


def attempts_of(session: Session, bookings: Sequence[BookingId]) -> dict[BookingId, tuple[CallAttempt, ...]]:
    """The calls that were to confirm these bookings, the oldest first; whom a number belongs to is not looked up."""
    if not bookings:
        return {}
    query = (
        select(
            BookingCall.booking_id,
            BookingCall.at,
            UserRow.full_name,
            BookingCall.number,
            BookingCall.outcome,
            BookingCall.note,
        )
        .join(UserRow, UserRow.id == BookingCall.user_id)
        .where(BookingCall.booking_id.in_(bookings), BookingCall.purpose == CONFIRM)
        .order_by(BookingCall.id)
    )
    found: dict[BookingId, list[CallAttempt]] = {}
    for row in session.execute(query):
        attempt = CallAttempt(
            at=row.at,
            by=row.full_name,
            called="",
            number=row.number,
            outcome=CallOutcome(row.outcome),
            note=row.note,
        )
        found.setdefault(BookingId(row.booking_id), []).append(attempt)
    return {booking: tuple(attempts) for booking, attempts in found.items()}


def add_attempt(session: Session, booking_id: BookingId, attempt: CallAttempt, *, by: UserId) -> None:
    """Log a call."""
    session.execute(
        insert(BookingCall).values(
            booking_id=booking_id,
            purpose=CONFIRM,
            at=attempt.at,
            user_id=by,
            number=attempt.number,
            outcome=attempt.outcome,
            note=attempt.note,
        )
    )


def mrn_of(session: Session, patient_id: PatientId) -> str:
    """The record number of a patient."""
    return session.execute(select(PatientRow.mrn).where(PatientRow.id == patient_id)).scalar_one()


def escort_of(session: Session, patient_id: PatientId) -> str:
    """Who is named to take a patient home, or nothing."""
    query = (
        select(PatientContact.name)
        .where(
            PatientContact.patient_id == patient_id,
            PatientContact.kind == ContactKind.ESCORT,
            PatientContact.name != "",
        )
        .order_by(PatientContact.position, PatientContact.id)
        .limit(1)
    )
    return session.execute(query).scalar() or ""


def has_brace(session: Session, booking_id: BookingId) -> bool:
    """Whether a brace was ordered for this case and the order still stands."""
    query = select(BraceOrderRow.id).where(
        BraceOrderRow.booking_id == booking_id, BraceOrderRow.status.not_in(_OVER)
    )
    return session.execute(query.limit(1)).first() is not None
