"""Pictures of the program, from real windows on a demo clinic at twenty to eleven: ``make screenshots``.

    make_screenshots.py                    into docs/pictures: every screen light and dark at 100 %, light at 150 %
    make_screenshots.py --to DIR           another folder
    make_screenshots.py --only diary case  these screens alone ("first": sign-in and wizard)

The seed and the size of the window are fixed; what is shown lies around today, so pictures of two days differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.bootstrap import demo, demo_users
from clinicdesk.bootstrap.window import House
from clinicdesk.clock import SetClock, SystemClock
from clinicdesk.config import Config
from clinicdesk.domain.arranging.worth import figures
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.diary import DayLine
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.preparation import CheckState
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services import arranging, confirming, diary, papers, preparation, recovery, waiting
from clinicdesk.services.demo.build import FACTS
from clinicdesk.services.desk import Desk
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import (
    AddToWaitingList,
    Braces,
    CallOf,
    Calls,
    CaseOf,
    ChartOf,
    ChecklistOf,
    ConfirmCallOf,
    Diary,
    DiaryAt,
    DiaryToArrange,
    HoleLeftBy,
    LeavingOf,
    NewBooking,
    NewClosure,
    Numbers,
    People,
    PlaceTarget,
    Prepare,
    PrepareToConfirm,
    Review,
    SetUpAt,
    SetUpSection,
    Today,
    WaitingAt,
    WaitingList,
)
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.papers.pages import draw_page, read_pages
from clinicdesk.ui.places.diary.blocks import DiaryMode
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.places.numbers import NumbersPlace
from clinicdesk.ui.places.setup.blocks import BlocksPage
from clinicdesk.ui.places.setup.closures import ClosureSheet, ClosuresPage
from clinicdesk.ui.places.setup.unit_hours import UnitHoursPage
from clinicdesk.ui.theme import SchemeChoice, theme
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.signin import Face, SignInWindow
from clinicdesk.ui.window.wizard import Wizard

ROOT = Path(__file__).resolve().parent.parent
WINDOW = QSize(1440, 900)
LOOKS = ((SchemeChoice.LIGHT, 100), (SchemeChoice.DARK, 100), (SchemeChoice.LIGHT, 150))
PATIENCE = 20.0
"""Seconds that one screen may take to be filled."""
PAPER_RESOLUTION = 70
"""Dots per inch of a picture of a paper."""

Show = Callable[[MainWindow], object]


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture: its name, who looks at it, and how the window comes to show it."""

    name: str
    user: str
    show: Show


def main() -> int:
    parser = argparse.ArgumentParser(description="Pictures of the program.")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--only", nargs="*", default=(), help="names of screens")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    with _demo_clinic() as folder:
        house = House(Config(folder))
        theme().start()
        house.load()
        if not asked.only or "first" in asked.only:
            _first_pictures(house, asked.to)
        _screen_pictures(house, folder, asked.to, asked.only)
    return 0


@contextmanager
def _demo_clinic() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="clinicdesk-pictures-") as made:
        demo.make(Config(Path(made)), clock=SetClock(_moment()))
        yield Path(made)


def _moment() -> datetime:
    """Twenty to eleven in the demo clinic on the next working day: the middle of a morning."""
    day = FACTS.zone.day_of(SystemClock().now())
    while not FACTS.open_on(day):
        day += timedelta(days=1)
    return FACTS.zone.at(day, time_of_day(10, 40))


def _first_pictures(house: House, to: Path) -> None:
    """What is seen before anyone has signed in."""
    for look in _looks():
        face = Face(demo=True, demo_users=house.demo_users)
        _save_and_away(SignInWindow(house.sign_in, face, recover=house.recover), to / f"sign-in-{look}.png")
        _save_and_away(Wizard(house.makers(), "~/.local/share/ClinicDesk"), to / f"wizard-{look}.png")


