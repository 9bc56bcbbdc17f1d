"""Who is stranded, held against an oracle that walks through the minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.availability import Availability, Block, Closure, ClosureKind, UnitHours
from clinicdesk.domain.clinic import ClinicFacts, OpeningHours
from clinicdesk.domain.ids import BlockId, BookingId, ClosureId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.stranded import HeldCase, HeldUnit, Opening, World, alone, shut_out, stranded

CLINIC = ClinicFacts(name="Hillside Spine Clinic")
ZONE = CLINIC.zone
SUNDAYS = (date(2026, 3, 8), date(2026, 11, 1), date(2026, 11, 22))
"""Two on which the clocks change, and one on which they do not."""
ROOM, OTHER_ROOM, BAY = ResourceId(6), ResourceId(7), ResourceId(10)
LIN, SHAH, GONE = ResourceId(1), ResourceId(2), ResourceId(3)
SURGEONS = {LIN: "Dr Lin", SHAH: "Dr Shah"}
"""Those in use: the third has left."""
STEP = timedelta(minutes=30)


@st.composite
def spans(draw: st.DrawFn, day: date) -> Span:
    """Half an hour to ten hours, somewhere from the evening before to the next night, in steps of half an hour."""
    starts = ZONE.start_of(day) + draw(st.integers(-6, 50)) * STEP
    return Span(starts, starts + draw(st.integers(1, 20)) * STEP)


@st.composite
def cases(draw: st.DrawFn, day: date) -> HeldCase:
    """A case with its room, setup and turnover included, and a bay after it."""
    starts = ZONE.start_of(day) + draw(st.integers(10, 44)) * STEP
    span = Span(starts, starts + draw(st.integers(1, 6)) * STEP)
    room = HeldUnit(ROOM, ResourceKind.ROOM, "Room 1", Span(span.starts - STEP, span.ends + STEP))
    bay = HeldUnit(BAY, ResourceKind.BAY, "Bay 1", Span(span.ends, span.ends + 4 * STEP))
    surgeon = draw(st.sampled_from((LIN, SHAH, None)))
    hers = () if surgeon is None else (HeldUnit(surgeon, ResourceKind.SURGEON, SURGEONS[surgeon], span),)
    return HeldCase(
        booking_id=BookingId(1),
        version=1,
        patient="Rosa Ortiz",
        procedure="Kyphoplasty",
        surgeon="Dr Lin",
        span=span,
        units=(*hers, room, bay),
    )


@st.composite
def blocks(draw: st.DrawFn, day: date, number: int) -> Block:
    """A block on that weekday, firm or not, in this room or the next, that may skip this week or release itself."""
    opens = draw(st.integers(6, 18))
    return Block(
        id=BlockId(number),
        surgeon_id=draw(st.sampled_from((LIN, SHAH, GONE))),
        room_id=draw(st.sampled_from((ROOM, ROOM, ROOM, OTHER_ROOM))),
        weekday=day.weekday(),
        opens=time(opens),
        closes=time(opens + draw(st.integers(1, 5))),
        every_weeks=draw(st.sampled_from((1, 1, 2))),
        first_on=day - timedelta(weeks=draw(st.sampled_from((-1, 0, 1, 2)))),
        last_on=draw(st.sampled_from((None, day + timedelta(weeks=9)))),
        exclusive=draw(st.sampled_from((True, True, False))),
        release_days=draw(st.sampled_from((None, None, 0, 7))),
    )


@st.composite
def worlds(draw: st.DrawFn, day: date) -> World:
    """Closures of room, bay and clinic, hours of room and bay on that weekday, and blocks, seen on the day or before."""
    closed = draw(st.lists(st.tuples(st.sampled_from((None, ROOM, BAY)), spans(day)), max_size=2))
    hours = {}
    for unit in draw(st.sets(st.sampled_from((ROOM, BAY)))):
        begins = draw(st.integers(0, 14))
        length = draw(st.integers(1, 9))
        hours[unit] = (UnitHours(day.weekday(), time(begins), time(begins + length)),)
    kept = tuple(draw(blocks(day, number)) for number in range(draw(st.integers(0, 2))))
    known = Availability(
        closures=tuple(
            Closure(id=ClosureId(n), resource_id=unit, kind=ClosureKind.OTHER, span=span)
            for n, (unit, span) in enumerate(closed)
        ),
        hours=hours,
        blocks=kept,
        released=draw(st.sampled_from((frozenset(), frozenset({(BlockId(0), day)})))),
    )
    return World(known, ZONE, day - timedelta(days=draw(st.sampled_from((0, 6, 7, 8)))), SURGEONS)


def minutes(span: Span) -> list[datetime]:
    count = round(span.length / timedelta(minutes=5))
    return [span.starts + n * timedelta(minutes=5) for n in range(count)]


def closed_at(world: World, unit: ResourceId | None, minute: datetime) -> bool:
    return any(c.resource_id == unit and c.span.starts <= minute < c.span.ends for c in world.known.closures)


def works_at(world: World, unit: ResourceId, minute: datetime) -> bool:
    wall = ZONE.local(minute)
    own = world.known.hours.get(unit)
    return own is None or any(
        each.weekday == wall.weekday() and each.opens <= wall.time() < each.closes for each in own
    )


def kept_out_at(world: World, case: HeldCase, minute: datetime) -> bool:
    """Whether the room is somebody else's then; asked by the calendar and the clock on the wall."""
    wall = ZONE.local(minute)
    day = wall.date()
    for block in world.known.blocks:
        if block.room_id != ROOM or not block.exclusive or block.surgeon_id not in SURGEONS:
            continue
        weeks, rest = divmod((day - block.first_on).days, 7)
        its_day = rest == 0 and weeks >= 0 and weeks % block.every_weeks == 0
        due = block.release_days is not None and (day - world.today).days <= block.release_days
        everybodys = due or (block.id, day) in world.known.released
        within = block.opens <= wall.time() < block.closes
        mine = any(unit.resource_id == block.surgeon_id for unit in case.units)
        if its_day and within and not everybodys and not mine:
            return True
    return False


