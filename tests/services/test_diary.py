"""The diary's services: who may see it, which days it shows, and who is on today's list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.errors import NotAllowed
from clinicdesk.services import diary
from tests.helpers.cases import add_case, add_patient
from tests.helpers.clinics import MONDAY_EIGHT, SmallClinic

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def test_a_page_has_its_days_hours_units_and_cases(clinic: SmallClinic) -> None:
    for n in range(3):
        add_case(clinic, add_patient(clinic, f"Ann {n}"), MONDAY_EIGHT + n * DAY, "Room 1", "Dr Lin")
    page = diary.page(clinic.front, MONDAY, 2)
    assert [line.entry.patient for line in page.lines] == ["Ann 0", "Ann 1"]
    assert page.lines[0].missing == ("escort",)
    assert [unit.name for unit in page.units_of(ResourceKind.ROOM)] == ["Room 1", "Room 2"]
    assert [unit.name for unit in page.units_of(ResourceKind.C_ARM)] == ["C-arm 1", "C-arm 2"]
    assert page.days[0].open == ((MONDAY_EIGHT, MONDAY_EIGHT + timedelta(hours=9)),)
    sunday = diary.page(clinic.front, date(2026, 11, 29))
    assert sunday.days[0].open == ()
    assert sunday.lines == ()


def test_todays_list_keeps_those_who_have_not_left_and_no_other_day_does(clinic: SmallClinic) -> None:
    stayed = add_patient(clinic, "Stayed Over")
    add_case(clinic, stayed, MONDAY_EIGHT - DAY, "Room 1", state=BookingState.OVERNIGHT)
    add_case(clinic, add_patient(clinic, "Ann Today"), MONDAY_EIGHT, "Room 1", state=BookingState.CANCELLED)
    assert [line.entry.patient for line in diary.day_list(clinic.front, MONDAY)] == [
        "Stayed Over",
        "Ann Today",
    ]
    assert [line.entry.patient for line in diary.day_list(clinic.front, MONDAY + DAY)] == []


def test_the_program_itself_has_no_business_in_the_diary(clinic: SmallClinic) -> None:
    with pytest.raises(NotAllowed):
        diary.day_list(clinic.desk(Role.SYSTEM), MONDAY)
