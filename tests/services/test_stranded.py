"""Who is stranded by a closure, other hours or a block, and moving them, on the encrypted file and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from clinicdesk.domain.availability import UnitHours
from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.holidays import Holiday
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.stranded import Opening, OwnHours, Stranded
from clinicdesk.errors import BadInput, Clash, HolderSort, Stale
from clinicdesk.services import availability, booking, clinic, holidays, resources, stranded
from clinicdesk.services.booking import moving, steps
from clinicdesk.services.booking.moving_many import undo_many
from tests.helpers.bookings import THURSDAY, add_patient, at, filled, kypho, overlapping_claims
from tests.helpers.clinics import SmallClinic
from tests.helpers.times import block, closed, unit

R = ResourceKind
WEEK = timedelta(weeks=1)


def book(
    clinic: SmallClinic,
    name: str,
    starts: datetime,
    room: str = "Room 1",
    c_arm: str = "C-arm 1",
    surgeon: str = "Dr Lin",
) -> Booking:
    units = ((R.SURGEON, surgeon), (R.ROOM, room), (R.C_ARM, c_arm))
    return booking.book(clinic.front, kypho(clinic, add_patient(clinic, name), starts, units=units)).value


def told(found: tuple[Stranded, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.case.patient, each.causes) for each in found]


def test_a_closure_of_a_unit_strands_whoever_holds_it_and_one_of_the_clinic_whoever_is_done_in_it(
    any_clinic: SmallClinic,
) -> None:
    """Ana's procedure is over at 10:00, and her turnover keeps the C-arm until 10:20."""
    ana, rosa = book(any_clinic, "Ana Lee", at(9)), book(any_clinic, "Rosa Ortiz", at(13))
    desk = any_clinic.front
    arm = closed(any_clinic, at(10), at(12), "C-arm 1")
    assert told(stranded.stranded(desk, arm)) == [("Ana Lee", ("C-arm 1: In repair",))]
    assert stranded.stranded(desk, closed(any_clinic, at(10, 20), at(12), "C-arm 1")) == ()
    assert stranded.stranded(desk, closed(any_clinic, at(10), at(12), reason="Staff meeting")) == ()
    whole = closed(any_clinic, at(9, 30), at(15), reason="Staff meeting")
    assert told(stranded.stranded(desk, whole)) == [
        ("Ana Lee", ("The clinic: Staff meeting",)),
        ("Rosa Ortiz", ("The clinic: Staff meeting",)),
    ]
    assert stranded.stranded(desk) == ()
    with pytest.raises(BadInput) as caught:
        availability.add_closure(desk, whole, seen=[ana.id])
    assert (caught.value.field, caught.value.sentence) == (
        "stranded",
        "1 booked case stands in this time. Look at it, then save all the same, or move it.",
    )
    availability.add_closure(desk, whole, seen=[ana.id, rosa.id])
    assert len(stranded.stranded(desk)) == 2


def test_hours_strand_who_is_done_while_the_unit_does_not_work(any_clinic: SmallClinic) -> None:
    """Setting up before opening and turning over after closing strand nobody; in a bay the whole stay counts."""
    book(any_clinic, "Ana Lee", at(9))
    late = book(any_clinic, "Rosa Ortiz", at(13))
    room = unit(any_clinic, "Room 1")
    nine_to_ten = OwnHours(room, (UnitHours(3, time(9), time(10)),))
    assert told(stranded.stranded(any_clinic.front, nine_to_ten)) == [
        ("Rosa Ortiz", ("Room 1: outside its hours",))
    ]
    assert stranded.stranded(any_clinic.front, OwnHours(room)) == ()
    bay = OwnHours(unit(any_clinic, "Bay 1"), (UnitHours(3, time(9), time(15)),))
    assert told(stranded.stranded(any_clinic.front, bay)) == [("Rosa Ortiz", ("Bay 1: outside its hours",))]
    with pytest.raises(BadInput):
        availability.set_hours(any_clinic.admin, room.id, room.version, nine_to_ten.hours)
    availability.set_hours(any_clinic.admin, room.id, room.version, nine_to_ten.hours, seen=[late.id])
    assert told(stranded.stranded(any_clinic.front)) == [("Rosa Ortiz", ("Room 1: outside its hours",))]


