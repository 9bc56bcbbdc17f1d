"""Ctrl+C in the terminal, and the system's wish that the program ends: the windows close as if the person had closed them.

Qt's loop runs no Python while nothing happens, so a signal's handler would wait for the next click: the byte that Python
writes at once wakes the loop.
"""

from __future__ import annotations

import signal
import socket
import sys
from contextlib import suppress

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication


class SignalWatch(QObject):
    """Quits ``app`` on SIGINT and SIGTERM until the process ends. Windows asks its programs in another way."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._heard, self._told = socket.socketpair()
        self._heard.setblocking(False)
        self._told.setblocking(False)
        signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _quit)

    def _woken(self) -> None:
        with suppress(
            BlockingIOError
        ):  # a loop inside this one (the window asks something) has heard it already
            self._heard.recv(64)  # the handler itself has run by now: Python is awake


def watch(app: QApplication) -> SignalWatch | None:
    """Watch the signals, where the system has them."""
    return None if sys.platform == "win32" else SignalWatch(app)


def _quit(_number: int, _frame: object) -> None:
    QApplication.quit()
