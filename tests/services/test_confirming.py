"""Confirming by phone as stored: who is on the list, attempts, confirmed, called off. On both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.ids import BookingId
from clinicdesk.errors import BadInput, Stale
from clinicdesk.services import audit, booking, confirming, numbers
from clinicdesk.services.booking import steps
from clinicdesk.storage.tables import BookingRow
from tests.helpers.bookings import add_patient, at
from tests.helpers.cases import add_case
from tests.helpers.clinics import SmallClinic

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (23, 24, 25, 26))


def booked(clinic: SmallClinic, name: str, hour: int, day: date, state: BookingState) -> BookingId:
    return add_case(clinic, add_patient(clinic, name), at(hour, day=day), "Room 1", "Dr Lin", state=state)


def test_the_list_has_who_is_booked_from_now_on_and_nobody_else(any_clinic: SmallClinic) -> None:
    booked(any_clinic, "Was Earlier", 6, MONDAY, BookingState.BOOKED)
    today = booked(any_clinic, "Later Today", 14, MONDAY, BookingState.BOOKED)
    booked(any_clinic, "Said Yes", 9, TUESDAY, BookingState.CONFIRMED)
    tomorrow = booked(any_clinic, "Ann Tomorrow", 13, TUESDAY, BookingState.BOOKED)
    booked(any_clinic, "Ann Far", 9, TUESDAY + timedelta(days=6), BookingState.BOOKED)
    assert [line.booking_id for line in confirming.to_confirm(any_clinic.front)] == [today, tomorrow]


def test_attempts_are_counted_until_somebody_is_reached(any_clinic: SmallClinic) -> None:
    case = booked(any_clinic, "Rosa Ortiz", 9, TUESDAY, BookingState.BOOKED)
    for outcome in (CallOutcome.NO_ANSWER, CallOutcome.MESSAGE_LEFT):
        sheet = confirming.log_attempt(any_clinic.front, case, outcome, number="+17035550142").value
    assert (sheet.ringing.tries, sheet.ringing.contacts_now) == (2, True)  # she has no number of her own here
    (line,) = confirming.to_confirm(any_clinic.front)
    assert (line.attempts, line.last_outcome) == (2, CallOutcome.MESSAGE_LEFT)
    confirming.log_attempt(any_clinic.front, case, CallOutcome.REACHED, note="wants another time")
    (line,) = confirming.to_confirm(any_clinic.front)
    assert (line.attempts, line.last_attempt) == (0, None)
    sheet = confirming.open_call(any_clinic.front, case)
    assert [one.by for one in sheet.attempts] == ["Sam Front"] * 3


def test_confirming_is_one_step_and_can_be_taken_back(any_clinic: SmallClinic) -> None:
    case = booked(any_clinic, "Rosa Ortiz", 9, TUESDAY, BookingState.BOOKED)
    with pytest.raises(Stale):
        confirming.confirm(any_clinic.front, case, 7)
    assert (
        confirming.open_call(any_clinic.front, case).attempts == ()
    )  # the call was not kept without the step
    done = confirming.confirm(any_clinic.front, case, 1, number="+17035550142").value
    assert done.state is BookingState.CONFIRMED
    with pytest.raises(BadInput) as refused:
        confirming.log_attempt(any_clinic.front, case, CallOutcome.NO_ANSWER)
    assert "Confirmed" in refused.value.sentence
    steps.step_back(any_clinic.front, case, done.version)
    assert booking.read(any_clinic.front, case).state is BookingState.BOOKED


def test_a_case_is_called_off_with_a_reason_and_told_in_the_trail(any_clinic: SmallClinic) -> None:
    case = booked(any_clinic, "Rosa Ortiz", 9, TUESDAY, BookingState.BOOKED)
    with pytest.raises(BadInput):
        confirming.call_off(any_clinic.front, case, 1, "  ")
    done = confirming.call_off(any_clinic.front, case, 1, "no transport").value
    assert (done.state, done.cancel_reason) == (BookingState.CANCELLED, "no transport")
    told = [line.event.action.value for line in audit.events(any_clinic.admin)]
    assert told[:2] == ["state", "called"]


def waited(clinic: SmallClinic, case: BookingId, days: int) -> BookingId:
    """As if it had been booked so many days before it starts."""
    starts = booking.read(clinic.front, case).starts
    assert starts is not None
    with clinic.database.writing() as session:
        session.execute(
            update(BookingRow).where(BookingRow.id == case).values(created_at=starts - timedelta(days=days))
        )
    return case


def confirm(clinic: SmallClinic, case: BookingId) -> None:
    confirming.confirm(clinic.front, case, booking.read(clinic.front, case).version)


def listed(clinic: SmallClinic) -> list[BookingId]:
    return [line.booking_id for line in confirming.to_confirm(clinic.front)]


def test_who_is_likely_not_to_come_is_back_on_the_list_the_working_day_before(
    any_clinic: SmallClinic,
) -> None:
    clinic = any_clinic
    rosa = add_patient(clinic, "Rosa Ortiz")
    add_case(clinic, rosa, at(9, day=date(2026, 6, 1)), "Room 1", "Dr Lin", state=BookingState.NO_SHOW)
    missed = add_case(clinic, rosa, at(9, day=THURSDAY), "Room 1", "Dr Lin")
    far = waited(clinic, booked(clinic, "Ann Far", 11, THURSDAY, BookingState.BOOKED), 29)
    once = waited(clinic, booked(clinic, "Ann Near", 13, THURSDAY, BookingState.BOOKED), 28)
    twice = [line.twice for line in confirming.to_confirm(clinic.front)]
    assert [each and (each.missed_before, each.long_wait) for each in twice] == [
        (True, False),
        (False, True),
        None,
    ]
    for case in (missed, far, once):
        confirm(clinic, case)
    assert listed(clinic) == []
    with pytest.raises(BadInput):
        confirm(clinic, missed)
    clinic.clock.at = at(9, day=WEDNESDAY)
    first, second = confirming.to_confirm(clinic.front)
    assert (first.booking_id, second.booking_id) == (missed, far)
    assert (first.is_second, first.attempts, first.state) == (True, 0, BookingState.CONFIRMED)
    sheet = confirming.log_attempt(clinic.front, far, CallOutcome.NO_ANSWER, number="+17035550142").value
    assert (sheet.is_open, sheet.line.attempts) == (True, 1)
    assert listed(clinic) == [missed, far]
    version = booking.read(clinic.front, missed).version
    with pytest.raises(Stale):
        confirming.confirm(clinic.front, missed, version - 1)
    assert confirming.confirm(clinic.front, missed, version).value.version == version
    assert listed(clinic) == [far]
    assert not confirming.open_call(clinic.front, missed).is_open
    with pytest.raises(BadInput):
        confirming.log_attempt(clinic.front, missed, CallOutcome.NO_ANSWER)
    done = confirming.call_off(clinic.front, far, booking.read(clinic.front, far).version, "has the flu")
    assert done.value.state is BookingState.CANCELLED
    assert listed(clinic) == []


def test_a_second_call_stands_in_nobodys_way(clinic: SmallClinic) -> None:
    case = waited(clinic, booked(clinic, "Ann Far", 11, THURSDAY, BookingState.BOOKED), 40)
    confirm(clinic, case)
    clinic.clock.at = at(10, day=THURSDAY)
    assert listed(clinic) == [case]
    arrived = steps.advance(
        clinic.nurse, case, BookingState.ARRIVED, booking.read(clinic.front, case).version
    )
    assert arrived.value.state is BookingState.ARRIVED
    assert listed(clinic) == []
    assert confirming.open_call(clinic.front, case).line.twice is None


def test_where_hardly_anybody_misses_anything_one_call_is_enough(any_clinic: SmallClinic) -> None:
    """The list asks for a second call exactly where the page of numbers prints it."""
    clinic = any_clinic
    waited(clinic, booked(clinic, "Ann Far", 11, THURSDAY, BookingState.BOOKED), 40)
    waited(clinic, booked(clinic, "Ann Near", 13, THURSDAY, BookingState.BOOKED), 3)
    past = ((60, BookingState.DISCHARGED), (1, BookingState.NO_SHOW), (8, BookingState.NO_SHOW))
    expected = ((True, False), (False, False), (True, True))
    for (count, state), twice in zip(past, expected, strict=True):
        for back in range(1, count + 1):
            booked(clinic, f"Past {state} {count} {back}", 8, MONDAY - timedelta(days=back), state)
        neither, long, *_missed = (seen.risk.call_twice for seen in numbers.page(clinic.front).risks)
        assert (long, neither) == twice
        assert tuple(line.twice is not None for line in confirming.to_confirm(clinic.front)) == twice


def test_a_request_without_a_time_has_nothing_to_confirm(clinic: SmallClinic) -> None:
    waits = add_case(clinic, add_patient(clinic), None, state=BookingState.WAITLIST)
    with pytest.raises(BadInput):
        confirming.open_call(clinic.front, waits)
