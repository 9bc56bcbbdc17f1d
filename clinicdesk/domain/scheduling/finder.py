"""The slot finder: when surgeon, room, C-arm, sedation, bay and bed are all free, and which times to offer first.

Everything that is asked over and over is an AND or an OR of integers (`bits`), for all days at once. Rooms are judged once
per surgeon, because a block keeps a room for one of them. What comes out is a mask of every start that can be booked; only
the few worth offering are looked at one by one.

Which times are worth offering: the first and the last of every stretch of possible starts, of those in the surgeon's own
block and of those that the patient wishes; and those that leave no hole beside another case. Any other start is beaten by
one of these on every count of `POLICY`; only where they are too few do full hours fill up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from clinicdesk.domain.availability import wall_instant
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.bits import (
    STEP,
    each,
    ends_of_runs,
    moved,
    starts_of_runs,
    stretch,
)
from clinicdesk.domain.scheduling.index import IndexedDay, OccupancyIndex, UnitTime, wall_times
from clinicdesk.domain.scheduling.occupancy import NeedShape
from clinicdesk.i18n import _

EVERY_WEEKDAY = frozenset(range(7))
_HOUR = timedelta(hours=1) // STEP


@dataclass(frozen=True, slots=True)
class Times:
    """Weekdays (Monday is 0) and a stretch of the clinic's wall clock in which a procedure starts, half-open."""

    weekdays: frozenset[int] = EVERY_WEEKDAY
    since: time | None = None
    until: time | None = None

    @property
    def is_any(self) -> bool:
        """Whether every time will do."""
        return self == ANY_TIME


ANY_TIME = Times()


class DayPart(StrEnum):
    """The part of a day a patient can come."""

    ANY = "any"
    AM = "am"
    PM = "pm"

    @property
    def label(self) -> str:
        """The part of the day in the person's language."""
        return {DayPart.ANY: _("Any time"), DayPart.AM: _("Morning"), DayPart.PM: _("Afternoon")}[self]

    def times(self, weekdays: frozenset[int] = EVERY_WEEKDAY) -> Times:
        """The starts it means: noon divides them."""
        noon = time(12)
        return Times(weekdays, noon if self is DayPart.PM else None, noon if self is DayPart.AM else None)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotAsk:
    """What a time is looked for. ``needs`` hang on procedure start; ``length`` is the procedure, ``recovered`` ends the bay.

    ``pools`` are the units that may be taken, by kind, in the order they are offered; a kind with one unit was chosen.
    Starts lie on ``first`` to ``last``, both inclusive, within ``times``, from ``not_before`` on; the procedure ends by
    ``latest_end`` of the wall clock where that is given. ``patient`` is what the patient is busy with. ``wish`` is welcome,
    not asked for.
    """

    needs: tuple[NeedShape, ...]
    length: timedelta
    recovered: timedelta
    pools: Mapping[ResourceKind, Sequence[ResourceId]]
    first: date
    last: date
    not_before: datetime
    times: Times = ANY_TIME
    wish: Times = ANY_TIME
    latest_end: time | None = None
    patient: UnitTime = field(default_factory=UnitTime)
    limit: int = 5


class Limit(StrEnum):
    """What keeps a day from having any start, whoever is free."""

    CLOSED = "closed"
    TOO_LONG = "too_long"
    TIMES = "times"
    LATE = "late"
    OVER = "over"
    """The day, or what of it would do, has passed."""


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


@dataclass(frozen=True, slots=True)
class Group:
    """Needs that one unit serves, and for each unit that may, the starts at which it can."""

    kinds: tuple[ResourceKind, ...]
    since: int
    until: int
    units: tuple[tuple[ResourceKind, ResourceId, int], ...]
    anyone: int
    """The starts at which one of them can."""


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as one surgeon sees it: starts at which it can be had, without a hole beside, in the surgeon's own block."""

    room_id: ResourceId
    free: int
    packed: int
    own: int


@dataclass(frozen=True, slots=True)
class Lead:
    """Who does it, and the starts at which everything else is there as well. Without a surgeon there is one lead for all.

    ``both``: in one and the same room no hole beside, and the surgeon's own block.
    """

    unit: tuple[ResourceKind, ResourceId] | None
    able: int
    starts: int
    packed: int = 0
    own: int = 0
    both: int = 0
    rooms: tuple[RoomView, ...] = ()


