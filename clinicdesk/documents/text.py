"""Text on the page: paragraphs, headings and entries of lists, and the marks before them.

Text is drawn from plain runs, left aligned, never from a markup language, so a person's words cannot become one. A paragraph
can be cut where a page ends and leaves no single line behind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus.flowables import Flowable

from clinicdesk.documents.fonts import BOLD, REGULAR, measure
from clinicdesk.documents.handouts import Run, Runs
from clinicdesk.documents.tags import TagPath, tagged, untagged

BLACK = HexColor(0x111111)
GREY = HexColor(0x595959)
RULE = HexColor(0xB0B0B0)
TEAL = HexColor(0x115E59)
TEAL_TINT = HexColor(0xE9F3F2)
RED = HexColor(0x9B1C1C)
WHITE = HexColor(0xFFFFFF)

FUZZ = 0.01
"""Points by which a sum of lengths may be off."""

UNBROKEN = "\u00a0"
"""A space at which no line ends; drawn, and read back, as any other."""


class Mark(Enum):
    """A drawn mark before a line."""

    BULLET = auto()
    TICK_BOX = auto()
    TICKED_BOX = auto()
    STOP = auto()
    """An octagon with "!": an emergency, also without colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a paragraph looks; lengths in points. ``indent`` is where the lines start behind a mark."""

    size: float
    leading: float
    color: Color = BLACK
    bold: bool = False
    before: float = 0
    after: float = 0
    indent: float = 0


Stretch = tuple[str, bool]
"""Text in one weight."""

Line = tuple[Stretch, ...]


def _words(runs: Iterable[Run], bold: bool) -> Iterator[list[Stretch] | None]:
    """The words of ``runs``; ``None`` where the line breaks. A word may change its weight inside: **now**."""
    word: list[Stretch] = []
    for run in runs:
        for number, line in enumerate(run.text.split("\n")):
            if number:
                yield from ([word, None] if word else [None])
                word = []
            for place, part in enumerate(line.split(" ")):
                if place and word:
                    yield word
                    word = []
                if part:
                    word.append((part, run.bold or bold))
    if word:
        yield word


def _width(stretches: Iterable[Stretch], size: float) -> float:
    return sum(measure(text, size, bold) for text, bold in stretches)


def _cut(word: list[Stretch], size: float, room: float) -> Iterator[list[Stretch]]:
    """``word``, cut between letters where it is wider than ``room``."""
    if _width(word, size) <= room:
        yield word
        return
    part: list[Stretch] = []
    used = 0.0
    for text, bold in word:
        for c in text:
            advance = measure(c, size, bold)
            if part and used + advance > room:
                yield part
                part, used = [], 0.0
            _append(part, c, bold)
            used += advance
    yield part


def _append(line: list[Stretch], text: str, bold: bool) -> None:
    if line and line[-1][1] is bold:
        line[-1] = (line[-1][0] + text, bold)
    else:
        line.append((text, bold))


def break_lines(runs: Iterable[Run], size: float, room: float, bold: bool = False) -> list[Line]:
    """``runs`` as lines no wider than ``room`` points; a word that is wider is cut. At least one line, maybe empty.

    A line that ends between two words keeps the space between them, past its end: a screen reader and whoever copies
    the text need it.
    """
    lines: list[Line] = []
    line: list[Stretch] = []
    used = 0.0
    for word in _words(runs, bold):
        if word is None:
            lines.append(tuple(line))
            line, used = [], 0.0
            continue
        for number, part in enumerate(_cut(word, size, room)):
            space = measure(" ", size, line[-1][1]) if line else 0.0
            width = _width(part, size)
            if line and number == 0:
                _append(line, " ", line[-1][1])
            if line and (number > 0 or used + space + width > room + FUZZ):
                lines.append(tuple(line))
                line, used, space = [], 0.0, 0.0
            for text, heavy in part:
                _append(line, text, heavy)
            used += space + width
    if line or not lines:
        lines.append(tuple(line))
    return lines


class Text(Flowable):
    """A paragraph, a heading or an entry of a list."""

    def __init__(
        self,
        runs: Runs,
        style: TextStyle,
        *,
        mark: Mark | str | None = None,
        tag: TagPath = (),
        role: str = "P",
        lines: Sequence[Line] | None = None,
    ) -> None:
        super().__init__()
        self.runs = runs
        self.look = style
        self.mark = mark
        self.tag = tag
        self.role = role
        self._cut = lines is not None
        self._lines: Sequence[Line] = lines or ()
        self._broken_for = 0.0

    def getSpaceBefore(self) -> float:  # noqa: N802 - ReportLab's name
        """Points of air above."""
        return self.look.before

    def getSpaceAfter(self) -> float:  # noqa: N802 - ReportLab's name
        """Points of air below."""
        return self.look.after

    def wrap(self, aW: float, _aH: float) -> tuple[float, float]:  # noqa: N803 - ReportLab's names
        """Break the lines for ``aW`` points."""
        if not self._cut and self._broken_for != aW:
            room = max(aW - self.look.indent, 4 * self.look.size)
            self._lines = break_lines(self.runs, self.look.size, room, self.look.bold)
            self._broken_for = aW
        self.width, self.height = aW, len(self._lines) * self.look.leading
        return self.width, self.height

    def least(self, width: float) -> float:
        """The height of the smallest first part that may stand at the foot of a page."""
        self.wrap(width, 1e9)
        lines = len(self._lines)
        return (lines if lines <= 3 else 2) * self.look.leading

    def split(self, aW: float, aH: float, /) -> list[Flowable]:  # noqa: N803 - ReportLab's names
        """Two parts, never with a single line on either side; nothing where no part fits."""
        self.wrap(aW, aH)
        fit = int((aH + FUZZ) / self.look.leading)
        if fit >= len(self._lines):
            return [self]
        fit = min(fit, len(self._lines) - 2)
        if fit < 2:
            return []
        upper, lower = self._lines[:fit], self._lines[fit:]
        return [
            Text((), replace(self.look, after=0), mark=self.mark, tag=self.tag, role=self.role, lines=upper),
            Text((), replace(self.look, before=0), tag=self.tag, role=self.role, lines=lower),
        ]

    @property
    def natural_width(self) -> float:
        """The width of the longest line where nothing is broken."""
        return max(
            _width(line, self.look.size)
            for line in break_lines(self.runs, self.look.size, 1e9, self.look.bold)
        )

    @property
    def first_baseline(self) -> float:
        """Where the first line stands, from the bottom of the paragraph."""
        return self.height - (self.look.leading + 0.72 * self.look.size) / 2

    def draw(self) -> None:
        """Draw the mark and the lines."""
        look = self.look
        if isinstance(self.mark, Mark):
            with untagged(self.canv):
                draw_mark(self.canv, self.mark, self.first_baseline, look)
        with tagged(self.canv, self.tag, self.role):
            text = self.canv.beginText()
            text.setFillColor(look.color)
            if isinstance(self.mark, str):
                text.setTextOrigin(0, self.first_baseline)
                show(text, ((self.mark, look.bold),), look.size)
            for number, line in enumerate(self._lines):
                text.setTextOrigin(look.indent, self.first_baseline - number * look.leading)
                show(text, line, look.size)
            self.canv.drawText(text)


def show(text: PDFTextObject, line: Line, size: float) -> None:
    """Put a line where ``text`` stands."""
    for words, bold in line:
        text.setFont(BOLD if bold else REGULAR, size)
        text.textOut(words.replace(UNBROKEN, " "))


def draw_mark(canvas: Canvas, mark: Mark, baseline: float, look: TextStyle) -> None:
    """Draw ``mark`` at the left of the line that stands on ``baseline``."""
    size = look.size
    middle = baseline + 0.36 * size
    canvas.saveState()
    canvas.setStrokeColor(look.color)
    canvas.setFillColor(look.color)
    match mark:
        case Mark.BULLET:
            canvas.circle(0.45 * size, baseline + 0.30 * size, 0.17 * size, stroke=0, fill=1)
        case Mark.STOP:
            radius = 0.68 * size
            corners = [(math.pi / 8 + n * math.pi / 4) for n in range(8)]
            path = canvas.beginPath()
            for number, angle in enumerate(corners):
                point = (radius + radius * math.cos(angle), middle + radius * math.sin(angle))
                (path.lineTo if number else path.moveTo)(*point)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
            canvas.setStrokeColor(RED)
            canvas.setFillColor(RED)
            canvas.setLineWidth(0.2 * size)
            canvas.line(radius, middle + 0.4 * size, radius, middle - 0.06 * size)
            canvas.circle(radius, middle - 0.31 * size, 0.115 * size, stroke=0, fill=1)
        case Mark.TICK_BOX | Mark.TICKED_BOX:
            side = 0.86 * size
            canvas.setLineWidth(max(1.0, size / 12))
            canvas.rect(0, middle - side / 2, side, side, stroke=1, fill=0)
            if mark is Mark.TICKED_BOX:
                canvas.setLineWidth(size / 7)
                canvas.setLineCap(1)
                canvas.setLineJoin(1)
                path = canvas.beginPath()
                path.moveTo(0.2 * side, middle)
                path.lineTo(0.42 * side, middle - 0.24 * side)
                path.lineTo(0.82 * side, middle + 0.28 * side)
                canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()
