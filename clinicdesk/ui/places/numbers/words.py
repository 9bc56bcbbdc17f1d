"""Figures in words: "78 %, likely 64 to 88 %, 41 cases"."""

from __future__ import annotations

import math
from datetime import date

from PySide6.QtCore import QLocale

from clinicdesk.domain.estimates import Estimate
from clinicdesk.domain.numbers import Measure
from clinicdesk.i18n import _, ngettext
from clinicdesk.ui.kit import format as fmt

NOTHING = "–"  # noqa: RUF001 - a dash in a table where nothing was counted


def figure(measure: Measure, value: float) -> str:
    """One value: "78 %", "21 min"."""
    if not measure.is_share:
        return _("{minutes} min").format(minutes=round(value))
    return _("{percent} %").format(percent=percent(value))


def percent(value: float) -> str:
    """A share in per cent without the sign; under ten with one digit, where it says something."""
    hundredths = value * 100
    digits = 1 if hundredths < 9.95 and not math.isclose(hundredths, round(hundredths)) else 0
    return fmt.locale().toString(hundredths, "f", digits)


def words(measure: Measure, estimate: Estimate | None, *, rooms: bool = False) -> str:
    """The figure, the range it likely lies in, and what it rests on; ``rooms``: the days of several rooms."""
    if estimate is None:
        return _("nothing to count")
    value, count = figure(measure, estimate.value), counted(measure, estimate.count, rooms=rooms)
    if estimate.low is None or estimate.high is None:
        return _("{value}, too few to say how sure, {count}").format(value=value, count=count)
    return _("{value}, likely {range}, {count}").format(
        value=value, range=_range(measure, estimate.low, estimate.high), count=count
    )


def short(measure: Measure, estimate: Estimate | None) -> str:
    """The same for a table: "78 % (64 to 88), 41"."""
    if estimate is None:
        return NOTHING
    value, count = figure(measure, estimate.value), fmt.number(estimate.count)
    if estimate.low is None or estimate.high is None:
        return _("{value}, {count}").format(value=value, count=count)
    low, high = _bounds(measure, estimate.low, estimate.high)
    return _("{value} ({low} to {high}), {count}").format(value=value, low=low, high=high, count=count)


def counted(measure: Measure, count: int, *, rooms: bool = False) -> str:
    """What a figure rests on: "41 cases"."""
    if measure in (Measure.USED, Measure.HELD):
        pattern = (
            ngettext("{count} room day", "{count} room days", count)
            if rooms
            else ngettext("{count} day", "{count} days", count)
        )
    elif measure is Measure.TURNOVER:
        pattern = ngettext("{count} turnover", "{count} turnovers", count)
    elif measure is Measure.FIRST_ON_TIME:
        pattern = ngettext("{count} first case", "{count} first cases", count)
    else:
        pattern = ngettext("{count} case", "{count} cases", count)
    return pattern.format(count=fmt.number(count))


def definition(measure: Measure) -> str:
    """What is measured, in plain words."""
    return {
        Measure.USED: _(
            "Minutes with a patient in the room, of the minutes it was open. With set-up and cleanup, and what ran over, "
            "it may pass 100 %."
        ),
        Measure.TURNOVER: _(
            "From patient out to next patient in, same room and day. Half of them are shorter. Gaps over 90 minutes are no "
            "turnovers."
        ),
        Measure.FIRST_ON_TIME: _(
            "Begun no later than 5 minutes after the plan: the first case of each day, and all cases."
        ),
        Measure.NO_SHOW: _(
            "Patients who did not come, of those who were expected and had not called it off."
        ),
    }[measure]


def month(first: date) -> str:
    """Nov 2026."""
    return _("{month} {year}").format(month=month_name(first), year=first.year)


def month_name(first: date) -> str:
    """Nov."""
    return fmt.locale().standaloneMonthName(first.month, QLocale.FormatType.ShortFormat)


def _range(measure: Measure, low: float, high: float) -> str:
    first, last = _bounds(measure, low, high)
    pattern = _("{low} to {high} %") if measure.is_share else _("{low} to {high} min")
    return pattern.format(low=first, high=last)


def _bounds(measure: Measure, low: float, high: float) -> tuple[str, str]:
    if measure.is_share:
        return percent(low), percent(high)
    return str(round(low)), str(round(high))
