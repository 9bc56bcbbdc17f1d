"""When things are open, as stored: hours of units, closures, block time and its releases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Date, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clinicdesk.domain.availability import (
    Availability,
    Block,
    BlockDay,
    Closure,
    ClosureKind,
    Release,
    UnitHours,
)
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BlockId, ClosureId, ResourceId, UserId
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.users import Role
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage.base import AnyRow, Base, Instant
from clinicdesk.storage.tables import (
    BlockReleaseRow,
    BlockRow,
    ClosureRow,
    ResourceHoursRow,
    ResourceRow,
    UserRow,
)
from clinicdesk.storage.versions import stale, update_versioned

_A_DAY = timedelta(days=1)
"""In no zone is a day of the calendar farther from the same day in UTC."""


_CLOSURE = (
    ClosureRow.id,
    ClosureRow.resource_id,
    ClosureRow.kind,
    ClosureRow.reason,
    ClosureRow.starts_at,
    ClosureRow.ends_at,
    ClosureRow.version,
)

_SAID = tuple(each.name for each in fields(Block) if each.name not in {"id", "version"})
"""What a block says: its fields are the columns."""

_BLOCK = tuple(getattr(BlockRow, name) for name in ("id", *_SAID, "version"))

# Every booking asks these: to build a statement anew takes longer than to run it.
_HOURS = select(
    ResourceHoursRow.resource_id,
    ResourceHoursRow.weekday,
    ResourceHoursRow.opens,
    ResourceHoursRow.closes,
    ResourceHoursRow.first_on,
    ResourceHoursRow.last_on,
).order_by(ResourceHoursRow.resource_id, ResourceHoursRow.weekday, ResourceHoursRow.opens)
_CLOSURES = (
    select(*_CLOSURE)
    .where(
        ClosureRow.ends_at > bindparam("first", type_=Instant()),
        ClosureRow.starts_at < bindparam("after", type_=Instant()),
    )
    .order_by(ClosureRow.starts_at, ClosureRow.id)
)
_BLOCKS = select(*_BLOCK).order_by(BlockRow.room_id, BlockRow.weekday, BlockRow.opens, BlockRow.id)
_RELEASED = select(BlockReleaseRow.block_id, BlockReleaseRow.on_date).where(
    BlockReleaseRow.on_date >= bindparam("since", type_=Date())
)


def read(session: Session, window: Span) -> Availability:
    """Everything that bears on ``window``: all hours and blocks, and what is closed within it."""
    return Availability(
        hours=hours(session),
        closures=closures(session, window),
        blocks=blocks(session),
        released=released(session, (window.starts - _A_DAY).date()),
    )


def hours(session: Session) -> dict[ResourceId, tuple[UnitHours, ...]]:
    """The hours of every unit that has its own."""
    rows = session.connection().execute(_HOURS)
    found: dict[ResourceId, list[UnitHours]] = {}
    for row in rows:
        own = UnitHours(row.weekday, row.opens, row.closes, row.first_on, row.last_on)
        found.setdefault(ResourceId(row.resource_id), []).append(own)
    return {unit: tuple(own) for unit, own in found.items()}


def closures(session: Session, window: Span) -> tuple[Closure, ...]:
    """What is closed at some instant of ``window``, by start."""
    rows = session.connection().execute(_CLOSURES, {"first": window.starts, "after": window.ends})
    return tuple(_closure(row) for row in rows)


def blocks(session: Session) -> tuple[Block, ...]:
    """Every block, by room and weekday."""
    rows = session.connection().execute(_BLOCKS)
    return tuple(_block(row) for row in rows)


def released(session: Session, since: date = date.min) -> frozenset[tuple[BlockId, date]]:
    """The days of blocks, from ``since`` on, that were given to everybody."""
    rows = session.connection().execute(_RELEASED, {"since": since})
    return frozenset((BlockId(row.block_id), row.on_date) for row in rows)


def closure(session: Session, closure_id: ClosureId) -> Closure:
    """One closure. Raises `NotFound`."""
    row = session.execute(select(*_CLOSURE).where(ClosureRow.id == closure_id)).first()
    if row is None:
        raise NotFound(_("This closure does not exist any more."))
    return _closure(row)


def block(session: Session, block_id: BlockId) -> Block:
    """One block. Raises `NotFound`."""
    row = session.execute(select(*_BLOCK).where(BlockRow.id == block_id)).first()
    if row is None:
        raise NotFound(_("This block does not exist any more."))
    return _block(row)


def releases(session: Session, since: date) -> tuple[Release, ...]:
    """What was released of the days from ``since`` on, by day, with who did it."""
    rows = session.connection().execute(
        select(
            BlockReleaseRow.block_id,
            BlockReleaseRow.on_date,
            BlockReleaseRow.released_at,
            UserRow.full_name,
            UserRow.role,
        )
        .join(UserRow, UserRow.id == BlockReleaseRow.released_by)
        .where(BlockReleaseRow.on_date >= since)
        .order_by(BlockReleaseRow.on_date, BlockReleaseRow.block_id)
    )
    return tuple(
        Release(
            BlockDay(row.on_date, BlockId(row.block_id)),
            row.released_at,
            None if row.role == Role.SYSTEM else row.full_name,
        )
        for row in rows
    )


# ---------------------------------------------------------------------- writing


def set_hours(session: Session, resource_id: ResourceId, version: int, hours: Sequence[UnitHours]) -> None:
    """Replace all hours of a unit; ``version`` is the unit's as it was read, and is counted up. Raises `Stale`."""
    update_versioned(session, ResourceRow, Subject.RESOURCE, resource_id, version)
    session.execute(delete(ResourceHoursRow).where(ResourceHoursRow.resource_id == resource_id))
    for each in hours:
        session.execute(
            insert(ResourceHoursRow).values(
                resource_id=resource_id,
                weekday=each.weekday,
                opens=each.opens,
                closes=each.closes,
                first_on=each.first_on,
                last_on=each.last_on,
            )
        )


