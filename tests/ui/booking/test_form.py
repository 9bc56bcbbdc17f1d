"""The booking form, used as a front desk uses it: with the keyboard, in a real window over a real encrypted clinic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.availability import Closure, ClosureKind
from clinicdesk.domain.booking import Booking, BookingState, Setting
from clinicdesk.domain.ids import BookingId, ClosureId, PatientId
from clinicdesk.domain.levels import parse_levels
from clinicdesk.domain.papers import PaperCopy, PaperKind, PaperUse
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.finder import DayPart
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.users import Role
from clinicdesk.domain.waiting import Wish
from clinicdesk.services import availability, booking, papers, resources, waiting
from clinicdesk.services.booking import steps
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import ChangeBooking, NewBooking
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import messages
from clinicdesk.ui.operations.messages import Message
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import THURSDAY, at, kypho
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.quiet import settled
from tests.ui.booking.windows import case, form, open_window, register

R = ResourceKind
LEFT = Qt.MouseButton.LeftButton
MONDAY = date(2026, 11, 23)


@pytest.fixture
def rosa(clinic: SmallClinic) -> PatientId:
    return register(clinic, "Rosa", "Ortiz")


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, rosa: PatientId) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic)
    operations.shutdown()


@pytest.fixture
def said() -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(message: Message) -> None:
        heard.append(message.text)

    messages.bridge().spoken.connect(hear)
    yield heard
    messages.bridge().spoken.disconnect(hear)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def type_into(widget: QWidget, words: str) -> None:
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, words)


def find_rosa(qtbot: QtBot, panel: BookingPanel) -> None:
    QTest.keyClicks(panel.who.line, "ortiz ro")
    settled(qtbot)
    QTest.keyClick(panel.who.line, Qt.Key.Key_Return)
    settled(qtbot)


def fill_kyphoplasty(qtbot: QtBot, panel: BookingPanel, start: str = "10:00 am") -> None:
    find_rosa(qtbot, panel)
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    QTest.keyClicks(panel.fields.levels.line, "L1")
    type_into(panel.fields.day, "26 nov")
    type_into(panel.fields.time, start)
    settled(qtbot)


def only_booking(clinic: SmallClinic) -> Booking:
    return booking.read(clinic.front, BookingId(1))


def test_a_kyphoplasty_is_booked_without_the_mouse(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, said: list[str], rosa: PatientId
) -> None:
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot)
    panel = form(window)
    assert focused() is panel.who.line
    fill_kyphoplasty(qtbot, panel)
    assert panel.book_button.text() == "Book 10:00 AM"
    assert panel.fields.units[R.ROOM].currentText() == "Any (Room 1)"
    assert panel.fields.takes.text() == "Takes C-arm 1, Nurse Kim, Bay 1"
    assert "stop eating 4:00 AM · stop drinking 8:00 AM" in panel.verdict.times.text()
    assert_accessible(panel)
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Return)
    settled(qtbot)
    made = only_booking(clinic)
    assert (made.draft.patient_id, made.draft.levels, made.draft.starts) == (rosa, ("L1",), at(10))
    assert (made.draft.sedation, made.draft.minutes, made.state) == ("moderate", 60, BookingState.BOOKED)
    assert said == ["Booked: Rosa Ortiz, L1, Thu 26 Nov 10:00 AM"]
    assert case(window).head.name.text() == "Rosa Ortiz"
    window.undo()
    settled(qtbot)
    assert only_booking(clinic).state is BookingState.CANCELLED


def _focused() -> QWidget:
    """Where a key that is pressed now goes."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_tab_goes_from_the_procedure_to_the_drawing_which_hands_on_what_is_typed(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    rosa = register(clinic, "Rosa", "Ortiz")
    window.open(NewBooking(patient_id=rosa, procedure="kyphoplasty"))
    settled(qtbot)
    panel = form(window)
    panel.fields.procedure.setFocus()
    QTest.keyClick(_focused(), Qt.Key.Key_Tab)
    assert panel.fields.spine.hasFocus()
    for letter in "l1,t12":
        QTest.keyClicks(_focused(), letter)
    settled(qtbot)
    assert panel.fields.levels.levels() == parse_levels("T12, L1")
    assert panel.fields.levels.line.hasFocus()
    panel.fields.spine.setFocus()
    QTest.keyClick(_focused(), Qt.Key.Key_Return)
    settled(qtbot)
    assert panel.fields.day.value() is not None, "Enter takes the first time from the drawing as well"


