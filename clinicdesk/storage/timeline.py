"""The timeline of one patient: one select for each kind of thing, put in order afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.entries import EntryKind as Catalogue
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.papers import PaperKind
from clinicdesk.domain.timeline import EntryKind, TimelineEntry
from clinicdesk.storage.tables import (
    BookingEventRow,
    BookingRow,
    BraceEventRow,
    BraceOrderRow,
    CallAttemptRow,
    CatalogueEntry,
    CheckInRow,
    Paper,
    PaperUse,
    PatientRow,
    UserRow,
)

DayOf = Callable[[datetime], date]


def of_patient(session: Session, patient_id: PatientId, day_of: DayOf) -> tuple[TimelineEntry, ...]:
    """Everything about a patient, what lies ahead first; ``day_of`` is the clinic's day of an instant."""
    entries = [
        *_cases(session, patient_id, day_of),
        *_steps(session, patient_id, day_of),
        *_braces(session, patient_id, day_of),
        *_papers(session, patient_id, day_of),
        *_attempts(session, patient_id, day_of),
        *_check_ins(session, patient_id, day_of),
        *_registration(session, patient_id, day_of),
    ]
    # Stable, so that steps of the same second keep the order they were written in, the last one on top.
    entries.reverse()
    return tuple(sorted(entries, key=_time, reverse=True))


def _time(entry: TimelineEntry) -> tuple[date, float]:
    return entry.day, entry.at.timestamp() if entry.at is not None else 0.0


def _cases(session: Session, patient_id: PatientId, day_of: DayOf) -> Iterator[TimelineEntry]:
    query = (
        select(
            BookingRow.id,
            BookingRow.state,
            BookingRow.levels,
            BookingRow.starts_at,
            BookingRow.started_at,
            BookingRow.created_at,
            BookingRow.cancel_reason,
            CatalogueEntry.name,
        )
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .where(BookingRow.patient_id == patient_id)
        .order_by(BookingRow.id)
    )
    for row in session.execute(query):
        at = row.started_at or row.starts_at
        yield TimelineEntry(
            kind=EntryKind.CASE,
            at=at,
            day=day_of(at or row.created_at),
            about=_procedure(row.name, row.levels),
            state=row.state,
            note=row.cancel_reason,
            subject=Subject.BOOKING,
            subject_id=row.id,
            booking_id=row.id,
        )


def _steps(session: Session, patient_id: PatientId, day_of: DayOf) -> Iterator[TimelineEntry]:
    query = (
        select(
            BookingEventRow.at,
            BookingEventRow.booking_id,
            BookingEventRow.from_state,
            BookingEventRow.to_state,
            BookingEventRow.from_starts,
            BookingEventRow.to_starts,
            BookingEventRow.note,
            BookingRow.levels,
            CatalogueEntry.name,
            UserRow.full_name,
        )
        .join(BookingRow, BookingRow.id == BookingEventRow.booking_id)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .join(UserRow, UserRow.id == BookingEventRow.user_id)
        .where(BookingRow.patient_id == patient_id)
        .order_by(BookingEventRow.id)
    )
    for row in session.execute(query):
        yield TimelineEntry(
            kind=EntryKind.STEP,
            at=row.at,
            day=day_of(row.at),
            about=_procedure(row.name, row.levels),
            state=row.to_state,
            before=row.from_state,
            moved_from=row.from_starts,
            moved_to=row.to_starts,
            note=row.note,
            by=row.full_name,
            subject=Subject.BOOKING,
            subject_id=row.booking_id,
            booking_id=row.booking_id,
        )


def _braces(session: Session, patient_id: PatientId, day_of: DayOf) -> Iterator[TimelineEntry]:
    query = (
        select(
            BraceEventRow.at,
            BraceEventRow.status,
            BraceEventRow.note,
            BraceOrderRow.id,
            BraceOrderRow.hcpcs,
            BraceOrderRow.booking_id,
            CatalogueEntry.name,
            UserRow.full_name,
        )
        .join(BraceOrderRow, BraceOrderRow.id == BraceEventRow.brace_order_id)
        .join(UserRow, UserRow.id == BraceEventRow.user_id)
        .outerjoin(
            CatalogueEntry,
            (CatalogueEntry.kind == Catalogue.BRACE) & (CatalogueEntry.key == BraceOrderRow.hcpcs),
        )
        .where(BraceOrderRow.patient_id == patient_id)
        .order_by(BraceEventRow.id)
    )
    for row in session.execute(query):
        yield TimelineEntry(
            kind=EntryKind.BRACE,
            at=row.at,
            day=day_of(row.at),
            about=f"{row.hcpcs} {row.name or ''}".strip(),
            state=row.status,
            note=row.note,
            by=row.full_name,
            subject=Subject.BRACE,
            subject_id=row.id,
            booking_id=row.booking_id,
        )


