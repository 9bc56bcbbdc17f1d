"""A day's cases, wherever they are listed: what is said of each, and which changes concern them."""

from __future__ import annotations

from typing import Final

from clinicdesk.domain.booking import DiaryEntry
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.levels import with_levels
from clinicdesk.i18n import _

SHOWN: Final = frozenset(
    {
        Subject.BOOKING,
        Subject.PATIENT,
        Subject.RESOURCE,
        Subject.CLINIC,
        Subject.CATALOGUE,
        Subject.DISCHARGE,
        Subject.PREPARATION,
        Subject.BRACE,
        Subject.CLOSURE,
        Subject.BLOCK,
    }
)
"""What a change must be about for a day's cases to look different."""


def what(entry: DiaryEntry) -> str:
    """Kyphoplasty T12, L1; or: Epidural injection L4-L5, left."""
    name = with_levels(entry.procedure, entry.levels)
    if entry.side is None:
        return name
    return _("{procedure}, {side}").format(procedure=name, side=entry.side.label.lower())
