"""What a patient may do when: arriving and fasting before, and driving, dressing, shower and rest after.

Pure rules over aware instants. An hour is an elapsed hour: a change of the clocks in between moves the time on the wall,
never the length of the wait. Every number is a default the clinic can change; none is an order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from clinicdesk.domain.catalogue import Sedation
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.i18n import _


class DrivingReason(StrEnum):
    """Why someone may not drive yet."""

    SEDATION = "sedation"
    CEMENT = "cement"
    OPIOIDS = "opioids"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePolicy:
    """The clinic's waiting times after a procedure, in elapsed hours from its end.

    Defaults: 24 h after sedation; two days without driving after bone cement; dressing off after 24-48 h; no shower or
    bath for two days (sources say one to two); head raised for two days after cement.
    """

    rest_hours: int = 24
    rest_hours_general: int = 24
    cement_driving_hours: int = 48
    dressing_from_hours: int = 24
    dressing_until_hours: int = 48
    shower_from_hours: int = 48
    head_raised_hours: int = 48

    def rest_hours_after(self, sedation: Sedation) -> int:
        """Hours without driving, alcohol, machines or legal papers; local only asks for none."""
        if sedation is Sedation.LOCAL:
            return 0
        return self.rest_hours_general if sedation is Sedation.GENERAL else self.rest_hours


def care_policy(clinic: ClinicFacts, level: SedationLevel | None = None) -> CarePolicy:
    """The policy with what the clinic has set; where the sedation level asks for longer, the longer wait applies."""
    least = level.aftercare_hours if level is not None else 0
    return CarePolicy(
        rest_hours=max(clinic.aftercare_hours, least),
        rest_hours_general=max(clinic.aftercare_hours_general, least),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterCare:
    """One patient's own times, UTC. ``None`` means that nothing of the kind applies.

    ``rest_until``: no alcohol, machines or legal papers, and an adult stays. ``drive_from`` is the later of sedation and
    cement, ``driving_reason`` the rule that decided it. ``opioids``: no driving while they are taken, whatever the time.
    """

    ended_at: datetime
    rest_until: datetime | None
    drive_from: datetime | None
    driving_reason: DrivingReason | None
    opioids: bool
    dressing_from: datetime
    dressing_until: datetime
    shower_from: datetime
    head_raised_until: datetime | None

    def may_drive(self, at: datetime) -> bool:
        """Whether nothing here speaks against driving at ``at``."""
        return not self.opioids and (self.drive_from is None or at >= self.drive_from)


def after_care(
    ended_at: datetime,
    *,
    sedation: Sedation,
    cement: bool,
    opioids: bool,
    policy: CarePolicy = CarePolicy(),
) -> AfterCare:
    """The times that follow from a procedure that ended at ``ended_at``, rounded up to five minutes.

    After sedation no driving, alcohol, machines or legal papers for the policy's hours; after kyphoplasty or
    vertebroplasty no driving for two days; the later of the two rules applies, and none lifts "never on opioids".
    """
    end = rounded_up(ended_at)
    hours = policy.rest_hours_after(sedation)
    rest_until = _after(end, hours) if hours else None
    waits = [(_after(end, policy.cement_driving_hours), DrivingReason.CEMENT)] if cement else []
    if rest_until is not None:
        waits.append((rest_until, DrivingReason.SEDATION))
    drive_from, reason = max(waits, key=lambda wait: wait[0], default=(None, None))
    return AfterCare(
        ended_at=ended_at,
        rest_until=rest_until,
        drive_from=drive_from,
        driving_reason=reason,
        opioids=opioids,
        dressing_from=_after(end, policy.dressing_from_hours),
        dressing_until=_after(end, policy.dressing_until_hours),
        shower_from=_after(end, policy.shower_from_hours),
        head_raised_until=_after(end, policy.head_raised_hours) if cement else None,
    )


def rounded_up(instant: datetime, minutes: int = 5) -> datetime:
    """``instant`` in UTC, moved on to the next full ``minutes``: a paper never ends a wait early."""
    utc = _utc(instant)
    over = timedelta(minutes=utc.minute % minutes, seconds=utc.second, microseconds=utc.microsecond)
    return utc + (timedelta(minutes=minutes) - over if over else timedelta())


_OPIOIDS = (
    "buprenorphine", "butorphanol", "codeine", "dilaudid", "fentanyl", "hydrocodone", "hydromorphone", "levorphanol",
    "lortab", "meperidine", "methadone", "morphine", "norco", "nucynta", "oxycodone", "oxycontin", "oxymorphone",
    "percocet", "roxicodone", "tapentadol", "tramadol", "ultracet", "ultram", "vicodin", "xtampza",
)  # fmt: skip


def opioids_named(medicines: Iterable[str]) -> tuple[str, ...]:
    """The opioids recognised in typed medicine lines. A prompt to tick "takes opioids", never proof that there is none."""
    text = " ".join(medicines).casefold()
    return tuple(name for name in _OPIOIDS if name in text)


class Intake(StrEnum):
    """What someone ate or drank before a case (ASA 2017)."""

    CLEAR_LIQUID = "clear_liquid"
    BREAST_MILK = "breast_milk"
    FORMULA = "formula"
    MILK = "milk"
    LIGHT_MEAL = "light_meal"
    HEAVY_MEAL = "heavy_meal"

    @property
    def label(self) -> str:
        """The intake in the language of the person at the desk."""
        return {
            Intake.CLEAR_LIQUID: _("Clear liquid: water, black coffee, tea"),
            Intake.BREAST_MILK: _("Breast milk"),
            Intake.FORMULA: _("Infant formula"),
            Intake.MILK: _("Other milk"),
            Intake.LIGHT_MEAL: _("Light meal: toast"),
            Intake.HEAVY_MEAL: _("Fried or fatty food, or meat"),
        }[self]


FASTING_HOURS: dict[Intake, int] = {
    Intake.CLEAR_LIQUID: 2,
    Intake.BREAST_MILK: 4,
    Intake.FORMULA: 6,
    Intake.MILK: 6,
    Intake.LIGHT_MEAL: 6,
    Intake.HEAVY_MEAL: 8,
}
"""Elapsed hours between an intake and sedation, regional or general anesthesia (ASA 2017). Local only: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FastingPlan:
    """The last instants, UTC, at which each intake is still fine for a case at ``starts``."""

    starts: datetime
    heavy_meal: datetime
    light_meal: datetime
    clear_liquid: datetime

    @property
    def stop_eating(self) -> datetime:
        """When a patient is told to stop eating: after a light meal; fried or fatty food stops earlier."""
        return self.light_meal

    @property
    def stop_drinking(self) -> datetime:
        """When a patient is told to stop drinking clear liquids."""
        return self.clear_liquid


