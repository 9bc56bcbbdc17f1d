"""A clinic's first day: patients come from a file; one is booked, treated, goes home with a sheet and is called.

Everything is clicked and typed in real windows over one encrypted file: a nurse's and, at another desk, a surgeon's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.bootstrap import places
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.discharge import ALDRETE, PADSS
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.users import Role
from clinicdesk.services import booking, brace, papers, patients, recovery
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf, ChartOf, ImportPatients, LeavingOf
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.panels.brace.form import BraceOrderForm
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.panels.discharge.panel import DischargePanel
from clinicdesk.ui.panels.discharge.scores import ScoreForm
from clinicdesk.ui.papers.window import PaperWindow
from clinicdesk.ui.places.people.place import PeoplePlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.bookings import at, kypho
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.quiet import settled
from tests.ui.booking.windows import register

LEFT = Qt.MouseButton.LeftButton
PATIENT = "José Eduardo181 Gómez206"


@pytest.fixture
def windows(qtbot: QtBot, clinic: SmallClinic) -> Iterator[Callable[[Role], MainWindow]]:
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)

    def open_window(role: Role) -> MainWindow:
        desk = clinic.desk(role)
        window = MainWindow(
            desk,
            places.places(desk),
            sides=places.sides(desk),
            finders=places.finders(desk),
            clinic_name=FACTS.name,
        )
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.start()
        qtbot.waitExposed(window)
        settled(qtbot)
        return window

    yield open_window
    operations.shutdown()


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    assert button.isEnabled(), button.text()
    QTest.mouseClick(button, LEFT)
    settled(qtbot)


def type_into(widget: QWidget, words: str) -> None:
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, words)


def choose_best(form: ScoreForm, items: tuple[str, ...]) -> None:
    for key in items:
        row = form.row(key)
        row.setFocus()
        QTest.keyClick(row, Qt.Key.Key_Space)


def sit_at(qtbot: QtBot, window: MainWindow) -> None:
    """Turn to this desk: its window gets the keys."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def import_patients(qtbot: QtBot, window: MainWindow, file: Path) -> None:
    """Choose the file, look at what was understood, import, read what came of it."""
    window.go(ImportPatients())
    settled(qtbot)
    people = window.current_place
    assert isinstance(people, PeoplePlace)
    page = people.importing
    page._choose_file = lambda _parent: file
    assert page.start.button is not None
    click(qtbot, page.start.button)
    click(qtbot, page.go)
    qtbot.waitUntil(lambda: page.result is not None, timeout=60_000)
    settled(qtbot)
    assert "1171 patients were added" in page.result_told.text()
    click(qtbot, page.done)


def book_kyphoplasty(qtbot: QtBot, window: MainWindow) -> BookingId:
    sit_at(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, BookingPanel)
    QTest.keyClicks(panel.who.line, "gomez206 jose")
    settled(qtbot)
    QTest.keyClick(panel.who.line, Qt.Key.Key_Return)
    settled(qtbot)
    QTest.keyClicks(panel.fields.procedure, "Kyph")
    QTest.keyClicks(panel.fields.levels.line, "l1")
    type_into(panel.fields.day, "26 nov")
    type_into(panel.fields.time, "10:00 am")
    settled(qtbot)
    assert panel.fields.sedation.value() == "moderate"
    click(qtbot, panel.book_button)
    case = window.side
    assert isinstance(case, CasePanel), panel.verdict.sentences()
    assert case.head.name.text() == PATIENT
    return BookingId(1)


def order_brace(qtbot: QtBot, window: MainWindow, booking_id: BookingId) -> None:
    sit_at(qtbot, window)
    window.open(CaseOf(booking_id=booking_id))
    settled(qtbot)
    case = window.side
    assert isinstance(case, CasePanel)
    click(qtbot, case.order_brace)
    form = window.side
    assert isinstance(form, BraceOrderForm)
    QTest.keyClicks(form.picker.search, "L0464")
    QTest.keyClick(form.picker.search, Qt.Key.Key_Return)
    settled(qtbot)
    type_into(form.weeks, "6")
    click(qtbot, form.sign_button)


def through_the_day(qtbot: QtBot, clinic: SmallClinic, window: MainWindow, booking_id: BookingId) -> None:
    """Confirmed, arrived, into the room, to recovery: one click each, at its time."""
    sit_at(qtbot, window)
    window.open(CaseOf(booking_id=booking_id))
    settled(qtbot)
    case = window.side
    assert isinstance(case, CasePanel)
    for when, state in (
        (at(8), BookingState.CONFIRMED),
        (at(9), BookingState.ARRIVED),
        (at(9, 50), BookingState.IN_ROOM),
        (at(11), BookingState.RECOVERY),
    ):
        clinic.clock.at = when
        click(qtbot, case.step)
        assert case.pill.state() == state


