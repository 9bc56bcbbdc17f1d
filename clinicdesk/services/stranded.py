"""The booked cases that a closure, other hours or a block leave without what they hold: to be seen before, and moved.

Nothing is kept about it: who is stranded follows from what is booked, closed, open and kept at this moment. Moving them
looks for the next time at which the same surgeon can do each, day by day, and moves all that found one in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain import stranded as rules
from clinicdesk.domain.availability import Availability
from clinicdesk.domain.booking import Booking, BookingDraft
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import LONGEST_CLAIM
from clinicdesk.domain.stranded import Change, HeldCase, HeldUnit, Opening, Stranded, World
from clinicdesk.errors import BadInput, Clash, NeedsReason
from clinicdesk.i18n import ngettext
from clinicdesk.services import slots
from clinicdesk.services.booking.changing import changed, state_after
from clinicdesk.services.booking.moving_many import MovedMany
from clinicdesk.services.booking.planning import claiming, read_at, think_through
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done, Work, command, query
from clinicdesk.storage import availability, resources
from clinicdesk.storage import stranded as cases

DAYS_LOOKED_AT = 42
"""How far after its day the next time of a stranded case is looked for."""

_AHEAD = timedelta(days=3650)
_STARTS_A_DAY = 6


@dataclass(frozen=True, slots=True)
class MovedAll:
    """What became of stranded cases: those that moved, as they were and as they are, and those for which no time was found.

    ``moved`` is what `clinicdesk.services.booking.moving_many.undo_many` puts back.
    """

    moved: MovedMany
    left: tuple[Stranded, ...]


@query(Act.SEE_DIARY)
def stranded(work: Work, change: Change | None = None) -> tuple[Stranded, ...]:
    """Who is stranded among the cases to come, by start: by ``change`` alone if it is given, else by all that is saved."""
    return found(work, change)


def found(work: Work, change: Change | None = None) -> tuple[Stranded, ...]:
    """What `stranded` answers, inside another operation."""
    if isinstance(change, Opening):
        return rules.shut_out(change, cases.cases(work.session, _today(work)))
    world = _world(work)
    if change is not None:
        world = rules.alone(world, change)
    return rules.stranded(world, _concerned(work, world.known))


def refuse_unseen(work: Work, change: Change, seen: Collection[BookingId]) -> None:
    """Raise `BadInput` (field ``stranded``) where ``change`` strands a case that the person did not see."""
    count = sum(each.case.booking_id not in seen for each in found(work, change))
    if count:
        raise BadInput(
            ngettext(
                "{count} booked case stands in this time. Look at it, then save all the same, or move it.",
                "{count} booked cases stand in this time. Look at them, then save all the same, or move them.",
                count,
            ).format(count=count),
            "stranded",
        )


def move_all(
    desk: Desk, wanted: Sequence[tuple[BookingId, int]], change: Change | None = None
) -> Done[MovedAll]:
    """Move each of these cases (with the version that was seen) to the next time with the same surgeon. Needs `Act.BOOK`.

    They are stranded by ``change``, which is saved by now, or by anything that is. The earliest goes first. A case that is
    stranded no longer is left alone. Raises `Stale` where one was changed since.
    """
    return claiming(lambda: _move_all(desk, tuple(wanted), change))


@command(Act.BOOK)
def _move_all(work: Work, wanted: Sequence[tuple[BookingId, int]], change: Change | None) -> MovedAll:
    versions, world = dict(wanted), _world(work)
    pairs: list[tuple[Booking, Booking]] = []
    left: list[Stranded] = []
    for each in found(work, change):
        if each.case.booking_id not in versions:
            continue
        before = read_at(work, each.case.booking_id, versions[each.case.booking_id])
        after = _moved(work, before, each, world)
        if after is None:
            left.append(each)
        else:
            pairs.append((before, after))
    moved = MovedMany(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
    return MovedAll(moved, tuple(left))


def _moved(work: Work, before: Booking, each: Stranded, world: World) -> Booking | None:
    """The case at its next time; None where there is none that needs nobody's answer."""
    for draft in _fits(work, before, each, world):
        try:
            return changed(work, before, draft, state_after(work, before, draft))
        except (BadInput, Clash, NeedsReason):  # each is raised before anything is written
            continue
    return None


def _fits(work: Work, before: Booking, each: Stranded, world: World) -> Iterator[BookingDraft]:
    """The case, with its surgeon or the nurse of a visit without one, at the times from its day on at which all is free.

    What is closed, off duty or kept for another is not free.
    """
    surgeon = before.draft.unit(ResourceKind.SURGEON)
    who = ResourceKind.NURSE if surgeon is None else ResourceKind.SURGEON
    staff = tuple(unit for unit in before.draft.units if unit[0] is who)
    draft = replace(before.draft, units=staff, reason="; ".join(each.causes))
    patient_unit = resources.of_patient(work.session, draft.patient_id)
    for day in _days(work, each.case.span.starts):
        for starts in slots.free_starts(work, draft, day, _STARTS_A_DAY, before.id):
            wanted = replace(draft, starts=starts)
            planned = think_through(
                work, wanted, but=before, prefer=dict(before.draft.units), patient_unit=patient_unit
            )
            if planned.problems or planned.assignment is None or planned.assignment.obstacles:
                continue
            kinds = {unit: kind for kind, unit in planned.filled.units}
            units = tuple(
                HeldUnit(
                    claim.resource_id, kinds.get(claim.resource_id, ResourceKind.PATIENT), "", claim.span
                )
                for claim in planned.assignment.claims
            )
            there = _at(each.case, wanted, units)
            if not rules.stranded(world, [there]):
                yield replace(wanted, units=planned.filled.units)


def _days(work: Work, from_when: datetime) -> Iterator[date]:
    zone = work.clinic.zone
    first = max(zone.day_of(from_when), zone.day_of(work.now))
    return zone.days(first, DAYS_LOOKED_AT)


def _at(case: HeldCase, draft: BookingDraft, units: tuple[HeldUnit, ...]) -> HeldCase:
    assert draft.starts is not None
    assert draft.ends is not None
    return replace(case, span=Span(draft.starts, draft.ends), units=units)


def _world(work: Work) -> World:
    zone = work.clinic.zone
    return World(
        availability.read(work.session, Span(work.now - LONGEST_CLAIM, work.now + _AHEAD)),
        zone,
        zone.day_of(work.now),
        {unit.id: unit.name for unit in resources.of_kinds(work.session, [ResourceKind.SURGEON])},
    )


def _concerned(work: Work, known: Availability) -> Collection[HeldCase]:
    """The cases from today on that hold what is closed, at about that time, or what has hours of its own or is kept."""
    today = _today(work)
    near: dict[BookingId, HeldCase] = {}
    for closure in known.closures:
        since = max(today, closure.span.starts - LONGEST_CLAIM)
        until = closure.span.ends + LONGEST_CLAIM  # a room is set up before its case starts
        found = cases.cases(work.session, since, until, closure.resource_id)
        near |= {case.booking_id: case for case in found}
    for unit in {*known.hours, *(block.room_id for block in known.blocks if block.exclusive)}:
        near |= {case.booking_id: case for case in cases.cases(work.session, today, unit=unit)}
    return near.values()


def _today(work: Work) -> datetime:
    """The first instant of the clinic's day: who is late is still to come."""
    return work.clinic.zone.start_of(work.clinic.zone.day_of(work.now))
