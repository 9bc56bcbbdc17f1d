"""A booking thought through before it is stored: what the rules say, which units it gets, what stands in the way.

Shared by everything that books, changes, moves or takes up a booking again; used inside their unit of work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar, cast

from clinicdesk.domain.advice import Advice, AdviceKey, Proposal, SameDay, advices, refusals
from clinicdesk.domain.booking import Booking, BookingDraft
from clinicdesk.domain.catalogue import GRID_MINUTES, Procedure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.diagnosis import normal_diagnosis
from clinicdesk.domain.entries import Entry, EntryKind
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.levels import Level, parse_levels
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.assign import Assignment, Pools, assign
from clinicdesk.domain.scheduling.clashes import clash_sentence, kind_words
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import LONGEST_CLAIM, CasePlan, PlannedClaim, occupancy
from clinicdesk.domain.sedation_levels import Sedation, SedationLevel
from clinicdesk.domain.times import wall_clock
from clinicdesk.errors import BadInput, Clash
from clinicdesk.i18n import _
from clinicdesk.services.work import Done, Work
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import catalogue, claims, resources
from clinicdesk.storage.faults import ClashStored
from clinicdesk.storage.versions import stale

T = TypeVar("T")

_ATTEMPTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What became of a draft. ``draft`` is in its stored form; ``assignment`` is None without a start or a length."""

    draft: BookingDraft
    procedure_id: int
    proposal: Proposal
    pools: Pools
    problems: tuple[BadInput, ...]
    advices: tuple[Advice, ...]
    assignment: Assignment | None

    @property
    def filled(self) -> BookingDraft:
        """The draft with the units it gets: those of every kind it needs, and no others."""
        if self.assignment is None:
            return self.draft
        return replace(self.draft, units=_without_patient(self.assignment.units))


def think_through(
    work: Work,
    draft: BookingDraft,
    *,
    but: Booking | None = None,
    prefer: Mapping[ResourceKind, ResourceId] | None = None,
    patient_unit: ResourceId | None = None,
) -> Planned:
    """Everything that can be known of ``draft`` before it is stored; ``but`` is the booking it would replace.

    A kind without a chosen unit gets that of ``prefer`` if it is free, else the first free one in the clinic's order.
    ``patient_unit`` is the patient as a resource, where one exists. Raises `BadInput` or `NotFound` only for what leaves
    nothing to think about: an unknown patient, procedure or sedation.
    """
    entry = _procedure_entry(work, draft.procedure_key)
    draft, levels, problems = _stored_form(draft, entry.value)
    if not entry.active and (but is None or but.draft.procedure_key != draft.procedure_key):
        problems.append(
            BadInput(_("{procedure} is no longer offered.").format(procedure=entry.value.name), "procedure")
        )
    proposal = _proposal(work, draft, entry.value, levels, but)
    pools = units_by_kind(work)
    chosen, unit_problems = _chosen(draft, pools, but)
    problems += (*unit_problems, *refusals(proposal))
    assignment = None
    if proposal.plan is not None and not {problem.field for problem in problems} & _LENGTHS:
        needs, chosen = _with_patient(occupancy(proposal.plan), chosen, patient_unit)
        assignment = assigned(work, needs, _preferred(pools, prefer or {}), chosen, but.id if but else None)
        problems += _without_any(assignment)
    return Planned(
        draft=draft,
        procedure_id=entry.id,
        proposal=proposal,
        pools=pools,
        problems=tuple(problems),
        advices=advices(proposal, work.now),
        assignment=assignment,
    )


def standing_advices(work: Work, booking: Booking) -> tuple[Advice, ...]:
    """The advices that stand against a booking as it is stored; none for one that holds nothing yet."""
    if not booking.state.holds_claims:
        return ()
    procedure = _procedure_entry(work, booking.draft.procedure_key).value
    levels = parse_levels(",".join(booking.draft.levels))
    return advices(_proposal(work, booking.draft, procedure, levels, booking), work.now)


