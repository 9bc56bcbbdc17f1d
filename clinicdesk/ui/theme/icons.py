"""Icons of the one outlined family (Phosphor), drawn from its font when first asked for.

The font is loaded with the first icon, not at import, and without importing its package (which takes
60 ms); drawing by a `QIconEngine` in Python crashes when Qt clones it, so icons are pictures.
Stock names used across the program are in `NAMES`.
"""

from __future__ import annotations

import importlib.util
import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMargins, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication

from clinicdesk.ui.theme import Gap, Scheme, Size, Token, theme

NAMES: Final = {
    "today": "sun-horizon",
    "diary": "calendar-blank",
    "waiting": "hourglass-medium",
    "urgent": "lightning",
    "prepare": "check-square-offset",
    "calls": "phone-call",
    "review": "clipboard-text",
    "braces": "person-simple",
    "people": "users",
    "enquiries": "chat-circle-text",
    "numbers": "chart-line-up",
    "set_up": "gear-six",
    "find": "magnifying-glass",
    "book": "plus",
    "lock": "lock-simple",
    "sign_out": "sign-out",
    "look": "sun-dim",
    "user": "user-circle",
    "undo": "arrow-counter-clockwise",
    "close": "x",
    "print": "printer",
    "save": "floppy-disk",
    "edit": "pencil-simple",
    "add": "plus",
    "remove": "trash",
    "back": "caret-left",
    "forward": "caret-right",
    "down": "caret-down",
    "more": "dots-three",
    "warning": "warning",
    "info": "info",
    "check": "check",
    "paper": "file-text",
    "history": "clock-counter-clockwise",
    "move": "arrows-out-cardinal",
    "arrange": "arrows-down-up",
    "import": "download-simple",
    "export": "upload-simple",
    "key": "key",
    "backup": "archive-box",
    "bed": "bed",
    "room": "door",
    "surgeon": "first-aid-kit",
    "help": "question",
    "keyboard": "keyboard",
    "filter": "funnel",
    "note": "note-pencil",
    "bone": "barbell",
}
"""What the program calls things, by the family's own names."""


class _Dresser(QObject):
    """Keeps the icon of one button or action in step with scheme and scale; a child of what it dresses."""

    def __init__(self, target: QAbstractButton | QAction, name: str, token: Token, large: bool) -> None:
        super().__init__(target)
        self._target = target
        self._name = name
        self._token = token
        self._large = large
        theme().changed.connect(self.dress)
        self.dress()

    def dress(self) -> None:
        target = self._target
        if isinstance(target, QAbstractButton):
            # Qt leaves hardly any room between the icon and the word, so the picture brings its own.
            gap = theme().px(Gap.XS) if target.text() else 0
            target.setIcon(_drawn(self._name, self._token, theme().scheme, theme().scale, gap))
            target.setIconSize(icon_size(self._large).grownBy(QMargins(0, 0, gap, 0)))
        else:
            target.setIcon(icon(self._name, self._token))

    def become(self, name: str, token: Token) -> None:
        self._name, self._token = name, token
        self.dress()


def dress(
    target: QAbstractButton | QAction, name: str, token: Token = Token.TEXT, *, large: bool = False
) -> None:
    """Give a button or action an icon that follows the scheme and the scale from now on."""
    dresser = target.findChild(_Dresser)
    if dresser is None:
        _Dresser(target, name, token, large)
    else:
        dresser.become(name, token)


def icon(name: str, token: Token = Token.TEXT) -> QIcon:
    """The icon `name` (a key of `NAMES` or the family's own name) in the colour of `token`.

    A picture for the scheme and scale of this moment; for a button or action use `dress`, which follows.
    """
    now = theme()
    return _drawn(name, token, now.scheme, now.scale)


@lru_cache(maxsize=512)
def _drawn(name: str, token: Token, _scheme: Scheme, _scale: int, gap: int = 0) -> QIcon:
    drawn = QIcon()
    ratio = QGuiApplication.primaryScreen().devicePixelRatio() if QGuiApplication.screens() else 1.0
    for side in (theme().px(Size.ICON), theme().px(Size.ICON_LARGE)):
        drawn.addPixmap(_picture(name, token, side, gap, ratio), QIcon.Mode.Normal)
        drawn.addPixmap(_picture(name, Token.DISABLED, side, gap, ratio), QIcon.Mode.Disabled)
    return drawn


def _picture(name: str, token: Token, side: int, gap: int, ratio: float) -> QPixmap:
    picture = QPixmap(round((side + gap) * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_icon(painter, QRectF(0, 0, side, side), name, theme().colour(token))
    painter.end()
    return picture


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draw the icon `name` into `rect` in `colour`; an unknown name draws nothing."""
    glyph = _glyph(name)
    if not glyph:
        return
    painter.save()
    font = _font()
    font.setPixelSize(max(1, round(min(rect.width(), rect.height()))))
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph)
    painter.restore()


def icon_size(large: bool = False) -> QSize:
    """16 px, or 20 px for the places bar, at the current scale."""
    side = theme().px(Size.ICON_LARGE if large else Size.ICON)
    return QSize(side, side)


def _fonts_folder() -> Path | None:
    """Where the icon package keeps its fonts; found without importing it, which takes 60 ms."""
    found = importlib.util.find_spec("qtawesome")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "fonts"


@lru_cache(maxsize=1)
def _glyphs() -> dict[str, str]:
    folder = _fonts_folder()
    if folder is None:
        return {}
    charmap = next(iter(sorted(folder.glob("phosphor-charmap-*.json"))), None)
    if charmap is None:
        return {}
    table: dict[str, str] = json.loads(charmap.read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in table.items()}


def _glyph(name: str) -> str:
    return _glyphs().get(NAMES.get(name, name), "")


_family: str | None = None


def _font() -> QFont:
    global _family
    if _family is None:
        folder = _fonts_folder()
        file = next(iter(sorted(folder.glob("phosphor-[0-9]*.ttf"))), None) if folder is not None else None
        number = QFontDatabase.addApplicationFont(str(file)) if file is not None else -1
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        _family = families[0] if families else QApplication.font().family()
    font = QFont(_family)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return font
