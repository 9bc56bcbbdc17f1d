"""The time axis on plain days, on the days when the clocks change, and on a week that holds one of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.ui.places.diary.axis import TimeAxis

NEW_YORK = ClinicZone("America/New_York")
PLAIN, AUTUMN, SPRING = date(2026, 11, 26), date(2026, 11, 1), date(2026, 3, 8)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", PLAIN, 24),
        ("America/New_York", AUTUMN, 25),
        ("America/New_York", SPRING, 23),
        ("Europe/Warsaw", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),  # its clocks go forward by half an hour
        ("Africa/Cairo", date(2026, 4, 24), 23),  # midnight itself is skipped
        ("Asia/Kathmandu", PLAIN, 24),
    ],
)
def test_a_day_is_as_long_as_it_is(zone: str, day: date, hours: float) -> None:
    axis = TimeAxis(ClinicZone(zone), (day,))
    assert axis.minutes == hours * 60
    assert axis.gaps(day) == ()


def test_the_repeated_hour_stands_twice_and_says_so() -> None:
    axis = TimeAxis(NEW_YORK, (AUTUMN,))
    assert [(t.position, t.hour, t.again) for t in axis.ticks[:4]] == [
        (0, 0, False),
        (60, 1, False),
        (120, 1, True),
        (180, 2, False),
    ]
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert (axis.position(AUTUMN, first), axis.position(AUTUMN, second)) == (90, 150)


def test_the_skipped_hour_has_no_row() -> None:
    axis = TimeAxis(NEW_YORK, (SPRING,))
    assert [t.hour for t in axis.ticks[:4]] == [0, 1, 3, 4]
    assert axis.position(SPRING, datetime(2026, 3, 8, 7, 0, tzinfo=UTC)) == 120


def test_in_a_week_with_a_long_day_the_same_time_stands_at_the_same_height() -> None:
    days = tuple(AUTUMN + timedelta(days=n) for n in range(7))
    axis = TimeAxis(NEW_YORK, days)
    assert axis.minutes == 25 * 60
    nine = {axis.position(day, NEW_YORK.start_of(day) + timedelta(hours=9 + (day == AUTUMN))) for day in days}
    assert nine == {600}
    assert axis.gaps(AUTUMN) == ()
    assert {axis.gaps(day) for day in days[1:]} == {((120, 180),)}
    assert axis.instant(days[1], 150) is None


def test_in_a_week_with_a_short_day_only_that_day_has_a_gap() -> None:
    days = tuple(SPRING + timedelta(days=n) for n in range(7))
    axis = TimeAxis(NEW_YORK, days)
    assert axis.minutes == 24 * 60
    assert axis.gaps(SPRING) == ((120, 180),)
    assert {axis.gaps(day) for day in days[1:]} == {()}


def test_instants_beyond_the_day_are_held_at_its_edges() -> None:
    axis = TimeAxis(NEW_YORK, (PLAIN,))
    start, end = axis.bounds(PLAIN)
    assert axis.position(PLAIN, start - timedelta(hours=3)) == 0
    assert axis.position(PLAIN, end + timedelta(hours=3)) == axis.minutes


@given(
    st.sampled_from(["America/New_York", "Europe/Warsaw", "Australia/Lord_Howe", "America/St_Johns"]),
    st.dates(date(2024, 1, 1), date(2030, 12, 24)),
    st.integers(1, 7),
    st.integers(0, 287),
)
def test_every_instant_comes_back_from_its_height(zone: str, first: date, count: int, step: int) -> None:
    days = tuple(first + timedelta(days=n) for n in range(count))
    axis = TimeAxis(ClinicZone(zone), days)
    for day in days:
        start, end = axis.bounds(day)
        instant = start + timedelta(minutes=5 * step)
        if instant < end:
            assert axis.instant(day, axis.position(day, instant)) == instant
