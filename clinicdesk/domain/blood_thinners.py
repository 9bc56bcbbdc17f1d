"""Blood thinners and bleeding risk: reminders to confirm with the prescriber, never an order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from clinicdesk.domain.words import check_key, check_name
from clinicdesk.i18n import _


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
    """

    key: str
    name: str
    also: tuple[str, ...] = ()
    high_risk: str = ""
    low_risk: str = ""
    source: str = ""
    confirm: bool = True

    def __post_init__(self) -> None:
        """Raise `BadInput` where a value cannot be."""
        check_key(self.key)
        check_name(self.name)

    def is_named(self, text: str) -> bool:
        """Whether ``text`` holds one of its names as a word."""
        words = set(re.findall(r"\w+", text.casefold()))
        return any(set(name.casefold().split()) <= words for name in (self.name, *self.also))

    def reminder(self, risk: BleedingRisk) -> str:
        """What to remind of before a procedure of ``risk``; empty where there is nothing."""
        return {BleedingRisk.HIGH: self.high_risk, BleedingRisk.LOW: self.low_risk, BleedingRisk.NONE: ""}[
            risk
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class BleedingLimits:
    """Laboratory values to look at before a procedure of ``risk`` (SIR 2019); platelets in 10^9/L."""

    risk: BleedingRisk
    inr_at_most: str
    platelets_at_least: int
    source: str = ""
