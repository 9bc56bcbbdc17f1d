"""Who did what, read in the window by an administrator over a real clinic."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from clinicdesk.domain.audit import AuditAction, TrailQuestion
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.users import Role
from clinicdesk.services import audit
from clinicdesk.services.case import open_case
from clinicdesk.services.work import Work, command
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import HistoryOf, SetUp, SetUpAt, SetUpSection
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.setup import SetUpPlace
from clinicdesk.ui.places.setup.audit import AuditPage
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import add_patient, at
from tests.helpers.cases import add_case
from tests.helpers.clinics import FACTS, SmallClinic


@command(Act.RUN_DAY)
def note_many(work: Work, count: int) -> None:
    for number in range(count):
        work.audit(AuditAction.CHANGED, Subject.BOOKING, number, what="late")


@pytest.fixture
def rosa(clinic: SmallClinic) -> PatientId:
    """A patient whose case was opened by two people, before others did other things."""
    rosa, ann = add_patient(clinic, "Rosa <b>Ortiz"), add_patient(clinic, "Ann Li")
    booking = add_case(clinic, rosa, at(9), "Room 1", "Dr Lin")
    open_case(clinic.front, booking)
    open_case(clinic.nurse, booking)
    open_case(clinic.nurse, add_case(clinic, ann, at(11), "Room 1", "Dr Lin"))
    return rosa


def opened(qtbot: QtBot, clinic: SmallClinic, role: Role) -> MainWindow:
    theme().start()
    fmt.configure(FACTS.zone)
    window = MainWindow(clinic.desk(role), [SetUpPlace.factory()])
    qtbot.addWidget(window)
    window.resize(1360, 860)
    window.start(SetUp())
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, rosa: PatientId) -> Iterator[MainWindow]:
    yield opened(qtbot, clinic, Role.ADMINISTRATOR)
    operations.shutdown()


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> AuditPage:
    window.go(SetUpAt(section=SetUpSection.AUDIT))
    settled(qtbot)
    place = window.place("set_up")
    assert isinstance(place, SetUpPlace)
    found = place.section("audit")
    assert isinstance(found, AuditPage)
    assert found.isVisible()
    return found


def settled(qtbot: QtBot) -> None:
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not operations.busy(), timeout=20_000)


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def told(page: AuditPage, number: int) -> list[str]:
    row = page.table.rows()[number]
    return [column.text(row) for column in page.table.rows_model.columns]


def test_the_newest_stands_first_and_names_whom_it_is_about(page: AuditPage, clinic: SmallClinic) -> None:
    assert told(page, 0)[:3] == ["Mon 23 Nov 2026, 8:00 AM", "Kim Park", "Opened"]
    assert told(page, 1)[3].endswith(": Rosa <b>Ortiz")
    assert_accessible(page)


def test_a_person_is_chosen_and_a_kind(page: AuditPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.person, "Sam")
    settled(qtbot)
    assert {told(page, row)[1] for row in range(len(page.table.rows()))} == {"Sam Front"}
    QTest.keyClicks(page.kind, "Paper")
    settled(qtbot)
    assert page.frame.is_empty
    page.kind.set_value(None)
    settled(qtbot)
    assert not page.frame.is_empty


def test_the_history_of_one_patient_is_a_click_away_and_so_is_the_way_back(
    page: AuditPage, window: MainWindow, qtbot: QtBot, rosa: PatientId
) -> None:
    everything = len(page.table.rows())
    page.table.choose_number(1)
    assert page.only_button.text() == "All about Rosa <b>Ortiz"
    click(page.only_button)
    settled(qtbot)
    assert [told(page, row)[1] for row in range(2)] == ["Kim Park", "Sam Front"]
    assert page.patient_banner.text() == "Everything that was done with Rosa <b>Ortiz."
    click(page.patient_banner.findChildren(QAbstractButton)[0])
    settled(qtbot)
    assert len(page.table.rows()) == everything + 2, "both openings of the trail stand in it"
    window.go(HistoryOf(patient_id=rosa))
    settled(qtbot)
    assert page.patient_banner.isVisible()


def test_further_pages_come_while_scrolling(page: AuditPage, clinic: SmallClinic, qtbot: QtBot) -> None:
    note_many(clinic.front, 450)
    click(page.again)
    settled(qtbot)
    assert len(page.table.rows()) == audit.PAGE
    for _page in range(6):
        page.table.scrollToBottom()
        settled(qtbot)
    numbers = [line.event.number for line in page.table.rows()]
    assert numbers == list(range(numbers[0], 0, -1))


def test_the_trail_is_checked_and_what_that_proves_is_said(page: AuditPage, qtbot: QtBot) -> None:
    click(page.check_button)
    settled(qtbot)
    assert page.good.isVisible()
    assert not page.progress.isVisible()
    assert "seals fit" in page.good.text()
    assert "does not show whether the newest events were cut off" in page.good.text()
    words = " ".join(w.text() for w in page.findChildren(QWidget) if hasattr(w, "text") and callable(w.text))
    assert "tamper-evident, not tamper-proof" in words


def test_a_broken_chain_is_told_by_number(page: AuditPage, clinic: SmallClinic, qtbot: QtBot) -> None:
    with clinic.database.writing() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text("UPDATE audit_event SET user_id = 1 + user_id % 5 WHERE number = 3"))
    click(page.check_button)
    settled(qtbot)
    assert page.bad.text().startswith("Event 3 does not fit its seal.")
    assert not page.good.isVisible()


def test_what_is_shown_is_exported(page: AuditPage, window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    asked: list[str] = []

    def choose(_parent: QWidget, name: str) -> Path:
        asked.append(name)
        return tmp_path / name

    page.choose_file = choose
    QTest.keyClicks(page.person, "Sam")
    settled(qtbot)
    click(page.export_button)
    settled(qtbot)
    assert asked[0].startswith("audit-trail-")
    with (tmp_path / asked[0]).open(encoding="utf-8", newline="") as stream:
        assert {row["user"] for row in csv.DictReader(stream)} == {"Sam Front"}
    assert window.foot_bar.quiet_bar.text() == "Exported: 1 event."
    page.choose_file = lambda _parent, name: tmp_path / "nowhere" / name
    click(page.export_button)
    settled(qtbot)
    assert "could not be written" in page.problem_panel.text()
    assert page.export_button.isEnabled()


def test_nobody_else_sees_the_section(qtbot: QtBot, clinic: SmallClinic) -> None:
    window = opened(qtbot, clinic, Role.SURGEON)
    window.go(SetUpAt(section=SetUpSection.AUDIT))
    settled(qtbot)
    place = window.place("set_up")
    assert isinstance(place, SetUpPlace)
    assert place.current == "clinic"
    assert place.list.findItems("Who did what", Qt.MatchFlag.MatchExactly) == []
    assert all(
        line.who != "Dr Mei Lin" for line in audit.events(clinic.admin, TrailQuestion(subject=Subject.AUDIT))
    )
    operations.shutdown()
