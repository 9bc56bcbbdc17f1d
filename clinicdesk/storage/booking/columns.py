"""How a booking lies in its row: the values' own fields name the columns, so that a new field is named once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, cast

from sqlalchemy import Table

from clinicdesk.domain.booking import ActualTimes, Booking, BookingDraft, BookingState, Setting, Side
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import BookingRow, CatalogueEntry

TABLE = cast("Table", BookingRow.__table__)

_TIMES = tuple(each.name for each in fields(ActualTimes))
_READ: Mapping[str, Callable[[Any], Any]] = {
    "patient_id": PatientId,
    "side": lambda side: None if side is None else Side(side),
    "setting": Setting,
}
"""The columns whose value has a type of its own."""

_PLAIN = tuple(
    each.name
    for each in fields(BookingDraft)
    if each.name in TABLE.c and each.name != "levels" and each.name not in _READ
)
_NOT_READ = frozenset({"procedure_id", "created_at", "created_by"})

COLUMNS = (
    CatalogueEntry.key.label("procedure_key"),
    *(column for column in TABLE.c if column.name not in _NOT_READ),
)
"""What `booking_from` reads, of a row joined with its procedure."""


def columns_of(draft: BookingDraft) -> Mapping[str, Any]:
    """The columns of what was typed about a booking, but for its procedure."""
    return {
        **{name: getattr(draft, name) for name in (*_READ, *_PLAIN)},
        "levels": ",".join(draft.levels),
        "starts_at": draft.starts,
        "ends_at": draft.ends,
    }


def times_of(actual: ActualTimes) -> Mapping[str, Any]:
    """The columns of what really happened when."""
    return {f"{name}_at": getattr(actual, name) for name in _TIMES}


def booking_from(row: AnyRow, units: tuple[tuple[ResourceKind, ResourceId], ...]) -> Booking:
    """The booking that lies in a row of `COLUMNS`."""
    return Booking(
        id=BookingId(row.id),
        draft=BookingDraft(
            procedure_key=row.procedure_key,
            levels=tuple(row.levels.split(",")) if row.levels else (),
            starts=row.starts_at,
            units=units,
            **{name: read(getattr(row, name)) for name, read in _READ.items()},
            **{name: getattr(row, name) for name in _PLAIN},
        ),
        state=BookingState(row.state),
        ends=row.ends_at,
        actual=ActualTimes(**{name: getattr(row, f"{name}_at") for name in _TIMES}),
        cancel_reason=row.cancel_reason,
        version=row.version,
    )
