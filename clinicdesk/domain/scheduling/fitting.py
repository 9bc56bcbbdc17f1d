"""Where a case in hand fits: every start of the days shown, column by column, while the first frames are being painted.

The rule is that of `ways.filled`, which names who stands in the way. Here nobody is named, so each unit's busy stretches are
merged once and looked up by bisection: some ten times as quick.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clinicdesk.domain.availability import KEEPS_HOURS
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.assign import Units
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.moving import GRID, Drop, MoveContext, obstacles_at, units_asked
from clinicdesk.domain.scheduling.occupancy import CasePlan, NeedShape, leaving_hour, shape
from clinicdesk.errors import Holder

Stretch = tuple[float, float]
"""From and to, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Target:
    """A column of the diary: its ``key``, the stretches in which starts are looked for, and the units it names."""

    key: str
    open: tuple[Span, ...]
    units: tuple[tuple[ResourceKind, ResourceId], ...] = ()


def fitting_starts(
    context: MoveContext, targets: Iterable[Target], minutes: int, now: datetime
) -> dict[str, tuple[Span, ...]]:
    """By column, the stretches of starts (five-minute grid, not past) at which nothing stands in the way.

    The case ends within the stretch of `Target.open` it starts in. A stretch is half-open: its end is five minutes after
    the last start.
    """
    return {target.key: _joined(_fitting(context, target, minutes, now)) for target in targets}


def _fitting(context: MoveContext, target: Target, minutes: int, now: datetime) -> Iterator[datetime]:
    if not _suits(context, target):
        return
    fits = _test(context, target, minutes)
    length = timedelta(minutes=minutes)
    for stretch in target.open:
        starts = stretch.starts
        while starts + length <= stretch.ends:
            if starts >= now and fits(starts):
                yield starts
            starts += GRID


def _suits(context: MoveContext, target: Target) -> bool:
    """Whether the units a column names are meant for the case: a room for visits invites no operation."""
    own = context.booking.draft.units
    return all(
        (kind, unit) in own or any(each.id == unit for each in context.pools.get(kind, ()))
        for kind, unit in target.units
    )


def _test(context: MoveContext, target: Target, minutes: int) -> Callable[[datetime], bool]:
    """How a start is tested. Where any surgeon would do and rooms are kept for some, each has to be tried."""
    chosen = units_asked(context, target.units)
    if chosen.get(ResourceKind.SURGEON) is None and context.ways.kept:
        return lambda starts: not obstacles_at(context, Drop(starts, minutes, target.units))
    return _Search(context, replace(context.plan, minutes=minutes), chosen).fits


def _joined(starts: Iterable[datetime]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for each in starts:
        if spans and spans[-1].ends == each:
            spans[-1] = Span(spans[-1].starts, each + GRID)
        else:
            spans.append(Span(each, each + GRID))
    return tuple(spans)


class _Search:
    """One case with its units asked for, tested at many starts."""

    def __init__(self, context: MoveContext, plan: CasePlan, chosen: Units) -> None:
        self._pools = context.pools
        self._plan = plan
        self._chosen = chosen
        self._needs = _by_kinds(shape(plan), chosen)
        self._busy = _merged(context.ways.against(chosen.get(ResourceKind.SURGEON)))
        asked = frozenset(chosen.values())
        units = [unit for pool in context.pools.values() for unit in pool if unit.id not in asked]
        self._hours = {
            unit.id: _hours(context, unit) for unit in units if unit.id in context.ways.known.hours
        }

    def fits(self, starts: datetime) -> bool:
        """Whether every need finds a unit, each kind the first that is free, as `assign` gives them out."""
        at = starts.timestamp()
        spans = [(kinds, [self._span(need, starts, at) for need in needs]) for kinds, needs in self._needs]
        case = at, at + 60 * self._plan.minutes
        picked = dict(self._chosen)
        for kinds, stretches in spans:
            given = [(kind, picked[kind]) for kind in kinds if kind in picked]
            units = given or [(kind, unit.id) for kind in kinds for unit in self._pools.get(kind, ())]
            free = (each for each in units if self._free(each, stretches, case))
            kind, unit = next(free, (None, None))
            if kind is None or unit is None:
                return False
            picked[kind] = unit
        return True

    def _span(self, need: NeedShape, starts: datetime, at: float) -> Stretch:
        since = at + need.since.total_seconds()
        if need.until is None:
            return since, leaving_hour(replace(self._plan, starts=starts)).timestamp()
        return since, at + need.until.total_seconds()

    def _free(
        self,
        unit: tuple[ResourceKind, ResourceId],
        stretches: Iterable[Stretch],
        case: Stretch,
    ) -> bool:
        stretches = tuple(stretches)
        hours = self._hours.get(unit[1])
        wanted = (case,) if unit[0] in KEEPS_HOURS else stretches
        if hours is not None and not all(_within_one(hours, each) for each in wanted):
            return False
        busy = self._busy.get(unit[1])
        return busy is None or all(_is_free(busy, since, until) for since, until in stretches)


def _by_kinds(
    shapes: Iterable[NeedShape], chosen: Units
) -> list[tuple[tuple[ResourceKind, ...], list[NeedShape]]]:
    """The needs as `assign` takes them: the narrow ones first; a patient who is no resource yet needs nothing."""
    groups: dict[tuple[ResourceKind, ...], list[NeedShape]] = {}
    for need in shapes:
        if need.kinds != (ResourceKind.PATIENT,) or ResourceKind.PATIENT in chosen:
            groups.setdefault(need.kinds, []).append(need)
    return sorted(groups.items(), key=lambda group: len(group[0]))


def _hours(context: MoveContext, unit: Resource) -> list[Stretch]:
    """When a unit with hours of its own works, over all that is known."""
    spans = context.ways.known.working(unit.id, context.ways.window, context.plan.zone) or ()
    return [(span.starts.timestamp(), span.ends.timestamp()) for span in spans]


def _within_one(hours: Iterable[Stretch], stretch: Stretch) -> bool:
    return any(opens <= stretch[0] and stretch[1] <= closes for opens, closes in hours)


def _merged(holders: Iterable[Holder]) -> Mapping[ResourceId, tuple[list[float], list[float]]]:
    """By unit, where its busy stretches start and end; those that overlap or touch are one."""
    by_unit: dict[ResourceId, list[Stretch]] = {}
    for holder in holders:
        stretch = holder.starts.timestamp(), holder.ends.timestamp()
        by_unit.setdefault(ResourceId(holder.resource_id), []).append(stretch)
    merged: dict[ResourceId, tuple[list[float], list[float]]] = {}
    for unit, stretches in by_unit.items():
        starts, ends = merged[unit] = [], []
        for since, until in sorted(stretches):
            if ends and since <= ends[-1]:
                ends[-1] = max(ends[-1], until)
            else:
                starts.append(since)
                ends.append(until)
    return merged


def _is_free(busy: tuple[list[float], list[float]], since: float, until: float) -> bool:
    """Whether the last stretch that begins before ``until`` is over at ``since``: half-open, as everywhere."""
    starts, ends = busy
    before = bisect_left(starts, until)
    return before == 0 or ends[before - 1] <= since
