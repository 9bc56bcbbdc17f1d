"""When things are open: hours of a unit, closures, and block time.

Hours and blocks are wall-clock times of the clinic; closures are instants. All stretches are half-open. A unit without
hours of its own follows the clinic. What is released is derived from the date, so nothing depends on a sweep having run:
the sweep only writes down what has come due.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import BlockId, ClosureId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span, maybe, merged, without
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

MOST_WEEKS_APART = 12
MOST_RELEASE_DAYS = 90
LONGEST_CLOSURE = timedelta(days=366)
FARTHEST = timedelta(days=5 * 366)
"""No closure, and no end of a block, lies farther ahead: a year that was mistyped does."""
LONGEST_REASON = 120

LAST_MINUTE = time(23, 59)
"""As the end of a unit's hours or of a block it means midnight, the end of the day: a time of day takes no 24:00."""

KEEPS_HOURS = frozenset(
    {
        ResourceKind.SURGEON,
        ResourceKind.ANESTHESIA,
        ResourceKind.NURSE,
        ResourceKind.ROOM,
        ResourceKind.C_ARM,
    }
)
"""The kinds that follow the clinic's opening hours where they have none of their own. A bay, a bed and a patient do not:
who was operated on in the afternoon recovers into the evening."""


class ClosureKind(StrEnum):
    """Why something is closed."""

    HOLIDAY = "holiday"
    CONFERENCE = "conference"
    LEAVE = "leave"
    REPAIR = "repair"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason in the person's language."""
        return {
            ClosureKind.HOLIDAY: _("Public holiday"),
            ClosureKind.CONFERENCE: _("Conference"),
            ClosureKind.LEAVE: _("Leave"),
            ClosureKind.REPAIR: _("In repair"),
            ClosureKind.OTHER: _("Closed"),
        }[self]


