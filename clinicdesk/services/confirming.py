"""Confirming by phone: the list of who has to be called, the call itself, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.calling import CallAttempt, CallOutcome
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.confirming import ConfirmLine, ConfirmSheet, called_twice
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.preparation import LONGEST_NOTE, SHOWN_DAYS
from clinicdesk.domain.working_days import Calendar
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.booking.planning import read_at
from clinicdesk.services.booking.steps import take_step
from clinicdesk.services.numbers import usual_no_shows
from clinicdesk.services.preparation import calendar_with_closures
from clinicdesk.services.work import Work, chart, command, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import calling, confirming, preparation, recovery

_LOGGED = frozenset(
    {
        CallOutcome.REACHED,
        CallOutcome.CONTACT_REACHED,
        CallOutcome.NO_ANSWER,
        CallOutcome.MESSAGE_LEFT,
        CallOutcome.WRONG_NUMBER,
    }
)
_LONGEST_NUMBER = 60


@query(Act.PREPARE)
def to_confirm(work: Work, days: int = SHOWN_DAYS) -> tuple[ConfirmLine, ...]:
    """Who has to be called: the booked cases from now up to the last of the next ``days`` working days, by start.

    A confirmed one is among them again where its patient is likely not to come and the second call is due.
    """
    calendar = calendar_with_closures(work)
    last = calendar.working.coming(calendar.today, days)[-1]
    found = confirming.lines(work.session, work.now, calendar.zone.day_bounds(last)[1])
    return tuple(line for line in _with_second_calls(work, found, calendar) if line.waits)


@chart(Act.PREPARE)
def open_call(work: Work, booking_id: BookingId) -> ConfirmSheet:
    """Everything for the phone; opening it is a reading of the chart. Raises `NotFound`, `BadInput` without a time."""
    sheet = _sheet(work, booking_id)
    work.audit(AuditAction.READ, Subject.BOOKING, booking_id, call=confirming.CONFIRM)
    return sheet


@command(Act.PREPARE)
def log_attempt(
    work: Work, booking_id: BookingId, outcome: CallOutcome, *, number: str = "", note: str = ""
) -> ConfirmSheet:
    """Log a call after which the case is still not confirmed: nobody answered, a message, somebody else, another wish.

    Raises `BadInput` where the case is no longer to be confirmed.
    """
    if outcome not in _LOGGED:
        raise BadInput(_("This is not what comes of a call to confirm."), "outcome")
    _must_wait(work, bookings.read(work.session, booking_id))
    _log(work, booking_id, outcome, number, note)
    return _sheet(work, booking_id)


@command(Act.RUN_DAY)
def confirm(work: Work, booking_id: BookingId, version: int, *, number: str = "", note: str = "") -> Booking:
    """The patient was reached and comes. `clinicdesk.services.booking.steps.step_back` takes it back.

    Raises `BadInput`, `Stale`.

    Of a second call nothing but the call is kept: the case is confirmed already.
    """
    _must_wait(work, bookings.read(work.session, booking_id))
    before = read_at(work, booking_id, version)
    _log(work, booking_id, CallOutcome.REACHED, number, note)
    if before.state is BookingState.CONFIRMED:
        return before
    return take_step(work, booking_id, BookingState.CONFIRMED, version)


@command(Act.RUN_DAY)
def call_off(work: Work, booking_id: BookingId, version: int, reason: str, *, number: str = "") -> Booking:
    """The patient was reached and does not come. Raises `BadInput` without a ``reason``, `Stale`."""
    _must_wait(work, bookings.read(work.session, booking_id))
    _log(work, booking_id, CallOutcome.REACHED, number, "")
    return take_step(work, booking_id, BookingState.CANCELLED, version, reason=reason.strip())


def _sheet(work: Work, booking_id: BookingId) -> ConfirmSheet:
    session = work.session
    case = preparation.case_of(session, booking_id)
    before = case.before
    if before is None:
        raise BadInput(_("This case has no time yet: there is nothing to confirm."))
    calendar = calendar_with_closures(work)
    line = _line(work, booking_id, before.starts, calendar)
    phones = calling.phones(session, case.patient_id, case.patient)
    whose = {phone.number: phone.who for phone in phones}
    attempts = confirming.attempts_of(session, [booking_id]).get(booking_id, ())
    return ConfirmSheet(
        line=line,
        mrn=confirming.mrn_of(session, case.patient_id),
        state=case.state,
        before=before,
        escort_required=case.facts.escort_required,
        escort=confirming.escort_of(session, case.patient_id),
        blood_thinner=case.facts.blood_thinner if case.facts.may_bleed else "",
        has_brace=confirming.has_brace(session, booking_id),
        surgeon=recovery.surgeon(session, booking_id),
        phones=phones,
        attempts=tuple(replace(each, called=whose.get(each.number, "")) for each in attempts),
        wrong=calling.wrong_numbers(session, case.patient_id),
        missing=tuple(point for point in case.points(calendar) if point.state.is_missing),
        clinic_name=work.clinic.name,
        version=case.version,
    )


def _line(work: Work, booking_id: BookingId, starts: datetime, calendar: Calendar) -> ConfirmLine:
    (line,) = _with_second_calls(
        work, confirming.lines(work.session, starts, starts, only=booking_id), calendar
    )
    return line


def _with_second_calls(
    work: Work, lines: Sequence[ConfirmLine], calendar: Calendar
) -> tuple[ConfirmLine, ...]:
    usual = usual_no_shows(work) if lines else 0.0
    return tuple(replace(line, twice=called_twice(line, usual, calendar)) for line in lines)


def _waits(work: Work, booking: Booking) -> bool:
    if booking.state is not BookingState.CONFIRMED or booking.starts is None:
        return booking.state is BookingState.BOOKED
    return _line(work, booking.id, booking.starts, calendar_with_closures(work)).waits


def _must_wait(work: Work, booking: Booking) -> None:
    if not _waits(work, booking):
        raise BadInput(
            _("This case is “{state}” by now: there is nothing to confirm. Nothing was changed.").format(
                state=booking.state.label
            )
        )


def _log(work: Work, booking_id: BookingId, outcome: CallOutcome, number: str, note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise BadInput(
            _("This text has {count} characters; {most} fit. Shorten it.").format(
                count=len(note), most=LONGEST_NOTE
            ),
            "note",
        )
    attempt = CallAttempt(
        at=work.now,
        by=work.actor.full_name,
        called="",
        number=number.strip()[:_LONGEST_NUMBER],
        outcome=outcome,
        note=note.strip(),
    )
    confirming.add_attempt(work.session, booking_id, attempt, by=work.actor.user_id)
    work.record(
        AuditAction.CALLED,
        Subject.BOOKING,
        booking_id,
        outcome=outcome.value,
        about=confirming.CONFIRM,
    )
