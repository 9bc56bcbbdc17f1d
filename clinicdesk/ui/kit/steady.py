"""What has just moved by itself is not pressed by mistake."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QWidget

STEADY_AFTER: Final = 300
"""Milliseconds after which somebody has seen that something moved."""

_PRESSES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})


class Steady(QObject):
    """For a moment after one of these widgets moved by itself, a press of the mouse on any of them is not taken.

    The press was meant for what stood there before: another row, another patient. Keys go where the keyboard is, and are
    taken as always.
    """

    def __init__(self, parent: QWidget, *widgets: QWidget) -> None:
        super().__init__(parent)
        self._widgets = widgets
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STEADY_AFTER)
        self._timer.timeout.connect(self._rest)
        for widget in widgets:
            widget.installEventFilter(self)

    def moved(self) -> None:
        """Something among them has moved, appeared or gone just now."""
        if not self._timer.isActive():
            app = QCoreApplication.instance()
            assert app is not None
            app.installEventFilter(self)
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMoveEvent) and isinstance(watched, QWidget) and watched in self._widgets:
            if event.pos().y() != event.oldPos().y() and watched.isVisible():
                self.moved()
        elif self._timer.isActive() and event.type() in _PRESSES and isinstance(watched, QWidget):
            return any(widget is watched or widget.isAncestorOf(watched) for widget in self._widgets)
        return super().eventFilter(watched, event)

    def _rest(self) -> None:
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
