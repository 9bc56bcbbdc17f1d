"""When things are open: hours of units, closures, block time and its releases.

A closure, hours or a block that would leave booked cases without what they hold are saved only when the person saw which:
they name the cases they saw, and are refused where there is another one by now. What is stranded stays a question of the
rules (`clinicdesk.services.stranded`), never a mark on the booking.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain import availability as rules
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.availability import Availability, Block, BlockDay, Closure, Release, UnitHours
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BlockId, BookingId, ClosureId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.stranded import OwnHours
from clinicdesk.domain.times import wall_clock
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.stranded import refuse_unseen
from clinicdesk.services.work import Work, command, query
from clinicdesk.storage import availability, resources

SHOWN_BACK = timedelta(days=30)
"""How long what is over stays in the lists."""

_AHEAD = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything Set up shows of this: the units, what is known of their time, and what was released, by day.

    ``availability`` goes back `SHOWN_BACK`; ``today`` is the clinic's.
    """

    units: tuple[Resource, ...]
    availability: Availability
    releases: tuple[Release, ...]
    today: date

    def unit(self, resource_id: ResourceId | None) -> str:
        """The name of a unit; empty for the whole clinic."""
        return next((unit.name for unit in self.units if unit.id == resource_id), "")

    def hours_of(self, unit: Resource) -> OwnHours:
        """A unit with its own hours; none where it follows the clinic."""
        return OwnHours(unit, self.availability.hours.get(unit.id, ()))


@dataclass(frozen=True, slots=True)
class RemovedBlock:
    """A block that was removed, and the days of it that somebody or the clock had released: enough to put it back."""

    block: Block
    released: tuple[date, ...]


@query(Act.SEE_CLINIC)
def overview(work: Work) -> Overview:
    """The hours of all units, closures and blocks with their releases, from a month ago on."""
    window = Span(work.now - SHOWN_BACK, work.now + _AHEAD)
    today = _today(work)
    return Overview(
        units=resources.of_kinds(work.session, inactive=True),
        availability=availability.read(work.session, window),
        releases=availability.releases(work.session, today - SHOWN_BACK),
        today=today,
    )


# ---------------------------------------------------------------------- hours


@command(Act.EDIT_CLINIC)
def set_hours(
    work: Work,
    resource_id: ResourceId,
    version: int,
    hours: Sequence[UnitHours],
    seen: Collection[BookingId] = (),
) -> OwnHours:
    """Replace the hours of a unit; none lets it follow the clinic. ``version`` is the unit's as it was read.

    ``seen`` are the cases the person knows this strands. Raises `BadInput` naming the field, `Stale`, `NotFound`.
    """
    unit = resources.read(work.session, resource_id)
    if unit.kind is ResourceKind.PATIENT:
        raise BadInput(_("Patients have no working hours."), "hours")
    rules.check_hours(hours)
    refuse_unseen(work, OwnHours(unit, tuple(hours)), seen)
    availability.set_hours(work.session, resource_id, version, hours)
    work.record(AuditAction.CHANGED, Subject.RESOURCE, resource_id, hours=len(hours))
    return OwnHours(resources.read(work.session, resource_id), tuple(hours))


# ---------------------------------------------------------------------- closures


@command(Act.ARRANGE_TIME)
def add_closure(work: Work, closure: Closure, seen: Collection[BookingId] = ()) -> Closure:
    """Close a unit, or the clinic, for a stretch of time; ``seen`` are the cases the person knows this strands.

    Raises `BadInput` naming the field (``stranded`` where a case was not seen), `NotFound`.
    """
    tidy = _checked_closure(work, closure)
    refuse_unseen(work, tidy, seen)
    return stored_closure(work, tidy)


@command(Act.ARRANGE_TIME)
def change_closure(work: Work, closure: Closure, seen: Collection[BookingId] = ()) -> Closure:
    """Replace what a closure says; ``closure.version`` is the one that was read. Raises what `add_closure` does, `Stale`."""
    tidy = _checked_closure(work, closure)
    refuse_unseen(work, tidy, seen)
    return _changed_closure(work, tidy)


@command(Act.ARRANGE_TIME)
def change_closure_back(work: Work, before: Closure) -> Closure:
    """Undo `change_closure`: what it said before, whoever that strands and even if it is over by now.

    ``before.version`` is the closure's since. Raises `Stale`, `NotFound`.
    """
    return _changed_closure(work, before)


