"""The diary as integers: what each unit is busy with, works, and has blocked, over a stretch of days.

An index is a value: a change of the diary makes a new one that shares every unit that did not change. What it keeps beside
its bits (`UnitTime.known`) are answers worked out once, which hold for as long as the bits do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.availability import (
    KEEPS_HOURS,
    Availability,
    BlockTime,
    clinic_open,
    wall_instant,
)
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource
from clinicdesk.domain.scheduling.bits import STEP, Grid, lasting, moved, stretch
from clinicdesk.domain.scheduling.intervals import Span

_BEFORE, _BEHIND = timedelta(days=1), timedelta(days=3)
"""Set-up reaches back before the first start; a night reaches beyond the last."""


@dataclass(frozen=True, slots=True)
class IndexedDay:
    """A calendar day of the clinic: its steps, half-open (276 or 300 of them where the clocks change)."""

    day: date
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class BlockBits:
    """A surgeon's time in a room. ``keeps_out``: until it is released nobody else is booked there."""

    surgeon_id: ResourceId
    bits: int
    keeps_out: bool


@dataclass(frozen=True, slots=True, eq=False)
class UnitTime:
    """One unit over the grid. ``taken``: held by a case, or ``closed``. ``hours``: its own working hours, if it has any.

    ``known`` keeps what was worked out of these, by what was asked.
    """

    taken: int = 0
    hours: int | None = None
    blocks: tuple[BlockBits, ...] = ()
    closed: int = 0
    known: dict[object, int] = field(default_factory=dict, repr=False)

    def with_claims(self, claimed: int) -> UnitTime:
        """The same unit, held by other cases."""
        return replace(self, taken=claimed | self.closed, known={})

    def free_for(self, grid: Grid, since: int, until: int) -> int:
        """The starts at which it is free from ``since`` to ``until``, in steps from the start."""
        key = ("free", since, until)
        if (found := self.known.get(key)) is None:
            found = moved(lasting(grid.whole & ~self.taken, until - since), since)
            self.known[key] = found
        return found

    def clear_of(self, grid: Grid, block: int, since: int, until: int) -> int:
        """The starts at which a claim from ``since`` to ``until`` keeps clear of the block of that number."""
        key = ("clear", block, since, until)
        if (found := self.known.get(key)) is None:
            found = moved(lasting(grid.whole & ~self.blocks[block].bits, until - since), since)
            self.known[key] = found
        return found

    def within(self, block: int, steps: int) -> int:
        """The starts from which so many steps lie in the block of that number."""
        key = ("within", block, steps)
        if (found := self.known.get(key)) is None:
            found = self.known[key] = lasting(self.blocks[block].bits, steps)
        return found

    def works_for(self, steps: int) -> int | None:
        """The starts from which it works for so many steps; None where it follows the clinic."""
        if self.hours is None:
            return None
        key = ("works", steps)
        if (found := self.known.get(key)) is None:
            found = self.known[key] = lasting(self.hours, steps)
        return found


UNKNOWN_UNIT = UnitTime()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OccupancyIndex:
    """Some days of the diary. ``open`` is when the clinic is open; ``leaving`` the steps of its leaving hours, one a day."""

    grid: Grid
    zone: ClinicZone
    days: tuple[IndexedDay, ...]
    open: int
    leaving: tuple[int, ...]
    units: Mapping[ResourceId, UnitTime]
    known: dict[object, int] = field(default_factory=dict, repr=False)

    @property
    def first(self) -> date:
        """The first day that can be asked for."""
        return self.days[0].day

    @property
    def last(self) -> date:
        """The last day that can be asked for."""
        return self.days[-1].day

    def unit(self, resource_id: ResourceId) -> UnitTime:
        """One unit; one that is not known is free."""
        return self.units.get(resource_id, UNKNOWN_UNIT)

    def between(self, first: date, last: date) -> tuple[IndexedDay, ...]:
        """The days between two dates, both inclusive, as far as the index goes."""
        low = max(0, (first - self.first).days)
        high = (last - self.first).days + 1
        return self.days[low:high] if high > 0 else ()

    def open_for(self, steps: int) -> int:
        """The starts from which the clinic stays open for so many steps."""
        key = ("open", steps)
        if (found := self.known.get(key)) is None:
            found = self.known[key] = lasting(self.open, steps)
        return found

    def until_leaving(self, unit: UnitTime, since: int) -> int:
        """The starts for which ``unit`` is free from ``since`` steps after them to the leaving hour of the morning after.

        That hour is the first on a day after the start's that comes after ``since``: so it matters whether ``since``
        already lies in the next day.
        """
        key = ("leaving", since)
        if (found := unit.known.get(key)) is None:
            same_day = self._same_day(since)
            found = (moved(self._next_day(unit), since) & same_day) | (
                moved(self._next_hour(unit), since) & ~same_day
            )
            unit.known[key] = found
        return found

    def leaves(self, starts: datetime, recovered: datetime) -> datetime:
        """The leaving hour of who starts and is recovered then, to the step; for a start on one of `days`."""
        day, step = self.zone.day_of(starts), self.grid.ceil(recovered)
        number = (day - self.first).days
        return self.grid.at(next(leaving for leaving in self.leaving[number:] if leaving > step))

    def _same_day(self, since: int) -> int:
        key = ("same day", since)
        if (found := self.known.get(key)) is None:
            found = 0
            for day in self.days:
                found |= stretch(day.first, day.after - max(0, since))
            self.known[key] = found
        return found

    def _next_day(self, unit: UnitTime) -> int:
        """From where a unit is free until the leaving hour of the following calendar day."""
        free = 0
        for day, leaving in zip(self.days, self.leaving, strict=True):
            free |= stretch(max(day.first, _after_last(unit.taken, day.first, leaving)), day.after)
        return free

    def _next_hour(self, unit: UnitTime) -> int:
        """From where a unit is free until the next leaving hour of any day."""
        free = 0
        for before, leaving in zip((0, *self.leaving), self.leaving, strict=False):
            free |= stretch(max(before, _after_last(unit.taken, before, leaving)), leaving)
        return free

    def with_units(self, changed: Mapping[ResourceId, UnitTime]) -> OccupancyIndex:
        """The same days with some units' time replaced."""
        return replace(self, units={**self.units, **changed})


