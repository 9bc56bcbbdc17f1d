"""Recovery check-ins: what waits, what was answered, what the surgeon has not signed off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, insert, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.calling import CallAttempt, CallOutcome
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, CheckInId, PatientId, UserId
from clinicdesk.domain.pathways import Channel, PathwayStep
from clinicdesk.domain.recovery import (
    UNSCHEDULED,
    AnsweredBefore,
    CallSheet,
    Closing,
    RecoveryCounts,
    WorkLine,
)
from clinicdesk.domain.redflags import Tier
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage import catalogue
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.calling import first_phone, phones, wrong_numbers
from clinicdesk.storage.tables import (
    BookingRow,
    BookingUnit,
    BraceOrderRow,
    CallAttemptRow,
    CatalogueEntry,
    CheckInAnswer,
    CheckInRow,
    PatientRow,
    ResourceRow,
    UserRow,
)
from clinicdesk.storage.versions import update_versioned

LastDay = Callable[[date, int], date]
"""From a due date and its window to the last day on which a check-in is not yet late."""

DayOf = Callable[[datetime], date]


def add_steps(
    session: Session, patient_id: PatientId, booking_id: BookingId, steps: Sequence[tuple[PathwayStep, date]]
) -> tuple[CheckInId, ...]:
    """Make the check-ins of a pathway, each with its due date."""
    return tuple(
        add(
            session,
            patient_id,
            booking_id,
            key=s.key,
            label=s.label,
            channel=s.channel,
            due=due,
            window=s.window_days,
        )
        for s, due in steps
    )


def add(
    session: Session,
    patient_id: PatientId,
    booking_id: BookingId,
    *,
    key: str,
    label: str,
    channel: Channel,
    due: date,
    window: int,
) -> CheckInId:
    """Make one check-in."""
    new = session.execute(
        insert(CheckInRow)
        .values(
            patient_id=patient_id,
            booking_id=booking_id,
            step_key=key,
            label=label,
            channel=channel,
            due_on=due,
            window_days=window,
            outcome="",
            complete=False,
            note="",
            review_note="",
            version=1,
        )
        .returning(CheckInRow.id)
    ).scalar_one()
    return CheckInId(new)


def of_booking(session: Session, booking_id: BookingId) -> tuple[tuple[str, date, Channel], ...]:
    """Label, due date and channel of a booking's scheduled check-ins, in order."""
    query = (
        select(CheckInRow.label, CheckInRow.due_on, CheckInRow.channel)
        .where(CheckInRow.booking_id == booking_id)
        .order_by(CheckInRow.due_on, CheckInRow.id)
    )
    return tuple((row.label, row.due_on, Channel(row.channel)) for row in session.execute(query))


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A check-in of a pathway that nobody has done yet, and the version with which it can be changed."""

    check_in_id: CheckInId
    key: str
    due_on: date
    version: int


def open_steps(session: Session, booking_id: BookingId) -> tuple[OpenStep, ...]:
    """The check-ins of a booking's pathway that are not done, in order."""
    query = (
        select(CheckInRow.id, CheckInRow.step_key, CheckInRow.due_on, CheckInRow.version)
        .where(
            CheckInRow.booking_id == booking_id,
            CheckInRow.closed_at.is_(None),
            CheckInRow.step_key != UNSCHEDULED,
        )
        .order_by(CheckInRow.id)
    )
    return tuple(
        OpenStep(CheckInId(row.id), row.step_key, row.due_on, row.version) for row in session.execute(query)
    )


def waiting(
    session: Session, *, until: date, day_of: DayOf, last_day: LastDay, today: date
) -> tuple[WorkLine, ...]:
    """The open check-ins due up to ``until``, the most overdue first."""
    query = lines().where(
        CheckInRow.closed_at.is_(None), CheckInRow.due_on <= until, PatientRow.deceased_on.is_(None)
    )
    query = query.order_by(CheckInRow.due_on, CheckInRow.id)
    return tuple(_line(row, day_of, last_day, today) for row in session.execute(query))


