"""Bookings, their units and the steps of their life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from clinicdesk.domain.advice import PatientFlags, SameDay
from clinicdesk.domain.booking import (
    ActualTimes,
    Booking,
    BookingDraft,
    BookingEvent,
    BookingState,
    Setting,
    Side,
)
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId, UserId
from clinicdesk.domain.patients import ContactKind, full_name
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage import claims
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import (
    BookingEventRow,
    BookingRow,
    BookingUnit,
    CatalogueEntry,
    PatientContact,
    PatientRow,
    UserRow,
)
from clinicdesk.storage.versions import update_versioned

_STAMPED = {
    BookingState.ARRIVED: "arrived",
    BookingState.IN_ROOM: "in_room",
    BookingState.RECOVERY: "recovery",
    BookingState.DISCHARGED: "discharged",
}
"""The actual time that reaching a state sets."""

_TIMES = ("arrived", "in_room", "started", "ended", "recovery", "discharged")

_COLUMNS = (
    BookingRow.id,
    BookingRow.patient_id,
    CatalogueEntry.key.label("procedure_key"),
    BookingRow.state,
    BookingRow.levels,
    BookingRow.side,
    BookingRow.diagnosis,
    BookingRow.sedation,
    BookingRow.mac,
    BookingRow.setting,
    BookingRow.starts_at,
    BookingRow.ends_at,
    BookingRow.setup_minutes,
    BookingRow.turnover_minutes,
    BookingRow.recovery_minutes,
    BookingRow.minutes,
    BookingRow.pain_before,
    BookingRow.arrived_at,
    BookingRow.in_room_at,
    BookingRow.started_at,
    BookingRow.ended_at,
    BookingRow.recovery_at,
    BookingRow.discharged_at,
    BookingRow.notes,
    BookingRow.reason,
    BookingRow.cancel_reason,
    BookingRow.version,
)


# Statements that every booking runs are built once: to build one anew takes longer than to run it.
_BOOKING = cast("Table", BookingRow.__table__)
_UNIT = cast("Table", BookingUnit.__table__)
_EVENT = cast("Table", BookingEventRow.__table__)
_PATIENT, _CONTACT, _ENTRY = PatientRow.__table__, PatientContact.__table__, CatalogueEntry.__table__

_ADD = insert(_BOOKING).returning(_BOOKING.c.id)
_ADD_UNIT = insert(_UNIT)
_ADD_EVENT = insert(_EVENT)

_FLAGS = select(
    _PATIENT.c.given,
    _PATIENT.c.family,
    _PATIENT.c.deceased_on,
    _PATIENT.c.asa_class,
    _PATIENT.c.blood_thinner,
    exists()
    .where(
        _CONTACT.c.patient_id == _PATIENT.c.id,
        _CONTACT.c.kind == ContactKind.ESCORT.value,
        _CONTACT.c.name != "",
    )
    .label("escort"),
).where(_PATIENT.c.id == bindparam("patient"))

_WITHIN = (
    select(_BOOKING.c.id, _BOOKING.c.starts_at, _ENTRY.c.name)
    .join(_ENTRY, _ENTRY.c.id == _BOOKING.c.procedure_id)
    .where(
        _BOOKING.c.patient_id == bindparam("patient"),
        _BOOKING.c.starts_at >= bindparam("first"),
        _BOOKING.c.starts_at < bindparam("after"),
        _BOOKING.c.state.in_([state.value for state in BookingState if state.holds_claims]),
    )
    .order_by(_BOOKING.c.starts_at)
)


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
    """Store a new booking and its first step; its claims are the caller's to store."""
    row = {
        **columns_of(draft, procedure_id),
        "patient_id": draft.patient_id,
        "state": state,
        "cancel_reason": "",
        "created_at": at,
        "created_by": by,
        "version": 1,
    }
    new = session.execute(_ADD, row).scalar_one()
    booking_id = BookingId(new)
    _write_units(session, booking_id, draft)
    add_step(session, booking_id, Step(at, by, None, state, None, draft.starts, draft.reason))
    return Booking(id=booking_id, draft=draft, state=state, ends=draft.ends)


