"""Every panel at the right, and every detail in a place, keeps what is typed for whom it was typed for.

The panels are found by themselves: one that is new fails here until somebody says how it is opened for two patients.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import clinicdesk.ui
from clinicdesk.bootstrap import places
from clinicdesk.domain.changes import EVERYTHING
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.preparation import PreparationKey
from clinicdesk.domain.users import Role
from clinicdesk.services import availability, catalogue, handouts, users
from clinicdesk.ui import operations
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.life import Life
from clinicdesk.ui.frame.place import follow
from clinicdesk.ui.frame.targets import (
    AddToWaitingList,
    ArrangingOf,
    BraceOrderFor,
    BraceOrderOf,
    CallOf,
    CaseOf,
    ChecklistOf,
    ConfirmCallOf,
    EditPatient,
    HoleAt,
    LeavingOf,
    NewBooking,
    PanelTarget,
    ReviewOf,
    SetUpRow,
    SetUpSection,
    Target,
    WaitingEntryOf,
)
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.arranging.stage import Stage
from clinicdesk.ui.panels.brace import BraceOrderForm
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.panels.preparation import ChecklistPanel, ConfirmPanel
from clinicdesk.ui.places.recovery.call_panel import CallPanel
from clinicdesk.ui.places.setup.listing import number_of
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.bookings import THURSDAY, at
from tests.helpers.clinics import SmallClinic
from tests.helpers.quiet import settled
from tests.helpers.slow import SlowDesk
from tests.helpers.times import block, closed
from tests.ui.booking.windows import register
from tests.ui.neighbours import (
    arrived,
    booked,
    in_recovery,
    on_the_waiting_list,
    to_be_called,
    to_be_confirmed,
    to_be_reviewed,
    two_holes,
    wanting_braces,
)
from tests.ui.panel_steps import STEPS, Steps

# ---------------------------------------------------------------------- which panels there are


def _lives() -> list[type[Life[Any]]]:
    for module in pkgutil.walk_packages(clinicdesk.ui.__path__, "clinicdesk.ui."):
        importlib.import_module(module.name)
    found, waiting = [], list(Life.__subclasses__())
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        if issubclass(each, QWidget) and not each.__subclasses__():  # the others are what these are made from
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


def _checklists(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = booked(clinic)
    return ChecklistOf(booking_id=rosa), ChecklistOf(booking_id=ida)


def _settle_two_points(panel: ChecklistPanel) -> None:
    rows = {row.key: row for row in panel.rows}
    authorization, labs = rows[PreparationKey.AUTHORIZATION], rows[PreparationKey.LABS]
    if not authorization.is_open:
        QTest.keyClick(panel, Qt.Key(Qt.Key.Key_1 + panel.rows.index(authorization)))
    if not labs.is_open:
        labs.setFocus()
        QTest.keyClick(labs, Qt.Key.Key_N)


def _confirming(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = to_be_confirmed(clinic)
    return ConfirmCallOf(booking_id=rosa), ConfirmCallOf(booking_id=ida)


def _call_off(panel: ConfirmPanel) -> None:
    if panel.why.isHidden():
        QTest.mouseClick(panel.cancel_button, Qt.MouseButton.LeftButton)


def _who_wait(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = on_the_waiting_list(clinic)
    return WaitingEntryOf(booking_id=rosa), WaitingEntryOf(booking_id=ida)


def _holes(clinic: SmallClinic) -> tuple[Target, Target]:
    first, second = two_holes(clinic)
    return HoleAt(starts=first), HoleAt(starts=second)


def _calls(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = to_be_called(clinic)
    return CallOf(check_in_id=rosa), CallOf(check_in_id=ida)


def _reach(panel: CallPanel) -> None:
    if panel.attempts.isVisible():
        QTest.mouseClick(panel.attempts.reached_button, Qt.MouseButton.LeftButton)


def _reviews(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = to_be_reviewed(clinic)
    return ReviewOf(check_in_id=rosa), ReviewOf(check_in_id=ida)


def _brace_forms(clinic: SmallClinic) -> tuple[Target, Target]:
    first, second = (
        BraceOrderFor(patient_id=order.draft.patient_id, booking_id=order.draft.booking_id)
        for order in wanting_braces(clinic)
    )
    return first, second


def _choose_brace(panel: BraceOrderForm) -> None:
    if panel.picker.search.isVisible():
        QTest.keyClicks(panel.picker.search, "L0464")
        QTest.keyClick(panel.picker.search, Qt.Key.Key_Return)


def _brace_orders(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = wanting_braces(clinic)
    return BraceOrderOf(order_id=rosa.id), BraceOrderOf(order_id=ida.id)


def _new_bookings(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = register(clinic, "Rosa", "Ortiz"), register(clinic, "Ida", "May")
    return NewBooking(patient_id=rosa), NewBooking(patient_id=ida)


def _days(_clinic: SmallClinic) -> tuple[Target, Target]:
    stage = Stage(QApplication.instance() or QApplication())
    return ArrangingOf(day=THURSDAY, stage=stage), ArrangingOf(day=THURSDAY + timedelta(days=1), stage=stage)


def _records(clinic: SmallClinic) -> tuple[Target, Target]:
    rosa, ida = register(clinic, "Rosa", "Ortiz"), register(clinic, "Ida", "May")
    return EditPatient(patient_id=rosa), EditPatient(patient_id=ida)


def _rows(section: SetUpSection, rows: tuple[int, int]) -> Callable[[SmallClinic], tuple[Target, Target]]:
    return lambda _clinic: (SetUpRow(section=section, row=rows[0]), SetUpRow(section=section, row=rows[1]))


def _entries(kind: EntryKind, section: SetUpSection) -> Neighbours:
    def targets(clinic: SmallClinic) -> tuple[Target, Target]:
        rosa, ida, *_more = (*(int(each.id) for each in catalogue.entries(clinic.admin, kind)), 0)
        return SetUpRow(section=section, row=rosa), SetUpRow(section=section, row=ida)

    return Neighbours(Role.ADMINISTRATOR, targets)


def _units(section: SetUpSection) -> Neighbours:
    def targets(clinic: SmallClinic) -> tuple[Target, Target]:
        one, two = (clinic.units[name] for name in ("Room 1", "Room 2"))
        return SetUpRow(section=section, row=one), SetUpRow(section=section, row=two)

    return Neighbours(Role.ADMINISTRATOR, targets)


def _add_stretch(sheet: Any) -> None:
    if not sheet.hours.lines():
        QTest.mouseClick(sheet.hours.add_button, Qt.MouseButton.LeftButton)


def _closures(clinic: SmallClinic) -> tuple[Target, Target]:
    for unit in ("C-arm 1", "C-arm 2"):
        availability.add_closure(clinic.front, closed(clinic, at(8), at(12), unit))
    return _rows(SetUpSection.CLOSURES, (1, 2))(clinic)


def _blocks(clinic: SmallClinic) -> tuple[Target, Target]:
    for room in ("Room 1", "Room 2"):
        availability.add_block(clinic.front, replace(block(clinic), room_id=clinic.units[room]))
    return _rows(SetUpSection.BLOCKS, (1, 2))(clinic)


def _users(clinic: SmallClinic) -> tuple[Target, Target]:
    one, two = (int(user.id) for user in users.everyone(clinic.admin)[:2])
    return _rows(SetUpSection.USERS, (one, two))(clinic)


def _handouts(clinic: SmallClinic) -> tuple[Target, Target]:
    one, two = (number_of((text.key, text.language)) for text in handouts.texts(clinic.admin)[:2])
    return _rows(SetUpSection.HANDOUTS, (one, two))(clinic)


NEIGHBOURS: dict[str, Neighbours] = {
    "AddPanel": Neighbours(Role.SCHEDULER, _waiting_form),
    "CasePanel": Neighbours(Role.NURSE, _cases, _correct_and_cancel),
    "ChecklistPanel": Neighbours(Role.SCHEDULER, _checklists, _settle_two_points),
    "ConfirmPanel": Neighbours(Role.SCHEDULER, _confirming, _call_off),
    "DischargePanel": Neighbours(Role.NURSE, _leaving),
    "EntryPanel": Neighbours(Role.SCHEDULER, _who_wait),
    "HolePanel": Neighbours(Role.SCHEDULER, _holes),
    "BraceOrderForm": Neighbours(Role.SURGEON, _brace_forms, _choose_brace),
    "CallPanel": Neighbours(Role.NURSE, _calls, _reach),
    "OrderSheet": Neighbours(Role.NURSE, _brace_orders),
    "ReviewPanel": Neighbours(Role.SURGEON, _reviews),
    "ArrangingPanel": Neighbours(Role.SCHEDULER, _days),
    "BookingPanel": Neighbours(Role.SCHEDULER, _new_bookings),
    "PatientForm": Neighbours(Role.SCHEDULER, _records),
    "ProcedureSheet": _entries(EntryKind.PROCEDURE, SetUpSection.PROCEDURES),
    "SedationSheet": _entries(EntryKind.SEDATION, SetUpSection.SEDATION),
    "BraceSheet": _entries(EntryKind.BRACE, SetUpSection.BRACES),
    "PathwaySheet": _entries(EntryKind.PATHWAY, SetUpSection.PATHWAYS),
    "RedFlagSheet": _entries(EntryKind.RED_FLAG, SetUpSection.RED_FLAGS),
    "BloodThinnerSheet": _entries(EntryKind.BLOOD_THINNER, SetUpSection.BLOOD_THINNERS),
    "LimitsSheet": _entries(EntryKind.BLEEDING_LIMITS, SetUpSection.LIMITS),
    "HandoutSheet": Neighbours(Role.ADMINISTRATOR, _handouts),
    "UnitSheet": _units(SetUpSection.EQUIPMENT),
    "UnitHoursSheet": Neighbours(
        Role.ADMINISTRATOR,
        _units(SetUpSection.UNIT_HOURS).targets,
        _add_stretch,
    ),
    "ClosureSheet": Neighbours(Role.ADMINISTRATOR, _closures),
    "BlockSheet": Neighbours(Role.ADMINISTRATOR, _blocks),
    "UserSheet": Neighbours(Role.ADMINISTRATOR, _users),
}

LIVES = {each.__name__: each for each in _lives()}
ALONE = {"ClinicSheet", "HoursSheet"}
"""Open for the one clinic there is, which has no neighbour."""
TYPED = sorted(name for name, each in LIVES.items() if issubclass(each, Keyed) and name not in ALONE)

STORED = sorted(STEPS)
"""Those that say how something is stored in them: a double click and a colleague are tried there."""


def test_every_panel_says_how_it_is_opened() -> None:
    assert LIVES.keys() - ALONE == NEIGHBOURS.keys()
    assert STEPS.keys() <= set(TYPED)


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
    before: list[MainWindow] = field(default_factory=list)

    def open(self, which: int, *, settle: bool = True) -> Any:
        """Open the panel for the first or the second of the two."""
        target = self.targets[which]
        follow(self.window, target)
        if settle:
            settled(self.qtbot)
        return self.panel(target)

    def type_into(self, panel: Any) -> dict[str, Any]:
        """Change every field that takes something now; gives what stands in those that changed."""
        before = panel.typed.snapshot()
        self.neighbours.unfold(panel)
        touch_all(panel)
        after = panel.typed.snapshot()
        return {key: value for key, value in after.items() if value != before[key]}

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

    def again(self, role: Role | None = None) -> None:
        """The program starts anew, as after a crash, for the same person or the one of this role."""
        self.window.hide()
        self.before.append(self.window)  # let go at the end, on this thread
        self.window = _window(self.qtbot, self.clinic, role or self.neighbours.role)

    def somebody_else(self) -> Role | None:
        """Another role that has the panel too, if there is one."""
        others = [role for role in Role if role not in (Role.SYSTEM, self.neighbours.role)]
        return next((role for role in others if self.targets[0].to in self._reached_by(role)), None)

    def _reached_by(self, role: Role) -> set[str]:
        desk = self.clinic.desk(role)
        return {*places.sides(desk), *(place.home.to for place in places.places(desk))}

    @property
    def steps(self) -> Steps:
        """How something is stored in the panel."""
        return STEPS[self.kind.__name__]


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


def touch_all(panel: Any) -> None:
    """Change every field that takes something now."""
    for each in panel.typed.fields:
        widget = each.widget
        if widget is not None and widget.isVisible() and widget.isEnabled():
            _touch(widget)
            (widget.focusWidget() or widget).clearFocus()  # half a time becomes a whole one


def _touch(widget: QWidget) -> None:
    widget.setFocus()
    if isinstance(widget, QComboBox):
        QTest.keyClick(widget, Qt.Key.Key_Down)
    elif isinstance(widget, QLineEdit | QPlainTextEdit):
        QTest.keyClicks(widget, "4")
    elif isinstance(widget, QAbstractButton):
        QTest.keyClick(widget, Qt.Key.Key_Space)
    else:
        inside = widget.focusWidget() or _first_inside(widget)
        QTest.keyClick(inside, Qt.Key.Key_Space)
        QTest.keyClick(inside, Qt.Key.Key_Right)


def _first_inside(widget: QWidget) -> QWidget:
    """The first field of a list of them."""
    takes = (each for each in widget.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return next((each for each in takes if each.isVisible()), widget)


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


@every_panel(argvalues=TYPED)
def test_a_colleagues_change_of_something_else_leaves_what_is_typed_unsaved(stand: Stand) -> None:
    panel = stand.open(0)
    typed = stand.type_into(panel)
    hub().announce(EVERYTHING)
    settled(stand.qtbot)
    stand.open(1)
    now = stand.open(0).typed.snapshot()
    assert {key: now[key] for key in typed} == typed


@every_panel(argvalues=STORED)
def test_a_double_click_takes_one_step(stand: Stand) -> None:
    slow = SlowDesk(stand.window)
    panel = stand.open(0)
    button = stand.steps.fill(panel)
    slow.hold()
    for _press in range(2):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert slow.waiting == 1
    slow.release()
    settled(stand.qtbot)
    assert panel.problem_panel.text() == ""


@every_panel(argvalues=STORED)
def test_whoever_was_slower_keeps_what_they_typed_and_sees_what_is_stored(stand: Stand) -> None:
    panel = stand.open(0)
    button = stand.steps.fill(panel)
    typed = panel.typed.unsaved()
    assert typed, "nothing is typed"
    if stand.steps.quicker is None:
        return
    stand.steps.quicker(stand.clinic, BookingId(panel.key.id))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    stand.qtbot.waitUntil(lambda: panel.problem_panel.isVisible() or panel.differences.isVisible())
    settled(stand.qtbot)
    now = panel.typed.snapshot()
    assert {key: now[key] for key in typed} == typed
    assert set(panel.differences.keys) == stand.steps.differs
    assert panel.view is not None


@every_panel(argvalues=TYPED)
def test_a_window_that_closes_asks_nothing_and_offers_what_was_typed_again(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QDialog, "exec", lambda dialog: asked.append(dialog.windowTitle()))
    panel = stand.open(0)
    typed, key = stand.type_into(panel), panel.key
    assert stand.window.close()
    settled(stand.qtbot)
    assert asked == []
    stand.again()
    listed = stand.window.unsaved_list
    if panel.saves_itself:
        stand.open(0)
    else:
        menu = listed.menu()
        assert menu is not None
        (action,) = menu.actions()
        action.trigger()
        settled(stand.qtbot)
    panel = stand.panel(stand.targets[0])
    assert panel.key == key
    now = panel.typed.snapshot()
    assert {key: now[key] for key in typed} == typed


@every_panel(argvalues=TYPED)
def test_another_user_is_not_shown_what_was_typed(stand: Stand) -> None:
    typed = stand.type_into(stand.open(0))
    assert stand.window.close()
    settled(stand.qtbot)
    other = stand.somebody_else()
    if other is None:
        return
    stand.again(other)
    assert not stand.window.unsaved_list.isVisible()
    panel = stand.open(0)
    now = panel.typed.snapshot()
    if not panel.saves_itself:
        assert not any(now[key] == value for key, value in typed.items())
    assert panel.typed.unsaved() == {}
    assert not panel.kept_strip.isVisible()
    stand.again()
    now = stand.open(0).typed.snapshot()
    assert {key: now[key] for key in typed} == typed
