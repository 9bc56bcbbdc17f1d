"""Unsaved work: what a person typed into a panel and has neither saved nor thrown away."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, cast

from clinicdesk.domain.changes import Subject
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""What a field may hold: that which JSON can say."""

Fields: TypeAlias = Mapping[str, Json]
"""The fields of a panel by name, as they were typed: not yet checked, perhaps impossible."""

LARGEST = 256 * 1024
"""How many bytes of JSON one draft may be: a hundred pages of notes."""

KEPT_FOR = timedelta(days=30)
"""How long a draft is offered; after that it is thrown away."""

_LONGEST_PANEL = 40


@dataclass(frozen=True, slots=True)
class DraftKey:
    """What a draft was typed for: a panel, opened for one thing. ``id`` is 0 for something that does not exist yet."""

    panel: str
    subject: Subject
    id: int

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a key that no panel has."""
        if not 1 <= len(self.panel) <= _LONGEST_PANEL or not 0 <= self.id < 2**63:
            raise ValueError("no panel is opened for such a key")


@dataclass(frozen=True, slots=True)
class Draft:
    """Unsaved work for ``key``, last changed at ``kept_at`` (UTC)."""

    key: DraftKey
    fields: Fields
    kept_at: datetime


def as_text(fields: Fields) -> str:
    """``fields`` as JSON, the same text for the same fields.

    Raises `BadInput` for more than `LARGEST`, ``TypeError`` or ``ValueError`` for what JSON cannot say.
    """
    if not all(isinstance(name, str) for name in fields):
        raise TypeError("a field's name is text")
    text = json.dumps(dict(fields), allow_nan=False, sort_keys=True, separators=(",", ":"))
    if len(text) > LARGEST:  # everything outside ASCII is escaped: a character is a byte
        raise BadInput(_("This is too long to be kept before it is saved. Save it, or make it shorter."))
    return text


def from_text(text: str) -> Fields:
    """The fields that `as_text` wrote. Raises ``ValueError`` for anything else."""
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("not the fields of a panel")
    return cast(Fields, fields)
