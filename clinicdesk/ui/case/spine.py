"""The drawing of the spine on which levels are picked, and the field beside it for those who type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.levels import Level, LevelKind, format_levels, in_order
from clinicdesk.i18n import _
from clinicdesk.ui.case.anatomy import Part, spine
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme

_WIDTH = 140
_HEIGHT = 424
_TALL = 508
_MANY = 18
"""Levels from which the drawing is taller, so that each can be read and hit."""

_LABELS = 70
"""Unscaled pixels for the names at the left."""


_SIGNPOSTS = frozenset({"C1", "T1", "L1", "S1"})


class SpinePicker(QWidget):
    """A spine from the side. A click or Space takes a level or gives it back; Up and Down go from one to the next.

    Only what is offered can be taken; the rest of the spine is drawn, muted, so that one sees where one is. ``typed``: a
    letter of a level's name, which belongs into the field beside it. ``entered``: Enter, as in that field.
    """

    changed = Signal()
    typed = Signal(str)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = LevelKind.VERTEBRAE
        self._offered: tuple[Level, ...] = ()
        self._chosen: frozenset[Level] = frozenset()
        self._cursor: Level | None = None
        self._hovered: Level | None = None
        self._parts: tuple[Part, ...] = ()
        self._wrong = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._tell()

    # What it holds.

    def offer(self, kind: LevelKind, levels: Sequence[Level]) -> None:
        """Offer these levels; a choice still offered is kept."""
        self._kind, self._offered = kind, tuple(levels)
        self._hovered = None
        self._cursor = self._cursor if self._cursor in self._offered else None
        self.setFixedSize(self.sizeHint())
        self._lay()
        self.set_levels(level for level in self._chosen if level in self._offered)

    @property
    def offered(self) -> tuple[Level, ...]:
        """The levels that can be taken."""
        return self._offered

    def levels(self) -> tuple[Level, ...]:
        """What is chosen, from the skull down."""
        return in_order(self._chosen)

    def set_levels(self, levels: Iterable[Level]) -> None:
        """Choose exactly these."""
        chosen = frozenset(levels)
        if chosen == self._chosen:
            return
        self._chosen = chosen
        self._tell()
        self.update()
        self.changed.emit()

    def set_wrong(self, wrong: bool) -> None:
        """Mark the drawing as what the problem is about."""
        self._wrong = wrong
        self.update()

    def row_of(self, level: Level) -> QRectF:
        """The strip that belongs to a level: where a click takes it."""
        return next((part.row for part in self._parts if part.level == level), QRectF())

    def _toggle(self, level: Level) -> None:
        self._cursor = level
        self.set_levels(self._chosen ^ {level})

    def _tell(self) -> None:
        """What a screen reader says: first the level one is on, then all that are chosen."""
        chosen = _("{levels} selected").format(levels=format_levels(self._chosen)) if self._chosen else ""
        self.setAccessibleName(chosen or _("Spine: no level selected"))
        here = self._cursor
        if here is None:
            self.setAccessibleDescription(_("Up and Down go along the spine, Space selects."))
        elif here in self._chosen:
            self.setAccessibleDescription(_("{level} selected").format(level=here))
        else:
            self.setAccessibleDescription(_("{level} not selected").format(level=here))

    # Keyboard and mouse.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
        key = Qt.Key(event.key())
        if not self._offered:
            super().keyPressEvent(event)
        elif key in steps:
            self._go(steps[key])
        elif key in ends:
            self._put_cursor(self._offered[ends[key]])
        elif key == Qt.Key.Key_Space and self._cursor is not None:
            self._toggle(self._cursor)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.text().isalnum():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _go(self, by: int) -> None:
        if self._cursor is None:
            start = next(iter(self.levels()), self._offered[len(self._offered) // 2])
            self._put_cursor(start)
            return
        at = self._offered.index(self._cursor) + by
        self._put_cursor(self._offered[max(0, min(len(self._offered) - 1, at))])

    def _put_cursor(self, level: Level) -> None:
        self._cursor = level
        self._tell()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        level = self._at(event.position())
        if level is not None and event.button() is Qt.MouseButton.LeftButton:
            self._toggle(level)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, level: Level | None) -> None:
        if level != self._hovered:
            self._hovered = level
            self.setCursor(Qt.CursorShape.ArrowCursor if level is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def _at(self, point: QPointF) -> Level | None:
        found = (part.level for part in self._parts if part.row.top() <= point.y() < part.row.bottom())
        return next((level for level in found if level in self._offered), None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._cursor is None and self._offered and event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._go(0)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # Painting.

    def sizeHint(self) -> QSize:
        return QSize(theme().px(_WIDTH), theme().px(_TALL if len(self._offered) > _MANY else _HEIGHT))

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self._lay()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        edge = theme().px(Gap.XS)
        left = theme().px(_LABELS)
        area = QRectF(left, edge, self.width() - left - edge, self.height() - 2 * edge)
        self._parts = spine(area, self._kind, frozenset(self._offered))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part in self._parts:
            if part.level in self._offered:
                self._paint_row(painter, part)
        for part in self._parts:
            self._paint_process(painter, part)
        for part in self._parts:
            self._paint_body(painter, part)
        for part in self._parts:
            if part.level in self._offered:
                self._paint_name(painter, part)
            elif str(part.level) in _SIGNPOSTS and not self._is_near(part.level):
                self._paint_signpost(painter, part)
        if self._wrong:
            painter.setPen(QPen(theme().colour(Token.WARNING_MARK), Size.FOCUS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = theme().px(Size.RADIUS)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _strip(self, part: Part) -> QRectF:
        return QRectF(1, part.row.top() + 0.5, self.width() - 2, part.row.height() - 1)

    def _paint_row(self, painter: QPainter, part: Part) -> None:
        chosen, hovered = part.level in self._chosen, part.level == self._hovered
        radius = theme().px(Size.RADIUS)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour(Token.SELECTED if chosen else Token.HOVER))
            painter.drawRoundedRect(self._strip(part), radius, radius)
        if self.hasFocus() and part.level == self._cursor:
            painter.setPen(QPen(theme().colour(Token.ACCENT), Size.FOCUS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._strip(part).adjusted(1, 0, -1, 0), radius, radius)

    def _paint_process(self, painter: QPainter, part: Part) -> None:
        if part.process.isEmpty():
            return
        muted = not self._is_near(part.level)
        painter.setPen(QPen(theme().colour(Token.LINE if muted else Token.BORDER), 1))
        painter.setBrush(theme().colour(Token.SUNKEN if muted else Token.WINDOW))
        painter.drawPath(part.process)

    def _paint_body(self, painter: QPainter, part: Part) -> None:
        if part.level in self._chosen:
            painter.setPen(QPen(theme().colour(Token.ACCENT), 1))
            painter.setBrush(theme().colour(Token.ACCENT))
            painter.drawPath(part.body)
            if part.level.kind is LevelKind.VERTEBRAE:
                self._paint_check(
                    painter, part.center, min(part.body.boundingRect().height(), theme().px(14))
                )
            return
        near = self._is_near(part.level)
        disc = part.level.kind is LevelKind.INTERSPACES
        if disc and part.level not in self._offered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour(Token.LINE if near else Token.SUNKEN))
        else:
            painter.setPen(QPen(theme().colour(Token.BORDER if near else Token.LINE), 1.2 if near else 1))
            painter.setBrush(theme().colour(Token.SURFACE if near else Token.SUNKEN))
        painter.drawPath(part.body)

    def _is_near(self, level: Level) -> bool:
        """Whether a level is offered, or borders on one that is."""
        return level in self._offered or any(
            vertebra in space.vertebrae for space in self._offered for vertebra in level.vertebrae
        )

    def _paint_name(self, painter: QPainter, part: Part) -> None:
        chosen = part.level in self._chosen
        painter.setFont(theme().font(Rank.STRONG if chosen else Rank.SMALL))
        painter.setPen(theme().colour(Token.TEXT if chosen else Token.TEXT_MUTED))
        row = self._strip(part)
        mark = theme().px(Size.MARK)
        left = mark + theme().px(Gap.XS)
        room = QRectF(left, row.top() - mark, theme().px(_LABELS) - left, row.height() + 2 * mark)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(part.level))
        if chosen:
            middle = QPointF(theme().px(Gap.XS) + mark / 2, row.center().y())
            self._paint_check(painter, middle, mark, token=Token.ACCENT_TEXT)

    def _paint_signpost(self, painter: QPainter, part: Part) -> None:
        """The first vertebra of a region that is not offered is named too, so that one sees where one is."""
        painter.setFont(theme().font(Rank.SMALL))
        painter.setPen(theme().colour(Token.DISABLED))
        left, tall = theme().px(Size.MARK) + theme().px(Gap.XS), theme().px(Size.MARK)
        room = QRectF(left, part.center.y() - tall, theme().px(_LABELS) - left, 2 * tall)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(part.level))

    def _paint_check(
        self, painter: QPainter, middle: QPointF, side: float, token: Token = Token.ON_ACCENT
    ) -> None:
        tick = QPainterPath()
        step = side / 4
        tick.addPolygon(
            QPolygonF(
                [
                    middle + QPointF(-1.3 * step, 0.05 * step),
                    middle + QPointF(-0.35 * step, step),
                    middle + QPointF(1.4 * step, -0.95 * step),
                ]
            )
        )
        painter.setPen(
            QPen(
                theme().colour(token),
                max(1.6, side / 7),
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(tick)
