"""What would happen if a draft were booked now: as it is typed, and without writing anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from clinicdesk.domain.advice import Advice, Answer, unanswered
from clinicdesk.domain.booking import BookingDraft, Setting
from clinicdesk.domain.catalogue import planned_minutes
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.instructions import BeforeCase, FastingPlan, before_case
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.clashes import Obstacle
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import leaving_hour
from clinicdesk.errors import BadInput
from clinicdesk.services.booking.planning import Planned, answer_given, standing_advices, think_through
from clinicdesk.services.work import Work, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import resources


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
    def bookable(self) -> bool:
        """Whether booking it would go through as it stands (a race aside)."""
        answered = not self.open or (self.may_answer and bool(self.draft.reason))
        return not self.problems and not self.clashes and self.draft.starts is not None and answered


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
