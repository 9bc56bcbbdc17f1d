"""Now, and the clinic's zone.

Inside the program a time is an aware UTC ``datetime``. The clinic's zone appears only at the edges, through `ClinicZone`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _


class Clock(Protocol):
    """Tells the time; the only source of "now"."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class SetClock:
    """A clock that stands where it is put: for tests and for building the demo clinic."""

    at: datetime

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move it on."""
        self.at += by


@dataclass(frozen=True, slots=True)
class ClinicZone:
    """The clinic's time zone by its IANA name; turns wall-clock times into instants and back."""

    name: str
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raise `BadInput` for a name that is no zone."""
        try:
            object.__setattr__(self, "_zone", ZoneInfo(self.name))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadInput(
                _("There is no time zone “{name}”. Use a name such as America/New_York.").format(
                    name=self.name
                ),
                "time_zone",
            ) from error

    def local(self, instant: datetime) -> datetime:
        """``instant`` on the clinic's wall clock."""
        return instant.astimezone(self._zone)

    def day_of(self, instant: datetime) -> date:
        """The clinic's calendar day of ``instant``."""
        return self.local(instant).date()

    def at(self, day: date, at: time) -> datetime:
        """The UTC instant of a wall-clock time. A time that occurs twice means its first occurrence.

        Raises `BadInput` for a time that daylight saving skips.
        """
        wall = datetime.combine(day, at, self._zone)
        instant = wall.astimezone(UTC)
        if instant.astimezone(self._zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            raise BadInput(
                _("There is no {time} on {day}: the clocks go forward then. Choose another time.").format(
                    time=at.strftime("%H:%M"), day=day.isoformat()
                ),
                "time",
            )
        return instant

    def start_of(self, day: date) -> datetime:
        """The first instant of the clinic's calendar day, even where the change of clocks skips midnight."""
        wall = datetime.combine(day, time(0), self._zone)
        return wall.astimezone(UTC)

    def day_bounds(self, day: date) -> tuple[datetime, datetime]:
        """First instant of ``day`` and of the next: 23, 24 or 25 hours apart."""
        return self.start_of(day), self.start_of(day + timedelta(days=1))

    def days(self, first: date, count: int) -> Iterator[date]:
        """``count`` calendar days from ``first``."""
        return (first + timedelta(days=n) for n in range(count))


def age_on(born: date, day: date) -> int:
    """Whole years of life completed on ``day``; someone born on 29 February has a birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