def test_a_clash_is_named_as_one_types_and_a_free_time_is_one_click_away(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    booking.book(
        clinic.nurse, kypho(clinic, register(clinic, "Ana", "Lee"), at(10), units=((R.ROOM, "Room 2"),))
    )
    window.open(NewBooking(starts=at(10), units=((R.ROOM, clinic.units["Room 2"]),)))
    settled(qtbot)
    panel = form(window)
    find_rosa(qtbot, panel)
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    QTest.keyClicks(panel.fields.levels.line, "L1")
    settled(qtbot)
    assert panel.verdict.sentences() == ["Room 2 is held by Ana Lee, 9:45 to 11:20 AM."]
    QTest.mouseClick(panel.book_button, LEFT)
    settled(qtbot)
    assert window.side is panel
    assert panel.fields.free.times() == ["8:00 AM", "11:35 AM", "12:05 PM"]
    QTest.mouseClick(panel.fields.free._buttons[1], LEFT)
    settled(qtbot)
    assert panel.verdict.sentences() == []
    QTest.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot)
    assert booking.read(clinic.front, BookingId(2)).draft.starts == at(11, 35)


def test_somebody_else_was_quicker(qtbot: QtBot, clinic: SmallClinic, window: MainWindow) -> None:
    """Between the last look and Enter another desk takes the room: the panel stays and says who has it."""
    window.open(NewBooking())
    settled(qtbot)
    panel = form(window)
    fill_kyphoplasty(qtbot, panel)
    panel.fields.units[R.ROOM].set_unit(clinic.units["Room 2"])
    settled(qtbot)
    assert panel.verdict.sentences() == []
    booking.book(
        clinic.nurse, kypho(clinic, register(clinic, "Ana", "Lee"), at(10), units=((R.ROOM, "Room 2"),))
    )
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Return)
    settled(qtbot)
    assert window.side is panel
    assert "Room 2 is held by Ana Lee, 9:45 to 11:20 AM." in panel.verdict.sentences()
    assert panel.fields.levels.line.text() == "L1"


def test_what_is_missing_is_said_at_its_field_once_it_is_asked_for(qtbot: QtBot, window: MainWindow) -> None:
    window.open(NewBooking())
    settled(qtbot)
    panel = form(window)
    QTest.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert panel.who_box.problem.text() == "Choose the patient first."
    find_rosa(qtbot, panel)
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    settled(qtbot)
    assert panel.fields._boxes["levels"].problem.text() == ""
    QTest.mouseClick(panel.book_button, LEFT)
    assert panel.fields._boxes["starts"].problem.text() == "Choose a day and a time."
    type_into(panel.fields.day, "14 mar 2027")
    type_into(panel.fields.time, "2:30 am")
    settled(qtbot)
    assert "the clocks go forward" in panel.fields._boxes["starts"].problem.text()
    type_into(panel.fields.day, "26 nov")
    type_into(panel.fields.time, "10:00 am")
    QTest.mouseClick(panel.book_button, LEFT)
    settled(qtbot)
    assert panel.fields._boxes["levels"].problem.text() == "Choose at least one level."
    assert window.side is panel


