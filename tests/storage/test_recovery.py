"""Check-ins as they are stored, on both databases."""

from __future__ import annotations

from datetime import date

from clinicdesk.domain.ids import CheckInId
from clinicdesk.domain.recovery import Closing
from clinicdesk.services import recovery as services
from clinicdesk.storage import recovery, review
from tests.helpers.bookings import at
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import answered, discharged, line_of

MONDAY = date(2026, 11, 23)


def test_the_check_ins_of_a_booking_stand_in_the_order_of_their_dates(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    with any_clinic.database.reading() as session:
        due = [day for _label, day, _channel in recovery.of_booking(session, booking_id)]
    assert due == sorted(due)
    assert len(due) == 8


def test_only_answers_that_were_given_are_kept(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    any_clinic.clock.at = at(9, 0, MONDAY)
    check_in, _triage = answered(any_clinic, booking_id, fever="38,2 c", chest_pain="")
    with any_clinic.database.reading() as session:
        stored = recovery.answers(session, check_in)
        together = review.answers_of(session, [check_in, CheckInId(99_999)])
    assert stored["fever"] == "38.2 C"
    assert "chest_pain" not in stored
    assert together == {check_in: stored, CheckInId(99_999): {}}


def test_scores_of_the_same_instant_keep_their_order(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    any_clinic.clock.at = at(9, 0, MONDAY)
    answered(any_clinic, booking_id, pain=6)
    answered(any_clinic, booking_id, pain=4)
    pains = {line.label: line.pains for line in services.reviews(any_clinic.surgeon)}
    assert pains == {"Day 1": (8, 6), "Day 2 to 3 call": (8, 6, 4)}


def test_closing_what_is_open_leaves_what_was_answered(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    any_clinic.clock.at = at(9, 0, MONDAY)
    patient_id = line_of(any_clinic, booking_id).patient_id
    check_in, _triage = answered(any_clinic, booking_id)
    with any_clinic.database.writing() as session:
        by = any_clinic.nurse.actor.user_id
        closed = recovery.close_open(session, patient_id, at=at(10, 0, MONDAY), by=by, why=Closing.DIED)
    assert len(closed) == 7
    assert check_in not in closed
    assert [line.check_in_id for line in services.reviews(any_clinic.surgeon)] == [check_in]
