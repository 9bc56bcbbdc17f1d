"""How the clinic's time is used, by month: utilization, turnover, starts on time, no-shows; each with its uncertainty.

Utilization is minutes with a patient in the room over the minutes there were. *Raw* counts only what lies within the open
hours, so it never passes 100 %; *adjusted* counts set-up and cleanup too, and whatever ran over, so it may. Minutes in
which two things happen count once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from operator import itemgetter

from clinicdesk.domain.availability import KEEPS_HOURS, Availability
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.estimates import Estimate, middle, ratio, share
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.resources import Resource
from clinicdesk.domain.scheduling.intervals import Span, maybe, merged, without
from clinicdesk.i18n import _

ON_TIME = timedelta(minutes=5)
"""A case that begins no later than this after its planned start is on time."""

LONGEST_TURNOVER = timedelta(minutes=90)
"""A longer gap between two cases is an empty stretch of the day, not a turnover."""

_NO_TIME = timedelta()

Pair = tuple[datetime, datetime]
"""From one instant to another: thousands of them are looked at, and a `Span` each would take as long as all the rest."""


class Measure(StrEnum):
    """What is measured."""

    USED = "used"
    HELD = "held"
    TURNOVER = "turnover"
    FIRST_ON_TIME = "first_on_time"
    ON_TIME = "on_time"
    NO_SHOW = "no_show"

    @property
    def label(self) -> str:
        """The measure in the person's language."""
        return {
            Measure.USED: _("Time used"),
            Measure.HELD: _("With set-up and cleanup"),
            Measure.TURNOVER: _("Turnover"),
            Measure.FIRST_ON_TIME: _("First cases on time"),
            Measure.ON_TIME: _("All cases on time"),
            Measure.NO_SHOW: _("No-shows"),
        }[self]

    @property
    def is_share(self) -> bool:
        """Whether it is a share (0 to 1), and not minutes."""
        return self is not Measure.TURNOVER


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """A booking whose planned start has passed, as far as these figures need it; instants are UTC.

    ``day`` is the clinic's calendar day of the planned start: the day, and the month, in which it counts.
    """

    patient_id: PatientId
    state: BookingState
    starts: datetime
    day: date
    setup_minutes: int
    turnover_minutes: int
    created: datetime
    room_id: ResourceId | None = None
    surgeon_id: ResourceId | None = None
    in_room: datetime | None = None
    started: datetime | None = None
    out: datetime | None = None
    """When the patient left the room: into recovery, else when the procedure ended."""

    @property
    def begun(self) -> datetime | None:
        """When it began: the start that was noted, else when the patient came into the room."""
        return self.started or self.in_room

    @property
    def stay(self) -> Pair | None:
        """From when to when the patient was in the room."""
        if self.in_room is None or self.out is None or self.out <= self.in_room:
            return None
        return self.in_room, self.out

    @property
    def holds(self) -> Pair | None:
        """When the room was this case's: the stay, with the set-up before the start and the cleanup after the patient."""
        stay = self.stay
        if stay is None:
            return None
        setup = (self.begun or stay[0]) - timedelta(minutes=self.setup_minutes)
        return min(setup, stay[0]), stay[1] + timedelta(minutes=self.turnover_minutes)

    @property
    def is_on_time(self) -> bool | None:
        """Whether it began in time; None where it did not begin."""
        return None if self.begun is None else self.begun - self.starts <= ON_TIME

    @property
    def came(self) -> bool | None:
        """Whether the patient came; None where that was never noted, or the case was called off."""
        if self.state is BookingState.NO_SHOW:
            return False
        known = self.state is BookingState.ARRIVED or self.state.has_begun
        return True if known else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The figures of one month, or of all of them together; ``first`` is its first day."""

    first: date
    figures: Mapping[Measure, Estimate]

    def of(self, measure: Measure) -> Estimate | None:
        """One figure; None where nothing was there to be counted."""
        return self.figures.get(measure)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Month by month, and all of it together."""

    months: tuple[Stretch, ...]
    whole: Stretch

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was counted."""
        return not any(
            estimate.count for measure, estimate in self.whole.figures.items() if measure not in _OF_TIME
        )


_OF_TIME = frozenset({Measure.USED, Measure.HELD})
"""What there are figures of even where nothing happened: nought per cent of the time was used."""


def numbers(
    cases: Sequence[PastCase],
    open_time: Mapping[ResourceId, Mapping[date, tuple[Span, ...]]],
    months: Sequence[date],
    *,
    unit: Resource | None = None,
) -> Numbers:
    """Everything of ``cases`` (by start), for the months that begin on ``months`` and all of them together.

    ``open_time`` says for each unit and day when it could be used: of all rooms, or of ``unit`` alone, which narrows the
    cases to its own. A turnover needs to know who else was in the room, so ``cases`` are everybody's.
    """
    own = [case for case in cases if _is_of(case, unit)]
    parts: dict[tuple[int, int], _Part] = {_month(day): _Part() for day in months}
    ignored = _Part()
    for resource, days in open_time.items():
        theirs = [case for case in own if resource in (case.room_id, case.surgeon_id)]
        for day, used, held, there in _day_minutes(theirs, days):
            part = parts.get(_month(day), ignored)
            part.used.append((used, there))
            part.held.append((held, there))
    for case, gap in turnovers(cases, unit):
        parts.get(_month(case.day), ignored).gaps.append(gap)
    for case in own:
        part, on_time, came = parts.get(_month(case.day), ignored), case.is_on_time, case.came
        if on_time is not None:
            part.starts.append(on_time)
        if came is not None:
            part.came.append(came)
    for case in first_cases(own, unit):
        parts.get(_month(case.day), ignored).firsts.append(bool(case.is_on_time))
    whole = _Part()
    for part in parts.values():
        whole.add(part)
    return Numbers(
        tuple(Stretch(day, parts[_month(day)].figures()) for day in months),
        Stretch(months[0], whole.figures()),
    )


def turnovers(cases: Iterable[PastCase], unit: Resource | None = None) -> list[tuple[PastCase, float]]:
    """The minutes from each patient out to the next patient in, in the same room on the same day, with the later case.

    Where a unit is named, both cases are its own.
    """
    days: dict[tuple[ResourceId | None, date], list[tuple[datetime, datetime, PastCase]]] = defaultdict(list)
    for case in cases:
        stay = case.stay
        if stay is not None and case.room_id is not None:
            days[case.room_id, case.day].append((*stay, case))
    found = []
    for here in days.values():
        here.sort(key=itemgetter(0, 1))
        for (_in, out, one), (next_in, _out, other) in pairwise(here):
            both = _is_of(one, unit) and _is_of(other, unit)
            if both and _NO_TIME <= next_in - out <= LONGEST_TURNOVER:
                found.append((other, (next_in - out).total_seconds() / 60))
    return found


def first_cases(cases: Iterable[PastCase], unit: Resource | None = None) -> tuple[PastCase, ...]:
    """The first case of each day that began: of each room, or of ``unit`` alone."""
    first: dict[tuple[date, ResourceId | None], PastCase] = {}
    for case in cases:
        if case.begun is None:
            continue
        key = case.day, case.room_id if unit is None else unit.id
        if key not in first or case.starts < first[key].starts:
            first[key] = case
    return tuple(first.values())


def open_time(
    units: Iterable[Resource],
    days: Sequence[date],
    clinic: ClinicFacts,
    known: Availability,
    since: Mapping[ResourceId, tuple[date, date]],
) -> dict[ResourceId, dict[date, tuple[Span, ...]]]:
    """When each unit could be used on each of ``days``: its hours, or the clinic's, without what was closed.

    ``since`` has each unit's first and last case: a room did not exist before its first, and one taken out of use no
    longer after its last. A unit that never had a case is left out.
    """
    clinic_open = {
        day: tuple(span for each in clinic.open_on(day) if (span := maybe(*each)) is not None) for day in days
    }
    found: dict[ResourceId, dict[date, tuple[Span, ...]]] = {}
    for unit in units:
        if unit.id not in since:
            continue
        first, last = since[unit.id]
        shut = [
            closure.span
            for closure in known.closures
            if closure.resource_id is None or closure.resource_id == unit.id
        ]
        found[unit.id] = {
            day: without(_hours(unit, day, clinic_open[day], clinic, known), shut)
            for day in days
            if first <= day and (unit.active or day <= last)
        }
    return found


@dataclass(slots=True)
class _Part:
    """What is counted of one month; filled, then read once."""

    used: list[tuple[float, float]]
    held: list[tuple[float, float]]
    gaps: list[float]
    starts: list[bool]
    firsts: list[bool]
    came: list[bool]

    def __init__(self) -> None:
        self.used, self.held, self.gaps = [], [], []
        self.starts, self.firsts, self.came = [], [], []

    def add(self, other: _Part) -> None:
        for name in self.__slots__:
            getattr(self, name).extend(getattr(other, name))

    def figures(self) -> dict[Measure, Estimate]:
        found = {
            Measure.USED: ratio(self.used, most=1.0),
            Measure.HELD: ratio(self.held),
            Measure.TURNOVER: middle(self.gaps),
            Measure.FIRST_ON_TIME: share(sum(self.firsts), len(self.firsts)),
            Measure.ON_TIME: share(sum(self.starts), len(self.starts)),
            Measure.NO_SHOW: share(len(self.came) - sum(self.came), len(self.came)),
        }
        return {measure: estimate for measure, estimate in found.items() if estimate is not None}


def _day_minutes(
    cases: Iterable[PastCase], days: Mapping[date, tuple[Span, ...]]
) -> list[tuple[date, float, float, float]]:
    """For each day of one unit: minutes used within the open hours, minutes held, minutes there were.

    A case on a day on which the unit was closed used none of its time, but held it.
    """
    stays: dict[date, list[Pair]] = defaultdict(list)
    holds: dict[date, list[Pair]] = defaultdict(list)
    for case in cases:
        stay, held = case.stay, case.holds
        if stay is not None and held is not None:
            stays[case.day].append(stay)
            holds[case.day].append(held)
    found = []
    for day, there in days.items():
        if not there and day not in stays:
            continue
        inside = [
            (max(starts, span.starts), min(ends, span.ends))
            for starts, ends in stays.get(day, ())
            for span in there
        ]
        there_was = sum((span.length for span in there), _NO_TIME)
        found.append((day, _covered(inside), _covered(holds.get(day, ())), there_was.total_seconds() / 60))
    return found


def _covered(pairs: Iterable[Pair]) -> float:
    """The minutes that lie in one of ``pairs`` or several; a pair that ends before it starts has none."""
    covered, reached = _NO_TIME, None
    for starts, ends in sorted(pairs):
        if reached is not None and starts < reached:
            starts = reached
        if starts < ends:
            covered += ends - starts
            reached = ends
    return covered.total_seconds() / 60


def _hours(
    unit: Resource, day: date, clinic_open: tuple[Span, ...], clinic: ClinicFacts, known: Availability
) -> tuple[Span, ...]:
    own = known.hours_on(unit.id, day, clinic.zone) if unit.kind in KEEPS_HOURS else None
    return merged(clinic_open if own is None else own)


def _is_of(case: PastCase, unit: Resource | None) -> bool:
    return unit is None or unit.id in (case.room_id, case.surgeon_id)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
