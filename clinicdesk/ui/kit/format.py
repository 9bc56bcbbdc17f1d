"""Dates, times, durations, ages and phone numbers as people read them, in the clinic's zone and language.

`configure` is called once bootstrap knows the clinic; until then the machine's zone is not used but UTC, so
that nothing silently shows the wrong hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QDate, QLocale

from clinicdesk.clock import ClinicZone, Clock, SystemClock, age_on
from clinicdesk.i18n import _, ngettext

_TWELVE_HOUR: Final = frozenset({"US", "CA", "AU", "NZ", "PH", "IN", "EG", "SA", "CO", "PK", "MY"})
_MONTH_FIRST: Final = frozenset({"US", "PH", "FM", "MH", "PW"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How this clinic writes things down."""

    zone: ClinicZone
    country: str = "US"
    """ISO 3166 code of the clinic's country."""
    twelve_hour: bool = True
    """9:20 AM rather than 9:20."""
    month_first: bool = True
    """2/3 is 3 February."""
    language: str = "en"
    clock: Clock = field(default_factory=SystemClock)
    """What tells a field which day it is."""


_habits: Habits | None = None


def configure(
    zone: ClinicZone,
    *,
    country: str = "US",
    twelve_hour: bool | None = None,
    language: str = "en",
    clock: Clock | None = None,
) -> None:
    """Write for this clinic from now on; `twelve_hour` follows the country unless given."""
    global _habits
    code = country.upper()
    _habits = Habits(
        zone=zone,
        country=code,
        twelve_hour=code in _TWELVE_HOUR if twelve_hour is None else twelve_hour,
        month_first=code in _MONTH_FIRST,
        language=language,
        clock=clock or SystemClock(),
    )


def habits() -> Habits:
    """The habits in force."""
    global _habits
    if _habits is None:
        _habits = Habits(zone=ClinicZone("UTC"))
    return _habits


def set_twelve_hour(on: bool) -> None:
    """Write 9:20 AM (on) or 9:20 (off)."""
    global _habits
    _habits = replace(habits(), twelve_hour=on)


def today() -> date:
    """Today on the clinic's calendar."""
    return habits().zone.day_of(habits().clock.now())


def local(instant: datetime) -> datetime:
    """`instant` on the clinic's wall clock."""
    return habits().zone.local(instant)


def day(value: date) -> str:
    """Thu 26 Nov 2026."""
    return _written(value, "ddd d MMM yyyy")


def short_day(value: date) -> str:
    """Thu 26 Nov."""
    return _written(value, "ddd d MMM")


def plain_date(value: date) -> str:
    """3 Feb 1948: a birth date or a due date, where the weekday says nothing."""
    return _written(value, "d MMM yyyy")


def weekday(value: date) -> str:
    """Thursday."""
    return locale().standaloneDayName(value.isoweekday())


def short_weekday(value: date) -> str:
    """Thu."""
    return locale().standaloneDayName(value.isoweekday(), QLocale.FormatType.ShortFormat)


def clock(value: time | datetime) -> str:
    """9:20 AM, or 9:20 where the clinic counts to twenty-four. An instant is turned to the clinic's zone."""
    wall = local(value).time() if isinstance(value, datetime) else value
    if not habits().twelve_hour:
        return f"{wall.hour}:{wall.minute:02d}"
    pattern = _("{hour}:{minute} AM") if wall.hour < 12 else _("{hour}:{minute} PM")
    return pattern.format(hour=wall.hour % 12 or 12, minute=f"{wall.minute:02d}")


def hour(value: int) -> str:
    """The hour at the edge of a diary: 9 AM, or 9:00."""
    if not habits().twelve_hour:
        return f"{value % 24}:00"
    pattern = _("{hour} AM") if value % 24 < 12 else _("{hour} PM")
    return pattern.format(hour=value % 12 or 12)


def clock_range(start: datetime, end: datetime) -> str:
    """9:20 to 10:20 AM; the part of the day once where it is the same."""
    first, last = clock(start), clock(end)
    if habits().twelve_hour and first[-3:] == last[-3:] and local(start).date() == local(end).date():
        first = first[:-3]
    return _("{start} to {end}").format(start=first, end=last)


def moment(instant: datetime) -> str:
    """Thu 26 Nov 2026, 9:20 AM."""
    return _("{day}, {time}").format(day=day(local(instant).date()), time=clock(instant))


def short_moment(instant: datetime) -> str:
    """Thu 26 Nov 9:20 AM."""
    return _("{day} {time}").format(day=short_day(local(instant).date()), time=clock(instant))


def near(instant: datetime, beside: datetime | date | None) -> str:
    """A time, with its day where that is not the day of ``beside``: 9:20 AM, or Thu 26 Nov 9:20 AM."""
    day_beside = local(beside).date() if isinstance(beside, datetime) else beside
    return clock(instant) if local(instant).date() == day_beside else short_moment(instant)


def near_day(value: date, today: date) -> str:
    """Today, Tomorrow, Yesterday, else the short day (with its year when that differs)."""
    words = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    found = words.get((value - today).days)
    if found is not None:
        return found
    return short_day(value) if value.year == today.year else day(value)


def duration(length: timedelta | int) -> str:
    """45 min, 1 h, 1 h 20 min; a number is minutes."""
    minutes = length if isinstance(length, int) else round(length.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else ""
    if hours == 0:
        return sign + _("{minutes} min").format(minutes=rest)
    if rest == 0:
        return sign + _("{hours} h").format(hours=hours)
    return sign + _("{hours} h {minutes} min").format(hours=hours, minutes=rest)


def ago(instant: datetime, now: datetime) -> str:
    """How long ago in one unit: just now, 5 min ago, 2 h ago, 3 days ago."""
    seconds = (now - instant).total_seconds()
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("{minutes} min ago").format(minutes=int(seconds // 60))
    if seconds < 86_400:
        return _("{hours} h ago").format(hours=int(seconds // 3600))
    days = int(seconds // 86_400)
    return ngettext("{days} day ago", "{days} days ago", days).format(days=days)


def age(born: date, on: date) -> str:
    """78; for a child under two, months: 11 mo."""
    years = age_on(born, on)
    if years >= 2:
        return str(years)
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    return _("{months} mo").format(months=max(0, months))


def phone(number: str) -> str:
    """A stored number (E.164 or as typed) the way the clinic's country writes it: (703) 555-0142."""
    return _phone_in(number, habits().country)


@lru_cache(maxsize=4096)
def _phone_in(number: str, country: str) -> str:
    """Kept: a list asks for the same numbers at each repaint, and the library takes 0.1 ms for one."""
    import phonenumbers  # deferred: 20 ms that the first window does not need

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed) or any(c.isalpha() for c in number):
        return number
    at_home = country in phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, style)


def number(value: int) -> str:
    """1,171: a count, grouped as the language does."""
    return locale().toString(value)


def locale() -> QLocale:
    """The person's language as the clinic's country uses it."""
    language = habits().language.replace("-", "_")
    return QLocale(language if "_" in language else f"{language}_{habits().country}")


def _written(value: date, pattern: str) -> str:
    return locale().toString(QDate(value.year, value.month, value.day), pattern)