def _papers(session: Session, patient_id: PatientId, day_of: DayOf) -> Iterator[TimelineEntry]:
    maker, user = aliased(UserRow), aliased(UserRow)
    query = (
        select(
            Paper.id,
            Paper.kind,
            Paper.booking_id,
            Paper.created_at,
            PaperUse.at,
            PaperUse.how,
            maker.full_name.label("maker"),
            user.full_name.label("user"),
        )
        .join(maker, maker.id == Paper.created_by)
        .outerjoin(PaperUse, PaperUse.paper_id == Paper.id)
        .outerjoin(user, user.id == PaperUse.user_id)
        .where(Paper.patient_id == patient_id)
        .order_by(Paper.id, PaperUse.id)
    )
    for row in session.execute(query):
        at = row.at or row.created_at
        yield TimelineEntry(
            kind=EntryKind.PAPER,
            at=at,
            day=day_of(at),
            about=PaperKind(row.kind).label,
            state=row.how or "",
            by=row.user or row.maker,
            subject=Subject.PAPER,
            subject_id=row.id,
            booking_id=row.booking_id,
        )


def _attempts(session: Session, patient_id: PatientId, day_of: DayOf) -> Iterator[TimelineEntry]:
    query = (
        select(
            CallAttemptRow.at,
            CallAttemptRow.called,
            CallAttemptRow.outcome,
            CallAttemptRow.note,
            CheckInRow.id,
            CheckInRow.label,
            CheckInRow.booking_id,
            UserRow.full_name,
        )
        .join(CheckInRow, CheckInRow.id == CallAttemptRow.check_in_id)
        .join(UserRow, UserRow.id == CallAttemptRow.user_id)
        # Whoever was reached answered: that is an entry of its own.
        .where(CheckInRow.patient_id == patient_id, CallAttemptRow.outcome != CallOutcome.REACHED)
        .order_by(CallAttemptRow.id)
    )
    for row in session.execute(query):
        yield TimelineEntry(
            kind=EntryKind.ATTEMPT,
            at=row.at,
            day=day_of(row.at),
            about=row.label,
            state=row.outcome,
            note=", ".join(part for part in (row.called, row.note) if part),
            by=row.full_name,
            subject=Subject.CHECK_IN,
            subject_id=row.id,
            booking_id=row.booking_id,
        )


def _check_ins(session: Session, patient_id: PatientId, day_of: DayOf) -> Iterator[TimelineEntry]:
    """One that is due, or its answers; then who told the surgeon, and who signed it off."""
    closer, teller, reviewer = aliased(UserRow), aliased(UserRow), aliased(UserRow)
    query = (
        select(
            CheckInRow,
            closer.full_name.label("closer"),
            teller.full_name.label("teller"),
            reviewer.full_name.label("reviewer"),
        )
        .join(BookingRow, BookingRow.id == CheckInRow.booking_id)
        .outerjoin(closer, closer.id == CheckInRow.closed_by)
        .outerjoin(teller, teller.id == CheckInRow.told_surgeon_by)
        .outerjoin(reviewer, reviewer.id == CheckInRow.reviewed_by)
        .where(CheckInRow.patient_id == patient_id)
        .order_by(CheckInRow.due_on, CheckInRow.id)
    )
    for row in session.execute(query):
        one: CheckInRow = row.CheckInRow
        moments = (
            (EntryKind.ANSWERS, one.closed_at, row.closer, one.note),
            (EntryKind.TOLD, one.told_surgeon_at, row.teller, ""),
            (EntryKind.REVIEWED, one.reviewed_at, row.reviewer, one.review_note),
        )
        if one.closed_at is None:
            yield _check_in(one, EntryKind.CHECK_IN_DUE, None, one.due_on)
        for kind, at, by, note in moments:
            if at is not None:
                yield _check_in(one, kind, at, day_of(at), by or "", note)


def _check_in(
    row: CheckInRow, kind: EntryKind, at: datetime | None, day: date, by: str = "", note: str = ""
) -> TimelineEntry:
    return TimelineEntry(
        kind=kind,
        at=at,
        day=day,
        about=row.label,
        state=row.tier or "" if kind is EntryKind.ANSWERS else "",
        before=row.outcome or None,
        pain=row.pain if kind is EntryKind.ANSWERS else None,
        note=note,
        by=by,
        subject=Subject.CHECK_IN,
        subject_id=row.id,
        booking_id=row.booking_id,
    )


def _registration(session: Session, patient_id: PatientId, day_of: DayOf) -> Iterator[TimelineEntry]:
    query = select(PatientRow.created_at, PatientRow.source).where(PatientRow.id == patient_id)
    for row in session.execute(query):
        yield TimelineEntry(
            kind=EntryKind.REGISTERED,
            at=row.created_at,
            day=day_of(row.created_at),
            about="",
            state=row.source,
            subject=Subject.PATIENT,
            subject_id=patient_id,
        )


def _procedure(name: str, levels: str) -> str:
    return with_levels(name, levels.split(",")) if levels else name
