"""Where a case in hand goes: within its day, into columns that take cases, at the same time of day elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint

from clinicdesk.domain.catalogue import LONGEST_MINUTES
from clinicdesk.ui.places.diary import in_hand
from clinicdesk.ui.places.diary.axis import TimeAxis
from clinicdesk.ui.places.diary.blocks import DiaryMode, DiarySheet
from clinicdesk.ui.places.diary.geometry import Geometry, Metrics
from clinicdesk.ui.places.diary.in_hand import Spot
from tests.ui.diary import scenes

METRICS = Metrics(minute=1.0, least_block=14, least_column=96, gap=2, margin=8, edge=4)


def day_of_rooms(day: date = scenes.THURSDAY) -> Geometry:
    """Two rooms, and a column for cases that have none yet between them."""
    columns = (
        scenes.column("1", "Room 1", day, 1),
        scenes.column("none", "No room yet", day),
        scenes.column("2", "Room 2", day, 2),
    )
    block = scenes.case(7, "1", scenes.at(day, 9))
    sheet = DiarySheet(DiaryMode.DAY, TimeAxis(scenes.ZONE, (day,)), columns, (block,))
    return Geometry(sheet, 600, METRICS)


def week_of(monday: date) -> DiarySheet:
    days = tuple(monday + timedelta(days=n) for n in range(7))
    columns = tuple(scenes.column(day.isoformat(), str(day), day) for day in days)
    return DiarySheet(DiaryMode.WEEK, TimeAxis(scenes.ZONE, days), columns, ())


@given(st.integers(-500, 2000), st.integers(-500, 3000), st.integers(0, 60))
def test_wherever_the_pointer_goes_the_case_stays_on_the_grid_of_its_day(x: int, y: int, grab: int) -> None:
    geometry = day_of_rooms()
    home = in_hand.home_of(geometry, geometry.sheet.blocks[0])
    spot = in_hand.dragged(geometry, home, QPoint(x, y), grab)
    first, after = geometry.sheet.axis.bounds(scenes.THURSDAY)
    assert first <= spot.starts < after
    assert (spot.starts - first) % timedelta(minutes=5) == timedelta()
    assert spot.column.resource_id is not None
    longer = in_hand.pulled(geometry, home, QPoint(x, y), grab)
    assert longer.starts == home.starts
    assert 5 <= longer.minutes <= LONGEST_MINUTES
    assert longer.minutes % 5 == 0


def test_arrows_pass_over_the_column_that_is_no_room_and_stop_at_the_edges() -> None:
    geometry = day_of_rooms()
    home = in_hand.home_of(geometry, geometry.sheet.blocks[0])
    beside = in_hand.beside(geometry, home, 1)
    assert beside.column.title == "Room 2"
    assert in_hand.beside(geometry, beside, 1) == beside
    late = in_hand.shifted(geometry, home, timedelta(hours=20))
    assert scenes.ZONE.local(late.starts).strftime("%d %H:%M") == "26 23:55"
    assert in_hand.lengthened(home, -200).minutes == 5


@pytest.mark.parametrize(
    ("wall", "monday", "expected"),
    [
        ("09:00", date(2026, 11, 30), "Thu 09:00"),
        ("09:00", date(2026, 3, 2), "Thu 09:00"),
    ],
)
def test_another_week_keeps_the_weekday_and_the_time_of_day(wall: str, monday: date, expected: str) -> None:
    here = week_of(date(2026, 11, 23))
    hour, minute = (int(part) for part in wall.split(":"))
    spot = Spot(here.columns[3], scenes.at(scenes.THURSDAY, hour, minute), 60)
    moved = in_hand.on_sheet(week_of(monday), spot, scenes.case(7, "x", spot.starts))
    assert scenes.ZONE.local(moved.starts).strftime("%a %H:%M") == expected


def test_an_hour_that_the_clocks_skip_becomes_the_next() -> None:
    here = week_of(date(2026, 3, 2))
    saturday = Spot(here.columns[5], scenes.at(date(2026, 3, 7), 2, 30), 60)
    sheet = Geometry(here, 900, METRICS)
    sunday = in_hand.beside(sheet, saturday, 1)
    assert scenes.ZONE.local(sunday.starts).strftime("%a %H:%M") == "Sun 03:30"


def test_from_the_day_to_the_week_and_back_the_case_finds_its_column() -> None:
    geometry = day_of_rooms()
    block = geometry.sheet.blocks[0]
    home = in_hand.home_of(geometry, block)
    in_week = in_hand.on_sheet(week_of(date(2026, 11, 23)), home, block)
    assert in_week.column.day == scenes.THURSDAY
    friday = in_hand.on_sheet(
        day_of_rooms(date(2026, 11, 27)).sheet, replace(in_week, starts=home.starts), block
    )
    assert (friday.column.title, scenes.ZONE.local(friday.starts).strftime("%a %H:%M")) == (
        "Room 1",
        "Fri 09:00",
    )
