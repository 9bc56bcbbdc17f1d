"""Booking: checking a draft as it is typed, booking it, changing and moving it, taking a change back.

`check` says what would happen and writes nothing. `book`, `request`, `change` and `move` refuse what `check` shows as a
problem (`BadInput`, with the field) or as a clash (`Clash`, naming every holder), and ask for a reason where an advice
stands against it (`NeedsReason`; who may answer which: `clinicdesk.domain.advice`). Everything is audited, and every step
is kept in the booking's history. What happens on the day is in `clinicdesk.services.steps`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from clinicdesk.domain.advice import Advice, Answer, SameDay, unanswered
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking, BookingDraft, BookingState, Setting
from clinicdesk.domain.catalogue import Procedure, Sedation, planned_minutes
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.instructions import BeforeCase, FastingPlan, before_case
from clinicdesk.domain.patients import PatientForBooking
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.clashes import Obstacle
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import leaving_hour
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.errors import BadInput
from clinicdesk.services import slots
from clinicdesk.services.changing import (
    answered_by,
    audit_answers,
    changed,
    moved,
    refuse_without_start,
    state_after,
    told_of,
)
from clinicdesk.services.desk import Desk
from clinicdesk.services.durations import suggestion
from clinicdesk.services.planning import (
    Planned,
    answer_given,
    claiming,
    read_at,
    standing_advices,
    think_through,
)
from clinicdesk.services.work import Done, Work, command, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import catalogue, claims, patients, resources


@dataclass(frozen=True, slots=True)
class Taken:
    """One unit a draft would take. ``chosen`` tells whether it was asked for or is the first free one."""

    kind: ResourceKind
    unit: Resource
    chosen: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCheck:
    """What would happen if a draft were booked now. Times are UTC.

    ``problems`` refuse it (each with the field it belongs to), ``clashes`` too; ``advices`` are all that stand, ``open``
    those that still ask for a reason; ``may_answer`` tells whether this person's reason would do.
    """

    draft: BookingDraft
    problems: tuple[BadInput, ...]
    clashes: tuple[Obstacle, ...]
    advices: tuple[Advice, ...]
    open: tuple[Advice, ...]
    may_answer: bool
    taken: tuple[Taken, ...]
    planned_minutes: int
    fasting: FastingPlan | None
    arrive: datetime | None
    home: datetime | None

    @property
    def needs_reason(self) -> bool:
        """Whether a reason has to be given."""
        return bool(self.open)

    @property
    def bookable(self) -> bool:
        """Whether booking it would go through as it stands (a race aside)."""
        answered = not self.open or (self.may_answer and bool(self.draft.reason))
        return not self.problems and not self.clashes and self.draft.starts is not None and answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the form offers to choose from."""

    procedures: tuple[Procedure, ...]
    sedations: tuple[SedationLevel, ...]
    units: tuple[Resource, ...]

    def of_kind(self, kind: ResourceKind) -> tuple[Resource, ...]:
        """The units of one kind, in the clinic's order."""
        return tuple(unit for unit in self.units if unit.kind is kind)


@dataclass(frozen=True, slots=True)
class BookedPatient:
    """Who the form is about, and the last time this patient was here (``None``: never)."""

    patient: PatientForBooking
    last: SameDay | None


@query(Act.BOOK)
def offer(work: Work) -> Offer:
    """What can be chosen: procedures and visits, depths of sedation, units in use."""
    return Offer(
        procedures=catalogue.procedures(work.session),
        sedations=catalogue.sedation_levels(work.session),
        units=resources.of_kinds(work.session),
    )


@query(Act.BOOK)
def patient(work: Work, patient_id: PatientId) -> BookedPatient:
    """Who is to be booked. Raises `NotFound`."""
    found = patients.read_for_booking(work.session, patient_id)
    return BookedPatient(found, bookings.last_before(work.session, patient_id, work.now))


