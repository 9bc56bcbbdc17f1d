"""The demo clinic's time: the holidays it closes for, a C-arm in repair, block time, and the hours of a room.

The surgeons operate by weekday, so the blocks give each the room they have anyway, and nothing here strands a case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from clinicdesk.domain.availability import Block, BlockDay, Closure, ClosureKind, UnitHours
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.holidays import Holiday
from clinicdesk.domain.ids import BlockId, ClosureId, ResourceId, UserId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.exchange import holidays as calendar
from clinicdesk.storage import availability, claims, resources
from clinicdesk.storage.database import Session

_KEPT = frozenset(
    {
        "New Year's Day",
        "Memorial Day",
        "Independence Day",
        "Labor Day",
        "Thanksgiving Day",
        "Christmas Day",
    }
)

_AFTERNOONS = (time(12), time(13), time(14), time(15), time(16))
"""When a repair may begin, the longest first."""

_RELEASED_IN = timedelta(weeks=4)


class _Given(NamedTuple):
    """A block of the demo: the places of surgeon and room in the clinic's order, and when."""

    surgeon: int
    room: int
    weekday: int
    closes: time
    exclusive: bool
    release_days: int | None


_BLOCKS = (
    _Given(0, 0, 1, time(16), True, 14),
    _Given(0, 0, 2, time(16), True, None),
    _Given(1, 0, 0, time(13), True, 7),
    _Given(1, 0, 3, time(13), True, 7),
    _Given(2, 1, 4, time(16), False, None),
)


def holidays(first: date, last: date, today: date, clinic: ClinicFacts) -> tuple[Holiday, ...]:
    """The days between two dates for which the clinic closes; today never is one, since a demo is looked at today."""
    years = range(first.year, last.year + 1)
    found = calendar.of_country(clinic.country, "", years, clinic.language)
    return tuple(
        each for each in found if each.name in _KEPT and first <= each.day <= last and each.day != today
    )


def add(
    session: Session, clinic: ClinicFacts, kept: tuple[Holiday, ...], *, now: datetime, by: UserId
) -> None:
    """Write down what is closed and whose time it is, once the cases stand."""
    units = {kind: resources.of_kinds(session, [kind]) for kind in ResourceKind}
    today = clinic.zone.day_of(now)
    for closure in (
        *_closed_days(clinic, kept, today),
        *_repair(session, clinic, units[ResourceKind.C_ARM][-1], today, {each.day for each in kept}),
    ):
        availability.add_closure(session, closure, at=now, by=by)
    _add_blocks(session, units[ResourceKind.SURGEON], units[ResourceKind.ROOM], today, now, by)
    consulting = units[ResourceKind.ROOM][-1]
    week = [UnitHours(day, time(8), time(17)) for day in range(5)]
    availability.set_hours(session, consulting.id, consulting.version, week)


def _closed_days(clinic: ClinicFacts, kept: tuple[Holiday, ...], today: date) -> Iterator[Closure]:
    for each in kept:
        if each.day >= today:
            span = Span(*clinic.zone.day_bounds(each.day))
            yield Closure(
                id=ClosureId(0), resource_id=None, kind=ClosureKind.HOLIDAY, reason=each.name, span=span
            )


def _repair(
    session: Session, clinic: ClinicFacts, c_arm: Resource, today: date, closed: Collection[date]
) -> Iterator[Closure]:
    """The longest afternoon, from ten days on, in which nobody needs the C-arm."""
    days = [day for day in clinic.zone.days(today + timedelta(days=10), 50) if clinic.open_on(day)]
    for start in _AFTERNOONS:
        for day in days:
            span = Span(clinic.zone.at(day, start), clinic.zone.at(day, time(17)))
            if day not in closed and not claims.held(session, [c_arm.id], span):
                yield Closure(
                    id=ClosureId(0),
                    resource_id=ResourceId(c_arm.id),
                    kind=ClosureKind.REPAIR,
                    reason="New image intensifier",
                    span=span,
                )
                return


def _add_blocks(
    session: Session,
    surgeons: tuple[Resource, ...],
    rooms: tuple[Resource, ...],
    today: date,
    now: datetime,
    by: UserId,
) -> None:
    for given in _BLOCKS:
        block = Block(
            id=BlockId(0),
            surgeon_id=surgeons[given.surgeon].id,
            room_id=rooms[given.room].id,
            weekday=given.weekday,
            opens=time(8),
            closes=given.closes,
            first_on=today - timedelta(days=today.weekday()),
            exclusive=given.exclusive,
            release_days=given.release_days,
        )
        made = availability.add_block(session, block)
        if given is _BLOCKS[0]:  # one day somebody gave away early
            day = next(made.days(today + _RELEASED_IN, date.max))
            availability.release(session, BlockDay(day, made.id), at=now, by=by)
