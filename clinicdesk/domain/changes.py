"""What kinds of things an operation changed: every view decides for itself whether to load anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """The kinds of things that change, and that audit events are about."""

    CLINIC = "clinic"
    USER = "user"
    RESOURCE = "resource"
    CATALOGUE = "catalogue"
    PATIENT = "patient"
    BOOKING = "booking"
    DISCHARGE = "discharge"
    BRACE = "brace"
    CHECK_IN = "check_in"
    PAPER = "paper"
    CLOSURE = "closure"
    BLOCK = "block"
    PREPARATION = "preparation"
    """A point of a case's checklist; its number is the booking's."""
    AUDIT = "audit"
    """The audit trail itself: who opened, checked or exported it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed; ids only, never what it says."""

    subject: Subject
    id: int


Changes = frozenset[Change]

NOTHING: Changes = frozenset()

ALL = -1
"""The number that stands for everything of a kind."""

EVERYTHING: Changes = frozenset(Change(subject, ALL) for subject in Subject)
"""Nobody knows what changed: whatever is shown has to be loaded again."""


def touches(changes: Changes, subjects: Iterable[Subject], subject_id: int | None = None) -> bool:
    """Whether ``changes`` concern one of ``subjects`` (and that very ``subject_id``, if given)."""
    wanted = frozenset(subjects)
    return any(c.subject in wanted and (subject_id is None or c.id in (subject_id, ALL)) for c in changes)
