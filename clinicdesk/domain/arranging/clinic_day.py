"""A clinic's day turned into numbers for arranging, and a plan turned back into moves.

What may move: cases that are booked or confirmed, stand where they could be booked today, and do not start within the hour.
Everything else is fixed, with the reason in words. A case keeps its surgeon; every other unit may be exchanged for one that
serves as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain.arranging.check import breaches
from clinicdesk.domain.arranging.day import (
    Case,
    DayPlan,
    DayProblem,
    Minutes,
    Need,
    Place,
    Shut,
    Stretch,
    Weights,
)
from clinicdesk.domain.availability import KEEPS_HOURS, Availability, clinic_open, wall_instant
from clinicdesk.domain.booking import BookingState, DiaryEntry
from clinicdesk.domain.catalogue import GRID_MINUTES
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.assign import Pools
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span, merged, without
from clinicdesk.domain.scheduling.occupancy import CasePlan, PlannedClaim, occupancy
from clinicdesk.i18n import _

NOTICE = timedelta(minutes=60)
"""A case that starts sooner stays: its patient is on the way. None is brought forward to sooner either."""

_MOVABLE = frozenset({BookingState.BOOKED, BookingState.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedCase:
    """A case of the day as it is stored. ``units`` include the patient; ``held`` is everything it has claimed."""

    entry: DiaryEntry
    plan: CasePlan
    goes_home: bool
    units: Mapping[ResourceKind, ResourceId]
    held: tuple[Claimed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """Everything that arranging a day depends on. ``others`` is held by bookings of other days."""

    day: date
    now: datetime
    clinic: ClinicFacts
    pools: Pools
    known: Availability
    cases: tuple[BookedCase, ...]
    others: tuple[Claimed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangeable:
    """A day as it can be arranged. ``stays`` says for each case why it may not move; empty where it may.

    ``origin`` is minute 0 of the problem; ``kinds`` and ``names`` are those of the units.
    """

    day: date
    origin: datetime
    entries: tuple[DiaryEntry, ...]
    stays: tuple[str, ...]
    problem: DayProblem
    kinds: Mapping[int, ResourceKind]
    names: Mapping[int, str]

    @property
    def may_move(self) -> int:
        """How many cases may move."""
        return sum(not why for why in self.stays)

    def keeping(self, kept: Iterable[BookingId]) -> Arrangeable:
        """The same day with these cases fixed where they stand."""
        stay = frozenset(kept)
        cases = tuple(replace(case, fixed=case.fixed or case.key in stay) for case in self.problem.cases)
        return replace(self, problem=replace(self.problem, cases=cases))

    def instant(self, minute: int) -> datetime:
        """A minute of the problem as an instant, UTC."""
        return self.origin + timedelta(minutes=minute)


def arrangeable(facts: DayFacts, weights: Weights | None = None) -> Arrangeable:
    """The day of ``facts`` as a problem."""
    return _Arranging(facts, weights or Weights()).done()


class _Arranging:
    def __init__(self, facts: DayFacts, weights: Weights) -> None:
        self._facts = facts
        self._weights = weights
        self._origin = facts.clinic.zone.start_of(facts.day)
        self._opening = clinic_open(facts.known, facts.clinic, facts.day)
        self._kinds = {int(unit.id): kind for kind, units in facts.pools.items() for unit in units}
        for case in facts.cases:
            self._kinds |= {int(unit): kind for kind, unit in case.units.items()}
        self._busy = self._closed()

    def done(self) -> Arrangeable:
        made = [self._case(case) for case in self._facts.cases]
        names = {int(unit.id): unit.name for units in self._facts.pools.values() for unit in units}
        return Arrangeable(
            day=self._facts.day,
            origin=self._origin,
            entries=tuple(case.entry for case in self._facts.cases),
            stays=tuple(why for _case, why in made),
            problem=self._problem(tuple(case for case, _why in made)),
            kinds=self._kinds,
            names=names,
        )

    def _problem(self, cases: tuple[Case, ...]) -> DayProblem:
        opens = self._opening[0].starts if self._opening else self._origin
        closes = self._opening[-1].ends if self._opening else self._origin
        return DayProblem(
            cases=cases,
            busy=self._busy,
            rooms=self._of_kind(ResourceKind.ROOM),
            surgeons=self._of_kind(ResourceKind.SURGEON),
            opens=self._minute(opens),
            closes=self._minute(closes),
            step=GRID_MINUTES,
            weights=self._weights,
        )

    def _of_kind(self, kind: ResourceKind) -> frozenset[int]:
        return frozenset(unit for unit, its_kind in self._kinds.items() if its_kind is kind)

    # One case.

    def _case(self, booked: BookedCase) -> tuple[Case, str]:
        """The case and why it stays; a case that stays is busy with just what it holds."""
        why = self._begun(booked)
        case = None if why else self._movable(booked)
        if case is None:
            return self._fixed(booked), why or _("It holds other units than its plan asks for: save it once.")
        why = self._stranded(case)
        return (self._fixed(booked), why) if why else (case, "")

    def _begun(self, booked: BookedCase) -> str:
        entry, now = booked.entry, self._facts.now
        if entry.state not in _MOVABLE:
            return entry.state.label
        if not self._opening:
            return _("The clinic is closed on this day.")
        if entry.starts < now:
            return _("Its time has passed.")
        if entry.starts < now + NOTICE:
            return _("It starts within the hour.")
        return ""

    def _movable(self, booked: BookedCase) -> Case | None:
        """The case as one that may move; None where what it holds is not what its plan asks for."""
        grouped = _grouped(booked.plan)
        own = {kinds: _first(booked.units, kinds) for kinds in grouped}
        if (
            None in own.values()
            or _claims(own, grouped) != set(booked.held)
            or not self._on_the_minute(booked)
        ):
            return None
        start = self._minute(booked.entry.starts)
        needs = tuple(
            Need(
                self._candidates(kinds, own[kinds], booked),
                tuple(self._stretch(booked.plan, pair) for pair in pairs),
            )
            for kinds, pairs in grouped.items()
        )
        present = Place(start, tuple(int(unit) for unit in own.values() if unit is not None))
        earliest, latest = self._bounds(booked)
        return Case(
            key=booked.entry.booking_id,
            needs=needs,
            earliest=earliest,
            latest=latest,
            length=booked.plan.minutes,
            present=present,
            told=booked.entry.state is BookingState.CONFIRMED,
            shut=tuple(self._shut(booked, needs)),
        )

    def _fixed(self, booked: BookedCase) -> Case:
        start = self._minute(booked.entry.starts)
        spans: dict[int, list[Stretch]] = {}
        for claim in booked.held:
            first, last = self._minutes(claim.span)
            spans.setdefault(int(claim.resource_id), []).append(Stretch(first - start, last - start))
        return Case(
            key=booked.entry.booking_id,
            needs=tuple(Need((unit,), tuple(stretches)) for unit, stretches in spans.items()),
            earliest=start,
            latest=start,
            length=booked.plan.minutes,
            present=Place(start, tuple(spans)),
            fixed=True,
            told=booked.entry.state is BookingState.CONFIRMED,
        )

    def _stranded(self, case: Case) -> str:
        """Why a case could not be booked where it stands: it is then for a person to move, not for a plan."""
        assert case.present is not None
        alone = self._problem(
            (replace(case, present=None, earliest=case.present.start, latest=case.present.start),)
        )
        on_grid = replace(alone, step=1)
        if breaches(on_grid, DayPlan((case.present,))):
            return _("It stands in a time that is closed or kept for others: move it by hand.")
        return ""

    def _bounds(self, booked: BookedCase) -> tuple[int, int]:
        """From when to when it may start without a new advice against it: open, in good time, not too late to go home."""
        clinic, plan = self._facts.clinic, booked.plan
        first = self._minute(max(self._opening[0].starts, self._facts.now + NOTICE))
        last = self._minute(self._opening[-1].ends) - plan.minutes
        if booked.goes_home:
            late = self._minute(wall_instant(clinic.zone, self._facts.day, clinic.late_finish)) - plan.minutes
            last = min(last, late)
        return first, last

    def _candidates(
        self, kinds: tuple[ResourceKind, ...], own: ResourceId | None, booked: BookedCase
    ) -> tuple[int, ...]:
        """The units that serve: the surgeon is the patient's own, and so is the patient."""
        assert own is not None
        if ResourceKind.SURGEON in kinds or ResourceKind.PATIENT in kinds:
            return (int(own),)
        found = [
            int(unit.id)
            for kind in kinds
            for unit in self._facts.pools.get(kind, ())
            if unit.serves.suits(is_visit=booked.entry.is_visit) and unit.id != own
        ]
        return (int(own), *found)

    # Time that cannot be had.

    def _closed(self) -> dict[int, tuple[Minutes, ...]]:
        spans: dict[int, list[Minutes]] = {}
        for claim in self._facts.others:
            spans.setdefault(int(claim.resource_id), []).append(self._minutes(claim.span))
        for closure in self._facts.known.closures:
            if closure.resource_id is not None:
                spans.setdefault(int(closure.resource_id), []).append(self._minutes(closure.span))
        return {unit: tuple(sorted(own)) for unit, own in spans.items()}

    def _shut(self, booked: BookedCase, needs: Iterable[Need]) -> Iterator[Shut]:
        """When the clinic or one of its units does not work, and which rooms are kept for other surgeons."""
        whole = self._whole_day()
        for pause in without((whole,), self._opening):
            yield Shut(self._minutes(pause))
        units = {unit for need in needs for unit in need.units}
        for unit in sorted(units):
            own = self._facts.known.hours_on(ResourceId(unit), self._facts.day, self._facts.clinic.zone)
            if own is not None:
                keeps = self._kinds[unit] in KEEPS_HOURS
                for off in without((whole,), own):
                    yield Shut(self._minutes(off), unit, whole=not keeps)
        yield from self._kept_rooms(booked, units)

    def _kept_rooms(self, booked: BookedCase, units: set[int]) -> Iterator[Shut]:
        day, zone = self._facts.day, self._facts.clinic.zone
        today = zone.day_of(self._facts.now)
        surgeons = {unit.id for unit in self._facts.pools.get(ResourceKind.SURGEON, ())}
        for time in self._facts.known.block_times(day, day, today, zone):
            if time.block.surgeon_id not in surgeons:
                continue  # out of use: a room is kept for nobody
            others = time.keeps_out and time.block.surgeon_id != booked.units.get(ResourceKind.SURGEON)
            if others and int(time.block.room_id) in units:
                yield Shut(self._minutes(time.span), int(time.block.room_id), whole=True)

    def _whole_day(self) -> Span:
        return Span(*self._facts.clinic.zone.day_bounds(self._facts.day))

    # Minutes.

    def _minute(self, at: datetime) -> int:
        return int((at - self._origin).total_seconds() // 60)

    def _minutes(self, span: Span) -> Minutes:
        """Every minute that the span touches."""
        return self._minute(span.starts), -int((self._origin - span.ends).total_seconds() // 60)

    def _on_the_minute(self, booked: BookedCase) -> bool:
        edges = (edge for claim in booked.held for edge in (claim.span.starts, claim.span.ends))
        return not any(edge.second for edge in (booked.entry.starts, *edges))

    def _stretch(self, plan: CasePlan, pair: _Pair) -> Stretch:
        span, moved = pair
        first, last = self._minutes(span)
        start = self._minute(plan.starts)
        stays = moved.ends == span.ends
        return Stretch(first - start, last - start, until=last if stays else None)


_Pair = tuple[Span, Span]
"""A stretch of a case, and the same stretch if the case started a little later."""

_Grouped = dict[tuple[ResourceKind, ...], list[_Pair]]


def _grouped(plan: CasePlan) -> _Grouped:
    """What a case needs by the kinds that serve, one unit each; a wide need shares the unit of a narrower one."""
    later = occupancy(replace(plan, starts=plan.starts + timedelta(minutes=GRID_MINUTES)))
    pairs: list[tuple[PlannedClaim, PlannedClaim]] = list(zip(occupancy(plan), later, strict=True))
    grouped: _Grouped = {}
    for now, moved in sorted(pairs, key=lambda pair: len(pair[0].kinds)):
        kinds = next((k for k in grouped if not set(k).isdisjoint(now.kinds)), now.kinds)
        grouped.setdefault(kinds, []).append((now.span, moved.span))
    return grouped


def _first(units: Mapping[ResourceKind, ResourceId], kinds: tuple[ResourceKind, ...]) -> ResourceId | None:
    return next((units[kind] for kind in kinds if kind in units), None)


def _claims(own: Mapping[tuple[ResourceKind, ...], ResourceId | None], grouped: _Grouped) -> set[Claimed]:
    return {
        Claimed(unit, span)
        for kinds, unit in own.items()
        if unit is not None
        for span in merged(now for now, _moved in grouped[kinds])
    }
