"""Boxes and tables on the page.

Both can be cut where a page ends: a box opens again on the next page, a table repeats its header.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reportlab.lib.colors import Color
from reportlab.platypus.flowables import CondPageBreak, Flowable

from clinicdesk.documents.tags import tagged, untagged
from clinicdesk.documents.text import BLACK, FUZZ, GREY, RULE, Text, TextStyle, show


def stack(parts: Sequence[Flowable], width: float) -> tuple[list[float], float]:
    """The top of each part below the first's, and the height of all: the larger of two gaps counts, as on a page."""
    tops: list[float] = []
    y = gap = 0.0
    for number, part in enumerate(parts):
        if number:
            y += max(gap, part.getSpaceBefore())
        tops.append(y)
        y += part.wrap(width, 1e9)[1]
        gap = part.getSpaceAfter()
    return tops, y


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The look of a box; lengths in points. A line of no width draws none."""

    line: float = 0
    color: Color = BLACK
    fill: Color | None = None
    title_fill: Color | None = None
    pad: float = 0
    before: float = 0
    after: float = 0


class Framed(Flowable):
    """Parts in a box, kept on one page where they fit on one; ``room`` is the height of a page's frame."""

    def __init__(
        self, parts: Sequence[Flowable], frame: Frame, room: float, title: Text | None = None
    ) -> None:
        super().__init__()
        self.parts = list(parts)
        self.look = frame
        self.room = room
        self.title = title

    def getSpaceBefore(self) -> float:  # noqa: N802 - ReportLab's name
        """Points of air above."""
        return self.look.before

    def getSpaceAfter(self) -> float:  # noqa: N802 - ReportLab's name
        """Points of air below."""
        return self.look.after

    def least(self, width: float) -> float:
        """The height of the smallest first part that may stand at the foot of a page."""
        return min(self.wrap(width, 1e9)[1], self.room)

    @property
    def _title_height(self) -> float:
        return self.title.height + 1.1 * self.look.pad if self.title else 0.0

    def wrap(self, aW: float, _aH: float) -> tuple[float, float]:  # noqa: N803 - ReportLab's names
        """Stack the parts inside the padding."""
        inner = aW - 2 * self.look.pad
        if self.title:
            self.title.wrap(inner, 1e9)
        self._tops, content = stack(self.parts, inner)
        self.width = aW
        self.height = self._title_height + content + (2 * self.look.pad if self.parts else 0)
        return self.width, self.height

    def split(self, aW: float, aH: float, /) -> list[Flowable]:  # noqa: N803 - ReportLab's names
        """What fits and the rest, but only where the whole would not fit on a page of its own."""
        self.wrap(aW, aH)
        if self.height <= aH + FUZZ:
            return [self]
        if self.height <= self.room:
            return []
        inner = aW - 2 * self.look.pad
        room = aH - self._title_height - 2 * self.look.pad
        upper: list[Flowable] = []
        rest = list(self.parts)
        for part, top in zip(self.parts, self._tops, strict=True):
            if top + part.height > room:
                pieces = part.split(inner, room - top)
                if len(pieces) > 1:
                    upper.append(pieces[0])
                    rest[0:1] = pieces[1:]
                break
            upper.append(rest.pop(0))
        if not upper:
            return []
        return [
            Framed(upper, replace(self.look, after=0), self.room, self.title),
            Framed(rest, replace(self.look, before=0), self.room),
        ]

    def draw(self) -> None:
        """Draw the box, its title bar and the parts."""
        look, canvas = self.look, self.canv
        with untagged(canvas):
            canvas.saveState()
            if look.fill:
                canvas.setFillColor(look.fill)
                canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
            if self.title and look.title_fill:
                canvas.setFillColor(look.title_fill)
                canvas.rect(
                    0, self.height - self._title_height, self.width, self._title_height, stroke=0, fill=1
                )
            if look.line:
                canvas.setLineWidth(look.line)
                canvas.setStrokeColor(look.color)
                canvas.rect(0, 0, self.width, self.height, stroke=1, fill=0)
            canvas.restoreState()
        if self.title:
            self.title.drawOn(canvas, look.pad, self.height - self._title_height + 0.55 * look.pad)
        top_of_parts = self.height - self._title_height - look.pad
        for part, top in zip(self.parts, self._tops, strict=True):
            part.drawOn(canvas, look.pad, top_of_parts - top - part.height)


