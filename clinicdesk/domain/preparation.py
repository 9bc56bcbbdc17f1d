"""What has to be ready before a case: the checklist of a procedure, what was found of each point, and what that means.

A procedure has rules; a case has items, of the points that somebody settled. Everything else is judged anew whenever it is
looked at: when a point is due, whether it is late, and whether what was found still fits the day of the case. So a case that
moves needs nothing rewritten. Two points are read from the chart and settle themselves: allergies and the escort.

Every number is a default the clinic can change. About blood thinners this only ever says "confirm with the prescriber".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from clinicdesk.domain.blood_thinners import BleedingRisk, BloodThinner
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.instructions import BeforeCase, before_case
from clinicdesk.domain.preparation_rules import PreparationKey, PreparationRule, PreparationWhen
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.domain.times import dated, short_day
from clinicdesk.domain.working_days import Calendar, WorkingDays
from clinicdesk.i18n import _, ngettext

LONGEST_NUMBER = 60
LONGEST_NOTE = 1000

SHOWN_DAYS = 4
"""Working days that the list of what is missing looks ahead: the next one and the three after it."""


NO_DAY = date.min
"""In place of a case's day where a hold was agreed before there was one: no case is on it."""


__all__ = [
    "FROM_CHART",
    "LONGEST_NOTE",
    "LONGEST_NUMBER",
    "NO_DAY",
    "READINESS",
    "SETTLEABLE",
    "SHOWN_DAYS",
    "CheckPoint",
    "CheckState",
    "PreparationFacts",
    "PreparationItem",
    "PreparationKey",
    "PreparationRule",
    "PreparationStatus",
    "PreparationWhen",
    "PreparedCase",
    "alarms",
    "applies",
    "due_on",
    "judged",
    "unready",
]

FROM_CHART = frozenset({PreparationKey.ALLERGIES, PreparationKey.ESCORT})
"""Points that the chart settles: what is written there counts, and is written there."""

READINESS = frozenset(
    {
        PreparationKey.AUTHORIZATION,
        PreparationKey.LABS,
        PreparationKey.BLOOD_THINNER,
        PreparationKey.IMAGING,
    }
)
"""Points that must be settled before somebody can be given a time at short notice; the others are done on the way."""


