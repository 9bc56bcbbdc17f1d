"""Who is busy when, for one case: what the catalogue's needs mean for this start, length, sedation and stay.

S is procedure start, E its end. Room and C-arm: [S - setup, E + turnover); surgeon [S, E); anesthesia provider or sedation
nurse [S - setup, handover); recovery bay [E, E + recovery); bed: from the bay's end to the next day's leaving hour; the
patient: from setup to leaving. Each entry of the catalogue names its kinds and moments, so a clinic may differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import ActualTimes, Setting
from clinicdesk.domain.catalogue import Anchor, Need, NeedWhen, Procedure
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span, maybe
from clinicdesk.domain.sedation_levels import SedationLevel, SedationProvider, needs_anesthesia
from clinicdesk.errors import BadInput

LONGEST_CLAIM = timedelta(days=7)
"""No single stretch is longer; who looks for what reaches into a day need not look further back."""

_LONGEST_ACTUAL = timedelta(days=1)
"""A time typed into the wrong day does not hold a room for a week."""

_FREE_ON_LEAVING = frozenset({ResourceKind.BAY, ResourceKind.BED, ResourceKind.PATIENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlan:
    """One case as planned. ``starts`` is procedure start, UTC; minutes throughout.

    ``leaving_time`` is the wall-clock hour in ``zone`` by which an overnight patient leaves.
    """

    procedure: Procedure
    starts: datetime
    minutes: int
    setup_minutes: int
    turnover_minutes: int
    recovery_minutes: int
    sedation: SedationLevel | None
    mac: bool
    setting: Setting
    zone: ClinicZone
    leaving_time: time

    @property
    def ends(self) -> datetime:
        """Procedure end, UTC."""
        return self.starts + timedelta(minutes=self.minutes)

    @property
    def room_from(self) -> datetime:
        """When setting up begins."""
        return self.starts - timedelta(minutes=self.setup_minutes)

    @property
    def recovered(self) -> datetime:
        """When the bay is left."""
        return self.ends + timedelta(minutes=self.recovery_minutes)


@dataclass(frozen=True, slots=True)
class PlannedClaim:
    """A stretch for which a unit of one of ``kinds`` is needed; of several kinds any one serves."""

    kinds: tuple[ResourceKind, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class NeedShape:
    """A need wherever its case may start: between two distances from procedure start, whole minutes.

    ``until`` is None where it lasts to the leaving hour of the morning after.
    """

    kinds: tuple[ResourceKind, ...]
    since: timedelta
    until: timedelta | None


def occupancy(plan: CasePlan) -> tuple[PlannedClaim, ...]:
    """Everything ``plan`` occupies, in the catalogue's order; stretches without length are left out."""
    at = _moments(plan)
    claims = []
    for need in plan.procedure.needs:
        span = maybe(at[need.starts], at[need.ends]) if _applies(need, plan) else None
        if span is not None:
            claims.append(PlannedClaim(need.kinds, span))
    return tuple(claims)


def shape(plan: CasePlan) -> tuple[NeedShape, ...]:
    """What ``plan`` would occupy at whatever start: `occupancy` without its start."""
    at = _moments(plan)
    shapes = []
    for need in plan.procedure.needs:
        if not _applies(need, plan) or at[need.starts] >= at[need.ends]:
            continue
        open_ended = need.ends is Anchor.LEAVING and plan.setting is Setting.OVERNIGHT
        until = None if open_ended else at[need.ends] - plan.starts
        shapes.append(NeedShape(need.kinds, at[need.starts] - plan.starts, until))
    return tuple(shapes)


def actual_occupancy(
    plan: CasePlan, actual: ActualTimes, bed_from: datetime | None = None
) -> tuple[PlannedClaim, ...]:
    """What ``plan`` occupies given what has happened: an early end shortens, an overrun lengthens, leaving frees.

    ``bed_from`` is when the patient went from the bay to the bed. Whether a longer stretch is still free is for the caller
    to see (`intervals.fitted`): it is never taken from others.
    """
    if actual.ended is not None:
        ended = min(actual.ended, plan.ends + _LONGEST_ACTUAL)
        plan = replace(plan, minutes=_minutes(plan.starts, ended))
    if bed_from is not None:
        bed_from = min(max(bed_from, plan.ends), plan.ends + _LONGEST_ACTUAL)
        plan = replace(plan, recovery_minutes=_minutes(plan.ends, bed_from), setting=Setting.OVERNIGHT)
    claims = occupancy(plan)
    return claims if actual.discharged is None else tuple(_left(claims, actual.discharged))


def leaving_hour(plan: CasePlan) -> datetime:
    """The first leaving hour on a day after the procedure's that comes after the bay's end.

    An hour that the change of clocks skips means the same minute an hour later.
    """
    day = plan.zone.day_of(plan.starts)
    while True:
        day += timedelta(days=1)
        instant = _instant(plan.zone, day, plan.leaving_time)
        if instant > plan.recovered:
            return instant


def _moments(plan: CasePlan) -> dict[Anchor, datetime]:
    handover = min(plan.procedure.handover_minutes, plan.recovery_minutes)
    return {
        Anchor.SETUP: plan.room_from,
        Anchor.START: plan.starts,
        Anchor.END: plan.ends,
        Anchor.HANDOVER: plan.ends + timedelta(minutes=handover),
        Anchor.TURNOVER: plan.ends + timedelta(minutes=plan.turnover_minutes),
        Anchor.RECOVERED: plan.recovered,
        Anchor.LEAVING: leaving_hour(plan) if plan.setting is Setting.OVERNIGHT else plan.recovered,
    }


def _applies(need: Need, plan: CasePlan) -> bool:
    anesthesia = needs_anesthesia(plan.sedation, plan.mac)
    if need.when is NeedWhen.ANESTHESIA:
        return anesthesia
    if need.when is NeedWhen.SEDATION_NURSE:
        provider = plan.sedation.provider if plan.sedation is not None else SedationProvider.NONE
        return provider is SedationProvider.NURSE and not anesthesia
    return need.when is NeedWhen.ALWAYS or plan.setting is Setting.OVERNIGHT


def _left(claims: Iterable[PlannedClaim], at: datetime) -> Iterator[PlannedClaim]:
    """``claims`` once the patient has gone: bay, bed and patient are free from then on, whichever was planned."""
    for claim in claims:
        if _FREE_ON_LEAVING.isdisjoint(claim.kinds):
            yield claim
        elif (span := maybe(claim.span.starts, min(claim.span.ends, at))) is not None:
            yield PlannedClaim(claim.kinds, span)


def _minutes(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds() // 60)


def _instant(zone: ClinicZone, day: date, at: time) -> datetime:
    try:
        return zone.at(day, at)
    except BadInput:
        later = datetime.combine(day, at) + timedelta(hours=1)  # of a skipped 23:30, the next day's 0:30
        return zone.at(later.date(), later.time())
