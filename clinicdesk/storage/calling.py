"""The numbers that are rung for a patient, whatever the call is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, ScalarSelect, func, select, union_all
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
    """The number of a patient that stands first among those not known to be wrong."""
    return (
        select(PatientPhone.number)
        .where(PatientPhone.patient_id == PatientRow.id, is_right())
        .order_by(PatientPhone.position, PatientPhone.id)
        .limit(1)
        .correlate(PatientRow)
        .scalar_subquery()
    )


def is_right() -> ColumnElement[bool]:
    """Of a `PatientPhone`: it was not wrong when it was last rung for the patient, in whatever call that was."""
    recovery = (
        select(CallAttemptRow.outcome, CallAttemptRow.at)
        .join(CheckInRow, CheckInRow.id == CallAttemptRow.check_in_id)
        .where(
            CheckInRow.patient_id == PatientPhone.patient_id,
            CallAttemptRow.number == PatientPhone.number,
        )
        .correlate(PatientPhone)
    )
    booking = (
        select(BookingCall.outcome, BookingCall.at)
        .join(BookingRow, BookingRow.id == BookingCall.booking_id)
        .where(BookingRow.patient_id == PatientPhone.patient_id, BookingCall.number == PatientPhone.number)
        .correlate(PatientPhone)
    )
    calls = union_all(recovery, booking).subquery()
    last = select(calls.c.outcome).order_by(calls.c.at.desc()).limit(1).scalar_subquery()
    return func.coalesce(last, "") != CallOutcome.WRONG_NUMBER


def phones(session: Session, patient_id: PatientId, patient: str) -> tuple[Phone, ...]:
    """The numbers of a patient, then those of whoever else may be called."""
    return phones_of(session, {patient_id: patient})[patient_id]


def phones_of(session: Session, patients: Mapping[PatientId, str]) -> dict[PatientId, tuple[Phone, ...]]:
    """Of each of these patients, whose names are given: their numbers, then those of whoever else may be called."""
    found: dict[PatientId, list[Phone]] = {patient_id: [] for patient_id in patients}
    own = session.execute(
        select(PatientPhone.patient_id, PatientPhone.number)
        .where(PatientPhone.patient_id.in_(patients))
        .order_by(PatientPhone.position, PatientPhone.id)
    )
    for patient_id, number in own:
        found[PatientId(patient_id)].append(Phone(patients[PatientId(patient_id)], number, True))
    others = session.execute(
        select(PatientContact.patient_id, PatientContact.name, PatientContact.relation, PatientContact.phone)
        .where(PatientContact.patient_id.in_(patients), PatientContact.phone != "")
        .order_by(PatientContact.position, PatientContact.id)
    )
    for patient_id, name, relation, number in others:
        who = f"{name} ({relation})" if relation else name
        found[PatientId(patient_id)].append(Phone(who, number, False))
    return {patient_id: tuple(numbers) for patient_id, numbers in found.items()}


def wrong_numbers(session: Session, patient_id: PatientId) -> frozenset[str]:
    """The numbers that were wrong when they were last rung for a patient, in whatever call that was."""
    return wrong_numbers_of(session, [patient_id]).get(patient_id, frozenset())


def wrong_numbers_of(session: Session, patients: Collection[PatientId]) -> dict[PatientId, frozenset[str]]:
    """The same of each of these patients; whoever has none is not among them."""
    recovery = (
        select(CheckInRow.patient_id, CallAttemptRow.number, CallAttemptRow.outcome, CallAttemptRow.at)
        .join(CheckInRow, CheckInRow.id == CallAttemptRow.check_in_id)
        .where(CheckInRow.patient_id.in_(patients))
    )
    booking = (
        select(BookingRow.patient_id, BookingCall.number, BookingCall.outcome, BookingCall.at)
        .join(BookingRow, BookingRow.id == BookingCall.booking_id)
        .where(BookingRow.patient_id.in_(patients))
    )
    calls = union_all(recovery, booking).subquery()
    rows = session.execute(select(calls.c.patient_id, calls.c.number, calls.c.outcome).order_by(calls.c.at))
    last = {(PatientId(row.patient_id), row.number): row.outcome for row in rows}
    wrong: dict[PatientId, set[str]] = {}
    for (patient_id, number), outcome in last.items():
        if outcome == CallOutcome.WRONG_NUMBER:
            wrong.setdefault(patient_id, set()).add(number)
    return {patient_id: frozenset(numbers) for patient_id, numbers in wrong.items()}
