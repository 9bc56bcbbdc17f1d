"""The marks that stand beside every state, so that colour never carries meaning alone.

Part of `ui/theme` and imported through it. Marks are drawn, not taken from a font, so they are crisp
at 12 to 20 px and on paper-white or tinted ground alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from clinicdesk.ui.theme.colours import Swatch


class Mark(StrEnum):
    """The drawn marks."""

    NONE = "none"
    DASHED = "dashed"
    CHECK = "check"
    DOT = "dot"
    TRIANGLE = "triangle"
    HALF = "half"
    MOON = "moon"
    DOUBLE_CHECK = "double_check"
    CROSS = "cross"
    EMPTY = "empty"
    OCTAGON = "octagon"
    DIAMOND = "diamond"
    SQUARE = "square"
    WARNING = "warning"
    """Something is missing or wants care; upright and with its "!", unlike the triangle of "in room"."""


STATE_MARKS: Final[Mapping[str, Mark]] = {
    "requested": Mark.DASHED,
    "waitlist": Mark.DASHED,
    "booked": Mark.NONE,
    "confirmed": Mark.CHECK,
    "arrived": Mark.DOT,
    "in_room": Mark.TRIANGLE,
    "recovery": Mark.HALF,
    "overnight": Mark.MOON,
    "discharged": Mark.DOUBLE_CHECK,
    "cancelled": Mark.CROSS,
    "no_show": Mark.EMPTY,
    "none": Mark.NONE,
    "next_working_day": Mark.SQUARE,
    "same_day": Mark.DIAMOND,
    "emergency": Mark.OCTAGON,
}
_DASHED: Final = frozenset({"requested", "waitlist"})
_STRUCK: Final = frozenset({"cancelled", "no_show"})
_STRONG: Final = frozenset({"confirmed", "emergency"})
_MUTED: Final = frozenset({"discharged", "cancelled", "no_show"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLook:
    """How one booking state or flag tier looks in the current scheme."""

    key: str
    mark: Mark
    tint: QColor
    """The ground of a block or pill."""
    bar: QColor
    """The bar at the left edge of a block, and the mark; 3:1 on `tint`."""
    text: QColor
    """Words on `tint`, 7:1."""
    outline: QColor
    dashed: bool
    """The outline is dashed (not yet a promise to anyone)."""
    struck: bool
    """The name is struck through."""
    strong: bool
    """The bar is the wide one."""
    muted: bool
    """Steps back behind what is still to do."""

    @classmethod
    def of(cls, key: str, swatch: Swatch) -> StateLook:
        """The look of `key` in these colours."""
        return cls(
            key=key,
            mark=STATE_MARKS[key],
            tint=QColor(swatch.tint),
            bar=QColor(swatch.bar),
            text=QColor(swatch.text),
            outline=QColor(swatch.outline),
            dashed=key in _DASHED,
            struck=key in _STRUCK,
            strong=key in _STRONG,
            muted=key in _MUTED,
        )


def paint_mark(
    painter: QPainter, rect: QRectF, mark: Mark, colour: QColor, hollow: QColor | None = None
) -> None:
    """Draw `mark` in `colour`, centred in `rect` and as large as the shorter side allows.

    `hollow` is the ground on which it stands; the octagon's "!" is drawn in it (white when not given).
    """
    draw = _DRAWERS.get(mark)
    if draw is None:
        return
    side = min(rect.width(), rect.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(rect.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(colour))
    draw(painter, square, colour, hollow or QColor(Qt.GlobalColor.white))
    painter.restore()


def _stroke(painter: QPainter, rect: QRectF, colour: QColor, share: float = 0.15) -> None:
    pen = QPen(colour, max(1.4, rect.width() * share))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _at(rect: QRectF, x: float, y: float) -> QPointF:
    return QPointF(rect.x() + rect.width() * x, rect.y() + rect.height() * y)


def _line(painter: QPainter, rect: QRectF, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([_at(rect, x, y) for x, y in points]))


def _shape(painter: QPainter, rect: QRectF, *points: tuple[float, float]) -> None:
    painter.drawPolygon(QPolygonF([_at(rect, x, y) for x, y in points]))


def _inset(rect: QRectF, share: float) -> QRectF:
    step = rect.width() * share
    return rect.adjusted(step, step, -step, -step)


def _check(painter: QPainter, rect: QRectF, colour: QColor, _hollow: QColor) -> None:
    _stroke(painter, rect, colour)
    _line(painter, rect, (0.14, 0.54), (0.40, 0.80), (0.88, 0.24))


def _double_check(painter: QPainter, rect: QRectF, colour: QColor, _hollow: QColor) -> None:
    _stroke(painter, rect, colour, 0.12)
    _line(painter, rect, (0.02, 0.56), (0.22, 0.76), (0.62, 0.28))
    _line(painter, rect, (0.46, 0.70), (0.54, 0.77), (0.98, 0.28))


def _dot(painter: QPainter, rect: QRectF, _colour: QColor, _hollow: QColor) -> None:
    painter.drawEllipse(_inset(rect, 0.16))


def _triangle(painter: QPainter, rect: QRectF, _colour: QColor, _hollow: QColor) -> None:
    _shape(painter, rect, (0.22, 0.10), (0.90, 0.50), (0.22, 0.90))


def _half(painter: QPainter, rect: QRectF, colour: QColor, _hollow: QColor) -> None:
    ring = _inset(rect, 0.16)
    painter.drawPie(ring, 90 * 16, 180 * 16)
    _stroke(painter, rect, colour, 0.11)
    painter.drawEllipse(ring)


def _moon(painter: QPainter, rect: QRectF, _colour: QColor, _hollow: QColor) -> None:
    disc, bite = QPainterPath(), QPainterPath()
    disc.addEllipse(_inset(rect, 0.10))
    bite.addEllipse(_inset(rect, 0.14).translated(rect.width() * 0.30, -rect.height() * 0.12))
    painter.drawPath(disc.subtracted(bite))


def _cross(painter: QPainter, rect: QRectF, colour: QColor, _hollow: QColor) -> None:
    _stroke(painter, rect, colour)
    _line(painter, rect, (0.20, 0.20), (0.80, 0.80))
    _line(painter, rect, (0.80, 0.20), (0.20, 0.80))


def _empty(painter: QPainter, rect: QRectF, colour: QColor, _hollow: QColor) -> None:
    _stroke(painter, rect, colour, 0.13)
    painter.drawEllipse(_inset(rect, 0.16))


def _dashed(painter: QPainter, rect: QRectF, colour: QColor, _hollow: QColor) -> None:
    _stroke(painter, rect, colour, 0.11)
    pen = painter.pen()
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    # Dash lengths are in pen widths: eight dashes on the circle, whatever its size.
    circumference = math.pi * rect.width() * 0.68 / pen.widthF()
    pen.setDashPattern([circumference / 16, circumference / 16])
    painter.setPen(pen)
    painter.drawEllipse(_inset(rect, 0.16))


def _octagon(painter: QPainter, rect: QRectF, _colour: QColor, hollow: QColor) -> None:
    edge = 0.29
    near, far = 0.02, 0.98
    _shape(
        painter,
        rect,
        (edge, near),
        (1 - edge, near),
        (far, edge),
        (far, 1 - edge),
        (1 - edge, far),
        (edge, far),
        (near, 1 - edge),
        (near, edge),
    )
    painter.setBrush(QBrush(hollow))
    stem = QRectF(_at(rect, 0.43, 0.20), _at(rect, 0.57, 0.60))
    painter.drawRoundedRect(stem, stem.width() / 2, stem.width() / 2)
    painter.drawEllipse(QRectF(_at(rect, 0.42, 0.68), _at(rect, 0.58, 0.84)))


def _diamond(painter: QPainter, rect: QRectF, _colour: QColor, _hollow: QColor) -> None:
    _shape(painter, rect, (0.50, 0.06), (0.94, 0.50), (0.50, 0.94), (0.06, 0.50))


def _square(painter: QPainter, rect: QRectF, _colour: QColor, _hollow: QColor) -> None:
    painter.drawRect(_inset(rect, 0.18))


def _warning(painter: QPainter, rect: QRectF, colour: QColor, hollow: QColor) -> None:
    corners = ((0.50, 0.12), (0.92, 0.86), (0.08, 0.86))
    pen = QPen(colour, rect.width() * 0.14)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    _shape(painter, rect, *corners)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(hollow))
    stem = QRectF(_at(rect, 0.44, 0.32), _at(rect, 0.56, 0.62))
    painter.drawRoundedRect(stem, stem.width() / 2, stem.width() / 2)
    painter.drawEllipse(QRectF(_at(rect, 0.43, 0.69), _at(rect, 0.57, 0.83)))


_Drawer = Callable[[QPainter, QRectF, QColor, QColor], None]
_DRAWERS: Final[Mapping[Mark, _Drawer]] = {
    Mark.DASHED: _dashed,
    Mark.CHECK: _check,
    Mark.DOT: _dot,
    Mark.TRIANGLE: _triangle,
    Mark.HALF: _half,
    Mark.MOON: _moon,
    Mark.DOUBLE_CHECK: _double_check,
    Mark.CROSS: _cross,
    Mark.EMPTY: _empty,
    Mark.OCTAGON: _octagon,
    Mark.DIAMOND: _diamond,
    Mark.SQUARE: _square,
    Mark.WARNING: _warning,
}
