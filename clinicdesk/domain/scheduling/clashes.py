"""What stands in the way, by name: "Room 2 is held by Rosa Ortiz, 10:00 to 11:20"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.times import WallClock
from clinicdesk.errors import Holder, HolderSort
from clinicdesk.i18n import _

Say = Callable[[datetime, datetime], str]
"""How a stretch of time is written: ``10:00 to 11:20``."""


@dataclass(frozen=True, slots=True, order=True)
class Claimed:
    """One unit for one stretch of time: what a booking holds, or wants to."""

    resource_id: ResourceId
    span: Span


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One kind of resource that cannot be had: every holder that stands in the way.

    ``chosen`` tells whether that very unit was asked for; otherwise no unit of ``kinds`` was free. Without holders the
    clinic has no such unit at all.
    """

    kinds: tuple[ResourceKind, ...]
    holders: tuple[Holder, ...]
    chosen: bool


def clashes(wanted: Iterable[Claimed], held: Iterable[Holder]) -> tuple[Holder, ...]:
    """The holders that ``wanted`` runs into, earliest first."""
    others = tuple(held)
    found = {
        holder
        for claim in wanted
        for holder in others
        if holder.resource_id == claim.resource_id
        and holder.starts < claim.span.ends
        and claim.span.starts < holder.ends
    }
    return tuple(sorted(found, key=lambda holder: (holder.starts, holder.resource_id)))


def holder_sentence(holder: Holder, say: Say) -> str:
    """``Room 2 is held by Rosa Ortiz, 10:00 to 11:20``. A holder without a resource's name is the patient as such."""
    when = say(holder.starts, holder.ends)
    if not holder.resource:
        return _("{patient} is already booked, {when}").format(patient=holder.held_by, when=when)
    pattern = {
        HolderSort.CASE: _("{resource} is held by {holder}, {when}"),
        HolderSort.CLOSURE: _("{resource} is closed ({holder}), {when}"),
        HolderSort.BLOCK: _("{resource} is kept for {holder}, {when}"),
        HolderSort.HOURS: _("{resource} is not on duty, {when}"),
    }[holder.sort]
    return pattern.format(resource=holder.resource, holder=holder.held_by, when=when)


def sentences(obstacle: Obstacle, say: Say) -> tuple[str, ...]:
    """What to tell: one line a holder, and first that nothing of the kind is free where any would have done."""
    lines = tuple(holder_sentence(holder, say) for holder in obstacle.holders)
    if obstacle.chosen:
        return lines
    kinds = kind_words(obstacle.kinds)
    if not lines:
        return (_("This clinic has no {kind}.").format(kind=kinds),)
    return (_("No {kind} is free.").format(kind=kinds), *lines)


def summary(obstacle: Obstacle, say: Say) -> str:
    """The same in a line: "No room is free: Room 1 (Ana Lee, 9:45 to 11:20), Room 2 (Sam Poe, 9:00 to 10:30)".

    Where any unit would have done, each is named with the first who holds it: enough to see whom to ask, and short.
    """
    if obstacle.chosen or not obstacle.holders:
        return "; ".join(sentences(obstacle, say))
    first = {holder.resource_id: holder for holder in sorted(obstacle.holders, key=_latest_first)}
    held = (_brief(holder, say) for _unit, holder in sorted(first.items()))
    return _("No {kind} is free: {holders}").format(kind=kind_words(obstacle.kinds), holders=", ".join(held))


def _brief(holder: Holder, say: Say) -> str:
    when = say(holder.starts, holder.ends)
    if holder.sort is HolderSort.HOURS:
        return _("{resource} (not on duty)").format(resource=holder.resource)
    pattern = {
        HolderSort.CASE: _("{resource} ({holder}, {when})"),
        HolderSort.CLOSURE: _("{resource} (closed: {holder}, {when})"),
        HolderSort.BLOCK: _("{resource} (kept for {holder}, {when})"),
    }[holder.sort]
    return pattern.format(resource=holder.resource, holder=holder.held_by, when=when)


def _latest_first(holder: Holder) -> float:
    return -holder.starts.timestamp()


def kind_words(kinds: Iterable[ResourceKind]) -> str:
    """The kinds inside a sentence: "surgeon or sedation nurse"."""
    words = {
        ResourceKind.SURGEON: _("surgeon"),
        ResourceKind.ANESTHESIA: _("anesthesia provider"),
        ResourceKind.NURSE: _("sedation nurse"),
        ResourceKind.ROOM: _("room"),
        ResourceKind.C_ARM: _("C-arm"),
        ResourceKind.BAY: _("recovery bay"),
        ResourceKind.BED: _("overnight bed"),
        ResourceKind.PATIENT: _("patient"),
    }
    return _(" or ").join(words[kind] for kind in kinds)


def clash_sentence(obstacles: Iterable[Obstacle], wall: WallClock) -> str:
    """The whole clash, ending with what was kept and what to do."""
    lines = [line for obstacle in obstacles for line in sentences(obstacle, wall.span)]
    told = " ".join(line if line.endswith(".") else f"{line}." for line in lines)
    return _("{clashes} Nothing was saved. Choose another time or another unit.").format(clashes=told)
