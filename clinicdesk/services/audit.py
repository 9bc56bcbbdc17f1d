"""Who did what: reading the audit trail, checking its chain and taking it out. Each of the three is an event itself.

The trail is tamper-evident, not tamper-proof. A chain that holds shows that no event was changed, taken out of the middle
or put in between by anyone without the trail's key. It does not show that the newest events were not cut off (the head on
a printed day list does), and whoever holds the key can write the whole trail anew.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TextIO

from clinicdesk.domain.audit import AuditAction, AuditEvent, TrailCheck, TrailLine, TrailQuestion
from clinicdesk.domain.changes import NOTHING, Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.permissions import Act
from clinicdesk.errors import StorageProblem
from clinicdesk.exchange import audit as csv
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done, Work, chart, command, query
from clinicdesk.storage import audit

PAGE = 200
CHUNK = 5_000
"""Events checked or written between two looks at whether to stop: about a tenth of a second."""

EVERYTHING = TrailQuestion()
_TRAIL = 0
"""The number of the one trail, as subject of its own events."""

_OWNER_ONLY = 0o600


class Progress(Protocol):
    """How long work tells how far it is and learns that it is to stop (`ui.operations.Progress`)."""

    @property
    def cancelled(self) -> bool:
        """Whether to leave at the next safe place."""
        ...

    def report(self, done: int, total: int) -> None:
        """``done`` of ``total`` are through."""
        ...


def events(
    desk: Desk, question: TrailQuestion = EVERYTHING, *, before: int | None = None, limit: int = PAGE
) -> tuple[TrailLine, ...]:
    """The newest events that ``question`` asks for, first; ``before`` pages on from an event's number.

    The first page is an opening of the trail and stands in it; turning further pages does not.
    """
    if before is None:
        return _open(desk, question, limit)
    return _page(desk, question, before, limit)


def of_patient(desk: Desk, patient_id: PatientId, *, before: int | None = None) -> tuple[TrailLine, ...]:
    """Everything that was done with one patient: chart, bookings, braces, check-ins and papers."""
    return events(desk, TrailQuestion(patient_id=patient_id), before=before)


@query(Act.SEE_AUDIT)
def people(work: Work) -> tuple[tuple[int, str], ...]:
    """Everyone who can stand in the trail, those who left and the program itself too: user id and name, by name."""
    return audit.people(work.session)


def check_chain(desk: Desk, progress: Progress) -> Done[TrailCheck]:
    """Check every seal from the first event on, some thousands at a time; long work that can be stopped."""
    total, found = _length(desk), TrailCheck(checked=0, complete=False)
    while not found.complete and not progress.cancelled:
        found = _checked(desk, found)
        progress.report(found.checked, max(total, found.checked))
    _note_check(desk, found)
    return Done(found, NOTHING)


def export(desk: Desk, path: Path, question: TrailQuestion, progress: Progress) -> Done[int | None]:
    """Write the events that ``question`` asks for to a CSV file, newest first; long work that can be stopped.

    Gives how many were written, or None where it was stopped and no file was left. Nobody ever sees half a file.
    Raises `StorageProblem` where the folder takes none.
    """
    _note_export(desk, question)
    part = path.with_name(f".{path.name}.part")
    try:
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(file, "w", encoding="utf-8", newline="") as stream:
            written = _write(desk, stream, question, progress)
        if written is not None:
            part.replace(path)
    except OSError as error:
        raise StorageProblem(
            _(
                "The file could not be written: {folder} cannot be written to or is full. "
                "The trail itself stands. Choose another folder."
            ).format(folder=path.parent)
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Done(written, NOTHING)


def _write(desk: Desk, stream: TextIO, question: TrailQuestion, progress: Progress) -> int | None:
    head = _length(desk)
    before, written = head + 1, 0
    csv.write_headings(stream)
    while page := _chunk(desk, question, before):
        if progress.cancelled:
            return None
        csv.write_lines(stream, page)
        before, written = page[-1].event.number, written + len(page)
        progress.report(head + 1 - before, head)
    return written


@chart(Act.SEE_AUDIT)
def _open(work: Work, question: TrailQuestion, limit: int) -> tuple[TrailLine, ...]:
    work.audit(AuditAction.READ, Subject.AUDIT, _TRAIL, **_told(question))
    return _lines(work, question, None, limit)


@query(Act.SEE_AUDIT)
def _page(work: Work, question: TrailQuestion, before: int, limit: int) -> tuple[TrailLine, ...]:
    return _lines(work, question, before, limit)


@query(Act.SEE_AUDIT)
def _chunk(work: Work, question: TrailQuestion, before: int) -> tuple[TrailLine, ...]:
    """A part of what is exported: without the names of those it is about."""
    return audit.lines(work.session, _found(work, question, before, CHUNK), named=False)


@query(Act.SEE_AUDIT)
def _length(work: Work) -> int:
    return audit.head(work.session)[0]


@query(Act.SEE_AUDIT)
def _checked(work: Work, found: TrailCheck) -> TrailCheck:
    return audit.check(work.session, found, CHUNK)


@command(Act.SEE_AUDIT)
def _note_check(work: Work, found: TrailCheck) -> None:
    work.audit(
        AuditAction.CHECKED,
        Subject.AUDIT,
        _TRAIL,
        checked=found.checked,
        broken_at=found.broken_at,
        complete=found.complete,
    )


@command(Act.SEE_AUDIT)
def _note_export(work: Work, question: TrailQuestion) -> None:
    work.audit(AuditAction.SAVED, Subject.AUDIT, _TRAIL, **_told(question))


def _lines(work: Work, question: TrailQuestion, before: int | None, limit: int) -> tuple[TrailLine, ...]:
    return audit.lines(work.session, _found(work, question, before, limit))


def _found(work: Work, question: TrailQuestion, before: int | None, limit: int) -> tuple[AuditEvent, ...]:
    return audit.events(
        work.session,
        subject=question.subject,
        subject_id=question.subject_id,
        user_id=question.user_id,
        patient_id=question.patient_id,
        before=before,
        limit=limit,
    )


def _told(question: TrailQuestion) -> dict[str, str | int]:
    """What was asked for, in codes and ids."""
    asked = {
        "user": question.user_id,
        "subject": None if question.subject is None else question.subject.value,
        "subject_id": question.subject_id,
        "patient": question.patient_id,
    }
    return {name: value for name, value in asked.items() if value is not None}
