"""The numbers that are rung for a patient, whatever the call is about."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, select, union_all
from sqlalchemy.orm import Session

from clinicdesk.domain.calling import CallOutcome, Phone
from clinicdesk.domain.ids import PatientId
from clinicdesk.storage.tables import (
    BookingCall,
    BookingRow,
    CallAttemptRow,
    CheckInRow,
    PatientContact,
    PatientPhone,
    PatientRow,
)


def first_phone() -> ScalarSelect[str]:
    """The number of a patient that stands first."""
    return (
        select(PatientPhone.number)
        .where(PatientPhone.patient_id == PatientRow.id)
        .order_by(PatientPhone.position, PatientPhone.id)
        .limit(1)
        .correlate(PatientRow)
        .scalar_subquery()
    )


def phones(session: Session, patient_id: PatientId, patient: str) -> tuple[Phone, ...]:
    """The numbers of a patient, then those of whoever else may be called."""
    own = session.execute(
        select(PatientPhone.number)
        .where(PatientPhone.patient_id == patient_id)
        .order_by(PatientPhone.position, PatientPhone.id)
    ).scalars()
    others = session.execute(
        select(PatientContact.name, PatientContact.relation, PatientContact.phone)
        .where(PatientContact.patient_id == patient_id, PatientContact.phone != "")
        .order_by(PatientContact.position, PatientContact.id)
    )
    return (
        *(Phone(patient, number, True) for number in own),
        *(Phone(f"{c.name} ({c.relation})" if c.relation else c.name, c.phone, False) for c in others),
    )


def wrong_numbers(session: Session, patient_id: PatientId) -> frozenset[str]:
    """The numbers that were wrong when they were last rung for a patient, in whatever call that was."""
    recovery = (
        select(CallAttemptRow.number, CallAttemptRow.outcome, CallAttemptRow.at)
        .join(CheckInRow, CheckInRow.id == CallAttemptRow.check_in_id)
        .where(CheckInRow.patient_id == patient_id)
    )
    booking = (
        select(BookingCall.number, BookingCall.outcome, BookingCall.at)
        .join(BookingRow, BookingRow.id == BookingCall.booking_id)
        .where(BookingRow.patient_id == patient_id)
    )
    calls = union_all(recovery, booking).subquery()
    rows = session.execute(select(calls.c.number, calls.c.outcome).order_by(calls.c.at))
    last = {row.number: row.outcome for row in rows}
    return frozenset(number for number, outcome in last.items() if outcome == CallOutcome.WRONG_NUMBER)
