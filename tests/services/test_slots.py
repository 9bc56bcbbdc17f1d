"""Finding a time, on both databases: bookable as offered, never stale, and refused in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from clinicdesk.domain.availability import Block, Closure, ClosureKind, UnitHours
from clinicdesk.domain.booking import Booking, BookingState, Setting
from clinicdesk.domain.ids import BlockId, BookingId, ClosureId, ResourceId
from clinicdesk.domain.resources import ResourceKind, Serves
from clinicdesk.domain.scheduling.finder import DayPart, Times
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.offers import Reason
from clinicdesk.errors import BadInput, Clash, ClinicDeskError, NeedsReason
from clinicdesk.services import availability, booking, diary_index, resources, slots
from clinicdesk.services.booking import moving, steps
from clinicdesk.services.desk import Desk
from clinicdesk.services.slots import FoundSlot, SlotWish
from clinicdesk.services.work import Work
from clinicdesk.storage.database import open_file
from clinicdesk.storage.tables import BookingRow
from tests.helpers.bookings import THURSDAY, add_patient, at, filled, kypho
from tests.helpers.clinics import FACTS, TEST_KEY, SmallClinic
from tests.helpers.lengths import past_cases

R = ResourceKind
MONDAY = date(2026, 11, 23)
NEXT_MONTH = MONDAY + timedelta(days=30)


def wish(clinic: SmallClinic, **more: Any) -> SlotWish:
    draft = kypho(clinic, add_patient(clinic), None)
    return replace(SlotWish(draft=draft, first=MONDAY, last=NEXT_MONTH), **more)


def day_span(first: date, days: int = 1) -> Span:
    return Span(FACTS.zone.start_of(first), FACTS.zone.start_of(first + timedelta(days=days)))


def closed(clinic: SmallClinic, unit: str | None, span: Span, reason: str = "") -> Closure:
    return Closure(
        id=ClosureId(0),
        resource_id=None if unit is None else clinic.units[unit],
        kind=ClosureKind.REPAIR,
        reason=reason,
        span=span,
    )


def a_block(clinic: SmallClinic, surgeon: str, room: str, day: date = THURSDAY, **more: Any) -> Block:
    made = Block(
        id=BlockId(0),
        surgeon_id=clinic.units[surgeon],
        room_id=clinic.units[room],
        weekday=day.weekday(),
        opens=time(8),
        closes=time(12),
        first_on=day,
    )
    return replace(made, **more)


def test_each_answer_is_booked_with_its_very_units(any_clinic: SmallClinic) -> None:
    asked = wish(any_clinic, limit=4)
    for slot in slots.search(any_clinic.front, asked).slots:
        patient = add_patient(any_clinic, f"Patient {slot.starts:%H%M%d}")
        draft = replace(asked.draft, patient_id=patient, starts=slot.starts, units=slot.chosen)
        made = booking.book(any_clinic.front, draft).value
        assert set(slot.chosen) <= set(made.draft.units)


def test_what_another_desk_writes_is_seen_at_the_next_search(clinic: SmallClinic) -> None:
    """The other desk is an engine of its own on the same file: nothing tells this one."""
    asked = wish(clinic)
    before = slots.search(clinic.front, asked).slots[0]
    other = _second_desk(clinic)
    try:
        both = [before.starts, before.starts]
        for name, starts in zip(("Ana Lee", "Sam Poe"), both, strict=True):
            booking.book(other, kypho(clinic, add_patient(clinic, name), starts))
        after = slots.search(clinic.front, asked).slots[0]
        assert after.starts > before.starts
        for entry in (booking.read(other, made) for made in _bookings(other)):
            steps.advance(other, entry.id, BookingState.CANCELLED, entry.version, reason="ill")
        assert slots.search(clinic.front, asked).slots[0].starts == before.starts
    finally:
        other.database.close()


def _second_desk(clinic: SmallClinic) -> Desk:
    with clinic.database.engine.connect() as connection:
        path = connection.exec_driver_sql("PRAGMA database_list").one()[2]
    return Desk(open_file(Path(path), TEST_KEY), clinic.front.actor, clinic.clock)


def _bookings(desk: Desk) -> list[BookingId]:
    with desk.database.reading() as session:
        return [BookingId(each) for each in session.execute(select(BookingRow.id)).scalars()]


# Bringing the index up to date.


def _book(clinic: SmallClinic, starts: datetime, number: int) -> None:
    draft = kypho(clinic, add_patient(clinic, f"Case {number}"), starts, reason="asked")
    setting = Setting.OVERNIGHT if number % 3 == 0 else Setting.HOME
    booking.book(clinic.admin, replace(draft, setting=setting))


def _stored(clinic: SmallClinic, number: int) -> Booking:
    made = _bookings(clinic.front)
    return booking.read(clinic.front, made[number % len(made)])


def _move(clinic: SmallClinic, starts: datetime, number: int) -> None:
    entry = _stored(clinic, number)
    moving.move(clinic.admin, entry.id, entry.version, starts, reason="asked")


def _cancel(clinic: SmallClinic, _starts: datetime, number: int) -> None:
    entry = _stored(clinic, number)
    steps.advance(clinic.admin, entry.id, BookingState.CANCELLED, entry.version, reason="asked")


def _close(clinic: SmallClinic, starts: datetime, number: int) -> None:
    span = Span(starts, starts + timedelta(hours=number + 1))
    unit = ("Room 1", "C-arm 2", None)[number % 3]
    availability.add_closure(clinic.admin, closed(clinic, unit, span), _bookings(clinic.front))


def _give_block(clinic: SmallClinic, starts: datetime, number: int) -> None:
    room = ("Room 1", "Room 2")[number % 2]
    availability.add_block(clinic.admin, a_block(clinic, "Dr Lin", room, FACTS.zone.day_of(starts)))


_WHAT = (_book, _move, _cancel, _close, _give_block)
_DAYS = st.integers(0, 4).map(lambda n: MONDAY + timedelta(days=n))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(st.tuples(st.sampled_from(_WHAT), _DAYS, st.integers(0, 12)), min_size=1, max_size=8))
def test_what_is_brought_up_to_date_is_what_would_be_built_anew(
    any_clinic: SmallClinic, done: list[tuple[Callable[[SmallClinic, datetime, int], None], date, int]]
) -> None:
    desk = any_clinic.admin
    for change, day, number in done:
        _index(desk)
        try:
            change(any_clinic, at(8 + number // 2, 30 * (number % 2), day), number)
        except (ClinicDeskError, ZeroDivisionError):  # refused, or nothing is booked yet
            continue
        kept, anew = _index(desk), _index(desk, anew=True)
        assert _taken(kept) == _taken(anew)
        assert sorted(kept.rows) == sorted(anew.rows)


def _taken(index: diary_index.Warm) -> dict[ResourceId, int]:
    return {unit: index.index.unit(unit).taken for unit in index.by_id}


def _index(desk: Desk, *, anew: bool = False) -> diary_index.Warm:
    with desk.database.reading() as session:
        work = Work(session, desk.actor, desk.clock.now())
        kept = diary_index.warm(work, MONDAY, NEXT_MONTH)
        return diary_index.build(work, kept.stamp, kept.today, len(kept.index.days)) if anew else kept


# What is closed, off duty or kept for another.


def test_a_closed_unit_is_neither_offered_nor_booked(any_clinic: SmallClinic) -> None:
    for name in ("C-arm 1", "C-arm 2"):
        closure = closed(any_clinic, name, day_span(MONDAY, 3), "New tube")
        availability.add_closure(any_clinic.admin, closure)
    found = slots.search(any_clinic.front, wish(any_clinic))
    assert FACTS.zone.day_of(found.slots[0].starts) == THURSDAY
    (days, why), *_rest = found.without
    assert days == (MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert why == "every C-arm is closed (New tube); Room 1 would be free at 8:00 AM"
    with pytest.raises(Clash) as refused:
        booking.book(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), at(9, 0, MONDAY)))
    assert "C-arm 1 is closed (New tube)" in refused.value.sentence


def test_a_holiday_is_not_offered_and_asks_for_a_reason(any_clinic: SmallClinic) -> None:
    availability.add_closure(any_clinic.admin, closed(any_clinic, None, day_span(MONDAY), "Founders' Day"))
    found = slots.search(any_clinic.front, wish(any_clinic))
    assert found.without[0] == ((MONDAY,), "closed (Founders' Day)")
    with pytest.raises(NeedsReason) as asked:
        booking.book(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), at(9, 0, MONDAY)))
    assert "Founders' Day: the clinic is closed on Mon 23 Nov 2026." in asked.value.sentence


def test_a_room_is_kept_for_its_surgeon_until_it_is_released(any_clinic: SmallClinic) -> None:
    for room in ("Room 1", "Room 2"):
        availability.add_block(any_clinic.admin, a_block(any_clinic, "Dr Lin", room, release_days=1))
    draft = kypho(any_clinic, add_patient(any_clinic), at(9), units=((R.SURGEON, "Dr Shah"),))
    with pytest.raises(Clash) as refused:
        booking.book(any_clinic.front, draft)
    assert "Room 1 is kept for Dr Lin, 8:00 AM to 12:00 PM" in refused.value.sentence
    anyone = booking.check(any_clinic.front, replace(draft, units=()))
    assert {taken.kind: taken.unit.name for taken in anyone.taken}[R.SURGEON] == "Dr Lin"
    any_clinic.clock.advance(timedelta(days=2))
    assert booking.book(any_clinic.front, draft).value.draft.unit(R.SURGEON) == any_clinic.units["Dr Shah"]


def test_a_surgeons_own_block_is_offered_first(any_clinic: SmallClinic) -> None:
    availability.add_block(any_clinic.admin, a_block(any_clinic, "Dr Shah", "Room 2", MONDAY + timedelta(1)))
    asked = wish(any_clinic, first=MONDAY + timedelta(days=1), last=MONDAY + timedelta(days=1))
    best = slots.search(any_clinic.front, asked).slots[0]
    assert [unit.name for kind, unit in best.units if kind in (R.SURGEON, R.ROOM)] == ["Dr Shah", "Room 2"]
    assert Reason.OWN_BLOCK in best.reasons
    assert "own block" in best.why


def test_who_is_off_duty_is_not_taken_but_may_be_asked_for(any_clinic: SmallClinic) -> None:
    mornings = [UnitHours(day, time(8), time(12)) for day in range(5)]
    lin = resources.of_kinds(any_clinic.admin, [R.SURGEON])[0]
    availability.set_hours(any_clinic.admin, lin.id, lin.version, mornings)
    draft = kypho(any_clinic, add_patient(any_clinic), at(13))
    taken = booking.check(any_clinic.front, draft).taken
    assert [each.unit.name for each in taken if each.kind is R.SURGEON] == ["Dr Shah"]
    with pytest.raises(NeedsReason) as asked:
        booking.book(any_clinic.front, replace(draft, units=((R.SURGEON, lin.id),)))
    assert "Dr Lin does not work 1:00 PM to 2:00 PM that day." in asked.value.sentence
    assert booking.book(any_clinic.front, replace(draft, units=((R.SURGEON, lin.id),), reason="agreed"))


def test_a_consulting_room_is_never_offered_for_a_procedure(any_clinic: SmallClinic) -> None:
    one, two = resources.of_kinds(any_clinic.admin, [R.ROOM])
    resources.change(any_clinic.admin, replace(one, serves=Serves.VISITS))
    found = slots.search(any_clinic.front, wish(any_clinic))
    assert {unit.name for slot in found.slots for kind, unit in slot.units if kind is R.ROOM} == {two.name}
    check = booking.check(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), at(9)))
    assert [taken.unit.name for taken in check.taken if taken.kind is R.ROOM] == [two.name]


def test_a_case_does_not_stand_in_its_own_way(any_clinic: SmallClinic) -> None:
    made = booking.book(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), at(8, 0, MONDAY))).value
    asked = wish(any_clinic, draft=made.draft, but=made.id)
    assert slots.search(any_clinic.front, asked).slots[0].starts == made.starts
    assert slots.search(any_clinic.front, replace(asked, but=None)).slots[0].starts != made.starts


def test_mornings_alone_and_what_they_would_have_been(any_clinic: SmallClinic) -> None:
    any_time = slots.search(any_clinic.front, wish(any_clinic))
    assert any_time.morning is not None
    assert any_time.afternoon is not None
    afternoons = wish(any_clinic, times=DayPart.PM.times(frozenset({1, 3})))
    for slot in slots.search(any_clinic.front, afternoons).slots:
        wall = FACTS.zone.local(slot.starts)
        assert wall.hour >= 12
        assert wall.weekday() in (1, 3)
    assert slots.search(any_clinic.front, afternoons).slots[0].starts >= any_time.afternoon.starts


# What no time is found for.


@pytest.mark.parametrize("kind", [R.SURGEON, R.ROOM, R.C_ARM, R.NURSE, R.BAY])
def test_a_clinic_without_any_unit_of_a_kind_is_told_so(clinic: SmallClinic, kind: ResourceKind) -> None:
    for unit in resources.of_kinds(clinic.admin, [kind]):
        resources.change(clinic.admin, replace(unit, active=False))
    found = slots.search(clinic.front, wish(clinic))
    assert found.slots == ()
    ((days, why),) = found.without
    assert why.startswith("this clinic has no ")
    assert days[0] == MONDAY


def test_a_bay_with_hours_of_its_own_is_had_within_them(any_clinic: SmallClinic) -> None:
    for bay in resources.of_kinds(any_clinic.admin, [R.BAY]):
        hours = [UnitHours(day, time(8), time(20)) for day in range(7)]
        availability.set_hours(any_clinic.admin, bay.id, bay.version, hours)
    asked = wish(any_clinic)
    best = slots.search(any_clinic.front, asked).slots[0]
    assert best.starts == at(8, 0, MONDAY)
    assert booking.book(any_clinic.front, replace(asked.draft, starts=best.starts)).value
    night = kypho(any_clinic, add_patient(any_clinic, "Night"), at(10), setting=Setting.OVERNIGHT)
    assert booking.check(any_clinic.front, night).bookable


def test_a_bed_that_is_there_round_the_clock_is_there_at_midnight(any_clinic: SmallClinic) -> None:
    for bed in resources.of_kinds(any_clinic.admin, [R.BED]):
        hours = [UnitHours(day, time(0), time(23, 59)) for day in range(7)]
        availability.set_hours(any_clinic.admin, bed.id, bed.version, hours)
    draft = kypho(any_clinic, add_patient(any_clinic), None, setting=Setting.OVERNIGHT)
    best = slots.search(any_clinic.front, wish(any_clinic, draft=draft)).slots[0]
    assert booking.check(any_clinic.front, replace(draft, starts=best.starts)).bookable
    stays = dict(best.stays)
    assert (stays[R.BED].starts, stays[R.BED].ends) == (at(11, 0, MONDAY), at(10, 0, MONDAY + timedelta(1)))
    assert (stays[R.ROOM].starts, stays[R.ROOM].ends) == (at(7, 45, MONDAY), at(9, 20, MONDAY))


def test_the_block_of_a_surgeon_out_of_use_keeps_the_room_for_nobody(any_clinic: SmallClinic) -> None:
    for room in ("Room 1", "Room 2"):
        availability.add_block(
            any_clinic.admin, a_block(any_clinic, "Dr Shah", room, MONDAY, closes=time(17))
        )
    shah = resources.of_kinds(any_clinic.admin, [R.SURGEON])[1]
    resources.change(any_clinic.admin, replace(shah, active=False))
    asked = wish(any_clinic)
    assert slots.search(any_clinic.front, asked).slots[0].starts == at(8, 0, MONDAY)
    assert booking.check(any_clinic.front, replace(asked.draft, starts=at(8, 0, MONDAY))).bookable


@pytest.mark.parametrize(
    ("more", "times", "why"),
    [
        ({"minutes": 300}, DayPart.PM, "it would end too late for going home: consider the night"),
        ({"minutes": 600}, DayPart.ANY, "not open for so long"),
        ({"minutes": 60}, Times(since=time(18)), "not open at the times asked for"),
    ],
)
def test_a_day_that_is_open_is_not_called_closed(
    clinic: SmallClinic, more: dict[str, Any], times: DayPart | Times, why: str
) -> None:
    asked = wish(clinic, times=times.times() if isinstance(times, DayPart) else times)
    found = slots.search(clinic.front, replace(asked, draft=replace(asked.draft, **more)))
    assert found.slots == ()
    assert {words for _days, words in found.without} <= {why, "closed"}
    assert found.without[0][1] == why


def test_staff_training_over_opening_hours_is_said_by_its_name(any_clinic: SmallClinic) -> None:
    span = Span(at(7, 0, MONDAY), at(18, 0, MONDAY))
    availability.add_closure(any_clinic.admin, closed(any_clinic, None, span, "Staff training"))
    assert slots.search(any_clinic.front, wish(any_clinic)).without[0] == (
        (MONDAY,),
        "closed (Staff training)",
    )


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"minutes": 7}, "minutes"),
        ({"setup_minutes": -20}, "setup_minutes"),
        ({"levels": ("C2",)}, "levels"),
        ({"levels": ("L4-L5",)}, "levels"),
        ({"levels": ()}, "levels"),
        ({"procedure_key": "follow_up_visit", "levels": (), "setting": Setting.OVERNIGHT}, "setting"),
    ],
)
def test_what_could_never_be_booked_is_refused_and_not_offered(
    clinic: SmallClinic, more: dict[str, Any], field: str
) -> None:
    asked = wish(clinic)
    with pytest.raises(BadInput) as refused:
        slots.search(clinic.front, replace(asked, draft=replace(asked.draft, **more)))
    assert refused.value.field == field


def test_an_old_case_whose_room_is_out_of_use_finds_another(any_clinic: SmallClinic) -> None:
    made = booking.book(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), at(8, 0, MONDAY))).value
    any_clinic.clock.advance(timedelta(days=1))
    room = resources.of_kinds(any_clinic.admin, [R.ROOM])[0]
    assert made.draft.unit(R.ROOM) == room.id
    resources.change(any_clinic.admin, replace(room, active=False))
    found = slots.search(any_clinic.front, wish(any_clinic, draft=made.draft, but=made.id))
    assert {slot.unit(R.ROOM) for slot in found.slots} == {resources.of_kinds(any_clinic.admin, [R.ROOM])[0]}


def test_an_empty_day_has_as_many_times_as_were_asked_for(clinic: SmallClinic) -> None:
    found = slots.search(clinic.front, wish(clinic, last=MONDAY, limit=6))
    starts = sorted(slot.starts for slot in found.slots)
    assert len(starts) == 6
    assert all(later - start >= timedelta(hours=1) for start, later in pairwise(starts))


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"last": date(2036, 11, 23)}, "last", "at most a year"),
        ({"last": date(2026, 11, 1)}, "last", "before the first"),
        ({"first": date(2226, 1, 1), "last": date(2226, 2, 1)}, "last", "within two years"),
        ({"first": date(9999, 12, 1), "last": date(9999, 12, 31)}, "last", "within two years"),
        ({"first": date(2025, 1, 1), "last": date(2025, 2, 1)}, "last", "still to come"),
        ({"times": Times(weekdays=frozenset())}, "weekdays", "one weekday at least"),
        ({"limit": 0}, "limit", "1 to 50"),
    ],
)
def test_a_range_that_cannot_be_is_said(
    clinic: SmallClinic, more: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(BadInput) as refused:
        slots.search(clinic.front, wish(clinic, **more))
    assert refused.value.field == field
    assert sentence in refused.value.sentence


def test_a_case_without_its_levels_is_asked_for_them(clinic: SmallClinic) -> None:
    asked = wish(clinic)
    with pytest.raises(BadInput) as refused:
        slots.search(clinic.front, replace(asked, draft=replace(asked.draft, levels=("L1", "nonsense"))))
    assert refused.value.field == "levels"


def test_what_a_chosen_nurse_does_is_offered_to_no_surgeon_and_kept_out_of_a_kept_room(
    any_clinic: SmallClinic,
) -> None:
    """A brace fitting takes a surgeon or a nurse; Nurse Kim is busy from 9 to 10, and Room 1 is Dr Shah's until noon."""
    kim, room = (R.NURSE, any_clinic.units["Nurse Kim"]), (R.ROOM, any_clinic.units["Room 1"])
    availability.add_closure(
        any_clinic.admin, closed(any_clinic, "Nurse Kim", Span(at(9, day=THURSDAY), at(10, day=THURSDAY)))
    )
    availability.add_block(any_clinic.admin, a_block(any_clinic, "Dr Shah", "Room 1", exclusive=True))
    patient = add_patient(any_clinic)
    visit = filled(any_clinic, patient, "brace_fitting", None, units=(kim,))
    asked = SlotWish(draft=visit, first=THURSDAY, last=THURSDAY, limit=9)
    found = slots.search(any_clinic.front, asked).slots
    assert {tuple(kind for kind, _unit in slot.units) for slot in found} == {(R.NURSE, R.ROOM)}
    busy = Span(at(9, day=THURSDAY), at(10, day=THURSDAY))
    assert not any(Span(slot.starts, slot.ends).overlaps(busy) for slot in found)
    with pytest.raises(Clash) as refused:
        booking.book(any_clinic.front, replace(visit, starts=at(10, day=THURSDAY), units=(kim, room)))
    assert "Room 1 is kept for Dr Shah" in refused.value.sentence
    made = booking.book(any_clinic.front, replace(visit, starts=at(10, day=THURSDAY))).value
    assert made.draft.unit(R.NURSE) == kim[1]
    assert made.draft.unit(R.SURGEON) is None


