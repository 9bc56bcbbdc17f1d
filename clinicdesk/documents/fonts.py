"""The embedded fonts: Noto Sans Regular and Bold, registered once a process.

The fonts that PDF readers bring along print a Polish name as boxes; these cover Latin with all its accents, Vietnamese,
Greek and Cyrillic.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from clinicdesk.config import resources_dir

REGULAR = "NotoSans-Regular"
BOLD = "NotoSans-Bold"


@functools.cache
def _font(name: str) -> TTFont:
    font = TTFont(name, resources_dir() / "fonts" / f"{name}.ttf")
    pdfmetrics.registerFont(font)
    return font


rl_config.useA85 = 0
"""Compressed streams stay bytes: spelling them in letters, for mail of the last century, is a tenth of a sheet's time."""


def register() -> None:
    """Make `REGULAR` and `BOLD` known to ReportLab; doing so again costs nothing."""
    _font(REGULAR)
    _font(BOLD)


@functools.cache
def _advances(bold: bool) -> tuple[dict[int, float], float]:
    """The advance of every character, in thousandths of the size, and of one the font lacks."""
    face = _font(BOLD if bold else REGULAR).face
    return face.charWidths, face.defaultWidth


def measure(text: str, size: float, bold: bool = False) -> float:
    """The width of ``text`` in points."""
    advances, default = _advances(bold)
    return sum([advances.get(ord(c), default) for c in text]) * size / 1000


def shortened(text: str, size: float, room: float, bold: bool = False) -> str:
    """``text``, cut with an ellipsis where it is wider than ``room`` points."""
    if measure(text, size, bold) <= room:
        return text
    while text and measure(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def undrawable(texts: Iterable[str]) -> frozenset[str]:
    """The characters of ``texts`` that the fonts cannot draw: they would print as boxes, so the person is told."""
    drawable = _font(REGULAR).face.charToGlyph
    return frozenset(c for text in texts for c in text if c.isprintable() and ord(c) not in drawable)
