"""A PDF on the screen and on a printer, drawn from memory: no temporary file ever holds a patient's paper."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import Final

import pypdfium2
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QPageLayout,
    QPageSize,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QScrollArea, QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap, Token, theme

ZOOMS: Final = (50, 75, 100, 125, 150, 200, 300)
"""Per cent of the paper's own size."""

_DPI: Final = 96
_POINTS: Final = 72
_PRINT_DPI: Final = 300
_PDFIUM: Final = threading.Lock()
"""pdfium may be used by one thread at a time."""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Width and height of a page in points, and its words for a screen reader."""

    width: float
    height: float
    words: str


def read_pages(content: bytes) -> tuple[PageFacts, ...]:
    """The pages of a PDF."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            return tuple(_facts(page) for page in document)
        finally:
            document.close()


def _facts(page: pypdfium2.PdfPage) -> PageFacts:
    text = page.get_textpage()
    try:
        return PageFacts(page.get_width(), page.get_height(), text.get_text_bounded())
    finally:
        text.close()
        page.close()


def draw_page(content: bytes, number: int, dpi: float) -> QImage:
    """Page ``number`` (from 0) as a picture of its own memory. Safe on any thread."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            page = document[number]
            bitmap = page.render(scale=dpi / _POINTS, prefer_bgrx=True)
            picture = QImage(
                bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32
            ).copy()
            bitmap.close()
            page.close()
            return picture
        finally:
            document.close()


# --- the printer ----------------------------------------------------------------------------------------------------


def choose_printer(parent: QWidget, content: bytes) -> QPrinter | None:
    """Ask which printer, how many and which pages; None where the person changed their mind."""
    pages = read_pages(content)
    printer = printer_for(pages)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("ClinicDesk")
    dialog.setMinMax(1, len(pages))
    dialog.setFromTo(1, len(pages))
    try:
        return printer if dialog.exec() else None
    finally:
        dialog.deleteLater()


def printer_for(pages: tuple[PageFacts, ...]) -> QPrinter:
    """A printer set up for these pages: their size, both sides of a leaf, and no patient in the job's name."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("ClinicDesk")
    printer.setCreator("ClinicDesk")
    first = pages[0]
    wide = first.width > first.height
    points = QSizeF(min(first.width, first.height), max(first.width, first.height))
    printer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch))
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    )
    printer.setFullPage(True)
    printer.setDuplex(QPrinter.DuplexMode.DuplexShortSide if wide else QPrinter.DuplexMode.DuplexLongSide)
    return printer


def print_pages(printer: QPrinter, content: bytes) -> None:
    """Draw the chosen pages on ``printer``; may take seconds, so not on the GUI thread.

    Raises `ClinicDeskError` where the printer does not take them.
    """
    count = len(read_pages(content))
    first = max(1, printer.fromPage() or 1)
    last = min(count, printer.toPage() or count)
    painter = QPainter()
    if not painter.begin(printer):
        raise ClinicDeskError(_("The printer did not take the paper. Check the printer, then print again."))
    try:
        for number in range(first - 1, last):
            if number >= first and not printer.newPage():
                raise ClinicDeskError(_("The printer stopped before the last page. Print again."))
            picture = draw_page(content, number, min(printer.resolution(), _PRINT_DPI))
            painter.drawImage(QRectF(printer.paperRect(QPrinter.Unit.DevicePixel)), picture)
    finally:
        painter.end()


# --- the screen -----------------------------------------------------------------------------------------------------


