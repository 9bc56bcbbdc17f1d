"""When things are open: what closures leave of a day, and which blocks meet, held against oracles that count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.availability import (
    Availability,
    Block,
    BlockDay,
    Closure,
    ClosureKind,
    UnitHours,
    check_hours,
    clinic_open,
    shared_day,
)
from clinicdesk.domain.clinic import ClinicFacts, OpeningHours
from clinicdesk.domain.ids import BlockId, ClosureId, ResourceId
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.errors import BadInput

MONDAY = date(2026, 11, 23)
CLINIC = ClinicFacts(
    name="Hillside Spine Clinic",
    hours=tuple(
        OpeningHours(day, *stretch)
        for day in range(7)
        for stretch in ((time(8), time(12)), (time(13), time(17)))
    ),
)
CHANGES_OF_CLOCKS = (date(2026, 3, 8), date(2026, 11, 1))


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return CLINIC.zone.at(day, time(hour, minute))


def closure(starts: datetime, ends: datetime, unit: int | None = None) -> Closure:
    return Closure(
        id=ClosureId(1),
        resource_id=None if unit is None else ResourceId(unit),
        kind=ClosureKind.OTHER,
        span=Span(starts, ends),
    )


def block(**values: Any) -> Block:
    plain: dict[str, Any] = {
        "id": BlockId(1),
        "surgeon_id": ResourceId(1),
        "room_id": ResourceId(6),
        "weekday": 0,
        "opens": time(8),
        "closes": time(12),
        "first_on": MONDAY,
    }
    return Block(**{**plain, **values})


@st.composite
def closures(draw: st.DrawFn, day: date) -> tuple[Closure, ...]:
    """Up to six closures round a day, of the clinic or of one unit, in steps of a quarter of an hour."""
    first = CLINIC.zone.start_of(day) - timedelta(hours=12)
    found = draw(
        st.lists(
            st.tuples(st.integers(0, 180), st.integers(1, 120), st.sampled_from((None, None, 6))), max_size=6
        )
    )
    quarter = timedelta(minutes=15)
    return tuple(
        closure(first + start * quarter, first + (start + length) * quarter, unit)
        for start, length, unit in found
    )


@given(st.data(), st.sampled_from((MONDAY, *CHANGES_OF_CLOCKS)))
def test_what_closures_leave_of_a_day_minute_by_minute(data: st.DataObject, day: date) -> None:
    shut = data.draw(closures(day))
    left = clinic_open(Availability(closures=shut), CLINIC, day)
    assert list(left) == sorted(left)
    start, after = CLINIC.zone.day_bounds(day)
    minute = start
    while minute < after:
        wall = CLINIC.zone.local(minute).time()
        opening = time(8) <= wall < time(12) or time(13) <= wall < time(17)
        closed = any(c.resource_id is None and c.span.starts <= minute < c.span.ends for c in shut)
        assert (opening and not closed) is any(span.starts <= minute < span.ends for span in left)
        minute += timedelta(minutes=5)


def test_a_closure_of_the_whole_day_leaves_nothing_and_one_of_a_room_takes_nothing() -> None:
    holiday = closure(*CLINIC.zone.day_bounds(MONDAY))
    assert clinic_open(Availability(closures=(holiday,)), CLINIC, MONDAY) == ()
    assert len(clinic_open(Availability(closures=(holiday,)), CLINIC, MONDAY + timedelta(days=1))) == 2
    repair = closure(at(8), at(17), unit=6)
    assert clinic_open(Availability(closures=(repair,)), CLINIC, MONDAY) == (
        Span(at(8), at(12)),
        Span(at(13), at(17)),
    )


BLOCKS = st.builds(
    lambda weekday, opens, length, weeks, first, last: block(
        weekday=weekday,
        opens=time(opens),
        closes=time(opens + length),
        every_weeks=weeks,
        first_on=MONDAY + timedelta(days=first),
        last_on=None if last is None else MONDAY + timedelta(days=first + last),
    ),
    st.sampled_from((0, 0, 0, 3)),
    st.integers(7, 12),
    st.integers(1, 6),
    st.integers(1, 12),
    st.integers(-40, 60),
    st.none() | st.integers(0, 700),
)


@given(BLOCKS, BLOCKS)
@example(block(every_weeks=11), block(every_weeks=12, first_on=MONDAY + timedelta(weeks=1)))
def test_the_first_day_two_blocks_share_is_what_walking_through_the_calendar_finds(
    one: Block, other: Block
) -> None:
    days = (MONDAY - timedelta(days=50) + timedelta(days=n) for n in range(1_800))
    walked = next(
        (
            day
            for day in days
            if one.occurs_on(day)
            and other.occurs_on(day)
            and any(
                one.opens <= time(hour) < one.closes and other.opens <= time(hour) < other.closes
                for hour in range(24)
            )
        ),
        None,
    )
    assert shared_day(one, other) == shared_day(other, one) == walked


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        *(("America/New_York", day) for day in (MONDAY, *CHANGES_OF_CLOCKS)),
        ("Africa/Cairo", date(2026, 4, 23)),  # the clocks skip the midnight at its end
        ("Africa/Cairo", date(2026, 10, 29)),  # its last hour comes twice
    ],
)
def test_a_block_that_ends_at_the_last_minute_ends_with_its_day_as_hours_do(zone: str, day: date) -> None:
    clocks = ClinicZone(zone)
    evening = block(weekday=day.weekday(), opens=time(18), closes=time(23, 59), first_on=day)
    hours = UnitHours(day.weekday(), time(18), time(23, 59))
    span = evening.span_on(day, clocks)
    assert span == Span(clocks.at(day, time(18)), clocks.start_of(day + timedelta(days=1)))
    assert Availability(hours={ResourceId(6): (hours,)}).hours_on(ResourceId(6), day, clocks) == (span,)
    early = block(weekday=day.weekday(), opens=time(18), closes=time(23, 55), first_on=day)
    assert early.span_on(day, clocks) == Span(clocks.at(day, time(18)), clocks.at(day, time(23, 55)))


def test_a_block_of_the_last_day_of_the_calendar_has_no_days_before_it() -> None:
    last = block(first_on=date.max, weekday=0)
    assert list(last.days(MONDAY, MONDAY + timedelta(days=400))) == []


def test_blocks_that_follow_one_another_share_nothing() -> None:
    assert shared_day(block(), block(opens=time(12), closes=time(17))) is None
    every_other = block(every_weeks=2)
    assert shared_day(every_other, block(every_weeks=2, first_on=MONDAY + timedelta(weeks=1))) is None
    assert shared_day(block(last_on=MONDAY), block(first_on=MONDAY + timedelta(days=1))) is None


@given(st.lists(BLOCKS, max_size=4), st.integers(0, 90), st.booleans(), st.integers(-20, 40))
def test_what_comes_due_is_every_day_whose_time_has_come_and_that_nobody_wrote_down(
    blocks: list[Block], release_days: int, exclusive: bool, today_from: int
) -> None:
    given = tuple(
        replace(each, id=BlockId(number), release_days=release_days, exclusive=exclusive)
        for number, each in enumerate(blocks)
    )
    today = MONDAY + timedelta(days=today_from)
    known = Availability(blocks=given)
    walked = {
        BlockDay(today + timedelta(days=n), each.id)
        for each in given
        for n in range(120)
        if exclusive
        and each.occurs_on(today + timedelta(days=n))
        and known.is_released(each, today + timedelta(days=n), today)
    }
    due = known.due_releases(today)
    assert list(due) == sorted(walked)
    written = replace(known, released=frozenset((each.block_id, each.day) for each in due))
    assert written.due_releases(today) == ()


def test_two_stretches_of_one_weekday_may_follow_one_another_by_hour_or_by_date() -> None:
    before_summer = UnitHours(0, time(8), time(16), None, date(2027, 5, 31))
    summer = UnitHours(0, time(7), time(13), date(2027, 6, 1), date(2027, 8, 31))
    check_hours((before_summer, summer, UnitHours(0, time(13), time(15), date(2027, 6, 1))))
    with pytest.raises(BadInput) as caught:
        check_hours((before_summer, UnitHours(0, time(15), time(18))))
    assert caught.value.field == "hours"
