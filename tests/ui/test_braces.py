"""Braces: the list, the life of an order, and the form that signs a new one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.brace import BraceOrderRecord, BraceStatus
from clinicdesk.domain.ids import BookingId, BraceOrderId
from clinicdesk.domain.users import Role
from clinicdesk.services import brace
from clinicdesk.services.desk import Desk
from clinicdesk.ui import operations
from clinicdesk.ui.frame.place import follow
from clinicdesk.ui.frame.targets import BraceOrderFor, BraceOrderOf, Braces
from clinicdesk.ui.panels.brace import BraceOrderForm
from clinicdesk.ui.places.brace import BracesPlace
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import at
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import brace_draft, discharged, line_of
from tests.helpers.slow import SlowDesk
from tests.ui.follow_up import MONDAY, DialogAnswer, open_window, settled

KEY = Qt.Key
S = BraceStatus


@pytest.fixture
def booking(clinic: SmallClinic) -> BookingId:
    return discharged(clinic)


@pytest.fixture
def order(clinic: SmallClinic, booking: BookingId) -> BraceOrderRecord:
    """Ordered on Friday; somebody else's brace is delivered already."""
    clinic.clock.at = at(8, 0, MONDAY)
    other = discharged(clinic, "Ida May")
    theirs = brace.prescribe(clinic.surgeon, brace_draft(line_of(clinic, other).patient_id, other)).value
    brace.advance(clinic.nurse, theirs.id, theirs.version, S.DELIVERED)
    patient = line_of(clinic, booking).patient_id
    return brace.prescribe(clinic.surgeon, brace_draft(patient, booking, "L0648")).value


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, order: BraceOrderRecord) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic, Braces(), Role.SURGEON)
    operations.shutdown()


@pytest.fixture
def place(window: MainWindow) -> BracesPlace:
    found = window.place("braces")
    assert isinstance(found, BracesPlace)
    return found


@pytest.fixture
def form(window: MainWindow, order: BraceOrderRecord, qtbot: QtBot) -> BraceOrderForm:
    window.open(BraceOrderFor(patient_id=order.draft.patient_id, booking_id=order.draft.booking_id))
    settled(qtbot)
    side = window.side
    assert isinstance(side, BraceOrderForm)
    return side


def test_who_waits_stands_first_with_how_long(window: MainWindow, place: BracesPlace) -> None:
    shown = [(row.order.patient, row.order.status, row.since) for row in place.table.rows()]
    assert shown == [
        ("Rosa Ortiz", S.PRESCRIBED, "3 days"),
        ("Ida May", S.DELIVERED, "until Mon 15 Feb 2027"),
    ]
    count = window.places_bar.buttons["braces"].count()
    assert count is not None
    assert count.number == 1
    assert [text for _value, text in place.filter._options] == ["Waiting for delivery  1", "Delivered  1"]


def test_the_next_step_is_the_one_primary_button_and_undo_takes_it_back(
    window: MainWindow, place: BracesPlace, clinic: SmallClinic, order: BraceOrderRecord, qtbot: QtBot
) -> None:
    sheet = place.sheet
    assert sheet.next_button.text() == "Authorized by the payer"
    assert "prior authorization" in sheet.advice.text()
    QTest.keyClicks(sheet.note, "by phone")
    sheet.next_button.click()
    settled(qtbot)
    assert sheet.next_button.text() == "Measured"
    assert sheet.note.value() == ""
    assert sheet.notes.text() == "Authorized: by phone"
    done = [step.status for step in sheet.steps.steps() if step.day]
    assert done == [S.PRESCRIBED, S.AUTHORIZED]
    window.undo()
    settled(qtbot)
    assert sheet.next_button.text() == "Authorized by the payer"
    assert brace.open_order(clinic.front, order.id).order.status is S.PRESCRIBED


def test_steps_can_be_left_out_up_to_delivery(place: BracesPlace, qtbot: QtBot) -> None:
    actions = {action.text(): action for action in place.sheet.skip_button.menu().actions()}
    assert list(actions) == ["Measured", "Fitted", "Delivered today", "Cancel the order…"]
    actions["Delivered today"].trigger()
    settled(qtbot)
    assert place.sheet.next_button.text() == "Is being worn"
    skipped = [step.status for step in place.sheet.steps.steps() if step.is_passed and not step.day]
    assert skipped == [S.AUTHORIZED, S.MEASURED, S.FITTED]
    assert "Until Mon 15 Feb 2027." in place.sheet.wear.text()


