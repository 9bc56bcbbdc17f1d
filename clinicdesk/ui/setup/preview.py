"""A paper on screen, drawn from memory; never through a temporary file."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, Scroll
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap, Size, Token, theme

_PDFIUM = threading.Lock()
"""PDFium may be used by one thread at a time."""

_OUTDATED = 0.45


@dataclass(frozen=True, slots=True)
class _Page:
    """One page as pixels, 4 bytes each (blue, green, red, unused)."""

    width: int
    height: int
    pixels: bytes


def draw_pages(pdf: bytes, width: int) -> tuple[_Page, ...]:
    """The pages of ``pdf``, each ``width`` pixels wide. Slow: not for the GUI thread."""
    import pypdfium2  # deferred: 30 ms that the first window does not need

    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            pages = []
            for page in document:
                bitmap = page.render(scale=width / page.get_width(), rev_byteorder=False, prefer_bgrx=True)
                pages.append(_Page(bitmap.width, bitmap.height, bytes(bitmap.buffer)))
                bitmap.close()
                page.close()
            return tuple(pages)
        finally:
            document.close()


class PaperPreview(QWidget):
    """The pages of a paper under one another, as wide as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Paper"))
        self.setMinimumWidth(theme().px(Size.FIELD))
        self._pdf = b""
        self._pages = _Pages(self)
        Column(self, gap=Gap.NONE).addWidget(Scroll(self._pages, self), 1)
        self._drawn_at = 0

    def show_paper(self, pdf: bytes) -> None:
        """Show the pages of ``pdf``."""
        self._pdf = pdf
        self._draw()

    def set_outdated(self, outdated: bool) -> None:
        """Dim the paper: it is not what the text says now."""
        self._pages.set_outdated(outdated)

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return len(self._pages.images)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pdf and abs(self._wanted() - self._drawn_at) > theme().px(Gap.XL):
            self._draw()

    def _wanted(self) -> int:
        return max(200, self.width() - theme().px(Gap.XL))

    def _draw(self) -> None:
        self._drawn_at = self._wanted()
        ratio = self.devicePixelRatioF()
        run_query(
            self,
            partial(draw_pages, self._pdf, round(self._drawn_at * ratio)),
            done=self._show,
            latest="pages",
        )

    def _show(self, pages: Sequence[_Page]) -> None:
        ratio = self.devicePixelRatioF()
        images = []
        for page in pages:
            image = QImage(page.pixels, page.width, page.height, QImage.Format.Format_RGB32).copy()
            image.setDevicePixelRatio(ratio)
            images.append(image)
        self._pages.show_images(images)


class _Pages(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.images: list[QImage] = []
        self._outdated = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_images(self, images: list[QImage]) -> None:
        self.images = images
        self._outdated = False
        size = self.sizeHint()
        self.setMinimumHeight(size.height())
        self.updateGeometry()
        self.update()

    def set_outdated(self, outdated: bool) -> None:
        self._outdated = outdated
        self.update()

    def sizeHint(self) -> QSize:
        gap = theme().px(Gap.M)
        sizes = [image.deviceIndependentSize() for image in self.images]
        width = max((round(size.width()) for size in sizes), default=theme().px(Size.FIELD))
        return QSize(width, sum(round(size.height()) + gap for size in sizes))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(_OUTDATED if self._outdated else 1.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        top = 0
        for image in self.images:
            size = image.deviceIndependentSize()
            box = QRect(0, top, round(size.width()), round(size.height()))
            painter.drawImage(box, image)
            painter.setPen(theme().colour(Token.LINE))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            top += box.height() + theme().px(Gap.M)