class KeepTitle(CondPageBreak):
    """Stands before a heading: a new page, where the heading and the start of what follows do not both fit."""

    def __init__(self, title: Text, following: Flowable | None) -> None:
        super().__init__(0)
        self.title = title
        self.following = following

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - ReportLab's names
        """Ask for a new page or for nothing."""
        look = self.title.look
        self.height = look.before + self.title.wrap(aW, aH)[1] + look.after
        if isinstance(self.following, Text | Rows | Framed):
            self.height += self.following.least(aW)
        size: tuple[float, float] = super().wrap(aW, aH)
        return size


_ANY_PAGE = 360.0
"""Points of height that every page has for its text, the first one and a landscape one too."""


class Rows(Flowable):
    """A table: rows of texts, a thin line between rows. Columns are as wide as what they hold; ``shares`` fixes them."""

    def __init__(
        self,
        rows: Sequence[Sequence[Text]],
        *,
        shares: Sequence[float] = (),
        header: Sequence[Text] = (),
        pad: float = 4,
        gap: float = 12,
        before: float = 0,
        after: float = 0,
    ) -> None:
        super().__init__()
        self.rows = [list(row) for row in rows]
        self.header = list(header)
        self.shares = shares
        self.pad = pad
        self.gap = gap
        self.before = before
        self.after = after
        self._known: tuple[float, list[float]] | None = None

    def getSpaceBefore(self) -> float:  # noqa: N802 - ReportLab's name
        """Points of air above."""
        return self.before

    def getSpaceAfter(self) -> float:  # noqa: N802 - ReportLab's name
        """Points of air below."""
        return self.after

    def _columns(self, width: float) -> list[float]:
        """The widths of the columns, found once for each width of the table."""
        if self._known is None or self._known[0] != width:
            self._known = width, self._best_columns(width)
        return self._known[1]

    def _best_columns(self, width: float) -> list[float]:
        """Each column as wide as what it holds, or else so that the table is lowest."""
        count = max(len(row) for row in self._all_rows)
        free = width - self.gap * (count - 1)
        if self.shares:
            return [share / sum(self.shares) * free for share in self.shares]
        natural = [max(cell.natural_width for cell in cells) + 1 for cells in self._by_column(count)]
        if sum(natural) <= free:
            return [*natural[:-1], free - sum(natural[:-1])]
        least = 0.15 * free
        choices = [[free / count] * count]
        for giving in range(count):
            rest = free - sum(natural) + natural[giving]
            if rest >= least:
                choices.append([rest if place == giving else natural[place] for place in range(count)])
        return min(choices, key=lambda columns: sum(self._row_height(row, columns) for row in self._all_rows))

    def _by_column(self, count: int) -> Iterator[list[Text]]:
        return ([row[place] for row in self._all_rows if place < len(row)] for place in range(count))

    def _row_height(self, row: Sequence[Text], columns: Sequence[float]) -> float:
        return (
            max(cell.wrap(column, 1e9)[1] for cell, column in zip(row, columns, strict=False)) + 2 * self.pad
        )

    def wrap(self, aW: float, _aH: float) -> tuple[float, float]:  # noqa: N803 - ReportLab's names
        """Break every cell for its column."""
        columns = self._columns(aW)
        self._heights = [self._row_height(row, columns) for row in self._all_rows]
        self.width, self.height = aW, sum(self._heights)
        return self.width, self.height

    def least(self, width: float) -> float:
        """The height of the smallest first part that may stand at the foot of a page."""
        self.wrap(width, 1e9)
        return sum(self._heights[: 2 if self.header else 1])

    @property
    def _all_rows(self) -> list[list[Text]]:
        return [self.header, *self.rows] if self.header else self.rows

    def _with(self, rows: Sequence[Sequence[Text]], *, before: float, after: float) -> Rows:
        return Rows(
            rows,
            shares=self._columns(self.width),
            header=self.header,
            pad=self.pad,
            gap=self.gap,
            before=before,
            after=after,
        )

    def split(self, aW: float, aH: float, /) -> list[Flowable]:  # noqa: N803 - ReportLab's names
        """Whole rows that fit and the rest; only a first row that may fit no page is cut inside.

        What is left of a page after whole rows is offered to the next one too: that one goes to the next page.
        """
        self.wrap(aW, aH)
        if self.height <= aH + FUZZ:
            return [self]
        heights = self._heights[1:] if self.header else self._heights
        room = aH - (self._heights[0] if self.header else 0)
        fit = 0
        while fit < len(heights) and sum(heights[: fit + 1]) <= room + FUZZ:
            fit += 1
        if fit:
            return [
                self._with(self.rows[:fit], before=self.before, after=0),
                self._with(self.rows[fit:], before=0, after=self.after),
            ]
        fits_a_page = self.least(aW) <= _ANY_PAGE
        return [] if fits_a_page else self._cut_row(aW, room)

    def _cut_row(self, width: float, room: float) -> list[Flowable]:
        upper: list[Text] = []
        lower: list[Text] = []
        for cell, column in zip(self.rows[0], self._columns(width), strict=False):
            pieces = [piece for piece in cell.split(column, room - 2 * self.pad) if isinstance(piece, Text)]
            if not pieces:
                return []
            upper.append(pieces[0])
            lower.append(pieces[1] if len(pieces) > 1 else Text((), cell.look, tag=cell.tag, role=cell.role))
        return [
            self._with([upper], before=self.before, after=0),
            self._with([lower, *self.rows[1:]], before=0, after=self.after),
        ]

    def draw(self) -> None:
        """Draw the rows and the lines between them."""
        columns = self._columns(self.width)
        y = self.height
        for number, (row, height) in enumerate(zip(self._all_rows, self._heights, strict=True)):
            x = 0.0
            for cell, column in zip(row, columns, strict=False):
                cell.drawOn(self.canv, x, y - self.pad - cell.height)
                x += column + self.gap
            y -= height
            if number < len(self._all_rows) - 1:
                self._line(y, heavy=bool(self.header) and number == 0)

    def _line(self, y: float, heavy: bool) -> None:
        with untagged(self.canv):
            self.canv.saveState()
            self.canv.setStrokeColor(GREY if heavy else RULE)
            self.canv.setLineWidth(1 if heavy else 0.6)
            self.canv.line(0, y, self.width, y)
            self.canv.restoreState()


class RuledLine(Flowable):
    """A line to sign on and a shorter one for the date, with what belongs there beneath."""

    def __init__(self, name: str, date: str, style: TextStyle) -> None:
        super().__init__()
        self.name = name
        self.date = date
        self.look = style

    def wrap(self, aW: float, _aH: float) -> tuple[float, float]:  # noqa: N803 - ReportLab's names
        """Room for a hand to write."""
        self.width, self.height = aW, 5 * self.look.leading
        return self.width, self.height

    def draw(self) -> None:
        """Draw both lines."""
        y = 1.4 * self.look.leading
        with untagged(self.canv):
            self.canv.setStrokeColor(BLACK)
            self.canv.setLineWidth(1)
            self.canv.line(0, y, 0.62 * self.width, y)
            self.canv.line(0.68 * self.width, y, self.width, y)
        with tagged(self.canv, (), "P"):
            text = self.canv.beginText()
            text.setFillColor(self.look.color)
            for x, words in ((0.0, self.name), (0.68 * self.width, self.date)):
                text.setTextOrigin(x, y - self.look.leading)
                show(text, ((words, False),), self.look.size)
            self.canv.drawText(text)
