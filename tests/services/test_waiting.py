"""The waiting list, on the encrypted file and on PostgreSQL alike: wishes, readiness, holes, and who takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.changes import Change, Subject
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.preparation import READINESS, PreparationKey
from clinicdesk.domain.resources import ResourceKind, Serves
from clinicdesk.domain.scheduling.finder import DayPart
from clinicdesk.domain.users import Role
from clinicdesk.domain.waiting import Fit, Hole, OfferOutcome, Priority, Wish
from clinicdesk.errors import BadInput, Clash, NeedsReason, NotAllowed, NotFound, Stale
from clinicdesk.services import availability, booking, resources, waiting
from clinicdesk.services.booking import steps
from clinicdesk.storage import audit
from clinicdesk.storage.tables import PatientPhone, PreparationItem
from tests.helpers.bookings import THURSDAY, add_patient, at, filled, kypho, overlapping_claims
from tests.helpers.clinics import SmallClinic
from tests.helpers.times import closed, unit

R = ResourceKind
SOON = Wish(short_notice=True)


def wait(
    clinic: SmallClinic,
    name: str,
    wish: Wish = SOON,
    *levels: str,
    patient: PatientId | None = None,
    **more: Any,
) -> Booking:
    patient = patient or add_patient(clinic, name)
    with clinic.database.writing() as session:
        session.execute(
            insert(PatientPhone).values(
                patient_id=patient,
                kind="home",
                number="+17035550142",
                digits="7035550142",
                reversed_digits="",
            )
        )
    return waiting.add(clinic.front, kypho(clinic, patient, None, *levels, **more), wish).value


def make_ready(clinic: SmallClinic, made: Booking, expires: date | None = None) -> None:
    with clinic.database.writing() as session:
        for point in READINESS:
            session.execute(
                insert(PreparationItem).values(
                    booking_id=made.id,
                    key=point,
                    status="done",
                    expires_on=expires if point is PreparationKey.AUTHORIZATION else None,
                    at=clinic.clock.at,
                    user_id=clinic.people[Role.NURSE].user_id,
                )
            )


def cancelled(clinic: SmallClinic, name: str = "Left Early", hour: int = 10) -> BookingId:
    """A case in Room 1 with somebody before and after it, called off: 9:45 to 11:20 is free again."""
    draft = kypho(
        clinic, add_patient(clinic, name), at(hour), units=((R.ROOM, "Room 1"), (R.SURGEON, "Dr Lin"))
    )
    made = booking.book(clinic.front, draft).value
    steps.advance(clinic.front, made.id, BookingState.CANCELLED, made.version, reason="ill")
    return made.id


def hole(clinic: SmallClinic, booking_id: BookingId) -> Hole:
    found = waiting.fits_left(clinic.front, booking_id)
    assert found is not None
    return found.hole


def who(clinic: SmallClinic, found: Hole) -> list[str]:
    return [fit.entry.patient for fit in waiting.fits(clinic.front, found).fits]


def first(clinic: SmallClinic, found: Hole) -> Fit:
    return waiting.fits(clinic.front, found).fits[0]


def take(clinic: SmallClinic, fit: Fit, **more: Any) -> waiting.Taken:
    entry = fit.entry
    return waiting.take(clinic.front, entry.booking_id, entry.version, fit.starts, fit.units, **more).value


def test_a_request_and_its_wish_are_one_and_the_list_tells_what_is_missing(any_clinic: SmallClinic) -> None:
    thin = add_patient(any_clinic, "Ana Lee", blood_thinner="warfarin")
    wish = Wish(
        priority=Priority.URGENT, earliest=date(2026, 12, 1), weekdays=frozenset({1, 3}), day_part=DayPart.AM
    )
    done = waiting.add(any_clinic.front, kypho(any_clinic, thin, None), wish)
    assert done.changes == {Change(Subject.BOOKING, done.value.id)}
    assert done.value.state is BookingState.WAITLIST
    routine = wait(any_clinic, "Rosa Ortiz")
    make_ready(any_clinic, routine)
    visitor = add_patient(any_clinic, "Kim Poe")
    booking.request(any_clinic.front, filled(any_clinic, visitor, "follow_up_visit", None))
    ana, rosa, kim = waiting.entries(any_clinic.front)
    assert (ana.patient, ana.wish) == ("Ana Lee", wish)
    assert {"authorization missing", "labs missing", "blood thinner not reviewed"} <= set(ana.missing)
    assert (rosa.missing, rosa.phone, rosa.procedure) == ((), "+17035550142", "Kyphoplasty")
    assert (kim.state, kim.missing, kim.wish) == (BookingState.REQUESTED, (), Wish())
    assert waiting.count(any_clinic.front) == 3
    with any_clinic.database.reading() as session:
        assert audit.broken_at(session) is None


def test_a_wish_is_changed_and_two_changes_never_mix(any_clinic: SmallClinic) -> None:
    made = wait(any_clinic, "Rosa Ortiz")
    changed = waiting.set_wish(any_clinic.front, made.id, made.version, Wish(priority=Priority.URGENT)).value
    assert changed.wish == Wish(priority=Priority.URGENT)
    assert changed.since == any_clinic.clock.at
    with pytest.raises(Stale):
        waiting.set_wish(any_clinic.nurse, made.id, made.version, Wish(priority=Priority.SOON))
    assert waiting.read(any_clinic.front, made.id).wish.priority is Priority.URGENT
    with pytest.raises(NotAllowed):
        waiting.set_wish(any_clinic.desk(Role.ANESTHESIA), made.id, changed.version, SOON)


def test_what_a_cancellation_gives_back_is_offered_to_who_can_really_have_it(any_clinic: SmallClinic) -> None:
    left = cancelled(any_clinic)
    for start, room in ((8, "Room 1"), (11, "Room 1")):
        minute = 10 if start == 8 else 35
        draft = kypho(any_clinic, add_patient(any_clinic, f"Beside {start}"), at(start, minute))
        booking.book(any_clinic.front, replace(draft, units=((R.ROOM, any_clinic.units[room]),)))
    ready = wait(any_clinic, "Ready Person")
    make_ready(any_clinic, ready)
    wait(any_clinic, "Not Ready")
    wait(any_clinic, "Too Long", SOON, "T12", "L1", "L2")
    wait(any_clinic, "Away Then", Wish(earliest=THURSDAY + timedelta(days=1), short_notice=True))
    urgent = wait(any_clinic, "Urgent One", Wish(priority=Priority.URGENT))
    found = hole(any_clinic, left)
    assert (found.span.starts, found.span.ends) == (at(9, 30), at(11, 20))
    assert (found.wanted, found.names) == (at(10), ("Room 1", "Dr Lin"))
    fitting = waiting.fits(any_clinic.front, found)
    assert fitting.waiting == 5
    assert [fit.entry.patient for fit in fitting.fits] == ["Urgent One", "Ready Person", "Not Ready"]
    best = fitting.fits[0]
    assert (best.entry.booking_id, best.starts, best.asks) == (urgent.id, at(10), "")
    assert {"Room 1", "Dr Lin"} <= set(best.takes)
    assert {"authorization missing", "labs missing"} <= set(best.missing)


def test_taking_one_books_it_logs_the_call_and_undo_puts_it_back_on_the_list(any_clinic: SmallClinic) -> None:
    left = cancelled(any_clinic)
    made = wait(any_clinic, "Rosa Ortiz")
    found = hole(any_clinic, left)
    taken = take(any_clinic, first(any_clinic, found), number="+17035550142")
    assert (taken.after.state, taken.after.starts) == (BookingState.BOOKED, at(10))
    assert taken.after.draft.unit(R.ROOM) == any_clinic.units["Room 1"]
    assert taken.after.draft.unit(R.SURGEON) == any_clinic.units["Dr Lin"]
    assert waiting.count(any_clinic.front) == 0
    assert waiting.fits_left(any_clinic.front, left) is None
    any_clinic.clock.advance(timedelta(minutes=5))
    waiting.put_back(any_clinic.front, taken)
    back = waiting.read(any_clinic.front, made.id)
    assert back.state is BookingState.WAITLIST
    told = [(call.outcome, call.offered, call.number) for call in back.calls]
    assert told == [
        (OfferOutcome.TAKEN_BACK, at(10), ""),
        (OfferOutcome.ACCEPTED, at(10), "+17035550142"),
    ]
    assert back.calls[0].at - back.calls[1].at == timedelta(minutes=5)
    with pytest.raises(Stale):
        waiting.put_back(any_clinic.front, taken)
    assert len(waiting.read(any_clinic.front, made.id).calls) == 2
    assert overlapping_claims(any_clinic.database) == 0
    again = first(any_clinic, hole(any_clinic, left))
    assert again.entry.version == back.version
    take(any_clinic, again)
    with pytest.raises(Stale):
        waiting.put_back(any_clinic.front, taken)


def test_two_desks_want_the_same_hole_one_has_it_and_the_other_hears_the_name(
    any_clinic: SmallClinic,
) -> None:
    left = cancelled(any_clinic)
    wait(any_clinic, "Rosa Ortiz")
    wait(any_clinic, "Ana Lee")
    found = hole(any_clinic, left)
    rosa, ana = waiting.fits(any_clinic.front, found).fits
    take(any_clinic, rosa)
    with pytest.raises(Clash) as refused:
        take(any_clinic, ana)
    assert "Room 1 is held by Rosa Ortiz, 9:45 AM to 11:20 AM" in refused.value.sentence
    with pytest.raises(Stale):
        take(any_clinic, rosa)
    assert waiting.read(any_clinic.front, ana.entry.booking_id).state is BookingState.WAITLIST


def test_who_declines_moves_down_for_this_hole_alone(any_clinic: SmallClinic) -> None:
    left, other = cancelled(any_clinic), cancelled(any_clinic, "Another", 14)
    rosa = wait(any_clinic, "Rosa Ortiz", Wish(priority=Priority.URGENT, short_notice=True))
    wait(any_clinic, "Ana Lee")
    found = hole(any_clinic, left)
    assert who(any_clinic, found) == ["Rosa Ortiz", "Ana Lee"]
    waiting.note_call(any_clinic.front, rosa.id, OfferOutcome.NO_ANSWER, number="1", offered=at(10))
    assert who(any_clinic, found) == ["Rosa Ortiz", "Ana Lee"]
    waiting.note_call(any_clinic.front, rosa.id, OfferOutcome.DECLINED, offered=at(10), note="no driver")
    assert who(any_clinic, found) == ["Ana Lee", "Rosa Ortiz"]
    assert who(any_clinic, hole(any_clinic, other))[0] == "Rosa Ortiz"
    told = [(call.outcome, call.note) for call in waiting.read(any_clinic.front, rosa.id).calls]
    assert told == [(OfferOutcome.DECLINED, "no driver"), (OfferOutcome.NO_ANSWER, "")]


def test_an_advice_asks_for_a_reason_here_as_well(clinic: SmallClinic) -> None:
    left = cancelled(clinic)
    rosa = add_patient(clinic)
    booking.book(clinic.front, filled(clinic, rosa, "follow_up_visit", at(14)))
    wait(clinic, "", patient=rosa)
    fit = first(clinic, hole(clinic, left))
    assert "Rosa Ortiz is booked on Thu 26 Nov 2026, 2:00 PM already" in fit.asks
    assert fit.may_answer
    with pytest.raises(NeedsReason):
        take(clinic, fit)
    assert take(clinic, fit, reason="both on one day").after.draft.reason == "both on one day"


def test_an_authorization_that_ends_before_the_day_is_none(clinic: SmallClinic) -> None:
    left = cancelled(clinic)
    ends_before = wait(clinic, "Rosa Ortiz")
    make_ready(clinic, ends_before, THURSDAY - timedelta(days=1))
    lasts = wait(clinic, "Ana Lee")
    make_ready(clinic, lasts, THURSDAY)
    ana, rosa = waiting.fits(clinic.front, hole(clinic, left)).fits
    assert (ana.entry.patient, ana.missing, rosa.missing) == ("Ana Lee", (), ("authorization ends before",))
    assert waiting.read(clinic.front, ends_before.id).missing == ()


def test_the_surgeon_somebody_asked_for_stays(clinic: SmallClinic) -> None:
    left = cancelled(clinic)
    wait(clinic, "Rosa Ortiz", units=((R.SURGEON, "Dr Shah"),))
    fit = first(clinic, hole(clinic, left))
    assert dict(fit.units) == {R.ROOM: clinic.units["Room 1"], R.SURGEON: clinic.units["Dr Shah"]}


def test_the_holes_of_the_next_days_stay_to_be_found_until_they_are_taken(clinic: SmallClinic) -> None:
    left = cancelled(clinic)
    assert [found.left_by for found in waiting.holes_left(clinic.front)] == [left]
    booking.book(clinic.front, kypho(clinic, add_patient(clinic), at(10), units=((R.ROOM, "Room 1"),)))
    assert waiting.holes_left(clinic.front) == ()
    clinic.clock.at = at(13)
    assert waiting.fits_left(clinic.front, left) is None


def test_a_free_stretch_that_is_pointed_at_is_a_hole_too(clinic: SmallClinic) -> None:
    booking.book(clinic.front, kypho(clinic, add_patient(clinic), at(13), units=((R.ROOM, "Room 1"),)))
    wait(clinic, "Ana Lee")
    room = ResourceId(clinic.units["Room 1"])
    found = waiting.hole_at(clinic.front, at(11), room)
    assert found is not None
    assert (found.span.starts, found.span.ends) == (at(10), at(12, 45))
    assert first(clinic, found).starts == at(11)
    assert waiting.hole_at(clinic.front, at(13), room) is None
    anywhere = waiting.hole_at(clinic.front, at(13))
    assert anywhere is not None
    assert who(clinic, anywhere) == ["Ana Lee"]
    assert waiting.hole_at(clinic.front, at(10, day=date(2026, 11, 28)), room) is None


def test_who_waits_no_longer_is_told_so(clinic: SmallClinic) -> None:
    made = wait(clinic, "Rosa Ortiz")
    steps.advance(clinic.front, made.id, BookingState.CANCELLED, made.version, reason="moved away")
    with pytest.raises(NotFound):
        waiting.read(clinic.front, made.id)
    with pytest.raises(BadInput) as refused:
        waiting.note_call(clinic.front, made.id, OfferOutcome.NO_ANSWER)
    assert refused.value.sentence == "This booking is “Cancelled”: it waits no longer. Nothing was saved."


def test_nobody_is_called_to_an_operation_in_a_room_for_visits(clinic: SmallClinic) -> None:
    room = unit(clinic, "Room 2")
    resources.change(clinic.admin, replace(room, serves=Serves.VISITS))
    visitor = add_patient(clinic, "Kim Poe")
    units = ((R.ROOM, clinic.units["Room 2"]), (R.SURGEON, clinic.units["Dr Lin"]))
    draft = filled(clinic, visitor, "follow_up_visit", at(10), units=units, minutes=120)
    made = booking.book(clinic.front, draft).value
    wait(clinic, "Rosa Ortiz")
    other = add_patient(clinic, "Ana Lee")
    waiting.add(clinic.front, filled(clinic, other, "follow_up_visit", None), SOON)
    steps.advance(clinic.front, made.id, BookingState.CANCELLED, made.version, reason="ill")
    assert who(clinic, hole(clinic, made.id)) == ["Ana Lee"]


def test_where_the_surgeon_is_elsewhere_by_now_another_one_takes_the_hole(clinic: SmallClinic) -> None:
    left = cancelled(clinic)
    busy = kypho(
        clinic, add_patient(clinic, "Al Green"), at(10), units=((R.ROOM, "Room 2"), (R.SURGEON, "Dr Lin"))
    )
    booking.book(clinic.front, busy)
    wait(clinic, "Rosa Ortiz")
    found = hole(clinic, left)
    assert found.names == ("Room 1",)
    assert {"Dr Shah", "Room 1"} <= set(first(clinic, found).takes)


def test_a_surgeon_whose_free_time_is_pointed_at_takes_nobody_elses_patients(clinic: SmallClinic) -> None:
    wait(clinic, "Rosa Ortiz", units=((R.SURGEON, "Dr Shah"),))
    wait(clinic, "Ana Lee")
    wait(clinic, "Kim Poe", units=((R.SURGEON, "Dr Lin"),))
    found = waiting.hole_at(clinic.front, at(10), ResourceId(clinic.units["Dr Lin"]))
    assert found is not None
    assert who(clinic, found) == ["Ana Lee", "Kim Poe"]


@pytest.mark.parametrize("what", ["Room 1", ""])
def test_what_is_closed_by_now_came_free_for_nobody(clinic: SmallClinic, what: str) -> None:
    left = cancelled(clinic)
    availability.add_closure(clinic.admin, closed(clinic, at(0), at(10, 30), *([what] if what else [])))
    assert hole(clinic, left).span.starts == at(10, 30)
    availability.add_closure(clinic.admin, closed(clinic, at(10, 30), at(23), *([what] if what else [])))
    assert waiting.fits_left(clinic.front, left) is None
    assert waiting.holes_left(clinic.front) == ()