def sheet(
    session: Session, check_in_id: CheckInId, *, day_of: DayOf, last_day: LastDay, today: date
) -> CallSheet:
    """Everything about one check-in for the person at the phone. Raises `NotFound`."""
    row = session.execute(lines().where(CheckInRow.id == check_in_id)).first()
    if row is None:
        raise NotFound(_("This check-in does not exist any more."))
    line = _line(row, day_of, last_day, today)
    return CallSheet(
        line=line,
        mrn=row.mrn,
        sex=row.sex,
        surgeon=surgeon(session, line.booking_id),
        family=catalogue.procedure_by_id(session, row.procedure_id).family,
        day=(today - line.procedure_day).days,
        has_brace=has_brace(brace_of(session, line.booking_id)),
        pain_before=row.pain_before,
        phones=phones(session, line.patient_id, line.patient),
        attempts=_attempts(session, check_in_id),
        wrong=wrong_numbers(session, line.patient_id),
        earlier=_earlier(session, line, day_of),
        version=row.version,
        state=BookingState(row.state),
        closing=Closing(row.outcome) if row.closed_at is not None else None,
        told_surgeon_at=row.told_surgeon_at,
    )


def add_attempt(session: Session, check_in_id: CheckInId, attempt: CallAttempt, *, by: UserId) -> None:
    """Log an attempt."""
    session.execute(
        insert(CallAttemptRow).values(
            check_in_id=check_in_id,
            at=attempt.at,
            user_id=by,
            number=attempt.number,
            called=attempt.called,
            outcome=attempt.outcome,
            note=attempt.note,
        )
    )


def change(session: Session, check_in_id: CheckInId, version: int, /, **values: Any) -> None:
    """Set columns. Raises `Stale`."""
    update_versioned(session, CheckInRow, Subject.CHECK_IN, check_in_id, version, **values)


def add_answers(session: Session, check_in_id: CheckInId, answers: Mapping[str, str]) -> None:
    """Store the answers that were given; a question left out was not asked."""
    if answers:
        session.execute(
            insert(CheckInAnswer),
            [{"check_in_id": check_in_id, "question": key, "answer": text} for key, text in answers.items()],
        )


def answers(session: Session, check_in_id: CheckInId) -> dict[str, str]:
    """The answers of a check-in by question."""
    query = select(CheckInAnswer.question, CheckInAnswer.answer).where(
        CheckInAnswer.check_in_id == check_in_id
    )
    return {row.question: row.answer for row in session.execute(query)}


def is_closed(session: Session, check_in_id: CheckInId, version: int) -> bool:
    """Whether it is closed in this very ``version``; a later version is for `change` to refuse."""
    query = select(CheckInRow.id).where(
        CheckInRow.id == check_in_id, CheckInRow.version == version, CheckInRow.closed_at.is_not(None)
    )
    return session.execute(query).first() is not None


def is_reviewed(session: Session, check_in_id: CheckInId, version: int) -> bool:
    """Whether it is signed off in this very ``version``."""
    query = select(CheckInRow.id).where(
        CheckInRow.id == check_in_id, CheckInRow.version == version, CheckInRow.reviewed_at.is_not(None)
    )
    return session.execute(query).first() is not None


def open_unscheduled(session: Session, booking_id: BookingId) -> CheckInId | None:
    """The call outside the pathway that is open for a booking, if there is one."""
    query = (
        select(CheckInRow.id)
        .where(
            CheckInRow.booking_id == booking_id,
            CheckInRow.step_key == UNSCHEDULED,
            CheckInRow.closed_at.is_(None),
        )
        .order_by(CheckInRow.id)
        .limit(1)
    )
    found = session.execute(query).scalar()
    return None if found is None else CheckInId(found)


def has_died(session: Session, patient_id: PatientId) -> bool:
    """Whether the patient is marked deceased."""
    query = select(PatientRow.deceased_on).where(PatientRow.id == patient_id)
    return session.execute(query).scalar() is not None


def close_open(
    session: Session, patient_id: PatientId, *, at: datetime, by: UserId, why: Closing
) -> tuple[CheckInId, ...]:
    """Close what is still open of a patient, needing no review; returns what was closed."""
    query = select(CheckInRow.id, CheckInRow.version).where(
        CheckInRow.patient_id == patient_id, CheckInRow.closed_at.is_(None)
    )
    return _close(session, query, at=at, by=by, why=why)


