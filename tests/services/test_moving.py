"""Moving by hand: what is known before a drop is what the service decides, and what follows a case to its new day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from clinicdesk.domain.availability import UnitHours
from clinicdesk.domain.booking import Booking, BookingState, Setting
from clinicdesk.domain.discharge import Outcome
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.papers import PaperCopy, PaperKind, PaperUse
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.fitting import Target, fitting_starts
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.moving import Drop, judge
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, Clash, ClinicDeskError, HolderSort, NeedsReason, NotAllowed, Stale
from clinicdesk.services import availability, booking, brace, discharge, papers
from clinicdesk.services.booking import moving, moving_many, steps
from clinicdesk.services.desk import Desk
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import recovery
from tests.helpers.bookings import THURSDAY, add_patient, at, filled, kypho, overlapping_claims
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import brace_draft
from tests.helpers.times import block, closed, unit

R = ResourceKind
FRIDAY = date(2026, 11, 27)
NAMES = ("Ana Lee", "Kim Lee", "Sam Poe", "Ida Berg", "Al Green", "Jo Park", "Eva Tues", "Bob Stone")


def crowded(clinic: SmallClinic, random: Random) -> Booking:
    """A Thursday and Friday with closures, hours, a block and whatever fits, and one case in hand."""
    desk = clinic.admin
    close_and_keep(clinic, random)
    for name in NAMES:
        patient = add_patient(clinic, name)
        day = random.choice((THURSDAY, FRIDAY))
        starts = at(8, 0, day) + timedelta(minutes=5 * random.randrange(100))
        procedure = random.choice(("kyphoplasty", "epidural_injection", "follow_up_visit", "vertebroplasty"))
        levels = {"kyphoplasty": ("L1",), "vertebroplasty": ("T11",), "epidural_injection": ("L4-L5",)}
        draft = filled(clinic, patient, procedure, starts, *levels.get(procedure, ()), reason="a full day")
        if procedure == "kyphoplasty" and random.random() < 0.4:
            draft = replace(draft, setting=Setting.OVERNIGHT, sedation="general")
        try:
            booking.book(desk, draft)
        except Clash:
            continue
    hand = add_patient(clinic, "Rosa Ortiz", escort="")
    setting = random.choice((Setting.HOME, Setting.OVERNIGHT))
    for hour in range(7, 20):
        try:
            return booking.book(desk, kypho(clinic, hand, at(hour), setting=setting, reason="late")).value
        except Clash:
            continue
    raise AssertionError("no room for the case in hand")


def close_and_keep(clinic: SmallClinic, random: Random) -> None:
    """Hours of one nurse, an afternoon's closure of a C-arm, a closed day perhaps, and a room kept for one surgeon."""
    desk, nurse, hour = clinic.admin, unit(clinic, "Nurse Kim"), random.randrange(8, 12)
    days = tuple(UnitHours(day, time(hour), time(hour + 6)) for day in (3, 4))
    availability.set_hours(desk, nurse.id, nurse.version, days)
    arm = random.choice(("C-arm 1", "C-arm 2", "Room 2"))
    availability.add_closure(desk, closed(clinic, at(12), at(13 + random.randrange(4)), arm))
    if random.random() < 0.4:
        conference = closed(clinic, at(0, 0, FRIDAY), at(0, 0, FRIDAY + timedelta(days=1)))
        availability.add_closure(desk, conference)
    surgeon, weekday = random.choice(("Dr Lin", "Dr Shah")), random.choice((3, 4))
    availability.add_block(desk, block(clinic, surgeon, "Room 1", weekday=weekday))


def drops(clinic: SmallClinic, random: Random, count: int) -> list[Drop]:
    """Places a hand might let go at, in the past and beyond closing too."""
    rooms = [((R.ROOM, clinic.units[name]),) for name in ("Room 1", "Room 2")]
    others = [((R.SURGEON, clinic.units["Dr Shah"]),), ((R.C_ARM, clinic.units["C-arm 2"]),), ()]
    return [
        Drop(
            at(6, 0, random.choice((THURSDAY, FRIDAY))) + timedelta(minutes=5 * random.randrange(180)),
            random.choice((30, 60, 60, 60, 120)),
            random.choice(rooms + others),
        )
        for _n in range(count)
    ]


