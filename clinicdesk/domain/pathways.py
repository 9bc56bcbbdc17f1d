"""Recovery pathways: which check-ins follow a procedure, and on which days."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinicdesk.domain.words import check_key, check_name
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _


class OffsetUnit(StrEnum):
    """Units of a pathway; calendar days, weeks and months."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"

    @property
    def label(self) -> str:
        """The unit in the person's language."""
        return {
            OffsetUnit.DAYS: _("days"),
            OffsetUnit.WEEKS: _("weeks"),
            OffsetUnit.MONTHS: _("months"),
        }[self]


class Channel(StrEnum):
    """How a check-in reaches the patient."""

    PHONE = "phone"
    VISIT = "visit"
    MESSAGE = "message"

    @property
    def label(self) -> str:
        """The channel in the person's language."""
        return {Channel.PHONE: _("Call"), Channel.VISIT: _("Visit"), Channel.MESSAGE: _("Message")}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayStep:
    """One check-in: so long after the procedure, by this channel; late ``window_days`` after its due date."""

    key: str
    label: str
    amount: int
    unit: OffsetUnit
    channel: Channel
    window_days: int = 0

    def __post_init__(self) -> None:
        """Raise `BadInput` where a value cannot be."""
        check_key(self.key)
        check_name(self.label)
        if not 1 <= self.amount <= 1000:
            raise BadInput(
                _("A check-in comes 1 to 1,000 days, weeks or months after the procedure."), "amount"
            )
        if not 0 <= self.window_days <= 365:
            raise BadInput(_("A check-in stays open for 0 to 365 days."), "window_days")

    def due(self, procedure_day: date) -> date:
        """Its due date. Months clamp to the month's last day: 31 August and 6 months is 28 or 29 February."""
        if self.unit is OffsetUnit.MONTHS:
            return add_months(procedure_day, self.amount)
        return procedure_day + timedelta(days=self.amount * (7 if self.unit is OffsetUnit.WEEKS else 1))

    def last_day(self, procedure_day: date) -> date:
        """The last day on which it is not yet late."""
        return self.due(procedure_day) + timedelta(days=self.window_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """The check-ins that follow a procedure."""

    key: str
    name: str
    steps: tuple[PathwayStep, ...]
    source: str = ""
    confirm: bool = False

    def __post_init__(self) -> None:
        """Raise `BadInput` for a pathway without steps, or with two steps of one key."""
        check_key(self.key)
        check_name(self.name)
        if not self.steps:
            raise BadInput(_("A pathway needs at least one check-in."), "steps")
        if len({step.key for step in self.steps}) != len(self.steps):
            raise BadInput(_("Two check-ins of one pathway have the same key."), "steps")

    def in_order(self) -> tuple[PathwayStep, ...]:
        """The steps by how long after the procedure they come."""
        start = date(2001, 1, 1)
        return tuple(sorted(self.steps, key=lambda step: step.due(start)))


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months later, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shown_on(due: date, is_open: Callable[[date], bool]) -> date:
    """The day a check-in due on ``due`` stands on the work list: that day, or the next one the clinic opens.

    The due date itself stays. A clinic that does not open within a year shows it on the due date.
    """
    days = (due + timedelta(days=ahead) for ahead in range(366))
    return next((day for day in days if is_open(day)), due)
