"""From blocks to pages: type sizes, frames, the head and the foot of every page.

Patient papers follow clear-print advice (RNIB): 14 pt, 18 in large print, left aligned, 60 to 70 characters a line, no
italics, no all-caps. Nothing is told by colour alone.
"""

from __future__ import annotations

import functools
import io
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from reportlab.lib.pagesizes import A4, LETTER, landscape
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame as PageFrame
from reportlab.platypus.doctemplate import BaseDocTemplate, NextPageTemplate, PageTemplate
from reportlab.platypus.flowables import Flowable, PageBreak

from clinicdesk.documents.boxes import Frame, Framed, KeepTitle, Rows
from clinicdesk.documents.escape import one_line
from clinicdesk.documents.fonts import BOLD, REGULAR, measure, register, shortened
from clinicdesk.documents.handouts import Block, Box, BoxKind, Grid, Heading, Item, Para, Run, Runs
from clinicdesk.documents.tags import TaggedCanvas, untagged
from clinicdesk.documents.text import BLACK, GREY, RED, TEAL, TEAL_TINT, WHITE, Mark, Text, TextStyle
from clinicdesk.domain.papers import Letterhead

NORMAL_PRINT = 14.0
LARGE_PRINT = 18.0
STAFF_PRINT = 10.5
"""Points of body type on papers for patients, and on lists for staff."""

_LEADING = 1.25
_EDGE = 30.0
"""Points between the paper's edge and head or foot: what office printers can reach."""

_LOCK = threading.Lock()
"""ReportLab's fonts keep state for each document while it is written; papers are written one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """Every style of a paper, from the size of its body type."""

    body: TextStyle
    item: TextStyle
    item_last: TextStyle
    cell: TextStyle
    cell_bold: TextStyle
    title: TextStyle
    section: TextStyle
    number: TextStyle
    box_title: TextStyle
    stop_title: TextStyle
    small: TextStyle

    @property
    def size(self) -> float:
        """Points of body type."""
        return self.body.size


@functools.cache
def styles(size: float) -> Styles:
    """The styles for body type of ``size`` points."""
    lead = round(_LEADING * size, 2)

    def style(times: float = 1.0) -> TextStyle:
        points = size * times
        return TextStyle(size=points, leading=round(points * _LEADING, 2))

    heavy = replace(style(), bold=True)
    item = replace(style(), indent=1.35 * size, after=0.1 * size)
    small = max(0.86, 12 / size) if size >= NORMAL_PRINT else 0.9
    return Styles(
        body=replace(style(), after=0.3 * size),
        item=item,
        item_last=replace(item, after=0.3 * size),
        cell=style(),
        cell_bold=heavy,
        title=replace(style(1.6), bold=True, after=0.25 * lead),
        section=replace(style(1.18), bold=True, color=TEAL, before=0.38 * lead, after=0.12 * lead),
        number=replace(style(1.5), bold=True, after=0.16 * lead),
        box_title=replace(style(1.15), bold=True, color=TEAL, after=0.16 * lead),
        stop_title=replace(style(1.3), bold=True, color=WHITE, indent=2.3 * size),
        small=replace(style(small), color=GREY),
    )


# --- blocks ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Keys:
    """Numbers that tell one list or table of a paper from the next."""

    last: int = 0

    def new(self) -> int:
        self.last += 1
        return self.last


def flow(blocks: Sequence[Block], look: Styles, room: float) -> list[Flowable]:
    """``blocks`` as what ReportLab lays out; ``room`` is the height of a page's frame."""
    return list(_with_kept_titles(_flow(blocks, look, room, _Keys())))


def _flow(blocks: Sequence[Block], look: Styles, room: float, keys: _Keys) -> list[Flowable]:
    parts: list[Flowable] = []
    for place, block in enumerate(blocks):
        match block:
            case Heading(level=1, runs=runs):
                parts.append(Text(runs, look.title, role="H1"))
            case Heading(level=2, runs=runs):
                parts.append(Text(runs, look.section, role="H2"))
            case Heading(runs=runs):
                parts.append(Text(runs, look.number, role="P"))
            case Para(runs=runs):
                parts.append(Text(runs, look.body))
            case Item():
                before = blocks[place - 1] if place else None
                if not isinstance(before, Item):
                    list_key = keys.new()
                following = blocks[place + 1] if place + 1 < len(blocks) else None
                style = look.item if isinstance(following, Item) else look.item_last
                parts.append(_item(block, style, list_key, keys))
            case Grid():
                parts.append(_grid(block, look, keys))
            case Box():
                parts += _box(block, look, room, keys)
    return parts


def _with_kept_titles(parts: Sequence[Flowable]) -> Iterator[Flowable]:
    """No heading is left alone at the foot of a page."""
    for part, following in zip_longest(parts, parts[1:]):
        if isinstance(part, Text) and part.role == "H2" and following is not None:
            yield KeepTitle(part, following)
        yield part


