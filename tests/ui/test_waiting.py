"""The waiting list by keyboard, in a real window over a real clinic: from a cancellation to the time taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.patients import Phone, PhoneKind
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.domain.waiting import OfferOutcome, Priority, Wish
from clinicdesk.services import booking, drafts, waiting
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf, HoleAt, WaitingAt, WaitingEntryOf, WaitingList
from clinicdesk.ui.kit import PlainLabel
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.panels.preparation.checklist import ChecklistPanel
from clinicdesk.ui.panels.waiting import AddPanel, EntryPanel, HolePanel
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.places.waiting import WaitingPlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import THURSDAY, at, kypho
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.quiet import settled
from tests.ui.booking.windows import register

K = Qt.Key
R = ResourceKind
SOON = Wish(short_notice=True)


def wait(clinic: SmallClinic, given: str, family: str, wish: Wish = SOON, **more: Any) -> Booking:
    patient = register(clinic, given, family, phones=(Phone(PhoneKind.HOME, "(703) 555-0142"),))
    return waiting.add(clinic.front, kypho(clinic, patient, None, **more), wish).value


@pytest.fixture
def made(clinic: SmallClinic) -> Booking:
    rosa = register(clinic, "Rosa", "Ortiz")
    return booking.book(clinic.front, kypho(clinic, rosa, at(10), units=((R.ROOM, "Room 1"),))).value


def open_window(qtbot: QtBot, clinic: SmallClinic) -> MainWindow:
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(
        clinic.desk(Role.SCHEDULER),
        [WaitingPlace.factory(), DiaryPlace.factory()],
        sides={
            "case": CasePanel,
            "book": BookingPanel,
            "hole": HolePanel,
            "waiting_entry": EntryPanel,
            "waiting_add": AddPanel,
            "preparation": ChecklistPanel,
        },
    )
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1366, 820)
    window.start()
    qtbot.waitExposed(window)
    window.activateWindow()
    settled(qtbot)
    return window


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, made: Booking) -> Iterator[MainWindow]:
    clinic.clock.at = at(9)
    yield open_window(qtbot, clinic)
    operations.shutdown()


def press(qtbot: QtBot, *keys: Qt.Key) -> None:
    """Type at whatever has the keyboard."""
    for key in keys:
        target = QApplication.focusWidget()
        assert isinstance(target, QWidget)
        QTest.keyClick(target, key)
    settled(qtbot)


def cancel(qtbot: QtBot, window: MainWindow, made: Booking) -> None:
    """Call a case off in its panel, and give the reason."""
    window.open(CaseOf(booking_id=made.id))
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, CasePanel)
    menu = panel.more.menu()
    assert menu is not None
    action = next(each for each in menu.actions() if isinstance(each, QAction) and "Cancel" in each.text())
    action.trigger()
    QTest.keyClicks(panel.why.reason, "ill")
    QTest.keyClick(panel.why.reason, K.Key_Return)
    settled(qtbot)


def hole(window: MainWindow) -> HolePanel:
    side = window.side
    assert isinstance(side, HolePanel)
    return side


def call_log(window: MainWindow) -> list[str]:
    """The calls that the panel of who waits shows, the newest first, without their times."""
    entry = window.side
    assert isinstance(entry, EntryPanel)
    shown = [label.text() for label in entry.findChildren(PlainLabel) if label.isVisible()]
    return [line.split(": ", 1)[1] for line in shown if "offered" in line]


def names(panel: HolePanel) -> list[str]:
    return [fit.entry.patient for fit in panel.list.fits()]


def test_a_cancellation_opens_who_fits_and_two_keys_take_the_first(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    wait(clinic, "Ana", "Lee")
    urgent = wait(clinic, "Kim", "Poe", Wish(priority=Priority.URGENT, short_notice=True))
    cancel(qtbot, window, made)
    panel = hole(window)
    assert panel.title.text() == "Who can take 10:00 AM?"
    assert panel.where.text() == "Thu 26 Nov, 9:00 AM to 12:20 PM, Room 1, Dr Lin"
    assert names(panel) == ["Kim Poe", "Ana Lee"]
    assert panel.list.hasFocus()
    first = panel.list.item(0).text()
    assert first.startswith("Kim Poe, 78, Kyphoplasty L1, (703) 555-0142, could start at 10:00 AM, urgent")
    assert panel.take_button.text() == "Book 10:00 AM"
    assert_accessible(panel)
    press(qtbot, K.Key_Return)
    assert booking.read(clinic.front, urgent.id).state is BookingState.WAITLIST
    press(qtbot, K.Key_Return)
    taken = booking.read(clinic.front, urgent.id)
    assert (taken.state, taken.starts) == (BookingState.BOOKED, at(10))
    assert isinstance(window.side, CasePanel)
    assert window.foot_bar.quiet_bar.text() == "Booked: Kim Poe, Thu 26 Nov 10:00 AM"
    window.undo()
    settled(qtbot)
    assert booking.read(clinic.front, urgent.id).state is BookingState.WAITLIST
    window.go(WaitingAt(booking_id=urgent.id))
    settled(qtbot)
    assert call_log(window) == [
        "booking taken back, offered Thu 26 Nov 10:00 AM (Sam Front)",
        "accepted, offered Thu 26 Nov 10:00 AM (Sam Front)",
    ]


def test_calls_are_noted_by_one_key_and_who_declines_goes_down(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    urgent = wait(clinic, "Kim", "Poe", Wish(priority=Priority.URGENT, short_notice=True))
    other = wait(clinic, "Ana", "Lee")
    cancel(qtbot, window, made)
    panel = hole(window)
    press(qtbot, K.Key_N)
    assert names(panel) == ["Kim Poe", "Ana Lee"]
    press(qtbot, K.Key_D)
    assert names(panel) == ["Ana Lee", "Kim Poe"]
    calls = waiting.read(clinic.front, urgent.id).calls
    assert [(call.outcome, call.offered, call.number) for call in calls] == [
        (OfferOutcome.DECLINED, at(10), "+17035550142"),
        (OfferOutcome.NO_ANSWER, at(10), "+17035550142"),
    ]
    chosen = panel.list.fit_chosen()
    assert chosen is not None
    assert chosen.entry.booking_id == other.id
    press(qtbot, K.Key_Down)
    assert panel.list.currentRow() == 1
    press(qtbot, K.Key_Up, K.Key_B)
    assert booking.read(clinic.front, other.id).state is BookingState.BOOKED


def test_who_was_slower_hears_the_name_and_sees_who_fits_now(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    wait(clinic, "Ana", "Lee")
    cancel(qtbot, window, made)
    panel = hole(window)
    quick = register(clinic, "Quick", "One")
    booking.book(clinic.nurse, kypho(clinic, quick, at(10), units=((R.ROOM, "Room 1"),)))
    press(qtbot, K.Key_B)
    assert "Room 1 is held by Quick One, 9:45 AM to 11:20 AM" in panel.problem_panel.text()
    assert names(panel) == []
    assert panel.none.text() == "Nothing is free here any more."
    press(qtbot, K.Key_Escape)
    assert window.side is None


def test_where_nobody_fits_a_sentence_says_so_and_the_way_back_stays(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    wait(clinic, "Ana", "Lee", minutes=240)
    cancel(qtbot, window, made)
    assert isinstance(window.side, CasePanel)
    assert (
        window.foot_bar.quiet_bar.text()
        == "Rosa Ortiz: cancelled. Nobody on the waiting list fits this time."
    )
    window.undo()
    settled(qtbot)
    assert booking.read(clinic.front, made.id).state is BookingState.BOOKED


def test_the_time_is_found_again_from_the_list_the_palette_and_the_diary(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    wait(clinic, "Ana", "Lee")
    cancel(qtbot, window, made)
    window.close_side()
    place = window.place("waiting")
    assert isinstance(place, WaitingPlace)
    (button,) = place.holes.buttons
    assert button.text() == "Thu 26 Nov 10:00 AM, Room 1"
    QTest.keyClick(button, K.Key_Space)
    settled(qtbot)
    assert names(hole(window)) == ["Ana Lee"]
    window.close_side()
    command = next(each for each in WaitingPlace.commands() if "came free" in each.title)
    command.run(window)
    settled(qtbot)
    assert names(hole(window)) == ["Ana Lee"]
    window.open(HoleAt(starts=at(14), unit=ResourceId(clinic.units["Room 2"])))
    settled(qtbot)
    assert hole(window).title.text() == "Who can take 2:00 PM?"
    assert hole(window).list.fits()[0].starts == at(14)


def test_an_advice_asks_for_a_reason_before_it_books(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    entry = wait(clinic, "Ana", "Lee")
    draft = booking.defaults(clinic.front, entry.draft.patient_id, "follow_up_visit")
    booking.book(clinic.front, replace(draft, starts=at(15)))
    cancel(qtbot, window, made)
    panel = hole(window)
    assert "is booked on Thu 26 Nov 2026, 3:00 PM already" in panel.asks.words.text()
    press(qtbot, K.Key_Return)
    assert panel.reason.hasFocus()
    QTest.keyClicks(panel.reason, "both on one day")
    press(qtbot, K.Key_Return)
    assert booking.read(clinic.front, entry.id).draft.reason == "both on one day"


def test_a_reason_that_was_typed_for_one_is_not_kept_with_another(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    entry = wait(clinic, "Ana", "Lee", Wish(priority=Priority.URGENT, short_notice=True))
    other = wait(clinic, "Kim", "Poe")
    draft = booking.defaults(clinic.front, entry.draft.patient_id, "follow_up_visit")
    booking.book(clinic.front, replace(draft, starts=at(15)))
    cancel(qtbot, window, made)
    panel = hole(window)
    press(qtbot, K.Key_Return)
    QTest.keyClicks(panel.reason, "both on one day")
    panel.list.setFocus()
    press(qtbot, K.Key_Down, K.Key_B)
    taken = booking.read(clinic.front, other.id)
    assert (taken.state, taken.draft.reason) == (BookingState.BOOKED, "")


def test_a_reason_is_still_there_when_the_person_comes_back_to_whom_it_is_about(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    entry = wait(clinic, "Ana", "Lee", Wish(priority=Priority.URGENT, short_notice=True))
    wait(clinic, "Kim", "Poe")
    draft = booking.defaults(clinic.front, entry.draft.patient_id, "follow_up_visit")
    booking.book(clinic.front, replace(draft, starts=at(15)))
    cancel(qtbot, window, made)
    panel = hole(window)
    press(qtbot, K.Key_Return)
    QTest.keyClicks(panel.reason, "both on one day")
    panel.list.setFocus()
    press(qtbot, K.Key_Down)
    assert panel.reason.text() == ""
    press(qtbot, K.Key_Up)
    assert panel.reason.text() == "both on one day"
    window.close_side()
    assert (
        window.foot_bar.quiet_bar.text()
        == "Thu 26 Nov 10:00 AM, Room 1: What you typed is kept, and not saved yet."
    )


def test_a_double_click_on_declined_declines_for_one(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    """The next one comes under the hand with the first press, and has not even been called."""
    for given, family in (("Kim", "Poe"), ("Ana", "Lee")):
        wait(clinic, given, family)
    cancel(qtbot, window, made)
    panel = hole(window)
    button = panel.outcomes.buttons[OfferOutcome.DECLINED]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.list.currentRow() == 1)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settled(qtbot)
    calls = {each.patient: len(each.calls) for each in waiting.entries(clinic.front)}
    assert calls == {"Kim Poe": 1, "Ana Lee": 0}


def test_the_list_tells_who_waits_for_what_and_an_entry_is_changed_beside_it(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    made = wait(clinic, "Ana", "Lee", Wish(weekdays=frozenset({1, 3}), earliest=THURSDAY))
    window.go(WaitingAt(booking_id=made.id))
    settled(qtbot)
    place, panel = window.place("waiting"), window.side
    assert isinstance(place, WaitingPlace)
    assert isinstance(panel, EntryPanel)
    model = place.table.rows_model
    told = [str(model.data(model.index(0, column))) for column in range(8)]
    assert told == [
        "Routine",
        "Ana Lee, 78",
        "Kyphoplasty L1",
        "60",
        "Tue or Thu, from 26 Nov 2026",
        "authorization missing, labs missing, imaging missing",
        "(703) 555-0142",
        "since today",
    ]
    assert_accessible(panel)
    assert_accessible(place)
    panel.fields.priority.setFocus()
    panel.fields.priority.set_value(Priority.URGENT)
    panel.fields.changed.emit()
    assert not panel.keep.isHidden()
    QTest.keyClick(panel.keep, K.Key_Space)
    settled(qtbot)
    assert waiting.read(clinic.front, made.id).wish.priority is Priority.URGENT
    assert panel.find_button.hasFocus()
    QTest.keyClick(panel.outcomes.buttons[OfferOutcome.MESSAGE_LEFT], K.Key_Space)
    settled(qtbot)
    assert waiting.read(clinic.front, made.id).calls[0].outcome is OfferOutcome.MESSAGE_LEFT
    opened = []
    for button in (panel.checklist, panel.find_button):
        QTest.keyClick(button, K.Key_Space)
        settled(qtbot)
        opened.append(type(window.side))
        window.go(WaitingAt(booking_id=made.id))
        settled(qtbot)
    assert opened == [ChecklistPanel, BookingPanel]


def test_wishes_that_were_changed_are_not_lost_without_a_word(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    made = wait(clinic, "Ana", "Lee")
    window.go(WaitingAt(booking_id=made.id))
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, EntryPanel)
    QTest.keyClick(panel.fields.short_notice, K.Key_Space)
    assert panel.keep.isVisible()
    press(qtbot, K.Key_Escape)
    assert window.side is None
    assert window.foot_bar.quiet_bar.text() == "Ana Lee: What you typed is kept, and not saved yet."
    assert waiting.read(clinic.front, made.id).wish == SOON
    window.go(WaitingAt(booking_id=made.id))
    settled(qtbot)
    assert not panel.fields.short_notice.value()
    assert panel.keep.isVisible()


def test_wishes_typed_for_who_was_booked_meanwhile_are_said(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    made = wait(clinic, "Ana", "Lee")
    window.go(WaitingAt(booking_id=made.id))
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, EntryPanel)
    QTest.keyClick(panel.fields.short_notice, K.Key_Space)
    booking.change(clinic.nurse, made.id, replace(made.draft, starts=at(14)), made.version, to_book=True)
    panel.keep.click()
    settled(qtbot)
    assert window.side is None
    said = window.foot_bar.quiet_bar.text()
    assert said == "Ana Lee waits no longer. These wishes are not stored: Short notice: no"
    assert booking.read(clinic.front, made.id).state is BookingState.BOOKED


def test_wishes_kept_for_who_waits_no_longer_are_said_once_and_not_offered_again(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    made = wait(clinic, "Ana", "Lee")
    window.open(WaitingEntryOf(booking_id=made.id))
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, EntryPanel)
    QTest.keyClick(panel.fields.short_notice, K.Key_Space)
    window.close_side()
    settled(qtbot)
    booking.change(clinic.nurse, made.id, replace(made.draft, starts=at(14)), made.version, to_book=True)
    window.hide()
    again = open_window(qtbot, clinic)
    again.open(WaitingEntryOf(booking_id=made.id))
    settled(qtbot)
    panel = again.side
    assert isinstance(panel, EntryPanel)
    said = panel.problem_panel.text()
    assert said.endswith("This is not stored, and cannot be any more: Short notice: no")
    settled(qtbot)
    assert drafts.mine(clinic.front) == ()


def test_somebody_is_added_with_the_keyboard_alone(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    register(clinic, "Ana", "Lee")
    window.go(WaitingList())
    place = window.place("waiting")
    assert isinstance(place, WaitingPlace)
    QTest.keyClick(place.table, K.Key_Plus)
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, AddPanel)
    assert_accessible(panel)
    QTest.keyClick(panel, K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert panel.boxes["patient"].problem.text() == "Choose the patient first."
    QTest.keyClicks(panel.who.line, "lee ana")
    settled(qtbot)
    QTest.keyClick(panel.who.line, K.Key_Return)
    settled(qtbot)
    panel.procedure.set_value("kyphoplasty")
    panel.procedure.changed.emit()
    panel.levels.set_value("L7")
    QTest.keyClick(panel.levels, K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot)
    assert panel.boxes["levels"].problem.text()
    panel.levels.set_value("L1")
    QTest.keyClick(panel.levels, K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot)
    (entry,) = waiting.entries(clinic.front)
    assert (entry.patient, entry.levels, entry.wish) == ("Ana Lee", ("L1",), Wish())
    assert isinstance(window.side, EntryPanel)
    window.undo()
    settled(qtbot)
    assert waiting.entries(clinic.front) == ()