def test_all_move_to_the_next_time_with_the_same_surgeon_and_back(any_clinic: SmallClinic) -> None:
    """Dr Lin is away on Thursday and Friday, and the clinic closes on the Monday after."""
    first, second = book(any_clinic, "Ana Lee", at(9)), book(any_clinic, "Rosa Ortiz", at(11))
    desk = any_clinic.front
    away = closed(any_clinic, at(0), at(0, day=THURSDAY + timedelta(days=2)), "Dr Lin")
    availability.add_closure(desk, away, seen=[first.id, second.id])
    monday = THURSDAY + timedelta(days=4)
    whole_day = closed(any_clinic, at(0, day=monday), at(0, day=monday + timedelta(days=1)))
    availability.add_closure(desk, whole_day)
    done = stranded.move_all(desk, [(first.id, first.version), (second.id, second.version)])
    moved = done.value.moved
    assert done.value.left == ()
    assert stranded.stranded(desk) == ()
    assert {dict(each.draft.units)[R.SURGEON] for each in moved.after} == {any_clinic.units["Dr Lin"]}
    assert {each.starts.date() for each in moved.after if each.starts} == {date(2026, 12, 1)}
    assert overlapping_claims(any_clinic.database) == 0
    with pytest.raises(Stale):
        moving.move(desk, first.id, first.version, at(10))
    removed = availability.overview(desk).availability.closures[0]
    availability.remove_closure(desk, removed.id, removed.version)
    back = undo_many(desk, moved).value
    assert [each.starts for each in back] == [at(9), at(11)]


def test_who_finds_no_other_time_is_reported_and_stays(any_clinic: SmallClinic) -> None:
    made = book(any_clinic, "Ana Lee", at(9))
    away = closed(any_clinic, at(0), at(0, day=THURSDAY + timedelta(days=90)), "Dr Lin")
    availability.add_closure(any_clinic.front, away, seen=[made.id])
    done = stranded.move_all(any_clinic.front, [(made.id, made.version)])
    assert [each.case.booking_id for each in done.value.left] == [made.id]
    assert done.value.moved.after == ()
    assert booking.read(any_clinic.front, made.id) == made


def test_the_clinic_closes_for_chosen_holidays_and_for_none_twice(any_clinic: SmallClinic) -> None:
    offer = holidays.offer(any_clinic.front, "VA")
    assert offer.known
    assert ("VA", "Virginia") in {(region.code, region.name) for region in offer.regions}
    assert offer.days[0].holiday == Holiday(THURSDAY, "Thanksgiving Day")
    assert any(each.holiday.day.year == 2027 for each in offer.days)
    plain = {each.holiday.name for each in holidays.offer(any_clinic.front).days}
    assert "Day After Thanksgiving" not in plain
    made = book(any_clinic, "Ana Lee", at(9))
    wanted = [each.holiday for each in offer.days[:3]]
    assert [each.case.booking_id for each in holidays.stranded_by(any_clinic.front, wanted)] == [made.id]
    with pytest.raises(BadInput):
        holidays.close_for(any_clinic.front, wanted)
    closures = holidays.close_for(any_clinic.front, wanted, [made.id]).value
    assert [each.words for each in closures] == [
        "Thanksgiving Day",
        "Day After Thanksgiving",
        "Christmas Day",
    ]
    again = holidays.close_for(any_clinic.front, wanted, [made.id])
    assert (again.value, again.changes) == ((), frozenset())
    assert [each.closed for each in holidays.offer(any_clinic.front, "VA").days[:4]] == [
        True,
        True,
        True,
        False,
    ]
    changed = availability.change_closure(any_clinic.front, replace(closures[1], reason="Bridge")).value
    with pytest.raises(Stale):
        holidays.open_again(any_clinic.front, closures)
    assert len(availability.overview(any_clinic.front).availability.closures) == 3
    holidays.open_again(any_clinic.front, (closures[0], changed, closures[2]))
    assert availability.overview(any_clinic.front).availability.closures == ()
    both = Holiday(date(2027, 7, 2), "; ".join(["The remembrance of a long name"] * 5))
    (long,) = holidays.close_for(any_clinic.front, [both]).value
    availability.change_closure(any_clinic.front, long)  # what the calendar wrote can be edited


