"""Cases taken in hand with the mouse and with the keyboard, in a real window over a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.services import booking
from clinicdesk.services.booking import moving, steps
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf, Diary, DiaryAt, Today
from clinicdesk.ui.kit import QuietBar
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.busy_day import MONDAY, at, fill_busy_day
from tests.helpers.clinics import SmallClinic
from tests.ui.diary.windows import open_window, opened, settled

LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def made(clinic: SmallClinic) -> dict[str, BookingId]:
    return fill_busy_day(clinic)


class Desk:
    """The diary with somebody's hand at it."""

    def __init__(self, qtbot: QtBot, clinic: SmallClinic, made: dict[str, BookingId], role: Role) -> None:
        self.qtbot, self.clinic, self.made = qtbot, clinic, made
        self.window: MainWindow = open_window(qtbot, clinic, Diary(), role)
        place = self.window.place("diary")
        assert isinstance(place, DiaryPlace)
        self.place, self.view = place, place.view
        bar = self.window.findChild(QuietBar)
        assert isinstance(bar, QuietBar)
        self.bar = bar
        self.view.scroll_to(at(11))

    def spot(self, column: int, starts: datetime) -> QPoint:
        """The middle of a column at the height of an instant."""
        geometry = self.view.geometry_now
        y = geometry.y(geometry.sheet.columns[column], starts)
        return QPoint(geometry.column_rect(column).center().x(), y) - self.view.offset

    def take(self, name: str) -> QPoint:
        """Press on a case at its procedure start, and begin to pull."""
        placed = self.view.geometry_now.find(self.made[name])
        assert placed is not None
        at_start = QPoint(placed.body.center().x(), placed.body.top()) - self.view.offset
        QTest.mousePress(self.view.viewport(), LEFT, pos=at_start)
        return at_start

    def drag_to(self, point: QPoint) -> None:
        """Pull what was pressed to a point, and wait until it is judged."""
        QTest.mouseMove(self.view.viewport(), point - QPoint(0, 40))
        QTest.mouseMove(self.view.viewport(), point)
        settled(self.qtbot)

    def drop_at(self, point: QPoint) -> None:
        self.drag_to(point)
        QTest.mouseRelease(self.view.viewport(), LEFT, pos=point)
        settled(self.qtbot)

    def key(self, *keys: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.view, key, held)
        settled(self.qtbot)

    def said(self) -> str:
        """What stands beside the ghost."""
        words = self.view.hand.words
        return "" if words is None else "\n".join((words.heading, *words.lines))

    def told(self) -> str:
        return self.bar.label.text()

    def case(self, name: str) -> Booking:
        return booking.read(self.clinic.front, self.made[name])


@pytest.fixture
def desk(qtbot: QtBot, clinic: SmallClinic, made: dict[str, BookingId]) -> Iterator[Desk]:
    yield Desk(qtbot, clinic, made, Role.SCHEDULER)
    operations.shutdown()


def test_a_case_is_dragged_to_another_room_and_time_and_the_move_can_be_undone(
    desk: Desk, clinic: SmallClinic
) -> None:
    desk.take("Berg")
    desk.drag_to(desk.spot(1, at(13, 30)))
    assert "1:30 to 2:30 PM, Room 2" in desk.said()
    assert "Room 2 is held by Zoë Brand, 1:15 to 2:35 PM." in desk.said()
    desk.drag_to(desk.spot(1, at(15)))
    assert desk.said().splitlines() == [
        "3:00 to 4:00 PM, Room 2",
        "Everything it needs is free.",
        "Confirmed for the old time: to be confirmed again.",
    ]
    assert not desk.view.grab().isNull()
    desk.drop_at(desk.spot(1, at(15)))
    moved = desk.case("Berg")
    assert (moved.starts, moved.state) == (at(15), BookingState.BOOKED)
    assert moved.draft.unit(ResourceKind.ROOM) == clinic.units["Room 2"]
    assert desk.told() == "Ida Berg moved to Mon 23 Nov 3:00 PM, Room 2. To be confirmed again."
    assert desk.window.side is None
    placed = desk.view.geometry_now.find(desk.made["Berg"])
    assert placed is not None
    assert placed.block.starts == at(15)
    desk.qtbot.waitUntil(lambda: desk.view.hand.hand is None)
    desk.bar.undo_button.click()
    settled(desk.qtbot)
    back = desk.case("Berg")
    assert (back.starts, back.state) == (at(12, 30), BookingState.CONFIRMED)
    assert back.draft.unit(ResourceKind.ROOM) == clinic.units["Room 1"]


