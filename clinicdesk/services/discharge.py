"""Leaving: record scores, escort and teach-back, sign the order, discharge, and set the recovery going."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from clinicdesk.domain import discharge as rules
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.catalogue import Procedure, Sedation, SedationLevel
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.discharge import DischargeDetails, DischargeRecord, Missing, Outcome, Score
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import BadInput, NeedsReason, NotAllowed
from clinicdesk.i18n import _
from clinicdesk.services import recovery as recovery_service
from clinicdesk.services.booking.writing import Told, write
from clinicdesk.services.work import Work, chart, command
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import brace, catalogue, discharge, patients, recovery, resources

FROM_STATES = frozenset({BookingState.RECOVERY, BookingState.OVERNIGHT})
LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeView:
    """Everything the leaving screen shows: the booking, the record, what is missing and what this person may do.

    ``named_escort`` was named when the patient registered; that they have come is for someone to see and say.
    """

    booking: Booking
    procedure: Procedure
    sedation: SedationLevel
    patient: str
    birth_date: date
    mrn: str
    blood_thinner: str
    named_escort: str
    named_escort_phone: str
    language: str
    large_print: bool
    surgeon: str
    record: DischargeRecord
    missing: tuple[Missing, ...]
    braces: tuple[BraceOrderRecord, ...]
    check_ins: tuple[tuple[str, date], ...]
    may_score: bool
    may_sign: bool
    may_discharge: bool
    may_override: bool

    @property
    def is_over(self) -> bool:
        """Whether the patient has left."""
        return self.booking.state is BookingState.DISCHARGED

    @property
    def scores_asked(self) -> bool:
        """Whether the scores apply: local anesthetic alone needs neither."""
        return self.sedation.key is not Sedation.LOCAL


@chart(Act.READ_CHART)
def open_discharge(work: Work, booking_id: BookingId) -> DischargeView:
    """The leaving of one booking; opening it is a reading of the chart."""
    view = _view(work, booking_id)
    work.audit(AuditAction.READ, Subject.PATIENT, view.booking.draft.patient_id, booking=booking_id)
    return view


@command(Act.RECORD_RECOVERY)
def record_score(
    work: Work,
    booking_id: BookingId,
    version: int,
    *,
    aldrete: Mapping[str, int] | None = None,
    padss: Mapping[str, int] | None = None,
) -> DischargeView:
    """Store the chosen categories of one or both scores, with who and when. Raises `BadInput`."""
    _must_be_here(work, booking_id)
    values: dict[str, object] = {}
    if aldrete is not None:
        values |= _score_values("aldrete", rules.aldrete(aldrete), work)
    if padss is not None:
        values |= _score_values("padss", rules.padss(padss), work)
    return _written(work, booking_id, version, values, AuditAction.CHANGED, what="scores")


@command(Act.RECORD_RECOVERY)
def save_details(work: Work, booking_id: BookingId, version: int, details: DischargeDetails) -> DischargeView:
    """Store what the clinic types for the sheet. A signed order falls away if what it covers changes.

    The operating surgeon signs the lifting limit, the medicines and when to restart a blood thinner: a change of those
    after the signature asks for a new one.
    """
    _must_be_here(work, booking_id)
    before = discharge.read(work.session, booking_id)
    values = discharge.details_values(details)
    if before.order is not None and _ordered_part(before.details) != _ordered_part(details):
        values |= {"order_signed_at": None, "order_signed_by": None}
    return _written(work, booking_id, version, values, AuditAction.CHANGED, what="details")


@command(Act.RECORD_RECOVERY)
def taught(work: Work, booking_id: BookingId, version: int, *, done: bool = True) -> DischargeView:
    """Note that the instructions were explained and said back (teach-back), or take that back."""
    _must_be_here(work, booking_id)
    values: dict[str, object] = {
        "teach_back_at": work.now if done else None,
        "teach_back_by": work.actor.user_id if done else None,
    }
    return _written(work, booking_id, version, values, AuditAction.CHANGED, what="teach-back")


@command(Act.ORDER_DISCHARGE)
def sign_order(work: Work, booking_id: BookingId, version: int) -> DischargeView:
    """Sign the discharge order: the operating physician's (42 CFR 416.52(c)).

    Raises `NotAllowed` for a surgeon who did not operate.
    """
    _must_be_here(work, booking_id)
    _must_be_operating(work, booking_id)
    values: dict[str, object] = {"order_signed_at": work.now, "order_signed_by": work.actor.user_id}
    return _written(work, booking_id, version, values, AuditAction.SIGNED, what="order")


@command(Act.ORDER_DISCHARGE)
def exempt_escort(work: Work, booking_id: BookingId, version: int, reason: str) -> DischargeView:
    """Let the patient leave without a responsible adult: the attending physician's own exemption, with its reason.

    42 CFR 416.52(c); an empty ``reason`` takes the exemption back.
    """
    _must_be_here(work, booking_id)
    _must_be_operating(work, booking_id)
    reason = _reason(reason)
    values: dict[str, object] = {
        "escort_exempt_reason": reason,
        "escort_exempt_by": work.actor.user_id if reason else None,
        "escort_exempt_at": work.now if reason else None,
    }
    return _written(work, booking_id, version, values, AuditAction.SIGNED, what="escort exemption")


@command(Act.DISCHARGE)
def discharge_patient(
    work: Work, booking_id: BookingId, version: int, *, outcome: Outcome = Outcome.HOME, reason: str = ""
) -> DischargeView:
    """End the stay. What is missing blocks by name; a reason from a role that may override lifts what can be lifted.

    Makes the recovery check-ins. Every outcome but home asks for its reason. Raises `NeedsReason`, `NotAllowed`.
    """
    _must_be_here(work, booking_id)
    view = _view(work, booking_id)
    reason = _reason(reason)
    overridden = _check(work, view, outcome, reason)
    values: dict[str, object] = {
        "outcome": outcome,
        "override_reason": reason,
        "override_by": work.actor.user_id if reason else None,
        "override_missing": ",".join(overridden),
    }
    discharge.write(work.session, booking_id, version, **values)
    _leave(work, view.booking, outcome, reason)
    _after(work, view, outcome)
    if overridden:
        work.audit(AuditAction.OVERRODE, Subject.DISCHARGE, booking_id, missing=",".join(overridden))
    work.changed(Subject.DISCHARGE, booking_id)
    return _view(work, booking_id)


def _check(work: Work, view: DischargeView, outcome: Outcome, reason: str) -> tuple[Missing, ...]:
    """Raise what stands in the way; return what the reason lifts."""
    if not outcome.is_checked:
        if not reason:
            raise NeedsReason(_("Write what happened: every ending but going home asks for its reason."))
        return ()
    if not view.missing:
        return ()
    firm = tuple(thing for thing in view.missing if not thing.can_be_overridden)
    if firm:
        raise BadInput(" ".join([_("The patient cannot leave yet."), *(thing.sentence for thing in firm)]))
    if not reason:
        raise NeedsReason(
            " ".join([_("The patient cannot leave yet."), *(thing.sentence for thing in view.missing)])
        )
    work.need(Act.OVERRIDE)
    return view.missing


def _leave(work: Work, booking: Booking, outcome: Outcome, reason: str) -> None:
    gone = BookingState.DISCHARGED
    after = replace(booking, state=gone, actual=booking.actual.with_step(gone, work.now))
    details = {"state": gone.value, "outcome": outcome.value}
    write(work, booking, after, Told(action=AuditAction.STATE, details=details, note=reason))


def _after(work: Work, view: DischargeView, outcome: Outcome) -> None:
    booking = view.booking
    patient_id = booking.draft.patient_id
    if outcome.is_followed_up:
        ended = booking.actual.ended or booking.ends or work.now
        recovery_service.make_check_ins(work, booking, view.procedure, ended)
    if outcome is Outcome.DIED:
        patients.set_deceased(work.session, patient_id, work.clinic.zone.day_of(work.now))
        work.record(AuditAction.CHANGED, Subject.PATIENT, patient_id, deceased=True)
        recovery_service.close_for_death(work, patient_id)
    work.changed(Subject.PATIENT, patient_id)


def _view(work: Work, booking_id: BookingId) -> DischargeView:
    booking = bookings.read(work.session, booking_id)
    patient = patients.read(work.session, booking.draft.patient_id)
    sedation = catalogue.sedation_level(work.session, booking.draft.sedation)
    record = discharge.read(work.session, booking_id)
    escort = patient.draft.escort
    lacking = rules.missing(
        record,
        sedation=sedation.key,
        escort_required=sedation.escort_required,
        brace_waits=discharge.brace_waits(work.session, booking_id),
    )
    return DischargeView(
        booking=booking,
        procedure=catalogue.procedure(work.session, booking.draft.procedure_key),
        sedation=sedation,
        patient=patient.name,
        birth_date=patient.draft.birth_date,
        mrn=patient.mrn,
        blood_thinner=patient.draft.blood_thinner,
        named_escort=escort.name if escort else "",
        named_escort_phone=escort.phone if escort else "",
        language=patient.draft.language,
        large_print=patient.draft.large_print,
        surgeon=_surgeon_name(work, booking),
        record=record,
        missing=() if booking.state is BookingState.DISCHARGED else lacking,
        braces=brace.of_booking(work.session, booking_id),
        check_ins=tuple(
            (label, due) for label, due, _channel in recovery.of_booking(work.session, booking_id)
        ),
        may_score=work.may(Act.RECORD_RECOVERY),
        may_sign=work.may(Act.ORDER_DISCHARGE) and _is_operating(work, booking),
        may_discharge=work.may(Act.DISCHARGE),
        may_override=work.may(Act.OVERRIDE),
    )


def _written(
    work: Work,
    booking_id: BookingId,
    version: int,
    values: Mapping[str, object],
    action: AuditAction,
    *,
    what: str,
) -> DischargeView:
    discharge.write(work.session, booking_id, version, **values)
    work.record(action, Subject.DISCHARGE, booking_id, what=what)
    work.changed(Subject.BOOKING, booking_id)
    return _view(work, booking_id)


def _score_values(name: str, score: Score, work: Work) -> dict[str, object]:
    return {
        name: json.dumps(dict(score.chosen), sort_keys=True),
        f"{name}_at": work.now,
        f"{name}_by": work.actor.user_id,
    }


def _ordered_part(details: DischargeDetails) -> tuple[object, ...]:
    return (
        details.lifting_limit.strip(),
        details.medicines.strip(),
        details.opioids,
        details.blood_thinner_restart.strip(),
    )


def _must_be_here(work: Work, booking_id: BookingId) -> None:
    state = bookings.read(work.session, booking_id).state
    if state not in FROM_STATES:
        raise BadInput(
            _("This booking is “{state}”. A patient leaves from recovery or after the night.").format(
                state=state.label
            )
        )


def _must_be_operating(work: Work, booking_id: BookingId) -> None:
    if not _is_operating(work, bookings.read(work.session, booking_id)):
        raise NotAllowed(
            _("Only the surgeon who operated signs this. Nothing was changed. Ask {surgeon}.").format(
                surgeon=_surgeon_name(work, bookings.read(work.session, booking_id))
            )
        )


def _is_operating(work: Work, booking: Booking) -> bool:
    """Whether the person is the booking's surgeon. A surgeon's unit that no user stands behind binds nobody."""
    unit = booking.draft.unit(ResourceKind.SURGEON)
    if unit is None:
        return True
    user_id = resources.read(work.session, unit).user_id
    return user_id is None or user_id == work.actor.user_id


def _surgeon_name(work: Work, booking: Booking) -> str:
    unit = booking.draft.unit(ResourceKind.SURGEON)
    return "" if unit is None else resources.read(work.session, unit).name


def _reason(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_REASON:
        raise BadInput(_("This reason is too long: 1,000 characters at most."), "reason")
    return text
