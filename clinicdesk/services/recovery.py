"""Recovery check-ins: make them, work the calls, record answers, review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain import names, redflags
from clinicdesk.domain import recovery as rules
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking
from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.calling import CallAttempt, CallOutcome, check_attempt
from clinicdesk.domain.catalogue import Pathway, Procedure, shown_on
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, CheckInId, PatientId
from clinicdesk.domain.pathways import Channel, PathwayStep
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.recovery import (
    UNSCHEDULED,
    AnsweredBefore,
    CallSheet,
    Closing,
    Recovering,
    RecoveryCounts,
    ReviewLine,
    WorkLine,
    check_pain,
)
from clinicdesk.domain.redflags import RedFlagQuestion, Situation, Triage
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.recovery_words import Said, findings, in_words
from clinicdesk.services.work import Work, chart, command, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import brace, callers, catalogue, recovery, review

LONGEST_NOTE = 10_000
LONGEST_CALLED = 200
"""Letters of whom was called and of the number."""

FOLLOWED_FOR = timedelta(days=400)
"""How long after a procedure a caller is looked for: the last check-in of the default pathway comes after 12 months."""

FEWEST_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call: the sheet, the questions to ask in this situation, and the numbers that may have to be said."""

    sheet: CallSheet
    situation: Situation
    questions: tuple[RedFlagQuestion, ...]
    """Those to ask in this situation."""
    others: tuple[RedFlagQuestion, ...]
    """Those that are not asked now, and may have been a moment ago: what was answered to one of them counts."""
    emergency_number: str
    clinic_phone: str
    clinic_name: str = ""

    def triage(self, answers: Mapping[str, redflags.Reply | None]) -> Triage:
        """How urgent the answers so far are; asked anew at each answer."""
        return redflags.triage_heard(self.questions + self.others, answers, self.situation)

    def say(self, text: str) -> str:
        """What to say, with the clinic's numbers in it."""
        return redflags.spoken(text, emergency_number=self.emergency_number, clinic_phone=self.clinic_phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """One closed check-in for the surgeon: the line, every answer in words, what was said before."""

    line: ReviewLine
    answers: tuple[Said, ...]
    """Question, answer in words, and the tier it triggered; the worst first."""
    unanswered: tuple[str, ...]
    earlier: tuple[AnsweredBefore, ...]
    """The other check-ins of the same procedure that were answered, in order."""
    attempts: tuple[CallAttempt, ...]
    braces: tuple[BraceOrderRecord, ...] = ()
    mrn: str = ""
    sex: str = ""

    @property
    def pain_before(self) -> int | None:
        """The score before the procedure."""
        return self.line.pains[0] if self.line.pains else None


@dataclass(frozen=True, slots=True)
class Told:
    """That the surgeon was told, and the version the check-in has since."""

    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class SignedOff:
    """A sign-off, or its undoing: the check-in and the version it has since."""

    check_in_id: CheckInId
    version: int


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

    Whoever does not want to be called closes the check-in, and it goes to the review. Raises `BadInput` for a time to
    try again that has passed or is missing, for a patient who was reached, and for a check-in that is closed.
    """
    if outcome is CallOutcome.REACHED:
        raise BadInput(_("Whoever was reached is asked: record the answers instead."), "outcome")
    check_attempt(outcome, again_at, work.now)
    _must_be_open(work, check_in_id, version)
    attempt = CallAttempt(
        at=work.now,
        by=work.actor.full_name,
        called=_short(called),
        number=_short(number),
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

    Only answers that were given are stored: a question left out was not asked, which is not "no". What was answered
    counts, even if it would not be asked any more (the brace was ended, midnight passed). Raises `BadInput` for an answer
    that cannot be read, and for a check-in that is closed: nothing is answered twice. Calls of the same recovery that were
    due earlier and are still open are closed with it.
    """
    _must_be_open(work, check_in_id, version)
    sheet = _sheet(work, check_in_id)
    replies, result = _understood(work, sheet, answers)
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
        at=work.now,
        by=work.actor.full_name,
        called=_short(called),
        number=_short(number),
        outcome=CallOutcome.REACHED,
    )
    recovery.add_attempt(work.session, check_in_id, attempt, by=work.actor.user_id)
    tier = result.tier.value if result.tier else None
    work.record(AuditAction.CHANGED, Subject.CHECK_IN, check_in_id, tier=tier, complete=result.is_complete)
    _overtake(work, sheet.line)
    work.changed(Subject.PATIENT, sheet.line.patient_id)
    return result


def _overtake(work: Work, answered: WorkLine) -> None:
    """Nobody is called again for days that the patient has just told about."""
    closed = recovery.close_earlier_calls(
        work.session, answered.booking_id, answered.due_on, at=work.now, by=work.actor.user_id
    )
    for earlier in closed:
        work.record(AuditAction.STATE, Subject.CHECK_IN, earlier, closing=Closing.OVERTAKEN.value)


