"""Confirming a case by phone: who has to be called before it, what to say, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.instructions import BeforeCase
from clinicdesk.domain.preparation import CheckPoint
from clinicdesk.domain.recovery import CallAttempt, CallOutcome, Phone, contacts_next, tries_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmLine:
    """One line of the list: a booked case that nobody has confirmed. ``attempts`` are those since it was last reached."""

    booking_id: BookingId
    patient_id: PatientId
    patient: str
    birth_date: date
    language: str
    interpreter: bool
    phone: str
    best_time: str
    procedure: str
    levels: tuple[str, ...]
    starts: datetime
    attempts: int = 0
    last_attempt: datetime | None = None
    last_outcome: CallOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSheet:
    """Everything for the phone.

    ``escort`` is who is named to take the patient home; ``blood_thinner`` the medicine the chart names, where it matters;
    ``has_brace`` whether a brace was ordered for this case. ``missing`` is what the call may settle as well.
    """

    line: ConfirmLine
    mrn: str
    state: BookingState
    before: BeforeCase
    escort_required: bool
    escort: str
    blood_thinner: str
    has_brace: bool
    surgeon: str
    phones: tuple[Phone, ...]
    attempts: tuple[CallAttempt, ...]
    missing: tuple[CheckPoint, ...]
    clinic_name: str
    version: int

    @property
    def is_open(self) -> bool:
        """Whether it still has to be confirmed."""
        return self.state is BookingState.BOOKED

    @property
    def tries(self) -> int:
        """How often the patient was tried in vain since somebody was last reached."""
        return tries_of(since_reached(self.attempts), self.phones)

    @property
    def call_contacts_now(self) -> bool:
        """Whether the contacts' turn has come: the patient was tried often enough, or has no number that is right."""
        return contacts_next(since_reached(self.attempts), self.phones)


def since_reached(attempts: Sequence[CallAttempt]) -> tuple[CallAttempt, ...]:
    """The attempts after the last that reached the patient: a case that was moved is called about anew."""
    reached = [number for number, each in enumerate(attempts) if each.outcome is CallOutcome.REACHED]
    return tuple(attempts[reached[-1] + 1 :] if reached else attempts)