def test_other_opening_hours_are_saved_over_who_was_seen_and_all_move(any_clinic: SmallClinic) -> None:
    made = book(any_clinic, "Ana Lee", at(13))
    desk, before = any_clinic.admin, clinic.facts(any_clinic.admin)
    mornings = replace(before, hours=tuple(replace(each, closes=time(12)) for each in before.hours))
    opening = Opening(before, mornings)
    assert told(stranded.stranded(desk, opening)) == [("Ana Lee", ("The clinic: outside its opening hours",))]
    with pytest.raises(BadInput) as caught:
        clinic.change(desk, mornings)
    assert caught.value.field == "stranded"
    clinic.change(desk, mornings, seen=[made.id])
    done = stranded.move_all(desk, [(made.id, made.version)], opening).value
    assert [
        each.starts and each.starts < at(12, day=THURSDAY + timedelta(days=1)) for each in done.moved.after
    ] == [True]
    assert stranded.stranded(desk, opening) == ()


def visit(clinic: SmallClinic, name: str, starts: datetime, who: tuple[ResourceKind, str]) -> Booking:
    """A brace fitting in Room 1, by a surgeon or by a nurse."""
    units = tuple((kind, clinic.units[each]) for kind, each in (who, (R.ROOM, "Room 1")))
    draft = filled(clinic, add_patient(clinic, name), "brace_fitting", starts, units=units)
    return booking.book(clinic.front, draft).value


def stands(clinic: SmallClinic, made: Booking) -> bool:
    """Whether the booking check, asked about a stored case as it is, leaves it where and with whom it is."""
    check = booking.check(clinic.front, made.draft, but=made.id)
    assert {h.sort for obstacle in check.clashes for h in obstacle.holders} <= {HolderSort.BLOCK}
    taken = {each.kind: each.unit.id for each in check.taken if each.kind is not R.PATIENT}
    return not check.clashes and taken == dict(made.draft.units)


def test_a_block_strands_exactly_those_whom_the_booking_check_would_refuse_for_it(
    any_clinic: SmallClinic,
) -> None:
    """A kyphoplasty of an hour holds its room from 15 minutes before to 20 minutes after."""
    assert stranded.stranded(any_clinic.front, block(any_clinic, "Dr Shah")) == ()
    shah = {"surgeon": "Dr Shah"}
    made = [
        book(any_clinic, "Ana Lee", at(8, 30)),
        book(any_clinic, "Ben Cole", at(10, 10), **shah),
        visit(any_clinic, "Cy Ito", at(11, 40), (R.NURSE, "Nurse Kim")),
        book(any_clinic, "Di Moss", at(12, 30)),
        book(any_clinic, "Ed Ray", at(8, 30, THURSDAY + WEEK), "Room 2"),
        visit(any_clinic, "Flo Kay", at(8, 30, THURSDAY + WEEK), (R.SURGEON, "Dr Shah")),
        book(any_clinic, "Gus Orr", at(11, 50, THURSDAY + WEEK)),
        book(any_clinic, "Hal Day", at(9, 0, THURSDAY + 2 * WEEK)),
        book(any_clinic, "Ida Fox", at(9, 0, THURSDAY + 3 * WEEK)),
    ]
    desk = any_clinic.front
    kept = block(any_clinic, "Dr Shah", last_on=THURSDAY + 2 * WEEK)
    assert all(stands(any_clinic, each) for each in made)
    assert stranded.stranded(desk) == ()
    assert stranded.stranded(desk, replace(kept, exclusive=False)) == ()
    found = stranded.stranded(desk, kept)
    names = ["Ana Lee", "Cy Ito", "Gus Orr", "Hal Day"]
    assert told(found) == [(name, ("Room 1: kept for Dr Shah",)) for name in names]
    seen = [each.case.booking_id for each in found]
    availability.add_block(desk, kept, seen)
    assert stranded.stranded(desk) == found
    assert [each.id for each in made if not stands(any_clinic, each)] == seen


def test_a_block_of_a_surgeon_who_has_left_strands_nobody(clinic: SmallClinic) -> None:
    made = book(clinic, "Ana Lee", at(9))
    availability.add_block(clinic.front, block(clinic, "Dr Shah"), seen=[made.id])
    assert len(stranded.stranded(clinic.front)) == 1
    resources.change(clinic.admin, replace(unit(clinic, "Dr Shah"), active=False))
    assert stranded.stranded(clinic.front) == ()
    assert stands(clinic, made)


