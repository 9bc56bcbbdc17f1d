"""Public holidays, as a calendar from outside offers them: a clinic chooses which of them it closes for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """One day, and what it is called there."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country that keeps holidays of its own: its code there ("VA"), and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class OfferedHoliday:
    """A holiday to come, and whether the clinic is closed for it already."""

    holiday: Holiday
    closed: bool
