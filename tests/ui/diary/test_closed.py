"""Closed stretches and block time behind the cases, in a real window over a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from clinicdesk.domain.availability import ClosureKind, UnitHours
from clinicdesk.services import availability
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import Diary
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.diary.blocks import DiaryColumn, StretchSort
from clinicdesk.ui.places.diary.closed import stretch_tip
from clinicdesk.ui.places.diary.geometry import SlotPlace
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.busy_day import MONDAY, at
from tests.helpers.clinics import SmallClinic
from tests.helpers.times import block, closed, unit
from tests.ui.diary.windows import open_window, settled


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic) -> Iterator[MainWindow]:
    """Monday: a room in repair for an hour, a closed afternoon, a block that is Dr Lin's and one that was released."""
    repair = closed(clinic, at(9), at(10), "Room 2", reason="New lamp")
    availability.add_closure(clinic.front, repair)
    evening = closed(clinic, at(15), at(17), kind=ClosureKind.CONFERENCE)
    availability.add_closure(clinic.front, evening)
    mornings = {"weekday": 0, "first_on": MONDAY}
    availability.add_block(clinic.front, block(clinic, "Dr Lin", "Room 1", **mornings))
    given = availability.add_block(clinic.front, block(clinic, "Dr Shah", "Room 2", **mornings)).value
    availability.release_block_day(clinic.front, given.id, MONDAY)
    yield open_window(qtbot, clinic, Diary())
    operations.shutdown()


def columns(window: MainWindow) -> dict[str, DiaryColumn]:
    place = window.place("diary")
    assert isinstance(place, DiaryPlace)
    return {column.title: column for column in place.view.geometry_now.sheet.columns}


def told(column: DiaryColumn) -> list[tuple[StretchSort, str]]:
    return [(stretch.sort, stretch.words) for stretch in column.stretches]


def test_each_room_shows_what_is_closed_and_whose_time_it_is(window: MainWindow) -> None:
    shown = columns(window)
    assert told(shown["Room 1"]) == [
        (StretchSort.KEPT, "Block: Dr Lin"),
        (StretchSort.CLOSED, "Conference"),
    ]
    assert told(shown["Room 2"]) == [
        (StretchSort.RELEASED, "Dr Shah, released"),
        (StretchSort.CLOSED, "Conference"),
        (StretchSort.CLOSED, "New lamp"),
    ]
    assert shown["Room 1"].open == ((at(8), at(15)),)
    assert stretch_tip(SlotPlace(shown["Room 2"], at(9))) == (
        "Dr Shah, released, 8:00 AM to 12:00 PM",
        "New lamp, 9:00 to 10:00 AM",
    )


def test_a_tint_lies_on_block_time_and_a_hatching_on_what_is_closed(window: MainWindow) -> None:
    place = window.place("diary")
    assert isinstance(place, DiaryPlace)
    view = place.view
    view.scroll_to(at(8))
    picture = view.viewport().grab().toImage()
    geometry, ink = view.geometry_now, view.ink

    def colours(title: str, hour: int) -> set[int]:
        column = columns(window)[title]
        outer = geometry.column_rect(geometry.column_index(column.key))
        corner = QPoint(outer.right() - 30, geometry.y(column, at(hour, 10))) - view.offset
        return {picture.pixelColor(corner + QPoint(dx, dy)).rgb() for dx in range(16) for dy in range(0, 16)}

    assert ink.kept.rgb() in colours("Room 1", 11)
    assert colours("Room 1", 13) == {ink.surface.rgb()}
    assert {ink.line.rgb(), ink.closed.rgb()} <= colours("Room 2", 9)


def test_a_room_with_hours_of_its_own_is_open_by_them_and_the_diary_looks_again(
    window: MainWindow, clinic: SmallClinic, qtbot: QtBot
) -> None:
    room = unit(clinic, "Room 1")
    own = [UnitHours(0, time(10), time(16))]
    done = availability.set_hours(clinic.admin, room.id, room.version, own)
    hub().changed.emit(done.changes)
    settled(qtbot)
    qtbot.waitUntil(lambda: columns(window)["Room 1"].open == ((at(10), at(15)),), timeout=5_000)
    assert columns(window)["Room 2"].open == ((at(8), at(15)),)
