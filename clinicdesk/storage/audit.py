"""Appending to the audit trail, reading it, and checking its chain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, insert, literal, null, or_, select, text, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from clinicdesk.domain.audit import (
    GENESIS,
    AuditAction,
    AuditEvent,
    TrailCheck,
    TrailLine,
    details_text,
    seal,
)
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.storage.base import AnyRow, Id
from clinicdesk.storage.tables import (
    AuditEventRow,
    BookingRow,
    BraceOrderRow,
    CatalogueEntry,
    CheckInRow,
    Clinic,
    Paper,
    PatientRow,
    ResourceRow,
    UserRow,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that waits for its number."""

    action: AuditAction
    subject: Subject
    subject_id: int
    details: Mapping[str, str | int | bool | None]


def append(session: Session, entries: Sequence[Entry], *, at: datetime, user_id: int) -> tuple[bytes, ...]:
    """Append ``entries``, in order, as the last thing of a transaction; returns their seals.

    On PostgreSQL the head is locked here, last of all locks, so that writers queue for it as briefly as can be.
    """
    if not entries:
        return ()
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(4801)"))
    key = connection.execute(_KEY).scalar_one()
    number, mac = head(session)
    rows: list[dict[str, Any]] = []
    for entry in entries:
        number += 1
        details = details_text(entry.details)
        mac = seal(
            key,
            mac,
            number=number,
            at=at,
            user_id=user_id,
            action=entry.action,
            subject=entry.subject,
            subject_id=entry.subject_id,
            details=details,
        )
        rows.append(
            {
                "number": number,
                "at": at,
                "user_id": user_id,
                "action": entry.action,
                "subject": entry.subject,
                "subject_id": entry.subject_id,
                "details": details,
                "mac": mac,
            }
        )
    connection.execute(_APPEND, rows)
    return tuple(row["mac"] for row in rows)


def events(
    session: Session,
    *,
    subject: Subject | None = None,
    subject_id: int | None = None,
    user_id: int | None = None,
    patient_id: int | None = None,
    before: int | None = None,
    limit: int = 200,
) -> tuple[AuditEvent, ...]:
    """The newest events first, of whatever is given; ``before`` pages on from an event's number.

    ``patient_id`` stands for everything that concerns the patient: bookings, braces, check-ins and papers too.
    """
    wanted = _wanted(subject, subject_id, user_id, patient_id, before)
    # The numbers come out of an index alone wherever there is one; only so many rows are then read.
    numbers = select(AuditEventRow.number).where(*wanted).order_by(AuditEventRow.number.desc()).limit(limit)
    query = select(*_EVENT).where(AuditEventRow.number.in_(numbers)).order_by(AuditEventRow.number.desc())
    return tuple(_event(row) for row in session.execute(query))


def lines(session: Session, found: Sequence[AuditEvent], *, named: bool = True) -> tuple[TrailLine, ...]:
    """``found`` with the names of today: of who did it and, if ``named``, of the patient, user or unit it was done to."""
    who = dict(_names_of_users(session, {event.user_id for event in found}))
    about = _abouts(session, found if named else ())
    nobody = ("", None)
    return tuple(
        TrailLine(
            event=event,
            who=who.get(event.user_id, ""),
            about=about.get((event.subject, event.subject_id), nobody)[0],
            patient_id=about.get((event.subject, event.subject_id), nobody)[1],
        )
        for event in found
    )


def people(session: Session) -> tuple[tuple[int, str], ...]:
    """Everyone who can stand in the trail, the program itself too: number and name, by name."""
    rows = session.execute(select(UserRow.id, UserRow.full_name).order_by(UserRow.full_name))
    return tuple((row.id, row.full_name) for row in rows)


def check(session: Session, after: TrailCheck, limit: int | None = None) -> TrailCheck:
    """Check the seals that follow ``after``, at most ``limit`` of them; ``TrailCheck(checked=0)`` begins.

    Numbers that skip, and what the program itself would never have written, break the chain like a seal that does not fit.
    """
    key = session.execute(select(Clinic.audit_key)).scalar_one()
    query = select(*_EVENT).where(AuditEventRow.number > after.checked).order_by(AuditEventRow.number)
    mac, number = after.mac, after.checked
    for row in session.execute(query.limit(limit)):
        computed = seal(
            key,
            mac,
            number=number + 1,
            at=row.at,
            user_id=row.user_id,
            action=row.action,
            subject=row.subject,
            subject_id=row.subject_id,
            details=row.details,
        )
        if row.number != number + 1 or computed != row.mac:
            return TrailCheck(checked=number, broken_at=number + 1, mac=mac)
        mac, number = row.mac, row.number
    return TrailCheck(checked=number, complete=limit is None or number < after.checked + limit, mac=mac)


def broken_at(session: Session) -> int | None:
    """The number of the first event whose seal does not fit, or None where the whole chain holds."""
    return check(session, TrailCheck(checked=0)).broken_at


