"""Leaving, end to end in the services: what blocks, who may lift it, and what follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceDraft, BraceStatus
from clinicdesk.domain.discharge import ALDRETE, PADSS, DischargeDetails, Missing, Outcome
from clinicdesk.domain.ids import BookingId, UserId
from clinicdesk.domain.users import Actor, Role
from clinicdesk.errors import BadInput, NeedsReason, NotAllowed, Stale
from clinicdesk.services import booking, brace, discharge, recovery, steps
from clinicdesk.services.discharge import DischargeView
from clinicdesk.storage import patients
from tests.helpers.bookings import add_patient, at, kypho
from tests.helpers.clinics import SmallClinic

S = BookingState
READY = {item.key: 2 for item in ALDRETE}
STEADY = {item.key: 2 for item in PADSS}


def in_recovery(clinic: SmallClinic) -> BookingId:
    """A kyphoplasty of L1 under moderate sedation by Dr Lin, in recovery since 11:00."""
    draft = kypho(clinic, add_patient(clinic), at(10))
    made = booking.book(clinic.front, draft).value
    for state, when in ((S.ARRIVED, at(9)), (S.IN_ROOM, at(9, 50)), (S.RECOVERY, at(11))):
        clinic.clock.at = when
        made = steps.advance(clinic.nurse, made.id, state, made.version).value
    clinic.clock.at = at(13)
    return made.id


def made_ready(clinic: SmallClinic, booking_id: BookingId) -> DischargeView:
    view = discharge.record_score(clinic.nurse, booking_id, 0, aldrete=READY, padss=STEADY).value
    details = DischargeDetails(escort_name="Ana Ortiz", lifting_limit="5 pounds")
    view = discharge.save_details(clinic.nurse, booking_id, view.record.version, details).value
    view = discharge.taught(clinic.nurse, booking_id, view.record.version).value
    return discharge.sign_order(clinic.surgeon, booking_id, view.record.version).value


def test_nobody_leaves_while_something_is_missing_and_it_is_named(any_clinic: SmallClinic) -> None:
    booking_id = in_recovery(any_clinic)
    with pytest.raises(BadInput) as refused:
        discharge.discharge_patient(any_clinic.nurse, booking_id, 0)
    assert Missing.ESCORT.sentence in refused.value.sentence
    assert Missing.ORDER.sentence in refused.value.sentence
    assert booking.read(any_clinic.nurse, booking_id).state is S.RECOVERY


def test_a_ready_patient_goes_home_and_the_check_ins_are_made(any_clinic: SmallClinic) -> None:
    booking_id = in_recovery(any_clinic)
    view = made_ready(any_clinic, booking_id)
    assert view.missing == ()
    done = discharge.discharge_patient(any_clinic.nurse, booking_id, view.record.version).value
    assert done.booking.state is S.DISCHARGED
    assert done.booking.actual.discharged == at(13)
    assert [due for _label, due in done.check_ins] == [
        date(2026, 11, 27),
        date(2026, 11, 28),
        date(2026, 12, 3),
        date(2026, 12, 10),
        date(2027, 1, 7),
        date(2027, 2, 26),
        date(2027, 5, 26),
        date(2027, 11, 26),
    ]
    any_clinic.clock.at = at(10) + timedelta(days=1)
    assert [line.label for line in recovery.calls(any_clinic.nurse)] == ["Day 1"]


def test_a_brace_that_is_not_delivered_holds_the_patient(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    view = made_ready(clinic, booking_id)
    draft = BraceDraft(
        patient_id=view.booking.draft.patient_id,
        booking_id=booking_id,
        hcpcs="L0464",
        weeks=6,
        wear_rule="On whenever you are up.",
        ordered_on=date(2026, 11, 26),
    )
    order = brace.prescribe(clinic.surgeon, draft).value
    assert discharge.open_discharge(clinic.nurse, booking_id).missing == (Missing.BRACE,)
    with pytest.raises(NeedsReason):
        discharge.discharge_patient(clinic.nurse, booking_id, view.record.version)
    brace.advance(clinic.nurse, order.id, order.version, BraceStatus.DELIVERED)
    assert discharge.discharge_patient(clinic.nurse, booking_id, view.record.version).value.is_over


def test_an_override_needs_a_reason_and_a_role(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    view = made_ready(clinic, booking_id)
    view = discharge.taught(clinic.nurse, booking_id, view.record.version, done=False).value
    version = view.record.version
    with pytest.raises(NeedsReason):
        discharge.discharge_patient(clinic.surgeon, booking_id, version)
    with pytest.raises(NotAllowed):
        discharge.discharge_patient(clinic.nurse, booking_id, version, reason="daughter is a nurse")
    done = discharge.discharge_patient(
        clinic.surgeon, booking_id, version, reason="daughter is a nurse"
    ).value
    assert (done.record.override_reason, done.record.override_by) == ("daughter is a nurse", "Dr Mei Lin")


def test_no_reason_replaces_the_signed_order(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    view = discharge.record_score(clinic.nurse, booking_id, 0, aldrete=READY, padss=STEADY).value
    with pytest.raises(BadInput, match="BadInput"):
        discharge.discharge_patient(clinic.surgeon, booking_id, view.record.version, reason="busy day")


def test_only_the_surgeon_who_operated_signs_and_exempts(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    other = clinic.front.acting(Actor(UserId(3), "other", "Dr Other", Role.SURGEON))
    stranger = other.acting(Actor(clinic.people[Role.ADMINISTRATOR].user_id, "x", "Dr Shah", Role.SURGEON))
    with pytest.raises(NotAllowed):
        discharge.sign_order(stranger, booking_id, 0)
    with pytest.raises(NotAllowed):
        discharge.exempt_escort(stranger, booking_id, 0, "lives next door")
    with pytest.raises(NotAllowed):
        discharge.sign_order(clinic.nurse, booking_id, 0)
    view = discharge.exempt_escort(clinic.surgeon, booking_id, 0, "lives next door").value
    assert Missing.ESCORT not in view.missing
    assert view.record.exempted is not None


def test_a_change_of_what_was_ordered_asks_for_a_new_signature(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    view = made_ready(clinic, booking_id)
    same = DischargeDetails(escort_name="Luis Ortiz", lifting_limit="5 pounds")
    view = discharge.save_details(clinic.nurse, booking_id, view.record.version, same).value
    assert view.record.order is not None
    other = DischargeDetails(escort_name="Luis Ortiz", lifting_limit="50 pounds")
    view = discharge.save_details(clinic.nurse, booking_id, view.record.version, other).value
    assert view.missing == (Missing.ORDER,)


def test_two_at_once_do_not_overwrite_each_other(any_clinic: SmallClinic) -> None:
    booking_id = in_recovery(any_clinic)
    discharge.record_score(any_clinic.nurse, booking_id, 0, aldrete=READY)
    with pytest.raises(Stale) as refused:
        discharge.record_score(any_clinic.surgeon, booking_id, 0, padss=STEADY)
    assert "Kim Park" in refused.value.sentence


def test_a_death_is_recorded_stops_booking_and_brings_no_calls(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    with pytest.raises(NeedsReason):
        discharge.discharge_patient(clinic.surgeon, booking_id, 0, outcome=Outcome.DIED)
    done = discharge.discharge_patient(
        clinic.surgeon, booking_id, 0, outcome=Outcome.DIED, reason="cardiac arrest in recovery"
    ).value
    assert done.check_ins == ()
    with clinic.database.reading() as session:
        assert patients.read(session, done.booking.draft.patient_id).is_deceased


def test_the_front_desk_neither_scores_nor_discharges(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    with pytest.raises(NotAllowed):
        discharge.record_score(clinic.front, booking_id, 0, aldrete=READY)
    with pytest.raises(NotAllowed):
        discharge.taught(clinic.front, booking_id, 0)
    with pytest.raises(NotAllowed):
        discharge.discharge_patient(clinic.front, booking_id, 0)


def test_who_is_not_in_recovery_cannot_leave(clinic: SmallClinic) -> None:
    made = booking.book(clinic.front, kypho(clinic, add_patient(clinic), at(10))).value
    with pytest.raises(BadInput) as refused:
        discharge.discharge_patient(clinic.nurse, made.id, 0)
    assert "Booked" in refused.value.sentence
