"""What to think about before a booking stands, and what is refused outright.

A *refusal* cannot be overridden. An *advice* is shown where the decision is made, and asks for an answer or for none:

| advice                                                    | to go ahead                            |
|-----------------------------------------------------------|----------------------------------------|
| more levels than usual in one session (cement: over 3)    | a reason, from a role that may override |
| ASA IV or worse, going home                               | a reason, from a role that may override |
| sedated and finishing late, going home                    | a reason, from a role that may override |
| a depth of sedation the procedure is not usually done in  | a reason, from a role that may override |
| a start in the past                                       | a reason                               |
| outside opening hours                                     | a reason                               |
| the patient is booked that day already                    | a reason                               |
| the most levels of a session, going home                  | nothing: consider the night            |
| no escort named, and the case is today or tomorrow        | a reason, from a role that may override |
| no escort named yet, for a later day                      | nothing: the checklist asks for one    |
| a blood thinner before a procedure that may bleed         | nothing: confirm with the prescriber   |

Roles that may override: see `Act.OVERRIDE`. An advice that stood unchanged when the booking was last saved is not asked
again. The overnight prompts are those of the clinic's protocol: ASA IV or worse, no escort, late finish, three levels;
uncontrolled pain, a new deficit and a need for oxygen show only after the procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

from clinicdesk.domain.blood_thinners import BleedingRisk, BloodThinner, medicine_named
from clinicdesk.domain.booking import BookingDraft, Setting
from clinicdesk.domain.catalogue import GRID_MINUTES, LONGEST_MINUTES, Procedure, check_levels
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.diagnosis import normal_diagnosis
from clinicdesk.domain.levels import Level
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import CasePlan
from clinicdesk.domain.sedation_levels import Sedation, SedationLevel, needs_anesthesia
from clinicdesk.domain.times import wall_clock
from clinicdesk.errors import BadInput, NeedsReason
from clinicdesk.i18n import _

LONGEST_TEXT = 4000
"""Characters of a note or a reason."""

HIGH_ASA = 4
"""ASA physical status IV: a constant threat to life."""

MANY_LEVELS = 3
"""Levels of bone cement in one session from which a night is considered."""

ASA_NAMES = ("I", "II", "III", "IV", "V", "VI")


class AdviceKey(StrEnum):
    """What an advice is about."""

    TOO_MANY_LEVELS = "too_many_levels"
    HIGH_ASA = "high_asa"
    LATE_FINISH = "late_finish"
    UNUSUAL_SEDATION = "unusual_sedation"
    PAST = "past"
    OUTSIDE_HOURS = "outside_hours"
    SAME_DAY = "same_day"
    MOST_LEVELS = "most_levels"
    NO_ESCORT = "no_escort"
    NO_ESCORT_NEAR = "no_escort_near"
    BLOOD_THINNER = "blood_thinner"


class Answer(IntEnum):
    """What an advice asks for before the booking may go ahead."""

    NOTHING = 0
    REASON = 1
    OVERRIDE = 2
    """A reason, from a role that may override (`Act.OVERRIDE`)."""


ANSWERS: dict[AdviceKey, Answer] = {
    AdviceKey.TOO_MANY_LEVELS: Answer.OVERRIDE,
    AdviceKey.HIGH_ASA: Answer.OVERRIDE,
    AdviceKey.LATE_FINISH: Answer.OVERRIDE,
    AdviceKey.UNUSUAL_SEDATION: Answer.OVERRIDE,
    AdviceKey.PAST: Answer.REASON,
    AdviceKey.OUTSIDE_HOURS: Answer.REASON,
    AdviceKey.SAME_DAY: Answer.REASON,
    AdviceKey.MOST_LEVELS: Answer.NOTHING,
    AdviceKey.NO_ESCORT: Answer.NOTHING,
    AdviceKey.NO_ESCORT_NEAR: Answer.OVERRIDE,
    AdviceKey.BLOOD_THINNER: Answer.NOTHING,
}
"""The table above, as the rules read it."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One advice; two are equal where the same facts gave them."""

    key: AdviceKey
    sentence: str

    @property
    def answer(self) -> Answer:
        """What it asks for."""
        return ANSWERS[self.key]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFlags:
    """What a booking must know of its patient. ``asa_class`` is 1-6; ``blood_thinner`` as typed."""

    name: str
    deceased_on: date | None = None
    asa_class: int | None = None
    blood_thinner: str = ""
    escort_named: bool = False