@command(Act.CALL_PATIENTS)
def give_up(work: Work, check_in_id: CheckInId, version: int, note: str = "") -> None:
    """Close a check-in that nobody answered; it goes to the surgeon's review."""
    _must_be_open(work, check_in_id, version)
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
def not_needed(work: Work, check_in_id: CheckInId, version: int, note: str = "") -> None:
    """Close a call that no pathway asked for and that turned out to be none; nobody has to review it.

    Raises `BadInput` for a check-in of a pathway, and where the surgeon was told already.
    """
    _must_be_open(work, check_in_id, version)
    sheet = _sheet(work, check_in_id)
    if not sheet.line.is_unscheduled or sheet.told_surgeon_at is not None:
        raise BadInput(_("This check-in belongs to the recovery. Record what came of it instead."))
    by = work.actor.user_id
    recovery.change(
        work.session,
        check_in_id,
        version,
        closed_at=work.now,
        closed_by=by,
        outcome=Closing.NOT_NEEDED,
        note=_note(note),
        reviewed_at=work.now,
        reviewed_by=by,
    )
    work.record(AuditAction.STATE, Subject.CHECK_IN, check_in_id, closing=Closing.NOT_NEEDED.value)


@command(Act.CALL_PATIENTS)
def patient_called(work: Work, booking_id: BookingId) -> CheckInId:
    """Open a check-in that no pathway asked for: the patient called by themselves. Due today.

    One that is open already is taken again. Raises `BadInput` before the procedure, and for a patient who has died.
    """
    return _unscheduled(work, booking_id, _("Patient called"))


@command(Act.CALL_PATIENTS)
def call_back(work: Work, booking_id: BookingId) -> CheckInId:
    """Put a patient on today's calls whom the surgeon wants called, as `patient_called` does."""
    return _unscheduled(work, booking_id, _("Call back"))


@query(Act.CALL_PATIENTS)
def who_calls(work: Work, text: str) -> tuple[Recovering, ...]:
    """Who may be on the line: by the starts of names, or by the last digits of a phone number (three at least)."""
    digits = "".join(c for c in text if c.isdigit())
    words = names.fold(text).split()
    by_number = bool(digits) and not any(c.isalpha() for c in text)
    if (by_number and len(digits) < FEWEST_DIGITS) or not (by_number or words):
        return ()
    return callers.called(
        work.session,
        () if by_number else words,
        digits if by_number else "",
        since=work.now - FOLLOWED_FOR,
        day_of=work.clinic.zone.day_of,
    )


@command(Act.CALL_PATIENTS)
def told_surgeon(work: Work, check_in_id: CheckInId, version: int) -> Told:
    """Note that the surgeon was told of a flag: who and when. The first time counts; saying it again changes nothing."""
    sheet = _sheet(work, check_in_id)
    if sheet.told_surgeon_at is not None:
        return Told(sheet.told_surgeon_at, sheet.version)
    recovery.change(
        work.session, check_in_id, version, told_surgeon_at=work.now, told_surgeon_by=work.actor.user_id
    )
    work.record(AuditAction.STATE, Subject.CHECK_IN, check_in_id, told_surgeon=True)
    return Told(work.now, version + 1)


@query(Act.READ_CHART)
def reviews(work: Work) -> tuple[ReviewLine, ...]:
    """What no surgeon has signed off: emergencies, then flags, then who is worse, then gaps, then the rest."""
    lines = review.unreviewed(work.session, day_of=work.clinic.zone.day_of)
    stored = review.answers_of(work.session, [line.check_in_id for line in lines])
    questions = {question.key: question for question in catalogue.red_flags(work.session)}
    found = (
        replace(line, findings=findings(in_words(questions, stored[line.check_in_id]))) for line in lines
    )
    return tuple(sorted(found, key=_urgency))


@chart(Act.READ_CHART)
def open_review(work: Work, check_in_id: CheckInId) -> ReviewView:
    """One closed check-in in words; opening it is a reading of the chart."""
    line = review.read_review(work.session, check_in_id, day_of=work.clinic.zone.day_of)
    work.audit(AuditAction.READ, Subject.PATIENT, line.patient_id, check_in=check_in_id)
    sheet = _sheet(work, check_in_id)
    stored = recovery.answers(work.session, check_in_id)
    questions = {question.key: question for question in catalogue.red_flags(work.session)}
    answered = in_words(questions, stored)
    was_asked = line.closing is Closing.ANSWERED
    asked = (
        redflags.questions_for(tuple(questions.values()), _situation(sheet, line.day)) if was_asked else ()
    )
    return ReviewView(
        line=replace(line, findings=findings(answered)),
        answers=answered,
        unanswered=tuple(question.label for question in asked if question.key not in stored),
        earlier=sheet.earlier,
        attempts=sheet.attempts,
        braces=brace.of_booking(work.session, line.booking_id),
        mrn=sheet.mrn,
        sex=sheet.sex,
    )


