"""The sheet with the recovery key, to be printed or saved once and never kept."""

from __future__ import annotations

from datetime import datetime

from clinicdesk.documents import recovery_key
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.papers import RecoveryKeySheet, letterhead
from clinicdesk.domain.permissions import Act
from clinicdesk.services.work import Work, command


def first(facts: ClinicFacts, printed: str, *, made_by: str, now: datetime) -> bytes:
    """The sheet of a clinic that is about to be made, as a PDF: nobody can be asked for a permission yet."""
    return recovery_key.render(RecoveryKeySheet(key=printed, made_at=now, made_by=made_by), letterhead(facts))


@command(Act.MANAGE_USERS)
def again(work: Work, printed: str) -> bytes:
    """The sheet of a recovery key made later, as a PDF; that it was made is an audit event, what it says is not."""
    work.audit(AuditAction.PRINTED, Subject.CLINIC, 1, what="recovery key")
    return recovery_key.render(
        RecoveryKeySheet(key=printed, made_at=work.now, made_by=work.actor.full_name), letterhead(work.clinic)
    )