class PaperPages(QScrollArea):
    """The pages of a paper under one another. Ctrl and the wheel, or Ctrl with plus, minus and 0, zoom."""

    page_changed = Signal(int, int)
    """The page in view and how many there are."""
    zoomed = Signal(int)
    """The zoom in per cent of the paper's own size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom: int | None = None
        self._page = 0
        self.sheet = _Pages(self)
        self.setWidget(self.sheet)
        self.setWidgetResizable(False)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )  # else fitting the width could swing
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(theme().px(320), theme().px(240))
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_paper(self, content: bytes, pages: tuple[PageFacts, ...]) -> None:
        """Show these bytes, from the page that was in view before."""
        page = min(self._page, len(pages) - 1)
        self.sheet.set_paper(content, pages)
        self._fit()
        self.go_to(max(0, page))
        self._tell()

    def show_nothing(self) -> None:
        """No page of anybody's."""
        self.sheet.set_paper(b"", ())

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.sheet.pages)

    @property
    def page(self) -> int:
        """The page in view, from 0."""
        return self._page

    @property
    def zoom(self) -> int:
        """Per cent of the paper's own size."""
        return round(self.sheet.zoom)

    def go_to(self, page: int) -> None:
        """Bring a page (from 0) into view."""
        if 0 <= page < self.count:
            self.verticalScrollBar().setValue(self.sheet.top_of(page))

    def zoom_in(self) -> None:
        """The next larger step."""
        self.set_zoom(next((step for step in ZOOMS if step > self.zoom), ZOOMS[-1]))

    def zoom_out(self) -> None:
        """The next smaller step."""
        self.set_zoom(next((step for step in reversed(ZOOMS) if step < self.zoom), ZOOMS[0]))

    def fit_width(self) -> None:
        """As wide as the view, from now on."""
        self.set_zoom(None)

    def set_zoom(self, zoom: int | None) -> None:
        """``zoom`` per cent; None fits the width."""
        page = self._page
        self._zoom = zoom
        self._fit()
        self.go_to(page)

    def _fit(self) -> None:
        zoom = float(self._zoom) if self._zoom is not None else self.sheet.zoom_for(self.viewport().width())
        if zoom != self.sheet.zoom:
            self.sheet.set_zoom(zoom)
            self.zoomed.emit(self.zoom)

    def _scrolled(self) -> None:
        page = self.sheet.page_at(self.verticalScrollBar().value() + self.viewport().height() // 3)
        if page != self._page:
            self._page = page
            self._tell()

    def _tell(self) -> None:
        if self.count:
            self.setAccessibleName(_("Page {page} of {pages}").format(page=self._page + 1, pages=self.count))
            self.setAccessibleDescription(self.sheet.pages[self._page].words)
        self.page_changed.emit(self._page, self.count)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # whatever Qt sends
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif control and event.key() == Qt.Key.Key_Minus:
            self.zoom_out()
        elif control and event.key() == Qt.Key.Key_0:
            self.fit_width()
        elif event.key() == Qt.Key.Key_PageDown:
            self.go_to(self._page + 1)
        elif event.key() == Qt.Key.Key_PageUp:
            self.go_to(self._page - 1)
        else:
            super().keyPressEvent(event)


class _Pages(QWidget):
    """Paints the pages; a picture is drawn off the GUI thread when its page comes into view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pages: tuple[PageFacts, ...] = ()
        self.zoom = 100.0
        self._content = b""
        self._pictures: dict[int, QImage] = {}
        self._asked: set[tuple[int, int]] = set()
        self._edition = 0

    def set_paper(self, content: bytes, pages: tuple[PageFacts, ...]) -> None:
        self._content, self.pages = content, pages
        self._renew(keep=False)

    def set_zoom(self, zoom: float) -> None:
        self.zoom = zoom
        self._renew(keep=True)

    def zoom_for(self, width: int) -> float:
        """The zoom at which the widest page fills ``width`` pixels."""
        widest = max((page.width for page in self.pages), default=612.0)
        room = max(50, width - 2 * theme().px(Gap.L))
        return room / (widest * _DPI / _POINTS) * 100

    def top_of(self, page: int) -> int:
        return self._box(page).top() - theme().px(Gap.S)

    def page_at(self, y: int) -> int:
        inside = [number for number in range(len(self.pages)) if self._box(number).top() <= y]
        return inside[-1] if inside else 0

    def sizeHint(self) -> QSize:
        if not self.pages:
            return QSize(0, 0)
        last = self._box(len(self.pages) - 1)
        widest = max(self._size(page).width() for page in self.pages)
        return QSize(widest + 2 * theme().px(Gap.L), last.bottom() + 1 + theme().px(Gap.L))

    def _renew(self, *, keep: bool) -> None:
        """Ask for all pictures again; the old ones stand in, stretched, until the new ones are there."""
        self._edition += 1
        self._asked.clear()
        if not keep:
            self._pictures.clear()
        self.resize(self.sizeHint())
        self.update()

    def _size(self, page: PageFacts) -> QSize:
        factor = self.zoom / 100 * _DPI / _POINTS
        return QSize(round(page.width * factor), round(page.height * factor))

    def _box(self, number: int) -> QRect:
        gap = theme().px(Gap.L)
        sizes = [self._size(page) for page in self.pages[: number + 1]]
        top = gap + sum(size.height() + gap for size in sizes[:-1])
        return QRect(QPoint((self.width() - sizes[-1].width()) // 2, top), sizes[-1])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number in range(len(self.pages)):
            box = self._box(number)
            if not box.intersects(event.rect()):
                continue
            painter.fillRect(box, theme().colour(Token.SURFACE))
            picture = self._pictures.get(number)
            if picture is not None:
                painter.drawImage(box, picture)
            painter.setPen(theme().colour(Token.BORDER))
            painter.drawRect(box.adjusted(-1, -1, 0, 0))
            self._ask_for(number)

    def _ask_for(self, number: int) -> None:
        wanted = (number, self._edition)
        if wanted in self._asked:
            return
        self._asked.add(wanted)
        dpi = self.zoom / 100 * _DPI * self.devicePixelRatioF()
        run_query(
            self,
            partial(draw_page, self._content, number, dpi),
            done=partial(self._drawn, number, self._edition),
        )

    def _drawn(self, number: int, edition: int, picture: QImage) -> None:
        if edition == self._edition:
            self._pictures[number] = picture
            self.update(self._box(number))
