"""Signing in, failing, waiting, locking and the recovery key: through the real window into a real encrypted file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from clinicdesk.bootstrap.window import House
from clinicdesk.config import Config
from clinicdesk.domain.changes import EVERYTHING
from clinicdesk.domain.patients import Patient, PatientDraft
from clinicdesk.domain.users import Role
from clinicdesk.services import patients, users
from clinicdesk.services.founding import FirstAdministrator, found
from clinicdesk.services.news import Written
from clinicdesk.services.work import Done
from clinicdesk.ui import operations
from clinicdesk.ui.kit import Dialog
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.papers.window import PaperWindow, show_day_list
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.own_files import OwnFiles
from clinicdesk.ui.window.program import Program
from clinicdesk.ui.window.signin import Face, SignInWindow
from clinicdesk.ui.window.window_keys import ShortcutList
from tests.helpers.clinics import FACTS

PASSWORD = "a long enough password"
FRONTS = "another long password"
ENTER = Qt.Key.Key_Return
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="session")
def _founded_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("founded")
    administrator = FirstAdministrator(login="alex", full_name="Alex Admin", password=PASSWORD)
    founded = found(Config(folder), FACTS, administrator)
    users.add(founded.desk, login="front", full_name="Sam Front", role=Role.SCHEDULER, password=FRONTS)
    founded.desk.database.close()
    return folder, founded.recovery_key


@pytest.fixture
def config(_founded_once: tuple[Path, str], tmp_path: Path) -> Config:
    shutil.copytree(_founded_once[0], tmp_path / "clinic")
    return Config(tmp_path / "clinic")


@pytest.fixture
def recovery_key(_founded_once: tuple[Path, str]) -> str:
    return _founded_once[1]


@pytest.fixture
def program(qtbot: QtBot, config: Config) -> Iterator[Program]:
    program = Program(House(config))
    program.start()
    yield program
    program.stop()


def _door(program: Program) -> SignInWindow:
    assert isinstance(program.door, SignInWindow)
    return program.door


def _type(field: QLineEdit, text: str) -> None:
    field.clear()
    QTest.keyClicks(field, text)


def _try(qtbot: QtBot, door: SignInWindow, login: str, password: str) -> None:
    if not door.user_field.isReadOnly():
        _type(door.user_field, login)
    _type(door.password_field, password)
    QTest.keyClick(door.password_field, ENTER)
    assert door.busy
    qtbot.waitUntil(lambda: not door.busy, timeout=20_000)


def test_the_right_password_opens_the_window_and_enter_is_enough(qtbot: QtBot, program: Program) -> None:
    door = _door(program)
    assert door.focusWidget() is door.user_field
    _try(qtbot, door, "front", FRONTS)
    assert program.window is not None
    assert program.window.isVisible()
    assert program.window.windowTitle() == "Hillside Spine Clinic - ClinicDesk"


def test_a_wrong_password_is_said_and_typed_over(qtbot: QtBot, program: Program) -> None:
    door = _door(program)
    _try(qtbot, door, "front", "not the password at all")
    assert "do not belong together" in door.problem_panel.text()
    assert door.focusWidget() is door.password_field
    assert door.password_field.selectedText() != ""
    assert program.window is None


def test_six_wrong_passwords_wait_and_the_button_counts_down(qtbot: QtBot, program: Program) -> None:
    door = _door(program)
    for _n in range(6):
        _try(qtbot, door, "front", "not the password at all")
    assert "Too many wrong passwords" in door.problem_panel.text()
    assert not door.sign_in_button.isEnabled()
    assert door.sign_in_button.text() in ("Wait 0:05", "Wait 0:04")
    QTest.keyClick(door.password_field, ENTER)
    assert not door.busy
    qtbot.waitUntil(lambda: door.waiting_seconds == 0, timeout=10_000)
    assert door.sign_in_button.isEnabled()
    assert not door.problem_panel.isVisible()
    _try(qtbot, door, "front", FRONTS)
    assert program.window is not None


def test_the_recovery_key_gives_an_administrator_a_new_password(
    qtbot: QtBot, program: Program, recovery_key: str
) -> None:
    door = _door(program)
    _type(door.user_field, "alex")
    QTest.mouseClick(door.recovery_link, LEFT)
    page = door.recovery_page
    assert page is not None
    assert door.focusWidget() is page.key
    _type(page.key, "7K3QD")
    _type(page.password, "a password of next year")
    QTest.keyClick(page.password, ENTER)
    qtbot.waitUntil(lambda: not door.busy, timeout=20_000)
    assert door.problem_panel.text() == "A recovery key has 40 letters and digits; these are 5."
    _type(page.key, recovery_key.lower().replace("-", " "))
    QTest.mouseClick(page.button, LEFT)
    qtbot.waitUntil(lambda: program.window is not None, timeout=20_000)
    program.sign_out()
    _try(qtbot, _door(program), "alex", "a password of next year")
    assert program.window is not None


def test_a_locked_window_comes_back_where_it_was_for_its_own_person(qtbot: QtBot, program: Program) -> None:
    _try(qtbot, _door(program), "front", FRONTS)
    window = program.window
    assert window is not None
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()
    lock = _door(program)
    assert lock.user_field.isReadOnly()
    assert not lock.recovery_link.isVisible()
    _try(qtbot, lock, "front", PASSWORD)
    assert not window.isVisible()
    assert lock.problem_panel.text() == "This is not your password. Try again."
    _try(qtbot, lock, "front", FRONTS)
    assert window.isVisible()
    assert program.window is window


def test_from_the_lock_someone_else_can_sign_in(qtbot: QtBot, program: Program) -> None:
    _try(qtbot, _door(program), "front", FRONTS)
    program.lock()
    lock = _door(program)
    lock.leave_asked.emit()
    assert program.window is None
    assert _door(program) is not lock
    _try(qtbot, _door(program), "alex", PASSWORD)
    assert program.window is not None


@pytest.mark.logs_allowed("clinicdesk.ui.window.signin")
def test_a_fault_does_not_leave_the_window_busy(qtbot: QtBot) -> None:
    def broken(_login: str, _password: str) -> object:
        raise ZeroDivisionError("Rosa Ortiz")

    door = SignInWindow(broken, Face(login="front"))
    qtbot.addWidget(door)
    door.start()
    _try(qtbot, door, "front", FRONTS)
    assert "ZeroDivisionError" in door.problem_panel.text()
    assert "Ortiz" not in door.problem_panel.text()
    operations.shutdown()


def test_the_window_imports_nothing_heavy() -> None:
    asked = (
        "import sys, clinicdesk.bootstrap.window;"
        "print([name for name in ('sqlalchemy', 'sqlcipher3', 'alembic', 'reportlab', 'apscheduler', 'cryptography',"
        " 'jinja2', 'phonenumbers', 'clinicdesk.services', 'clinicdesk.ui.window.main_window',"
        " 'clinicdesk.ui.window.wizard')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_locked_window_stays_silent_and_is_fresh_when_it_is_unlocked(
    qtbot: QtBot, program: Program
) -> None:
    _try(qtbot, _door(program), "front", FRONTS)
    told: list[object] = []
    hub().changed.connect(told.append)
    program.lock()
    program.heard.emit(Written(EVERYTHING))
    qtbot.wait(50)
    assert told == []
    _try(qtbot, _door(program), "front", FRONTS)
    assert told == [EVERYTHING]
    hub().changed.disconnect(told.append)
    program.sign_out()
    assert not hub().is_held


def _in_sight() -> set[str]:
    return {type(one).__name__ for one in QApplication.topLevelWidgets() if one.isVisible()}


def _at_work(qtbot: QtBot, program: Program) -> tuple[PaperWindow, ShortcutList]:
    """A paper and a dialog stand open beside the main window."""
    _try(qtbot, _door(program), "front", FRONTS)
    window = program.window
    assert isinstance(window, MainWindow)
    paper = show_day_list(window.desk, window, fmt.today())
    qtbot.waitUntil(lambda: paper.paper is not None, timeout=10_000)
    window.show_shortcuts()
    (keys,) = window.findChildren(ShortcutList)
    assert _in_sight() == {"MainWindow", "PaperWindow", "ShortcutList"}
    return paper, keys


def test_a_lock_hides_papers_and_dialogs_and_those_that_would_open_meanwhile(
    qtbot: QtBot, program: Program
) -> None:
    paper, keys = _at_work(qtbot, program)
    window = program.window
    assert isinstance(window, MainWindow)
    program.lock()
    assert _in_sight() == {"SignInWindow"}
    assert paper.paper is None
    assert paper.view.count == 0
    late = Dialog("Rosa Ortiz arrives early", window)
    late.open()
    qtbot.wait(20)
    assert _in_sight() == {"SignInWindow"}
    _try(qtbot, _door(program), "front", FRONTS)
    assert _in_sight() == {"MainWindow", "PaperWindow", "ShortcutList", "Dialog"}
    qtbot.waitUntil(lambda: paper.paper is not None, timeout=10_000)
    assert paper.view.count == 1
    for each in (late, keys, paper):
        each.close()


def test_what_the_lock_hid_is_not_shown_to_somebody_else(qtbot: QtBot, program: Program) -> None:
    paper, keys = _at_work(qtbot, program)
    program.lock()
    _door(program).leave_asked.emit()
    _try(qtbot, _door(program), "alex", PASSWORD)
    qtbot.waitUntil(lambda: not isValid(paper) and not isValid(keys))
    assert _in_sight() == {"MainWindow"}


def test_signing_out_does_not_wait_for_what_is_under_way_and_it_is_finished(
    qtbot: QtBot, program: Program
) -> None:
    _try(qtbot, _door(program), "front", FRONTS)
    window = program.window
    assert isinstance(window, MainWindow)
    desk, gate, told = window.desk, Event(), list[object]()

    def slow() -> Done[Patient]:
        assert gate.wait(20)
        return patients.register(
            desk, PatientDraft(given="Rosa", family="Ortiz", birth_date=date(1948, 2, 3))
        )

    operations.run_command(window, slow, done=told.append, said="Registered: Rosa Ortiz.")
    program.sign_out()
    door = _door(program)
    assert door.isVisible()
    _type(door.user_field, "front")
    _type(door.password_field, FRONTS)
    QTest.keyClick(door.password_field, ENTER)
    qtbot.wait(50)
    assert door.busy  # the clinic is not opened for the next while it is still being closed
    gate.set()
    qtbot.waitUntil(lambda: not door.busy, timeout=20_000)
    after = program.window
    assert isinstance(after, MainWindow)
    assert told == []
    assert after.foot_bar.quiet_bar.text() == ""
    assert [line.name for line in patients.find(after.desk, "Ortiz", 5)] == ["Rosa Ortiz"]


def test_an_update_under_the_open_window_is_said_and_asks_for_a_restart(
    qtbot: QtBot, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "program"
    own.mkdir()
    (own / "booking.py").write_text("VERSION = 1\n")
    qtbot.waitUntil(lambda: program._own_files is not None)
    files = OwnFiles(program, own)
    monkeypatch.setattr(program, "_own_files", files)
    files.changed.connect(program._updated)
    _try(qtbot, _door(program), "front", FRONTS)
    window = program.window
    assert isinstance(window, MainWindow)
    for _look in range(2):
        files.look()
        qtbot.waitUntil(lambda: not operations.busy())
        assert not window.restart_button.isVisible()
    (own / "booking.py").write_text("VERSION = 2.0\n")
    hub().minute.emit()
    qtbot.waitUntil(window.restart_button.isVisible)
    assert window.foot_bar.line.text() == "ClinicDesk was updated. Restart it when you are done here."
    program.sign_out()
    _try(qtbot, _door(program), "alex", PASSWORD)
    after = program.window
    assert isinstance(after, MainWindow)
    assert after.restart_button.isVisible()
    QTest.mouseClick(after.restart_button, LEFT)
    assert program.begins_again
    assert not after.isVisible()
