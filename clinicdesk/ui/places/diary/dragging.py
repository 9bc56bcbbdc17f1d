"""Taking a case in hand: dragged and pulled with the mouse, or moved step by step with the keyboard.

While it is in hand a ghost shows where it would be put down and what stands in the way there, and the columns show where
it fits. Letting go (or Enter) drops it, Escape puts it back. What is asked of the service is the place's to do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication

from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.moving import MoveContext
from clinicdesk.i18n import _
from clinicdesk.ui.operations.hub import Hold, Wait, hub
from clinicdesk.ui.places.diary import in_hand
from clinicdesk.ui.places.diary.geometry import Geometry, Grip, Hit, PlacedBlock
from clinicdesk.ui.places.diary.ghost import Bubble, GhostPainter, bubble_rect, lay_out_bubble
from clinicdesk.ui.places.diary.ghost_words import GhostWords, words_of
from clinicdesk.ui.places.diary.in_hand import InHand, Phase, Spot
from clinicdesk.ui.places.diary.surface import Surface
from clinicdesk.ui.theme import Size, theme

_STEP: Final = timedelta(minutes=5)
_STRIDE: Final = timedelta(hours=1)
_EDGE_EVERY: Final = 30
"""Milliseconds between two steps of scrolling at the edge."""

_ALONG: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ACROSS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LONGER: Final = {Qt.Key.Key_Plus: 5, Qt.Key.Key_Equal: 5, Qt.Key.Key_Minus: -5}


class Dragging(QObject):
    """The case in hand of one diary view, if any."""

    begun = Signal()
    """A case was taken in hand, or now lasts longer: what surrounds it is wanted (`surround`, `show_fits`)."""
    dropped = Signal()
    """It was put down somewhere else: `hand` says which case and where."""
    left = Signal()
    """It was put back."""
    fixed = Signal(str)
    """A case that cannot be moved was pulled at; carries why."""

    def __init__(self, view: Surface, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self.hand: InHand | None = None
        self._pressed: tuple[PlacedBlock, Grip, QPoint] | None = None
        self._hold: Hold | None = None
        self._grab = 0
        self._pointer = QPoint()
        self._swallow = False
        self._words: GhostWords | None = None
        self._bubble: Bubble | None = None
        self._glide: tuple[QRect, QRect] | None = None
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.valueChanged.connect(self._repaint)
        self._motion.finished.connect(self._settled)
        self._edge = QTimer(self)
        self._edge.setInterval(_EDGE_EVERY)
        self._edge.timeout.connect(self._scroll_on)

    @property
    def held(self) -> bool:
        """Whether a case is being moved at this moment."""
        return self.hand is not None and self.hand.phase is Phase.HELD

    @property
    def words(self) -> GhostWords | None:
        """What is said of the case in hand."""
        return self._words

    # Taken in hand.

    def press(self, hit: Hit, point: QPoint) -> bool:
        """Note what a press of the left button may become; whether the press is used up."""
        self._swallow = False
        if self.held:
            self._pointer = point
            self._place_under(point)
            return True
        if hit.placed is not None:
            self._pressed = (hit.placed, hit.grip or Grip.BODY, point)
        return False

    def drag(self, point: QPoint, buttons: Qt.MouseButton) -> bool:
        """Follow the mouse; whether a case is in hand."""
        if self.held:
            if buttons & Qt.MouseButton.LeftButton:
                self._pointer = point
                self._place_under(point)
                self._edge_at(point)
            return True
        if self._pressed is None or not buttons & Qt.MouseButton.LeftButton:
            return self._swallow
        placed, grip, pressed = self._pressed
        if (point - pressed).manhattanLength() < QApplication.startDragDistance():
            return False
        self._pressed = None
        if placed.block.fixed:
            self._swallow = True
            self.fixed.emit(placed.block.fixed)
            return True
        self._take(placed, resizing=grip is Grip.BOTTOM, by_keys=False)
        at = self._content(pressed).y()
        spot = in_hand.home_of(self._geometry, placed.block)
        self._grab = at - self._geometry.y(spot.column, spot.ends if grip is Grip.BOTTOM else spot.starts)
        return self.drag(point, buttons)

    def release(self) -> bool:
        """Let go; whether the release was the end of a drag and means nothing else."""
        self._pressed = None
        self._edge.stop()
        swallowed, self._swallow = self._swallow, False
        if self.hand is None or not self.held:
            return swallowed
        if not self.hand.by_keys:
            self.drop()
        return True

    def begin_keys(self, booking: BookingId) -> None:
        """Take a case in hand to be moved with the keyboard."""
        placed = self._geometry.find(booking)
        if placed is None or self.held:
            return
        if placed.block.fixed:
            self.fixed.emit(placed.block.fixed)
            self._view.announce(placed.block.fixed)
            return
        self._take(placed, resizing=False, by_keys=True)
        self._view.bring_into_view(placed.rect)
        self._view.announce(
            _(
                "{patient} in hand. Arrows move it, plus and minus change its length, Enter puts it down,"
                " Escape puts it back."
            ).format(patient=placed.block.title)
        )

    def _take(self, placed: PlacedBlock, *, resizing: bool, by_keys: bool) -> None:
        if self.hand is not None:
            self._finish()
            self.left.emit()
        spot = in_hand.home_of(self._geometry, placed.block)
        kind = self._geometry.sheet.kind
        self.hand = InHand(placed.block, spot, spot, kind, resizing=resizing, by_keys=by_keys)
        self._hold = hub().hold(Wait.MOVING)
        self._say_again()
        self._repaint()
        self.begun.emit()

    # What the place tells it.

    def surround(self, context: MoveContext) -> None:
        """What surrounds the case in hand is known: judge where it is."""
        if self.hand is not None and self.hand.block.booking_id == context.booking.id:
            self.hand.context = context
            self.hand.judge(self._view.now)
            self._say_again()
            self._repaint()

    def show_fits(self, fits: dict[str, tuple[Span, ...]]) -> None:
        """Show where the case in hand may start."""
        if self.held and self.hand is not None and not self.hand.resizing:
            self.hand.fits = fits
            self._repaint()

    def sheet_changed(self) -> None:
        """Another sheet is shown, or the same one anew: the case in hand goes along."""
        hand = self.hand
        self._pressed = None
        if hand is None:
            return
        if hand.phase is Phase.SETTLING:
            placed = self._geometry.find(hand.block.booking_id)
            if self._glide is None:
                self._glide_to(placed)
            return
        placed = self._geometry.find(hand.block.booking_id)
        if placed is not None and placed.block.fixed:  # somebody else took it into the room meanwhile
            self.put_back()
            self.fixed.emit(placed.block.fixed)
            return
        hand.block = placed.block if placed is not None else hand.block
        hand.fits, hand.context = {}, None
        if hand.phase is Phase.HELD:
            hand.judged = None
        hand.spot = in_hand.on_sheet(self._geometry.sheet, hand.spot, hand.block)
        hand.kind = self._geometry.sheet.kind
        self._say_again()
        self.begun.emit()

    def done(self) -> None:
        """The move is stored: the ghost settles where the case stands once the sheet shows it."""
        self._let_news_come()
        if self.hand is not None:
            self.hand.phase = Phase.SETTLING
            self._repaint()

    def await_reason(self) -> None:
        """The reason for the drop is asked for: the ghost stays where it is meanwhile, and in view."""
        if self.hand is not None:
            self.hand.phase = Phase.ASKED
            self.keep_in_view()
            self._repaint()

    def keep_in_view(self) -> None:
        """The view has another size: what waits for a reason is still to be seen."""
        hand = self.hand
        if hand is not None and hand.phase is Phase.ASKED and self._on_sheet(hand.spot):
            rect, _body = in_hand.ghost_rects(self._geometry, hand, hand.spot)
            self._view.bring_into_view(rect)

    # Put down and put back.

    def drop(self) -> None:
        """Put the case down where it is; where it came from means nothing happens."""
        hand = self.hand
        if hand is None:
            return
        self._edge.stop()
        if not hand.moved:
            self.put_back()
            return
        hand.phase = Phase.DROPPED
        self._repaint()
        self.dropped.emit()

    def put_back(self) -> None:
        """Leave everything as it was."""
        hand = self.hand
        if hand is None:
            return
        self._edge.stop()
        self._swallow = not hand.by_keys and hand.phase is Phase.HELD
        hand.phase = Phase.SETTLING
        self._glide_to(self._geometry.find(hand.block.booking_id))
        self._view.describe(hand.block.sentence)
        self.left.emit()
        self._let_news_come()

    def _let_news_come(self) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()

    def _glide_to(self, placed: PlacedBlock | None) -> None:
        hand, length = self.hand, theme().movement()
        if hand is None or placed is None or not length or not self._on_sheet(hand.spot):
            self._finish()
            return
        start, _body = in_hand.ghost_rects(self._geometry, hand, hand.spot)
        self._glide = (start, placed.rect)
        self._motion.setDuration(length)
        self._motion.start()

    def _settled(self) -> None:
        self._finish()

    def _finish(self) -> None:
        if self.hand is not None or self._glide is not None:
            self.hand = self._glide = self._words = self._bubble = None
            self._motion.stop()
            self._repaint()
        self._let_news_come()

    # Keys.

    def key(self, event: QKeyEvent) -> bool:
        """Use a key for the case in hand; whether it was used."""
        hand, key = self.hand, Qt.Key(event.key())
        if hand is not None and hand.phase is Phase.ASKED and key == Qt.Key.Key_Escape:
            self.put_back()
            return True
        if hand is None or not self.held:
            return False
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape:
            self.put_back()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.drop()
        elif key in _LONGER or (control and key in _ALONG):
            self._lengthen(_LONGER.get(key) or 5 * _ALONG[key])
        elif key in _ALONG:
            self._step(
                in_hand.shifted(self._geometry, hand.spot, _ALONG[key] * (_STRIDE if shift else _STEP))
            )
        elif key in _ACROSS:
            self._step(in_hand.beside(self._geometry, hand.spot, _ACROSS[key]))
        else:
            return False
        return True

    def _lengthen(self, by: int) -> None:
        assert self.hand is not None
        self.hand.fits = {}
        self._step(in_hand.lengthened(self.hand.spot, by))
        self.begun.emit()

    def _step(self, spot: Spot) -> None:
        self._move_to(spot)
        hand = self.hand
        if hand is not None:
            rect, _body = in_hand.ghost_rects(self._geometry, hand, hand.spot)
            self._view.bring_into_view(rect)
        if self._words is not None:
            self._view.announce(self._words.sentence)

    # The ghost.

    @property
    def _geometry(self) -> Geometry:
        return self._view.geometry_now

    def _content(self, point: QPoint) -> QPoint:
        return point + self._view.offset

    def _on_sheet(self, spot: Spot) -> bool:
        return any(column.key == spot.column.key for column in self._geometry.sheet.columns)

    def _place_under(self, point: QPoint) -> None:
        hand = self.hand
        assert hand is not None
        content = self._content(point)
        follow: Callable[[Geometry, Spot, QPoint, int], Spot] = (
            in_hand.pulled if hand.resizing else in_hand.dragged
        )
        self._move_to(follow(self._geometry, hand.spot, content, 0 if hand.by_keys else self._grab))

    def _move_to(self, spot: Spot) -> None:
        hand = self.hand
        if hand is None or spot == hand.spot:
            return
        before = self._area()
        hand.spot = spot
        hand.judge(self._view.now)
        self._say_again()
        for area in (before, self._area()):
            self._view.update_content(area)

    def _say_again(self) -> None:
        hand = self.hand
        assert hand is not None
        self._words = words_of(hand, self._geometry.sheet.mode)
        self._bubble = lay_out_bubble(self._words, self._view.ink)
        self._view.describe(self._words.sentence)

    def _area(self) -> QRect:
        """Everything the ghost and what stands beside it cover."""
        hand, bubble = self.hand, self._bubble
        if hand is None or bubble is None:
            return QRect()
        rect, body = in_hand.ghost_rects(self._geometry, hand, hand.spot)
        return rect.united(body).united(self._bubble_rect(rect, bubble))

    def _bubble_rect(self, ghost: QRect, bubble: Bubble) -> QRect:
        return bubble_rect(ghost, bubble, self._view.in_view, self._view.ink.wide_pad)

    def _repaint(self, *_value: object) -> None:
        self._view.update_view()

    # Painting.

    def paint_under(self, painter: QPainter) -> None:
        """What lies beneath the cases: where the one in hand fits."""
        if self.held and self.hand is not None:
            GhostPainter(self._geometry, self._view.ink).fits(painter, self.hand)

    def paint(self, painter: QPainter) -> None:
        """What lies above the cases."""
        hand = self.hand
        if hand is None or self._words is None or not self._on_sheet(hand.spot):
            return
        paint = GhostPainter(self._geometry, self._view.ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._glide is not None:
            paint.gliding(painter, _between(*self._glide, float(self._motion.currentValue())))
            return
        paint.home(painter, hand)
        paint.ghost(painter, hand, self._words)
        if self._bubble is not None and hand.phase is Phase.HELD:
            rect, _body = in_hand.ghost_rects(self._geometry, hand, hand.spot)
            paint.bubble(painter, self._bubble_rect(rect, self._bubble), self._bubble, self._words.mark)

    # The edge.

    def _edge_at(self, point: QPoint) -> None:
        if self._edge_steps(point) == (0, 0):
            self._edge.stop()
        elif not self._edge.isActive():
            self._edge.start()

    def _edge_steps(self, point: QPoint) -> tuple[int, int]:
        """How far to scroll sideways and down, the faster the nearer to the edge."""
        zone, view = theme().px(Size.ROW), self._view.in_view
        across = _pull(point.x(), view.width(), zone)
        return (
            0 if self.hand is not None and self.hand.resizing else across,
            _pull(point.y(), view.height(), zone),
        )

    def _scroll_on(self) -> None:
        if not self.held:
            self._edge.stop()
            return
        self._view.scroll_by(*self._edge_steps(self._pointer))
        self._place_under(self._pointer)


def _pull(at: int, length: int, zone: int) -> int:
    if at < zone:
        return (at - zone) // 2
    return max(0, at - (length - zone)) // 2


def _between(start: QRect, end: QRect, share: float) -> QRect:
    def at(first: QPointF, last: QPointF) -> QPointF:
        return first + (last - first) * share

    begin, finish = QRectF(start), QRectF(end)
    return QRectF(
        at(begin.topLeft(), finish.topLeft()), at(begin.bottomRight(), finish.bottomRight())
    ).toRect()
