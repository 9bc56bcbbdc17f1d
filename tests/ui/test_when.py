"""Dates and times as people type them, and as they are written back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit import when

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _american() -> Iterator[None]:
    before = fmt.habits()
    fmt.configure(ClinicZone("America/New_York"), country="US")
    yield
    fmt.configure(
        before.zone, country=before.country, twelve_hour=before.twelve_hour, language=before.language
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3 feb 1948", date(1948, 2, 3)),
        ("Feb 3, 1948", date(1948, 2, 3)),
        ("3rd of February 1948", date(1948, 2, 3)),
        ("2/3/1948", date(1948, 2, 3)),
        ("2-3-48", date(1948, 2, 3)),
        ("2.3.1948", date(1948, 2, 3)),
        ("02031948", date(1948, 2, 3)),
        ("1948-02-03", date(1948, 2, 3)),
        ("1948/2/3", date(1948, 2, 3)),
        ("13/2/1948", date(1948, 2, 13)),  # there is no thirteenth month
        ("29 feb 1948", date(1948, 2, 29)),
        ("29 feb 1949", None),
        ("31/31/1948", None),
        ("2/30/1948", None),
        ("3 fev 1948", None),
        ("hello", None),
        ("2026", None),
        ("", None),
        ("1/2/3/4", None),
    ],
)
def test_birth_dates(typed: str, meant: date | None) -> None:
    assert when.read_date(typed, today=MONDAY, month_first=True, past=True) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("26 nov", date(2026, 11, 26)),
        ("nov 26", date(2026, 11, 26)),
        ("11/26", date(2026, 11, 26)),
        ("3 feb", date(2027, 2, 3)),  # the next one
        ("3 feb 27", date(2027, 2, 3)),
        ("26", date(2026, 11, 26)),
        ("5", date(2026, 12, 5)),  # the fifth is over
        ("today", MONDAY),
        ("tomorrow", date(2026, 11, 24)),
        ("thu", date(2026, 11, 26)),
        ("Thursday", date(2026, 11, 26)),
        ("mon", date(2026, 11, 30)),  # today is Monday: the next one is meant
        ("Thu 26 Nov 2026", date(2026, 11, 26)),  # what the field itself writes
        ("+7", date(2026, 11, 30)),
        ("+2w", date(2026, 12, 7)),
        ("-1m", date(2026, 10, 23)),
        ("+1y", date(2027, 11, 23)),
        ("+99999", None),
    ],
)
def test_days_to_book(typed: str, meant: date | None) -> None:
    assert when.read_date(typed, today=MONDAY, month_first=True) == meant


def test_day_first_where_the_clinic_writes_so() -> None:
    assert when.read_date("2/3/1948", today=MONDAY, month_first=False, past=True) == date(1948, 3, 2)
    assert when.read_date("03021948", today=MONDAY, month_first=False, past=True) == date(1948, 2, 3)


def test_months_shift_to_the_last_day_there_is() -> None:
    assert when.read_date("+1m", today=date(2027, 1, 31), month_first=True) == date(2027, 2, 28)
    assert when.read_date("+1y", today=date(2028, 2, 29), month_first=True) == date(2029, 2, 28)


@given(st.dates(date(1900, 1, 1), date(2026, 11, 23)))
def test_a_birth_date_is_read_back_as_it_was_written(day: date) -> None:
    assert when.read_date(fmt.plain_date(day), today=MONDAY, month_first=True, past=True) == day


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_day_is_read_back_as_it_was_written(day: date) -> None:
    assert when.read_date(fmt.day(day), today=MONDAY, month_first=True) == day


@given(st.text(max_size=20))
def test_no_text_is_a_fault(typed: str) -> None:
    when.read_date(typed, today=MONDAY, month_first=True)
    when.read_time(typed, twelve_hour=True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)),
        ("920", time(9, 20)),
        ("9:20", time(9, 20)),
        ("9.20", time(9, 20)),
        ("0920", time(9, 20)),
        ("1:30 pm", time(13, 30)),
        ("1:30p", time(13, 30)),
        ("130", time(13, 30)),  # nobody is booked at half past one at night
        ("0130", time(1, 30)),
        ("1:30 am", time(1, 30)),
        ("12", time(12)),
        ("12 am", time(0)),
        ("12:15 pm", time(12, 15)),
        ("1330", time(13, 30)),
        ("noon", time(12)),
        ("24", None),
        ("13 pm", None),
        ("9:60", None),
        ("9:2", None),
        ("soon", None),
        ("", None),
    ],
)
def test_times(typed: str, meant: time | None) -> None:
    assert when.read_time(typed, twelve_hour=True) == meant


def test_a_clinic_of_twenty_four_hours_means_what_it_types() -> None:
    assert when.read_time("1:30", twelve_hour=False) == time(1, 30)


@given(st.times())
def test_a_time_is_read_back_as_it_was_written(at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    assert when.read_time(fmt.clock(at), twelve_hour=True) == at
    fmt.set_twelve_hour(False)
    assert when.read_time(fmt.clock(at), twelve_hour=False) == at
    fmt.set_twelve_hour(True)


def test_instants_are_written_in_the_clinics_zone() -> None:
    instant = datetime(2026, 11, 26, 14, 20, tzinfo=UTC)
    assert fmt.clock(instant) == "9:20 AM"
    assert fmt.moment(instant) == "Thu 26 Nov 2026, 9:20 AM"
    assert fmt.clock_range(instant, instant + timedelta(hours=1)) == "9:20 to 10:20 AM"
    assert fmt.clock_range(instant, instant + timedelta(hours=3)) == "9:20 AM to 12:20 PM"
    fmt.set_twelve_hour(False)
    assert fmt.clock_range(instant, instant + timedelta(hours=4)) == "9:20 to 13:20"
    assert fmt.hour(9) == "9:00"


def test_what_people_read() -> None:
    assert fmt.day(date(2026, 11, 26)) == "Thu 26 Nov 2026"
    assert fmt.short_day(date(2026, 11, 26)) == "Thu 26 Nov"
    assert fmt.weekday(date(2026, 11, 26)) == "Thursday"
    assert fmt.near_day(MONDAY, MONDAY) == "Today"
    assert fmt.near_day(date(2027, 1, 4), MONDAY) == "Mon 4 Jan 2027"
    assert [fmt.duration(n) for n in (45, 60, 80)] == ["45 min", "1 h", "1 h 20 min"]
    assert fmt.age(date(1948, 2, 3), MONDAY) == "78"
    assert fmt.age(date(2025, 12, 24), MONDAY) == "10 mo"
    assert fmt.hour(13) == "1 PM"
    now = datetime(2026, 11, 23, 13, tzinfo=UTC)
    ago = [fmt.ago(now - timedelta(minutes=n), now) for n in (0, 5, 125, 1440, 3 * 1440)]
    assert ago == ["just now", "5 min ago", "2 h ago", "1 day ago", "3 days ago"]


def test_days_are_written_in_the_language_of_the_person() -> None:
    fmt.configure(ClinicZone("America/New_York"), country="US", language="es")
    assert fmt.weekday(date(2026, 11, 26)) == "jueves"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+17035550142", "(703) 555-0142"),
        ("703-555-0142", "(703) 555-0142"),
        ("+442079460958", "+44 20 7946 0958"),
        ("ask the daughter", "ask the daughter"),
        ("12", "12"),
    ],
)
def test_phones(number: str, written: str) -> None:
    assert fmt.phone(number) == written
