"""A real window over a small clinic with follow-up and braces in it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.users import Role
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import PlaceTarget
from clinicdesk.ui.kit import Dialog
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.brace import BraceOrderForm
from clinicdesk.ui.places.brace import BracesPlace
from clinicdesk.ui.places.recovery import CallsPlace, ReviewPlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.bookings import at
from tests.helpers.clinics import FACTS, SmallClinic

MONDAY = date(2026, 11, 23)


def open_window(qtbot: QtBot, clinic: SmallClinic, place: PlaceTarget, role: Role) -> MainWindow:
    """The window at a place, Monday at 9:00."""
    clinic.clock.at = at(9, 0, MONDAY)
    theme().start()
    fmt.configure(FACTS.zone)
    window = MainWindow(
        clinic.desk(role),
        [CallsPlace.factory(), ReviewPlace.factory(), BracesPlace.factory()],
        sides={"brace_order": BraceOrderForm},
    )
    qtbot.addWidget(window)
    window.resize(1360, 860)
    window.start(place)
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


def settled(qtbot: QtBot) -> None:
    """Wait until everything that was asked for has been answered."""
    qtbot.waitUntil(_quiet, timeout=10_000)


def _quiet() -> bool:
    return not operations.busy()


class DialogAnswer:
    """Answers the next dialog that opens: clicks the button of these words, and keeps what the dialog said."""

    def __init__(self, button: str) -> None:
        self.said = ""
        self._button = button
        QTimer.singleShot(0, self._look)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, Dialog):
            QTimer.singleShot(20, self._look)
            return
        self.said = dialog.heading.text()
        _button(dialog, self._button).click()


def _button(dialog: QWidget, words: str) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == words)
