"""How long one frame takes while a case is dragged, clash check and painting together, in a year's diary at 85 %.

Run as ``python -m tests.benchmarks.bench_moving``. A frame is a move of the mouse with the button held, through the event
loop and onto the screen. Its floors, from the same run: the same moves with nothing in hand, and with a case in hand of
whose surroundings nothing is known, so that nothing is checked.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.fitting import fitting_starts
from clinicdesk.domain.scheduling.moving import Drop, judge
from clinicdesk.services import diary
from clinicdesk.services.booking import moving
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.blocks import DiaryMode
from clinicdesk.ui.places.diary.in_hand import targets
from clinicdesk.ui.places.diary.sheets import DiaryChoice, sheet_of
from clinicdesk.ui.places.diary.view import DiaryView
from clinicdesk.ui.theme import theme
from tests.benchmarks.measuring import heading, report, timed
from tests.benchmarks.year_diary import fill
from tests.helpers.clinics import FACTS, small_clinic_file

T = TypeVar("T")

WIDTH, HEIGHT = 1600, 1000
AIM = 16.0
ROUNDS = 300
FIRST = date(2026, 11, 30)
DAYS_AHEAD = 91
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def main() -> None:
    """Print each figure beside its floor."""
    app = QApplication.instance() or QApplication([])
    theme().start()
    fmt.configure(FACTS.zone)
    with tempfile.TemporaryDirectory(prefix="clinicdesk-bench-") as name:
        clinic = small_clinic_file(Path(name))
        with closing(clinic.database):
            desk = fill(clinic, FIRST)
            heading()
            for mode, words in ((DiaryMode.DAY, "day"), (DiaryMode.WEEK, "week")):
                measured(desk, mode, words)
    app.processEvents()


def measured(desk: Desk, mode: DiaryMode, words: str) -> None:
    """The frames of one day, or of one week, in the middle of the year."""
    view = shown(desk, mode)
    case = view.geometry_now.placed[0][3]
    days = view.geometry_now.sheet.axis.days
    report(f"{words}: the mouse alone (floor)", timed(mover(view, NONE), ROUNDS))
    take(view, case.body.topLeft() - view.offset)
    report(f"{words}: a ghost, nothing checked (floor)", timed(mover(view, LEFT), ROUNDS))
    read = partial(moving.prepare, desk, case.block.booking_id, days)
    context = read()
    view.hand.surround(context)
    columns, minutes = targets(view.geometry_now.sheet), 60
    now = desk.clock.now()
    view.hand.show_fits(fitting_starts(context, columns, minutes, now))
    report(f"{words}: a frame of dragging with its clash check", timed(mover(view, LEFT), ROUNDS), AIM)
    hand = view.hand.hand
    assert hand is not None
    assert hand.judged is not None
    drops = [Drop(hand.spot.starts + timedelta(minutes=5 * n), 60, hand.drop.units) for n in range(24)]
    report(f"{words}: the check alone", timed(lambda: judge(context, turned(drops), now), ROUNDS), 2.0)
    report(f"{words}: reading what surrounds a case", timed(read, 30))
    fits = partial(fitting_starts, context, columns, minutes, now)
    report(f"{words}: where everything fits, on a worker", timed(fits, 10, warm=2))
    view.close()


def shown(desk: Desk, mode: DiaryMode) -> DiaryView:
    """The diary of a crowded day, or week, as it stands in the window."""
    day = FIRST + timedelta(days=DAYS_AHEAD)
    choice = DiaryChoice(mode=mode, kind=ResourceKind.ROOM)
    page = diary.page(desk, day, 1 if mode is DiaryMode.DAY else 7)
    view = DiaryView(desk.clock, FACTS.zone)
    view.show()
    margins = view.viewportMargins()
    view.resize(WIDTH + margins.left(), HEIGHT + margins.top())
    view.set_zoom(1.25)
    view.set_sheet(sheet_of(page, choice, FACTS.zone, desk.clock.now()))
    view.scroll_to_position(7.5 * 60)
    QApplication.processEvents()
    return view


def take(view: DiaryView, point: QPoint) -> None:
    """Press on a case and begin to pull."""
    send(view, QEvent.Type.MouseButtonPress, point, LEFT)
    send(view, QEvent.Type.MouseMove, point + QPoint(0, 40), LEFT)
    assert view.hand.held


def mover(view: DiaryView, buttons: Qt.MouseButton) -> Callable[[], None]:
    """One move of the mouse to another step of the diary or another column, and what is painted for it."""
    steps = [QPoint(150 + 97 * (n % 14), 140 + 29 * (n % 23)) for n in range(14 * 23)]

    def step() -> None:
        send(view, QEvent.Type.MouseMove, turned(steps), buttons)
        QApplication.processEvents()

    return step


def turned(things: list[T]) -> T:
    """The first, which goes to the end."""
    things.append(things.pop(0))
    return things[-1]


def send(view: DiaryView, kind: QEvent.Type, point: QPoint, buttons: Qt.MouseButton) -> None:
    """A mouse event as the window system sends it."""
    button = buttons if kind == QEvent.Type.MouseButtonPress else NONE
    there = QPointF(view.viewport().mapToGlobal(point))
    event = QMouseEvent(kind, QPointF(point), there, button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view.viewport(), event)


if __name__ == "__main__":
    main()
