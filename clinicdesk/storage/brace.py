"""Brace orders and the steps of their lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.orm import Session

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceDraft, BraceEvent, BraceOrderRecord, BraceStatus
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, BraceOrderId, PatientId, UserId
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import (
    BookingRow,
    BraceEventRow,
    BraceOrderRow,
    CatalogueEntry,
    PatientRow,
    UserRow,
)
from clinicdesk.storage.versions import update_versioned


@dataclass(frozen=True, slots=True)
class PatientHead:
    """Whom an order is for."""

    name: str
    birth_date: date
    mrn: str
    is_deceased: bool


OVER = tuple(status for status in BraceStatus if status.is_over)

_TYPED = tuple(each.name for each in fields(BraceDraft))
"""What the order form holds: its fields are the columns."""

_RECORDS = (
    select(
        BraceOrderRow.id,
        *(getattr(BraceOrderRow, name) for name in _TYPED),
        BraceOrderRow.status,
        BraceOrderRow.signed_at,
        BraceOrderRow.delivered_on,
        BraceOrderRow.version,
        CatalogueEntry.name.label("brace"),
        PatientRow.given,
        PatientRow.family,
        PatientRow.birth_date,
        PatientRow.mrn,
        UserRow.id.label("prescriber_id"),
        UserRow.full_name.label("prescriber"),
        UserRow.npi,
        BookingRow.starts_at,
        BookingRow.state,
    )
    .join(PatientRow, PatientRow.id == BraceOrderRow.patient_id)
    .join(UserRow, UserRow.id == BraceOrderRow.ordered_by)
    .outerjoin(BookingRow, BookingRow.id == BraceOrderRow.booking_id)
    .outerjoin(
        CatalogueEntry, and_(CatalogueEntry.kind == "brace", CatalogueEntry.key == BraceOrderRow.hcpcs)
    )
)


def add(
    session: Session, draft: BraceDraft, *, by: UserId, at: datetime, signed_at: datetime | None
) -> BraceOrderId:
    """Store a new order."""
    new = session.execute(
        insert(BraceOrderRow)
        .values(
            **_columns_of(draft),
            status=BraceStatus.PRESCRIBED,
            ordered_by=by,
            signed_at=signed_at,
            version=1,
        )
        .returning(BraceOrderRow.id)
    ).scalar_one()
    note_step(session, BraceOrderId(new), BraceStatus.PRESCRIBED, by=by, at=at)
    return BraceOrderId(new)


def _columns_of(draft: BraceDraft) -> dict[str, Any]:
    """The columns of what was typed; texts without the space around them."""
    values = ((name, getattr(draft, name)) for name in _TYPED)
    return {name: value.strip() if isinstance(value, str) else value for name, value in values}


def read(session: Session, order_id: BraceOrderId) -> BraceOrderRecord:
    """One order. Raises `NotFound`."""
    row = session.execute(_RECORDS.where(BraceOrderRow.id == order_id)).first()
    if row is None:
        raise NotFound(_("This brace order does not exist."))
    return _record(row)


def of_patient(session: Session, patient_id: PatientId) -> tuple[BraceOrderRecord, ...]:
    """A patient's orders, the newest first."""
    query = _RECORDS.where(BraceOrderRow.patient_id == patient_id).order_by(BraceOrderRow.id.desc())
    return tuple(_record(row) for row in session.execute(query))


def of_booking(session: Session, booking_id: BookingId) -> tuple[BraceOrderRecord, ...]:
    """The orders of a booking that were not cancelled, the newest first."""
    query = _RECORDS.where(
        BraceOrderRow.booking_id == booking_id, BraceOrderRow.status != BraceStatus.CANCELLED
    ).order_by(BraceOrderRow.id.desc())
    return tuple(_record(row) for row in session.execute(query))


