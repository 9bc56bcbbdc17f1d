"""What is typed in a form and not saved waits for its own patient: beside the next one, after a crash, until thrown away."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.changes import ALL, Change, Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.services import drafts, waiting
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.keyed import KEEP_AFTER
from clinicdesk.ui.frame.targets import AddToWaitingList
from clinicdesk.ui.operations import messages
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.waiting import AddPanel
from clinicdesk.ui.places.waiting import WaitingPlace
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.clinics import SmallClinic
from tests.helpers.quiet import settled
from tests.ui.booking.windows import register


@dataclass
class Adding:
    """Two patients, and a window in which they are put on the waiting list."""

    clinic: SmallClinic
    rosa: PatientId
    ida: PatientId
    window: MainWindow
    qtbot: QtBot

    @property
    def desk(self) -> Desk:
        return self.clinic.front

    def open(self, patient: PatientId | None, window: MainWindow | None = None) -> AddPanel:
        here = window or self.window
        here.open(AddToWaitingList(patient_id=patient))
        panel = here.side
        assert isinstance(panel, AddPanel)
        settled(self.qtbot)
        return panel


def open_window(qtbot: QtBot, clinic: SmallClinic) -> MainWindow:
    window = MainWindow(
        clinic.front, [WaitingPlace.factory()], sides={"waiting_add": AddPanel}, unsaved=left_work
    )
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1366, 820)
    window.start()
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


@pytest.fixture
def adding(qtbot: QtBot, clinic: SmallClinic) -> Adding:
    rosa, ida = register(clinic, "Rosa", "Ortiz"), register(clinic, "Ida", "May")
    return Adding(clinic, rosa, ida, open_window(qtbot, clinic), qtbot)


@pytest.fixture
def told() -> list[str]:
    heard: list[str] = []
    messages.bridge().spoken.connect(lambda message: heard.append(message.text))
    return heard


def test_a_form_keeps_what_was_typed_for_its_own_patient(adding: Adding, told: list[str]) -> None:
    panel = adding.open(adding.rosa)
    assert not panel.mark.isVisible()
    QTest.keyClicks(panel.notes, "walks with a cane")
    assert panel.mark.isVisible()
    panel = adding.open(adding.ida)
    assert told == ["Rosa Ortiz: What you typed is kept, and not saved yet."]
    assert panel.notes.value() == ""
    assert not panel.mark.isVisible()
    panel = adding.open(adding.rosa)
    assert panel.notes.value() == "walks with a cane"
    assert panel.mark.isVisible()
    assert panel.patient_id == adding.rosa


def test_at_most_a_second_is_lost_in_a_crash(adding: Adding) -> None:
    panel = adding.open(adding.rosa)
    QTest.keyClicks(panel.notes, "walks with a cane")
    adding.qtbot.wait(KEEP_AFTER)
    settled(adding.qtbot)
    after = open_window(adding.qtbot, adding.clinic)
    panel = adding.open(adding.rosa, after)
    assert panel.notes.value() == "walks with a cane"
    assert "You typed this on" in panel.kept_strip.text()
    assert panel.kept_strip.isVisible()
    QTest.mouseClick(panel.mark.throw_button, Qt.MouseButton.LeftButton)
    settled(adding.qtbot)
    assert panel.notes.value() == ""
    assert not panel.kept_strip.isVisible()
    assert drafts.mine(adding.desk) == ()


def test_what_was_thrown_away_comes_back_on_request(adding: Adding) -> None:
    panel = adding.open(adding.rosa)
    QTest.keyClicks(panel.notes, "walks with a cane")
    QTest.mouseClick(panel.mark.throw_button, Qt.MouseButton.LeftButton)
    adding.window.undo()
    assert panel.notes.value() == "walks with a cane"
    assert panel.mark.isVisible()


def test_a_choice_of_the_patient_takes_what_was_typed_along(adding: Adding) -> None:
    panel = adding.open(None)
    QTest.keyClicks(panel.notes, "walks with a cane")
    QTest.keyClicks(panel.who.line, "May")
    settled(adding.qtbot)
    QTest.keyClick(panel.who.line, Qt.Key.Key_Return)
    settled(adding.qtbot)
    assert panel.patient_id == adding.ida
    assert panel.notes.value() == "walks with a cane"
    panel = adding.open(None)
    assert panel.notes.value() == "", "an empty form is empty for the next caller"
    assert adding.open(adding.ida).notes.value() == "walks with a cane"


def test_nothing_is_kept_of_what_is_saved(adding: Adding) -> None:
    panel = adding.open(adding.rosa)
    QTest.keyClicks(panel.notes, "walks with a cane")
    panel.procedure.setFocus()
    QTest.keyClicks(panel.procedure, "Kyphoplasty")
    QTest.keyClick(panel.procedure, Qt.Key.Key_Tab)
    QTest.keyClicks(panel.levels, "L1")
    QTest.keyClick(panel.levels, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(adding.qtbot)
    assert [entry.notes for entry in waiting.entries(adding.desk)] == ["walks with a cane"]
    assert drafts.mine(adding.desk) == ()
    assert adding.open(adding.rosa).notes.value() == ""


def test_unsaved_work_is_listed_at_the_foot_and_taken_up_from_there(adding: Adding) -> None:
    panel = adding.open(adding.rosa)
    QTest.keyClicks(panel.notes, "walks with a cane")
    QTest.keyClick(panel.notes, Qt.Key.Key_Escape)
    settled(adding.qtbot)
    assert adding.window.side is None
    after = open_window(adding.qtbot, adding.clinic)
    listed = after.unsaved_list
    assert listed.isVisible()
    assert listed.text() == "1 not saved"
    (action,) = listed.menu().actions()
    assert action.text().startswith("Rosa Ortiz: Waiting list, ")
    action.trigger()
    settled(adding.qtbot)
    again = after.side
    assert isinstance(again, AddPanel)
    assert again.notes.value() == "walks with a cane"
    again.throw_away()
    settled(adding.qtbot)
    assert not listed.isVisible()


def test_the_lock_keeps_what_is_typed(adding: Adding) -> None:
    """Signed out from the lock, or the power gone: nothing is asked any more then."""
    panel = adding.open(adding.rosa)
    QTest.keyClicks(panel.notes, "walks with a cane")
    adding.window.hide()
    settled(adding.qtbot)
    assert [draft.fields["name"] for draft in drafts.mine(adding.desk)] == ["Rosa Ortiz"]
    adding.window.show()
    assert panel.notes.value() == "walks with a cane"


# ---------------------------------------------------------------------- read again while somebody types


def colleague(adding: Adding) -> None:
    """Another desk changes the catalogue, and what this window shows of it is read again."""
    hub().announce(frozenset({Change(Subject.CATALOGUE, ALL)}))
    settled(adding.qtbot)


def test_what_is_read_again_leaves_unsaved_work_unsaved(adding: Adding) -> None:
    panel = adding.open(adding.rosa)
    QTest.keyClicks(panel.notes, "walks with a cane")
    colleague(adding)
    assert panel.notes.value() == "walks with a cane"
    assert panel.mark.isVisible(), "nobody saved it"
    adding.open(adding.ida)
    assert [draft.fields["name"] for draft in drafts.mine(adding.desk)] == ["Rosa Ortiz"]
    assert adding.open(adding.rosa).notes.value() == "walks with a cane"


def test_what_is_read_again_leaves_the_cursor_where_it_was(adding: Adding) -> None:
    panel = adding.open(adding.rosa)
    panel.notes.setFocus()
    QTest.keyClicks(panel.notes, "walks with a cane")
    for _letter in range(5):
        QTest.keyClick(panel.notes, Qt.Key.Key_Left)
    colleague(adding)
    assert panel.notes.hasFocus()
    QTest.keyClicks(panel.notes, "n old")
    assert panel.notes.value() == "walks with an old cane"
    for _letter in range(4):
        QTest.keyClick(panel.notes, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    colleague(adding)
    assert panel.notes.textCursor().selectedText() == " old"
    QTest.keyClick(panel.notes, Qt.Key.Key_Delete)
    assert panel.notes.value() == "walks with an cane"


def test_half_a_word_stays_half_a_word_while_others_change_things(adding: Adding) -> None:
    """The field that is typed in hides for an instant while the form is filled anew, and loses the keyboard by it."""
    panel = adding.open(adding.rosa)
    panel.procedure.setFocus()
    QTest.keyClicks(panel.procedure, "Kyphoplasty")
    QTest.keyClick(panel.procedure, Qt.Key.Key_Tab)
    assert panel.levels.hasFocus()
    QTest.keyClicks(panel.levels, "t12, l")
    for _letter in range(2):
        QTest.keyClick(panel.levels, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    colleague(adding)
    assert panel.levels.hasFocus()
    assert panel.levels.text() == "t12, l"
    assert panel.levels.selectedText() == " l"
    assert panel.levels.cursorPosition() == len("t12,")
    QTest.keyClicks(panel.levels, "l2")
    assert panel.levels.text() == "t12,l2"
