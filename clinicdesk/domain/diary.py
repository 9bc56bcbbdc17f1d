"""The day as the front desk sees it: each case with what it lacks and its usual next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from clinicdesk.domain import discharge, preparation
from clinicdesk.domain.availability import NOTHING_KNOWN, Availability
from clinicdesk.domain.booking import BookingState, DiaryEntry, Setting, next_states
from clinicdesk.domain.discharge import DischargeRecord
from clinicdesk.domain.preparation import PreparationFacts, PreparationKey, PreparationRule
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.sedation_levels import Sedation
from clinicdesk.domain.working_days import Calendar
from clinicdesk.i18n import _

COLUMN_KINDS = (ResourceKind.ROOM, ResourceKind.SURGEON, ResourceKind.C_ARM)
"""What the diary can have its columns by."""

HERE = frozenset({BookingState.ARRIVED, BookingState.IN_ROOM, BookingState.RECOVERY, BookingState.OVERNIGHT})
"""The states in which the patient is in the building."""

TO_COME = frozenset({BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED})
_LEAVING = frozenset({BookingState.RECOVERY, BookingState.OVERNIGHT})


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What is known of a case where it is judged. ``record`` is None where nothing about leaving was written yet.

    ``rules`` is its checklist, ``settled`` the points of it that somebody settled (each with the day that what was found
    is bound to, if it has one), ``chart`` what the checklist has to know of the chart; only of a case that is to come.
    """

    entry: DiaryEntry
    escort_required: bool = False
    escort_named: bool = False
    side_needed: bool = False
    brace_waits: bool = False
    record: DischargeRecord | None = None
    rules: tuple[PreparationRule, ...] = ()
    settled: Mapping[str, date | None] = field(default_factory=dict)
    chart: PreparationFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """A case as the diary and the day list show it. ``missing`` are a few words each."""

    entry: DiaryEntry
    missing: tuple[str, ...] = ()

    @property
    def next_step(self) -> BookingState | None:
        """The usual next state, or None where nothing more happens."""
        entry = self.entry
        states = next_states(
            entry.state, is_visit=entry.is_visit, stays_overnight=entry.setting is Setting.OVERNIGHT
        )
        return None if entry.state.is_over else next(iter(states), None)


@dataclass(frozen=True, slots=True)
class DiaryDay:
    """A calendar day of the clinic and the half-open stretches in which it is open."""

    day: date
    open: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryPage:
    """Some days of the diary: their hours, their cases by start, and the units its columns can be.

    ``availability`` is what is closed, whose time it is and which unit has hours of its own on these days.
    """

    days: tuple[DiaryDay, ...]
    lines: tuple[DayLine, ...]
    units: tuple[Resource, ...]
    availability: Availability = NOTHING_KNOWN

    def units_of(self, kind: ResourceKind) -> tuple[Resource, ...]:
        """The units of one kind, in the clinic's order."""
        return tuple(unit for unit in self.units if unit.kind is kind)


def judged(facts: DayFacts, calendar: Calendar | None = None) -> DayLine:
    """A case with what stands between it and the room, or between it and the door."""
    return DayLine(entry=facts.entry, missing=lacking(facts, calendar))


def lacking(facts: DayFacts, calendar: Calendar | None = None) -> tuple[str, ...]:
    """What a case lacks where it stands, a few words each.

    On the way in: the side where the procedure has one, an escort where the sedation asks for one (42 CFR 416.52(c)), and
    the points of its checklist that are late or do not hold; without ``calendar`` nobody can tell, and they are left out.
    On the way out: what `discharge.missing` names. A request has nothing yet that it could lack.
    """
    state = facts.entry.state
    if state in _LEAVING:
        return tuple(thing.label for thing in _before_leaving(facts))
    found = []
    if state in TO_COME and facts.side_needed and facts.entry.side is None:
        found.append(_("side"))
    if state in TO_COME and facts.escort_required and not facts.escort_named:
        found.append(_("escort"))
    if state in TO_COME and facts.chart is not None and calendar is not None:
        found += [key.label.lower() for key in _unprepared(facts, facts.chart, calendar)]
    return tuple(found)


def _unprepared(facts: DayFacts, chart: PreparationFacts, calendar: Calendar) -> list[PreparationKey]:
    late = preparation.alarms(
        facts.rules,
        facts.settled,
        chart,
        calendar.zone.day_of(facts.entry.starts),
        calendar.today,
        calendar.working,
    )
    return [key for key in late if key is not PreparationKey.ESCORT]


def _before_leaving(facts: DayFacts) -> tuple[discharge.Missing, ...]:
    record = facts.record or DischargeRecord(booking_id=facts.entry.booking_id)
    return discharge.missing(
        record,
        sedation=Sedation(facts.entry.sedation),
        escort_required=facts.escort_required,
        brace_waits=facts.brace_waits,
    )
