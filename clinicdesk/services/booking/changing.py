"""The rules of changing a booking, shared by everything that changes, moves or puts back; used inside their unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from clinicdesk.domain.advice import Advice, ask, unanswered
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import ActualTimes, Booking, BookingDraft, BookingState, Setting
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.moving import staying_units
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.booking.planning import (
    Planned,
    answer_given,
    refuse,
    standing_advices,
    think_through,
)
from clinicdesk.services.booking.writing import Told, told_of, write
from clinicdesk.services.work import Work
from clinicdesk.storage import resources


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
    after = replace(
        before, draft=stored, state=state, actual=back.actual if back else _happened(before, state)
    )
    told = Told(
        action=AuditAction.MOVED if before.starts != stored.starts else AuditAction.CHANGED,
        details=told_of(after),
        answered=answered,
        note=planned.draft.reason,
    )
    return write(work, before, after, told, planned)


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
    after = replace(before, draft=planned.draft)
    return write(
        work, before, after, Told(action=AuditAction.CHANGED, details=told_of(after), note=draft.reason)
    )


def moved_draft(
    before: Booking, starts: datetime, units: Mapping[ResourceKind, ResourceId], reason: str
) -> BookingDraft:
    """What a move asks for: another start, and surgeon and room as they are unless ``units`` names others."""
    staying = staying_units(before, units.items())
    return replace(before.draft, starts=starts, units=tuple(staying.items()), reason=reason)


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
    return before.actual if state is before.state else before.actual.without_step(before.state)


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
