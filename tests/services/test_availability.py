"""Hours, closures and block time, on the encrypted file and on PostgreSQL alike."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.availability import Block, BlockDay, Closure, UnitHours
from clinicdesk.domain.changes import Change, Subject
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, NotAllowed, NotFound, Stale
from clinicdesk.services import availability, housekeeping
from clinicdesk.services.availability import Overview
from clinicdesk.storage import audit
from tests.helpers.bookings import THURSDAY, at
from tests.helpers.clinics import SmallClinic
from tests.helpers.times import block, closed, unit

WEEK = timedelta(weeks=1)
MORNINGS = (UnitHours(3, time(8), time(12)), UnitHours(4, time(8), time(12), None, date(2027, 3, 31)))


def seen(clinic: SmallClinic) -> Overview:
    return availability.overview(clinic.front)


def actions(clinic: SmallClinic, subject: Subject) -> list[AuditAction]:
    with clinic.database.reading() as session:
        events = audit.events(session, limit=50)
        assert audit.broken_at(session) is None
    return [event.action for event in events if event.subject is subject]


def test_a_closure_is_added_changed_and_removed_and_each_is_audited(any_clinic: SmallClinic) -> None:
    draft = closed(any_clinic, at(8), at(12), "C-arm 1", reason="  tube   replaced ")
    done = availability.add_closure(any_clinic.front, draft)
    assert done.value.reason == "tube replaced"
    assert done.changes == {Change(Subject.CLOSURE, done.value.id)}
    longer = availability.change_closure(
        any_clinic.front, replace(done.value, span=closed(any_clinic, at(8), at(15)).span)
    ).value
    assert seen(any_clinic).availability.closures == (longer,)
    with pytest.raises(Stale) as stale:
        availability.remove_closure(any_clinic.surgeon, longer.id, done.value.version)
    assert stale.value.sentence.startswith("Sam Front changed this at 08:00.")
    assert availability.remove_closure(any_clinic.surgeon, longer.id, longer.version).value == longer
    assert seen(any_clinic).availability.closures == ()
    with pytest.raises(NotFound):
        availability.remove_closure(any_clinic.surgeon, longer.id, longer.version)
    assert actions(any_clinic, Subject.CLOSURE) == [
        AuditAction.REMOVED,
        AuditAction.CHANGED,
        AuditAction.CREATED,
    ]


@pytest.mark.parametrize(
    ("days", "field", "words"),
    [
        ((0, 3653), "last_on", "A closure lasts a year at most."),
        ((-10, -9), "last_on", "This is over already"),
        ((3653, 3654), "first_on", "This is more than five years ahead."),
    ],
)
def test_a_closure_of_another_year_than_was_meant(
    clinic: SmallClinic, days: tuple[int, int], field: str, words: str
) -> None:
    first, last = (at(8, day=THURSDAY + timedelta(days=n)) for n in days)
    with pytest.raises(BadInput) as caught:
        availability.add_closure(clinic.front, closed(clinic, first, last))
    assert caught.value.field == field
    assert caught.value.sentence.startswith(words)
    assert seen(clinic).availability.closures == ()


def test_hours_of_a_unit_are_replaced_as_a_set_and_taken_back_to_the_clinics(any_clinic: SmallClinic) -> None:
    room = unit(any_clinic, "Room 1")
    own = availability.set_hours(any_clinic.admin, room.id, room.version, MORNINGS).value
    assert own.hours == MORNINGS
    assert seen(any_clinic).hours_of(room).hours == MORNINGS
    with pytest.raises(Stale):
        availability.set_hours(any_clinic.admin, room.id, room.version, ())
    back = availability.set_hours(any_clinic.admin, room.id, own.unit.version, ()).value
    assert back.hours == ()
    assert seen(any_clinic).availability.hours == {}
    overlapping = (*MORNINGS, UnitHours(3, time(11), time(13)))
    with pytest.raises(BadInput) as caught:
        availability.set_hours(any_clinic.admin, room.id, back.unit.version, overlapping)
    assert "overlap" in caught.value.sentence
    with pytest.raises(NotAllowed):
        availability.set_hours(any_clinic.front, room.id, back.unit.version, MORNINGS)


def test_a_block_that_overlaps_another_is_refused_by_name(any_clinic: SmallClinic) -> None:
    lin = availability.add_block(any_clinic.front, block(any_clinic, every_weeks=2)).value
    other_weeks = block(any_clinic, "Dr Shah", every_weeks=2, first_on=THURSDAY + WEEK)
    shah = availability.add_block(any_clinic.front, other_weeks).value
    with pytest.raises(BadInput) as caught:
        availability.change_block(any_clinic.front, replace(shah, every_weeks=3))
    assert caught.value.sentence == (
        "Room 1 is Dr Lin's on Thu 24 Dec 2026 already, 8:00 AM to 12:00 PM. Choose other hours, another weekday or other"
        " weeks, or change that block first."
    )
    availability.add_block(any_clinic.front, block(any_clinic, "Dr Shah", "Room 2"))
    availability.change_block(any_clinic.front, replace(lin, opens=time(7), release_days=14))
    assert len(seen(any_clinic).availability.blocks) == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"last_on": THURSDAY + timedelta(days=3653)}, "last_on"),
        ({"first_on": date(2062, 11, 30)}, "first_on"),
        ({"first_on": THURSDAY + timedelta(days=1), "last_on": THURSDAY + timedelta(days=5)}, "last_on"),
        ({"first_on": date(2025, 1, 1), "last_on": date(2026, 1, 1)}, "last_on"),
    ],
)
def test_a_block_of_another_year_than_was_meant(
    clinic: SmallClinic, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        availability.add_block(clinic.front, block(clinic, **values))
    assert caught.value.field == field


def test_a_block_gives_a_room_to_a_surgeon_and_nothing_else(clinic: SmallClinic) -> None:
    for surgeon, room, field in (
        ("Nurse Kim", "Room 1", "surgeon_id"),
        ("Dr Lin", "C-arm 1", "room_id"),
    ):
        with pytest.raises(BadInput) as caught:
            availability.add_block(clinic.front, block(clinic, surgeon, room))
        assert caught.value.field == field


def test_a_day_is_released_by_hand_and_taken_back_and_a_removed_block_comes_back_whole(
    any_clinic: SmallClinic,
) -> None:
    made = availability.add_block(any_clinic.front, block(any_clinic, release_days=3)).value
    later = THURSDAY + 2 * WEEK
    availability.release_block_day(any_clinic.surgeon, made.id, later)
    known = seen(any_clinic)
    assert [(each.of, each.by) for each in known.releases] == [(BlockDay(later, made.id), "Dr Mei Lin")]
    assert known.availability.is_released(made, later, known.today)
    for day, words in (
        (later, "is released already"),
        (later + timedelta(days=1), "is no day of this block"),
    ):
        with pytest.raises(BadInput) as caught:
            availability.release_block_day(any_clinic.surgeon, made.id, day)
        assert words in caught.value.sentence
    removed = availability.remove_block(any_clinic.front, made.id, made.version).value
    assert seen(any_clinic).availability.blocks == ()
    again = availability.put_back_block(any_clinic.front, removed).value
    assert seen(any_clinic).availability.released == {(again.id, later)}
    availability.take_back_release(any_clinic.front, again.id, later)
    assert seen(any_clinic).availability.released == frozenset()
    with pytest.raises(BadInput) as caught:
        availability.take_back_release(any_clinic.front, again.id, THURSDAY)
    assert "releases itself 3 days before" in caught.value.sentence


def test_what_is_over_can_be_removed_and_put_back(any_clinic: SmallClinic) -> None:
    """Undo puts back what stood there, also what nobody could begin by now."""
    desk = any_clinic.front
    made = availability.add_block(desk, block(any_clinic, last_on=THURSDAY)).value
    repair = availability.add_closure(desk, closed(any_clinic, at(8), at(12), "C-arm 1")).value
    any_clinic.clock.advance(2 * WEEK)
    removed = availability.remove_block(desk, made.id, made.version).value
    again = availability.put_back_block(desk, removed).value
    assert seen(any_clinic).availability.blocks == (again,)
    availability.remove_closure(desk, repair.id, repair.version)
    back = availability.put_back_closure(desk, repair).value
    assert seen(any_clinic).availability.closures == (back,)
    longer = replace(again, last_on=THURSDAY + 4 * WEEK)
    changed = availability.change_block(desk, longer).value
    availability.change_block_back(desk, replace(again, version=changed.version))
    assert [each.last_on for each in seen(any_clinic).availability.blocks] == [THURSDAY]
    moved = replace(back, span=Span(at(8, day=THURSDAY + 4 * WEEK), at(9, day=THURSDAY + 4 * WEEK)))
    moved = availability.change_closure(desk, moved).value
    availability.change_closure_back(desk, replace(back, version=moved.version))
    assert [each.span for each in seen(any_clinic).availability.closures] == [repair.span]


def test_changing_a_block_forgets_what_was_released_of_days_it_no_longer_has(clinic: SmallClinic) -> None:
    made = availability.add_block(clinic.front, block(clinic)).value
    for day in (THURSDAY, THURSDAY + WEEK):
        availability.release_block_day(clinic.front, made.id, day)
    availability.change_block(clinic.front, replace(made, every_weeks=2))
    assert seen(clinic).availability.released == {(made.id, THURSDAY)}


def test_the_sweep_writes_down_what_has_come_due_once_as_the_program(any_clinic: SmallClinic) -> None:
    """Thursday's block releases itself 3 days before: on Monday, which is today."""
    due = availability.add_block(any_clinic.front, block(any_clinic, release_days=3)).value
    preferred = block(any_clinic, "Dr Shah", "Room 2", release_days=10, exclusive=False)
    availability.add_block(any_clinic.front, preferred)
    program = housekeeping.system_desk(any_clinic.front)
    swept = housekeeping.sweep(program)
    assert [(each.of, each.room, each.surgeon) for each in swept.released] == [
        (BlockDay(THURSDAY, due.id), "Room 1", "Dr Lin")
    ]
    assert housekeeping.sweep(program).released == ()
    assert [(each.of.day, each.by) for each in seen(any_clinic).releases] == [(THURSDAY, None)]
    assert actions(any_clinic, Subject.BLOCK)[0] is AuditAction.RELEASED
    any_clinic.clock.advance(WEEK)
    assert [each.of.day for each in housekeeping.sweep(program).released] == [THURSDAY + WEEK]


def test_who_may_close_and_give_block_time(clinic: SmallClinic) -> None:
    for role in (Role.SCHEDULER, Role.NURSE, Role.SURGEON, Role.ADMINISTRATOR):
        availability.add_closure(clinic.desk(role), closed(clinic, at(8), at(9), "Room 2"))
    with pytest.raises(NotAllowed):
        availability.add_closure(clinic.desk(Role.ANESTHESIA), closed(clinic, at(8), at(9), "Room 2"))
    assert all(isinstance(each, Closure) for each in seen(clinic).availability.closures)


def test_of_two_desks_that_give_one_room_at_once_one_is_refused(any_clinic: SmallClinic) -> None:
    drafts = [block(any_clinic, surgeon) for surgeon in ("Dr Lin", "Dr Shah")]
    both_ready = threading.Barrier(2)

    def give(draft: Block) -> bool:
        both_ready.wait()
        try:
            availability.add_block(any_clinic.front, draft)
        except BadInput:
            return False
        return True

    for _round in range(5):
        with ThreadPoolExecutor(2) as desks:
            assert sorted(desks.map(give, drafts)) == [False, True]
        (made,) = seen(any_clinic).availability.blocks
        availability.remove_block(any_clinic.front, made.id, made.version)
