"""What was heard in a call and stands in its fields: to be compared, and put back where it could not be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Given = tuple[bool | None, str]
"""Yes, no or not asked; and the temperature as it was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The answers of one call as they stand in the fields. ``pain`` is 0 to 10, None while nobody asked."""

    pain: int | None = None
    given: Mapping[str, Given] = field(default_factory=dict)
    note: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether a question or the pain was answered."""
        return self.pain is not None or any(one != (None, "") for one in self.given.values())

    @property
    def is_anything(self) -> bool:
        """Whether something would be lost without it."""
        return self.is_answered or bool(self.note.strip())


__all__ = ["Given", "Heard"]