def free_starts(
    work: Work, draft: BookingDraft, day: date, count: int, but: BookingId | None = None
) -> tuple[datetime, ...]:
    """The first ``count`` starts of ``day`` at which ``draft`` fits, at least half an hour apart."""
    entry = _procedure_entry(work, draft.procedure_key)
    draft, levels, problems = _stored_form(draft, entry.value)
    pools = units_by_kind(work)
    chosen, unit_problems = _chosen(draft, pools, None)
    opens = work.clinic.open_on(day)
    if problems or unit_problems or not opens:
        return ()
    proposal = _proposal(work, replace(draft, starts=opens[0][0]), entry.value, levels, None)
    if refusals(proposal) or proposal.plan is None:
        return ()
    patient_unit = resources.find_patient(work.session, draft.patient_id)
    window = Span(opens[0][0] - LONGEST_CLAIM, opens[-1][1] + LONGEST_CLAIM)
    everyone = {unit.id for pool in pools.values() for unit in pool} | (
        {patient_unit} if patient_unit else set()
    )
    held = claims.held(work.session, everyone, window, but=but)
    found: list[datetime] = []
    for starts in _grid(opens, work.now, proposal.plan.minutes):
        if found and starts < found[-1] + _APART:
            continue
        plan = replace(proposal.plan, starts=starts)
        if any(each.key is AdviceKey.LATE_FINISH for each in advices(replace(proposal, plan=plan), work.now)):
            continue
        needs, units = _with_patient(occupancy(plan), chosen, patient_unit)
        if not assign(needs, pools, units, held).obstacles:
            found.append(starts)
            if len(found) == count:
                break
    return tuple(found)


def case_plan(
    draft: BookingDraft, procedure: Procedure, sedation: SedationLevel, clinic: ClinicFacts
) -> CasePlan:
    """The plan of a draft that has a start."""
    assert draft.starts is not None
    return CasePlan(
        procedure=procedure,
        starts=draft.starts,
        minutes=draft.minutes,
        setup_minutes=draft.setup_minutes,
        turnover_minutes=draft.turnover_minutes,
        recovery_minutes=draft.recovery_minutes,
        sedation=sedation,
        mac=draft.mac,
        setting=draft.setting,
        zone=clinic.zone,
        leaving_time=clinic.leaving_time,
    )


def assigned(
    work: Work,
    needs: list[PlannedClaim],
    pools: Pools,
    chosen: Mapping[ResourceKind, ResourceId],
    but: BookingId | None,
) -> Assignment:
    """Units for ``needs``, seen against what is held at this moment."""
    candidates: set[ResourceId] = set()
    for need in needs:
        given = [chosen[kind] for kind in need.kinds if kind in chosen]
        candidates.update(given or [unit.id for kind in need.kinds for unit in pools.get(kind, ())])
    if not needs:
        return Assignment((), (), ())
    window = Span(min(need.span.starts for need in needs), max(need.span.ends for need in needs))
    return assign(needs, pools, chosen, claims.held(work.session, candidates, window, but=but))


def units_by_kind(work: Work) -> Pools:
    """The units in use, by kind, in the clinic's own order."""
    pools: dict[ResourceKind, list[Resource]] = {}
    for unit in resources.of_kinds(work.session):
        pools.setdefault(unit.kind, []).append(unit)
    return pools


def refuse(planned: Planned) -> None:
    """Raise the first problem, or the clash by name."""
    if planned.problems:
        raise planned.problems[0]
    if planned.assignment is not None and planned.assignment.obstacles:
        raise clash(planned.assignment, planned.proposal.clinic)


def clash(assignment: Assignment, clinic: ClinicFacts) -> Clash:
    """The error that names every holder."""
    return Clash(clash_sentence(assignment.obstacles, wall_clock(clinic)), assignment.holders)


def claiming(work_on: Callable[[], Done[T]]) -> Done[T]:
    """Run a command that claims. Where another writer took a unit in the meantime it is thought through afresh.

    The second look either finds other units or raises the `Clash` that names the holder.
    """
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return work_on()
        except ClashStored:
            continue
    return work_on()


def read_at(work: Work, booking_id: BookingId, version: int) -> Booking:
    """The booking as this person saw it. Raises `Stale`, naming who was quicker."""
    found = bookings.read(work.session, booking_id)
    if found.version != version:
        raise stale(work.session, Subject.BOOKING, booking_id)
    return found


def answer_given(draft: BookingDraft, before: Booking | None) -> str:
    """The reason given this time: one that was stored before answers nothing new."""
    reason = draft.reason.strip()
    return "" if before is not None and reason == before.draft.reason else reason


_APART = timedelta(minutes=30)
_LENGTHS = frozenset({"minutes", "setup_minutes", "turnover_minutes", "recovery_minutes", "starts"})


def _sedation(key: str) -> str:
    if key not in list(Sedation):
        raise BadInput(_("There is no such sedation."), "sedation")
    return key


