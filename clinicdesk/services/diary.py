"""The diary: the cases of a day or a week, and the day list."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clinicdesk.domain.availability import Availability, clinic_open
from clinicdesk.domain.diary import COLUMN_KINDS, DayLine, DiaryDay, DiaryPage, judged
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.services.work import Work, query
from clinicdesk.storage import availability, clinic, diary, resources

DAYS_AT_MOST = 7


@query(Act.SEE_DIARY)
def page(work: Work, first: date, days: int = 1, *, withdrawn: bool = False) -> DiaryPage:
    """``days`` calendar days of the diary from ``first`` (1 to 7). ``withdrawn``: what was cancelled or missed too."""
    if not 1 <= days <= DAYS_AT_MOST:
        raise ValueError("a page of the diary has one to seven days")
    zone = work.clinic.zone
    start, after = zone.start_of(first), zone.start_of(first + timedelta(days=days))
    known = availability.read(work.session, Span(start, after))
    shown = tuple(DiaryDay(day, _open(work, known, day)) for day in zone.days(first, days))
    facts = diary.cases(work.session, start, after, withdrawn=withdrawn)
    units = resources.of_kinds(work.session, COLUMN_KINDS)
    calendar = work.clinic.calendar(work.now)
    lines = tuple(judged(each, calendar) for each in facts)
    return DiaryPage(days=shown, lines=lines, units=units, availability=known)


@query(Act.SEE_DIARY)
def day_list(work: Work, day: date) -> tuple[DayLine, ...]:
    """Everyone of one day, by time. Today's list also has whoever has not left the building since an earlier day."""
    calendar = clinic.calendar(work.session, work.now)
    start, after = calendar.zone.day_bounds(day)
    facts = diary.cases(work.session, start, after, still_here=start <= work.now < after)
    return tuple(judged(each, calendar) for each in facts)


def _open(work: Work, known: Availability, day: date) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((span.starts, span.ends) for span in clinic_open(known, work.clinic, day))
