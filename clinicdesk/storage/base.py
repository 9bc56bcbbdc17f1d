"""The declarative base, column types and constraint names that every table shares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Date,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Text,
    Time,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: whole seconds since 1970 on SQLite, ``timestamptz`` on PostgreSQL. Naive values are refused."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of the dialect."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True, precision=0))
        return dialect.type_descriptor(Integer())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time reached the database")
        value = value.astimezone(UTC).replace(microsecond=0)
        return value if dialect.name == "postgresql" else int(value.timestamp())

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """From the database: one plain function, because a day's list turns some hundreds of them."""
        return _in_utc if dialect.name == "postgresql" else _from_seconds


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _from_seconds(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)


Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is a plain INTEGER."""


class Base(DeclarativeBase):
    """The base of every mapped class. Mapped objects never leave ``storage``."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        datetime: Instant(),
        date: Date(),
        time: Time(),
        str: Text(),
        bytes: LargeBinary(),
    }


Code = String(40)
"""A value of one of the domain's enums, stored as its text."""

Key = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is searched by its beginning: compared byte by byte on both databases, whatever the server's language."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of some select; the columns are known by name where it is turned into a value."""
