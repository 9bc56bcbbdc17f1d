"""Closing for public holidays: what the calendar of the clinic's country offers, and closing the clinic for some of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinicdesk.domain.availability import LONGEST_REASON, Closure, ClosureKind
from clinicdesk.domain.holidays import Holiday, OfferedHoliday, Region
from clinicdesk.domain.ids import BookingId, ClosureId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.stranded import Stranded
from clinicdesk.exchange import holidays as calendar
from clinicdesk.services import stranded
from clinicdesk.services.availability import removed_closure, stored_closure
from clinicdesk.services.work import Work, command, query
from clinicdesk.storage import availability


@dataclass(frozen=True, slots=True)
class HolidayOffer:
    """The holidays to come this year and the next, and the parts of the country that keep some of their own.

    Without ``known`` the calendar has nothing for the clinic's country.
    """

    known: bool
    regions: tuple[Region, ...]
    days: tuple[OfferedHoliday, ...]


@query(Act.SEE_CLINIC)
def offer(work: Work, region: str = "") -> HolidayOffer:
    """What the clinic could close for, by date: the country's holidays, and those of ``region`` where that is one."""
    country, today = work.clinic.country, _today(work)
    found = calendar.of_country(country, region, (today.year, today.year + 1), work.clinic.language)
    closed = _closed_days(work, [each.day for each in found])
    return HolidayOffer(
        known=calendar.knows(country),
        regions=calendar.regions(country),
        days=tuple(OfferedHoliday(each, each.day in closed) for each in found if each.day >= today),
    )


@query(Act.SEE_DIARY)
def stranded_by(work: Work, days: Sequence[Holiday]) -> tuple[Stranded, ...]:
    """The booked cases that stand on these days, by start."""
    by_case = {
        each.case.booking_id: each for day in days for each in stranded.found(work, _closure(work, day))
    }
    return tuple(sorted(by_case.values(), key=lambda each: each.case.span.starts))


@command(Act.ARRANGE_TIME)
def close_for(work: Work, days: Sequence[Holiday], seen: Collection[BookingId] = ()) -> tuple[Closure, ...]:
    """Close the whole clinic on each of these days; a day it is closed for already is left as it is.

    Gives what was added. Raises `BadInput` (field ``stranded``) where a booked case was not ``seen``.
    """
    closed = _closed_days(work, [day.day for day in days])
    wanted = [_closure(work, day) for day in sorted(set(days)) if day.day not in closed]
    for closure in wanted:
        stranded.refuse_unseen(work, closure, seen)
    return tuple(stored_closure(work, closure) for closure in wanted)


@command(Act.ARRANGE_TIME)
def open_again(work: Work, closures: Sequence[Closure]) -> None:
    """Undo `close_for`: all of them, or none where one was changed or removed since. Raises `Stale`, `NotFound`."""
    for closure in closures:
        removed_closure(work, closure.id, closure.version)


def _closure(work: Work, day: Holiday) -> Closure:
    return Closure(
        id=ClosureId(0),
        resource_id=None,
        kind=ClosureKind.HOLIDAY,
        reason=day.name[:LONGEST_REASON],  # two holidays on one day are both named
        span=Span(*work.clinic.zone.day_bounds(day.day)),
    )


def _closed_days(work: Work, days: Sequence[date]) -> frozenset[date]:
    """Those of ``days`` that a clinic-wide closure covers from midnight to midnight."""
    if not days:
        return frozenset()
    zone = work.clinic.zone
    window = Span(zone.start_of(min(days)), zone.start_of(max(days) + timedelta(days=1)))
    whole = [each.span for each in availability.closures(work.session, window) if each.resource_id is None]
    return frozenset(
        day
        for day in days
        if any(
            span.starts <= zone.start_of(day) and zone.start_of(day + timedelta(days=1)) <= span.ends
            for span in whole
        )
    )


def _today(work: Work) -> date:
    return work.clinic.zone.day_of(work.now)
