"""A figure by month: a line with the band it likely lies in, and a second, dashed line beside it where there is one.

Nothing is told by colour alone: the first line has filled dots, bars that show the likely range, and a band; the second has
dashes and hollow squares.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme

_HEIGHT = 190
_BAND = 44
"""How opaque the band is, of 255."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One month's value and its likely range, None where there is none."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartMonth:
    """One month: its name on the axis, its year, its points, and everything about it in words."""

    name: str
    year: int
    point: ChartPoint | None
    second: ChartPoint | None = None
    words: str = ""


class MonthChart(QWidget):
    """Custom painted. With the keyboard: left and right go through the months; `looked_at` tells which."""

    looked_at = Signal(int)
    """Carries the number of the month that was pointed at or stepped to, or -1."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._months: tuple[ChartMonth, ...] = ()
        self._top = 1.0
        self._scale: Callable[[float], str] = str
        self.current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        theme().changed.connect(self._restyle)

    def show_months(
        self, months: Sequence[ChartMonth], scale: Callable[[float], str], *, least_top: float
    ) -> None:
        """Show these; ``scale`` writes a value of the axis, which reaches ``least_top`` at least."""
        self._months = tuple(months)
        self._scale = scale
        self._top = nice_top(max((_highest(month) for month in self._months), default=0.0), least_top)
        self.current = -1
        self.setAccessibleDescription("; ".join(month.words for month in self._months if month.point))
        self.update()

    def months(self) -> tuple[ChartMonth, ...]:
        """What is shown."""
        return self._months

    @property
    def top(self) -> float:
        """The highest value of the axis."""
        return self._top

    def sizeHint(self) -> QSize:
        return QSize(theme().px(Size.FIELD * 2), theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(Size.FIELD), theme().px(_HEIGHT))

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------------ which month is looked at

    def look_at(self, number: int) -> None:
        """Mark a month, or none (-1)."""
        number = number if 0 <= number < len(self._months) else -1
        if number != self.current:
            self.current = number
            self.looked_at.emit(number)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._months) - 1
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and last >= 0:
            start = self.current if self.current >= 0 else last + (key == Qt.Key.Key_Left)
            self.look_at(min(last, max(0, start + (1 if key == Qt.Key.Key_Right else -1))))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and last >= 0:
            self.look_at(0 if key == Qt.Key.Key_Home else last)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.look_at(self._month_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self.look_at(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.look_at(-1)
        self.update()

    def _month_at(self, x: float) -> int:
        frame = self._frame()
        if not self._months or not frame.left() <= x <= frame.right():
            return -1
        return min(len(self._months) - 1, int((x - frame.left()) / frame.width() * len(self._months)))

    # ------------------------------------------------------------------ where things stand

    def _frame(self) -> QRectF:
        metrics = QFontMetricsF(theme().font(Rank.SMALL))
        left = max(metrics.horizontalAdvance(self._scale(value)) for value in self._ticks())
        return QRectF(self.rect()).adjusted(
            left + theme().px(Gap.M),
            metrics.height() + theme().px(Gap.XS),
            -theme().px(Gap.S),
            -(2 * metrics.height() + theme().px(Gap.S)),
        )

    def _ticks(self) -> tuple[float, ...]:
        return 0.0, self._top / 2, self._top

    def place_of(self, number: int, value: float) -> QPointF:
        """Where a value of a month is drawn."""
        frame = self._frame()
        x = frame.left() + frame.width() * (number + 0.5) / len(self._months)
        return QPointF(x, frame.bottom() - frame.height() * min(value, self._top) / self._top)

    # ------------------------------------------------------------------ painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axis(painter)
        if not any(month.point for month in self._months):
            painter.setFont(theme().font(Rank.BODY))
            painter.setPen(theme().colour(Token.TEXT_MUTED))
            painter.drawText(self._frame(), Qt.AlignmentFlag.AlignCenter, _("Nothing to count yet"))
            return
        self._paint_current(painter)
        self._paint_band(painter)
        self._paint_second(painter)
        self._paint_first(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().colour(Token.ACCENT), Size.FOCUS))
            radius = theme().px(Size.RADIUS)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _paint_axis(self, painter: QPainter) -> None:
        frame = self._frame()
        painter.setFont(theme().font(Rank.SMALL))
        height = painter.fontMetrics().height()
        for value in self._ticks():
            y = frame.bottom() - frame.height() * value / self._top
            painter.setPen(QPen(theme().colour(Token.LINE), Size.HAIRLINE))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(theme().colour(Token.TEXT_MUTED))
            room = QRectF(0, y - height / 2, frame.left() - theme().px(Gap.S), height)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._scale(value)
            )
        self._paint_names(painter, frame, height)

    def _paint_names(self, painter: QPainter, frame: QRectF, height: int) -> None:
        """Each month where there is room, else every second or third, always the last; the year under its first."""
        if not self._months:
            return
        widest = max(painter.fontMetrics().horizontalAdvance(month.name) for month in self._months)
        each = max(1, math.ceil((widest + theme().px(Gap.S)) / (frame.width() / len(self._months))))
        last = len(self._months) - 1
        year = None
        for number, month in enumerate(self._months):
            if (last - number) % each:
                continue
            x = self.place_of(number, 0).x()
            room = QRectF(x - widest, frame.bottom() + theme().px(Gap.XS), 2 * widest, height)
            painter.setPen(theme().colour(Token.TEXT if number == self.current else Token.TEXT_MUTED))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, month.name)
            if month.year != year:
                year = month.year
                painter.setPen(theme().colour(Token.TEXT_MUTED))
                painter.drawText(room.translated(0, height), Qt.AlignmentFlag.AlignCenter, str(year))

    def _paint_current(self, painter: QPainter) -> None:
        if self.current < 0:
            return
        frame = self._frame()
        x = self.place_of(self.current, 0).x()
        painter.setPen(QPen(theme().colour(Token.BORDER), Size.HAIRLINE))
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))

    def _paint_band(self, painter: QPainter) -> None:
        ground = theme().colour(Token.ACCENT)
        ground.setAlpha(_BAND)
        for run in self._runs(with_range=True):
            if len(run) < 2:
                continue
            upper = [self.place_of(number, _high(point)) for number, point in run]
            lower = [self.place_of(number, _low(point)) for number, point in reversed(run)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawPolygon(QPolygonF([*upper, *lower]))

    def _paint_second(self, painter: QPainter) -> None:
        ink = theme().colour(Token.TEXT_MUTED)
        for run in self._runs(second=True):
            places = [self.place_of(number, point.value) for number, point in run]
            painter.setPen(QPen(ink, Size.FOCUS, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(places))
            painter.setPen(QPen(ink, Size.FOCUS * 0.75))
            painter.setBrush(theme().colour(Token.WINDOW))
            for place in places:
                paint_square(painter, place)

    def _paint_first(self, painter: QPainter) -> None:
        ink = theme().colour(Token.ACCENT)
        for run in self._runs():
            painter.setPen(QPen(ink, Size.FOCUS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([self.place_of(number, point.value) for number, point in run]))
            for number, point in run:
                self._paint_point(painter, number, point)
        self._paint_values(painter)

    def _paint_point(self, painter: QPainter, number: int, point: ChartPoint) -> None:
        place = self.place_of(number, point.value)
        ink = theme().colour(Token.ACCENT)
        if point.low is not None and point.high is not None:
            painter.setPen(QPen(ink, Size.HAIRLINE))
            top, foot = self.place_of(number, point.high), self.place_of(number, point.low)
            painter.drawLine(top, foot)
            half = QPointF(theme().px(Gap.XS) * 0.75, 0)
            for end in (top, foot):
                painter.drawLine(end - half, end + half)
        painter.setPen(QPen(ink, Size.FOCUS))
        painter.setBrush(ink)
        radius = theme().px(Gap.XS) * (1.4 if number == self.current else 0.9)
        painter.drawEllipse(place, radius, radius)

    def _paint_values(self, painter: QPainter) -> None:
        """Each value beside its range, on the side away from the second line, where every one of them has room."""
        painter.setFont(theme().font(Rank.SMALL))
        metrics = painter.fontMetrics()
        told = {
            number: self._scale(month.point.value)
            for number, month in enumerate(self._months)
            if month.point is not None
        }
        width = max(map(metrics.horizontalAdvance, told.values()))
        if width + theme().px(Gap.XS) > self._frame().width() / len(self._months):
            return
        painter.setPen(theme().colour(Token.TEXT))
        for number, value in told.items():
            point, second = self._months[number].point, self._months[number].second
            assert point is not None
            beneath = second is not None and second.value >= point.value
            place = self.place_of(number, _low(point) if beneath else _high(point))
            top = place.y() + theme().px(Gap.XS) if beneath else place.y() - metrics.height() - 2
            room = QRectF(place.x() - width, top, 2 * width, metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, value)

    def _runs(self, *, second: bool = False, with_range: bool = False) -> list[list[tuple[int, ChartPoint]]]:
        """The points of a line in stretches without a gap; with a range only, where asked."""
        runs: list[list[tuple[int, ChartPoint]]] = [[]]
        for number, month in enumerate(self._months):
            point = month.second if second else month.point
            if point is None or (with_range and point.low is None):
                runs.append([])
            else:
                runs[-1].append((number, point))
        return [run for run in runs if run]


def paint_square(painter: QPainter, place: QPointF) -> None:
    """The mark of the second line."""
    half = theme().px(Gap.XS) * 0.8
    painter.drawRect(QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half))


def nice_top(highest: float, least: float) -> float:
    """The end of an axis that holds ``highest``: 1, 2, 5, 10, 20 and so on, ``least`` at least."""
    wanted = max(highest, 1e-9)
    if wanted <= least:
        return least
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(step * power for step in (1, 1.5, 2, 3, 5, 10) if step * power >= wanted * (1 - 1e-9))


def _highest(month: ChartMonth) -> float:
    """The highest that is drawn: the range of the first line, of the second its value alone."""
    first = 0.0 if month.point is None else _high(month.point)
    return first if month.second is None else max(first, month.second.value)


def _high(point: ChartPoint) -> float:
    return point.value if point.high is None else point.high


def _low(point: ChartPoint) -> float:
    return point.value if point.low is None else point.low