def _screen_pictures(house: House, folder: Path, to: Path, only: Sequence[str]) -> None:
    passwords = {each.login: each.password for each in demo_users.read(folder)}
    for user in ("kim", "lin", "admin"):
        opened = house.sign_in(user, passwords[user])
        opened = replace(opened, desk=replace(opened.desk, clock=SetClock(_moment())))
        screens = [s for s in _screens(opened.desk) if s.user == user and (not only or s.name in only)]
        try:
            for look in _looks():
                for screen in screens:
                    window = house.main_window(opened)
                    window.start()
                    window.resize(WINDOW)
                    _settle()
                    screen.show(window)
                    _save(window, to / f"{screen.name}-{look}.png")
                    _away(window)
            if user == "kim" and (not only or "sheet" in only):
                _paper_pictures(opened.desk, to)
        finally:
            operations.shutdown()
            house.leave(opened)


def _screens(desk: Desk) -> tuple[Screen, ...]:
    return (
        Screen("today", "kim", partial(_go, Today())),
        Screen("diary", "kim", partial(_diary, desk)),
        Screen("moving", "kim", partial(_moving, desk, DiaryMode.DAY)),
        Screen("moving-week", "kim", partial(_moving, desk, DiaryMode.WEEK)),
        Screen("arranging", "kim", partial(_arranging, desk)),
        Screen("week", "kim", partial(_go, DiaryAt(week=True))),
        Screen("booking", "kim", partial(_booking, desk)),
        Screen("finding", "kim", partial(_finding, desk)),
        Screen("length", "kim", partial(_length, desk)),
        Screen("leaving", "kim", partial(_leaving, desk)),
        Screen("waiting", "kim", partial(_waiting, desk)),
        Screen("waiting-add", "kim", _waiting_add),
        Screen("hole", "kim", partial(_hole, desk)),
        Screen("late", "kim", partial(_late, desk)),
        Screen("prepare", "kim", partial(_prepare, desk)),
        Screen("confirm", "kim", partial(_confirm, desk)),
        Screen("calls", "kim", partial(_go, Calls())),
        Screen("call", "kim", partial(_call, desk)),
        Screen("people", "kim", partial(_go, People())),
        Screen("patient", "kim", partial(_patient, desk)),
        Screen("find", "kim", lambda window: window.open_find("or")),
        Screen("review", "lin", partial(_go, Review())),
        Screen("braces", "lin", partial(_go, Braces())),
        Screen("numbers", "lin", partial(_go, Numbers())),
        Screen("numbers-table", "lin", _numbers_table),
        Screen("set-up", "admin", partial(_go, SetUpAt(section=SetUpSection.PROCEDURES))),
        Screen("closures", "admin", _closing),
        Screen("holidays", "admin", _holidays),
        Screen("block-time", "admin", partial(_go, SetUpAt(section=SetUpSection.BLOCKS))),
        Screen("released", "admin", _released),
        Screen("working-hours", "admin", _working_hours),
        Screen("handouts", "admin", partial(_go, SetUpAt(section=SetUpSection.HANDOUTS))),
        Screen("trail", "admin", partial(_go, SetUpAt(section=SetUpSection.AUDIT))),
    )


def _go(target: PlaceTarget, window: MainWindow) -> None:
    window.go(target)


def _numbers_table(window: MainWindow) -> None:
    """The figures of one surgeon, as a table."""
    window.go(Numbers())
    _settle()
    place = window.place("numbers")
    if isinstance(place, NumbersPlace):
        place.view.set_value("table")
        place.unit.setCurrentIndex(place.unit.count() - 1)


def _diary(desk: Desk, window: MainWindow) -> None:
    window.go(Diary())
    _settle()
    window.open(CaseOf(booking_id=_case(desk, BookingState.IN_ROOM).entry.booking_id))


def _moving(desk: Desk, mode: DiaryMode, window: MainWindow) -> None:
    """A case in hand: in the day where another stands, in the week where it fits."""
    window.go(DiaryAt(week=mode is DiaryMode.WEEK))
    _settle()
    place = window.place("diary")
    assert isinstance(place, DiaryPlace)
    later = _case(desk, BookingState.CONFIRMED, BookingState.BOOKED).entry.booking_id
    place.view.setFocus()
    place.view.select(later)
    place.view.hand.begin_keys(later)
    _settle()
    for key in (Qt.Key.Key_Right, *(6 * (Qt.Key.Key_Down,))):
        QApplication.sendEvent(
            place.view, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        )


