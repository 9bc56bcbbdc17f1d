"""The sweep that runs once a minute, whoever is signed in: it acts as the program itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.availability import Availability, BlockDay
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.drafts import KEPT_FOR
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.recovery import RecoveryCounts
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.services.passwords import system_user
from clinicdesk.services.work import Work, command, query
from clinicdesk.storage import availability, drafts, resources, upkeep


@dataclass(frozen=True, slots=True)
class ReleasedTime:
    """A day of a block whose time had come, with the names of its room and of the surgeon whose it was."""

    of: BlockDay
    room: str
    surgeon: str


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found."""

    counts: RecoveryCounts
    """What is due and flagged by now: it grows with the clock alone, without anyone writing."""
    written_back: bool
    """Whether the file holds everything, and the log beside it nothing."""
    released: tuple[ReleasedTime, ...] = ()
    """The block time this sweep gave to everybody."""


def system_desk(desk: Desk) -> Desk:
    """The same clinic with the program itself acting; it holds no passwords."""
    with desk.database.reading() as session:
        system = system_user(session)
    return replace(desk.acting(system.actor), passwords=None)


def sweep(desk: Desk) -> Swept:
    """Look what has come due, write down which block time was released, drop old drafts, bring the log into the file.

    Raises `NotAllowed` for a person.
    """
    counts = _due(desk)
    coming_due = _due_releases(desk)
    released = _release(desk, coming_due).value if coming_due else ()  # most sweeps write nothing at all
    if _old_drafts(desk):
        _drop_old_drafts(desk)
    return Swept(counts, upkeep.write_back(desk.database), released)


@query(Act.KEEP_HOUSE)
def _due(work: Work) -> RecoveryCounts:
    return recovery.count(work)


@query(Act.KEEP_HOUSE)
def _due_releases(work: Work) -> tuple[BlockDay, ...]:
    known = Availability(
        blocks=availability.blocks(work.session), released=availability.released(work.session)
    )
    return known.due_releases(work.clinic.zone.day_of(work.now))


@query(Act.KEEP_HOUSE)
def _old_drafts(work: Work) -> bool:
    return drafts.any_to_sweep(work.session, work.now - KEPT_FOR)


@command(Act.KEEP_HOUSE)
def _drop_old_drafts(work: Work) -> None:
    """Drop what nobody came back to, and what belongs to those who left; no event, as keeping it was none."""
    drafts.sweep(work.session, work.now - KEPT_FOR)


@command(Act.KEEP_HOUSE)
def _release(work: Work, days: Sequence[BlockDay]) -> tuple[ReleasedTime, ...]:
    """Write down those of ``days`` that nobody else wrote down meanwhile."""
    blocks = {block.id: block for block in availability.blocks(work.session)}
    names = {unit.id: unit.name for unit in resources.of_kinds(work.session, inactive=True)}
    written = []
    for of in days:
        block = blocks.get(of.block_id)
        if block is None or not availability.release(work.session, of, at=work.now, by=work.actor.user_id):
            continue
        work.record(AuditAction.RELEASED, Subject.BLOCK, of.block_id, day=of.day.isoformat())
        written.append(ReleasedTime(of, names.get(block.room_id, ""), names.get(block.surgeon_id, "")))
    return tuple(written)
