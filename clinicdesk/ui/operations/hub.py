"""Tells every view what kinds of things changed; each view decides for itself whether to load again.

What this window changed is announced at once (`Hub.changed`). What others changed comes through `Hub.tell`: it waits while
somebody holds it, because rows that move under a typing or dragging hand are worse than rows that are a second old.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from clinicdesk.domain.changes import EVERYTHING, NOTHING, Changes


class Wait(StrEnum):
    """Why news waits."""

    TYPING = "typing"
    MOVING = "moving"
    LOCKED = "locked"


class Hub(QObject):
    """One place where all changes of this window's program are announced, on the GUI thread."""

    changed = Signal(object)
    """Carries a `clinicdesk.domain.changes.Changes`."""
    waiting = Signal(object)
    """News waits, and why (a `Wait`); or None: nothing waits any more."""
    line = Signal(str)
    """The clinic cannot be reached: the sentence that says so, with since when; empty where it can be."""
    minute = Signal()
    """A minute of the clock began: what depends on it alone is worked out anew from what is loaded."""
    unsaved = Signal()
    """Unsaved work was left behind somewhere, or is gone: the list of it is to be read again."""
    day_changed = Signal()
    """Another day began on the clinic's calendar."""

    initiator: QObject | None = None
    """While changes are announced: who made them and may show them already; None for those of others."""

    def __init__(self) -> None:
        super().__init__()
        self._holds: list[Hold] = []
        self._news: Changes = NOTHING
        self._lost = ""

    def announce(self, changes: Changes, initiator: QObject | None = None) -> None:
        """Tell every view of ``changes`` that ``initiator`` made."""
        self.initiator = initiator
        try:
            self.changed.emit(changes)
        finally:
            self.initiator = None

    @property
    def lost(self) -> str:
        """Why nothing can be saved at this moment; empty while the clinic can be reached. Read on any thread."""
        return self._lost

    @property
    def is_held(self) -> bool:
        """Whether news would wait."""
        return bool(self._holds)

    def tell(self, changes: Changes) -> None:
        """Announce what others changed, or keep it until nobody holds it."""
        if self._holds:
            self._news |= changes
            self._say_what_waits()
        elif changes:
            self.announce(changes)

    def hold(self, why: Wait) -> Hold:
        """Let news wait until the hold is released."""
        hold = Hold(self, why)
        self._holds.append(hold)
        self._say_what_waits()
        return hold

    def release(self, hold: Hold) -> None:
        """Let go of one hold; with the last one the news comes."""
        if hold in self._holds:
            self._holds.remove(hold)
            self._say_what_waits()
        if not self._holds and self._news:
            news, self._news = self._news, NOTHING
            self.announce(news)

    def lose(self, sentence: str) -> None:
        """The clinic cannot be reached; ``sentence`` says since when."""
        self._lost = sentence
        self.line.emit(sentence)

    def find(self) -> None:
        """The clinic is there again: everything is loaded anew."""
        self._lost = ""
        self.line.emit("")
        self.tell(EVERYTHING)

    def reset(self) -> None:
        """Nobody is signed in any more."""
        self._holds.clear()
        self._news = NOTHING
        self._lost = ""

    def _say_what_waits(self) -> None:
        self.waiting.emit(self._holds[-1].why if self._holds and self._news else None)


class Hold:
    """Keeps news waiting until it is released; releasing twice does no harm."""

    def __init__(self, hub_: Hub, why: Wait) -> None:
        self.why = why
        self._hub = hub_

    def release(self) -> None:
        """Let the news come."""
        self._hub.release(self)


_hub: Hub | None = None


def hub() -> Hub:
    """The one hub. Connect a bound method: `hub().changed.connect(self.refresh)`."""
    global _hub
    if _hub is None:
        _hub = Hub()
    return _hub
