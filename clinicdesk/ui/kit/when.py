"""Reading dates and times the way people type them. Pure: no widget, no zone, an explicit today.

Month first or day first follows the clinic's country, unless the number can only be one of them.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_DAYS: Final = {name: number for number, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
_SHIFT: Final = re.compile(r"^([+-]\d{1,4})\s*([dwmy]?)$")
_WORDS: Final = re.compile(r"[a-z]+|\d+")
_TIME: Final = re.compile(r"^(\d{1,2})(?:\s*[:.h]\s*(\d{2})|(\d{2}))?\s*(a|am|a\.m\.|p|pm|p\.m\.)?$")


def read_date(text: str, *, today: date, month_first: bool, past: bool = False) -> date | None:
    """The day meant by `text`, or None when it means none or more than one.

    Understood: "3 feb 1948", "feb 3 1948", "2/3/1948", "1948-02-03", "03021948" in the clinic's order,
    "26 nov" (the next one, or with `past` the last one), "26" (this month or next), "today", "tomorrow",
    "yesterday", "mon" (the next Monday), "+7", "+2w", "-1m". A two-digit year means the past with `past`
    (a birth date) and otherwise the nearest year.
    """
    typed = text.strip().lower()
    if not typed:
        return None
    return (
        _named(typed, today)
        or _shifted(typed, today)
        or _iso(typed)
        or _from_parts(_WORDS.findall(typed), typed, today, month_first, past)
    )


def read_time(text: str, *, twelve_hour: bool, after: int = 7) -> time | None:
    """The time of day meant by `text`, or None.

    Understood: "9", "920", "9:20", "9.20", "9h20", "1:30 pm", "1330", "noon". Where the clinic counts to
    twelve, an hour before `after` without am or pm means the afternoon (nobody is booked at 2 at night).
    """
    typed = text.strip().lower()
    if typed in ("noon", "midday"):
        return time(12)
    found = _TIME.match(typed)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    half = (found[4] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif twelve_hour and 1 <= hour < after and not typed.startswith("0"):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _named(typed: str, today: date) -> date | None:
    shifts = {"today": 0, "tod": 0, "tomorrow": 1, "tom": 1, "yesterday": -1}
    if typed in shifts:
        return today + timedelta(days=shifts[typed])
    if typed.isalpha() and len(typed) >= 3 and typed[:3] in _DAYS:
        return today + timedelta(days=(_DAYS[typed[:3]] - today.weekday() - 1) % 7 + 1)
    return None


def _shifted(typed: str, today: date) -> date | None:
    found = _SHIFT.match(typed)
    if found is None:
        return None
    count, unit = int(found[1]), found[2] or "d"
    if unit in "dw":
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
    for day in range(today.day, 27, -1):
        moved = _made(months // 12, months % 12 + 1, day)
        if moved is not None:
            return moved
    return _made(months // 12, months % 12 + 1, today.day)


def _iso(typed: str) -> date | None:
    found = re.match(r"^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$", typed)
    return _made(int(found[1]), int(found[2]), int(found[3])) if found else None


def _from_parts(parts: list[str], typed: str, today: date, month_first: bool, past: bool) -> date | None:
    words = [part for part in parts if part.isalpha() and part not in ("th", "st", "nd", "rd", "of")]
    if any(_month(word) is None and _DAYS.get(word[:3]) is None for word in words):
        return None
    months = [month for word in words if (month := _month(word)) is not None]
    digits = [part for part in parts if part.isdigit()]
    if len(months) == 1:
        return _with_month(digits, months[0], today, past)
    if months or words:
        return None
    if len(digits) == 1 and len(digits[0]) == 8:
        whole = digits[0]
        digits = [whole[:2], whole[2:4], whole[4:]]
    if len(digits) == 1:
        return _day_only(int(digits[0]), today) if len(digits[0]) <= 2 else None
    if len(digits) not in (2, 3) or len(digits[0]) > 2 or len(digits[1]) > 2:
        return None
    first, second = int(digits[0]), int(digits[1])
    month, day = (first, second) if month_first else (second, first)
    if month > 12 and day <= 12:
        month, day = day, month
    return _placed(day, month, digits[2] if len(digits) == 3 else None, today, past)


def _month(word: str) -> int | None:
    return _MONTHS.get(word)


def _with_month(digits: list[str], month: int, today: date, past: bool) -> date | None:
    if not 1 <= len(digits) <= 2:
        return None
    if len(digits) == 2 and len(digits[0]) == 4:
        digits = digits[::-1]
    if len(digits[0]) > 2:
        return None
    return _placed(int(digits[0]), month, digits[1] if len(digits) == 2 else None, today, past)


def _placed(day: int, month: int, year: str | None, today: date, past: bool) -> date | None:
    if year is None:
        return _nearest_in_direction(day, month, today, past)
    if len(year) == 4:
        return _made(int(year), month, day)
    if len(year) != 2:
        return None
    century = today.year - today.year % 100
    found = _made(century + int(year), month, day)
    if found is None:
        return None
    if past and found > today:
        return _made(found.year - 100, month, day)
    if not past and (found - today).days > 50 * 365:
        return _made(found.year - 100, month, day)
    return found


def _nearest_in_direction(day: int, month: int, today: date, past: bool) -> date | None:
    years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
    for year in years:
        found = _made(year, month, day)
        if found is not None and (found <= today if past else found >= today):
            return found
    return None


def _day_only(day: int, today: date) -> date | None:
    here = _made(today.year, today.month, day)
    if here is not None and here >= today:
        return here
    following = today.year * 12 + today.month
    return _made(following // 12, following % 12 + 1, day)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
