"""Brace orders: prescribe, sign, and follow them to the patient and off again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from clinicdesk.domain import brace as rules
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.brace import LONGEST_NOTES, BraceDraft, BraceEvent, BraceOrderRecord, BraceStatus
from clinicdesk.domain.brace_types import BraceRuleKind, BraceType
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, BraceOrderId, PatientId
from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.permissions import Act
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.work import Work, chart, command, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import brace, catalogue, users


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceSheet:
    """One order with its steps, its kind of brace and what a payer asks for."""

    order: BraceOrderRecord
    brace: BraceType
    events: tuple[BraceEvent, ...]
    advices: tuple[str, ...]
    next_step: BraceStatus | None = None
    """The step that usually comes next; None when the brace is off or the order was cancelled."""
    later_steps: tuple[BraceStatus, ...] = ()
    """Where it may go instead, by leaving steps out."""

    @property
    def can_be_cancelled(self) -> bool:
        """Whether the order can still be cancelled."""
        return BraceStatus.CANCELLED in self.order.next_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceFacts:
    """What the order form begins with."""

    patient_id: PatientId
    booking_id: BookingId | None
    patient: str
    birth_date: date
    mrn: str
    today: date
    braces: tuple[BraceType, ...]
    orders: tuple[BraceOrderRecord, ...]
    """The patient's orders that are not over: a second one is rarely meant."""
    procedure: str = ""
    diagnosis: str = ""
    npi: str = ""
    may_sign: bool = False


@query(Act.READ_CHART)
def order_facts(work: Work, patient_id: PatientId) -> BraceFacts:
    """For whom, and what can be ordered. Raises `NotFound`."""
    return _facts(work, patient_id)


@query(Act.READ_CHART)
def order_facts_after(work: Work, booking_id: BookingId) -> BraceFacts:
    """For whom and after which procedure, and what can be ordered: the patient is the booking's. Raises `NotFound`."""
    booking = bookings.read(work.session, booking_id)
    name = catalogue.procedure(work.session, booking.draft.procedure_key).name
    return replace(
        _facts(work, booking.draft.patient_id),
        booking_id=booking_id,
        procedure=with_levels(name, booking.draft.levels),
        diagnosis=booking.draft.diagnosis,
    )


def _facts(work: Work, patient_id: PatientId) -> BraceFacts:
    patient = brace.patient_head(work.session, patient_id)
    return BraceFacts(
        patient_id=patient_id,
        booking_id=None,
        patient=patient.name,
        birth_date=patient.birth_date,
        mrn=patient.mrn,
        today=work.clinic.zone.day_of(work.now),
        braces=catalogue.brace_types(work.session),
        orders=tuple(o for o in brace.of_patient(work.session, patient_id) if not o.status.is_over),
        npi=users.read(work.session, work.actor.user_id).npi,
        may_sign=work.may(Act.PRESCRIBE_BRACE) and not patient.is_deceased,
    )


@command(Act.PRESCRIBE_BRACE)
def prescribe(work: Work, draft: BraceDraft) -> BraceOrderRecord:
    """Order a brace and sign the order: whoever prescribes is the treating practitioner (42 CFR 410.38(d)(1)).

    Raises `BadInput` for a brace the clinic does not offer, or an order dated in the future.
    """
    catalogue.brace_type(work.session, draft.hcpcs)
    if brace.patient_head(work.session, draft.patient_id).is_deceased:
        raise BadInput(_("This patient has died. Nothing was ordered."))
    if draft.booking_id is not None:
        booking = bookings.read(work.session, draft.booking_id)
        if booking.draft.patient_id != draft.patient_id:
            raise BadInput(_("This case belongs to another patient. Nothing was ordered."))
    if draft.ordered_on > work.clinic.zone.day_of(work.now):
        raise BadInput(_("An order cannot be dated in the future."), "ordered_on")
    order_id = brace.add(work.session, draft, by=work.actor.user_id, at=work.now, signed_at=work.now)
    work.record(AuditAction.CREATED, Subject.BRACE, order_id, hcpcs=draft.hcpcs, weeks=draft.weeks)
    work.audit(AuditAction.SIGNED, Subject.BRACE, order_id)
    _touch(work, draft)
    return brace.read(work.session, order_id)


