"""A booking thought through before it is stored: what the rules say, which units it gets, what stands in the way.

Shared by everything that books, changes, moves or takes up a booking again; used inside their unit of work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar, cast

from clinicdesk.domain.advice import Advice, Proposal, SameDay, advices, refusals
from clinicdesk.domain.availability import NOTHING_KNOWN, Availability, clinic_open, closed_for
from clinicdesk.domain.booking import Booking, BookingDraft
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.diagnosis import normal_diagnosis
from clinicdesk.domain.entries import Entry, EntryKind
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.levels import Level, parse_levels
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.assign import Assignment, Pools
from clinicdesk.domain.scheduling.clashes import clash_sentence, kind_words
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import LONGEST_CLAIM, CasePlan, PlannedClaim, occupancy
from clinicdesk.domain.scheduling.ways import candidates, filled, idle, window_of
from clinicdesk.domain.sedation_levels import Sedation, SedationLevel
from clinicdesk.domain.times import wall_clock
from clinicdesk.errors import BadInput, Clash
from clinicdesk.i18n import _
from clinicdesk.services import occupied
from clinicdesk.services.work import Done, Work
from clinicdesk.storage import availability, catalogue, resources
from clinicdesk.storage import booking as bookings
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
    entry = procedure_entry(work, draft.procedure_key)
    draft, levels, problems = stored_form(draft, entry.value)
    if not entry.active and (but is None or but.draft.procedure_key != draft.procedure_key):
        problems.append(no_longer_offered(entry.value))
    pools = units_by_kind(work)
    known = _known(work, draft)
    proposal = _proposal(work, draft, entry.value, levels, but, known)
    chosen, unit_problems = chosen_units(draft, pools, but)
    problems += (*unit_problems, *refusals(proposal))
    assignment = None
    if proposal.plan is not None and not {problem.field for problem in problems} & _LENGTHS:
        needs, chosen = _with_patient(occupancy(proposal.plan), chosen, patient_unit)
        offered = preferred(suited(pools, entry.value), prefer or {})
        case = Span(proposal.plan.starts, proposal.plan.ends)
        assignment = assigned(work, needs, offered, chosen, but.id if but else None, case=case, known=known)
        problems += _without_any(assignment, pools)
    return Planned(
        draft=draft,
        procedure_id=entry.id,
        proposal=proposal,
        pools=pools,
        problems=tuple(problems),
        advices=advices(proposal, work.now),
        assignment=assignment,
    )


def no_longer_offered(procedure: Procedure) -> BadInput:
    """The refusal of a procedure that was taken out of use."""
    return BadInput(_("{procedure} is no longer offered.").format(procedure=procedure.name), "procedure")


def standing_advices(work: Work, booking: Booking) -> tuple[Advice, ...]:
    """The advices that stand against a booking as it is stored; none for one that holds nothing yet."""
    if not booking.state.holds_claims:
        return ()
    procedure = procedure_entry(work, booking.draft.procedure_key).value
    levels = parse_levels(",".join(booking.draft.levels))
    known = _known(work, booking.draft)
    return advices(_proposal(work, booking.draft, procedure, levels, booking, known), work.now)


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


def plan_of(work: Work, draft: BookingDraft) -> CasePlan:
    """`case_plan` with what the catalogue says of the procedure and the sedation. Raises `NotFound`."""
    procedure = catalogue.procedure(work.session, draft.procedure_key)
    return case_plan(draft, procedure, catalogue.sedation_level(work.session, draft.sedation), work.clinic)


def assigned(
    work: Work,
    needs: list[PlannedClaim],
    pools: Pools,
    chosen: Mapping[ResourceKind, ResourceId],
    but: BookingId | None,
    *,
    case: Span | None = None,
    known: Availability | None = None,
) -> Assignment:
    """Units for ``needs``, seen against what is held, closed and kept for others at this moment.

    ``case`` is the procedure itself: a unit that was not chosen is taken only where it works then. ``known`` is what was
    already read of the days around.
    """
    if not needs:
        return Assignment((), (), ())
    window = window_of(needs)
    units = candidates(needs, pools, chosen)
    stands = occupied.standing(work, units.keys(), window, occupied.names_of(pools), but=but, known=known)
    return filled(needs, pools, chosen, stands, work.clinic.zone, case or window)


def units_by_kind(work: Work) -> Pools:
    """The units in use, by kind, in the clinic's own order."""
    pools: dict[ResourceKind, list[Resource]] = {}
    for unit in resources.of_kinds(work.session):
        pools.setdefault(unit.kind, []).append(unit)
    return pools