def outcome(desk: Desk, case: Booking, drop: Drop, reason: str) -> str:
    """What the service itself makes of a drop; it is taken back at once."""
    try:
        done = moving.move(
            desk,
            case.id,
            booking.read(desk, case.id).version,
            drop.starts,
            minutes=drop.minutes,
            units=dict(drop.units),
            reason=reason,
        ).value.after
    except ClinicDeskError as refused:
        return type(refused).__name__
    booking.undo_change(desk, case, done.version)
    return ",".join(sorted(f"{kind}={unit}" for kind, unit in done.draft.units))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("role", [Role.SCHEDULER, Role.SURGEON])
def test_a_judged_drop_is_what_the_service_decides(clinic: SmallClinic, seed: int, role: Role) -> None:
    random = Random(seed)
    case = crowded(clinic, random)
    clinic.clock.at = at(9, 2)
    desk = clinic.desk(role)
    context = moving.prepare(desk, case.id, (THURSDAY, FRIDAY))
    seen = set()
    for drop in drops(clinic, random, 25):
        judged = judge(context, drop, clinic.clock.now())
        assert judged.known
        plain = outcome(desk, case, drop, "")
        if judged.refused:
            assert plain == "Clash"
            named = {holder for obstacle in judged.obstacles for holder in obstacle.holders}
            assert all(holder.held_by in NAMES for holder in named if holder.sort is HolderSort.CASE)
            seen.add(plain)
            continue
        if judged.asks:
            assert plain == "NeedsReason"
            plain = outcome(desk, case, drop, "the patient asked")
            assert (plain == "NeedsReason") is not judged.may_answer
        if plain != "NeedsReason":
            wanted = sorted(f"{taken.kind}={taken.id}" for taken in judged.taken)
            assert plain == ",".join(wanted)
        seen.add(plain if plain == "NeedsReason" else "moved")
    assert "Clash" in seen
    assert len(seen) > 1


@pytest.mark.parametrize("seed", range(6))
def test_the_fitting_starts_are_those_at_which_nothing_stands_in_the_way(
    clinic: SmallClinic, seed: int
) -> None:
    case = crowded(clinic, Random(seed))
    desk, now = clinic.front, at(9, 2)
    context = moving.prepare(desk, case.id, (THURSDAY,))
    opens = (Span(at(8), at(17)),)
    targets = [Target(name, opens, ((R.ROOM, clinic.units[name]),)) for name in ("Room 1", "Room 2")]
    fits = fitting_starts(context, targets, 60, now)
    for target in targets:
        expected = set()
        for step in range(12 * 8 + 1):
            starts = at(8) + timedelta(minutes=5 * step)
            judged = judge(context, Drop(starts, 60, target.units), now)
            if starts >= now and not judged.obstacles:
                expected.add(starts)
        found = {
            stretch.starts + timedelta(minutes=5 * n)
            for stretch in fits[target.key]
            for n in range(int(stretch.length / timedelta(minutes=5)))
        }
        assert found == expected


