"""How long cases really took, as stored: one statement, for one surgeon or for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.storage.tables import BookingRow, BookingUnit


class ActualLength(NamedTuple):
    """One case that ended: whose, at how many levels (1 where it has none), and its minutes."""

    surgeon_id: ResourceId
    level_count: int
    minutes: float


_level_count = (
    1 + func.length(BookingRow.levels) - func.length(func.replace(BookingRow.levels, ",", ""))
).label("level_count")

_began = func.coalesce(BookingRow.started_at, BookingRow.in_room_at, type_=BookingRow.started_at.type).label(
    "began"
)


def of_procedure(
    session: Session,
    procedure_id: int,
    *,
    since: datetime,
    surgeon_id: ResourceId | None = None,
    level_count: int | None = None,
) -> Sequence[ActualLength]:
    """The actual lengths of one procedure's cases planned from ``since`` on, the latest first.

    From the start that was noted, else from when the patient came into the room, to the end. Nothing is left out as
    implausible here.
    """
    wanted = (
        select(BookingUnit.resource_id, _level_count, _began, BookingRow.ended_at)
        .join(BookingUnit, BookingUnit.booking_id == BookingRow.id)
        .where(
            BookingRow.procedure_id == procedure_id,
            BookingRow.starts_at >= since,
            BookingRow.ended_at.is_not(None),
            BookingRow.in_room_at.is_not(None),
            BookingUnit.kind == ResourceKind.SURGEON,
        )
        .order_by(BookingRow.starts_at.desc(), BookingRow.id.desc())
    )
    if surgeon_id is not None:
        wanted = wanted.where(BookingUnit.resource_id == surgeon_id)
    if level_count is not None:
        wanted = wanted.where(_level_count == level_count)
    return [
        ActualLength(ResourceId(unit), count, (ended - began).total_seconds() / 60)
        for unit, count, began, ended in session.connection().execute(wanted)
    ]
