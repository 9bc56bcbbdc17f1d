"""The day list, in a real window over a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.users import Role
from clinicdesk.services import booking
from clinicdesk.services.booking import steps
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf, LeavingOf, Today
from clinicdesk.ui.places.today.place import StepCell, TodayPlace, TodayRow
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.busy_day import MONDAY, fill_busy_day
from tests.helpers.clinics import SmallClinic
from tests.ui.diary.windows import open_window, opened, settled

LEFT = Qt.MouseButton.LeftButton
STEP = 7


@pytest.fixture
def made(clinic: SmallClinic) -> dict[str, BookingId]:
    return fill_busy_day(clinic)


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, made: dict[str, BookingId]) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic, Today())
    operations.shutdown()


@pytest.fixture
def place(window: MainWindow) -> TodayPlace:
    found = window.place("today")
    assert isinstance(found, TodayPlace)
    return found


def row_of(place: TodayPlace, booking: BookingId) -> tuple[int, TodayRow]:
    return next((n, row) for n, row in enumerate(place.table.rows()) if row.booking_id == booking)


def cell(place: TodayPlace, number: int, column: int) -> str:
    model = place.table.rows_model
    return str(model.data(model.index(number, column)) or "")


def button_at(place: TodayPlace, number: int) -> QPoint:
    index = place.table.rows_model.index(number, STEP)
    return StepCell.button_rect(place.table.visualRect(index)).center()


def test_everyone_of_the_day_stands_there_with_who_stayed_the_night(
    place: TodayPlace, made: dict[str, BookingId]
) -> None:
    assert [row.line.entry.family for row in place.table.rows()][:3] == ["Stone", "Ortiz", "<b>Doe"]
    number, _row = row_of(place, made["Żółć"])
    told = [cell(place, number, column) for column in (0, 1, 2, 3, 4, 6, 7)]
    assert told == [
        "10:30 AM",
        "Łukasz Żółć, 68",
        "Epidural injection L4-L5",
        "Room 2",
        "Dr Shah",
        "side, escort",
        "Into the room",
    ]
    assert cell(place, 0, 0) == "Sun 22 Nov"
    assert place.tally.total.text() == "12 cases"
    assert not place.tally.pills[BookingState.ARRIVED].isHidden()


def test_the_button_in_the_row_takes_the_next_step_and_undo_takes_it_back(
    window: MainWindow, place: TodayPlace, clinic: SmallClinic, made: dict[str, BookingId], qtbot: QtBot
) -> None:
    number, _row = row_of(place, made["Berg"])
    QTest.mouseClick(place.table.viewport(), LEFT, pos=button_at(place, number))
    settled(qtbot)
    assert row_of(place, made["Berg"])[1].line.entry.state is BookingState.ARRIVED
    assert booking.read(clinic.front, made["Berg"]).state is BookingState.ARRIVED
    window.undo()
    settled(qtbot)
    assert row_of(place, made["Berg"])[1].line.entry.state is BookingState.CONFIRMED


def test_space_takes_the_step_of_the_chosen_row_and_keeps_the_row(
    place: TodayPlace, made: dict[str, BookingId], qtbot: QtBot
) -> None:
    place.table.choose_number(row_of(place, made["Chang"])[0])
    QTest.keyClick(place.table, Qt.Key.Key_Space)
    settled(qtbot)
    chosen = place.table.row()
    assert chosen is not None
    assert (chosen.booking_id, chosen.line.entry.state) == (made["Chang"], BookingState.CONFIRMED)


def test_enter_and_a_click_open_the_case(
    window: MainWindow, place: TodayPlace, made: dict[str, BookingId]
) -> None:
    number, _row = row_of(place, made["Berg"])
    place.table.choose_number(number)
    QTest.keyClick(place.table, Qt.Key.Key_Return)
    index = place.table.rows_model.index(number + 1, 1)
    QTest.mouseClick(place.table.viewport(), LEFT, pos=place.table.visualRect(index).center())
    assert opened(window) == [CaseOf(booking_id=made["Berg"]), CaseOf(booking_id=made["Field"])]


def test_leaving_opens_the_discharge_and_changes_nothing_by_itself(
    window: MainWindow, place: TodayPlace, made: dict[str, BookingId], qtbot: QtBot
) -> None:
    number, _row = row_of(place, made["Ortiz"])
    QTest.mouseClick(place.table.viewport(), LEFT, pos=button_at(place, number))
    settled(qtbot)
    assert opened(window) == [LeavingOf(booking_id=made["Ortiz"])]
    assert row_of(place, made["Ortiz"])[1].line.entry.state is BookingState.RECOVERY


def test_a_step_that_someone_else_took_first_is_said_in_place_and_the_list_is_right_again(
    place: TodayPlace, clinic: SmallClinic, made: dict[str, BookingId], qtbot: QtBot
) -> None:
    steps.advance(clinic.front, made["Berg"], BookingState.ARRIVED, 1)
    number, _row = row_of(place, made["Berg"])
    QTest.mouseClick(place.table.viewport(), LEFT, pos=button_at(place, number))
    settled(qtbot)
    assert place.problem_panel.isVisible()
    assert "Sam Front" in place.problem_panel.text()
    assert row_of(place, made["Berg"])[1].line.entry.state is BookingState.ARRIVED


def test_other_days_and_an_empty_one(place: TodayPlace, qtbot: QtBot) -> None:
    place.days.forward.click()
    settled(qtbot)
    assert [row.line.entry.family for row in place.table.rows()] == ["Tues"]
    place.show_day(MONDAY + timedelta(days=3))
    settled(qtbot)
    assert place.frame.is_empty
    assert "Thu 26 Nov 2026" in place.empty.label.text()
    QTest.keyClick(place, Qt.Key.Key_T)
    settled(qtbot)
    assert not place.frame.is_empty


def test_nobody_is_offered_a_step_their_role_does_not_take(
    qtbot: QtBot, clinic: SmallClinic, made: dict[str, BookingId]
) -> None:
    window = open_window(qtbot, clinic, Today(), Role.SCHEDULER)
    place = window.place("today")
    assert isinstance(place, TodayPlace)
    offered = {row.line.entry.family: row.step for row in place.table.rows()}
    assert offered["Berg"] is BookingState.ARRIVED
    assert offered["Żółć"] is None  # into the room: clinical staff
    assert offered["Ortiz"] is None
    operations.shutdown()
