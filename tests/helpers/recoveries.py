"""Patients on their way to recovery: discharged cases with the check-ins of their pathway."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import insert, update

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceDraft
from clinicdesk.domain.ids import BookingId, CheckInId, PatientId
from clinicdesk.domain.recovery import WorkLine
from clinicdesk.domain.redflags import Answer, Triage
from clinicdesk.domain.users import Role
from clinicdesk.services import recovery
from clinicdesk.services.recovery import CallView
from clinicdesk.services.work import Work
from clinicdesk.storage import booking, catalogue
from clinicdesk.storage.tables import BookingRow, PatientContact, PatientPhone
from tests.helpers import cases
from tests.helpers.clinics import FACTS, SmallClinic


def discharged(
    clinic: SmallClinic,
    name: str = "Rosa Ortiz",
    *,
    day: date = date(2026, 11, 20),
    phone: str = "+17035550142",
    contact: str = "",
    pain_before: int | None = 8,
    procedure: str = "kyphoplasty",
) -> BookingId:
    """A case of Dr Lin on ``day`` at 10:00, gone home, with the check-ins of its pathway."""
    patient = cases.add_patient(clinic, name)
    with clinic.database.writing() as session:
        if phone:
            digits = "".join(c for c in phone if c.isdigit())
            session.execute(
                insert(PatientPhone).values(
                    patient_id=patient,
                    kind="home",
                    number=phone,
                    digits=digits,
                    reversed_digits=digits[::-1],
                    position=0,
                )
            )
        if contact:
            session.execute(
                insert(PatientContact).values(
                    patient_id=patient,
                    kind="alternate",
                    name=contact,
                    relation="daughter",
                    phone="+17035550177",
                    position=0,
                )
            )
    starts = FACTS.zone.at(day, datetime(2026, 1, 1, 10).time())
    booking_id = cases.add_case(
        clinic, patient, starts, "Dr Lin", procedure=procedure, state=BookingState.DISCHARGED
    )
    with clinic.database.writing() as session:
        session.execute(update(BookingRow).where(BookingRow.id == booking_id).values(pain_before=pain_before))
        work = Work(session, clinic.people[Role.NURSE], clinic.clock.now())
        kind = catalogue.procedure(session, procedure)
        recovery.make_check_ins(work, booking.read(session, booking_id), kind, starts + timedelta(minutes=60))
        work.close()
    return booking_id


def line_of(clinic: SmallClinic, booking_id: BookingId, label: str = "") -> WorkLine:
    """The open check-in of a booking that is due first, or the one of this label."""
    lines = recovery.calls(clinic.nurse, ahead_days=400)
    return next(one for one in lines if one.booking_id == booking_id and label in ("", one.label))


def all_no(view: CallView) -> dict[str, str]:
    """Every question of a call answered with no."""
    return {question.key: Answer.NO.value for question in view.questions}


def answered(
    clinic: SmallClinic, booking_id: BookingId, *, pain: int | None = 3, label: str = "", **answers: str
) -> tuple[CheckInId, Triage]:
    """Answer a check-in: no to everything but ``answers``; an empty one leaves the question out."""
    check_in_id = line_of(clinic, booking_id, label).check_in_id
    view = recovery.open_call(clinic.nurse, check_in_id)
    said = {key: text for key, text in (all_no(view) | answers).items() if text}
    done = recovery.record_answers(clinic.nurse, check_in_id, view.sheet.version, said, pain=pain)
    return check_in_id, done.value


def brace_draft(
    patient_id: PatientId, booking_id: BookingId | None = None, hcpcs: str = "L0464"
) -> BraceDraft:
    """An order as the form fills it."""
    return BraceDraft(
        patient_id=patient_id,
        booking_id=booking_id,
        hcpcs=hcpcs,
        weeks=12,
        wear_rule="On whenever you are up.",
        ordered_on=date(2026, 11, 20),
    )
