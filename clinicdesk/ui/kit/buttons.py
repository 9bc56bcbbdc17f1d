"""Buttons: one primary a view, the others plain, the quiet ones in rows and bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.theme import Size, Token, theme


class PushButton(QPushButton):
    """A plain button. `icon` is a name of `ui.theme.icons`; `tip` is shown with the shortcut after it."""

    kind = ""
    icon_token = Token.TEXT

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        icon: str = "",
        tip: str = "",
        shortcut: str = "",
    ) -> None:
        super().__init__(parent)
        if self.kind:
            self.setProperty("kind", self.kind)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_words(text)
        if icon:
            from clinicdesk.ui.theme.icons import (
                dress,  # deferred: the sign-in window has no icon and does not wait for any
            )

            dress(self, icon, self.icon_token)
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
        if tip or shortcut:
            self.set_tip(tip, shortcut)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click takes one step: the button may have become the next step under the second press."""
        event.accept()

    def set_words(self, text: str) -> None:
        """Show `text` as it is: an ampersand in a name is no accelerator."""
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)

    def set_tip(self, tip: str, shortcut: str = "") -> None:
        """The tip, with the key that does the same."""
        keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) if shortcut else ""
        words = f"{tip} ({keys})" if tip and keys else tip or keys
        self.setToolTip(plain_tip(words))
        self.setAccessibleDescription(words)


class PrimaryButton(PushButton):
    """The one next step of a view."""

    kind = "primary"
    icon_token = Token.ON_ACCENT


class QuietButton(PushButton):
    """A word that can be clicked: no frame until the mouse or the keyboard is on it."""

    kind = "quiet"
    icon_token = Token.ACCENT_TEXT


class IconButton(QuietButton):
    """An icon alone, for tool bars; its name is the tip and what a screen reader says."""

    icon_token = Token.TEXT

    def __init__(self, icon: str, name: str, parent: QWidget | None = None, *, shortcut: str = "") -> None:
        super().__init__("", parent, icon=icon, tip=name, shortcut=shortcut)
        self.setAccessibleName(name)
        self.setProperty("kind", "icon")
        theme().changed.connect(self._square)
        self._square()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Days and pages are turned as fast as one clicks."""
        self.mousePressEvent(event)

    def _square(self) -> None:
        self.setFixedWidth(theme().px(Size.CONTROL))


class MenuButton(PushButton):
    """A button that opens a menu of further steps."""

    def __init__(
        self, text: str, actions: Sequence[QAction] = (), parent: QWidget | None = None, *, icon: str = ""
    ) -> None:
        super().__init__(text, parent, icon=icon)
        self._menu = QMenu(self)
        self._menu.setAccessibleName(text)
        self._menu.addActions(list(actions))
        self.setMenu(self._menu)

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Replace what the menu offers."""
        self._menu.clear()
        self._menu.addActions(list(actions))