def test_a_move_says_what_came_of_it_and_undo_puts_all_back(any_clinic: SmallClinic) -> None:
    front = any_clinic.front
    made = booking.book(front, kypho(any_clinic, add_patient(any_clinic), at(10))).value
    confirmed = steps.advance(front, made.id, BookingState.CONFIRMED, made.version).value
    printed(any_clinic, front, PaperKind.DISCHARGE_SHEET, confirmed)
    any_clinic.clock.advance(timedelta(minutes=1))
    room = {R.ROOM: any_clinic.units["Room 2"]}
    done = moving.move(front, made.id, confirmed.version, at(13, 0, FRIDAY), minutes=90, units=room).value
    assert (done.after.starts, done.after.draft.minutes) == (at(13, 0, FRIDAY), 90)
    assert done.after.draft.unit(R.ROOM) == any_clinic.units["Room 2"]
    assert done.unconfirmed
    assert [paper.kind for paper in done.outdated] == [PaperKind.DISCHARGE_SHEET]
    assert papers.outdated(front, made.id) == done.outdated
    any_clinic.clock.advance(timedelta(minutes=1))
    back = moving.undo(front, done).value
    assert (back.draft, back.state) == (confirmed.draft, BookingState.CONFIRMED)
    assert papers.outdated(front, made.id) == ()
    with any_clinic.database.reading() as session:
        steps_taken = [(each.from_starts, each.to_starts) for each in bookings.history(session, made.id)[-2:]]
    assert steps_taken == [(at(10), at(13, 0, FRIDAY)), (at(13, 0, FRIDAY), at(10))]
    assert overlapping_claims(any_clinic.database) == 0


def printed(
    clinic: SmallClinic, desk: Desk, kind: PaperKind, case: Booking | None, day: date = THURSDAY
) -> None:
    """Keep a paper as if it had been printed now."""
    content = f"{kind} {clinic.clock.now()} {day}".encode()
    patient = None if case is None else case.draft.patient_id
    copy = PaperCopy(
        kind=kind,
        content=content,
        day=day,
        patient_id=patient,
        booking_id=None if case is None else case.id,
    )
    papers.leave(desk, copy, PaperUse.PRINTED)


def test_day_lists_of_both_days_are_out_of_date_until_printed_again(any_clinic: SmallClinic) -> None:
    front = any_clinic.front
    case = booking.book(front, kypho(any_clinic, add_patient(any_clinic), at(10))).value
    for day in (THURSDAY, FRIDAY, THURSDAY + timedelta(days=4)):
        printed(any_clinic, front, PaperKind.DAY_LIST, None, day)
    printed(any_clinic, front, PaperKind.BRACE_ORDER, case)
    any_clinic.clock.advance(timedelta(minutes=1))
    moved = moving.move(front, case.id, case.version, at(13, 0, FRIDAY)).value
    assert {(paper.kind, paper.day) for paper in moved.outdated} == {
        (PaperKind.DAY_LIST, THURSDAY),
        (PaperKind.DAY_LIST, FRIDAY),
    }
    back = moving_many.undo_many(front, moving_many.MovedMany((case,), (moved.after,))).value
    again = moving_many.Move(booking_id=case.id, version=back[0].version, starts=at(13, 0, FRIDAY))
    many = moving_many.move_many(front, [again]).value
    assert {paper.day for paper in many.outdated} == {THURSDAY, FRIDAY}
    printed(any_clinic, front, PaperKind.DAY_LIST, None, THURSDAY)
    assert [paper.day for paper in papers.outdated(front, case.id)] == [FRIDAY]
    any_clinic.clock.at = at(8, 0, FRIDAY + timedelta(days=1))
    assert papers.outdated(front, case.id) == ()


def test_a_clash_is_never_overridden_and_an_advice_only_by_who_may(any_clinic: SmallClinic) -> None:
    rosa, ana = add_patient(any_clinic), add_patient(any_clinic, "Ana Lee")
    case = booking.book(any_clinic.front, kypho(any_clinic, rosa, at(10), units=((R.ROOM, "Room 1"),))).value
    booking.book(any_clinic.front, kypho(any_clinic, ana, at(13), units=((R.ROOM, "Room 1"),)))
    with pytest.raises(Clash) as clash:
        moving.move(any_clinic.surgeon, case.id, case.version, at(13), reason="I want it")
    assert "Room 1 is held by Ana Lee" in clash.value.sentence
    late = at(16, 30)
    with pytest.raises(NeedsReason) as asked:
        moving.move(any_clinic.front, case.id, case.version, late, reason="they asked")
    assert not asked.value.answerable
    with pytest.raises(NeedsReason) as asked:
        moving.move(any_clinic.surgeon, case.id, case.version, late)
    assert asked.value.answerable
    done = moving.move(any_clinic.surgeon, case.id, case.version, late, reason="Her son drives at six").value
    assert (done.after.starts, done.after.draft.reason) == (late, "Her son drives at six")
    with pytest.raises(Stale):
        moving.move(any_clinic.front, case.id, case.version, at(11))


