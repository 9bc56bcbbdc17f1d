"""Many rows at once, with ids of the caller's choosing: how an empty clinic is filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from clinicdesk.storage.base import Base

Rows = Mapping[type[Base], Sequence[Mapping[str, Any]]]

_PORTION = 2_000


def insert_rows(session: Session, rows: Rows) -> None:
    """Insert ``rows`` table by table, in the order given. Rows of one table all name the same columns."""
    for table, values in rows.items():
        for start in range(0, len(values), _PORTION):
            # Past the ORM, which would split the rows by which of their values are absent, thousands of times.
            session.connection().execute(insert(table), values[start : start + _PORTION])


def next_id(session: Session, table: type[Base]) -> int:
    """The number after the highest one taken."""
    key = next(iter(table.__table__.primary_key))
    return int(session.execute(select(func.coalesce(func.max(key), 0))).scalar_one()) + 1


def catch_up(session: Session, tables: Sequence[type[Base]]) -> None:
    """Let PostgreSQL go on numbering after the rows whose ids were given; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), :last)"),
            {"last": max(1, next_id(session, table) - 1)},
        )
