"""The diary widget, clicked and typed at as a person does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.clock import SetClock
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.ui.places.diary.axis import TimeAxis
from clinicdesk.ui.places.diary.blocks import DiaryMode, DiarySheet
from clinicdesk.ui.places.diary.view import DiaryView
from clinicdesk.ui.places.diary.walk import DiaryAsk
from clinicdesk.ui.theme import SchemeChoice, Token, theme
from tests.ui.diary import scenes

ELEVEN = scenes.at(scenes.THURSDAY, 11)


def three_cases() -> DiarySheet:
    """Two in Room 1 at nine and at one, one in Room 3 at half past nine; nothing in Room 2."""
    columns = tuple(scenes.column(f"r{n}", f"Room {n}", resource=n) for n in (1, 2, 3))
    blocks = (
        scenes.case(
            1, "r1", scenes.at(scenes.THURSDAY, 9), setup=15, turnover=20, missing=("No escort named",)
        ),
        scenes.case(2, "r1", scenes.at(scenes.THURSDAY, 13), title="Lee Chang", state=BookingState.CONFIRMED),
        scenes.case(3, "r3", scenes.at(scenes.THURSDAY, 9, 30), title="Ida Berg"),
    )
    return DiarySheet(DiaryMode.DAY, TimeAxis(scenes.ZONE, (scenes.THURSDAY,)), columns, blocks)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(ELEVEN)


@pytest.fixture
def view(qtbot: QtBot, clock: SetClock) -> DiaryView:
    theme().start()
    view = DiaryView(clock, scenes.ZONE)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.set_sheet(three_cases())
    view.show()
    qtbot.waitExposed(view)
    view.scroll_to(scenes.at(scenes.THURSDAY, 8))
    view.setFocus()
    return view


def middle_of(view: DiaryView, number: int) -> QPoint:
    rect = view.rect_of(BookingId(number))
    assert rect is not None
    return rect.center()


def place_at(view: DiaryView, column: int, hour: int, minute: int) -> QPoint:
    outer = view.geometry_now.column_rect(column)
    y = view.geometry_now.y(view.geometry_now.sheet.columns[column], scenes.at(scenes.THURSDAY, hour, minute))
    return QPoint(outer.center().x(), y + 1) - view.offset


def test_a_click_on_a_case_chooses_and_selects_it(view: DiaryView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.case_chosen) as chosen:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(view, 3))
    assert chosen.args == [3]
    assert view.selected == 3
    assert view.accessibleDescription().startswith("Ida Berg, Kyphoplasty L1, Dr Lin")


def test_a_click_on_an_empty_place_marks_the_slot_and_a_double_click_books(
    view: DiaryView, qtbot: QtBot
) -> None:
    spot = place_at(view, 1, 10, 25)
    with qtbot.assertNotEmitted(view.slot_chosen):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert view.slot is not None
    assert view.slot.starts == scenes.at(scenes.THURSDAY, 10, 25)
    with qtbot.waitSignal(view.slot_chosen) as chosen:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert chosen.args == [2, scenes.at(scenes.THURSDAY, 10, 25)]


def test_arrows_walk_from_case_to_case_and_enter_opens(view: DiaryView, qtbot: QtBot) -> None:
    QTest.keyClick(view, Qt.Key.Key_Down)  # nothing selected: the first that is not over at eleven
    assert view.selected == 2
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.selected == 1
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.selected == 1
    QTest.keyClick(view, Qt.Key.Key_Right)  # past the empty room
    assert view.selected == 3
    with qtbot.waitSignal(view.case_chosen) as chosen:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == [3]
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.selected == 1


def test_n_books_where_the_selected_case_leaves_its_room(view: DiaryView, qtbot: QtBot) -> None:
    view.select(BookingId(1))
    with qtbot.waitSignal(view.slot_chosen) as chosen:
        QTest.keyClick(view, Qt.Key.Key_N)
    assert chosen.args == [1, scenes.at(scenes.THURSDAY, 10, 20)]


def test_the_slot_cursor_moves_by_five_minutes_and_by_columns(view: DiaryView, qtbot: QtBot) -> None:
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.slot is not None
    assert view.slot.starts == ELEVEN
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(view.slot_chosen) as chosen:
        QTest.keyClick(view, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert chosen.args == [2, ELEVEN + timedelta(minutes=5)]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.slot is None


@pytest.mark.parametrize(
    ("key", "ask"),
    [
        (Qt.Key.Key_PageUp, DiaryAsk.EARLIER),
        (Qt.Key.Key_PageDown, DiaryAsk.LATER),
        (Qt.Key.Key_T, DiaryAsk.TODAY),
        (Qt.Key.Key_D, DiaryAsk.DAY),
        (Qt.Key.Key_W, DiaryAsk.WEEK),
    ],
)
def test_single_keys_ask_for_other_sheets(view: DiaryView, qtbot: QtBot, key: Qt.Key, ask: DiaryAsk) -> None:
    with qtbot.waitSignal(view.asked) as asked:
        QTest.keyClick(view, key)
    assert asked.args == [ask]


def test_the_wheel_with_ctrl_zooms_and_keeps_the_time_under_the_pointer(view: DiaryView) -> None:
    pointer = QPointF(200, 300)
    before = view.hit_at(pointer.toPoint()).slot
    wheel = QWheelEvent(
        pointer,
        view.viewport().mapToGlobal(pointer),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), wheel)
    after = view.hit_at(pointer.toPoint()).slot
    assert view.zoom > 1
    assert before is not None
    assert after is not None
    assert abs(after.starts - before.starts) <= timedelta(minutes=5)


def test_a_selection_outlives_new_data_but_not_its_case(view: DiaryView, qtbot: QtBot) -> None:
    view.select(BookingId(2))
    view.set_sheet(three_cases())
    assert view.selected == 2
    with qtbot.waitSignal(view.case_selected) as selected:
        view.set_sheet(scenes.empty_day())
    assert selected.args == [None]
    assert view.accessibleDescription() == ""


def test_the_now_line_moves_with_the_clock(view: DiaryView, clock: SetClock) -> None:
    def line_at(hour: int, minute: int) -> bool:
        y = place_at(view, 1, hour, minute).y() - 1
        pixel = QColor(
            view.viewport().grab().toImage().pixel(view.geometry_now.column_rect(1).center().x(), y)
        )
        return pixel == theme().colour(Token.NOW)

    assert line_at(11, 0)
    clock.advance(timedelta(minutes=20))
    view.tick()
    assert line_at(11, 20)
    assert not line_at(11, 0)


def test_scrolling_shows_what_a_full_repaint_would(view: DiaryView, qtbot: QtBot) -> None:
    for amount in (7, 64, -33, 250, -400, 120):
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + amount)
        QApplication.processEvents()
    screen = view.screen().grabWindow(view.winId()).toImage()
    view.viewport().update()
    QApplication.processEvents()
    assert not screen.isNull()
    assert screen == view.screen().grabWindow(view.winId()).toImage()


def test_a_change_of_scheme_is_painted_at_once(view: DiaryView) -> None:
    light = view.grab().toImage()
    theme().set_choice(SchemeChoice.DARK)
    dark = view.grab().toImage()
    theme().set_choice(SchemeChoice.LIGHT)
    assert dark != light
    assert view.grab().toImage() == light
    theme().set_choice(SchemeChoice.SYSTEM)


def test_a_name_is_never_markup_and_never_stops_the_painting(view: DiaryView) -> None:
    column = scenes.column("r1", "<b>Room</b>", resource=1)
    rude = scenes.case(
        1, "r1", scenes.at(scenes.THURSDAY, 9), title='<img src="/etc/passwd"/>' * 40, lines=("", "\n")
    )
    axis = TimeAxis(scenes.ZONE, (scenes.THURSDAY,))
    view.set_sheet(DiarySheet(DiaryMode.DAY, axis, (column,), (rude,)))
    assert not view.grab().isNull()


def test_each_minute_of_a_long_day_can_be_reached(view: DiaryView) -> None:
    view.set_sheet(scenes.clock_change(scenes.AUTUMN))
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    last = view.hit_at(QPoint(200, view.viewport().height() - 1)).slot
    assert last is not None
    assert scenes.ZONE.local(last.starts).strftime("%H:%M") == "23:55"
