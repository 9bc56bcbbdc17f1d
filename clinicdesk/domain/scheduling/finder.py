"""The slot finder: when surgeon, room, C-arm, sedation, bay and bed are all free.

Everything that is asked over and over is an AND or an OR of integers (`bits`), for all days at once. Rooms are judged once
per surgeon, because a block keeps a room for one of them. What comes out is a mask of every start that can be booked; which
of them to offer first is for `clinicdesk.domain.scheduling.offers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from clinicdesk.domain.availability import wall_instant
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.bits import (
    STEP,
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
