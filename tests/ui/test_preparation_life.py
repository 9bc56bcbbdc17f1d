"""What is ticked and typed in preparation is stored for its own case, point by point and call by call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.changes import EVERYTHING
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.preparation import CheckPoint, PreparationKey, PreparationStatus
from clinicdesk.services import confirming, preparation
from clinicdesk.storage.tables import PatientRow
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import ChecklistOf, ConfirmCallOf
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.preparation import ChecklistPanel, ConfirmPanel
from clinicdesk.ui.places.preparation import PreparePlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.clinics import SmallClinic
from tests.helpers.quiet import settled
from tests.helpers.slow import SlowDesk
from tests.ui.neighbours import to_be_confirmed

KEY = Qt.Key


@dataclass
class Preparing:
    """Two cases, and a window in which they are prepared."""

    clinic: SmallClinic
    window: MainWindow
    rosa: BookingId
    ida: BookingId
    qtbot: QtBot

    def checklist(self, booking_id: BookingId) -> ChecklistPanel:
        self.window.open(ChecklistOf(booking_id=booking_id))
        settled(self.qtbot)
        panel = self.window.side
        assert isinstance(panel, ChecklistPanel)
        return panel

    def call(self, booking_id: BookingId, following: tuple[BookingId, ...] | None = None) -> ConfirmPanel:
        self.window.open(ConfirmCallOf(booking_id=booking_id, following=following))
        settled(self.qtbot)
        panel = self.window.side
        assert isinstance(panel, ConfirmPanel)
        return panel

    def points(self, booking_id: BookingId) -> dict[PreparationKey, CheckPoint]:
        found = preparation.read.again(self.clinic.front, booking_id)
        return {point.key: point for point in found.points}

    def notes(self, booking_id: BookingId) -> list[str]:
        return [one.note for one in confirming.open_call.again(self.clinic.front, booking_id).attempts]


@pytest.fixture
def preparing(qtbot: QtBot, clinic: SmallClinic) -> Iterator[Preparing]:
    rosa, ida = to_be_confirmed(clinic)
    with clinic.database.writing() as session:
        session.execute(update(PatientRow).values(blood_thinner="Warfarin"))
    window = MainWindow(
        clinic.front,
        [PreparePlace.factory()],
        sides={"preparation": ChecklistPanel, "confirm_call": ConfirmPanel},
    )
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1360, 860)
    window.start()
    qtbot.waitExposed(window)
    settled(qtbot)
    yield Preparing(clinic, window, rosa, ida, qtbot)
    operations.shutdown()


def test_points_ticked_one_after_the_other_are_all_stored(preparing: Preparing) -> None:
    """However slow the server is; a point pressed twice is taken once, and the next case's is left alone."""
    panel = preparing.checklist(preparing.rosa)
    slow = SlowDesk(preparing.window)
    slow.hold()
    for key in (KEY.Key_1, KEY.Key_3, KEY.Key_3, KEY.Key_5):
        QTest.keyClick(panel, key)
    preparing.window.open(ChecklistOf(booking_id=preparing.ida))
    preparing.qtbot.waitUntil(lambda: panel.head.name.text() == "Ida May")
    slow.release()
    settled(preparing.qtbot)
    done = {key for key, point in preparing.points(preparing.rosa).items() if point.item.is_settled}
    assert done == {PreparationKey.CONSENT, PreparationKey.LABS, PreparationKey.IMAGING}
    assert not any(point.item.is_settled for point in preparing.points(preparing.ida).values())


def test_what_is_typed_about_one_point_outlives_the_save_of_another(preparing: Preparing) -> None:
    panel = preparing.checklist(preparing.rosa)
    authorization, labs = panel.rows[1:3]
    authorization.toggle()
    QTest.keyClicks(authorization.number, "A-77")
    labs.ask_not_needed()
    QTest.keyClicks(labs.note, "done in spring")
    QTest.keyClick(labs.note, KEY.Key_Return)
    settled(preparing.qtbot)
    assert preparing.points(preparing.rosa)[PreparationKey.LABS].item.status is PreparationStatus.NOT_NEEDED
    assert authorization.form.isVisible()
    assert authorization.number.text() == "A-77"
    preparing.checklist(preparing.ida)
    assert authorization.number.text() == ""
    preparing.checklist(preparing.rosa)
    assert authorization.form.isVisible()
    assert authorization.number.text() == "A-77"


