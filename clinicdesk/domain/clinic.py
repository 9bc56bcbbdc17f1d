"""The clinic's own facts: name, address, phones, zone, opening hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.working_days import Calendar, WorkingDays
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _


@dataclass(frozen=True, slots=True, order=True)
class OpeningHours:
    """One stretch of a weekday (Monday is 0) in the clinic's wall-clock time; half-open."""

    weekday: int
    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Raise `BadInput` for hours that end before they start."""
        if self.closes <= self.opens:
            raise BadInput(_("These hours end before they start. Put the earlier time first."), "hours")


WEEKDAYS_8_TO_5 = tuple(OpeningHours(day, time(8), time(17)) for day in range(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicFacts:
    """What every screen and paper knows of the clinic.

    ``country`` is an ISO 3166-1 alpha-2 code; it decides paper size, the order of dates and the shipped emergency number.
    ``aftercare_hours`` is how long after sedation a patient may not drive or sign (24 by default; some clinics say 48
    after general anesthesia). ``leaving_time`` is the wall-clock time by which an overnight patient leaves.
    ``duration_percentile`` is the share of a surgeon's own cases (in per cent) that a learned length covers, and
    ``duration_cases`` how many of them it takes to learn one.
    """

    name: str
    address: str = ""
    phone: str = ""
    phone_after_hours: str = ""
    email: str = ""
    country: str = "US"
    emergency_number: str = "911"
    time_zone: str = "America/New_York"
    language: str = "en"
    hours: tuple[OpeningHours, ...] = WEEKDAYS_8_TO_5
    aftercare_hours: int = 24
    aftercare_hours_general: int = 24
    leaving_time: time = time(10)
    late_finish: time = time(16)
    duration_percentile: int = 80
    duration_cases: int = 10
    demo: bool = False
    version: int = 1
    zone: ClinicZone = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Raise `BadInput` where a fact cannot be."""
        object.__setattr__(self, "zone", ClinicZone(self.time_zone))
        if not self.name.strip():
            raise BadInput(_("The clinic needs a name."), "name")
        if not self.emergency_number.strip():
            raise BadInput(_("The papers need the number to call in an emergency."), "emergency_number")

    def open_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The instants between which the clinic is open on ``day``.

        An opening time that the change of clocks skips means the first instant after it.
        """
        spans = []
        for hours in sorted(self.hours):
            if hours.weekday == day.weekday():
                spans.append((self._instant(day, hours.opens), self._instant(day, hours.closes)))
        return tuple(spans)

    @property
    def working_days(self) -> WorkingDays:
        """The weekdays on which it opens."""
        return WorkingDays(frozenset(hours.weekday for hours in self.hours))

    def calendar(self, now: datetime) -> Calendar:
        """The clinic's day of ``now``, and the days on which it works."""
        return Calendar(self.zone.day_of(now), self.zone, self.working_days)

    def _instant(self, day: date, at: time) -> datetime:
        try:
            return self.zone.at(day, at)
        except BadInput:
            return self.zone.at(day, time((at.hour + 1) % 24))
