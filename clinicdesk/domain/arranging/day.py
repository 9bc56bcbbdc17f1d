"""The problem of one day, and a plan for it.

Times are minutes after an origin (for a day of the clinic its first instant), stretches half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Minutes = tuple[int, int]
"""From a minute up to, but not including, another."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """When a unit is busy with a case: from ``opens`` minutes after its start up to ``closes`` after it.

    With ``until`` it ends at that minute of the day, whenever the case starts: an overnight bed is left at an hour.
    """

    opens: int
    closes: int
    until: int | None = None

    def at(self, start: int) -> Minutes:
        """The stretch of a case that starts then."""
        return start + self.opens, start + self.closes if self.until is None else self.until


@dataclass(frozen=True, slots=True)
class Need:
    """One unit out of ``units`` for all ``stretches``."""

    units: tuple[int, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands: its start, and one unit for each of its needs, in their order."""

    start: int
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shut:
    """What one case may not do for some time.

    The procedure itself may not touch ``span``: at all, or where the case takes ``unit``, which does not work then. With
    ``whole`` the unit may not be busy with the case then in any way: a room in the block of another surgeon.
    """

    span: Minutes
    unit: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: what it needs, and from when to when it may start. ``length`` is that of the procedure itself.

    ``present`` is where it stands now. A ``fixed`` one stays there, whatever its other fields say. ``told`` is a case whose
    patient has confirmed the time.
    """

    key: int
    needs: tuple[Need, ...]
    earliest: int
    latest: int
    length: int = 0
    present: Place | None = None
    fixed: bool = False
    told: bool = False
    shut: tuple[Shut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a plan is judged by, in points; fewer are better. Why each is what it is stands beside it."""

    finish: int = 20
    """A minute by which the last room finishes later: the whole team waits for it."""
    overtime: int = 60
    """A minute of one room beyond closing time, on top: it is paid, and it is what people remember."""
    surgeon_idle: int = 30
    """A minute a surgeon waits, beyond what rooms take to be set up and turned over: the scarcest hands in the house."""
    room_idle: int = 10
    """A minute a room stands empty between two cases."""
    room_change: int = 150
    """Another room for a surgeon: walking, and instruments that are carried after."""
    moved: int = 600
    """A case that starts at another time: one phone call, worth twenty minutes of a surgeon's waiting."""
    told: int = 1200
    """On top of that where the patient has confirmed: they have arranged their day around it."""
    minutes_moved: int = 2
    """A minute by which a case moves: of two equal moves the smaller."""
    swapped: int = 50
    """A unit other than the present one: nothing is exchanged for nothing."""


FINISH_ONLY = Weights(
    finish=1,
    overtime=0,
    surgeon_idle=0,
    room_idle=0,
    room_change=0,
    moved=0,
    told=0,
    minutes_moved=0,
    swapped=0,
)
"""Nothing counts but when the last one ends: what the public benchmarks ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProblem:
    """A day's cases, the units by id, and when each cannot be had.

    A case starts on a multiple of ``step``, or where it stands now. ``busy`` is by unit: hours it does not work, closures,
    and what bookings hold that are none of ``cases``. ``rooms`` and ``surgeons`` are the units whose time is judged;
    ``opens`` and ``closes`` are the clinic's first and last open minute.
    """

    cases: tuple[Case, ...]
    busy: dict[int, tuple[Minutes, ...]] = field(default_factory=dict)
    rooms: frozenset[int] = frozenset()
    surgeons: frozenset[int] = frozenset()
    opens: int = 0
    closes: int = 0
    step: int = 5
    weights: Weights = Weights()

    @property
    def present(self) -> DayPlan | None:
        """The day as it stands; None where a case has no place yet."""
        places = tuple(case.present for case in self.cases if case.present is not None)
        return DayPlan(places) if len(places) == len(self.cases) else None

    def starts(self, case: Case) -> range:
        """The starts that ``case`` may be given, besides where it stands."""
        first = -(-case.earliest // self.step) * self.step
        return range(first, case.latest + 1, self.step)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A place for every case of the problem, in its order."""

    places: tuple[Place, ...]


def taken(case: Case, place: Place) -> Iterator[tuple[int, Minutes]]:
    """Every unit that ``case`` would keep busy at ``place``, and when; stretches without length are left out."""
    for need, unit in zip(case.needs, place.units, strict=True):
        for stretch in need.stretches:
            span = stretch.at(place.start)
            if span[0] < span[1]:
                yield unit, span


def forbidden(case: Case, shut: Shut, stretches: Iterable[Stretch] = ()) -> Iterator[Minutes]:
    """The starts that ``shut`` forbids ``case``; ``stretches`` are those in which the case has the unit it is about."""
    first, last = shut.span
    if not shut.whole:
        yield first - case.length + 1, last
        return
    for stretch in stretches:
        if stretch.until is None:
            yield first - stretch.closes + 1, last - stretch.opens
        elif stretch.until > first:
            yield -_EVER, last - stretch.opens


_EVER = 10**7