def grid_of(zone: ClinicZone, first: date, count: int) -> Grid:
    """The grid that ``count`` days from ``first`` need: a day before them, three behind."""
    origin = _whole_step(zone.start_of(first) - _BEFORE)
    end = zone.start_of(first + timedelta(days=count)) + _BEHIND
    return Grid(origin, (end - origin) // STEP)


def index_of(
    clinic: ClinicFacts,
    units: Iterable[Resource],
    availability: Availability,
    taken: Mapping[ResourceId, int],
    *,
    first: date,
    count: int,
    today: date,
) -> OccupancyIndex:
    """The index of ``count`` days from ``first``. ``taken`` are the claims on `grid_of` the same days.

    ``today`` decides which blocks are released. A block of a surgeon who is not among ``units`` keeps a room for nobody.
    """
    zone, grid = clinic.zone, grid_of(clinic.zone, first, count)
    days = tuple(_days(zone, grid, first, count))
    every = tuple(zone.days(first - timedelta(days=1), count + 4))
    units = tuple(units)
    used = {unit.id for unit in units}
    times = availability.block_times(every[0], every[-1], today, zone)
    blocks = tuple(each for each in times if each.block.surgeon_id in used)
    return OccupancyIndex(
        grid=grid,
        zone=zone,
        days=days,
        open=_bits(grid, (span for day in every for span in clinic_open(availability, clinic, day))),
        leaving=tuple(
            grid.ceil(wall_instant(zone, each.day + timedelta(days=1), clinic.leaving_time)) for each in days
        ),
        units={
            unit.id: unit_time(unit, grid, availability, taken.get(unit.id, 0), blocks, zone)
            for unit in units
        },
    )


def unit_time(
    unit: Resource,
    grid: Grid,
    availability: Availability,
    claimed: int,
    blocks: Iterable[BlockTime],
    zone: ClinicZone,
) -> UnitTime:
    """One unit's time: its claims and closures, its own hours, the blocks of a room."""
    closed, hours = 0, None
    for closure in availability.closures_of(unit.id, grid.span):
        closed |= grid.touched(closure.span)
    if unit.id in availability.hours:
        hours = _bits(grid, availability.working(unit.id, grid.span, zone) or ())
    if hours is not None and unit.kind not in KEEPS_HOURS:  # a bay or a bed is there as a whole, or not
        closed, hours = closed | (grid.whole & ~hours), None
    return UnitTime(claimed | closed, hours, tuple(_blocks_of(unit.id, grid, blocks)), closed)


def _blocks_of(room_id: ResourceId, grid: Grid, blocks: Iterable[BlockTime]) -> Iterator[BlockBits]:
    found: dict[tuple[ResourceId, bool], int] = {}
    for each in blocks:
        if each.block.room_id == room_id and not each.released:
            key = (each.block.surgeon_id, each.block.exclusive)
            found[key] = found.get(key, 0) | grid.touched(each.span)
    for (surgeon_id, keeps_out), bits in found.items():
        yield BlockBits(surgeon_id, bits, keeps_out)


def _days(zone: ClinicZone, grid: Grid, first: date, count: int) -> Iterator[IndexedDay]:
    starts = [grid.ceil(zone.start_of(day)) for day in zone.days(first, count + 1)]
    for number, day in enumerate(zone.days(first, count)):
        yield IndexedDay(day, starts[number], starts[number + 1])


def _bits(grid: Grid, spans: Iterable[Span]) -> int:
    bits = 0
    for span in spans:
        bits |= grid.inside(span)
    return bits


def _after_last(taken: int, first: int, after: int) -> int:
    """The first step from which nothing of ``taken`` lies in ``first`` to ``after``."""
    return first + ((taken >> first) & ((1 << (after - first)) - 1)).bit_length() if first < after else first


def _whole_step(instant: datetime) -> datetime:
    """Midnight of a zone whose offset is no multiple of five minutes is no whole step."""
    seconds = int(STEP.total_seconds())
    return instant - timedelta(seconds=instant.timestamp() % seconds)


def wall_times(day: IndexedDay, grid: Grid, zone: ClinicZone, since: time | None, until: time | None) -> int:
    """The steps of ``day`` whose wall-clock time lies from ``since`` up to, but not including, ``until``."""
    first = day.first if since is None else grid.ceil(wall_instant(zone, day.day, since))
    after = day.after if until is None else grid.ceil(wall_instant(zone, day.day, until))
    return stretch(max(first, day.first), min(after, day.after))
