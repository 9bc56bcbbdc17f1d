"""Every colour, size and type step of the program: the only module that names one.

A view asks `theme()` for a colour by its meaning (`theme().colour(Token.TEXT)`), for a length in pixels at
the person's scale (`theme().px(Size.ROW)`), for a font by rank (`theme().font(Rank.SECTION)`) and for the
look of a state (`theme().state("arrived")`). When the scheme or the scale changes, `theme().changed` is
emitted and widgets that hold a length or a colour of their own ask again; kit widgets do so by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyleFactory

from clinicdesk.ui.theme.colours import SCHEMES, STATES, Scheme, Token
from clinicdesk.ui.theme.marks import Mark, StateLook, paint_mark
from clinicdesk.ui.theme.sheet import style_sheet

__all__ = [
    "SCALES",
    "Gap",
    "Mark",
    "Rank",
    "Scheme",
    "SchemeChoice",
    "Size",
    "StateLook",
    "Theme",
    "Token",
    "paint_mark",
    "theme",
]

SCALES: Final = (80, 90, 100, 110, 125, 150, 175, 200)
"""The scales a person can choose, in per cent."""

MOVEMENT: Final = 120
"""Milliseconds in which a dropped case settles."""


class Gap(IntEnum):
    """Space between things, in unscaled pixels on the grid of four."""

    NONE = 0
    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24


class Size(IntEnum):
    """Lengths that recur, in unscaled pixels; `Theme.px` turns one into screen pixels."""

    HAIRLINE = 1
    FOCUS = 2
    BAR = 3
    BAR_STRONG = 6
    RADIUS = 4
    MARK = 14
    ICON = 16
    ICON_LARGE = 20
    ICON_EMPTY = 40
    PILL = 22
    ROW = 32
    CONTROL = 32
    TOP_BAR = 48
    FOOT_BAR = 36
    PLACES_BAR = 176
    PLACES_BAR_NARROW = 56
    PLACE = 800
    """What the bar and a place want together, before the bar gives its words up."""
    LABEL_COLUMN = 120
    FIELD_SHORT = 96
    FIELD = 240
    FIND_WIDTH = 620
    FIND_HEIGHT = 420
    SIDE_PANEL = 340
    SIDE_PANEL_WIDE = 560
    READING = 560


class Rank(StrEnum):
    """The steps of type. Weight and size carry rank, not boxes."""

    BODY = "body"
    STRONG = "strong"
    SMALL = "small"
    SECTION = "section"
    TITLE = "title"
    FIGURES = "figures"
    """Body text with tabular figures, for times and numbers that stand under one another."""


_RANK_FACTOR: Final[Mapping[Rank, float]] = {
    Rank.BODY: 1.0,
    Rank.STRONG: 1.0,
    Rank.SMALL: 0.92,
    Rank.SECTION: 1.25,
    Rank.TITLE: 1.6,
    Rank.FIGURES: 1.0,
}
_HEAVY: Final = frozenset({Rank.STRONG, Rank.SECTION, Rank.TITLE})


class SchemeChoice(StrEnum):
    """What a person asked for: follow the system, or always one of the two."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The current scheme and scale, and everything derived from them."""

    changed = Signal()
    """Emitted after the palette, style sheet and font of the application have been replaced."""

    def __init__(self) -> None:
        super().__init__()
        self._choice = SchemeChoice.SYSTEM
        self._scale = 100
        self._scheme = Scheme.LIGHT
        self._settings: QSettings | None = None
        self._system_font: QFont | None = None
        self._colours: dict[Token, QColor] = {}
        self._states: dict[str, StateLook] = {}
        self._fonts: dict[Rank, QFont] = {}
        self._load_colours()

    @property
    def scheme(self) -> Scheme:
        """The scheme in use: light or dark."""
        return self._scheme

    @property
    def choice(self) -> SchemeChoice:
        """What the person asked for."""
        return self._choice

    @property
    def scale(self) -> int:
        """The scale in per cent, 80 to 200."""
        return self._scale

    def colour(self, token: Token) -> QColor:
        """The colour for this meaning in the current scheme."""
        return QColor(self._colours[token])

    def state(self, key: str) -> StateLook:
        """How a booking state or a flag tier looks; `key` is the value of the domain's enum.

        An unknown key looks like "requested", so a new state is never invisible.
        """
        return self._states.get(key, self._states["requested"])

    def px(self, length: float) -> int:
        """`length` unscaled pixels at the current scale, never below one for a positive length."""
        if length <= 0:
            return 0
        return max(1, round(length * self._scale / 100))

    def font(self, rank: Rank = Rank.BODY) -> QFont:
        """The font of this rank at the current scale."""
        made = self._fonts.get(rank)
        if made is None:
            made = self._fonts[rank] = self._made_font(rank)
        return QFont(made)

    def _made_font(self, rank: Rank) -> QFont:
        font = self._base_font()
        _grow(font, _RANK_FACTOR[rank] * self._scale / 100)
        if rank in _HEAVY:
            font.setWeight(QFont.Weight.DemiBold)
        if rank in (Rank.FIGURES, Rank.TITLE):
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def movement(self) -> int:
        """Milliseconds that a movement which explains something may take: 120, or 0 where the system wants none."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return MOVEMENT if _application().style().styleHint(hint) > 0 else 0

    def set_choice(self, choice: SchemeChoice) -> None:
        """Use this scheme from now on, and remember it."""
        if choice is self._choice:
            return
        self._choice = choice
        self._remember("scheme", choice.value)
        self._resolve()
        self.apply()

    def set_scale(self, per_cent: int) -> None:
        """Use this scale (clamped to 80-200 per cent) from now on, and remember it."""
        scale = max(SCALES[0], min(SCALES[-1], per_cent))
        if scale == self._scale:
            return
        self._scale = scale
        self._remember("scale", scale)
        self.apply()

    def start(self, settings_file: Path | None = None) -> None:
        """Dress the application. Call once, after `QApplication` exists and before the first window.

        `settings_file` is the .ini in the data folder where scheme and scale are kept; without one
        nothing is read or kept.
        """
        app = _application()
        if self._system_font is None:
            self._system_font = QFont(app.font())
            app.styleHints().colorSchemeChanged.connect(self._system_scheme_changed)
        self._settings = (
            QSettings(str(settings_file), QSettings.Format.IniFormat) if settings_file is not None else None
        )
        self._recall()
        self._resolve()
        self.apply()

    def apply(self) -> None:
        """Give the application the current palette, font and style sheet, and tell everyone."""
        self._load_colours()
        self._fonts.clear()
        app = _application()
        if app.style().objectName().lower() != "fusion":
            app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(self.font())
        app.setPalette(self._palette())
        app.setStyleSheet(style_sheet(self._colours, self.px))
        self.changed.emit()

    @property
    def settings(self) -> QSettings | None:
        """The settings of this person's desk (window geometry, scheme, scale), if any are kept."""
        return self._settings

    def _recall(self) -> None:
        if self._settings is None:
            return
        kept = str(self._settings.value("look/scheme", SchemeChoice.SYSTEM.value))
        self._choice = SchemeChoice(kept) if kept in list(SchemeChoice) else SchemeChoice.SYSTEM
        scale = str(self._settings.value("look/scale", "100"))
        self._scale = max(SCALES[0], min(SCALES[-1], int(scale))) if scale.isdigit() else 100

    def _remember(self, name: str, value: str | int) -> None:
        if self._settings is not None:
            self._settings.setValue(f"look/{name}", value)

    def _system_scheme_changed(self) -> None:
        if self._choice is SchemeChoice.SYSTEM:
            self._resolve()
            self.apply()

    def _resolve(self) -> None:
        if self._choice is SchemeChoice.SYSTEM:
            dark = _application().styleHints().colorScheme() is Qt.ColorScheme.Dark
            self._scheme = Scheme.DARK if dark else Scheme.LIGHT
        else:
            self._scheme = Scheme(self._choice.value)

    def _load_colours(self) -> None:
        self._colours = {token: QColor(value) for token, value in SCHEMES[self._scheme].items()}
        self._states = {key: StateLook.of(key, swatch) for key, swatch in STATES[self._scheme].items()}

    def _base_font(self) -> QFont:
        if self._system_font is None:
            return QFont(QApplication.font())
        return QFont(self._system_font)

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self._colours[token])
        muted = self._colours[Token.DISABLED]
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, muted)
        return palette


