"""Appending to the audit trail, reading it, and checking its chain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from clinicdesk.domain.audit import GENESIS, AuditAction, AuditEvent, details_text, seal
from clinicdesk.domain.changes import Subject
from clinicdesk.storage.tables import AuditEventRow, Clinic


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that waits for its number."""

    action: AuditAction
    subject: Subject
    subject_id: int
    details: Mapping[str, str | int | bool | None]


def append(session: Session, entries: Sequence[Entry], *, at: datetime, user_id: int) -> None:
    """Append ``entries``, in order, as the last thing of a transaction.

    On PostgreSQL the head is locked here, last of all locks, so that writers queue for it as briefly as can be.
    """
    if not entries:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(4801)"))
    key = session.execute(select(Clinic.audit_key)).scalar_one()
    head = session.execute(
        select(AuditEventRow.number, AuditEventRow.mac).order_by(AuditEventRow.number.desc()).limit(1)
    ).first()
    number, mac = (head.number, head.mac) if head else (0, GENESIS)
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
        session.execute(
            insert(AuditEventRow).values(
                number=number,
                at=at,
                user_id=user_id,
                action=entry.action,
                subject=entry.subject,
                subject_id=entry.subject_id,
                details=details,
                mac=mac,
            )
        )


def events(
    session: Session,
    *,
    subject: Subject | None = None,
    subject_id: int | None = None,
    before: int | None = None,
    limit: int = 200,
) -> tuple[AuditEvent, ...]:
    """The newest events first, of one subject if given; ``before`` pages on from an event's number."""
    query = select(AuditEventRow).order_by(AuditEventRow.number.desc()).limit(limit)
    if subject is not None:
        query = query.where(AuditEventRow.subject == subject)
    if subject_id is not None:
        query = query.where(AuditEventRow.subject_id == subject_id)
    if before is not None:
        query = query.where(AuditEventRow.number < before)
    return tuple(_event(row) for row in session.execute(query).scalars())


def broken_at(session: Session) -> int | None:
    """The number of the first event whose seal does not fit, or None where the whole chain holds."""
    key = session.execute(select(Clinic.audit_key)).scalar_one()
    mac, expected = GENESIS, 1
    for event, details in _in_order(session):
        computed = seal(
            key,
            mac,
            number=expected,
            at=event.at,
            user_id=event.user_id,
            action=event.action,
            subject=event.subject,
            subject_id=event.subject_id,
            details=details,
        )
        if event.number != expected or computed != event.mac:
            return expected
        mac, expected = event.mac, expected + 1
    return None


def head(session: Session) -> tuple[int, bytes]:
    """Number and seal of the newest event: what a backup or a printed list anchors outside."""
    row = session.execute(
        select(AuditEventRow.number, AuditEventRow.mac).order_by(AuditEventRow.number.desc()).limit(1)
    ).first()
    return (row.number, row.mac) if row else (0, GENESIS)


def _in_order(session: Session) -> Iterator[tuple[AuditEvent, str]]:
    for row in session.execute(select(AuditEventRow).order_by(AuditEventRow.number)).scalars():
        yield _event(row), row.details


def _event(row: AuditEventRow) -> AuditEvent:
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