def test_the_past_asks_for_a_reason_in_place(qtbot: QtBot, clinic: SmallClinic, window: MainWindow) -> None:
    window.open(NewBooking())
    settled(qtbot)
    panel = form(window)
    fill_kyphoplasty(qtbot, panel)
    type_into(panel.fields.day, "20 nov 2026")
    settled(qtbot)
    assert panel.verdict.sentences() == ["Fri 20 Nov 2026, 10:00 AM is in the past."]
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Return)
    settled(qtbot)
    assert focused() is panel.verdict.reason
    QTest.keyClicks(panel.verdict.reason, "entered afterwards")
    QTest.keyClick(panel.verdict.reason, Qt.Key.Key_Return)
    settled(qtbot)
    assert only_booking(clinic).draft.reason == "entered afterwards"


def test_the_reason_that_is_stored_counts_when_it_is_typed_again(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId
) -> None:
    early = at(7, 30, day=THURSDAY + timedelta(days=1))
    made = booking.book(clinic.front, kypho(clinic, rosa, early, reason="asked to come early")).value
    window.open(ChangeBooking(booking_id=made.id))
    settled(qtbot)
    panel = form(window)
    type_into(panel.fields.time, "7:15 am")
    settled(qtbot)
    assert panel.verdict.sentences()
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Return)
    settled(qtbot)
    assert focused() is panel.verdict.reason
    assert only_booking(clinic).starts == early, "nothing was typed: the stored reason answers nothing new"
    QTest.keyClicks(panel.verdict.reason, "asked to come early")
    settled(qtbot)
    QTest.keyClick(panel.verdict.reason, Qt.Key.Key_Return)
    settled(qtbot)
    moved = only_booking(clinic)
    assert moved.starts == early - timedelta(minutes=15)
    assert moved.draft.reason == "asked to come early"


def test_four_levels_are_kept_as_a_request_by_the_front_desk(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    window.open(NewBooking())
    settled(qtbot)
    panel = form(window)
    fill_kyphoplasty(qtbot, panel)
    type_into(panel.fields.levels.line, "T11 T12 L1 L2")
    settled(qtbot)
    assert panel.fields.minutes.value("minutes") == 120
    assert panel.verdict.sentences() == [
        "4 levels in one session; at most 3 are usual.",
        "This takes a surgeon, an anesthesia provider or an administrator.",
        "You can keep it as a request.",
    ]
    assert panel.verdict.reason.isHidden()
    QTest.mouseClick(panel.request_button, LEFT)
    settled(qtbot)
    assert only_booking(clinic).state is BookingState.REQUESTED


def test_minutes_follow_the_levels_until_somebody_types_their_own(qtbot: QtBot, window: MainWindow) -> None:
    window.open(NewBooking())
    settled(qtbot)
    panel = form(window)
    fill_kyphoplasty(qtbot, panel)
    type_into(panel.fields.levels.line, "T12 L1")
    assert panel.fields.minutes.value("minutes") == 80
    type_into(panel.fields.minutes.number("minutes"), "95")
    type_into(panel.fields.levels.line, "T12 L1 L2")
    assert panel.fields.minutes.value("minutes") == 95
    settled(qtbot)


def test_a_booking_is_moved_in_the_same_form_and_back(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId, said: list[str]
) -> None:
    made = booking.book(clinic.nurse, kypho(clinic, rosa, at(10), notes="walker")).value
    papers.leave(
        clinic.front, PaperCopy(kind=PaperKind.DAY_LIST, content=b"list", day=THURSDAY), PaperUse.PRINTED
    )
    clinic.clock.advance(timedelta(minutes=1))
    window.open(ChangeBooking(booking_id=made.id))
    settled(qtbot)
    panel = form(window)
    assert panel.title.text() == "Change booking"
    assert panel.fields.notes.value() == "walker"
    assert panel.book_button.text() == "Save"
    type_into(panel.fields.time, "1:00 pm")
    QTest.mouseClick(panel.fields.setting, LEFT, pos=panel.fields.setting.rects()[1].center())
    settled(qtbot)
    assert panel.book_button.text() == "Move to 1:00 PM"
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Return)
    settled(qtbot)
    moved = booking.read(clinic.front, made.id)
    assert (moved.draft.starts, moved.draft.setting) == (at(13), Setting.OVERNIGHT)
    assert moved.draft.unit(R.BED) is not None
    assert said == ["Saved: Rosa Ortiz, L1, Thu 26 Nov 1:00 PM. Out of date now: Day list."]
    window.undo()
    settled(qtbot)
    assert booking.read(clinic.front, made.id).draft == made.draft


