"""The demo clinic's waiting list: what those who wait wish, what is ready of them, and who was called already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.ids import UserId
from clinicdesk.domain.preparation import PreparationItem, PreparationKey, PreparationStatus
from clinicdesk.domain.scheduling.finder import DayPart
from clinicdesk.domain.waiting import OfferOutcome, Priority, WaitingEntry, Wish
from clinicdesk.storage import preparation, waiting
from clinicdesk.storage.database import Session

_WEEKDAYS: tuple[frozenset[int], ...] = (
    frozenset(),
    frozenset({1, 3}),
    frozenset(),
    frozenset({0, 2, 4}),
    frozenset({4}),
)
_PARTS = (DayPart.ANY, DayPart.AM, DayPart.ANY, DayPart.PM)
_PRIORITIES = (Priority.ROUTINE, Priority.URGENT, Priority.SOON, Priority.ROUTINE, Priority.SOON)
_POINTS = (PreparationKey.AUTHORIZATION, PreparationKey.LABS, PreparationKey.IMAGING)
_WITH_A_DATE = 4
"""Every so many have a day before which they cannot come."""


def fill(session: Session, zone: ClinicZone, now: datetime, by: int, random: Random) -> None:
    """Write down the wishes of everybody who waits, and settle some of their checklists."""
    clerk = UserId(by)
    everyone = sorted(waiting.entries(session), key=lambda entry: entry.booking_id)
    today = zone.day_of(now)
    for number, entry in enumerate(everyone):
        waiting.set_wish(session, entry.booking_id, _wish(number, today), since=entry.since)
        for point in _settled(number, random):
            ends = today + timedelta(days=random.choice((9, 45, 60)))
            preparation.write(session, entry.booking_id, _done(point, number, ends), at=entry.since, by=clerk)
    for entry in everyone[1::4]:
        _call(session, entry, zone, today, clerk)


def _wish(number: int, today: date) -> Wish:
    later = number % _WITH_A_DATE == _WITH_A_DATE - 1
    return Wish(
        priority=_PRIORITIES[number % len(_PRIORITIES)],
        earliest=today + timedelta(days=3 + number) if later else None,
        weekdays=_WEEKDAYS[number % len(_WEEKDAYS)],
        day_part=_PARTS[number % len(_PARTS)],
        short_notice=number % 2 == 0,
    )


def _settled(number: int, random: Random) -> Iterator[PreparationKey]:
    """Every third is ready, the others lack this or that."""
    for point in _POINTS:
        if number % 3 == 0 or random.random() < 0.55:
            yield point
    if number % 3 == 0:
        yield PreparationKey.BLOOD_THINNER


def _done(point: PreparationKey, number: int, ends: date) -> PreparationItem:
    authorization = point is PreparationKey.AUTHORIZATION
    return PreparationItem(
        key=point,
        status=PreparationStatus.DONE,
        number=f"PA-{4100 + number}" if authorization else "",
        expires_on=ends if authorization else None,
    )


def _call(session: Session, entry: WaitingEntry, zone: ClinicZone, today: date, by: UserId) -> None:
    waiting.add_call(
        session,
        entry.booking_id,
        OfferOutcome.NO_ANSWER,
        at=zone.at(today - timedelta(days=1), time(15, 10)),
        by=by,
        number=entry.phone,
        offered=zone.at(today, time(9, 30)),
        note="",
    )