def test_what_has_begun_or_is_over_does_not_move(clinic: SmallClinic) -> None:
    case = booking.book(clinic.front, kypho(clinic, add_patient(clinic), at(10, 0, date(2026, 11, 23)))).value
    clinic.clock.at = at(10, 0, date(2026, 11, 23))
    for state in (BookingState.ARRIVED, BookingState.IN_ROOM):
        case = steps.advance(clinic.nurse, case.id, state, case.version).value
    with pytest.raises(BadInput, match="BadInput") as refused:
        moving.move(clinic.front, case.id, case.version, at(12, 0, date(2026, 11, 23)))
    assert "has begun" in refused.value.sentence
    with pytest.raises(NotAllowed):
        moving.prepare(clinic.desk(Role.ANESTHESIA), case.id, (THURSDAY,))


def test_the_request_of_a_patient_who_was_never_booked_may_stand_anywhere(clinic: SmallClinic) -> None:
    booking.book(clinic.front, kypho(clinic, add_patient(clinic, "Ana Lee"), at(10)))
    wish = booking.request(clinic.front, kypho(clinic, add_patient(clinic), at(13))).value
    context = moving.prepare(clinic.front, wish.id, (THURSDAY,))
    drop = Drop(at(10), 60, ((R.ROOM, clinic.units["Room 1"]),))
    judged = judge(context, drop, clinic.clock.now())
    assert judged.obstacles
    assert not judged.refused
    done = moving.move(clinic.front, wish.id, wish.version, at(10), units=dict(drop.units)).value
    assert done.after.state is BookingState.REQUESTED


def test_fasting_arrival_and_the_day_a_brace_is_wanted_follow_by_themselves(any_clinic: SmallClinic) -> None:
    rosa = add_patient(any_clinic)
    case = booking.book(any_clinic.front, kypho(any_clinic, rosa, at(10))).value
    order = brace.prescribe(any_clinic.surgeon, brace_draft(rosa, case.id)).value
    assert order.wanted_at == at(10)
    done = moving.move(any_clinic.front, case.id, case.version, at(13, 0, FRIDAY)).value
    check = booking.check(any_clinic.front, done.after.draft, case.id)
    assert check.fasting is not None
    assert (check.fasting.stop_eating, check.fasting.stop_drinking) == (at(7, 0, FRIDAY), at(11, 0, FRIDAY))
    assert check.arrive == at(12, 0, FRIDAY)
    assert brace.of_booking(any_clinic.front, case.id)[0].wanted_at == at(13, 0, FRIDAY)
    moving.undo(any_clinic.front, done)
    assert brace.of_booking(any_clinic.front, case.id)[0].wanted_at == at(10)


def test_the_check_ins_not_yet_done_follow_the_day_of_the_procedure(any_clinic: SmallClinic) -> None:
    monday = date(2026, 11, 23)
    case = discharged(any_clinic, at(20, 0, monday), ended=at(23, 50, monday))
    due = dates(any_clinic, case.id)
    assert due[0] == monday + timedelta(days=1)
    done_by_now(any_clinic, case.id)
    printed(any_clinic, any_clinic.nurse, PaperKind.DISCHARGE_SHEET, case, monday)
    assert papers.outdated(any_clinic.nurse, case.id) == ()
    later = replace(case.actual, ended=at(0, 20, monday + timedelta(days=1)))
    corrected = steps.record_times(any_clinic.nurse, case.id, case.version, later).value
    assert dates(any_clinic, case.id) == [
        due[0],
        *(each + timedelta(days=1) for each in due[1:-3]),
        *months(1),
    ]
    steps.record_times(any_clinic.nurse, case.id, corrected.version, case.actual)
    assert dates(any_clinic, case.id) == due
    assert papers.outdated(any_clinic.nurse, case.id) == ()