def _arranging(desk: Desk, window: MainWindow) -> None:
    """The day of the next two weeks on which surgeons wait the longest, with a better order drawn into it."""
    today = FACTS.zone.day_of(desk.clock.now())
    days = (today + timedelta(days=n) for n in range(5, 15))
    day = max(filter(FACTS.open_on, days), key=partial(_waiting_time, desk))
    window.go(DiaryAt(week=False, day=day))
    _settle()
    window.go(DiaryToArrange())


def _waiting_time(desk: Desk, day: date) -> int:
    problem = arranging.day(desk, day).problem
    return 0 if problem.present is None else figures(problem, problem.present).surgeon_idle


def _booking(desk: Desk, window: MainWindow) -> None:
    """A kyphoplasty at an hour at which the room is taken."""
    window.go(Diary())
    taken = _case(desk, BookingState.CONFIRMED, BookingState.BOOKED)
    waiting = _case(desk, BookingState.RECOVERY)
    window.open(
        NewBooking(patient_id=waiting.entry.patient_id, starts=taken.entry.starts, procedure="kyphoplasty")
    )
    _settle()
    panel = window.side
    if isinstance(panel, BookingPanel):
        panel.fields.levels.line.setText("L1")
        panel.fields.levels.line.textEdited.emit("L1")


def _waiting(desk: Desk, window: MainWindow) -> None:
    window.go(WaitingAt(booking_id=waiting.entries(desk)[0].booking_id))


def _hole(desk: Desk, window: MainWindow) -> None:
    """The first time that came free and that somebody who waits could take."""
    window.go(WaitingList())
    for hole in waiting.holes_left(desk):
        if hole.left_by is not None and waiting.fits(desk, hole).fits:
            window.open(HoleLeftBy(booking_id=hole.left_by))
            return


def _waiting_add(window: MainWindow) -> None:
    window.go(WaitingList())
    window.open(AddToWaitingList())


def _late(desk: Desk, window: MainWindow) -> None:
    """The day once the case in the room should have been over for more than an hour."""
    clock, moment = desk.clock, _moment()
    assert isinstance(clock, SetClock)
    under_way = _case(desk, BookingState.IN_ROOM).entry
    clock.at = max(moment, under_way.ends + timedelta(minutes=75))
    window.go(Today())
    _settle()
    clock.at = moment


def _finding(desk: Desk, window: MainWindow) -> None:
    """A kyphoplasty without a time yet: the best ones, and why not sooner."""
    window.go(Diary())
    window.open(
        NewBooking(patient_id=_case(desk, BookingState.RECOVERY).entry.patient_id, procedure="kyphoplasty")
    )
    _settle()
    panel = window.side
    if isinstance(panel, BookingPanel):
        panel.fields.levels.line.setText("T12, L1")
        panel.fields.levels.line.textEdited.emit("T12, L1")


def _length(desk: Desk, window: MainWindow) -> None:
    """A kyphoplasty whose surgeon has done it often enough to know how long it takes."""
    window.go(Today())
    waiting = _case(desk, BookingState.RECOVERY)
    assert waiting.entry.surgeon_id is not None
    surgeon = (ResourceKind.SURGEON, waiting.entry.surgeon_id)
    window.open(NewBooking(patient_id=waiting.entry.patient_id, procedure="kyphoplasty", units=(surgeon,)))
    _settle()
    panel = window.side
    if isinstance(panel, BookingPanel):
        panel.fields.levels.line.setText("L1")
        panel.fields.levels.line.textEdited.emit("L1")


def _leaving(desk: Desk, window: MainWindow) -> None:
    window.go(Today())
    window.open(LeavingOf(booking_id=_case(desk, BookingState.RECOVERY).entry.booking_id))


def _call(desk: Desk, window: MainWindow) -> None:
    line = recovery.calls(desk)[0]
    window.go(CallOf(check_in_id=line.check_in_id, reached=True))


