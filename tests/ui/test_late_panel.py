"""Who will be late today, in the day list: shown as the minutes pass, shifted by one key, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.papers import PaperCopy, PaperKind, PaperUse
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.services import booking, papers
from clinicdesk.services.booking import steps
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import Diary, Today
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.steady import STEADY_AFTER
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.places.today.late_panel import LatePanel
from clinicdesk.ui.places.today.place import TodayPlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import THURSDAY, add_patient, at, kypho
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.places import BookView, CaseView
from tests.ui.diary.windows import settled

ROOM_1 = ResourceKind.ROOM, "Room 1"
LIN = ResourceKind.SURGEON, "Dr Lin"
ALL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def book(clinic: SmallClinic, name: str, hour: int, minute: int = 0) -> Booking:
    units = (ROOM_1, (ResourceKind.SURGEON, "Dr Lin"))
    draft = kypho(clinic, add_patient(clinic, name), at(hour, minute), units=units, recovery_minutes=30)
    return booking.book(clinic.front, draft).value


@pytest.fixture
def made(clinic: SmallClinic) -> tuple[Booking, Booking, Booking]:
    first, second, third = (
        book(clinic, "Rosa Ortiz", 9),
        book(clinic, "Ana <b>Lee", 10, 35),
        book(clinic, "Kim Poe", 12, 10),
    )
    clinic.clock.at = at(9)
    arrived = steps.advance(clinic.nurse, first.id, BookingState.ARRIVED, first.version).value
    return (
        steps.advance(clinic.nurse, first.id, BookingState.IN_ROOM, arrived.version).value,
        second,
        third,
    )


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, made: tuple[Booking, Booking, Booking]) -> Iterator[MainWindow]:
    clinic.clock.at = at(10)
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(
        clinic.desk(Role.SCHEDULER),
        [TodayPlace.factory(), DiaryPlace.factory()],
        sides={"case": CaseView, "book": BookView},
    )
    qtbot.addWidget(window)
    window.resize(1280, 820)
    window.start(Today())
    qtbot.waitExposed(window)
    settled(qtbot)
    yield window
    operations.shutdown()


def panel(window: MainWindow) -> LatePanel:
    place = window.place("today")
    assert isinstance(place, TodayPlace)
    return place.late


def minute_is_over(qtbot: QtBot, clinic: SmallClinic, window: MainWindow, hour: int, minute: int) -> None:
    """Let the clock stand there, and the panel's own timer ring."""
    clinic.clock.at = at(hour, minute)
    window.freshness.minute.tick()
    settled(qtbot)


def told(window: MainWindow) -> list[tuple[str, str, str]]:
    return [(row.name.text(), row.times.text(), row.shift.text()) for row in panel(window).rows]


def test_nobody_is_late_until_the_minutes_pass(qtbot: QtBot, clinic: SmallClinic, window: MainWindow) -> None:
    late = panel(window)
    assert late.isHidden()
    minute_is_over(qtbot, clinic, window, 10, 4)
    assert late.isHidden(), "five minutes are on time"
    minute_is_over(qtbot, clinic, window, 10, 33)
    assert late.isVisible()
    assert late.heading.text() == "Room 1 runs 33 min late. 2 cases will be late:"
    assert told(window) == [
        ("Ana <b>Lee", "10:35 AM → 11:10 AM", "Shift, with 1 after it"),
        ("Kim Poe", "12:10 PM → 12:45 PM", "Shift"),
    ]
    assert late.all_button.text() == "Shift all 2"
    assert_accessible(late)


def test_no_row_moves_when_it_comes_and_goes(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: tuple[Booking, Booking, Booking]
) -> None:
    place = window.place("today")
    assert isinstance(place, TodayPlace)

    def where() -> list[int]:
        table = place.table
        corners = (table.visualRect(table.model().index(row, 0)).topLeft() for row in range(3))
        return [table.viewport().mapToGlobal(corner).y() for corner in corners]

    on_time = where()
    minute_is_over(qtbot, clinic, window, 10, 33)
    assert panel(window).isVisible()
    assert where() == on_time
    QTest.keyClick(window, Qt.Key.Key_L, ALL)
    settled(qtbot)
    assert panel(window).isHidden()
    assert where() == on_time


def test_a_press_is_not_taken_by_what_has_just_come_there(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: tuple[Booking, Booking, Booking]
) -> None:
    minute_is_over(qtbot, clinic, window, 10, 33)
    button = panel(window).all_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settled(qtbot)
    assert booking.read(clinic.front, made[1].id).starts == at(10, 35)
    qtbot.wait(STEADY_AFTER + 50)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settled(qtbot)
    assert booking.read(clinic.front, made[1].id).starts == at(11, 10)


