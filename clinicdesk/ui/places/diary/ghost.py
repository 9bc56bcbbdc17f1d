"""Paints a case in hand: where it came from, its ghost with the time on it, what stands beside it, and where it fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from clinicdesk.ui.places.diary.geometry import SLOT, Geometry
from clinicdesk.ui.places.diary.ghost_words import GhostWords
from clinicdesk.ui.places.diary.in_hand import InHand, ghost_rects
from clinicdesk.ui.places.diary.ink import Ink
from clinicdesk.ui.theme import Mark, Token, paint_mark, theme

_BUBBLE_WIDTH = 300
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class Bubble:
    """What is written beside a ghost, laid out from the top left corner of its box."""

    width: int
    height: int
    lines: tuple[tuple[str, QRect], ...]
    """Each text with its place; the first is the heading."""


def lay_out_bubble(words: GhostWords, ink: Ink) -> Bubble:
    """Measure what stands beside a ghost."""
    width = theme().px(_BUBBLE_WIDTH)
    left = ink.wide_pad + (ink.mark_size + ink.wide_pad if words.mark is not Mark.NONE else 0)
    room = QRect(0, 0, width - left - ink.wide_pad, 10_000)
    top, placed = ink.wide_pad, []
    for number, text in enumerate((words.heading, *words.lines)):
        face = ink.strong if number == 0 else ink.body
        height = face.metrics.boundingRect(room, _WRAPPED, text).height()
        placed.append((text, QRect(left, top, room.width(), height)))
        top += height + ink.pad // 2
    return Bubble(width, top - ink.pad // 2 + ink.wide_pad, tuple(placed))


def bubble_rect(ghost: QRect, bubble: Bubble, view: QRect, gap: int) -> QRect:
    """Where it stands: at the right of the ghost, else at the left, else below or above; within the view."""
    room = QRect(0, 0, bubble.width, bubble.height)
    top = max(view.top() + gap, min(ghost.top(), view.bottom() - gap - bubble.height))
    if ghost.right() + gap + bubble.width <= view.right():
        room.moveTopLeft(QRect(ghost.right() + gap, top, 1, 1).topLeft())
    elif ghost.left() - gap - bubble.width >= view.left():
        room.moveTopLeft(QRect(ghost.left() - gap - bubble.width, top, 1, 1).topLeft())
    else:
        left = max(view.left(), min(ghost.left(), view.right() - bubble.width))
        below = ghost.bottom() + gap
        fits = below + bubble.height <= view.bottom()
        room.moveTopLeft(QRect(left, below if fits else ghost.top() - gap - bubble.height, 1, 1).topLeft())
    return room


class GhostPainter:
    """Paints in the coordinates of the content, as `BodyPainter` does."""

    def __init__(self, geometry: Geometry, ink: Ink) -> None:
        self._geometry = geometry
        self._ink = ink
        look = theme()
        self._warning, self._warning_mark = look.colour(Token.WARNING), look.colour(Token.WARNING_MARK)
        self._fit = QColor(ink.accent)
        self._fit.setAlphaF(0.18)

    def fits(self, painter: QPainter, hand: InHand) -> None:
        """Tint where the case would lie, and mark by a bar at the trailing edge where it may start."""
        geometry, ink, length = self._geometry, self._ink, timedelta(minutes=hand.spot.minutes)
        for column in geometry.sheet.columns:
            outer = geometry.column_rect(geometry.column_index(column.key))
            bar = max(ink.pad, geometry.metrics.margin - ink.focus_width)
            for stretch in hand.fits.get(column.key, ()):
                top, last = geometry.y(column, stretch.starts), geometry.y(column, stretch.ends)
                bottom = geometry.y(column, stretch.ends - SLOT + length)
                painter.fillRect(QRect(outer.left(), top, outer.width(), bottom - top), self._fit)
                rect = QRect(outer.right() - bar, top, bar, max(last - top, ink.pad))
                painter.fillRect(rect, ink.accent)

    def home(self, painter: QPainter, hand: InHand) -> None:
        """Veil the place it came from: a dashed outline says that it is away."""
        placed = self._geometry.find(hand.block.booking_id)
        if placed is None:
            return
        veil = QColor(self._ink.surface)
        veil.setAlphaF(0.6)
        painter.setBrush(veil)
        painter.setPen(QPen(self._ink.border, self._ink.focus_width, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(placed.rect, self._ink.radius, self._ink.radius)

    def ghost(self, painter: QPainter, hand: InHand, words: GhostWords) -> None:
        """The case where it would be put down, hatched where it cannot be."""
        ink = self._ink
        rect, body = ghost_rects(self._geometry, hand, hand.spot)
        wrong = words.mark is Mark.WARNING
        edge = self._warning_mark if wrong else ink.accent
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_lighter(self._warning if wrong else ink.selected))
        painter.drawRoundedRect(rect, ink.radius, ink.radius)
        painter.setBrush(self._warning if wrong else ink.selected)
        painter.drawRoundedRect(body, ink.radius, ink.radius)
        if hand.judged is not None and hand.judged.refused:
            hatch = QColor(edge)
            hatch.setAlphaF(0.35)
            painter.setBrush(QBrush(hatch, Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(rect, ink.radius, ink.radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, ink.focus_width))
        painter.drawRoundedRect(rect, ink.radius, ink.radius)
        self._written(painter, rect, body, words)

    def _written(self, painter: QPainter, rect: QRect, body: QRect, words: GhostWords) -> None:
        """The time, or only its start where it is narrow, and the name where a row is left."""
        ink = self._ink
        row = ink.figures.height
        top = body.top() + ink.pad // 2
        if top + row > rect.bottom():
            top = rect.top() + (rect.height() - row) // 2
        left = rect.left() + ink.wide_pad
        width = rect.width() - 2 * ink.wide_pad
        painter.setPen(ink.text)
        painter.setFont(ink.strong.font)
        whole = ink.strong.metrics.horizontalAdvance(words.time) <= width
        painter.drawText(left, top + ink.strong.metrics.ascent(), words.time if whole else words.start)
        if top + 2 * row <= rect.bottom():
            painter.setFont(ink.body.font)
            name = ink.body.metrics.elidedText(words.patient, Qt.TextElideMode.ElideRight, width)
            painter.drawText(left, top + row + ink.body.metrics.ascent(), name)

    def bubble(self, painter: QPainter, rect: QRect, bubble: Bubble, mark: Mark) -> None:
        """What stands beside the ghost."""
        ink = self._ink
        painter.setPen(QPen(ink.border, ink.hairline))
        painter.setBrush(ink.surface)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), ink.radius, ink.radius)
        for number, (text, place) in enumerate(bubble.lines):
            painter.setPen(ink.text)
            painter.setFont(ink.strong.font if number == 0 else ink.body.font)
            painter.drawText(place.translated(rect.topLeft()), _WRAPPED, text)
        if mark is not Mark.NONE:
            first = bubble.lines[0][1]
            top = rect.top() + first.top() + (ink.strong.height - ink.mark_size) / 2
            box = QRectF(rect.left() + ink.wide_pad, top, ink.mark_size, ink.mark_size)
            colour = self._warning_mark if mark is Mark.WARNING else ink.accent
            paint_mark(painter, box, mark, colour, ink.surface)

    def gliding(self, painter: QPainter, rect: QRect) -> None:
        """The outline of a case on its way to where it stands."""
        ink = self._ink
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink.accent, ink.focus_width))
        painter.drawRoundedRect(rect, ink.radius, ink.radius)


def _lighter(colour: QColor) -> QColor:
    light = QColor(colour)
    light.setAlphaF(0.6)
    return light
