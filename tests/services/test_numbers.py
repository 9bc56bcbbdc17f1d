"""The clinic's figures as stored: on the encrypted file and on PostgreSQL."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import insert, update

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.no_shows import USUAL_CHANCE
from clinicdesk.domain.numbers import Measure, Stretch
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, NotAllowed, NotFound
from clinicdesk.services import numbers
from clinicdesk.services.work import Work
from clinicdesk.storage.tables import BookingRow, ClosureRow
from tests.helpers.cases import add_case, add_patient
from tests.helpers.clinics import FACTS, SmallClinic

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
FRIDAY = date(2026, 11, 20)
MINUTE = timedelta(minutes=1)


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    return FACTS.zone.at(day, time(hour, minute))


def run_case(
    clinic: SmallClinic,
    patient: PatientId,
    planned: datetime,
    *units: str,
    late: int = 0,
    minutes: int = 60,
    waited: int = 7,
) -> None:
    """A case that was in the room, from its planned start and so much later, for so long."""
    made = add_case(clinic, patient, planned, *units, state=BookingState.DISCHARGED)
    into = planned + late * MINUTE
    _set(
        clinic,
        made,
        in_room_at=into,
        ended_at=into + (minutes - 5) * MINUTE,
        recovery_at=into + minutes * MINUTE,
        created_at=planned - timedelta(days=waited),
    )


def miss(clinic: SmallClinic, patient: PatientId, planned: datetime, *, waited: int = 7) -> None:
    made = add_case(clinic, patient, planned, "Room 1", "Dr Lin", state=BookingState.NO_SHOW)
    _set(clinic, made, created_at=planned - timedelta(days=waited))


def _set(clinic: SmallClinic, booking: int, **values: object) -> None:
    with clinic.database.writing() as session:
        session.execute(update(BookingRow).where(BookingRow.id == booking).values(**values))


def value(stretch: Stretch, measure: Measure) -> float:
    estimate = stretch.of(measure)
    assert estimate is not None
    return estimate.value


def test_a_day_of_two_rooms_by_room_by_surgeon_and_together(any_clinic: SmallClinic) -> None:
    rosa = add_patient(any_clinic)
    run_case(any_clinic, rosa, at(8), "Room 1", "Dr Lin", late=3)
    run_case(any_clinic, rosa, at(9, 35), "Room 1", "Dr Lin", late=10)
    run_case(any_clinic, rosa, at(8), "Room 2", "Dr Shah", late=20, minutes=120)
    miss(any_clinic, rosa, at(13))
    add_case(any_clinic, rosa, at(14), "Room 1", "Dr Lin", state=BookingState.CANCELLED)
    page = numbers.page(any_clinic.front, 2)
    october, november = page.numbers.months
    assert (october.first, november.first, page.until) == (OCTOBER, NOVEMBER, date(2026, 11, 22))
    assert october.of(Measure.USED) is None
    assert value(november, Measure.USED) == pytest.approx(240 / 1080)
    assert value(november, Measure.HELD) == pytest.approx((95 + 95 + 155) / 1080)
    assert value(november, Measure.TURNOVER) == pytest.approx(42)
    assert value(november, Measure.FIRST_ON_TIME) == pytest.approx(1 / 2)
    assert value(november, Measure.ON_TIME) == pytest.approx(1 / 3)
    assert value(november, Measure.NO_SHOW) == pytest.approx(1 / 4)
    assert [unit.name for unit in page.units] == ["Room 1", "Room 2", "Dr Lin", "Dr Shah"]
    lin = numbers.page(any_clinic.front, 2, any_clinic.units["Dr Lin"]).numbers
    room = numbers.page(any_clinic.front, 2, any_clinic.units["Room 2"]).numbers
    assert value(lin.whole, Measure.USED) == pytest.approx(120 / 540)
    assert value(room.whole, Measure.USED) == pytest.approx(120 / 540)
    assert room.whole.of(Measure.TURNOVER) is None


def test_what_was_closed_is_no_time_that_could_be_used(any_clinic: SmallClinic) -> None:
    rosa = add_patient(any_clinic)
    run_case(any_clinic, rosa, at(8), "Room 1", "Dr Lin")
    with any_clinic.database.writing() as session:
        session.execute(
            insert(ClosureRow).values(
                kind="repair",
                reason="",
                resource_id=any_clinic.units["Room 1"],
                starts_at=at(12),
                ends_at=at(17),
                created_at=at(7),
                created_by=any_clinic.people[Role.ADMINISTRATOR].user_id,
            )
        )
    found = numbers.page(any_clinic.front, 1).numbers
    assert value(found.whole, Measure.USED) == pytest.approx(60 / 240)


def test_today_is_not_over_and_does_not_count(clinic: SmallClinic) -> None:
    rosa = add_patient(clinic)
    run_case(clinic, rosa, at(8, day=date(2026, 11, 23)), "Room 1", "Dr Lin")
    assert numbers.page(clinic.front, 12).numbers.is_empty


def test_the_first_of_a_month_has_no_day_that_is_over(clinic: SmallClinic) -> None:
    clinic.clock.at = at(9, day=date(2026, 12, 1))
    assert numbers.page(clinic.front, 1).numbers.is_empty


def test_who_missed_before_and_who_waited_long_are_counted_apart(any_clinic: SmallClinic) -> None:
    rosa, bob = add_patient(any_clinic), add_patient(any_clinic, "Bob Stone")
    miss(any_clinic, rosa, at(8, day=date(2026, 3, 2)))
    run_case(any_clinic, rosa, at(8), "Room 1", "Dr Lin")
    miss(any_clinic, rosa, at(10), waited=40)
    run_case(any_clinic, bob, at(11), "Room 1", "Dr Lin", waited=40)
    run_case(any_clinic, bob, at(13), "Room 1", "Dr Lin")
    risks = numbers.page(any_clinic.front, 2).risks
    assert [(seen.missed, seen.cases) for seen in risks] == [(0, 1), (0, 1), (0, 1), (1, 1)]
    assert [seen.risk.odds for seen in risks] == pytest.approx([1, 5.5, 4.4, 24.2])
    assert all(
        one.risk.chance < other.risk.chance for one, other in ((risks[0], risks[1]), (risks[1], risks[3]))
    )


def test_the_usual_chance_counts_just_the_cases_of_the_page(any_clinic: SmallClinic) -> None:
    rosa, bob = add_patient(any_clinic), add_patient(any_clinic, "Bob Stone")
    miss(any_clinic, rosa, at(8, day=date(2025, 3, 3)))  # before the twelve months, and yet an earlier one
    miss(any_clinic, rosa, at(8, day=date(2026, 3, 2)))
    miss(any_clinic, bob, at(9, day=date(2026, 3, 2)), waited=29)
    for back in range(1, 9):
        run_case(any_clinic, rosa, at(8) - timedelta(days=back), "Room 1", "Dr Lin", waited=28)
        run_case(any_clinic, bob, at(11) - timedelta(days=back), "Room 1", "Dr Lin", waited=40)
    add_case(
        any_clinic, bob, at(15), "Room 1", "Dr Lin", state=BookingState.BOOKED
    )  # nobody noted whether he came
    miss(any_clinic, rosa, any_clinic.clock.at + timedelta(hours=1))  # not over
    desk = any_clinic.front
    neither, *_rest = numbers.page(desk).risks
    with desk.database.reading() as session:
        usual = numbers.usual_no_shows(Work(session, desk.actor, desk.clock.now()))
    assert usual == pytest.approx(neither.risk.chance)
    assert 0.001 < neither.risk.chance < 0.5
    assert neither.risk.chance != pytest.approx(USUAL_CHANCE)


def test_what_cannot_be_asked_is_said(clinic: SmallClinic) -> None:
    for months in (0, 37):
        with pytest.raises(BadInput):
            numbers.page(clinic.front, months)
    with pytest.raises(NotFound):
        numbers.page(clinic.front, 3, 9999)  # type: ignore[arg-type]  # a number that is no unit's
    with pytest.raises(NotAllowed):
        numbers.page(clinic.desk(Role.SYSTEM), 3)
