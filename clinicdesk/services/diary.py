"""The diary: the cases of a day or a week, and the day list."""

from __future__ import annotations

from datetime import date

from clinicdesk.domain.diary import COLUMN_KINDS, DayLine, DiaryDay, DiaryPage, judged
from clinicdesk.domain.permissions import Act
from clinicdesk.services.work import Work, query
from clinicdesk.storage import clinic, diary, resources

DAYS_AT_MOST = 7


@query(Act.SEE_DIARY)
def page(work: Work, first: date, days: int = 1, *, withdrawn: bool = False) -> DiaryPage:
    """``days`` calendar days of the diary from ``first`` (1 to 7). ``withdrawn``: what was cancelled or missed too."""
    if not 1 <= days <= DAYS_AT_MOST:
        raise ValueError("a page of the diary has one to seven days")
    zone = work.clinic.zone
    shown = tuple(DiaryDay(day, work.clinic.open_on(day)) for day in zone.days(first, days))
    start, _next = zone.day_bounds(first)
    _start, after = zone.day_bounds(shown[-1].day)
    facts = diary.cases(work.session, start, after, withdrawn=withdrawn)
    units = resources.of_kinds(work.session, COLUMN_KINDS)
    calendar = work.clinic.calendar(work.now)
    return DiaryPage(days=shown, lines=tuple(judged(each, calendar) for each in facts), units=units)


@query(Act.SEE_DIARY)
def day_list(work: Work, day: date) -> tuple[DayLine, ...]:
    """Everyone of one day, by time. Today's list also has whoever has not left the building since an earlier day."""
    calendar = clinic.calendar(work.session, work.now)
    start, after = calendar.zone.day_bounds(day)
    facts = diary.cases(work.session, start, after, still_here=start <= work.now < after)
    return tuple(judged(each, calendar) for each in facts)
