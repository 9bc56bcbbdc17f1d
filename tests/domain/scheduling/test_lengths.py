"""Surgeons who need different times for one case: the best of all, each with the length that is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.domain.availability import Availability
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.finder import Search, SlotAsk
from clinicdesk.domain.scheduling.lengths import (
    Offer,
    best_offers,
    by_length,
    days_without_any,
    starts_of,
)
from clinicdesk.domain.scheduling.occupancy import CasePlan, shape
from clinicdesk.domain.scheduling.offers import POLICY, Reason, answers
from tests.domain.scheduling.test_finder import (
    CASE,
    FIRSTS,
    Diary,
    Minutes,
    ask_of,
    cases,
    diaries,
    index_with,
)

LIN, SHAH = ResourceId(1), ResourceId(2)
_TAUGHT = st.dictionaries(st.sampled_from([LIN, SHAH]), st.sampled_from([10, 35, 60, 90]))


@settings(max_examples=60)
@given(data=st.data(), first=st.sampled_from(FIRSTS), plan=cases(), taught=_TAUGHT)
def test_everybody_is_found_with_their_own_length_and_no_better_time_is_left_out(
    data: st.DataObject, first: date, plan: CasePlan, taught: Mapping[ResourceId, int]
) -> None:
    diary = data.draw(diaries(first))
    ask = ask_of(plan, first, diary, limit=3)
    index = index_with(first, diary)
    searches = [Search(index, each) for each in by_length(ask, plan, taught)]
    each = [Search(index, _alone(ask, plan, taught, surgeon)) for surgeon in (LIN, SHAH)]
    able = each[0].starts | each[1].starts
    assert starts_of(searches) == able
    empty = [day.day for day in index.between(ask.first, ask.last) if not each[0].day_bits(able, day)]
    assert [without.day for without in days_without_any(searches)] == empty

    offers = best_offers(searches, 3)
    assert len(offers) <= 3
    assert bool(offers) == bool(starts_of(searches))
    for offer in offers:
        minutes = taught.get(_surgeon(offer), plan.minutes)
        assert offer.ask.length.total_seconds() == minutes * 60
        at = replace(plan, starts=offer.slot.starts, minutes=minutes)
        assert Minutes(diary).fits(at, dict(offer.slot.units))
    assert all(abs(a.slot.starts - b.slot.starts) >= POLICY.apart for a, b in combinations(offers, 2))
    best = [slot for search in each for slot in answers(search)[:1]]
    if offers:
        assert offers[0].slot.points == min(slot.points for slot in best)
        assert [o.slot.points for o in offers] == sorted(o.slot.points for o in offers)
        soonest = min(index.grid.at((s.starts & -s.starts).bit_length() - 1) for s in each if s.starts)
        assert all((Reason.SOONEST in o.slot.reasons) == (o.slot.starts == soonest) for o in offers)


def test_one_length_is_one_search_as_it_was_asked() -> None:
    ask = ask_of(CASE, FIRSTS[0], Diary({}, Availability(), FIRSTS[0]))
    assert by_length(ask, CASE, {}) == (ask,)
    assert by_length(ask, CASE, {LIN: CASE.minutes}) == (ask,)


def _alone(ask: SlotAsk, plan: CasePlan, taught: Mapping[ResourceId, int], surgeon: ResourceId) -> SlotAsk:
    """One surgeon's own ask, made without the code under test."""
    own = replace(plan, minutes=taught.get(surgeon, plan.minutes))
    return replace(
        ask,
        needs=shape(own),
        length=timedelta(minutes=own.minutes),
        recovered=own.recovered - own.starts,
        pools={**ask.pools, ResourceKind.SURGEON: (surgeon,)},
    )


def _surgeon(offer: Offer) -> ResourceId:
    unit = offer.slot.unit(ResourceKind.SURGEON)
    assert unit is not None
    return unit
