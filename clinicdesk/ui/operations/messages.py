"""What the program tells the person: quietly what was done, in place what is wrong, aloud only what must be.

Views call the functions here; the quiet bar at the foot of the window (`kit.QuietBar`) listens to the bridge,
so nothing that speaks knows who shows it. A sentence may name a patient (it stays inside the window); it is
never logged and never a window title or a notification of the system.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class Kind(StrEnum):
    """What a message is about."""

    DONE = "done"
    PROBLEM = "problem"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for the person, with the way back where there is one."""

    text: str
    kind: Kind
    undo: Callable[[], None] | None = None


class Bridge(QObject):
    """Carries messages to whoever shows them."""

    spoken = Signal(object)
    """Carries a `Message`."""
    withdrawn = Signal()
    """The last message no longer holds (it was undone)."""


_bridge: Bridge | None = None


def bridge() -> Bridge:
    """The one bridge."""
    global _bridge
    if _bridge is None:
        _bridge = Bridge()
    return _bridge


def done(text: str, *, undo: Callable[[], None] | None = None) -> None:
    """Say quietly at the foot what was done; `undo` is offered beside it until the next message."""
    bridge().spoken.emit(Message(text, Kind.DONE, undo))


def info(text: str) -> None:
    """Say something worth knowing that nobody has to answer."""
    bridge().spoken.emit(Message(text, Kind.INFO))


def problem(text: str) -> None:
    """Say what is wrong when no panel in place can; it stays at the foot until dismissed."""
    bridge().spoken.emit(Message(text, Kind.PROBLEM))


def undone() -> None:
    """Take back the last message, because what it told was undone."""
    bridge().withdrawn.emit()
