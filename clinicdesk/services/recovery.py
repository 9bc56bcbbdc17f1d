"""Recovery check-ins: make them, work the calls, record answers, review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinicdesk.domain import redflags
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking
from clinicdesk.domain.catalogue import Pathway, Procedure, shown_on
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, CheckInId
from clinicdesk.domain.pathways import Channel, PathwayStep
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.recovery import (
    UNSCHEDULED,
    AnsweredBefore,
    CallAttempt,
    CallOutcome,
    CallSheet,
    Closing,
    RecoveryCounts,
    ReviewLine,
    WorkLine,
    check_pain,
)
from clinicdesk.domain.redflags import RedFlagQuestion, Situation, Tier, Triage
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.work import Work, chart, command, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import catalogue, recovery

LONGEST_NOTE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call: the sheet, the questions to ask in this situation, and the numbers that may have to be said."""

    sheet: CallSheet
    situation: Situation
    questions: tuple[RedFlagQuestion, ...]
    emergency_number: str
    clinic_phone: str

    def triage(self, answers: Mapping[str, redflags.Reply | None]) -> Triage:
        """How urgent the answers so far are; asked anew at each answer."""
        return redflags.triage(self.questions, answers, self.situation)

    def say(self, text: str) -> str:
        """What to say, with the clinic's numbers in it."""
        return redflags.spoken(text, emergency_number=self.emergency_number, clinic_phone=self.clinic_phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """One closed check-in for the surgeon: the line, every answer in words, what was said before."""

    line: ReviewLine
    answers: tuple[tuple[str, str, Tier], ...]
    """Question, answer in words, and the tier it triggered."""
    unanswered: tuple[str, ...]
    earlier: tuple[AnsweredBefore, ...]
    attempts: tuple[CallAttempt, ...]


def make_check_ins(
    work: Work, booking: Booking, procedure: Procedure, ended: datetime
) -> tuple[CheckInId, ...]:
    """Make the check-ins of the procedure's pathway, from the clinic's day on which it ended; none without a pathway."""
    if procedure.pathway_key is None:
        return ()
    pathway = catalogue.pathway(work.session, procedure.pathway_key)
    day = work.clinic.zone.day_of(ended)
    made = recovery.add_steps(work.session, booking.draft.patient_id, booking.id, due_dates(pathway, day))
    for check_in_id in made:
        work.record(AuditAction.CREATED, Subject.CHECK_IN, check_in_id, booking=booking.id)
    return made


def due_dates(pathway: Pathway, day: date) -> list[tuple[PathwayStep, date]]:
    """Each step with its due date after a procedure on ``day``."""
    return [(step, step.due(day)) for step in pathway.in_order()]


@query(Act.CALL_PATIENTS)
def calls(work: Work, *, ahead_days: int = 0) -> tuple[WorkLine, ...]:
    """The check-ins that wait: due up to ``ahead_days`` from today, the most overdue first."""
    today = _today(work)
    return recovery.waiting(
        work.session,
        until=today + timedelta(days=ahead_days),
        day_of=work.clinic.zone.day_of,
        last_day=_last_day(work),
        today=today,
    )


@chart(Act.CALL_PATIENTS)
def open_call(work: Work, check_in_id: CheckInId) -> CallView:
    """Everything for the phone; opening it is a reading of the chart."""
    sheet = _sheet(work, check_in_id)
    work.audit(AuditAction.READ, Subject.PATIENT, sheet.line.patient_id, check_in=check_in_id)
    return _view(work, sheet)


@command(Act.CALL_PATIENTS)
def log_attempt(
    work: Work,
    check_in_id: CheckInId,
    version: int,
    outcome: CallOutcome,
    *,
    number: str,
    called: str,
    note: str = "",
    again_at: datetime | None = None,
) -> CallView:
    """Log an attempt that brought no answers; ``again_at`` (UTC) is when to try again.

    Whoever does not want to be called closes the check-in. Raises `BadInput` for a time to try again that has passed.
    """
    if again_at is not None and again_at <= work.now:
        raise BadInput(_("The time to call again has passed. Choose a later one."), "again_at")
    attempt = CallAttempt(
        at=work.now,
        by=work.actor.full_name,
        called=called,
        number=number,
        outcome=outcome,
        note=_note(note),
    )
    recovery.add_attempt(work.session, check_in_id, attempt, by=work.actor.user_id)
    values: dict[str, object] = {"not_before": again_at}
    if outcome is CallOutcome.REFUSED:
        values |= {"closed_at": work.now, "closed_by": work.actor.user_id, "outcome": Closing.REFUSED}
    recovery.change(work.session, check_in_id, version, **values)
    work.record(AuditAction.CALLED, Subject.CHECK_IN, check_in_id, outcome=outcome.value)
    return _view(work, _sheet(work, check_in_id))


@command(Act.CALL_PATIENTS)
def record_answers(
    work: Work,
    check_in_id: CheckInId,
    version: int,
    answers: Mapping[str, str],
    *,
    pain: int | None,
    called: str = "",
    number: str = "",
    note: str = "",
) -> Triage:
    """Store what the patient said and close the check-in; the worst answer sets its tier.

    Only answers that were given are stored: a question left out was not asked, which is not "no". Raises `BadInput`.
    """
    sheet = _sheet(work, check_in_id)
    view = _view(work, sheet)
    by_key = {question.key: question for question in view.questions}
    replies = {key: by_key[key].read(text) for key, text in answers.items() if key in by_key}
    result = view.triage(replies)
    values = {
        "closed_at": work.now,
        "closed_by": work.actor.user_id,
        "outcome": Closing.ANSWERED,
        "pain": check_pain(pain),
        "tier": result.tier,
        "complete": result.is_complete and pain is not None,
        "note": _note(note),
        "not_before": None,
    }
    recovery.change(work.session, check_in_id, version, **values)
    recovery.add_answers(work.session, check_in_id, {key: str(reply) for key, reply in replies.items()})
    attempt = CallAttempt(
        at=work.now, by=work.actor.full_name, called=called, number=number, outcome=CallOutcome.REACHED
    )
    recovery.add_attempt(work.session, check_in_id, attempt, by=work.actor.user_id)
    tier = result.tier.value if result.tier else None
    work.record(AuditAction.CHANGED, Subject.CHECK_IN, check_in_id, tier=tier, complete=result.is_complete)
    work.changed(Subject.PATIENT, sheet.line.patient_id)
    return result


@command(Act.CALL_PATIENTS)
def give_up(work: Work, check_in_id: CheckInId, version: int, note: str = "") -> None:
    """Close a check-in that nobody answered; it goes to the surgeon's review."""
    recovery.change(
        work.session,
        check_in_id,
        version,
        closed_at=work.now,
        closed_by=work.actor.user_id,
        outcome=Closing.NOT_REACHED,
        note=_note(note),
    )
    work.record(AuditAction.STATE, Subject.CHECK_IN, check_in_id, closing=Closing.NOT_REACHED.value)


@command(Act.CALL_PATIENTS)
def patient_called(work: Work, booking_id: BookingId) -> CheckInId:
    """Open a check-in that no pathway asked for: the patient called by themselves. Due today."""
    booking = bookings.read(work.session, booking_id)
    check_in_id = recovery.add(
        work.session,
        booking.draft.patient_id,
        booking_id,
        key=UNSCHEDULED,
        label=_("Patient called"),
        channel=Channel.PHONE,
        due=_today(work),
        window=0,
    )
    work.record(AuditAction.CREATED, Subject.CHECK_IN, check_in_id, booking=booking_id)
    return check_in_id


@command(Act.CALL_PATIENTS)
def told_surgeon(work: Work, check_in_id: CheckInId, version: int) -> None:
    """Note that the surgeon was told of an emergency: who and when."""
    recovery.change(
        work.session, check_in_id, version, told_surgeon_at=work.now, told_surgeon_by=work.actor.user_id
    )
    work.record(AuditAction.STATE, Subject.CHECK_IN, check_in_id, told_surgeon=True)


@query(Act.READ_CHART)
def reviews(work: Work) -> tuple[ReviewLine, ...]:
    """What no surgeon has signed off: emergencies, then flags, then gaps, then who is worse, then the rest."""
    lines = recovery.unreviewed(work.session, day_of=work.clinic.zone.day_of)
    return tuple(sorted(lines, key=_urgency))


@chart(Act.READ_CHART)
def open_review(work: Work, check_in_id: CheckInId) -> ReviewView:
    """One closed check-in in words; opening it is a reading of the chart."""
    line = recovery.read_review(work.session, check_in_id, day_of=work.clinic.zone.day_of)
    work.audit(AuditAction.READ, Subject.PATIENT, line.patient_id, check_in=check_in_id)
    sheet = _sheet(work, check_in_id)
    stored = recovery.answers(work.session, check_in_id)
    questions = {question.key: question for question in catalogue.red_flags(work.session)}
    answered = tuple(_answer(questions[key], text) for key, text in stored.items() if key in questions)
    asked = redflags.questions_for(tuple(questions.values()), _situation(sheet, line.day))
    return ReviewView(
        line=line,
        answers=tuple(sorted(answered, key=lambda answer: -answer[2].rank)),
        unanswered=tuple(question.label for question in asked if question.key not in stored),
        earlier=sheet.earlier,
        attempts=sheet.attempts,
    )


@command(Act.REVIEW)
def mark_reviewed(work: Work, check_in_id: CheckInId, version: int, note: str = "") -> None:
    """Sign off a check-in."""
    recovery.change(
        work.session,
        check_in_id,
        version,
        reviewed_at=work.now,
        reviewed_by=work.actor.user_id,
        review_note=_note(note),
    )
    work.record(AuditAction.REVIEWED, Subject.CHECK_IN, check_in_id)


@command(Act.REVIEW)
def take_back_review(work: Work, check_in_id: CheckInId, version: int) -> None:
    """Undo a sign-off: the check-in stands on the list again."""
    recovery.change(work.session, check_in_id, version, reviewed_at=None, reviewed_by=None, review_note="")
    work.record(AuditAction.CHANGED, Subject.CHECK_IN, check_in_id, reviewed=False)


@query(Act.SEE_DIARY)
def counts(work: Work) -> RecoveryCounts:
    """What the places show beside their names."""
    today = _today(work)
    return recovery.counts(work.session, today=today, late_before=today)


def _urgency(line: ReviewLine) -> tuple[int, bool, bool, datetime]:
    return (-(line.tier.rank if line.tier else 0), line.complete, not line.worse, line.closed_at)


def _answer(question: RedFlagQuestion, text: str) -> tuple[str, str, Tier]:
    reply = question.read(text)
    words = reply.label if isinstance(reply, redflags.Answer) else str(reply)
    return question.label, words, question.tier if question.is_positive(reply) else Tier.NONE


def _sheet(work: Work, check_in_id: CheckInId) -> CallSheet:
    return recovery.sheet(
        work.session,
        check_in_id,
        day_of=work.clinic.zone.day_of,
        last_day=_last_day(work),
        today=_today(work),
    )


def _view(work: Work, sheet: CallSheet) -> CallView:
    situation = _situation(sheet, sheet.day)
    return CallView(
        sheet=sheet,
        situation=situation,
        questions=redflags.questions_for(catalogue.red_flags(work.session), situation),
        emergency_number=work.clinic.emergency_number,
        clinic_phone=work.clinic.phone,
    )


def _situation(sheet: CallSheet, day: int) -> Situation:
    return Situation(day=day, family=sheet.family, has_brace=sheet.has_brace)


def _last_day(work: Work) -> recovery.LastDay:
    """The last day on which a check-in is not yet late: its window's end, or the next day the clinic opens."""
    clinic = work.clinic

    def last(due: date, window: int) -> date:
        return shown_on(due + timedelta(days=window), lambda day: bool(clinic.open_on(day)))

    return last


def _today(work: Work) -> date:
    return work.clinic.zone.day_of(work.now)


def _note(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise BadInput(
            _("This note is too long: 10,000 characters at most. Nothing was saved; shorten it."), "note"
        )
    return note.strip()
