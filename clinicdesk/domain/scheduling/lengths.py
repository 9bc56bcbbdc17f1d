"""Where surgeons need different times for the same case: one search a length, and the best of all of them together.

A length reaches into every mask of a search (the C-arm, the bay and the bed hang on the end), so surgeons who need another
one are searched for apart. Points mean the same in all of them; days and index are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.bits import each
from clinicdesk.domain.scheduling.finder import Search, SlotAsk
from clinicdesk.domain.scheduling.occupancy import CasePlan, shape
from clinicdesk.domain.scheduling.offers import POLICY, Policy, Reason, Slot, answers
from clinicdesk.domain.scheduling.whynot import DayWithout, days_without, explained


@dataclass(frozen=True, slots=True)
class Offer:
    """A time, and the ask that it answers: how long the case takes there."""

    ask: SlotAsk
    slot: Slot


def by_length(ask: SlotAsk, plan: CasePlan, minutes: Mapping[ResourceId, int]) -> tuple[SlotAsk, ...]:
    """``ask`` once a length, each for the surgeons who need it; ``minutes`` are theirs, ``plan``'s those of all others.

    Each is asked for twice as many times: one that is chosen in the end keeps out two of another, one on either side.
    """
    groups: dict[int, list[ResourceId]] = {}
    for surgeon in ask.pools.get(ResourceKind.SURGEON, ()):
        groups.setdefault(minutes.get(surgeon, plan.minutes), []).append(surgeon)
    if not groups.keys() - {plan.minutes}:
        return (ask,)
    return tuple(_lasting(ask, replace(plan, minutes=length), group) for length, group in groups.items())


def best_offers(searches: Sequence[Search], limit: int, policy: Policy = POLICY) -> tuple[Offer, ...]:
    """The best times of all ``searches``, best first, apart from one another; at most ``limit``."""
    found = [Offer(search.ask, slot) for search in searches for slot in answers(search, policy)]
    chosen: list[Offer] = []
    for offer in sorted(found, key=_order):
        if len(chosen) < limit and _lies_apart(offer, chosen, policy.apart):
            chosen.append(offer)
    soonest = next(each(starts_of(searches)), None)
    first = None if soonest is None else searches[0].grid.at(soonest)
    return tuple(offer if offer.slot.starts == first else _not_soonest(offer) for offer in chosen)


def starts_of(searches: Sequence[Search]) -> int:
    """Every start that can be booked with one surgeon or another."""
    found = 0
    for search in searches:
        found |= search.starts
    return found


def days_without_any(searches: Sequence[Search]) -> Iterator[DayWithout]:
    """The days asked for on which nobody has a start, in order, each with why not.

    It is told of all surgeons together at the greatest length; where that would have had a start (a bay can be free later
    and not sooner), of those of one length.
    """
    if len(searches) == 1:
        yield from days_without(searches[0])
        return
    told_by = (Search(searches[0].index, _everybody([search.ask for search in searches])), *searches)
    starts = starts_of(searches)
    for day in searches[0].days:
        if day.day.weekday() in searches[0].ask.times.weekdays and not searches[0].day_bits(starts, day):
            yield explained(next(one for one in told_by if not one.day_bits(one.starts, day)), day)


def _everybody(asks: Sequence[SlotAsk]) -> SlotAsk:
    longest = max(asks, key=lambda ask: ask.length)
    surgeons = tuple(unit for ask in asks for unit in ask.pools.get(ResourceKind.SURGEON, ()))
    return replace(longest, pools={**longest.pools, ResourceKind.SURGEON: surgeons})


def _lasting(ask: SlotAsk, plan: CasePlan, surgeons: Sequence[ResourceId]) -> SlotAsk:
    return replace(
        ask,
        needs=shape(plan),
        length=timedelta(minutes=plan.minutes),
        recovered=plan.recovered - plan.starts,
        pools={**ask.pools, ResourceKind.SURGEON: tuple(surgeons)},
        limit=2 * ask.limit,
    )


def _order(offer: Offer) -> tuple[int, datetime]:
    return offer.slot.points, offer.slot.starts


def _lies_apart(offer: Offer, others: Sequence[Offer], apart: timedelta) -> bool:
    return all(abs(offer.slot.starts - other.slot.starts) >= apart for other in others)


def _not_soonest(offer: Offer) -> Offer:
    reasons = tuple(reason for reason in offer.slot.reasons if reason is not Reason.SOONEST)
    return replace(offer, slot=replace(offer.slot, reasons=reasons))
