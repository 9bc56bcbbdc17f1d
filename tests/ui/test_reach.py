"""Tab comes to every control in the order on screen, and nothing is wider than there is room for.

Every place, every panel at the right and every dialog is opened as a person opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.bootstrap import places
from clinicdesk.domain.users import Role
from clinicdesk.domain.waiting import Wish
from clinicdesk.services import arranging, brace, waiting
from clinicdesk.ui import operations
from clinicdesk.ui.frame.place import follow
from clinicdesk.ui.frame.targets import (
    AddToWaitingList,
    BraceOrderFor,
    BraceOrderOf,
    CallOf,
    CaseOf,
    ChangeBooking,
    ChartOf,
    ChecklistOf,
    ConfirmCallOf,
    DiaryToArrange,
    HoleLeftBy,
    ImportPatients,
    LeavingOf,
    NewBooking,
    RegisterPatient,
    ReviewOf,
    SetUpAt,
    SetUpSection,
    Target,
    WaitingEntryOf,
)
from clinicdesk.ui.kit import Dialog, dialogs
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.papers.window import PaperWindow, show_discharge_sheet
from clinicdesk.ui.places.recovery.who_calls import WhoCalls
from clinicdesk.ui.places.setup.users import PasswordDialog
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.signin import SignInWindow
from clinicdesk.ui.window.window_keys import Shortcut, ShortcutList
from clinicdesk.ui.window.wizard.window import Makers, Wizard
from tests.helpers import reach, recoveries
from tests.helpers.bookings import add_patient, kypho
from tests.helpers.charts import full_chart
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.quiet import settled
from tests.ui.neighbours import in_recovery

SCREENS = [(80, (1024, 700)), (100, (1024, 700)), (150, (1600, 1000)), (200, (1920, 1080))]
ROLES = (Role.SCHEDULER, Role.NURSE, Role.SURGEON, Role.ADMINISTRATOR)


def _rooms(clinic: SmallClinic, role: Role) -> list[Target]:
    """Every page and every panel that this role can open, about people who have everything on their charts."""
    desk = clinic.desk(role)
    rosa, ida = in_recovery(clinic)
    gone = recoveries.discharged(clinic, "Max Cole", contact="Eva Cole")
    check_in = recoveries.line_of(clinic, gone).check_in_id
    answered, _triage = recoveries.answered(clinic, recoveries.discharged(clinic, "Uma Dale"), fever="yes")
    entry = waiting.add(clinic.front, kypho(clinic, add_patient(clinic, "Bo Lee"), None), Wish()).value
    chart = full_chart(clinic)
    order = brace.prescribe(clinic.surgeon, recoveries.brace_draft(chart.patient_id)).value
    everybody: list[Target] = [place.home for place in places.places(desk)]
    rooms: dict[Role, list[Target]] = {
        Role.SCHEDULER: [
            *everybody,
            ChartOf(patient_id=chart.patient_id),
            RegisterPatient(typed="Or"),
            ImportPatients(),
            DiaryToArrange(),
            NewBooking(patient_id=chart.patient_id),
            ChangeBooking(booking_id=chart.ahead),
            AddToWaitingList(patient_id=chart.patient_id),
            WaitingEntryOf(booking_id=entry.id),
            HoleLeftBy(booking_id=chart.ahead),
            CaseOf(booking_id=chart.ahead),
            ConfirmCallOf(booking_id=chart.ahead),
        ],
        Role.NURSE: [
            CallOf(check_in_id=check_in),
            CallOf(check_in_id=check_in, reached=True),
            ChecklistOf(booking_id=chart.ahead),
            CaseOf(booking_id=rosa),
            LeavingOf(booking_id=ida),
        ],
        Role.SURGEON: [
            ReviewOf(check_in_id=answered),
            BraceOrderOf(order_id=order.id),
            BraceOrderFor(patient_id=chart.patient_id, booking_id=chart.done),
            CaseOf(booking_id=rosa),
            LeavingOf(booking_id=ida),
        ],
        Role.ADMINISTRATOR: [SetUpAt(section=section) for section in SetUpSection],
    }
    return rooms[role]


def _window(qtbot: QtBot, clinic: SmallClinic, role: Role, size: tuple[int, int] = (1366, 900)) -> MainWindow:
    desk = clinic.desk(role)
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(desk, places.places(desk), sides=places.sides(desk))
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(*size)
    window.start()
    qtbot.waitExposed(window)
    window.activateWindow()
    settled(qtbot)
    return window


@pytest.fixture
def _usual_size() -> Iterator[None]:
    theme().start()
    yield
    theme().set_scale(100)
    operations.shutdown()
    arranging.rest()


every_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
pytestmark = pytest.mark.usefixtures("_usual_size")


@every_role
def test_tab_comes_to_every_control_in_the_order_on_screen(
    qtbot: QtBot, clinic: SmallClinic, role: Role
) -> None:
    rooms = _rooms(clinic, role)
    window = _window(qtbot, clinic, role)
    wrong = []
    for room in rooms:
        follow(window, room)
        settled(qtbot)
        wrong += [f"{room}: {each}" for each in reach.faults_of_tab(window)]
    assert wrong == []


@every_role
@pytest.mark.parametrize(("scale", "screen"), SCREENS)
def test_nothing_is_wider_than_the_room_there_is(
    qtbot: QtBot, clinic: SmallClinic, role: Role, scale: int, screen: tuple[int, int]
) -> None:
    rooms = _rooms(clinic, role)
    theme().set_scale(scale)
    window = _window(qtbot, clinic, role, screen)
    wrong = []
    for room in rooms:
        follow(window, room)
        settled(qtbot)
        wrong += [f"{room}: {each}" for each in reach.too_wide(window)]
    assert wrong == []


# ---------------------------------------------------------------------- dialogs, and what stands before the window


def _forget(_login: str, _password: str) -> object:
    raise AssertionError("nobody signs in here")


def _sign_in(_clinic: SmallClinic, _holder: QWidget) -> QWidget:
    return SignInWindow(_forget, recover=lambda _login, _key, _password: None)


def _recovery(clinic: SmallClinic, holder: QWidget) -> QWidget:
    door = _sign_in(clinic, holder)
    assert isinstance(door, SignInWindow)
    door.show_recovery()
    return door


def _paper(clinic: SmallClinic, holder: QWidget) -> QWidget:
    _rosa, ida = in_recovery(clinic)
    return show_discharge_sheet(clinic.nurse, holder, ida)


def _question(_clinic: SmallClinic, holder: QWidget) -> QWidget:
    dialog = Dialog("Cancel the booking of Rosa Ortiz?", holder)
    dialog.add_buttons("Cancel booking", "Keep it")
    return dialog


DIALOGS: dict[str, Callable[[SmallClinic, QWidget], QWidget]] = {
    "Dialog": _question,
    "_AskDialog": lambda _clinic, holder: dialogs._AskDialog(holder, "Why is it cancelled?", "", "Reason"),
    "PasswordDialog": lambda _clinic, holder: PasswordDialog("New password for Kim", holder),
    "ShortcutList": lambda _clinic, holder: ShortcutList([Shortcut("F1", "This list")], holder),
    "WhoCalls": lambda clinic, holder: WhoCalls(clinic.nurse, holder),
    "PaperWindow": _paper,
    "SignInWindow": _sign_in,
    "SignInWindow, recovery key": _recovery,
    "Wizard": lambda _clinic, _holder: Wizard(Makers(found=print, recovery_key="ABCD-EFGH"), "a folder"),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_tab_comes_to_every_control_of_a_dialog(qtbot: QtBot, clinic: SmallClinic, name: str) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    window = DIALOGS[name](clinic, holder)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    settled(qtbot)
    assert reach.faults_of_tab(window) == []
    if isinstance(window, Wizard):
        window.begin()
        window.clinic.name.set_value("Hillside Spine Clinic")
        window.administrator.login.set_value("alex")
        for step in window.steps:
            window._show(window.steps.index(step))
            assert reach.faults_of_tab(window) == []


def test_every_dialog_is_among_them() -> None:
    waiting, found = [Dialog, PaperWindow], set()
    while waiting:
        each = waiting.pop()
        found.add(each.__name__)
        waiting += each.__subclasses__()
    assert found <= DIALOGS.keys()
