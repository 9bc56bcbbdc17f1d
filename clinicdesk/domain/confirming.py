"""Confirming a case by phone: who has to be called before it, what to say, and what came of it.

Who is likely not to come (`clinicdesk.domain.no_shows`) is called twice: to confirm, and again on the working day before.
Who was reached for the first time only then is called again on the day of the case. That a second call is due follows from
the calls and from the state of the booking, and nothing waits for it: the case stays confirmed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import CallAttempt, CallOutcome, Phone, Ringing
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.instructions import BeforeCase
from clinicdesk.domain.no_shows import no_show_risk
from clinicdesk.domain.preparation import CheckPoint
from clinicdesk.domain.working_days import Calendar

_CALLED = frozenset({BookingState.BOOKED, BookingState.CONFIRMED})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTwice:
    """Why one call is not enough, and when the second is due.

    ``second_on`` is a day of the clinic's calendar, as if a first call that is still to come were made today; None where the
    second was made, or no day is left for it. ``second_due``: the first confirmed the case, and the second's day has come.
    """

    missed_before: bool
    long_wait: bool
    second_on: date | None
    second_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmLine:
    """One line of the list: a case to come, booked or confirmed. ``attempts`` are those since it was last reached.

    ``created`` is when it was booked, ``missed_before`` whether the patient missed an earlier appointment, ``reached`` when
    the patient was reached to confirm, the oldest first. ``twice`` is None for whom one call is enough.
    """

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
    state: BookingState
    created: datetime
    starts: datetime
    attempts: int = 0
    last_attempt: datetime | None = None
    last_outcome: CallOutcome | None = None
    missed_before: bool = False
    reached: tuple[datetime, ...] = ()
    twice: CallTwice | None = None

    @property
    def is_second(self) -> bool:
        """Whether the call that is due is the second one."""
        return self.state is BookingState.CONFIRMED and self.twice is not None and self.twice.second_due

    @property
    def waits(self) -> bool:
        """Whether a call is due: nobody has confirmed it yet, or it is time for the second call."""
        return self.state is BookingState.BOOKED or self.is_second


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
    wrong: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether it still has to be confirmed, for the first or the second time."""
        return self.line.waits

    @property
    def ringing(self) -> Ringing:
        """Whom to ring now; a case that was moved is called about anew."""
        return Ringing.after(self.phones, self.attempts, self.wrong)


def called_twice(line: ConfirmLine, usual: float, calendar: Calendar) -> CallTwice | None:
    """Whether and when the patient of ``line`` is called a second time; None for whom one call is enough.

    ``usual`` is the chance (0 to 1) that a patient of this clinic with neither factor does not come.
    """
    risk = no_show_risk(int(line.missed_before), line.starts - line.created, usual)
    if not risk.call_twice or line.state not in _CALLED:
        return None
    today, zone = calendar.today, calendar.zone
    case_day = zone.day_of(line.starts)
    confirmed = line.state is BookingState.CONFIRMED
    reached = {zone.day_of(at) for at in line.reached}
    second_on = second_call_on(
        case_day, calendar.working.last_by(case_day - _DAY), reached if confirmed else {*reached, today}
    )
    return CallTwice(
        missed_before=risk.missed_before,
        long_wait=risk.long_wait,
        second_on=second_on,
        second_due=confirmed and second_on is not None and second_on <= today,
    )


def second_call_on(case_day: date, day_before: date, reached: Collection[date]) -> date | None:
    """The day of the second call to who was reached on these days; None once that was made, or where no day is left.

    It belongs on ``day_before``, the working day before the case, and nobody is called twice on one day: who was reached
    on that day for the first time is called again on the day of the case.
    """
    last = max(reached, default=date.min)
    if last < day_before:
        return day_before
    return case_day if len(set(reached)) == 1 and last < case_day else None
