"""Time as one integer: a bit for every five minutes, set where something is free (or busy).

"Free for the next hour" is a few shifts and ANDs over a whole quarter of a year at once, "any room" an OR, "room and
surgeon" an AND. The first bit is the step that begins at the grid's origin; bits beyond its end are 0, so nothing is ever
found free there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from clinicdesk.domain.catalogue import GRID_MINUTES
from clinicdesk.domain.scheduling.intervals import Span

STEP = timedelta(minutes=GRID_MINUTES)
_SECONDS = GRID_MINUTES * 60


@dataclass(frozen=True, slots=True)
class Grid:
    """``steps`` steps of five minutes from ``origin``, an aware UTC instant on a whole step."""

    origin: datetime
    steps: int
    whole: int = field(init=False, repr=False, compare=False)
    """Every step set."""

    def __post_init__(self) -> None:
        """Turn the origin to UTC. Raises ``ValueError`` for one between two steps."""
        origin = self.origin.astimezone(UTC)
        if origin.timestamp() % _SECONDS:
            raise ValueError("the origin of a grid is a whole step")
        object.__setattr__(self, "origin", origin)
        object.__setattr__(self, "whole", (1 << self.steps) - 1)

    @property
    def span(self) -> Span:
        """From its first instant to its last."""
        return Span(self.origin, self.at(self.steps))

    def at(self, step: int) -> datetime:
        """The instant at which a step begins."""
        return self.origin + step * STEP

    def floor(self, instant: datetime) -> int:
        """The step that ``instant`` lies in; it may lie outside the grid."""
        return (instant - self.origin) // STEP

    def ceil(self, instant: datetime) -> int:
        """The first step that does not begin before ``instant``."""
        return -((self.origin - instant) // STEP)

    def touched(self, span: Span) -> int:
        """The steps that share an instant with ``span``: what is busy counts from the minute on."""
        return stretch(max(0, self.floor(span.starts)), min(self.steps, self.ceil(span.ends)))

    def inside(self, span: Span) -> int:
        """The steps that lie wholly in ``span``: what is open counts only whole."""
        return stretch(max(0, self.ceil(span.starts)), min(self.steps, self.floor(span.ends)))


def stretch(first: int, after: int) -> int:
    """The bits from ``first`` up to, but not including, ``after``; none where the end is not later."""
    return ((1 << (after - first)) - 1) << first if first < after else 0


def lasting(free: int, steps: int) -> int:
    """The bits from which ``free`` stays set for so many steps, by doubling: an hour takes four shifts instead of eleven."""
    done = 1
    while done < steps:
        by = min(done, steps - done)
        free &= free >> by
        done += by
    return free


def moved(bits: int, by: int) -> int:
    """``bits`` moved so that bit s says what bit s + ``by`` said."""
    return bits >> by if by >= 0 else bits << -by


def starts_of_runs(bits: int) -> int:
    """The first bit of every run of set bits."""
    return bits & ~(bits << 1)


def ends_of_runs(bits: int) -> int:
    """The last bit of every run of set bits."""
    return bits & ~(bits >> 1)


def each(bits: int) -> Iterator[int]:
    """The positions of the set bits, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
