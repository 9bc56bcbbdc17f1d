"""The two colour schemes by meaning, and the swatches of the booking states and flag tiers.

Part of `ui/theme` and imported by it alone. Contrast (text 7:1, marks 3:1, WCAG 2.2) and distance to
colour-blind eyes are held by `tests/ui/test_theme.py`, so a colour is changed by running that test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scheme(StrEnum):
    """Light or dark."""

    LIGHT = "light"
    DARK = "dark"


class Token(StrEnum):
    """What a colour is for."""

    WINDOW = "window"
    """The ground of the window: the middle neutral."""
    SURFACE = "surface"
    """Lists, fields, panels: the neutral on which people read."""
    SUNKEN = "sunken"
    """Bars, headers, what lies beside the work."""
    TEXT = "text"
    TEXT_MUTED = "text_muted"
    """Second-rank text; still 7:1 on every surface."""
    DISABLED = "disabled"
    LINE = "line"
    """Decorative separators."""
    BORDER = "border"
    """The edge of a field or button, 3:1."""
    HOVER = "hover"
    SELECTED = "selected"
    """The ground of the selected row; text on it keeps its colour."""
    ACCENT = "accent"
    """The primary button, focus, the now line of a form."""
    ACCENT_HOVER = "accent_hover"
    ON_ACCENT = "on_accent"
    ACCENT_TEXT = "accent_text"
    """Words that can be clicked."""
    WARNING = "warning"
    """Ground of what is wrong or wants care; never red, red is an emergency."""
    ON_WARNING = "on_warning"
    WARNING_MARK = "warning_mark"
    PROBLEM_TEXT = "problem_text"
    """The sentence under a field that is wrong, on a neutral surface."""
    EMERGENCY = "emergency"
    """Ground of the emergency banner and of the emergency count. Nothing else is this red."""
    ON_EMERGENCY = "on_emergency"
    EMERGENCY_TEXT = "emergency_text"
    """The octagon and words of an emergency on a neutral surface."""
    NOW = "now"
    """The line of the present in a diary."""
    PAST = "past"
    """Laid over the part of a day that is gone."""
    TIP = "tip"
    ON_TIP = "on_tip"


SCHEMES: Final[Mapping[Scheme, Mapping[Token, str]]] = {
    Scheme.LIGHT: {
        Token.WINDOW: "#F4F6F6",
        Token.SURFACE: "#FFFFFF",
        Token.SUNKEN: "#E9EEEE",
        Token.TEXT: "#172022",
        Token.TEXT_MUTED: "#3F4B4E",
        Token.DISABLED: "#7B8688",
        Token.LINE: "#D5DCDC",
        Token.BORDER: "#77868A",
        Token.HOVER: "#EEF3F2",
        Token.SELECTED: "#D3EAE6",
        Token.ACCENT: "#115E59",
        Token.ACCENT_HOVER: "#0C4B47",
        Token.ON_ACCENT: "#FFFFFF",
        Token.ACCENT_TEXT: "#0B4A46",
        Token.WARNING: "#FBEFD5",
        Token.ON_WARNING: "#4A2F00",
        Token.WARNING_MARK: "#9A5B00",
        Token.PROBLEM_TEXT: "#6E3C00",
        Token.EMERGENCY: "#A4121F",
        Token.ON_EMERGENCY: "#FFFFFF",
        Token.EMERGENCY_TEXT: "#920F1B",
        Token.NOW: "#0F766E",
        Token.PAST: "#66EEF1F1",
        Token.TIP: "#172022",
        Token.ON_TIP: "#F4F6F6",
    },
    Scheme.DARK: {
        Token.WINDOW: "#14191A",
        Token.SURFACE: "#1B2223",
        Token.SUNKEN: "#0F1314",
        Token.TEXT: "#E8EEEE",
        Token.TEXT_MUTED: "#B6C2C3",
        Token.DISABLED: "#7A888A",
        Token.LINE: "#2F3A3B",
        Token.BORDER: "#728184",
        Token.HOVER: "#232C2D",
        Token.SELECTED: "#133631",
        Token.ACCENT: "#2DD4BF",
        Token.ACCENT_HOVER: "#5EEAD4",
        Token.ON_ACCENT: "#04211E",
        Token.ACCENT_TEXT: "#5EEAD4",
        Token.WARNING: "#3A2B10",
        Token.ON_WARNING: "#FCE9C4",
        Token.WARNING_MARK: "#F0B24A",
        Token.PROBLEM_TEXT: "#F7C777",
        Token.EMERGENCY: "#A4121F",
        Token.ON_EMERGENCY: "#FFFFFF",
        Token.EMERGENCY_TEXT: "#FFA3A3",
        Token.NOW: "#2DD4BF",
        Token.PAST: "#6614191A",
        Token.TIP: "#E8EEEE",
        Token.ON_TIP: "#14191A",
    },
}


@dataclass(frozen=True, slots=True)
class Swatch:
    """The colours of one state: ground, bar and mark, words, outline."""

    tint: str
    bar: str
    text: str
    outline: str


STATES: Final[Mapping[Scheme, Mapping[str, Swatch]]] = {
    Scheme.LIGHT: {
        "requested": Swatch("#FFFFFF", "#56646A", "#172022", "#77868A"),
        "waitlist": Swatch("#FFFFFF", "#56646A", "#172022", "#77868A"),
        "booked": Swatch("#DCEBFF", "#2F6FBF", "#0F2440", "#9DBDE6"),
        "confirmed": Swatch("#DCEBFF", "#154F9C", "#0F2440", "#6C9AD6"),
        "arrived": Swatch("#FFD980", "#8A5300", "#33200A", "#D3A23C"),
        "in_room": Swatch("#C9B6F5", "#4C1FA3", "#1E0B45", "#9577DB"),
        "recovery": Swatch("#8ED8CD", "#0B5F57", "#042B27", "#46A598"),
        "overnight": Swatch("#8ED8CD", "#0B5F57", "#042B27", "#46A598"),
        "discharged": Swatch("#E3EAE2", "#55695A", "#2A362D", "#B4C2B5"),
        "cancelled": Swatch("#ECEDEE", "#8F4A55", "#33393B", "#B06070"),
        "no_show": Swatch("#ECEDEE", "#8F4A55", "#33393B", "#B06070"),
        "none": Swatch("#FFFFFF", "#56646A", "#172022", "#D5DCDC"),
        "next_working_day": Swatch("#FFF6A8", "#6B5B00", "#2E2800", "#CDBB3A"),
        "same_day": Swatch("#FFB877", "#8A3C00", "#331600", "#D9803A"),
        "emergency": Swatch("#A4121F", "#FFFFFF", "#FFFFFF", "#7E0B16"),
    },
    Scheme.DARK: {
        "requested": Swatch("#1B2223", "#9BA9AC", "#E8EEEE", "#728184"),
        "waitlist": Swatch("#1B2223", "#9BA9AC", "#E8EEEE", "#728184"),
        "booked": Swatch("#1D3454", "#7FB2F5", "#E6F0FF", "#3F6699"),
        "confirmed": Swatch("#1D3454", "#A9CCFF", "#E6F0FF", "#5E8CCB"),
        "arrived": Swatch("#573709", "#FFC94D", "#FFF3D6", "#96701B"),
        "in_room": Swatch("#45307F", "#C4ABFF", "#F1EAFF", "#7657C4"),
        "recovery": Swatch("#0E4F49", "#4FD9C7", "#E0FBF7", "#23857B"),
        "overnight": Swatch("#0E4F49", "#4FD9C7", "#E0FBF7", "#23857B"),
        "discharged": Swatch("#2B3A2E", "#9DB3A2", "#D3DED5", "#455548"),
        "cancelled": Swatch("#26292A", "#D08C98", "#CBD3D5", "#8F4A55"),
        "no_show": Swatch("#26292A", "#D08C98", "#CBD3D5", "#8F4A55"),
        "none": Swatch("#1B2223", "#9BA9AC", "#E8EEEE", "#2F3A3B"),
        "next_working_day": Swatch("#595924", "#F7EA6A", "#FFFFFF", "#96964A"),
        "same_day": Swatch("#401E10", "#FFAA5C", "#FFEBD9", "#B0631F"),
        "emergency": Swatch("#A4121F", "#FFFFFF", "#FFFFFF", "#D8505B"),
    },
}