@query(Act.BOOK)
def check(
    work: Work, draft: BookingDraft, but: BookingId | None = None, *, said_now: bool = False
) -> BookingCheck:
    """What would happen with ``draft``; ``but`` is the booking it would change, ``said_now`` as `change` takes it.

    Writes nothing.

    Raises `BadInput` or `NotFound` where the patient, the procedure or the sedation does not exist.
    """
    before = bookings.read(work.session, but) if but is not None else None
    planned = think_through(
        work,
        replace(draft, reason=answer_given(draft, before, said_now=said_now)),
        but=before,
        prefer=dict(before.draft.units) if before is not None else None,
        patient_unit=resources.find_patient(work.session, draft.patient_id),
    )
    standing = standing_advices(work, before) if before is not None else ()
    open_advices = unanswered(planned.advices, standing)
    before_it = _before(planned)
    return BookingCheck(
        draft=planned.draft,
        problems=_one_a_field(planned.problems),
        clashes=planned.assignment.obstacles if planned.assignment is not None else (),
        advices=planned.advices,
        open=open_advices,
        may_answer=work.may(Act.OVERRIDE) or all(each.answer is not Answer.OVERRIDE for each in open_advices),
        taken=_taken(planned),
        planned_minutes=planned_minutes(planned.proposal.procedure, len(planned.proposal.levels) or 1),
        fasting=before_it.fasting if before_it is not None else None,
        arrive=before_it.arrive if before_it is not None else None,
        home=_home(planned),
    )


@query(Act.BOOK)
def defaults(
    work: Work,
    patient_id: PatientId,
    procedure_key: str,
    levels: tuple[str, ...] = (),
    surgeon_id: ResourceId | None = None,
) -> BookingDraft:
    """A draft as the procedure's entry in the catalogue fills it: lengths, sedation, stay. Raises `NotFound`.

    With a surgeon whose own cases say how long it takes, the length is theirs (`clinicdesk.services.durations`).
    """
    procedure = catalogue.procedure(work.session, procedure_key)
    draft = filled_draft(procedure, patient_id, levels)
    if surgeon_id is None:
        return draft
    learned = suggestion(work, procedure, len(levels) or 1, surgeon_id)
    return replace(draft, minutes=learned.minutes, units=((ResourceKind.SURGEON, surgeon_id),))


def filled_draft(procedure: Procedure, patient_id: PatientId, levels: tuple[str, ...] = ()) -> BookingDraft:
    """What `defaults` answers, where the procedure is at hand."""
    return BookingDraft(
        patient_id=patient_id,
        procedure_key=procedure.key,
        levels=levels,
        sedation=procedure.default_sedation or Sedation.LOCAL,
        setting=procedure.default_setting,
        minutes=planned_minutes(procedure, len(levels) or 1),
        setup_minutes=procedure.setup_minutes,
        turnover_minutes=procedure.turnover_minutes,
        recovery_minutes=procedure.recovery_minutes,
    )


@query(Act.BOOK)
def first_free(
    work: Work, draft: BookingDraft, day: date, *, count: int = 3, but: BookingId | None = None
) -> tuple[datetime, ...]:
    """The first starts of ``day`` (UTC, five-minute grid, within opening hours, not past) at which ``draft`` fits.

    Chosen units are kept; ``but`` is the booking it would change. Answers nothing where the draft could not be booked at any
    time.
    """
    return slots.free_starts(work, draft, day, count, but)


def book(desk: Desk, draft: BookingDraft) -> Done[Booking]:
    """Book ``draft``; kinds without a chosen unit get the first free one. Needs `Act.BOOK`.

    Raises `BadInput` (with its field), `Clash` (with its holders), `NeedsReason`, `NotFound`.
    """
    return claiming(lambda: _book(desk, draft))


@command(Act.BOOK)
def request(work: Work, draft: BookingDraft, *, waitlist: bool = False) -> Booking:
    """Note a wish, or put it on the waiting list: it holds nothing, and a start is welcome but not needed.

    Raises `BadInput` as `book` does, but neither clashes nor advices stand against a wish.
    """
    return requested(work, draft, BookingState.WAITLIST if waitlist else BookingState.REQUESTED)


def requested(work: Work, draft: BookingDraft, state: BookingState) -> Booking:
    """What `request` does, for those who write more in the same transaction."""
    planned = think_through(work, draft)
    if planned.problems:
        raise planned.problems[0]
    return _store(work, planned, planned.draft, state, ())


def change(
    desk: Desk,
    booking_id: BookingId,
    draft: BookingDraft,
    version: int,
    *,
    to_book: bool = False,
    said_now: bool = False,
) -> Done[Booking]:
    """Replace what a booking says, its time and units included, with the checks of `book`. Needs `Act.BOOK`.

    A kind without a chosen unit keeps its unit where that is free. ``to_book`` books a request or one on the waiting list.
    The reason that is stored already answers nothing new, unless ``said_now`` tells that somebody gave it again.
    A confirmed booking that moves is to be confirmed again. Once the case has begun its planned times stay: record the
    actual ones. Raises what `book` does, and `Stale`.
    """
    return claiming(lambda: _change(desk, booking_id, draft, version, to_book=to_book, said_now=said_now))


