"""Leaving, end to end in the services: what blocks, who may lift it, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clinicdesk.domain.audit import AuditAction, AuditEvent
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceDraft, BraceStatus
from clinicdesk.domain.changes import Change, Subject
from clinicdesk.domain.discharge import ALDRETE, PADSS, DischargeDetails, Missing, Outcome
from clinicdesk.domain.ids import BookingId, UserId
from clinicdesk.domain.recovery import Closing
from clinicdesk.domain.users import Actor, Role
from clinicdesk.errors import BadInput, NeedsReason, NotAllowed, Stale
from clinicdesk.services import booking, brace, discharge, recovery
from clinicdesk.services.booking import steps
from clinicdesk.services.desk import Desk
from clinicdesk.services.discharge import DischargeView
from clinicdesk.storage import audit, claims, patients
from clinicdesk.storage.tables import BookingRow, PatientContact
from tests.helpers import cases
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


def test_leaving_frees_bay_and_patient_but_not_what_the_procedure_took(any_clinic: SmallClinic) -> None:
    booking_id = in_recovery(any_clinic)
    any_clinic.clock.at = at(12)
    view = made_ready(any_clinic, booking_id)
    discharge.discharge_patient(any_clinic.nurse, booking_id, view.record.version)
    names = {unit: name for name, unit in any_clinic.units.items()}
    with any_clinic.database.reading() as session:
        held = claims.of_booking(session, booking_id)
    ends = {names.get(each.resource_id, "patient"): each.span.ends for each in held}
    assert (ends["Bay 1"], ends["patient"], ends["Room 1"]) == (at(12), at(12), at(11, 20))


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


def trail(clinic: SmallClinic) -> tuple[AuditEvent, ...]:
    """What the trail holds, the oldest first; nobody's reading of the trail itself."""
    with clinic.database.reading() as session:
        return audit.events(session, limit=1_000)[::-1]


SHEET = DischargeDetails(
    escort_name="Ana Ortiz",
    lifting_limit="5 pounds",
    medicines="Acetaminophen",
    blood_thinner_restart="Saturday",
)


def signed_again_for(clinic: SmallClinic, *changes: dict[str, Any]) -> list[bool]:
    """For each change of a signed sheet, whether the order fell away; it is signed again in between."""
    booking_id = in_recovery(clinic)
    view = discharge.save_details(clinic.nurse, booking_id, 0, SHEET).value
    fell = []
    for change in changes:
        view = discharge.sign_order(clinic.surgeon, booking_id, view.record.version).value
        assert view.record.order is not None
        details = replace(view.record.details, **change)
        view = discharge.save_details(clinic.nurse, booking_id, view.record.version, details).value
        fell.append(view.record.order is None)
        assert fell[-1] == (Missing.ORDER in view.missing)
    return fell


def test_a_change_of_what_was_ordered_asks_for_a_new_signature(clinic: SmallClinic) -> None:
    ordered: tuple[dict[str, Any], ...] = (
        {"opioids": True},
        {"opioids": False},
        {"medicines": "Oxycodone"},
        {"lifting_limit": "50 pounds"},
        {"blood_thinner_restart": ""},
    )
    assert signed_again_for(clinic, *ordered) == [True] * len(ordered)


def test_a_change_of_what_was_not_ordered_leaves_the_signature(clinic: SmallClinic) -> None:
    other: tuple[dict[str, Any], ...] = (
        {"escort_name": "Luis Ortiz"},
        {"escort_phone": "+17035550177"},
        {"instructions": "Walk every day."},
        {"follow_up": "In two weeks."},
        {"medicines": " Acetaminophen "},
        {"lifting_limit": "5 pounds "},
        {"blood_thinner_restart": " Saturday"},
    )
    assert signed_again_for(clinic, *other) == [False] * len(other)


