"""The days on which somebody is there to work: the clinic's weekdays, less the days on which it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from clinicdesk.clock import ClinicZone

_DAY = timedelta(days=1)
_LOOKED_AHEAD = 60
"""Days after which the search for an open one gives up: a clinic that is closed for longer works by the calendar."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """``weekdays`` (Monday is 0) on which the clinic opens, and single days on which it is ``closed`` all the same.

    Without any weekday every day counts: a clinic that has set no hours yet is not told that nobody ever works.
    """

    weekdays: frozenset[int]
    closed: frozenset[date] = frozenset()

    def is_open(self, day: date) -> bool:
        """Whether somebody works on ``day``."""
        return (not self.weekdays or day.weekday() in self.weekdays) and day not in self.closed

    def last_by(self, day: date) -> date:
        """The last working day up to ``day``, itself included."""
        return _last_by(self, day)

    def coming(self, today: date, count: int) -> tuple[date, ...]:
        """Every calendar day after ``today`` up to the ``count``-th working day: closed ones between them included."""
        days, left = [], count
        for day in _after(today):
            days.append(day)
            left -= self.is_open(day)
            if left == 0:
                break
        return tuple(days) if left == 0 else tuple(days[:count])


@dataclass(frozen=True, slots=True)
class Calendar:
    """Today as the clinic counts days, and the days on which it works."""

    today: date
    zone: ClinicZone
    working: WorkingDays


@lru_cache(maxsize=4096)
def _last_by(working: WorkingDays, day: date) -> date:
    """Asked for every point of every case of a day, and always about the same few days."""
    found = (day - _DAY * back for back in range(_LOOKED_AHEAD))
    return next((each for each in found if working.is_open(each)), day)


def _after(today: date) -> Iterator[date]:
    return (today + _DAY * ahead for ahead in range(1, _LOOKED_AHEAD + 1))
