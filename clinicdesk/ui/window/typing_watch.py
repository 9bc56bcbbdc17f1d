"""While somebody types, news waits: no list moves and no panel is filled anew under the typing hand."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from clinicdesk.ui.operations.hub import Hold, Wait, hub

PAUSE: Final = 1_500
"""Milliseconds after the last letter: as long as one stops to think within a line."""

_EDITORS: Final = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)
_ERASING: Final = frozenset({Qt.Key.Key_Backspace, Qt.Key.Key_Delete})


class TypingWatch(QObject):
    """Follows the focused field of a window and its dialogs, and that one only: a filter on the whole program would cost
    with every event. A password typed at the lock in front of it is no reason to wait."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._field: QWidget | None = None
        self._hold: Hold | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.stop)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)
        self._follow(None, QApplication.focusWidget())

    def wait_for(self, milliseconds: int) -> None:
        """Take it for a pause only after so long."""
        self._timer.setInterval(milliseconds)

    def stop(self) -> None:
        """Nobody types any more."""
        self._timer.stop()
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._field is not None:
            self._field.removeEventFilter(self)
            self._field.destroyed.disconnect(self._gone)
        self._field = now if isinstance(now, _EDITORS) and self._is_within(now) else None
        if self._field is not None:
            self._field.installEventFilter(self)
            self._field.destroyed.connect(self._gone)

    def _is_within(self, field: QObject) -> bool:
        here: QObject | None = field
        while here is not None and here is not self._window:
            here = here.parent()
        return here is not None

    def _gone(self) -> None:
        self._field = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.InputMethod or (
            event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _writes(event)
        ):
            self._timer.start()
            if self._hold is None:
                self._hold = hub().hold(Wait.TYPING)
        return super().eventFilter(watched, event)


def _writes(event: QKeyEvent) -> bool:
    return event.key() in _ERASING or (event.text().isprintable() and bool(event.text()))
