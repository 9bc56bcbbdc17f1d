"""Closures, hours and blocks of the small clinic, for tests."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from clinicdesk.domain.availability import Block, Closure, ClosureKind
from clinicdesk.domain.ids import BlockId, ClosureId, ResourceId
from clinicdesk.domain.resources import Resource
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.storage import resources
from tests.helpers.bookings import THURSDAY
from tests.helpers.clinics import SmallClinic


def closed(
    clinic: SmallClinic, starts: datetime, ends: datetime, unit: str | None = None, **values: Any
) -> Closure:
    """A closure of the unit of that name, or of the whole clinic, as it is typed."""
    plain: dict[str, Any] = {"kind": ClosureKind.REPAIR, **values}
    resource = None if unit is None else ResourceId(clinic.units[unit])
    return Closure(id=ClosureId(0), resource_id=resource, span=Span(starts, ends), **plain)


def block(clinic: SmallClinic, surgeon: str = "Dr Lin", room: str = "Room 1", **values: Any) -> Block:
    """Thursdays from 8 to 12, every week from Thursday on, unless told otherwise."""
    plain: dict[str, Any] = {
        "weekday": 3,
        "opens": time(8),
        "closes": time(12),
        "first_on": THURSDAY,
        **values,
    }
    return Block(
        id=BlockId(0),
        surgeon_id=ResourceId(clinic.units[surgeon]),
        room_id=ResourceId(clinic.units[room]),
        **plain,
    )


def unit(clinic: SmallClinic, name: str) -> Resource:
    """The unit of that name."""
    with clinic.database.reading() as session:
        return resources.read(session, clinic.units[name])
