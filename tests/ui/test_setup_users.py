"""Set up, users and passwords: added, given a new password, let go, through the real page into a real key file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from clinicdesk.config import Config
from clinicdesk.domain.users import Role
from clinicdesk.errors import SignInRefused
from clinicdesk.services import signin, users
from clinicdesk.services.desk import Desk
from clinicdesk.services.founding import FirstAdministrator, found
from clinicdesk.ui.kit.dialogs import Dialog
from clinicdesk.ui.operations import messages
from clinicdesk.ui.places.setup.password import PasswordPage
from clinicdesk.ui.places.setup.users import PasswordDialog, UserSheet, UsersPage
from tests.helpers.clinics import FACTS

PASSWORD = "a long enough password"
KIMS = "the nurse has one too"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(tmp_path / "clinic")


@pytest.fixture
def admin(config: Config, qtbot: QtBot) -> Iterator[Desk]:
    administrator = FirstAdministrator(login="alex", full_name="Alex Admin", password=PASSWORD)
    desk = found(config, FACTS, administrator).desk
    yield desk
    from clinicdesk.ui import operations

    operations.shutdown()
    desk.database.close()


def _type(field: QLineEdit, text: str) -> None:
    field.clear()
    QTest.keyClicks(field, text)


def _gets_in(config: Config, login: str, password: str) -> bool:
    try:
        signin.sign_in(config, login, password).database.close()
    except SignInRefused:
        return False
    return True


def _page(qtbot: QtBot, desk: Desk) -> UsersPage:
    page = UsersPage(desk)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.load()
    qtbot.waitUntil(lambda: page.sheet.row is not None, timeout=5_000)
    return page


def _answer_dialog(qtbot: QtBot, password: str = "") -> None:
    """Answer the dialog that is about to open, as soon as it stands."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Dialog)
        if isinstance(dialog, PasswordDialog):
            QTest.keyClicks(dialog.password, "short")
            dialog.accept()
            assert dialog.problem_panel.isVisible()
            _type(dialog.password, password)
        dialog.accept()

    QTimer.singleShot(200, answer)


def test_a_user_is_added_given_a_password_let_go_and_let_in_again(
    qtbot: QtBot, admin: Desk, config: Config
) -> None:
    page = _page(qtbot, admin)
    QTest.mouseClick(page.add_button, LEFT)
    sheet = page.sheet
    assert isinstance(sheet, UserSheet)
    _type(sheet.full_name, "Kim Park")
    _type(sheet.login, "Kim")
    sheet.role.set_value(Role.NURSE)
    _type(sheet.password, "too short")
    QTest.mouseClick(sheet.save_button, LEFT)
    qtbot.waitUntil(lambda: "password" in sheet.form.problems(), timeout=5_000)
    _type(sheet.password, KIMS)
    QTest.mouseClick(sheet.save_button, LEFT)
    qtbot.waitUntil(lambda: not sheet.is_new and not sheet.form.problems(), timeout=5_000)
    assert _gets_in(config, "kim", KIMS)
    qtbot.waitUntil(sheet.password_button.isVisible, timeout=5_000)
    _answer_dialog(qtbot, "another one for the nurse")
    with qtbot.waitSignal(messages.bridge().spoken, timeout=10_000):
        QTest.mouseClick(sheet.password_button, LEFT)
    assert _gets_in(config, "kim", "another one for the nurse")
    _answer_dialog(qtbot)
    QTest.mouseClick(sheet.active_button, LEFT)
    qtbot.waitUntil(lambda: sheet.row is not None and not sheet.row.active, timeout=5_000)
    assert not _gets_in(config, "kim", "another one for the nurse")
    _answer_dialog(qtbot, KIMS)
    QTest.mouseClick(sheet.active_button, LEFT)
    qtbot.waitUntil(lambda: sheet.row is not None and sheet.row.active, timeout=5_000)
    assert _gets_in(config, "kim", KIMS)


def test_the_last_administrator_is_kept_in_place(qtbot: QtBot, admin: Desk) -> None:
    page = _page(qtbot, admin)
    assert isinstance(page.sheet, UserSheet)
    page.sheet.role.set_value(Role.NURSE)
    QTest.mouseClick(page.sheet.save_button, LEFT)
    qtbot.waitUntil(page.sheet.problem_panel.isVisible, timeout=5_000)
    assert "only administrator" in page.sheet.problem_panel.text()


def test_ones_own_password_is_changed_knowing_it(qtbot: QtBot, admin: Desk, config: Config) -> None:
    page = PasswordPage(admin)
    qtbot.addWidget(page)
    page.show()
    _type(page.current, "not my password at all")
    _type(page.new, KIMS)
    QTest.keyClick(page.new, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "current" in page.form.problems(), timeout=5_000)
    _type(page.current, PASSWORD)
    QTest.mouseClick(page.change_button, LEFT)
    qtbot.waitUntil(lambda: page.current.value() == "", timeout=5_000)
    assert _gets_in(config, "alex", KIMS)


def test_who_is_no_administrator_sees_no_recovery_key(qtbot: QtBot, admin: Desk, config: Config) -> None:
    users.add(admin, login="kim", full_name="Kim Park", role=Role.NURSE, password=KIMS)
    kim = signin.sign_in(config, "kim", KIMS)
    page = PasswordPage(kim)
    qtbot.addWidget(page)
    assert not hasattr(page, "print_button")
    kim.database.close()
