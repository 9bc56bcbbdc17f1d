"""The diary as a place, in a real window over a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services.booking import steps
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf, Diary, DiaryAt, NewBooking, Today
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.diary.blocks import DiaryMode
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.busy_day import MONDAY, at, fill_busy_day
from tests.helpers.clinics import SmallClinic
from tests.ui.diary.windows import open_window, opened, settled

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(clinic: SmallClinic) -> dict[str, BookingId]:
    return fill_busy_day(clinic)


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, made: dict[str, BookingId]) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic, Diary())
    operations.shutdown()


@pytest.fixture
def place(window: MainWindow) -> DiaryPlace:
    found = window.place("diary")
    assert isinstance(found, DiaryPlace)
    return found


def shown(place: DiaryPlace) -> set[str]:
    return {block.short_title for block in place.view.geometry_now.sheet.blocks}


def titles(place: DiaryPlace) -> list[str]:
    return [column.title for column in place.view.geometry_now.sheet.columns]


def test_the_day_stands_by_room_and_a_click_puts_the_case_at_the_right(
    window: MainWindow, place: DiaryPlace, made: dict[str, BookingId]
) -> None:
    assert titles(place) == ["Room 1", "Room 2"]
    assert "Field" not in shown(place)
    assert {"Ortiz", "Berg", "Park"} <= shown(place)
    rect = place.view.rect_of(made["Berg"])
    assert rect is not None
    QTest.mouseClick(place.view.viewport(), LEFT, pos=rect.center())
    assert opened(window) == [CaseOf(booking_id=made["Berg"])]


def test_from_a_closed_day_the_next_one_opens_at_its_morning_and_stays_where_it_was_put(
    qtbot: QtBot, clinic: SmallClinic
) -> None:
    window = open_window(qtbot, clinic, Diary(), now=at(5) - timedelta(days=1))
    place = window.place("diary")
    assert isinstance(place, DiaryPlace)
    bar = place.view.verticalScrollBar()
    assert bar.value() == 0
    QTest.keyClick(place.view, Qt.Key.Key_PageDown)
    settled(qtbot)
    opens = place.view.geometry_now.y(place.view.geometry_now.sheet.columns[0], at(8)) - place.view.offset.y()
    assert 0 < opens < place.view.viewport().height() // 4
    bar.setValue(0)
    QTest.keyClick(place.view, Qt.Key.Key_PageDown)
    settled(qtbot)
    assert bar.value() == 0, "where somebody put it"
    operations.shutdown()


def test_a_double_click_on_a_free_time_books_there(
    window: MainWindow, place: DiaryPlace, clinic: SmallClinic
) -> None:
    column = place.view.geometry_now.column_rect(1)
    y = place.view.geometry_now.y(place.view.geometry_now.sheet.columns[1], at(16, 10))
    spot = QPoint(column.center().x(), y + 1) - place.view.offset
    QTest.mouseDClick(place.view.viewport(), LEFT, pos=spot)
    assert opened(window) == [
        NewBooking(starts=at(16, 10), units=((ResourceKind.ROOM, clinic.units["Room 2"]),))
    ]


def test_a_case_can_be_found_and_booked_beside_without_the_mouse(
    window: MainWindow, place: DiaryPlace, clinic: SmallClinic
) -> None:
    QTest.keyClick(place.view, Qt.Key.Key_Down)
    QTest.keyClick(place.view, Qt.Key.Key_Right)
    selected = place.view.selected
    assert selected is not None
    QTest.keyClick(place.view, Qt.Key.Key_N)
    (target,) = opened(window)
    assert isinstance(target, NewBooking)
    assert target.units == ((ResourceKind.ROOM, clinic.units["Room 2"]),)


def test_keys_and_buttons_go_to_other_days_and_weeks(
    window: MainWindow, place: DiaryPlace, qtbot: QtBot
) -> None:
    QTest.keyClick(place.view, Qt.Key.Key_PageDown)
    settled(qtbot)
    assert shown(place) == {"Tues"}
    QTest.keyClick(place.view, Qt.Key.Key_W)
    settled(qtbot)
    assert titles(place) == ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov"]
    assert {"Ortiz", "Tues", "Wed"} <= shown(place)
    QTest.keyClick(place.view, Qt.Key.Key_PageDown)
    settled(qtbot)
    assert shown(place) == set()
    assert place.empty.isVisible()
    place.bar.days.today_button.click()
    settled(qtbot)
    assert "Ortiz" in shown(place)
    assert not place.empty.isVisible()


def test_a_days_name_in_the_week_opens_that_day(place: DiaryPlace, qtbot: QtBot) -> None:
    QTest.keyClick(place.view, Qt.Key.Key_W)
    settled(qtbot)
    wednesday = place.view.geometry_now.column_rect(2)
    QTest.mouseClick(place.view.header, LEFT, pos=QPoint(wednesday.center().x(), 10))
    settled(qtbot)
    assert place.view.geometry_now.sheet.mode is DiaryMode.DAY
    assert place.bar.days.day == MONDAY + timedelta(days=2)
    assert shown(place) == {"Wed"}


def test_by_surgeon_one_of_them_and_back(place: DiaryPlace) -> None:
    place.bar.by.set_value(ResourceKind.SURGEON)
    assert titles(place) == ["Dr Lin", "Dr Shah"]
    place.bar.unit.setCurrentIndex(2)
    assert titles(place) == ["Dr Shah"]
    assert "Ortiz" not in shown(place)
    place.bar.by.set_value(ResourceKind.C_ARM)
    assert titles(place) == ["C-arm 1", "C-arm 2"]
    assert "Chang" not in shown(place)  # a visit needs no C-arm


def test_a_choice_made_while_the_page_is_on_its_way_is_kept(place: DiaryPlace, qtbot: QtBot) -> None:
    place.bar.mode.set_value(DiaryMode.WEEK)
    place.bar.by.set_value(ResourceKind.SURGEON)
    place.bar.mode.set_value(DiaryMode.DAY)
    settled(qtbot)
    assert titles(place) == ["Dr Lin", "Dr Shah"]


def test_what_was_cancelled_is_shown_when_asked_for(place: DiaryPlace, qtbot: QtBot) -> None:
    place.bar.withdrawn.trigger()
    settled(qtbot)
    assert "Field" in shown(place)


def test_a_change_elsewhere_is_painted_at_once(
    place: DiaryPlace, clinic: SmallClinic, made: dict[str, BookingId], qtbot: QtBot
) -> None:
    done = steps.advance(clinic.front, made["Berg"], BookingState.ARRIVED, 1)
    hub().changed.emit(done.changes)
    settled(qtbot)
    found = place.view.geometry_now.find(made["Berg"])
    assert found is not None
    assert found.block.state is BookingState.ARRIVED


def test_an_overrun_grows_with_the_minutes(
    place: DiaryPlace, clinic: SmallClinic, made: dict[str, BookingId]
) -> None:
    def end() -> object:
        found = place.view.geometry_now.find(made["Featherstonehaugh-Cholmondeley"])
        assert found is not None
        return found.block.ends

    assert end() == at(11, 26)
    clinic.clock.at = at(11, 41)
    place.view.tick()
    assert end() == at(11, 41)


def test_another_place_can_lead_to_a_day_and_a_case(
    window: MainWindow, place: DiaryPlace, made: dict[str, BookingId], qtbot: QtBot
) -> None:
    window.go(Today())
    window.go(DiaryAt(day=date(2026, 11, 24), booking_id=made["Tues"]))
    settled(qtbot)
    assert place.view.selected == made["Tues"]
