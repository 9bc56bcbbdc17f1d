"""Braces in the services: ordering, the steps of an order, undoing one, who may; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from clinicdesk.domain.brace import BraceOrderRecord, BraceStatus
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, NotAllowed, NotFound, Stale
from clinicdesk.services import brace
from clinicdesk.storage.tables import PatientRow, UserRow
from tests.helpers.cases import add_patient
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import brace_draft, discharged, line_of

S = BraceStatus
MONDAY = date(2026, 11, 23)


def ordered(clinic: SmallClinic, hcpcs: str = "L0464") -> BraceOrderRecord:
    booking_id = discharged(clinic)
    patient_id = line_of(clinic, booking_id).patient_id
    return brace.prescribe(clinic.surgeon, brace_draft(patient_id, booking_id, hcpcs)).value


def test_who_orders_signs(any_clinic: SmallClinic) -> None:
    with any_clinic.database.writing() as session:
        surgeon = any_clinic.people[Role.SURGEON].user_id
        session.execute(update(UserRow).where(UserRow.id == surgeon).values(npi="1234567893"))
    order = ordered(any_clinic)
    assert (order.status, order.prescriber, order.prescriber_npi) == (
        S.PRESCRIBED,
        "Dr Mei Lin",
        "1234567893",
    )
    assert order.signed_at == any_clinic.clock.now()
    assert brace.waiting_count(any_clinic.front) == 1
    assert brace.open_orders(any_clinic.front) == (order,)


def test_the_life_of_an_order_with_steps_left_out(any_clinic: SmallClinic) -> None:
    order = ordered(any_clinic)
    assert (
        brace.open_order(any_clinic.front, order.id).next_step is S.MEASURED
    )  # no payer asks for authorization
    for status in (S.MEASURED, S.DELIVERED, S.WORN, S.WEANED, S.ENDED):
        order = brace.advance(any_clinic.nurse, order.id, order.version, status).value
    sheet = brace.open_order(any_clinic.front, order.id)
    assert [event.status for event in sheet.events] == [
        S.PRESCRIBED,
        S.MEASURED,
        S.DELIVERED,
        S.WORN,
        S.WEANED,
        S.ENDED,
    ]
    assert (sheet.next_step, sheet.later_steps, sheet.can_be_cancelled) == (None, (), False)
    assert (order.delivered_on, order.worn_until) == (MONDAY, date(2027, 2, 15))
    assert brace.open_orders(any_clinic.front) == ()


def test_a_payer_that_asks_for_authorization_makes_it_the_next_step(clinic: SmallClinic) -> None:
    order = ordered(clinic, "L0648")
    sheet = brace.open_order(clinic.front, order.id)
    assert sheet.next_step is S.AUTHORIZED
    assert [("authorization" in one) for one in sheet.advices] == [False, True]
    order = brace.advance(clinic.nurse, order.id, order.version, S.AUTHORIZED).value
    assert len(brace.open_order(clinic.front, order.id).advices) == 1
    order = brace.advance(clinic.nurse, order.id, order.version, S.DELIVERED).value
    assert brace.open_order(clinic.front, order.id).advices == ()


@pytest.mark.parametrize("status", [S.WORN, S.WEANED, S.ENDED, S.PRESCRIBED])
def test_delivery_is_never_skipped(clinic: SmallClinic, status: BraceStatus) -> None:
    order = ordered(clinic)
    with pytest.raises(BadInput):
        brace.advance(clinic.nurse, order.id, order.version, status)


def test_what_was_delivered_is_not_cancelled(clinic: SmallClinic) -> None:
    order = ordered(clinic)
    order = brace.advance(clinic.nurse, order.id, order.version, S.DELIVERED).value
    with pytest.raises(BadInput):
        brace.advance(clinic.nurse, order.id, order.version, S.CANCELLED)


def test_the_last_step_can_be_undone_and_the_first_cannot(any_clinic: SmallClinic) -> None:
    order = ordered(any_clinic)
    delivered = brace.advance(any_clinic.nurse, order.id, order.version, S.DELIVERED).value
    back = brace.take_back_step(any_clinic.nurse, order.id, delivered.version).value
    assert (back.status, back.delivered_on) == (S.PRESCRIBED, None)
    assert len(brace.open_order(any_clinic.front, order.id).events) == 1
    with pytest.raises(NotFound):
        brace.take_back_step(any_clinic.nurse, order.id, back.version)
    assert brace.open_order(any_clinic.front, order.id).order == back


def test_two_at_one_order_do_not_overwrite_each_other(any_clinic: SmallClinic) -> None:
    order = ordered(any_clinic)
    brace.advance(any_clinic.nurse, order.id, order.version, S.MEASURED)
    with pytest.raises(Stale) as refused:
        brace.advance(any_clinic.front, order.id, order.version, S.DELIVERED)
    assert "Kim Park" in refused.value.sentence
    with pytest.raises(Stale):
        brace.take_back_step(any_clinic.front, order.id, order.version)
    assert [e.status for e in brace.open_order(any_clinic.front, order.id).events] == [
        S.PRESCRIBED,
        S.MEASURED,
    ]


def test_an_order_needs_a_living_patient_their_own_case_and_a_brace_the_clinic_has(
    clinic: SmallClinic,
) -> None:
    booking_id = discharged(clinic)
    patient_id = line_of(clinic, booking_id).patient_id
    draft = brace_draft(patient_id, booking_id)
    other = add_patient(clinic, "Ida May")
    for wrong in (
        replace(draft, hcpcs="L9999"),
        replace(draft, patient_id=other),
        replace(draft, ordered_on=date(2026, 11, 24)),
    ):
        with pytest.raises((BadInput, NotFound)):
            brace.prescribe(clinic.surgeon, wrong)
    with clinic.database.writing() as session:
        session.execute(update(PatientRow).where(PatientRow.id == patient_id).values(deceased_on=MONDAY))
    with pytest.raises(BadInput):
        brace.prescribe(clinic.surgeon, draft)
    assert not brace.order_facts(clinic.surgeon, patient_id).may_sign
    assert brace.of_patient(clinic.surgeon, patient_id) == ()


def test_a_long_note_to_a_step_is_refused_whole(clinic: SmallClinic) -> None:
    order = ordered(clinic)
    with pytest.raises(BadInput):
        brace.advance(clinic.nurse, order.id, order.version, S.MEASURED, "x" * 10_001)
    assert brace.open_order(clinic.front, order.id).order.status is S.PRESCRIBED


def test_the_form_begins_with_the_case_and_warns_of_an_order_that_stands(clinic: SmallClinic) -> None:
    order = ordered(clinic)
    assert order.draft.booking_id is not None
    facts = brace.order_facts_after(clinic.surgeon, order.draft.booking_id)
    assert (facts.patient_id, facts.booking_id) == (order.draft.patient_id, order.draft.booking_id)
    assert (facts.patient, facts.procedure, facts.may_sign) == ("Rosa Ortiz", "Kyphoplasty L1", True)
    assert facts.orders == (order,)
    assert {one.hcpcs for one in facts.braces} >= {"L0464", "L0648"}


@pytest.mark.parametrize(
    "role", [Role.SCHEDULER, Role.NURSE, Role.ANESTHESIA, Role.ADMINISTRATOR, Role.SYSTEM]
)
def test_only_a_surgeon_orders(clinic: SmallClinic, role: Role) -> None:
    patient_id = add_patient(clinic)
    with pytest.raises(NotAllowed):
        brace.prescribe(clinic.desk(role), brace_draft(patient_id))
    if role is not Role.SYSTEM:
        assert not brace.order_facts(clinic.desk(role), patient_id).may_sign


def test_the_program_itself_handles_no_brace(clinic: SmallClinic) -> None:
    order = ordered(clinic)
    with pytest.raises(NotAllowed):
        brace.advance(clinic.desk(Role.SYSTEM), order.id, order.version, S.MEASURED)