# A length that is the surgeon's own.


def lasting(slot: FoundSlot) -> tuple[str, int]:
    """Who does it, and how long it takes."""
    surgeon = slot.unit(R.SURGEON)
    assert surgeon is not None
    return surgeon.name, slot.minutes


def test_whoever_may_do_it_is_found_with_the_length_that_their_own_cases_teach(
    any_clinic: SmallClinic,
) -> None:
    past_cases(any_clinic, [65, 75] * 7, "Dr Lin")
    past_cases(any_clinic, [40] * 10, "Dr Shah")
    away = closed(any_clinic, "Dr Lin", day_span(MONDAY + timedelta(days=1), 2))
    availability.add_closure(any_clinic.admin, away)
    asked = wish(any_clinic, limit=8, own_lengths=True)
    found = slots.search(any_clinic.front, asked)
    assert {lasting(slot) for slot in found.slots} == {("Dr Lin", 75), ("Dr Shah", 40)}
    for slot in found.slots:
        patient = add_patient(any_clinic, f"Patient {slot.starts:%H%M%d}")
        draft = replace(
            asked.draft,
            patient_id=patient,
            starts=slot.starts,
            units=slot.chosen,
            minutes=slot.minutes,
        )
        booking.book(any_clinic.front, draft)
    alike = slots.search(any_clinic.front, replace(asked, own_lengths=False)).slots
    assert {slot.minutes for slot in alike} == {60}
    named = kypho(any_clinic, asked.draft.patient_id, None, units=((R.SURGEON, "Dr Lin"),))
    mine = slots.search(any_clinic.front, replace(asked, draft=named)).slots
    assert {slot.minutes for slot in mine} == {60}, "a surgeon named in the form has the form's length"


def test_a_day_long_enough_for_the_quicker_surgeon_alone_is_no_day_without_a_time(
    any_clinic: SmallClinic,
) -> None:
    """Both rooms are closed but for a stretch that only the shorter case fits."""
    past_cases(any_clinic, [100] * 10, "Dr Lin")
    past_cases(any_clinic, [40] * 10, "Dr Shah")
    for room in ("Room 1", "Room 2"):
        for starts, ends in ((time(0), time(9)), (time(10, 30), time(23, 55))):
            span = Span(FACTS.zone.at(THURSDAY, starts), FACTS.zone.at(THURSDAY, ends))
            availability.add_closure(any_clinic.admin, closed(any_clinic, room, span))
    asked = wish(any_clinic, first=THURSDAY, last=THURSDAY, own_lengths=True)
    found = slots.search(any_clinic.front, asked)
    assert {lasting(slot) for slot in found.slots} == {("Dr Shah", 40)}
    assert found.without == ()
    [(days, _why)] = slots.search(
        any_clinic.front, replace(asked, surgeons=(any_clinic.units["Dr Lin"],))
    ).without
    assert days == (THURSDAY,)
