"""While the desk is locked nothing but the lock is on the screen: no dialog, no paper, nor one that opens by itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

_PASSING = (Qt.WindowType.Popup, Qt.WindowType.ToolTip)


class Curtain(QObject):
    """Hides every window but the lock's, from its making until it is lifted or what it hides is thrown away."""

    def __init__(self, lock: QWidget, main: QWidget) -> None:
        super().__init__()
        self._lock, self._main = lock, main
        self._hidden: list[QWidget] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._app = app
        for window in app.topLevelWidgets():
            if window.isVisible():
                self._hide(window)
        app.installEventFilter(self)

    def lift(self) -> None:
        """The same person is back: what was open is open again. A question that was being asked has been left."""
        self._end()
        self._main.show()
        for window in self._hidden:
            if isValid(window):
                window.show()
        self._hidden.clear()

    def throw_away(self) -> None:
        """Somebody else comes: what was open is closed unseen."""
        self._end()
        for window in self._hidden:
            if isValid(window):
                window.deleteLater()
        self._hidden.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self._hide(watched)
        return super().eventFilter(watched, event)

    def _hide(self, window: QWidget) -> None:
        if window is self._lock or self._lock.isAncestorOf(window):
            return
        if window is not self._main and window.windowType() not in _PASSING and window not in self._hidden:
            self._hidden.append(window)
        window.hide()

    def _end(self) -> None:
        self._app.removeEventFilter(self)
