"""Writing bookings: row, units, history and claims.

Only `clinicdesk.services.booking.writing` imports this, so that no booking is stored without all that belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert
from sqlalchemy.orm import Session

from clinicdesk.domain.booking import Booking, BookingDraft, BookingState
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.ids import BookingId, UserId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.occupancy import LONGEST_CLAIM
from clinicdesk.storage import catalogue
from clinicdesk.storage.booking.columns import TABLE, columns_of, times_of
from clinicdesk.storage.tables import BookingEventRow, BookingRow, BookingUnit, Claim
from clinicdesk.storage.versions import update_versioned

# Statements that every booking runs are built once: to build one anew takes longer than to run it.
_UNIT = cast("Table", BookingUnit.__table__)
_EVENT = cast("Table", BookingEventRow.__table__)
_CLAIM = cast("Table", Claim.__table__)

_ADD = insert(TABLE).returning(TABLE.c.id)
_ADD_UNIT = insert(_UNIT)
_ADD_EVENT = insert(_EVENT)
_ADD_CLAIM = insert(_CLAIM)
_DROP_UNITS = delete(_UNIT).where(_UNIT.c.booking_id == bindparam("booking"))
_DROP_CLAIMS = delete(_CLAIM).where(_CLAIM.c.booking_id == bindparam("booking"))


@dataclass(frozen=True, slots=True)
class Step:
    """One step to write into a booking's history; ``at`` is when it became true."""

    at: datetime
    by: UserId
    from_state: BookingState | None
    to_state: BookingState
    from_starts: datetime | None = None
    to_starts: datetime | None = None
    note: str = ""


def add(
    session: Session, draft: BookingDraft, state: BookingState, procedure_id: int, *, at: datetime, by: UserId
) -> Booking:
    """Store the row and the units of a new booking."""
    row = {
        **columns_of(draft),
        "procedure_id": procedure_id,
        "state": state,
        "cancel_reason": "",
        "created_at": at,
        "created_by": by,
        "version": 1,
    }
    booking_id = BookingId(session.execute(_ADD, row).scalar_one())
    _add_units(session, booking_id, draft)
    return Booking(id=booking_id, draft=draft, state=state, ends=draft.ends)


def rewrite(session: Session, before: Booking, after: Booking) -> None:
    """Store the row and the units of ``after`` in place of ``before``, one version on. Raises `Stale`."""
    values = {
        **columns_of(after.draft),
        **times_of(after.actual),
        "state": after.state,
        "cancel_reason": after.cancel_reason,
    }
    key = after.draft.procedure_key
    if key != before.draft.procedure_key:
        values["procedure_id"] = catalogue.id_of(session, EntryKind.PROCEDURE, key)
    update_versioned(session, BookingRow, Subject.BOOKING, before.id, before.version, **values)
    if after.draft.units != before.draft.units:
        session.execute(_DROP_UNITS, {"booking": before.id})
        _add_units(session, before.id, after.draft)


def add_step(session: Session, booking_id: BookingId, step: Step) -> None:
    """Append to a booking's history."""
    row = {
        "booking_id": booking_id,
        "at": step.at,
        "user_id": step.by,
        "from_state": step.from_state,
        "to_state": step.to_state,
        "from_starts": step.from_starts,
        "to_starts": step.to_starts,
        "note": step.note,
    }
    session.execute(_ADD_EVENT, row)


def claim(session: Session, booking_id: BookingId, claims: Iterable[Claimed]) -> None:
    """Claim for a booking, in the order of the resources: two writers that lock in one order never deadlock.

    The database refuses an overlap (`clinicdesk.storage.faults.ClashStored`).
    """
    ordered = sorted(claims)
    if any(each.span.length > LONGEST_CLAIM for each in ordered):
        raise ValueError("a claim is longer than `claims.held` looks back")
    # One by one: a refusal in the middle of a batch leaves psycopg's pipeline complaining.
    for each in ordered:
        row = {
            "resource_id": each.resource_id,
            "booking_id": booking_id,
            "starts_at": each.span.starts,
            "ends_at": each.span.ends,
        }
        session.execute(_ADD_CLAIM, row)


def give_back(session: Session, booking_id: BookingId) -> None:
    """Delete all claims of a booking."""
    session.execute(_DROP_CLAIMS, {"booking": booking_id})


def _add_units(session: Session, booking_id: BookingId, draft: BookingDraft) -> None:
    rows = [
        {"booking_id": booking_id, "kind": kind, "resource_id": unit}
        for kind, unit in draft.units
        if kind is not ResourceKind.PATIENT
    ]
    if rows:
        session.execute(_ADD_UNIT, rows)