def test_what_was_typed_about_a_point_that_the_case_has_no_more_is_said(preparing: Preparing) -> None:
    panel = preparing.checklist(preparing.rosa)
    thinner = next(row for row in panel.rows if row.key is PreparationKey.BLOOD_THINNER)
    thinner.ask_not_needed()
    QTest.keyClicks(thinner.note, "stopped in spring")
    with preparing.clinic.database.writing() as session:
        session.execute(update(PatientRow).values(blood_thinner=""))
    hub().announce(EVERYTHING)
    settled(preparing.qtbot)
    assert not thinner.isVisible()
    assert "Blood thinner: note: stopped in spring" in panel.problem_panel.text()
    assert not panel.mark.isVisible()


def test_another_decision_of_a_colleague_is_seen_before_it_is_written_over(preparing: Preparing) -> None:
    panel = preparing.checklist(preparing.rosa)
    labs = panel.rows[2]
    labs.ask_not_needed()
    QTest.keyClicks(labs.note, "done in spring")
    key = PreparationKey.LABS
    done = preparation.settle_point(preparing.clinic.nurse, preparing.rosa, key, PreparationStatus.DONE, 0)
    hub().announce(done.changes)
    settled(preparing.qtbot)
    assert labs.state.text() == "done"
    labs.keep.click()
    settled(preparing.qtbot)
    assert preparing.points(preparing.rosa)[key].item.status is PreparationStatus.DONE
    assert "What you typed still stands here." in panel.problem_panel.text()
    assert labs.note.text() == "done in spring"
    labs.keep.click()
    settled(preparing.qtbot)
    assert preparing.points(preparing.rosa)[key].item.note == "done in spring"


def test_a_slow_answer_of_one_call_leaves_the_next_call_alone(preparing: Preparing) -> None:
    panel = preparing.call(preparing.rosa, following=(preparing.ida,))
    QTest.keyClicks(panel.note, "spoke to the son")
    slow = SlowDesk(preparing.window)
    slow.hold()
    panel.confirm_button.click()
    panel.confirm_button.click()
    preparing.window.open(ConfirmCallOf(booking_id=preparing.ida, following=()))
    preparing.qtbot.waitUntil(lambda: panel.head.name.text() == "Ida May")
    QTest.keyClicks(panel.note, "hard of hearing")
    slow.release()
    settled(preparing.qtbot)
    assert panel.head.name.text() == "Ida May", "the answer for Rosa Ortiz does not turn the page"
    assert panel.note.text() == "hard of hearing"
    assert panel.mark.isVisible()
    assert preparing.notes(preparing.rosa) == ["spoke to the son"]
    preparing.call(preparing.rosa)
    assert panel.note.text() == ""
    preparing.call(preparing.ida)
    assert panel.note.text() == "hard of hearing"


def test_a_note_of_a_call_that_was_logged_is_not_offered_for_the_next_try(preparing: Preparing) -> None:
    panel = preparing.call(preparing.rosa)
    QTest.keyClicks(panel.note, "rang out")
    panel.attempts.buttons[CallOutcome.NO_ANSWER].click()
    settled(preparing.qtbot)
    assert panel.note.text() == ""
    assert not panel.mark.isVisible()
    assert preparing.notes(preparing.rosa) == ["rang out"]


def test_the_number_that_was_dialled_is_the_one_that_is_logged(preparing: Preparing) -> None:
    """Also after another call was opened between, and after the program started anew."""
    panel = preparing.call(preparing.rosa)
    panel.dialing.whose.setFocus()
    QTest.keyClick(panel.dialing.whose, KEY.Key_Down)
    dialled = panel.dialing.number.text()
    preparing.call(preparing.ida)
    assert panel.dialing.number.text() != dialled
    preparing.call(preparing.rosa)
    assert panel.dialing.number.text() == dialled
    panel.attempts.buttons[CallOutcome.NO_ANSWER].click()
    settled(preparing.qtbot)
    sheet = confirming.open_call.again(preparing.clinic.front, preparing.rosa)
    assert [one.number for one in sheet.attempts] == ["+17035550199"]
