"""A patient to whom everything has happened once: booked, moved, done, braced, papered, called, reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceDraft, BraceStatus
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.patients import Contact, ContactKind, PatientDraft, Phone, PhoneKind, Sex
from clinicdesk.services import brace, patients, recovery
from clinicdesk.storage.tables import BookingEventRow, CheckInRow, Paper, PaperUse
from tests.helpers.cases import add_case
from tests.helpers.clinics import SmallClinic

ROSA = PatientDraft(
    given="Rosa",
    family="Ortiz",
    birth_date=date(1948, 2, 3),
    sex=Sex.FEMALE,
    phones=(Phone(PhoneKind.MOBILE, "(703) 555-0142"), Phone(PhoneKind.HOME, "(703) 555-0177")),
    contacts=(
        Contact(kind=ContactKind.ESCORT, name="Luis Ortiz", relation="son", phone="703 555 0199"),
        Contact(kind=ContactKind.ALTERNATE, name="Marta Ruiz", relation="neighbour", phone="703 555 0188"),
    ),
    language="es",
    large_print=True,
    interpreter=True,
    asa_class=3,
    blood_thinner="warfarin",
    allergies="latex, penicillin",
    contact_hours="after 4 pm",
    insurance="Medicare",
    insurance_number="1EG4-TE5-MK73",
    referrer="Dr Green, Fairfax",
    address="12 Orchard Road",
    city="Fairfax",
    region="VA",
    postal_code="22030",
)


@dataclass(frozen=True, slots=True)
class FullChart:
    """The patient and what belongs to her."""

    patient_id: PatientId
    done: BookingId
    ahead: BookingId


def full_chart(clinic: SmallClinic, draft: PatientDraft = ROSA) -> FullChart:
    """Register ``draft`` and let everything happen."""
    rosa = patients.register(clinic.front, draft, despite_duplicates=True).value.id
    before = clinic.clock.at - timedelta(days=8)
    done = add_case(clinic, rosa, before, "Room 1", "Dr Lin", state=BookingState.DISCHARGED)
    ahead = add_case(
        clinic, rosa, clinic.clock.at + timedelta(days=3), "Room 2", "Dr Shah", levels=("L2", "L3")
    )
    _steps(clinic, done, before)
    _paper(clinic, rosa, done, before + timedelta(hours=4))
    _brace(clinic, rosa, done)
    _calls(clinic, rosa, done, before)
    return FullChart(rosa, done, ahead)


def _steps(clinic: SmallClinic, booking: BookingId, at: datetime) -> None:
    front, nurse = clinic.front.actor.user_id, clinic.nurse.actor.user_id
    steps = (
        (at - timedelta(days=6), front, None, "booked", None, at - timedelta(days=1), ""),
        (at - timedelta(days=4), front, "booked", "booked", at - timedelta(days=1), at, "daughter drives"),
        (at - timedelta(minutes=55), front, "booked", "arrived", None, None, ""),
        (at, nurse, "arrived", "in_room", None, None, ""),
        (at + timedelta(hours=1), nurse, "in_room", "recovery", None, None, ""),
        (at + timedelta(hours=4), nurse, "recovery", "discharged", None, None, ""),
    )
    keys = ("at", "user_id", "from_state", "to_state", "from_starts", "to_starts", "note")
    with clinic.database.writing() as session:
        session.execute(delete(BookingEventRow).where(BookingEventRow.booking_id == booking))
        for step in steps:
            session.execute(
                insert(BookingEventRow).values(booking_id=booking, **dict(zip(keys, step, strict=True)))
            )


def _paper(clinic: SmallClinic, patient: PatientId, booking: BookingId, at: datetime) -> None:
    nurse = clinic.nurse.actor.user_id
    with clinic.database.writing() as session:
        paper = session.execute(
            insert(Paper)
            .values(
                patient_id=patient,
                booking_id=booking,
                kind="discharge_sheet",
                language="es",
                large_print=True,
                sha256="",
                content=b"%PDF-",
                created_at=at,
                created_by=nurse,
            )
            .returning(Paper.id)
        ).scalar_one()
        session.execute(insert(PaperUse).values(paper_id=paper, at=at, user_id=nurse, how="printed"))


def _brace(clinic: SmallClinic, patient: PatientId, booking: BookingId) -> None:
    draft = BraceDraft(
        patient_id=patient,
        booking_id=booking,
        hcpcs="L0464",
        weeks=6,
        wear_rule="On whenever upright.",
        ordered_on=date(2026, 11, 15),
    )
    order = brace.prescribe(clinic.surgeon, draft).value
    brace.advance(clinic.nurse, order.id, order.version, BraceStatus.DELIVERED, "fits well")


def _calls(clinic: SmallClinic, patient: PatientId, booking: BookingId, at: datetime) -> None:
    with clinic.database.writing() as session:
        for days, label in ((1, "Day 1"), (7, "1 week"), (14, "2 weeks")):
            session.execute(
                insert(CheckInRow).values(
                    patient_id=patient,
                    booking_id=booking,
                    step_key=f"d{days}",
                    label=label,
                    channel="phone",
                    due_on=(at + timedelta(days=days)).date(),
                )
            )
    first, second = (line for line in recovery.calls(clinic.nurse) if line.patient_id == patient)
    view = recovery.log_attempt(
        clinic.front,
        first.check_in_id,
        1,
        CallOutcome.NO_ANSWER,
        number="+17035550142",
        called="Rosa Ortiz",
    ).value
    recovery.record_answers(
        clinic.nurse,
        first.check_in_id,
        view.sheet.version,
        {},
        pain=8,
        called="Rosa Ortiz",
        note="sleeps badly",
    )
    recovery.record_answers(
        clinic.nurse, second.check_in_id, 1, {"chest_pain": "yes"}, pain=5, called="Rosa Ortiz"
    )
