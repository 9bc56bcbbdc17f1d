"""What was checked and written before a patient left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Label, bindparam, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.catalogue import WoundClosure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.discharge import DischargeDetails, DischargeRecord, Outcome, Signature, aldrete, padss
from clinicdesk.domain.ids import BookingId, UserId
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import BraceOrderRow, DischargeRow, UserRow
from clinicdesk.storage.versions import stale, update_versioned

_WAITING = tuple(status for status in BraceStatus if status.is_waiting)


def read(session: Session, booking_id: BookingId) -> DischargeRecord:
    """The record of a booking; an empty one of version 0 where nothing was written yet."""
    return read_many(session, [booking_id]).get(booking_id) or DischargeRecord(booking_id=booking_id)


def read_many(session: Session, bookings: Sequence[BookingId]) -> dict[BookingId, DischargeRecord]:
    """The records of those bookings for which something was written."""
    rows = session.connection().execute(_READ, {"bookings": bookings}).all()
    return {BookingId(row.booking_id): _record(row) for row in rows}


def _name_of(person: InstrumentedAttribute[int | None]) -> Label[str]:
    name = select(UserRow.full_name).where(UserRow.id == person).scalar_subquery()
    return name.label(f"{person.key}_name")


_READ = select(
    *DischargeRow.__table__.columns,
    _name_of(DischargeRow.aldrete_by),
    _name_of(DischargeRow.padss_by),
    _name_of(DischargeRow.escort_exempt_by),
    _name_of(DischargeRow.order_signed_by),
    _name_of(DischargeRow.teach_back_by),
    _name_of(DischargeRow.override_by),
).where(DischargeRow.booking_id.in_(bindparam("bookings", expanding=True)))


def _signature(by: int | None, name: str | None, at: datetime | None) -> Signature | None:
    return None if by is None or at is None else Signature(by=UserId(by), name=name or "", at=at)


def _record(row: AnyRow) -> DischargeRecord:
    return DischargeRecord(
        booking_id=BookingId(row.booking_id),
        aldrete=aldrete(json.loads(row.aldrete or "{}")),
        padss=padss(json.loads(row.padss or "{}")),
        aldrete_signed=_signature(row.aldrete_by, row.aldrete_by_name, row.aldrete_at),
        padss_signed=_signature(row.padss_by, row.padss_by_name, row.padss_at),
        details=DischargeDetails(
            escort_name=row.escort_name,
            escort_phone=row.escort_phone,
            wound_closure=WoundClosure(row.wound_closure) if row.wound_closure else None,
            lifting_limit=row.lifting_limit,
            medicines=row.medicines,
            opioids=row.opioids,
            blood_thinner_restart=row.blood_thinner_restart,
            instructions=row.instructions,
            follow_up=row.follow_up,
        ),
        exemption_reason=row.escort_exempt_reason,
        exempted=_signature(row.escort_exempt_by, row.escort_exempt_by_name, row.escort_exempt_at),
        order=_signature(row.order_signed_by, row.order_signed_by_name, row.order_signed_at),
        taught=_signature(row.teach_back_by, row.teach_back_by_name, row.teach_back_at),
        outcome=Outcome(row.outcome) if row.outcome else None,
        override_reason=row.override_reason,
        override_by=row.override_by_name or "",
        version=row.version,
    )


def write(session: Session, booking_id: BookingId, version: int, /, **values: Any) -> None:
    """Set columns of the record; ``version`` 0 makes it. Raises `Stale`."""
    if version:
        update_versioned(session, DischargeRow, Subject.DISCHARGE, booking_id, version, **values)
        return
    if session.execute(select(DischargeRow.booking_id).where(DischargeRow.booking_id == booking_id)).first():
        raise stale(session, Subject.DISCHARGE, booking_id)
    session.execute(insert(DischargeRow).values(booking_id=booking_id, version=1, **values))


def details_values(details: DischargeDetails) -> dict[str, Any]:
    """The columns of what was typed."""
    return {
        "escort_name": details.escort_name.strip(),
        "escort_phone": details.escort_phone.strip(),
        "wound_closure": details.wound_closure or "",
        "lifting_limit": details.lifting_limit.strip(),
        "medicines": details.medicines.strip(),
        "opioids": details.opioids,
        "blood_thinner_restart": details.blood_thinner_restart.strip(),
        "instructions": details.instructions.strip(),
        "follow_up": details.follow_up.strip(),
    }


def brace_waits(session: Session, booking_id: BookingId) -> bool:
    """Whether an order for this booking is not delivered yet."""
    query = select(BraceOrderRow.id).where(
        BraceOrderRow.booking_id == booking_id, BraceOrderRow.status.in_(_WAITING)
    )
    return session.execute(query.limit(1)).first() is not None
