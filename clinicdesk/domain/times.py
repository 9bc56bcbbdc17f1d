"""Times inside a sentence for the desk: ``10:00 to 11:20``, on the clinic's wall clock and in its country's habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.i18n import _

_TWELVE_HOUR = frozenset({"US", "CA", "AU", "NZ", "PH", "IN", "EG", "SA", "CO", "PK", "MY"})


@dataclass(frozen=True, slots=True)
class WallClock:
    """How this clinic writes times."""

    zone: ClinicZone
    twelve_hour: bool = False

    def clock(self, at: time | datetime) -> str:
        """``9:20``, or ``9:20 AM`` in a country that counts to twelve. An instant is turned to the clinic's zone."""
        wall = self.zone.local(at).time() if isinstance(at, datetime) else at
        if not self.twelve_hour:
            return f"{wall.hour}:{wall.minute:02}"
        pattern = _("{hour}:{minute} AM") if wall.hour < 12 else _("{hour}:{minute} PM")
        return pattern.format(hour=wall.hour % 12 or 12, minute=f"{wall.minute:02}")

    def day(self, day: date) -> str:
        """``Thu 26 Nov 2026``."""
        return f"{_weekdays()[day.weekday()]} {day.day} {_months()[day.month - 1]} {day.year}"

    def moment(self, instant: datetime) -> str:
        """``Thu 26 Nov 2026, 9:20``."""
        return _("{day}, {time}").format(day=self.day(self.zone.day_of(instant)), time=self.clock(instant))

    def span(self, starts: datetime, ends: datetime) -> str:
        """``10:00 to 11:20``; with the days where it runs into another day."""
        if self.zone.day_of(starts) == self.zone.day_of(ends):
            return _("{start} to {end}").format(start=self.clock(starts), end=self.clock(ends))
        return _("{start} to {end}").format(start=self.moment(starts), end=self.moment(ends))


def short_day(day: date) -> str:
    """``Sat 12 Dec``: a day close enough that its year says nothing."""
    return _("{weekday} {day} {month}").format(
        weekday=_weekdays()[day.weekday()], day=day.day, month=_months()[day.month - 1]
    )


def dated(day: date, today: date) -> str:
    """``Sat 12 Dec``, and ``Sat 12 Dec 2026`` where that is another year than today's: a mistyped one is seen."""
    short = short_day(day)
    return short if day.year == today.year else f"{short} {day.year}"


def wall_clock(clinic: ClinicFacts) -> WallClock:
    """How ``clinic`` writes times."""
    return WallClock(clinic.zone, clinic.country in _TWELVE_HOUR)


def _weekdays() -> tuple[str, ...]:
    return _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")


def _months() -> tuple[str, ...]:
    return (
        *(_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")),
        *(_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")),
    )
