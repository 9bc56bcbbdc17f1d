"""Recovery check-ins: what is due, attempts to reach the patient, answers, and the surgeon's review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.catalogue import Family
from clinicdesk.domain.ids import BookingId, CheckInId, PatientId
from clinicdesk.domain.pathways import Channel
from clinicdesk.domain.redflags import Tier
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

PATIENT_ATTEMPTS = 4
"""Attempts on the patient before the alternate contacts are called (AHRQ RED follow-up form)."""

MATTERS = 2
"""The smallest change of NRS pain that matters, in points (Ostelo 2008)."""

UNSCHEDULED = "unscheduled"
"""The step key of a check-in that no pathway asked for: the patient called."""


def check_pain(score: int | None) -> int | None:
    """An NRS pain score: a whole number from 0 to 10, or None where it was not asked. Raises `BadInput`."""
    if score is not None and not 0 <= score <= 10:
        raise BadInput(_("Pain is a whole number from 0 to 10."), "pain")
    return score


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


class Closing(StrEnum):
    """Why a check-in is no longer open."""

    ANSWERED = "answered"
    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    DIED = "died"
    NOT_NEEDED = "not_needed"

    @property
    def label(self) -> str:
        """The reason in the person's language."""
        return {
            Closing.ANSWERED: _("Answered"),
            Closing.NOT_REACHED: _("Not reached"),
            Closing.REFUSED: _("Does not want to be called"),
            Closing.DIED: _("Died"),
            Closing.NOT_NEEDED: _("Not needed"),
        }[self]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """One line of the calls: a check-in that waits. ``overdue`` is in days past the end of its window's first day."""

    check_in_id: CheckInId
    patient_id: PatientId
    booking_id: BookingId
    patient: str
    birth_date: date
    language: str
    interpreter: bool
    phone: str
    best_time: str
    procedure: str
    levels: tuple[str, ...]
    procedure_day: date
    label: str
    channel: Channel
    due_on: date
    overdue: int
    attempts: int
    last_attempt: datetime | None
    last_outcome: CallOutcome | None
    not_before: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredBefore:
    """An earlier check-in of the same booking: its day after the procedure and its pain score."""

    label: str
    day: int
    at: datetime
    pain: int | None
    tier: Tier | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSheet:
    """Everything the person at the phone needs."""

    line: WorkLine
    mrn: str
    sex: str
    surgeon: str
    family: Family
    day: int
    has_brace: bool
    pain_before: int | None
    phones: tuple[Phone, ...]
    attempts: tuple[CallAttempt, ...]
    earlier: tuple[AnsweredBefore, ...]
    version: int
    state: BookingState

    @property
    def call_contacts_now(self) -> bool:
        """Whether the patient was tried often enough for the alternate contacts."""
        tries = sum(1 for attempt in self.attempts if attempt.outcome is not CallOutcome.REACHED)
        return tries >= PATIENT_ATTEMPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """One line of the surgeon's review: a check-in that was closed and not signed off."""

    check_in_id: CheckInId
    patient_id: PatientId
    booking_id: BookingId
    patient: str
    birth_date: date
    procedure: str
    levels: tuple[str, ...]
    surgeon: str
    label: str
    day: int
    closed_at: datetime
    closing: Closing
    tier: Tier | None
    complete: bool
    pains: tuple[int | None, ...]
    note: str
    told_surgeon_at: datetime | None
    version: int
    findings: tuple[str, ...] = ()
    brace: str = ""

    @property
    def worse(self) -> bool:
        """Whether pain rose by a change that matters against the score before."""
        return is_worse(self.pains)


def is_worse(pains: Sequence[int | None]) -> bool:
    """Whether the last known pain score lies `MATTERS` points or more above the one before it."""
    known = [pain for pain in pains if pain is not None]
    return len(known) >= 2 and known[-1] - known[-2] >= MATTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCounts:
    """What the places show: calls waiting, flags not reviewed, emergencies among them."""

    due: int
    overdue: int
    unreviewed: int
    flags: int
    emergencies: int
