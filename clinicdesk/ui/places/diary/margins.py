"""What stays put while the diary scrolls: the names of the columns above it and the hours beside it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.axis import Tick
from clinicdesk.ui.places.diary.blocks import DiaryColumn
from clinicdesk.ui.places.diary.geometry import Geometry
from clinicdesk.ui.places.diary.surface import Source


class Header(QWidget):
    """The names of the columns, with a mark under today's."""

    column_pressed = Signal(object)
    """Carries the `DiaryColumn` whose name was clicked."""

    def __init__(self, source: Source, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        ink, geometry, shift = self._source.ink, self._source.geometry_now, self._source.offset.x()
        painter = QPainter(self)
        painter.fillRect(event.rect(), ink.window)
        area = event.rect().translated(shift, 0)
        painter.translate(-shift, 0)
        for index in geometry.columns_in(area):
            outer = geometry.column_rect(index)
            self._paint_column(
                painter, geometry.sheet.columns[index], QRect(outer.left(), 0, outer.width(), self.height())
            )
        painter.resetTransform()
        painter.fillRect(0, self.height() - ink.hairline, self.width(), ink.hairline, ink.line)

    def _paint_column(self, painter: QPainter, column: DiaryColumn, rect: QRect) -> None:
        ink = self._source.ink
        if rect.left() > 0:
            painter.fillRect(QRect(rect.left(), rect.top(), ink.hairline, rect.height()), ink.line)
        inner = rect.adjusted(ink.wide_pad, 0, -ink.pad, 0)
        rows = ink.strong.height + (ink.small.height if column.detail else 0)
        top = (rect.height() - rows) // 2
        painter.setPen(ink.accent_text if column.today else ink.text)
        painter.setFont(ink.strong.font)
        title = ink.strong.metrics.elidedText(column.title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner.left(), top + ink.strong.metrics.ascent(), title)
        if column.detail:
            painter.setPen(ink.muted)
            painter.setFont(ink.small.font)
            detail = ink.small.metrics.elidedText(column.detail, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner.left(), top + ink.strong.height + ink.small.metrics.ascent(), detail)
        if column.today:
            painter.fillRect(
                rect.left(), rect.bottom() - ink.focus_width, rect.width(), ink.focus_width + 1, ink.accent
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        geometry = self._source.geometry_now
        x = event.position().toPoint().x() + self._source.offset.x()
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            for column in geometry.sheet.columns:
                if geometry.column_rect(geometry.column_index(column.key)).contains(x, 0):
                    self.column_pressed.emit(column)


class Gutter(QWidget):
    """The hours, and the time that is now on the now line."""

    def __init__(self, source: Source, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        ink, geometry, shift = self._source.ink, self._source.geometry_now, self._source.offset.y()
        painter = QPainter(self)
        painter.fillRect(event.rect(), ink.window)
        painter.translate(0, -shift)
        pill = self._pill(geometry)
        painter.setPen(ink.muted)
        area = event.rect().translated(0, shift)
        for tick in geometry.sheet.axis.ticks:
            row = self._row(round(tick.position * geometry.metrics.minute))
            if row.intersects(area) and not (pill is not None and row.intersects(pill)):
                painter.drawText(
                    row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, hour_label(tick)
                )
        if pill is not None:
            self._paint_pill(painter, pill)
        painter.resetTransform()
        painter.fillRect(self.width() - ink.hairline, 0, ink.hairline, self.height(), ink.line)

    def _row(self, y: int) -> QRect:
        ink = self._source.ink
        top = max(0, y - ink.figures.height // 2)
        return QRect(0, top, self.width() - ink.wide_pad, ink.figures.height)

    def _pill(self, geometry: Geometry) -> QRect | None:
        now = self._source.now
        for column in geometry.sheet.columns:
            start, end = geometry.sheet.axis.bounds(column.day)
            if start <= now < end:
                ink = self._source.ink
                row = self._row(geometry.y(column, now))
                width = ink.figures.metrics.horizontalAdvance(fmt.clock(now)) + 2 * ink.pad
                return QRect(self.width() - width - ink.hairline, row.top() - 1, width, row.height() + 2)
        return None

    def _paint_pill(self, painter: QPainter, pill: QRect) -> None:
        ink = self._source.ink
        painter.setFont(ink.figures.font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.now)
        painter.drawRoundedRect(pill, ink.radius, ink.radius)
        painter.setPen(ink.on_accent)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, fmt.clock(self._source.now))


def hour_label(tick: Tick) -> str:
    """9 AM, or 9:00; the second of two equal hours says so."""
    label = fmt.hour(tick.hour)
    return _("{hour} again").format(hour=label) if tick.again else label
