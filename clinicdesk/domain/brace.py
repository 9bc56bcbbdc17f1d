"""Brace orders: from the prescription to the day the brace comes off for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from clinicdesk.domain.brace_types import BraceRuleKind, BraceType
from clinicdesk.domain.ids import BookingId, BraceOrderId, PatientId, UserId
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

LONGEST_WEEKS = 104
MOST_PIECES = 9
LONGEST_DIAGNOSIS = 200
LONGEST_NOTES = 10_000


class BraceStatus(StrEnum):
    """Where an order stands."""

    PRESCRIBED = "prescribed"
    AUTHORIZED = "authorized"
    MEASURED = "measured"
    FITTED = "fitted"
    DELIVERED = "delivered"
    WORN = "worn"
    WEANED = "weaned"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The status in the person's language."""
        return {
            BraceStatus.PRESCRIBED: _("Prescribed"),
            BraceStatus.AUTHORIZED: _("Authorized"),
            BraceStatus.MEASURED: _("Measured"),
            BraceStatus.FITTED: _("Fitted"),
            BraceStatus.DELIVERED: _("Delivered"),
            BraceStatus.WORN: _("Worn"),
            BraceStatus.WEANED: _("Being weaned"),
            BraceStatus.ENDED: _("Ended"),
            BraceStatus.CANCELLED: _("Cancelled"),
        }[self]

    @property
    def is_waiting(self) -> bool:
        """Whether the patient does not have the brace yet: a discharge must show it."""
        return self in _BEFORE_DELIVERY

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self in {BraceStatus.ENDED, BraceStatus.CANCELLED}


_LIFE = tuple(status for status in BraceStatus if status is not BraceStatus.CANCELLED)
_BEFORE_DELIVERY = frozenset(_LIFE[: _LIFE.index(BraceStatus.DELIVERED)])


def next_statuses(status: BraceStatus) -> tuple[BraceStatus, ...]:
    """Where an order may go, the usual next step first.

    Steps may be left out (a prefabricated brace is not measured), and only the last one can be undone; delivery itself is
    never skipped. An order can be cancelled until it is delivered.
    """
    if status.is_over:
        return ()
    later = _LIFE[_LIFE.index(status) + 1 :]
    if status.is_waiting:
        later = later[: later.index(BraceStatus.DELIVERED) + 1]
        return (*later, BraceStatus.CANCELLED)
    return later


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceDraft:
    """What the order form holds. ``weeks`` is how long it is worn; ``wear_rule`` is printed for the patient."""

    patient_id: PatientId
    booking_id: BookingId | None = None
    hcpcs: str
    quantity: int = 1
    weeks: int
    wear_rule: str
    diagnosis: str = ""
    ordered_on: date
    notes: str = ""

    def __post_init__(self) -> None:
        """Raise `BadInput` naming the field."""
        if not 1 <= self.weeks <= LONGEST_WEEKS:
            raise BadInput(_("A brace is worn for 1 to 104 weeks."), "weeks")
        if not 1 <= self.quantity <= MOST_PIECES:
            raise BadInput(_("Order 1 to 9 pieces."), "quantity")
        if not self.wear_rule.strip():
            raise BadInput(_("Write when the brace is worn: the patient reads it on the sheet."), "wear_rule")
        if len(self.diagnosis) > LONGEST_DIAGNOSIS:
            raise BadInput(_("The diagnosis is too long: 200 characters at most."), "diagnosis")
        if len(self.notes) > LONGEST_NOTES:
            raise BadInput(
                _("This note is too long: 10,000 characters at most. Nothing was saved; shorten it."), "notes"
            )
        if len(self.wear_rule) > 500:
            raise BadInput(
                _("The wearing rule is too long for the sheet: 500 characters at most."), "wear_rule"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceOrderRecord:
    """A stored order, with the names its screens show. ``signed_at`` is the prescriber's signature (UTC).

    ``wanted_at`` is when the case begins for which a brace is still to be delivered. It is read with the case each time, so
    a case that moves takes it along.
    """

    id: BraceOrderId
    draft: BraceDraft
    brace: str
    status: BraceStatus
    patient: str
    birth_date: date
    mrn: str
    prescriber_id: UserId
    prescriber: str
    prescriber_npi: str = ""
    signed_at: datetime | None = None
    delivered_on: date | None = None
    wanted_at: datetime | None = None
    version: int = 1

    @property
    def worn_until(self) -> date | None:
        """The day on which the prescribed weeks end; None before delivery."""
        return None if self.delivered_on is None else self.delivered_on + timedelta(weeks=self.draft.weeks)

    @property
    def next_steps(self) -> tuple[BraceStatus, ...]:
        """Where it may go, the usual step first."""
        return next_statuses(self.status)


@dataclass(frozen=True, slots=True)
class BraceEvent:
    """One step in the life of an order."""

    status: BraceStatus
    at: datetime
    by: str
    note: str = ""


def advices(brace: BraceType, day: date, *, authorized: bool) -> tuple[str, ...]:
    """What a payer asks of this order on ``day``, as sentences (dated CMS rules, `BraceType.rules_on`)."""
    rules = brace.rules_on(day)
    sentences = []
    if BraceRuleKind.VISIT_AND_ORDER_FIRST in rules:
        sentences.append(
            _("Medicare: a visit within 6 months before the order, and the signed order before delivery.")
        )
    if BraceRuleKind.PRIOR_AUTHORIZATION in rules and not authorized:
        sentences.append(_("Medicare: prior authorization before delivery (valid 60 days)."))
    return tuple(sentences)


def usual_next(order: BraceOrderRecord, brace: BraceType) -> BraceStatus | None:
    """The step that usually comes next: no authorization where no payer asks for one (`BraceType.rules_on`)."""
    steps = [step for step in order.next_steps if step is not BraceStatus.CANCELLED]
    asked = BraceRuleKind.PRIOR_AUTHORIZATION in brace.rules_on(order.draft.ordered_on)
    if steps and steps[0] is BraceStatus.AUTHORIZED and not asked:
        steps = steps[1:]
    return steps[0] if steps else None