def test_a_block_is_saved_over_those_who_were_seen_and_its_day_released_strands_nobody(
    any_clinic: SmallClinic,
) -> None:
    first = book(any_clinic, "Ana Lee", at(9))
    later = book(any_clinic, "Rosa Ortiz", at(9, 0, THURSDAY + WEEK))
    desk, kept = any_clinic.front, block(any_clinic, "Dr Shah")
    with pytest.raises(BadInput) as caught:
        availability.add_block(desk, kept, seen=[first.id])
    assert caught.value.field == "stranded"
    assert availability.overview(desk).availability.blocks == ()
    made = availability.add_block(desk, replace(kept, exclusive=False)).value
    with pytest.raises(BadInput):
        availability.change_block(desk, replace(made, exclusive=True), seen=[later.id])
    made = availability.change_block(desk, replace(made, exclusive=True), seen=[first.id, later.id]).value
    availability.release_block_day(desk, made.id, THURSDAY)
    assert [each.case.booking_id for each in stranded.stranded(desk)] == [later.id]
    longer = availability.change_block(desk, replace(made, closes=time(13)), seen=[later.id]).value
    assert len(stranded.stranded(desk, longer)) == 1, "what was released stays released"
    availability.take_back_release(desk, made.id, THURSDAY)
    assert [each.case.booking_id for each in stranded.stranded(desk)] == [first.id, later.id]
    removed = availability.remove_block(desk, longer.id, longer.version).value
    assert stranded.stranded(desk) == ()
    back = availability.put_back_block(desk, removed).value
    assert len(stranded.stranded(desk)) == 2
    soon = availability.change_block(desk, replace(back, release_days=3), seen=[later.id]).value
    assert [each.case.booking_id for each in stranded.stranded(desk)] == [later.id]
    any_clinic.clock.advance(WEEK)
    assert stranded.stranded(desk) == ()
    assert soon.released_from(THURSDAY + WEEK) == date(2026, 11, 30)


def test_a_case_in_a_foreign_block_is_not_moved_within_it_but_may_stay_and_be_called_off(
    any_clinic: SmallClinic,
) -> None:
    made = book(any_clinic, "Ana Lee", at(9))
    other = book(any_clinic, "Rosa Ortiz", at(9, 0, THURSDAY + WEEK))
    desk = any_clinic.front
    availability.add_block(desk, block(any_clinic, "Dr Shah"), seen=[made.id, other.id])
    with pytest.raises(Clash) as refused:
        moving.move(desk, made.id, made.version, at(9, 30))
    assert "Room 1 is kept for Dr Shah, 8:00 AM to 12:00 PM" in refused.value.sentence
    confirmed = steps.advance(desk, made.id, BookingState.CONFIRMED, made.version).value
    assert confirmed.starts == at(9)
    assert len(stranded.stranded(desk)) == 2
    steps.advance(desk, made.id, BookingState.CANCELLED, confirmed.version, reason="The room is kept")
    assert [each.case.booking_id for each in stranded.stranded(desk)] == [other.id]
    moving.move(desk, other.id, other.version, at(13, 0, THURSDAY + WEEK))
    assert stranded.stranded(desk) == ()


def test_all_who_stand_in_a_block_move_out_of_it_and_back(any_clinic: SmallClinic) -> None:
    """Both rooms are Dr Shah's on Thursday morning, so nobody moves from one into the other."""
    first = book(any_clinic, "Ana Lee", at(9))
    second = book(any_clinic, "Rosa Ortiz", at(10, 30), "Room 2", "C-arm 2")
    fitting = visit(any_clinic, "Cy Ito", at(11), (R.NURSE, "Nurse Diaz"))
    made = (first, second, fitting)
    desk = any_clinic.front
    for room in ("Room 1", "Room 2"):
        availability.add_block(desk, block(any_clinic, "Dr Shah", room), seen=[each.id for each in made])
    done = stranded.move_all(desk, [(each.id, each.version) for each in made])
    assert done.value.left == ()
    assert stranded.stranded(desk) == ()
    after = done.value.moved.after
    assert [each.draft.unit(R.SURGEON) for each in after] == [each.draft.unit(R.SURGEON) for each in made]
    assert after[2].draft.unit(R.NURSE) == any_clinic.units["Nurse Diaz"]
    assert [each.starts and each.starts >= at(12) for each in after] == [True, True, True]
    assert overlapping_claims(any_clinic.database) == 0
    with pytest.raises(Clash):
        undo_many(desk, done.value.moved)
    for each in availability.overview(desk).availability.blocks:
        availability.remove_block(desk, each.id, each.version)
    assert [each.starts for each in undo_many(desk, done.value.moved).value] == [at(9), at(10, 30), at(11)]