def test_where_all_is_free_is_shown_while_dragging(desk: Desk) -> None:
    desk.take("Berg")
    desk.drag_to(desk.spot(0, at(13)))
    hand = desk.view.hand.hand
    assert hand is not None
    (second,) = hand.fits[desk.view.geometry_now.sheet.columns[1].key]
    assert (second.starts, second.ends) == (at(14, 50), at(16, 5))


def test_a_drop_onto_a_clash_is_refused_by_name_and_nothing_moves(desk: Desk) -> None:
    desk.take("Berg")
    desk.drop_at(desk.spot(1, at(13, 30)))
    assert "Room 2 is held by Zoë Brand" in desk.place.problem_panel.text()
    assert desk.case("Berg").starts == at(12, 30)
    desk.qtbot.waitUntil(lambda: desk.view.hand.hand is None)


def test_escape_puts_it_back_and_the_release_means_nothing(desk: Desk) -> None:
    desk.take("Berg")
    desk.drag_to(desk.spot(1, at(15)))
    desk.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(desk.view.viewport(), LEFT, pos=desk.spot(1, at(15)))
    settled(desk.qtbot)
    assert desk.case("Berg").version == 1
    assert desk.window.side is None
    desk.qtbot.waitUntil(lambda: desk.view.hand.hand is None)
    desk.take("Berg")
    QTest.mouseRelease(desk.view.viewport(), LEFT, pos=desk.spot(0, at(12, 30)))
    assert opened(desk.window) == [CaseOf(booking_id=desk.made["Berg"])]


def test_a_drag_back_to_where_it_was_changes_nothing(desk: Desk) -> None:
    point = desk.take("Berg")
    desk.drag_to(desk.spot(1, at(15)))
    desk.drop_at(point)
    assert desk.case("Berg").version == 1


def test_the_end_is_pulled_to_make_a_case_longer(desk: Desk) -> None:
    placed = desk.view.geometry_now.find(desk.made["Berg"])
    assert placed is not None
    end = QPoint(placed.rect.center().x(), placed.rect.bottom() - 1) - desk.view.offset
    QTest.mousePress(desk.view.viewport(), LEFT, pos=end)
    half_an_hour = round(30 * desk.view.geometry_now.metrics.minute)
    desk.drag_to(end + QPoint(60, half_an_hour))
    assert desk.said().splitlines() == [
        "12:30 to 2:00 PM, Room 1, 1 h 30 min",
        "Everything it needs is free.",
    ]
    desk.drop_at(end + QPoint(60, half_an_hour))
    longer = desk.case("Berg")
    assert (longer.starts, longer.draft.minutes, longer.state) == (at(12, 30), 90, BookingState.CONFIRMED)
    assert desk.told() == "Ida Berg: now 1 h 30 min."


def test_the_keyboard_moves_resizes_drops_and_puts_back(desk: Desk, clinic: SmallClinic) -> None:
    desk.view.select(desk.made["Berg"])
    desk.key(Qt.Key.Key_M, Qt.Key.Key_Right, Qt.Key.Key_Down)
    assert "12:35 to 1:35 PM, Room 2" in desk.view.accessibleDescription()
    assert "Zoë Brand" in desk.view.accessibleDescription()
    desk.key(Qt.Key.Key_Escape)
    assert desk.case("Berg").version == 1
    desk.qtbot.waitUntil(lambda: desk.view.hand.hand is None)
    desk.key(Qt.Key.Key_M, Qt.Key.Key_Right)
    desk.key(Qt.Key.Key_Down, Qt.Key.Key_Down, held=SHIFT)
    desk.key(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Minus, Qt.Key.Key_Minus)
    desk.key(Qt.Key.Key_Down, held=CONTROL)
    desk.key(Qt.Key.Key_Down, Qt.Key.Key_Return)
    moved = desk.case("Berg")
    assert (moved.starts, moved.draft.minutes) == (at(14, 50), 55)
    assert moved.draft.unit(ResourceKind.ROOM) == clinic.units["Room 2"]