def change(
    session: Session,
    before: Booking,
    draft: BookingDraft,
    procedure_id: int,
    step: Step,
    *,
    actual: ActualTimes | None = None,
) -> Booking:
    """Replace what a booking says, and write ``step``. Raises `Stale`; its claims are the caller's to replace.

    ``actual`` replaces what has happened so far, where it is given.
    """
    actual = before.actual if actual is None else actual
    update_versioned(
        session,
        BookingRow,
        Subject.BOOKING,
        before.id,
        before.version,
        state=step.to_state,
        **{f"{name}_at": getattr(actual, name) for name in _TIMES},
        **columns_of(draft, procedure_id),
    )
    session.execute(delete(BookingUnit).where(BookingUnit.booking_id == before.id))
    _write_units(session, before.id, draft)
    add_step(session, before.id, step)
    return replace(
        before, draft=draft, state=step.to_state, ends=draft.ends, actual=actual, version=before.version + 1
    )


def set_state(
    session: Session,
    booking: Booking,
    to_state: BookingState,
    *,
    at: datetime,
    by: UserId,
    note: str = "",
    actual: ActualTimes | None = None,
) -> Booking:
    """Bring a booking into a state that became true ``at``, with its step in the history. Raises `Stale`.

    Sets the actual time that belongs to the state (``actual`` replaces all of them instead). A state without claims gives
    all back; a discharge gives back bay, bed and patient from ``at`` on. Whether the step makes sense, and who may take it,
    the service has decided.
    """
    if actual is None:
        actual = replace(booking.actual, **_stamp(to_state, at))
    update_versioned(
        session,
        BookingRow,
        Subject.BOOKING,
        booking.id,
        booking.version,
        state=to_state,
        cancel_reason=note if to_state is BookingState.CANCELLED else "",
        **{f"{name}_at": getattr(actual, name) for name in _TIMES},
    )
    if not to_state.holds_claims:
        claims.clear(session, booking.id)
    elif to_state is BookingState.DISCHARGED:
        claims.free_after(session, booking.id, at)
    add_step(session, booking.id, Step(at, by, booking.state, to_state, note=note))
    return replace(
        booking,
        state=to_state,
        actual=actual,
        cancel_reason=note if to_state is BookingState.CANCELLED else "",
        version=booking.version + 1,
    )


def set_times(session: Session, booking: Booking, actual: ActualTimes) -> Booking:
    """Correct what really happened when. Raises `Stale`."""
    values = {f"{name}_at": getattr(actual, name) for name in _TIMES}
    update_versioned(session, BookingRow, Subject.BOOKING, booking.id, booking.version, **values)
    return replace(booking, actual=actual, version=booking.version + 1)


def set_stay(session: Session, booking: Booking, setting: Setting, bed: ResourceId) -> Booking:
    """Note that a patient stays the night after all, and in which bed. The version is not counted up."""
    session.execute(update(BookingRow).where(BookingRow.id == booking.id).values(setting=setting))
    kept = tuple(unit for unit in booking.draft.units if unit[0] is not ResourceKind.BED)
    draft = replace(booking.draft, setting=setting, units=(*kept, (ResourceKind.BED, bed)))
    session.execute(delete(BookingUnit).where(BookingUnit.booking_id == booking.id))
    _write_units(session, booking.id, draft)
    return replace(booking, draft=draft)


def read(session: Session, booking_id: BookingId) -> Booking:
    """One booking with its units. Raises `NotFound`."""
    row = session.execute(
        select(*_COLUMNS)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .where(BookingRow.id == booking_id)
    ).first()
    if row is None:
        raise NotFound(_("This booking does not exist."))
    units = session.execute(
        select(BookingUnit.kind, BookingUnit.resource_id).where(BookingUnit.booking_id == booking_id)
    )
    chosen = {ResourceKind(unit.kind): ResourceId(unit.resource_id) for unit in units}
    return _booking(row, tuple((kind, chosen[kind]) for kind in ResourceKind if kind in chosen))


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


def history(session: Session, booking_id: BookingId) -> tuple[BookingEvent, ...]:
    """Every step of a booking, oldest first."""
    rows = session.execute(
        select(BookingEventRow, UserRow.full_name)
        .join(UserRow, UserRow.id == BookingEventRow.user_id)
        .where(BookingEventRow.booking_id == booking_id)
        .order_by(BookingEventRow.id)
    )
    return tuple(
        BookingEvent(
            at=row.at,
            by=name,
            from_state=None if row.from_state is None else BookingState(row.from_state),
            to_state=BookingState(row.to_state),
            from_starts=row.from_starts,
            to_starts=row.to_starts,
            note=row.note,
        )
        for row, name in rows
    )


