"""What a case lacks where it stands, and its usual next step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from clinicdesk.domain.booking import BookingState, DiaryEntry, Setting, Side
from clinicdesk.domain.diary import DayFacts, DayLine, judged, lacking
from clinicdesk.domain.discharge import DischargeDetails, DischargeRecord, Signature, aldrete, padss
from clinicdesk.domain.ids import BookingId, PatientId, UserId

NINE = datetime(2026, 11, 23, 14, tzinfo=UTC)
SIGNED = Signature(by=UserId(1), name="Dr Lin", at=NINE)
FULL = dict.fromkeys(("activity", "breathing", "circulation", "consciousness", "oxygen"), 2)
HOME = dict.fromkeys(("vital_signs", "walking", "nausea", "pain", "bleeding"), 2)


def entry(state: BookingState, *, side: Side | None = None, visit: bool = False) -> DiaryEntry:
    return DiaryEntry(
        booking_id=BookingId(1),
        patient_id=PatientId(1),
        patient="Rosa Ortiz",
        birth_date=date(1948, 2, 3),
        mrn="10233",
        procedure_key="kyphoplasty",
        procedure="Kyphoplasty",
        levels=("L1",),
        side=side,
        state=state,
        setting=Setting.HOME,
        sedation="moderate",
        starts=NINE,
        ends=NINE + timedelta(hours=1),
        room_from=NINE,
        room_to=NINE + timedelta(hours=1),
        surgeon_id=None,
        surgeon="",
        room_id=None,
        room="",
        c_arm_id=None,
        c_arm="",
        is_visit=visit,
        version=1,
    )


@pytest.mark.parametrize("state", [BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED])
def test_on_the_way_in_an_escort_and_a_side_can_be_missing(state: BookingState) -> None:
    facts = DayFacts(entry=entry(state), escort_required=True, side_needed=True)
    assert lacking(facts) == ("side", "escort")
    assert lacking(replace(facts, escort_named=True)) == ("side",)
    assert lacking(replace(facts, entry=entry(state, side=Side.LEFT), escort_required=False)) == ()


@pytest.mark.parametrize(
    "state",
    ["requested", "waitlist", "in_room", "discharged", "cancelled", "no_show"],
)
def test_nothing_is_missing_before_it_is_promised_or_after_it_is_over(state: BookingState) -> None:
    assert (
        lacking(DayFacts(entry=entry(state), escort_required=True, side_needed=True, brace_waits=True)) == ()
    )


@pytest.mark.parametrize("state", [BookingState.RECOVERY, BookingState.OVERNIGHT])
def test_on_the_way_out_the_rules_of_leaving_say_what_is_missing(state: BookingState) -> None:
    facts = DayFacts(entry=entry(state), escort_required=True, escort_named=True, brace_waits=True)
    line = judged(facts)
    assert line.missing == (
        "Aldrete score",
        "PADSS score",
        "brace not delivered",
        "teach-back",
        "escort",
        "discharge order",
    )
    ready = DischargeRecord(
        booking_id=BookingId(1),
        aldrete=aldrete(FULL),
        padss=padss(HOME),
        details=DischargeDetails(escort_name="Luis Ortiz"),
        order=SIGNED,
        taught=SIGNED,
    )
    assert judged(replace(facts, record=ready)).missing == ("brace not delivered",)


def test_the_next_step_is_the_usual_one() -> None:
    steps = {state: DayLine(entry=entry(state)).next_step for state in BookingState}
    assert steps[BookingState.REQUESTED] is BookingState.BOOKED
    assert steps[BookingState.CONFIRMED] is BookingState.ARRIVED
    assert steps[BookingState.ARRIVED] is BookingState.IN_ROOM
    assert steps[BookingState.IN_ROOM] is BookingState.RECOVERY
    assert DayLine(entry=entry(BookingState.IN_ROOM, visit=True)).next_step is BookingState.DISCHARGED
    assert {steps[state] for state in BookingState if state.is_over} == {None}
