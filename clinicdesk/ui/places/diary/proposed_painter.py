"""Paints a plan over the diary: what would move stands veiled where it is, and with its new time where it would go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from clinicdesk.domain.ids import BookingId
from clinicdesk.ui.places.diary.blocks import ProposedCase
from clinicdesk.ui.places.diary.faces import LEAST_SHOWN, Face
from clinicdesk.ui.places.diary.geometry import Geometry, PlacedBlock, PlacedCase
from clinicdesk.ui.places.diary.ink import Ink, TextFace

_VEIL = 0.6
"""How much of the ground lies over a case that would leave: its name can still be read."""


class ProposedPainter:
    """Paints in the coordinates of the content, as `BodyPainter` does."""

    def __init__(self, geometry: Geometry, ink: Ink) -> None:
        self._geometry = geometry
        self._ink = ink

    def beneath(self, placed: PlacedBlock, face: Face) -> Face:
        """The face of a block that would leave: where a proposed case lies over it, no more than the name in the clear."""
        over = [each.rect for each in self._geometry.proposed_touching(placed.rect)]
        if not over:
            return face
        heading = face.heading
        if heading is not None:
            room = QRectF(heading.at, heading.text.size()).toAlignedRect()
            heading = None if any(rect.intersects(room) for rect in over) else heading
        return replace(face, heading=heading, lines=(), marks=())

    def veil(self, painter: QPainter, blocks: Sequence[PlacedBlock]) -> None:
        """Veil the blocks that would leave; those that stay are painted above them."""
        ink = self._ink
        veil = QColor(ink.surface)
        veil.setAlphaF(_VEIL)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        for each in blocks:
            painter.drawRoundedRect(each.rect, ink.radius, ink.radius)
        # Without smoothing, which costs much: dashes are straight but for their corners.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink.border, ink.hairline, Qt.PenStyle.DashLine))
        for each in blocks:
            painter.drawRoundedRect(_inside(each.rect, ink.hairline), ink.radius, ink.radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def cases(self, painter: QPainter, area: QRect, pointed: BookingId | None) -> None:
        """Paint the proposed cases that touch ``area``, above all others the one that is pointed at."""
        for each in self._geometry.proposed_touching(area):
            if each.case.booking_id != pointed:
                self._case(painter, each, firm=False)
        if pointed is not None:
            self._pointed(painter, pointed)

    def _case(self, painter: QPainter, placed: PlacedCase, *, firm: bool) -> None:
        """Paint one, from the outside in: an outline as a larger rectangle beneath is cheaper than a stroke."""
        ink = self._ink
        edge = ink.focus_width + firm * ink.hairline
        within = placed.rect.adjusted(edge, edge, -edge, -edge)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.accent)
        painter.drawRoundedRect(placed.rect, ink.radius, ink.radius)
        painter.setBrush(ink.preferred)
        painter.drawRoundedRect(within, ink.radius - ink.hairline, ink.radius - ink.hairline)
        painter.fillRect(within.intersected(placed.body), ink.selected)
        self._words(painter, placed)

    def _words(self, painter: QPainter, placed: PlacedCase) -> None:
        """Time, name and where it was, in as many rows as there are; in a single row time and name side by side."""
        ink, case = self._ink, placed.case
        room = placed.rect.adjusted(ink.wide_pad, ink.pad // 2, -ink.pad, -ink.pad // 2)
        row = ink.body.height
        top = placed.body.top() + ink.pad // 2
        if room.bottom() - top < 2 * row:
            top = room.top()
        rows = (room.bottom() + 1 - top) // row
        if rows < 2:
            self._in_one_row(painter, room, case)
            return
        for number, (text, face, colour) in enumerate(self._lines(case, room.width())[:rows]):
            painter.setPen(colour)
            _write(painter, QPointF(room.left(), top + number * row), text, face)

    def _lines(self, case: ProposedCase, width: int) -> list[tuple[str, TextFace, QColor]]:
        ink = self._ink
        return [
            (_first_whole((case.time, case.start), ink.strong, width), ink.strong, ink.text),
            (_name(case, ink.body, width), ink.body, ink.text),
            (_first_whole((case.was,), ink.small, width), ink.small, ink.muted),
        ]

    def _in_one_row(self, painter: QPainter, room: QRect, case: ProposedCase) -> None:
        ink = self._ink
        large = room.height() >= ink.body.height - ink.pad
        strong, plain = (ink.strong, ink.body) if large else (ink.small, ink.small)
        top = room.top() + (room.height() - plain.height) / 2
        start = _first_whole((case.start,), strong, room.width())
        used = strong.metrics.horizontalAdvance(start) + ink.wide_pad if start else 0
        painter.setPen(ink.text)
        _write(painter, QPointF(room.left(), top), start, strong)
        name = _name(case, plain, room.width() - used)
        _write(painter, QPointF(room.left() + used, top), name, plain)

    # The case that is pointed at.

    def _pointed(self, painter: QPainter, booking: BookingId) -> None:
        """Show it above the others, with where it comes from; one that stays is framed."""
        home, there = self._geometry.find(booking), self._geometry.find_proposed(booking)
        if home is None and there is None:
            return
        beside = self._beside([each.column for each in (home and home.block, there and there.case) if each])
        if home is not None:
            self._home(painter, home, beside)
        if there is not None:
            self._case(painter, there, firm=True)
        if home is not None and there is not None and not home.rect.intersects(there.rect):
            self._arrow(painter, home.rect, there.rect, beside)

    def _beside(self, columns: Iterable[str]) -> int:
        """Return the middle of what is kept free at the trailing edge of the first of these columns.

        A way there runs through no case, and between two columns that stand side by side.
        """
        first = min(map(self._geometry.column_index, columns))
        return self._geometry.column_rect(first).right() - self._geometry.metrics.margin // 2

    def _home(self, painter: QPainter, home: PlacedBlock, beside: int) -> None:
        """Frame where it stands; mark its side, where a frame would run through what is written on another."""
        ink, rect = self._ink, home.rect
        if self._is_covered(home):
            width = 2 * ink.focus_width
            left = rect.right() + 1 if beside > rect.right() else rect.left() - width
            painter.fillRect(left, rect.top(), width, rect.height(), ink.accent)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.DashLine if home.block.leaves else Qt.PenStyle.SolidLine
        painter.setPen(QPen(ink.accent, ink.focus_width, style))
        painter.drawRoundedRect(_inside(rect, ink.focus_width), ink.radius, ink.radius)

    def _is_covered(self, home: PlacedBlock) -> bool:
        """Whether another case is drawn over a block that would leave."""
        booking, geometry = home.block.booking_id, self._geometry
        if not home.block.leaves:
            return False
        return any(each.case.booking_id != booking for each in geometry.proposed_touching(home.rect)) or any(
            not each.block.leaves for each in geometry.touching(home.rect)
        )

    def _arrow(self, painter: QPainter, home: QRect, there: QRect, beside: int) -> None:
        """Draw the way from where it stands to where it would go."""
        ink, end = self._ink, there.center().y()
        tip = QPointF(there.right() + 1 if beside > there.right() else there.left(), end)
        start = QPointF(home.right() + 1 if beside > home.right() else home.left(), home.center().y())
        painter.setPen(QPen(ink.accent, ink.focus_width))
        painter.drawPolyline(QPolygonF([start, QPointF(beside, start.y()), QPointF(beside, end), tip]))
        back = QPointF(ink.wide_pad if tip.x() < beside else -ink.wide_pad, 0)
        half = QPointF(0, ink.wide_pad / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.accent)
        painter.drawPolygon(QPolygonF([tip, tip + back + half, tip + back - half]))


def _inside(rect: QRect, width: int) -> QRectF:
    """Return where the middle of a line of this width runs so that all of it is within."""
    half = width / 2
    return QRectF(rect).adjusted(half, half, -half, -half)


def _first_whole(texts: tuple[str, ...], face: TextFace, width: int) -> str:
    """Return the first text that has room: half a time would be another time."""
    return next((text for text in texts if face.metrics.horizontalAdvance(text) <= width), "")


def _name(case: ProposedCase, face: TextFace, width: int) -> str:
    whole = _first_whole((case.title, case.short_title), face, width)
    short = face.metrics.elidedText(case.short_title, Qt.TextElideMode.ElideRight, width)
    return whole or (short if len(short) >= LEAST_SHOWN else "")


def _write(painter: QPainter, at: QPointF, text: str, face: TextFace) -> None:
    painter.setFont(face.font)
    painter.drawText(QPointF(at.x(), at.y() + face.metrics.ascent()), text)
