"""The catalogue as it is kept: entries of several kinds, each with what the clinic made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from clinicdesk.domain.blood_thinners import BleedingLimits, BloodThinner
from clinicdesk.domain.brace_types import BraceType
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.pathways import Pathway
from clinicdesk.domain.redflags import RedFlagQuestion
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.errors import BadInput, NotFound
from clinicdesk.i18n import _

LONGEST_HANDOUT = 100_000
_HANDOUT_KEY = re.compile(r"[a-z_][a-z0-9_-]{0,59}", re.ASCII)


class EntryKind(StrEnum):
    """The kinds of catalogue entries."""

    PROCEDURE = "procedure"
    SEDATION = "sedation"
    BRACE = "brace"
    PATHWAY = "pathway"
    RED_FLAG = "red_flag"
    BLOOD_THINNER = "blood_thinner"
    BLEEDING_LIMITS = "bleeding_limits"
    HANDOUT = "handout"

    @property
    def label(self) -> str:
        """The kind in the person's language."""
        return {
            EntryKind.PROCEDURE: _("procedure"),
            EntryKind.SEDATION: _("sedation level"),
            EntryKind.BRACE: _("brace"),
            EntryKind.PATHWAY: _("pathway"),
            EntryKind.RED_FLAG: _("red-flag question"),
            EntryKind.BLOOD_THINNER: _("blood thinner"),
            EntryKind.BLEEDING_LIMITS: _("laboratory limits"),
            EntryKind.HANDOUT: _("handout"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHandout:
    """The clinic's own wording of a handout, in Markdown; it comes before the shipped text of that key and language."""

    key: str
    language: str
    text: str

    def __post_init__(self) -> None:
        """Raise `BadInput` for a text that is empty or far too long."""
        if not _HANDOUT_KEY.fullmatch(self.key):
            raise BadInput(_("There is no such handout."), "key")
        if not self.text.strip():
            raise BadInput(_("The handout is empty. Write it, or reset it to the shipped text."), "text")
        if len(self.text) > LONGEST_HANDOUT:
            raise BadInput(_("This text is too long for a handout."), "text")


CatalogueValue = (
    Procedure
    | SedationLevel
    | BraceType
    | Pathway
    | RedFlagQuestion
    | BloodThinner
    | BleedingLimits
    | OwnHandout
)

V = TypeVar("V", bound=CatalogueValue)


def entry_key(value: CatalogueValue) -> str:
    """What names ``value`` among the entries of its kind."""
    match value:
        case BraceType():
            return value.hcpcs
        case BleedingLimits():
            return value.risk.value
        case OwnHandout():
            return f"{value.language}/{value.key}"
        case _:
            return str(value.key)


def entry_name(value: CatalogueValue) -> str:
    """What a list calls ``value``."""
    match value:
        case RedFlagQuestion():
            return value.label
        case BleedingLimits():
            return value.risk.label
        case OwnHandout():
            return value.key
        case _:
            return value.name


def asks_to_confirm(value: CatalogueValue) -> bool:
    """Whether the clinic is asked to confirm ``value`` before relying on it."""
    match value:
        case BleedingLimits() | OwnHandout():
            return False
        case BraceType():
            return value.confirm or any(rule.confirm for rule in value.rules)
        case _:
            return value.confirm


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[V]):
    """A stored entry. ``edited``: it differs from what was shipped under its key (or nothing was)."""

    id: int
    kind: EntryKind
    value: V
    active: bool = True
    confirmed: bool = True
    edited: bool = False
    has_shipped: bool = True
    position: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything the clinic offers. Lookups also find what is no longer offered: old bookings refer to it."""

    procedures: tuple[Entry[Procedure], ...] = ()
    sedation_levels: tuple[Entry[SedationLevel], ...] = ()
    braces: tuple[Entry[BraceType], ...] = ()
    pathways: tuple[Entry[Pathway], ...] = ()
    red_flags: tuple[Entry[RedFlagQuestion], ...] = ()
    blood_thinners: tuple[Entry[BloodThinner], ...] = ()
    bleeding_limits: tuple[Entry[BleedingLimits], ...] = ()
    handouts: tuple[Entry[OwnHandout], ...] = ()

    def procedure(self, key: str) -> Procedure:
        """The procedure or visit of that key. Raises `NotFound`."""
        return _found(self.procedures, key)

    def sedation(self, key: str) -> SedationLevel:
        """The sedation level of that key. Raises `NotFound`."""
        return _found(self.sedation_levels, key)

    def brace(self, hcpcs: str) -> BraceType:
        """The brace of that code. Raises `NotFound`."""
        return _found(self.braces, hcpcs)

    def pathway(self, key: str) -> Pathway:
        """The pathway of that key. Raises `NotFound`."""
        return _found(self.pathways, key)

    @property
    def questions(self) -> tuple[RedFlagQuestion, ...]:
        """The red-flag questions in the order asked."""
        return tuple(entry.value for entry in self.red_flags if entry.active)

    def own_handouts(self, language: str) -> dict[str, str]:
        """The clinic's own handout texts of a language, by key."""
        values = (entry.value for entry in self.handouts if entry.active)
        return {value.key: value.text for value in values if value.language == language}


def _found(entries: tuple[Entry[V], ...], key: str) -> V:
    for entry in entries:
        if entry_key(entry.value) == key:
            return entry.value
    raise NotFound(_("There is no “{key}” in the catalogue.").format(key=key))
