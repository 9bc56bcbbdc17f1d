"""Preparation: the checklist of a case, what is missing of the next days, and whether somebody who waits is ready."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.availability import Availability, clinic_open
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.instructions import BeforeCase
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.preparation import (
    FROM_CHART,
    LONGEST_NOTE,
    LONGEST_NUMBER,
    SHOWN_DAYS,
    CheckPoint,
    PreparationItem,
    PreparationKey,
    PreparationStatus,
    PreparedCase,
)
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.working_days import Calendar
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.work import Work, chart, command, query
from clinicdesk.storage import availability, preparation

_TO_COME = (BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED)
_LOOKED_BACK = timedelta(days=100)
"""How far a point may be due before today: its own days before, and the closed days next to them."""
_LOOKED_AHEAD = timedelta(days=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The checklist of one case as a person works it. ``starts`` is None of whoever waits for a time."""

    booking_id: BookingId
    patient_id: PatientId
    patient: str
    birth_date: date
    mrn: str
    procedure: str
    levels: tuple[str, ...]
    state: BookingState
    starts: datetime | None
    before: BeforeCase | None
    points: tuple[CheckPoint, ...]
    today: date
    may_settle: bool
    version: int

    @property
    def missing(self) -> tuple[CheckPoint, ...]:
        """What has still to be done."""
        return tuple(point for point in self.points if point.state.is_missing)


