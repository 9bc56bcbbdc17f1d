"""Where everything in the diary stands: columns, blocks with their ends, and what lies under a point.

Content coordinates are logical pixels from the top left of the whole day, scrolled or not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from PySide6.QtCore import QPoint, QRect

from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.scheduling.layout import Placement, Span, lay_out
from clinicdesk.ui.places.diary.blocks import CaseBlock, DiaryColumn, DiarySheet, ProposedCase

SLOT = timedelta(minutes=5)


class Grip(StrEnum):
    """The part of a block that lies under the pointer; a block is moved by its body, resized by its edges."""

    BODY = "body"
    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Metrics:
    """The measures a layout needs, in logical pixels."""

    minute: float
    """Height of a minute."""
    least_block: int
    least_column: int
    gap: int
    margin: int
    """Kept free at the trailing edge of a column, so that a time beside a case can still be picked."""
    edge: int
    """Height of the edge by which a block is resized."""


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A case where it is drawn: ``rect`` with setup and turnover, ``body`` without."""

    block: CaseBlock
    rect: QRect
    body: QRect


@dataclass(frozen=True, slots=True)
class PlacedCase:
    """A proposed case where it is drawn, as `PlacedBlock`."""

    case: ProposedCase
    rect: QRect
    body: QRect


@dataclass(frozen=True, slots=True)
class SlotPlace:
    """An empty place in the diary: a column and an instant in steps of five minutes."""

    column: DiaryColumn
    starts: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """What lies under a point: a proposed case, a block at a time, or a time."""

    slot: SlotPlace | None
    placed: PlacedBlock | None = None
    grip: Grip | None = None
    proposed: PlacedCase | None = None

    @property
    def booking(self) -> BookingId | None:
        """Whose case lies there."""
        if self.proposed is not None:
            return self.proposed.case.booking_id
        return None if self.placed is None else self.placed.block.booking_id

    @property
    def tip(self) -> tuple[str, ...]:
        """What is said of that case, in lines."""
        if self.proposed is not None:
            return self.proposed.case.tip
        return () if self.placed is None else self.placed.block.tip


