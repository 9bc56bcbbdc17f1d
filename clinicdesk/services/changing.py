"""What changing a booking does to it: shared by everything that changes, moves or takes back.

Used inside their unit of work; what a person can do is in `clinicdesk.services.booking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from clinicdesk.domain.advice import Advice, ask, unanswered
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import ActualTimes, Booking, BookingDraft, BookingState, Setting
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.moving import staying_units
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.planning import Planned, answer_given, refuse, standing_advices, think_through
from clinicdesk.services.redating import redate
from clinicdesk.services.steps import settle
from clinicdesk.services.work import Work
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import claims, resources


def changed(
    work: Work,
    before: Booking,
    draft: BookingDraft,
    state: BookingState,
    *,
    back: Booking | None = None,
    said_now: bool = False,
) -> Booking:
    """Store ``draft`` in place of what ``before`` said, in ``state``, with all checks.

    With ``back`` the advices are not asked anew: it stood so before, and is put back with its reason and its times.
    ``said_now`` tells that the reason of ``draft`` was given for this change, even where it reads as the one before.
    """
    if draft.patient_id != before.draft.patient_id:
        raise BadInput(
            _("A booking stays with its patient. Cancel it, and book the other patient."), "patient"
        )
    missed = before.state is BookingState.NO_SHOW and not state.holds_claims
    if before.state is BookingState.CANCELLED or missed:
        raise BadInput(_("This booking is “{state}”. Book anew.").format(state=before.state.label))
    if before.state.has_begun:
        return _recorded(work, before, draft)
    new_reason = answer_given(draft, before, said_now=said_now)
    planned = think_through(
        work,
        replace(draft, reason=new_reason),
        but=before,
        prefer=dict(before.draft.units),
        patient_unit=resources.of_patient(work.session, draft.patient_id) if state.holds_claims else None,
    )
    answered: tuple[Advice, ...] = ()
    if state.holds_claims:
        refuse_without_start(draft)
        answered = answered_by(work, planned, planned.advices if back else standing_advices(work, before))
    elif planned.problems:
        raise planned.problems[0]
    stored = replace(
        planned.filled if state.holds_claims else planned.draft,
        reason=draft.reason if back else new_reason or before.draft.reason,
    )
    actual = back.actual if back else _happened(before, state)
    return _rewrite(work, before, stored, state, actual, planned, answered)


def moved(
    work: Work,
    before: Booking,
    starts: datetime,
    *,
    minutes: int | None,
    units: Mapping[ResourceKind, ResourceId],
    reason: str,
) -> Booking:
    """Store ``before`` at another start, at another length or with other ``units``, with all checks."""
    draft = replace(
        before.draft,
        starts=starts,
        minutes=before.draft.minutes if minutes is None else minutes,
        units=tuple(staying_units(before, units.items()).items()),
        reason=reason,
    )
    return changed(work, before, draft, state_after(work, before, draft), said_now=True)


def _rewrite(
    work: Work,
    before: Booking,
    draft: BookingDraft,
    state: BookingState,
    actual: ActualTimes,
    planned: Planned,
    answered: tuple[Advice, ...],
) -> Booking:
    step = bookings.Step(
        at=work.now,
        by=work.actor.user_id,
        from_state=before.state,
        to_state=state,
        from_starts=before.starts,
        to_starts=draft.starts,
        note=planned.draft.reason,
    )
    booking = bookings.change(work.session, before, draft, planned.procedure_id, step, actual=actual)
    if state.holds_claims and planned.assignment is not None:
        claims.replace(work.session, booking.id, planned.assignment.claims)
    else:
        claims.clear(work.session, booking.id)
    redate(work, before, booking)
    action = AuditAction.MOVED if before.starts != draft.starts else AuditAction.CHANGED
    work.record(action, Subject.BOOKING, booking.id, **told_of(booking))
    audit_answers(work, booking.id, answered)
    return booking


def _recorded(work: Work, before: Booking, draft: BookingDraft) -> Booking:
    """A case that has begun: what was done may be put right, the plan stays, and what it holds is not asked for anew."""
    if any(getattr(draft, field) != getattr(before.draft, field) for field in _PLAN):
        raise BadInput(
            _("This case has begun: its planned times stay. Record the actual times instead."), "starts"
        )
    if draft.setting is Setting.OVERNIGHT and before.draft.setting is Setting.HOME:
        raise BadInput(_("Take the step “Overnight” instead: it finds a bed."), "setting")
    home = draft.setting is Setting.HOME
    units = tuple(unit for unit in before.draft.units if not (home and unit[0] is ResourceKind.BED))
    draft = replace(draft, units=units, reason=answer_given(draft, before) or before.draft.reason)
    planned = think_through(work, draft, but=before)
    if planned.problems:
        raise planned.problems[0]
    step = bookings.Step(work.now, work.actor.user_id, before.state, before.state, note=draft.reason)
    booking = bookings.change(work.session, before, planned.draft, planned.procedure_id, step)
    settle(work, booking)
    work.record(AuditAction.CHANGED, Subject.BOOKING, booking.id, **told_of(booking))
    return booking


def state_after(work: Work, before: Booking, draft: BookingDraft, *, to_book: bool = False) -> BookingState:
    """The state after a change: a request may become booked, and who moves is to be confirmed again.

    Who has arrived and is sent home to come on another day has not arrived for that day.
    """
    if to_book and not before.state.holds_claims:
        return BookingState.BOOKED
    if before.state is BookingState.CONFIRMED and draft.starts != before.starts:
        return BookingState.BOOKED
    if before.state is BookingState.ARRIVED and _is_other_day(work, before.starts, draft.starts):
        return BookingState.BOOKED
    return before.state


def _is_other_day(work: Work, one: datetime | None, other: datetime | None) -> bool:
    day_of = work.clinic.zone.day_of
    return one is not None and other is not None and day_of(one) != day_of(other)


def _happened(before: Booking, state: BookingState) -> ActualTimes:
    """What has happened so far, as it counts for a booking in ``state``."""
    if before.state is BookingState.ARRIVED and state is not BookingState.ARRIVED:
        return replace(before.actual, arrived=None)
    return before.actual


def told_of(booking: Booking) -> dict[str, str | int]:
    """What the audit trail keeps of a booking: codes and times."""
    draft = booking.draft
    told: dict[str, str | int] = {"procedure": draft.procedure_key, "state": booking.state.value}
    if draft.starts is not None:
        told |= {"starts": draft.starts.isoformat(), "minutes": draft.minutes}
    return told | {kind.value: unit for kind, unit in draft.units}


def audit_answers(work: Work, booking_id: BookingId, answered: tuple[Advice, ...]) -> None:
    """Note in the audit trail which advices a reason answered."""
    if answered:
        keys = ",".join(advice.key for advice in answered)
        work.audit(AuditAction.OVERRODE, Subject.BOOKING, booking_id, advices=keys)


def answered_by(work: Work, planned: Planned, before: Iterable[Advice]) -> tuple[Advice, ...]:
    """Raise what stands against the draft; return the advices that its reason answers."""
    refuse(planned)
    standing = unanswered(planned.advices, before)
    ask(standing, reason=planned.draft.reason, may_override=work.may(Act.OVERRIDE))
    return standing


def refuse_without_start(draft: BookingDraft) -> None:
    """Raise `BadInput` where there is no start."""
    if draft.starts is None:
        raise BadInput(_("Choose a day and a time, or keep it as a request."), "starts")


_PLAN = ("starts", "minutes", "setup_minutes", "turnover_minutes", "recovery_minutes")
