"""Moving a case by hand: what a drop would take, who stands in its way, and where everything it needs is free.

`judge` answers while a case is being dragged and `fitting_starts` once at its beginning, both from a `MoveContext` and
without asking the database. They follow `clinicdesk.services.booking.move`: surgeon and room stay unless the drop names
others, every other kind stays where it is free, else the first free one takes its place. The service has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from clinicdesk.domain.advice import Advice, Answer, Proposal, SameDay, advices, unanswered
from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.catalogue import GRID_MINUTES, LONGEST_MINUTES
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.assign import Pools, Units, assign
from clinicdesk.domain.scheduling.clashes import Obstacle
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import CasePlan, PlannedClaim, occupancy
from clinicdesk.errors import BadInput, Holder
from clinicdesk.i18n import _

STAYING: Final = frozenset({ResourceKind.SURGEON, ResourceKind.ROOM})
"""Kinds whose unit a move keeps: a patient came for this surgeon, and the diary shows that room."""

GRID: Final = timedelta(minutes=GRID_MINUTES)


@dataclass(frozen=True, slots=True)
class Drop:
    """Where a case would be put down: procedure start (UTC), minutes, and the units the place itself names."""

    starts: datetime
    minutes: int
    units: tuple[tuple[ResourceKind, ResourceId], ...] = ()

    @property
    def ends(self) -> datetime:
        """Procedure end, UTC."""
        return self.starts + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveContext:
    """A case and everything around it on the days that are shown.

    ``proposal`` is the case as it is stored; ``pools`` are the units in use, its own first. ``held`` is what others hold
    within ``known``, blocks and closures included, ordered by start. ``problems`` refuse any move; ``standing`` are advices
    that were there before and are not asked about again. ``same_day`` are the patient's other bookings in ``known``.
    """

    booking: Booking
    proposal: Proposal
    plan: CasePlan
    pools: Pools
    patient_unit: ResourceId | None
    held: tuple[Holder, ...]
    known: Span
    same_day: tuple[SameDay, ...]
    problems: tuple[BadInput, ...]
    standing: tuple[Advice, ...]
    may_override: bool

    @property
    def binding(self) -> bool:
        """Whether the booking holds anything: a request or a wish may stand where others are."""
        return self.booking.state.holds_claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What would happen to a drop.

    ``obstacles`` name who stands in the way and ``problems`` what else refuses it; ``asks`` are the advices that want a
    reason, which this person's would answer if ``may_answer``. ``taken`` are the units it gets; ``instead`` are the names
    of a new unit and of the one before, for kinds that change without the drop having named them. ``known`` is False where
    it reaches beyond what the context knows.
    """

    drop: Drop
    obstacles: tuple[Obstacle, ...]
    problems: tuple[BadInput, ...]
    asks: tuple[Advice, ...]
    may_answer: bool
    taken: tuple[Resource, ...]
    instead: tuple[tuple[str, str], ...]
    binding: bool
    known: bool

    @property
    def refused(self) -> bool:
        """Whether the drop would be refused, whatever reason is given."""
        return bool(self.problems) or (self.binding and bool(self.obstacles))


@dataclass(frozen=True, slots=True)
class Target:
    """A column of the diary: its ``key``, the stretches in which starts are looked for, and the units it names."""

    key: str
    open: tuple[Span, ...]
    units: tuple[tuple[ResourceKind, ResourceId], ...] = ()


def why_fixed(state: BookingState) -> str:
    """Why a case in this state cannot be moved; empty where it can."""
    if state in {BookingState.CANCELLED, BookingState.NO_SHOW}:
        return _("This booking is “{state}”. Book anew.").format(state=state.label)
    if state.has_begun:
        return _("This case has begun: its planned times stay. Record the actual times instead.")
    return ""


def staying_units(booking: Booking, units: Iterable[tuple[ResourceKind, ResourceId]]) -> Units:
    """The units a move asks for: surgeon and room as they are, unless ``units`` names others."""
    kept = {kind: unit for kind, unit in booking.draft.units if kind in STAYING}
    return {**kept, **dict(units)}


def own_first(pools: Pools, booking: Booking) -> Pools:
    """``pools`` with the booking's own unit of each kind first."""
    own = dict(booking.draft.units)
    return {
        kind: sorted(units, key=lambda unit: unit.id != own[kind]) if kind in own else units
        for kind, units in pools.items()
    }


