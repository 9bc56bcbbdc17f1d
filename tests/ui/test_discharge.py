"""Leaving, as a nurse and a surgeon do it in the window."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceDraft
from clinicdesk.domain.catalogue import WoundClosure
from clinicdesk.domain.discharge import Missing
from clinicdesk.domain.ids import BookingId
from clinicdesk.services import booking, brace, discharge
from clinicdesk.services.desk import Desk
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import LeavingOf
from clinicdesk.ui.panels.discharge.panel import DischargePanel
from clinicdesk.ui.papers.window import PaperWindow
from clinicdesk.ui.places.today.place import TodayPlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.clinics import SmallClinic
from tests.services.test_discharge import in_recovery, made_ready


@pytest.fixture
def leaving(clinic: SmallClinic) -> BookingId:
    return in_recovery(clinic)


def opened(qtbot: QtBot, desk: Desk, booking_id: BookingId) -> DischargePanel:
    window = MainWindow(desk, [TodayPlace.factory()], sides={"discharge": DischargePanel})
    qtbot.addWidget(window)
    window.resize(1400, 900)
    window.start()
    window.open(LeavingOf(booking_id=booking_id))
    panel = window.side
    assert isinstance(panel, DischargePanel)
    qtbot.waitUntil(lambda: panel.head.name.text() == "Rosa Ortiz")
    return panel


def stored(clinic: SmallClinic, booking_id: BookingId) -> discharge.DischargeView:
    return discharge.open_discharge(clinic.nurse, booking_id)


def test_scores_chosen_by_keyboard_are_stored_by_themselves(
    qtbot: QtBot, clinic: SmallClinic, leaving: BookingId
) -> None:
    panel = opened(qtbot, clinic.nurse, leaving)
    assert_accessible(panel)
    for key in ("activity", "breathing", "circulation", "consciousness", "oxygen"):
        row = panel.aldrete.row(key)
        row.setFocus()
        QTest.keyClick(row, Qt.Key.Key_Space)
    assert "10 of 10: ready" in panel.aldrete.sum.text()
    qtbot.waitUntil(lambda: stored(clinic, leaving).record.aldrete.total == 10)
    assert Missing.ALDRETE not in stored(clinic, leaving).missing


def test_what_is_typed_fast_is_all_stored(qtbot: QtBot, clinic: SmallClinic, leaving: BookingId) -> None:
    panel = opened(qtbot, clinic.nurse, leaving)
    QTest.mouseClick(panel.sheet.escort_here, Qt.MouseButton.LeftButton)
    QTest.keyClicks(panel.sheet.lifting, "5 pounds")
    QTest.keyClicks(panel.sheet.medicines, "Oxycodone 5 mg at night")
    assert panel.sheet.problems()["opioids"] == "oxycodone is an opioid: tick this."
    QTest.mouseClick(panel.sheet.opioids, Qt.MouseButton.LeftButton)
    panel.sheet.closure.set_value(WoundClosure.SKIN_TAPES)
    panel.sheet.closure.changed.emit()
    QTest.mouseClick(panel.teach_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stored(clinic, leaving).record.taught is not None)
    details = stored(clinic, leaving).record.details
    assert (details.escort_name, details.lifting_limit, details.opioids) == ("Ana Ortiz", "5 pounds", True)
    assert details.medicines == "Oxycodone 5 mg at night"
    assert details.wound_closure is WoundClosure.SKIN_TAPES


def test_what_is_missing_blocks_by_name_in_place(
    qtbot: QtBot, clinic: SmallClinic, leaving: BookingId
) -> None:
    panel = opened(qtbot, clinic.nurse, leaving)
    QTest.mouseClick(panel.home_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.problem_panel.isVisible)
    assert Missing.ORDER.sentence in panel.problem_panel.text()
    assert booking.read(clinic.nurse, leaving).state is BookingState.RECOVERY


def test_the_surgeon_signs_and_the_nurse_has_no_such_button(
    qtbot: QtBot, clinic: SmallClinic, leaving: BookingId
) -> None:
    nurses = opened(qtbot, clinic.nurse, leaving)
    assert not nurses.sign_button.isVisible()
    panel = opened(qtbot, clinic.surgeon, leaving)
    QTest.mouseClick(panel.sign_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Order signed by Dr Mei Lin" in panel.signatures.text())


def test_a_ready_patient_leaves_with_one_click_and_the_sheet_opens(
    qtbot: QtBot, clinic: SmallClinic, leaving: BookingId
) -> None:
    made_ready(clinic, leaving)
    panel = opened(qtbot, clinic.nurse, leaving)
    QTest.mouseClick(panel.home_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.check_in_section.isVisible())
    assert "Fri 27 Nov 2026: Day 1" in panel.check_ins.text()
    assert booking.read(clinic.nurse, leaving).state is BookingState.DISCHARGED
    qtbot.waitUntil(lambda: bool(panel.findChildren(PaperWindow)))
    window = panel.findChildren(PaperWindow)[0]
    window.close()


def test_a_brace_is_delivered_at_the_door(qtbot: QtBot, clinic: SmallClinic, leaving: BookingId) -> None:
    patient_id = booking.read(clinic.nurse, leaving).draft.patient_id
    order = BraceDraft(
        patient_id=patient_id,
        booking_id=leaving,
        hcpcs="L0464",
        weeks=6,
        wear_rule="On whenever you are up.",
        ordered_on=date(2026, 11, 26),
    )
    brace.prescribe(clinic.surgeon, order)
    panel = opened(qtbot, clinic.nurse, leaving)
    button = next(
        b for b in panel.brace_rows.findChildren(type(panel.teach_button)) if b.text() == "Delivered now"
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: Missing.BRACE not in stored(clinic, leaving).missing)


def test_someone_elses_change_is_told_and_shown(
    qtbot: QtBot, clinic: SmallClinic, leaving: BookingId
) -> None:
    panel = opened(qtbot, clinic.nurse, leaving)
    discharge.taught(clinic.surgeon, leaving, 0)
    row = panel.aldrete.row("activity")
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Space)
    qtbot.waitUntil(panel.problem_panel.isVisible)
    assert "Dr Mei Lin" in panel.problem_panel.text()
    qtbot.waitUntil(lambda: "Taught by Dr Mei Lin" in panel.signatures.text())
    qtbot.waitUntil(lambda: bool(stored(clinic, leaving).record.aldrete.chosen))
    qtbot.waitUntil(lambda: not operations.busy())
