"""The steps of a case's day: confirmed, arrived, in the room, recovery, overnight, gone; or called off.

`advance` takes the next step, `record_times` puts right what happened when, `step_back` takes the last step back. Actual
times are never refused for what they do to the diary: an early end gives back what it can, an overrun holds what is still
free and is shown. Discharging after a procedure belongs to `clinicdesk.services.discharge`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import (
    STEP_TIMES,
    ActualTimes,
    Booking,
    BookingState,
    Setting,
    next_states,
    step_act,
)
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.occupancy import actual_occupancy
from clinicdesk.domain.times import wall_clock
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.booking.changing import answered_by
from clinicdesk.services.booking.planning import (
    Planned,
    assigned,
    claiming,
    clash,
    plan_of,
    read_at,
    refuse,
    think_through,
    units_by_kind,
)
from clinicdesk.services.booking.writing import Told, write
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done, Work, command
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import catalogue, resources


def next_steps(
    booking: Booking, *, is_visit: bool, role: Role, today: bool = True
) -> tuple[BookingState, ...]:
    """The steps this role may take next, the usual one first. Leaving after a procedure is not among them.

    ``today`` is whether the case is planned for this day: before it a patient is confirmed, on it he or she arrives.
    """
    overnight = booking.draft.setting is Setting.OVERNIGHT
    steps = [
        state
        for state in next_states(booking.state, is_visit=is_visit, stays_overnight=overnight)
        if may(role, step_act(state)) and (is_visit or state is not BookingState.DISCHARGED)
    ]
    if today:
        return tuple(sorted(steps, key=lambda state: state is not BookingState.ARRIVED))
    return tuple(state for state in steps if state not in {BookingState.ARRIVED, BookingState.NO_SHOW})


def advance(
    desk: Desk,
    booking_id: BookingId,
    to_state: BookingState,
    version: int,
    *,
    at: datetime | None = None,
    reason: str = "",
) -> Done[Booking]:
    """Take a booking to ``to_state``, which became true ``at`` (now unless given, UTC).

    Who may is `clinicdesk.domain.booking.step_act`. Cancelling needs a ``reason``. Booking again what was requested, waiting
    or a no-show is checked like a new booking (`Clash`, `NeedsReason`). Raises `BadInput` for a step that makes no sense and
    for a time that cannot be, `NotAllowed`, `Stale`.
    """
    return claiming(lambda: _advance(desk, booking_id, to_state, version, at, reason.strip()))


def record_times(desk: Desk, booking_id: BookingId, version: int, actual: ActualTimes) -> Done[Booking]:
    """Put right what really happened when. Needs `Act.RUN_CASE`.

    Raises `BadInput` for times in the future, out of order, or of a step that was not taken; `Stale`.
    """
    return claiming(lambda: _record_times(desk, booking_id, version, actual))


def step_back(desk: Desk, booking_id: BookingId, version: int) -> Done[Booking]:
    """Take the last step back: the state before it, its actual time gone, and its claims if they are still free.

    A discharge after a procedure is not taken back: its papers and check-ins exist. Raises `BadInput`, `Clash`, `Stale`.
    """
    return claiming(lambda: _step_back(desk, booking_id, version))


@command(Act.SEE_DIARY)
def _advance(
    work: Work,
    booking_id: BookingId,
    to_state: BookingState,
    version: int,
    at: datetime | None,
    reason: str,
) -> Booking:
    return take_step(work, booking_id, to_state, version, at=at, reason=reason)


def take_step(
    work: Work,
    booking_id: BookingId,
    to_state: BookingState,
    version: int,
    *,
    at: datetime | None = None,
    reason: str = "",
) -> Booking:
    """`advance` inside another operation's unit of work."""
    work.need(step_act(to_state))
    before = read_at(work, booking_id, version)
    procedure = catalogue.procedure(work.session, before.draft.procedure_key)
    _check_step(before, to_state, procedure, reason)
    at = _moment(work, before, to_state, at)
    told = _told(before, to_state, at=at.isoformat())
    if to_state is BookingState.BOOKED:
        return _booked_again(work, before, reason, told)
    after = replace(
        _with_bed(work, before, at) if to_state is BookingState.OVERNIGHT else before,
        state=to_state,
        actual=before.actual.with_step(to_state, at),
        cancel_reason=reason if to_state is BookingState.CANCELLED else "",
    )
    return write(work, before, after, replace(told, at=at, note=reason))


@command(Act.RUN_CASE)
def _record_times(work: Work, booking_id: BookingId, version: int, actual: ActualTimes) -> Booking:
    before = read_at(work, booking_id, version)
    _check_times(work, before, actual)
    times = {name: _iso(getattr(actual, name)) for name in ActualTimes.__slots__}
    told = Told(action=AuditAction.CHANGED, details=times, step=False)
    return write(work, before, replace(before, actual=actual), told)


@command(Act.SEE_DIARY)
def _step_back(work: Work, booking_id: BookingId, version: int) -> Booking:
    before = read_at(work, booking_id, version)
    work.need(step_act(before.state))
    target = _state_before(work, before)
    after = replace(before, state=target, actual=before.actual.without_step(before.state), cancel_reason="")
    again = target.holds_claims and not before.state.holds_claims
    planned = _as_it_was(work, before) if again else None
    return write(work, before, after, _told(before, target, back=True), planned)


def _told(before: Booking, state: BookingState, **details: str | bool) -> Told:
    """What the audit trail keeps of a step."""
    told = {"state": state.value, **details, "from": before.state.value}
    return Told(action=AuditAction.STATE, details=told)


