"""Reading bookings, their history, and what a booking must know of its patient."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from clinicdesk.domain.advice import PatientFlags, SameDay
from clinicdesk.domain.booking import Booking, BookingEvent, BookingState
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.patients import ContactKind, full_name
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage.booking.columns import COLUMNS, TABLE, booking_from
from clinicdesk.storage.tables import (
    BookingEventRow,
    BookingRow,
    BookingUnit,
    CatalogueEntry,
    PatientContact,
    PatientRow,
    UserRow,
)

# Statements that every booking runs are built once: to build one anew takes longer than to run it.
_BOOKING, _PATIENT, _CONTACT, _ENTRY = (
    TABLE,
    PatientRow.__table__,
    PatientContact.__table__,
    CatalogueEntry.__table__,
)

_FLAGS = select(
    _PATIENT.c.given,
    _PATIENT.c.family,
    _PATIENT.c.deceased_on,
    _PATIENT.c.asa_class,
    _PATIENT.c.blood_thinner,
    exists()
    .where(
        _CONTACT.c.patient_id == _PATIENT.c.id,
        _CONTACT.c.kind == ContactKind.ESCORT.value,
        _CONTACT.c.name != "",
    )
    .label("escort"),
).where(_PATIENT.c.id == bindparam("patient"))

_WITHIN = (
    select(_BOOKING.c.id, _BOOKING.c.starts_at, _ENTRY.c.name)
    .join(_ENTRY, _ENTRY.c.id == _BOOKING.c.procedure_id)
    .where(
        _BOOKING.c.patient_id == bindparam("patient"),
        _BOOKING.c.starts_at >= bindparam("first"),
        _BOOKING.c.starts_at < bindparam("after"),
        _BOOKING.c.state.in_([state.value for state in BookingState if state.holds_claims]),
    )
    .order_by(_BOOKING.c.starts_at)
)


def read(session: Session, booking_id: BookingId) -> Booking:
    """One booking with its units. Raises `NotFound`."""
    row = session.execute(
        select(*COLUMNS)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .where(BookingRow.id == booking_id)
    ).first()
    if row is None:
        raise NotFound(_("This booking does not exist."))
    units = session.execute(
        select(BookingUnit.kind, BookingUnit.resource_id).where(BookingUnit.booking_id == booking_id)
    )
    chosen = {ResourceKind(unit.kind): ResourceId(unit.resource_id) for unit in units}
    return booking_from(row, tuple((kind, chosen[kind]) for kind in ResourceKind if kind in chosen))


def history(session: Session, booking_id: BookingId) -> tuple[BookingEvent, ...]:
    """Every step of a booking, oldest first."""
    rows = session.execute(
        select(BookingEventRow, UserRow.full_name)
        .join(UserRow, UserRow.id == BookingEventRow.user_id)
        .where(BookingEventRow.booking_id == booking_id)
        .order_by(BookingEventRow.id)
    )
    return tuple(
        BookingEvent(
            at=row.at,
            by=name,
            from_state=None if row.from_state is None else BookingState(row.from_state),
            to_state=BookingState(row.to_state),
            from_starts=row.from_starts,
            to_starts=row.to_starts,
            note=row.note,
        )
        for row, name in rows
    )


def bed_from(session: Session, booking_id: BookingId) -> datetime | None:
    """When the patient went from the bay to the bed, if that has happened and was not taken back."""
    last = session.execute(
        select(BookingEventRow.at, BookingEventRow.to_state)
        .where(
            BookingEventRow.booking_id == booking_id,
            BookingEventRow.to_state.in_([BookingState.OVERNIGHT, BookingState.RECOVERY]),
            BookingEventRow.from_state != BookingEventRow.to_state,
        )
        .order_by(BookingEventRow.id.desc())
        .limit(1)
    ).first()
    return last.at if last is not None and last.to_state == BookingState.OVERNIGHT else None


def last_step(session: Session, booking_id: BookingId) -> BookingState | None:
    """From which state the last step into another state came; None where there was none."""
    found = session.execute(
        select(BookingEventRow.from_state)
        .where(
            BookingEventRow.booking_id == booking_id,
            BookingEventRow.from_state != BookingEventRow.to_state,
        )
        .order_by(BookingEventRow.id.desc())
        .limit(1)
    ).scalar()
    return None if found is None else BookingState(found)


def patient_flags(session: Session, patient_id: PatientId) -> PatientFlags:
    """What a booking must know of its patient. Raises `NotFound`."""
    row = session.execute(_FLAGS, {"patient": patient_id}).first()
    if row is None:
        raise NotFound(_("This patient does not exist."))
    return PatientFlags(
        name=full_name(row.given, row.family),
        deceased_on=row.deceased_on,
        asa_class=row.asa_class,
        blood_thinner=row.blood_thinner,
        escort_named=bool(row.escort),
    )


def of_patient_within(
    session: Session, patient_id: PatientId, window: Span, but: BookingId | None = None
) -> tuple[SameDay, ...]:
    """The patient's bookings that hold claims and start within ``window``."""
    found = session.execute(_WITHIN, {"patient": patient_id, "first": window.starts, "after": window.ends})
    return tuple(SameDay(row.starts_at, row.name) for row in found if row.id != but)


def last_before(session: Session, patient_id: PatientId, now: datetime) -> SameDay | None:
    """The last time a patient was here."""
    row = session.execute(
        select(BookingRow.starts_at, CatalogueEntry.name)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .where(
            BookingRow.patient_id == patient_id,
            BookingRow.starts_at < now,
            BookingRow.state == BookingState.DISCHARGED,
        )
        .order_by(BookingRow.starts_at.desc())
        .limit(1)
    ).first()
    return None if row is None else SameDay(row.starts_at, row.name)
