"""The day of a case: who may take which step, what each does to the diary, and what can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from clinicdesk.domain.booking import ActualTimes, Booking, BookingState, Setting
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, Clash, NeedsReason, NotAllowed
from clinicdesk.services import booking
from clinicdesk.services.booking import moving, steps
from clinicdesk.storage import booking as bookings
from tests.helpers.bookings import add_patient, at, filled, kypho, overlapping_claims
from tests.helpers.clinics import SmallClinic
from tests.services.test_booking import claimed

R = ResourceKind
S = BookingState


def booked(
    clinic: SmallClinic, name: str = "Rosa Ortiz", starts: datetime | None = None, **values: Any
) -> Booking:
    draft = kypho(clinic, add_patient(clinic, name), starts or at(10), **values)
    return booking.book(clinic.surgeon, draft).value


def taken(clinic: SmallClinic, made: Booking, *path: tuple[BookingState, datetime]) -> Booking:
    """Take the steps, each at its time."""
    for state, when in path:
        clinic.clock.at = when
        made = steps.advance(clinic.nurse, made.id, state, made.version).value
    return made


def in_room(clinic: SmallClinic, made: Booking) -> Booking:
    return taken(clinic, made, (S.ARRIVED, at(9)), (S.IN_ROOM, at(9, 50)))


def test_a_day_from_booked_to_recovery_keeps_who_and_when(any_clinic: SmallClinic) -> None:
    made = booked(any_clinic)
    made = taken(any_clinic, made, (S.CONFIRMED, at(8)))
    made = taken(any_clinic, in_room(any_clinic, made), (S.RECOVERY, at(11)))
    assert made.actual == ActualTimes(arrived=at(9), in_room=at(9, 50), ended=at(11), recovery=at(11))
    assert booking.read(any_clinic.front, made.id) == made
    with any_clinic.database.reading() as session:
        history = bookings.history(session, made.id)
    assert [(step.to_state, step.at, step.by) for step in history[1:]] == [
        (S.CONFIRMED, at(8), "Kim Park"),
        (S.ARRIVED, at(9), "Kim Park"),
        (S.IN_ROOM, at(9, 50), "Kim Park"),
        (S.RECOVERY, at(11), "Kim Park"),
    ]
    assert claimed(any_clinic, made.id)["Room 1"] == "09:45-11:20"


def test_finishing_early_gives_the_room_back(any_clinic: SmallClinic) -> None:
    made = taken(any_clinic, in_room(any_clinic, booked(any_clinic)), (S.RECOVERY, at(10, 30)))
    assert claimed(any_clinic, made.id) == {
        "Room 1": "09:45-10:50",
        "C-arm 1": "09:45-10:50",
        "Dr Lin": "10:00-10:30",
        "Nurse Kim": "09:45-10:35",
        "Bay 1": "10:30-12:30",
        "patient": "09:45-12:30",
    }
    other = kypho(any_clinic, add_patient(any_clinic, "Ana Lee"), at(11, 5), units=((R.ROOM, "Room 1"),))
    assert claimed(any_clinic, booking.book(any_clinic.front, other).value.id)["Room 1"] == "10:50-12:25"


def test_a_bay_that_is_still_taken_is_not_wanted_sooner(clinic: SmallClinic) -> None:
    before = booked(clinic, "Before Her", at(8), units=((R.BAY, "Bay 1"),))
    made = booked(clinic, units=((R.BAY, "Bay 1"), (R.ROOM, "Room 2"), (R.SURGEON, "Dr Shah")))
    assert claimed(clinic, before.id)["Bay 1"] == "09:00-11:00"
    early = taken(clinic, in_room(clinic, made), (S.RECOVERY, at(10, 30)))
    assert claimed(clinic, early.id)["Bay 1"] == "11:00-12:30"
    assert overlapping_claims(clinic.database) == 0


def test_an_overrun_holds_what_is_free_takes_nothing_from_others_and_is_shown(
    any_clinic: SmallClinic,
) -> None:
    made = in_room(any_clinic, booked(any_clinic, units=((R.ROOM, "Room 1"), (R.SURGEON, "Dr Lin"))))
    following = booked(
        any_clinic,
        "Ana Lee",
        at(11, 40),
        units=((R.ROOM, "Room 1"), (R.SURGEON, "Dr Shah"), (R.BAY, "Bay 2")),
    )
    assert claimed(any_clinic, following.id)["Room 1"] == "11:25-13:00"
    late = taken(any_clinic, made, (S.RECOVERY, at(11, 45)))
    assert late.overrun == timedelta(minutes=45)
    held = claimed(any_clinic, late.id)
    assert (held["Room 1"], held["Dr Lin"], held["Bay 1"]) == ("09:45-11:25", "10:00-11:45", "11:45-13:45")
    assert claimed(any_clinic, following.id)["Room 1"] == "11:25-13:00"
    assert overlapping_claims(any_clinic.database) == 0


def test_actual_times_are_put_right_and_claims_follow(any_clinic: SmallClinic) -> None:
    made = taken(any_clinic, in_room(any_clinic, booked(any_clinic)), (S.RECOVERY, at(10, 30)))
    right = replace(made.actual, started=at(10, 5), ended=at(10, 50), recovery=at(10, 55))
    any_clinic.clock.at = at(11)
    made = steps.record_times(any_clinic.nurse, made.id, made.version, right).value
    assert made.actual == right
    assert claimed(any_clinic, made.id)["Room 1"] == "09:45-11:10"
    for wrong in (
        replace(right, ended=at(10)),
        replace(right, recovery=at(11, 30)),
        replace(right, in_room=None),
        replace(right, ended=None),
        replace(right, discharged=at(11)),
    ):
        with pytest.raises(BadInput):
            steps.record_times(any_clinic.nurse, made.id, made.version, wrong)
    with pytest.raises(NotAllowed):
        steps.record_times(any_clinic.front, made.id, made.version, right)


@pytest.mark.parametrize(
    ("state", "path"),
    [
        (S.IN_ROOM, ()),
        (S.RECOVERY, ()),
        (S.DISCHARGED, ()),
        (S.REQUESTED, ()),
        (S.BOOKED, ()),
        (S.CANCELLED, ((S.ARRIVED, at(9)), (S.IN_ROOM, at(10)))),
        (S.NO_SHOW, ((S.ARRIVED, at(9)),)),
        (S.DISCHARGED, ((S.ARRIVED, at(9)), (S.IN_ROOM, at(10)), (S.RECOVERY, at(11)))),
    ],
)
def test_steps_that_make_no_sense_are_refused(
    clinic: SmallClinic, state: BookingState, path: tuple[tuple[BookingState, datetime], ...]
) -> None:
    made = taken(clinic, booked(clinic), *path)
    with pytest.raises(BadInput):
        steps.advance(clinic.surgeon, made.id, state, made.version, reason="because")


def test_times_that_cannot_be_are_refused(clinic: SmallClinic) -> None:
    made = booked(clinic)
    with pytest.raises(BadInput):
        steps.advance(clinic.front, made.id, S.ARRIVED, made.version)  # three days early
    clinic.clock.at = at(9, 30)
    with pytest.raises(BadInput):
        steps.advance(clinic.front, made.id, S.NO_SHOW, made.version)
    with pytest.raises(BadInput):
        steps.advance(clinic.front, made.id, S.ARRIVED, made.version, at=at(9, 45))
    made = steps.advance(clinic.front, made.id, S.ARRIVED, made.version, at=at(9, 15)).value
    with pytest.raises(BadInput):
        steps.advance(clinic.nurse, made.id, S.IN_ROOM, made.version, at=at(9))


def test_who_may_take_which_step(clinic: SmallClinic) -> None:
    made = booked(clinic)
    clinic.clock.at = at(10)
    made = steps.advance(clinic.front, made.id, S.ARRIVED, made.version).value
    with pytest.raises(NotAllowed):
        steps.advance(clinic.front, made.id, S.IN_ROOM, made.version)
    with pytest.raises(NotAllowed):
        steps.advance(clinic.desk(Role.SYSTEM), made.id, S.IN_ROOM, made.version)
    assert steps.next_steps(made, is_visit=False, role=Role.SCHEDULER) == (S.CANCELLED,)
    assert steps.next_steps(made, is_visit=False, role=Role.NURSE) == (S.IN_ROOM, S.CANCELLED)


def test_called_off_frees_everything_and_can_be_taken_back_while_free(any_clinic: SmallClinic) -> None:
    made = booked(any_clinic)
    with pytest.raises(BadInput) as asked:
        steps.advance(any_clinic.front, made.id, S.CANCELLED, made.version)
    assert asked.value.field == "reason"
    off = steps.advance(any_clinic.front, made.id, S.CANCELLED, made.version, reason="Flu").value
    assert (off.cancel_reason, claimed(any_clinic, made.id)) == ("Flu", {})
    again = steps.step_back(any_clinic.front, made.id, off.version).value
    assert (again.state, again.cancel_reason) == (S.BOOKED, "")
    assert claimed(any_clinic, made.id)["Room 1"] == "09:45-11:20"
    off = steps.advance(any_clinic.front, made.id, S.CANCELLED, again.version, reason="Flu").value
    booked(any_clinic, "Ana Lee", units=((R.ROOM, "Room 1"),))
    with pytest.raises(Clash):
        steps.step_back(any_clinic.front, made.id, off.version)
    assert booking.read(any_clinic.front, made.id).state is S.CANCELLED


def test_a_no_show_is_booked_again_with_other_units_if_it_must(clinic: SmallClinic) -> None:
    made = booked(clinic, units=((R.ROOM, "Room 1"), (R.SURGEON, "Dr Lin")))
    clinic.clock.at = at(10, 30)
    gone = steps.advance(clinic.front, made.id, S.NO_SHOW, made.version).value
    assert claimed(clinic, made.id) == {}
    clinic.clock.at = at(8)
    booked(clinic, "Ana Lee", units=((R.ROOM, "Room 1"), (R.SURGEON, "Dr Shah")))
    back = steps.advance(clinic.front, made.id, S.BOOKED, gone.version).value
    held = claimed(clinic, back.id)
    assert {"Room 2", "Dr Lin", "C-arm 2"} <= set(held)
    clinic.clock.at = at(10, 30)
    gone = steps.advance(clinic.front, made.id, S.NO_SHOW, back.version).value
    with pytest.raises(NeedsReason):
        steps.advance(clinic.front, made.id, S.BOOKED, gone.version)  # its time is past by now


def test_the_waiting_list_holds_nothing(clinic: SmallClinic) -> None:
    made = booked(clinic)
    waiting = steps.advance(clinic.front, made.id, S.WAITLIST, made.version).value
    assert claimed(clinic, made.id) == {}
    assert steps.advance(clinic.front, made.id, S.BOOKED, waiting.version).value.state is S.BOOKED


def test_a_planned_night_goes_from_bay_to_bed(clinic: SmallClinic) -> None:
    made = in_room(clinic, booked(clinic, setting=Setting.OVERNIGHT))
    made = taken(clinic, made, (S.RECOVERY, at(11)), (S.OVERNIGHT, at(12, 15)))
    held = claimed(clinic, made.id)
    assert (held["Bay 1"], held["Bed 1"], held["patient"]) == (
        "11:00-12:15",
        "12:15-10:00+1",
        "09:45-10:00+1",
    )


def test_an_unplanned_night_finds_a_bed_or_names_who_is_in_it(any_clinic: SmallClinic) -> None:
    made = in_room(any_clinic, booked(any_clinic))
    made = taken(any_clinic, made, (S.RECOVERY, at(11)), (S.OVERNIGHT, at(12, 30)))
    assert made.draft.setting is Setting.OVERNIGHT
    held = claimed(any_clinic, made.id)
    assert (held["Bay 1"], held["Bed 1"], held["patient"]) == (
        "11:00-12:30",
        "12:30-10:00+1",
        "09:45-10:00+1",
    )
    assert booking.read(any_clinic.front, made.id) == made
    back = steps.step_back(any_clinic.nurse, made.id, made.version).value
    home = booking.change(
        any_clinic.nurse, made.id, replace(back.draft, setting=Setting.HOME), back.version
    ).value
    assert home.draft.unit(R.BED) is None
    assert "Bed 1" not in claimed(any_clinic, made.id)


def test_no_bed_for_an_unplanned_night(clinic: SmallClinic) -> None:
    made = in_room(clinic, booked(clinic))
    for n, bed in enumerate(("Bed 1", "Bed 2")):
        booked(
            clinic,
            f"Night {n}",
            at(13 + n),
            setting=Setting.OVERNIGHT,
            sedation="local",
            units=((R.BED, bed),),
            reason="late list",
        )
    made = taken(clinic, made, (S.RECOVERY, at(11)))
    clinic.clock.at = at(12)
    with pytest.raises(Clash) as refused:
        steps.advance(clinic.nurse, made.id, S.OVERNIGHT, made.version)
    assert refused.value.sentence.startswith("No overnight bed is free. Bed 1 is held by Night 0")
    assert booking.read(clinic.front, made.id).state is S.RECOVERY


def test_a_step_taken_by_mistake_is_taken_back(clinic: SmallClinic) -> None:
    made = taken(clinic, in_room(clinic, booked(clinic)), (S.RECOVERY, at(10, 30)))
    back = steps.step_back(clinic.nurse, made.id, made.version).value
    assert (back.state, back.actual) == (S.IN_ROOM, ActualTimes(arrived=at(9), in_room=at(9, 50)))
    assert claimed(clinic, made.id)["Room 1"] == "09:45-11:20"
    with pytest.raises(BadInput):
        steps.step_back(clinic.nurse, made.id, back.version)  # taking back is no step


def test_a_visit_leaves_from_the_room(clinic: SmallClinic) -> None:
    made = booking.book(clinic.front, filled(clinic, add_patient(clinic), "new_consultation", at(10))).value
    made = taken(clinic, made, (S.ARRIVED, at(9, 50)), (S.IN_ROOM, at(10)), (S.DISCHARGED, at(10, 25)))
    assert (made.state, made.actual.ended, made.actual.discharged) == (S.DISCHARGED, at(10, 25), at(10, 25))
    assert claimed(clinic, made.id) == {
        "Room 1": "10:00-10:30",
        "Dr Lin": "10:00-10:25",
        "patient": "10:00-10:25",
    }
    assert steps.step_back(clinic.nurse, made.id, made.version).value.state is S.IN_ROOM


def test_a_case_that_has_begun_keeps_its_plan_but_its_record_can_be_put_right(clinic: SmallClinic) -> None:
    made = in_room(clinic, booked(clinic))
    with pytest.raises(BadInput):
        moving.move(clinic.front, made.id, made.version, at(11))
    with pytest.raises(BadInput):
        booking.change(clinic.front, made.id, replace(made.draft, minutes=90), made.version)
    right = replace(made.draft, levels=("T12",), notes="T12 after all", sedation="deep")
    put = booking.change(clinic.nurse, made.id, right, made.version).value
    assert (put.draft.levels, put.state) == (("T12",), S.IN_ROOM)
    assert claimed(clinic, made.id)["Room 1"] == "09:45-11:20"
