"""The time axis: which height belongs to which instant, also on the days when the clocks change.

A day is drawn by its instants, so a day of 23 hours has no row for the hour that was skipped and a day of 25 has two
for the hour that came twice. A week shares one axis: it has every row that any of its days has, and a day that lacks
a row shows a gap there, so that the same wall-clock time stands at the same height in every column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from clinicdesk.clock import ClinicZone

_STEP = timedelta(minutes=15)
_STEP_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Tick:
    """A full hour on the axis. ``again`` marks the second of two equal wall-clock hours."""

    position: int
    hour: int
    again: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of one day that is contiguous on the axis, from ``start``, at ``position`` minutes from the top."""

    start: datetime
    end: datetime
    position: int

    @property
    def bottom(self) -> int:
        return self.position + round((self.end - self.start).total_seconds() / 60)


@dataclass(frozen=True, slots=True, order=True)
class _Row:
    """A quarter of an hour of wall-clock time, ordered as any day passes through it.

    The second occurrence of a repeated hour stands right before the first hour that is not repeated.
    """

    anchor: int
    rank: int
    minute: int


class TimeAxis:
    """Heights, in minutes from the top, of the instants of one or more calendar days in the clinic's zone."""

    def __init__(self, zone: ClinicZone, days: Sequence[date]) -> None:
        self.zone = zone
        self.days = tuple(days)
        rows = {day: _rows_of(zone, day) for day in self.days}
        positions = {
            row: _STEP_MINUTES * n for n, row in enumerate(sorted({r for q in rows.values() for r, _ in q}))
        }
        self.minutes = _STEP_MINUTES * len(positions)
        self.ticks = tuple(
            Tick(position, row.minute // 60, again=row.rank < 0)
            for row, position in positions.items()
            if row.minute % 60 == 0
        )
        self._runs = {
            day: _joined([_Run(start, start + _STEP, positions[row]) for row, start in quarters])
            for day, quarters in rows.items()
        }

    def position(self, day: date, instant: datetime) -> float:
        """Minutes from the top at which ``instant`` stands in the column of ``day``; clamped to that day."""
        runs = self._runs[day]
        for run in reversed(runs):
            if instant >= run.start:
                inside = min(instant, run.end) - run.start
                return run.position + inside.total_seconds() / 60
        return float(runs[0].position)

    def instant(self, day: date, position: float) -> datetime | None:
        """The instant at ``position`` minutes in the column of ``day``, or None where that day has a gap."""
        for run in self._runs[day]:
            if run.position <= position < run.bottom:
                return run.start + timedelta(minutes=position - run.position)
        return None

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """First instant of ``day`` and of the next day."""
        return self._runs[day][0].start, self._runs[day][-1].end

    def gaps(self, day: date) -> tuple[tuple[int, int], ...]:
        """The stretches of the axis, in minutes from the top, that ``day`` does not have."""
        runs = self._runs[day]
        edges = [(0, runs[0].position)]
        edges += [(run.bottom, after.position) for run, after in pairwise(runs)]
        edges.append((runs[-1].bottom, self.minutes))
        return tuple((top, bottom) for top, bottom in edges if bottom > top)


def _rows_of(zone: ClinicZone, day: date) -> list[tuple[_Row, datetime]]:
    """Return the quarters of ``day`` as it passes them, each with its first instant."""
    first, after = zone.day_bounds(day)
    quarters: list[tuple[int, datetime]] = []
    instant = first
    while instant < after:
        local = zone.local(instant)
        quarters.append((60 * local.hour + local.minute, instant))
        instant += _STEP
    latest = -1
    rows: list[tuple[_Row, datetime]] = []
    for minute, start in quarters:
        again = minute <= latest
        rows.append((_Row(latest + _STEP_MINUTES, -1, minute) if again else _Row(minute, 0, minute), start))
        latest = max(latest, minute)
    return rows


def _joined(runs: list[_Run]) -> tuple[_Run, ...]:
    """Return the runs with those that touch both in time and on the axis made one."""
    joined: list[_Run] = []
    for run in runs:
        if joined and joined[-1].end == run.start and joined[-1].bottom == run.position:
            joined[-1] = _Run(joined[-1].start, run.end, joined[-1].position)
        else:
            joined.append(run)
    return tuple(joined)
