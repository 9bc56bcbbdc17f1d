"""A clinic's day arranged: what may move, what never does, and one step there and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

import pytest

from clinicdesk.domain.arranging.clinic_day import Arrangeable
from clinicdesk.domain.arranging.day import DayPlan, Place
from clinicdesk.domain.arranging.proposal import Proposal
from clinicdesk.domain.availability import Block, Closure, ClosureKind, UnitHours
from clinicdesk.domain.booking import Booking, BookingState, Setting
from clinicdesk.domain.ids import BlockId, BookingId, ClosureId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.errors import SolverMissing, Stale
from clinicdesk.services import arranging, availability, booking, resources
from clinicdesk.services.booking import moving_many, steps
from clinicdesk.solver import wire
from clinicdesk.solver.process import Solver
from tests.helpers.bookings import THURSDAY, add_patient, at, kypho, overlapping_claims
from tests.helpers.clinics import SmallClinic
from tests.helpers.times import block, unit

ONE, TWO = (ResourceKind.ROOM, "Room 1"), (ResourceKind.ROOM, "Room 2")
LIN, SHAH = (ResourceKind.SURGEON, "Dr Lin"), (ResourceKind.SURGEON, "Dr Shah")


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    yield
    arranging.rest()


def _booked(
    clinic: SmallClinic, name: str, hour: int, minute: int = 0, *units: tuple[ResourceKind, str]
) -> Booking:
    draft = kypho(clinic, add_patient(clinic, name), at(hour, minute), units=units)
    return booking.book(clinic.front, draft).value


def _scattered(clinic: SmallClinic) -> list[Booking]:
    """A day with holes: Dr Lin waits for hours between cases, and changes rooms for each."""
    return [
        _booked(clinic, "Ana Lee", 9, 0, LIN, ONE),
        _booked(clinic, "Bob Roe", 12, 0, LIN, TWO),
        _booked(clinic, "Cy Poe", 14, 30, LIN, ONE),
        _booked(clinic, "Di Moe", 11, 0, SHAH, ONE),
    ]


def _silent(_proposal: Proposal) -> None:
    pass


def _stays(day: Arrangeable, booked: Booking) -> str:
    return next(
        why for entry, why in zip(day.entries, day.stays, strict=True) if entry.booking_id == booked.id
    )


def _places(day: Arrangeable, plan: DayPlan | None) -> dict[int, Place]:
    assert plan is not None
    return {case.key: place for case, place in zip(day.problem.cases, plan.places, strict=True)}


def _starts(clinic: SmallClinic, made: list[Booking]) -> list[object]:
    return [booking.read(clinic.front, each.id).draft for each in made]


def test_a_day_is_arranged_and_put_back_as_one_step(any_clinic: SmallClinic) -> None:
    made = _scattered(any_clinic)
    before = _starts(any_clinic, made)
    day = arranging.day(any_clinic.front, THURSDAY)
    assert day.may_move == len(made)
    told: list[Proposal] = []
    last = arranging.propose(day, told.append, seconds=20)
    assert [proposal.points for proposal in told] == sorted((p.points for p in told), reverse=True)
    assert last.points < last.points_now
    assert last.then.surgeon_idle < last.now.surgeon_idle
    done = arranging.apply(any_clinic.front, last)
    after = arranging.day(any_clinic.front, THURSDAY)
    assert _places(after, after.problem.present) == _places(day, last.plan)
    assert overlapping_claims(any_clinic.database) == 0
    moving_many.undo_many(any_clinic.front, done.value)
    assert _starts(any_clinic, made) == before


def test_who_has_arrived_who_is_kept_and_who_comes_within_the_hour_stay(clinic: SmallClinic) -> None:
    made = _scattered(clinic)
    clinic.clock.at = at(8, 15)
    steps.advance(clinic.front, made[1].id, BookingState.ARRIVED, made[1].version)
    day = arranging.day(clinic.front, THURSDAY)
    assert _stays(day, made[0]) == "It starts within the hour."
    assert _stays(day, made[1]) == "Arrived"
    assert day.may_move == 2
    last = arranging.propose(day, _silent, kept=[made[3].id], seconds=10)
    assert {change.booking_id for change in last.changes} <= {made[2].id}


def test_a_case_in_a_closed_time_is_left_to_a_person_and_nothing_is_put_there(clinic: SmallClinic) -> None:
    made = _scattered(clinic)
    closure = Closure(
        id=ClosureId(0),
        resource_id=clinic.units["Room 1"],
        kind=ClosureKind.REPAIR,
        span=Span(at(13), at(17)),
    )
    availability.add_closure(clinic.front, closure, seen={each.id for each in made})
    day = arranging.day(clinic.front, THURSDAY)
    assert _stays(day, made[2]) != ""
    last = arranging.propose(day, _silent, seconds=10)
    for change in last.changes:
        ends = change.starts + timedelta(minutes=80)
        room = dict(change.units)[ResourceKind.ROOM]
        assert (
            room == clinic.units["Room 2"]
            or ends <= at(13)
            or change.starts - timedelta(minutes=15) >= at(17)
        )


def test_hours_and_block_time_are_kept(any_clinic: SmallClinic) -> None:
    """What the plan allows, the checks of a booking must allow too: otherwise Apply would be refused."""
    _scattered(any_clinic)
    lin, shah, two = (any_clinic.units[name] for name in ("Dr Lin", "Dr Shah", "Room 2"))
    day = arranging.day(any_clinic.front, THURSDAY)
    kept = Block(
        id=BlockId(0),
        surgeon_id=shah,
        room_id=two,
        weekday=3,
        opens=time(8),
        closes=time(11),
        first_on=THURSDAY,
    )
    availability.add_block(any_clinic.front, kept)
    availability.set_hours(any_clinic.admin, lin, 1, (UnitHours(3, time(8, 30), time(16)),))
    day = arranging.day(any_clinic.front, THURSDAY)
    last = arranging.propose(day, _silent, seconds=10)
    assert last.changes
    for change in last.changes:
        units = dict(change.units)
        if units[ResourceKind.SURGEON] == lin:
            assert at(8, 30) <= change.starts <= at(15)
            assert units[ResourceKind.ROOM] != two or change.starts - timedelta(minutes=15) >= at(11)
    arranging.apply(any_clinic.front, last)
    assert overlapping_claims(any_clinic.database) == 0


def test_a_block_of_a_surgeon_who_has_left_keeps_nobody_out(clinic: SmallClinic) -> None:
    availability.add_block(clinic.admin, block(clinic, "Dr Shah", "Room 1"))
    shah = unit(clinic, "Dr Shah")
    resources.change(clinic.admin, replace(shah, active=False))
    booked = _booked(clinic, "Ana Lee", 10, 0, LIN, ONE)
    assert _stays(arranging.day(clinic.front, THURSDAY), booked) == ""


def test_who_stays_overnight_and_a_visit_are_arranged_too(clinic: SmallClinic) -> None:
    night = kypho(
        clinic, add_patient(clinic, "Eve Noe"), at(15, 30), units=(LIN, ONE), setting=Setting.OVERNIGHT
    )
    visit = booking.defaults(clinic.front, add_patient(clinic, "Fay Doe"), "follow_up_visit")
    booking.book(clinic.front, night)
    booking.book(clinic.front, replace(visit, starts=at(8, 30), units=((LIN[0], clinic.units["Dr Lin"]),)))
    day = arranging.day(clinic.front, THURSDAY)
    assert day.stays == ("", "")
    arranging.apply(clinic.front, arranging.propose(day, _silent, seconds=10))
    assert arranging.day(clinic.front, THURSDAY).stays == ("", "")


def test_a_case_that_somebody_let_end_late_goes_where_nobody_has_to_answer_for_it_or_stays(
    clinic: SmallClinic,
) -> None:
    _scattered(clinic)
    late = kypho(clinic, add_patient(clinic, "Gus Low"), at(15, 45), units=(SHAH, TWO), reason="asked for")
    made = booking.book(clinic.surgeon, late).value
    last = arranging.propose(arranging.day(clinic.front, THURSDAY), _silent, seconds=10)
    for change in last.changes:
        assert change.booking_id != made.id or change.starts <= at(15)
    arranging.apply(clinic.front, last)


def test_a_plan_that_somebody_overtook_moves_nothing(clinic: SmallClinic) -> None:
    made = _scattered(clinic)
    last = arranging.propose(arranging.day(clinic.front, THURSDAY), _silent, seconds=10)
    moved = last.changes[0].booking_id
    version = next(each.version for each in made if each.id == moved)
    steps.advance(clinic.front, moved, BookingState.CONFIRMED, version)
    before = _starts(clinic, made)
    with pytest.raises(Stale):
        arranging.apply(clinic.front, last)
    assert _starts(clinic, made) == before


def test_without_the_solver_the_first_plan_still_stands(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    import sys

    without = (
        "import sys; sys.modules['ortools'] = None\n"
        "from clinicdesk.solver.__main__ import main; sys.exit(main())"
    )
    monkeypatch.setattr(arranging, "_solver", Solver([sys.executable, "-c", without]))
    _scattered(clinic)
    told: list[Proposal] = []
    with pytest.raises(SolverMissing) as missing:
        arranging.propose(arranging.day(clinic.front, THURSDAY), told.append)
    assert "pip install" in missing.value.sentence
    assert told[0].points <= told[0].points_now


def test_what_goes_to_the_other_process_says_nothing_of_a_patient(clinic: SmallClinic) -> None:
    made = _scattered(clinic)
    day = arranging.day(clinic.front, THURSDAY)
    assert {BookingId(case.key) for case in day.problem.cases} == {each.id for each in made}
    message = wire.line(wire.SOLVE, 1, problem=wire.of_problem(day.problem))
    assert not re.search("Ana|Lee|Roe|Poe|Moe|Lin|Shah|Room|kyphoplasty|2026", message)
