"""Where blocks stand and what lies under a point."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect

from clinicdesk.domain.ids import BookingId
from clinicdesk.ui.places.diary.axis import TimeAxis
from clinicdesk.ui.places.diary.blocks import CaseBlock, DiaryMode, DiarySheet
from clinicdesk.ui.places.diary.geometry import Geometry, Grip, Metrics
from tests.ui.diary import scenes

METRICS = Metrics(minute=1.0, least_block=14, least_column=96, gap=2, margin=8, edge=4)


def laid_out(*blocks: CaseBlock, columns: int = 2, width: int = 600) -> Geometry:
    every = tuple(scenes.column(f"r{n}", f"Room {n}", resource=n) for n in range(1, columns + 1))
    axis = TimeAxis(scenes.ZONE, (scenes.THURSDAY,))
    return Geometry(DiarySheet(DiaryMode.DAY, axis, every, blocks), width, METRICS)


def nine(minutes: int = 60, number: int = 1, *, setup: int = 0, turnover: int = 0) -> CaseBlock:
    return scenes.case(number, "r1", scenes.at(scenes.THURSDAY, 9), minutes, setup=setup, turnover=turnover)


def test_setup_and_turnover_are_ends_of_the_same_block() -> None:
    (placed,) = laid_out(nine(60, setup=15, turnover=20)).all_blocks()
    assert (placed.rect.top(), placed.body.top()) == (525, 540)
    assert placed.body.bottom() < placed.rect.bottom() <= 540 + 60 + 20


def test_what_is_proposed_lies_over_what_would_leave_and_beside_what_stays() -> None:
    leaves, stays = nine(60, 1), scenes.case(2, "r1", scenes.at(scenes.THURSDAY, 10, 15), 60)
    before = laid_out(leaves, stays)
    geometry = Geometry(scenes.planned(before.sheet, every=2), 600, METRICS)
    (proposed,) = geometry.proposed[0]
    standing, left = geometry.find(stays.booking_id), geometry.find(leaves.booking_id)
    assert standing is not None
    assert left is not None
    assert (left.rect, left.block.leaves) == (next(before.all_blocks()).rect, True)
    assert proposed.rect.top() == 540 + 25
    assert proposed.rect.intersects(left.rect)
    assert not proposed.rect.intersects(standing.rect)
    assert geometry.hit(proposed.rect.center()).booking == leaves.booking_id
    assert geometry.hit(proposed.rect.center(), plan=False).proposed is None


def test_a_tiny_case_keeps_a_height_that_can_be_read_and_its_neighbour_gives_way() -> None:
    soon = scenes.case(2, "r1", scenes.at(scenes.THURSDAY, 9, 5), 5)
    first, second = laid_out(nine(5), soon).all_blocks()
    assert first.rect.height() >= METRICS.least_block - 1
    assert not first.rect.intersects(second.rect)


def test_blocks_of_a_crowded_day_never_cover_one_another() -> None:
    for sheet in (scenes.crowded_day(), scenes.overlaps(), scenes.week()):
        geometry = Geometry(sheet, 1300, METRICS)
        for n, column in enumerate(geometry.placed):
            rects = [placed.rect for placed in column]
            assert all(geometry.column_rect(n).contains(rect) for rect in rects)
            assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])


def test_columns_never_get_narrower_than_can_be_read() -> None:
    assert laid_out(columns=20, width=600).width == 20 * METRICS.least_column


@pytest.mark.parametrize(("y", "grip"), [(541, Grip.TOP), (570, Grip.BODY), (597, Grip.BOTTOM)])
def test_a_hit_tells_the_edge_from_the_body(y: int, grip: Grip) -> None:
    hit = laid_out(nine()).hit(QPoint(50, y))
    assert hit.placed is not None
    assert hit.placed.block.booking_id == BookingId(1)
    assert hit.grip is grip


def test_an_empty_place_is_a_slot_in_steps_of_five_minutes() -> None:
    hit = laid_out(nine()).hit(QPoint(450, 9 * 60 + 23))
    assert hit.placed is None
    assert hit.slot is not None
    assert hit.slot.column.key == "r2"
    assert hit.slot.starts == scenes.at(scenes.THURSDAY, 9, 20)


def test_a_time_that_the_day_does_not_have_is_no_slot() -> None:
    sheet = scenes.week(scenes.SPRING, 7, rooms=1)
    geometry = Geometry(sheet, 1400, METRICS)
    assert geometry.hit(QPoint(50, 150)).slot is None
    assert geometry.hit(QPoint(350, 150)).slot is not None
    assert geometry.hit(QPoint(-1, 150)).slot is None


def test_only_what_touches_an_area_is_painted() -> None:
    geometry = laid_out(nine(), scenes.case(2, "r2", scenes.at(scenes.THURSDAY, 14)))
    seen = geometry.touching(QRect(0, 500, 600, 100))
    assert [p.block.booking_id for p in seen] == [1]
    assert geometry.y(geometry.sheet.columns[0], scenes.at(scenes.THURSDAY, 9) + timedelta(minutes=7)) == 547