def _stored_form(
    draft: BookingDraft, procedure: Procedure
) -> tuple[BookingDraft, tuple[Level, ...], list[BadInput]]:
    """The draft as it is stored: levels and diagnosis in their one spelling. What cannot be is left as typed."""
    problems: list[BadInput] = []
    levels: tuple[Level, ...] = ()
    try:
        levels = parse_levels(",".join(draft.levels))
    except BadInput as problem:
        problems.append(problem)
    draft = replace(
        draft,
        levels=tuple(str(level) for level in levels),
        side=draft.side if procedure.has_side else None,
        notes=draft.notes.strip(),
        reason=draft.reason.strip(),
    )
    try:
        draft = replace(draft, diagnosis=normal_diagnosis(draft.diagnosis))
    except BadInput:
        return draft, levels, problems  # among the refusals anyway
    return draft, levels, problems


def _procedure_entry(work: Work, key: str) -> Entry[Procedure]:
    entry = catalogue.read(work.session, catalogue.id_of(work.session, EntryKind.PROCEDURE, key))
    assert isinstance(entry.value, Procedure)
    return cast("Entry[Procedure]", entry)


def _proposal(
    work: Work, draft: BookingDraft, procedure: Procedure, levels: tuple[Level, ...], but: Booking | None
) -> Proposal:
    sedation = catalogue.sedation_level(work.session, _sedation(draft.sedation))
    patient = bookings.patient_flags(work.session, draft.patient_id)
    return Proposal(
        draft=draft,
        procedure=procedure,
        sedation=sedation,
        levels=levels,
        patient=patient,
        clinic=work.clinic,
        plan=None if draft.starts is None else case_plan(draft, procedure, sedation, work.clinic),
        same_day=_same_day(work, draft, but),
        thinners=catalogue.blood_thinners(work.session) if patient.blood_thinner else (),
    )


def _with_patient(
    needs: tuple[PlannedClaim, ...],
    chosen: dict[ResourceKind, ResourceId],
    patient_unit: ResourceId | None,
) -> tuple[list[PlannedClaim], dict[ResourceKind, ResourceId]]:
    """A patient who was never booked is no resource yet, and so is busy nowhere."""
    if patient_unit is None:
        return [need for need in needs if need.kinds != (ResourceKind.PATIENT,)], chosen
    return list(needs), {**chosen, ResourceKind.PATIENT: patient_unit}


def _grid(opens: tuple[tuple[datetime, datetime], ...], now: datetime, minutes: int) -> Iterator[datetime]:
    """Every five minutes at which a case of that length lies within opening hours and not in the past."""
    for first, last in opens:
        starts = first
        while starts + timedelta(minutes=minutes) <= last:
            if starts >= now:
                yield starts
            starts += timedelta(minutes=GRID_MINUTES)


def _chosen(
    draft: BookingDraft, pools: Pools, but: Booking | None
) -> tuple[dict[ResourceKind, ResourceId], list[BadInput]]:
    """The units asked for; one that is no unit of its kind, or no longer in use, is a problem."""
    chosen: dict[ResourceKind, ResourceId] = {}
    problems = []
    kept = frozenset(but.draft.units) if but is not None else frozenset()
    for kind, unit in draft.units:
        known = any(each.id == unit for each in pools.get(kind, ()))
        if kind is ResourceKind.PATIENT or not (known or (kind, unit) in kept):
            problems.append(
                BadInput(
                    _("This is no {kind} in use here. Choose another.").format(kind=kind_words([kind])),
                    kind.value,
                )
            )
        else:
            chosen[kind] = unit
    return chosen, problems


def _same_day(work: Work, draft: BookingDraft, but: Booking | None) -> tuple[SameDay, ...]:
    if draft.starts is None:
        return ()
    zone = work.clinic.zone
    window = Span(*zone.day_bounds(zone.day_of(draft.starts)))
    return bookings.of_patient_within(work.session, draft.patient_id, window, but.id if but else None)


def _preferred(pools: Pools, prefer: Mapping[ResourceKind, ResourceId]) -> Pools:
    """``pools`` with the preferred unit of each kind first."""
    return {
        kind: sorted(units, key=lambda unit: unit.id != prefer[kind]) if kind in prefer else units
        for kind, units in pools.items()
    }


def _without_any(assignment: Assignment) -> list[BadInput]:
    """A kind of which the clinic has none is no clash: no other time would help."""
    return [
        BadInput(
            _("This clinic has no {kind} in use. Set one up, or plan this without.").format(
                kind=kind_words(obstacle.kinds)
            ),
            obstacle.kinds[0].value,
        )
        for obstacle in assignment.obstacles
        if not obstacle.holders
    ]


def _without_patient(
    units: tuple[tuple[ResourceKind, ResourceId], ...],
) -> tuple[tuple[ResourceKind, ResourceId], ...]:
    given = dict(units)
    return tuple(
        (kind, given[kind]) for kind in ResourceKind if kind in given and kind is not ResourceKind.PATIENT
    )
