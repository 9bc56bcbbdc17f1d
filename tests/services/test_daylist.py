"""The day on paper, read back out of the PDF: everyone, a list a room, a list a surgeon."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from sqlalchemy import insert, update

from clinicdesk.domain.booking import BookingState, Side
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.papers import DayListBy
from clinicdesk.domain.users import Role
from clinicdesk.errors import NotAllowed
from clinicdesk.services import daylist
from clinicdesk.storage import audit
from clinicdesk.storage.tables import PatientPhone, ResourceRow
from tests.helpers.bookings import at
from tests.helpers.cases import add_case, add_patient
from tests.helpers.clinics import SmallClinic

MONDAY = date(2026, 11, 23)


def pages(clinic: SmallClinic, by: DayListBy) -> list[str]:
    content = daylist.day_list(clinic.front, MONDAY, by).content
    found = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return [" ".join(page.replace("\u00a0", " ").split()) for page in found]


@pytest.fixture
def day(any_clinic: SmallClinic) -> SmallClinic:
    rosa, bob = add_patient(any_clinic), add_patient(any_clinic, "Bob Stone", escort="Ana")
    for number, place in (("(703) 555-0142", 0), ("(703) 555-0199", 1)):
        add_phone(any_clinic, rosa, number, place)
    add_case(any_clinic, rosa, at(9, day=MONDAY), "Room 1", "Dr Lin", "C-arm 2", side=Side.LEFT)
    add_case(any_clinic, bob, at(8, day=MONDAY), "Room 1", "Dr Lin", state=BookingState.CANCELLED)
    add_case(any_clinic, bob, at(11, day=MONDAY), "Room 1", "Dr Shah", levels=("T12", "L1"))
    add_case(any_clinic, bob, at(15, day=MONDAY), state=BookingState.REQUESTED)
    return any_clinic


def add_phone(clinic: SmallClinic, patient: PatientId, number: str, place: int) -> None:
    digits = "".join(filter(str.isdigit, number))
    with clinic.database.writing() as session:
        session.execute(
            insert(PatientPhone).values(
                patient_id=patient, kind="home", number=number, position=place, digits=digits,
                reversed_digits=digits[::-1],
            )
        )  # fmt: skip


def test_the_list_of_everyone_has_units_phone_arrival_and_what_is_missing(day: SmallClinic) -> None:
    (page,) = pages(day, DayListBy.EVERYTHING)
    assert "4 cases." in page
    assert "Cancelled" in page
    assert (
        "9:00 am to 10:00 am 8:00 am Rosa Ortiz February 3, 1948 10000 (703) 555-0142 Kyphoplasty L1, left "
        "Dr Lin Room 1 Moderate C-arm 2 Booked Missing: escort" in page
    )
    assert "555-0199" not in page


def test_each_room_has_its_page_even_an_empty_one_and_nothing_is_on_none(day: SmallClinic) -> None:
    one, two, rest = pages(day, DayListBy.ROOM)
    assert "Room 1: Monday, November 23, 2026 2 cases." in one
    assert one.index("Rosa Ortiz") < one.index("Bob Stone")
    assert "Cancelled" not in one
    assert "555-0142" not in one
    assert "Room 2: Monday, November 23, 2026 No cases." in two
    assert "Without a room" in rest
    assert "Requested" in rest


def test_each_surgeon_with_a_case_has_a_page(day: SmallClinic) -> None:
    lin, shah, rest = pages(day, DayListBy.SURGEON)
    assert "Dr Lin: Monday" in lin
    assert "Rosa Ortiz" in lin
    assert "Bob Stone" not in lin
    assert "Dr Shah: Monday" in shah
    assert "Kyphoplasty T12, L1" in shah
    assert "Without a surgeon" in rest


def test_who_left_and_a_room_taken_out_of_use_keep_their_page_of_a_day_they_had(day: SmallClinic) -> None:
    with day.database.writing() as session:
        gone = [day.units[name] for name in ("Dr Shah", "Room 1", "Room 2")]
        session.execute(update(ResourceRow).where(ResourceRow.id.in_(gone)).values(active=False))
    one, rest = pages(day, DayListBy.ROOM)  # an empty room that is out of use has none
    assert "Room 1: Monday" in one
    assert "Without a room" in rest
    assert "Rosa Ortiz" not in rest
    _lin, shah, _rest = pages(day, DayListBy.SURGEON)
    assert "Dr Shah: Monday" in shah


def test_every_list_carries_the_head_of_the_audit_trail(day: SmallClinic) -> None:
    with day.database.reading() as session:
        number, seal = audit.head(session)
    for by in DayListBy:
        anchor = f"Audit trail at event {number}, seal {seal.hex()[:16]}."
        assert all(anchor in page for page in pages(day, by))


def test_an_empty_day_says_so(clinic: SmallClinic) -> None:
    assert all("No cases." in page for by in DayListBy for page in pages(clinic, by))


def test_the_program_itself_prints_no_list(clinic: SmallClinic) -> None:
    with pytest.raises(NotAllowed):
        daylist.day_list(clinic.desk(Role.SYSTEM), MONDAY)
