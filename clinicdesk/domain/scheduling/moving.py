"""Moving a case by hand: what a drop would take, and who stands in its way.

`judge` answers while a case is being dragged, from a `MoveContext` and without asking the database; where it fits is worked
out in `fitting`. It follows the service that moves: surgeon and room stay unless the drop names others, every
other kind stays where it is free, else the first free one takes its place. The service has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from clinicdesk.domain.advice import Advice, Answer, Proposal, SameDay, advices, unanswered
from clinicdesk.domain.availability import clinic_open, closed_for
from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.catalogue import GRID_MINUTES, LONGEST_MINUTES
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.assign import Assignment, Pools, Units
from clinicdesk.domain.scheduling.clashes import Obstacle
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import CasePlan, PlannedClaim, occupancy
from clinicdesk.domain.scheduling.ways import Standing, filled, idle, window_of
from clinicdesk.errors import BadInput
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

    ``proposal`` is the case as it is stored; ``pools`` are the units that would do, its own first, and ``units`` all that
    can be named. ``ways`` is what stands in the way of anything within its window. ``problems`` refuse any move;
    ``standing`` are advices that were there before and are not asked about again. ``same_day`` are the patient's other
    bookings within that window.
    """

    booking: Booking
    proposal: Proposal
    plan: CasePlan
    pools: Pools
    units: Mapping[ResourceId, Resource]
    patient_unit: ResourceId | None
    ways: Standing
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


def judge(context: MoveContext, drop: Drop, now: datetime) -> Judged:
    """What would happen to ``drop``; quick enough to be asked at every step of the mouse."""
    plan = _plan(context, drop)
    needs, chosen = _needs(context, plan, drop.units)
    assignment = _filled(context, plan, needs, chosen)
    given = dict(assignment.units)
    asks = _asks(context, plan, drop, now) if context.binding else ()
    may_answer = context.may_override or all(each.answer is not Answer.OVERRIDE for each in asks)
    return Judged(
        drop=drop,
        obstacles=assignment.obstacles,
        problems=context.problems,
        asks=asks,
        may_answer=may_answer,
        taken=tuple(_named(context, given)),
        instead=tuple(_instead(context, drop, given)),
        binding=context.binding,
        known=_within(context.ways.window, needs),
    )


def obstacles_at(context: MoveContext, drop: Drop) -> tuple[Obstacle, ...]:
    """Who stands in the way of ``drop``."""
    plan = _plan(context, drop)
    return _filled(context, plan, *_needs(context, plan, drop.units)).obstacles


def units_asked(context: MoveContext, units: Iterable[tuple[ResourceKind, ResourceId]]) -> Units:
    """The units that a case asks for at a place which names ``units``; the patient among them, if known as a resource."""
    asked = staying_units(context.booking, units)
    if context.patient_unit is None:
        return asked
    return {**asked, ResourceKind.PATIENT: context.patient_unit}


def grown(minutes: int, by: int) -> int:
    """``minutes`` made longer or shorter, within what a case may last."""
    return max(GRID_MINUTES, min(LONGEST_MINUTES, minutes + by))


def _plan(context: MoveContext, drop: Drop) -> CasePlan:
    return replace(context.plan, starts=drop.starts, minutes=drop.minutes)


def _needs(
    context: MoveContext, plan: CasePlan, units: Iterable[tuple[ResourceKind, ResourceId]]
) -> tuple[list[PlannedClaim], Units]:
    """What the case needs at its new place, and the units it asks for. Who was never booked is busy nowhere."""
    chosen = units_asked(context, units)
    known = ResourceKind.PATIENT in chosen
    return [need for need in occupancy(plan) if known or need.kinds != (ResourceKind.PATIENT,)], chosen


def _filled(context: MoveContext, plan: CasePlan, needs: Sequence[PlannedClaim], chosen: Units) -> Assignment:
    if not needs:
        return Assignment((), (), ())
    around = context.ways.within(window_of(needs))
    return filled(needs, context.pools, chosen, around, plan.zone, Span(plan.starts, plan.ends))


def _within(known: Span, needs: Sequence[PlannedClaim]) -> bool:
    return all(known.starts <= need.span.starts and need.span.ends <= known.ends for need in needs)


def _asks(context: MoveContext, plan: CasePlan, drop: Drop, now: datetime) -> tuple[Advice, ...]:
    """The advices that the case has there and had not before."""
    zone, clinic, known = plan.zone, context.proposal.clinic, context.ways.known
    day = zone.day_of(drop.starts)
    names = {unit: each.name for unit, each in context.units.items()}
    units = staying_units(context.booking, drop.units)
    proposal = replace(
        context.proposal,
        draft=replace(context.proposal.draft, starts=drop.starts, minutes=drop.minutes),
        plan=plan,
        same_day=tuple(other for other in context.same_day if zone.day_of(other.starts) == day),
        opening=clinic_open(known, clinic, day),
        closed_for=closed_for(known, None, day, zone),
        off_duty=idle(known, zone, units.items(), names, Span(plan.starts, plan.ends)),
    )
    return unanswered(advices(proposal, now), context.standing)


def _named(context: MoveContext, given: Units) -> Iterator[Resource]:
    for kind in ResourceKind:
        if kind in given and given[kind] in context.units:
            yield context.units[given[kind]]


def _instead(context: MoveContext, drop: Drop, given: Units) -> Iterator[tuple[str, str]]:
    """The unit taken and the one it had, by name, for the kinds that change without the drop having named them."""
    named = {kind for kind, _unit in drop.units}
    for kind, had in context.booking.draft.units:
        new = context.units.get(given.get(kind, had))
        if new is not None and new.id != had and kind not in named:
            before = context.units.get(had)
            yield new.name, before.name if before is not None else ""