def add_closure(session: Session, closure: Closure, *, at: datetime, by: UserId) -> Closure:
    """Store a new closure; its id is given here."""
    new = session.execute(
        insert(ClosureRow)
        .values(**_of_closure(closure), created_at=at, created_by=by, version=1)
        .returning(ClosureRow.id)
    ).scalar_one()
    return replace(closure, id=ClosureId(new), version=1)


def change_closure(session: Session, closure: Closure) -> Closure:
    """Replace what a closure says; ``closure.version`` is the one that was read. Raises `Stale`, `NotFound`."""
    update_versioned(
        session, ClosureRow, Subject.CLOSURE, closure.id, closure.version, **_of_closure(closure)
    )
    return replace(closure, version=closure.version + 1)


def remove_closure(session: Session, closure_id: ClosureId, version: int) -> None:
    """Remove a closure as it was read at ``version``. Raises `Stale`, `NotFound`."""
    _remove(session, ClosureRow, Subject.CLOSURE, closure_id, version)


def hold_room(session: Session, room_id: ResourceId) -> None:
    """Let nobody else give block time in this room until the transaction ends: two that overlap would both be checked alone.

    SQLite lets only one write at a time anyway.
    """
    session.execute(select(ResourceRow.id).where(ResourceRow.id == room_id).with_for_update())


def add_block(session: Session, block: Block) -> Block:
    """Store a new block; its id is given here."""
    new = session.execute(
        insert(BlockRow).values(**_of_block(block), version=1).returning(BlockRow.id)
    ).scalar_one()
    return replace(block, id=BlockId(new), version=1)


def change_block(session: Session, block: Block) -> Block:
    """Replace what a block says; ``block.version`` is the one that was read. Raises `Stale`, `NotFound`."""
    update_versioned(session, BlockRow, Subject.BLOCK, block.id, block.version, **_of_block(block))
    return replace(block, version=block.version + 1)


def remove_block(session: Session, block_id: BlockId, version: int) -> None:
    """Remove a block and what was released of it. Raises `Stale`, `NotFound`."""
    session.execute(delete(BlockReleaseRow).where(BlockReleaseRow.block_id == block_id))
    _remove(session, BlockRow, Subject.BLOCK, block_id, version)


def release(session: Session, day: BlockDay, *, at: datetime, by: UserId) -> bool:
    """Write down that one day of a block is everybody's; False where that was written already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    # Two desks sweep at once: the second one finds what the first wrote.
    written = session.execute(
        dialect.insert(BlockReleaseRow)
        .values(block_id=day.block_id, on_date=day.day, released_at=at, released_by=by)
        .on_conflict_do_nothing(index_elements=["block_id", "on_date"])
        .returning(BlockReleaseRow.block_id)
    ).first()
    return written is not None


def take_back(session: Session, days: Iterable[BlockDay]) -> None:
    """Forget that these days were released."""
    for day in days:
        session.execute(
            delete(BlockReleaseRow).where(
                BlockReleaseRow.block_id == day.block_id, BlockReleaseRow.on_date == day.day
            )
        )


def _remove(session: Session, table: type[Base], subject: Subject, row_id: int, version: int) -> None:
    columns = table.__table__.c
    result = session.execute(delete(table).where(columns.id == row_id, columns.version == version))
    assert isinstance(result, CursorResult)
    if result.rowcount:
        return
    if session.execute(select(columns.id).where(columns.id == row_id)).first() is None:
        raise NotFound(_("This does not exist any more. Nothing was saved."))
    raise stale(session, subject, row_id)


def _closure(row: AnyRow) -> Closure:
    return Closure(
        id=ClosureId(row.id),
        resource_id=None if row.resource_id is None else ResourceId(row.resource_id),
        kind=ClosureKind(row.kind),
        reason=row.reason,
        span=Span(row.starts_at, row.ends_at),
        version=row.version,
    )


def _block(row: AnyRow) -> Block:
    return Block(
        id=BlockId(row.id),
        **{name: getattr(row, name) for name in _SAID},
        version=row.version,
    )


def _of_closure(closure: Closure) -> dict[str, Any]:
    return {
        "resource_id": closure.resource_id,
        "kind": closure.kind,
        "reason": closure.reason,
        "starts_at": closure.span.starts,
        "ends_at": closure.span.ends,
    }


def _of_block(block: Block) -> dict[str, Any]:
    return {name: getattr(block, name) for name in _SAID}