@given(st.data(), st.sampled_from(SUNDAYS))
def test_a_case_is_stranded_where_some_minute_of_it_finds_something_closed(
    data: st.DataObject, day: date
) -> None:
    world, case = data.draw(worlds(day)), data.draw(cases(day))
    done = minutes(case.span)
    walked = any(closed_at(world, None, minute) for minute in done)
    for unit in case.units:
        held = minutes(unit.span)
        walked |= any(closed_at(world, unit.resource_id, minute) for minute in held)
        worked = held if unit.kind is ResourceKind.BAY else done
        walked |= not all(works_at(world, unit.resource_id, minute) for minute in worked)
        if unit.resource_id == ROOM:
            walked |= any(kept_out_at(world, case, minute) for minute in held)
    assert bool(stranded(world, [case])) is walked


MONDAY = date(2026, 11, 23)
KEPT = Block(
    id=BlockId(4),
    surgeon_id=SHAH,
    room_id=ROOM,
    weekday=0,
    opens=time(8),
    closes=time(12),
    first_on=MONDAY,
    release_days=3,
)


def held(starts: time, surgeon: ResourceId | None, room: ResourceId = ROOM) -> HeldCase:
    """An hour in that room on Monday, with a quarter before and after it."""
    span = Span(ZONE.at(MONDAY, starts), ZONE.at(MONDAY, starts) + timedelta(hours=1))
    quarter = timedelta(minutes=15)
    around = Span(span.starts - quarter, span.ends + quarter)
    units = [HeldUnit(room, ResourceKind.ROOM, "Room 1", around)]
    if surgeon is not None:
        units.append(HeldUnit(surgeon, ResourceKind.SURGEON, SURGEONS[surgeon], span))
    return HeldCase(
        booking_id=BookingId(1),
        version=1,
        patient="Rosa Ortiz",
        procedure="Kyphoplasty",
        surgeon="",
        span=span,
        units=tuple(units),
    )


@pytest.mark.parametrize(
    ("case", "change", "days_before", "is_stranded"),
    [
        (held(time(9), LIN), {}, 7, True),
        (held(time(9), SHAH), {}, 7, False),  # the owner's own
        (held(time(9), None), {}, 7, True),  # nobody's case is not the owner's
        (held(time(12, 15), LIN), {}, 7, False),  # setup begins as the block ends
        (held(time(12, 10), LIN), {}, 7, True),
        (held(time(6, 45), LIN), {}, 7, False),  # turnover ends as the block begins
        (held(time(6, 50), LIN), {}, 7, True),
        (held(time(9), LIN, OTHER_ROOM), {}, 7, False),
        (held(time(9), LIN), {"exclusive": False}, 7, False),
        (held(time(9), LIN), {"surgeon_id": GONE}, 7, False),  # out of use: kept for nobody
        (held(time(9), LIN), {"first_on": MONDAY + timedelta(days=1)}, 7, False),
        (held(time(9), LIN), {"first_on": MONDAY - timedelta(weeks=1), "every_weeks": 2}, 7, False),
        (held(time(9), LIN), {}, 4, True),
        (held(time(9), LIN), {}, 3, False),  # released by itself
        (held(time(9), LIN), {"release_days": None}, 0, True),
        (held(time(9), LIN), {"id": BlockId(5)}, 7, False),  # that one's day was given away by hand
    ],
)
def test_whom_a_block_strands(
    case: HeldCase, change: dict[str, object], days_before: int, is_stranded: bool
) -> None:
    given_away = Availability(released=frozenset({(BlockId(5), MONDAY)}))
    today = World(given_away, ZONE, MONDAY - timedelta(days=days_before), SURGEONS)
    found = stranded(alone(today, replace(KEPT, **change)), [case])  # type: ignore[arg-type] # values of fields
    assert [each.causes for each in found] == ([("Room 1: kept for Dr Shah",)] if is_stranded else [])


def test_other_opening_hours_shut_out_who_lay_within_them_and_nobody_who_never_did() -> None:

    def at(hour: int) -> HeldCase:
        span = Span(ZONE.at(MONDAY, time(hour)), ZONE.at(MONDAY, time(hour + 1)))
        return HeldCase(
            booking_id=BookingId(hour),
            version=1,
            patient="",
            procedure="",
            surgeon="",
            span=span,
            units=(),
        )

    mornings = replace(CLINIC, hours=(OpeningHours(0, time(8), time(12)),))
    out = shut_out(Opening(CLINIC, mornings), [at(18), at(16), at(11), at(12)])
    assert [each.case.booking_id for each in out] == [12, 16]