_ROLES: Final[Mapping[QPalette.ColorRole, Token]] = {
    QPalette.ColorRole.Window: Token.WINDOW,
    QPalette.ColorRole.WindowText: Token.TEXT,
    QPalette.ColorRole.Base: Token.SURFACE,
    QPalette.ColorRole.AlternateBase: Token.WINDOW,
    QPalette.ColorRole.Text: Token.TEXT,
    QPalette.ColorRole.PlaceholderText: Token.TEXT_MUTED,
    QPalette.ColorRole.Button: Token.SURFACE,
    QPalette.ColorRole.ButtonText: Token.TEXT,
    QPalette.ColorRole.BrightText: Token.ON_ACCENT,
    QPalette.ColorRole.Highlight: Token.SELECTED,
    QPalette.ColorRole.HighlightedText: Token.TEXT,
    QPalette.ColorRole.Accent: Token.ACCENT,
    QPalette.ColorRole.Link: Token.ACCENT_TEXT,
    QPalette.ColorRole.LinkVisited: Token.ACCENT_TEXT,
    QPalette.ColorRole.ToolTipBase: Token.TIP,
    QPalette.ColorRole.ToolTipText: Token.ON_TIP,
    QPalette.ColorRole.Light: Token.SURFACE,
    QPalette.ColorRole.Midlight: Token.WINDOW,
    QPalette.ColorRole.Mid: Token.LINE,
    QPalette.ColorRole.Dark: Token.BORDER,
    QPalette.ColorRole.Shadow: Token.BORDER,
}


def _grow(font: QFont, factor: float) -> None:
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(max(1, round(font.pixelSize() * factor)))


def _application() -> QApplication:
    app = QApplication.instance()
    if app is None:
        raise RuntimeError("the theme needs a QApplication")
    return cast("QApplication", app)


_theme: Theme | None = None


def theme() -> Theme:
    """The one theme of this program."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme
