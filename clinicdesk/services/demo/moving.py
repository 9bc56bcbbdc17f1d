"""A case of the next working day that was moved this morning, after the list of that day had been printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from clinicdesk.clock import SetClock
from clinicdesk.domain.booking import BookingState, DiaryEntry
from clinicdesk.domain.papers import PaperUse
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.fitting import Target, fitting_starts
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.moving import Drop, judge
from clinicdesk.services import daylist, diary, papers
from clinicdesk.services.booking import moving
from clinicdesk.services.desk import Desk

_PRINTED, _MOVED = timedelta(minutes=50), timedelta(minutes=20)
"""How long ago."""

_DAYS_AHEAD = 7


def move_one(desk: Desk, today: date) -> None:
    """Print the list of the next day that has cases, then move the first case that fits at another time of that day."""
    now = desk.clock.now()
    page = diary.page(desk, today + timedelta(days=1), _DAYS_AHEAD)
    for day in page.days:
        opens = tuple(Span(*stretch) for stretch in day.open)
        entries = [
            line.entry for line in page.lines if any(s.starts <= line.entry.starts < s.ends for s in opens)
        ]
        if entries:
            early = replace(desk, clock=SetClock(now - _PRINTED))
            papers.leave(early, daylist.day_list(early, day.day), PaperUse.PRINTED)
            later = replace(desk, clock=SetClock(now - _MOVED))
            any(_moved(later, entry, day.day, opens) for entry in entries)
            return


def _moved(desk: Desk, entry: DiaryEntry, day: date, opens: Iterable[Span]) -> bool:
    """Move a case to the first start of its room, within opening hours, that nothing stands against."""
    if entry.state not in {BookingState.BOOKED, BookingState.CONFIRMED} or entry.room_id is None:
        return False
    context = moving.prepare(desk, entry.booking_id, (day,))
    units, minutes = ((ResourceKind.ROOM, entry.room_id),), context.booking.draft.minutes
    fits = fitting_starts(context, [Target("room", tuple(opens), units)], minutes, desk.clock.now())
    starts = (each.starts for each in chain.from_iterable(fits.values()))
    drops = (Drop(each, minutes, units) for each in starts if each != entry.starts)
    drop = next((each for each in drops if not judge(context, each, desk.clock.now()).asks), None)
    if drop is None:
        return False
    moving.move(desk, entry.booking_id, entry.version, drop.starts)
    return True