@command(Act.ARRANGE_TIME)
def remove_closure(work: Work, closure_id: ClosureId, version: int) -> Closure:
    """Open again what was closed. Gives the closure as it was. Raises `Stale`, `NotFound`."""
    return removed_closure(work, closure_id, version)


@command(Act.ARRANGE_TIME)
def put_back_closure(work: Work, before: Closure) -> Closure:
    """Undo `remove_closure`: the closure under a new number, whoever it strands and even if it is over by now."""
    return stored_closure(work, before)


def stored_closure(work: Work, closure: Closure) -> Closure:
    """Store a closure that was checked, with its audit event; inside another operation."""
    new = availability.add_closure(work.session, closure, at=work.now, by=work.actor.user_id)
    work.record(AuditAction.CREATED, Subject.CLOSURE, new.id, **_told_of_closure(new))
    return new


def removed_closure(work: Work, closure_id: ClosureId, version: int) -> Closure:
    """What `remove_closure` does, inside another operation."""
    before = availability.closure(work.session, closure_id)
    availability.remove_closure(work.session, closure_id, version)
    work.record(AuditAction.REMOVED, Subject.CLOSURE, closure_id, **_told_of_closure(before))
    return before


# ---------------------------------------------------------------------- block time


@command(Act.ARRANGE_TIME)
def add_block(work: Work, block: Block, seen: Collection[BookingId] = ()) -> Block:
    """Give a surgeon a room on a weekday; ``seen`` are the cases of others the person knows this strands.

    Raises `BadInput` naming the field (``stranded`` where a case was not seen), and the block it would overlap.
    """
    _check_block(work, block)
    refuse_unseen(work, block, seen)
    new = availability.add_block(work.session, block)
    work.record(AuditAction.CREATED, Subject.BLOCK, new.id, **_told_of_block(new))
    return new


@command(Act.ARRANGE_TIME)
def change_block(work: Work, block: Block, seen: Collection[BookingId] = ()) -> Block:
    """Replace what a block says; ``block.version`` is the one that was read. Raises what `add_block` does, `Stale`.

    What was released of days that are no longer the block's is forgotten.
    """
    _check_block(work, block)
    refuse_unseen(work, block, seen)
    return _changed_block(work, block)


@command(Act.ARRANGE_TIME)
def change_block_back(work: Work, before: Block) -> Block:
    """Undo `change_block`, whoever that strands and even to a block that is over by now.

    ``before.version`` is the block's since. Raises `BadInput` where another block has its room meanwhile, `Stale`,
    `NotFound`.
    """
    _check_room(work, before)
    return _changed_block(work, before)


def _changed_block(work: Work, block: Block) -> Block:
    after = availability.change_block(work.session, block)
    gone = (day for day in _released_of(work, block.id) if not after.occurs_on(day))
    availability.take_back(work.session, [BlockDay(day, block.id) for day in gone])
    work.record(AuditAction.CHANGED, Subject.BLOCK, after.id, **_told_of_block(after))
    return after


@command(Act.ARRANGE_TIME)
def remove_block(work: Work, block_id: BlockId, version: int) -> RemovedBlock:
    """Remove a block; its days are everybody's from then on. Raises `Stale`, `NotFound`."""
    before = availability.block(work.session, block_id)
    released = _released_of(work, block_id)
    availability.remove_block(work.session, block_id, version)
    work.record(AuditAction.REMOVED, Subject.BLOCK, block_id, **_told_of_block(before))
    return RemovedBlock(before, released)


@command(Act.ARRANGE_TIME)
def put_back_block(work: Work, removed: RemovedBlock) -> Block:
    """Undo `remove_block`: the block under a new number, and what was released of it, whoever it strands and even if over.

    Raises `BadInput` where another block has its room meanwhile.
    """
    _check_room(work, removed.block)
    new = availability.add_block(work.session, removed.block)
    for day in removed.released:
        availability.release(work.session, BlockDay(day, new.id), at=work.now, by=work.actor.user_id)
    work.record(AuditAction.CREATED, Subject.BLOCK, new.id, **_told_of_block(new))
    return new


@command(Act.ARRANGE_TIME)
def release_block_day(work: Work, block_id: BlockId, day: date) -> BlockDay:
    """Give one day of a block to everybody. Raises `BadInput` where it is no day of the block, over, or released already."""
    block = availability.block(work.session, block_id)
    today, wall = _today(work), wall_clock(work.clinic)
    if not block.occurs_on(day) or day < today:
        raise BadInput(
            _("{day} is no day of this block that is still to come. Choose another.").format(
                day=wall.day(day)
            ),
            "day",
        )
    known = Availability(released=availability.released(work.session))
    if known.is_released(block, day, today):
        raise BadInput(_("{day} is released already.").format(day=wall.day(day)), "day")
    of = BlockDay(day, block_id)
    availability.release(work.session, of, at=work.now, by=work.actor.user_id)
    work.record(AuditAction.RELEASED, Subject.BLOCK, block_id, day=day.isoformat())
    return of


