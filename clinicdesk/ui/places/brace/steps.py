"""The life of a brace order as a row of steps: done with their day, the next, those to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.brace import BraceEvent, BraceStatus
from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon

_LEAST = 76
"""The unscaled width that a step needs for its words."""

LIFE = tuple(status for status in BraceStatus if status is not BraceStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class LifeStep:
    """One step as it is drawn. ``done`` is when and by whom; empty for one that was left out or is to come."""

    status: BraceStatus
    day: str = ""
    who: str = ""
    is_next: bool = False
    is_passed: bool = False
    """Left out, or done: the order is beyond it."""


def life(
    events: Sequence[BraceEvent], status: BraceStatus, following: BraceStatus | None
) -> tuple[LifeStep, ...]:
    """The steps of an order; a cancelled one shows only what happened."""
    done = {event.status: event for event in events}
    reached = max((LIFE.index(event.status) for event in events if event.status in LIFE), default=-1)
    steps = []
    for number, step in enumerate(LIFE):
        event = done.get(step)
        if status is BraceStatus.CANCELLED and event is None:
            continue
        day = "" if event is None else fmt.short_day(fmt.local(event.at).date())
        who = "" if event is None else event.by
        steps.append(LifeStep(step, day, who, step is following, number <= reached))
    if status is BraceStatus.CANCELLED and (event := done.get(status)) is not None:
        steps.append(LifeStep(status, fmt.short_day(fmt.local(event.at).date()), event.by, False, True))
    return tuple(steps)


class StepsRow(QWidget):
    """Custom painted: a filled disc with a check for what was done, a ring for what comes, an accent ring for the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[LifeStep, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self._restyle)
        self.set_steps(())

    def steps(self) -> tuple[LifeStep, ...]:
        """What is shown."""
        return self._steps

    def set_steps(self, steps: Sequence[LifeStep]) -> None:
        """Show these, in order."""
        self._steps = tuple(steps)
        spoken = [_spoken(step) for step in self._steps]
        self.setAccessibleName(_("Steps of the order"))
        self.setAccessibleDescription("; ".join(spoken))
        self.setToolTip(plain_tip("\n".join(spoken)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(Size.FIELD), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(Size.FIELD), self._row_height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._row_height() * -(-len(self._steps) // self._in_row(width))

    def _row_height(self) -> int:
        lines = QFontMetricsF(theme().font(Rank.SMALL)).height() * 3
        return round(theme().px(Size.PILL) + lines + theme().px(Gap.L))

    def _in_row(self, width: int) -> int:
        """How many steps stand side by side: all, or half of them where words would be cut."""
        count = max(1, len(self._steps))
        return count if width / count >= theme().px(_LEAST) else max(1, -(-count // 2))

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        in_row = self._in_row(self.width())
        width = self.width() / in_row
        side = theme().px(Size.PILL)
        for count, step in enumerate(self._steps):
            row, number = divmod(count, in_row)
            top = row * self._row_height()
            centre = QPointF((number + 0.5) * width, top + side / 2 + 1)
            if number:
                token = Token.ACCENT if step.is_passed else Token.BORDER
                painter.setPen(QPen(theme().colour(token), Size.FOCUS if step.is_passed else Size.HAIRLINE))
                left = centre.x() - width + side / 2 + theme().px(Gap.XS)
                painter.drawLine(
                    QPointF(left, centre.y()), QPointF(centre.x() - side / 2 - theme().px(Gap.XS), centre.y())
                )
            self._paint_disc(painter, step, centre, side)
            self._paint_words(painter, step, QRectF(number * width, top + side + theme().px(Gap.S), width, 0))

    def _paint_disc(self, painter: QPainter, step: LifeStep, centre: QPointF, side: float) -> None:
        box = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side).adjusted(1, 1, -1, -1)
        accent = theme().colour(Token.ACCENT)
        if step.day:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(box)
            inset = side * 0.2
            paint_icon(
                painter, box.adjusted(inset, inset, -inset, -inset), "check", theme().colour(Token.ON_ACCENT)
            )
            return
        token = Token.ACCENT if step.is_next or step.is_passed else Token.BORDER
        pen = QPen(theme().colour(token), Size.FOCUS if step.is_next else Size.HAIRLINE)
        if step.is_passed:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(theme().colour(Token.SURFACE))
        painter.drawEllipse(box)

    def _paint_words(self, painter: QPainter, step: LifeStep, room: QRectF) -> None:
        strong = bool(step.day) or step.is_next
        muted = theme().colour(Token.TEXT_MUTED)
        lines = (
            (_short(step.status), Rank.SMALL, theme().colour(Token.TEXT) if strong else muted, strong),
            (step.day or (_("left out") if step.is_passed else ""), Rank.SMALL, muted, False),
            (step.who, Rank.SMALL, muted, False),
        )
        top = room.top()
        for words, rank, ink, bold in lines:
            font = theme().font(rank)
            font.setBold(bold)
            painter.setFont(font)
            painter.setPen(ink)
            metrics = painter.fontMetrics()
            short = metrics.elidedText(words, Qt.TextElideMode.ElideRight, round(room.width()) - 4)
            box = QRectF(room.left(), top, room.width(), metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextSingleLine, short)
            top += metrics.height()


def _short(status: BraceStatus) -> str:
    return _("Weaning") if status is BraceStatus.WEANED else status.label


def _spoken(step: LifeStep) -> str:
    if step.day:
        return _("{step}: {day}, {who}").format(step=step.status.label, day=step.day, who=step.who)
    if step.is_passed:
        return _("{step}: left out").format(step=step.status.label)
    return _("{step}: next").format(step=step.status.label) if step.is_next else step.status.label