def test_a_change_by_someone_else_is_told_and_nothing_is_lost(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId
) -> None:
    made = booking.book(clinic.nurse, kypho(clinic, rosa, at(10))).value
    window.open(ChangeBooking(booking_id=made.id))
    settled(qtbot)
    panel = form(window)
    steps.advance(clinic.nurse, made.id, BookingState.CONFIRMED, made.version)
    panel.fields.notes.set_value("mine")
    QTest.mouseClick(panel.book_button, LEFT)
    settled(qtbot)
    assert panel.problem_panel.text().startswith("Kim Park changed this")
    assert panel.fields.notes.value() == "mine"


def test_closing_asks_nothing_and_loses_nothing(
    qtbot: QtBot, window: MainWindow, rosa: PatientId, said: list[str]
) -> None:
    window.open(NewBooking(day=THURSDAY))
    settled(qtbot)
    panel = form(window)
    find_rosa(qtbot, panel)
    assert not panel.mark.isVisible(), "a patient alone is soon found again"
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    settled(qtbot)
    assert panel.mark.isVisible()
    assert window.close_side()
    assert said == ["Rosa Ortiz: What you typed is kept, and not saved yet."]
    window.open(NewBooking(patient_id=rosa))
    settled(qtbot)
    assert form(window).fields.procedure.currentText() == "Kyphoplasty"
    assert form(window).fields.day.value() == THURSDAY, "the day that was clicked belongs to it"


def test_a_visit_asks_for_no_levels_and_no_sedation(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    window.open(NewBooking(day=THURSDAY))
    settled(qtbot)
    panel = form(window)
    find_rosa(qtbot, panel)
    QTest.keyClicks(panel.fields.procedure, "Foll")
    panel.fields.time.set_value(time(9))
    settled(qtbot)
    assert panel.fields.spine.isHidden()
    assert panel.fields._boxes["sedation"].isHidden()
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Return)
    settled(qtbot)
    assert only_booking(clinic).draft.procedure_key == "follow_up_visit"


def test_a_name_full_of_markup_is_only_a_name(qtbot: QtBot, clinic: SmallClinic, window: MainWindow) -> None:
    patient = register(clinic, "Eve", '<img src="/etc/passwd"/>')
    window.open(NewBooking(patient_id=patient, day=THURSDAY))
    settled(qtbot)
    panel = form(window)
    assert panel.who.name.text() == 'Eve <img src="/etc/passwd"/>'
    assert_accessible(panel)


def test_a_nurse_sees_the_form_and_a_role_that_may_not_book_is_told(
    qtbot: QtBot, clinic: SmallClinic, rosa: PatientId
) -> None:
    window = open_window(qtbot, clinic, Role.ANESTHESIA)
    window.open(NewBooking(patient_id=rosa))
    settled(qtbot)
    assert "Your role does not include this" in form(window).problem_panel.text()
    operations.shutdown()