def move(
    desk: Desk,
    booking_id: BookingId,
    version: int,
    starts: datetime,
    *,
    minutes: int | None = None,
    units: Mapping[ResourceKind, ResourceId] | None = None,
    reason: str = "",
) -> Done[Booking]:
    """Move a booking to another start, and to ``units`` where given; ``minutes`` make it longer or shorter.

    Surgeon and room stay unless ``units`` names others; the other kinds stay where they are free, else the first free one
    takes their place. Raises what `change` does.
    """
    return claiming(lambda: _move(desk, booking_id, version, starts, minutes, units or {}, reason))


def undo_change(desk: Desk, before: Booking, version: int) -> Done[Booking]:
    """Put back what a booking said ``before`` a change or a move; ``version`` is the one the change returned.

    What stood before is not questioned again, but a time that was taken meanwhile is refused (`Clash`).
    """
    return claiming(lambda: _undo_change(desk, before, version))


@query(Act.BOOK)
def read(work: Work, booking_id: BookingId) -> Booking:
    """A booking as the form edits it. Raises `NotFound`."""
    return bookings.read(work.session, booking_id)


@command(Act.BOOK)
def _book(work: Work, draft: BookingDraft) -> Booking:
    patient_unit = resources.find_patient(work.session, draft.patient_id)
    if patient_unit is None:  # the first booking: who is no patient is no resource either
        bookings.patient_flags(work.session, draft.patient_id)
        patient_unit = resources.of_patient(work.session, draft.patient_id)
    planned = think_through(work, draft, patient_unit=patient_unit)
    refuse_without_start(draft)
    answered = answered_by(work, planned, ())
    return _store(work, planned, planned.filled, BookingState.BOOKED, answered)


@command(Act.BOOK)
def _change(
    work: Work, booking_id: BookingId, draft: BookingDraft, version: int, *, to_book: bool, said_now: bool
) -> Booking:
    before = read_at(work, booking_id, version)
    state = state_after(work, before, draft, to_book=to_book)
    return changed(work, before, draft, state, said_now=said_now)


@command(Act.BOOK)
def _move(
    work: Work,
    booking_id: BookingId,
    version: int,
    starts: datetime,
    minutes: int | None,
    units: Mapping[ResourceKind, ResourceId],
    reason: str,
) -> Booking:
    before = read_at(work, booking_id, version)
    return moved(work, before, starts, minutes=minutes, units=units, reason=reason)


@command(Act.BOOK)
def _undo_change(work: Work, before: Booking, version: int) -> Booking:
    now = read_at(work, before.id, version)
    return changed(work, now, before.draft, before.state, back=before)


def _store(
    work: Work, planned: Planned, draft: BookingDraft, state: BookingState, answered: tuple[Advice, ...]
) -> Booking:
    booking = bookings.add(
        work.session, draft, state, planned.procedure_id, at=work.now, by=work.actor.user_id
    )
    if state.holds_claims and planned.assignment is not None:
        claims.insert_all(work.session, booking.id, planned.assignment.claims)
    work.record(AuditAction.CREATED, Subject.BOOKING, booking.id, **told_of(booking))
    audit_answers(work, booking.id, answered)
    return booking


def _taken(planned: Planned) -> tuple[Taken, ...]:
    if planned.assignment is None:
        return ()
    by_id = {unit.id: unit for pool in planned.pools.values() for unit in pool}
    asked = dict(planned.draft.units)
    spans = {claim.resource_id: claim.span for claim in planned.assignment.claims}
    return tuple(
        Taken(kind, by_id[unit], kind in asked, spans[unit])
        for kind, unit in planned.assignment.units
        if unit in by_id and unit in spans
    )


def _before(planned: Planned) -> BeforeCase | None:
    plan = planned.proposal.plan
    if plan is None:
        return None
    return before_case(
        plan.starts,
        setup_minutes=plan.setup_minutes,
        is_visit=plan.procedure.is_visit,
        level=planned.proposal.sedation,
    )


def _home(planned: Planned) -> datetime | None:
    plan = planned.proposal.plan
    if plan is None:
        return None
    return leaving_hour(plan) if plan.setting is Setting.OVERNIGHT else plan.recovered


def _one_a_field(problems: Iterable[BadInput]) -> tuple[BadInput, ...]:
    first: dict[str | None, BadInput] = {}
    for problem in problems:
        first.setdefault(problem.field, problem)
    return tuple(first.values())