def close_earlier_calls(
    session: Session, booking_id: BookingId, before: date, *, at: datetime, by: UserId
) -> tuple[CheckInId, ...]:
    """Close the calls of a recovery that were due ``before`` a day and are still open; visits stay."""
    query = select(CheckInRow.id, CheckInRow.version).where(
        CheckInRow.booking_id == booking_id,
        CheckInRow.closed_at.is_(None),
        CheckInRow.due_on < before,
        CheckInRow.channel != Channel.VISIT,
    )
    return _close(session, query, at=at, by=by, why=Closing.OVERTAKEN)


def _close(
    session: Session, query: Select[int, int], *, at: datetime, by: UserId, why: Closing
) -> tuple[CheckInId, ...]:
    closed = session.execute(query).all()
    for row in closed:
        change(
            session,
            CheckInId(row.id),
            row.version,
            closed_at=at,
            closed_by=by,
            outcome=why,
            reviewed_at=at,
            reviewed_by=by,
        )
    return tuple(CheckInId(row.id) for row in closed)


def reopen(session: Session, patient_id: PatientId, *, closed_as: Closing) -> tuple[CheckInId, ...]:
    """Open again what was closed for this reason, because it was a mistake; returns what was opened."""
    query = select(CheckInRow.id, CheckInRow.version).where(
        CheckInRow.patient_id == patient_id, CheckInRow.outcome == closed_as
    )
    found = session.execute(query).all()
    for row in found:
        change(
            session,
            CheckInId(row.id),
            row.version,
            closed_at=None,
            closed_by=None,
            outcome="",
            reviewed_at=None,
            reviewed_by=None,
        )
    return tuple(CheckInId(row.id) for row in found)


def counts(session: Session, *, today: date, late_before: date) -> RecoveryCounts:
    """What the places show. Overdue is what has a window that ended before ``late_before``; the deceased count nowhere."""
    waiting_rows = session.execute(
        select(CheckInRow.due_on, CheckInRow.window_days, func.count())
        .join(PatientRow, PatientRow.id == CheckInRow.patient_id)
        .where(CheckInRow.closed_at.is_(None), CheckInRow.due_on <= today, PatientRow.deceased_on.is_(None))
        .group_by(CheckInRow.due_on, CheckInRow.window_days)
    ).all()
    flagged = CheckInRow.tier.in_([tier for tier in Tier if tier is not Tier.NONE])
    review_row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((flagged, 1), else_=0)), 0),
            func.coalesce(func.sum(case((CheckInRow.tier == Tier.EMERGENCY, 1), else_=0)), 0),
        ).where(CheckInRow.closed_at.is_not(None), CheckInRow.reviewed_at.is_(None))
    ).one()
    return RecoveryCounts(
        due=sum(count for _due, _window, count in waiting_rows),
        overdue=sum(
            count for due, window, count in waiting_rows if due + timedelta(days=window) < late_before
        ),
        unreviewed=review_row[0],
        flags=review_row[1],
        emergencies=review_row[2],
    )


