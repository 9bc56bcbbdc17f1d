"""What happened, as rows for the clinic's figures: one statement for the cases, one for since when units are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Interval,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.numbers import PastCase
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import BookingRow, BookingUnit

_NOT_PLANNED = (BookingState.REQUESTED, BookingState.WAITLIST, BookingState.CANCELLED)
_CAME = tuple(state for state in BookingState if state is BookingState.ARRIVED or state.has_begun)
_STATES = {state.value: state for state in BookingState}

_room, _surgeon = aliased(BookingUnit), aliased(BookingUnit)

_CASES = (
    select(
        BookingRow.patient_id,
        BookingRow.state,
        BookingRow.starts_at,
        BookingRow.setup_minutes,
        BookingRow.turnover_minutes,
        BookingRow.created_at,
        BookingRow.in_room_at,
        BookingRow.started_at,
        # A visit has no recovery, and who was in the room when the program was not yet told has an end alone.
        func.coalesce(BookingRow.recovery_at, BookingRow.ended_at, type_=BookingRow.ended_at.type).label(
            "out_at"
        ),
        _room.resource_id.label("room_id"),
        _surgeon.resource_id.label("surgeon_id"),
    )
    .outerjoin(_room, and_(_room.booking_id == BookingRow.id, _room.kind == ResourceKind.ROOM))
    .outerjoin(_surgeon, and_(_surgeon.booking_id == BookingRow.id, _surgeon.kind == ResourceKind.SURGEON))
    .order_by(BookingRow.starts_at, BookingRow.id)
)


def cases(
    session: Session, first: datetime, after: datetime, day_of: Callable[[datetime], date]
) -> tuple[PastCase, ...]:
    """Everything planned between two instants, half-open, that was not called off; by planned start.

    ``day_of`` tells the clinic's calendar day of an instant.
    """
    rows: Iterable[AnyRow] = session.connection().execute(
        _CASES.where(
            BookingRow.starts_at >= first, BookingRow.starts_at < after, BookingRow.state.not_in(_NOT_PLANNED)
        )
    )
    return tuple(
        PastCase(
            patient_id=PatientId(patient),
            state=_STATES[state],
            starts=starts,
            day=day_of(starts),
            setup_minutes=setup,
            turnover_minutes=turnover,
            created=created,
            room_id=room,
            surgeon_id=surgeon,
            in_room=in_room,
            started=started,
            out=out,
        )
        for patient, state, starts, setup, turnover, created, in_room, started, out, room, surgeon in rows
    )


def used_between(session: Session, before: datetime) -> Mapping[ResourceId, tuple[datetime, datetime]]:
    """The planned starts of each room's and each surgeon's first and last case that began before an instant."""
    rows: Iterable[AnyRow] = session.connection().execute(
        select(
            BookingUnit.resource_id,
            func.min(BookingRow.starts_at, type_=BookingRow.starts_at.type),
            func.max(BookingRow.starts_at, type_=BookingRow.starts_at.type),
        )
        .join(BookingRow, BookingRow.id == BookingUnit.booking_id)
        .where(
            BookingUnit.kind.in_((ResourceKind.ROOM, ResourceKind.SURGEON)),
            BookingRow.starts_at < before,
            BookingRow.in_room_at.is_not(None),
        )
        .group_by(BookingUnit.resource_id)
    )
    return {ResourceId(unit): (first, last) for unit, first, last in rows}


def no_shows(session: Session, before: datetime) -> tuple[tuple[PatientId, datetime], ...]:
    """Who ever missed what planned start before an instant, in order."""
    rows: Iterable[AnyRow] = session.connection().execute(
        select(BookingRow.patient_id, BookingRow.starts_at)
        .where(BookingRow.state == BookingState.NO_SHOW, BookingRow.starts_at < before)
        .order_by(BookingRow.starts_at)
    )
    return tuple((PatientId(patient), starts) for patient, starts in rows)


def came_or_not(
    session: Session, first: datetime, after: datetime, long_wait: timedelta
) -> Mapping[tuple[bool, bool, bool], int]:
    """How many cases between two instants are of each sort: the patient missed an earlier one, waited longer, missed this.

    Those of which it was never noted whether the patient came are left out, as `PastCase.came` tells.
    """
    counted = _counted(session.get_bind().dialect.name, long_wait)
    rows: Iterable[AnyRow] = session.connection().execute(counted, {"first": first, "after": after})
    return {(bool(one), bool(two), bool(three)): count for one, two, three, count in rows}


@cache
def _counted(dialect: str, long_wait: timedelta) -> Select[*tuple[Any, ...]]:
    """Built once: the list of who is to be called asks it each minute."""
    missed = BookingRow.state == BookingState.NO_SHOW
    first, after = (bindparam(name, type_=BookingRow.starts_at.type) for name in ("first", "after"))
    earliest = (
        select(
            BookingRow.patient_id,
            func.min(BookingRow.starts_at, type_=BookingRow.starts_at.type).label("starts_at"),
        )
        .where(missed, BookingRow.starts_at < after)
        .group_by(BookingRow.patient_id)
        .subquery()
    )
    before = func.coalesce(earliest.c.starts_at < BookingRow.starts_at, False)
    sorts = (before.label("before"), _waited_longer(dialect, long_wait).label("long"), missed.label("missed"))
    return (
        select(*sorts, func.count())
        .select_from(BookingRow)
        .outerjoin(earliest, earliest.c.patient_id == BookingRow.patient_id)
        .where(
            BookingRow.starts_at >= first,
            BookingRow.starts_at < after,
            or_(missed, BookingRow.state.in_(_CAME)),
        )
        .group_by(*sorts)
    )


def _waited_longer(dialect: str, wait: timedelta) -> ColumnElement[bool]:
    """Whether more than ``wait`` lies between booking and case; an instant is a number of seconds on SQLite."""
    if dialect == "postgresql":
        return BookingRow.starts_at - BookingRow.created_at > literal(wait, Interval())
    starts, created = (
        type_coerce(column, BigInteger) for column in (BookingRow.starts_at, BookingRow.created_at)
    )
    return starts - created > int(wait.total_seconds())
