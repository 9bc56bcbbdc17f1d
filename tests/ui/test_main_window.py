"""The window: places, the right side, Find, keys, what is told and where."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from clinicdesk.domain.changes import Change, Changes, Subject
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.errors import NotAllowed
from clinicdesk.services.desk import Desk
from clinicdesk.ui import operations
from clinicdesk.ui.frame.place import Finder, FindResult, PlaceCount
from clinicdesk.ui.frame.targets import CaseOf, ChartOf, Diary, DiaryAt, NewBooking, Target, Today
from clinicdesk.ui.kit import Dialog, PlainLabel
from clinicdesk.ui.operations import crash, messages
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.theme import SchemeChoice, Size, theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.places import (
    BookView,
    CaseView,
    DayPlace,
    EmptyPlace,
    all_places,
    find_people,
    front_desk,
    printed,
)

BOOKED: Changes = frozenset({Change(Subject.BOOKING, 7)})
MOVED: Changes = frozenset({Change(Subject.BOOKING, 8), Change(Subject.PATIENT, 1)})


def open_window(qtbot: QtBot, *, finders: Sequence[Finder] = (find_people,)) -> MainWindow:
    window = MainWindow(
        front_desk("Sam Front"),
        all_places(),
        sides={"case": CaseView, "book": BookView},
        finders=finders,
        clinic_name="Hillside Spine Clinic",
        demo=True,
    )
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.start()
    window.activateWindow()
    qtbot.waitUntil(idle)
    return window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    theme().start()
    yield open_window(qtbot)
    theme().set_choice(SchemeChoice.SYSTEM)
    theme().set_scale(100)


def idle() -> bool:
    return not operations.busy()


def day(window: MainWindow, key: str = "today") -> DayPlace:
    return cast(DayPlace, window.place(key))


def case_view(window: MainWindow) -> CaseView:
    return cast(CaseView, window.side)


CTRL = Qt.KeyboardModifier.ControlModifier


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


# ---------------------------------------------------------------- places


def test_every_control_of_the_window_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    window.open(CaseOf(booking_id=BookingId(1)))
    window.go(EmptyPlace.home)
    window.open_find("a")
    qtbot.waitUntil(idle)
    assert_accessible(window)


def test_only_what_is_looked_at_is_built(window: MainWindow) -> None:
    assert [key for key in ("today", "diary", "review") if window.place(key) is not None] == ["today"]
    window.go(Diary())
    assert window.place("diary") is window.current_place


def test_a_place_hears_of_changes_while_shown_and_of_the_rest_when_it_comes_back(window: MainWindow) -> None:
    window.go(Diary())
    today, diary = day(window), day(window, "diary")
    hub().changed.emit(BOOKED)
    hub().changed.emit(MOVED)
    assert diary.told == [None, BOOKED, MOVED]
    assert today.told == [None]
    window.go(Today())
    assert today.told == [None, BOOKED | MOVED]
    window.go(Diary())
    window.go(Today())
    assert today.told == [None, BOOKED | MOVED]  # nothing new, nothing loaded
    assert today.shown == 3


def test_a_place_opens_at_its_target_and_back_returns_to_it(qtbot: QtBot, window: MainWindow) -> None:
    window.go(DiaryAt(booking_id=BookingId(7)))
    window.go(ChartOf(patient_id=PatientId(1)))  # no such place here: nothing happens
    window.go(Today())
    assert day(window, "diary").targets == [DiaryAt(booking_id=BookingId(7))]
    press(qtbot, window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.current_place is day(window, "diary")
    assert day(window, "diary").targets == [
        DiaryAt(booking_id=BookingId(7)),
        DiaryAt(booking_id=BookingId(7)),
    ]
    press(qtbot, window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.current_place is day(window)


def test_places_by_number_and_by_mouse_and_the_keyboard_is_in_the_work(
    qtbot: QtBot, window: MainWindow
) -> None:
    press(qtbot, window, Qt.Key.Key_3)
    assert window.current_place is day(window, "calls")
    qtbot.waitUntil(day(window, "calls").table.hasFocus)
    QTest.mouseClick(window.places_bar.buttons["review"], Qt.MouseButton.LeftButton)
    assert window.current_place is day(window, "review")
    assert window.places_bar.buttons["review"].isChecked()
    assert window.top_bar.title.text() == "Review"


def test_counts_are_asked_elsewhere_and_again_when_something_changed(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = window.places_bar.buttons["review"]
    assert review.count() == PlaceCount(14, emergency=2)
    assert review.accessibleName() == "Review, 2 emergencies, 14 waiting"
    asked: list[str] = []

    def count(desk: Desk) -> PlaceCount:
        asked.append(threading.current_thread().name)
        return PlaceCount(12, emergency=1)

    monkeypatch.setattr(DayPlace, "waiting", PlaceCount(12))
    hub().changed.emit(frozenset({Change(Subject.PAPER, 1)}))
    qtbot.waitUntil(idle)
    assert window.places_bar.buttons["today"].count() == PlaceCount(11)  # a paper does not change who waits
    hub().changed.emit(BOOKED)
    qtbot.waitUntil(idle)
    assert window.places_bar.buttons["today"].count() == PlaceCount(12)


def test_who_may_not_see_a_list_sees_no_count(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(cls: type[DayPlace], desk: Desk) -> PlaceCount:
        raise NotAllowed("Your role does not include this.")

    monkeypatch.setattr(DayPlace, "count", classmethod(refuse))
    window = open_window(qtbot)
    assert window.places_bar.buttons["today"].count() is None
    assert window.foot_bar.quiet_bar.text() == ""


# ---------------------------------------------------------------- the right side


def test_the_case_in_hand_opens_is_refreshed_and_closed_by_escape(qtbot: QtBot, window: MainWindow) -> None:
    today = day(window)
    today.table.choose_number(2)
    QTest.keyClick(today.table, Qt.Key.Key_Return)
    panel = case_view(window)
    assert panel.opened == [CaseOf(booking_id=BookingId(3))]
    assert panel.isVisible()
    window.open(CaseOf(booking_id=BookingId(5)))
    assert case_view(window) is panel  # kept, not rebuilt
    assert panel.opened == [CaseOf(booking_id=BookingId(3)), CaseOf(booking_id=BookingId(5))]
    QTest.keyClick(today.table, Qt.Key.Key_Escape)
    assert window.side is None
    assert not panel.isVisible()
    qtbot.waitUntil(today.table.hasFocus)


def test_the_bar_gives_its_words_up_where_a_panel_leaves_little_room(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.resize(1440, 900)
    wide = window.places_bar.width()
    window.open(CaseOf(booking_id=BookingId(5)))
    assert window.places_bar.width() == wide
    theme().set_scale(150)
    qtbot.waitUntil(lambda: window.places_bar.width() == theme().px(Size.PLACES_BAR_NARROW))
    window.close_side()
    assert window.places_bar.width() == theme().px(Size.PLACES_BAR)


def test_a_panel_with_something_to_lose_may_stay(qtbot: QtBot, window: MainWindow) -> None:
    window.open(CaseOf(booking_id=BookingId(1)))
    panel = case_view(window)
    panel.may = False
    assert window.close_side() is False
    press(qtbot, window, Qt.Key.Key_B)
    assert window.side is panel
    window.close()
    assert window.isVisible()
    panel.may = True
    press(qtbot, window, Qt.Key.Key_B)
    assert isinstance(window.side, BookView)
    window.open(NewBooking(patient_id=PatientId(7)))
    assert cast(BookView, window.side).opened == [NewBooking(), NewBooking(patient_id=PatientId(7))]


# ---------------------------------------------------------------- find


def test_find_opens_a_patient_without_the_mouse(qtbot: QtBot, window: MainWindow) -> None:
    found: list[Target] = []
    press(qtbot, window, Qt.Key.Key_K)
    panel = window.find_panel
    assert panel.isVisible()
    assert panel.field.hasFocus()
    assert panel.titles()[:2] == ["Book", "Go to Today"]  # what can be done, before anything is typed
    QTest.keyClicks(panel.field, "ros")
    qtbot.waitUntil(lambda: panel.titles() == ["Rosa Ortiz"])
    panel.opened.connect(lambda line: found.append(line.target))
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert found == [ChartOf(patient_id=PatientId(1))]
    assert not panel.isVisible()


def test_enter_before_the_answer_opens_it_when_it_comes(qtbot: QtBot) -> None:
    gate = threading.Event()

    def slow(text: str) -> Sequence[FindResult]:
        gate.wait(10)
        return [FindResult("Case", f"Case {text}", "", CaseOf(booking_id=BookingId(4)))]

    window = open_window(qtbot, finders=[slow])
    window.open_find()
    QTest.keyClicks(
        window.find_panel.field, "go"
    )  # commands match at once; the case is still being looked for
    QTest.keyClick(window.find_panel.field, Qt.Key.Key_Return)
    assert window.find_panel.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: window.side is not None)
    assert case_view(window).opened == [CaseOf(booking_id=BookingId(4))]
    assert not window.find_panel.isVisible()


def test_find_runs_commands_of_places_that_are_not_built_yet(qtbot: QtBot, window: MainWindow) -> None:
    printed.clear()
    window.open_find("print")
    qtbot.waitUntil(lambda: window.find_panel.titles() == ["Print the day list"])
    QTest.keyClick(window.find_panel.field, Qt.Key.Key_Return)
    assert printed == [window]
    window.open_find("go to rev")
    qtbot.waitUntil(lambda: window.find_panel.titles() == ["Go to Review"])
    line = window.find_panel.list.visualRect(window.find_panel.list.model().index(0, 0)).center()
    QTest.mouseClick(window.find_panel.list.viewport(), Qt.MouseButton.LeftButton, pos=line)
    assert window.current_place is day(window, "review")


def test_arrows_choose_escape_closes_and_nothing_found_says_so(qtbot: QtBot, window: MainWindow) -> None:
    window.open_find("a")
    panel = window.find_panel
    qtbot.waitUntil(lambda: len(panel.titles()) >= 2)
    QTest.keyClick(panel.field, Qt.Key.Key_Down)
    assert panel.list.currentIndex().row() == 1
    QTest.keyClicks(panel.field, "qqq")
    qtbot.waitUntil(lambda: panel.hint.text() == "Nothing found.")
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert panel.isVisible()
    QTest.keyClick(panel.field, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_a_finder_that_is_refused_leaves_the_others_their_answers(qtbot: QtBot) -> None:
    def refused(text: str) -> Sequence[FindResult]:
        raise NotAllowed("Your role does not include this.")

    window = open_window(qtbot, finders=[refused, find_people])
    window.open_find("bob")
    qtbot.waitUntil(lambda: window.find_panel.titles() == ["Bob Stone"])
    assert window.foot_bar.quiet_bar.text() == ""


# ---------------------------------------------------------------- what is told


def test_undo_by_key_but_not_while_typing(qtbot: QtBot, window: MainWindow) -> None:
    undone: list[bool] = []
    messages.done("Saved: Rosa Ortiz moved to 9:20 AM.", undo=lambda: undone.append(True))
    window.open(CaseOf(booking_id=BookingId(1)))
    field = QLineEdit(window.side)
    field.setAccessibleName("Note")
    window.side.add(field)  # type: ignore[union-attr] # just opened
    field.show()
    field.setFocus()
    QTest.keyClicks(field, "x")
    press(qtbot, window, Qt.Key.Key_Z)
    assert (field.text(), undone) == ("", [])
    day(window).table.setFocus()
    press(qtbot, window, Qt.Key.Key_Z)
    assert undone == [True]
    press(qtbot, window, Qt.Key.Key_Z)
    assert undone == [True]


def test_a_problem_is_shown_in_the_place(qtbot: QtBot, window: MainWindow) -> None:
    window.go(EmptyPlace.home)
    place = cast(EmptyPlace, window.current_place)
    place.show_problem("Nothing was imported.")
    assert place.problem_panel.isVisible()
    place.clear_problem()
    assert not place.problem_panel.isVisible()


def test_the_title_names_the_clinic_and_nobody_else(window: MainWindow) -> None:
    window.open(CaseOf(booking_id=BookingId(1)))
    messages.done("Saved: Rosa Ortiz moved.")
    assert window.windowTitle() == "Hillside Spine Clinic - ClinicDesk"
    window.foot_bar.quiet_bar.clear()


@pytest.mark.logs_allowed("clinicdesk.ui")
def test_a_fault_is_told_in_one_window_without_its_words(qtbot: QtBot, window: MainWindow) -> None:
    from PySide6.QtCore import QTimer

    texts: list[str] = []

    def read_and_close() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Dialog)
        texts.append(" ".join(label.text() for label in dialog.findChildren(PlainLabel)))
        dialog.accept()

    QTimer.singleShot(50, read_and_close)
    crash.report(ValueError("Rosa Sentinel-Ortiz"))
    qtbot.waitUntil(lambda: bool(texts))
    assert "ValueError" in texts[0]
    assert "Sentinel" not in texts[0]


def test_f1_lists_the_keys(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    dialog = next(child for child in window.findChildren(Dialog) if child.isVisible())
    words = {label.text() for label in dialog.findChildren(PlainLabel)}
    assert {"Ctrl+K", "Ctrl+B", "Ctrl+1 to Ctrl+9"} <= words
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_lock_and_sign_out_are_asked_for(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.lock_asked):
        press(qtbot, window, Qt.Key.Key_L)
    menu = window.foot_bar.user_button.menu()
    sign_out = next(action for action in menu.actions() if action.text() == "Sign out")
    with qtbot.waitSignal(window.sign_out_asked):
        sign_out.trigger()


# ---------------------------------------------------------------- look


def test_the_look_is_changed_while_the_window_is_open(qtbot: QtBot, window: MainWindow) -> None:
    window.open(CaseOf(booking_id=BookingId(1)))
    before = case_view(window).width(), window.top_bar.height(), window.places_bar.width()
    press(qtbot, window, Qt.Key.Key_Plus)
    press(qtbot, window, Qt.Key.Key_Plus)
    assert theme().scale == 125
    QApplication.processEvents()
    after = case_view(window).width(), window.top_bar.height(), window.places_bar.width()
    assert after == tuple(round(length * 1.25) for length in before)
    actions = {action.text(): action for action in window.foot_bar.look_button.menu().actions()}
    assert actions["125 %"].isChecked()
    actions["Dark"].trigger()
    assert theme().choice is SchemeChoice.DARK
    assert window.grab().toImage().pixelColor(QPoint(2, 2)).lightness() < 40
    press(qtbot, window, Qt.Key.Key_0)
    assert theme().scale == 100
    assert actions["100 %"].isChecked()


def test_the_window_comes_back_where_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    theme().start(tmp_path / "settings.ini")
    first, second = (MainWindow(front_desk(), [EmptyPlace.factory()]) for _n in range(2))
    qtbot.addWidget(first)
    qtbot.addWidget(second)
    first.start()
    first.resize(700, 500)  # the offscreen platform's screen is small
    first.close()
    again = MainWindow(front_desk(), [EmptyPlace.factory()])
    qtbot.addWidget(again)
    assert again.size().toTuple() == (700, 500)
    assert second.size().toTuple() != (700, 500)
    theme().start()


def test_a_closed_window_leaves_nothing_that_listens(qtbot: QtBot) -> None:
    import gc
    import weakref

    from tests.helpers.leftovers import deliver_deletions

    window = MainWindow(front_desk(), all_places(), sides={"case": CaseView}, finders=[find_people])
    window.start()
    window.open(CaseOf(booking_id=BookingId(1)))
    qtbot.waitUntil(idle)
    reference = weakref.ref(window)
    window.close()
    window.deleteLater()
    del window
    deliver_deletions()
    gc.collect()
    assert reference() is None
    hub().changed.emit(BOOKED)
    theme().set_scale(110)
    theme().set_scale(100)
