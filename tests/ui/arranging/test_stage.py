"""What the diary draws of a plan before it is applied, in a real window over a real clinic, with the real solver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.domain.arranging.proposal import Change
from clinicdesk.domain.booking import Booking
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services import arranging
from clinicdesk.ui import operations
from clinicdesk.ui.panels.arranging.changes import ChangeLine
from clinicdesk.ui.places.diary.blocks import DiaryMode
from clinicdesk.ui.places.diary.geometry import PlacedCase
from clinicdesk.ui.places.diary.view import DiaryView
from clinicdesk.ui.theme import Token, theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.bookings import THURSDAY
from tests.helpers.clinics import SmallClinic
from tests.ui.arranging.windows import diary, open_window, panel, scattered, settled

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(clinic: SmallClinic) -> list[Booking]:
    return scattered(clinic)


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, made: list[Booking]) -> Iterator[MainWindow]:
    opened = open_window(qtbot, clinic)
    QTest.mouseClick(diary(opened).bar.arrange, LEFT)
    settled(qtbot)
    yield opened
    operations.shutdown()
    arranging.rest()


def _view(window: MainWindow) -> DiaryView:
    return diary(window).view


def _changes(window: MainWindow) -> dict[BookingId, Change]:
    proposal = panel(window).proposal
    assert proposal is not None
    return {change.booking_id: change for change in proposal.changes}


def _elsewhere(change: Change) -> bool:
    return change.moves or dict(change.units)[ResourceKind.ROOM] != change.entry.room_id


def _drawn(window: MainWindow) -> dict[BookingId, PlacedCase]:
    geometry = _view(window).geometry_now
    if not geometry.sheet.plan:
        return {}
    return {each.case.booking_id: each for cases in geometry.proposed for each in cases}


def _line(window: MainWindow, booking: BookingId) -> ChangeLine:
    line = panel(window).changes.line_of(booking)
    assert line is not None
    return line


def _lit(window: MainWindow) -> set[BookingId]:
    return {line.entry.booking_id for line in panel(window).changes.lines if line.lit}


def _first(window: MainWindow) -> PlacedCase:
    """A proposed case of which all is in view."""
    view = _view(window)
    each = next(iter(_drawn(window).values()))
    view.show_proposed(each.case.booking_id)
    return each


def _edge_colour(view: DiaryView, rect: QRect) -> QColor:
    """What is painted at the middle of the left edge."""
    at = QPoint(rect.left(), rect.center().y()) - view.offset
    return view.viewport().grab().toImage().pixelColor(at * view.devicePixelRatioF())


def _hover(view: DiaryView, point: QPoint) -> None:
    QTest.mouseMove(view.viewport(), point - view.offset)


def test_what_would_move_stands_where_it_would_go_and_is_veiled_where_it_is(window: MainWindow) -> None:
    view, changes, drawn = _view(window), _changes(window), _drawn(window)
    geometry = view.geometry_now
    moved = {booking: change for booking, change in changes.items() if _elsewhere(change)}
    assert moved
    assert drawn.keys() == moved.keys()
    for booking, change in moved.items():
        column = next(
            c for c in geometry.sheet.columns if c.resource_id == dict(change.units)[ResourceKind.ROOM]
        )
        placed = drawn[booking]
        assert placed.case.column == column.key
        assert placed.body.top() == geometry.y(column, change.starts)
        setup = change.entry.starts - change.entry.room_from
        assert placed.rect.top() == geometry.y(column, change.starts - setup)
    leaving = {each.block.booking_id for each in geometry.all_blocks() if each.block.leaves}
    assert leaving == moved.keys()


def test_it_is_seen_while_the_panel_is_open_and_no_longer(window: MainWindow) -> None:
    view, each = _view(window), _first(window)
    accent = theme().colour(Token.ACCENT)
    assert _edge_colour(view, each.rect) == accent
    QTest.mouseClick(panel(window).leave, LEFT)
    assert window.side is None
    assert _drawn(window) == {}
    assert not any(placed.block.leaves for placed in view.geometry_now.all_blocks())
    assert _edge_colour(view, each.rect) != accent


def test_once_it_is_applied_the_cases_stand_there_and_nothing_is_proposed(
    window: MainWindow, qtbot: QtBot
) -> None:
    changes = _changes(window)
    QTest.mouseClick(panel(window).apply, LEFT)
    settled(qtbot)
    assert _drawn(window) == {}
    for booking, change in changes.items():
        placed = _view(window).geometry_now.find(booking)
        assert placed is not None
        assert placed.block.starts == change.starts
        assert not placed.block.leaves


def test_another_day_shows_nothing_of_it_and_the_same_day_again_does(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = _drawn(window).keys()
    diary(window).show_day(THURSDAY + timedelta(days=1))
    settled(qtbot)
    assert _drawn(window) == {}
    diary(window).show_day(THURSDAY)
    settled(qtbot)
    assert _drawn(window).keys() == before


def test_by_surgeon_by_one_room_and_in_the_week(window: MainWindow, qtbot: QtBot) -> None:
    changes, bar, view = _changes(window), diary(window).bar, _view(window)
    bar.by.set_value(ResourceKind.SURGEON)
    assert _drawn(window).keys() == {booking for booking, change in changes.items() if change.moves}
    bar.by.set_value(ResourceKind.ROOM)
    bar.unit.setCurrentIndex(1)
    (column,) = view.geometry_now.sheet.columns
    there = {b for b, c in changes.items() if dict(c.units)[ResourceKind.ROOM] == column.resource_id}
    assert _drawn(window).keys() == {b for b in there if _elsewhere(changes[b])}
    bar.unit.setCurrentIndex(0)
    bar.mode.set_value(DiaryMode.WEEK)
    settled(qtbot)
    drawn = _drawn(window)
    assert drawn.keys() == {booking for booking, change in changes.items() if change.moves}
    assert {each.case.column for each in drawn.values()} == {THURSDAY.isoformat()}


def test_a_line_and_its_ghost_are_brought_out_together(window: MainWindow) -> None:
    view, each = _view(window), _first(window)
    booking = each.case.booking_id
    line = _line(window, booking)
    plain = view.viewport().grab().toImage()
    QApplication.sendEvent(line, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    assert _lit(window) == {booking}
    assert view.viewport().grab().toImage() != plain
    QApplication.sendEvent(line, QEvent(QEvent.Type.Leave))
    assert _lit(window) == set()
    _hover(view, each.rect.center())
    assert _lit(window) == {booking}
    _hover(view, QPoint(view.geometry_now.width - 1, 1))
    assert _lit(window) == set()
    line.keep.setFocus()
    assert _lit(window) == {booking}


def test_the_frame_of_the_selected_case_goes_with_it(window: MainWindow) -> None:
    view = _view(window)
    booking = next(booking for booking, change in _changes(window).items() if _elsewhere(change))
    geometry, home = view.geometry_now, view.geometry_now.find(booking)
    assert home is not None
    view.select(booking)
    assert geometry.framed(booking) == _drawn(window)[booking].rect
    panel(window).close_button.click()
    assert view.geometry_now.framed(booking) == home.rect


def test_a_click_on_a_ghost_leads_to_its_line_and_opens_nothing(window: MainWindow) -> None:
    view, each = _view(window), _first(window)
    QTest.mouseClick(view.viewport(), LEFT, pos=each.rect.center() - view.offset)
    assert window.side is panel(window)
    assert view.selected is None
    assert view.slot is None
    assert _lit(window) == {each.case.booking_id}


def test_what_is_kept_is_not_proposed_with_the_next_plan(window: MainWindow, qtbot: QtBot) -> None:
    each = _first(window)
    _line(window, each.case.booking_id).keep.click()
    assert each.case.booking_id in _drawn(window)  # as in the list, until the next plan is there
    settled(qtbot)
    assert each.case.booking_id not in _drawn(window)
    placed = _view(window).geometry_now.find(each.case.booking_id)
    assert placed is not None
    assert not placed.block.leaves


def test_with_a_case_in_hand_nothing_of_the_plan_is_in_the_way(window: MainWindow, qtbot: QtBot) -> None:
    view, each = _view(window), _first(window)
    accent = theme().colour(Token.ACCENT)
    other = next(b for b in _drawn(window) if b != each.case.booking_id)
    view.hand.begin_keys(other)
    settled(qtbot)
    assert view.hit_at(each.rect.center() - view.offset).proposed is None
    assert _edge_colour(view, each.rect) != accent
    QTest.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.hand.hand is None)
    assert _edge_colour(view, each.rect) == accent


def test_a_screen_reader_hears_where_a_selected_case_would_go(window: MainWindow) -> None:
    view, each = _view(window), _first(window)
    view.select(each.case.booking_id)
    assert f"would move to {each.case.start}" in view.accessibleDescription()
    assert _lit(window) == {each.case.booking_id}
    assert each.case.tip[0] == each.case.title