def _check_step(booking: Booking, to_state: BookingState, procedure: Procedure, reason: str) -> None:
    """Raise `BadInput` for a step that makes no sense from here."""
    overnight = booking.draft.setting is Setting.OVERNIGHT
    if to_state not in next_states(booking.state, is_visit=procedure.is_visit, stays_overnight=overnight):
        raise BadInput(
            _("A booking that is “{state}” cannot become “{next}”. Nothing was changed.").format(
                state=booking.state.label, next=to_state.label
            )
        )
    if to_state is BookingState.DISCHARGED and not procedure.is_visit:
        raise BadInput(
            _("After a procedure a patient leaves through the discharge, which checks what is missing.")
        )
    if to_state is BookingState.CANCELLED and not reason:
        raise BadInput(_("Give the reason for cancelling."), "reason")


def _moment(work: Work, booking: Booking, to_state: BookingState, at: datetime | None) -> datetime:
    """The instant of a step: now unless given. Raises `BadInput` where the step cannot have happened then."""
    at = (at or work.now).replace(microsecond=0)
    if at > work.now:
        raise BadInput(_("This time has not come yet."), "at")
    zone, starts = work.clinic.zone, booking.starts
    early = starts is not None and zone.day_of(at) < zone.day_of(starts)
    if early and to_state in {BookingState.ARRIVED, BookingState.IN_ROOM, BookingState.NO_SHOW}:
        assert starts is not None
        raise BadInput(
            _("This case is planned for {day}. Move it first.").format(
                day=wall_clock(work.clinic).day(zone.day_of(starts))
            )
        )
    if to_state is BookingState.NO_SHOW and starts is not None and at < starts:
        raise BadInput(_("It is too early for a no-show: the case has not started yet."))
    if not booking.actual.with_step(to_state, at).in_order:
        raise BadInput(_("This time is earlier than what happened before it."), "at")
    return at


def _booked_again(work: Work, before: Booking, reason: str, told: Told) -> Booking:
    """From a request, the waiting list or a no-show, with the checks of a new booking; other units may do."""
    if before.starts is None:
        raise BadInput(_("Choose a day and a time first."), "starts")
    fixed = tuple(unit for unit in before.draft.units if unit[0] is ResourceKind.SURGEON)
    planned = think_through(
        work,
        replace(before.draft, units=fixed, reason=reason),
        but=before,
        prefer=dict(before.draft.units),
        patient_unit=resources.of_patient(work.session, before.draft.patient_id),
    )
    answered = answered_by(work, planned, ())
    draft = replace(planned.filled, reason=reason or before.draft.reason)
    after = replace(before, draft=draft, state=BookingState.BOOKED)
    return write(work, before, after, replace(told, answered=answered, note=reason), planned)


def _as_it_was(work: Work, booking: Booking) -> Planned:
    """The very units that a booking held before it was called off, unquestioned. Raises `Clash` where one is taken."""
    planned = think_through(
        work,
        booking.draft,
        but=booking,
        patient_unit=resources.of_patient(work.session, booking.draft.patient_id),
    )
    refuse(planned)
    return planned


def _state_before(work: Work, booking: Booking) -> BookingState:
    """From where the last step came. Raises `BadInput` where it cannot be taken back."""
    target = bookings.last_step(work.session, booking.id)
    procedure = catalogue.procedure(work.session, booking.draft.procedure_key)
    overnight = booking.draft.setting is Setting.OVERNIGHT
    forward = target is not None and booking.state in next_states(
        target, is_visit=procedure.is_visit, stays_overnight=overnight
    )
    if target is None or not forward:
        raise BadInput(_("There is no step to take back."))
    if booking.state is BookingState.DISCHARGED and not procedure.is_visit:
        raise BadInput(
            _("A discharge is not taken back: its papers and check-ins exist. Correct what is wrong instead.")
        )
    return target


def _with_bed(work: Work, booking: Booking, at: datetime) -> Booking:
    """The booking with an overnight bed: the planned one, else the first free one. Raises `Clash` where none is free."""
    if booking.draft.unit(ResourceKind.BED) is not None and booking.draft.setting is Setting.OVERNIGHT:
        return booking
    plan = plan_of(work, booking.draft)
    if not plan.procedure.may_stay:
        raise BadInput(
            _("{procedure} has no overnight bed.").format(procedure=plan.procedure.name), "setting"
        )
    needs = [need for need in actual_occupancy(plan, booking.actual, at) if need.kinds == (ResourceKind.BED,)]
    assignment = assigned(work, needs, units_by_kind(work), {}, booking.id)
    if assignment.obstacles:
        raise clash(assignment, work.clinic)
    kept = tuple(unit for unit in booking.draft.units if unit[0] is not ResourceKind.BED)
    bed = dict(assignment.units)[ResourceKind.BED]
    draft = replace(booking.draft, setting=Setting.OVERNIGHT, units=(*kept, (ResourceKind.BED, bed)))
    return replace(booking, draft=draft)


def _check_times(work: Work, booking: Booking, actual: ActualTimes) -> None:
    if not actual.in_order:
        raise BadInput(_("These times are out of order: something ends before it starts."), "actual")
    for name in ActualTimes.__slots__:
        given, known = getattr(actual, name), getattr(booking.actual, name)
        if given is not None and given > work.now:
            raise BadInput(_("This time has not come yet."), name)
        if (given is None) != (known is None) and name in STEP_TIMES:
            raise BadInput(_("Take the step first; then its time can be put right."), name)
    if (actual.started or actual.ended) and not booking.state.has_begun:
        raise BadInput(_("The case has not been in the room yet."), "started")
    if actual.ended is None and booking.actual.recovery is not None:
        raise BadInput(_("Who is in recovery has been operated on: give the end."), "ended")


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
