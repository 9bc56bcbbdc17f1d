"""The bridge for faults of the program itself: one dialog, one log entry, and nothing about a patient in either.

An exception's text can carry values (driver messages do), so only its type and the places it passed through
are logged, never its words or arguments.
"""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from clinicdesk import logs

_log = logs.get("ui")


class CrashBridge(QObject):
    """Brings faults from any thread to the window, one at a time."""

    happened = Signal(str)
    """Carries the name of the fault's type, by which it stands in the log. Connected by the window."""

    def __init__(self) -> None:
        super().__init__()
        self.showing = False
        self._raised.connect(self._show, Qt.ConnectionType.QueuedConnection)

    _raised = Signal(str)

    def report(self, fault: BaseException) -> None:
        """Log where `fault` came from and have it shown."""
        logs.fault(_log, fault)
        self._raised.emit(type(fault).__name__)

    def _show(self, kind: str) -> None:
        if self.showing:
            return
        self.showing = True
        try:
            self.happened.emit(kind)
        finally:
            self.showing = False


_bridge: CrashBridge | None = None


def bridge() -> CrashBridge:
    """The one bridge."""
    global _bridge
    if _bridge is None:
        _bridge = CrashBridge()
    return _bridge


def report(fault: BaseException) -> None:
    """Log a fault of the program and show one dialog about it."""
    bridge().report(fault)


def install() -> None:
    """Send what nobody caught, on any thread, to the bridge. Called once by bootstrap."""
    bridge()
    sys.excepthook = _excepthook
    threading.excepthook = _threadhook


def _excepthook(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace)
        return
    report(fault)


def _threadhook(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        report(args.exc_value)
