"""Refusing a lost update: whoever writes names the version they read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.changes import Subject
from clinicdesk.errors import NotFound, Stale
from clinicdesk.i18n import _
from clinicdesk.storage.base import Base
from clinicdesk.storage.tables import AuditEventRow, Clinic, UserRow


def update_versioned(
    session: Session, table: type[Base], subject: Subject, row_id: int, version: int, /, **values: Any
) -> None:
    """Set ``values`` on the row ``row_id`` if it still has ``version``, and count the version up.

    Raises `Stale`, naming who changed it, or `NotFound`.
    """
    columns = table.__table__.c
    key = next(iter(table.__table__.primary_key))
    result = session.execute(
        update(table).where(key == row_id, columns.version == version).values(version=version + 1, **values)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount:
        return
    if session.execute(select(key).where(key == row_id)).first() is None:
        raise NotFound(_("This does not exist any more. Nothing was saved."))
    raise stale(session, subject, row_id)


def stale(session: Session, subject: Subject, subject_id: int) -> Stale:
    """The error that tells who changed it last, and when on the clinic's clock."""
    last = session.execute(
        select(UserRow.full_name, AuditEventRow.at)
        .join(AuditEventRow, AuditEventRow.user_id == UserRow.id)
        .where(
            AuditEventRow.subject == subject,
            AuditEventRow.subject_id == subject_id,
            AuditEventRow.action != "read",
        )
        .order_by(AuditEventRow.number.desc())
        .limit(1)
    ).first()
    if last is None:
        return Stale(
            _(
                "Someone changed this while you had it open. Nothing of yours was saved: look at it again, then repeat."
            )
        )
    zone = ClinicZone(session.execute(select(Clinic.time_zone)).scalar_one())
    return Stale(
        _("{who} changed this at {time}. Nothing of yours was saved: look at it again, then repeat.").format(
            who=last.full_name, time=zone.local(last.at).strftime("%H:%M")
        )
    )