@command(Act.HANDLE_BRACE)
def advance(
    work: Work, order_id: BraceOrderId, version: int, status: BraceStatus, note: str = ""
) -> BraceOrderRecord:
    """Take an order to ``status``. Delivery is dated today.

    Raises `BadInput` for a step that makes no sense, or a delivery before the order is signed where a rule asks for that.
    """
    order = brace.read(work.session, order_id)
    if status not in order.next_steps:
        raise BadInput(
            _("This order is “{status}”; it cannot become “{next}”.").format(
                status=order.status.label, next=status.label
            )
        )
    today = work.clinic.zone.day_of(work.now)
    values: dict[str, object] = {"status": status}
    if status is BraceStatus.DELIVERED:
        _check_delivery(work, order)
        values["delivered_on"] = today
    brace.change(work.session, order_id, version, **values)
    if len(note) > LONGEST_NOTES:
        raise BadInput(
            _("This note is too long: 10,000 characters at most. Nothing was saved; shorten it."), "note"
        )
    brace.note_step(work.session, order_id, status, by=work.actor.user_id, at=work.now, note=note.strip())
    work.record(AuditAction.STATE, Subject.BRACE, order_id, status=status.value)
    _touch(work, order.draft)
    return brace.read(work.session, order_id)


@command(Act.HANDLE_BRACE)
def take_back_step(work: Work, order_id: BraceOrderId, version: int) -> BraceOrderRecord:
    """Undo the last step of an order; the audit trail keeps both. Raises `Stale`, and `NotFound` for the first step."""
    order = brace.read(work.session, order_id)
    before = brace.drop_last_step(work.session, order_id)
    values: dict[str, object] = {"status": before}
    if order.status is BraceStatus.DELIVERED:
        values["delivered_on"] = None
    brace.change(work.session, order_id, version, **values)
    work.record(AuditAction.STATE, Subject.BRACE, order_id, status=before.value, undone=order.status.value)
    _touch(work, order.draft)
    return brace.read(work.session, order_id)


@query(Act.SEE_DIARY)
def open_orders(work: Work) -> tuple[BraceOrderRecord, ...]:
    """The orders under way, the longest waiting first."""
    return brace.open_orders(work.session)


@query(Act.SEE_DIARY)
def waiting_count(work: Work) -> int:
    """How many patients wait for their brace."""
    return brace.count_waiting(work.session)


@query(Act.SEE_CLINIC)
def brace_types(work: Work) -> tuple[BraceType, ...]:
    """The braces the clinic orders."""
    return catalogue.brace_types(work.session)


@chart(Act.READ_CHART)
def open_order(work: Work, order_id: BraceOrderId) -> BraceSheet:
    """One order as its page shows it."""
    order = brace.read(work.session, order_id)
    kind = catalogue.brace_type(work.session, order.draft.hcpcs)
    work.audit(AuditAction.READ, Subject.BRACE, order_id)
    steps = brace.events(work.session, order_id)
    authorized = any(step.status is BraceStatus.AUTHORIZED for step in steps)
    usual = rules.usual_next(order, kind)
    return BraceSheet(
        order=order,
        brace=kind,
        events=steps,
        advices=_advices(order, kind, authorized=authorized),
        next_step=usual,
        later_steps=tuple(s for s in order.next_steps if s not in (usual, BraceStatus.CANCELLED)),
    )


@query(Act.READ_CHART)
def of_patient(work: Work, patient_id: PatientId) -> tuple[BraceOrderRecord, ...]:
    """A patient's orders, the newest first."""
    return brace.of_patient(work.session, patient_id)


@query(Act.READ_CHART)
def of_booking(work: Work, booking_id: BookingId) -> tuple[BraceOrderRecord, ...]:
    """The orders of a booking, the newest first."""
    return brace.of_booking(work.session, booking_id)


def _advices(order: BraceOrderRecord, kind: BraceType, *, authorized: bool) -> tuple[str, ...]:
    """What a payer asks for matters until the brace is there."""
    if not order.status.is_waiting:
        return ()
    return rules.advices(kind, order.draft.ordered_on, authorized=authorized)


def _check_delivery(work: Work, order: BraceOrderRecord) -> None:
    kind = catalogue.brace_type(work.session, order.draft.hcpcs)
    asked = kind.rules_on(order.draft.ordered_on)
    if BraceRuleKind.VISIT_AND_ORDER_FIRST in asked and order.signed_at is None:
        raise BadInput(_("This brace may be delivered only after the order is signed. Sign the order first."))


def _touch(work: Work, draft: BraceDraft) -> None:
    work.changed(Subject.PATIENT, draft.patient_id)
    if draft.booking_id is not None:
        work.changed(Subject.DISCHARGE, draft.booking_id)