def _item(item: Item, style: TextStyle, list_key: int, keys: _Keys) -> Text:
    mark: Mark | str = Mark.BULLET
    if item.ticked is not None:
        mark = Mark.TICKED_BOX if item.ticked else Mark.TICK_BOX
    elif item.number is not None:
        mark = f"{item.number}."
    return Text(item.runs, style, mark=mark, tag=(("L", list_key), ("LI", keys.new())), role="LBody")


def _grid(grid: Grid, look: Styles, keys: _Keys) -> Rows:
    table = keys.new()
    row_key = keys.new()
    header = [
        Text(cell, look.cell_bold, tag=(("Table", table), ("TR", row_key)), role="TH") for cell in grid.header
    ]
    rows = []
    for row in grid.rows:
        row_key = keys.new()
        rows.append(
            [Text(cell, look.cell, tag=(("Table", table), ("TR", row_key)), role="TD") for cell in row]
        )
    return Rows(
        rows,
        header=header,
        pad=0.16 * look.size,
        gap=look.size,
        after=0.3 * look.size,
    )


def _box(box: Box, look: Styles, room: float, keys: _Keys) -> list[Flowable]:
    size = look.size
    inner = _flow(box.blocks, look, room, keys)
    if box.kind is BoxKind.KEEP:
        return [Framed(inner, Frame(after=0.4 * size), room)]
    if box.kind is BoxKind.EMERGENCY:
        title = Text(box.title, look.stop_title, mark=Mark.STOP, role="H2")
        frame = Frame(
            line=2.5, color=RED, title_fill=RED, pad=0.55 * size, before=0.2 * size, after=0.5 * size
        )
        return [Framed(inner, frame, room, title)]
    frame = Frame(line=1.5, color=TEAL, fill=TEAL_TINT, pad=0.55 * size, before=0.4 * size, after=0.5 * size)
    return [Framed([Text(box.title, look.box_title, role="H2"), *inner], frame, room)]


# --- pages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A paper's pages: whose, what stands at the head of later pages (name and record number), and the words of the foot."""

    letterhead: Letterhead
    title: str
    running: str = ""
    record: str = ""
    foot: str = ""
    language: str = "en-US"
    size: float = NORMAL_PRINT
    wide: bool = False
    page_of: str = "Page {page} of {pages}"
    demo_words: str = "Demo: this person is made up"

    @property
    def paper(self) -> tuple[float, float]:
        """Width and height in points."""
        paper = LETTER if self.letterhead.is_letter else A4
        return landscape(paper) if self.wide else paper

    @property
    def small(self) -> float:
        """Points of the type at head and foot: never under 12 on a patient's paper."""
        return max(12.0, 0.8 * self.size) if self.size >= NORMAL_PRINT else 9.0

    @property
    def side(self) -> float:
        """Points of margin left and right; large print needs the width for its lines."""
        return 38.0 if self.size >= LARGE_PRINT else 52.0

    @property
    def top(self) -> float:
        """Points above the text of the first page."""
        return _EDGE + (1.35 * self.small if self._address else 0) + 1.6 * self.small + 8

    @property
    def later_top(self) -> float:
        """Points above the text of later pages."""
        return _EDGE + 1.6 * self.small + 8

    @property
    def bottom(self) -> float:
        """Points below the text."""
        return _EDGE + 1.25 * (self.size if self.foot else self.small) + 6

    @property
    def room(self) -> float:
        """The height of a later page's frame."""
        return self.paper[1] - self.later_top - self.bottom

    @property
    def _address(self) -> str:
        head = self.letterhead
        return one_line(", ".join(part for part in (head.address.replace("\n", ", "), head.phone) if part))

    def draw_head(self, canvas: Canvas, *, first: bool) -> None:
        """The clinic, and on later pages whose paper it is."""
        width, height = self.paper
        room = width - 2 * self.side
        y = height - _EDGE - self.small
        if self.letterhead.demo:
            _draw_demo(canvas, self.paper)
        canvas.setFillColor(TEAL)
        canvas.setFont(BOLD, self.small * 1.1)
        size = self.small * 1.1
        whose = self._whose(0.4 * room) if not first else ""
        phone = f", {one_line(self.letterhead.phone)}" if not first and self.letterhead.phone else ""
        left = room - measure(whose, self.small) - self.small - measure(phone, size, bold=True)
        canvas.drawString(
            self.side, y, shortened(one_line(self.letterhead.clinic), size, left, bold=True) + phone
        )
        canvas.setFillColor(BLACK)
        canvas.setFont(REGULAR, self.small)
        if not first:
            canvas.drawRightString(width - self.side, y, whose)
        elif self._address:
            y -= 1.35 * self.small
            canvas.drawString(self.side, y, shortened(self._address, self.small, room))
        canvas.setStrokeColor(TEAL)
        canvas.setLineWidth(1.2)
        canvas.line(self.side, y - 0.55 * self.small, width - self.side, y - 0.55 * self.small)

    def _whose(self, room: float) -> str:
        """Name and record number within ``room`` points; a long name is cut, a record number never."""
        record = f", {self.record}" if self.record else ""
        return shortened(self.running, self.small, room - measure(record, self.small)) + record

    def draw_foot(self, canvas: Canvas, page: int, pages: int) -> None:
        """The number to call in an emergency, and which page this is."""
        width, _height = self.paper
        number = self.page_of.format(page=page, pages=pages)
        canvas.setFillColor(BLACK)
        canvas.setFont(REGULAR, self.small)
        canvas.drawRightString(width - self.side, _EDGE, number)
        left = self.side
        if self.foot:
            canvas.setFont(BOLD, self.size)
            foot = shortened(self.foot, self.size, 0.6 * width, bold=True)
            canvas.drawString(left, _EDGE, foot)
            left += measure(foot, self.size, bold=True) + self.size
        if self.letterhead.demo:
            canvas.setFont(REGULAR, self.small)
            room = width - self.side - measure(number, self.small) - self.small - left
            canvas.drawString(left, _EDGE, shortened(self.demo_words, self.small, room))
        y = _EDGE + (self.size if self.foot else self.small) * 1.25
        canvas.setStrokeColor(GREY)
        canvas.setLineWidth(0.8)
        canvas.line(self.side, y, width - self.side, y)


