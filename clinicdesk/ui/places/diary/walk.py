"""Moving through the diary with the keyboard: from case to case, and the slot cursor in steps of five minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Final

from PySide6.QtCore import Qt

from clinicdesk.domain.ids import BookingId
from clinicdesk.ui.places.diary.blocks import DiaryColumn
from clinicdesk.ui.places.diary.geometry import SLOT, Geometry, PlacedBlock, SlotPlace


class DiaryAsk(StrEnum):
    """What a person asks of the diary with a single key; the place that holds it answers."""

    EARLIER = "earlier"
    LATER = "later"
    TODAY = "today"
    DAY = "day"
    WEEK = "week"


ASKS: Final = {
    Qt.Key.Key_PageUp: DiaryAsk.EARLIER,
    Qt.Key.Key_PageDown: DiaryAsk.LATER,
    Qt.Key.Key_T: DiaryAsk.TODAY,
    Qt.Key.Key_D: DiaryAsk.DAY,
    Qt.Key.Key_W: DiaryAsk.WEEK,
}
"""The keys that ask."""


class Step(Enum):
    """A direction on the sheet: along time, or from column to column."""

    EARLIER = (0, -1)
    LATER = (0, 1)
    LEFT = (-1, 0)
    RIGHT = (1, 0)


def next_case(
    geometry: Geometry, selected: BookingId | None, step: Step, now: datetime
) -> PlacedBlock | None:
    """The case the selection moves to, or None where there is no case at all.

    Without a selection it is the first case that is not over at ``now``. Left and right look for the nearest column with
    cases and take the one that starts closest in time of day.
    """
    current = geometry.find(selected) if selected is not None else None
    if current is None:
        return _first_from(geometry, now)
    if step in (Step.EARLIER, Step.LATER):
        column = geometry.placed[geometry.column_index(current.block.column)]
        at = column.index(current) + step.value[1]
        return column[at] if 0 <= at < len(column) else current
    return _beside(geometry, current, step.value[0]) or current


def next_slot(geometry: Geometry, slot: SlotPlace, step: Step) -> SlotPlace:
    """The slot cursor one step on; it stays within the sheet and skips what a day does not have."""
    columns = geometry.sheet.columns
    across, along = step.value
    if across:
        at = geometry.column_index(slot.column.key) + across
        return _same_time(geometry, slot, columns[at]) if 0 <= at < len(columns) else slot
    start, end = geometry.sheet.axis.bounds(slot.column.day)
    moved = slot.starts + along * SLOT
    return SlotPlace(slot.column, moved) if start <= moved < end else slot


def cursor(
    geometry: Geometry, slot: SlotPlace | None, selected: BookingId | None, now: datetime
) -> SlotPlace | None:
    """The slot a booking begins at when none was pointed at.

    The chosen slot; else the end of the selected case; else the next five minutes of today's column; else the first
    opening hour on the sheet.
    """
    if slot is not None:
        return slot
    current = geometry.find(selected) if selected is not None else None
    if current is not None:
        column = geometry.sheet.columns[geometry.column_index(current.block.column)]
        return SlotPlace(column, _rounded_up(current.block.held_to))
    for column in geometry.sheet.columns:
        if any(opens <= now < closes for opens, closes in column.open):
            return SlotPlace(column, _rounded_up(now))
    return next((SlotPlace(c, c.open[0][0]) for c in geometry.sheet.columns if c.open), None)


def _first_from(geometry: Geometry, now: datetime) -> PlacedBlock | None:
    cases = sorted(geometry.all_blocks(), key=lambda p: (p.block.starts, p.rect.left()))
    return next((p for p in cases if p.block.ends > now), cases[0] if cases else None)


def _beside(geometry: Geometry, current: PlacedBlock, across: int) -> PlacedBlock | None:
    at = geometry.column_index(current.block.column) + across
    while 0 <= at < len(geometry.placed):
        if geometry.placed[at]:
            return min(geometry.placed[at], key=lambda p: abs(p.body.top() - current.body.top()))
        at += across
    return None


def _same_time(geometry: Geometry, slot: SlotPlace, column: DiaryColumn) -> SlotPlace:
    position = geometry.sheet.axis.position(slot.column.day, slot.starts)
    instant = geometry.sheet.axis.instant(column.day, position)
    return SlotPlace(column, instant) if instant is not None else slot


def _rounded_up(instant: datetime) -> datetime:
    past = timedelta(minutes=instant.minute % 5, seconds=instant.second, microseconds=instant.microsecond)
    return instant + (SLOT - past if past else timedelta())
