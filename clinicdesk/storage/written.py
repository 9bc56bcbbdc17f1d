"""Which events of the trail this program wrote itself: whoever made a change does not load it twice."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Final

_KEPT: Final = 4096
"""Seals that are remembered: many more than are written between two looks at the trail."""


class Written:
    """The seals of this program's own events, safe to use from every thread.

    A seal stands for one event; a number would not do, since that of a transaction that was rolled back is used again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._order: deque[bytes] = deque()
        self._seals: set[bytes] = set()

    def note(self, seals: Iterable[bytes]) -> None:
        """Remember ``seals``; called before the commit, because others may hear of it before it returns."""
        with self._lock:
            for seal in seals:
                self._order.append(seal)
                self._seals.add(seal)
            while len(self._order) > _KEPT:
                self._seals.discard(self._order.popleft())

    def has(self, seal: bytes) -> bool:
        """Whether this program wrote the event with this ``seal``."""
        with self._lock:
            return seal in self._seals
