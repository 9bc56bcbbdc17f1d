"""Paints the body of the diary: the ground, the hours, the blocks, and what lies above them.

Rectangles are drawn one colour after another and texts one font after another, because changing the brush or the font of
a painter costs more than drawing with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary import closed
from clinicdesk.ui.places.diary.blocks import DiaryColumn
from clinicdesk.ui.places.diary.faces import Face, Faces
from clinicdesk.ui.places.diary.geometry import Geometry, PlacedBlock, SlotPlace
from clinicdesk.ui.places.diary.ink import Ink
from clinicdesk.ui.places.diary.proposed_painter import ProposedPainter

Drawn = tuple[PlacedBlock, Face]
"""A block with what is drawn for it."""

_GHOST_MINUTES = 30
_STILL_GOING_ON = frozenset(
    {BookingState.ARRIVED, BookingState.IN_ROOM, BookingState.RECOVERY, BookingState.OVERNIGHT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointers:
    """What is pointed at: the selected and the hovered case, the two slots likewise, and the case of a plan.

    ``plan`` tells whether what the sheet proposes is drawn at all.
    """

    selected: BookingId | None = None
    hovered: BookingId | None = None
    slot: SlotPlace | None = None
    hovered_slot: SlotPlace | None = None
    focused: bool = False
    plan: bool = False
    proposed: BookingId | None = None


class BodyPainter:
    """Paints one geometry. Coordinates are the content's; the caller has translated the painter."""

    def __init__(self, geometry: Geometry, ink: Ink, faces: Faces) -> None:
        self._geometry = geometry
        self._ink = ink
        self._faces = faces

    def paint(
        self,
        painter: QPainter,
        area: QRect,
        now: datetime,
        pointers: Pointers,
        under: Callable[[QPainter], None] | None = None,
    ) -> None:
        """Paint everything that touches ``area``; ``under`` paints what lies between the ground and the cases."""
        self._ground(painter, area, now)
        if under is not None:
            under(painter)
        placed = self._geometry.touching(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        faces = [(each, self._faces.of(each, self._ink)) for each in placed]
        if pointers.plan:
            self._planned(painter, area, faces, now, pointers.proposed)
        else:
            self._cases(painter, faces, now)
        self._pointed(painter, pointers)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._now_line(painter, now)

    def _planned(
        self, painter: QPainter, area: QRect, faces: Sequence[Drawn], now: datetime, pointed: BookingId | None
    ) -> None:
        """Draw what would leave, what stays, and above it what is proposed."""
        plan = ProposedPainter(self._geometry, self._ink)
        leaving = [(each, plan.beneath(each, face)) for each, face in faces if each.block.leaves]
        self._cases(painter, leaving, now)
        plan.veil(painter, [each for each, _face in leaving])
        self._cases(painter, [(each, face) for each, face in faces if not each.block.leaves], now)
        plan.cases(painter, area, pointed)

    def _cases(self, painter: QPainter, faces: Sequence[Drawn], now: datetime) -> None:
        self._blocks(painter, faces, now)
        self._faces_of(painter, [face for _placed, face in faces])

    def _ground(self, painter: QPainter, area: QRect, now: datetime) -> None:
        geometry = self._geometry
        painter.fillRect(area, self._ink.closed)
        for index in geometry.columns_in(area):
            self._column_ground(painter, geometry.sheet.columns[index], geometry.column_rect(index), now)
            closed.paint_grounds(painter, geometry, index, self._ink, area)
        self._lines(painter, area)
        for index in geometry.columns_in(area):
            closed.paint_words(painter, geometry, index, self._ink, area)

    def _column_ground(self, painter: QPainter, column: DiaryColumn, outer: QRect, now: datetime) -> None:
        """Fill the open, the closed, the past and the missing hours of a column."""
        geometry, ink = self._geometry, self._ink
        present = geometry.y(column, now)
        painter.fillRect(_stretch(outer, 0, present), ink.veiled(ink.closed))
        for opens, closes in column.open:
            top, bottom = geometry.y(column, opens), geometry.y(column, closes)
            painter.fillRect(_stretch(outer, top, min(bottom, present)), ink.veiled(ink.surface))
            painter.fillRect(_stretch(outer, max(top, present), bottom), ink.surface)
        minute = geometry.metrics.minute
        for begins, ends in geometry.sheet.axis.gaps(column.day):
            gap = _stretch(outer, round(begins * minute), round(ends * minute))
            painter.fillRect(gap, ink.window)
            painter.fillRect(gap, ink.gap)

    def _lines(self, painter: QPainter, area: QRect) -> None:
        geometry, ink = self._geometry, self._ink
        minute = geometry.metrics.minute
        # Rectangles, because a pen's line has half of its width in the row above, which may not be painted now.
        hours = [round(tick.position * minute) for tick in geometry.sheet.axis.ticks]
        halves = [round((tick.position + 30) * minute) for tick in geometry.sheet.axis.ticks]
        left, width = area.left(), area.width()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.faint_line)
        painter.drawRects(
            [QRect(left, y, width, ink.hairline) for y in halves if _within(y, ink.hairline, area)]
        )
        columns = geometry.columns_in(area)
        edges = [geometry.column_rect(n).left() for n in columns if n > 0]
        painter.setBrush(ink.line)
        painter.drawRects(
            [QRect(left, y, width, ink.hairline) for y in hours if _within(y, ink.hairline, area)]
        )
        painter.drawRects([QRect(x, area.top(), ink.hairline, area.height()) for x in edges])

    def _blocks(self, painter: QPainter, placed: Sequence[Drawn], now: datetime) -> None:
        """Draw the rectangles of blocks look by look: outline, ends, body, bar.

        An outline is a larger rectangle beneath: to stroke it would take five times as long.
        """
        ink = self._ink
        members: defaultdict[tuple[BookingState, bool], list[Face]] = defaultdict(list)
        for each, face in placed:
            members[each.block.state, _is_past(each, now)].append(face)
        radius, inner = ink.radius, ink.radius - ink.hairline
        for (state, past), faces in members.items():
            fill = ink.states[state].past if past else ink.states[state].live
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill.outline)
            for face in faces:
                painter.drawRoundedRect(face.outline, radius, radius)
            painter.setBrush(fill.ends)
            for face in faces:
                if face.ends is not None:
                    painter.drawRoundedRect(face.ends, inner, inner)
            painter.setBrush(fill.tint)
            for face in faces:
                painter.drawRoundedRect(face.tint, inner, inner)
            painter.setBrush(fill.bar)
            painter.drawRects([face.bar for face in faces])
            if fill.dashes is not None:
                self._dashes(painter, faces, fill.dashes)

    def _dashes(self, painter: QPainter, faces: Sequence[Face], pen: QPen) -> None:
        """Draw dashed outlines, without smoothing: they are straight but for their corners."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for face in faces:
            painter.drawRoundedRect(
                face.outline.adjusted(0.5, 0.5, -0.5, -0.5), self._ink.radius, self._ink.radius
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _faces_of(self, painter: QPainter, faces: Sequence[Face]) -> None:
        """Write on the blocks, one font after another."""
        by_font: defaultdict[int, list[Face]] = defaultdict(list)
        for face in faces:
            by_font[id(face.heading_face)].append(face)
        for members in by_font.values():
            painter.setFont(members[0].heading_face.font)
            for face in members:
                if face.heading is not None:
                    painter.setPen(face.colour)
                    painter.drawStaticText(face.heading.at, face.heading.text)
        self._strike(painter, faces)
        for font in (self._ink.body, self._ink.small):
            painter.setFont(font.font)
            for face in faces:
                if face.lines and face.lines_face is font:
                    painter.setPen(face.colour)
                    for line in face.lines:
                        painter.drawStaticText(line.at, line.text)
        for face in faces:
            for pixmap, at in face.marks:
                painter.drawPixmap(at, pixmap)

    def _strike(self, painter: QPainter, faces: Iterable[Face]) -> None:
        """Draw the line through the names of cancelled cases: a static text puts a font's own line elsewhere."""
        for face in faces:
            if face.struck and face.heading is not None:
                at, width = face.heading.at, face.heading.text.size().width()
                y = at.y() + face.heading_face.metrics.ascent() - face.heading_face.metrics.strikeOutPos()
                painter.setPen(QPen(face.colour, self._ink.hairline))
                painter.drawLine(QPointF(at.x(), y), QPointF(at.x() + width, y))

    def _pointed(self, painter: QPainter, pointers: Pointers) -> None:
        ink, geometry = self._ink, self._geometry
        if pointers.hovered_slot is not None and pointers.hovered_slot != pointers.slot:
            self._ghost(painter, pointers.hovered_slot, firm=False)
        if pointers.slot is not None:
            self._ghost(painter, pointers.slot, firm=True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        hovered = geometry.find(pointers.hovered) if pointers.hovered is not None else None
        # One that leaves is brought out with its new place.
        if hovered is not None and not hovered.block.leaves:
            painter.setPen(QPen(ink.border, ink.focus_width))
            painter.drawRoundedRect(hovered.rect, ink.radius, ink.radius)
        selected = geometry.framed(pointers.selected) if pointers.selected is not None else None
        if selected is not None:
            width = ink.focus_width + ink.hairline if pointers.focused else ink.focus_width
            painter.setPen(QPen(ink.accent, width))
            painter.drawRoundedRect(selected, ink.radius, ink.radius)

    def _ghost(self, painter: QPainter, slot: SlotPlace, *, firm: bool) -> None:
        """Draw the outline of the time that would be taken, with its time on it."""
        ink = self._ink
        rect = self.ghost_rect(slot)
        colour = ink.accent if firm else ink.border
        painter.setPen(QPen(colour, ink.focus_width if firm else ink.hairline, Qt.PenStyle.SolidLine))
        painter.setBrush(QBrush(ink.selected) if firm else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), ink.radius, ink.radius)
        painter.setPen(ink.accent_text if firm else ink.muted)
        painter.setFont(ink.figures.font)
        inner = rect.adjusted(ink.wide_pad, 0, -ink.pad, 0)
        painter.drawText(
            inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fmt.clock(slot.starts)
        )

    def ghost_rect(self, slot: SlotPlace) -> QRect:
        """Where the ghost of a slot is drawn."""
        rect = self._geometry.slot_rect(slot, _GHOST_MINUTES)
        rect.setHeight(max(rect.height(), self._ink.figures.height + self._ink.pad // 2))
        return rect

    def _now_line(self, painter: QPainter, now: datetime) -> None:
        for rect, colour in self.now_rects(now):
            painter.fillRect(rect, colour)

    def now_rects(self, now: datetime) -> list[tuple[QRect, QColor]]:
        """The pieces of the line that is now, on the columns of the day that it is."""
        geometry, ink = self._geometry, self._ink
        rects = []
        for index, column in enumerate(geometry.sheet.columns):
            start, end = geometry.sheet.axis.bounds(column.day)
            if start <= now < end:
                outer = geometry.column_rect(index)
                y = geometry.y(column, now) - ink.focus_width // 2
                rects.append((QRect(outer.left(), y, outer.width(), ink.focus_width), ink.now))
        return rects


def _is_past(placed: PlacedBlock, now: datetime) -> bool:
    return placed.block.held_to <= now and placed.block.state not in _STILL_GOING_ON


def _within(y: int, height: int, area: QRect) -> bool:
    return area.top() - height < y <= area.bottom()


def _stretch(outer: QRect, top: int, bottom: int) -> QRect:
    return QRect(outer.left(), top, outer.width(), max(0, bottom - top))