def months(days: int) -> list[date]:
    """The last three of the shipped pathway, from the 23rd and ``days``."""
    return [date(2027, 2, 23 + days), date(2027, 5, 23 + days), date(2027, 11, 23 + days)]


def dates(clinic: SmallClinic, booking_id: BookingId) -> list[date]:
    with clinic.database.reading() as session:
        return [due for _label, due, _channel in recovery.of_booking(session, booking_id)]


def done_by_now(clinic: SmallClinic, booking_id: BookingId) -> None:
    """The first check-in is done: its date is history."""
    with clinic.database.writing() as session:
        first = recovery.open_steps(session, booking_id)[0]
        recovery.change(session, first.check_in_id, first.version, closed_at=clinic.clock.now())


def discharged(clinic: SmallClinic, starts: datetime, ended: datetime) -> Booking:
    """A case done and gone, after midnight."""
    desk, patient = clinic.nurse, add_patient(clinic)
    draft = kypho(clinic, patient, starts, minutes=240, reason="an emergency")
    case = booking.book(clinic.surgeon, draft).value
    clinic.clock.at = starts
    for state in (BookingState.ARRIVED, BookingState.IN_ROOM):
        case = steps.advance(desk, case.id, state, case.version).value
    clinic.clock.at = ended + timedelta(hours=2)
    case = steps.record_times(desk, case.id, case.version, replace(case.actual, ended=ended)).value
    case = steps.advance(desk, case.id, BookingState.RECOVERY, case.version).value
    view = discharge.open_discharge(desk, case.id)
    discharge.discharge_patient(
        desk, case.id, view.record.version, outcome=Outcome.TRANSFERRED, reason="To the hospital"
    )
    return booking.read(desk, case.id)


def test_a_reason_given_again_in_the_same_words_answers_again_and_undo_takes_it_back(
    any_clinic: SmallClinic,
) -> None:
    desk, why = any_clinic.admin, "the surgeon agrees"
    made = booking.book(desk, kypho(any_clinic, add_patient(any_clinic), at(10))).value
    late = moving.move(desk, made.id, made.version, at(19), reason=why).value
    later = moving.move(desk, made.id, late.after.version, at(19, 30), reason=why).value
    assert later.after.draft.reason == why
    again = moving_many.Move(booking_id=made.id, version=later.after.version, starts=at(20))
    many = moving_many.move_many(desk, [again], reason=why).value
    (back,) = moving_many.undo_many(desk, many).value
    assert back.draft == later.after.draft
    back = moving.undo(desk, replace(later, after=back)).value
    back = moving.undo(desk, replace(late, after=back)).value
    assert back.draft == made.draft


def test_who_has_arrived_and_comes_on_another_day_has_not_arrived_for_it(any_clinic: SmallClinic) -> None:
    desk = any_clinic.front
    made = booking.book(desk, kypho(any_clinic, add_patient(any_clinic), at(10))).value
    any_clinic.clock.at = at(9)
    made = steps.advance(desk, made.id, BookingState.ARRIVED, made.version).value
    later = moving.move(desk, made.id, made.version, at(11)).value.after
    assert (later.state, later.actual.arrived) == (BookingState.ARRIVED, at(9))
    done = moving.move(desk, made.id, later.version, at(10, 0, FRIDAY)).value
    assert done.away_again
    now = booking.read(desk, made.id)
    assert (now.state, now.actual.arrived) == (BookingState.BOOKED, None)
    moving.undo(desk, done)
    back = booking.read(desk, made.id)
    assert (back.state, back.actual, back.starts) == (later.state, later.actual, later.starts)