class Search:
    """One ask, worked out against an index: the masks that answers and explanations are read from."""

    def __init__(self, index: OccupancyIndex, ask: SlotAsk) -> None:
        self.index = index
        self.ask = ask
        self.grid = index.grid
        self.days = index.between(ask.first, ask.last)
        self.steps = -(-ask.length // STEP)
        self.allowed = self._allowed()
        self.patient = self._patient()
        self._rooms: dict[ResourceId | None, int] = {}
        self._views: dict[tuple[ResourceId, ResourceId | None], RoomView] = {}
        self.groups = self._groups()
        self.lead_group = next((g for g in self.groups if ResourceKind.SURGEON in g.kinds), None)
        self.room_group = next((g for g in self.groups if g.kinds == (ResourceKind.ROOM,)), None)
        self.others = tuple(g for g in self.groups if g is not self.lead_group and g is not self.room_group)
        self.common = self.allowed & self.patient
        for group in self.others:
            self.common &= group.anyone
        self.leads = tuple(self._leads())

    @property
    def starts(self) -> int:
        """Every start that can be booked."""
        found = 0
        for lead in self.leads:
            found |= lead.starts
        return found

    def day_bits(self, bits: int, day: IndexedDay) -> int:
        """The bits of one day, the day's first step as bit 0."""
        return (bits >> day.first) & ((1 << (day.after - day.first)) - 1)

    @property
    def full_hours(self) -> int:
        """The starts on a full hour: a day begins on one, and a change of clocks goes by whole hours."""
        key = "full hours"
        if (found := self.index.known.get(key)) is None:
            found = 0
            for day in self.index.days:
                for step in range(day.first, day.after, _HOUR):
                    found |= 1 << step
            self.index.known[key] = found
        return found

    # What the ask itself allows.

    def _allowed(self) -> int:
        allowed = self.grid.whole
        for _limit, mask in self.limits():
            allowed &= mask
        return allowed

    def limits(self) -> Iterator[tuple[Limit, int]]:
        """What keeps starts out before any unit is asked, in the order in which it is told."""
        ask, index = self.ask, self.index
        yield Limit.CLOSED, index.open
        yield Limit.TOO_LONG, index.open_for(self.steps)
        if not ask.times.is_any:
            yield Limit.TIMES, self.mask_of(ask.times)
        if ask.latest_end is not None:
            yield Limit.LATE, self._ending_by(ask.latest_end)
        first = max(self.days[0].first, self.grid.ceil(ask.not_before), 0) if self.days else 0
        yield Limit.OVER, stretch(first, self.days[-1].after) if self.days else 0

    def mask_of(self, times: Times) -> int:
        """The starts that ``times`` mean, over the whole index."""
        key = ("times", times)
        if (found := self.index.known.get(key)) is None:
            found = 0
            for day in self.index.days:
                if day.day.weekday() in times.weekdays:
                    found |= wall_times(day, self.grid, self.index.zone, times.since, times.until)
            self.index.known[key] = found
        return found

    def _ending_by(self, latest: time) -> int:
        """The starts whose procedure ends on its own day, at ``latest`` at the latest."""
        key = ("ending by", latest, self.steps)
        if (found := self.index.known.get(key)) is None:
            found = 0
            for day in self.index.days:
                after = min(self.grid.floor(wall_instant(self.index.zone, day.day, latest)), day.after)
                found |= stretch(day.first, after - self.steps + 1)
            self.index.known[key] = found
        return found

    # Who can when.

    def _groups(self) -> tuple[Group, ...]:
        """The needs by who may serve them, without the patient's; who serves a narrow need serves a wide one as well."""
        shapes: dict[tuple[ResourceKind, ...], list[NeedShape]] = {}
        for need in sorted(self.ask.needs, key=lambda need: len(need.kinds)):
            if ResourceKind.PATIENT in need.kinds:
                continue
            narrow = next((kinds for kinds in shapes if set(kinds) & set(need.kinds)), need.kinds)
            shapes.setdefault(narrow, []).append(need)
        return tuple(self._group(kinds, needs) for kinds, needs in shapes.items())

    def _group(self, kinds: tuple[ResourceKind, ...], needs: Sequence[NeedShape]) -> Group:
        stretches = [self._steps_of(need) for need in needs]
        open_ended = any(need.until is None for need in needs)
        units, anyone = [], 0
        for kind in kinds:
            for unit_id in self.ask.pools.get(kind, ()):
                able = self._able(self.index.unit(unit_id), stretches, open_ended=open_ended)
                units.append((kind, unit_id, able))
                anyone |= able
        since = min(since for since, _until in stretches)
        return Group(kinds, since, max(until for _since, until in stretches), tuple(units), anyone)

    def _steps_of(self, need: NeedShape) -> tuple[int, int]:
        until = self.ask.recovered if need.until is None else need.until
        return need.since // STEP, -(-until // STEP)

    def _able(self, unit: UnitTime, stretches: Sequence[tuple[int, int]], *, open_ended: bool) -> int:
        able = self.grid.whole
        for since, until in stretches:
            if since < until:
                able &= unit.free_for(self.grid, since, until)
        if open_ended:
            able &= self.index.until_leaving(unit, -(-self.ask.recovered // STEP))
        works = unit.works_for(self.steps)
        return able if works is None else able & works

    def _patient(self) -> int:
        """The starts at which the patient is nowhere else."""
        needs = [need for need in self.ask.needs if ResourceKind.PATIENT in need.kinds]
        if not needs or not self.ask.patient.taken:
            return self.grid.whole
        stretches = [self._steps_of(need) for need in needs]
        return self._able(self.ask.patient, stretches, open_ended=any(n.until is None for n in needs))

    # Surgeon and room together.

    def _leads(self) -> Iterator[Lead]:
        group = self.lead_group
        if group is None or not group.units:  # nobody has to, or nobody can
            yield self._lead(None, self.grid.whole if group is None else 0)
            return
        for kind, unit_id, able in group.units:
            yield self._lead((kind, unit_id), able)

    def _lead(self, unit: tuple[ResourceKind, ResourceId] | None, able: int) -> Lead:
        surgeon_id = unit[1] if unit is not None else None
        starts = self.common & able
        if not starts or self.room_group is None:
            return Lead(unit, able, starts)
        rooms = tuple(
            view for view in (self.room_view(room, surgeon_id) for room in self.room_group.units) if view.free
        )
        free = packed = own = both = 0
        for view in rooms:
            free |= view.free
            packed |= view.packed
            own |= view.own
            both |= view.packed & view.own
        return Lead(unit, able, starts & free, starts & packed, starts & own, starts & both, rooms)

    def room_view(
        self, room: tuple[ResourceKind, ResourceId, int], surgeon_id: ResourceId | None
    ) -> RoomView:
        """A room as ``surgeon_id`` may have it: the blocks of others are kept clear of."""
        key = (room[1], surgeon_id if self.index.unit(room[1]).blocks else None)
        if key not in self._views:  # a room without blocks is the same to everybody
            self._views[key] = self._room_view(room, surgeon_id)
        return self._views[key]

    def rooms_of(self, surgeon_id: ResourceId | None) -> int:
        """The starts at which a surgeon can have some room or other."""
        if surgeon_id not in self._rooms:
            found = 0
            for room in self.room_group.units if self.room_group is not None else ():
                found |= self.room_view(room, surgeon_id).free
            self._rooms[surgeon_id] = found
        return self._rooms[surgeon_id]

    def _room_view(
        self, room: tuple[ResourceKind, ResourceId, int], surgeon_id: ResourceId | None
    ) -> RoomView:
        _kind, room_id, free = room
        unit = self.index.unit(room_id)
        assert self.room_group is not None
        since, until = self.room_group.since, self.room_group.until
        own = 0
        for number, block in enumerate(unit.blocks):
            if block.surgeon_id == surgeon_id:
                own |= unit.within(number, self.steps)
            elif block.keeps_out:
                free &= unit.clear_of(self.grid, number, since, until)
        return RoomView(room_id, free, free & self._beside(room_id, unit, since, until), free & own)

    def _beside(self, room_id: ResourceId, unit: UnitTime, since: int, until: int) -> int:
        """The starts that leave no hole in a room: right behind or before another case, or first thing in the morning."""
        key = ("beside", since, until)
        if (found := unit.known.get(key)) is None:
            opening = starts_of_runs(self.index.open)
            found = moved(unit.taken, since - 1) | moved(unit.taken, until) | opening
            unit.known[key] = found
        return found


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
