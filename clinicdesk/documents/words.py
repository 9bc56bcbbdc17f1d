"""Dates, times and the fixed phrases of a paper, in the patient's language and the country's habits.

A paper speaks the patient's language, not the desk's, so these phrases do not go through the program's own translation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import Side
from clinicdesk.domain.catalogue import Sedation, WoundClosure
from clinicdesk.domain.papers import Letterhead

_TWELVE_HOUR = frozenset({"US", "CA", "AU", "NZ", "IN", "PH", "PR"})
_MONTH_FIRST = frozenset({"US", "PH", "PR"})

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a country writes dates and times. Shortest forms are still words: a weekday is never cut."""

    zone: ClinicZone
    twelve_hour: bool
    month_first: bool

    def day(self, day: date, *, weekday: bool = True) -> str:
        """``Wednesday, November 25, 2026`` or ``Wednesday 25 November 2026``."""
        month = _MONTHS[day.month - 1]
        if self.month_first:
            return f"{_WEEKDAYS[day.weekday()] + ', ' if weekday else ''}{month} {day.day}, {day.year}"
        return f"{_WEEKDAYS[day.weekday()] + ' ' if weekday else ''}{day.day} {month} {day.year}"

    def day_and_month(self, day: date) -> str:
        """``Wednesday, November 25``: for times days away, where a year would only crowd. Month and day stay together."""
        month = _MONTHS[day.month - 1]
        if self.month_first:
            return f"{_WEEKDAYS[day.weekday()]}, {month}\u00a0{day.day}"
        return f"{_WEEKDAYS[day.weekday()]} {day.day}\u00a0{month}"

    def clock(self, at: time) -> str:
        """``10:40 am`` or ``10:40``; noon and midnight in words where "12:00" would make people think."""
        if not self.twelve_hour:
            return f"{at.hour}:{at.minute:02}"
        if at.minute == 0 and at.hour in (0, 12):
            return "12 noon" if at.hour else "12 midnight"
        return f"{at.hour % 12 or 12}:{at.minute:02}\u00a0{'am' if at.hour < 12 else 'pm'}"

    def moment(self, instant: datetime) -> str:
        """``10:40 am on Wednesday, November 25``, on the clinic's wall clock."""
        wall = self.zone.local(instant)
        return f"{self.clock(wall.time())} on {self.day_and_month(wall.date())}"

    def appointment(self, instant: datetime) -> str:
        """``Wednesday, November 25, 2026 at 10:40 am``, on the clinic's wall clock."""
        wall = self.zone.local(instant)
        return f"{self.day(wall.date())} at {self.clock(wall.time())}"


def calendar(letterhead: Letterhead) -> Calendar:
    """The habits of the letterhead's country."""
    country = letterhead.country
    return Calendar(letterhead.zone, country in _TWELVE_HOUR, country in _MONTH_FIRST)


SEDATION: dict[Sedation, str] = {
    Sedation.LOCAL: "Numbing medicine only",
    Sedation.MINIMAL: "Numbing medicine and a light medicine to relax you",
    Sedation.MODERATE: "Numbing medicine and twilight sleep",
    Sedation.DEEP: "Numbing medicine and deep sleep medicine",
    Sedation.GENERAL: "Full sleep (general anesthesia)",
}
"""What the patient was given, in plain words."""

CLOSURE: dict[WoundClosure, str] = {
    WoundClosure.STITCHES: "stitches",
    WoundClosure.SKIN_TAPES: "skin tapes",
    WoundClosure.SKIN_GLUE: "skin glue",
    WoundClosure.PUNCTURE: "a needle mark",
}

SIDE: dict[Side, str] = {
    Side.LEFT: "left side",
    Side.RIGHT: "right side",
    Side.BOTH: "both sides",
    Side.MIDLINE: "middle",
}


def fever(letterhead: Letterhead) -> str:
    """The temperature that means a call, in the country's unit first."""
    return "100.4 °F (38.0 °C)" if letterhead.country in _MONTH_FIRST else "38.0 °C (100.4 °F)"
