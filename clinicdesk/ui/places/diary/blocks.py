"""What the diary draws: columns, cases as blocks, and the sheet that holds them. Values only, all text ready to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.i18n import _
from clinicdesk.ui.places.diary.axis import TimeAxis


class DiaryMode(StrEnum):
    """How much of time one sheet shows."""

    DAY = "day"
    WEEK = "week"

    @property
    def label(self) -> str:
        """The word on its button."""
        return {DiaryMode.DAY: _("Day"), DiaryMode.WEEK: _("Week")}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A case in a column. ``starts`` and ``ends`` are the procedure's; setup and turnover are drawn as lighter ends."""

    booking_id: BookingId
    column: str
    starts: datetime
    ends: datetime
    setup_minutes: int = 0
    turnover_minutes: int = 0

    @property
    def held_from(self) -> datetime:
        """When the column is first kept for this case: setup included."""
        return self.starts - timedelta(minutes=self.setup_minutes)

    @property
    def held_to(self) -> datetime:
        """When the column is free again: turnover included."""
        return self.ends + timedelta(minutes=self.turnover_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBlock(Stay):
    """One case where it stands.

    ``short_title`` stands in where the title does not fit. ``lines`` are shown beneath the title as far as there is room,
    the most important first. ``missing`` says what is not ready and puts the warning mark on the block. ``tip`` says all of
    it in lines, ``sentence`` in one for a screen reader.
    """

    title: str
    short_title: str
    lines: tuple[str, ...] = ()
    state: BookingState
    missing: tuple[str, ...] = ()
    emergency: bool = False
    tip: tuple[str, ...] = ()
    sentence: str = ""
    fixed: str = ""
    """Why it cannot be moved; empty where it can."""
    leaves: bool = False
    """Whether the plan that is shown would have it stand elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedCase(Stay):
    """One case where a plan would put it; nothing has happened yet.

    ``time`` stands on it, or only ``start`` where that has no room, then the name, then ``was``: where it stands now.
    ``tip`` says all of it in lines.
    """

    title: str
    short_title: str
    time: str
    start: str
    was: str
    tip: tuple[str, ...] = ()


class StretchSort(StrEnum):
    """What is special about a stretch of a column."""

    CLOSED = "closed"
    KEPT = "kept"
    """Block time that keeps others out."""
    PREFERRED = "preferred"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a column that is closed, or somebody's block time; ``words`` say which."""

    starts: datetime
    ends: datetime
    sort: StretchSort
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryColumn:
    """One column: a resource on a day. ``resource_id`` is None where a column stands for no single resource.

    ``open`` are the half-open stretches in which it works that day; the rest is shaded. ``stretches`` are closures and
    block time within the day.
    """

    key: str
    title: str
    detail: str = ""
    day: date
    resource_id: ResourceId | None
    open: tuple[tuple[datetime, datetime], ...]
    today: bool = False
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class DiarySheet:
    """One day or one week, ready to be laid out. The column of every block and proposed case is one of ``columns``.

    ``kind`` is what a column's ``resource_id`` is. ``plan`` tells whether a plan is shown, and ``proposed`` is what it would
    have stand elsewhere.
    """

    mode: DiaryMode
    axis: TimeAxis
    columns: tuple[DiaryColumn, ...]
    blocks: tuple[CaseBlock, ...]
    kind: ResourceKind = ResourceKind.ROOM
    plan: bool = False
    proposed: tuple[ProposedCase, ...] = ()
