"""Which booked cases a closure, other hours of a unit, or a room's block time leave without what they hold.

A closure of a unit strands every case that holds the unit at some instant of it; one of the clinic, every case that would
be done in it. Hours strand a case that is done while its unit does not work: only the procedure itself counts, since
setting up before opening and turning a room over after closing is nobody's surprise; of a bay or a bed the whole stay
counts. A block strands exactly whom the booking check would refuse for it: a case that holds the room, setup and turnover
included, while it is kept for a surgeon who is not the case's. Other opening hours of the clinic strand a case that lay
within them before: who was booked outside on purpose stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.availability import KEEPS_HOURS, NOTHING_KNOWN, Availability, Block, Closure, UnitHours
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.ways import works
from clinicdesk.i18n import _


@dataclass(frozen=True, slots=True)
class OwnHours:
    """The week of one unit; empty where it follows the clinic."""

    unit: Resource
    hours: tuple[UnitHours, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """Other opening hours of the clinic: as they were, and as they are to be."""

    before: ClinicFacts
    after: ClinicFacts


Change = Closure | OwnHours | Block | Opening
"""What may strand a case: a closure, other hours of a unit or of the clinic, a block; as stored or as still being typed."""


@dataclass(frozen=True, slots=True)
class World:
    """What may stand in the way of a case, seen on the clinic's ``today``, which decides what is released.

    ``surgeons`` are those in use, by name: a block of anyone else keeps its room for nobody.
    """

    known: Availability
    zone: ClinicZone
    today: date
    surgeons: Mapping[ResourceId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A unit that a case holds, with the name to call it by; a patient's own has none."""

    resource_id: ResourceId
    kind: ResourceKind
    name: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCase:
    """A case to come, as far as it matters whether it can be done: its procedure time and what it holds."""

    booking_id: BookingId
    version: int
    patient: str
    procedure: str
    surgeon: str
    span: Span
    units: tuple[HeldUnit, ...]

    @property
    def surgeon_id(self) -> ResourceId | None:
        """Its surgeon; None for a case of no surgeon."""
        return next((each.resource_id for each in self.units if each.kind is ResourceKind.SURGEON), None)


@dataclass(frozen=True, slots=True)
class Stranded:
    """A case that cannot be done as it is booked, and why, a few words each: "C-arm 1: In repair"."""

    case: HeldCase
    causes: tuple[str, ...]


def stranded(world: World, cases: Iterable[HeldCase]) -> tuple[Stranded, ...]:
    """Those of ``cases`` that stand in a closure, outside the hours of a unit of theirs or in another's room, by start."""
    found = []
    for case in sorted(cases, key=_by_start):
        causes = (*_closed(world.known, case), *_outside(world, case), *_kept_out(world, case))
        if causes:
            found.append(Stranded(case, tuple(dict.fromkeys(causes))))
    return tuple(found)


def shut_out(opening: Opening, cases: Iterable[HeldCase]) -> tuple[Stranded, ...]:
    """Those of ``cases`` that lay within the opening hours before and do not any more, by start."""
    cause = _("The clinic: outside its opening hours")
    return tuple(
        Stranded(case, (cause,))
        for case in sorted(cases, key=_by_start)
        if _within(opening.before, case.span) and not _within(opening.after, case.span)
    )


def alone(world: World, change: Closure | OwnHours | Block) -> World:
    """``world`` with nothing in it but ``change``: what that strands by itself. What was released of a block stays."""
    if isinstance(change, Closure):
        known = Availability(closures=(change,))
    elif isinstance(change, Block):
        known = Availability(blocks=(change,), released=world.known.released)
    else:
        known = Availability(hours={change.unit.id: change.hours}) if change.hours else NOTHING_KNOWN
    return replace(world, known=known)


def _by_start(case: HeldCase) -> tuple[datetime, BookingId]:
    return case.span.starts, case.booking_id


def _within(clinic: ClinicFacts, span: Span) -> bool:
    opening = clinic.open_on(clinic.zone.day_of(span.starts))
    return any(opens <= span.starts and span.ends <= closes for opens, closes in opening)


def _closed(availability: Availability, case: HeldCase) -> Iterable[str]:
    for closure in availability.closures:
        if closure.resource_id is None and closure.span.overlaps(case.span):
            yield _("The clinic: {reason}").format(reason=closure.words)
        for unit in case.units:
            if unit.resource_id == closure.resource_id and closure.span.overlaps(unit.span):
                yield _("{unit}: {reason}").format(unit=unit.name, reason=closure.words)


def _outside(world: World, case: HeldCase) -> Iterable[str]:
    for unit in case.units:
        worked = case.span if unit.kind in KEEPS_HOURS else unit.span
        if unit.span.overlaps(worked) and not works(world.known, world.zone, unit.resource_id, worked):
            yield _("{unit}: outside its hours").format(unit=unit.name)


def _kept_out(world: World, case: HeldCase) -> Iterable[str]:
    for unit in case.units:
        if unit.kind is not ResourceKind.ROOM:
            continue
        for each in world.known.keeping(unit.span, world.today, world.zone):
            block = each.block
            others = block.surgeon_id != case.surgeon_id and block.surgeon_id in world.surgeons
            if block.room_id == unit.resource_id and others:
                surgeon = world.surgeons[block.surgeon_id]
                yield _("{unit}: kept for {surgeon}").format(unit=unit.name, surgeon=surgeon)
