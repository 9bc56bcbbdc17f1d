"""Who is late because a case runs long: against pushing by five minutes until nothing overlaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.booking import ActualTimes
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.overrun import STEP, RunningCase, culprits, delays, pushed
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span

EIGHT = datetime(2026, 11, 23, 13, tzinfo=UTC)
ROOM_1, ROOM_2, LIN, ARM = (ResourceId(number) for number in range(1, 5))


def at(minutes: int) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def case(
    number: int, start: int, end: int, *units: ResourceId, setup: int = 15, turnover: int = 20
) -> RunningCase:
    """A case as planned: its rooms and arms with setup and turnover, its surgeon without."""
    holds = []
    for unit in units:
        before, after = (0, 0) if unit == LIN else (setup, turnover)
        holds.append(Claimed(unit, Span(at(start - before), at(end + after))))
    return RunningCase(booking_id=BookingId(number), starts=at(start), ends=at(end), holds=tuple(holds))


def in_room(planned: RunningCase, since: int, **actual: datetime) -> RunningCase:
    return replace(planned, begun=True, actual=ActualTimes(in_room=at(since), **actual))


def late(cases: list[RunningCase], now: int) -> dict[int, int]:
    return {booking: minutes(delay) for booking, delay in delays(cases, at(now)).items()}


def test_a_case_that_runs_on_pushes_the_room_until_slack_swallows_it() -> None:
    first = in_room(case(1, 0, 60, ROOM_1, LIN), 0)
    day = [first, case(2, 95, 155, ROOM_1, LIN), case(3, 200, 260, ROOM_1, LIN), case(4, 400, 420, ROOM_1)]
    assert late(day, 60) == {}
    assert late(day, 61) == {2: 5}
    assert late(day, 95) == {2: 35, 3: 25}
    assert culprits(day, at(95)) == (1,)


def test_who_started_late_is_expected_to_end_late_before_the_end_has_come() -> None:
    day = [in_room(case(1, 0, 60, ROOM_1), 20), case(2, 95, 155, ROOM_1)]
    assert late(day, 25) == {2: 20}
    knife = [in_room(case(1, 0, 60, ROOM_1), 20, started=at(30)), day[1]]
    assert late(knife, 35) == {2: 30}


def test_an_end_that_was_noted_counts_and_an_early_one_pulls_nobody_forward() -> None:
    after = case(2, 95, 155, ROOM_1)
    assert late([in_room(case(1, 0, 60, ROOM_1), 0, ended=at(72)), after], 75) == {2: 15}
    assert late([in_room(case(1, 0, 60, ROOM_1), 0, ended=at(40)), after], 75) == {}


def test_a_surgeon_carries_the_delay_into_another_room() -> None:
    day = [
        in_room(case(1, 0, 60, ROOM_1, LIN), 0),
        case(2, 70, 130, ROOM_2, LIN),
        case(3, 165, 200, ROOM_2),
        case(4, 95, 120, ROOM_1),
    ]
    assert late(day, 90) == {2: 20, 4: 30, 3: 20}
    assert culprits(day, at(90)) == (1,)


def test_nobody_late_starts_in_the_past_and_who_is_merely_overdue_makes_nobody_late() -> None:
    ended = in_room(case(1, 0, 60, ROOM_1), 0, ended=at(70))
    day = [ended, case(2, 95, 155, ROOM_1)]
    assert late(day, 100) == {2: 10}
    assert late(day, 121) == {2: 30}
    assert late([case(1, 0, 60, ROOM_1), case(2, 95, 155, ROOM_1)], 90) == {}


def test_a_shift_of_one_takes_along_whom_it_would_run_into() -> None:
    day = [case(2, 95, 155, ROOM_1), case(3, 190, 250, ROOM_1), case(4, 300, 320, ROOM_1)]
    shift = pushed(day, {BookingId(2): timedelta(minutes=35)}, at(80))
    assert {booking: minutes(delay) for booking, delay in shift.items()} == {2: 35, 3: 35, 4: 20}


@st.composite
def rooms_full(draw: st.DrawFn) -> tuple[list[RunningCase], datetime]:
    """A day in which nothing overlaps as planned, some of its first cases begun, and an instant in it."""
    cases: list[RunningCase] = []
    busy_until = dict.fromkeys((ROOM_1, ROOM_2, LIN, ARM), 0)
    for number in range(1, draw(st.integers(2, 7))):
        units = draw(st.sets(st.sampled_from([ROOM_1, ROOM_2, LIN, ARM]), min_size=1, max_size=3))
        setup, turnover = draw(st.sampled_from([0, 5, 15])), draw(st.sampled_from([0, 10, 20]))
        free = max(busy_until[unit] for unit in units)
        start = free + setup + draw(st.integers(0, 6)) * 5
        end = start + draw(st.integers(1, 20)) * 5
        cases.append(case(number, start, end, *sorted(units), setup=setup, turnover=turnover))
        for unit in units:
            busy_until[unit] = end if unit == LIN else end + turnover
    now = draw(st.integers(0, max(busy_until.values()) + 60))
    return [_maybe_begun(draw, each, at(now)) for each in cases], at(now)


def _maybe_begun(draw: st.DrawFn, planned: RunningCase, now: datetime) -> RunningCase:
    if planned.starts > now or not draw(st.booleans()):
        return planned
    since = draw(st.integers(minutes(planned.starts - EIGHT), minutes(now - EIGHT)))
    ended = draw(st.none() | st.integers(since, minutes(now - EIGHT)))
    return in_room(planned, since, **({} if ended is None else {"ended": at(ended)}))


def overlapping(
    cases: list[RunningCase], delay: dict[BookingId, timedelta], over: dict[BookingId, timedelta]
) -> BookingId | None:
    """The later of two cases that overlap on a unit, in the order planned, if any do."""
    spans = [
        (claim.resource_id, claim.span.starts, claim.span.ends, each)
        for each in cases
        for claim in each.holds
    ]
    for unit, _start, last, mine in spans:
        for other_unit, start, _end, other in spans:
            if unit != other_unit or mine is other or start < last or other.begun:
                continue
            released = last + (over[mine.booking_id] if mine.begun else delay[mine.booking_id])
            if start + delay[other.booking_id] < released:
                return other.booking_id
    return None


@given(rooms_full())
def test_the_delays_are_what_pushing_by_five_minutes_finds(day: tuple[list[RunningCase], datetime]) -> None:
    cases, now = day
    over = {each.booking_id: -(-each.over(now) // STEP) * STEP for each in cases}
    delay = {each.booking_id: timedelta() for each in cases}
    while (clashing := overlapping(cases, delay, over)) is not None:
        planned = next(each.starts for each in cases if each.booking_id == clashing)
        delay[clashing] += STEP
        while planned + delay[clashing] < now:
            delay[clashing] += STEP
    assert delays(cases, now) == {booking: found for booking, found in delay.items() if found}


@given(rooms_full())
def test_shifting_all_by_their_delay_leaves_nobody_late(day: tuple[list[RunningCase], datetime]) -> None:
    cases, now = day
    found = delays(cases, now)
    shifted = [
        replace(
            each,
            starts=each.starts + found.get(each.booking_id, timedelta()),
            ends=each.ends + found.get(each.booking_id, timedelta()),
            holds=tuple(
                Claimed(
                    claim.resource_id,
                    Span(
                        claim.span.starts + found.get(each.booking_id, timedelta()),
                        claim.span.ends + found.get(each.booking_id, timedelta()),
                    ),
                )
                for claim in each.holds
            ),
        )
        for each in cases
    ]
    assert delays(shifted, now) == {}
