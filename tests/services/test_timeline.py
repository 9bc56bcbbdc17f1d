"""A patient's page: everything that happened in one line of time, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.timeline import EntryGroup, EntryKind
from clinicdesk.errors import NotFound
from clinicdesk.services import booking, patients, timeline
from clinicdesk.storage import audit
from tests.helpers.bookings import add_patient, at, kypho
from tests.helpers.charts import full_chart
from tests.helpers.clinics import SmallClinic


def test_everything_stands_on_one_line_of_time(any_clinic: SmallClinic) -> None:
    made = full_chart(any_clinic)
    page = timeline.open_page(any_clinic.nurse, made.patient_id)
    assert page.patient.name == "Rosa Ortiz"
    assert (page.may_edit, page.may_book, page.may_prescribe) == (True, True, False)
    assert {entry.kind for entry in page.entries} == set(EntryKind) - {EntryKind.TOLD, EntryKind.REVIEWED}
    assert {entry.kind.group for entry in page.entries} == set(EntryGroup)
    days = [entry.day for entry in page.entries]
    assert days == sorted(days, reverse=True)
    top, under = page.entries[0], page.entries[1]
    assert (top.kind, top.about, top.day) == (EntryKind.CHECK_IN_DUE, "2 weeks", date(2026, 11, 29))
    assert (under.kind, under.about, under.booking_id) == (EntryKind.CASE, "Kyphoplasty L2, L3", made.ahead)
    steps = [e.state for e in page.entries if e.kind is EntryKind.STEP and e.booking_id == made.done]
    assert steps == ["discharged", "recovery", "in_room", "arrived", "booked", "booked"]
    said = next(e for e in page.entries if e.kind is EntryKind.ANSWERS and e.about == "1 week")
    assert (said.pain, said.state, said.by) == (5, "emergency", "Kim Park")
    braces = [(e.about.split()[0], e.state) for e in page.entries if e.kind is EntryKind.BRACE]
    assert braces == [("L0464", "delivered"), ("L0464", "prescribed")]
    paper = next(e for e in page.entries if e.kind is EntryKind.PAPER)
    assert (paper.about, paper.state, paper.by) == ("Discharge sheet", "printed", "Kim Park")


def test_opening_a_page_is_kept_and_nobody_is_found_where_nobody_is(any_clinic: SmallClinic) -> None:
    made = full_chart(any_clinic)
    timeline.open_page(any_clinic.surgeon, made.patient_id)
    with any_clinic.database.reading() as session:
        last = audit.events(session, subject=Subject.PATIENT, subject_id=made.patient_id)[0]
    assert (last.action, last.user_id) == (AuditAction.READ, any_clinic.surgeon.actor.user_id)
    with pytest.raises(NotFound):
        timeline.open_page(any_clinic.surgeon, 99)  # type: ignore[arg-type] # a number from nowhere


def test_the_deceased_are_not_to_be_booked(any_clinic: SmallClinic) -> None:
    made = full_chart(any_clinic)
    patients.mark_deceased(any_clinic.nurse, made.patient_id, date(2026, 11, 22))
    page = timeline.open_page(any_clinic.admin, made.patient_id)
    assert not page.may_book


def test_what_was_changed_without_a_move_does_not_read_as_a_move(any_clinic: SmallClinic) -> None:
    made = booking.book(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), at(10))).value
    booking.change(any_clinic.front, made.id, replace(made.draft, notes="Allergic to tape"), made.version)
    page = timeline.open_page(any_clinic.nurse, made.draft.patient_id)
    changed, booked = [entry for entry in page.entries if entry.kind is EntryKind.STEP]
    assert (changed.before, changed.state, changed.moved_from, changed.moved_to) == (
        "booked",
        "booked",
        None,
        None,
    )
    assert (booked.moved_from, booked.moved_to) == (None, at(10))