def opened_discharge(qtbot: QtBot, window: MainWindow, booking_id: BookingId) -> DischargePanel:
    sit_at(qtbot, window)
    window.open(LeavingOf(booking_id=booking_id))
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, DischargePanel)
    return panel


def make_ready(qtbot: QtBot, panel: DischargePanel) -> None:
    choose_best(panel.aldrete, tuple(item.key for item in ALDRETE))
    choose_best(panel.padss, tuple(item.key for item in PADSS))
    type_into(panel.sheet.escort_name, "Lucia Gomez")
    type_into(panel.sheet.lifting, "5 pounds")
    QTest.keyClicks(panel.sheet.medicines, "Acetaminophen 500 mg, 2 every 8 hours")
    settled(qtbot)
    panel.sheet.closure.setFocus()
    panel.sheet.closure.set_value("skin_tapes")
    panel.sheet.closure.changed.emit()
    deliver = next(
        button
        for button in panel.brace_rows.findChildren(QAbstractButton)
        if button.text() == "Delivered now"
    )
    click(qtbot, deliver)
    click(qtbot, panel.teach_button)


def saved_sheet(qtbot: QtBot, panel: DischargePanel, folder: Path) -> bytes:
    """Save the sheet from its window, the way the save dialog would."""
    qtbot.waitUntil(lambda: bool(panel.findChildren(PaperWindow)))
    (paper,) = panel.findChildren(PaperWindow)
    qtbot.waitUntil(paper.print_button.isEnabled)
    path = folder / "sheet.pdf"
    paper._choose_file = lambda _parent, _name: path
    paper._save_plain()
    settled(qtbot)
    paper.close()
    QApplication.processEvents()
    return path.read_bytes()


def test_a_patient_from_the_file_goes_home_with_a_sheet(
    qtbot: QtBot, clinic: SmallClinic, windows: Callable[[Role], MainWindow], data_dir: Path, tmp_path: Path
) -> None:
    front, nurse, surgeon = windows(Role.SCHEDULER), windows(Role.NURSE), windows(Role.SURGEON)
    sit_at(qtbot, front)
    import_patients(qtbot, front, data_dir / "synthea" / "patients.csv")
    assert patients.find(clinic.front, "gomez206")[0].name == PATIENT

    booking_id = book_kyphoplasty(qtbot, front)
    order_brace(qtbot, surgeon, booking_id)
    through_the_day(qtbot, clinic, nurse, booking_id)

    clinic.clock.at = at(13)
    panel = opened_discharge(qtbot, nurse, booking_id)
    make_ready(qtbot, panel)
    click(qtbot, opened_discharge(qtbot, surgeon, booking_id).sign_button)
    panel = opened_discharge(qtbot, nurse, booking_id)
    click(qtbot, panel.home_button)
    assert booking.read(clinic.nurse, booking_id).state is BookingState.DISCHARGED

    content = saved_sheet(qtbot, panel, tmp_path)
    (kept,) = papers.of_booking(clinic.nurse, booking_id)
    assert papers.open_kept(clinic.nurse, kept.id).content == content
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
    assert PATIENT in text
    assert "L1" in text
    (order,) = brace.of_booking(clinic.nurse, booking_id)
    assert order.status is BraceStatus.DELIVERED
    assert order.brace.split(",")[0] in text
    assert "for 6 weeks" in text
    for day in ("November 27, 2026", "December 3, 2026", "January 7, 2027", "November 26, 2027"):
        assert day in text
    assert "Acetaminophen 500 mg, 2 every 8 hours" in text
    assert "5 pounds" in text
    assert "Lucia Gomez" in text
    assert "Call 911" in text

    clinic.clock.at = at(10) + timedelta(days=1)
    (waiting,) = recovery.calls(clinic.nurse)
    assert (waiting.patient, waiting.label) == (PATIENT, "Day 1")


def test_a_chart_never_stands_beside_the_case_of_someone_else(
    qtbot: QtBot, clinic: SmallClinic, windows: Callable[[Role], MainWindow]
) -> None:
    rosa, ana = (register(clinic, *name) for name in (("Rosa", "Ortiz"), ("Ana", "Lee")))
    booked = booking.book(clinic.front, kypho(clinic, rosa, at(10))).value
    window = windows(Role.NURSE)
    window.open(CaseOf(booking_id=booked.id))
    settled(qtbot)
    window.go(ChartOf(patient_id=rosa))
    settled(qtbot)
    assert isinstance(window.side, CasePanel)
    window.go(ChartOf(patient_id=ana))
    settled(qtbot)
    assert window.side is None
