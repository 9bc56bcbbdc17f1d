"""The diary's reads, on the encrypted file and on PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import update

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.diary import DayFacts
from clinicdesk.storage import diary
from clinicdesk.storage.tables import BookingRow
from tests.helpers.cases import add_case, add_patient
from tests.helpers.clinics import FACTS, MONDAY_EIGHT, SmallClinic

MONDAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)
FIRST, AFTER = FACTS.zone.day_bounds(MONDAY)


def names(clinic: SmallClinic, **wanted: bool) -> list[str]:
    with clinic.database.reading() as session:
        return [f.entry.patient for f in diary.cases(session, FIRST, AFTER, **wanted)]


def only(clinic: SmallClinic) -> DayFacts:
    with clinic.database.reading() as session:
        (facts,) = diary.cases(session, FIRST, AFTER)
    return facts


def test_a_case_comes_with_every_name_the_screen_shows(any_clinic: SmallClinic) -> None:
    rosa = add_patient(any_clinic, "María Rosa Ortiz", date(1948, 2, 3), escort="Luis Ortiz")
    starts = MONDAY_EIGHT + HOUR
    case = add_case(any_clinic, rosa, starts, "Room 2", "Dr Lin", "C-arm 1", levels=("T12", "L1"))
    facts = only(any_clinic)
    entry = facts.entry
    assert (entry.booking_id, entry.patient, entry.family, entry.mrn) == (
        case,
        "María Rosa Ortiz",
        "Ortiz",
        "10000",
    )
    assert (entry.procedure, entry.levels, entry.is_visit) == ("Kyphoplasty", ("T12", "L1"), False)
    assert (entry.room, entry.surgeon, entry.c_arm) == ("Room 2", "Dr Lin", "C-arm 1")
    assert entry.room_id == any_clinic.units["Room 2"]
    assert (entry.starts, entry.ends) == (starts, starts + HOUR)
    assert (entry.starts - entry.room_from, entry.room_to - entry.ends) == (
        timedelta(minutes=15),
        timedelta(minutes=20),
    )
    assert facts.escort_required
    assert facts.escort_named
    assert facts.record is None


def test_the_day_is_half_open_and_by_the_clinics_clock(any_clinic: SmallClinic) -> None:
    for name, starts in (
        ("Eve Before", FIRST - HOUR),
        ("Over Midnight", FIRST - HOUR / 2),
        ("First Minute", FIRST),
        ("Last Minute", AFTER - HOUR / 12),
        ("Next Day", AFTER),
    ):
        add_case(any_clinic, add_patient(any_clinic, name), starts, turnover=0, setup=0)
    add_case(any_clinic, add_patient(any_clinic, "No Time"), None, state=BookingState.WAITLIST)
    assert names(any_clinic) == ["Over Midnight", "First Minute", "Last Minute"]


def test_what_was_cancelled_comes_only_when_asked_for(any_clinic: SmallClinic) -> None:
    for n, state in enumerate((BookingState.BOOKED, BookingState.CANCELLED, BookingState.NO_SHOW)):
        add_case(
            any_clinic, add_patient(any_clinic, f"Ann {state.value}"), MONDAY_EIGHT + n * HOUR, state=state
        )
    assert names(any_clinic, withdrawn=False) == ["Ann booked"]
    assert names(any_clinic) == ["Ann booked", "Ann cancelled", "Ann no_show"]


def test_who_stayed_the_night_is_still_here(any_clinic: SmallClinic) -> None:
    add_case(
        any_clinic,
        add_patient(any_clinic, "Stayed Over"),
        MONDAY_EIGHT - 24 * HOUR,
        state=BookingState.OVERNIGHT,
    )
    add_case(
        any_clinic,
        add_patient(any_clinic, "Went Home"),
        MONDAY_EIGHT - 22 * HOUR,
        state=BookingState.DISCHARGED,
    )
    assert names(any_clinic) == []
    assert names(any_clinic, still_here=True) == ["Stayed Over"]


def test_an_actual_end_replaces_the_planned_one_unless_it_cannot_be(any_clinic: SmallClinic) -> None:
    case = add_case(any_clinic, add_patient(any_clinic), MONDAY_EIGHT, state=BookingState.RECOVERY)
    for ended, shown in ((HOUR * 0.75, HOUR * 0.75), (HOUR * 1.5, HOUR * 1.5), (-HOUR, HOUR)):
        with any_clinic.database.writing() as session:
            session.execute(
                update(BookingRow).where(BookingRow.id == case).values(ended_at=MONDAY_EIGHT + ended)
            )
        entry = only(any_clinic).entry
        assert entry.ends - entry.starts == shown
        assert entry.room_from <= entry.starts < entry.ends <= entry.room_to


def test_a_request_without_units_is_shown_where_it_was_wished_for(any_clinic: SmallClinic) -> None:
    add_case(any_clinic, add_patient(any_clinic), MONDAY_EIGHT, state=BookingState.REQUESTED)
    entry = only(any_clinic).entry
    assert (entry.room_id, entry.surgeon_id, entry.room, entry.surgeon) == (None, None, "", "")
    assert entry.room_from == MONDAY_EIGHT - timedelta(minutes=15)
