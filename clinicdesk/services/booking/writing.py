"""The one writer of bookings: row, units, history, claims, the dates that hang on them, the audit trail and the Changes.

Whoever books, changes, moves, takes a step or takes one back works out how the booking shall stand and calls `create` or
`write`. What the booking holds follows from its state alone: nothing, what really happened, or the units it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from clinicdesk.domain.advice import Advice
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span, fitted, merged
from clinicdesk.domain.scheduling.occupancy import actual_occupancy
from clinicdesk.services.booking.planning import Planned, plan_of
from clinicdesk.services.booking.redating import redate
from clinicdesk.services.work import Work
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import claims, resources
from clinicdesk.storage.booking import writing as storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the history and the audit trail are told of a change.

    ``details`` are codes, ids and times for the trail. ``answered`` are the advices that the person's reason lifted.
    ``at`` is when it became true, now unless given. A correction that is no step of its own has no ``step``.
    """

    action: AuditAction
    details: Mapping[str, str | int | bool | None]
    answered: tuple[Advice, ...] = ()
    note: str = ""
    at: datetime | None = None
    step: bool = True


def create(work: Work, planned: Planned, state: BookingState, answered: tuple[Advice, ...] = ()) -> Booking:
    """Store a new booking in ``state``. The database refuses what is taken by now (`ClashStored`)."""
    draft = planned.filled if state.holds_claims else planned.draft
    booking = storage.add(
        work.session, draft, state, planned.procedure_id, at=work.now, by=work.actor.user_id
    )
    told = Told(action=AuditAction.CREATED, details=told_of(booking), answered=answered, note=draft.reason)
    _step(work, None, booking, told)
    if state.holds_claims and planned.assignment is not None:
        storage.claim(work.session, booking.id, planned.assignment.claims)
    _tell(work, booking, told)
    return booking


def write(work: Work, before: Booking, after: Booking, told: Told, planned: Planned | None = None) -> Booking:
    """Store ``after`` in place of ``before``, one version on. Raises `Stale`, `ClashStored`.

    ``planned`` has the units that ``after`` is to hold where what it says is new, or it held nothing. Without it a booking
    that has not begun goes on holding what it held.
    """
    after = replace(after, ends=after.draft.ends, version=before.version + 1)
    storage.rewrite(work.session, before, after)
    if told.step:
        _step(work, before, after, told)
    _hold(work, before, after, planned)
    redate(work, before, after)
    _tell(work, after, told)
    return after


def give_back(work: Work, booking: Booking) -> None:
    """Let a booking hold nothing until it is written again in this transaction: so that several can trade places."""
    storage.give_back(work.session, booking.id)


def told_of(booking: Booking) -> dict[str, str | int | bool | None]:
    """What the audit trail keeps of a booking: codes and times."""
    draft = booking.draft
    told: dict[str, str | int | bool | None] = {
        "procedure": draft.procedure_key,
        "state": booking.state.value,
    }
    if draft.starts is not None:
        told |= {"starts": draft.starts.isoformat(), "minutes": draft.minutes}
    return told | {kind.value: unit for kind, unit in draft.units}


def _step(work: Work, before: Booking | None, after: Booking, told: Told) -> None:
    """The line in the history. It names the start where that is news: where it changed, or was taken (again)."""
    was = None if before is None else before.starts
    taken = after.state.holds_claims and not (before is not None and before.state.holds_claims)
    news = taken or was != after.starts
    step = storage.Step(
        at=told.at or work.now,
        by=work.actor.user_id,
        from_state=None if before is None else before.state,
        to_state=after.state,
        from_starts=was if news else None,
        to_starts=after.starts if news else None,
        note=told.note,
    )
    storage.add_step(work.session, after.id, step)


def _tell(work: Work, booking: Booking, told: Told) -> None:
    work.record(told.action, Subject.BOOKING, booking.id, **told.details)
    if told.answered:
        keys = ",".join(advice.key for advice in told.answered)
        work.audit(AuditAction.OVERRODE, Subject.BOOKING, booking.id, advices=keys)


def _hold(work: Work, before: Booking, after: Booking, planned: Planned | None) -> None:
    """Make the claims what the booking's state says. The history is written before: it tells when the bed was taken."""
    if not after.state.holds_claims:
        storage.give_back(work.session, after.id)
    elif after.state.has_begun:
        _replace(work, after, _really_occupied(work, after))
    elif planned is not None and planned.assignment is not None:
        _replace(work, after, planned.assignment.claims)
    elif after.draft != before.draft or not before.state.holds_claims:
        raise ValueError("what a booking is to hold was not worked out")


def _replace(work: Work, booking: Booking, held: Iterable[Claimed]) -> None:
    storage.give_back(work.session, booking.id)
    storage.claim(work.session, booking.id, held)


def _really_occupied(work: Work, booking: Booking) -> list[Claimed]:
    """What a case that has begun really occupies: less after an early end, more where that is still free."""
    if booking.starts is None:
        return []
    needs = actual_occupancy(
        plan_of(work, booking.draft), booking.actual, bookings.bed_from(work.session, booking.id)
    )
    patient = resources.of_patient(work.session, booking.draft.patient_id)
    units = {**dict(booking.draft.units), ResourceKind.PATIENT: patient}
    wanted: dict[ResourceId, list[Span]] = {}
    for need in needs:
        unit = next((units[kind] for kind in need.kinds if kind in units), None)
        if unit is not None:
            wanted.setdefault(unit, []).append(need.span)
    return _fitted(work, booking, wanted)


def _fitted(work: Work, booking: Booking, wanted: Mapping[ResourceId, list[Span]]) -> list[Claimed]:
    """As much of what is wanted as others leave free; what the booking holds already is free by nature."""
    if not wanted:
        return []
    spans = [span for each in wanted.values() for span in each]
    window = Span(min(span.starts for span in spans), max(span.ends for span in spans))
    kept: dict[ResourceId, list[Span]] = {}
    for claim in claims.of_booking(work.session, booking.id):
        kept.setdefault(claim.resource_id, []).append(claim.span)
    others: dict[ResourceId, list[Span]] = {}
    for holder in claims.held(work.session, tuple(wanted), window, but=booking.id):
        others.setdefault(ResourceId(holder.resource_id), []).append(Span(holder.starts, holder.ends))
    found = []
    for unit, each in wanted.items():
        for span in merged(each):
            own = next((have for have in kept.get(unit, ()) if have.overlaps(span)), None)
            fit = fitted(span, own, others.get(unit, ()))
            if fit is not None:
                found.append(Claimed(unit, fit))
    return found