@command(Act.ARRANGE_TIME)
def take_back_release(work: Work, block_id: BlockId, day: date) -> BlockDay:
    """Keep a day of a block for its surgeon after all; who was booked in it meanwhile stays, and is stranded.

    Raises `BadInput` where the day has come due by itself.
    """
    block = availability.block(work.session, block_id)
    today = _today(work)
    due = block.released_from(day)
    if due is not None and due <= today:
        raise BadInput(
            _(
                "This day releases itself {days} days before, and that time has come. Let the block release itself later,"
                " then take the day back."
            ).format(days=block.release_days),
            "day",
        )
    of = BlockDay(day, block_id)
    availability.take_back(work.session, [of])
    work.record(AuditAction.CHANGED, Subject.BLOCK, block_id, kept=day.isoformat())
    return of


# ---------------------------------------------------------------------- checks


def _checked_closure(work: Work, closure: Closure) -> Closure:
    tidy = replace(closure, reason=" ".join(closure.reason.split()))
    if tidy.resource_id is not None:
        unit = resources.read(work.session, tidy.resource_id)
        if unit.kind is ResourceKind.PATIENT:
            raise BadInput(_("Choose a unit, or the whole clinic."), "resource_id")
    rules.check_closure(tidy, work.now)
    return tidy


def _changed_closure(work: Work, closure: Closure) -> Closure:
    after = availability.change_closure(work.session, closure)
    work.record(AuditAction.CHANGED, Subject.CLOSURE, after.id, **_told_of_closure(after))
    return after


def _check_block(work: Work, block: Block) -> None:
    rules.check_block(block, _today(work))
    _check_room(work, block)


def _check_room(work: Work, block: Block) -> None:
    """Raise `BadInput` unless a surgeon gets a room that no other block has then, today or later."""
    _unit(work, block.surgeon_id, ResourceKind.SURGEON, "surgeon_id")
    room = _unit(work, block.room_id, ResourceKind.ROOM, "room_id")
    availability.hold_room(work.session, room.id)
    today = _today(work)
    for other in availability.blocks(work.session):
        if other.room_id != block.room_id or other.id == block.id:
            continue
        day = rules.shared_day(block, other, today)
        if day is not None:
            raise BadInput(_overlap(work, room, other, day), "weekday")


def _unit(work: Work, resource_id: ResourceId, kind: ResourceKind, field: str) -> Resource:
    unit = resources.read(work.session, resource_id)
    if unit.kind is not kind:
        raise BadInput(_("A block gives a room to a surgeon. Choose both."), field)
    return unit


def _overlap(work: Work, room: Resource, other: Block, day: date) -> str:
    wall = wall_clock(work.clinic)
    return _(
        "{room} is {surgeon}'s on {day} already, {start} to {end}. Choose other hours, another weekday or other weeks, or"
        " change that block first."
    ).format(
        room=room.name,
        surgeon=resources.read(work.session, other.surgeon_id).name,
        day=wall.day(day),
        start=wall.clock(other.opens),
        end=wall.clock(other.closes),
    )


def _today(work: Work) -> date:
    return work.clinic.zone.day_of(work.now)


def _released_of(work: Work, block_id: BlockId) -> tuple[date, ...]:
    return tuple(sorted(day for block, day in availability.released(work.session) if block == block_id))


def _told_of_closure(closure: Closure) -> dict[str, str | int | None]:
    return {
        "resource": closure.resource_id,
        "kind": closure.kind.value,
        "starts": _stamp(closure.span.starts),
        "ends": _stamp(closure.span.ends),
    }


def _told_of_block(block: Block) -> dict[str, str | int | None]:
    return {
        "surgeon": block.surgeon_id,
        "room": block.room_id,
        "weekday": block.weekday,
        "opens": block.opens.isoformat("minutes"),
        "closes": block.closes.isoformat("minutes"),
        "every_weeks": block.every_weeks,
        "first_on": block.first_on.isoformat(),
        "last_on": None if block.last_on is None else block.last_on.isoformat(),
        "exclusive": block.exclusive,
        "release_days": block.release_days,
    }


def _stamp(instant: datetime) -> str:
    return instant.isoformat()
