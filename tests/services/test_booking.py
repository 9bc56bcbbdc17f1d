"""Booking, changing and moving, on the encrypted file and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from clinicdesk.domain.advice import AdviceKey
from clinicdesk.domain.booking import BookingState, Setting, Side
from clinicdesk.domain.changes import Change, Subject
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, Clash, NeedsReason, NotAllowed, NotFound, Stale
from clinicdesk.services import audit as trail
from clinicdesk.services import booking, resources, slots
from clinicdesk.services.booking import moving, steps
from clinicdesk.storage import audit
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import claims as stored_claims
from tests.helpers.bookings import THURSDAY, add_patient, at, filled, kypho, overlapping_claims
from tests.helpers.clinics import FACTS, SmallClinic

R = ResourceKind


def claimed(clinic: SmallClinic, booking_id: int) -> dict[str, str]:
    """What a booking holds, by the unit's name, on the clinic's wall clock."""
    names = {unit: name for name, unit in clinic.units.items()}
    with clinic.database.reading() as session:
        held = stored_claims.of_booking(session, booking_id)  # type: ignore[arg-type] # any number

    def told(instant: object) -> str:
        here = FACTS.zone.local(instant)  # type: ignore[arg-type] # an instant
        return f"{here:%H:%M}" + ("" if here.date() == THURSDAY else f"+{(here.date() - THURSDAY).days}")

    return {
        names.get(claim.resource_id, "patient"): f"{told(claim.span.starts)}-{told(claim.span.ends)}"
        for claim in held
    }


def test_the_form_is_filled_from_the_procedure(clinic: SmallClinic) -> None:
    rosa = add_patient(clinic)
    draft = booking.defaults(clinic.front, rosa, "kyphoplasty", ("T12", "L1"))
    lengths = (draft.minutes, draft.setup_minutes, draft.turnover_minutes, draft.recovery_minutes)
    assert lengths == (80, 15, 20, 120)
    assert (draft.sedation, draft.setting, draft.mac) == ("moderate", Setting.HOME, False)


def test_a_booked_kyphoplasty_holds_what_it_needs_and_no_more(any_clinic: SmallClinic) -> None:
    rosa = add_patient(any_clinic)
    done = booking.book(any_clinic.front, kypho(any_clinic, rosa, at(10)))
    assert done.changes == {Change(Subject.BOOKING, done.value.id)}
    assert claimed(any_clinic, done.value.id) == {
        "Room 1": "09:45-11:20",
        "C-arm 1": "09:45-11:20",
        "Dr Lin": "10:00-11:00",
        "Nurse Kim": "09:45-11:05",
        "Bay 1": "11:00-13:00",
        "patient": "09:45-13:00",
    }
    again = booking.read(any_clinic.front, done.value.id)
    assert again == done.value
    assert again.draft.unit(R.ROOM) == any_clinic.units["Room 1"]
    with any_clinic.database.reading() as session:
        assert [step.to_state for step in bookings.history(session, again.id)] == [BookingState.BOOKED]
        told = audit.events(session, subject=Subject.BOOKING)[0]
        assert told.details["procedure"] == "kyphoplasty"
        assert "Ortiz" not in str(told.details)
        assert audit.broken_at(session) is None


def test_a_clash_names_who_holds_what_and_until_when(any_clinic: SmallClinic) -> None:
    rosa, ana = add_patient(any_clinic), add_patient(any_clinic, "Ana Lee")
    booking.book(any_clinic.front, kypho(any_clinic, rosa, at(10), units=((R.ROOM, "Room 2"),)))
    with pytest.raises(Clash) as refused:
        booking.book(any_clinic.front, kypho(any_clinic, ana, at(11, 30), units=((R.ROOM, "Room 2"),)))
    assert refused.value.sentence == (
        "Room 2 is held by Rosa Ortiz, 9:45 AM to 11:20 AM."
        " Nothing was saved. Choose another time or another unit."
    )
    (holder,) = refused.value.holders
    assert (holder.resource, holder.held_by, holder.starts) == ("Room 2", "Rosa Ortiz", at(9, 45))


def test_back_to_back_is_no_clash_and_any_finds_the_next_unit(any_clinic: SmallClinic) -> None:
    rosa, ana, lee = (add_patient(any_clinic, name) for name in ("Rosa Ortiz", "Ana Lee", "Kim Lee"))
    first = booking.book(any_clinic.front, kypho(any_clinic, rosa, at(10), units=((R.ROOM, "Room 1"),))).value
    beside = booking.book(any_clinic.front, kypho(any_clinic, ana, at(10))).value
    assert claimed(any_clinic, beside.id)["Room 2"] == "09:45-11:20"
    assert "Dr Shah" in claimed(any_clinic, beside.id)
    after = kypho(any_clinic, lee, at(11, 35), units=((R.ROOM, "Room 1"),), recovery_minutes=0)
    assert claimed(any_clinic, booking.book(any_clinic.front, after).value.id)["Room 1"] == "11:20-12:55"
    assert claimed(any_clinic, first.id)["Room 1"] == "09:45-11:20"


def test_where_nothing_is_free_every_holder_is_named(clinic: SmallClinic) -> None:
    people = [add_patient(clinic, name) for name in ("Rosa Ortiz", "Ana Lee", "Third One")]
    for patient in people[:2]:
        booking.book(clinic.front, kypho(clinic, patient, at(10)))
    with pytest.raises(Clash) as refused:
        booking.book(clinic.front, kypho(clinic, people[2], at(10)))
    assert (
        "No room is free. Room 1 is held by Rosa Ortiz, 9:45 AM to 11:20 AM. Room 2 is held by Ana Lee"
        in (refused.value.sentence)
    )
    checked = booking.check(clinic.front, kypho(clinic, people[2], at(10)))
    assert {kind for obstacle in checked.clashes for kind in obstacle.kinds} == {
        *(R.ROOM, R.C_ARM, R.SURGEON, R.NURSE, R.BAY)
    }
    assert not checked.bookable


def test_nobody_is_in_two_places(clinic: SmallClinic) -> None:
    rosa = add_patient(clinic)
    booking.book(clinic.front, kypho(clinic, rosa, at(10)))
    with pytest.raises(Clash, match="Clash") as refused:
        booking.book(clinic.front, filled(clinic, rosa, "follow_up_visit", at(12), reason="asked to"))
    assert "Rosa Ortiz is already booked, 9:45 AM to 1:00 PM" in refused.value.sentence


def test_a_visit_takes_a_room_and_a_surgeon_only(clinic: SmallClinic) -> None:
    made = booking.book(clinic.front, filled(clinic, add_patient(clinic), "new_consultation", at(9))).value
    assert claimed(clinic, made.id) == {
        "Room 1": "09:00-09:45",
        "Dr Lin": "09:00-09:40",
        "patient": "09:00-09:40",
    }


def test_the_night_takes_a_bed_to_the_leaving_hour(clinic: SmallClinic) -> None:
    draft = kypho(clinic, add_patient(clinic), at(10), setting=Setting.OVERNIGHT, sedation="general")
    held = claimed(clinic, booking.book(clinic.front, draft).value.id)
    assert (held["Bed 1"], held["Dr Abara"], held["patient"]) == (
        "13:00-10:00+1",
        "09:45-11:05",
        "09:45-10:00+1",
    )
    assert "Nurse Kim" not in held


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": -20}, "minutes"),
        ({"minutes": 62}, "minutes"),
        ({"setup_minutes": 10_000}, "setup_minutes"),
        ({"levels": ("L7",)}, "levels"),
        ({"levels": ("C3",)}, "levels"),
        ({"levels": ("L4-L5",)}, "levels"),
        ({"levels": ()}, "levels"),
        ({"sedation": "twilight"}, "sedation"),
        ({"notes": "x" * 10_000}, "notes"),
        ({"pain_before": 11}, "pain_before"),
        ({"diagnosis": "M80.08"}, "diagnosis"),
        ({"diagnosis": "back pain"}, "diagnosis"),
        ({"starts": None}, "starts"),
        ({"starts": at(10) + timedelta(seconds=1)}, "starts"),
        ({"units": ((R.ROOM, ResourceId(9999)),)}, "room"),
        ({"units": ((R.PATIENT, ResourceId(1)),)}, "patient"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    clinic: SmallClinic, values: dict[str, object], field: str
) -> None:
    rosa = add_patient(clinic)
    draft = replace(kypho(clinic, rosa, at(10)), **values)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(BadInput) as refused:
        booking.book(clinic.front, draft)
    assert refused.value.field == field
    assert refused.value.sentence


def test_a_unit_of_another_kind_or_out_of_use_is_refused(clinic: SmallClinic) -> None:
    rosa = add_patient(clinic)
    wrong = ((R.ROOM, clinic.units["C-arm 1"]),)
    with pytest.raises(BadInput, match="BadInput"):
        booking.book(clinic.front, replace(kypho(clinic, rosa, at(10)), units=wrong))
    room = next(unit for unit in resources.of_kinds(clinic.admin) if unit.name == "Room 2")
    resources.change(clinic.admin, replace(room, active=False))
    with pytest.raises(BadInput):
        booking.book(clinic.front, kypho(clinic, rosa, at(10), units=((R.ROOM, "Room 2"),)))


def test_who_does_not_exist_or_has_died_is_never_booked(clinic: SmallClinic) -> None:
    with pytest.raises(NotFound):
        booking.book(clinic.front, kypho(clinic, PatientId(404), at(10)))
    dead = add_patient(clinic, "Gone Before", deceased_on=date(2026, 1, 2))
    with pytest.raises(BadInput) as refused:
        booking.book(clinic.surgeon, kypho(clinic, dead, at(10), reason="by mistake"))
    assert refused.value.sentence == "Gone Before has died. Nothing can be booked."
    with pytest.raises(BadInput):
        booking.request(clinic.front, kypho(clinic, dead, None))


def test_deep_general_and_mac_need_an_anesthesia_provider(clinic: SmallClinic) -> None:
    rosa = add_patient(clinic)
    visit = filled(clinic, rosa, "follow_up_visit", at(10), mac=True)
    with pytest.raises(BadInput) as refused:
        booking.book(clinic.surgeon, visit)
    assert refused.value.field == "sedation"
    provider = next(unit for unit in resources.of_kinds(clinic.admin) if unit.name == "Dr Abara")
    resources.change(clinic.admin, replace(provider, active=False))
    for values in ({"sedation": "deep"}, {"sedation": "general"}, {"mac": True}):
        with pytest.raises(BadInput) as refused:
            booking.book(clinic.surgeon, kypho(clinic, rosa, at(10), **values))
        assert refused.value.sentence.startswith("This clinic has no anesthesia provider in use.")


def test_a_visit_has_no_bed(clinic: SmallClinic) -> None:
    draft = filled(clinic, add_patient(clinic), "follow_up_visit", at(10), setting=Setting.OVERNIGHT)
    with pytest.raises(BadInput) as refused:
        booking.book(clinic.front, draft)
    assert refused.value.field == "setting"


# Advices: what asks for a reason, and from whom.


def test_the_past_asks_the_scheduler_for_a_reason(clinic: SmallClinic) -> None:
    rosa = add_patient(clinic)
    draft = kypho(clinic, rosa, at(10, day=date(2026, 11, 20)))
    checked = booking.check(clinic.front, draft)
    assert [advice.key for advice in checked.open] == [AdviceKey.PAST]
    assert checked.may_answer
    with pytest.raises(NeedsReason) as asked:
        booking.book(clinic.front, draft)
    assert "Fri 20 Nov 2026, 10:00 AM is in the past." in asked.value.sentence
    made = booking.book(clinic.front, replace(draft, reason="Entered afterwards")).value
    assert made.draft.reason == "Entered afterwards"
    with clinic.database.reading() as session:
        assert audit.events(session, subject=Subject.BOOKING)[0].details == {"advices": "past"}


def test_four_levels_take_a_role_that_may_override(clinic: SmallClinic) -> None:
    draft = kypho(clinic, add_patient(clinic), at(9), "T11", "T12", "L1", "L2", reason="Surgeon said so")
    checked = booking.check(clinic.front, draft)
    assert [advice.key for advice in checked.open] == [AdviceKey.TOO_MANY_LEVELS]
    assert not checked.may_answer
    with pytest.raises(NeedsReason) as asked:
        booking.book(clinic.front, draft)
    assert "4 levels in one session; at most 3 are usual." in asked.value.sentence
    with pytest.raises(NeedsReason):
        booking.book(clinic.surgeon, replace(draft, reason=" "))
    assert booking.book(clinic.surgeon, draft).value.draft.minutes == 120


def test_nobody_is_sedated_tomorrow_without_an_escort_unless_somebody_answers_for_it(
    clinic: SmallClinic,
) -> None:
    """For a later day there is time to find one: then it is only said."""
    alone = add_patient(clinic, "Alone Person", escort="")
    assert not booking.check(clinic.front, kypho(clinic, alone, at(9))).open
    tomorrow = kypho(clinic, alone, at(9, day=date(2026, 11, 24)), reason="A neighbour, to be named")
    with pytest.raises(NeedsReason) as asked:
        booking.book(clinic.front, tomorrow)
    assert "No escort is named, and the case is near" in asked.value.sentence
    made = booking.book(clinic.surgeon, tomorrow).value
    later = moving.move(clinic.front, made.id, made.version, at(11, day=date(2026, 11, 24))).value.after
    assert later.starts == at(11, day=date(2026, 11, 24))  # what was answered for is not asked again


def test_overnight_prompts(clinic: SmallClinic) -> None:
    frail = add_patient(clinic, "Frail Person", asa_class=4, escort="", blood_thinner="warfarin 5 mg")
    draft = kypho(clinic, frail, at(15), "T12", "L1", "L2")
    keys = {advice.key for advice in booking.check(clinic.front, draft).advices}
    assert keys == {
        AdviceKey.HIGH_ASA,
        AdviceKey.LATE_FINISH,
        AdviceKey.MOST_LEVELS,
        AdviceKey.NO_ESCORT,
        AdviceKey.BLOOD_THINNER,
    }
    overnight = booking.check(clinic.front, replace(draft, setting=Setting.OVERNIGHT))
    assert {advice.key for advice in overnight.advices} == {AdviceKey.BLOOD_THINNER}
    local = booking.check(clinic.front, replace(draft, sedation="local"))
    assert {advice.key for advice in local.advices} == {AdviceKey.BLOOD_THINNER}
    thinner = next(a for a in overnight.advices if a.key is AdviceKey.BLOOD_THINNER)
    assert thinner.sentence.startswith("Warfarin: ")
    assert "onfirm with the prescriber" in thinner.sentence


def test_the_same_day_and_closed_days_are_asked(clinic: SmallClinic) -> None:
    rosa = add_patient(clinic)
    booking.book(clinic.front, kypho(clinic, rosa, at(9)))
    twice = booking.check(clinic.front, filled(clinic, rosa, "follow_up_visit", at(16)))
    assert [(a.key, a.sentence) for a in twice.open] == [
        (AdviceKey.SAME_DAY, "Rosa Ortiz is booked on Thu 26 Nov 2026, 9:00 AM already: Kyphoplasty.")
    ]
    sunday = booking.check(clinic.front, kypho(clinic, rosa, at(10, day=date(2026, 11, 29))))
    assert [a.sentence for a in sunday.open] == ["The clinic is closed on Sun 29 Nov 2026."]
    early = booking.check(clinic.front, kypho(clinic, rosa, at(7, 30, day=date(2026, 11, 27))))
    assert [a.key for a in early.open] == [AdviceKey.OUTSIDE_HOURS]


def test_the_check_tells_what_is_taken_and_when_to_stop_eating(clinic: SmallClinic) -> None:
    draft = kypho(clinic, add_patient(clinic), at(10), units=((R.ROOM, "Room 2"),))
    checked = booking.check(clinic.front, draft)
    assert {taken.unit.name: taken.chosen for taken in checked.taken} == {
        "Room 2": True,
        "C-arm 1": False,
        "Dr Lin": False,
        "Nurse Kim": False,
        "Bay 1": False,
    }
    assert checked.fasting is not None
    assert (checked.fasting.stop_eating, checked.fasting.stop_drinking) == (at(4), at(8))
    assert (checked.arrive, checked.home, checked.planned_minutes) == (at(9), at(13), 60)
    assert checked.bookable
    with clinic.database.reading() as session:
        assert audit.events(session, subject=Subject.BOOKING) == ()


def test_first_free_times_keep_clear_of_others(clinic: SmallClinic) -> None:
    for patient, hour in (("Rosa Ortiz", 8), ("Ana Lee", 8), ("Kim Lee", 10)):
        booking.book(clinic.front, kypho(clinic, add_patient(clinic, patient), at(hour)))
    draft = kypho(clinic, add_patient(clinic, "Next One"), None)
    found = slots.first_free(clinic.front, draft, THURSDAY)
    for starts in found:
        assert booking.check(clinic.front, replace(draft, starts=starts)).bookable
    assert found[0] > at(8)
    assert slots.first_free(clinic.front, draft, date(2026, 11, 29)) == ()
    assert slots.first_free(clinic.front, draft, date(2026, 11, 20)) == ()


# Changing and moving.


def test_a_move_keeps_its_history_and_takes_all_its_claims_along(any_clinic: SmallClinic) -> None:
    made = booking.book(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), at(10))).value
    moved = moving.move(any_clinic.front, made.id, made.version, at(10, 30)).value.after
    assert claimed(any_clinic, made.id)["Room 1"] == "10:15-11:50"
    with any_clinic.database.reading() as session:
        last = bookings.history(session, made.id)[-1]
    assert (last.from_starts, last.to_starts, last.by) == (at(10), at(10, 30), "Sam Front")
    back = booking.undo_change(any_clinic.front, made, moved.version).value
    assert claimed(any_clinic, made.id)["Room 1"] == "09:45-11:20"
    assert back.draft == made.draft


def test_a_move_swaps_what_is_taken_but_not_room_and_surgeon(clinic: SmallClinic) -> None:
    rosa, ana = add_patient(clinic), add_patient(clinic, "Ana Lee")
    booking.book(
        clinic.front,
        kypho(clinic, rosa, at(10), units=((R.ROOM, "Room 2"), (R.C_ARM, "C-arm 1"), (R.SURGEON, "Dr Shah"))),
    )
    second = booking.book(
        clinic.front,
        kypho(clinic, ana, at(13), units=((R.ROOM, "Room 1"), (R.C_ARM, "C-arm 1"), (R.SURGEON, "Dr Lin"))),
    ).value
    moved = moving.move(clinic.front, second.id, second.version, at(10)).value.after
    held = claimed(clinic, moved.id)
    assert {"Room 1", "C-arm 2", "Dr Lin"} <= set(held)
    with pytest.raises(Clash):
        moving.move(clinic.front, moved.id, moved.version, at(10), units={R.ROOM: clinic.units["Room 2"]})


def test_a_booking_never_clashes_with_itself(clinic: SmallClinic) -> None:
    made = booking.book(clinic.front, kypho(clinic, add_patient(clinic), at(10))).value
    longer = replace(made.draft, minutes=120, notes="Took longer last time")
    assert booking.check(clinic.front, longer, made.id).clashes == ()
    changed = booking.change(clinic.front, made.id, longer, made.version).value
    assert claimed(clinic, changed.id)["Room 1"] == "09:45-12:20"


def test_the_second_of_two_who_change_the_same_is_told(any_clinic: SmallClinic) -> None:
    made = booking.book(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), at(10))).value
    booking.change(any_clinic.nurse, made.id, replace(made.draft, notes="left side first"), made.version)
    with pytest.raises(Stale) as refused:
        booking.change(any_clinic.front, made.id, replace(made.draft, notes="mine"), made.version)
    assert refused.value.sentence.startswith("Kim Park changed this ")
    with pytest.raises(Stale):
        steps.advance(any_clinic.front, made.id, BookingState.CONFIRMED, made.version)


def test_what_was_answered_once_is_not_asked_again_unless_it_changed(clinic: SmallClinic) -> None:
    draft = kypho(clinic, add_patient(clinic), at(15, 30), reason="Family brings her late")
    made = booking.book(clinic.surgeon, draft).value
    noted = booking.change(clinic.front, made.id, replace(made.draft, notes="x"), made.version).value
    assert noted.draft.reason == "Family brings her late"
    later = replace(noted.draft, starts=at(15, 45))
    with pytest.raises(NeedsReason):
        booking.change(clinic.front, made.id, later, noted.version)
    with pytest.raises(NeedsReason):
        booking.change(clinic.surgeon, made.id, later, noted.version)  # the old reason answers nothing new
    assert not booking.check(clinic.surgeon, later, made.id).bookable
    booking.change(clinic.surgeon, made.id, replace(later, reason="Later still"), noted.version)


def test_a_stored_reason_that_is_given_again_is_an_answer(clinic: SmallClinic) -> None:
    draft = kypho(clinic, add_patient(clinic), at(15, 30), reason="Family brings her late")
    made = booking.book(clinic.surgeon, draft).value
    later = replace(made.draft, starts=at(15, 45))
    assert booking.check(clinic.surgeon, later, made.id, said_now=True).bookable
    with pytest.raises(NeedsReason):
        booking.change(clinic.front, made.id, later, made.version, said_now=True)  # hers is not enough
    with pytest.raises(NeedsReason):
        booking.change(clinic.surgeon, made.id, replace(later, reason=" "), made.version, said_now=True)
    moved = booking.change(clinic.surgeon, made.id, later, made.version, said_now=True).value
    assert (moved.starts, moved.draft.reason) == (at(15, 45), "Family brings her late")
    told = [line.event.action.value for line in trail.events(clinic.admin)]
    assert told.count("overrode") == 2


def test_a_booking_stays_with_its_patient(clinic: SmallClinic) -> None:
    made = booking.book(clinic.front, kypho(clinic, add_patient(clinic), at(10))).value
    other = replace(made.draft, patient_id=add_patient(clinic, "Ana Lee"))
    with pytest.raises(BadInput):
        booking.change(clinic.front, made.id, other, made.version)


def test_a_confirmed_case_that_moves_is_confirmed_again(clinic: SmallClinic) -> None:
    made = booking.book(clinic.front, kypho(clinic, add_patient(clinic), at(10))).value
    confirmed = steps.advance(clinic.front, made.id, BookingState.CONFIRMED, made.version).value
    noted = booking.change(
        clinic.front, made.id, replace(confirmed.draft, notes="x"), confirmed.version
    ).value
    assert noted.state is BookingState.CONFIRMED
    assert moving.move(clinic.front, made.id, noted.version, at(11)).value.after.state is BookingState.BOOKED


def test_a_request_holds_nothing_until_it_is_booked(any_clinic: SmallClinic) -> None:
    wish = booking.request(any_clinic.front, kypho(any_clinic, add_patient(any_clinic), None)).value
    assert (wish.state, claimed(any_clinic, wish.id)) == (BookingState.REQUESTED, {})
    with pytest.raises(BadInput):
        booking.change(any_clinic.front, wish.id, wish.draft, wish.version, to_book=True)
    dated = booking.change(any_clinic.front, wish.id, replace(wish.draft, starts=at(10)), wish.version).value
    assert (dated.state, claimed(any_clinic, wish.id)) == (BookingState.REQUESTED, {})
    made = booking.change(any_clinic.front, wish.id, dated.draft, dated.version, to_book=True).value
    assert made.state is BookingState.BOOKED
    assert "Room 1" in claimed(any_clinic, wish.id)
    undone = booking.undo_change(any_clinic.front, dated, made.version).value
    assert (undone.state, claimed(any_clinic, wish.id)) == (BookingState.REQUESTED, {})


def test_side_is_kept_where_the_procedure_has_one(clinic: SmallClinic) -> None:
    rosa = add_patient(clinic)
    block = filled(clinic, rosa, "medial_branch_block", at(10), "L4-5", side=Side.LEFT)
    made = booking.book(clinic.front, block).value
    assert (made.draft.side, made.draft.levels) == (Side.LEFT, ("L4-L5",))
    cement = replace(
        kypho(clinic, rosa, at(13), reason="same day"), side=Side.LEFT, levels=("l1", "t12", "L1")
    )
    other = booking.book(clinic.front, cement).value
    assert (other.draft.side, other.draft.levels) == (None, ("T12", "L1"))


def test_times_that_daylight_saving_makes_survive(clinic: SmallClinic) -> None:
    """Case at 10:00 on the day the clocks go forward: the bed of the night before ends at 10:00 on the wall."""
    saturday, sunday = date(2027, 3, 13), date(2027, 3, 14)
    draft = kypho(
        clinic,
        add_patient(clinic),
        FACTS.zone.at(saturday, time(10)),
        setting=Setting.OVERNIGHT,
        reason="weekend list",
    )
    made = booking.book(clinic.surgeon, draft).value
    with clinic.database.reading() as session:
        bed = next(
            claim
            for claim in stored_claims.of_booking(session, made.id)
            if claim.resource_id == clinic.units["Bed 1"]
        )
    assert bed.span.ends == FACTS.zone.at(sunday, time(10))
    assert bed.span.length == timedelta(hours=20)


def test_only_roles_that_book_may_book(clinic: SmallClinic) -> None:
    draft = kypho(clinic, add_patient(clinic), at(10))
    for role in (Role.ANESTHESIA, Role.SYSTEM):
        desk = clinic.desk(role)
        for refused in (
            lambda desk=desk: booking.book(desk, draft),
            lambda desk=desk: booking.check(desk, draft),
            lambda desk=desk: booking.request(desk, draft),
            lambda desk=desk: slots.first_free(desk, draft, THURSDAY),
        ):
            with pytest.raises(NotAllowed):
                refused()
    made = booking.book(clinic.front, draft).value
    with pytest.raises(NotAllowed):
        booking.change(clinic.desk(Role.ANESTHESIA), made.id, draft, 1)
    with pytest.raises(NotAllowed):
        moving.move(clinic.desk(Role.ANESTHESIA), made.id, 1, at(11))


def test_nothing_is_half_written_where_a_booking_is_refused(any_clinic: SmallClinic) -> None:
    rosa, ana = add_patient(any_clinic), add_patient(any_clinic, "Ana Lee")
    booking.book(any_clinic.front, kypho(any_clinic, rosa, at(10), units=((R.ROOM, "Room 1"),)))
    with any_clinic.database.reading() as session:
        before = audit.head(session)
    with pytest.raises(Clash):
        booking.book(any_clinic.front, kypho(any_clinic, ana, at(10), units=((R.ROOM, "Room 1"),)))
    with any_clinic.database.reading() as session:
        assert audit.head(session) == before
    assert overlapping_claims(any_clinic.database) == 0
