"""Who will be late because a case runs long, and shifting them, on the encrypted file and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clinicdesk.domain.booking import ActualTimes, Booking, BookingState
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.errors import Clash, NotAllowed, Stale
from clinicdesk.services import booking, overrun
from clinicdesk.services.booking import steps
from clinicdesk.services.overrun import DayDelays
from tests.helpers.bookings import THURSDAY, add_patient, at, filled, kypho, overlapping_claims
from tests.helpers.clinics import FACTS, SmallClinic

R = ResourceKind


def book(clinic: SmallClinic, name: str, hour: int, minute: int = 0, room: str = "Room 1") -> Booking:
    units = ((R.ROOM, room), (R.SURGEON, "Dr Lin" if room == "Room 1" else "Dr Shah"))
    draft = kypho(clinic, add_patient(clinic, name), at(hour, minute), units=units, recovery_minutes=30)
    return booking.book(clinic.front, draft).value


def into_the_room(clinic: SmallClinic, made: Booking, hour: int, minute: int = 0) -> Booking:
    clinic.clock.at = at(hour, minute)
    arrived = steps.advance(clinic.nurse, made.id, BookingState.ARRIVED, made.version).value
    return steps.advance(clinic.nurse, made.id, BookingState.IN_ROOM, arrived.version).value


def told(found: DayDelays) -> list[tuple[str, str, str]]:
    zone = FACTS.zone
    return [
        (each.patient, f"{zone.local(each.planned):%H:%M}", f"{zone.local(each.expected):%H:%M}")
        for each in found.late
    ]


def day(clinic: SmallClinic) -> tuple[Booking, Booking, Booking, Booking]:
    """Room 1 from 9 on, back to back; Room 2 on its own."""
    return (
        into_the_room(clinic, book(clinic, "Rosa Ortiz", 9), 9),
        book(clinic, "Ana Lee", 10, 35),
        book(clinic, "Kim Poe", 12, 10),
        book(clinic, "Sam Elsewhere", 10, 0, "Room 2"),
    )


def test_who_comes_after_an_overrun_is_late_and_a_shift_makes_the_day_possible(
    any_clinic: SmallClinic,
) -> None:
    first, second, third, elsewhere = day(any_clinic)
    any_clinic.clock.at = at(10)
    assert overrun.delays(any_clinic.front, THURSDAY).late == ()
    any_clinic.clock.at = at(10, 33)
    found = overrun.delays(any_clinic.front, THURSDAY)
    assert told(found) == [("Ana Lee", "10:35", "11:10"), ("Kim Poe", "12:10", "12:45")]
    (holdup,) = found.holdups
    assert (holdup.patient, holdup.room, holdup.over) == ("Rosa Ortiz", "Room 1", timedelta(minutes=33))
    done = overrun.shift(any_clinic.front, found.shifts)
    assert [each.starts for each in done.value.after] == [at(11, 10), at(12, 45)]
    assert overrun.delays(any_clinic.front, THURSDAY).late == ()
    assert overlapping_claims(any_clinic.database) == 0
    back = overrun.undo_shift(any_clinic.front, done.value).value
    assert [each.draft for each in back] == [second.draft, third.draft]
    assert booking.read(any_clinic.front, elsewhere.id) == elsewhere
    assert told(overrun.delays(any_clinic.front, THURSDAY)) == told(found)
    ended = steps.advance(any_clinic.nurse, first.id, BookingState.RECOVERY, first.version).value
    assert told(overrun.delays(any_clinic.front, THURSDAY)) == told(found)
    corrected = replace(ended.actual, ended=at(10), recovery=at(10, 33))
    steps.record_times(any_clinic.nurse, ended.id, ended.version, corrected)
    assert overrun.delays(any_clinic.front, THURSDAY).late == ()


def test_one_is_shifted_with_those_it_would_run_into(clinic: SmallClinic) -> None:
    _first, second, third, _elsewhere = day(clinic)
    clinic.clock.at = at(10, 30)
    ana, kim = overrun.delays(clinic.front, THURSDAY).late
    assert [move.booking_id for move in ana.with_it] == [second.id, third.id]
    assert [move.booking_id for move in kim.with_it] == [third.id]
    overrun.shift(clinic.front, kim.with_it)
    (ana,) = overrun.delays(clinic.front, THURSDAY).late
    assert [move.booking_id for move in ana.with_it] == [second.id]
    overrun.shift(clinic.front, ana.with_it)
    assert overrun.delays(clinic.front, THURSDAY).late == ()


def test_a_shift_that_cannot_be_is_refused_whole_and_says_who_stands_in_the_way(clinic: SmallClinic) -> None:
    day(clinic)
    visitor = add_patient(clinic, "Visits Later")
    rooms = ((R.ROOM, clinic.units["Room 1"]), (R.SURGEON, clinic.units["Dr Shah"]))
    clinic.clock.at = at(10, 30)
    shifts = overrun.delays(clinic.front, THURSDAY).shifts
    booking.book(clinic.nurse, filled(clinic, visitor, "follow_up_visit", at(13, 30), units=rooms))
    with pytest.raises(Clash) as refused:
        overrun.shift(clinic.front, shifts)
    assert refused.value.sentence.startswith("Kim Poe, 12:40 PM: Room 1 is held by Visits Later, 1:30 PM")
    fresh = overrun.delays(clinic.front, THURSDAY)
    assert told(fresh)[-1] == ("Visits Later", "13:30", "14:00")
    overrun.shift(clinic.front, fresh.shifts)
    with pytest.raises(Stale):
        overrun.shift(clinic.front, fresh.shifts)
    with pytest.raises(NotAllowed):
        overrun.shift(clinic.desk(Role.ANESTHESIA), fresh.shifts)


def test_another_day_and_a_day_on_time_have_nothing_to_tell(clinic: SmallClinic) -> None:
    first, *_rest = day(clinic)
    clinic.clock.at = at(9, 40)
    assert overrun.delays(clinic.front, THURSDAY) == DayDelays(at(9, 40), (), ())
    times = ActualTimes(arrived=first.actual.arrived, in_room=first.actual.in_room, started=at(9, 30))
    steps.record_times(clinic.nurse, first.id, first.version, times)
    assert told(overrun.delays(clinic.front, THURSDAY))[0] == ("Ana Lee", "10:35", "11:05")
    assert overrun.delays(clinic.front, THURSDAY + timedelta(days=1)).late == ()


# Through the night.

WEDNESDAY = THURSDAY - timedelta(days=1)
CLOCKS_FORWARD, CLOCKS_BACK = date(2027, 3, 14), date(2027, 11, 7)
"""Sundays; the clocks change at two in the morning."""


def emergency(clinic: SmallClinic, name: str, starts: datetime, room: str = "Room 1") -> Booking:
    units = ((R.ROOM, room), (R.SURGEON, "Dr Lin" if room == "Room 1" else "Dr Shah"))
    draft = kypho(
        clinic, add_patient(clinic, name), starts, units=units, recovery_minutes=30, reason="cannot wait"
    )
    return booking.book(clinic.surgeon, draft).value


def begun(clinic: SmallClinic, made: Booking) -> Booking:
    """In the room on time."""
    assert made.starts is not None
    clinic.clock.at = made.starts
    arrived = steps.advance(clinic.nurse, made.id, BookingState.ARRIVED, made.version).value
    return steps.advance(clinic.nurse, made.id, BookingState.IN_ROOM, arrived.version).value


@pytest.mark.parametrize("morning", [THURSDAY, CLOCKS_FORWARD, CLOCKS_BACK])
def test_who_comes_after_midnight_is_late_because_of_who_began_before_it(
    any_clinic: SmallClinic, morning: date
) -> None:
    clinic, zone = any_clinic, FACTS.zone
    evening = morning - timedelta(days=1)
    clinic.clock.at = at(20, day=evening)
    running = emergency(clinic, "Rosa Ortiz", at(22, 45, evening))
    waits = emergency(clinic, "Ana Lee", at(0, 55, morning))
    begun(clinic, running)
    clinic.clock.at = at(23, 44, evening)
    assert overrun.delays(clinic.front, evening).late == ()
    midnight = zone.start_of(morning)
    clinic.clock.at = midnight - timedelta(seconds=1)
    assert overrun.delays(clinic.front, evening).late == (), "35 minutes of slack swallow it"
    clinic.clock.at = midnight + timedelta(minutes=30)
    assert overrun.delays(clinic.front, evening).late == ()
    (late,) = overrun.delays(clinic.front, morning).late
    assert (late.booking_id, late.delay) == (waits.id, timedelta(minutes=10))
    clinic.clock.at = midnight + timedelta(minutes=100)
    found = overrun.delays(clinic.front, morning)
    (holdup,), (late,) = found.holdups, found.late
    assert (holdup.booking_id, holdup.over) == (running.id, timedelta(minutes=115))
    assert late.delay == timedelta(minutes=80)
    wall = {CLOCKS_FORWARD: "03:15", CLOCKS_BACK: "01:15"}.get(morning, "02:15")
    assert told(found) == [("Ana Lee", "00:55", wall)]
    overrun.shift(clinic.surgeon, found.shifts, reason="the one before runs long")
    assert overrun.delays(clinic.front, morning).late == ()
    assert overlapping_claims(clinic.database) == 0


def test_before_midnight_it_is_told_who_will_be_late_after_it(clinic: SmallClinic) -> None:
    clinic.clock.at = at(20, day=WEDNESDAY)
    running = emergency(clinic, "Rosa Ortiz", at(22, 15, WEDNESDAY))
    emergency(clinic, "Ana Lee", at(0, 0))
    emergency(clinic, "Kim Poe", at(9))
    begun(clinic, running)
    clinic.clock.at = at(23, 50, WEDNESDAY)
    assert told(overrun.delays(clinic.front, WEDNESDAY)) == [("Ana Lee", "00:00", "00:25")]
    assert overrun.delays(clinic.front, THURSDAY).late == ()


def test_who_waits_since_yesterday_evening_is_still_told(clinic: SmallClinic) -> None:
    clinic.clock.at = at(20, day=WEDNESDAY)
    running = emergency(clinic, "Rosa Ortiz", at(22, 15, WEDNESDAY))
    emergency(clinic, "Ana Lee", at(23, 50, WEDNESDAY))
    running = begun(clinic, running)
    clinic.clock.at = at(0, 10)
    assert told(overrun.delays(clinic.front, THURSDAY)) == [("Ana Lee", "23:50", "00:45")]
    steps.advance(clinic.nurse, running.id, BookingState.RECOVERY, running.version)
    clinic.clock.at = at(0, 50)
    assert told(overrun.delays(clinic.front, THURSDAY)) == [("Ana Lee", "23:50", "00:50")]
    clinic.clock.at = at(1, 30)
    assert overrun.delays(clinic.front, THURSDAY).late == (), "why she is late is over for more than an hour"


def test_who_was_forgotten_in_the_room_yesterday_makes_nobody_late_today(clinic: SmallClinic) -> None:
    clinic.clock.at = at(20, day=WEDNESDAY)
    forgotten = emergency(clinic, "Rosa Ortiz", at(22, 15, WEDNESDAY))
    emergency(clinic, "Ana Lee", at(5, 20))
    begun(clinic, forgotten)
    clinic.clock.at = at(5, 15)
    assert [late.patient for late in overrun.delays(clinic.front, THURSDAY).late] == ["Ana Lee"]
    clinic.clock.at = at(5, 16)
    assert overrun.delays(clinic.front, THURSDAY).late == ()


def test_a_day_read_once_tells_at_every_later_minute_what_reading_it_again_would(clinic: SmallClinic) -> None:
    clinic.clock.at = at(20, day=WEDNESDAY)
    begun(clinic, emergency(clinic, "Rosa Ortiz", at(22, 15, WEDNESDAY)))
    day(clinic)
    clinic.clock.at = at(0, 5)
    read = overrun.running_day(clinic.front, THURSDAY)
    seen = set()
    while clinic.clock.at < at(14):
        clinic.clock.advance(timedelta(minutes=13))
        now = clinic.clock.now()
        assert overrun.delays_at(read, now) == overrun.delays(clinic.front, THURSDAY)
        seen.add(len(overrun.delays_at(read, now).late))
    assert len(seen) > 1, "somebody became late meanwhile"
