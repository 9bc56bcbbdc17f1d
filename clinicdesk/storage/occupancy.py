"""The claims of many days at once, as the integers that the slot finder works with, and whether they are still so.

Every change of the diary appends an audit event in its own transaction, and their numbers have no gaps and follow the order
of the commits. So the last number says whether anything changed since, whichever process changed it, and the events in
between say what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    bindparam,
    func,
    select,
    type_coerce,
)
from sqlalchemy import (
    cast as sql_cast,
)
from sqlalchemy.orm import Session

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.scheduling.bits import STEP, Grid
from clinicdesk.domain.scheduling.occupancy import LONGEST_CLAIM
from clinicdesk.storage.base import Instant
from clinicdesk.storage.tables import AuditEventRow, Claim

_CLAIM = cast("Table", Claim.__table__)
_SECONDS = int(STEP.total_seconds())


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the diary was last changed by. Two reads with the same stamp saw the same diary."""

    event: int
    claim: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The claims on some units over a grid, and which units each booking holds of them."""

    bits: Mapping[ResourceId, int]
    held_by: Mapping[BookingId, frozenset[ResourceId]]


_STAMP = select(
    select(func.max(AuditEventRow.number)).scalar_subquery(), select(func.max(Claim.id)).scalar_subquery()
)

_SINCE = (
    select(AuditEventRow.subject, AuditEventRow.subject_id)
    .where(AuditEventRow.number > bindparam("event"), AuditEventRow.action != AuditAction.READ)
    .distinct()
)


def stamp(session: Session) -> Stamp:
    """Where the diary stands now. A claim that came past the services shows in its number."""
    event, claim = session.connection().execute(_STAMP).one()
    return Stamp(event or 0, claim or 0)


def changed_since(session: Session, before: Stamp) -> tuple[tuple[Subject, int], ...]:
    """What was changed after ``before``, each once."""
    rows = session.connection().execute(_SINCE, {"event": before.event})
    return tuple((Subject(row.subject), row.subject_id) for row in rows)


def taken(
    session: Session, grid: Grid, units: Collection[ResourceId], *, but: BookingId | None = None
) -> Taken:
    """The claims on ``units`` over ``grid``, without those of one booking. A step counts as taken from its first minute."""
    rows = claim_rows(session, grid, units)
    if but is not None:
        rows = [row for row in rows if row[3] != but]
    return _as_bits(rows, grid, units)


def claim_rows(session: Session, grid: Grid, units: Collection[ResourceId]) -> list[Any]:
    """Resource, start and end in seconds since 1970, and booking, of every claim on ``units`` that touches ``grid``."""
    span = grid.span
    found = session.connection().execute(
        _rows(session.get_bind().dialect.name),
        {
            "units": list(units),
            "first": span.starts,
            "after": span.ends,
            "earliest": span.starts - LONGEST_CLAIM,
        },
    )
    return cast("list[Any]", found.all())


def units_of(session: Session, bookings: Collection[BookingId]) -> frozenset[ResourceId]:
    """The units that any of ``bookings`` holds now."""
    rows = session.connection().execute(
        select(_CLAIM.c.resource_id).where(_CLAIM.c.booking_id.in_(list(bookings))).distinct()
    )
    return frozenset(ResourceId(row.resource_id) for row in rows)


def _rows(dialect: str) -> Select[Any]:
    if dialect not in _STATEMENTS:
        _STATEMENTS[dialect] = select(
            _CLAIM.c.resource_id,
            _seconds(_CLAIM.c.starts_at, dialect),
            _seconds(_CLAIM.c.ends_at, dialect),
            _CLAIM.c.booking_id,
        ).where(
            _CLAIM.c.resource_id.in_(bindparam("units", expanding=True)),
            _CLAIM.c.starts_at < bindparam("after", type_=Instant()),
            _CLAIM.c.starts_at > bindparam("earliest", type_=Instant()),
            _CLAIM.c.ends_at > bindparam("first", type_=Instant()),
        )
    return _STATEMENTS[dialect]


_STATEMENTS: dict[str, Select[Any]] = {}


def _seconds(column: ColumnElement[datetime], dialect: str) -> ColumnElement[int]:
    """Whole seconds, without a ``datetime`` made for each of many thousands of rows."""
    if dialect == "postgresql":
        return sql_cast(func.extract("epoch", column), BigInteger)
    return type_coerce(column, BigInteger)


def _as_bits(rows: Iterable[Any], grid: Grid, units: Collection[ResourceId]) -> Taken:
    """One byte a step while the claims are put down, one bit a step in the end: quicker than an OR of long integers each."""
    origin, steps = int(grid.origin.timestamp()), grid.steps
    lines: dict[ResourceId, bytearray] = {unit: bytearray(b"0" * steps) for unit in units}
    held_by: dict[BookingId, set[ResourceId]] = defaultdict(set)
    for unit, starts, ends, booking in rows:
        first = max(0, (starts - origin) // _SECONDS)
        after = min(steps, -((origin - ends) // _SECONDS))
        if first < after:
            lines[unit][steps - after : steps - first] = b"1" * (after - first)
        held_by[booking].add(unit)
    return Taken(
        {unit: int(line, 2) for unit, line in lines.items()},
        {booking: frozenset(held) for booking, held in held_by.items()},
    )
