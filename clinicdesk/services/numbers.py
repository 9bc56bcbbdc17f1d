"""How the clinic's time is used: the figures of some months, of everything or of one room or surgeon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, repeat

from clinicdesk.domain.availability import Availability
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.no_shows import LONG_WAIT, NoShowRisk, no_show_risk, usual_chance
from clinicdesk.domain.numbers import Numbers, PastCase, numbers, open_time
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.work import Work, query
from clinicdesk.storage import availability, resources
from clinicdesk.storage import numbers as past

MOST_MONTHS = 36
"""Further back a page of months would tell nothing that can be seen."""

USUAL_MONTHS = 12
"""How far back the page looks until somebody chooses otherwise."""

MEASURED = (ResourceKind.ROOM, ResourceKind.SURGEON)
"""The kinds whose time is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How often patients with one set of factors missed, beside what the odds say."""

    risk: NoShowRisk
    missed: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersPage:
    """What the page shows. ``until`` is the last day that counts: yesterday, since today is not over.

    ``risks`` are the four sorts of patients, those with neither factor first; they are of the whole clinic.
    """

    numbers: Numbers
    until: date
    units: tuple[Resource, ...]
    unit: Resource | None
    risks: tuple[Seen, ...]


@query(Act.SEE_NUMBERS)
def page(work: Work, months: int = USUAL_MONTHS, unit_id: ResourceId | None = None) -> NumbersPage:
    """The last ``months`` months (1 to 36), the one under way included; of everything, or of one room or surgeon.

    Raises `BadInput` for other numbers of months, `NotFound` for a unit that is not there.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise BadInput(_("The figures go back 1 to {most} months.").format(most=MOST_MONTHS), "months")
    zone = work.clinic.zone
    today = zone.day_of(work.now)
    firsts = month_starts(today, months)
    start, after = zone.start_of(firsts[0]), zone.start_of(today)
    units = resources.of_kinds(work.session, MEASURED)
    unit = None if unit_id is None else resources.read(work.session, unit_id)
    cases = past.cases(work.session, start, after, zone.day_of) if start < after else ()
    days = tuple(zone.days(firsts[0], (today - firsts[0]).days))
    found = numbers(cases, _open_time(work, unit, days), firsts, unit=unit)
    return NumbersPage(
        numbers=found,
        until=today - timedelta(days=1),
        units=units,
        unit=unit,
        risks=tuple(_risks(work, cases)),
    )


def usual_no_shows(work: Work) -> float:
    """The chance (0 to 1) that a patient with neither factor does not come, as the page has it when it opens."""
    zone = work.clinic.zone
    today = zone.day_of(work.now)
    first, after = zone.start_of(month_starts(today, USUAL_MONTHS)[0]), zone.start_of(today)
    counted = past.came_or_not(work.session, first, after, LONG_WAIT)
    return usual_chance(chain.from_iterable(repeat(sort, count) for sort, count in counted.items()))


def month_starts(today: date, months: int) -> tuple[date, ...]:
    """The first days of the last ``months`` months up to that of ``today``."""
    last = today.year * 12 + today.month - 1
    return tuple(date(n // 12, n % 12 + 1, 1) for n in range(last - months + 1, last + 1))


def _open_time(
    work: Work, unit: Resource | None, days: Sequence[date]
) -> dict[ResourceId, dict[date, tuple[Span, ...]]]:
    """When what is looked at could be used: every room, or the one unit."""
    if not days:
        return {}
    zone = work.clinic.zone
    measured = (
        resources.of_kinds(work.session, [ResourceKind.ROOM], inactive=True) if unit is None else (unit,)
    )
    window = Span(zone.start_of(days[0]), zone.day_bounds(days[-1])[1])
    known: Availability = availability.read(work.session, window)
    used = {
        resource: (zone.day_of(first), zone.day_of(last))
        for resource, (first, last) in past.used_between(work.session, window.ends).items()
    }
    return open_time(measured, days, work.clinic, known, used)


def _risks(work: Work, cases: Sequence[PastCase]) -> Iterator[Seen]:
    """The four sorts of patients, with how often they missed and how likely the odds make it."""
    seen = list(_factors(work, cases))
    usual = usual_chance(seen)
    for before in (False, True):
        for long in (False, True):
            missed = [now for b, w, now in seen if (b, w) == (before, long)]
            wait = LONG_WAIT + timedelta(days=1) if long else timedelta()
            yield Seen(risk=no_show_risk(int(before), wait, usual), missed=sum(missed), cases=len(missed))


def _factors(work: Work, cases: Sequence[PastCase]) -> Iterator[tuple[bool, bool, bool]]:
    """For each case of which it is known whether the patient came: missed before, waited long, missed now."""
    if not cases:
        return
    first_missed: dict[PatientId, datetime] = {}
    for patient, starts in past.no_shows(work.session, cases[-1].starts):
        first_missed.setdefault(patient, starts)
    for case in cases:
        if case.came is not None:
            before = first_missed.get(case.patient_id, case.starts) < case.starts
            yield before, case.starts - case.created > LONG_WAIT, not case.came
