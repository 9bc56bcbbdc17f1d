"""A turn: one stretch in the life of a panel, from opening for a key until another key opens or the panel closes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

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
    under_way: set[Hashable] = field(default_factory=set)
    """The steps of the person that are under way, by the part of the record they concern; None is the whole of it."""
    saving: bool = False
    """What was typed is being stored by itself."""
    kept: Unfinished | None = None
    """What was typed for the key before and is to stand in the fields again, once the record is there."""
    missed: bool = False
    """Something changed while a command was under way: read again when it is back."""

    @property
    def busy(self) -> bool:
        """Whether a step of the person is under way."""
        return bool(self.under_way)

    def takes(self, part: Hashable) -> bool:
        """Whether a step for this part can be taken: none is under way for it, nor for the whole record."""
        return not self.under_way & {None, part}


__all__ = ["Turn"]
