"""The case in hand: where on the sheet it would be put down, and the steps by which it gets there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import Enum

from PySide6.QtCore import QPoint, QRect

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.fitting import Target
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.moving import Drop, Judged, MoveContext, grown, judge
from clinicdesk.errors import BadInput
from clinicdesk.ui.places.diary.blocks import CaseBlock, DiaryColumn, DiaryMode, DiarySheet
from clinicdesk.ui.places.diary.geometry import SLOT, Geometry


class Phase(Enum):
    """How far a move has come."""

    HELD = "held"
    DROPPED = "dropped"
    """Put down; the answer is awaited."""
    ASKED = "asked"
    """Put down where an advice stands against it; the reason is awaited."""
    SETTLING = "settling"
    """Done or put back: the ghost glides to where the case stands."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a ghost stands: its column, procedure start and minutes."""

    column: DiaryColumn
    starts: datetime
    minutes: int

    @property
    def ends(self) -> datetime:
        """Procedure end."""
        return self.starts + timedelta(minutes=self.minutes)


@dataclass(slots=True)
class InHand:
    """One case that is being moved or resized. ``home`` is where it came from, ``spot`` where it is now."""

    block: CaseBlock
    home: Spot
    spot: Spot
    kind: ResourceKind
    resizing: bool = False
    by_keys: bool = False
    phase: Phase = Phase.HELD
    context: MoveContext | None = None
    judged: Judged | None = None
    fits: dict[str, tuple[Span, ...]] = field(default_factory=dict)

    @property
    def drop(self) -> Drop:
        """What would be asked of the service here."""
        return Drop(self.spot.starts, self.spot.minutes, units_of(self.spot.column, self.kind))

    @property
    def moved(self) -> bool:
        """Whether it is anywhere else than where it came from."""
        here, home = self.spot, self.home
        return (here.starts, here.minutes, here.column.resource_id) != (
            home.starts,
            home.minutes,
            home.column.resource_id,
        )

    def judge(self, now: datetime) -> None:
        """Work out what would happen here; nothing is known without a context."""
        self.judged = judge(self.context, self.drop, now) if self.context is not None else None


def units_of(column: DiaryColumn, kind: ResourceKind) -> tuple[tuple[ResourceKind, ResourceId], ...]:
    """The unit that a column names."""
    return () if column.resource_id is None else ((kind, column.resource_id),)


def targets(sheet: DiarySheet) -> tuple[Target, ...]:
    """The columns of a sheet as places where starts are looked for."""
    return tuple(
        Target(column.key, tuple(Span(*stretch) for stretch in column.open), units_of(column, sheet.kind))
        for column in sheet.columns
        if takes(sheet, column)
    )


def takes(sheet: DiarySheet, column: DiaryColumn) -> bool:
    """Whether a case can be put into a column: not into that of the cases which have no unit yet."""
    return sheet.mode is DiaryMode.WEEK or column.resource_id is not None


def home_of(geometry: Geometry, block: CaseBlock) -> Spot:
    """Where a block of the sheet stands."""
    column = geometry.sheet.columns[geometry.column_index(block.column)]
    return Spot(column, block.starts, round((block.ends - block.starts).total_seconds() / 60))


def dragged(geometry: Geometry, spot: Spot, point: QPoint, grab: int) -> Spot:
    """The spot under a point of the content; ``grab`` is how far below the start the case was taken hold of."""
    column = geometry.column_at(point.x())
    if not takes(geometry.sheet, column):
        column = spot.column
    starts = _snapped(geometry, column, point.y() - grab)
    return spot if starts is None else Spot(column, starts, spot.minutes)


def pulled(geometry: Geometry, spot: Spot, point: QPoint, grab: int) -> Spot:
    """The spot with its end pulled to a point; ``grab`` is how far below the end it was taken hold of."""
    ends = _snapped(geometry, spot.column, point.y() - grab)
    if ends is None:
        return spot
    length = round((ends - spot.starts).total_seconds() / 60)
    step = round(SLOT.total_seconds() / 60)
    return replace(spot, minutes=grown(0, round(length / step) * step))


def shifted(geometry: Geometry, spot: Spot, by: timedelta) -> Spot:
    """The spot so much later or earlier, within its day."""
    first, after = geometry.sheet.axis.bounds(spot.column.day)
    return replace(spot, starts=max(first, min(after - SLOT, spot.starts + by)))


def lengthened(spot: Spot, by: int) -> Spot:
    """The spot so many minutes longer or shorter."""
    return replace(spot, minutes=grown(spot.minutes, by))


def beside(geometry: Geometry, spot: Spot, across: int) -> Spot:
    """The spot in the next column that takes cases, at the same time of day."""
    columns = geometry.sheet.columns
    at = geometry.column_index(spot.column.key) + across
    while 0 <= at < len(columns):
        if takes(geometry.sheet, columns[at]):
            starts = _same_time(geometry.sheet.axis.zone, spot.starts, columns[at])
            return replace(spot, column=columns[at], starts=starts)
        at += across
    return spot


def on_sheet(sheet: DiarySheet, spot: Spot, block: CaseBlock) -> Spot:
    """The spot carried over to another sheet: its own column there, else the one in its place, at the same time of day."""
    open_to = [column for column in sheet.columns if takes(sheet, column)] or list(sheet.columns)
    wanted = (spot.column.key, block.column)
    column = next((c for key in wanted for c in open_to if c.key == key), None)
    if column is None:
        unit = spot.column.resource_id
        same = (
            c for c in open_to if c.day == spot.column.day or (unit is not None and c.resource_id == unit)
        )
        column = next(same, None) or open_to[min(spot.column.day.weekday(), len(open_to) - 1)]
    return replace(spot, column=column, starts=_same_time(sheet.axis.zone, spot.starts, column))


def ghost_rects(geometry: Geometry, hand: InHand, spot: Spot) -> tuple[QRect, QRect]:
    """Where a ghost is drawn: with set-up and turnover, and without."""
    column, block, metrics = spot.column, hand.block, geometry.metrics
    outer = geometry.column_rect(geometry.column_index(column.key))
    left, width = outer.left() + metrics.gap, outer.width() - metrics.gap - metrics.margin
    top = geometry.y(column, spot.starts - timedelta(minutes=block.setup_minutes))
    bottom = geometry.y(column, spot.ends + timedelta(minutes=block.turnover_minutes))
    starts, ends = geometry.y(column, spot.starts), geometry.y(column, spot.ends)
    height = max(bottom - top, metrics.least_block)
    return QRect(left, top, width, height), QRect(
        left, starts, width, max(ends - starts, metrics.least_block)
    )


def _snapped(geometry: Geometry, column: DiaryColumn, y: int) -> datetime | None:
    """The step of five minutes nearest to a height; None where the day has no such time."""
    axis = geometry.sheet.axis
    first, after = axis.bounds(column.day)
    height = max(0, min(geometry.height - 1, y))
    instant = axis.instant(column.day, height / geometry.metrics.minute)
    if instant is None:
        return None
    return min(after - SLOT, first + round((instant - first) / SLOT) * SLOT)


def _same_time(zone: ClinicZone, instant: datetime, column: DiaryColumn) -> datetime:
    """The same time of day in another column; where the clocks skip it, an hour later."""
    if zone.day_of(instant) == column.day:
        return instant
    wall = zone.local(instant).time()
    try:
        return zone.at(column.day, time(wall.hour, wall.minute))
    except BadInput:
        return zone.at(column.day, time((wall.hour + 1) % 24, wall.minute))
