"""How long the diary takes to repaint and to scroll, beside what the same rectangles cost bare.

Run as ``python -m tests.benchmarks.bench_diary``. A crowded day of 300 cases in a viewport of 1600 x 1000.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.clock import SetClock
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.blocks import DiarySheet
from clinicdesk.ui.places.diary.view import DiaryView
from clinicdesk.ui.theme import theme
from tests.ui.diary import scenes

WIDTH, HEIGHT = 1600, 1000
ROUNDS = 200


def main() -> None:
    """Print each figure beside its floor."""
    app = QApplication.instance() or QApplication([])
    theme().start()
    fmt.configure(scenes.ZONE)
    sheet = scenes.full_day()
    view = shown(sheet)
    bare = Bare(view)
    bare.resize(WIDTH, HEIGHT)
    bare.show()
    app.processEvents()
    seen = len(view.geometry_now.touching(view.viewport().rect().translated(view.offset)))
    print(f"{'':46}{'p50':>9}{'p95':>9}   aim")
    report(f"floor: {seen} bare rectangles, empty widget", timed(lambda: render(bare)))
    report(f"full repaint, {seen} cases in view", timed(lambda: render(view.viewport())), 8.0)
    report("floor: scroll of an empty widget", timed(stepper(bare)))
    report("scroll by 16 px, repaint of the strip", timed(scroller(view)), 2.0)
    report("selection from one case to the next", timed(hoverer(view)))
    report("first repaint after new data (texts measured)", timed(lambda: renewed(view, sheet), rounds=20))
    view.set_sheet(scenes.planned(sheet))
    moved = len(view.geometry_now.proposed_touching(view.in_view))
    report(f"full repaint with {moved} proposed", timed(lambda: render(view.viewport())), 8.0)
    report("scroll with them, repaint of the strip", timed(scroller(view)), 2.0)
    view.close()
    bare.close()


def shown(sheet: DiarySheet) -> DiaryView:
    """Return the diary at such a zoom that the whole day is in view."""
    view = DiaryView(SetClock(scenes.at(scenes.THURSDAY, 11, 20)), scenes.ZONE)
    view.show()
    margins = view.viewportMargins()
    view.resize(WIDTH + margins.left(), HEIGHT + margins.top())
    view.set_zoom(1.25)
    view.set_sheet(sheet)
    view.scroll_to(scenes.at(scenes.THURSDAY, 8))
    QApplication.processEvents()
    return view


class Bare(QWidget):
    """Fills the rectangles of the diary's cases, and nothing else."""

    def __init__(self, view: DiaryView) -> None:
        super().__init__()
        area = view.viewport().rect().translated(view.offset)
        self.rects = [p.rect.translated(-view.offset) for p in view.geometry_now.touching(area)]
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), Qt.GlobalColor.white)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.lightGray)
        painter.drawRects(self.rects)


def render(widget: QWidget) -> None:
    """Paint the whole widget into an image that is already there."""
    painter = QPainter(_image)
    widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()


def scroller(view: DiaryView) -> Callable[[], None]:
    """Return a step of scrolling to and fro, through the event loop and onto the screen."""
    bar = view.verticalScrollBar()
    steps = [16] * 10 + [-16] * 10

    def step() -> None:
        bar.setValue(bar.value() + steps[0])
        steps.append(steps.pop(0))
        QApplication.processEvents()

    return step


def stepper(widget: QWidget) -> Callable[[], None]:
    """Return a scroll of the bare widget by as much."""

    def step() -> None:
        widget.scroll(0, -16)
        QApplication.processEvents()

    return step


def hoverer(view: DiaryView) -> Callable[[], None]:
    """Return a move of the selection from one case to the next."""
    cases = [
        p.block.booking_id for p in view.geometry_now.touching(view.viewport().rect().translated(view.offset))
    ]

    def step() -> None:
        view.select(cases[0])
        cases.append(cases.pop(0))
        QApplication.processEvents()

    return step


def renewed(view: DiaryView, sheet: DiarySheet) -> None:
    """Give the view its day again with nothing remembered of the texts, and paint it."""
    theme().changed.emit()
    view.set_sheet(sheet)
    render(view.viewport())


def timed(work: Callable[[], None], rounds: int = ROUNDS) -> list[float]:
    """Return the sorted times of so many rounds in milliseconds, after three to warm up."""
    for _ in range(3):
        work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times)


def report(what: str, times: list[float], aim: float | None = None) -> None:
    """Print the middle and the slow end of a series."""
    middle, slow = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"{what:46}{middle:7.2f}ms{slow:7.2f}ms   {'' if aim is None else f'{aim:g} ms'}")


_image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)

if __name__ == "__main__":
    main()
