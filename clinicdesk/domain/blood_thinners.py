"""Blood thinners and bleeding risk: reminders to confirm with the prescriber, never an order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinicdesk.domain.times import short_day
from clinicdesk.domain.words import check_key, check_name
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

MOST_HOLD_DAYS = 60

_NONE_TAKEN = frozenset({"none", "no", "-", "n/a"})


def medicine_named(typed: str) -> str:
    """The blood thinner that a chart's line names, in one line; empty where the line says that there is none."""
    words = " ".join(typed.split())
    return "" if words.casefold() in _NONE_TAKEN else words


class BleedingRisk(StrEnum):
    """The bleeding risk of a procedure (SIR 2019 knows high and low)."""

    HIGH = "high"
    LOW = "low"
    NONE = "none"

    @property
    def label(self) -> str:
        """The risk in the person's language."""
        return {BleedingRisk.HIGH: _("High"), BleedingRisk.LOW: _("Low"), BleedingRisk.NONE: _("None")}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class BloodThinner:
    """A medicine that thins the blood, and the clinic's reminder for it: to confirm with the prescriber.

    ``high_risk`` and ``low_risk`` are the reminders before a procedure of that bleeding risk. Never an order.
    ``usual_hold`` says in words how long before a high-risk procedure it is usually held ("3 to 5 days", "4 doses");
    ``hold_days`` is the longest such hold in days, absent where it is counted otherwise.
    """

    key: str
    name: str
    also: tuple[str, ...] = ()
    high_risk: str = ""
    low_risk: str = ""
    usual_hold: str = ""
    hold_days: int | None = None
    source: str = ""
    confirm: bool = True

    def __post_init__(self) -> None:
        """Raise `BadInput` where a value cannot be."""
        check_key(self.key)
        check_name(self.name)
        if self.hold_days is not None and not 0 <= self.hold_days <= MOST_HOLD_DAYS:
            raise BadInput(_("A hold has 0 to {most} days.").format(most=MOST_HOLD_DAYS), "hold_days")

    def is_named(self, text: str) -> bool:
        """Whether ``text`` holds one of its names as a word."""
        words = set(re.findall(r"\w+", text.casefold()))
        return any(set(name.casefold().split()) <= words for name in (self.name, *self.also))

    def reminder(self, risk: BleedingRisk) -> str:
        """What to remind of before a procedure of ``risk``; empty where there is nothing."""
        return {BleedingRisk.HIGH: self.high_risk, BleedingRisk.LOW: self.low_risk, BleedingRisk.NONE: ""}[
            risk
        ]

    def hold_reminder(self, risk: BleedingRisk, case_day: date | None) -> str:
        """What to ask the prescriber about, with the day on which the usual hold would begin where that is known."""
        if risk is not BleedingRisk.HIGH or not self.usual_hold:
            return _("{medicine}: {reminder}").format(medicine=self.name, reminder=self.reminder(risk))
        if case_day is None or self.hold_days is None:
            return _("{medicine}: usual hold {hold}. Confirm with the prescriber.").format(
                medicine=self.name, hold=self.usual_hold
            )
        return _("{medicine}: usual hold {hold}, from {day}. Confirm with the prescriber.").format(
            medicine=self.name,
            hold=self.usual_hold,
            day=short_day(case_day - timedelta(days=self.hold_days)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BleedingLimits:
    """Laboratory values to look at before a procedure of ``risk`` (SIR 2019); platelets in 10^9/L."""

    risk: BleedingRisk
    inr_at_most: str
    platelets_at_least: int
    source: str = ""
