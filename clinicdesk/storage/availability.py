"""When things are open, as stored: hours of units, closures, block time and its releases."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.availability import Availability, Block, Closure, ClosureKind, UnitHours
from clinicdesk.domain.ids import BlockId, ClosureId, ResourceId
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import BlockReleaseRow, BlockRow, ClosureRow, ResourceHoursRow


def read(session: Session, window: Span) -> Availability:
    """Everything that bears on ``window``: all hours and blocks, and what is closed within it."""
    return Availability(
        hours=hours(session),
        closures=closures(session, window),
        blocks=blocks(session),
        released=released(session),
    )


def hours(session: Session) -> dict[ResourceId, tuple[UnitHours, ...]]:
    """The hours of every unit that has its own."""
    rows = session.connection().execute(
        select(
            ResourceHoursRow.resource_id,
            ResourceHoursRow.weekday,
            ResourceHoursRow.opens,
            ResourceHoursRow.closes,
            ResourceHoursRow.first_on,
            ResourceHoursRow.last_on,
        ).order_by(ResourceHoursRow.resource_id, ResourceHoursRow.weekday, ResourceHoursRow.opens)
    )
    found: dict[ResourceId, list[UnitHours]] = {}
    for row in rows:
        own = UnitHours(row.weekday, row.opens, row.closes, row.first_on, row.last_on)
        found.setdefault(ResourceId(row.resource_id), []).append(own)
    return {unit: tuple(own) for unit, own in found.items()}


def closures(session: Session, window: Span) -> tuple[Closure, ...]:
    """What is closed at some instant of ``window``, by start."""
    rows = session.connection().execute(
        select(*_CLOSURE)
        .where(ClosureRow.ends_at > window.starts, ClosureRow.starts_at < window.ends)
        .order_by(ClosureRow.starts_at, ClosureRow.id)
    )
    return tuple(_closure(row) for row in rows)


def blocks(session: Session) -> tuple[Block, ...]:
    """Every block, by room and weekday."""
    rows = session.connection().execute(
        select(*_BLOCK).order_by(BlockRow.room_id, BlockRow.weekday, BlockRow.opens, BlockRow.id)
    )
    return tuple(_block(row) for row in rows)


def released(session: Session) -> frozenset[tuple[BlockId, date]]:
    """The days of blocks that were given to everybody."""
    rows = session.connection().execute(select(BlockReleaseRow.block_id, BlockReleaseRow.on_date))
    return frozenset((BlockId(row.block_id), row.on_date) for row in rows)


_CLOSURE = (
    ClosureRow.id,
    ClosureRow.resource_id,
    ClosureRow.kind,
    ClosureRow.reason,
    ClosureRow.starts_at,
    ClosureRow.ends_at,
    ClosureRow.version,
)

_BLOCK = (
    BlockRow.id,
    BlockRow.surgeon_id,
    BlockRow.room_id,
    BlockRow.weekday,
    BlockRow.opens,
    BlockRow.closes,
    BlockRow.every_weeks,
    BlockRow.first_on,
    BlockRow.last_on,
    BlockRow.exclusive,
    BlockRow.release_days,
    BlockRow.version,
)


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
        surgeon_id=ResourceId(row.surgeon_id),
        room_id=ResourceId(row.room_id),
        weekday=row.weekday,
        opens=row.opens,
        closes=row.closes,
        every_weeks=row.every_weeks,
        first_on=row.first_on,
        last_on=row.last_on,
        exclusive=row.exclusive,
        release_days=row.release_days,
        version=row.version,
    )
