"""Confirming by phone as stored: who is on the list, attempts, confirmed, called off. On both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.recovery import CallOutcome
from clinicdesk.errors import BadInput, Stale
from clinicdesk.services import audit, booking, confirming, steps
from tests.helpers.bookings import add_patient, at
from tests.helpers.cases import add_case
from tests.helpers.clinics import SmallClinic

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


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
    assert (sheet.tries, sheet.call_contacts_now) == (2, True)  # she has no number of her own here
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


def test_a_request_without_a_time_has_nothing_to_confirm(clinic: SmallClinic) -> None:
    waits = add_case(clinic, add_patient(clinic), None, state=BookingState.WAITLIST)
    with pytest.raises(BadInput):
        confirming.open_call(clinic.front, waits)