def _draw_demo(canvas: Canvas, paper: tuple[float, float]) -> None:
    """DEMO across the page, light enough to read through."""
    width, height = paper
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(52)
    canvas.setFillGray(0.92)
    canvas.setFont(BOLD, 190)
    canvas.drawCentredString(0, -70, "DEMO")
    canvas.restoreState()


class _NumberedCanvas(TaggedCanvas):
    """Draws the foot of every page once the number of pages is known."""

    sheet: Sheet

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._pages: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """Keep the page until all are laid out."""
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # the stubs leave it out

    def save(self) -> None:
        """Draw the feet and write the file."""
        pages = self._pages
        for number, page in enumerate(pages, start=1):
            self.__dict__.update(page)
            with untagged(self):
                self.sheet.draw_foot(self, number, len(pages))
            super().showPage()
        self.write_structure()
        super().save()


Part = tuple[Sheet, Iterable[Flowable]]
"""Some pages of a paper with a head of their own, and what stands on them."""


def build(sheet: Sheet, story: Iterable[Flowable]) -> bytes:
    """``story`` on ``sheet``'s pages, as PDF; the same values give the same bytes."""
    return build_parts([(sheet, story)])


def build_parts(parts: Sequence[Part]) -> bytes:
    """Parts of one paper, each from a new page on and with its own sheet's head; the foot is the first sheet's.

    All are of one size. The same values give the same bytes.
    """
    register()
    sheet = parts[0][0]
    canvas_class: Callable[..., Canvas] = type("_SheetCanvas", (_NumberedCanvas,), {"sheet": sheet})
    output = io.BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=sheet.paper,
        pageTemplates=[
            template for number, (each, _story) in enumerate(parts) for template in _templates(each, number)
        ],
        title=sheet.title,
        author=one_line(sheet.letterhead.clinic),
        creator="ClinicDesk",
        producer="ClinicDesk",
        subject="",
        lang=sheet.language,
        displayDocTitle=True,
        initialFontName=REGULAR,
        invariant=1,
        pageCompression=1,
        allowSplitting=1,
    )
    with _LOCK:
        document.build(_joined(parts), canvasmaker=canvas_class)
    return output.getvalue()


def _templates(sheet: Sheet, number: int) -> tuple[PageTemplate, PageTemplate]:
    """The first and the later pages of a part."""
    width, height = sheet.paper

    def template(name: str, top: float, *, first: bool) -> PageTemplate:
        def draw_head(canvas: Canvas, _document: BaseDocTemplate) -> None:
            with untagged(canvas):
                sheet.draw_head(canvas, first=first)

        frame = PageFrame(
            sheet.side, sheet.bottom, width - 2 * sheet.side, height - top - sheet.bottom,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        return PageTemplate(name, [frame], onPage=draw_head, autoNextPageTemplate=f"later-{number}")

    return (
        template(f"first-{number}", sheet.top, first=True),
        template(f"later-{number}", sheet.later_top, first=False),
    )


def _joined(parts: Sequence[Part]) -> list[Flowable]:
    story: list[Flowable] = []
    for number, (_sheet, flowables) in enumerate(parts):
        if number:
            story += [NextPageTemplate(f"first-{number}"), PageBreak()]
        story += flowables
    return story


def runs(text: str, bold: bool = False) -> Runs:
    """A person's text as one run."""
    return (Run(text, bold),)