def head(session: Session) -> tuple[int, bytes]:
    """Number and seal of the newest event: what a backup or a printed list anchors outside."""
    row = session.connection().execute(_HEAD).first()
    return (row.number, row.mac) if row else (0, GENESIS)


_KEY = select(Clinic.audit_key)
_HEAD = select(AuditEventRow.number, AuditEventRow.mac).order_by(AuditEventRow.number.desc()).limit(1)
_APPEND = insert(AuditEventRow)
"""Made once and sent past the ORM: every write of the program ends with them."""

_EVENT = (
    AuditEventRow.number,
    AuditEventRow.at,
    AuditEventRow.user_id,
    AuditEventRow.action,
    AuditEventRow.subject,
    AuditEventRow.subject_id,
    AuditEventRow.details,
    AuditEventRow.mac,
)


def _wanted(
    subject: Subject | None,
    subject_id: int | None,
    user_id: int | None,
    patient_id: int | None,
    before: int | None,
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if subject is not None:
        wanted.append(AuditEventRow.subject == subject)
    if subject_id is not None:
        wanted.append(AuditEventRow.subject_id == subject_id)
    if user_id is not None:
        wanted.append(AuditEventRow.user_id == user_id)
    if patient_id is not None:
        wanted.append(_concerns(patient_id))
    if before is not None:
        wanted.append(AuditEventRow.number < before)
    return wanted


_OF_PATIENT: Mapping[Subject, tuple[InstrumentedAttribute[int], InstrumentedAttribute[Any]]] = {
    Subject.PATIENT: (PatientRow.id, PatientRow.id),
    Subject.BOOKING: (BookingRow.id, BookingRow.patient_id),
    Subject.DISCHARGE: (BookingRow.id, BookingRow.patient_id),
    Subject.BRACE: (BraceOrderRow.id, BraceOrderRow.patient_id),
    Subject.CHECK_IN: (CheckInRow.id, CheckInRow.patient_id),
    Subject.PAPER: (Paper.id, Paper.patient_id),
    Subject.PREPARATION: (BookingRow.id, BookingRow.patient_id),
}
"""The kinds of things that belong to a patient: their number, and whose they are. A discharge has its booking's number, a
preparation too."""

_NAMED: Mapping[Subject, tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
    Subject.USER: (UserRow.id, UserRow.full_name),
    Subject.RESOURCE: (ResourceRow.id, ResourceRow.name),
    Subject.CATALOGUE: (CatalogueEntry.id, CatalogueEntry.name),
}


def _concerns(patient_id: int) -> ColumnElement[bool]:
    return or_(
        *(
            and_(
                AuditEventRow.subject == subject,
                AuditEventRow.subject_id.in_(select(own).where(whose == patient_id)),
            )
            for subject, (own, whose) in _OF_PATIENT.items()
        )
    )


def _names_of_users(session: Session, ids: set[int]) -> Iterator[tuple[int, str]]:
    for row in session.execute(select(UserRow.id, UserRow.full_name).where(UserRow.id.in_(sorted(ids)))):
        yield row.id, row.full_name


def _abouts(
    session: Session, found: Sequence[AuditEvent]
) -> dict[tuple[str, int], tuple[str, PatientId | None]]:
    """What each event is about in words, and whose patient: one statement for a whole page."""
    ids: dict[Subject, set[int]] = {}
    for event in found:
        ids.setdefault(event.subject, set()).add(event.subject_id)
    parts = [
        _about(subject, numbers)
        for subject, numbers in ids.items()
        if subject in _OF_PATIENT or subject in _NAMED
    ]
    if not parts:
        return {}
    named: dict[tuple[str, int], tuple[str, PatientId | None]] = {}
    for subject, number, given, family, patient_id in session.execute(union_all(*parts)):
        whose = None if patient_id is None else PatientId(patient_id)
        named[subject, number] = (f"{given} {family}".strip(), whose)
    return named


def _about(subject: Subject, numbers: set[int]) -> Select[*tuple[Any, ...]]:
    kind = literal(subject.value).label("subject")
    if subject in _NAMED:
        own, name = _NAMED[subject]
        columns = (
            kind,
            own.label("number"),
            name.label("given"),
            literal("").label("family"),
            cast(null(), Id).label("patient"),
        )
        return select(*columns).where(own.in_(sorted(numbers)))
    own, whose = _OF_PATIENT[subject]
    query = select(kind, own, PatientRow.given, PatientRow.family, PatientRow.id).where(
        own.in_(sorted(numbers))
    )
    return query if own is PatientRow.id else query.join(PatientRow, PatientRow.id == whose)


def _event(row: AnyRow) -> AuditEvent:
    return AuditEvent(
        number=row.number,
        at=row.at,
        user_id=row.user_id,
        action=AuditAction(row.action),
        subject=Subject(row.subject),
        subject_id=row.subject_id,
        details=json.loads(row.details),
        mac=row.mac,
    )
