"""Dates as people write them, in the clinic's habit or in a file's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.i18n import _

MONTH_FIRST = frozenset({"US", "PH", "FM", "MH", "PW"})
"""Countries where 2/3 is 3 February."""

_MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
MONTHS: dict[str, int] = {
    spelling: number
    for number, name in enumerate(_MONTH_NAMES, start=1)
    for spelling in (name, name[:3], name[:4])
}
"""English months, whole or by their first three or four letters."""


class DateOrder(StrEnum):
    """In which order a date's numbers stand."""

    MONTH_DAY_YEAR = "mdy"
    DAY_MONTH_YEAR = "dmy"
    YEAR_MONTH_DAY = "ymd"

    @property
    def label(self) -> str:
        """The order in the person's language."""
        return {
            DateOrder.MONTH_DAY_YEAR: _("month / day / year"),
            DateOrder.DAY_MONTH_YEAR: _("day / month / year"),
            DateOrder.YEAR_MONTH_DAY: _("year - month - day"),
        }[self]


def order_in(country: str) -> DateOrder:
    """The order a country writes dates in."""
    return DateOrder.MONTH_DAY_YEAR if country.upper() in MONTH_FIRST else DateOrder.DAY_MONTH_YEAR


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders in which every date of a column makes sense; more than one where no date tells them apart."""

    possible: tuple[DateOrder, ...]

    def best(self, usual: DateOrder) -> DateOrder:
        """The order to read with: ``usual`` where the column allows it."""
        return usual if usual in self.possible or not self.possible else self.possible[0]


def orders_of(column: Iterable[str]) -> Orders:
    """Look at a whole column of dates: one 25/12 settles the order of all.

    A few dates that make sense in no order do not unsettle the rest: the orders that read the most dates are possible.
    """
    texts = [text.strip() for text in column if text.strip()]
    read = {order: sum(read_date(text, order) is not None for text in texts) for order in DateOrder}
    most = max(read.values(), default=0)
    return Orders(tuple(order for order in DateOrder if most and read[order] == most))


_NUMBERS = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?:[t ][\d:.+\-z]*)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_DAY_WORD = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ .\-]*([^\W\d_]+)[ .,\-]*(\d{4}|\d{2})")
_WORD_DAY = re.compile(r"([^\W\d_]+)[ .\-]*(\d{1,2})(?:st|nd|rd|th)?[ .,\-]+(\d{4}|\d{2})")


def read_date(text: str, order: DateOrder, *, today: date | None = None) -> date | None:
    """The day ``text`` means, or None. A two-digit year is the last one that is not after ``today``, if given.

    Numbers in ``order``; a four-digit number in front is always a year; a month in words is understood in English.
    """
    text = text.strip().casefold()
    if found := _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(text):
        return _from_numbers(found[1], found[2], found[3], order, today)
    if found := _DAY_WORD.fullmatch(text):
        return _from_word(found[1], found[2], found[3], today)
    if found := _WORD_DAY.fullmatch(text):
        return _from_word(found[2], found[1], found[3], today)
    return None


def full_year(text: str, today: date | None) -> int | None:
    """A year of four digits, or of two: the last such year that is not after ``today``'s."""
    if len(text) == 4:
        return int(text)
    if len(text) != 2 or today is None:
        return None
    year = today.year - today.year % 100 + int(text)
    return year if year <= today.year else year - 100


def _from_numbers(a: str, b: str, c: str, order: DateOrder, today: date | None) -> date | None:
    if len(a) == 4:
        return _day(int(a), int(b), int(c)) if len(c) <= 2 else None
    year = full_year(c, today)
    if year is None or order is DateOrder.YEAR_MONTH_DAY or len(a) > 2:
        return None
    month, day = (a, b) if order is DateOrder.MONTH_DAY_YEAR else (b, a)
    return _day(year, int(month), int(day))


def _from_word(day: str, month: str, year: str, today: date | None) -> date | None:
    number, whole = MONTHS.get(month), full_year(year, today)
    return None if number is None or whole is None else _day(whole, number, int(day))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return datetime(year, month, day).date()  # noqa: DTZ001 - a day on paper has no zone
    except ValueError:
        return None
