"""Recovery check-ins: what is due, attempts to reach the patient, answers, and the surgeon's review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import CallAttempt, CallOutcome, Phone, Ringing
from clinicdesk.domain.catalogue import Family
from clinicdesk.domain.ids import BookingId, CheckInId, PatientId
from clinicdesk.domain.pathways import Channel
from clinicdesk.domain.redflags import Tier
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

MATTERS = 2
"""The smallest change of NRS pain that matters, in points (Ostelo 2008)."""

UNSCHEDULED = "unscheduled"
"""The step key of a check-in that no pathway asked for: the patient called."""


def check_pain(score: int | None) -> int | None:
    """An NRS pain score: a whole number from 0 to 10, or None where it was not asked. Raises `BadInput`."""
    if score is not None and not 0 <= score <= 10:
        raise BadInput(_("Pain is a whole number from 0 to 10."), "pain")
    return score


class Closing(StrEnum):
    """Why a check-in is no longer open."""

    ANSWERED = "answered"
    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    DIED = "died"
    NOT_NEEDED = "not_needed"
    OVERTAKEN = "overtaken"
    """A later call of the same recovery was answered first: nobody is called twice for the same days."""

    @property
    def label(self) -> str:
        """The reason in the person's language."""
        return {
            Closing.ANSWERED: _("Answered"),
            Closing.NOT_REACHED: _("Not reached"),
            Closing.REFUSED: _("Does not want to be called"),
            Closing.DIED: _("Died"),
            Closing.NOT_NEEDED: _("Not needed"),
            Closing.OVERTAKEN: _("Answered with a later check-in"),
        }[self]


class CallGroup(StrEnum):
    """Where a check-in that waits stands in the day of whoever calls, the first to be called first."""

    OVERDUE = "overdue"
    DUE = "due"
    LATER = "later"
    """To be called again, but not before a time that was agreed."""
    UPCOMING = "upcoming"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """One line of the calls: a check-in that waits. ``overdue`` is in days past the end of its window's first day."""

    check_in_id: CheckInId
    patient_id: PatientId
    booking_id: BookingId
    step_key: str
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

    @property
    def is_unscheduled(self) -> bool:
        """Whether the patient called, or is called back: no pathway asked for it."""
        return self.step_key == UNSCHEDULED

    def day(self, today: date) -> int:
        """Days since the procedure."""
        return (today - self.procedure_day).days

    def group(self, now: datetime, today: date) -> CallGroup:
        """Where it stands at ``now`` (UTC), on the clinic's ``today``."""
        if self.not_before is not None and self.not_before > now:
            return CallGroup.LATER
        if self.due_on > today:
            return CallGroup.UPCOMING
        return CallGroup.OVERDUE if self.overdue else CallGroup.DUE


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
    wrong: frozenset[str] = frozenset()
    """Numbers that were wrong when they were last rung for this patient, whatever the call was about."""
    closing: Closing | None = None
    """Why it is no longer open; None while it is."""
    told_surgeon_at: datetime | None = None

    @property
    def ringing(self) -> Ringing:
        """Whom to ring now."""
        return Ringing.after(self.phones, self.attempts, self.wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovering:
    """Somebody who may be calling: the newest procedure of a patient."""

    booking_id: BookingId
    patient: str
    birth_date: date
    mrn: str
    phone: str
    procedure: str
    levels: tuple[str, ...]
    procedure_day: date


class ReviewGroup(StrEnum):
    """Why a closed check-in wants the surgeon, the most pressing first; each stands in one group only."""

    FLAG = "flag"
    WORSE = "worse"
    INCOMPLETE = "incomplete"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 for the first to be read."""
        return tuple(ReviewGroup).index(self)


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
    told_surgeon_by: str = ""
    closed_by: str = ""
    findings: tuple[str, ...] = ()
    """What was answered with yes, the worst first."""
    brace: str = ""
    """The status of the newest brace order (`clinicdesk.domain.brace.BraceStatus`), or nothing."""

    @property
    def pain(self) -> int | None:
        """The score of this very check-in."""
        return self.pains[-1] if self.closing is Closing.ANSWERED and self.pains else None

    @property
    def worse(self) -> bool:
        """Whether pain rose by a change that matters against the score before."""
        return self.pain is not None and is_worse(self.pains)

    @property
    def group(self) -> ReviewGroup:
        """Why it wants the surgeon. Who was not reached, or did not answer everything, is never routine."""
        if self.tier is not None and self.tier is not Tier.NONE:
            return ReviewGroup.FLAG
        if self.worse:
            return ReviewGroup.WORSE
        return ReviewGroup.ROUTINE if self.complete else ReviewGroup.INCOMPLETE

    @property
    def urgency(self) -> tuple[int, int, datetime]:
        """What the review is sorted by: emergencies, other flags, who is worse, gaps, the rest; the oldest first."""
        return (-(self.tier.rank if self.tier else 0), self.group.rank, self.closed_at)


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


def late_before(today: date, is_open: Callable[[date], bool]) -> date:
    """Check-ins whose window ended before this day are late today.

    What ends while the clinic is closed is not late on the next day it opens, so the day after the last open day before
    ``today`` decides. A clinic that was not open within a year counts every day.
    """
    days = (today - timedelta(days=back) for back in range(1, 367))
    return next((day + timedelta(days=1) for day in days if is_open(day)), today)