def open_orders(
    session: Session, statuses: Sequence[BraceStatus] = (), *, limit: int = 500
) -> tuple[BraceOrderRecord, ...]:
    """Orders under way, the longest waiting first; of some statuses only, if named."""
    query = _RECORDS.order_by(BraceOrderRow.ordered_on, BraceOrderRow.id).limit(limit)
    query = query.where(BraceOrderRow.status.in_(statuses) if statuses else BraceOrderRow.status.not_in(OVER))
    return tuple(_record(row) for row in session.execute(query))


def count_waiting(session: Session) -> int:
    """How many orders wait for delivery."""
    waiting = [status for status in BraceStatus if status.is_waiting]
    query = select(func.count()).select_from(BraceOrderRow).where(BraceOrderRow.status.in_(waiting))
    return session.execute(query).scalar_one()


def change(session: Session, order_id: BraceOrderId, version: int, /, **values: Any) -> None:
    """Set columns. Raises `Stale`."""
    update_versioned(session, BraceOrderRow, Subject.BRACE, order_id, version, **values)


def note_step(
    session: Session, order_id: BraceOrderId, status: BraceStatus, *, by: UserId, at: datetime, note: str = ""
) -> None:
    """Append a step to the order's life."""
    session.execute(
        insert(BraceEventRow).values(brace_order_id=order_id, status=status, at=at, user_id=by, note=note)
    )


def drop_last_step(session: Session, order_id: BraceOrderId) -> BraceStatus:
    """Forget the last step, because it is undone; returns the status before it. Raises `NotFound` for the first one."""
    query = (
        select(BraceEventRow.id, BraceEventRow.status)
        .where(BraceEventRow.brace_order_id == order_id)
        .order_by(BraceEventRow.id.desc())
        .limit(2)
    )
    steps = session.execute(query).all()
    if len(steps) < 2:
        raise NotFound(_("There is no step to take back. Cancel the order instead."))
    session.execute(delete(BraceEventRow).where(BraceEventRow.id == steps[0].id))
    return BraceStatus(steps[1].status)


def patient_head(session: Session, patient_id: PatientId) -> PatientHead:
    """Whom an order is for. Raises `NotFound`."""
    query = select(
        PatientRow.given, PatientRow.family, PatientRow.birth_date, PatientRow.mrn, PatientRow.deceased_on
    ).where(PatientRow.id == patient_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFound(_("This patient does not exist."))
    return PatientHead(f"{row.given} {row.family}", row.birth_date, row.mrn, row.deceased_on is not None)


def events(session: Session, order_id: BraceOrderId) -> tuple[BraceEvent, ...]:
    """The steps so far, in order."""
    query = (
        select(BraceEventRow.status, BraceEventRow.at, UserRow.full_name, BraceEventRow.note)
        .join(UserRow, UserRow.id == BraceEventRow.user_id)
        .where(BraceEventRow.brace_order_id == order_id)
        .order_by(BraceEventRow.id)
    )
    return tuple(
        BraceEvent(BraceStatus(row.status), row.at, row.full_name, row.note) for row in session.execute(query)
    )


def _wanted_at(row: AnyRow) -> datetime | None:
    """When the case begins that waits for the brace; a case that was called off waits for nothing."""
    waits = BraceStatus(row.status).is_waiting and row.state is not None
    return row.starts_at if waits and BookingState(row.state).holds_claims else None


def _record(row: AnyRow) -> BraceOrderRecord:
    return BraceOrderRecord(
        id=BraceOrderId(row.id),
        draft=BraceDraft(**{name: getattr(row, name) for name in _TYPED}),
        brace=row.brace or row.hcpcs,
        status=BraceStatus(row.status),
        patient=f"{row.given} {row.family}",
        birth_date=row.birth_date,
        mrn=row.mrn,
        prescriber_id=UserId(row.prescriber_id),
        prescriber=row.prescriber,
        prescriber_npi=row.npi,
        signed_at=row.signed_at,
        delivered_on=row.delivered_on,
        wanted_at=_wanted_at(row),
        version=row.version,
    )