@command(Act.REVIEW)
def mark_reviewed(work: Work, check_in_id: CheckInId, version: int, note: str = "") -> SignedOff:
    """Sign off a check-in. Returns the version with which it can be taken back.

    Raises `BadInput` for one that is still open, or signed off already.
    """
    if recovery.is_reviewed(work.session, check_in_id, version):
        raise BadInput(_("This check-in is signed off already. Nothing was changed."))
    if not recovery.is_closed(work.session, check_in_id, version):
        review.read_review(work.session, check_in_id, day_of=work.clinic.zone.day_of)
    recovery.change(
        work.session,
        check_in_id,
        version,
        reviewed_at=work.now,
        reviewed_by=work.actor.user_id,
        review_note=_note(note),
    )
    work.record(AuditAction.REVIEWED, Subject.CHECK_IN, check_in_id)
    return SignedOff(check_in_id, version + 1)


@command(Act.REVIEW)
def take_back_review(work: Work, check_in_id: CheckInId, version: int) -> SignedOff:
    """Undo a sign-off: the check-in stands on the list again."""
    recovery.change(work.session, check_in_id, version, reviewed_at=None, reviewed_by=None, review_note="")
    work.record(AuditAction.CHANGED, Subject.CHECK_IN, check_in_id, reviewed=False)
    return SignedOff(check_in_id, version + 1)


def close_for_death(work: Work, patient_id: PatientId) -> None:
    """Close every check-in that is open for a patient who has died: nobody calls, nothing waits for review.

    For the services that learn of the death, inside their own operation.
    """
    closed = recovery.close_open(
        work.session, patient_id, at=work.now, by=work.actor.user_id, why=Closing.DIED
    )
    for check_in_id in closed:
        work.record(AuditAction.STATE, Subject.CHECK_IN, check_in_id, closing=Closing.DIED.value)


def reopen_after_mistake(work: Work, patient_id: PatientId) -> None:
    """Open again what `close_for_death` closed: the death was a mistake. Inside the operation that takes it back."""
    for check_in_id in recovery.reopen(work.session, patient_id, closed_as=Closing.DIED):
        work.record(AuditAction.STATE, Subject.CHECK_IN, check_in_id, closing=None)


def count(work: Work) -> RecoveryCounts:
    """What waits, inside somebody else's operation (`counts` is the service)."""
    today, clinic = _today(work), work.clinic
    late = rules.late_before(today, lambda day: bool(clinic.open_on(day)))
    return recovery.counts(work.session, today=today, late_before=late)


@query(Act.SEE_DIARY)
def counts(work: Work) -> RecoveryCounts:
    """What the places show beside their names."""
    return count(work)


def _unscheduled(work: Work, booking_id: BookingId, label: str) -> CheckInId:
    booking = bookings.read(work.session, booking_id)
    if not booking.state.has_begun:
        raise BadInput(_("The questions are about the time after a procedure. This one has not begun."))
    if recovery.has_died(work.session, booking.draft.patient_id):
        raise BadInput(_("This patient has died. No call was made."))
    found = recovery.open_unscheduled(work.session, booking_id)
    if found is not None:
        return found
    check_in_id = recovery.add(
        work.session,
        booking.draft.patient_id,
        booking_id,
        key=UNSCHEDULED,
        label=label,
        channel=Channel.PHONE,
        due=_today(work),
        window=0,
    )
    work.record(AuditAction.CREATED, Subject.CHECK_IN, check_in_id, booking=booking_id)
    return check_in_id


def _understood(
    work: Work, sheet: CallSheet, answers: Mapping[str, str]
) -> tuple[dict[str, redflags.Reply], Triage]:
    """The replies that were given, and what they mean together with the gaps."""
    questions = catalogue.red_flags(work.session)
    by_key = {question.key: question for question in questions}
    unknown = sorted(set(answers) - set(by_key))
    if unknown:
        raise redflags.UnknownQuestion(
            _("The questions were changed meanwhile. Nothing was saved: open the call again, then repeat."),
            unknown[0],
        )
    replies = {key: by_key[key].read(text) for key, text in answers.items()}
    return replies, redflags.triage_heard(questions, replies, _situation(sheet, sheet.day))


def _urgency(line: ReviewLine) -> tuple[int, int, datetime]:
    return line.urgency


def _must_be_open(work: Work, check_in_id: CheckInId, version: int) -> None:
    if recovery.is_closed(work.session, check_in_id, version):
        raise BadInput(_("This check-in is closed already. Nothing was saved. A new call can be opened."))


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
    questions = catalogue.red_flags(work.session)
    return CallView(
        sheet=sheet,
        situation=situation,
        questions=redflags.questions_for(questions, situation),
        others=tuple(each for each in questions if not each.asked(situation)),
        emergency_number=work.clinic.emergency_number,
        clinic_phone=work.clinic.phone,
        clinic_name=work.clinic.name,
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


def _short(text: str) -> str:
    if len(text) > LONGEST_CALLED:
        raise BadInput(_("Who was called is too long: 200 characters at most."), "called")
    return text.strip()


def _note(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise BadInput(
            _("This note is too long: 10,000 characters at most. Nothing was saved; shorten it."), "note"
        )
    return note.strip()
