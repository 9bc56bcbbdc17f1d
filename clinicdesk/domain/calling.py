"""A telephone call: whom to ring, when the contacts' turn comes, and when to try again.

Recovery, confirming and the waiting list ring by these rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

PATIENT_ATTEMPTS = 4
"""Attempts on the patient before the alternate contacts are called (AHRQ RED follow-up form)."""


class CallOutcome(StrEnum):
    """What came of an attempt."""

    REACHED = "reached"
    CONTACT_REACHED = "contact_reached"
    NO_ANSWER = "no_answer"
    MESSAGE_LEFT = "message_left"
    CALL_BACK = "call_back"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The outcome in the person's language."""
        return {
            CallOutcome.REACHED: _("Reached"),
            CallOutcome.CONTACT_REACHED: _("Reached a contact"),
            CallOutcome.NO_ANSWER: _("No answer"),
            CallOutcome.MESSAGE_LEFT: _("Message left"),
            CallOutcome.CALL_BACK: _("Call back later"),
            CallOutcome.WRONG_NUMBER: _("Wrong number"),
            CallOutcome.REFUSED: _("Does not want to be called"),
        }[self]


_IN_VAIN = frozenset({CallOutcome.NO_ANSWER, CallOutcome.MESSAGE_LEFT, CallOutcome.WRONG_NUMBER})


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can be called, and whose it is."""

    who: str
    number: str
    is_patient: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAttempt:
    """One attempt to reach somebody."""

    at: datetime
    by: str
    called: str
    number: str
    outcome: CallOutcome
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """The numbers that stand for somebody, the patient's own first, and the attempts since they were last reached.

    ``wrong`` are the numbers that were wrong when they were last rung for this patient, in whatever call that was.
    """

    phones: tuple[Phone, ...] = ()
    attempts: tuple[CallAttempt, ...] = ()
    wrong: frozenset[str] = frozenset()

    @classmethod
    def after(
        cls, phones: Sequence[Phone], attempts: Sequence[CallAttempt], wrong: frozenset[str] = frozenset()
    ) -> Ringing:
        """How it stands after ``attempts``, the oldest first: whoever was reached is rung anew from the start."""
        return cls(tuple(phones), since_reached(attempts), wrong)

    @property
    def tries(self) -> int:
        """How often the patient was tried without being reached; calls to contacts do not count."""
        contacts = {phone.number for phone in self.phones if not phone.is_patient}
        return sum(1 for each in self.attempts if each.outcome in _IN_VAIN and each.number not in contacts)

    @property
    def contacts_now(self) -> bool:
        """Whether the contacts' turn has come: the patient was tried often enough, or has no number that is right."""
        own = {phone.number for phone in self.phones if phone.is_patient}
        return self.tries >= PATIENT_ATTEMPTS or own <= self.wrong

    @property
    def has_contact(self) -> bool:
        """Whether there is anybody beside the patient to ring."""
        return any(not phone.is_patient for phone in self.phones)

    @property
    def offered(self) -> tuple[Phone, ...]:
        """Whom one may ring now; the contacts not before their turn."""
        return tuple(phone for phone in self.phones if phone.is_patient or self.contacts_now)

    @property
    def right(self) -> tuple[Phone, ...]:
        """Those of them whose number has not turned out to be wrong, whom to ring first in front."""
        right = (phone for phone in self.offered if phone.number not in self.wrong)
        return tuple(sorted(right, key=lambda phone: phone.is_patient)) if self.contacts_now else tuple(right)

    @property
    def first(self) -> Phone | None:
        """Whom to ring now; None where no number is right."""
        return next(iter(self.right), None)


def since_reached(attempts: Sequence[CallAttempt]) -> tuple[CallAttempt, ...]:
    """The attempts after the last that reached the patient."""
    reached = [number for number, each in enumerate(attempts) if each.outcome is CallOutcome.REACHED]
    return tuple(attempts[reached[-1] + 1 :] if reached else attempts)


def check_attempt(outcome: CallOutcome, again_at: datetime | None, now: datetime) -> None:
    """Raise `BadInput` where an attempt cannot end like this: who asks for another time says one that is to come."""
    if outcome is CallOutcome.CALL_BACK and again_at is None:
        raise BadInput(_("Give the day and the time to call again."), "again_at")
    if again_at is not None and again_at <= now:
        raise BadInput(_("The time to call again has passed. Choose a later one."), "again_at")
