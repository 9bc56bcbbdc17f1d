"""Which of the possible times to offer first, each with the units it takes and why it stands where it does.

Which times are worth offering: the first and the last of every stretch of possible starts, of those in the surgeon's own
block and of those that the patient wishes; and those that leave no hole beside another case. Any other start is beaten by
one of these on every count of `POLICY`; only where they are too few do full hours fill up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.bits import STEP, each, ends_of_runs, starts_of_runs
from clinicdesk.domain.scheduling.finder import Lead, RoomView, Search
from clinicdesk.domain.scheduling.index import IndexedDay


@dataclass(frozen=True, slots=True)
class Policy:
    """What makes one time better than another, in points: the fewest are offered first."""

    day_later: int = 60
    hour_later: int = 5
    hole_beside: int = 30
    outside_own_block: int = 45
    against_wish: int = 840
    """As much as a fortnight: who asked for Fridays hardly thanks for a Monday."""
    apart: timedelta = timedelta(hours=1)
    """Two answers lie at least so far apart."""


POLICY = Policy()


class Reason(StrEnum):
    """Why a time stands where it does."""

    SOONEST = "soonest"
    OWN_BLOCK = "own_block"
    NO_GAP = "no_gap"
    AS_WISHED = "as_wished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time that can be booked, with the very units it takes. ``idle`` is what the room stands empty before it.

    ``idle`` is None where nothing comes before it that day.
    """

    starts: datetime
    units: tuple[tuple[ResourceKind, ResourceId], ...]
    reasons: tuple[Reason, ...]
    idle: timedelta | None
    points: int

    def unit(self, kind: ResourceKind) -> ResourceId | None:
        """The unit of a kind, if it takes one."""
        return next((unit for each_kind, unit in self.units if each_kind is kind), None)


def answers(search: Search, policy: Policy = POLICY) -> tuple[Slot, ...]:
    """The best times, best first, apart from one another (`Policy.apart`); at most as many as were asked for.

    Where those worth offering first are fewer than that, full hours fill up.
    """
    wished = search.grid.whole if search.ask.wish.is_any else search.mask_of(search.ask.wish)
    leads = [lead for lead in search.leads if lead.starts]
    chosen = _best(search, [(lead, _worth_offering(lead, wished)) for lead in leads], wished, policy)
    if len(chosen) < search.ask.limit:
        hours = [(lead, lead.starts & search.full_hours) for lead in leads]
        chosen = _filled_up(chosen, _best(search, hours, wished, policy), search, policy)
    soonest = next(each(search.starts), None)
    return tuple(_slot(search, points, step, lead, step == soonest, wished) for points, step, lead in chosen)


def _best(
    search: Search, candidates: Sequence[tuple[Lead, int]], wished: int, policy: Policy
) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    for late, day in _days_with(search, candidates):
        if _cannot_improve(chosen, search.ask.limit, late, policy):
            break
        chosen = _spread([*chosen, *_of_day(search, candidates, day, late, wished, policy)], search, policy)
    return chosen


def _filled_up(
    chosen: list[_Candidate], more: Sequence[_Candidate], search: Search, policy: Policy
) -> list[_Candidate]:
    """``chosen`` with those of ``more`` that lie apart from all of them, best first."""
    for one in more:
        if len(chosen) < search.ask.limit and _lies_apart(one, chosen, policy):
            chosen = [*chosen, one]
    return sorted(chosen, key=_order)


_Candidate = tuple[int, int, Lead]
"""Points, step and who does it."""


def _worth_offering(lead: Lead, wished: int) -> int:
    """See the module's text."""
    worth = lead.packed
    for starts in (lead.starts, lead.own, lead.starts & wished, lead.own & wished):
        worth |= starts_of_runs(starts) | ends_of_runs(starts)
    return worth


def _days_with(search: Search, candidates: Sequence[tuple[Lead, int]]) -> Iterator[tuple[int, IndexedDay]]:
    """The days that have a start worth offering, each with how many days after the first it comes."""
    worth = 0
    for _lead, starts in candidates:
        worth |= starts
    while worth:
        lowest = (worth & -worth).bit_length() - 1
        late = bisect_right(search.days, lowest, key=_after)
        day = search.days[late]
        yield late, day
        worth = (worth >> day.after) << day.after