def test_with_the_case_in_hand_other_days_are_gone_to(desk: Desk) -> None:
    desk.view.select(desk.made["Berg"])
    desk.key(Qt.Key.Key_M)
    desk.key(Qt.Key.Key_PageDown)
    desk.key(Qt.Key.Key_PageDown)
    assert "Wed 25 Nov, 12:30 to 1:30 PM, Room 1" in desk.said()
    assert "Everything it needs is free." in desk.said()
    desk.key(Qt.Key.Key_Return)
    assert desk.case("Berg").starts == at(12, 30) + timedelta(days=2)
    assert desk.place.bar.days.day == MONDAY + timedelta(days=2)


def test_a_longer_case_fits_in_fewer_places(desk: Desk) -> None:
    desk.view.select(desk.made["Berg"])
    desk.key(Qt.Key.Key_M)
    hand = desk.view.hand.hand
    assert hand is not None
    key = desk.view.geometry_now.sheet.columns[1].key
    shorter = sum((stretch.length for stretch in hand.fits[key]), timedelta())
    desk.key(*(6 * (Qt.Key.Key_Plus,)))
    longer = sum((stretch.length for stretch in hand.fits[key]), timedelta())
    assert shorter - longer == timedelta(minutes=30)


def test_a_case_dragged_over_page_down_lands_on_the_next_day(desk: Desk) -> None:
    desk.take("Berg")
    desk.drag_to(desk.spot(1, at(13)))
    desk.key(Qt.Key.Key_PageDown)
    assert desk.said().startswith("Tue 24 Nov, 1:00 to 2:00 PM, Room 2")
    desk.drop_at(desk.spot(1, at(14) + timedelta(days=1)))
    assert desk.case("Berg").starts == at(14) + timedelta(days=1)


def test_a_case_that_was_taken_into_the_room_meanwhile_goes_back(desk: Desk) -> None:
    desk.view.select(desk.made["Berg"])
    desk.key(Qt.Key.Key_M, Qt.Key.Key_Down)
    case = desk.case("Berg")
    for state in (BookingState.ARRIVED, BookingState.IN_ROOM):
        done = steps.advance(desk.clinic.nurse, case.id, state, case.version)
        case = done.value
    hub().changed.emit(done.changes)
    settled(desk.qtbot)
    assert not desk.view.hand.held
    assert desk.told().startswith("This case has begun")


def test_in_the_week_a_case_goes_to_another_day(desk: Desk) -> None:
    desk.key(Qt.Key.Key_W)
    desk.view.scroll_to(at(11))
    desk.take("Berg")
    desk.drag_to(desk.spot(3, at(13) + timedelta(days=3)))
    assert desk.said().startswith("Thu 26 Nov, 1:00 to 2:00 PM")
    desk.drop_at(desk.spot(3, at(13) + timedelta(days=3)))
    assert desk.case("Berg").starts == at(13) + timedelta(days=3)


def test_what_has_begun_stays_and_it_is_said_why(desk: Desk) -> None:
    desk.view.scroll_to(at(9))
    point = desk.take("Featherstonehaugh-Cholmondeley")
    desk.drag_to(point + QPoint(0, 90))
    assert not desk.view.hand.held
    assert desk.told().startswith("This case has begun: its planned times stay.")
    QTest.mouseRelease(desk.view.viewport(), LEFT, pos=point + QPoint(0, 90))
    assert desk.window.side is None


def test_a_late_finish_is_asked_about_and_only_who_may_answers(desk: Desk) -> None:
    desk.take("Berg")
    desk.drag_to(desk.spot(1, at(16, 40)))
    assert "This takes a surgeon, an anesthesia provider or an administrator." in desk.said()
    desk.drop_at(desk.spot(1, at(16, 40)))
    why = desk.place.moves.why
    assert why.isVisible()
    assert not why.reason.isVisible()
    assert why.note.words.text().endswith("an anesthesia provider or an administrator may move it there.")
    assert_accessible(desk.window)
    why.leave.click()
    settled(desk.qtbot)
    assert not why.isVisible()
    assert desk.case("Berg").version == 1


