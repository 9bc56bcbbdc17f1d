"""The surgeon's review from the keyboard: flags first, one after the other, nothing signed that was not seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.changes import Change, Subject
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.recovery import ReviewGroup
from clinicdesk.domain.users import Role
from clinicdesk.services import brace, drafts, recovery
from clinicdesk.ui import operations
from clinicdesk.ui.frame.place import follow
from clinicdesk.ui.frame.targets import Review
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.brace import BraceOrderForm
from clinicdesk.ui.places.brace import BracesPlace
from clinicdesk.ui.places.recovery import CallsPlace, ReviewPlace
from clinicdesk.ui.places.recovery.pain_chart import PainChart, PainPoint
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import at
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import answered, brace_draft, discharged, line_of
from tests.helpers.slow import SlowDesk
from tests.ui.follow_up import MONDAY, open_window, settled

KEY = Qt.Key


@pytest.fixture
def bookings(clinic: SmallClinic) -> dict[str, BookingId]:
    """One emergency, one worse, one with a gap, one routine, one that was not reached."""
    made = {
        name: discharged(clinic, name)
        for name in ("Al Green", "Bob Stone", "Ida May", "Rosa Ortiz", "Tom Field")
    }
    clinic.clock.at = at(8, 0, MONDAY)
    answered(clinic, made["Al Green"])
    answered(clinic, made["Bob Stone"], pain=3)
    clinic.clock.advance(timedelta(minutes=10))
    answered(clinic, made["Bob Stone"], pain=6)
    answered(clinic, made["Ida May"], chest_pain="")
    answered(clinic, made["Rosa Ortiz"], leg_weakness="yes", wound="yes", saddle_numbness="")
    line = line_of(clinic, made["Tom Field"])
    recovery.give_up(clinic.nurse, line.check_in_id, 1, "never there")
    return made


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, bookings: dict[str, BookingId]) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic, Review(), Role.SURGEON)
    operations.shutdown()


@pytest.fixture
def place(window: MainWindow) -> ReviewPlace:
    found = window.place("review")
    assert isinstance(found, ReviewPlace)
    return found


def press(place: ReviewPlace, key: Qt.Key, qtbot: QtBot) -> None:
    QTest.keyClick(place.table, key)
    settled(qtbot)


def shown(place: ReviewPlace) -> str:
    return place.panel.head.name.text()


def test_the_emergency_is_red_in_the_bar_first_in_the_list_and_open(
    window: MainWindow, place: ReviewPlace
) -> None:
    count = window.places_bar.buttons["review"].count()
    assert count is not None
    assert (count.number, count.emergency) == (6, 1)
    assert [row.group for row in place.table.rows()] == [
        ReviewGroup.FLAG,
        ReviewGroup.WORSE,
        ReviewGroup.INCOMPLETE,
        ReviewGroup.INCOMPLETE,
        ReviewGroup.ROUTINE,
        ReviewGroup.ROUTINE,
    ]
    panel = place.panel
    assert shown(place) == "Rosa Ortiz"
    assert panel.tier.headline.text() == "Emergency now; 1 question not answered"
    assert panel.tier.findings.text().splitlines() == [
        "New or worse leg weakness or numbness",
        "Wound red, open or draining",
    ]
    assert panel.told.text() == "Nobody noted that the surgeon was told."
    assert panel.chart.accessibleName() == "Pain: 8, 3"
    assert panel.chart.accessibleDescription() == "before: 8, day 3: 3"


def test_keys_go_through_the_list_and_sign_off(
    window: MainWindow, place: ReviewPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    press(place, KEY.Key_J, qtbot)
    assert shown(place).startswith("Bob Stone")
    assert "worse" in place.panel.pain_title.text()
    press(place, KEY.Key_K, qtbot)
    assert shown(place).startswith("Rosa Ortiz")
    press(place, KEY.Key_R, qtbot)
    assert shown(place).startswith("Bob Stone")
    assert "Rosa Ortiz" not in [line.patient for line in recovery.reviews(clinic.surgeon)]
    count = window.places_bar.buttons["review"].count()
    assert count is not None
    assert (count.number, count.emergency) == (5, 0)
    window.undo()
    settled(qtbot)
    assert place.table.rows()[0].patient == "Rosa Ortiz"
    assert recovery.counts(clinic.surgeon).emergencies == 1


def test_nothing_is_signed_before_it_is_seen(place: ReviewPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    QTest.keyClick(place.table, KEY.Key_J)  # the next one is chosen, but not shown yet
    QTest.keyClick(place.table, KEY.Key_R)
    settled(qtbot)
    assert len(recovery.reviews(clinic.surgeon)) == 6


def test_a_note_goes_with_the_sign_off_and_waits_while_others_are_read(
    place: ReviewPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    QTest.keyClicks(place.panel.note, "sent to emergency")
    press(place, KEY.Key_J, qtbot)
    assert place.panel.note.value() == ""
    press(place, KEY.Key_K, qtbot)
    assert place.panel.note.value() == "sent to emergency"
    press(place, KEY.Key_R, qtbot)
    assert drafts.mine(clinic.surgeon) == ()


def test_a_written_note_is_not_lost_with_the_window(
    window: MainWindow, place: ReviewPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    QTest.keyClicks(place.panel.note, "ask the neurologist")
    assert window.close()
    settled(qtbot)
    (left,) = left_work(clinic.surgeon)
    assert (left.name, left.what) == ("Rosa Ortiz", "Review")
    window = open_window(qtbot, clinic, Review(), Role.SURGEON)
    follow(window, left.target)
    settled(qtbot)
    again = window.place("review")
    assert isinstance(again, ReviewPlace)
    assert shown(again) == "Rosa Ortiz"
    assert again.panel.note.value() == "ask the neurologist"


def test_a_slow_sign_off_leaves_the_next_note_alone(
    window: MainWindow, place: ReviewPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    slow = SlowDesk(window)
    slow.hold()
    QTest.keyClick(place.table, KEY.Key_R)
    QTest.keyClick(place.table, KEY.Key_J)
    qtbot.waitUntil(lambda: shown(place) == "Bob Stone")
    QTest.keyClicks(place.panel.note, "see him on Friday")
    slow.release()
    settled(qtbot)
    assert shown(place) == "Bob Stone"
    assert place.panel.note.value() == "see him on Friday"
    assert "Rosa Ortiz" not in [line.patient for line in recovery.reviews(clinic.surgeon)]


def test_the_chips_filter_and_say_how_many(place: ReviewPlace, qtbot: QtBot) -> None:
    words = [text for _value, text in place.filter._options]
    assert words == ["1 flag", "1 worse", "2 not complete", "2 routine"]
    QTest.mouseClick(place.filter, Qt.MouseButton.LeftButton, pos=place.filter.rects()[2].center())
    settled(qtbot)
    assert {row.patient for row in place.table.rows()} == {"Ida May", "Tom Field"}
    place.table.choose(lambda row: row.patient == "Tom Field")
    settled(qtbot)
    assert place.panel.tier.headline.text() == "Not reached"
    assert place.panel.said_note.text() == "“never there”"
    assert not place.panel.answer_section.isVisible()


def test_what_the_nurse_saves_stands_first_at_once(
    place: ReviewPlace, clinic: SmallClinic, bookings: dict[str, BookingId], qtbot: QtBot
) -> None:
    place.table.choose_number(3)
    settled(qtbot)
    before = shown(place)
    check_in, _triage = answered(clinic, bookings["Al Green"], chest_pain="yes")
    hub().changed.emit(frozenset({Change(Subject.CHECK_IN, check_in)}))
    settled(qtbot)
    assert {row.patient for row in place.table.rows()[:2]} == {"Rosa Ortiz", "Al Green"}
    assert shown(place) == before  # nobody is thrown out of what they read


def test_b_orders_a_brace_or_goes_to_the_one_there_is(
    window: MainWindow, place: ReviewPlace, clinic: SmallClinic, bookings: dict[str, BookingId], qtbot: QtBot
) -> None:
    press(place, KEY.Key_B, qtbot)
    form = window.side
    assert isinstance(form, BraceOrderForm)
    assert form.head.name.text() == "Rosa Ortiz"
    window.close_side()
    patient = line_of(clinic, bookings["Rosa Ortiz"]).patient_id
    order = brace.prescribe(clinic.surgeon, brace_draft(patient, bookings["Rosa Ortiz"])).value
    hub().changed.emit(frozenset({Change(Subject.BRACE, order.id)}))
    settled(qtbot)
    assert "prescribed" in place.panel.brace.text()
    press(place, KEY.Key_B, qtbot)
    braces = window.current_place
    assert isinstance(braces, BracesPlace)
    assert braces.sheet.view is not None
    assert braces.sheet.view.order.id == order.id


def test_c_puts_the_patient_on_the_calls(window: MainWindow, place: ReviewPlace, qtbot: QtBot) -> None:
    press(place, KEY.Key_C, qtbot)
    calls = window.current_place
    assert isinstance(calls, CallsPlace)
    assert calls.panel.head.name.text() == "Rosa Ortiz"
    assert "Call back" in calls.panel.facts.text()


def test_others_read_and_are_told_why_they_cannot_sign(
    qtbot: QtBot, clinic: SmallClinic, bookings: dict[str, BookingId]
) -> None:
    window = open_window(qtbot, clinic, Review(), Role.NURSE)
    place = window.place("review")
    assert isinstance(place, ReviewPlace)
    assert not place.panel.sign_button.isEnabled()
    assert "Only a surgeon signs off" in place.panel.reason.text()
    assert place.panel.reason.isVisible()
    press(place, KEY.Key_R, qtbot)
    assert len(place.table.rows()) == 6
    operations.shutdown()


def test_a_sign_off_that_came_too_late_says_who_and_stays(
    place: ReviewPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    line = place.table.rows()[0]
    recovery.told_surgeon(clinic.nurse, line.check_in_id, line.version)
    press(place, KEY.Key_R, qtbot)
    assert "Kim Park" in place.panel.problem_panel.text()
    assert place.table.rows()[0].check_in_id == line.check_in_id
    settled(qtbot)
    assert "Kim Park told the surgeon" in place.panel.told.text()
    press(place, KEY.Key_R, qtbot)
    assert place.table.rows()[0].check_in_id != line.check_in_id


def test_an_empty_review_says_so(qtbot: QtBot, clinic: SmallClinic) -> None:
    window = open_window(qtbot, clinic, Review(), Role.SURGEON)
    place = window.place("review")
    assert isinstance(place, ReviewPlace)
    assert place.frame.is_empty
    assert place.empty.label.text() == "Every check-in has been signed off."
    operations.shutdown()


def test_every_control_has_a_name(place: ReviewPlace) -> None:
    assert_accessible(place)


def test_the_chart_sets_scores_in_order_higher_pain_higher(qtbot: QtBot) -> None:
    chart = PainChart()
    qtbot.addWidget(chart)
    chart.resize(500, 160)
    points = (PainPoint(None, 8), PainPoint(1, 9), PainPoint(7, 4), PainPoint(365, 0, current=True))
    chart.set_points(points)
    places = [chart.place_of(point) for point in points]
    assert [p.x() for p in places] == sorted(p.x() for p in places)
    assert places[1].y() < places[0].y() < places[2].y() < places[3].y()
    assert all(chart.rect().contains(p.toPoint()) for p in places)
    assert chart.grab().toImage().size().width() >= 500
    chart.set_points(())
    assert chart.accessibleName() == "Pain: never asked"