def brace_of(session: Session, booking_id: BookingId) -> str:
    """The status of the newest brace order of a booking that was not cancelled, or nothing."""
    query = (
        select(BraceOrderRow.status)
        .where(BraceOrderRow.booking_id == booking_id, BraceOrderRow.status != BraceStatus.CANCELLED)
        .order_by(BraceOrderRow.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar() or ""


def has_brace(status: str) -> bool:
    """Whether a patient whose newest order stands so is asked about the brace: until it is off for good."""
    return bool(status) and not BraceStatus(status).is_over


def lines() -> Select[*tuple[Any, ...]]:
    """What every list of check-ins is made of: the check-in, its patient, its procedure and its last attempt."""
    tries = (
        select(func.count(CallAttemptRow.id))
        .where(CallAttemptRow.check_in_id == CheckInRow.id)
        .correlate(CheckInRow)
        .scalar_subquery()
    )
    last = (
        select(CallAttemptRow.id)
        .where(CallAttemptRow.check_in_id == CheckInRow.id)
        .order_by(CallAttemptRow.id.desc())
        .limit(1)
        .correlate(CheckInRow)
        .scalar_subquery()
    )
    latest = aliased(CallAttemptRow)
    return (
        select(
            CheckInRow.id,
            CheckInRow.patient_id,
            CheckInRow.booking_id,
            CheckInRow.step_key,
            CheckInRow.label,
            CheckInRow.channel,
            CheckInRow.due_on,
            CheckInRow.window_days,
            CheckInRow.not_before,
            CheckInRow.closed_at,
            CheckInRow.outcome,
            CheckInRow.pain,
            CheckInRow.tier,
            CheckInRow.complete,
            CheckInRow.note,
            CheckInRow.told_surgeon_at,
            CheckInRow.version,
            PatientRow.given,
            PatientRow.family,
            PatientRow.birth_date,
            PatientRow.sex,
            PatientRow.mrn,
            PatientRow.language,
            PatientRow.interpreter,
            PatientRow.contact_hours,
            BookingRow.levels,
            BookingRow.state,
            BookingRow.pain_before,
            BookingRow.procedure_id,
            func.coalesce(BookingRow.ended_at, BookingRow.ends_at).label("ended"),
            CatalogueEntry.name.label("procedure"),
            first_phone().label("phone"),
            tries.label("tries"),
            latest.at.label("last_at"),
            latest.outcome.label("last_outcome"),
        )
        .join(PatientRow, PatientRow.id == CheckInRow.patient_id)
        .join(BookingRow, BookingRow.id == CheckInRow.booking_id)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .outerjoin(latest, latest.id == last)
    )


def _line(row: AnyRow, day_of: DayOf, last_day: LastDay, today: date) -> WorkLine:
    return WorkLine(
        check_in_id=CheckInId(row.id),
        patient_id=PatientId(row.patient_id),
        booking_id=BookingId(row.booking_id),
        step_key=row.step_key,
        patient=f"{row.given} {row.family}",
        birth_date=row.birth_date,
        language=row.language,
        interpreter=row.interpreter,
        phone=row.phone or "",
        best_time=row.contact_hours,
        procedure=row.procedure,
        levels=levels(row.levels),
        procedure_day=day_of(row.ended),
        label=row.label,
        channel=Channel(row.channel),
        due_on=row.due_on,
        overdue=max(0, (today - last_day(row.due_on, row.window_days)).days),
        attempts=row.tries,
        last_attempt=row.last_at,
        last_outcome=CallOutcome(row.last_outcome) if row.last_outcome else None,
        not_before=row.not_before,
    )


def levels(text: str) -> tuple[str, ...]:
    """The stored levels of a booking, apart."""
    return tuple(level.strip() for level in text.split(",") if level.strip())


def _attempts(session: Session, check_in_id: CheckInId) -> tuple[CallAttempt, ...]:
    query = (
        select(
            CallAttemptRow.at,
            UserRow.full_name,
            CallAttemptRow.called,
            CallAttemptRow.number,
            CallAttemptRow.outcome,
            CallAttemptRow.note,
        )
        .join(UserRow, UserRow.id == CallAttemptRow.user_id)
        .where(CallAttemptRow.check_in_id == check_in_id)
        .order_by(CallAttemptRow.id)
    )
    return tuple(
        CallAttempt(
            at=row.at,
            by=row.full_name,
            called=row.called,
            number=row.number,
            outcome=CallOutcome(row.outcome),
            note=row.note,
        )
        for row in session.execute(query)
    )


def _earlier(session: Session, line: WorkLine, day_of: DayOf) -> tuple[AnsweredBefore, ...]:
    query = (
        select(CheckInRow.label, CheckInRow.closed_at, CheckInRow.pain, CheckInRow.tier)
        .where(
            CheckInRow.booking_id == line.booking_id,
            CheckInRow.id != line.check_in_id,
            CheckInRow.outcome == Closing.ANSWERED,
        )
        .order_by(CheckInRow.closed_at, CheckInRow.id)
    )
    return tuple(
        AnsweredBefore(
            label=row.label,
            day=(day_of(row.closed_at) - line.procedure_day).days,
            at=row.closed_at,
            pain=row.pain,
            tier=Tier(row.tier) if row.tier else None,
        )
        for row in session.execute(query)
    )


def surgeon(session: Session, booking_id: BookingId) -> str:
    """The surgeon of a booking by name, or nothing."""
    query = (
        select(ResourceRow.name)
        .join(BookingUnit, BookingUnit.resource_id == ResourceRow.id)
        .where(BookingUnit.booking_id == booking_id, BookingUnit.kind == ResourceKind.SURGEON)
    )
    return session.execute(query).scalar() or ""
