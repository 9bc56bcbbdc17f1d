"""A paper in a real window: looked at page by page, enlarged, printed, saved, found again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.papers import PaperCopy, PaperUse
from clinicdesk.services import papers
from clinicdesk.ui import operations
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.papers.pages import draw_page, print_pages, printer_for, read_pages
from clinicdesk.ui.papers.window import PaperList, PaperWindow, show_discharge_sheet
from tests.helpers.clinics import SmallClinic
from tests.services.test_papers import ready_to_leave

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def booking_id(clinic: SmallClinic) -> BookingId:
    return ready_to_leave(clinic)


@pytest.fixture
def desk_window(qtbot: QtBot) -> Iterator[QWidget]:
    fmt.configure(ClinicZone("America/New_York"))
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    yield window
    operations.shutdown()


def opened(qtbot: QtBot, window: PaperWindow) -> PaperWindow:
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.print_button.isEnabled)
    qtbot.waitUntil(lambda: 0 in window.view.sheet._pictures)
    return window


def ink(window: PaperWindow) -> int:
    """How many of a sprinkle of points on the page are not white."""
    picture = window.view.sheet.grab().toImage()
    spots = ((x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3))
    return sum(picture.pixelColor(x, y).lightness() < 128 for x, y in spots)


def test_the_sheet_is_seen_page_by_page_and_large(
    qtbot: QtBot, clinic: SmallClinic, booking_id: BookingId, desk_window: QWidget
) -> None:
    window = opened(qtbot, show_discharge_sheet(clinic.nurse, desk_window, booking_id))
    assert window.windowTitle() == "ClinicDesk"
    assert window.page_label.text() == "Page 1 of 2"
    assert ink(window) > 300
    assert "Call 911 now" in window.view.accessibleDescription()

    QTest.mouseClick(window.next, LEFT)
    assert window.page_label.text() == "Page 2 of 2"
    assert not window.next.isEnabled()
    zoom = window.view.zoom
    QTest.mouseClick(window.larger, LEFT)
    assert window.view.zoom > zoom
    assert window.page_label.text() == "Page 2 of 2"
    QTest.keyClick(window.view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert window.view.zoom == zoom

    large = window.sizes.rects()[1].center()
    QTest.mouseClick(window.sizes, LEFT, pos=large)
    qtbot.waitUntil(lambda: window.paper is not None and window.paper.large_print)
    qtbot.waitUntil(window.print_button.isEnabled)
    assert "of 4" in window.page_label.text() or "of 3" in window.page_label.text()
    assert papers.of_booking(clinic.nurse, booking_id) == ()


def test_printing_keeps_the_bytes_and_prints_every_page(
    qtbot: QtBot, clinic: SmallClinic, booking_id: BookingId, desk_window: QWidget, tmp_path: Path
) -> None:
    printed = tmp_path / "printed.pdf"

    def to_file(_parent: QWidget, content: bytes) -> QPrinter:
        printer = printer_for(read_pages(content))
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(printed))
        return printer

    make = partial(_sheet, clinic, booking_id)
    window = opened(qtbot, PaperWindow(clinic.nurse, make, desk_window, choose_printer=to_file))
    with qtbot.waitSignal(hub().changed):
        QTest.mouseClick(window.print_button, LEFT)
    qtbot.waitUntil(window.print_button.isEnabled)
    qtbot.waitUntil(lambda: not operations.busy())
    (kept,) = papers.of_booking(clinic.nurse, booking_id)
    assert window.paper is not None
    assert papers.open_kept(clinic.nurse, kept.id).content == window.paper.content
    pages = read_pages(printed.read_bytes())
    assert [(round(page.width), round(page.height)) for page in pages] == [(612, 792)] * 2
    ours, theirs = (draw_page(content, 1, 40) for content in (window.paper.content, printed.read_bytes()))
    assert _difference(ours, theirs) < 0.06


def _sheet(clinic: SmallClinic, booking_id: BookingId, large: bool | None) -> PaperCopy:
    return papers.discharge_sheet(clinic.nurse, booking_id, large_print=large)


def _difference(one: QImage, other: QImage) -> float:
    other = other.scaled(one.size())
    points = [(x, y) for x in range(0, one.width(), 2) for y in range(0, one.height(), 2)]
    apart = sum(abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) for x, y in points)
    return apart / 255 / len(points)


def test_a_changed_mind_keeps_nothing(
    qtbot: QtBot, clinic: SmallClinic, booking_id: BookingId, desk_window: QWidget
) -> None:
    window = opened(
        qtbot,
        PaperWindow(
            clinic.nurse,
            partial(_sheet, clinic, booking_id),
            desk_window,
            choose_printer=lambda _parent, _content: None,
            choose_file=lambda _parent, _name: None,
        ),
    )
    QTest.mouseClick(window.print_button, LEFT)
    window._save_plain()
    assert window.print_button.isEnabled()
    assert papers.of_booking(clinic.nurse, booking_id) == ()


def test_saving_offers_a_name_without_the_patient_and_keeps_the_same_bytes(
    qtbot: QtBot, clinic: SmallClinic, booking_id: BookingId, desk_window: QWidget, tmp_path: Path
) -> None:
    offered: list[str] = []

    def choose(_parent: QWidget, name: str) -> Path:
        offered.append(name)
        return tmp_path / name

    make = partial(_sheet, clinic, booking_id)
    window = opened(qtbot, PaperWindow(clinic.nurse, make, desk_window, choose_file=choose))
    menu = window.save_button.menu()
    assert isinstance(menu, QMenu)
    for action in menu.actions():
        with qtbot.waitSignal(hub().changed):
            action.trigger()
        qtbot.waitUntil(window.save_button.isEnabled)
    assert offered == ["discharge-sheet-2026-11-26.pdf", "discharge-sheet-Rosa-Ortiz-2026-11-26.pdf"]
    assert window.paper is not None
    assert (tmp_path / offered[0]).read_bytes() == window.paper.content
    (kept,) = papers.of_booking(clinic.nurse, booking_id)
    assert kept.times == 2


def test_a_file_that_cannot_be_written_says_so_and_stays_kept(
    qtbot: QtBot, clinic: SmallClinic, booking_id: BookingId, desk_window: QWidget, tmp_path: Path
) -> None:
    make = partial(_sheet, clinic, booking_id)
    window = opened(
        qtbot,
        PaperWindow(
            clinic.nurse, make, desk_window, choose_file=lambda _p, name: tmp_path / "nowhere" / name
        ),
    )
    window._save_plain()
    qtbot.waitUntil(window.problem_panel.isVisible)
    assert "kept with the chart" in window.problem_panel.text()
    assert window.print_button.isEnabled()


def test_what_has_left_is_listed_and_opens_as_it_left(
    qtbot: QtBot, clinic: SmallClinic, booking_id: BookingId, desk_window: QWidget
) -> None:
    listed = PaperList(clinic.front, desk_window)
    listed.show()
    listed.show_booking(booking_id)
    qtbot.waitUntil(lambda: not operations.busy())
    assert listed.none.isVisibleTo(listed)
    paper = papers.discharge_sheet(clinic.nurse, booking_id)
    done = papers.leave(clinic.nurse, paper, PaperUse.PRINTED)
    listed.refresh(done.changes)
    qtbot.waitUntil(lambda: len(listed.rows) == 1)
    assert listed.rows[0].name.text() == "Discharge sheet"
    assert listed.rows[0].detail.text() == "Thu 26 Nov 2026, 11:00 AM, Kim Park"
    QTest.mouseClick(listed.rows[0].name, LEFT)
    window = next(w for w in desk_window.findChildren(PaperWindow))
    opened(qtbot, window)
    assert window.paper is not None
    assert window.paper.content == paper.content


def test_a_paper_that_cannot_be_made_says_why(
    qtbot: QtBot, clinic: SmallClinic, desk_window: QWidget
) -> None:
    window = show_discharge_sheet(clinic.nurse, desk_window, BookingId(999))
    qtbot.addWidget(window)
    qtbot.waitUntil(window.problem_panel.isVisible)
    assert not window.print_button.isEnabled()


def test_only_the_chosen_pages_are_printed(
    clinic: SmallClinic, booking_id: BookingId, tmp_path: Path, qapp: object
) -> None:
    content = papers.discharge_sheet(clinic.nurse, booking_id).content
    printer = printer_for(read_pages(content))
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "one.pdf"))
    printer.setFromTo(2, 2)
    print_pages(printer, content)
    assert len(read_pages((tmp_path / "one.pdf").read_bytes())) == 1