def suited(pools: Pools, procedure: Procedure) -> Pools:
    """``pools`` without the rooms that are not meant for it; one that was asked for by name is not asked about."""
    return {
        kind: [unit for unit in units if unit.serves.suits(is_visit=procedure.is_visit)]
        for kind, units in pools.items()
    }


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


def answer_given(draft: BookingDraft, before: Booking | None, *, said_now: bool = False) -> str:
    """The reason given this time: one that was stored before answers nothing new, unless it was ``said_now`` again."""
    reason = draft.reason.strip()
    return "" if before is not None and reason == before.draft.reason and not said_now else reason


_LENGTHS = frozenset({"minutes", "setup_minutes", "turnover_minutes", "recovery_minutes", "starts"})


def _sedation(key: str) -> str:
    if key not in list(Sedation):
        raise BadInput(_("There is no such sedation."), "sedation")
    return key


def stored_form(
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


def procedure_entry(work: Work, key: str) -> Entry[Procedure]:
    """A procedure or visit as the catalogue has it. Raises `NotFound`."""
    entry = catalogue.read(work.session, catalogue.id_of(work.session, EntryKind.PROCEDURE, key))
    assert isinstance(entry.value, Procedure)
    return cast("Entry[Procedure]", entry)


def _proposal(
    work: Work,
    draft: BookingDraft,
    procedure: Procedure,
    levels: tuple[Level, ...],
    but: Booking | None,
    known: Availability,
) -> Proposal:
    sedation = catalogue.sedation_level(work.session, _sedation(draft.sedation))
    patient = bookings.patient_flags(work.session, draft.patient_id)
    day = None if draft.starts is None else work.clinic.zone.day_of(draft.starts)
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
        opening=() if day is None else clinic_open(known, work.clinic, day),
        closed_for="" if day is None else closed_for(known, None, day, work.clinic.zone),
        off_duty=_off_duty(work, draft, known),
    )


def _known(work: Work, draft: BookingDraft) -> Availability:
    """What is known of the days around a draft's start; nothing where it has none."""
    if draft.starts is None:
        return NOTHING_KNOWN
    day = timedelta(days=1)
    return availability.read(work.session, Span(draft.starts - day, draft.starts + LONGEST_CLAIM))


def _off_duty(work: Work, draft: BookingDraft, known: Availability) -> tuple[str, ...]:
    """The units asked for that do not work during the procedure, by name."""
    if draft.starts is None or draft.ends is None or draft.ends <= draft.starts:
        return ()
    names = {
        unit: resources.read(work.session, unit).name for _kind, unit in draft.units if unit in known.hours
    }
    return idle(known, work.clinic.zone, draft.units, names, Span(draft.starts, draft.ends))


def _with_patient(
    needs: tuple[PlannedClaim, ...],
    chosen: dict[ResourceKind, ResourceId],
    patient_unit: ResourceId | None,
) -> tuple[list[PlannedClaim], dict[ResourceKind, ResourceId]]:
    """A patient who was never booked is no resource yet, and so is busy nowhere."""
    if patient_unit is None:
        return [need for need in needs if need.kinds != (ResourceKind.PATIENT,)], chosen
    return list(needs), {**chosen, ResourceKind.PATIENT: patient_unit}


def chosen_units(
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


def preferred(pools: Pools, prefer: Mapping[ResourceKind, ResourceId]) -> Pools:
    """``pools`` with the preferred unit of each kind first."""
    return {
        kind: sorted(units, key=lambda unit: unit.id != prefer[kind]) if kind in prefer else units
        for kind, units in pools.items()
    }


def _without_any(assignment: Assignment, pools: Pools) -> list[BadInput]:
    """A kind of which the clinic has none, or none that is meant for this, is no clash: no other time would help."""
    problems = []
    for obstacle in assignment.obstacles:
        if obstacle.holders:
            continue
        there = any(pools.get(kind) for kind in obstacle.kinds)
        sentence = (
            _("No {kind} here is meant for this. Choose one, or change what it is meant for in Set up.")
            if there
            else _("This clinic has no {kind} in use. Set one up, or plan this without.")
        )
        problems.append(BadInput(sentence.format(kind=kind_words(obstacle.kinds)), obstacle.kinds[0].value))
    return problems


def _without_patient(
    units: tuple[tuple[ResourceKind, ResourceId], ...],
) -> tuple[tuple[ResourceKind, ResourceId], ...]:
    given = dict(units)
    return tuple(
        (kind, given[kind]) for kind in ResourceKind if kind in given and kind is not ResourceKind.PATIENT
    )
