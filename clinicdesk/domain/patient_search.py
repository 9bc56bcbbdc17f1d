"""What someone means who types into the search for patients: names, a birth date, a number, in any order."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from clinicdesk.domain.dates import MONTHS, DateOrder, read_date
from clinicdesk.domain.names import fold

LONGEST_QUERY = 200
MOST_WORDS = 6
SHORTEST_PHONE = 4
"""Digits from which on a number may be the beginning or the end of a phone number."""

EARLIEST_YEAR = 1880

PARTICLES = frozenset(
    ("al", "bin", "da", "das", "de", "del", "den", "der", "des", "di", "do", "dos", "du", "el", "ibn")
) | frozenset(("la", "las", "le", "los", "van", "vom", "von"))
"""Words that join names: where others tell people apart, these need not be looked at."""


@dataclass(frozen=True, slots=True)
class Search:
    """One reading of what was typed; everything in it must fit.

    ``words`` are folded words of the name, whole or begun; ``pivot`` is the one to look up first (with a comma, a word of
    the family name: what stands before it). ``born`` is a span of birth dates, both ends included. ``number`` is a run of
    digits: an MRN's beginning, a phone's beginning or end. ``code`` is what was typed as it stands, where it may be an MRN
    with letters.
    """

    words: tuple[str, ...] = ()
    born: tuple[date, date] | None = None
    number: str = ""
    code: str = ""
    pivot: int = 0


def readings(text: str, order: DateOrder, today: date) -> tuple[Search, ...]:
    """The ways to read ``text``, the likeliest first; none for nothing.

    ``order`` is the clinic's way to write a date; "25/12/1950" is understood in either.
    """
    typed = text.strip()[:LONGEST_QUERY]
    code = _MRN.sub("", typed)
    if code != typed:
        return (Search(code=code.upper()),) if code else ()
    rest, born = _take_date(typed.casefold(), order, today)
    plain = _read(rest, born)
    if plain is None:
        return ()
    if born is not None:
        return (plain,)
    others = [*_dated_readings(plain, order, today), *_code_readings(typed)]
    # Beside a name a year is likelier than the end of a phone number; alone it is the other way round, and much shorter.
    return (*others, plain) if plain.words and plain.number else (plain, *others)


def day_number(day: date) -> int:
    """A day as a number that sorts and spans like it: 19480203."""
    return day.year * 10_000 + day.month * 100 + day.day


_NOT_IN_NUMBER = r"(?<![\w/.\-])"
_NUMBERS = re.compile(
    _NOT_IN_NUMBER
    + r"(?:\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}|\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2}))(?![\w/.\-])"
)
_DAY_WORD = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?[ .\-]*([^\W\d_]{3,})[ .,\-]*(?:\d{4}|\d{2})\b")
_WORD_DAY = re.compile(r"\b([^\W\d_]{3,})[ .\-]*\d{1,2}(?:st|nd|rd|th)?[ .,\-]+(?:\d{4}|\d{2})\b")
_HALF_YEAR = re.compile(r"(?<!\d)\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)$")
"""Somebody typing a year in full is here halfway; patients born in 2019 or 2020 can wait for two more digits."""
_MONTH_YEAR = re.compile(_NOT_IN_NUMBER + r"(?:(\d{4})-(\d{1,2})-?|(\d{1,2})[/.](\d{4}))(?![\w/.\-])")
_HALF_DATE = re.compile(_NOT_IN_NUMBER + r"(?:\d{1,2}/(?:\d{1,2}(?:/\d{0,3})?)?|\d{4}-\d{0,2}-?)(?![\w/.\-])")
"""A date that is still being typed says nothing yet."""

_MRN = re.compile(r"^mrn\b[\s:#.]*", re.IGNORECASE)
_NUMBERISH = re.compile(r"[+(]*\d[\d()+.\-/]*", re.ASCII)


def _take_date(typed: str, order: DateOrder, today: date) -> tuple[str, tuple[date, date] | None]:
    """The text without a date that stands in it, and that date."""
    for pattern in (_NUMBERS, _DAY_WORD, _WORD_DAY):
        for found in pattern.finditer(typed):
            if _HALF_YEAR.search(found[0]):
                return _without(typed, found), None
            day = _any_order(found[0], order, today)
            if day is not None:
                return _without(typed, found), (day, day)
    for found in _MONTH_YEAR.finditer(typed):
        year, month = int(found[1] or found[4]), int(found[2] or found[3])
        if _is_year(year, today) and 1 <= month <= 12:
            return _without(typed, found), _month(year, month)
    half = _HALF_DATE.search(typed)
    return (_without(typed, half), None) if half else (typed, None)


def _any_order(text: str, order: DateOrder, today: date) -> date | None:
    for way in (order, DateOrder.DAY_MONTH_YEAR, DateOrder.MONTH_DAY_YEAR):
        day = read_date(text, way, today=today)
        if day is not None:
            return day
    return None


def _read(rest: str, born: tuple[date, date] | None) -> Search | None:
    """Names and numbers out of what is left; None where nothing is."""
    family, comma, given = rest.partition(",")
    words, digits = _parts(family)
    more, more_digits = _parts(given)
    number = "".join(digits + more_digits)
    if (words or more) and len(number) < SHORTEST_PHONE:
        number = ""  # the beginning of a year, or of nothing yet
    every = (words + more)[:MOST_WORDS]
    first = words if comma and words else every
    pivot = max(range(len(first)), key=lambda i: len(first[i]), default=0)
    if not every and not number and born is None:
        return None
    return Search(words=tuple(every), born=born, number=number, pivot=pivot)


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Words of names, and runs of digits."""
    words: list[str] = []
    digits: list[str] = []
    for token in text.split():
        if _NUMBERISH.fullmatch(token):
            digits.append(re.sub(r"\D", "", token))
        else:
            words += fold(token).split()
    return words, digits


def _dated_readings(plain: Search, order: DateOrder, today: date) -> Iterator[Search]:
    """A number may be a year, or a date written without signs; beside a year a word may be a month."""
    if len(plain.number) == 4 and _is_year(int(plain.number), today):
        year = int(plain.number)
        month = next((MONTHS[word] for word in plain.words if word in MONTHS), None)
        if month is not None:
            yield Search(words=tuple(w for w in plain.words if w not in MONTHS), born=_month(year, month))
        yield replace(plain, number="", born=(date(year, 1, 1), date(year, 12, 31)))
    elif len(plain.number) == 8 and (day := _compact(plain.number, order)) is not None:
        yield replace(plain, number="", born=(day, day))


def _code_readings(typed: str) -> Iterator[Search]:
    """One word with letters and digits may be an MRN."""
    if (
        any(c.isdigit() for c in typed)
        and not _NUMBERISH.fullmatch(typed)
        and not any(c.isspace() for c in typed)
    ):
        yield Search(code=typed.upper())


def _compact(digits: str, order: DateOrder) -> date | None:
    """19480203, or 02031948 in the clinic's order."""
    year, a, b = digits[4:], digits[:2], digits[2:4]
    return read_date(digits, order) or read_date(f"{a}/{b}/{year}", order)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _is_year(year: int, today: date) -> bool:
    return EARLIEST_YEAR <= year <= today.year


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
