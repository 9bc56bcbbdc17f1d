"""Why a day has no time: the least set of obstacles, proved by taking obstacles away one set at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clinicdesk.domain.availability import Availability, Block, Closure, ClosureKind, UnitHours
from clinicdesk.domain.ids import BlockId, ClosureId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.finder import Search, SlotAsk
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import CasePlan
from clinicdesk.domain.scheduling.whynot import (
    BLOCK,
    DayWithout,
    Factor,
    Names,
    days_without,
    reason_words,
    told_by_days,
)
from clinicdesk.domain.sedation_levels import Sedation
from clinicdesk.domain.times import WallClock
from tests.domain.scheduling.test_finder import (
    CASE,
    CLINIC,
    DAYS,
    FIRSTS,
    UNITS,
    ZONE,
    Diary,
    ask_of,
    cases,
    diaries,
    index_with,
)
from tests.domain.scheduling.test_occupancy import level

R = ResourceKind
TUESDAY = FIRSTS[0]
NAMES = Names({unit.id: unit.name.title() for unit in UNITS}, Availability(), WallClock(ZONE))
FREE = ResourceId(1000)
"""A unit that nobody holds and no index knows."""


@settings(max_examples=60)
@given(data=st.data(), first=st.sampled_from(FIRSTS), plan=cases())
def test_no_smaller_set_of_obstacles_would_explain_the_day(
    data: st.DataObject, first: date, plan: CasePlan
) -> None:
    diary = data.draw(diaries(first))
    busy = data.draw(st.sets(st.sampled_from([unit.id for unit in UNITS]), min_size=1, max_size=4))
    whole = Span(ZONE.start_of(first), ZONE.start_of(first + timedelta(days=DAYS)))
    diary = replace(diary, held={**diary.held, **dict.fromkeys(busy, (whole,))})
    ask = replace(ask_of(plan, first, diary), last=first)
    found = list(days_without(Search(index_with(first, diary), ask)))
    assume(found)
    told = found[0]
    factors = {lacking.factor for lacking in told.lacking}
    if told.limit is not None:
        assert not Search(index_with(first, diary), ask).allowed
        return
    assert _starts_without(factors, diary, ask, first)
    kinds: list[Factor] = [*((kind,) for kind in ResourceKind), BLOCK]
    for smaller in combinations(kinds, len(factors) - 1):
        assert not _starts_without(set(smaller), diary, ask, first), smaller


def _starts_without(factors: set[Factor], diary: Diary, ask: SlotAsk, first: date) -> int:
    """The starts there are once somebody free has been found for each kind, and the blocks are gone."""
    pools = {kind: (*units, FREE) if (kind,) in factors else units for kind, units in ask.pools.items()}
    if BLOCK in factors:
        diary = replace(diary, availability=replace(diary.availability, blocks=()))
    if (R.PATIENT,) in factors:
        ask = replace(ask, patient=ask_of(CASE, first, Diary({}, Availability(), first)).patient)
    return Search(index_with(first, diary), replace(ask, pools=pools)).starts


def _why(diary: Diary, plan: CasePlan = CASE, **more: object) -> DayWithout:
    ask = replace(ask_of(plan, TUESDAY, diary, **more), last=TUESDAY)
    (found,) = days_without(Search(index_with(TUESDAY, diary), ask))
    return found


def test_it_names_the_hour_and_a_room_that_would_be_free() -> None:
    under_general = replace(CASE, sedation=level(Sedation.GENERAL))
    morning = UnitHours(TUESDAY.weekday(), time(8), time(10))
    held = {ResourceId(1): (Span(ZONE.at(TUESDAY, time(8)), ZONE.at(TUESDAY, time(11))),)}
    held[ResourceId(2)] = held[ResourceId(1)]
    diary = Diary(held, Availability(hours={ResourceId(7): (morning,)}), TUESDAY)
    words = reason_words(
        _why(diary, under_general), replace(NAMES, units={**NAMES.units, ResourceId(3): "Room 1"})
    )
    assert words == "Anesthesia 7 is not free after 10:00; Room 1 would be free at 11:00"


def test_a_surgeon_who_is_away_is_said_with_the_reason() -> None:
    day = Span(ZONE.start_of(TUESDAY), ZONE.start_of(TUESDAY + timedelta(days=1)))
    away = Closure(id=ClosureId(1), resource_id=ResourceId(1), kind=ClosureKind.CONFERENCE, span=day)
    diary = Diary({}, Availability(closures=(away,)), TUESDAY)
    names = replace(NAMES, known=diary.availability)
    found = _why(diary, pools={kind: [u.id for u in UNITS if u.kind is kind][:1] for kind in ResourceKind})
    assert reason_words(found, names) == "Surgeon 1 is away (Conference); Room 3 would be free at 8:25"


def test_a_kept_room_is_no_missing_room() -> None:
    blocks = tuple(
        Block(
            id=BlockId(room),
            surgeon_id=ResourceId(2),
            room_id=ResourceId(room),
            weekday=TUESDAY.weekday(),
            opens=time(7),
            closes=time(16),
            first_on=TUESDAY,
        )
        for room in (3, 4)
    )
    pools = {kind: [u.id for u in UNITS if u.kind is kind] for kind in ResourceKind}
    found = _why(Diary({}, Availability(blocks=blocks), TUESDAY), pools={**pools, R.SURGEON: [ResourceId(1)]})
    assert [lacking.factor for lacking in found.lacking] == [BLOCK]
    assert "kept for other surgeons" in reason_words(found, NAMES)


def test_days_with_the_same_reason_are_told_together() -> None:
    week = Span(ZONE.start_of(TUESDAY), ZONE.start_of(TUESDAY + timedelta(days=DAYS)))
    diary = Diary({ResourceId(5): (week,)}, Availability(), TUESDAY)
    search = Search(
        index_with(TUESDAY, diary), ask_of(CASE, TUESDAY, diary, not_before=ZONE.start_of(TUESDAY))
    )
    ((days, words),) = told_by_days(days_without(search), NAMES)
    assert days == (TUESDAY, TUESDAY + timedelta(days=1))
    assert words == "C_Arm 5 is not free long enough; Room 3 would be free at 8:00"
    first, last = days_without(search)
    between = replace(last, day=TUESDAY + timedelta(days=2))
    assert len(told_by_days([first, between], NAMES, answered=[TUESDAY + timedelta(days=1)])) == 2


def test_a_holiday_is_said_by_its_name() -> None:
    day = Span(ZONE.start_of(TUESDAY), ZONE.start_of(TUESDAY + timedelta(days=1)))
    holiday = Closure(
        id=ClosureId(1), resource_id=None, kind=ClosureKind.HOLIDAY, reason="Founders' Day", span=day
    )
    known = Availability(closures=(holiday,))
    words = reason_words(_why(Diary({}, known, TUESDAY)), replace(NAMES, known=known))
    assert words == "closed (Founders' Day)"
    assert CLINIC.open_on(TUESDAY)


def test_hours_are_named_as_they_are() -> None:
    """Who works until noon is free until noon, though turnover and handover would run on."""
    under_general = replace(
        CASE, sedation=level(Sedation.GENERAL), procedure=replace(CASE.procedure, handover_minutes=5)
    )
    morning = UnitHours(TUESDAY.weekday(), time(8), time(10))
    held = {ResourceId(n): (Span(ZONE.at(TUESDAY, time(8)), ZONE.at(TUESDAY, time(11))),) for n in (1, 2)}
    diary = Diary(held, Availability(hours={ResourceId(7): (morning,)}), TUESDAY)
    assert "Anesthesia 7 is not free after 10:00" in reason_words(_why(diary, under_general), NAMES)


def test_the_room_that_would_be_free_is_one_that_could_be_had() -> None:
    block = Block(
        id=BlockId(1),
        surgeon_id=ResourceId(2),
        room_id=ResourceId(3),
        weekday=TUESDAY.weekday(),
        opens=time(7),
        closes=time(16),
        first_on=TUESDAY,
    )
    week = Span(ZONE.start_of(TUESDAY), ZONE.start_of(TUESDAY + timedelta(days=DAYS)))
    pools = {kind: [u.id for u in UNITS if u.kind is kind] for kind in ResourceKind}
    found = _why(
        Diary({ResourceId(5): (week,)}, Availability(blocks=(block,)), TUESDAY),
        pools={**pools, R.SURGEON: [ResourceId(1)]},
    )
    assert found.room_id == ResourceId(4)
