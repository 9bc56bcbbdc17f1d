"""A case runs long: who will be late today, and shifting them as one step.

What holds the day up is derived from actual times and this minute, so nothing is stored and nothing goes stale: a view
reads the day once (`running_day`) and works out anew, as the minutes pass, who is late (`delays_at`). A shift is a move of
several cases (`clinicdesk.services.booking.moving_many`): all, or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain import overrun as rules
from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.overrun import HANDED_ON, RunningCase
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.occupancy import occupancy
from clinicdesk.services.booking.moving_many import Move, MovedMany, move_many, undo_many
from clinicdesk.services.booking.planning import case_plan
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done, Work, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import catalogue, overrun
from clinicdesk.storage.overrun import CaseNear

_STILL_MATTERS = timedelta(hours=1)
"""How long after its end a case is still why others are late: who has not begun by then is late for another reason."""


_FORGOTTEN = timedelta(hours=6)
"""Of an earlier day, who is in the room so long after the planned end was forgotten there, and who has not begun so long
after the planned start does not come any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldUp:
    """A case that makes others late: where, whose, and how much later than planned it ends."""

    booking_id: BookingId
    patient: str
    room: str
    surgeon: str
    over: timedelta
    going_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCase:
    """A case that will start late. ``with_it`` are the shifts that its own shift makes necessary, its own first."""

    booking_id: BookingId
    version: int
    state: BookingState
    patient: str
    phone: str
    room: str
    planned: datetime
    expected: datetime
    with_it: tuple[Move, ...]

    @property
    def delay(self) -> timedelta:
        """How late."""
        return self.expected - self.planned


@dataclass(frozen=True, slots=True)
class DayDelays:
    """What holds a day up, and who will be late, by planned start; as it stands at ``now``.

    A day does not end at midnight for who is in the room then: what began the evening before counts, and so does who is
    late the day after because of it.
    """

    now: datetime
    holdups: tuple[HoldUp, ...]
    late: tuple[LateCase, ...]

    @property
    def shifts(self) -> tuple[Move, ...]:
        """What would make the day possible again."""
        return tuple(_move(case, case.expected) for case in self.late)


@dataclass(frozen=True, slots=True)
class RunningDay:
    """A day as it was read: all that is needed to tell at any later minute who is late, until somebody writes.

    ``first`` to ``next_day`` bound it; ``near`` are its cases with their names, ``running`` the same as the rules take them.
    """

    first: datetime
    next_day: datetime
    near: tuple[CaseNear, ...] = ()
    running: tuple[RunningCase, ...] = ()


@query(Act.SEE_DIARY)
def running_day(work: Work, day: date) -> RunningDay:
    """``day`` as it stands now; without its cases on any day but today."""
    first, next_day = work.clinic.zone.day_bounds(day)
    if not first <= work.now < next_day:
        return RunningDay(first, next_day)
    found = _near(work, first, work.clinic.zone.day_bounds(day + timedelta(days=1))[1])
    return RunningDay(first, next_day, found, _running(work, found))


def delays(desk: Desk, day: date) -> DayDelays:
    """Who will be late on ``day``; nobody on any day but today."""
    return delays_at(running_day(desk, day), desk.clock.now())


def delays_at(day: RunningDay, now: datetime) -> DayDelays:
    """Who will be late as far as can be told at ``now``, an instant after the day was read."""
    found = {case.booking_id: case for case in day.near if _still_counts(case, day.first, now)}
    running = [case for case in day.running if case.booking_id in found]
    late = rules.delays(running, now)
    if not day.first <= now < day.next_day or not rules.anybody_late(late):
        return DayDelays(now, (), ())
    over = {case.booking_id: case.over(now) for case in running}
    return DayDelays(
        now,
        tuple(_hold_up(found[one], over[one]) for one in rules.culprits(running, now)),
        tuple(_late(case, late, running, found, now) for case in found.values() if case.booking_id in late),
    )


