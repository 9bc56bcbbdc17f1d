"""Depths of sedation, who gives them and what they ask of the patient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinicdesk.domain.words import check_name
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _


class Sedation(StrEnum):
    """Depth of sedation (ASA continuum), lightest first. Local anesthetic is always given."""

    LOCAL = "local"
    MINIMAL = "minimal"
    MODERATE = "moderate"
    DEEP = "deep"
    GENERAL = "general"


class SedationProvider(StrEnum):
    """Who gives the sedation beside the proceduralist."""

    NONE = "none"
    NURSE = "nurse"
    ANESTHESIA = "anesthesia"

    @property
    def label(self) -> str:
        """The provider in the person's language."""
        return {
            SedationProvider.NONE: _("Nobody else"),
            SedationProvider.NURSE: _("Sedation nurse"),
            SedationProvider.ANESTHESIA: _("Anesthesia provider"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class SedationLevel:
    """One row of the sedation table (ASA continuum of depth of sedation; provider: ASA 2018, 42 CFR 416.42).

    MAC (monitored anesthesia care) is a service, not a depth: the booking holds it. ``aftercare_hours`` is how
    long at least the patient may not drive, drink alcohol, use machinery or sign legal papers afterwards; where
    the clinic's own facts ask for longer, the longer applies.
    """

    key: Sedation
    name: str
    response: str
    airway: str
    provider: SedationProvider
    escort_required: bool
    fasting: bool
    aftercare_hours: int
    source: str = ""
    confirm: bool = False

    def __post_init__(self) -> None:
        """Raise `BadInput` where a value cannot be."""
        check_name(self.name)
        if not 0 <= self.aftercare_hours <= 168:
            raise BadInput(_("Aftercare lasts 0 to 168 hours."), "aftercare_hours")
        if self.key in (Sedation.DEEP, Sedation.GENERAL) and self.provider is not SedationProvider.ANESTHESIA:
            raise BadInput(_("Deep sedation and general anesthesia need an anesthesia provider."), "provider")


def needs_anesthesia(level: SedationLevel | None, mac: bool) -> bool:
    """Whether an anesthesia provider must be there: deep, general, or MAC at any depth."""
    return mac or (level is not None and level.provider is SedationProvider.ANESTHESIA)
