"""The first start, as a person does it: through the real wizard into a real encrypted file, out, and in again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.bootstrap.window import House
from clinicdesk.config import Config
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services import clinic, resources
from clinicdesk.ui.kit import PushButton
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.program import Program
from clinicdesk.ui.window.signin import SignInWindow
from clinicdesk.ui.window.wizard import Wizard
from clinicdesk.ui.window.wizard.step import Step

PASSWORD = "a long enough password"
ENTER = Qt.Key.Key_Return


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(tmp_path / "clinic")


@pytest.fixture
def program(qtbot: QtBot, config: Config) -> Iterator[Program]:
    program = Program(House(config))
    program.start()
    yield program
    program.stop()


def _type(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keyClicks(field, text)


def _wizard(program: Program) -> Wizard:
    assert isinstance(program.door, Wizard)
    return program.door


def _at(wizard: Wizard, step: Step) -> bool:
    return wizard.step is step


def _walk_to_recovery(qtbot: QtBot, wizard: Wizard) -> None:
    """Type what a person types, with the keyboard alone."""
    QTest.keyClick(wizard.start_page.clinic_button, ENTER)
    assert _at(wizard, wizard.clinic)
    _type(wizard.clinic.name, "Hillside Spine Clinic")
    _type(wizard.clinic.phone, "(703) 555-0100")
    QTest.keyClick(wizard.clinic.phone, ENTER)
    assert _at(wizard, wizard.hours)
    QTest.keyClick(wizard.hours.days[5].open, Qt.Key.Key_Space)
    QTest.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
    assert _at(wizard, wizard.units)
    rooms = wizard.units.row(ResourceKind.ROOM)
    rooms.count.selectAll()
    _type(rooms.count, "3")
    rooms.names[2].selectAll()
    _type(rooms.names[2], "Blue room")
    QTest.keyClick(rooms.names[2], ENTER)
    assert _at(wizard, wizard.administrator)
    _type(wizard.administrator.full_name, "Alex Admin")
    _type(wizard.administrator.password, PASSWORD)
    _type(wizard.administrator.again, PASSWORD)
    QTest.keyClick(wizard.administrator.again, ENTER)
    assert _at(wizard, wizard.recovery)


def _found(qtbot: QtBot, program: Program) -> MainWindow:
    wizard = _wizard(program)
    _walk_to_recovery(qtbot, wizard)
    _type(wizard.recovery.last_group, wizard.recovery.recovery_key[-5:].lower())
    QTest.keyClick(wizard.recovery.last_group, ENTER)
    assert _at(wizard, wizard.ready)
    QTest.keyClick(wizard.next_button, ENTER)
    qtbot.waitUntil(lambda: program.window is not None, timeout=20_000)
    assert isinstance(program.window, MainWindow)
    return program.window


def test_from_nothing_to_a_clinic_out_and_in_again(qtbot: QtBot, program: Program, config: Config) -> None:
    window = _found(qtbot, program)
    facts = clinic.facts(window.desk)
    assert (facts.name, facts.emergency_number) == ("Hillside Spine Clinic", "911")
    assert {hours.weekday for hours in facts.hours} == {0, 1, 2, 3, 4, 5}
    names = [unit.name for unit in resources.of_kinds(window.desk)]
    assert {"Room 1", "Room 2", "Blue room", "C-arm 1"} <= set(names)
    assert config.file.read_bytes()[:15] != b"SQLite format 3"
    window.sign_out_asked.emit()
    assert isinstance(program.door, SignInWindow)
    assert program.door.heading.text() == "Hillside Spine Clinic"
    assert program.door.user_field.value() == "admin"
    QTest.keyClicks(program.door.password_field, PASSWORD)
    QTest.keyClick(program.door.password_field, ENTER)
    qtbot.waitUntil(lambda: program.window is not None, timeout=20_000)
    assert program.door is None


def test_nothing_is_written_before_the_last_step(qtbot: QtBot, program: Program, config: Config) -> None:
    _walk_to_recovery(qtbot, _wizard(program))
    assert not config.has_clinic
    assert not config.folder.exists() or [path.name for path in config.folder.iterdir()] in (
        [],
        ["settings.ini"],
    )


def test_each_step_says_in_place_what_is_missing(qtbot: QtBot, program: Program) -> None:
    wizard = _wizard(program)
    wizard.begin()
    QTest.keyClick(wizard.clinic.name, ENTER)
    assert _at(wizard, wizard.clinic)
    assert wizard.clinic.form.problems() == {"name": "The clinic needs a name."}
    assert wizard.focusWidget() is wizard.clinic.name
    _walk_to_recovery_from_clinic(qtbot, wizard)
    _type(wizard.recovery.last_group, "AAAAA")
    QTest.keyClick(wizard.recovery.last_group, ENTER)
    assert _at(wizard, wizard.recovery)
    assert "last_group" in wizard.recovery.form.problems()
    QTest.keyClick(wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert _at(wizard, wizard.administrator)
    wizard.administrator.password.clear()
    _type(wizard.administrator.password, "short")
    QTest.keyClick(wizard.administrator.password, ENTER)
    assert list(wizard.administrator.form.problems()) == ["password"]
    wizard.back()
    beds = wizard.units.row(ResourceKind.BED)
    beds.names[0].clear()
    QTest.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
    assert wizard.units.form.problems() == {"bed": "Each needs a name."}


def _walk_to_recovery_from_clinic(qtbot: QtBot, wizard: Wizard) -> None:
    wizard.back()
    _walk_to_recovery(qtbot, wizard)


def test_the_country_suggests_number_and_zone_and_does_not_overrule(qtbot: QtBot, program: Program) -> None:
    wizard = _wizard(program)
    wizard.begin()
    step = wizard.clinic
    step.country.set_value("GB")
    assert (step.emergency.value(), step.zone.value()) == ("999", "Europe/London")
    step.emergency.clear()
    _type(step.emergency, "112")
    step.country.set_value("DE")
    assert (step.emergency.value(), step.zone.value()) == ("112", "Europe/Berlin")


def test_the_recovery_sheet_holds_the_key(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    wizard = _wizard(program)
    _walk_to_recovery(qtbot, wizard)
    made: list[bytes] = []

    def printed(_parent: QWidget, content: bytes) -> bool:
        made.append(content)
        return True

    wizard.recovery.offer(wizard.recovery._sheet, printed)
    assert wizard.recovery.print_button.isVisible()
    QTest.mouseClick(wizard.recovery.print_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(made), timeout=10_000)
    from pypdf import PdfReader

    (tmp_path / "sheet.pdf").write_bytes(made[0])
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "sheet.pdf").pages)
    for group in wizard.recovery.recovery_key.split("-"):
        assert group in text
    assert "Hillside Spine Clinic" in text
    wizard.recovery.save_to(tmp_path / "missing" / "key.pdf", made[0])
    qtbot.waitUntil(lambda: wizard.recovery.problem_panel.isVisible(), timeout=10_000)


def test_a_folder_that_takes_nothing_is_said_and_the_answers_stay(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    program = Program(House(Config(tmp_path / "file" / "below")))
    program.start()
    try:
        wizard = _wizard(program)
        _walk_to_recovery(qtbot, wizard)
        _type(wizard.recovery.last_group, wizard.recovery.recovery_key[-5:])
        wizard.next()
        wizard.next()
        qtbot.waitUntil(lambda: wizard.problem_panel.isVisible(), timeout=20_000)
        assert "cannot be written to" in wizard.problem_panel.text()
        assert wizard.administrator.full_name.value() == "Alex Admin"
    finally:
        program.stop()


def test_the_demo_is_made_beside_and_its_people_are_shown(qtbot: QtBot, config: Config) -> None:
    program = Program(House(config, demo_patients=30))
    program.start()
    try:
        QTest.mouseClick(_wizard(program).start_page.demo_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: isinstance(program.door, SignInWindow), timeout=60_000)
        door = program.door
        assert isinstance(door, SignInWindow)
        buttons = [button for button in door.findChildren(PushButton) if "Administrator" in button.text()]
        QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: program.window is not None, timeout=20_000)
        assert isinstance(program.window, MainWindow)
        assert clinic.facts(program.window.desk).demo
        assert not config.has_clinic
    finally:
        program.stop()
    again = Program(House(config))
    again.start()
    assert _wizard(again).start_page.demo_button.text() == "Open the demo clinic"
    again.stop()


def test_a_demo_that_is_stopped_leaves_nothing(qtbot: QtBot, config: Config) -> None:
    program = Program(House(config, demo_patients=50_000))
    program.start()
    try:
        page = _wizard(program).start_page
        QTest.mouseClick(page.demo_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: page.progress.count.text() != "", timeout=60_000)
        QTest.mouseClick(page.progress.stop, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(page.demo_button.isEnabled, timeout=60_000)
        assert isinstance(program.door, Wizard)
        assert not any(path.suffix in (".db", ".keys") for path in config.folder.rglob("*"))
    finally:
        program.stop()
