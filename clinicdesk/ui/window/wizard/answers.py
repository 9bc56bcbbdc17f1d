"""What the wizard has asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.resources import ResourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Everything a clinic is made of."""

    facts: ClinicFacts
    units: tuple[tuple[ResourceKind, str], ...]
    login: str
    full_name: str
    password: str = field(repr=False)
    recovery_key: str = field(repr=False)
