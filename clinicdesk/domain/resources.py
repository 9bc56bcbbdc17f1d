"""Everything that can be busy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinicdesk.domain.ids import PatientId, ResourceId, UserId
from clinicdesk.i18n import _


class ResourceKind(StrEnum):
    """The kinds of things that can be busy. A booking claims at most one unit of each."""

    SURGEON = "surgeon"
    ANESTHESIA = "anesthesia"
    NURSE = "nurse"
    ROOM = "room"
    C_ARM = "c_arm"
    BAY = "bay"
    BED = "bed"
    PATIENT = "patient"

    @property
    def label(self) -> str:
        """The kind in the person's language."""
        return {
            ResourceKind.SURGEON: _("Surgeon"),
            ResourceKind.ANESTHESIA: _("Anesthesia provider"),
            ResourceKind.NURSE: _("Sedation nurse"),
            ResourceKind.ROOM: _("Room"),
            ResourceKind.C_ARM: _("C-arm"),
            ResourceKind.BAY: _("Recovery bay"),
            ResourceKind.BED: _("Overnight bed"),
            ResourceKind.PATIENT: _("Patient"),
        }[self]


class Serves(StrEnum):
    """What a room is for: nobody wants a kyphoplasty in the consulting room because the others were taken."""

    ALL = "all"
    PROCEDURES = "procedures"
    VISITS = "visits"

    @property
    def label(self) -> str:
        """What it is for, in the person's language."""
        return {
            Serves.ALL: _("Procedures and visits"),
            Serves.PROCEDURES: _("Procedures only"),
            Serves.VISITS: _("Visits only"),
        }[self]

    def suits(self, *, is_visit: bool) -> bool:
        """Whether a unit of this sort is taken for a visit, or for a procedure."""
        return self is Serves.ALL or (self is Serves.VISITS) is is_visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One unit: Room 2, C-arm 1, Dr Lin. ``user_id`` is the person behind a surgeon, nurse or anesthesia provider.

    ``serves`` is what the unit is taken for where none was asked for.
    """

    id: ResourceId
    kind: ResourceKind
    name: str
    active: bool = True
    position: int = 0
    user_id: UserId | None = None
    patient_id: PatientId | None = None
    serves: Serves = Serves.ALL
    version: int = 1
