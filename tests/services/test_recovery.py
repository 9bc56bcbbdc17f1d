"""Follow-up in the services: what is due, attempts, answers, the review; on the encrypted file and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.discharge import Outcome
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.recovery import CallGroup, Closing, ReviewGroup
from clinicdesk.domain.redflags import Tier
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, NotAllowed, NotFound, Stale
from clinicdesk.services import discharge, patients, recovery
from clinicdesk.services.work import Work
from clinicdesk.storage.database import Database
from clinicdesk.storage.tables import PatientRow
from tests.helpers import cases
from tests.helpers.bookings import at
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import all_no, answered, discharged, line_of

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


def put(clinic: SmallClinic, day: date, hour: int = 9) -> None:
    clinic.clock.at = at(hour, 0, day)


def attempt(
    clinic: SmallClinic,
    booking_id: BookingId,
    outcome: CallOutcome,
    number: str = "+17035550142",
    **more: Any,
) -> recovery.CallView:
    sheet = recovery.open_call(clinic.nurse, line_of(clinic, booking_id).check_in_id).sheet
    return recovery.log_attempt(
        clinic.nurse,
        sheet.line.check_in_id,
        sheet.version,
        outcome,
        number=number,
        called=sheet.line.patient,
        **more,
    ).value


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


# --- what is due ------------------------------------------------------------------------------------------------------


def test_what_falls_on_a_weekend_is_due_on_monday_and_late_on_tuesday(any_clinic: SmallClinic) -> None:
    discharged(any_clinic, day=FRIDAY)  # day 1 is a Saturday
    put(any_clinic, MONDAY)
    day_1 = recovery.calls(any_clinic.nurse)[0]
    assert (day_1.label, day_1.due_on, day_1.overdue) == ("Day 1", date(2026, 11, 21), 0)
    assert day_1.group(any_clinic.clock.now(), MONDAY) is CallGroup.DUE
    assert recovery.counts(any_clinic.nurse).overdue == 0
    put(any_clinic, date(2026, 11, 24))
    late = {line.label: line.overdue for line in recovery.calls(any_clinic.nurse)}
    assert late == {"Day 1": 1, "Day 2 to 3 call": 1}
    assert recovery.counts(any_clinic.nurse).overdue == 2


def test_a_window_keeps_a_check_in_from_being_late(clinic: SmallClinic) -> None:
    discharged(clinic, day=date(2026, 11, 16))  # a week later is Monday the 23rd, with two days more
    for day, overdue in ((MONDAY, 0), (date(2026, 11, 25), 0), (date(2026, 11, 26), 1)):
        put(clinic, day)
        week = next(line for line in recovery.calls(clinic.nurse) if line.label == "1 week")
        assert week.overdue == overdue


def test_the_count_of_the_overdue_is_that_of_the_list_on_every_day(clinic: SmallClinic) -> None:
    for n in range(8):
        discharged(clinic, f"Patient {chr(65 + n)}", day=FRIDAY - timedelta(days=n))
    for ahead in range(12):
        put(clinic, MONDAY + timedelta(days=ahead))
        lines = recovery.calls(clinic.nurse)
        counted = recovery.counts(clinic.nurse)
        assert (counted.due, counted.overdue) == (len(lines), sum(line.overdue > 0 for line in lines))


def test_a_call_that_was_promised_stands_apart_until_its_time(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    attempt(clinic, booking_id, CallOutcome.CALL_BACK, again_at=at(14, 0, MONDAY))
    line = line_of(clinic, booking_id)
    assert line.group(at(13, 59, MONDAY), MONDAY) is CallGroup.LATER
    assert line.group(at(14, 0, MONDAY), MONDAY) is CallGroup.DUE


def test_a_promise_needs_a_time_to_come(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    for again in (None, at(8, 59, MONDAY)):
        with pytest.raises(BadInput) as refused:
            attempt(clinic, booking_id, CallOutcome.CALL_BACK, again_at=again)
        assert refused.value.field == "again_at"
    assert line_of(clinic, booking_id).attempts == 0


# --- attempts ---------------------------------------------------------------------------------------------------------


def test_after_four_attempts_the_contacts_are_called(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic, contact="Ana Ortiz")
    put(any_clinic, MONDAY)
    for count in range(1, 5):
        view = attempt(any_clinic, booking_id, CallOutcome.NO_ANSWER)
        assert view.sheet.ringing.contacts_now is (count == 4)
    view = attempt(any_clinic, booking_id, CallOutcome.NO_ANSWER, number="+17035550177")
    assert view.sheet.ringing.tries == 4  # the daughter's does not count
    line = line_of(any_clinic, booking_id)
    assert (line.attempts, line.last_outcome) == (5, CallOutcome.NO_ANSWER)


def test_a_wrong_number_and_no_number_bring_the_contacts_at_once(clinic: SmallClinic) -> None:
    wrong = discharged(clinic, contact="Ana Ortiz")
    none = discharged(clinic, "Ida May", phone="")
    put(clinic, MONDAY)
    assert attempt(clinic, wrong, CallOutcome.WRONG_NUMBER).sheet.ringing.contacts_now
    assert recovery.open_call(clinic.nurse, line_of(clinic, none).check_in_id).sheet.ringing.contacts_now


def test_who_was_reached_is_asked_and_not_merely_logged(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    with pytest.raises(BadInput):
        attempt(clinic, booking_id, CallOutcome.REACHED)


def test_who_refuses_and_who_is_not_reached_go_to_the_review_without_a_tier(any_clinic: SmallClinic) -> None:
    refuses, silent = discharged(any_clinic), discharged(any_clinic, "Ida May")
    put(any_clinic, MONDAY)
    attempt(any_clinic, refuses, CallOutcome.REFUSED)
    line = line_of(any_clinic, silent)
    version = recovery.open_call(any_clinic.nurse, line.check_in_id).sheet.version
    recovery.give_up(any_clinic.nurse, line.check_in_id, version, "four times, never there")
    lines = {line.patient: line for line in recovery.reviews(any_clinic.surgeon)}
    assert {line.closing for line in lines.values()} == {Closing.REFUSED, Closing.NOT_REACHED}
    for one in lines.values():
        assert (one.tier, one.complete, one.group, one.pain) == (None, False, ReviewGroup.INCOMPLETE, None)
    assert lines["Ida May"].note == "four times, never there"
    view = recovery.open_review(any_clinic.surgeon, lines["Ida May"].check_in_id)
    assert (view.answers, view.unanswered) == ((), ())


# --- answers ----------------------------------------------------------------------------------------------------------


def test_the_worst_answer_wins_and_stands_first(any_clinic: SmallClinic) -> None:
    calm, flagged, worst = (discharged(any_clinic, name) for name in ("Al Green", "Bob Stone", "Ida May"))
    put(any_clinic, MONDAY)
    answered(any_clinic, calm)
    answered(any_clinic, flagged, fever="38,2 C", constipation="yes")
    check_in, triage = answered(any_clinic, worst, wound="yes", leg_weakness="yes", pain=0)
    assert triage.tier is Tier.EMERGENCY  # no pain lowers nothing
    lines = recovery.reviews(any_clinic.surgeon)
    assert [(line.patient, line.tier) for line in lines] == [
        ("Ida May", Tier.EMERGENCY),
        ("Bob Stone", Tier.SAME_DAY),
        ("Al Green", Tier.NONE),
    ]
    assert lines[0].findings == ("New or worse leg weakness or numbness", "Wound red, open or draining")
    counted = recovery.counts(any_clinic.nurse)
    assert (counted.unreviewed, counted.flags, counted.emergencies) == (3, 2, 1)
    view = recovery.open_review(any_clinic.surgeon, check_in)
    assert view.answers[0] == ("New or worse leg weakness or numbness", "Yes", Tier.EMERGENCY)


def test_a_question_left_out_is_a_gap_and_never_a_no(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    check_in, triage = answered(clinic, booking_id, chest_pain="", leg_weakness="")
    assert triage.tier is None
    assert triage.unanswered == ("chest_pain", "leg_weakness")
    line = recovery.reviews(clinic.surgeon)[0]
    assert (line.tier, line.complete, line.group) == (None, False, ReviewGroup.INCOMPLETE)
    view = recovery.open_review(clinic.surgeon, check_in)
    assert view.unanswered == ("Chest pain", "New or worse leg weakness or numbness")


def test_without_a_pain_score_it_is_not_complete(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    answered(clinic, booking_id, pain=None)
    line = recovery.reviews(clinic.surgeon)[0]
    assert (line.tier, line.complete, line.group) == (Tier.NONE, False, ReviewGroup.INCOMPLETE)


def test_pain_that_rose_by_two_is_worse_and_comes_before_gaps(clinic: SmallClinic) -> None:
    worse, gap = discharged(clinic, "Al Green"), discharged(clinic, "Bob Stone")
    put(clinic, MONDAY)
    answered(clinic, worse, pain=3)
    clinic.clock.advance(timedelta(hours=1))
    answered(clinic, worse, pain=5)
    answered(clinic, gap, chest_pain="")
    lines = recovery.reviews(clinic.surgeon)
    assert [line.group for line in lines] == [ReviewGroup.WORSE, ReviewGroup.INCOMPLETE, ReviewGroup.ROUTINE]
    assert lines[0].pains == (8, 3, 5)
    assert lines[2].pains == (8, 3)


@pytest.mark.parametrize(
    ("answers", "pain"),
    [({"fever": "1000"}, 3), ({"chest_pain": "maybe"}, 3), ({"invented": "yes"}, 3), ({}, 11), ({}, -1)],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(
    clinic: SmallClinic, answers: dict[str, str], pain: int
) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    with pytest.raises(BadInput):
        answered(clinic, booking_id, pain=pain, **answers)
    assert line_of(clinic, booking_id).attempts == 0
    assert recovery.reviews(clinic.surgeon) == ()


def test_an_answer_counts_even_if_the_question_would_not_be_asked_any_more(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    _check_in, triage = answered(clinic, booking_id, brace_fit="yes", headache="yes")
    assert triage.tier is Tier.SAME_DAY
    assert {reason.key for reason in triage.reasons} == {"brace_fit", "headache"}


def test_nothing_is_answered_twice(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    put(any_clinic, MONDAY)
    check_in, _triage = answered(any_clinic, booking_id, leg_weakness="yes")
    view = recovery.open_call(any_clinic.nurse, check_in)
    assert view.sheet.closing is Closing.ANSWERED
    for again in _every_way_to_write(any_clinic, view):
        with pytest.raises(BadInput) as refused:
            again()
        assert "closed" in refused.value.sentence
    assert recovery.reviews(any_clinic.surgeon)[0].tier is Tier.EMERGENCY


def _every_way_to_write(clinic: SmallClinic, view: recovery.CallView) -> list[Callable[[], object]]:
    check_in, version = view.sheet.line.check_in_id, view.sheet.version
    return [
        lambda: recovery.record_answers(clinic.nurse, check_in, version, all_no(view), pain=1),
        lambda: recovery.log_attempt(
            clinic.nurse, check_in, version, CallOutcome.NO_ANSWER, number="1", called="x"
        ),
        lambda: recovery.give_up(clinic.nurse, check_in, version),
        lambda: recovery.not_needed(clinic.nurse, check_in, version),
    ]


def test_two_people_at_one_call_do_not_overwrite_each_other(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    put(any_clinic, MONDAY)
    view = recovery.open_call(any_clinic.front, line_of(any_clinic, booking_id).check_in_id)
    attempt(any_clinic, booking_id, CallOutcome.NO_ANSWER)
    with pytest.raises(Stale) as refused:
        recovery.record_answers(
            any_clinic.front, view.sheet.line.check_in_id, view.sheet.version, all_no(view), pain=1
        )
    assert "Kim Park" in refused.value.sentence
    assert line_of(any_clinic, booking_id).attempts == 1


def test_a_note_has_a_bound_and_nothing_is_half_written(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    with pytest.raises(BadInput):
        attempt(clinic, booking_id, CallOutcome.NO_ANSWER, note="x" * 10_001)
    assert line_of(clinic, booking_id).attempts == 0
    assert attempt(clinic, booking_id, CallOutcome.NO_ANSWER, note="x" * 10_000).sheet.attempts


def test_the_surgeon_is_told_once_with_who_and_when(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    line = line_of(clinic, booking_id)
    version = recovery.open_call(clinic.nurse, line.check_in_id).sheet.version
    told = recovery.told_surgeon(clinic.nurse, line.check_in_id, version).value
    clinic.clock.advance(timedelta(minutes=5))
    again = recovery.told_surgeon(clinic.nurse, line.check_in_id, told.version).value
    assert again == told
    answered(clinic, booking_id, leg_weakness="yes")
    review = recovery.reviews(clinic.surgeon)[0]
    assert (review.told_surgeon_at, review.told_surgeon_by) == (at(9, 0, MONDAY), "Kim Park")


# --- the patient calls ------------------------------------------------------------------------------------------------


def test_a_patient_who_calls_gets_a_check_in_of_today_and_only_one(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    check_in = recovery.patient_called(clinic.front, booking_id).value
    assert recovery.patient_called(clinic.nurse, booking_id).value == check_in
    assert recovery.call_back(clinic.surgeon, booking_id).value == check_in
    sheet = recovery.open_call(clinic.nurse, check_in).sheet
    assert (sheet.line.label, sheet.line.due_on, sheet.line.is_unscheduled) == (
        "Patient called",
        MONDAY,
        True,
    )
    recovery.not_needed(clinic.nurse, check_in, sheet.version)
    assert recovery.reviews(clinic.surgeon) == ()
    assert recovery.patient_called(clinic.nurse, booking_id).value != check_in


def test_a_check_in_of_the_pathway_is_never_not_needed(clinic: SmallClinic) -> None:
    line = line_of(clinic, discharged(clinic))
    with pytest.raises(BadInput):
        recovery.not_needed(clinic.nurse, line.check_in_id, 1)


def test_before_the_procedure_there_is_nothing_to_ask(clinic: SmallClinic) -> None:
    patient = cases.add_patient(clinic)
    booking_id = cases.add_case(clinic, patient, at(10), "Dr Lin")
    with pytest.raises(BadInput):
        recovery.patient_called(clinic.nurse, booking_id)
    with pytest.raises(NotFound):
        recovery.patient_called(clinic.nurse, BookingId(99_999))


def test_whoever_calls_is_found_by_name_and_by_number(any_clinic: SmallClinic) -> None:
    discharged(any_clinic)
    discharged(any_clinic, "Ida May", phone="+17035550188")
    for text in ("ort", "rosa o", "ORTIZ rosa", "0142", "555-0142"):
        assert [one.patient for one in recovery.who_calls(any_clinic.front, text)] == ["Rosa Ortiz"], text
    for text in ("", "42", "smith", "%", "rosa may"):
        assert recovery.who_calls(any_clinic.front, text) == (), text


# --- the deceased -----------------------------------------------------------------------------------------------------


def test_nobody_calls_the_deceased(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    put(any_clinic, MONDAY)
    line = line_of(any_clinic, booking_id)
    with any_clinic.database.writing() as session:
        session.execute(update(PatientRow).where(PatientRow.id == line.patient_id).values(deceased_on=MONDAY))
    assert recovery.calls(any_clinic.nurse, ahead_days=400) == ()
    assert recovery.counts(any_clinic.nurse).due == 0
    assert recovery.who_calls(any_clinic.nurse, "ortiz") == ()
    with pytest.raises(BadInput):
        recovery.patient_called(any_clinic.nurse, booking_id)


def test_a_death_closes_every_check_in_and_nothing_waits_for_review(any_clinic: SmallClinic) -> None:
    first = discharged(any_clinic)
    line = line_of(any_clinic, first)
    with any_clinic.database.writing() as session:
        work = Work(session, any_clinic.people[Role.NURSE], any_clinic.clock.now())
        recovery.close_for_death(work, line.patient_id)
        changes = work.close()
    assert len(changes) == 8
    assert recovery.calls(any_clinic.nurse, ahead_days=400) == ()
    assert recovery.reviews(any_clinic.surgeon) == ()
    assert recovery.open_call(any_clinic.nurse, line.check_in_id).sheet.closing is Closing.DIED


def test_a_death_at_a_later_case_closes_the_check_ins_of_the_earlier_one(clinic: SmallClinic) -> None:
    line = line_of(clinic, discharged(clinic))
    later = cases.add_case(clinic, line.patient_id, at(10), "Dr Lin", state=BookingState.RECOVERY)
    clinic.clock.at = at(12)
    discharge.discharge_patient(clinic.surgeon, later, 0, outcome=Outcome.DIED, reason="cardiac arrest")
    assert recovery.open_call(clinic.nurse, line.check_in_id).sheet.closing is Closing.DIED
    assert recovery.reviews(clinic.surgeon) == ()


def test_a_death_that_was_a_mistake_brings_the_check_ins_back(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    put(any_clinic, MONDAY)
    answered(any_clinic, booking_id)
    patient_id = line_of(any_clinic, booking_id).patient_id
    patients.mark_deceased(any_clinic.nurse, patient_id, MONDAY)
    assert recovery.calls(any_clinic.nurse, ahead_days=400) == ()
    patients.mark_deceased(any_clinic.nurse, patient_id, None)
    assert len(recovery.calls(any_clinic.nurse, ahead_days=400)) == 7
    assert len(recovery.reviews(any_clinic.surgeon)) == 1


# --- the review -------------------------------------------------------------------------------------------------------


def test_a_sign_off_can_be_taken_back_with_the_version_it_returns(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic)
    put(any_clinic, MONDAY)
    answered(any_clinic, booking_id)
    line = recovery.reviews(any_clinic.surgeon)[0]
    signed = recovery.mark_reviewed(any_clinic.surgeon, line.check_in_id, line.version, "fine").value
    assert recovery.reviews(any_clinic.surgeon) == ()
    with pytest.raises(BadInput):
        recovery.mark_reviewed(any_clinic.surgeon, line.check_in_id, signed.version)
    back = recovery.take_back_review(any_clinic.surgeon, signed.check_in_id, signed.version).value
    assert recovery.reviews(any_clinic.surgeon)[0].version == back.version


def test_an_open_check_in_is_not_signed_off(clinic: SmallClinic) -> None:
    line = line_of(clinic, discharged(clinic))
    with pytest.raises(NotFound):
        recovery.mark_reviewed(clinic.surgeon, line.check_in_id, 1)


def test_a_sign_off_of_what_changed_meanwhile_names_who(clinic: SmallClinic) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    answered(clinic, booking_id, leg_weakness="yes")
    line = recovery.reviews(clinic.surgeon)[0]
    recovery.told_surgeon(clinic.nurse, line.check_in_id, line.version)
    with pytest.raises(Stale) as refused:
        recovery.mark_reviewed(clinic.surgeon, line.check_in_id, line.version)
    assert "Kim Park" in refused.value.sentence


@pytest.mark.parametrize("patients", [2, 40])
def test_the_review_asks_the_database_as_often_for_many_as_for_few(
    clinic: SmallClinic, patients: int
) -> None:
    bookings = [discharged(clinic, f"Patient {chr(65 + n % 26)}{'x' * (n // 26)}") for n in range(patients)]
    put(clinic, MONDAY)
    for booking_id in bookings:
        answered(clinic, booking_id, constipation="yes")
    with statements(clinic.database) as seen:
        lines = recovery.reviews(clinic.surgeon)
    assert len(lines) == patients
    assert all(line.surgeon == "Dr Lin" and line.closed_by == "Kim Park" for line in lines)
    assert len([one for one in seen if one.lstrip().upper().startswith("SELECT")]) <= 10


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [Role.SCHEDULER, Role.NURSE, Role.ANESTHESIA, Role.ADMINISTRATOR, Role.SYSTEM]
)
def test_only_a_surgeon_signs_off(clinic: SmallClinic, role: Role) -> None:
    booking_id = discharged(clinic)
    put(clinic, MONDAY)
    answered(clinic, booking_id)
    line = recovery.reviews(clinic.surgeon)[0]
    for act in (recovery.mark_reviewed, recovery.take_back_review):
        with pytest.raises(NotAllowed):
            act(clinic.desk(role), line.check_in_id, line.version)
    assert recovery.reviews(clinic.surgeon) == (line,)


def test_the_program_itself_calls_nobody(clinic: SmallClinic) -> None:
    line = line_of(clinic, discharged(clinic))
    desk = clinic.desk(Role.SYSTEM)
    when = datetime(2026, 11, 24, tzinfo=clinic.clock.at.tzinfo)
    for act in (
        lambda: recovery.calls(desk),
        lambda: recovery.open_call(desk, line.check_in_id),
        lambda: recovery.log_attempt(
            desk, line.check_in_id, 1, CallOutcome.CALL_BACK, number="", called="", again_at=when
        ),
        lambda: recovery.record_answers(desk, line.check_in_id, 1, {}, pain=None),
        lambda: recovery.give_up(desk, line.check_in_id, 1),
        lambda: recovery.told_surgeon(desk, line.check_in_id, 1),
        lambda: recovery.patient_called(desk, line.booking_id),
        lambda: recovery.who_calls(desk, "ortiz"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_who_answered_is_not_called_again_for_the_days_before(any_clinic: SmallClinic) -> None:
    booking_id = discharged(any_clinic, day=MONDAY)
    put(any_clinic, MONDAY + timedelta(days=7))
    open_labels = [line.label for line in recovery.calls(any_clinic.nurse)]
    assert open_labels == ["Day 1", "Day 2 to 3 call", "1 week"]
    answered(any_clinic, booking_id, label="Day 2 to 3 call")
    assert [line.label for line in recovery.calls(any_clinic.nurse)] == ["1 week"]
    assert [line.label for line in recovery.reviews(any_clinic.surgeon)] == ["Day 2 to 3 call"]


def test_a_number_that_was_wrong_in_one_call_is_not_dialled_first_in_another(any_clinic: SmallClinic) -> None:
    """Until it is right again; whatever the call was about."""
    booking_id = discharged(any_clinic, contact="Ana Ortiz")
    put(any_clinic, MONDAY)
    other = recovery.patient_called(any_clinic.nurse, booking_id).value

    def first() -> str:
        phone = recovery.open_call(any_clinic.nurse, other).sheet.ringing.first
        return "" if phone is None else phone.who

    assert first() == "Rosa Ortiz"
    attempt(any_clinic, booking_id, CallOutcome.WRONG_NUMBER)
    assert first() == "Ana Ortiz (daughter)"
    any_clinic.clock.advance(timedelta(minutes=5))
    attempt(any_clinic, booking_id, CallOutcome.NO_ANSWER)
    assert first() == "Rosa Ortiz"
