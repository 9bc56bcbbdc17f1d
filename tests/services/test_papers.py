"""Papers from what is stored; what leaves is kept byte for byte, once, with who and when."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from sqlalchemy import text, update

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceDraft
from clinicdesk.domain.catalogue import WoundClosure
from clinicdesk.domain.changes import Change, Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.discharge import DischargeDetails
from clinicdesk.domain.entries import OwnHandout
from clinicdesk.domain.ids import BookingId, PaperId, PatientId
from clinicdesk.domain.papers import PaperCopy, PaperUse
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, DamagedFile, NotAllowed, NotFound
from clinicdesk.services import booking, brace, catalogue, daylist, discharge, papers
from clinicdesk.storage import audit
from clinicdesk.storage.tables import Paper
from tests.helpers.bookings import at
from tests.helpers.cases import add_case, add_patient
from tests.helpers.clinics import SmallClinic
from tests.services.test_steps import booked, in_room, taken

S = BookingState

DETAILS = DischargeDetails(
    escort_name="Ana Ortiz",
    wound_closure=WoundClosure.SKIN_TAPES,
    lifting_limit="Lift no more than 5 pounds.",
    medicines="Acetaminophen 500 mg\nOxycodone 5 mg",
    opioids=True,
    blood_thinner_restart="Start warfarin again on Friday.",
    instructions="Bring your x-rays.",
    follow_up="We call you to set a date.",
)


def words(paper: PaperCopy) -> str:
    pages = pypdf.PdfReader(io.BytesIO(paper.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def ready_to_leave(clinic: SmallClinic) -> BookingId:
    made = taken(clinic, in_room(clinic, booked(clinic)), (S.RECOVERY, at(11)))
    discharge.save_details(clinic.nurse, made.id, 0, DETAILS)
    return made.id


def test_the_sheet_holds_what_was_stored(any_clinic: SmallClinic) -> None:
    booking_id = ready_to_leave(any_clinic)
    order = BraceDraft(
        patient_id=patient_of(any_clinic, booking_id),
        booking_id=booking_id,
        hcpcs="L0464",
        weeks=12,
        wear_rule="On whenever upright",
        ordered_on=date(2026, 11, 26),
    )
    brace.prescribe(any_clinic.surgeon, order)
    paper = papers.discharge_sheet(any_clinic.nurse, booking_id)
    sheet = words(paper)
    for fact in [
        "Rosa Ortiz, born February 3, 1948",
        "Kyphoplasty at L1 on Thursday, November 26, 2026, by Dr Lin",
        "Going home with Ana Ortiz",
        "Do not drive until 11:00 am on Saturday, November 28",
        "never while you take opioid pain pills",
        "closed with skin tapes",
        "Lift no more than 5 pounds.",
        "Oxycodone 5 mg",
        "Start warfarin again on Friday.",
        "Bring your x-rays.",
        "We call you to set a date.",
        "On whenever upright. Wear it for 12 weeks.",
        "You do not have your brace yet.",
        "Friday, November 27, 2026",
        "Friday, November 26, 2027",
        "Nights and weekends call (703) 555-0199",
    ]:
        assert fact in sheet, fact
    assert paper.booking_id == booking_id
    assert "Ortiz" not in paper.file_name()
    assert paper.file_name(with_name=True) == "discharge-sheet-Rosa-Ortiz-2026-11-26.pdf"
    assert "Ortiz" not in repr(paper)


def patient_of(clinic: SmallClinic, booking_id: BookingId) -> PatientId:
    return booking.read(clinic.front, booking_id).draft.patient_id


def test_large_print_follows_the_wish_and_can_be_asked_for(clinic: SmallClinic) -> None:
    booking_id = ready_to_leave(clinic)
    usual = papers.discharge_sheet(clinic.nurse, booking_id)
    large = papers.discharge_sheet(clinic.nurse, booking_id, large_print=True)
    assert (usual.large_print, large.large_print) == (False, True)
    assert len(pypdf.PdfReader(io.BytesIO(large.content)).pages) > len(
        pypdf.PdfReader(io.BytesIO(usual.content)).pages
    )


def test_the_clinics_own_words_are_printed(clinic: SmallClinic) -> None:
    own = OwnHandout(key="_lifting", language="en", text="**Lifting:** {{ lifting }} Ask us first.")
    catalogue.write_handout(clinic.admin, own)
    assert "Lift no more than 5 pounds. Ask us first." in words(
        papers.discharge_sheet(clinic.nurse, ready_to_leave(clinic))
    )


def test_looking_keeps_nothing_and_leaving_keeps_the_exact_bytes_once(any_clinic: SmallClinic) -> None:
    booking_id = ready_to_leave(any_clinic)
    paper = papers.discharge_sheet(any_clinic.nurse, booking_id)
    assert papers.of_booking(any_clinic.front, booking_id) == ()

    done = papers.leave(any_clinic.nurse, paper, PaperUse.PRINTED)
    assert done.value.id is not None
    assert done.changes == {Change(Subject.PAPER, done.value.id)}
    papers.leave(any_clinic.nurse, papers.discharge_sheet(any_clinic.nurse, booking_id), PaperUse.PRINTED)
    any_clinic.clock.at = at(15)
    papers.leave(any_clinic.front, done.value, PaperUse.SAVED)

    (kept,) = papers.of_booking(any_clinic.front, booking_id)
    assert (kept.times, kept.made_by, kept.made_at, kept.last_at) == (3, "Kim Park", at(11), at(15))
    opened = papers.open_kept(any_clinic.surgeon, kept.id)
    assert opened.content == paper.content
    assert opened.patient_name == "Rosa Ortiz"
    assert papers.of_patient(any_clinic.front, patient_of(any_clinic, booking_id)) == (kept,)

    papers.leave(
        any_clinic.nurse,
        papers.discharge_sheet(any_clinic.nurse, booking_id, large_print=True),
        PaperUse.SAVED,
    )
    assert [one.large_print for one in papers.of_booking(any_clinic.front, booking_id)] == [True, False]


def test_who_printed_stands_in_the_audit_trail(clinic: SmallClinic) -> None:
    booking_id = ready_to_leave(clinic)
    paper = papers.leave(
        clinic.nurse, papers.discharge_sheet(clinic.nurse, booking_id), PaperUse.PRINTED
    ).value
    with clinic.database.reading() as session:
        events = [event for event in audit.events(session) if event.subject is Subject.PAPER]
    assert [(event.action, event.subject_id, event.user_id) for event in events] == [
        (AuditAction.PRINTED, paper.id, clinic.people[Role.NURSE].user_id)
    ]
    assert events[0].details["sha256"] == paper.sha256
    assert "Ortiz" not in str(events[0])


def test_bytes_that_changed_are_not_handed_out(clinic: SmallClinic) -> None:
    paper = papers.leave(
        clinic.nurse, papers.discharge_sheet(clinic.nurse, ready_to_leave(clinic)), PaperUse.PRINTED
    ).value
    assert paper.id is not None
    with clinic.database.writing() as session:
        session.execute(update(Paper).values(content=paper.content + b"x"))
    with pytest.raises(DamagedFile):
        papers.open_kept(clinic.nurse, paper.id)
    with pytest.raises(NotFound):
        papers.open_kept(clinic.nurse, PaperId(999))


def test_a_visit_and_a_booking_without_a_time_have_no_sheet(clinic: SmallClinic) -> None:
    patient = add_patient(clinic)
    visit = add_case(
        clinic, patient, at(10), "Room 1", procedure="new_consultation", levels=(), sedation="local"
    )
    with pytest.raises(BadInput):
        papers.discharge_sheet(clinic.nurse, visit)
    waiting = add_case(clinic, patient, None, state=S.WAITLIST)
    with pytest.raises(BadInput):
        papers.discharge_sheet(clinic.nurse, waiting)


def test_the_program_itself_prints_nothing(clinic: SmallClinic) -> None:
    with pytest.raises(NotAllowed):
        papers.discharge_sheet(clinic.desk(Role.SYSTEM), ready_to_leave(clinic))


def test_a_brace_order_and_a_day_list_are_kept_too(any_clinic: SmallClinic) -> None:
    booking_id = ready_to_leave(any_clinic)
    draft = BraceDraft(
        patient_id=patient_of(any_clinic, booking_id),
        hcpcs="L0464",
        weeks=12,
        wear_rule="On whenever upright",
        ordered_on=date(2026, 11, 26),
    )
    order = brace.prescribe(any_clinic.surgeon, draft).value
    paper = papers.brace_order(any_clinic.front, order.id)
    assert "L0464" in words(paper)
    assert "Signed electronically by Dr Mei Lin" in words(paper)
    assert papers.leave(any_clinic.front, paper, PaperUse.SAVED).value.id is not None

    day = daylist.day_list(any_clinic.front, date(2026, 11, 26))
    printed = words(day)
    assert "Rosa Ortiz" in printed
    with any_clinic.database.reading() as session:
        number, seal = audit.head(session)
    assert f"Audit trail at event {number}, seal {seal.hex()[:16]}." in printed
    assert papers.leave(any_clinic.front, day, PaperUse.PRINTED).value.id is not None


def test_a_recovery_key_is_printed_and_never_kept(clinic: SmallClinic) -> None:
    paper = papers.recovery_key(ClinicFacts(name="New Clinic"), "-".join(["ABCDE"] * 8), at(8))
    assert words(paper).count("ABCDE") == 8
    with pytest.raises(BadInput):
        papers.leave(clinic.admin, paper, PaperUse.PRINTED)
    with clinic.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM paper")).scalar() == 0


def test_letters_the_fonts_lack_are_told(clinic: SmallClinic) -> None:
    booking_id = ready_to_leave(clinic)
    version = discharge.open_discharge(clinic.nurse, booking_id).record.version
    discharge.save_details(clinic.nurse, booking_id, version, replace(DETAILS, escort_name="王 Ana"))
    assert papers.discharge_sheet(clinic.nurse, booking_id).undrawable == {"王"}
