"""One figure of the page: its name, its value over the whole time in words, what it means, and its chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.estimates import Estimate
from clinicdesk.domain.numbers import Measure, Numbers, Stretch
from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, MutedLabel, Panel, PlainLabel, Row, SectionLabel
from clinicdesk.ui.places.numbers import words
from clinicdesk.ui.places.numbers.chart import ChartMonth, ChartPoint, MonthChart, paint_square
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme


class FigureCard(Panel):
    """A measure, and a second one on the same axis where there is one."""

    def __init__(
        self, measure: Measure, second: Measure | None, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.measure, self.second = measure, second
        column = Column(self, gap=Gap.XS, margin=Gap.M)
        head = Row(gap=Gap.S)
        head.addWidget(SectionLabel(title, self))
        head.addStretch(1)
        if second is not None:
            head.addWidget(Legend(measure.label, second.label, self))
        column.addLayout(head)
        self.headline = PlainLabel("", self, wrap=True, rank=Rank.STRONG, selectable=True)
        self.beside = PlainLabel("", self, wrap=True, selectable=True)
        self.beside.setVisible(second is not None)
        self.meaning = MutedLabel(words.definition(measure), self, wrap=True)
        self.chart = MonthChart(title, self)
        self.chart.looked_at.connect(self._look)
        self.told = MutedLabel("", self, wrap=True)
        column.add(self.headline, self.beside, self.meaning)
        column.addWidget(self.chart)
        column.addWidget(self.told)
        column.addStretch(1)

    def show_numbers(self, numbers: Numbers, *, rooms: bool, until: date) -> None:
        """Show the months, and all of them together in words. ``rooms``: of several rooms at once."""
        self._rooms = rooms
        self.headline.setText(self._words(numbers.whole, self.measure))
        if self.second is not None:
            self.beside.setText(
                _("{measure}: {words}").format(
                    measure=self.second.label, words=self._words(numbers.whole, self.second)
                )
            )
        months = [self._month(stretch, until) for stretch in numbers.months]
        least = {Measure.TURNOVER: 30.0, Measure.NO_SHOW: 0.1}.get(self.measure, 1.0)
        self.chart.show_months(months, self._scale(), least_top=least)
        self._look(-1)

    def _words(self, stretch: Stretch, measure: Measure) -> str:
        return words.words(measure, stretch.of(measure), rooms=self._rooms)

    def _scale(self) -> Callable[[float], str]:
        measure = self.measure

        def scale(value: float) -> str:
            return words.figure(measure, value)

        return scale

    def _month(self, stretch: Stretch, until: date) -> ChartMonth:
        told = [self._words(stretch, self.measure)]
        if self.second is not None:
            told.append(
                _("{measure}: {words}").format(
                    measure=self.second.label, words=self._words(stretch, self.second)
                )
            )
        name = words.month(stretch.first)
        if (stretch.first.year, stretch.first.month) >= (until.year, until.month):
            name = _("{month} so far").format(month=name)
        return ChartMonth(
            name=words.month_name(stretch.first),
            year=stretch.first.year,
            point=_point(stretch.of(self.measure)),
            second=None if self.second is None else _point(stretch.of(self.second)),
            words=_("{month}: {words}").format(month=name, words=". ".join(told)),
        )

    def _look(self, number: int) -> None:
        """Tell of one month what the chart can only draw."""
        months = self.chart.months()
        if 0 <= number < len(months):
            self.told.setText(months[number].words)
            self.chart.setAccessibleDescription(months[number].words)
        else:
            self.told.setText(_("Point at a month, or step with the arrow keys, to read it."))


class Legend(QWidget):
    """Which line is which: a filled dot on a line, a hollow square on dashes."""

    def __init__(self, first: str, second: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = (first, second)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(
            _("Line with dots: {first}. Dashes with squares: {second}").format(first=first, second=second)
        )
        theme().changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme().font(Rank.SMALL))
        width = sum(metrics.horizontalAdvance(name) for name in self._names)
        width += 2 * (self._line() + theme().px(Gap.XS)) + theme().px(Gap.M)
        return QSize(round(width) + 2, round(metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @staticmethod
    def _line() -> float:
        return theme().px(Size.PILL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font(Rank.SMALL))
        x = 0.0
        for number, name in enumerate(self._names):
            middle = QPointF(x + self._line() / 2, self.height() / 2)
            ink = theme().colour(Token.TEXT_MUTED if number else Token.ACCENT)
            style = Qt.PenStyle.DashLine if number else Qt.PenStyle.SolidLine
            painter.setPen(QPen(ink, Size.FOCUS, style))
            painter.drawLine(QPointF(x, middle.y()), QPointF(x + self._line(), middle.y()))
            painter.setPen(QPen(ink, Size.FOCUS))
            painter.setBrush(theme().colour(Token.SURFACE) if number else ink)
            if number:
                paint_square(painter, middle)
            else:
                radius = theme().px(Gap.XS) * 0.9
                painter.drawEllipse(middle, radius, radius)
            x += self._line() + theme().px(Gap.XS)
            painter.setPen(theme().colour(Token.TEXT))
            width = painter.fontMetrics().horizontalAdvance(name)
            painter.drawText(QRectF(x, 0, width + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, name)
            x += width + theme().px(Gap.M)


def _point(estimate: Estimate | None) -> ChartPoint | None:
    return None if estimate is None else ChartPoint(estimate.value, estimate.low, estimate.high)
