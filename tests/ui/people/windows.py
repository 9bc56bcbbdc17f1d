"""A real window over a small clinic, with People in it and stand-ins for what People leads to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.users import Role
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame import targets
from clinicdesk.ui.frame.place import Place, Shell
from clinicdesk.ui.frame.targets import People, PlaceTarget
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.people.finding import patient_finder
from clinicdesk.ui.places.people.place import PeoplePlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.places import BookView, CaseView
from tests.helpers.quiet import settled


class Elsewhere(Place[PlaceTarget]):
    """A place that notes where it was asked to open."""

    icon_name = "calls"

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.targets: list[PlaceTarget] = []

    def open_target(self, target: PlaceTarget) -> None:
        self.targets.append(target)


class Calls(Elsewhere):
    home = targets.Calls()


class Braces(Elsewhere):
    home = targets.Braces()


def make_window(clinic: SmallClinic, role: Role = Role.SCHEDULER) -> MainWindow:
    """The window, not yet shown."""
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    desk = clinic.desk(role)
    return MainWindow(
        desk,
        [PeoplePlace.factory(), Calls.factory(), Braces.factory()],
        sides={"case": CaseView, "book": BookView, "brace_order": BookView},
        finders=[patient_finder(desk)],
        clinic_name=FACTS.name,
        unsaved=left_work,
    )


def open_window(qtbot: QtBot, clinic: SmallClinic, role: Role = Role.SCHEDULER) -> MainWindow:
    """The window at People, with the first answers there."""
    window = make_window(clinic, role)
    qtbot.addWidget(window)
    window.resize(1280, 860)
    window.start(People())
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


def people(window: MainWindow) -> PeoplePlace:
    """The place."""
    found = window.place("people")
    assert isinstance(found, PeoplePlace)
    return found


def type_into(widget: QWidget, text: str) -> None:
    """Type as a person does: letter by letter, into the widget that has the keyboard."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClicks(widget, text)


def write(folder: Path, name: str, text: str) -> Path:
    """A file to be imported."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