def bed_from(session: Session, booking_id: BookingId) -> datetime | None:
    """When the patient went from the bay to the bed, if that has happened and was not taken back."""
    last = session.execute(
        select(BookingEventRow.at, BookingEventRow.to_state)
        .where(
            BookingEventRow.booking_id == booking_id,
            BookingEventRow.to_state.in_([BookingState.OVERNIGHT, BookingState.RECOVERY]),
            BookingEventRow.from_state != BookingEventRow.to_state,
        )
        .order_by(BookingEventRow.id.desc())
        .limit(1)
    ).first()
    return last.at if last is not None and last.to_state == BookingState.OVERNIGHT else None


def last_step(session: Session, booking_id: BookingId) -> BookingState | None:
    """From which state the last step into another state came; None where there was none."""
    found = session.execute(
        select(BookingEventRow.from_state)
        .where(
            BookingEventRow.booking_id == booking_id,
            BookingEventRow.from_state != BookingEventRow.to_state,
        )
        .order_by(BookingEventRow.id.desc())
        .limit(1)
    ).scalar()
    return None if found is None else BookingState(found)


def patient_flags(session: Session, patient_id: PatientId) -> PatientFlags:
    """What a booking must know of its patient. Raises `NotFound`."""
    row = session.execute(_FLAGS, {"patient": patient_id}).first()
    if row is None:
        raise NotFound(_("This patient does not exist."))
    return PatientFlags(
        name=full_name(row.given, row.family),
        deceased_on=row.deceased_on,
        asa_class=row.asa_class,
        blood_thinner=row.blood_thinner,
        escort_named=bool(row.escort),
    )


def of_patient_within(
    session: Session, patient_id: PatientId, window: Span, but: BookingId | None = None
) -> tuple[SameDay, ...]:
    """The patient's bookings that hold claims and start within ``window``."""
    found = session.execute(_WITHIN, {"patient": patient_id, "first": window.starts, "after": window.ends})
    return tuple(SameDay(row.starts_at, row.name) for row in found if row.id != but)


def last_before(session: Session, patient_id: PatientId, now: datetime) -> SameDay | None:
    """The last time a patient was here."""
    row = session.execute(
        select(BookingRow.starts_at, CatalogueEntry.name)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .where(
            BookingRow.patient_id == patient_id,
            BookingRow.starts_at < now,
            BookingRow.state == BookingState.DISCHARGED,
        )
        .order_by(BookingRow.starts_at.desc())
        .limit(1)
    ).first()
    return None if row is None else SameDay(row.starts_at, row.name)


def _stamp(state: BookingState, at: datetime) -> dict[str, Any]:
    name = _STAMPED.get(state)
    return {} if name is None else {name: at}


def columns_of(draft: BookingDraft, procedure_id: int) -> Mapping[str, Any]:
    """The columns of what was typed about a booking."""
    return {
        "procedure_id": procedure_id,
        "levels": ",".join(draft.levels),
        "side": draft.side,
        "diagnosis": draft.diagnosis,
        "sedation": draft.sedation,
        "mac": draft.mac,
        "setting": draft.setting,
        "starts_at": draft.starts,
        "ends_at": draft.ends,
        "setup_minutes": draft.setup_minutes,
        "turnover_minutes": draft.turnover_minutes,
        "recovery_minutes": draft.recovery_minutes,
        "minutes": draft.minutes,
        "pain_before": draft.pain_before,
        "notes": draft.notes,
        "reason": draft.reason,
    }


def _write_units(session: Session, booking_id: BookingId, draft: BookingDraft) -> None:
    rows = [
        {"booking_id": booking_id, "kind": kind, "resource_id": unit}
        for kind, unit in draft.units
        if kind is not ResourceKind.PATIENT
    ]
    if rows:
        session.execute(_ADD_UNIT, rows)


def _booking(row: AnyRow, units: tuple[tuple[ResourceKind, ResourceId], ...]) -> Booking:
    return Booking(
        id=BookingId(row.id),
        draft=BookingDraft(
            patient_id=PatientId(row.patient_id),
            procedure_key=row.procedure_key,
            levels=tuple(row.levels.split(",")) if row.levels else (),
            side=None if row.side is None else Side(row.side),
            diagnosis=row.diagnosis,
            sedation=row.sedation,
            mac=row.mac,
            setting=Setting(row.setting),
            starts=row.starts_at,
            minutes=row.minutes,
            setup_minutes=row.setup_minutes,
            turnover_minutes=row.turnover_minutes,
            recovery_minutes=row.recovery_minutes,
            units=units,
            pain_before=row.pain_before,
            notes=row.notes,
            reason=row.reason,
        ),
        state=BookingState(row.state),
        ends=row.ends_at,
        actual=ActualTimes(**{name: getattr(row, f"{name}_at") for name in _TIMES}),
        cancel_reason=row.cancel_reason,
        version=row.version,
    )