class Geometry:
    """A sheet laid out at one width and zoom."""

    def __init__(self, sheet: DiarySheet, width: int, metrics: Metrics) -> None:
        self.sheet = sheet
        self.metrics = metrics
        count = max(1, len(sheet.columns))
        self.width = max(width, count * metrics.least_column)
        self.height = round(sheet.axis.minutes * metrics.minute)
        self._edges = [self.width * n // count for n in range(count + 1)]
        self._index = {column.key: n for n, column in enumerate(sheet.columns)}
        self.placed: list[list[PlacedBlock]] = [[] for _ in range(count)]
        self.proposed: list[list[PlacedCase]] = [[] for _ in range(count)]
        for n, column in enumerate(sheet.columns):
            self.placed[n], self.proposed[n] = self._place(column)
        self._by_id = {p.block.booking_id: p for p in self.all_blocks()}
        self._proposed_by_id = {p.case.booking_id: p for cases in self.proposed for p in cases}

    def all_blocks(self) -> Iterator[PlacedBlock]:
        """Every placed block, column by column, each from the top."""
        return (placed for column in self.placed for placed in column)

    def find(self, booking: BookingId) -> PlacedBlock | None:
        """The block of a booking, or None if it is not on this sheet."""
        return self._by_id.get(booking)

    def find_proposed(self, booking: BookingId) -> PlacedCase | None:
        """Where a booking is proposed to stand, or None if that is not on this sheet."""
        return self._proposed_by_id.get(booking)

    def framed(self, booking: BookingId) -> QRect | None:
        """Where the frame of the selected case lies: where it would go, as long as a plan would move it."""
        home = self.find(booking)
        there = self.find_proposed(booking) if home is not None and home.block.leaves else None
        placed = there or home
        return None if placed is None else placed.rect

    def column_index(self, key: str) -> int:
        """The place of the column with this key, from the leading edge."""
        return self._index[key]

    def column_at(self, x: int) -> DiaryColumn:
        """The column at ``x``; the nearest one beyond the edges."""
        at = bisect_right(self._edges, max(0, min(self.width - 1, x))) - 1
        return self.sheet.columns[min(at, len(self.sheet.columns) - 1)]

    def column_rect(self, index: int) -> QRect:
        """The whole height of a column."""
        left, right = self._edges[index], self._edges[index + 1]
        return QRect(left, 0, right - left, self.height)

    def y(self, column: DiaryColumn, instant: datetime) -> int:
        """The height of an instant in a column, clamped to its day."""
        return round(self.sheet.axis.position(column.day, instant) * self.metrics.minute)

    def slot_rect(self, slot: SlotPlace, minutes: int) -> QRect:
        """The rectangle of an empty stretch of so many minutes."""
        column = self.column_rect(self._index[slot.column.key])
        top = self.y(slot.column, slot.starts)
        bottom = self.y(slot.column, slot.starts + timedelta(minutes=minutes))
        return QRect(column.left() + 1, top, column.width() - self.metrics.margin, bottom - top)

    def touching(self, area: QRect) -> list[PlacedBlock]:
        """The blocks that have something in ``area``."""
        first = max(0, bisect_right(self._edges, area.left()) - 1)
        last = min(len(self.placed), bisect_right(self._edges, area.right()))
        return [p for n in range(first, last) for p in self.placed[n] if p.rect.intersects(area)]

    def proposed_touching(self, area: QRect) -> list[PlacedCase]:
        """The proposed cases that have something in ``area``."""
        return [p for n in self.columns_in(area) for p in self.proposed[n] if p.rect.intersects(area)]

    def columns_in(self, area: QRect) -> range:
        """The indexes of the columns that have something in ``area``."""
        first = max(0, bisect_right(self._edges, area.left()) - 1)
        return range(first, min(len(self.sheet.columns), bisect_right(self._edges, area.right())))

    def hit(self, point: QPoint, *, plan: bool = True) -> Hit:
        """What lies under a point of the content; ``plan`` tells whether proposed cases are there to be met."""
        if not (0 <= point.x() < self.width and 0 <= point.y() < self.height and self.sheet.columns):
            return Hit(None)
        index = bisect_right(self._edges, point.x()) - 1
        for each in self.proposed[index] if plan else ():
            if each.rect.contains(point):
                return Hit(None, proposed=each)
        column = self.sheet.columns[index]
        slot = self._slot(column, point.y())
        met = [placed for placed in reversed(self.placed[index]) if placed.rect.contains(point)]
        if not met:
            return Hit(slot)
        placed = next((each for each in met if not each.block.leaves), met[0])
        return Hit(slot, placed, self._grip(placed, point))

    def _grip(self, placed: PlacedBlock, point: QPoint) -> Grip:
        edge = self.metrics.edge
        if placed.rect.height() < 4 * edge:
            return Grip.BODY
        if point.y() < placed.rect.top() + edge:
            return Grip.TOP
        return Grip.BOTTOM if point.y() > placed.rect.bottom() - edge else Grip.BODY

    def _slot(self, column: DiaryColumn, y: int) -> SlotPlace | None:
        instant = self.sheet.axis.instant(column.day, y / self.metrics.minute)
        if instant is None:
            return None
        start, _end = self.sheet.axis.bounds(column.day)
        return SlotPlace(column, instant - (instant - start) % SLOT)

    def _place(self, column: DiaryColumn) -> tuple[list[PlacedBlock], list[PlacedCase]]:
        """Return the blocks of a column from the top, and what is proposed in it, each in its lane.

        What is proposed shares the lanes with the blocks that stay. Those that would leave keep theirs, beneath.
        """
        blocks = [b for b in self.sheet.blocks if b.column == column.key]
        cases = [c for c in self.sheet.proposed if c.column == column.key]
        before = self._lanes(blocks)
        then = before
        if cases or any(block.leaves for block in blocks):
            then = self._lanes([*(block for block in blocks if not block.leaves), *cases])
        lanes = {b.booking_id: (before if b.leaves else then)[b.booking_id] for b in blocks}
        return [
            PlacedBlock(block, *self._rects(block, column, lanes[block.booking_id]))
            for block in sorted(blocks, key=lambda b: (b.held_from, lanes[b.booking_id].lane))
        ], [PlacedCase(case, *self._rects(case, column, then[case.booking_id])) for case in cases]

    def _lanes(self, blocks: Iterable[CaseBlock | ProposedCase]) -> dict[BookingId, Placement]:
        least = timedelta(minutes=self.metrics.least_block / self.metrics.minute)
        return lay_out(Span(b.held_from, max(b.held_to, b.held_from + least), b.booking_id) for b in blocks)

    def _rects(
        self, block: CaseBlock | ProposedCase, column: DiaryColumn, at: Placement
    ) -> tuple[QRect, QRect]:
        """Return where a case is drawn: with setup and turnover, and without."""
        outer = self.column_rect(self._index[column.key])
        inner = outer.adjusted(self.metrics.gap, 0, -self.metrics.margin, 0)
        left = inner.left() + inner.width() * at.lane // at.lanes
        right = inner.left() + inner.width() * (at.lane + 1) // at.lanes
        width = right - left - (at.lane + 1 < at.lanes) * self.metrics.gap
        top, bottom = self.y(column, block.held_from), self.y(column, block.held_to) - 1
        bottom = max(bottom, top + self.metrics.least_block - 1)
        starts = self.y(column, block.starts) if block.setup_minutes else top
        ends = self.y(column, block.ends) if block.turnover_minutes else bottom
        return (
            QRect(left, top, width, bottom - top),
            QRect(left, starts, width, max(ends, starts + 1) - starts),
        )
