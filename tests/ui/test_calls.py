"""The calls, worked as a nurse does: keys and clicks, a real window, a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.redflags import Tier
from clinicdesk.domain.users import Role
from clinicdesk.services import recovery
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CallOf, Calls, Review
from clinicdesk.ui.kit import Dialog
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.recovery import CallsPlace, open_patient_called
from clinicdesk.ui.places.recovery.call_panel import CallPanel
from clinicdesk.ui.places.recovery.who_calls import WhoCalls
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import answered, discharged, line_of
from tests.ui.follow_up import MONDAY, DialogAnswer, open_window, settled

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bookings(clinic: SmallClinic) -> list[BookingId]:
    """Overdue since Wednesday, due since the weekend, and a name that tries its luck."""
    return [
        discharged(clinic, "Rosa Ortiz", day=date(2026, 11, 16), contact="Ana Ortiz"),
        discharged(clinic, "Ida May", day=date(2026, 11, 20)),
        discharged(clinic, "Jane <b>Doe", day=date(2026, 11, 20)),
    ]


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, bookings: list[BookingId]) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic, Calls(), Role.NURSE)
    operations.shutdown()


@pytest.fixture
def place(window: MainWindow) -> CallsPlace:
    found = window.place("calls")
    assert isinstance(found, CallsPlace)
    return found


def open_first(place: CallsPlace, qtbot: QtBot) -> CallPanel:
    place.table.choose_number(0)
    QTest.keyClick(place.table, KEY.Key_Return)
    settled(qtbot)
    return place.panel


def reach(panel: CallPanel) -> None:
    QTest.keyClick(panel.attempts.reached_button, KEY.Key_Space)


def say_no(panel: CallPanel) -> None:
    """Press N at each question, as the keyboard moves on by itself; measure the temperature."""
    for row in panel.questions.rows:
        if row.measured is not None:
            QTest.keyClicks(row.measured, "98.4")
            QTest.keyClick(row.measured, KEY.Key_Down)
        else:
            QTest.keyClick(row.answer, KEY.Key_N)


def tier(panel: CallPanel) -> Tier:
    return panel.outcome.tier


def test_the_list_says_who_is_late_and_what_was_tried(place: CallsPlace) -> None:
    shown = [(row.line.patient, row.line.label, row.due) for row in place.table.rows()]
    assert shown[:3] == [
        ("Rosa Ortiz", "Day 1", "6 days overdue"),
        ("Rosa Ortiz", "Day 2 to 3 call", "4 days overdue"),
        ("Ida May", "Day 1", "due since Sat 21 Nov"),
    ]
    model = place.table.rows_model
    told = [model.data(model.index(0, column)) for column in range(7)]
    assert told[1:] == [
        "Rosa Ortiz, 78",
        "Day 1",
        "day 7 of Kyphoplasty L1",
        "(703) 555-0142",
        "",
        "not tried yet",
    ]


def test_counts_and_chips_agree(window: MainWindow, place: CallsPlace) -> None:
    count = window.places_bar.buttons["calls"].count()
    assert count is not None
    assert count.number == len(place.table.rows()) == 7
    place.filter.set_value("upcoming")
    assert {row.line.label for row in place.table.rows()} == {"1 week", "2 weeks"}
    place.filter.set_value("later")
    assert place.frame.is_empty


def test_a_whole_call_from_the_keyboard_goes_on_to_the_next(
    place: CallsPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = open_first(place, qtbot)
    assert panel.head.name.text() == "Rosa Ortiz"
    assert panel.dialing.number.text() == "(703) 555-0142"
    assert panel.asking.before.text() == "was 8"
    reach(panel)
    QTest.keyClick(panel.pain, KEY.Key_3)
    say_no(panel)
    assert panel.outcome.headline.text() == "No flag"
    QTest.keyClick(panel.note, KEY.Key_Return, CTRL)
    settled(qtbot)
    line = recovery.reviews(clinic.surgeon)[0]
    assert (line.patient, line.pain, line.tier, line.complete) == ("Rosa Ortiz", 3, Tier.NONE, True)
    assert panel.isVisible()
    assert panel.check_in_id == place.table.rows()[0].check_in_id  # the line that followed


def test_y_and_n_answer_and_go_on(place: CallsPlace, qtbot: QtBot) -> None:
    panel = open_first(place, qtbot)
    reach(panel)
    first, second = panel.questions.rows[:2]
    first.take_focus()
    QTest.keyClick(first.answer, KEY.Key_N)
    assert (first.answer.answer(), second.answer.hasFocus()) == (False, True)
    QTest.keyClick(second.answer, KEY.Key_Up)
    assert first.answer.hasFocus()


def test_an_emergency_is_red_at_once_says_what_to_say_and_reaches_the_surgeon(
    window: MainWindow, place: CallsPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = open_first(place, qtbot)
    reach(panel)
    assert panel.outcome.tier is Tier.NONE
    QTest.keyClick(panel.questions.row("leg_weakness").answer, KEY.Key_Y)
    banner = panel.outcome
    assert banner.isVisible()
    assert banner.tier is Tier.EMERGENCY
    assert "New or worse leg weakness or numbness" in banner.headline.text()
    assert "questions not answered" in banner.headline.text()
    assert "Call 911 now. Do not drive." in banner.saying.text()
    assert banner.stay.text() == "Stay on the line. Tell Dr Lin now."
    assert banner.told_button.text() == "Told Dr Lin"
    banner.told_button.click()
    settled(qtbot)
    assert banner.told_button.text() == "Told Dr Lin 9:00 AM"
    assert not banner.told_button.isEnabled()
    assert panel.questions.row("leg_weakness").answer.answer() is True  # nothing was lost on the way
    panel.save_button.click()
    settled(qtbot)
    line = recovery.reviews(clinic.surgeon)[0]
    assert (line.tier, line.complete, line.told_surgeon_by) == (Tier.EMERGENCY, False, "Kim Park")
    count = window.places_bar.buttons["review"].count()
    assert count is not None
    assert count.emergency == 1


def test_the_tier_follows_every_answer_up_and_down(place: CallsPlace, qtbot: QtBot) -> None:
    panel = open_first(place, qtbot)
    reach(panel)
    fever, wound = panel.questions.row("fever"), panel.questions.row("wound")
    assert fever.measured is not None
    QTest.keyClicks(fever.measured, "100.4")
    assert tier(panel) is Tier.SAME_DAY
    assert fever.mark.isVisible()
    QTest.keyClicks(fever.measured, "x")
    assert tier(panel) is Tier.NONE
    QTest.keyClick(wound.answer, KEY.Key_Y)
    assert tier(panel) is Tier.SAME_DAY
    QTest.keyClick(wound.answer, KEY.Key_Backspace)
    assert tier(panel) is Tier.NONE
    assert panel.outcome.headline.text().startswith("Incomplete")
    panel.save_button.click()
    assert "38.2 C" in panel.problem_panel.text()
    assert fever.measured.hasFocus()


def test_the_emergency_number_stands_in_the_foot_even_when_nothing_is_wrong(
    place: CallsPlace, qtbot: QtBot
) -> None:
    panel = open_first(place, qtbot)
    assert panel.emergency.isVisible()
    assert panel.emergency.text() == "Emergency 911"


def test_escape_never_loses_answers(place: CallsPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    panel = open_first(place, qtbot)
    reach(panel)
    QTest.keyClick(panel.pain, KEY.Key_7)
    QTest.keyClick(panel.pain, KEY.Key_Escape)
    settled(qtbot)
    assert not panel.isVisible()
    assert recovery.reviews(clinic.surgeon) == ()
    open_first(place, qtbot)
    assert panel.pain.score() == 7
    assert panel.pain.hasFocus()
    assert panel.mark.isVisible()
    QTest.mouseClick(panel.mark.throw_button, Qt.MouseButton.LeftButton)
    assert panel.pain.score() is None
    assert not panel.mark.isVisible()


def test_another_row_does_not_take_the_answers(place: CallsPlace, qtbot: QtBot) -> None:
    panel = open_first(place, qtbot)
    first = panel.check_in_id
    reach(panel)
    QTest.keyClick(panel.pain, KEY.Key_7)
    place.table.choose_number(2)
    QTest.keyClick(place.table, KEY.Key_Return)
    settled(qtbot)
    assert panel.check_in_id != first
    assert panel.pain.score() is None
    open_first(place, qtbot)
    assert panel.pain.score() == 7


def test_no_answer_is_logged_and_after_four_the_daughter_is_offered(
    place: CallsPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = open_first(place, qtbot)
    assert not panel.dialing.whose.isVisible()
    for _attempt in range(4):
        panel.attempts.buttons[CallOutcome.NO_ANSWER].click()
        settled(qtbot)
    assert "Tried 4 of 4" in panel.dialing.tried.text()
    assert panel.dialing.whose.isVisible()
    assert panel.dialing.number.text() == "(703) 555-0177"
    assert panel.attempts.buttons[CallOutcome.CONTACT_REACHED].isVisible()
    place.table.choose_number(0)
    row = place.table.row()
    assert row is not None
    assert row.line.attempts == 4


def test_later_takes_a_day_and_a_time_and_moves_the_line_apart(
    place: CallsPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = open_first(place, qtbot)
    moved = panel.check_in_id
    panel.attempts.later_button.click()
    panel.later.ok_button.click()
    assert "the time" in panel.later.problem.text()
    QTest.keyClicks(panel.later.time, "8")
    panel.later.ok_button.click()
    assert "has passed" in panel.later.problem.text()
    panel.later.time.clear()
    QTest.keyClicks(panel.later.time, "2:30 pm")
    QTest.keyClick(panel.later.time, KEY.Key_Return)
    settled(qtbot)
    assert moved not in [row.check_in_id for row in place.table.rows()]
    place.filter.set_value("later")
    assert [(row.check_in_id, row.due) for row in place.table.rows()] == [(moved, "from 2:30 PM")]
    clinic.clock.advance(timedelta(hours=6))
    hub().minute.emit()
    settled(qtbot)
    place.filter.set_value("now")
    assert (moved, "promised for 2:30 PM") in [(row.check_in_id, row.due) for row in place.table.rows()]


def test_whoever_refuses_is_asked_about_first_and_goes_to_the_review(
    place: CallsPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = open_first(place, qtbot)
    DialogAnswer("Go back")
    panel.attempts.refuse_action.trigger()
    assert recovery.reviews(clinic.surgeon) == ()
    DialogAnswer("Close it")
    panel.attempts.refuse_action.trigger()
    settled(qtbot)
    assert recovery.reviews(clinic.surgeon)[0].closing.value == "refused"


def test_what_a_colleague_did_meanwhile_is_said_and_the_answers_stay(
    place: CallsPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = open_first(place, qtbot)
    reach(panel)
    QTest.keyClick(panel.pain, KEY.Key_4)
    assert panel.check_in_id is not None
    recovery.log_attempt(
        clinic.front, panel.check_in_id, 1, CallOutcome.NO_ANSWER, number="+17035550142", called="Rosa Ortiz"
    )
    panel.save_button.click()
    settled(qtbot)
    assert "Sam Front" in panel.problem_panel.text()
    assert panel.pain.score() == 4
    panel.save_button.click()
    settled(qtbot)
    assert recovery.reviews(clinic.surgeon)[0].pain == 4


def test_saving_with_gaps_asks_nothing_and_says_so(
    window: MainWindow, place: CallsPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = open_first(place, qtbot)
    reach(panel)
    panel.save_button.click()
    assert "Nothing was answered" in panel.problem_panel.text()
    QTest.keyClick(panel.pain, KEY.Key_2)
    panel.save_button.click()
    settled(qtbot)
    assert "not complete" in window.foot_bar.quiet_bar.text()
    assert not recovery.reviews(clinic.surgeon)[0].complete


def test_a_patient_who_calls_is_found_and_asked(
    window: MainWindow, place: CallsPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    place.called_button.click()
    dialog = next(one for one in place.findChildren(Dialog) if isinstance(one, WhoCalls))
    QTest.keyClicks(dialog.search, "may id")
    settled(qtbot)
    assert [row.patient for row in dialog.table.rows()] == ["Ida May"]
    QTest.keyClick(dialog.search, KEY.Key_Return)
    settled(qtbot)
    assert place.panel.head.name.text().startswith("Ida May")
    assert place.panel.pain.isVisible()  # she is on the line already
    assert "Patient called" in place.panel.facts.text()


def test_the_patient_page_opens_the_same_call(
    window: MainWindow, place: CallsPlace, bookings: list[BookingId], qtbot: QtBot
) -> None:
    window.go(Review())
    open_patient_called(window, window.desk, bookings[0])
    settled(qtbot)
    assert window.current_place is place
    assert place.panel.asking.isVisible()


def test_a_call_that_was_answered_elsewhere_is_closed_and_says_so(
    place: CallsPlace, clinic: SmallClinic, bookings: list[BookingId], qtbot: QtBot
) -> None:
    check_in, _triage = answered(clinic, bookings[0])
    place.open_call(check_in)
    settled(qtbot)
    assert place.panel.ended.isVisible()
    assert not place.panel.attempts.isVisible()


def test_everyone_called_is_an_empty_list_that_says_so(qtbot: QtBot, clinic: SmallClinic) -> None:
    window = open_window(qtbot, clinic, Calls(), Role.NURSE)
    place = window.place("calls")
    assert isinstance(place, CallsPlace)
    assert place.frame.is_empty
    assert place.empty.label.text() == "Nobody has to be called now."
    operations.shutdown()


def test_the_line_of_the_open_call_is_the_chosen_one(
    qtbot: QtBot, clinic: SmallClinic, bookings: list[BookingId]
) -> None:
    """Also where the call opens before the list was read for the first time."""
    wanted = line_of(clinic, bookings[1]).check_in_id
    window = open_window(qtbot, clinic, Review(), Role.NURSE)
    window.go(CallOf(check_in_id=wanted))
    settled(qtbot)
    place = window.place("calls")
    assert isinstance(place, CallsPlace)
    row = place.table.row()
    assert row is not None
    assert row.check_in_id == place.panel.check_in_id == wanted
    operations.shutdown()


def test_names_are_plain_and_every_control_has_one(place: CallsPlace, qtbot: QtBot) -> None:
    place.table.choose(lambda row: "<b>" in row.line.patient)
    QTest.keyClick(place.table, KEY.Key_Return)
    settled(qtbot)
    assert place.panel.head.name.text() == "Jane <b>Doe"
    reach(place.panel)
    assert_accessible(place)


def test_where_there_is_no_room_the_call_has_it_all(
    window: MainWindow, place: CallsPlace, qtbot: QtBot
) -> None:
    try:
        theme().set_scale(150)
        panel = open_first(place, qtbot)
        assert panel.isVisible()
        assert not place.list.isVisible()
        QTest.keyClick(panel, KEY.Key_Escape)
        assert place.list.isVisible()
    finally:
        theme().set_scale(100)


@pytest.mark.parametrize("scale", [80, 100, 150, 200])
def test_nothing_of_a_call_is_wider_than_its_room(
    window: MainWindow, place: CallsPlace, qtbot: QtBot, scale: int
) -> None:
    """Also where a contact is rung, which has one button more."""
    try:
        theme().set_scale(scale)
        window.resize(1024 if scale <= 100 else 1280, 720)
        panel = open_first(place, qtbot)
        for _attempt in range(4):
            panel.attempts.buttons[CallOutcome.NO_ANSWER].click()
            settled(qtbot)
        qtbot.wait(20)
        buttons = [each for each in panel.attempts.findChildren(QPushButton) if each.isVisible()]
        assert len(buttons) == 7
        for button in buttons:
            corner = button.mapTo(panel, button.rect().bottomRight())
            assert button.width() >= button.minimumSizeHint().width()
            assert panel.rect().contains(corner)
            assert button.geometry().bottom() <= panel.attempts.height()
        reach(panel)
        qtbot.wait(20)
        inner = panel.scroller.widget()
        assert inner is not None
        assert inner.minimumSizeHint().width() <= panel.scroller.viewport().width()
    finally:
        theme().set_scale(100)


def test_the_clock_of_the_place_is_that_of_the_clinic(place: CallsPlace) -> None:
    assert {row.today for row in place.list.rows()} == {MONDAY}
