"""How time is used: the clinical figures, and the sums against a count of every single minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.availability import Availability, Closure, ClosureKind, UnitHours
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.clinic import ClinicFacts, OpeningHours
from clinicdesk.domain.ids import ClosureId, PatientId, ResourceId
from clinicdesk.domain.numbers import (
    Measure,
    Numbers,
    PastCase,
    first_cases,
    numbers,
    open_time,
    turnovers,
)
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.intervals import Span

FACTS = ClinicFacts(name="Hillside")
MONDAY = date(2026, 11, 23)
NOVEMBER = date(2026, 11, 1)
ROOM = Resource(id=ResourceId(1), kind=ResourceKind.ROOM, name="Room 1")
OTHER = Resource(id=ResourceId(2), kind=ResourceKind.ROOM, name="Room 2")
LIN = Resource(id=ResourceId(7), kind=ResourceKind.SURGEON, name="Dr Lin")
SHAH = Resource(id=ResourceId(8), kind=ResourceKind.SURGEON, name="Dr Shah")
MINUTE = timedelta(minutes=1)


def at(minutes: int, day: date = MONDAY) -> datetime:
    """So many minutes after eight, when the clinic opens until five."""
    return FACTS.zone.at(day, time(8)) + minutes * MINUTE


def case(
    into: int, out: int, /, *, planned: int | None = None, day: date = MONDAY, **more: object
) -> PastCase:
    """One whose patient was in the room between two minutes after eight."""
    made = PastCase(
        patient_id=PatientId(1),
        state=BookingState.DISCHARGED,
        starts=at(into if planned is None else planned, day),
        day=day,
        setup_minutes=0,
        turnover_minutes=0,
        created=at(0, day) - timedelta(days=10),
        room_id=ROOM.id,
        surgeon_id=LIN.id,
        in_room=at(into, day),
        started=at(into, day),
        out=at(out, day),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # any field, by name


def counted(
    *cases: PastCase,
    days: tuple[date, ...] = (MONDAY,),
    unit: Resource | None = None,
    known: Availability | None = None,
) -> Numbers:
    units = (ROOM,) if unit is None else (unit,)
    since = {unit.id: (days[0], days[-1]) for unit in (ROOM, OTHER, LIN, SHAH)}
    there = open_time(units, days, FACTS, known or Availability(), since)
    return numbers(sorted(cases, key=lambda each: each.starts), there, [NOVEMBER], unit=unit)


def value(found: Numbers, measure: Measure) -> float:
    estimate = found.whole.of(measure)
    assert estimate is not None
    return estimate.value


def test_the_worked_example_of_330_and_60_minutes_in_480() -> None:
    eight_hours = ClinicFacts(name="Hillside", hours=(replace(FACTS.hours[0], closes=time(16)),))
    there = open_time((ROOM,), [MONDAY], eight_hours, Availability(), {ROOM.id: (MONDAY, MONDAY)})
    day = [
        case(15, 180, setup_minutes=15, turnover_minutes=15),
        case(210, 375, setup_minutes=15, turnover_minutes=15),
    ]
    found = numbers(day, there, [NOVEMBER])
    assert value(found, Measure.USED) == pytest.approx(330 / 480)
    assert value(found, Measure.HELD) == pytest.approx((330 + 60) / 480)


STAYS = st.lists(
    st.tuples(st.integers(-60, 620), st.integers(1, 200), st.integers(0, 30), st.integers(0, 30)), max_size=9
)


@given(STAYS, st.lists(st.tuples(st.integers(-100, 600), st.integers(1, 300)), max_size=3))
def test_utilization_is_a_count_of_minutes(
    stays: list[tuple[int, int, int, int]], shut: list[tuple[int, int]]
) -> None:
    day = [
        case(into, into + length, setup_minutes=setup, turnover_minutes=turnover)
        for into, length, setup, turnover in stays
    ]
    closures = tuple(
        Closure(
            id=ClosureId(n),
            resource_id=ROOM.id if n else None,
            kind=ClosureKind.REPAIR,
            span=Span(at(a), at(a + b)),
        )
        for n, (a, b) in enumerate(shut)
    )
    open_minutes = {m for m in range(540) if not any(a <= m < a + b for a, b in shut)}
    in_room = {m for into, length, _s, _t in stays for m in range(into, into + length)}
    held = {m for into, length, s, t in stays for m in range(into - s, into + length + t)}
    found = counted(*day, known=Availability(closures=closures))
    if not open_minutes:
        assert found.whole.of(Measure.USED) is None
        return
    assert value(found, Measure.USED) == pytest.approx(len(in_room & open_minutes) / len(open_minutes))
    assert value(found, Measure.HELD) == pytest.approx(len(held) / len(open_minutes))


def test_hours_that_the_change_of_clocks_swallows_are_none() -> None:
    night = replace(FACTS, hours=(OpeningHours(6, time(2), time(3)),))
    sundays = [date(2026, 3, 1), date(2026, 3, 8)]
    there = open_time((ROOM,), sundays, night, Availability(), {ROOM.id: (sundays[0], sundays[1])})
    assert [len(there[ROOM.id][day]) for day in sundays] == [1, 0]


def test_set_up_before_the_patient_counts_once_and_hours_run_over_count_in_one_figure_alone() -> None:
    early = case(0, 60, started=at(10), setup_minutes=15, turnover_minutes=20)
    late = case(500, 600)
    found = counted(early, late)
    assert value(found, Measure.USED) == pytest.approx((60 + 40) / 540)
    assert value(found, Measure.HELD) == pytest.approx((5 + 60 + 20 + 100) / 540)


def test_a_unit_has_its_own_hours_and_none_before_its_first_case_or_after_it_was_taken_out_of_use() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    known = Availability(hours={LIN.id: (UnitHours(0, time(8), time(12)),)})
    since = {LIN.id: (MONDAY, MONDAY), ROOM.id: (days[2], days[3])}
    gone = replace(ROOM, active=False)
    there = open_time((LIN, gone, OTHER), days, FACTS, known, since)
    assert there[LIN.id][MONDAY] == (Span(at(0), at(240)),)
    assert there[LIN.id][days[1]] == ()
    assert sorted(there[ROOM.id]) == days[2:4]
    assert OTHER.id not in there


def test_turnover_is_patient_out_to_next_patient_in_of_one_room_and_day() -> None:
    tuesday = MONDAY + timedelta(days=1)
    day = [
        case(0, 60),
        case(80, 140),
        case(100, 160, room_id=OTHER.id),
        case(165, 200, surgeon_id=SHAH.id),
        case(300, 340),
        case(0, 30, day=tuesday),
    ]
    assert [gap for _case, gap in turnovers(day)] == [20, 25]
    assert [gap for _case, gap in turnovers(day, LIN)] == [20]
    assert [gap for _case, gap in turnovers(day, ROOM)] == [20, 25]
    assert turnovers(day, OTHER) == []


@pytest.mark.parametrize(("late", "on_time"), [(-30, True), (0, True), (5, True), (6, False)])
def test_five_minutes_late_is_on_time(late: int, on_time: bool) -> None:
    assert case(100 + late, 200, planned=100).is_on_time is on_time
    assert case(100 + late, 200, planned=100, started=None).is_on_time is on_time


def test_first_cases_are_those_of_each_room_or_of_one_surgeon() -> None:
    missed = case(0, 60, state=BookingState.NO_SHOW, in_room=None, started=None, out=None)
    late, other = case(70, 120, planned=60), case(0, 30, room_id=OTHER.id, surgeon_id=SHAH.id)
    next_one = case(130, 160, surgeon_id=SHAH.id)
    everyone = [missed, late, other, next_one]
    assert first_cases(everyone) == (late, other)
    assert first_cases([other, next_one], SHAH) == (other,)
    found = counted(*everyone)
    assert value(found, Measure.FIRST_ON_TIME) == pytest.approx(1 / 2)
    assert value(found, Measure.ON_TIME) == pytest.approx(2 / 3)
    assert value(found, Measure.NO_SHOW) == pytest.approx(1 / 4)


def test_who_was_never_noted_either_way_is_in_no_figure_and_a_month_of_nothing_has_none() -> None:
    forgotten = case(0, 60, state=BookingState.BOOKED, in_room=None, started=None, out=None)
    found = counted(forgotten)
    assert found.whole.of(Measure.NO_SHOW) is None
    assert found.whole.of(Measure.ON_TIME) is None
    assert value(found, Measure.USED) == 0
    assert found.is_empty
    assert numbers([], {}, [NOVEMBER]).months[0].figures == {}