def _still_counts(case: CaseNear, first: datetime, now: datetime) -> bool:
    """Whether a case that was near when the day was read is so at ``now``; the same as `_near` asks."""
    if case.state.has_begun and case.state is not BookingState.IN_ROOM:
        return case.actual.ended is not None and case.actual.ended >= now - _STILL_MATTERS
    is_in_room = case.state is BookingState.IN_ROOM
    return case.starts >= min(first, now - _FORGOTTEN) or (is_in_room and case.ends >= now - _FORGOTTEN)


def shift(desk: Desk, shifts: Sequence[Move], *, reason: str = "") -> Done[MovedMany]:
    """Move late cases to when they can really start, all or none. Needs `Act.BOOK`; raises what `move_many` does."""
    return move_many(desk, shifts, reason=reason)


def undo_shift(desk: Desk, shifted: MovedMany) -> Done[tuple[Booking, ...]]:
    """Put all of them back. Raises what `undo_many` does."""
    return undo_many(desk, shifted)


def _near(work: Work, first: datetime, after: datetime) -> tuple[CaseNear, ...]:
    """The cases of today and tomorrow, and of yesterday who may still be on their way through the night."""
    return overrun.cases(
        work.session,
        min(first, work.now - _FORGOTTEN),
        after,
        due_since=work.now - _FORGOTTEN,
        ended_since=work.now - _STILL_MATTERS,
    )


def _running(work: Work, found: Sequence[CaseNear]) -> tuple[RunningCase, ...]:
    """What is stored of a case to come is its plan; what is stored of one that began has been cut to what was left free.

    The plan of those alone is worked out that run over, or may: nobody else who has begun makes anybody late.
    """
    to_come = [case.booking_id for case in found if not case.state.has_begun]
    held = overrun.held(work.session, to_come, HANDED_ON)
    running = (
        RunningCase(
            booking_id=case.booking_id,
            starts=case.starts,
            ends=case.ends,
            holds=held.get(case.booking_id, ()),
            begun=case.state.has_begun,
            actual=case.actual,
        )
        for case in found
    )
    return tuple(
        replace(case, holds=_planned(work, case.booking_id)) if _may_run_over(case, work.now) else case
        for case in running
    )


def _may_run_over(case: RunningCase, now: datetime) -> bool:
    return case.begun and (case.actual.ended is None or bool(case.over(now)))


def _planned(work: Work, booking_id: BookingId) -> tuple[Claimed, ...]:
    draft = bookings.read(work.session, booking_id).draft
    procedure = catalogue.procedure(work.session, draft.procedure_key)
    plan = case_plan(draft, procedure, catalogue.sedation_level(work.session, draft.sedation), work.clinic)
    units = {kind: unit for kind, unit in draft.units if kind in HANDED_ON}
    return tuple(
        Claimed(units[kind], need.span) for need in occupancy(plan) for kind in need.kinds if kind in units
    )


def _hold_up(case: CaseNear, over: timedelta) -> HoldUp:
    return HoldUp(
        booking_id=case.booking_id,
        patient=case.patient,
        room=case.room,
        surgeon=case.surgeon,
        over=over,
        going_on=case.actual.ended is None,
    )


def _late(
    case: CaseNear,
    late: rules.Delays,
    running: Sequence[RunningCase],
    by_id: Mapping[BookingId, CaseNear],
    now: datetime,
) -> LateCase:
    mine = case.booking_id
    together = rules.pushed([each for each in running if not each.begun], {mine: late[mine]}, now)
    others = sorted((one for one in together if one != mine), key=lambda one: by_id[one].starts)
    return LateCase(
        booking_id=mine,
        version=case.version,
        state=case.state,
        patient=case.patient,
        phone=case.phone,
        room=case.room,
        planned=case.starts,
        expected=case.starts + late[mine],
        with_it=tuple(_move(by_id[one], by_id[one].starts + together[one]) for one in (mine, *others)),
    )


def _move(case: CaseNear | LateCase, starts: datetime) -> Move:
    return Move(booking_id=case.booking_id, version=case.version, starts=starts)
