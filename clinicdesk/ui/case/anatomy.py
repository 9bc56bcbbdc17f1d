"""Where each vertebra and each disc of the drawn spine lies: a side view, the patient facing left. Pure geometry.

Bodies grow from the neck down, discs lie between them, processes point back; the neck and the small of the back curve
forward, the chest and the sacrum back. Levels that can be chosen get more room than the others: they are easy to hit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QTransform

from clinicdesk.domain.levels import INTERSPACES, VERTEBRAE, Level, LevelKind, SpineRegion

_SQUEEZED: Final = 0.42
"""How tall a level that cannot be chosen is drawn, beside one that can."""

_SHOWN: Final = tuple(
    v for v in VERTEBRAE if v.region is not SpineRegion.SACRAL or str(v) in {"S1", "S2", "S3"}
)

_CURVE: Final = (
    (0.00, 0.30),
    (0.10, 0.06),
    (0.20, 0.26),
    (0.32, 0.70),
    (0.45, 0.88),
    (0.58, 0.72),
    (0.70, 0.34),
    (0.82, 0.06),
    (0.91, 0.14),
    (1.00, 0.66),
)
"""Down the spine (0 to 1), and how far back (0 front, 1 back)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One vertebra or disc as drawn. ``row`` is the strip that belongs to it from edge to edge: what a click hits."""

    level: Level
    body: QPainterPath
    process: QPainterPath
    row: QRectF

    @property
    def center(self) -> QPointF:
        """The middle of its body."""
        return self.body.boundingRect().center()


@dataclass(frozen=True, slots=True)
class _Size:
    height: float
    depth: float
    process: float
    droop: float


def spine(area: QRectF, kind: LevelKind, offered: Collection[Level]) -> tuple[Part, ...]:
    """The parts of a spine that fills ``area``, from the skull down, discs after the vertebra above them."""
    bodies = [_height(vertebra, kind, offered) for vertebra in _SHOWN]
    gaps = [_gap(space, kind, offered) for space in INTERSPACES]
    gaps += [0.0] * (len(bodies) - len(gaps))  # the sacrum is fused
    unit = area.height() / (sum(bodies) + sum(gaps))
    parts: list[Part] = []
    top = area.top()
    for vertebra, height, gap in zip(_SHOWN, bodies, gaps, strict=True):
        tall, space = height * unit, gap * unit
        parts.append(_vertebra(vertebra, area, top, tall))
        top += tall
        if space:
            parts.append(_disc(INTERSPACES[VERTEBRAE.index(vertebra)], area, top, space, tall))
            top += space
    return tuple(_with_rows(parts, kind, area))


def _size(vertebra: Level) -> _Size:
    """Height, depth and process of a vertebra, in heights of the first thoracic one."""
    number = int(str(vertebra)[1:])
    if vertebra.region is SpineRegion.CERVICAL:
        return _Size(0.62 if number == 1 else 0.84, 0.78 + 0.03 * number, 0.5 + 0.06 * number, 0.25)
    if vertebra.region is SpineRegion.THORACIC:
        return _Size(1.0 + 0.022 * number, 0.98 + 0.045 * number, 0.95 - 0.02 * number, 0.75 - 0.04 * number)
    if vertebra.region is SpineRegion.LUMBAR:
        return _Size(1.32 + 0.03 * number, 1.6 + 0.05 * number, 0.82, 0.12)
    return _Size(1.25 - 0.2 * number, 1.75 - 0.38 * number, 0.35, 0.3)


def _height(vertebra: Level, kind: LevelKind, offered: Collection[Level]) -> float:
    tall = _size(vertebra).height
    if kind is LevelKind.VERTEBRAE and vertebra in offered:
        return tall
    near = kind is LevelKind.INTERSPACES and any(vertebra in space.vertebrae for space in offered)
    return tall * (0.72 if near else _SQUEEZED)


def _gap(space: Level, kind: LevelKind, offered: Collection[Level]) -> float:
    if kind is LevelKind.INTERSPACES and space in offered:
        return 0.5
    return 0.22 if any(vertebra in offered for vertebra in space.vertebrae) else 0.14


def _vertebra(vertebra: Level, area: QRectF, top: float, tall: float) -> Part:
    size = _size(vertebra)
    depth = _unit_depth(area) * size.depth
    place, angle = _on_curve(area, top + tall / 2)
    turned = QTransform().translate(place.x(), place.y()).rotate(angle)
    body = turned.map(_body(depth, tall))
    back = turned.map(_process(depth, tall, _unit_depth(area) * size.process, size.droop))
    return Part(vertebra, body, back, QRectF())


def _disc(space: Level, area: QRectF, top: float, tall: float, beside: float) -> Part:
    size = _size(space.vertebrae[-1])
    depth = _unit_depth(area) * size.depth
    place, angle = _on_curve(area, top + tall / 2)
    lens = QPainterPath()
    thick = max(tall, 2.0)
    lens.addRoundedRect(QRectF(-depth * 0.46, -thick / 2, depth * 0.92, thick), thick * 0.5, thick * 0.5)
    turned = QTransform().translate(place.x(), place.y()).rotate(angle)
    return Part(space, turned.map(lens), QPainterPath(), QRectF())


def _body(depth: float, tall: float) -> QPainterPath:
    """A body from the side: flat ends, a waist in front and behind."""
    x, y = depth / 2, tall / 2
    waist, dip = depth * 0.09, tall * 0.05
    path = QPainterPath(QPointF(-x, -y))
    path.quadTo(QPointF(0, -y + dip), QPointF(x, -y))
    path.quadTo(QPointF(x - waist, 0), QPointF(x, y))
    path.quadTo(QPointF(0, y - dip), QPointF(-x, y))
    path.quadTo(QPointF(-x + waist, 0), QPointF(-x, -y))
    path.closeSubpath()
    return path


def _process(depth: float, tall: float, length: float, droop: float) -> QPainterPath:
    """The arch and the spinous process behind the body, hanging the more the higher up in the chest."""
    x, end = depth * 0.46, depth * 0.46 + length
    fall = tall * droop
    path = QPainterPath(QPointF(x, -tall * 0.22))
    path.cubicTo(
        QPointF(x + length * 0.4, -tall * 0.26),
        QPointF(end - length * 0.2, -tall * 0.1 + fall * 0.6),
        QPointF(end, fall),
    )
    path.quadTo(
        QPointF(end + length * 0.06, fall + tall * 0.2), QPointF(end - length * 0.16, fall + tall * 0.24)
    )
    path.cubicTo(
        QPointF(end - length * 0.5, tall * 0.2 + fall * 0.5),
        QPointF(x + length * 0.3, tall * 0.14),
        QPointF(x, tall * 0.2),
    )
    path.closeSubpath()
    return path


def _unit_depth(area: QRectF) -> float:
    return area.width() * 0.27


def _on_curve(area: QRectF, y: float) -> tuple[QPointF, float]:
    """The middle of the spine at that height, and how far it is turned there, in degrees."""
    down = (y - area.top()) / area.height()
    step = 0.01
    depth = _unit_depth(area)
    room = area.width() - depth * 2.75
    left = area.left() + depth

    def across(at: float) -> float:
        return left + room * _smooth(_CURVE, at)

    slope = (across(down + step) - across(down - step)) / (2 * step * area.height())
    return QPointF(across(down), y), -math.degrees(math.atan(slope))


def _smooth(points: Sequence[tuple[float, float]], at: float) -> float:
    """A smooth line through ``points`` (Catmull-Rom)."""
    at = min(max(at, points[0][0]), points[-1][0])
    last = max(i for i, (x, _y) in enumerate(points[:-1]) if x <= at)
    (x1, y1), (x2, y2) = points[last], points[last + 1]
    y0 = points[last - 1][1] if last else y1
    y3 = points[last + 2][1] if last + 2 < len(points) else y2
    t = (at - x1) / (x2 - x1)
    return 0.5 * (
        2 * y1 + (y2 - y0) * t + (2 * y0 - 5 * y1 + 4 * y2 - y3) * t * t + (3 * y1 - y0 - 3 * y2 + y3) * t**3
    )


def _with_rows(parts: Sequence[Part], kind: LevelKind, area: QRectF) -> Iterator[Part]:
    """Each level of ``kind`` gets the strip up to halfway to its neighbours; the others get none."""
    mine = [part for part in parts if part.level.kind is kind]
    middles = [part.center.y() for part in mine]
    edges = [
        area.top() if not i else area.bottom() if i == len(mine) else (middles[i - 1] + middles[i]) / 2
        for i in range(len(mine) + 1)
    ]
    strips = {
        part.level: QRectF(area.left(), edges[i], area.width(), edges[i + 1] - edges[i])
        for i, part in enumerate(mine)
    }
    for part in parts:
        yield Part(part.level, part.body, part.process, strips.get(part.level, QRectF()))
