"""The claims of many days at once, as the integers that the slot finder works with, and whether they are still so.

Every change of the diary appends an audit event in its own transaction, and their numbers have no gaps and follow the order
of the commits. So the last number says whether anything changed since, whichever process changed it, and the events in
between say what.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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
    """What the diary was last changed by. Two reads of what is committed saw the same diary where it is the same."""

    event: int
    claim: int


Row = tuple[ResourceId, int, int, BookingId]
"""A claim: its unit, the first step it takes, the step after its last, and its booking. Steps may lie outside the grid."""


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


def claims(session: Session, grid: Grid, units: Collection[ResourceId]) -> Sequence[Row]:
    """Every claim on ``units`` that touches ``grid``. A step counts as taken from its first minute."""
    span = grid.span
    found = session.connection().execute(
        _statement(session.get_bind().dialect.name),
        {
            "units": list(units),
            "first": span.starts,
            "after": span.ends,
            "earliest": span.starts - LONGEST_CLAIM,
            "origin": int(grid.origin.timestamp()),
        },
    )
    assert found.cursor is not None
    return cast(
        "Sequence[Row]", found.cursor.fetchall()
    )  # plain tuples: a Row for each takes a quarter longer


def as_bits(rows: Iterable[Row], grid: Grid, units: Collection[ResourceId]) -> dict[ResourceId, int]:
    """The steps that each of ``units`` is held for.

    Put down in cells of a day and joined in the end: an OR of integers as long as the grid for each claim would take ten
    times as long. What a claim takes beyond its cell is carried into the next.
    """
    cells = {unit: [0] * (grid.steps // _CELL + 2 * _MARGIN) for unit in units}
    for unit, first, after, _booking in rows:
        cells[unit][first // _CELL + _MARGIN] |= _ONES[after - first] << (first % _CELL)
    whole, margin = grid.whole, _MARGIN * _CELL
    return {unit: (_joined(own) >> margin) & whole for unit, own in cells.items()}


_CELL = 288
"""Steps of a cell: a whole number of bytes."""
_MARGIN = LONGEST_CLAIM // STEP // _CELL + 2
"""Cells before and behind the grid: claims reach so far beyond it at most, and need not be cut."""
_ONES = [(1 << length) - 1 for length in range(LONGEST_CLAIM // STEP + 2)]


def _joined(cells: Iterable[int]) -> int:
    parts, carry = [], 0
    for cell in cells:
        cell |= carry
        carry = cell >> _CELL
        parts.append((cell & _ONES[_CELL]).to_bytes(_CELL // 8, "little"))
    return int.from_bytes(b"".join(parts), "little")


def units_of(session: Session, bookings: Collection[BookingId]) -> frozenset[ResourceId]:
    """The units that any of ``bookings`` holds now."""
    rows = session.connection().execute(
        select(_CLAIM.c.resource_id).where(_CLAIM.c.booking_id.in_(list(bookings))).distinct()
    )
    return frozenset(ResourceId(row.resource_id) for row in rows)


def _statement(dialect: str) -> Select[Any]:
    """Built once a dialect: to build it anew takes as long as to run it."""
    if dialect not in _STATEMENTS:
        starts = _seconds(_CLAIM.c.starts_at, dialect) - bindparam("origin", type_=BigInteger)
        ends = _seconds(_CLAIM.c.ends_at, dialect) - bindparam("origin", type_=BigInteger)
        _STATEMENTS[dialect] = select(
            _CLAIM.c.resource_id, _floored(starts), _floored(ends + _SECONDS - 1), _CLAIM.c.booking_id
        ).where(
            _CLAIM.c.resource_id.in_(bindparam("units", expanding=True)),
            _CLAIM.c.starts_at < bindparam("after", type_=Instant()),
            _CLAIM.c.starts_at > bindparam("earliest", type_=Instant()),
            _CLAIM.c.ends_at > bindparam("first", type_=Instant()),
        )
    return _STATEMENTS[dialect]


_STATEMENTS: dict[str, Select[Any]] = {}
_BEFORE = LONGEST_CLAIM // STEP
"""How many steps a claim may begin before its grid. Databases cut a quotient towards zero, which is no floor below it."""


def _floored(seconds: ColumnElement[int]) -> ColumnElement[int]:
    return (seconds + _BEFORE * _SECONDS) // _SECONDS - _BEFORE


def _seconds(column: ColumnElement[datetime], dialect: str) -> ColumnElement[int]:
    """Whole seconds, without a ``datetime`` made for each of many thousands of rows."""
    if dialect == "postgresql":
        return sql_cast(func.extract("epoch", column), BigInteger)
    return type_coerce(column, BigInteger)
