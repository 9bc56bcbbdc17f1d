"""The demo clinic's preparation: checklists half worked, one authorization that ends too early, calls tried in vain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.preparation import (
    SETTLEABLE,
    CheckPoint,
    PreparationKey,
    PreparationStatus,
    PreparedCase,
)
from clinicdesk.domain.working_days import Calendar
from clinicdesk.services.demo.cases import office_hour
from clinicdesk.services.demo.rows import Staff
from clinicdesk.services.work import Work
from clinicdesk.storage import bulk, confirming, preparation
from clinicdesk.storage.tables import BookingCall, PreparationItem

_AHEAD = timedelta(days=28)
_NOTES: Mapping[PreparationKey, tuple[str, ...]] = {
    PreparationKey.CONSENT: ("signed at the visit", "signed, copy in the chart", ""),
    PreparationKey.LABS: ("INR 1.1, platelets 212", "from the family doctor", ""),
    PreparationKey.IMAGING: ("MRI on disc", "MRI in the archive", ""),
    PreparationKey.BLOOD_THINNER: ("prescriber called back", "letter from the prescriber"),
    PreparationKey.KIT: ("kit on the shelf", "delivered", ""),
}
_NOT_NEEDED: Mapping[PreparationKey, str] = {
    PreparationKey.AUTHORIZATION: "Medicare asks for none",
    PreparationKey.LABS: "done two weeks ago",
    PreparationKey.IMAGING: "same level as in spring",
}


def prepare(work: Work, staff: Staff, random: Random) -> None:
    """Work the checklists of the cases to come as far as a front desk would have by now."""
    calendar = work.clinic.calendar(work.now)
    start = calendar.zone.start_of(calendar.today)
    cases = preparation.cases_between(work.session, start, work.now + _AHEAD, tuple(SETTLEABLE))
    ends_early = _ends_early(cases, calendar)
    items = [
        _row(case, point, work, staff, random, early=case is ends_early)
        for case in cases
        for point in case.points(calendar)
        if _is_worked(case is ends_early, point, calendar, random)
    ]
    calls = list(_calls(cases, work, staff, random))
    bulk.insert_rows(work.session, {PreparationItem: items, BookingCall: calls})


def _ends_early(cases: tuple[PreparedCase, ...], calendar: Calendar) -> PreparedCase | None:
    """The case whose authorization will not last: the first operation two working days ahead."""
    after = calendar.working.coming(calendar.today, 2)[-1]
    return next(
        (
            case
            for case in cases
            if case.procedure.preparation
            and case.starts is not None
            and calendar.zone.day_of(case.starts) >= after
        ),
        None,
    )


def _is_worked(ends_early: bool, point: CheckPoint, calendar: Calendar, random: Random) -> bool:
    chance = random.random()
    if point.is_from_chart or point.due_on is None:
        return False
    if ends_early and point.key is PreparationKey.AUTHORIZATION:
        return True
    days = (point.due_on - calendar.today).days
    return chance < (0.93 if days <= 0 else 0.6 if days <= 4 else 0.25)


def _row(
    case: PreparedCase, point: CheckPoint, work: Work, staff: Staff, random: Random, *, early: bool
) -> dict[str, Any]:
    assert case.starts is not None
    needless = point.key in _NOT_NEEDED and random.random() < 0.12 and not early
    row: dict[str, Any] = {
        "booking_id": case.booking_id,
        "key": point.key,
        "status": PreparationStatus.NOT_NEEDED if needless else PreparationStatus.DONE,
        "number": "",
        "expires_on": None,
        "note": _NOT_NEEDED[point.key] if needless else random.choice(_NOTES.get(point.key, ("",))),
        "at": _office_hour_before(work, case.starts, random),
        "user_id": staff.front,
        "version": 1,
    }
    day = work.clinic.zone.day_of(case.starts)
    if point.key is PreparationKey.BLOOD_THINNER:
        row["expires_on"] = day
    if point.key is PreparationKey.AUTHORIZATION and not needless:
        valid = -1 if early else random.randrange(5, 55)
        row |= {
            "number": f"A{random.randrange(100_000, 999_999)}",
            "expires_on": day + timedelta(days=valid),
        }
    return row


def _calls(
    cases: tuple[PreparedCase, ...], work: Work, staff: Staff, random: Random
) -> Iterator[dict[str, Any]]:
    """A few of those who are booked for the next days were called and not reached."""
    booked = [case for case in cases if case.state is BookingState.BOOKED][:4]
    for case in booked[::2]:
        for _attempt in range(random.randrange(1, 3)):
            yield {
                "booking_id": case.booking_id,
                "purpose": confirming.CONFIRM,
                "at": _office_hour_before(work, work.now, random),
                "user_id": staff.front,
                "number": "",
                "outcome": random.choice((CallOutcome.NO_ANSWER, CallOutcome.MESSAGE_LEFT)),
                "note": "",
                "offered_at": None,
            }


def _office_hour_before(work: Work, instant: datetime, random: Random) -> datetime:
    last = min(instant, work.now) - timedelta(days=1)
    return office_hour(work.clinic, last, random)
