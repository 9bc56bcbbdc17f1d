"""Side by side without covering one another: which lane of a column each case is drawn in.

Cases of one column that overlap form a *cluster*; within a cluster every case takes the lowest lane that is
free when it starts, and the number of lanes the cluster needs is the divisor of the column's width. Taking
cases by their start makes that number the greatest count of cases that are ever there at once, so no column is
cut finer than it must be. Intervals are half-open: back-to-back cases share a lane, and not even a cluster.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Span(Generic[KeyT]):
    """What one case takes of a column: from ``start`` to ``end``, half-open, both aware instants.

    Raises ``ValueError`` when the end is not after the start.
    """

    start: datetime
    end: datetime
    key: KeyT

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a case stands in its column: ``lane`` of ``lanes`` equal ones, the leading edge's being 0."""

    lane: int
    lanes: int


def clusters(spans: Iterable[Span[KeyT]]) -> list[list[Span[KeyT]]]:
    """Return the spans by start, in groups: only spans of one group overlap, directly or through others.

    Equal starts put the longer span first, then the smaller key by its text, so that the order the spans came
    in never shows.
    """
    groups: list[list[Span[KeyT]]] = []
    reach: datetime | None = None
    for span in sorted(spans, key=_drawing_order):
        if reach is None or span.start >= reach:
            groups.append([])
            reach = span.end
        groups[-1].append(span)
        reach = max(reach, span.end)
    return groups


def lay_out(spans: Iterable[Span[KeyT]]) -> dict[KeyT, Placement]:
    """Return the placement of each span of one column by its key. Keys are unique within a column.

    Raises ``ValueError`` when two spans carry the same key.
    """
    placed: dict[KeyT, Placement] = {}
    for group in clusters(spans):
        lanes = _lanes_of(group)
        width = max(lanes.values()) + 1
        for key, lane in lanes.items():
            if key in placed:
                raise ValueError("two spans of one column carry the same key")
            placed[key] = Placement(lane, width)
    return placed


def _lanes_of(group: list[Span[KeyT]]) -> dict[KeyT, int]:
    """Return the lowest free lane for each span of a cluster that is already in drawing order."""
    free: list[int] = []
    taken: list[tuple[datetime, int]] = []
    lanes: dict[KeyT, int] = {}
    opened = 0
    for span in group:
        while taken and taken[0][0] <= span.start:
            heappush(free, heappop(taken)[1])
        if free:
            lane = heappop(free)
        else:
            lane, opened = opened, opened + 1
        if span.key in lanes:
            raise ValueError("two spans of one column carry the same key")
        lanes[span.key] = lane
        heappush(taken, (span.end, lane))
    return lanes


def _drawing_order(span: Span[KeyT]) -> tuple[datetime, float, str]:
    return span.start, -span.end.timestamp(), str(span.key)
