"""A turn: one stretch in the life of a panel, from opening for a key until another key opens or the panel closes."""

from __future__ import annotations

from dataclasses import dataclass

from clinicdesk.ui.frame.drafting import Unfinished
from clinicdesk.ui.frame.targets import PanelKey


@dataclass(slots=True, eq=False)
class Turn:
    """Whom a panel is open for, and how far it is with them. Two turns for one key are two: compared by identity.

    ``version`` is that of the record as the last command of this turn left it. The worker writes it before the next
    command of the turn starts, so that one save after the other needs no round by the window.
    """

    key: PanelKey
    name: str = ""
    """Of whom a sentence at the foot speaks after the turn is over."""
    version: int = 0
    loaded: bool = False
    """The record is shown; until then there is nothing to save into."""
    busy: bool = False
    """A step of the person is under way: their buttons are deaf."""
    saving: bool = False
    """What was typed is being stored by itself."""
    kept: Unfinished | None = None
    """What was typed for the key before and is to stand in the fields again, once the record is there."""
    missed: bool = False
    """Something changed while a command was under way: read again when it is back."""


__all__ = ["Turn"]
