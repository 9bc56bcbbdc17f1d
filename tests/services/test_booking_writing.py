"""Whatever is done to bookings, in whatever order: row, units, claims and history say the same, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from clinicdesk.domain.booking import STEP_TIMES, TIMES_OF, ActualTimes, Booking, BookingState
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import BadInput, Clash, NeedsReason
from clinicdesk.services import booking
from clinicdesk.services.booking import moving, moving_many, steps
from clinicdesk.services.booking.moving_many import Move
from clinicdesk.services.work import Done
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import claims
from clinicdesk.storage.database import Session
from tests.helpers.bookings import add_patient, at, kypho, overlapping_claims
from tests.helpers.clinics import SmallClinic

S, R = BookingState, ResourceKind
Doing = Callable[[SmallClinic, Random, list[Booking]], list[Booking]]


def book(clinic: SmallClinic, luck: Random, made: list[Booking]) -> list[Booking]:
    patient = add_patient(clinic, f"Rosa Ortiz {len(made)}")
    draft = kypho(clinic, patient, at(luck.randrange(8, 14)), reason="asked for")
    verb = luck.choice((booking.book, booking.book, booking.request))
    return [verb(clinic.surgeon, draft).value]


def change(clinic: SmallClinic, luck: Random, made: list[Booking]) -> list[Booking]:
    one = luck.choice(made)
    draft = replace(one.draft, minutes=luck.choice((30, 60, 90)), notes=f"note {luck.random()}", reason="so")
    done = booking.change(
        clinic.surgeon, one.id, draft, one.version, to_book=luck.random() < 0.5, said_now=True
    ).value
    return [perhaps_undone(clinic, luck, one, done)]


def move(clinic: SmallClinic, luck: Random, made: list[Booking]) -> list[Booking]:
    one = luck.choice(made)
    starts = at(8) + timedelta(minutes=5 * luck.randrange(80))
    done = moving.move(clinic.surgeon, one.id, one.version, starts, reason="so").value.after
    return [perhaps_undone(clinic, luck, one, done)]


def perhaps_undone(clinic: SmallClinic, luck: Random, before: Booking, after: Booking) -> Booking:
    """``after``, or what its undo makes of it: all as before but for the version, claims included."""
    if luck.random() < 0.5 or before.state.has_begun:
        return after
    back = booking.undo_change(clinic.surgeon, before, after.version).value
    assert replace(back, version=before.version) == before
    return back


def trade(clinic: SmallClinic, luck: Random, made: list[Booking]) -> list[Booking]:
    with_time = [each for each in made if each.starts is not None]
    one, other = luck.sample(with_time, 2)
    assert one.starts is not None
    assert other.starts is not None
    moves = [
        Move(booking_id=one.id, version=one.version, starts=other.starts),
        Move(booking_id=other.id, version=other.version, starts=one.starts),
    ]
    return list(moving_many.move_many(clinic.surgeon, moves, reason="so").value.after)


def advance(clinic: SmallClinic, luck: Random, made: list[Booking]) -> list[Booking]:
    one, state = luck.choice(made), luck.choice([each for each in S if each is not S.DISCHARGED])
    return [taken(steps.advance(clinic.surgeon, one.id, state, one.version, reason="so"))]


def step_back(clinic: SmallClinic, luck: Random, made: list[Booking]) -> list[Booking]:
    one = luck.choice(made)
    return [taken(steps.step_back(clinic.surgeon, one.id, one.version))]


def record_times(clinic: SmallClinic, luck: Random, made: list[Booking]) -> list[Booking]:
    one = luck.choice([each for each in made if each.state.has_begun])
    assert one.actual.in_room is not None
    ended = one.actual.in_room + timedelta(minutes=luck.randrange(10, 120))
    return [taken(steps.record_times(clinic.surgeon, one.id, one.version, replace(one.actual, ended=ended)))]


def taken(done: Done[Booking]) -> Booking:
    return done.value


DOINGS: tuple[Doing, ...] = (
    book,
    book,
    change,
    move,
    trade,
    advance,
    advance,
    advance,
    step_back,
    record_times,
)


@pytest.mark.parametrize("seed", range(2))
def test_row_units_claims_and_history_never_part(any_clinic: SmallClinic, seed: int) -> None:
    luck, clinic = Random(seed), any_clinic
    clinic.clock.at = at(16)
    made: dict[int, Booking] = {}
    done: set[Doing] = set()
    for _n in range(60):
        doing = luck.choice(DOINGS)
        try:
            outcome = doing(clinic, luck, list(made.values()))
        except (BadInput, Clash, NeedsReason, IndexError, ValueError):  # refused, or nobody there to do it to
            made = {key: booking.read(clinic.front, each.id) for key, each in made.items()}
            continue
        done.add(doing)
        made |= {each.id: each for each in outcome}
        with clinic.database.reading() as session:
            for each in outcome:
                check(session, each)
    assert overlapping_claims(clinic.database) == 0
    assert len(done) > 4


def check(session: Session, told: Booking) -> None:
    """What was told is what is stored, and what is held is what the state says."""
    stored = bookings.read(session, told.id)
    assert replace(told, draft=replace(told.draft, units=())) == replace(
        stored, draft=replace(stored.draft, units=())
    )
    assert dict(told.draft.units) == dict(stored.draft.units)
    last = bookings.history(session, told.id)[-1]
    assert last.to_state is told.state
    held = claims.of_booking(session, told.id)
    if not told.state.holds_claims:
        assert held == ()
    elif not told.state.has_begun:
        room = next(each.span for each in held if each.resource_id == told.draft.unit(R.ROOM))
        assert told.starts is not None
        assert told.ends is not None
        assert room.starts == told.starts - timedelta(minutes=told.draft.setup_minutes)
        assert room.ends == told.ends + timedelta(minutes=told.draft.turnover_minutes)
        assert {unit for _kind, unit in told.draft.units} < {each.resource_id for each in held}


def test_each_actual_time_belongs_to_one_state_or_is_recorded_within_one() -> None:
    within = [name for times in TIMES_OF.values() for name in times.within]
    owned = [times.own for times in TIMES_OF.values()]
    assert sorted((*owned, *within)) == sorted(ActualTimes.__slots__)
    assert set(owned) == STEP_TIMES
    for state, times in TIMES_OF.items():
        after = ActualTimes().with_step(state, at(10))
        assert {name for name in ActualTimes.__slots__ if getattr(after, name)} == {times.own, *times.implies}
        assert after.without_step(state) == ActualTimes()
    ended = ActualTimes(ended=at(9)).with_step(S.RECOVERY, at(10))
    assert (ended.ended, ended.without_step(S.RECOVERY).ended) == (at(9), at(9))  # somebody said when
    assert ended.with_step(S.OVERNIGHT, at(11)) == ended.without_step(S.CONFIRMED) == ended
