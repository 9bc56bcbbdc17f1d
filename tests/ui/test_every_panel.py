"""Every panel at the right, and every detail in a place, keeps what is typed for whom it was typed for.

The panels are found by themselves: one that is new fails here until somebody says how it is opened for two patients.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

import clinicdesk.ui
from clinicdesk.bootstrap import places
from clinicdesk.domain.users import Role
from clinicdesk.ui import operations
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.life import Life
from clinicdesk.ui.frame.place import follow
from clinicdesk.ui.frame.targets import (
    AddToWaitingList,
    ArrangingOf,
    CaseOf,
    EditPatient,
    LeavingOf,
    NewBooking,
    PanelTarget,
    Target,
)
from clinicdesk.ui.panels.arranging.stage import Stage
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.bookings import THURSDAY
from tests.helpers.clinics import SmallClinic
from tests.helpers.quiet import settled
from tests.helpers.slow import SlowDesk
from tests.ui.booking.windows import register
from tests.ui.neighbours import arrived, in_recovery

# ---------------------------------------------------------------------- which panels there are


def _lives() -> list[type[Life[Any]]]:
    for module in pkgutil.walk_packages(clinicdesk.ui.__path__, "clinicdesk.ui."):
        importlib.import_module(module.name)
    found, waiting = [], list(Life.__subclasses__())
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        if issubclass(each, QWidget):
            found.append(each)
    return sorted(found, key=lambda each: each.__qualname__)


@dataclass(frozen=True)
class Neighbours:
    """How a panel is opened for two different people; ``role`` is who types there."""

    role: Role
    targets: Callable[[SmallClinic], tuple[Target, Target]]
    unfold: Callable[[Any], None] = lambda _panel: None
    """What a person presses before the fields are there."""


def _waiting_form(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = register(clinic, "Rosa", "Ortiz"), register(clinic, "Ida", "May")
    return AddToWaitingList(patient_id=rosa), AddToWaitingList(patient_id=ida)


def _leaving(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = in_recovery(clinic)
    return LeavingOf(booking_id=rosa), LeavingOf(booking_id=ida)


def _cases(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = arrived(clinic)
    return CaseOf(booking_id=rosa), CaseOf(booking_id=ida)


def _correct_and_cancel(panel: CasePanel) -> None:
    if not panel.times.is_edited:
        QTest.mouseClick(panel.times.correct, Qt.MouseButton.LeftButton)
    menu = panel.more.menu()
    assert menu is not None
    next(each for each in menu.actions() if "Cancel" in each.text()).trigger()


def _new_bookings(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = register(clinic, "Rosa", "Ortiz"), register(clinic, "Ida", "May")
    return NewBooking(patient_id=rosa), NewBooking(patient_id=ida)


def _days(_clinic: SmallClinic) -> tuple[Target, Target]:
    stage = Stage(QApplication.instance() or QApplication())
    return ArrangingOf(day=THURSDAY, stage=stage), ArrangingOf(day=THURSDAY + timedelta(days=1), stage=stage)


def _records(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = register(clinic, "Rosa", "Ortiz"), register(clinic, "Ida", "May")
    return EditPatient(patient_id=rosa), EditPatient(patient_id=ida)


NEIGHBOURS: dict[str, Neighbours] = {
    "AddPanel": Neighbours(Role.SCHEDULER, _waiting_form),
    "ArrangingPanel": Neighbours(Role.SCHEDULER, _days),
    "BookingPanel": Neighbours(Role.SCHEDULER, _new_bookings),
    "CasePanel": Neighbours(Role.SCHEDULER, _cases, _correct_and_cancel),
    "DischargePanel": Neighbours(Role.NURSE, _leaving),
    "PatientForm": Neighbours(Role.SCHEDULER, _records),
}

LIVES = {each.__name__: each for each in _lives()}
TYPED = sorted(name for name, each in LIVES.items() if issubclass(each, Keyed))


def test_every_panel_says_how_it_is_opened() -> None:
    assert LIVES.keys() == NEIGHBOURS.keys()


# ---------------------------------------------------------------------- two patients in one window


@dataclass
class Stand:
    """A window, a panel, and two patients."""

    clinic: SmallClinic
    kind: type[Life[Any]]
    neighbours: Neighbours
    window: MainWindow
    targets: tuple[Target, Target]
    qtbot: QtBot

    def open(self, which: int, *, settle: bool = True) -> Any:
        """Open the panel for the first or the second of the two."""
        target = self.targets[which]
        follow(self.window, target)
        if settle:
            settled(self.qtbot)
        return self.panel(target)

    def type_into(self, panel: Any) -> dict[str, Any]:
        """Change every field that takes something now; gives what stands in those that changed."""
        self.neighbours.unfold(panel)
        return touch_all(panel)

    def panel(self, target: Target) -> Any:
        """The panel, wherever in the window it is."""
        if isinstance(target, PanelTarget):
            side: QWidget | None = self.window.side
            assert isinstance(side, self.kind)
            return side
        place = self.window.current_place
        assert place is not None
        (found,) = [each for each in place.findChildren(QWidget) if isinstance(each, self.kind)]
        return found

    def again(self) -> None:
        """The program starts anew, as after a crash."""
        self.window.hide()
        self.window = _window(self.qtbot, self.clinic, self.neighbours.role)


def _window(qtbot: QtBot, clinic: SmallClinic, role: Role) -> MainWindow:
    desk = clinic.desk(role)
    window = MainWindow(desk, places.places(desk), sides=places.sides(desk), unsaved=left_work)
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1500, 900)
    window.start()
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


@pytest.fixture
def stand(qtbot: QtBot, clinic: SmallClinic, request: pytest.FixtureRequest) -> Iterator[Stand]:
    name: str = request.param
    neighbours = NEIGHBOURS[name]
    targets = neighbours.targets(clinic)
    yield Stand(clinic, LIVES[name], neighbours, _window(qtbot, clinic, neighbours.role), targets, qtbot)
    operations.shutdown()


every_panel = partial(pytest.mark.parametrize, "stand", indirect=True)


# ---------------------------------------------------------------------- as a person touches a field


def touch_all(panel: Any) -> dict[str, Any]:
    """Change every field that takes something now; gives what stands in those that changed."""
    before = panel.typed.snapshot()
    for field in panel.typed.fields:
        widget = field.widget
        if widget is not None and widget.isVisible() and widget.isEnabled():
            _touch(widget)
            (widget.focusWidget() or widget).clearFocus()  # half a time becomes a whole one
    after = panel.typed.snapshot()
    return {key: value for key, value in after.items() if value != before[key]}


def _touch(widget: QWidget) -> None:
    widget.setFocus()
    if isinstance(widget, QComboBox):
        QTest.keyClick(widget, Qt.Key.Key_Down)
    elif isinstance(widget, QLineEdit | QPlainTextEdit):
        QTest.keyClicks(widget, "4")
    elif isinstance(widget, QAbstractButton):
        QTest.keyClick(widget, Qt.Key.Key_Space)
    else:
        inside = widget.focusWidget() or widget
        QTest.keyClick(inside, Qt.Key.Key_Space)
        QTest.keyClick(inside, Qt.Key.Key_Right)


# ---------------------------------------------------------------------- what holds for all of them


@every_panel(argvalues=TYPED)
def test_the_next_patient_is_opened_at_once(stand: Stand) -> None:
    plain = stand.open(1).typed.snapshot()
    panel = stand.open(0)
    typed = stand.type_into(panel)
    assert typed, "nothing takes what is typed"
    stand.open(1)
    assert panel.typed.snapshot() == plain, "the next patient's fields are as they were"
    panel = stand.open(0)
    now = panel.typed.snapshot()
    assert {key: now[key] for key in typed} == typed


@every_panel(argvalues=TYPED)
def test_a_slow_answer_leaves_the_next_patient_alone(stand: Stand) -> None:
    slow = SlowDesk(stand.window)
    panel = stand.open(0)
    first = panel.key
    slow.hold()
    typed = stand.type_into(panel)
    panel.flush()
    stand.open(1, settle=False)
    stand.qtbot.waitUntil(lambda: panel.view is not None and panel.key != first)
    theirs = stand.type_into(panel)
    slow.release()
    settled(stand.qtbot)
    now = panel.typed.snapshot()
    assert {key: now[key] for key in theirs} == theirs
    panel = stand.open(0)
    now = panel.typed.snapshot()
    assert {key: now[key] for key in typed} == typed


@every_panel(argvalues=TYPED)
def test_what_is_typed_outlives_the_lock_and_the_program(stand: Stand) -> None:
    panel = stand.open(0)
    typed = stand.type_into(panel)
    stand.window.hide()
    settled(stand.qtbot)
    stand.window.show()
    now = panel.typed.snapshot()
    assert {key: now[key] for key in typed} == typed
    stand.again()
    now = stand.open(0).typed.snapshot()
    assert {key: now[key] for key in typed} == typed
