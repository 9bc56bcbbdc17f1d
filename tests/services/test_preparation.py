"""The checklist of a case as stored: settling, undoing, what is missing of the next days, who is ready. Both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, insert, update

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.preparation import CheckPoint, CheckState, PreparationKey, PreparationStatus
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, NotAllowed, Stale
from clinicdesk.services import audit, booking, diary, preparation, waiting
from clinicdesk.services.booking import moving
from clinicdesk.storage.tables import BookingRow, ClosureRow, PatientRow
from tests.helpers.bookings import add_patient, at
from tests.helpers.cases import add_case
from tests.helpers.clinics import SmallClinic

TUESDAY = date(2026, 11, 24)
FRIDAY = date(2026, 11, 27)
DONE, NOT_NEEDED, OPEN = PreparationStatus.DONE, PreparationStatus.NOT_NEEDED, PreparationStatus.OPEN


def case_at(
    clinic: SmallClinic, starts: datetime | None, name: str = "Rosa Ortiz", **values: str
) -> BookingId:
    """A kyphoplasty of which nothing is prepared but what the chart says."""
    patient = add_patient(clinic, name, allergies="latex", **values)
    state = BookingState.BOOKED if starts is not None else BookingState.WAITLIST
    return add_case(clinic, patient, starts, "Room 1", state=state, prepared=False)


def point(clinic: SmallClinic, booking_id: BookingId, key: PreparationKey) -> CheckPoint:
    return next(one for one in preparation.read(clinic.front, booking_id).points if one.key is key)


def settle(
    clinic: SmallClinic, booking_id: BookingId, key: PreparationKey, version: int = 0, **values: object
) -> preparation.Settled:
    status = values.pop("status", DONE)
    return preparation.settle_point(clinic.front, booking_id, key, status, version, **values).value  # type: ignore[arg-type] # of this test's choosing


def test_a_point_is_settled_opened_again_and_put_back(any_clinic: SmallClinic) -> None:
    case = case_at(any_clinic, at(9, day=TUESDAY))
    consent = PreparationKey.CONSENT
    assert point(any_clinic, case, consent).state is CheckState.DUE
    done = settle(any_clinic, case, consent, note="signed at the visit")
    found = point(any_clinic, case, consent)
    assert (found.state, found.sentence, found.item.by) == (
        CheckState.DONE,
        "signed at the visit",
        "Sam Front",
    )
    assert found.item.at == any_clinic.clock.at
    again = settle(any_clinic, case, consent, done.version, status=OPEN)
    assert point(any_clinic, case, consent).state is CheckState.DUE
    preparation.take_back(any_clinic.front, again)
    assert point(any_clinic, case, consent).state is CheckState.DONE
    with pytest.raises(Stale) as stale:
        settle(any_clinic, case, consent, done.version, status=OPEN)
    assert "Sam Front" in stale.value.sentence
    with pytest.raises(Stale):
        settle(any_clinic, case, consent, 0)


def test_an_authorization_that_ends_the_day_before_says_what_to_do_until_the_case_moves(
    any_clinic: SmallClinic,
) -> None:
    case = case_at(any_clinic, at(9, day=FRIDAY))
    key = PreparationKey.AUTHORIZATION
    for field, given in (
        ("number", {"expires_on": FRIDAY}),
        ("expires_on", {"number": "A-77"}),
    ):
        with pytest.raises(BadInput) as refused:
            settle(any_clinic, case, key, **given)
        assert refused.value.field == field
    settle(any_clinic, case, key, number=" A-77 ", expires_on=FRIDAY - timedelta(days=1))
    found = point(any_clinic, case, key)
    assert found.state is CheckState.WRONG
    assert found.sentence == (
        "The authorization ends the day before the case."
        " Ask for an extension, or move the case to Thu 26 Nov or earlier."
    )
    listed = diary.page(any_clinic.front, FRIDAY).lines[0]
    assert "authorization" in listed.missing
    stored = booking.read(any_clinic.front, case)
    moving.move(any_clinic.front, case, stored.version, at(9, day=FRIDAY - timedelta(days=1)))
    found = point(any_clinic, case, key)
    assert (found.state, found.item.number) == (CheckState.DONE, "A-77")


def test_what_cannot_be_settled_is_refused_with_a_sentence(any_clinic: SmallClinic) -> None:
    case = case_at(any_clinic, at(9, day=TUESDAY))
    with pytest.raises(BadInput) as refused:
        settle(any_clinic, case, PreparationKey.KIT, status=NOT_NEEDED)
    assert (refused.value.field, refused.value.sentence) == ("note", "Say why it is not needed.")
    with pytest.raises(BadInput, match="BadInput") as refused:
        settle(any_clinic, case, PreparationKey.ESCORT)
    assert "read from the chart" in refused.value.sentence
    with pytest.raises(BadInput) as refused:
        settle(any_clinic, case, PreparationKey.BLOOD_THINNER)  # the chart names none
    assert "not on the checklist" in refused.value.sentence
    gone = add_case(
        any_clinic, add_patient(any_clinic, "Bob Stone"), at(13), "Room 2", state=BookingState.DISCHARGED
    )
    with pytest.raises(BadInput) as refused:
        settle(any_clinic, gone, PreparationKey.CONSENT)
    assert "Discharged" in refused.value.sentence
    assert preparation.read(any_clinic.front, gone).points == ()
    with pytest.raises(NotAllowed):
        preparation.missing(any_clinic.desk(Role.SYSTEM))


def test_settling_is_told_and_written_into_the_trail(clinic: SmallClinic) -> None:
    case = case_at(clinic, at(9, day=TUESDAY))
    done = preparation.settle_point(clinic.front, case, PreparationKey.LABS, DONE, 0)
    assert {(change.subject.value, change.id) for change in done.changes} == {("preparation", case)}
    newest = audit.events(clinic.admin)[0].event
    assert (newest.subject_id, newest.details["point"], newest.details["status"]) == (case, "labs", "done")


def test_the_next_days_list_what_is_missing_and_skip_a_holiday(any_clinic: SmallClinic) -> None:
    thanksgiving = at(0, day=date(2026, 11, 26))
    with any_clinic.database.writing() as session:
        session.execute(
            insert(ClosureRow).values(
                resource_id=None,
                kind="holiday",
                reason="",
                starts_at=thanksgiving,
                ends_at=thanksgiving + timedelta(days=1),
                created_at=any_clinic.clock.at,
                created_by=any_clinic.people[Role.ADMINISTRATOR].user_id,
            )
        )
    near = case_at(any_clinic, at(9, day=TUESDAY))
    saturday = case_at(any_clinic, at(9, day=date(2026, 11, 28)), "Ida May")
    fourth = case_at(any_clinic, at(9, day=date(2026, 11, 30)), "Bob Stone")
    beyond = case_at(any_clinic, at(9, day=date(2026, 12, 1)), "Ann Far")
    ready = add_case(any_clinic, add_patient(any_clinic, "All Ready"), at(12, day=TUESDAY), "Room 1")
    found = preparation.missing(any_clinic.front)
    assert [(day.day.day, [case.booking_id for case in day.cases]) for day in found] == [
        (24, [near]),
        (28, [saturday]),
        (30, [fourth]),
    ]
    assert ready not in [each.booking_id for each in found[0].cases]
    assert beyond not in [case.booking_id for day in found for case in day.cases]
    assert preparation.count_missing(any_clinic.front) == 3
    words = [(one.key.value, one.state.value) for one in found[0].cases[0].missing]
    assert words == [
        ("consent", "due"),
        ("authorization", "overdue"),
        ("labs", "overdue"),
        ("imaging", "overdue"),
        ("kit", "overdue"),
    ]


def test_nothing_is_missing_of_who_died(any_clinic: SmallClinic) -> None:
    case_at(any_clinic, at(9, day=TUESDAY))
    with any_clinic.database.writing() as session:
        session.execute(update(PatientRow).values(deceased_on=date(2026, 11, 22)))
    assert preparation.missing(any_clinic.front) == ()
    assert preparation.count_missing(any_clinic.front) == 0


def test_the_list_asks_no_more_of_the_database_for_more_cases(clinic: SmallClinic) -> None:
    def statements() -> int:
        sent: list[str] = []

        def note(*args: object) -> None:
            sent.append(str(args[2]))

        event.listen(clinic.database.engine, "before_cursor_execute", note)
        preparation.missing(clinic.front)
        event.remove(clinic.database.engine, "before_cursor_execute", note)
        return sum(text.startswith("SELECT") for text in sent)

    case_at(clinic, at(6, day=TUESDAY))
    few = statements()
    for number in range(6):
        case_at(clinic, at(8 + 2 * number, day=TUESDAY), f"More {number}")
    assert statements() == few


def test_the_day_list_names_what_is_late_but_not_what_has_time(any_clinic: SmallClinic) -> None:
    case = case_at(any_clinic, at(9, day=TUESDAY))
    settle(any_clinic, case, PreparationKey.LABS)
    (line,) = diary.day_list(any_clinic.front, TUESDAY)
    assert line.missing == ("authorization", "imaging", "implant or kit")
    any_clinic.clock.advance(timedelta(days=1))
    (line,) = diary.day_list(any_clinic.front, TUESDAY)
    assert line.missing == ("consent", "authorization", "imaging", "implant or kit")


def test_a_blood_thinner_of_the_chart_brings_its_point(any_clinic: SmallClinic) -> None:
    case = case_at(any_clinic, at(9, day=date(2026, 12, 8)), blood_thinner="Warfarin 5 mg")
    found = point(any_clinic, case, PreparationKey.BLOOD_THINNER)
    assert found.sentence == "Warfarin: usual hold 5 days, from Thu 3 Dec. Confirm with the prescriber."
    with any_clinic.database.writing() as session:
        session.execute(update(PatientRow).values(blood_thinner="none"))
    keys = [one.key for one in preparation.read(any_clinic.front, case).points]
    assert PreparationKey.BLOOD_THINNER not in keys


def test_a_hold_agreed_for_one_day_is_asked_about_again_when_the_case_moves(any_clinic: SmallClinic) -> None:
    case = case_at(any_clinic, at(9, day=date(2026, 12, 8)), blood_thinner="Warfarin")
    key = PreparationKey.BLOOD_THINNER
    settle(any_clinic, case, key, note="Dr Hale agrees")
    assert point(any_clinic, case, key).state is CheckState.DONE
    moving.move(
        any_clinic.front, case, booking.read(any_clinic.front, case).version, at(13, day=date(2026, 12, 8))
    )
    assert point(any_clinic, case, key).state is CheckState.DONE
    moving.move(
        any_clinic.front, case, booking.read(any_clinic.front, case).version, at(9, day=date(2026, 12, 7))
    )
    found = point(any_clinic, case, key)
    assert (found.state, found.sentence) == (
        CheckState.WRONG,
        "It was confirmed for a case on Tue 8 Dec."
        " Warfarin: usual hold 5 days, from Wed 2 Dec. Confirm with the prescriber.",
    )
    assert "blood thinner" in diary.page(any_clinic.front, date(2026, 12, 7)).lines[0].missing
    settle(any_clinic, case, key, found.item.version)
    assert point(any_clinic, case, key).state is CheckState.DONE
    assert "blood thinner" not in diary.page(any_clinic.front, date(2026, 12, 7)).lines[0].missing


def test_a_hold_agreed_before_there_was_a_day_is_asked_about_again_once_there_is_one(
    any_clinic: SmallClinic,
) -> None:
    key, day = PreparationKey.BLOOD_THINNER, date(2026, 12, 8)
    case = case_at(any_clinic, None, blood_thinner="Warfarin")
    settle(any_clinic, case, key)
    assert (
        point(any_clinic, case, key).state is CheckState.DONE
    )  # reviewed, as far as that goes for who waits
    with any_clinic.database.writing() as session:
        starts = at(9, day=day)
        values = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "state": BookingState.BOOKED}
        session.execute(update(BookingRow).where(BookingRow.id == case).values(values))
    found = point(any_clinic, case, key)
    assert (found.state, found.sentence) == (
        CheckState.WRONG,
        "It was confirmed before the case had a day."
        " Warfarin: usual hold 5 days, from Thu 3 Dec. Confirm with the prescriber.",
    )
    assert "blood thinner" in diary.page(any_clinic.front, day).lines[0].missing
    settle(any_clinic, case, key, found.item.version)
    assert point(any_clinic, case, key).state is CheckState.DONE
    assert "blood thinner" not in diary.page(any_clinic.front, day).lines[0].missing


def test_of_two_desks_that_settle_one_point_at_once_one_is_told(any_clinic: SmallClinic) -> None:
    both_ready = threading.Barrier(2)

    def tick(case: BookingId) -> bool:
        both_ready.wait()
        try:
            preparation.settle_point(any_clinic.front, case, PreparationKey.LABS, DONE, 0)
        except Stale:
            return False
        return True

    for number in range(6):
        case = case_at(any_clinic, at(9, day=TUESDAY + timedelta(days=number)), f"Patient {number}")
        with ThreadPoolExecutor(2) as desks:
            assert sorted(desks.map(tick, [case, case])) == [False, True]


def test_who_waits_is_ready_once_the_tests_and_the_authorization_are_there(any_clinic: SmallClinic) -> None:
    waits = case_at(any_clinic, None)
    other = case_at(any_clinic, None, "Ida May", blood_thinner="apixaban")

    def unready() -> dict[BookingId, tuple[str, ...]]:
        return {each: waiting.read(any_clinic.front, each).missing for each in (waits, other)}

    assert unready() == {
        waits: ("authorization missing", "labs missing", "imaging missing"),
        other: ("authorization missing", "labs missing", "blood thinner not reviewed", "imaging missing"),
    }
    settle(any_clinic, waits, PreparationKey.AUTHORIZATION, number="A-1", expires_on=TUESDAY)
    settle(any_clinic, waits, PreparationKey.LABS)
    settle(any_clinic, waits, PreparationKey.IMAGING, status=NOT_NEEDED, note="done last week")
    assert unready()[waits] == ()
    any_clinic.clock.advance(timedelta(days=2))
    assert unready()[waits] == ("authorization ends before",)