def test_cancelling_is_asked_about(
    place: BracesPlace, clinic: SmallClinic, order: BraceOrderRecord, qtbot: QtBot
) -> None:
    DialogAnswer("Keep it")
    place.sheet.cancel_action.trigger()
    settled(qtbot)
    assert brace.open_order(clinic.front, order.id).order.status is S.PRESCRIBED
    DialogAnswer("Cancel the order")
    place.sheet.cancel_action.trigger()
    settled(qtbot)
    assert [row.order.patient for row in place.table.rows()] == ["Ida May"]


def test_printing_asks_for_the_written_order(
    place: BracesPlace, order: BraceOrderRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[BraceOrderId] = []

    def note(_desk: Desk, _parent: QWidget, order_id: BraceOrderId) -> None:
        asked.append(order_id)

    monkeypatch.setattr(BracesPlace, "print_order", staticmethod(note))
    place.sheet.print_button.click()
    assert asked == [order.id]


def test_a_step_somebody_took_first_is_said_in_place(
    place: BracesPlace, clinic: SmallClinic, order: BraceOrderRecord, qtbot: QtBot
) -> None:
    brace.advance(clinic.nurse, order.id, order.version, S.AUTHORIZED)
    place.sheet._take(S.MEASURED)
    settled(qtbot)
    assert "Kim Park" in place.sheet.problem_panel.text()


def test_an_order_is_written_from_the_keyboard_and_signed(
    window: MainWindow, form: BraceOrderForm, clinic: SmallClinic, order: BraceOrderRecord, qtbot: QtBot
) -> None:
    assert form.facts_line.text() == "Kyphoplasty L1"
    assert form.head.name.text() == "Rosa Ortiz"
    assert "MRN" in form.head.facts.text()
    assert "already" in form.already.text()
    assert form.signature.text().startswith("Signing as Dr Mei Lin")
    QTest.keyClicks(form.picker.search, "tlso four")
    assert [one.hcpcs for one in form.picker.table.rows()] == ["L0464"]
    QTest.keyClick(form.picker.search, KEY.Key_Return)
    assert (form.weeks.whole(), form.quantity.whole()) == (12, 1)
    assert form.wear_rule.value().startswith("Wear it whenever you are upright")
    form.weeks.set_value(6)
    form.sign_button.click()
    settled(qtbot)
    made = brace.of_patient(clinic.surgeon, order.draft.patient_id)[0]
    assert (made.draft.hcpcs, made.draft.weeks, made.draft.booking_id) == ("L0464", 6, order.draft.booking_id)
    assert made.signed_at is not None
    assert window.side is None
    window.undo()
    settled(qtbot)
    assert brace.of_patient(clinic.surgeon, order.draft.patient_id)[0].status is S.CANCELLED


def test_a_code_finds_its_brace_and_what_its_payer_asks(form: BraceOrderForm) -> None:
    QTest.keyClicks(form.picker.search, "l0648")
    QTest.keyClick(form.picker.search, KEY.Key_Return)
    assert form.picker.chosen_label.text().endswith("(L0648)")
    assert "prior authorization" in form.advice.text()
    form.picker.change_button.click()
    assert form.picker.value() is None
    assert not form.advice.isVisible()


def test_what_is_missing_is_said_at_its_field(form: BraceOrderForm, clinic: SmallClinic) -> None:
    form.quantity.set_value(None)
    form.sign_button.click()
    assert set(form.form.problems()) == {"hcpcs", "weeks", "quantity"}
    QTest.keyClicks(form.picker.search, "L0464")
    QTest.keyClick(form.picker.search, KEY.Key_Return)
    form.quantity.set_value(1)
    form.wear_rule.set_value("")
    form.sign_button.click()
    assert set(form.form.problems()) == {"wear_rule"}
    form.wear_rule.set_value("Upright.")
    form.ordered_on.set_value(MONDAY + timedelta(days=1))
    form.sign_button.click()
    assert set(form.form.problems()) == {"ordered_on"}


def test_a_filled_form_is_not_lost(
    window: MainWindow, form: BraceOrderForm, clinic: SmallClinic, order: BraceOrderRecord, qtbot: QtBot
) -> None:
    QTest.keyClicks(form.picker.search, "L0464")
    QTest.keyClick(form.picker.search, KEY.Key_Return)
    form.weeks.selectAll()
    QTest.keyClicks(form.weeks, "6")
    QTest.keyClick(form.weeks, KEY.Key_Escape)
    settled(qtbot)
    assert window.side is None
    other = next(one for one in brace.open_orders(clinic.surgeon) if one.patient == "Ida May")
    window.open(BraceOrderFor(patient_id=other.draft.patient_id, booking_id=other.draft.booking_id))
    settled(qtbot)
    assert form.head.name.text() == "Ida May"
    assert (form.picker.value(), form.weeks.whole(), form.wear_rule.value()) == (None, None, "")
    (left,) = left_work(clinic.surgeon)
    assert (left.name, left.what) == ("Rosa Ortiz", "Brace order")
    follow(window, left.target)
    settled(qtbot)
    chosen = form.picker.value()
    assert chosen is not None
    assert (chosen.hcpcs, form.weeks.whole()) == ("L0464", 6)
    assert form.wear_rule.value().startswith("Wear it whenever you are upright")
    form.sign_button.click()
    settled(qtbot)
    made = brace.of_patient(clinic.surgeon, order.draft.patient_id)[0]
    assert (made.draft.hcpcs, made.draft.weeks) == ("L0464", 6)
    assert left_work(clinic.surgeon) == ()


def test_a_note_to_a_step_stays_with_its_order(
    window: MainWindow, place: BracesPlace, clinic: SmallClinic, order: BraceOrderRecord, qtbot: QtBot
) -> None:
    sheet = place.sheet
    QTest.keyClicks(sheet.note, "by phone")
    place.table.choose_number(1)
    settled(qtbot)
    assert sheet.head.name.text() == "Ida May"
    assert sheet.note.value() == ""
    (left,) = left_work(clinic.surgeon)
    assert (left.name, left.what, left.target) == ("Rosa Ortiz", "Brace", BraceOrderOf(order_id=order.id))
    follow(window, left.target)
    settled(qtbot)
    assert sheet.note.value() == "by phone"
    slow = SlowDesk(window)
    slow.hold()
    sheet.next_button.click()
    place.table.choose_number(1)
    qtbot.waitUntil(lambda: sheet.head.name.text() == "Ida May")
    QTest.keyClicks(sheet.note, "fits well")
    slow.release()
    settled(qtbot)
    assert sheet.note.value() == "fits well"
    assert brace.open_order(clinic.front, order.id).events[-1].note == "by phone"


def test_an_order_that_is_over_opens_beside_an_empty_list(
    window: MainWindow, place: BracesPlace, clinic: SmallClinic, order: BraceOrderRecord, qtbot: QtBot
) -> None:
    for each in brace.open_orders(clinic.surgeon):
        step = S.CANCELLED if each.status is S.PRESCRIBED else S.ENDED
        brace.advance(clinic.nurse, each.id, each.version, step)
    window.go(BraceOrderOf(order_id=order.id))
    settled(qtbot)
    assert place.frame.is_empty
    assert place.sheet.isVisible()
    assert place.sheet.head.name.text() == "Rosa Ortiz"


def test_who_may_not_order_sees_why(qtbot: QtBot, clinic: SmallClinic, order: BraceOrderRecord) -> None:
    window = open_window(qtbot, clinic, Braces(), Role.NURSE)
    window.open(BraceOrderFor(patient_id=order.draft.patient_id))
    settled(qtbot)
    form = window.side
    assert isinstance(form, BraceOrderForm)
    assert form.refusal.isVisible()
    assert not form.sign_button.isEnabled()
    assert not form.form.isEnabled()
    operations.shutdown()


def test_no_order_is_an_empty_list_that_says_so(qtbot: QtBot, clinic: SmallClinic) -> None:
    window = open_window(qtbot, clinic, Braces(), Role.NURSE)
    place = window.place("braces")
    assert isinstance(place, BracesPlace)
    assert place.frame.is_empty
    operations.shutdown()


def test_every_control_has_a_name(place: BracesPlace, form: BraceOrderForm) -> None:
    assert_accessible(place)
    assert_accessible(form)
