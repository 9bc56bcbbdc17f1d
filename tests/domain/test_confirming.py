"""Who is called twice to confirm, and on which day the second call is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.confirming import ConfirmLine, called_twice, second_call_on
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.no_shows import USUAL_CHANCE
from clinicdesk.domain.working_days import Calendar, WorkingDays

NEW_YORK = ClinicZone("America/New_York")
WEEK = WorkingDays(frozenset(range(5)))
MONDAY = date(2026, 11, 23)
FRIDAY = MONDAY - timedelta(days=3)
DAY = timedelta(days=1)
DAYS = st.dates(MONDAY - timedelta(days=20), MONDAY + timedelta(days=5))


def at(day: date, hour: int = 10) -> datetime:
    return NEW_YORK.at(day, time(hour))


def line(case_day: date, *reached: datetime, missed: bool = True, waited: int = 7) -> ConfirmLine:
    """A confirmed case at ten of that day, booked ``waited`` days before."""
    return ConfirmLine(
        booking_id=BookingId(1),
        patient_id=PatientId(1),
        patient="Rosa Ortiz",
        birth_date=date(1948, 2, 3),
        language="en",
        interpreter=False,
        phone="",
        best_time="",
        procedure="Kyphoplasty",
        levels=("L1",),
        state=BookingState.CONFIRMED,
        created=at(case_day) - timedelta(days=waited),
        starts=at(case_day),
        missed_before=missed,
        reached=reached,
    )


def is_due(asked: ConfirmLine, today: date, working: WorkingDays = WEEK) -> bool:
    twice = called_twice(asked, USUAL_CHANCE, Calendar(today, NEW_YORK, working))
    assert twice is not None
    return replace(asked, twice=twice).waits


def test_the_second_call_comes_back_on_the_working_day_before_over_a_weekend_and_a_closed_day() -> None:
    first = at(MONDAY - timedelta(days=5))
    asked = line(MONDAY, first)
    days = [MONDAY - timedelta(days=back) for back in (5, 4, 3, 2, 0)]
    assert [is_due(asked, day) for day in days] == [False, False, True, True, True]
    closed = WorkingDays(frozenset(range(5)), frozenset({FRIDAY}))
    assert [is_due(asked, day, closed) for day in days] == [False, True, True, True, True]
    again = replace(asked, reached=(first, at(FRIDAY)))
    assert not any(is_due(again, day) for day in (FRIDAY, FRIDAY + DAY, MONDAY))


def test_nobody_is_called_twice_on_one_day() -> None:
    late = line(MONDAY, at(FRIDAY, 9), at(FRIDAY, 15))
    assert [is_due(late, day) for day in (FRIDAY, MONDAY)] == [False, True]
    assert not is_due(replace(late, reached=(at(FRIDAY), at(MONDAY, 8))), MONDAY)
    assert not is_due(line(MONDAY, at(MONDAY, 8)), MONDAY)


def test_who_was_confirmed_without_a_call_is_called_the_day_before() -> None:
    assert [is_due(line(MONDAY), day) for day in (FRIDAY - DAY, FRIDAY)] == [False, True]


@pytest.mark.parametrize("case_day", [date(2026, 3, 9), date(2026, 11, 2)])
def test_a_call_late_in_the_evening_counts_for_its_day_where_the_clocks_change(case_day: date) -> None:
    every_day = WorkingDays(frozenset())
    changed, before = case_day - DAY, case_day - 2 * DAY
    assert is_due(line(case_day, NEW_YORK.at(before, time(23, 30))), changed, every_day)
    assert not is_due(line(case_day, NEW_YORK.at(changed, time(0, 30))), changed, every_day)


def test_it_is_said_why_and_who_is_likely_to_come_is_called_once() -> None:
    calendar = Calendar(FRIDAY, NEW_YORK, WEEK)
    assert called_twice(line(MONDAY, missed=False, waited=28), USUAL_CHANCE, calendar) is None
    long = called_twice(line(MONDAY, missed=False, waited=29), USUAL_CHANCE, calendar)
    assert long is not None
    assert (long.missed_before, long.long_wait) == (False, True)
    assert called_twice(line(MONDAY), 0.01, calendar) is None, "hardly anybody misses anything here"
    arrived = replace(line(MONDAY), state=BookingState.ARRIVED)
    assert called_twice(arrived, USUAL_CHANCE, calendar) is None
    booked = called_twice(replace(line(MONDAY), state=BookingState.BOOKED), USUAL_CHANCE, calendar)
    assert booked is not None
    assert (booked.second_on, booked.second_due) == (MONDAY, False), "the first call is made today"


@given(st.sets(DAYS, max_size=4))
def test_two_days_of_calls_of_which_the_last_is_near_are_enough_and_nothing_less(reached: set[date]) -> None:
    near = {day for day in reached if day >= FRIDAY}
    enough = bool(near) and (len(reached) >= 2 or max(near) >= MONDAY)
    due = second_call_on(MONDAY, FRIDAY, reached)
    assert (due is None) is enough
    assert due is None or (due in (FRIDAY, MONDAY) and due not in reached)