def test_a_reason_from_a_surgeon_moves_it(
    qtbot: QtBot, clinic: SmallClinic, made: dict[str, BookingId]
) -> None:
    desk = Desk(qtbot, clinic, made, Role.SURGEON)
    desk.take("Berg")
    desk.drop_at(desk.spot(1, at(16, 40)))
    why = desk.place.moves.why
    assert why.reason.hasFocus()
    assert why.note.words.text().startswith(
        "Sedated until 5:40 PM; after 4:00 PM an overnight stay is usual."
    )
    QTest.keyClick(why.reason, Qt.Key.Key_Escape)
    assert not why.isVisible()
    qtbot.waitUntil(lambda: desk.view.hand.hand is None)
    desk.view.scroll_to(at(11))
    desk.take("Berg")
    desk.drop_at(desk.spot(1, at(16, 40)))
    assert why.isVisible()
    QTest.keyClick(why.reason, Qt.Key.Key_Return)
    assert desk.case("Berg").version == 1
    QTest.keyClicks(why.reason, "Her son drives at six")
    QTest.keyClick(why.reason, Qt.Key.Key_Return)
    settled(qtbot)
    moved = desk.case("Berg")
    assert (moved.starts, moved.draft.reason) == (at(16, 40), "Her son drives at six")
    assert not why.isVisible()
    operations.shutdown()


def test_who_may_not_book_does_not_move(
    qtbot: QtBot, clinic: SmallClinic, made: dict[str, BookingId]
) -> None:
    desk = Desk(qtbot, clinic, made, Role.ANESTHESIA)
    desk.view.select(made["Berg"])
    desk.key(Qt.Key.Key_M)
    assert desk.told() == "Your role does not move cases."
    assert desk.view.hand.hand is None
    operations.shutdown()


def test_who_was_quicker_is_named_and_the_case_goes_back(desk: Desk) -> None:
    desk.take("Berg")
    desk.drag_to(desk.spot(1, at(15)))
    case = desk.case("Berg")
    moving.move(desk.clinic.nurse, case.id, case.version, at(12, 35))
    QTest.mouseRelease(desk.view.viewport(), LEFT, pos=desk.spot(1, at(15)))
    settled(desk.qtbot)
    assert "Kim Park" in desk.place.problem_panel.text()
    assert desk.case("Berg").starts == at(12, 35)


def test_the_edge_scrolls_while_a_case_is_held_there(desk: Desk) -> None:
    desk.take("Berg")
    before = desk.view.offset.y()
    bottom = QPoint(desk.spot(1, at(15)).x(), desk.view.viewport().height() - 3)
    desk.drag_to(bottom)
    desk.qtbot.waitUntil(lambda: desk.view.offset.y() > before + 100)
    hand = desk.view.hand.hand
    assert hand is not None
    assert hand.spot.starts > at(15)
    desk.key(Qt.Key.Key_Escape)
    QApplication.processEvents()


def test_the_menu_and_another_place_take_a_case_in_hand(desk: Desk) -> None:
    desk.window.go(Today())
    desk.window.go(DiaryAt(day=date(2026, 11, 24), booking_id=desk.made["Tues"], move=True))
    settled(desk.qtbot)
    assert desk.view.hand.held
    desk.window.go(Today())
    assert not desk.view.hand.held


def test_the_next_case_taken_in_hand_before_the_answer_stays_in_hand(desk: Desk) -> None:
    desk.take("Berg")
    desk.drag_to(desk.spot(1, at(15)))
    QTest.mouseRelease(desk.view.viewport(), LEFT, pos=desk.spot(1, at(15)))
    desk.view.hand.begin_keys(desk.made["Brand"])
    settled(desk.qtbot)
    assert desk.case("Berg").starts == at(15)
    assert desk.view.hand.held
    assert desk.view.hand.hand is not None
    assert desk.view.hand.hand.block.booking_id == desk.made["Brand"]


def test_who_has_arrived_and_goes_to_another_day_is_no_longer_marked_as_arrived(desk: Desk) -> None:
    desk.key(Qt.Key.Key_W)
    desk.view.scroll_to(at(10))
    desk.take("Żółć")
    there = desk.spot(3, at(13) + timedelta(days=3))
    desk.drag_to(there)
    assert "no longer marked as arrived" in desk.said()
    desk.drop_at(there)
    assert desk.case("Żółć").state is BookingState.BOOKED
    assert "No longer marked as arrived." in desk.told()
