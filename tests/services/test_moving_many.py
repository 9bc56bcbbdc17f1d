"""Several cases moved as one, on the encrypted file and on PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, Clash, NeedsReason, NotAllowed, Stale
from clinicdesk.services import booking
from clinicdesk.services.booking import moving, moving_many, steps
from clinicdesk.services.booking.moving_many import Move, move_many, undo_many
from clinicdesk.storage import audit
from clinicdesk.storage import claims as stored_claims
from tests.helpers.bookings import add_patient, at, kypho, overlapping_claims
from tests.helpers.clinics import SmallClinic

R = ResourceKind


def book(clinic: SmallClinic, name: str, hour: int, minute: int = 0, room: str = "Room 1") -> Booking:
    draft = kypho(clinic, add_patient(clinic, name), at(hour, minute), units=((R.ROOM, room),))
    return booking.book(clinic.front, draft).value


def move(made: Booking, hour: int, minute: int = 0, room: ResourceId | None = None) -> Move:
    units = () if room is None else ((R.ROOM, room),)
    return Move(booking_id=made.id, version=made.version, starts=at(hour, minute), units=units)


def held(clinic: SmallClinic, made: Booking) -> object:
    with clinic.database.reading() as session:
        return stored_claims.of_booking(session, made.id)


def test_cases_trade_places_which_one_at_a_time_could_not_and_back_again(any_clinic: SmallClinic) -> None:
    first, second = book(any_clinic, "Rosa Ortiz", 9), book(any_clinic, "Ana Lee", 10, 35)
    before = held(any_clinic, first), held(any_clinic, second)
    with pytest.raises(Clash):
        moving.move(any_clinic.front, first.id, first.version, at(10, 35))
    done = move_many(any_clinic.front, [move(first, 10, 35), move(second, 9)])
    assert [each.starts for each in done.value.after] == [at(10, 35), at(9)]
    assert [each.id for each in done.value.after] == [first.id, second.id]
    assert {change.id for change in done.changes} == {first.id, second.id}
    assert overlapping_claims(any_clinic.database) == 0
    back = undo_many(any_clinic.front, done.value).value
    assert [each.draft for each in back] == [first.draft, second.draft]
    assert (held(any_clinic, first), held(any_clinic, second)) == before
    with any_clinic.database.reading() as session:
        assert audit.broken_at(session) is None


def test_where_one_cannot_move_none_does_and_it_is_named(any_clinic: SmallClinic) -> None:
    first, second = book(any_clinic, "Rosa Ortiz", 9), book(any_clinic, "Ana Lee", 10, 35)
    book(any_clinic, "Kim Poe", 13)
    with pytest.raises(Clash) as refused:
        move_many(any_clinic.front, [move(first, 10), move(second, 12)])
    assert refused.value.sentence.startswith(
        "Ana Lee, 12:00 PM: Room 1 is held by Kim Poe, 12:45 PM to 2:20 PM."
    )
    assert [holder.held_by for holder in refused.value.holders] == ["Kim Poe"]
    assert booking.read(any_clinic.front, first.id) == first
    assert booking.read(any_clinic.front, second.id) == second


def test_they_change_rooms_and_who_had_confirmed_is_asked_again(clinic: SmallClinic) -> None:
    first, second = book(clinic, "Rosa Ortiz", 9), book(clinic, "Ana Lee", 9, room="Room 2")
    first = steps.advance(clinic.front, first.id, BookingState.CONFIRMED, first.version).value
    second = steps.advance(clinic.front, second.id, BookingState.CONFIRMED, second.version).value
    one, two = (clinic.units[name] for name in ("Room 1", "Room 2"))
    done = move_many(clinic.front, [move(first, 9, room=two), move(second, 9, 5, room=one)]).value
    assert [each.draft.unit(R.ROOM) for each in done.after] == [two, one]
    assert [each.state for each in done.after] == [BookingState.CONFIRMED, BookingState.BOOKED]
    back = undo_many(clinic.front, done).value
    assert [each.state for each in back] == [BookingState.CONFIRMED] * 2


def test_what_has_begun_stays_and_what_changed_meanwhile_is_not_overwritten(clinic: SmallClinic) -> None:
    first, second = book(clinic, "Rosa Ortiz", 9), book(clinic, "Ana Lee", 10, 35)
    clinic.clock.at = at(8, 30)
    arrived = steps.advance(clinic.nurse, first.id, BookingState.ARRIVED, first.version).value
    with pytest.raises(Stale):
        move_many(clinic.front, [move(first, 9, 30), move(second, 11, 5)])
    done = move_many(clinic.front, [move(arrived, 9, 30), move(second, 11, 5)]).value
    begun = steps.advance(clinic.nurse, first.id, BookingState.IN_ROOM, done.after[0].version).value
    with pytest.raises(BadInput) as refused:
        move_many(clinic.front, [move(begun, 9, 45), move(done.after[1], 12)])
    assert refused.value.sentence == "The case of Rosa Ortiz has begun: it stays. Nothing was moved."
    with pytest.raises(Stale):
        undo_many(clinic.front, done)
    assert held(clinic, begun)


def test_an_advice_asks_for_a_reason_once_for_all(clinic: SmallClinic) -> None:
    first, second = book(clinic, "Rosa Ortiz", 13), book(clinic, "Ana Lee", 14, 35)
    late = [move(first, 15), move(second, 17)]
    with pytest.raises(NeedsReason) as asked:
        move_many(clinic.surgeon, late)
    assert asked.value.sentence.startswith("Ana Lee, 5:00 PM: Sedated until 6:00 PM")
    done = move_many(clinic.surgeon, late, reason="The first case ran long").value
    assert done.after[1].draft.reason == "The first case ran long"
    with pytest.raises(NotAllowed):
        move_many(clinic.desk(Role.ANESTHESIA), [move(done.after[0], 9)])


def test_nothing_to_move_is_no_fault_and_a_case_is_moved_once(clinic: SmallClinic) -> None:
    assert move_many(clinic.front, []).value == moving_many.MovedMany((), ())
    made = book(clinic, "Rosa Ortiz", 9)
    with pytest.raises(ValueError, match="once"):
        move_many(clinic.front, [move(made, 10), move(made, 11)])
    assert made.ends == at(9) + timedelta(hours=1)