def test_a_press_is_not_taken_by_a_row_that_has_just_moved(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: tuple[Booking, Booking, Booking]
) -> None:
    """A colleague books somebody before the row under the mouse."""
    place = window.place("today")
    assert isinstance(place, TodayPlace)
    done = booking.book(
        clinic.front,
        kypho(clinic, add_patient(clinic, "Early Bird"), at(7), units=(ROOM_1, LIN), reason="now"),
    )
    hub().announce(done.changes)
    qtbot.waitUntil(lambda: len(place.table.rows()) == 4)
    point = place.table.visualRect(place.table.model().index(1, 1)).center()
    QTest.mouseClick(place.table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert window.side is None
    qtbot.wait(STEADY_AFTER + 50)
    QTest.mouseClick(place.table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert window.side is not None


def test_one_key_shifts_all_and_undo_puts_all_back(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: tuple[Booking, Booking, Booking]
) -> None:
    _first, second, third = made
    daylist = PaperCopy(kind=PaperKind.DAY_LIST, content=b"list", day=THURSDAY)
    papers.leave(clinic.front, daylist, PaperUse.PRINTED)
    minute_is_over(qtbot, clinic, window, 10, 33)
    QTest.keyClick(window, Qt.Key.Key_L, ALL)
    settled(qtbot)
    assert [booking.read(clinic.front, each.id).starts for each in (second, third)] == [
        at(11, 10),
        at(12, 45),
    ]
    assert panel(window).isHidden()
    assert window.foot_bar.quiet_bar.text() == "2 cases shifted. Out of date now: Day list."
    window.undo()
    settled(qtbot)
    assert [booking.read(clinic.front, each.id).starts for each in (second, third)] == [
        at(10, 35),
        at(12, 10),
    ]
    assert panel(window).isVisible()


def test_the_next_minute_leaves_the_keyboard_where_it_is(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: tuple[Booking, Booking, Booking]
) -> None:
    minute_is_over(qtbot, clinic, window, 10, 33)
    panel(window).rows[1].shift.setFocus()
    minute_is_over(qtbot, clinic, window, 10, 41)
    assert panel(window).rows[1].times.text().endswith("12:55 PM")
    assert panel(window).rows[1].shift.hasFocus()


def test_one_is_shifted_alone_where_it_runs_into_nobody(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: tuple[Booking, Booking, Booking]
) -> None:
    minute_is_over(qtbot, clinic, window, 10, 33)
    QTest.keyClick(panel(window).rows[1].shift, Qt.Key.Key_Space)
    settled(qtbot)
    assert booking.read(clinic.front, made[2].id).starts == at(12, 45)
    assert told(window) == [("Ana <b>Lee", "10:35 AM → 11:10 AM", "Shift")]


def test_a_late_shift_says_in_place_why_it_cannot_be(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: tuple[Booking, Booking, Booking]
) -> None:
    book(clinic, "Last Today", 14, 55)
    minute_is_over(qtbot, clinic, window, 11, 30)
    QTest.keyClick(window, Qt.Key.Key_L, ALL)
    settled(qtbot)
    place = window.place("today")
    assert isinstance(place, TodayPlace)
    assert "Last Today" in place.problem_panel.text()
    assert booking.read(clinic.front, made[1].id).starts == at(10, 35)


def test_the_diary_tells_when_a_late_case_is_expected(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: tuple[Booking, Booking, Booking]
) -> None:
    clinic.clock.at = at(10, 33)
    window.go(Diary())
    settled(qtbot)
    place = window.place("diary")
    assert isinstance(place, DiaryPlace)
    blocks = {block.booking_id: block for block in place.view.geometry_now.sheet.blocks}
    assert blocks[made[1].id].tip[-1] == "expected 11:10 AM"
    assert "expected" not in blocks[made[0].id].sentence


def test_a_long_name_and_a_narrow_window_leave_the_window_as_it_is(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    book(clinic, "Margaret Maria Featherstonehaugh-Cholmondeley of Somewhere Else Entirely", 13, 45)
    minute_is_over(qtbot, clinic, window, 10, 33)
    late = panel(window)
    assert not late.rows[0].delay.isHidden()
    qtbot.wait(50)
    for row in late.rows:
        assert row.name.geometry().right() < row.times.geometry().left()
    window.resize(900, 700)
    settled(qtbot)
    assert window.width() == 900
    assert late.rows[0].delay.isHidden()
    assert late.rows[0].shift.isVisible()


def test_who_waits_behind_a_case_that_runs_over_midnight_is_shown_with_the_day(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    clinic.clock.at = at(20)
    running, _waits = (
        booking.book(
            clinic.surgeon,
            kypho(
                clinic,
                add_patient(clinic, name),
                at(*when),
                units=(ROOM_1, (ResourceKind.SURGEON, "Dr Lin")),
                recovery_minutes=30,
                reason="cannot wait",
            ),
        ).value
        for name, when in (("Sam Night", (22, 20)), ("Mary Late", (23, 55)))
    )
    clinic.clock.at = at(22, 20)
    arrived = steps.advance(clinic.nurse, running.id, BookingState.ARRIVED, running.version).value
    steps.advance(clinic.nurse, running.id, BookingState.IN_ROOM, arrived.version)
    clinic.clock.at = at(0, 10, THURSDAY + timedelta(days=1))
    window.freshness.minute.tick()
    settled(qtbot)
    assert panel(window).heading.text() == "Room 1 runs 50 min late. 1 case will be late:"
    assert told(window) == [("Mary Late", "Thu 26 Nov 11:55 PM → 12:45 AM", "Shift")]
    (row,) = panel(window).rows
    assert row.times.width() >= row.times.sizeHint().width()