@dataclass(frozen=True, slots=True)
class FastingBreach:
    """Something taken too late: ``latest`` was the last fine instant, ``clear_at`` is when the wait is over."""

    intake: Intake
    at: datetime
    latest: datetime
    clear_at: datetime


def last_fine(intake: Intake, starts: datetime) -> datetime:
    """The last instant, UTC, at which ``intake`` is fine before a case at ``starts``."""
    return _utc(starts) - timedelta(hours=FASTING_HOURS[intake])


def fasting_plan(starts: datetime, *, sedation: Sedation) -> FastingPlan | None:
    """When to stop eating and drinking before a case at ``starts``; ``None`` where local only asks for no fasting."""
    if sedation is Sedation.LOCAL:
        return None
    return FastingPlan(
        starts=_utc(starts),
        heavy_meal=last_fine(Intake.HEAVY_MEAL, starts),
        light_meal=last_fine(Intake.LIGHT_MEAL, starts),
        clear_liquid=last_fine(Intake.CLEAR_LIQUID, starts),
    )


ARRIVES_BEFORE = timedelta(minutes=60)
"""How long before procedure start a patient is asked to come."""

VISIT_ARRIVES_BEFORE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeCase:
    """When to come for a case at ``starts``, and when to stop eating and drinking; instants, UTC."""

    starts: datetime
    arrive: datetime
    fasting: FastingPlan | None


def before_case(starts: datetime, *, setup_minutes: int, is_visit: bool, level: SedationLevel) -> BeforeCase:
    """What a patient is told of the hours before a case."""
    return BeforeCase(
        starts=_utc(starts),
        arrive=arrival(starts, setup=timedelta(minutes=setup_minutes), is_visit=is_visit),
        fasting=fasting_plan(starts, sedation=level.key) if level.fasting else None,
    )


def arrival(starts: datetime, *, setup: timedelta, is_visit: bool) -> datetime:
    """When to come for a case, UTC: an hour early, or earlier where the room is made ready sooner."""
    early = VISIT_ARRIVES_BEFORE if is_visit else ARRIVES_BEFORE
    return _utc(starts) - max(early, setup)


def fasting_breach(
    intake: Intake, at: datetime, starts: datetime, *, sedation: Sedation
) -> FastingBreach | None:
    """What is wrong with ``intake`` taken at ``at`` before a case at ``starts``, or ``None`` where it is fine.

    A case at 10:00: toast at 4:00 is fine, at 4:01 flagged. Whether to wait or go on is the provider's to decide.
    """
    latest = last_fine(intake, starts)
    if sedation is Sedation.LOCAL or _utc(at) <= latest:
        return None
    return FastingBreach(intake, _utc(at), latest, _after(at, FASTING_HOURS[intake]))


def _after(instant: datetime, hours: int) -> datetime:
    return _utc(instant) + timedelta(hours=hours)


def _utc(instant: datetime) -> datetime:
    """Arithmetic happens in UTC: Python adds to a zoned time on the wall clock, which a change of clocks makes wrong."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC)
