"""What is typed, looked up and refused in the booking form belongs to the patient or the booking it was for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import Booking
from clinicdesk.domain.changes import ALL, Change, Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services import booking, diary
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import ChangeBooking, NewBooking, PanelTarget
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.bookings import THURSDAY, at, kypho
from tests.helpers.clinics import SmallClinic
from tests.helpers.lengths import past_cases
from tests.helpers.quiet import settled
from tests.helpers.slow import SlowDesk
from tests.ui.booking.windows import form, open_window, register

R = ResourceKind
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def rosa(clinic: SmallClinic) -> PatientId:
    past_cases(clinic, [65, 75] * 7)
    return register(clinic, "Rosa", "Ortiz")


@pytest.fixture
def ida(clinic: SmallClinic) -> PatientId:
    return register(clinic, "Ida", "May")


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, rosa: PatientId, ida: PatientId) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic)
    operations.shutdown()


def opened(qtbot: QtBot, window: MainWindow, target: PanelTarget) -> BookingPanel:
    window.open(target)
    settled(qtbot)
    return form(window)


def type_into(widget: QWidget, words: str) -> None:
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(widget, words)


def fill(qtbot: QtBot, panel: BookingPanel, start: str = "10:00 am") -> None:
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    QTest.keyClicks(panel.fields.levels.line, "L1")
    type_into(panel.fields.day, "26 nov")
    type_into(panel.fields.time, start)
    settled(qtbot)


def words(panel: BookingPanel) -> str:
    """Everything that is said in the panel."""
    labels = [label.text() for label in panel.findChildren(QWidget) if hasattr(label, "text")]
    return "\n".join(str(text) for text in labels)


# ---------------------------------------------------------------------- one patient beside another


def test_the_draft_of_one_patient_never_appears_for_the_next(
    qtbot: QtBot, window: MainWindow, rosa: PatientId, ida: PatientId
) -> None:
    panel = opened(qtbot, window, NewBooking(patient_id=rosa))
    fill(qtbot, panel)
    type_into(panel.fields.minutes.number("minutes"), "95")
    type_into(panel.fields.notes, "walks with a cane")
    panel = opened(qtbot, window, NewBooking(patient_id=ida))
    assert panel.who.name.text() == "Ida May"
    assert panel.typed.unsaved() == {}
    assert panel.fields.chosen_procedure() is None
    assert panel.verdict.sentences() == []
    assert panel.times.isHidden()
    panel = opened(qtbot, window, NewBooking(patient_id=rosa))
    draft, problems = panel._draft()
    assert draft is not None
    assert problems == {}
    assert (draft.patient_id, draft.levels, draft.starts, draft.minutes) == (rosa, ("L1",), at(10), 95)
    assert panel.fields.notes.value() == "walks with a cane"
    assert panel.verdict.times.text(), "and it is checked again"


def test_answers_for_one_patient_are_never_shown_for_the_next(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId, ida: PatientId
) -> None:
    """Times, advice and length are still being looked up when the next patient is opened."""
    other = register(clinic, "Ana", "Lee")
    booking.book(clinic.nurse, kypho(clinic, other, at(10), units=((R.ROOM, "Room 2"),)))
    surgeon = (R.SURGEON, clinic.units["Dr Lin"])
    room = (R.ROOM, clinic.units["Room 2"])
    panel = opened(
        qtbot,
        window,
        NewBooking(patient_id=rosa, starts=at(10), procedure="kyphoplasty", units=(surgeon, room)),
    )
    QTest.keyClicks(panel.fields.levels.line, "L1")
    for look in (panel._look_up, panel._look_for_times):
        look()
    panel = opened(qtbot, window, NewBooking(patient_id=ida))
    assert panel.verdict.isHidden()
    assert panel.fields.free.times() == []
    assert panel.length.isHidden()
    assert "Ana Lee" not in words(panel)


def test_a_slow_booking_leaves_the_next_patients_form_alone(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId, ida: PatientId
) -> None:
    slow = SlowDesk(window)
    panel = opened(qtbot, window, NewBooking(patient_id=rosa))
    fill(qtbot, panel)
    slow.hold()
    for _press in range(2):
        QTest.keyClick(panel, Qt.Key.Key_Return, CONTROL)
    assert not panel.book_button.isEnabled()
    assert not panel.who.again.isEnabled(), "nobody else is chosen while it is stored"
    window.open(NewBooking(patient_id=ida))
    qtbot.waitUntil(lambda: panel.view is not None)
    QTest.keyClick(panel.fields.procedure, Qt.Key.Key_End)
    theirs = panel.fields.procedure.currentText()
    assert theirs
    slow.release()
    settled(qtbot)
    assert form(window) is panel, "the case of the one before does not come in between"
    assert panel.who.name.text() == "Ida May"
    assert panel.fields.procedure.currentText() == theirs
    assert [line.entry.patient for line in diary.day_list(clinic.front, THURSDAY)] == ["Rosa Ortiz"]
    panel = opened(qtbot, window, NewBooking(patient_id=rosa))
    assert panel.typed.unsaved() == {}, "it is booked, and no draft any more"


def test_another_time_clicked_in_the_diary_stands_in_the_form_that_is_open(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow
) -> None:
    panel = opened(qtbot, window, NewBooking(starts=at(10), units=((R.ROOM, clinic.units["Room 1"]),)))
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    panel = opened(qtbot, window, NewBooking(starts=at(13)))
    assert panel.fields.starts(panel._zone) == at(13)
    assert panel.fields.units[R.ROOM].unit() is None
    assert panel.fields.procedure.currentText() == "Kyphoplasty"


def test_a_time_from_the_diary_is_taken_up_with_the_draft_at_the_foot(
    qtbot: QtBot, window: MainWindow, rosa: PatientId
) -> None:
    panel = opened(qtbot, window, NewBooking(patient_id=rosa, starts=at(13)))
    assert window.close_side()
    settled(qtbot)
    assert not window.unsaved_list.isVisible(), "a click alone is nothing to keep"
    panel = opened(qtbot, window, NewBooking(patient_id=rosa, starts=at(13)))
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    assert window.close_side()
    settled(qtbot)
    (action,) = window.unsaved_list.menu().actions()
    assert action.text().startswith("Rosa Ortiz: Booking, ")
    action.trigger()
    settled(qtbot)
    panel = form(window)
    assert panel.who.name.text() == "Rosa Ortiz"
    assert panel.fields.starts(panel._zone) == at(13)
    assert panel.fields.procedure.currentText() == "Kyphoplasty"
    assert not panel.differences.are_open


def test_a_length_that_was_chosen_comes_back_and_one_that_follows_is_found_anew(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId, ida: PatientId
) -> None:
    for press, wanted in ((False, 75), (True, 60)):
        panel = opened(qtbot, window, NewBooking(patient_id=rosa))
        if not press:
            fill(qtbot, panel)
            panel.fields.units[R.SURGEON].set_value(clinic.units["Dr Lin"])
        else:
            QTest.keyClick(panel, Qt.Key.Key_L, ALT)
        settled(qtbot)
        assert panel.fields.minutes.value("minutes") == wanted
        opened(qtbot, window, NewBooking(patient_id=ida))
        panel = opened(qtbot, window, NewBooking(patient_id=rosa))
        assert panel.fields.minutes.value("minutes") == wanted


# ---------------------------------------------------------------------- a booking that stands


@pytest.fixture
def made(clinic: SmallClinic, rosa: PatientId) -> Booking:
    return booking.book(clinic.nurse, kypho(clinic, rosa, at(10), notes="walker")).value


def test_a_colleagues_move_stands_beside_mine_to_choose_from(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    panel = opened(qtbot, window, ChangeBooking(booking_id=made.id))
    type_into(panel.fields.time, "1:00 pm")
    type_into(panel.fields.notes, "mine")
    settled(qtbot)
    theirs = replace(made.draft, starts=at(11), diagnosis="M80.08XA")
    booking.change(clinic.nurse, made.id, theirs, made.version)
    QTest.mouseClick(panel.book_button, LEFT)
    settled(qtbot)
    assert form(window) is panel
    assert panel.problem_panel.text().startswith("Kim Park changed this")
    assert panel.differences.keys == ("time",)
    assert "11:00 AM" in words(panel)
    assert panel.fields.diagnosis.value() == "M80.08XA", "what only the colleague changed is simply shown"
    assert panel.fields.notes.value() == "mine"
    take = next(b for b in panel.differences.findChildren(QPushButton) if b.text() == "Take the stored one")
    QTest.mouseClick(take, LEFT)
    settled(qtbot)
    QTest.mouseClick(panel.book_button, LEFT)
    settled(qtbot)
    stored = booking.read(clinic.front, made.id).draft
    assert (stored.starts, stored.notes, stored.diagnosis) == (at(11), "mine", "M80.08XA")


def test_two_bookings_of_one_patient_keep_their_own_changes(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking, rosa: PatientId
) -> None:
    later = booking.request(clinic.nurse, kypho(clinic, rosa, None, notes="second")).value
    panel = opened(qtbot, window, ChangeBooking(booking_id=made.id))
    type_into(panel.fields.notes, "first, changed")
    panel = opened(qtbot, window, ChangeBooking(booking_id=later.id))
    assert panel.fields.notes.value() == "second"
    assert panel.fields.day.text() == panel.fields.time.text() == ""
    assert panel.typed.unsaved() == {}
    panel = opened(qtbot, window, ChangeBooking(booking_id=made.id))
    assert panel.fields.notes.value() == "first, changed"
    assert panel.typed.unsaved().keys() == {"notes"}


def test_half_a_time_stays_half_a_time_while_others_change_things(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    panel = opened(qtbot, window, ChangeBooking(booking_id=made.id))
    type_into(panel.fields.time, "1:30")
    QTest.keyClick(panel.fields.time, Qt.Key.Key_Left)
    booking.change(clinic.nurse, made.id, replace(made.draft, diagnosis="M80.08XA"), made.version)
    hub().announce(frozenset({Change(Subject.BOOKING, int(made.id)), Change(Subject.CATALOGUE, ALL)}))
    settled(qtbot)
    assert panel.fields.diagnosis.value() == "M80.08XA"
    assert panel.fields.time.hasFocus()
    assert (panel.fields.time.text(), panel.fields.time.cursorPosition()) == ("1:30", 3)
    assert panel.typed.unsaved().keys() == {"time"}
    assert panel.fields.minutes.value("minutes") == made.draft.minutes


def test_a_stored_length_is_nothing_unsaved_and_never_follows_by_itself(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId
) -> None:
    for minutes in (60, 75, 95):
        draft = kypho(clinic, rosa, None, minutes=minutes, units=((R.SURGEON, "Dr Lin"),))
        stands = booking.request(clinic.nurse, draft).value
        panel = opened(qtbot, window, ChangeBooking(booking_id=stands.id))
        assert panel.length.isVisible()
        assert panel.typed.unsaved() == {}
        hub().announce(frozenset({Change(Subject.CATALOGUE, ALL)}))
        settled(qtbot)
        assert panel.typed.unsaved() == {}
        assert panel.fields.minutes.value("minutes") == minutes
