"""A real window over a small clinic in the middle of its Monday, with the day list and the diary in it."""

from __future__ import annotations

from datetime import datetime

from pytestqt.qtbot import QtBot

from clinicdesk.domain.users import Role
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import PanelTarget, PlaceTarget
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.places.today.place import TodayPlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.busy_day import at
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.places import BookView, CaseView

_NOW = at(11, 26)


def open_window(
    qtbot: QtBot, clinic: SmallClinic, place: PlaceTarget, role: Role = Role.NURSE, *, now: datetime = _NOW
) -> MainWindow:
    """Open the window at a place, Monday at 11:26; what feature panels were asked to open is noted, not done."""
    clinic.clock.at = now
    theme().start()
    fmt.configure(FACTS.zone)
    window = MainWindow(
        clinic.desk(role),
        [TodayPlace.factory(), DiaryPlace.factory()],
        sides={"case": CaseView, "book": BookView, "discharge": BookView},
    )
    qtbot.addWidget(window)
    window.resize(1280, 820)
    window.start(place)
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


def settled(qtbot: QtBot) -> None:
    """Wait until everything that was asked for has been answered."""
    qtbot.waitUntil(_quiet, timeout=10_000)


def _quiet() -> bool:
    return not operations.busy()


def opened(window: MainWindow) -> list[PanelTarget]:
    """What the panel at the right was asked to open, one after another."""
    side = window.side
    assert isinstance(side, BookView | CaseView)
    return side.opened