class PreparationStatus(StrEnum):
    """What was found of a point."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"

    @property
    def label(self) -> str:
        """The status in the person's language."""
        return {
            PreparationStatus.OPEN: _("Open"),
            PreparationStatus.DONE: _("Done"),
            PreparationStatus.NOT_NEEDED: _("Not needed"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationItem:
    """What somebody found of one point of a case. ``version`` 0 is a point that nobody has touched.

    ``number`` belongs to an authorization, and so does ``expires_on``, the last day on which it is valid. Of a blood thinner
    ``expires_on`` is the day of the case for which the prescriber was asked: a hold that was agreed for another day is none,
    nor is one that was agreed before the case had a day.
    """

    key: PreparationKey
    status: PreparationStatus = PreparationStatus.OPEN
    number: str = ""
    expires_on: date | None = None
    note: str = ""
    at: datetime | None = None
    by: str = ""
    version: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether somebody said that nothing more has to be done about it."""
        return self.status is not PreparationStatus.OPEN

    @property
    def day(self) -> date | None:
        """The day that what was found is bound to, if it is done and bound to one; `NO_DAY` where it had none yet."""
        if self.status is not PreparationStatus.DONE:
            return None
        return NO_DAY if self.is_without_day else self.expires_on

    @property
    def is_without_day(self) -> bool:
        """Whether a hold was agreed before the case had a day: enough for who waits, but for no day."""
        return self.key is PreparationKey.BLOOD_THINNER and self.expires_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationFacts:
    """What the checklist has to know of the case and the chart. ``thinners`` are all of the clinic's table."""

    allergies_known: bool = False
    blood_thinner: str = ""
    """The medicine as the chart names it; empty where it names none."""
    thinners: tuple[BloodThinner, ...] = ()
    bleeding_risk: BleedingRisk = BleedingRisk.NONE
    escort_required: bool = False
    escort_named: bool = False

    @property
    def may_bleed(self) -> bool:
        """Whether a blood thinner matters here."""
        return bool(self.blood_thinner) and self.bleeding_risk is not BleedingRisk.NONE

    def named_thinners(self) -> tuple[BloodThinner, ...]:
        """The medicines of the clinic's table that the chart names."""
        return tuple(thinner for thinner in self.thinners if thinner.is_named(self.blood_thinner))

    def settles(self, key: PreparationKey) -> bool:
        """Whether the chart itself answers this point."""
        if key is PreparationKey.ALLERGIES:
            return self.allergies_known
        return key is PreparationKey.ESCORT and self.escort_named


class CheckState(StrEnum):
    """How a point stands, seen from today and from the day of the case."""

    DONE = "done"
    NOT_NEEDED = "not_needed"
    OPEN = "open"
    DUE = "due"
    """Due today."""
    OVERDUE = "overdue"
    WRONG = "wrong"
    """Settled, but what was found does not hold on the day of the case."""

    @property
    def is_missing(self) -> bool:
        """Whether something has still to be done."""
        return self not in {CheckState.DONE, CheckState.NOT_NEEDED}

    @property
    def is_alarming(self) -> bool:
        """Whether it should be done by now."""
        return self in {CheckState.OVERDUE, CheckState.WRONG}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPoint:
    """A point of a case as it stands now. ``due_on`` is None where the case has no day yet.

    ``sentence`` says what is known of it or what to do; it may be empty.
    """

    key: PreparationKey
    state: CheckState
    due_on: date | None = None
    sentence: str = ""
    item: PreparationItem

    @property
    def is_from_chart(self) -> bool:
        """Whether the chart settles it, not a tick."""
        return self.key in FROM_CHART


SETTLEABLE = frozenset(
    {
        BookingState.REQUESTED,
        BookingState.WAITLIST,
        BookingState.BOOKED,
        BookingState.CONFIRMED,
        BookingState.ARRIVED,
    }
)
"""The states in which there is still something to prepare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCase:
    """A case with all that its checklist is judged by; ``starts`` is absent of whoever waits for a time."""

    booking_id: BookingId
    patient_id: PatientId
    patient: str
    birth_date: date
    mrn: str
    procedure: Procedure
    levels: tuple[str, ...]
    sedation: SedationLevel
    state: BookingState
    starts: datetime | None
    setup_minutes: int
    facts: PreparationFacts
    items: Mapping[PreparationKey, PreparationItem] = field(default_factory=dict)
    version: int = 1

    def points(self, calendar: Calendar) -> tuple[CheckPoint, ...]:
        """Every point as it stands today; a case that is over has none to work on."""
        day = None if self.starts is None else calendar.zone.day_of(self.starts)
        return judged(
            self.procedure.preparation, self.items, self.facts, day, calendar.today, calendar.working
        )

    @property
    def is_settleable(self) -> bool:
        """Whether there is still something to prepare."""
        return self.state in SETTLEABLE

    @property
    def before(self) -> BeforeCase | None:
        """When the patient is to come, and to stop eating and drinking."""
        if self.starts is None:
            return None
        return before_case(
            self.starts,
            setup_minutes=self.setup_minutes,
            is_visit=self.procedure.is_visit,
            level=self.sedation,
        )


def applies(rule: PreparationRule, facts: PreparationFacts) -> bool:
    """Whether this case has the point at all."""
    if rule.key is PreparationKey.BLOOD_THINNER or rule.when is PreparationWhen.BLOOD_THINNER:
        return facts.may_bleed
    if rule.key is PreparationKey.ESCORT or rule.when is PreparationWhen.ESCORT:
        return facts.escort_required
    return True


def due_on(rule: PreparationRule, facts: PreparationFacts, case_day: date, working: WorkingDays) -> date:
    """The working day by which a point is to be settled for a case on ``case_day``.

    The prescriber is asked before a usual hold would begin, even where the clinic's own days before are fewer.
    """
    before = rule.days_before
    if rule.key is PreparationKey.BLOOD_THINNER:
        before = max(before, _longest_hold(facts))
    return working.last_by(case_day - timedelta(days=before))


def judged(
    rules: Sequence[PreparationRule],
    items: Mapping[PreparationKey, PreparationItem],
    facts: PreparationFacts,
    case_day: date | None,
    today: date,
    working: WorkingDays,
) -> tuple[CheckPoint, ...]:
    """Every point that this case has, in the order of the checklist. ``case_day`` is None as long as it has no day."""
    return tuple(
        _point(rule, items.get(rule.key) or PreparationItem(key=rule.key), facts, case_day, today, working)
        for rule in rules
        if applies(rule, facts)
    )


def alarms(
    rules: tuple[PreparationRule, ...],
    settled: Mapping[str, date | None],
    facts: PreparationFacts,
    case_day: date,
    today: date,
    working: WorkingDays,
) -> tuple[PreparationKey, ...]:
    """The points of `judged` that are wrong, then those overdue. For a list of many cases: nothing else is worked out.

    ``settled`` are the points that somebody settled, each with the day that what was found is bound to, if it has one.
    """
    wrong = [key for key, day in settled.items() if day is not None and not _holds(key, day, case_day)]
    found = [rule for rule in rules if rule.key in wrong] if wrong else []
    left = [rule for rule in rules if rule.key not in settled and not facts.settles(rule.key)]
    if left:  # most cases of a day are prepared, and are through here
        late = _late(rules, case_day, today, working)
        found += [
            rule for rule in left if rule in late or _is_held_already(rule, facts, case_day, today, working)
        ]
    return tuple(rule.key for rule in found if applies(rule, facts))


def unready(points: Sequence[CheckPoint]) -> tuple[CheckPoint, ...]:
    """The points that keep somebody who waits from being taken at short notice."""
    return tuple(point for point in points if point.key in READINESS and point.state.is_missing)


def _point(
    rule: PreparationRule,
    item: PreparationItem,
    facts: PreparationFacts,
    case_day: date | None,
    today: date,
    working: WorkingDays,
) -> CheckPoint:
    due = None if case_day is None else due_on(rule, facts, case_day, working)
    state = _state(item, facts, due, case_day, today)
    return CheckPoint(
        key=rule.key,
        state=state,
        due_on=due,
        sentence=_sentence(item, state, facts, case_day, today),
        item=item,
    )


def _state(
    item: PreparationItem, facts: PreparationFacts, due: date | None, case_day: date | None, today: date
) -> CheckState:
    if item.status is PreparationStatus.NOT_NEEDED:
        return CheckState.NOT_NEEDED
    if item.status is PreparationStatus.DONE:
        needed_on = today if case_day is None and item.key is PreparationKey.AUTHORIZATION else case_day
        fine = item.day is None or needed_on is None or _holds(item.key, item.day, needed_on)
        return CheckState.DONE if fine else CheckState.WRONG
    if facts.settles(item.key):
        return CheckState.DONE
    if due is None or today < due:
        return CheckState.OPEN
    return CheckState.DUE if today == due else CheckState.OVERDUE


def _holds(key: str, day: date, needed_on: date) -> bool:
    """Whether what was found and is bound to ``day`` is good for ``needed_on``: a hold only for that very day."""
    return day == needed_on if key == PreparationKey.BLOOD_THINNER else needed_on <= day


@lru_cache(maxsize=1024)
def _late(
    rules: tuple[PreparationRule, ...], case_day: date, today: date, working: WorkingDays
) -> tuple[PreparationRule, ...]:
    """The points that are overdue unless settled: the same for every case of a procedure on one day."""
    return tuple(
        rule for rule in rules if working.last_by(case_day - timedelta(days=rule.days_before)) < today
    )


def _is_held_already(
    rule: PreparationRule, facts: PreparationFacts, case_day: date, today: date, working: WorkingDays
) -> bool:
    """Whether a usual hold makes the blood thinner's point overdue before its own days do."""
    if rule.key is not PreparationKey.BLOOD_THINNER or not facts.may_bleed:
        return False
    return due_on(rule, facts, case_day, working) < today


def _longest_hold(facts: PreparationFacts) -> int:
    """Days before the case at which the first usual hold would begin."""
    if not facts.may_bleed or facts.bleeding_risk is not BleedingRisk.HIGH:
        return 0
    return max((thinner.hold_days or 0 for thinner in facts.named_thinners()), default=0)


def _sentence(
    item: PreparationItem, state: CheckState, facts: PreparationFacts, case_day: date | None, today: date
) -> str:
    if state is CheckState.NOT_NEEDED:
        return item.note
    if item.key is PreparationKey.AUTHORIZATION:
        return _about_authorization(item, case_day, today)
    if item.key is PreparationKey.BLOOD_THINNER:
        return item.note if state is CheckState.DONE else _about_thinner(item, facts, case_day)
    if item.key is PreparationKey.ALLERGIES and state.is_missing:
        return _("The chart names no allergies, and does not say that there are none.")
    if item.key is PreparationKey.ESCORT and state.is_missing:
        return _("Nobody is named in the chart who takes the patient home.")
    return item.note


def _about_authorization(item: PreparationItem, case_day: date | None, today: date) -> str:
    """What an authorization says of this case's day; its last day still counts."""
    ends = item.expires_on
    if item.status is not PreparationStatus.DONE or ends is None:
        return item.note
    needed_on, last = today if case_day is None else case_day, dated(ends, today)
    if needed_on <= ends:
        return _("Number {number}, valid up to {day}.").format(number=item.number, day=last)
    if ends < today:
        return _("The authorization ended on {day}. Ask for a new one.").format(day=last)
    days = (needed_on - ends).days
    if days == 1:
        return _(
            "The authorization ends the day before the case. Ask for an extension, or move the case to {day} or earlier."
        ).format(day=last)
    return ngettext(
        "The authorization ends {days} day before the case. Ask for an extension, or move the case to {day} or earlier.",
        "The authorization ends {days} days before the case. Ask for an extension, or move the case to {day} or earlier.",
        days,
    ).format(days=days, day=last)


def _about_thinner(item: PreparationItem, facts: PreparationFacts, case_day: date | None) -> str:
    """What to ask the prescriber, and why again where the case has moved since."""
    asked = " ".join(
        thinner.hold_reminder(facts.bleeding_risk, case_day) for thinner in facts.named_thinners()
    )
    if not asked:
        asked = _("{medicine}: confirm with the prescriber whether to hold it.").format(
            medicine=facts.blood_thinner[:80]
        )
    if item.day is None:
        return asked
    if item.is_without_day:
        return _("It was confirmed before the case had a day. {ask}").format(ask=asked)
    return _("It was confirmed for a case on {day}. {ask}").format(day=short_day(item.day), ask=asked)