@dataclass(frozen=True, slots=True, order=True)
class UnitHours:
    """One stretch of a weekday (Monday is 0) in which a unit works; from ``first_on`` to ``last_on``, both inclusive."""

    weekday: int
    opens: time
    closes: time
    first_on: date | None = None
    last_on: date | None = None

    def __post_init__(self) -> None:
        """Raise `BadInput` for hours, or dates, that end before they start."""
        if self.closes <= self.opens:
            raise BadInput(_("These hours end before they start. Put the earlier time first."), "hours")
        if self.first_on is not None and self.last_on is not None and self.last_on < self.first_on:
            raise BadInput(_("The last day comes before the first. Put the earlier date first."), "last_on")

    def applies_on(self, day: date) -> bool:
        """Whether this stretch counts on ``day``."""
        return (
            day.weekday() == self.weekday
            and (self.first_on is None or self.first_on <= day)
            and (self.last_on is None or day <= self.last_on)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A stretch in which one unit, or (``resource_id`` None) the whole clinic, is closed."""

    id: ClosureId
    resource_id: ResourceId | None
    kind: ClosureKind
    reason: str = ""
    span: Span
    version: int = 1

    @property
    def words(self) -> str:
        """What to call it: the reason somebody typed, else the kind."""
        return self.reason or self.kind.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Block time: ``room_id`` is ``surgeon_id``'s on a weekday, every ``every_weeks`` weeks counted from ``first_on``.

    ``exclusive``: nobody else is booked there until it is released; otherwise the block is only preferred. It is released
    ``release_days`` days before its day (None: never by itself).
    """

    id: BlockId
    surgeon_id: ResourceId
    room_id: ResourceId
    weekday: int
    opens: time
    closes: time
    every_weeks: int = 1
    first_on: date
    last_on: date | None = None
    exclusive: bool = True
    release_days: int | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Raise `BadInput` naming the field where a value cannot be."""
        if self.closes <= self.opens:
            raise BadInput(_("This block ends before it starts. Put the earlier time first."), "closes")
        if not 1 <= self.every_weeks <= MOST_WEEKS_APART:
            raise BadInput(
                _("A block comes back every 1 to {most} weeks.").format(most=MOST_WEEKS_APART), "every_weeks"
            )
        if self.last_on is not None and self.last_on < self.first_on:
            raise BadInput(_("The last day comes before the first. Put the earlier date first."), "last_on")
        if self.release_days is not None and not 0 <= self.release_days <= MOST_RELEASE_DAYS:
            raise BadInput(
                _("A block is released 0 to {most} days before.").format(most=MOST_RELEASE_DAYS),
                "release_days",
            )

    def occurs_on(self, day: date) -> bool:
        """Whether ``day`` is one of its days; the weeks are counted from the week of ``first_on``."""
        if day.weekday() != self.weekday or day < self.first_on:
            return False
        if self.last_on is not None and day > self.last_on:
            return False
        return ((_monday(day) - _monday(self.first_on)).days // 7) % self.every_weeks == 0

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days between two dates, both inclusive."""
        day = max(first, self.first_on)
        if day > last:  # a first day in the last week of the calendar has no day after it to look at
            return
        day += timedelta(days=(self.weekday - day.weekday()) % 7)
        while day <= last and (self.last_on is None or day <= self.last_on):
            if self.occurs_on(day):
                yield day
            day += timedelta(days=7)

    def released_from(self, day: date) -> date | None:
        """The date from which on its ``day`` is everybody's, if it releases itself."""
        return None if self.release_days is None else day - timedelta(days=self.release_days)

    def span_on(self, day: date, zone: ClinicZone) -> Span | None:
        """When it lasts on ``day``; None where the change of clocks swallows it. It may end at midnight: `LAST_MINUTE`."""
        return maybe(wall_instant(zone, day, self.opens), _closing_instant(zone, day, self.closes))


@dataclass(frozen=True, slots=True, order=True)
class BlockDay:
    """One day of a block, by its date first."""

    day: date
    block_id: BlockId


@dataclass(frozen=True, slots=True)
class Release:
    """That a day of a block was given to everybody; ``by`` is None where its time had come and the program did it."""

    of: BlockDay
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class BlockTime:
    """One day of a block."""

    block: Block
    day: date
    span: Span
    released: bool

    @property
    def keeps_out(self) -> bool:
        """Whether other surgeons are kept out of the room."""
        return self.block.exclusive and not self.released


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Everything that is known of a stretch of days: who works when, what is closed, whose room it is."""

    hours: Mapping[ResourceId, tuple[UnitHours, ...]] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    blocks: tuple[Block, ...] = ()
    released: frozenset[tuple[BlockId, date]] = frozenset()

    def hours_on(self, resource_id: ResourceId, day: date, zone: ClinicZone) -> tuple[Span, ...] | None:
        """The stretches of ``day`` in which a unit works by its own hours; None where it has none of its own.

        Hours that end at `LAST_MINUTE` end at midnight.
        """
        own = self.hours.get(resource_id)
        if own is None:
            return None
        spans = (
            maybe(wall_instant(zone, day, each.opens), _closing_instant(zone, day, each.closes))
            for each in own
            if each.applies_on(day)
        )
        return merged(span for span in spans if span is not None)

    def working(self, resource_id: ResourceId, within: Span, zone: ClinicZone) -> tuple[Span, ...] | None:
        """The stretches of the days of ``within`` in which a unit works, over midnight too; None where it has no hours."""
        if resource_id not in self.hours:
            return None
        first, last = zone.day_of(within.starts), zone.day_of(within.ends)
        days = zone.days(first, (last - first).days + 1)
        return merged(span for day in days for span in self.hours_on(resource_id, day, zone) or ())

    def closures_of(self, resource_id: ResourceId | None, within: Span) -> tuple[Closure, ...]:
        """The closures of one unit (None: of the whole clinic) that share an instant with ``within``."""
        return tuple(
            closure
            for closure in self.closures
            if closure.resource_id == resource_id and closure.span.overlaps(within)
        )

    def block_times(self, first: date, last: date, today: date, zone: ClinicZone) -> Iterator[BlockTime]:
        """Every day of every block between two dates, both inclusive; ``today`` decides what is released."""
        for block in self.blocks:
            for day in block.days(first, last):
                span = block.span_on(day, zone)
                if span is not None:
                    yield BlockTime(block, day, span, self.is_released(block, day, today))

    def keeping(self, within: Span, today: date, zone: ClinicZone) -> Iterator[BlockTime]:
        """The days of blocks that keep other surgeons out of their room at some instant of ``within``."""
        first, last = zone.day_of(within.starts), zone.day_of(within.ends)
        for each in self.block_times(first - timedelta(days=1), last, today, zone):
            if each.keeps_out and each.span.overlaps(within):
                yield each

    def due_releases(self, today: date) -> tuple[BlockDay, ...]:
        """The days of exclusive blocks, from today on, whose time to be released has come and was not written down yet."""
        return tuple(
            sorted(
                BlockDay(day, block.id)
                for block in self.blocks
                if block.exclusive and block.release_days is not None
                for day in block.days(today, today + timedelta(days=block.release_days))
                if (block.id, day) not in self.released
            )
        )

    def is_released(self, block: Block, day: date, today: date) -> bool:
        """Whether a day of a block is everybody's: its time has come, or somebody released it."""
        due = block.released_from(day)
        return (due is not None and today >= due) or (block.id, day) in self.released


NOTHING_KNOWN = Availability()


def clinic_open(availability: Availability, clinic: ClinicFacts, day: date) -> tuple[Span, ...]:
    """When the clinic is open on its calendar ``day``: its opening hours without what is closed clinic-wide."""
    opening = [span for stretch in clinic.open_on(day) if (span := maybe(*stretch)) is not None]
    return without(opening, (each.span for each in availability.closures if each.resource_id is None))


def closed_for(availability: Availability, unit: ResourceId | None, day: date, zone: ClinicZone) -> str:
    """Why a unit (None: the clinic) is closed for the whole of ``day``; empty where it is not."""
    whole = Span(*zone.day_bounds(day))
    for closure in availability.closures_of(unit, whole):
        if closure.span.starts <= whole.starts and closure.span.ends >= whole.ends:
            return closure.words
    return ""


def shared_day(one: Block, other: Block, since: date = date.min) -> date | None:
    """The first day from ``since`` on which two blocks share a minute of the wall clock; None where they never do.

    Whether they are blocks of one room is not asked.
    """
    if one.opens >= other.closes or other.opens >= one.closes or one.weekday != other.weekday:
        return None
    first = max(one.first_on, other.first_on, since)
    last = min(each.last_on or date.max for each in (one, other))
    rhythm = timedelta(weeks=math.lcm(one.every_weeks, other.every_weeks))
    last = min(last, first + rhythm)  # what does not meet in one round of both never meets
    return next((day for day in one.days(first, last) if other.occurs_on(day)), None)


def check_closure(closure: Closure, now: datetime) -> None:
    """Raise `BadInput` naming the field where a closure would close nothing, or far too much."""
    if len(closure.reason) > LONGEST_REASON:
        raise BadInput(
            _("This is too long: {count} characters at most.").format(count=LONGEST_REASON), "reason"
        )
    if closure.span.length > LONGEST_CLOSURE:
        raise BadInput(
            _(
                "A closure lasts a year at most. Check the year of the last day; what is gone for good is taken out of use"
                " instead."
            ),
            "last_on",
        )
    if closure.span.ends <= now:
        raise BadInput(_("This is over already and would close nothing. Check the year."), "last_on")
    if closure.span.starts > now + FARTHEST:
        raise BadInput(_("This is more than five years ahead. Check the year."), "first_on")


def check_block(block: Block, today: date) -> None:
    """Raise `BadInput` where a block lies in a year that cannot be meant."""
    if block.first_on > today + FARTHEST:
        raise BadInput(_("This is more than five years ahead. Check the year."), "first_on")
    if block.last_on is not None and block.last_on > today + FARTHEST:
        raise BadInput(
            _("This is more than five years ahead. Leave the last day empty for a block without an end."),
            "last_on",
        )
    if block.last_on is not None and block.last_on < today:
        raise BadInput(_("This is over already. Check the year, or remove the block."), "last_on")
    last = block.last_on or block.first_on + timedelta(weeks=block.every_weeks)
    if next(block.days(block.first_on, last), None) is None:
        raise BadInput(
            _("No day of this block lies between its first day and its last. Choose a later last day."),
            "last_on",
        )


def check_hours(hours: Sequence[UnitHours]) -> None:
    """Raise `BadInput` where two stretches of one weekday share a minute on some date."""
    for one, other in combinations(hours, 2):
        if one.weekday != other.weekday or one.opens >= other.closes or other.opens >= one.closes:
            continue
        first = max(each.first_on or date.min for each in (one, other))
        last = min(each.last_on or date.max for each in (one, other))
        if first <= last:
            raise BadInput(
                _(
                    "Two stretches of one weekday overlap. Let the second begin after the first, or end the first on a date."
                ),
                "hours",
            )


def wall_instant(zone: ClinicZone, day: date, at: time) -> datetime:
    """The instant of a wall-clock time; one that the change of clocks skips means the same minute an hour later."""
    try:
        return zone.at(day, at)
    except BadInput:
        return zone.at(day, at.replace(hour=(at.hour + 1) % 24))


def _closing_instant(zone: ClinicZone, day: date, at: time) -> datetime:
    return zone.day_bounds(day)[1] if at >= LAST_MINUTE else wall_instant(zone, day, at)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
