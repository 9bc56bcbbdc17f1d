"""The declarative base, column types and constraint names that every table shares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
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
    literal,
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


class _CodeText(TypeDecorator[str]):
    """Text of a set list, handed to the driver as plain text: of an enum's member it would look for an adapter first, which
    takes far longer than the text does."""

    impl = String
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """To the database."""
        return _plain


def _plain(value: str | None) -> str | None:
    return None if value is None else str(value)


Code = _CodeText(40)
"""A value of one of the domain's enums, stored as its text."""


def codes(*values: str) -> list[ColumnElement[str]]:
    """What ``column.in_`` takes where the values never change: a plain list is written into the statement at each run."""
    return [literal(value, Code) for value in values]


Key = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is searched by its beginning: compared byte by byte on both databases, whatever the server's language."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of some select; the columns are known by name where it is turned into a value."""
