"""Assigning units, against an oracle that looks at every minute of the day."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.assign import assign
from clinicdesk.domain.scheduling.clashes import Claimed, Obstacle, clash_sentence, clashes
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import PlannedClaim
from clinicdesk.domain.times import WallClock
from clinicdesk.errors import Holder
from tests.domain.scheduling.test_occupancy import TEN, _set, _span

R = ResourceKind
POOLS = {
    R.ROOM: [Resource(id=ResourceId(n), kind=R.ROOM, name=f"Room {n}") for n in (1, 2)],
    R.C_ARM: [Resource(id=ResourceId(n), kind=R.C_ARM, name=f"C-arm {n}") for n in (11, 12)],
    R.NURSE: [Resource(id=ResourceId(21), kind=R.NURSE, name="Nurse Kim")],
    R.SURGEON: [Resource(id=ResourceId(31), kind=R.SURGEON, name="Dr Lin")],
}
IDS = {kind: [unit.id for unit in units] for kind, units in POOLS.items()}
KINDS_OF = st.sampled_from([(R.ROOM,), (R.C_ARM,), (R.NURSE,), (R.SURGEON,), (R.SURGEON, R.NURSE)])

_PAIRS = st.tuples(st.integers(0, 40), st.integers(0, 40)).filter(lambda p: p[0] < p[1])
_SPANS = _PAIRS.map(lambda p: _span(*p))
_NEEDS = st.lists(st.builds(PlannedClaim, KINDS_OF, _SPANS), min_size=1, max_size=5)
_HELD = st.lists(
    st.tuples(st.sampled_from([1, 2, 11, 12, 21, 31]), _SPANS).map(
        lambda pair: Holder(pair[0], f"unit {pair[0]}", 7, "Rosa Ortiz", pair[1].starts, pair[1].ends)
    ),
    max_size=12,
)
_CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        R.ROOM: st.sampled_from(IDS[R.ROOM]),
        R.C_ARM: st.sampled_from(IDS[R.C_ARM]),
        R.NURSE: st.sampled_from(IDS[R.NURSE]),
    },
)


def _busy(held: list[Holder], unit: int) -> set[int]:
    return set().union(*(_set(Span(h.starts, h.ends)) for h in held if h.resource_id == unit))


@given(needs=_NEEDS, held=_HELD, chosen=_CHOSEN)
def test_a_case_without_obstacles_runs_into_nobody_at_any_minute(
    needs: list[PlannedClaim], held: list[Holder], chosen: dict[ResourceKind, ResourceId]
) -> None:
    done = assign(needs, POOLS, chosen, held)
    assert list(done.claims) == sorted(done.claims)
    if done.obstacles:
        return
    for claim in done.claims:
        assert not _set(claim.span) & _busy(held, claim.resource_id)
    for need in needs:
        covering = [c for c in done.claims if any(c.resource_id in IDS[kind] for kind in need.kinds)]
        assert any(_set(need.span) <= _set(claim.span) for claim in covering)
    for unit in {claim.resource_id for claim in done.claims}:
        own = [_set(claim.span) for claim in done.claims if claim.resource_id == unit]
        assert sum(map(len, own)) == len(set().union(*own)), "a case never clashes with itself"


@given(needs=_NEEDS, held=_HELD, chosen=_CHOSEN)
def test_an_obstacle_means_that_no_unit_would_do_and_names_who_holds_each(
    needs: list[PlannedClaim], held: list[Holder], chosen: dict[ResourceKind, ResourceId]
) -> None:
    done = assign(needs, POOLS, chosen, held)
    for obstacle in done.obstacles:
        minutes = set().union(*(_set(need.span) for need in needs if need.kinds == obstacle.kinds))
        if obstacle.chosen:
            units = [
                unit for kind in obstacle.kinds for unit in IDS[kind] if unit in dict(done.units).values()
            ]
        else:
            units = [unit for kind in obstacle.kinds for unit in IDS[kind]]
        assert units
        for unit in units:
            assert minutes & _busy(held, unit)
        named = {holder.resource_id for holder in obstacle.holders}
        assert named <= set(units) if not obstacle.chosen else named


@given(
    wanted=st.lists(st.tuples(st.sampled_from([1, 2]), _SPANS), max_size=4),
    held=_HELD,
)
def test_clashes_are_the_minutes_two_want(wanted: list[tuple[int, Span]], held: list[Holder]) -> None:
    claims = [Claimed(ResourceId(unit), span) for unit, span in wanted]
    found = set(clashes(claims, held))
    expected = {
        holder
        for claim in claims
        for holder in held
        if holder.resource_id == claim.resource_id
        and _set(claim.span) & _set(Span(holder.starts, holder.ends))
    }
    assert found == expected


def test_the_first_free_unit_in_the_clinic_s_order_and_back_to_back_is_free() -> None:
    before = Holder(1, "Room 1", 7, "Rosa Ortiz", TEN - timedelta(minutes=30), TEN)
    across = Holder(11, "C-arm 1", 7, "Rosa Ortiz", TEN - timedelta(minutes=5), TEN + timedelta(minutes=5))
    needs = [PlannedClaim((R.ROOM,), _span(0, 60)), PlannedClaim((R.C_ARM,), _span(0, 60))]
    done = assign(needs, POOLS, {}, [before, across])
    assert dict(done.units) == {R.ROOM: 1, R.C_ARM: 12}


def test_of_two_kinds_the_second_helps_out() -> None:
    surgeon_busy = Holder(31, "Dr Lin", 7, "Rosa Ortiz", TEN, TEN + timedelta(minutes=60))
    done = assign([PlannedClaim((R.SURGEON, R.NURSE), _span(0, 30))], POOLS, {}, [surgeon_busy])
    assert dict(done.units) == {R.NURSE: 21}


def test_the_clash_is_told_by_name() -> None:
    holder = Holder(2, "Room 2", 7, "Rosa Ortiz", TEN, TEN + timedelta(minutes=80))
    patient = Holder(90, "", 8, "Ana Lee", TEN, TEN + timedelta(days=1))
    bed = Obstacle((R.BED,), (), chosen=False)
    wall = WallClock(ClinicZone("America/New_York"))
    sentence = clash_sentence(
        [Obstacle((R.ROOM,), (holder,), True), Obstacle((R.PATIENT,), (patient,), True), bed], wall
    )
    assert sentence == (
        "Room 2 is held by Rosa Ortiz, 10:00 to 11:20."
        " Ana Lee is already booked, Thu 26 Nov 2026, 10:00 to Fri 27 Nov 2026, 10:00."
        " This clinic has no overnight bed."
        " Nothing was saved. Choose another time or another unit."
    )
