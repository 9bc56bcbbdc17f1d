"""Pain over the days since the procedure, 0 to 10, the score before it at the left and this check-in's marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme

HIGHEST = 10
_LINES = (0, 5, 10)


@dataclass(frozen=True, slots=True)
class PainPoint:
    """One score; ``day`` is None before the procedure. ``current``: the check-in in hand."""

    day: int | None
    pain: int
    current: bool = False

    @property
    def words(self) -> str:
        """For the axis: "before", "day 7"."""
        return _("before") if self.day is None else _("day {day}").format(day=self.day)

    @property
    def spoken(self) -> str:
        """For a screen reader: "day 7: 3"."""
        return _("{when}: {pain}").format(when=self.words, pain=self.pain)


class PainChart(QWidget):
    """Custom painted: points and a line. Days stand closer the later they are, so that the first weeks have room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[PainPoint, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self.set_points(())

    def set_points(self, points: Sequence[PainPoint]) -> None:
        """Show these, in order."""
        self._points = tuple(points)
        scores = ", ".join(str(point.pain) for point in self._points)
        self.setAccessibleName(_("Pain: {scores}").format(scores=scores or _("never asked")))
        self.setAccessibleDescription(", ".join(point.spoken for point in self._points))
        self.update()

    def points(self) -> tuple[PainPoint, ...]:
        """What is shown."""
        return self._points

    def sizeHint(self) -> QSize:
        return QSize(theme().px(Size.FIELD), theme().px(Size.FIELD_SHORT + Size.ROW * 2))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------------ where things stand

    def _frame(self) -> QRectF:
        line = QFontMetricsF(theme().font(Rank.SMALL)).height()
        left = QFontMetricsF(theme().font(Rank.SMALL)).horizontalAdvance(str(HIGHEST)) + theme().px(Gap.S)
        return QRectF(self.rect()).adjusted(
            left, line + theme().px(Gap.XS), -theme().px(Gap.XL), -(line + theme().px(Gap.S))
        )

    def place_of(self, point: PainPoint) -> QPointF:
        """Where a score is drawn."""
        frame = self._frame()
        side = theme().px(Gap.XL)
        first = frame.left() + side
        share = _spread(point.day) / max(_spread(one.day) for one in self._points) if self._span() else 0.0
        x = first + share * (frame.width() - side)
        return QPointF(x, frame.bottom() - frame.height() * point.pain / HIGHEST)

    def _span(self) -> bool:
        return any(_spread(point.day) > 0 for point in self._points)

    # ------------------------------------------------------------------ painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axis(painter)
        if not self._points:
            painter.setPen(theme().colour(Token.TEXT_MUTED))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _("No pain score yet"))
            return
        places = [self.place_of(point) for point in self._points]
        painter.setPen(QPen(theme().colour(Token.ACCENT), Size.FOCUS))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        for point, place in zip(self._points, places, strict=True):
            self._paint_point(painter, point, place)
        self._paint_days(painter, places)

    def _paint_axis(self, painter: QPainter) -> None:
        frame = self._frame()
        painter.setFont(theme().font(Rank.SMALL))
        for score in _LINES:
            y = frame.bottom() - frame.height() * score / HIGHEST
            painter.setPen(QPen(theme().colour(Token.LINE), Size.HAIRLINE))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right() + theme().px(Gap.S), y))
            painter.setPen(theme().colour(Token.TEXT_MUTED))
            room = QRectF(0, y - frame.top(), frame.left() - theme().px(Gap.XS), 2 * frame.top())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(score))

    def _paint_point(self, painter: QPainter, point: PainPoint, place: QPointF) -> None:
        radius = theme().px(Size.MARK) / 2 if point.current else theme().px(Gap.XS)
        painter.setPen(QPen(theme().colour(Token.ACCENT), Size.FOCUS))
        painter.setBrush(theme().colour(Token.ACCENT if point.current else Token.SURFACE))
        painter.drawEllipse(place, radius, radius)
        font = theme().font(Rank.STRONG if point.current else Rank.SMALL)
        painter.setFont(font)
        painter.setPen(theme().colour(Token.TEXT))
        height = QFontMetricsF(font).height()
        room = QRectF(place.x() - height * 2, place.y() - radius - height - 1, height * 4, height)
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, str(point.pain))

    def _paint_days(self, painter: QPainter, places: Sequence[QPointF]) -> None:
        """The days under the axis, the one in hand first, then the others where they have room."""
        frame = self._frame()
        taken: list[QRectF] = []
        order = sorted(range(len(places)), key=self._weight)
        for number in order:
            point = self._points[number]
            font = theme().font(Rank.STRONG if point.current else Rank.SMALL)
            metrics = QFontMetricsF(font)
            words = point.words if number in (0, order[0]) else str(point.day)
            width = metrics.horizontalAdvance(words)
            left = min(max(0.0, places[number].x() - width / 2), self.width() - width)
            room = QRectF(left, frame.bottom() + theme().px(Gap.XS), width, metrics.height())
            spaced = room.adjusted(-theme().px(Gap.S), 0, theme().px(Gap.S), 0)
            if any(spaced.intersects(other) for other in taken):
                continue
            taken.append(room)
            painter.setFont(font)
            painter.setPen(theme().colour(Token.TEXT if point.current else Token.TEXT_MUTED))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)

    def _weight(self, number: int) -> tuple[bool, bool, int]:
        return (not self._points[number].current, number != 0, -number)


def _spread(day: int | None) -> float:
    """How far right a day stands: 0 before the procedure, then as its logarithm."""
    return 0.0 if day is None else 0.35 + math.log2(1 + max(0, day))