def test_a_request_is_kept_as_one_or_booked(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId, said: list[str]
) -> None:
    wish = booking.request(clinic.nurse, kypho(clinic, rosa, None)).value
    window.open(ChangeBooking(booking_id=wish.id))
    settled(qtbot)
    panel = form(window)
    panel.fields.notes.set_value("after the holidays")
    QTest.mouseClick(panel.request_button, LEFT)
    settled(qtbot)
    kept = only_booking(clinic)
    assert (kept.state, kept.draft.notes) == (BookingState.REQUESTED, "after the holidays")
    QTest.mouseClick(case(window).step, LEFT)
    settled(qtbot)
    type_into(panel.fields.day, "26 nov")
    type_into(panel.fields.time, "10:00 am")
    settled(qtbot)
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Return)
    settled(qtbot)
    assert only_booking(clinic).state is BookingState.BOOKED
    assert said == ["Saved: Rosa Ortiz, L1", "Booked: Rosa Ortiz, L1, Thu 26 Nov 10:00 AM"]


def test_the_best_times_are_offered_as_the_form_is_filled_and_enter_takes_the_first(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    """Patient, procedure, level: then Enter takes the first time, and Enter again books it."""
    window.open(NewBooking())
    panel = form(window)
    settled(qtbot)
    find_rosa(qtbot, panel)
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    settled(qtbot)
    assert panel.times.isHidden()
    QTest.keyClicks(panel.fields.levels.line, "L1")
    settled(qtbot)
    best = panel.times.table.rows()[0].slot
    assert panel.book_button.text() == "Take Mon 23 Nov 8:00 AM"
    assert_accessible(panel.times)
    QTest.keyClick(panel.fields.levels.line, Qt.Key.Key_Return)
    settled(qtbot)
    assert panel.fields.time.value() == time(8)
    assert panel.fields.units[R.ROOM].unit() == dict(best.chosen)[R.ROOM]
    assert panel.book_button.text() == "Book 8:00 AM"
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Return)
    settled(qtbot)
    made = only_booking(clinic)
    assert (made.starts, made.draft.unit(R.SURGEON)) == (best.starts, dict(best.chosen)[R.SURGEON])


