"""A real window over a real clinic whose Thursday is full of holes, with the diary and the panel that arranges it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import Booking
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.services import booking
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import Diary
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.arranging.panel import ArrangingPanel
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.bookings import THURSDAY, add_patient, at, kypho
from tests.helpers.clinics import FACTS, SmallClinic

ONE, TWO = (ResourceKind.ROOM, "Room 1"), (ResourceKind.ROOM, "Room 2")
LIN, SHAH = (ResourceKind.SURGEON, "Dr Lin"), (ResourceKind.SURGEON, "Dr Shah")


def scattered(clinic: SmallClinic) -> list[Booking]:
    """Dr Lin waits for hours between cases, and changes rooms for each."""
    return [
        booked(clinic, "Ana Lee", 9, 0, LIN, ONE),
        booked(clinic, "Bob Roe", 12, 0, LIN, TWO),
        booked(clinic, "Cy Poe", 14, 30, LIN, ONE),
        booked(clinic, "Di Moe", 11, 0, SHAH, ONE),
    ]


def booked(
    clinic: SmallClinic, name: str, hour: int, minute: int, *units: tuple[ResourceKind, str]
) -> Booking:
    """Book a kyphoplasty for Thursday."""
    draft = kypho(clinic, add_patient(clinic, name), at(hour, minute), units=units)
    return booking.book(clinic.front, draft).value


def open_window(qtbot: QtBot, clinic: SmallClinic, role: Role = Role.SCHEDULER) -> MainWindow:
    """Open the diary of that Thursday."""
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(clinic.desk(role), [DiaryPlace.factory()], sides={"arrange": ArrangingPanel})
    qtbot.addWidget(window)
    window.resize(1366, 900)
    window.start(Diary())
    qtbot.waitExposed(window)
    diary(window).show_day(THURSDAY)
    settled(qtbot)
    return window


def diary(window: MainWindow) -> DiaryPlace:
    """The diary of the window."""
    place = window.place("diary")
    assert isinstance(place, DiaryPlace)
    return place


def panel(window: MainWindow) -> ArrangingPanel:
    """The panel at the right, which must be the one that arranges."""
    side = window.side
    assert isinstance(side, ArrangingPanel)
    return side


def settled(qtbot: QtBot) -> None:
    """Wait until everything that was asked for has been answered, a search too."""
    qtbot.waitUntil(_quiet, timeout=60_000)


def _quiet() -> bool:
    return not operations.busy()
