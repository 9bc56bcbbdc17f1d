"""The slot finder against an oracle that goes through the diary minute by minute with the rules of booking alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.domain.availability import (
    KEEPS_HOURS,
    Availability,
    Block,
    Closure,
    ClosureKind,
    UnitHours,
)
from clinicdesk.domain.booking import Setting
from clinicdesk.domain.catalogue import Procedure, ProcedureKind
from clinicdesk.domain.clinic import ClinicFacts, OpeningHours
from clinicdesk.domain.ids import BlockId, ClosureId, ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.finder import DayPart, Search, SlotAsk, Times
from clinicdesk.domain.scheduling.index import OccupancyIndex, UnitTime, grid_of, index_of
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import CasePlan, occupancy, shape
from clinicdesk.domain.scheduling.offers import Reason, answers
from clinicdesk.domain.sedation_levels import Sedation
from tests.domain.scheduling.test_occupancy import SUITE, level

R = ResourceKind
CLINIC = ClinicFacts(
    name="Hillside",
    hours=tuple(OpeningHours(day, time(8), time(13)) for day in range(7)),
    leaving_time=time(10),
)
ZONE = CLINIC.zone
UNITS = tuple(
    Resource(id=ResourceId(n), kind=kind, name=f"{kind.value} {n}")
    for n, kind in enumerate(
        (R.SURGEON, R.SURGEON, R.ROOM, R.ROOM, R.C_ARM, R.NURSE, R.ANESTHESIA, R.BAY, R.BED), start=1
    )
)
POOLS = {kind: tuple(unit.id for unit in UNITS if unit.kind is kind) for kind in ResourceKind}
PATIENT = ResourceId(99)
FIRSTS = (date(2026, 11, 24), date(2026, 10, 31), date(2027, 3, 13), date(2028, 2, 28))
"""An ordinary week, both changes of clocks, a leap day."""
DAYS = 2
STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Diary:
    """Who holds what, and when things are open."""

    held: Mapping[ResourceId, tuple[Span, ...]]
    availability: Availability
    today: date


@st.composite
def diaries(draw: st.DrawFn, first: date) -> Diary:
    origin = ZONE.start_of(first) - timedelta(hours=2)
    minutes = st.integers(0, (DAYS + 2) * 24 * 60)
    spans = st.tuples(minutes, st.integers(1, 240)).map(
        lambda pair: Span(origin + timedelta(minutes=pair[0]), origin + timedelta(minutes=pair[0] + pair[1]))
    )
    units = st.sampled_from([unit.id for unit in UNITS] + [PATIENT])
    held: dict[ResourceId, tuple[Span, ...]] = {}
    for unit, span in draw(st.lists(st.tuples(units, spans), max_size=24)):
        held[unit] = (*held.get(unit, ()), span)
    closures = tuple(
        Closure(id=ClosureId(n), resource_id=unit, kind=ClosureKind.OTHER, span=span)
        for n, (unit, span) in enumerate(
            draw(st.lists(st.tuples(st.none() | st.sampled_from([u.id for u in UNITS]), spans), max_size=3))
        )
    )
    return Diary(
        held, Availability(hours=draw(_HOURS), closures=closures, blocks=draw(_blocks(first))), first
    )


_CLOCK = st.integers(12, 28).map(lambda half: time(half // 2, 30 * (half % 2)))
_SHIFT = st.tuples(_CLOCK, _CLOCK).filter(lambda pair: pair[0] < pair[1])
_HOURS = st.dictionaries(
    st.sampled_from([unit.id for unit in UNITS]),
    _SHIFT.map(lambda pair: tuple(UnitHours(day, *pair) for day in range(7))),
    max_size=2,
)


def _blocks(first: date) -> st.SearchStrategy[tuple[Block, ...]]:
    block = st.builds(
        lambda surgeon, room, shift, exclusive, release, day: Block(
            id=BlockId(room * 10 + day),
            surgeon_id=ResourceId(surgeon),
            room_id=ResourceId(room),
            weekday=(first + timedelta(days=day)).weekday(),
            opens=shift[0],
            closes=shift[1],
            first_on=first - timedelta(days=14),
            every_weeks=2,
            exclusive=exclusive,
            release_days=release,
        ),
        st.sampled_from([1, 2]),
        st.sampled_from([3, 4]),
        _SHIFT,
        st.booleans(),
        st.sampled_from([None, 0, 1, 3]),
        st.integers(0, DAYS - 1),
    )
    return st.lists(block, max_size=2, unique_by=lambda one: one.id).map(tuple)


@st.composite
def cases(draw: st.DrawFn) -> CasePlan:
    minutes = st.integers(0, 6).map(lambda n: n * 5)
    return CasePlan(
        procedure=replace(KYPHO, handover_minutes=5),
        starts=ZONE.at(FIRSTS[0], time(10)),
        minutes=draw(st.sampled_from([5, 20, 60])),
        setup_minutes=draw(minutes),
        turnover_minutes=draw(minutes),
        recovery_minutes=draw(st.sampled_from([5, 60, 180])),
        sedation=level(draw(st.sampled_from([Sedation.LOCAL, Sedation.MODERATE, Sedation.GENERAL]))),
        mac=False,
        setting=draw(st.sampled_from(Setting)),
        zone=ZONE,
        leaving_time=CLINIC.leaving_time,
    )


KYPHO = Procedure(
    key="kyphoplasty",
    name="Kyphoplasty",
    kind=ProcedureKind.PROCEDURE,
    first_minutes=60,
    recovery_minutes=180,
    needs=SUITE,
)


@settings(max_examples=120)
@given(data=st.data(), first=st.sampled_from(FIRSTS), plan=cases())
def test_it_finds_exactly_the_starts_that_could_be_booked(
    data: st.DataObject, first: date, plan: CasePlan
) -> None:
    diary = data.draw(diaries(first))
    part = data.draw(st.sampled_from(DayPart))
    late = data.draw(st.none() | st.just(time(12, 30)))
    ask = ask_of(plan, first, diary, times=part.times(), latest_end=late)
    search = Search(index_with(first, diary), ask)
    found = {search.grid.at(step) for step in range(search.grid.steps) if search.starts >> step & 1}
    minutes = Minutes(diary)
    expected = {
        starts for starts in _every_step(first) if _bookable(replace(plan, starts=starts), minutes, ask, part)
    }
    assert found == expected


@settings(max_examples=60)
@given(data=st.data(), first=st.sampled_from(FIRSTS), plan=cases())
def test_every_answer_can_be_booked_with_its_very_units_and_they_are_the_best(
    data: st.DataObject, first: date, plan: CasePlan
) -> None:
    diary = data.draw(diaries(first))
    wish = data.draw(st.sampled_from(DayPart)).times()
    ask = ask_of(plan, first, diary, wish=wish)
    search = Search(index_with(first, diary), ask)
    offered = answers(search)
    assert bool(offered) == bool(search.starts)
    assert [slot.points for slot in offered] == sorted(slot.points for slot in offered)
    for slot in offered:
        at = replace(plan, starts=slot.starts)
        assert Minutes(diary).fits(at, dict(slot.units))
    if offered:
        soonest = search.grid.at((search.starts & -search.starts).bit_length() - 1)
        assert all((Reason.SOONEST in slot.reasons) == (slot.starts == soonest) for slot in offered)


def ask_of(plan: CasePlan, first: date, diary: Diary, **more: object) -> SlotAsk:
    grid = grid_of(ZONE, first, DAYS)
    taken = 0
    for span in diary.held.get(PATIENT, ()):
        taken |= grid.touched(span)
    ask = SlotAsk(
        needs=shape(plan),
        length=timedelta(minutes=plan.minutes),
        recovered=plan.recovered - plan.starts,
        pools=POOLS,
        first=first,
        last=first + timedelta(days=DAYS - 1),
        not_before=ZONE.start_of(first) + timedelta(hours=8, minutes=22),
        patient=UnitTime(taken),
    )
    return replace(ask, **more)  # type: ignore[arg-type]  # the fields that a test varies


def index_with(first: date, diary: Diary) -> OccupancyIndex:
    grid = grid_of(ZONE, first, DAYS)
    taken = dict.fromkeys(diary.held, 0)
    for unit, spans in diary.held.items():
        for span in spans:
            taken[unit] |= grid.touched(span)
    return index_of(CLINIC, UNITS, diary.availability, taken, first=first, count=DAYS, today=diary.today)


# The oracle: every minute of the diary, for every start.


class Minutes:
    """What the rules of booking say of every minute, each unit by itself."""

    def __init__(self, diary: Diary) -> None:
        self._origin = ZONE.start_of(diary.today - timedelta(days=2))
        self._diary = diary
        self._days = [diary.today + timedelta(days=n) for n in range(-2, DAYS + 4)]
        open_minutes = self._of(span for day in self._days for span in _opening(day))
        self.clinic = open_minutes - self._closed(None)
        self._known: dict[tuple[object, ...], set[int]] = {}

    def of_span(self, span: Span) -> range:
        return range(self._number(span.starts), self._number(span.ends))

    def fits(self, plan: CasePlan, units: Mapping[ResourceKind, ResourceId]) -> bool:
        case = self.of_span(Span(plan.starts, plan.ends))
        for claim in occupancy(plan):
            kind = claim.kinds[0]
            unit = PATIENT if kind is R.PATIENT else units[kind]
            wanted = self.of_span(claim.span)
            if not self._taken(unit).isdisjoint(wanted):
                return False
            works = self._works(unit)
            if works is not None and not works.issuperset(case if kind in KEEPS_HOURS else wanted):
                return False
            if kind is R.ROOM and not self._kept(unit, units[R.SURGEON]).isdisjoint(wanted):
                return False
        return True

    def _taken(self, unit: ResourceId) -> set[int]:
        return self._once(
            ("taken", unit), lambda: self._of(self._diary.held.get(unit, ())) | self._closed(unit)
        )

    def _works(self, unit: ResourceId) -> set[int] | None:
        known = self._diary.availability
        if unit not in known.hours:
            return None
        return self._once(
            ("works", unit),
            lambda: self._of(span for day in self._days for span in known.hours_on(unit, day, ZONE) or ()),
        )

    def _kept(self, room: ResourceId, surgeon: ResourceId) -> set[int]:
        """The minutes in which the room is kept for somebody else."""
        times = self._diary.availability.block_times(self._days[0], self._days[-1], self._diary.today, ZONE)
        return self._once(
            ("kept", room, surgeon),
            lambda: self._of(
                each.span
                for each in times
                if each.block.room_id == room and each.keeps_out and each.block.surgeon_id != surgeon
            ),
        )

    def _closed(self, unit: ResourceId | None) -> set[int]:
        return self._of(each.span for each in self._diary.availability.closures if each.resource_id == unit)

    def _of(self, spans: Iterable[Span]) -> set[int]:
        return {minute for span in spans for minute in self.of_span(span)}

    def _number(self, instant: datetime) -> int:
        return int((instant - self._origin).total_seconds() // 60)

    def _once(self, key: tuple[object, ...], make: Callable[[], set[int]]) -> set[int]:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]


def _opening(day: date) -> Iterator[Span]:
    return (Span(*each) for each in CLINIC.open_on(day))


def _every_step(first: date) -> list[datetime]:
    starts, ends = ZONE.start_of(first), ZONE.start_of(first + timedelta(days=DAYS))
    return [starts + n * STEP for n in range((ends - starts) // STEP)]


def _bookable(plan: CasePlan, minutes: Minutes, ask: SlotAsk, part: DayPart) -> bool:
    """Whether the case could be booked with some surgeon and room, and the one unit there is of every other kind."""
    wall = ZONE.local(plan.starts)
    if plan.starts < ask.not_before or (part is DayPart.AM and wall.hour >= 12):
        return False
    if part is DayPart.PM and wall.hour < 12:
        return False
    if ask.latest_end is not None and ZONE.local(plan.ends).time() > ask.latest_end:
        return False
    if not minutes.clinic.issuperset(minutes.of_span(Span(plan.starts, plan.ends))):
        return False
    single = {kind: POOLS[kind][0] for kind in (R.C_ARM, R.NURSE, R.ANESTHESIA, R.BAY, R.BED)}
    return any(
        minutes.fits(plan, {**single, R.SURGEON: surgeon, R.ROOM: room})
        for surgeon in POOLS[R.SURGEON]
        for room in POOLS[R.ROOM]
    )


def test_a_surgeons_own_block_and_a_seamless_start_come_first_and_say_so() -> None:
    first = date(2026, 11, 24)
    block = Block(
        id=BlockId(1),
        surgeon_id=ResourceId(2),
        room_id=ResourceId(4),
        weekday=first.weekday(),
        opens=time(9),
        closes=time(13),
        first_on=first,
    )
    seam = Span(ZONE.at(first, time(8)), ZONE.at(first, time(9, 45)))
    diary = Diary({ResourceId(4): (seam,)}, Availability(blocks=(block,)), first)
    plan = replace(CASE, starts=ZONE.at(first, time(10)))
    best, *_rest = answers(Search(index_with(first, diary), ask_of(plan, first, diary)))
    assert best.starts == ZONE.at(first, time(10))
    assert (best.unit(R.SURGEON), best.unit(R.ROOM)) == (ResourceId(2), ResourceId(4))
    assert best.reasons == (Reason.OWN_BLOCK, Reason.NO_GAP)
    assert best.idle == timedelta()


def test_two_virtues_count_together_only_in_one_room() -> None:
    """Room 3 is the surgeon's own block from 9:00; that a start is seamless in room 4 makes it no better there."""
    first = date(2026, 11, 24)
    block = Block(
        id=BlockId(1),
        surgeon_id=ResourceId(1),
        room_id=ResourceId(3),
        weekday=first.weekday(),
        opens=time(9),
        closes=time(13),
        first_on=first,
    )
    seam = Span(ZONE.at(first, time(8)), ZONE.at(first, time(9, 20)))
    diary = Diary({ResourceId(4): (seam,)}, Availability(blocks=(block,)), first)
    pools = {**POOLS, R.SURGEON: (ResourceId(1),)}
    best = answers(Search(index_with(first, diary), ask_of(CASE, first, diary, pools=pools)))[0]
    assert (best.starts, best.unit(R.ROOM)) == (ZONE.at(first, time(9)), ResourceId(3))


def test_what_the_patient_wishes_comes_first_but_is_not_asked_for() -> None:
    first = date(2026, 11, 24)
    diary = Diary({}, Availability(), first)
    wish = Times(weekdays=frozenset({(first.weekday() + 1) % 7}))
    offered = answers(Search(index_with(first, diary), ask_of(CASE, first, diary, wish=wish)))
    assert ZONE.day_of(offered[0].starts) == first + timedelta(days=1)
    assert Reason.AS_WISHED in offered[0].reasons
    assert any(ZONE.day_of(slot.starts) == first for slot in offered)


CASE = CasePlan(
    procedure=KYPHO,
    starts=ZONE.at(date(2026, 11, 24), time(10)),
    minutes=60,
    setup_minutes=15,
    turnover_minutes=20,
    recovery_minutes=120,
    sedation=level(Sedation.MODERATE),
    mac=False,
    setting=Setting.HOME,
    zone=ZONE,
    leaving_time=CLINIC.leaving_time,
)