@dataclass(frozen=True, slots=True)
class MissingDay:
    """A day with the cases of which something is missing, by start."""

    day: date
    cases: tuple[Checklist, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A point that was settled, or opened again: what stood there before, and the version it has since."""

    booking_id: BookingId
    before: PreparationItem
    version: int


@chart(Act.READ_CHART)
def read(work: Work, booking_id: BookingId) -> Checklist:
    """The checklist of a case; opening it is a reading of the chart. Raises `NotFound`."""
    case = preparation.case_of(work.session, booking_id)
    work.audit(AuditAction.READ, Subject.PREPARATION, booking_id)
    return checklist(work, case, calendar_with_closures(work))


@query(Act.PREPARE)
def missing(work: Work, days: int = SHOWN_DAYS) -> tuple[MissingDay, ...]:
    """What is missing of the next ``days`` working days, from tomorrow; closed days between them where they have cases."""
    calendar = calendar_with_closures(work)
    shown = calendar.working.coming(calendar.today, days)
    lists = [checklist(work, case, calendar) for case in _cases_on(work, shown, calendar)]
    found = [each for each in lists if each.missing]
    return tuple(_by_day(shown, found, calendar))


@query(Act.PREPARE)
def count_missing(work: Work, days: int = SHOWN_DAYS) -> int:
    """Of how many cases of the next ``days`` working days something is missing."""
    calendar = calendar_with_closures(work)
    shown = calendar.working.coming(calendar.today, days)
    cases = _cases_on(work, shown, calendar)
    return sum(any(point.state.is_missing for point in case.points(calendar)) for case in cases)


@command(Act.PREPARE)
def settle_point(
    work: Work,
    booking_id: BookingId,
    key: PreparationKey,
    status: PreparationStatus,
    version: int,
    *,
    number: str = "",
    expires_on: date | None = None,
    note: str = "",
) -> Settled:
    """Say what was found of a point: done, not needed (with ``note`` as its reason), or open again.

    ``version`` is that of the item that was read. An authorization that is done has a number and its last day; one that ends
    too early is kept all the same, and is told as wrong. Raises `BadInput` (with its field), `NotFound`, `Stale`.
    """
    case = preparation.case_of(work.session, booking_id)
    _check_settleable(work, case, key)
    before = case.items.get(key) or PreparationItem(key=key)
    item = replace(
        before,
        status=status,
        number=number.strip() or (before.number if status is PreparationStatus.OPEN else ""),
        expires_on=expires_on or (before.expires_on if status is PreparationStatus.OPEN else None),
        note=note.strip(),
        version=version,
    )
    _check_item(item)
    if key is PreparationKey.BLOOD_THINNER and status is PreparationStatus.DONE:
        item = replace(item, expires_on=_day_of(work, case))  # what was agreed, was agreed for this day
    return _write(work, booking_id, before, item)


@command(Act.PREPARE)
def take_back(work: Work, settled: Settled) -> Settled:
    """Put back what stood there before a point was settled. Raises `Stale`."""
    now = preparation.read(work.session, settled.booking_id)[settled.before.key]
    return _write(work, settled.booking_id, now, replace(settled.before, version=settled.version))


def checklist(work: Work, case: PreparedCase, calendar: Calendar) -> Checklist:
    """A case's checklist as it stands now."""
    return Checklist(
        booking_id=case.booking_id,
        patient_id=case.patient_id,
        patient=case.patient,
        birth_date=case.birth_date,
        mrn=case.mrn,
        procedure=case.procedure.name,
        levels=case.levels,
        state=case.state,
        starts=case.starts,
        before=case.before,
        points=case.points(calendar) if case.is_settleable else (),
        today=calendar.today,
        may_settle=work.may(Act.PREPARE) and case.is_settleable,
        version=case.version,
    )


def calendar_with_closures(work: Work) -> Calendar:
    """Today and the working days, with the days on which a closure leaves nothing of the clinic's hours."""
    clinic = work.clinic
    calendar = clinic.calendar(work.now)
    window = Span(work.now - _LOOKED_BACK, work.now + _LOOKED_AHEAD)
    known = Availability(closures=availability.closures(work.session, window))
    closed = frozenset(
        day
        for closure in known.closures
        if closure.resource_id is None
        for day in _days_of(closure.span, calendar)
        if not clinic_open(known, clinic, day)
    )
    return replace(calendar, working=replace(calendar.working, closed=closed))


def _cases_on(work: Work, days: Sequence[date], calendar: Calendar) -> tuple[PreparedCase, ...]:
    """The cases to come of days that follow each other, by start."""
    first, after = calendar.zone.start_of(days[0]), calendar.zone.day_bounds(days[-1])[1]
    return preparation.cases_between(work.session, first, after, _TO_COME)


def _days_of(span: Span, calendar: Calendar) -> Iterable[date]:
    first, last = calendar.zone.day_of(span.starts), calendar.zone.day_of(span.ends)
    return calendar.zone.days(first, min((last - first).days + 1, 400))


def _by_day(shown: Sequence[date], found: Sequence[Checklist], calendar: Calendar) -> Iterable[MissingDay]:
    for day in shown:
        cases = tuple(
            each for each in found if each.starts is not None and calendar.zone.day_of(each.starts) == day
        )
        if cases:
            yield MissingDay(day, cases)


def _day_of(work: Work, case: PreparedCase) -> date | None:
    return None if case.starts is None else work.clinic.zone.day_of(case.starts)


def _check_settleable(work: Work, case: PreparedCase, key: PreparationKey) -> None:
    if not case.is_settleable:
        raise BadInput(
            _("This case is “{state}”: its checklist is closed. Nothing was changed.").format(
                state=case.state.label
            )
        )
    if key not in {point.key for point in case.points(work.clinic.calendar(work.now))}:
        raise BadInput(
            _("“{point}” is not on the checklist of this case. Nothing was changed.").format(point=key.label)
        )


def _check_item(item: PreparationItem) -> None:
    if item.status is PreparationStatus.DONE and item.key in FROM_CHART:
        raise BadInput(
            _("“{point}” is read from the chart. Write it there, and it is done.").format(
                point=item.key.label
            )
        )
    if item.status is PreparationStatus.DONE and item.key is PreparationKey.AUTHORIZATION:
        if not item.number:
            raise BadInput(_("Give the number of the authorization."), "number")
        if item.expires_on is None:
            raise BadInput(_("Give the last day on which the authorization is valid."), "expires_on")
    if item.status is PreparationStatus.NOT_NEEDED and not item.note:
        raise BadInput(_("Say why it is not needed."), "note")
    for field, text, most in (("number", item.number, LONGEST_NUMBER), ("note", item.note, LONGEST_NOTE)):
        if len(text) > most:
            raise BadInput(
                _("This text has {count} characters; {most} fit. Shorten it.").format(
                    count=len(text), most=most
                ),
                field,
            )


def _write(work: Work, booking_id: BookingId, before: PreparationItem, item: PreparationItem) -> Settled:
    version = preparation.write(work.session, booking_id, item, at=work.now, by=work.actor.user_id)
    work.record(
        AuditAction.CHANGED,
        Subject.PREPARATION,
        booking_id,
        point=item.key.value,
        status=item.status.value,
        **{"from": before.status.value},
    )
    return Settled(booking_id, before, version)