def test_what_was_said_can_be_taken_back(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    view = discharge.taught(clinic.nurse, booking_id, 0).value
    assert view.record.taught is not None
    assert (view.record.taught.name, view.record.taught.at) == ("Kim Park", at(13))
    view = discharge.taught(clinic.nurse, booking_id, view.record.version, done=False).value
    assert view.record.taught is None
    view = discharge.exempt_escort(clinic.surgeon, booking_id, view.record.version, " next door ").value
    assert view.record.exempted is not None
    assert (view.record.exempted.name, view.record.exempted.at) == ("Dr Mei Lin", at(13))
    assert view.record.exemption_reason == "next door"
    view = discharge.exempt_escort(clinic.surgeon, booking_id, view.record.version, " ").value
    assert (view.record.exempted, view.record.exemption_reason) == (None, "")
    assert Missing.ESCORT in view.missing


def test_a_score_is_stored_beside_the_other_with_who_gave_it(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    view = discharge.record_score(clinic.nurse, booking_id, 0, aldrete=READY).value
    assert (view.record.aldrete.chosen, view.record.padss.chosen) == (READY, {})
    view = discharge.record_score(clinic.surgeon, booking_id, view.record.version, padss=STEADY).value
    assert (view.record.aldrete.chosen, view.record.padss.chosen) == (READY, STEADY)
    first, second = view.record.aldrete_signed, view.record.padss_signed
    assert first is not None
    assert second is not None
    assert (first.name, second.name, second.at) == ("Kim Park", "Dr Mei Lin", at(13))


def test_each_act_at_the_leaving_is_in_the_trail(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    before = trail(clinic)
    view = made_ready(clinic, booking_id)
    view = discharge.exempt_escort(clinic.surgeon, booking_id, view.record.version, "next door").value
    view = discharge.taught(clinic.nurse, booking_id, view.record.version, done=False).value
    view = discharge.discharge_patient(
        clinic.surgeon, booking_id, view.record.version, reason="daughter is a nurse"
    ).value
    discharge.open_discharge(clinic.front, booking_id)
    told = [
        (event.action, event.subject, event.details.get("what")) for event in trail(clinic)[len(before) :]
    ]
    made = [each for each in told if each[0] is AuditAction.CREATED]
    assert len(made) == len(view.check_ins)
    assert [each for each in told if each not in made] == [
        (AuditAction.CHANGED, Subject.DISCHARGE, "scores"),
        (AuditAction.CHANGED, Subject.DISCHARGE, "details"),
        (AuditAction.CHANGED, Subject.DISCHARGE, "teach-back"),
        (AuditAction.SIGNED, Subject.DISCHARGE, "order"),
        (AuditAction.SIGNED, Subject.DISCHARGE, "escort exemption"),
        (AuditAction.CHANGED, Subject.DISCHARGE, "teach-back"),
        (AuditAction.STATE, Subject.BOOKING, None),
        (AuditAction.OVERRODE, Subject.DISCHARGE, None),
        (AuditAction.READ, Subject.PATIENT, None),
    ]


def test_every_other_ending_asks_for_its_reason_and_for_nothing_else(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    with pytest.raises(NeedsReason):
        discharge.discharge_patient(clinic.surgeon, booking_id, 0, outcome=Outcome.TRANSFERRED, reason=" ")
    done = discharge.discharge_patient(
        clinic.nurse, booking_id, 0, outcome=Outcome.TRANSFERRED, reason="new weakness"
    ).value
    assert (done.record.outcome, done.record.override_reason) == (Outcome.TRANSFERRED, "new weakness")
    assert done.missing == ()
    assert done.check_ins
    with clinic.database.reading() as session:
        assert not patients.read(session, done.booking.draft.patient_id).is_deceased


def test_a_reason_has_a_bound(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    with pytest.raises(BadInput) as refused:
        discharge.exempt_escort(clinic.surgeon, booking_id, 0, "x" * 1_001)
    assert refused.value.field == "reason"
    assert discharge.exempt_escort(clinic.surgeon, booking_id, 0, "x" * 1_000).value.record.exempted


def test_each_person_sees_what_they_may(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)

    def may(desk: Desk) -> tuple[bool, bool, bool, bool]:
        view = discharge.open_discharge(desk, booking_id)
        return view.may_score, view.may_sign, view.may_discharge, view.may_override

    assert may(clinic.nurse) == (True, False, True, False)
    assert may(clinic.surgeon) == (True, True, True, True)
    stranger = clinic.people[Role.ADMINISTRATOR].user_id
    other = clinic.front.acting(Actor(stranger, "x", "Dr Shah", Role.SURGEON))
    assert may(other)[1] is False
    view = discharge.open_discharge(clinic.nurse, booking_id)
    assert (view.named_escort, view.surgeon, view.scores_asked, view.is_over) == (
        "Ana Ortiz",
        "Dr Lin",
        True,
        False,
    )


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


LEAVING: tuple[Callable[[SmallClinic, BookingId], object], ...] = (
    lambda clinic, found: discharge.record_score(clinic.nurse, found, 0, aldrete=READY),
    lambda clinic, found: discharge.save_details(clinic.nurse, found, 0, SHEET),
    lambda clinic, found: discharge.taught(clinic.nurse, found, 0),
    lambda clinic, found: discharge.sign_order(clinic.surgeon, found, 0),
    lambda clinic, found: discharge.exempt_escort(clinic.surgeon, found, 0, "next door"),
    lambda clinic, found: discharge.discharge_patient(clinic.nurse, found, 0),
)


def test_of_who_is_not_in_recovery_nothing_is_written(clinic: SmallClinic) -> None:
    made = booking.book(clinic.front, kypho(clinic, add_patient(clinic), at(10))).value
    for act in LEAVING:
        with pytest.raises(BadInput) as refused:
            act(clinic, made.id)
        assert "Booked" in refused.value.sentence
    assert discharge.open_discharge(clinic.nurse, made.id).record.version == 0


@pytest.mark.parametrize(
    ("starts", "ended", "first"),
    [
        (at(22), at(0, 30, date(2026, 11, 27)), date(2026, 11, 28)),
        (at(22), None, date(2026, 11, 27)),
        (None, None, date(2026, 11, 29)),
    ],
)
def test_check_ins_count_from_the_day_it_ended_or_was_to_end_or_else_from_now(
    clinic: SmallClinic, starts: datetime | None, ended: datetime | None, first: date
) -> None:
    patient = add_patient(clinic)
    found = cases.add_case(clinic, patient, starts, "Dr Lin", state=S.RECOVERY)
    with clinic.database.writing() as session:
        session.execute(update(BookingRow).where(BookingRow.id == found).values(ended_at=ended))
    clinic.clock.at = at(9, day=date(2026, 11, 28))
    done = discharge.discharge_patient(
        clinic.nurse, found, 0, outcome=Outcome.TRANSFERRED, reason="new weakness"
    )
    assert done.value.check_ins[0][1] == first


def test_a_surgeon_behind_whom_nobody_stands_binds_no_surgeon_and_no_nurse_signs(clinic: SmallClinic) -> None:
    patient = add_patient(clinic)
    for number, units in enumerate((("Dr Shah",), ())):
        found = cases.add_case(clinic, patient, at(10 + number), *units, state=S.RECOVERY)
        assert discharge.open_discharge(clinic.surgeon, found).may_sign
        assert not discharge.open_discharge(clinic.nurse, found).may_sign
        assert discharge.sign_order(clinic.surgeon, found, 0).value.record.order


def test_every_view_of_the_patient_is_told(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    taught = discharge.taught(clinic.nurse, booking_id, 0)
    assert Change(Subject.BOOKING, booking_id) in taught.changes
    patient = taught.value.booking.draft.patient_id
    gone = discharge.discharge_patient(
        clinic.surgeon, booking_id, 1, outcome=Outcome.AGAINST_ADVICE, reason="would not wait"
    )
    assert {
        Change(Subject.BOOKING, booking_id),
        Change(Subject.DISCHARGE, booking_id),
        Change(Subject.PATIENT, patient),
    } <= gone.changes


def test_a_death_is_in_the_trail_and_ends_the_calls_of_an_earlier_procedure(clinic: SmallClinic) -> None:
    earlier = in_recovery(clinic)
    ready = made_ready(clinic, earlier)
    left = discharge.discharge_patient(clinic.nurse, earlier, ready.record.version).value
    patient = left.booking.draft.patient_id
    later = cases.add_case(clinic, patient, at(10, day=date(2026, 11, 27)), "Dr Lin", state=S.RECOVERY)
    clinic.clock.at = at(13, day=date(2026, 11, 27))
    assert recovery.calls(clinic.nurse)
    discharge.discharge_patient(clinic.surgeon, later, 0, outcome=Outcome.DIED, reason="cardiac arrest")
    assert recovery.calls(clinic.nurse) == ()
    closed = [each.subject_id for each in trail(clinic) if each.details.get("closing") == Closing.DIED]
    assert len(closed) == len(left.check_ins)
    (noted,) = [each for each in trail(clinic) if "deceased" in each.details]
    assert (noted.subject, noted.subject_id, noted.details["deceased"]) == (Subject.PATIENT, patient, True)


def test_the_escort_s_number_is_there_to_be_rung(clinic: SmallClinic) -> None:
    booking_id = in_recovery(clinic)
    with clinic.database.writing() as session:
        session.execute(update(PatientContact).values(phone="+17035550177"))
    assert discharge.open_discharge(clinic.nurse, booking_id).named_escort_phone == "+17035550177"