def _after(day: IndexedDay) -> int:
    return day.after


def _of_day(
    search: Search,
    candidates: Sequence[tuple[Lead, int]],
    day: IndexedDay,
    late: int,
    wished: int,
    policy: Policy,
) -> Iterator[_Candidate]:
    """The best lead for each start of a day that is worth offering."""
    best: dict[int, _Candidate] = {}
    for lead, worth in candidates:
        today = search.day_bits(worth, day)
        if not today:
            continue
        packed, own, both = (search.day_bits(bits, day) for bits in (lead.packed, lead.own, lead.both))
        wish = search.day_bits(wished, day)
        for bit in each(today):
            one = 1 << bit
            points = late * policy.day_later + bit * policy.hour_later // 12
            if not both & one:
                points += policy.hole_beside if own & one or not packed & one else 0
                points += policy.outside_own_block if not own & one else 0
            points += 0 if wish & one else policy.against_wish
            if bit not in best or points < best[bit][0]:
                best[bit] = (points, day.first + bit, lead)
    yield from best.values()


def _cannot_improve(chosen: Sequence[_Candidate], limit: int, late: int, policy: Policy) -> bool:
    """Whether a day so much later can hold nothing better than what was found."""
    return len(chosen) >= limit and late * policy.day_later > max(points for points, *_rest in chosen)


def _spread(found: Sequence[_Candidate], search: Search, policy: Policy) -> list[_Candidate]:
    """The best of ``found`` that lie apart: nobody on the phone wants to choose between 9:00 and 9:05."""
    chosen: list[_Candidate] = []
    for one in sorted(found, key=_order):
        if len(chosen) == search.ask.limit:
            break
        if _lies_apart(one, chosen, policy):
            chosen.append(one)
    return chosen


def _lies_apart(one: _Candidate, others: Iterable[_Candidate], policy: Policy) -> bool:
    apart = policy.apart // STEP
    return all(abs(one[1] - other[1]) >= apart for other in others)


def _order(found: _Candidate) -> tuple[int, int]:
    return found[0], found[1]


def _slot(search: Search, points: int, step: int, lead: Lead, soonest: bool, wished: int) -> Slot:
    one = 1 << step
    room = _room_at(lead, one)
    units = [] if lead.unit is None else [lead.unit]
    if room is not None:
        units.append((ResourceKind.ROOM, room.room_id))
    for group in search.others:
        units.append(next((kind, unit) for kind, unit, mask in group.units if mask & one))
    reasons = [
        reason
        for reason, holds in (
            (Reason.SOONEST, soonest),
            (Reason.OWN_BLOCK, room is not None and bool(room.own & one)),
            (Reason.NO_GAP, room is not None and bool(room.packed & one)),
            (Reason.AS_WISHED, not search.ask.wish.is_any and bool(wished & one)),
        )
        if holds
    ]
    by_kind = dict(units)
    return Slot(
        starts=search.grid.at(step),
        units=tuple((kind, by_kind[kind]) for kind in ResourceKind if kind in by_kind),
        reasons=tuple(reasons),
        idle=None if room is None else _idle_before(search, room.room_id, step),
        points=points,
    )


def _room_at(lead: Lead, one: int) -> RoomView | None:
    """The room to take: the surgeon's own, one without a hole beside, else the first in the clinic's order."""
    free = [view for view in lead.rooms if view.free & one]
    return min(free, key=lambda view: (not view.own & one, not view.packed & one), default=None)


def _idle_before(search: Search, room_id: ResourceId, step: int) -> timedelta | None:
    """How long the room stands empty between what comes before on that day and the set-up."""
    assert search.room_group is not None
    day = next(day for day in search.days if day.first <= step < day.after)
    begins = step + search.room_group.since
    taken = search.index.unit(room_id).taken
    before = (taken >> day.first) & ((1 << max(0, begins - day.first)) - 1)
    return None if not before else (begins - day.first - before.bit_length()) * STEP
