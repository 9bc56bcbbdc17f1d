"""What lies behind the cases of a column: closed stretches, hatched with their reason, and block time as a thin tint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.availability import BlockTime, Closure
from clinicdesk.domain.diary import DiaryDay, DiaryPage
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.scheduling.intervals import Span, without
from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.blocks import DiaryColumn, Stretch, StretchSort
from clinicdesk.ui.places.diary.geometry import Geometry, SlotPlace
from clinicdesk.ui.places.diary.ink import Ink

_WORDS_APART = 180
"""Minutes after which a closed stretch says again why."""


def open_stretches(
    page: DiaryPage, day: DiaryDay, unit: ResourceId | None, zone: ClinicZone
) -> tuple[tuple[datetime, datetime], ...]:
    """When a column is open on a day: by the unit's own hours where it has any, without what is closed for everybody."""
    own = None if unit is None else page.availability.hours_on(unit, day.day, zone)
    if own is None:
        return day.open
    whole = (each.span for each in page.availability.closures if each.resource_id is None)
    return tuple((span.starts, span.ends) for span in without(own, whole))


def stretches_of(
    page: DiaryPage, day: date, unit: ResourceId | None, zone: ClinicZone, now: datetime
) -> tuple[Stretch, ...]:
    """The closures and the block time of a unit's column; for a column of no unit, those of the whole clinic."""
    bounds = Span(*zone.day_bounds(day))
    blocks = () if unit is None else _blocks(page, day, unit, zone, zone.day_of(now))
    return (*blocks, *_closures(page, bounds, unit))


def closed_words(page: DiaryPage, day: DiaryDay, zone: ClinicZone) -> str:
    """Why a day is closed, a few words; empty where it is open."""
    if day.open:
        return ""
    bounds = Span(*zone.day_bounds(day.day))
    reasons = [each.words for each in page.availability.closures_of(None, bounds)]
    return reasons[0] if reasons else _("closed")


def stretch_tip(slot: SlotPlace | None) -> tuple[str, ...]:
    """What is special about a time, one line each: ``In repair, 8:00 to 12:00``."""
    if slot is None:
        return ()
    return tuple(
        _("{what}, {when}").format(what=each.words, when=fmt.clock_range(each.starts, each.ends))
        for each in slot.column.stretches
        if each.starts <= slot.starts < each.ends
    )


def paint_grounds(painter: QPainter, geometry: Geometry, index: int, ink: Ink, area: QRect) -> None:
    """Fill the stretches of a column, block time first: what is closed is closed for its owner too."""
    column = geometry.sheet.columns[index]
    for stretch, rect in _placed(geometry, column, index, area):
        if stretch.sort is StretchSort.CLOSED:
            painter.fillRect(rect, ink.closed)
            painter.fillRect(rect, ink.hatch)
        elif stretch.sort is not StretchSort.RELEASED:
            kept = stretch.sort is StretchSort.KEPT
            painter.fillRect(rect, ink.kept if kept else ink.preferred)
            painter.fillRect(QRect(rect.left(), rect.top(), ink.focus_width, rect.height()), ink.accent)


def paint_words(painter: QPainter, geometry: Geometry, index: int, ink: Ink, area: QRect) -> None:
    """Write what each stretch is where no case covers it; what is closed says so every few hours."""
    column = geometry.sheet.columns[index]
    for stretch, room in _rooms(geometry, column, index, ink, area):
        inner = room.adjusted(ink.wide_pad, ink.pad // 2, -ink.pad, 0)
        words = ink.small.metrics.elidedText(stretch.words, Qt.TextElideMode.ElideRight, inner.width())
        painter.setFont(ink.small.font)
        if stretch.sort is StretchSort.CLOSED:  # letters on a hatching are hard to read
            width = ink.small.metrics.horizontalAdvance(words) + 2 * ink.pad
            label = QRect(inner.left() - ink.pad, inner.top(), width, ink.small.height)
            painter.fillRect(label, ink.closed)
        painter.setPen(ink.text if stretch.sort is StretchSort.CLOSED else ink.muted)
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, words)


def _blocks(page: DiaryPage, day: date, unit: ResourceId, zone: ClinicZone, today: date) -> Iterator[Stretch]:
    names = {each.id: each.name for each in page.units}
    for time in page.availability.block_times(day, day, today, zone):
        other = {time.block.room_id: time.block.surgeon_id, time.block.surgeon_id: time.block.room_id}.get(
            unit
        )
        if other is not None:
            sort = _sort(time)
            words = _block_words(sort).format(name=names.get(other, ""))
            yield Stretch(time.span.starts, time.span.ends, sort, words)


def _closures(page: DiaryPage, bounds: Span, unit: ResourceId | None) -> Iterator[Stretch]:
    closures: list[Closure] = [*page.availability.closures_of(None, bounds)]
    if unit is not None:
        closures += page.availability.closures_of(unit, bounds)
    for closure in closures:
        within = closure.span.within(bounds)
        if within is not None:
            yield Stretch(within.starts, within.ends, StretchSort.CLOSED, closure.words)


def _sort(time: BlockTime) -> StretchSort:
    if time.released:
        return StretchSort.RELEASED
    return StretchSort.KEPT if time.block.exclusive else StretchSort.PREFERRED


def _block_words(sort: StretchSort) -> str:
    if sort is StretchSort.RELEASED:
        return _("{name}, released")
    return _("{name}, preferred") if sort is StretchSort.PREFERRED else _("Block: {name}")


def _rooms(
    geometry: Geometry, column: DiaryColumn, index: int, ink: Ink, area: QRect
) -> Iterator[tuple[Stretch, QRect]]:
    apart = max(ink.small.height, round(_WORDS_APART * geometry.metrics.minute))
    for stretch, rect in _placed(geometry, column, index, area):
        parts = (
            range(rect.top(), rect.bottom(), apart) if stretch.sort is StretchSort.CLOSED else (rect.top(),)
        )
        for top in parts:
            part = QRect(rect.left(), top, rect.width(), rect.bottom() - top)
            room = _free_room(geometry, index, part, ink.small.height + ink.pad)
            if room is not None and room.intersects(area):
                yield stretch, room


def _placed(
    geometry: Geometry, column: DiaryColumn, index: int, area: QRect
) -> Iterator[tuple[Stretch, QRect]]:
    outer = geometry.column_rect(index)
    for stretch in column.stretches:
        top, bottom = geometry.y(column, stretch.starts), geometry.y(column, stretch.ends)
        rect = QRect(outer.left(), top, outer.width(), bottom - top)
        if rect.intersects(area):
            yield stretch, rect


def _free_room(geometry: Geometry, index: int, rect: QRect, needed: int) -> QRect | None:
    """The first part of ``rect`` that no case covers, proposed or standing, and that is high enough to be written in."""
    top = rect.top()
    covered = [placed.rect for placed in geometry.placed[index]]
    covered += [placed.rect for placed in geometry.proposed[index]]
    for taken in sorted(covered, key=QRect.top):
        if taken.bottom() < top or taken.top() > rect.bottom():
            continue
        if taken.top() - top >= needed:
            break
        top = max(top, taken.bottom() + 1)
    else:
        return (
            QRect(rect.left(), top, rect.width(), rect.bottom() - top)
            if rect.bottom() - top >= needed
            else None
        )
    return QRect(rect.left(), top, rect.width(), needed)
