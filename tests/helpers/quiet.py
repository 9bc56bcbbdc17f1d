"""When a window has come to rest: nothing asked, and nothing about to be asked."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.ui import operations

_LONGEST_PAUSE = 260
"""Milliseconds after the last edit until what was typed is looked up, at most."""


def settled(qtbot: QtBot) -> None:
    """Wait until what was typed has been looked up and everything that was asked for has been answered."""
    for _round in range(2):  # an answer may ask further, and what it shows is laid out a moment later
        qtbot.wait(20)
        qtbot.waitUntil(_quiet, timeout=20_000)


def _quiet() -> bool:
    return not operations.busy() and not _about_to_ask()


def _about_to_ask() -> bool:
    """Whether one of the pauses before a lookup is still running, however slow the machine is."""
    timers = (timer for window in QApplication.topLevelWidgets() for timer in window.findChildren(QTimer))
    return any(
        timer.isActive() and timer.isSingleShot() and timer.interval() <= _LONGEST_PAUSE for timer in timers
    )