def judge(context: MoveContext, drop: Drop, now: datetime) -> Judged:
    """What would happen to ``drop``; quick enough to be asked at every step of the mouse."""
    plan = _plan(context, drop)
    needs, chosen = _needs(context, plan, drop.units)
    assignment = assign(needs, context.pools, chosen, _around(context, needs))
    given = dict(assignment.units)
    asks = _asks(context, plan, drop, now) if context.binding else ()
    may_answer = context.may_override or all(each.answer is not Answer.OVERRIDE for each in asks)
    return Judged(
        drop=drop,
        obstacles=assignment.obstacles,
        problems=context.problems,
        asks=asks,
        may_answer=may_answer,
        taken=tuple(_named(context.pools, given)),
        instead=tuple(_instead(context, drop, given)),
        binding=context.binding,
        known=_within(context.known, needs),
    )


def fitting_starts(
    context: MoveContext, targets: Iterable[Target], minutes: int, now: datetime
) -> dict[str, tuple[Span, ...]]:
    """By column, the stretches of starts (five-minute grid, not past) at which nothing stands in the way.

    The case ends within the stretch of `Target.open` it starts in. A stretch is half-open: its end is five minutes after
    the last start.
    """
    return {target.key: _joined(_fitting(context, target, minutes, now)) for target in targets}


def grown(minutes: int, by: int) -> int:
    """``minutes`` made longer or shorter, within what a case may last."""
    return max(GRID_MINUTES, min(LONGEST_MINUTES, minutes + by))


def _fitting(context: MoveContext, target: Target, minutes: int, now: datetime) -> Iterator[datetime]:
    length = timedelta(minutes=minutes)
    for stretch in target.open:
        starts = stretch.starts
        while starts + length <= stretch.ends:
            if starts >= now and _fits(context, Drop(starts, minutes, target.units)):
                yield starts
            starts += GRID


def _fits(context: MoveContext, drop: Drop) -> bool:
    needs, chosen = _needs(context, _plan(context, drop), drop.units)
    return not assign(needs, context.pools, chosen, _around(context, needs)).obstacles


def _joined(starts: Iterable[datetime]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for each in starts:
        if spans and spans[-1].ends == each:
            spans[-1] = Span(spans[-1].starts, each + GRID)
        else:
            spans.append(Span(each, each + GRID))
    return tuple(spans)


def _plan(context: MoveContext, drop: Drop) -> CasePlan:
    return replace(context.plan, starts=drop.starts, minutes=drop.minutes)


def _needs(
    context: MoveContext, plan: CasePlan, units: Iterable[tuple[ResourceKind, ResourceId]]
) -> tuple[list[PlannedClaim], dict[ResourceKind, ResourceId]]:
    """What the case needs at its new place, and the units it asks for. Who was never booked is busy nowhere."""
    chosen = dict(staying_units(context.booking, units))
    needs = occupancy(plan)
    if context.patient_unit is None:
        return [need for need in needs if need.kinds != (ResourceKind.PATIENT,)], chosen
    return list(needs), {**chosen, ResourceKind.PATIENT: context.patient_unit}


def _around(context: MoveContext, needs: Sequence[PlannedClaim]) -> list[Holder]:
    """Those who hold anything from the first need to the last."""
    if not needs:
        return []
    first, last = min(need.span.starts for need in needs), max(need.span.ends for need in needs)
    return [holder for holder in context.held if holder.starts < last and first < holder.ends]


def _within(known: Span, needs: Sequence[PlannedClaim]) -> bool:
    return all(known.starts <= need.span.starts and need.span.ends <= known.ends for need in needs)


def _asks(context: MoveContext, plan: CasePlan, drop: Drop, now: datetime) -> tuple[Advice, ...]:
    zone = plan.zone
    day = zone.day_of(drop.starts)
    proposal = replace(
        context.proposal,
        draft=replace(context.proposal.draft, starts=drop.starts, minutes=drop.minutes),
        plan=plan,
        same_day=tuple(other for other in context.same_day if zone.day_of(other.starts) == day),
    )
    return unanswered(advices(proposal, now), context.standing)


def _named(pools: Pools, given: Mapping[ResourceKind, ResourceId]) -> Iterator[Resource]:
    for kind in ResourceKind:
        yield from (unit for unit in pools.get(kind, ()) if unit.id == given.get(kind))


def _instead(
    context: MoveContext, drop: Drop, given: Mapping[ResourceKind, ResourceId]
) -> Iterator[tuple[str, str]]:
    """The unit taken and the one it had, by name, for the kinds that change without the drop having named them."""
    named = {kind for kind, _unit in drop.units}
    for kind, had in context.booking.draft.units:
        if kind in given and given[kind] != had and kind not in named:
            names = {unit.id: unit.name for unit in context.pools.get(kind, ())}
            yield names.get(given[kind], ""), names.get(had, "")