@dataclass(frozen=True, slots=True)
class SameDay:
    """Another booking of the same patient on that day."""

    starts: datetime
    procedure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A booking as it would be stored, with what the rules look at. ``plan`` is None as long as there is no start.

    ``opening`` is when the clinic is open that day, ``closed_for`` the reason where it is closed all day; ``off_duty`` are
    the chosen units that do not work then, by name.
    """

    draft: BookingDraft
    procedure: Procedure
    sedation: SedationLevel
    levels: tuple[Level, ...]
    patient: PatientFlags
    clinic: ClinicFacts
    plan: CasePlan | None = None
    same_day: tuple[SameDay, ...] = ()
    thinners: tuple[BloodThinner, ...] = ()
    opening: tuple[Span, ...] = ()
    closed_for: str = ""
    off_duty: tuple[str, ...] = ()

    @property
    def goes_home(self) -> bool:
        """Whether a sedated patient would leave the same day."""
        return self.draft.setting is Setting.HOME and self.sedation.escort_required


def refusals(proposal: Proposal) -> tuple[BadInput, ...]:
    """Everything that cannot be, each with its field; a clash is not among them."""
    checks = (
        _refuse_patient,
        _refuse_levels,
        _refuse_lengths,
        _refuse_sedation,
        _refuse_night,
        _refuse_texts,
    )
    found = []
    for check in checks:
        try:
            check(proposal)
        except BadInput as refusal:
            found.append(refusal)
    return tuple(found)


def advices(proposal: Proposal, now: datetime) -> tuple[Advice, ...]:
    """What to think about, what asks for the most first."""
    found = [advice for rule in _RULES for advice in rule(proposal, now)]
    return tuple(sorted(found, key=lambda advice: -advice.answer))


def unanswered(standing: Iterable[Advice], before: Iterable[Advice] = ()) -> tuple[Advice, ...]:
    """The advices that ask for an answer and did not already stand ``before``."""
    known = frozenset(before)
    return tuple(advice for advice in standing if advice.answer is not Answer.NOTHING and advice not in known)


def ask(open_advices: Sequence[Advice], *, reason: str, may_override: bool) -> None:
    """Raise `NeedsReason` unless ``reason`` answers ``open_advices`` and the role suffices."""
    if not open_advices:
        return
    told = " ".join(advice.sentence for advice in open_advices)
    if not may_override and any(advice.answer is Answer.OVERRIDE for advice in open_advices):
        raise NeedsReason(
            _(
                "{advices} A surgeon, an anesthesia provider or an administrator must book this."
                " Nothing was saved; you can keep it as a request."
            ).format(advices=told),
            answerable=False,
        )
    if not reason.strip():
        raise NeedsReason(_("{advices} Nothing was saved: give the reason to go ahead.").format(advices=told))


def _refuse_patient(proposal: Proposal) -> None:
    if proposal.patient.deceased_on is not None:
        raise BadInput(
            _("{patient} has died. Nothing can be booked.").format(patient=proposal.patient.name), "patient"
        )


def _refuse_levels(proposal: Proposal) -> None:
    check_levels(proposal.procedure, proposal.levels)


def _refuse_lengths(proposal: Proposal) -> None:
    draft = proposal.draft
    if draft.minutes <= 0:
        raise BadInput(_("The end must come after the start: give the minutes it takes."), "minutes")
    for field in ("minutes", "setup_minutes", "turnover_minutes", "recovery_minutes"):
        given = getattr(draft, field)
        if not 0 <= given <= LONGEST_MINUTES or given % GRID_MINUTES:
            raise BadInput(
                _("Give up to {most} minutes, in steps of {step}: that is the diary's grid.").format(
                    most=LONGEST_MINUTES, step=GRID_MINUTES
                ),
                field,
            )
    if draft.starts is not None and (draft.starts.second or draft.starts.microsecond):
        raise BadInput(_("A case starts at a full minute."), "starts")


def _refuse_sedation(proposal: Proposal) -> None:
    """General anesthesia, deep sedation and MAC are given by an anesthesia provider (ASA 2018, 42 CFR 416.42)."""
    served = any(ResourceKind.ANESTHESIA in need.kinds for need in proposal.procedure.needs)
    if needs_anesthesia(proposal.sedation, proposal.draft.mac) and not served:
        raise BadInput(
            _(
                "{procedure} has no anesthesia provider: deep sedation, general anesthesia and MAC need one."
            ).format(procedure=proposal.procedure.name),
            "sedation",
        )


def _refuse_night(proposal: Proposal) -> None:
    if proposal.draft.setting is Setting.OVERNIGHT and not proposal.procedure.may_stay:
        raise BadInput(
            _("{procedure} has no overnight bed. Choose home.").format(procedure=proposal.procedure.name),
            "setting",
        )


def _refuse_texts(proposal: Proposal) -> None:
    draft = proposal.draft
    for field, text in (("notes", draft.notes), ("reason", draft.reason)):
        if len(text) > LONGEST_TEXT:
            raise BadInput(
                _("This text has {count} characters; {most} fit. Shorten it.").format(
                    count=len(text), most=LONGEST_TEXT
                ),
                field,
            )
    if draft.pain_before is not None and not 0 <= draft.pain_before <= 10:
        raise BadInput(_("Pain is a whole number from 0 to 10."), "pain_before")
    normal_diagnosis(draft.diagnosis)


def _too_many_levels(proposal: Proposal, _now: datetime) -> Iterator[Advice]:
    """Cement: at most 3 levels a session (FREE and INVEST enrolled 1-3 fractures)."""
    most, count = proposal.procedure.max_levels, len(proposal.levels)
    if most is not None and count > most:
        yield Advice(
            AdviceKey.TOO_MANY_LEVELS,
            _("{count} levels in one session; at most {most} are usual.").format(count=count, most=most),
        )
    elif proposal.procedure.is_cement and count >= MANY_LEVELS and proposal.goes_home:
        yield Advice(
            AdviceKey.MOST_LEVELS,
            _("{count} levels in one session: consider an overnight stay.").format(count=count),
        )


def _high_asa(proposal: Proposal, _now: datetime) -> Iterator[Advice]:
    asa = proposal.patient.asa_class
    if asa is not None and asa >= HIGH_ASA and proposal.goes_home:
        yield Advice(
            AdviceKey.HIGH_ASA,
            _("ASA {asa} and going home: an overnight stay is usual.").format(asa=ASA_NAMES[asa - 1]),
        )


def _late_finish(proposal: Proposal, _now: datetime) -> Iterator[Advice]:
    plan, clinic = proposal.plan, proposal.clinic
    if plan is None or not proposal.goes_home:
        return
    first, last = clinic.zone.local(plan.starts), clinic.zone.local(plan.ends)
    if last.time() > clinic.late_finish or last.date() > first.date():
        wall = wall_clock(clinic)
        yield Advice(
            AdviceKey.LATE_FINISH,
            _("Sedated until {time}; after {late} an overnight stay is usual.").format(
                time=wall.clock(plan.ends), late=wall.clock(clinic.late_finish)
            ),
        )


def _unusual_sedation(proposal: Proposal, _now: datetime) -> Iterator[Advice]:
    usual = proposal.procedure.allowed_sedations or (Sedation.LOCAL,)
    if proposal.sedation.key not in usual:
        yield Advice(
            AdviceKey.UNUSUAL_SEDATION,
            _("{procedure} is not usually done under: {sedation}.").format(
                procedure=proposal.procedure.name, sedation=proposal.sedation.name
            ),
        )


def _past(proposal: Proposal, now: datetime) -> Iterator[Advice]:
    if proposal.plan is not None and proposal.plan.starts < now:
        moment = wall_clock(proposal.clinic).moment(proposal.plan.starts)
        yield Advice(AdviceKey.PAST, _("{moment} is in the past.").format(moment=moment))


def _outside_hours(proposal: Proposal, _now: datetime) -> Iterator[Advice]:
    plan, clinic = proposal.plan, proposal.clinic
    if plan is None:
        return
    day, wall = clinic.zone.day_of(plan.starts), wall_clock(clinic)
    if not proposal.opening:
        closed = (
            _("{reason}: the clinic is closed on {day}.")
            if proposal.closed_for
            else _("The clinic is closed on {day}.")
        )
        yield Advice(AdviceKey.OUTSIDE_HOURS, closed.format(day=wall.day(day), reason=proposal.closed_for))
    elif not any(span.starts <= plan.starts and plan.ends <= span.ends for span in proposal.opening):
        hours = ", ".join(wall.span(span.starts, span.ends) for span in proposal.opening)
        yield Advice(
            AdviceKey.OUTSIDE_HOURS,
            _("{when} is outside opening hours ({hours}).").format(
                when=wall.span(plan.starts, plan.ends), hours=hours
            ),
        )
    for unit in proposal.off_duty:
        yield Advice(
            AdviceKey.OUTSIDE_HOURS,
            _("{unit} does not work {when} that day.").format(
                unit=unit, when=wall.span(plan.starts, plan.ends)
            ),
        )


def _same_day(proposal: Proposal, _now: datetime) -> Iterator[Advice]:
    wall = wall_clock(proposal.clinic)
    for other in proposal.same_day:
        yield Advice(
            AdviceKey.SAME_DAY,
            _("{patient} is booked on {moment} already: {procedure}.").format(
                patient=proposal.patient.name, moment=wall.moment(other.starts), procedure=other.procedure
            ),
        )


def _no_escort(proposal: Proposal, now: datetime) -> Iterator[Advice]:
    """For a later day there is time to find one; for today and tomorrow somebody must answer for it (42 CFR 416.52(c))."""
    if not proposal.goes_home or proposal.patient.escort_named:
        return
    zone, plan = proposal.clinic.zone, proposal.plan
    if plan is not None and zone.day_of(plan.starts) - zone.day_of(now) < _ESCORT_KNOWN_BEFORE:
        yield Advice(
            AdviceKey.NO_ESCORT_NEAR,
            _("No escort is named, and the case is near: a sedated patient does not leave alone."),
        )
    else:
        yield Advice(AdviceKey.NO_ESCORT, _("No escort named: a sedated patient does not leave alone."))


_ESCORT_KNOWN_BEFORE = timedelta(days=2)


def _blood_thinner(proposal: Proposal, _now: datetime) -> Iterator[Advice]:
    """A reminder to ask the prescriber, never an order."""
    typed, risk = medicine_named(proposal.patient.blood_thinner), proposal.procedure.bleeding_risk
    if not typed or risk is BleedingRisk.NONE:
        return
    named = [thinner for thinner in proposal.thinners if thinner.is_named(typed)]
    for thinner in named:
        yield Advice(AdviceKey.BLOOD_THINNER, f"{thinner.name}: {thinner.reminder(risk)}")
    if not named:
        yield Advice(
            AdviceKey.BLOOD_THINNER,
            _("{medicine}: confirm with the prescriber whether to hold it.").format(medicine=typed[:80]),
        )


_RULES: tuple[Callable[[Proposal, datetime], Iterator[Advice]], ...] = (
    _too_many_levels,
    _high_asa,
    _late_finish,
    _unusual_sedation,
    _past,
    _outside_hours,
    _same_day,
    _no_escort,
    _blood_thinner,
)
