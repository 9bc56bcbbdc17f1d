"""Who is stranded, held against an oracle that walks through the minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.availability import Availability, Closure, ClosureKind, UnitHours
from clinicdesk.domain.clinic import ClinicFacts, OpeningHours
from clinicdesk.domain.ids import BookingId, ClosureId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.stranded import HeldCase, HeldUnit, Opening, shut_out, stranded

CLINIC = ClinicFacts(name="Hillside Spine Clinic")
ZONE = CLINIC.zone
SUNDAYS = (date(2026, 3, 8), date(2026, 11, 1), date(2026, 11, 22))
"""Two on which the clocks change, and one on which they do not."""
ROOM, BAY = ResourceId(6), ResourceId(10)
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
    return HeldCase(
        booking_id=BookingId(1),
        version=1,
        patient="Rosa Ortiz",
        procedure="Kyphoplasty",
        surgeon="Dr Lin",
        span=span,
        units=(room, bay),
    )


@st.composite
def worlds(draw: st.DrawFn, day: date) -> Availability:
    """Closures of the room, the bay and the clinic, and hours of the room and the bay on that weekday."""
    closed = draw(st.lists(st.tuples(st.sampled_from((None, ROOM, BAY)), spans(day)), max_size=2))
    hours = {}
    for unit in draw(st.sets(st.sampled_from((ROOM, BAY)))):
        begins = draw(st.integers(0, 14))
        length = draw(st.integers(1, 9))
        hours[unit] = (UnitHours(day.weekday(), time(begins), time(begins + length)),)
    return Availability(
        closures=tuple(
            Closure(id=ClosureId(n), resource_id=unit, kind=ClosureKind.OTHER, span=span)
            for n, (unit, span) in enumerate(closed)
        ),
        hours=hours,
    )


def minutes(span: Span) -> list[datetime]:
    count = round(span.length / timedelta(minutes=5))
    return [span.starts + n * timedelta(minutes=5) for n in range(count)]


def closed_at(world: Availability, unit: ResourceId | None, minute: datetime) -> bool:
    return any(c.resource_id == unit and c.span.starts <= minute < c.span.ends for c in world.closures)


def works_at(world: Availability, unit: ResourceId, minute: datetime) -> bool:
    wall = ZONE.local(minute)
    own = world.hours.get(unit)
    return own is None or any(
        each.weekday == wall.weekday() and each.opens <= wall.time() < each.closes for each in own
    )


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
    assert bool(stranded(world, [case], ZONE)) is walked


def test_other_opening_hours_shut_out_who_lay_within_them_and_nobody_who_never_did() -> None:
    monday = date(2026, 11, 23)

    def at(hour: int) -> HeldCase:
        span = Span(ZONE.at(monday, time(hour)), ZONE.at(monday, time(hour + 1)))
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