def _prepare(desk: Desk, window: MainWindow) -> None:
    """What is missing, with the checklist of a case whose authorization ends too early."""
    window.go(Prepare())
    _settle()
    cases = [case for day in preparation.missing(desk) for case in day.cases]
    wrong = [c for c in cases if any(point.state is CheckState.WRONG for point in c.missing)]
    window.open(ChecklistOf(booking_id=(wrong or cases)[0].booking_id))


def _confirm(desk: Desk, window: MainWindow) -> None:
    window.go(PrepareToConfirm())
    _settle()
    ids = [line.booking_id for line in confirming.to_confirm(desk)]
    fasting = [number for number in ids if confirming.open_call(desk, number).before.fasting]
    window.open(ConfirmCallOf(booking_id=(fasting or ids)[0], following=tuple(ids[1:])))


def _patient(desk: Desk, window: MainWindow) -> None:
    window.go(ChartOf(patient_id=_case(desk, BookingState.RECOVERY).entry.patient_id))


def _case(desk: Desk, *states: BookingState) -> DayLine:
    """The first operation of the day in one of these states, else its first operation, else its first case."""
    lines = diary.day_list(desk, FACTS.zone.day_of(desk.clock.now()))
    procedures = [line for line in lines if not line.entry.is_visit]
    fitting = [line for line in procedures if line.entry.state in states]
    return (fitting or procedures or list(lines))[0]


def _closing(window: MainWindow) -> None:
    """A room that is to be closed tomorrow, and whom that strands."""
    window.go(NewClosure())
    _settle()
    sheet = window.findChild(ClosureSheet)
    assert sheet is not None
    sheet.resource_id.setCurrentIndex(sheet.resource_id.findText("Room 1"))
    sheet.reason.setText("New ceiling lamp")


def _holidays(window: MainWindow) -> None:
    window.go(SetUpAt(section=SetUpSection.CLOSURES))
    _settle()
    page = window.findChild(ClosuresPage)
    assert page is not None
    page.show_holidays()


def _released(window: MainWindow) -> None:
    window.go(SetUpAt(section=SetUpSection.BLOCKS))
    _settle()
    page = window.findChild(BlocksPage)
    assert page is not None
    page.show_released()


def _working_hours(window: MainWindow) -> None:
    window.go(SetUpAt(section=SetUpSection.UNIT_HOURS))
    _settle()
    page = window.findChild(UnitHoursPage)
    assert page is not None
    page.table.choose(lambda row: row.unit.name == "Room 3")


def _paper_pictures(desk: Desk, to: Path) -> None:
    """The sheet of someone who leaves today, in both sizes of print."""
    booking_id = BookingId(_case(desk, BookingState.RECOVERY).entry.booking_id)
    for name, large in (("sheet", False), ("sheet-large", True)):
        content = papers.discharge_sheet(desk, booking_id, large_print=large).content
        for number in range(len(read_pages(content))):
            path = to / f"{name}-{number + 1}.png"
            _keep(draw_page(content, number, PAPER_RESOLUTION), path)


def _looks() -> Iterator[str]:
    for scheme, scale in LOOKS:
        theme().set_choice(scheme)
        theme().set_scale(scale)
        yield f"{scheme.value}-{scale}"


def _settle() -> None:
    """Wait until nothing is being loaded any more."""
    until = time.monotonic() + PATIENCE
    still = 0
    while still < 20 and time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.02)
        still = 0 if operations.busy() else still + 1


def _save(window: QWidget, path: Path) -> None:
    _settle()
    _keep(window.grab().toImage(), path)


def _keep(picture: QImage, path: Path) -> None:
    """A screen has few colours: with a palette a picture takes a third of the room in the repository."""
    picture.save(str(path))
    with Image.open(path) as full:
        small = full.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(path)


def _save_and_away(window: QWidget, path: Path) -> None:
    window.show()
    _save(window, path)
    _away(window)


def _away(window: QWidget) -> None:
    window.hide()
    window.deleteLater()
    QApplication.processEvents()


if __name__ == "__main__":
    sys.exit(main())