def test_only_afternoons_on_thursdays_and_the_second_of_them_by_its_key(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    window.open(NewBooking())
    panel = form(window)
    settled(qtbot)
    find_rosa(qtbot, panel)
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    QTest.keyClicks(panel.fields.levels.line, "L1")
    settled(qtbot)
    assert "Afternoons" in panel.times.halves.text()
    QTest.mouseClick(panel.times.filters.weekdays, LEFT, pos=panel.times.filters.weekdays.rects()[3].center())
    QTest.mouseClick(panel.times.filters.part, LEFT, pos=panel.times.filters.part.rects()[1].center())
    settled(qtbot)
    offered = [line.slot for line in panel.times.table.rows()]
    assert {(fmt.local(slot.starts).weekday(), fmt.local(slot.starts).hour >= 12) for slot in offered} == {
        (3, True)
    }
    QTest.keyClick(panel, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    settled(qtbot)
    assert panel.fields.time.value() == fmt.local(offered[1].starts).time()
    assert not panel.times.opener.isHidden()
    QTest.keyClick(panel, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    settled(qtbot)
    assert panel.times.table.hasFocus()


def test_the_list_says_why_not_tomorrow(qtbot: QtBot, clinic: SmallClinic, window: MainWindow) -> None:
    zone = FACTS.zone
    for name in ("C-arm 1", "C-arm 2"):
        closure = Closure(
            id=ClosureId(0),
            resource_id=clinic.units[name],
            kind=ClosureKind.REPAIR,
            span=Span(zone.start_of(MONDAY), zone.start_of(MONDAY + timedelta(days=2))),
        )
        availability.add_closure(clinic.admin, closure)
    window.open(NewBooking(procedure="kyphoplasty"))
    panel = form(window)
    settled(qtbot)
    QTest.keyClicks(panel.fields.levels.line, "L1")
    settled(qtbot)
    first, *_more = panel.times.notes.text().splitlines()
    assert (
        first == "Mon 23 Nov, Tue 24 Nov: every C-arm is closed (In repair); Room 1 would be free at 8:00 AM."
    )


def test_what_somebody_who_waits_wished_for_comes_first(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId
) -> None:
    wish = Wish(weekdays=frozenset({4}), day_part=DayPart.PM)
    waits = waiting.add(clinic.front, kypho(clinic, rosa, None), wish).value
    window.open(ChangeBooking(booking_id=waits.id))
    panel = form(window)
    settled(qtbot)
    best = panel.times.table.rows()[0].slot
    assert (fmt.local(best.starts).weekday(), fmt.local(best.starts).hour >= 12) == (4, True)
    assert "as wished" in best.why
    panel.book_button.click()
    settled(qtbot)
    panel.book_button.click()
    settled(qtbot)
    assert booking.read(clinic.front, waits.id).state is BookingState.BOOKED


def test_the_list_follows_what_others_close_and_every_surgeon_stays_possible(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    window.open(NewBooking(procedure="kyphoplasty"))
    panel = form(window)
    settled(qtbot)
    QTest.keyClicks(panel.fields.levels.line, "L1")
    settled(qtbot)
    assert panel.times.best() is not None
    zone = FACTS.zone
    holiday = Closure(
        id=ClosureId(0), resource_id=None, kind=ClosureKind.HOLIDAY, span=Span(*zone.day_bounds(MONDAY))
    )
    operations.run_command(panel, partial(availability.add_closure, clinic.admin, holiday))
    settled(qtbot)
    best = panel.times.best()
    assert best is not None
    assert fmt.local(best.starts).date() == MONDAY + timedelta(days=1)
    QTest.keyClick(panel, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    settled(qtbot)
    assert panel.fields.units[R.SURGEON].unit() is not None
    lin = next(unit for unit in resources.of_kinds(clinic.admin, [R.SURGEON]) if unit.name == "Dr Lin")
    resources.change(clinic.admin, replace(lin, active=False))
    QTest.keyClick(panel, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    settled(qtbot)
    surgeons = {line.slot.unit(R.SURGEON) for line in panel.times.table.rows()}
    assert surgeons == set(resources.of_kinds(clinic.admin, [R.SURGEON]))


def test_enter_before_the_answer_takes_it_when_it_comes_and_an_old_answer_is_never_taken(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.open(NewBooking(procedure="kyphoplasty"))
    panel = form(window)
    settled(qtbot)
    QTest.keyClicks(panel.fields.levels.line, "L1")
    settled(qtbot)
    QTest.keyClicks(panel.fields.levels.line, ", T12")
    QTest.keyClick(panel, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert panel.fields.time.value() is None
    QTest.keyClick(panel.fields.levels.line, Qt.Key.Key_Return)
    assert panel.fields.time.value() is None
    settled(qtbot)
    assert panel.fields.time.value() == time(8)
    assert panel.fields.minutes.value("minutes") == 80


def test_some_surgeons_a_last_day_and_fewer_times(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    window.open(NewBooking(procedure="kyphoplasty"))
    panel = form(window)
    settled(qtbot)
    QTest.keyClicks(panel.fields.levels.line, "L1")
    settled(qtbot)
    QTest.mouseClick(panel.times.more, LEFT)
    filters = panel.times.filters
    shah = next(action for action in filters.surgeons.menu().actions() if action.text() == "Dr Shah")
    shah.trigger()
    QTest.mouseClick(filters.count, LEFT, pos=filters.count.rects()[0].center())
    type_into(filters.until, "24 nov")
    settled(qtbot)
    offered = [line.slot for line in panel.times.table.rows()]
    assert len(offered) == 3
    assert {dict(slot.chosen)[R.SURGEON] for slot in offered} == {clinic.units["Dr Shah"]}
    assert max(fmt.local(slot.starts).date() for slot in offered) <= MONDAY + timedelta(days=1)
    type_into(filters.until, "20 nov 2026")
    settled(qtbot)
    assert "The last day comes before the first" in panel.times.notes.text()
    assert_accessible(panel.times)
