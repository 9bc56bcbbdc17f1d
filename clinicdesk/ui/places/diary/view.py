"""The diary widget: one custom-painted day or week that scrolls under a header and beside a gutter."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from clinicdesk.clock import ClinicZone, Clock
from clinicdesk.domain.ids import BookingId
from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.diary import walk
from clinicdesk.ui.places.diary.axis import TimeAxis
from clinicdesk.ui.places.diary.blocks import DiaryMode, DiarySheet
from clinicdesk.ui.places.diary.closed import stretch_tip
from clinicdesk.ui.places.diary.dragging import Dragging
from clinicdesk.ui.places.diary.faces import Faces
from clinicdesk.ui.places.diary.geometry import Geometry, Grip, Hit, PlacedBlock, SlotPlace
from clinicdesk.ui.places.diary.ink import Ink
from clinicdesk.ui.places.diary.margins import Gutter, Header
from clinicdesk.ui.places.diary.painter import BodyPainter, Pointers
from clinicdesk.ui.theme import theme

ZOOMS: Final = (0.5, 0.65, 0.8, 1.0, 1.25, 1.6, 2.0, 3.0)
"""Heights of an hour, as factors of the usual one."""

_STEPS: Final = {
    Qt.Key.Key_Up: walk.Step.EARLIER,
    Qt.Key.Key_Down: walk.Step.LATER,
    Qt.Key.Key_Left: walk.Step.LEFT,
    Qt.Key.Key_Right: walk.Step.RIGHT,
}
_HEADROOM: Final = 15
"""Minutes shown above what is scrolled to."""

_ZOOM_KEYS: Final = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
"""Without Ctrl: with it the whole window grows."""


class DiaryView(QAbstractScrollArea):
    """Shows a `DiarySheet`. Knows no service: it is given values and says what was pointed at.

    Keys: arrows move from case to case, Enter opens it, M takes it in hand (`Dragging`), N or Ctrl+B books at the cursor,
    Shift with arrows moves the slot cursor by five minutes or a column, Escape lets go, T, D, W, Page Up and Page Down ask
    for other sheets, plus and minus zoom (as Ctrl with the wheel does).
    """

    case_chosen = Signal(object)
    """A case was clicked or opened with Enter; carries its `BookingId`."""
    case_selected = Signal(object)
    """The selection moved; carries a `BookingId` or None."""
    case_hovered = Signal(object)
    """The mouse is over another case, proposed or standing; carries a `BookingId` or None."""
    proposed_chosen = Signal(object)
    """A proposed case was clicked; carries its `BookingId`."""
    slot_chosen = Signal(object, object)
    """A booking is wanted at a slot; carries the column's `ResourceId` (or None) and the instant."""
    menu_asked = Signal(object, object, object)
    """A context menu is wanted; carries a `BookingId` or None, a `SlotPlace` or None, and the global position."""
    column_chosen = Signal(object)
    """The name of a column was clicked; carries the `DiaryColumn`."""
    asked = Signal(object)
    """Carries a `walk.DiaryAsk`."""
    zoomed = Signal(float)
    """The height of an hour has changed; carries its factor."""
    ticked = Signal()
    """A minute has gone and the now line has moved."""

    def __init__(self, clock: Clock, zone: ClinicZone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._now = clock.now()
        self._zoom = ZOOMS.index(1.0)
        today = zone.day_of(self._now)
        self._sheet = DiarySheet(DiaryMode.DAY, TimeAxis(zone, (today,)), (), ())
        self._faces = Faces()
        self._selected: BookingId | None = None
        self._slot: SlotPlace | None = None
        self._hover = Hit(None)
        self._pointed: BookingId | None = None
        self._pressed: Hit | None = None
        self._ink = Ink(self.devicePixelRatioF())
        self.hand = Dragging(self, self)
        self.header = Header(self, self)
        self.gutter = Gutter(self, self)
        self._lay_out()
        self._set_up()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.header.column_pressed.connect(self.column_chosen)
        hub().minute.connect(self.tick)
        theme().changed.connect(self._dress_again)

    # What its parts (`surface.Surface`) and tests ask.

    @property
    def geometry_now(self) -> Geometry:
        """The sheet as it is laid out."""
        return self._geometry

    @property
    def ink(self) -> Ink:
        """What is painted with."""
        return self._ink

    @property
    def offset(self) -> QPoint:
        """How far the content is scrolled."""
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    @property
    def in_view(self) -> QRect:
        """The part of the content that is in view."""
        return self.viewport().rect().translated(self.offset)

    @property
    def now(self) -> datetime:
        """The instant the now line shows."""
        return self._now

    @property
    def selected(self) -> BookingId | None:
        """The selected case."""
        return self._selected

    @property
    def slot(self) -> SlotPlace | None:
        """The selected empty slot."""
        return self._slot

    @property
    def zoom(self) -> float:
        """The height of an hour as a factor of the usual one."""
        return ZOOMS[self._zoom]

    def hit_at(self, point: QPoint) -> Hit:
        """What lies under a point of the viewport."""
        return self._geometry.hit(point + self.offset, plan=self._shows_plan)

    def rect_of(self, booking: BookingId) -> QRect | None:
        """Where a case stands in the viewport, scrolled out or not; None if it is not on this sheet."""
        placed = self._geometry.find(booking)
        return placed.rect.translated(-self.offset) if placed is not None else None

    # What the place tells it.

    def set_sheet(self, sheet: DiarySheet) -> None:
        """Show this sheet. A selection that is still on it, and the scroll position, are kept."""
        self._sheet = sheet
        self._hover = Hit(None)
        if self._slot is not None:
            key = self._slot.column.key
            column = next((c for c in sheet.columns if c.key == key and c.day == self._slot.column.day), None)
            self._slot = SlotPlace(column, self._slot.starts) if column is not None else None
        self._lay_out()
        if self._selected is not None and self._geometry.find(self._selected) is None:
            self._select(None)
        else:
            self._tell_accessibility()
        self.hand.sheet_changed()
        self._repaint_all()

    def select(self, booking: BookingId | None) -> None:
        """Select a case and bring it into view."""
        self._select(booking)
        placed = self._geometry.find(booking) if booking is not None else None
        if placed is not None:
            self.bring_into_view(placed.rect)

    def point_at(self, booking: BookingId | None) -> None:
        """Bring out where a plan would put a case, and where that case stands."""
        if booking != self._pointed:
            self._pointed = booking
            if self._shows_plan:
                self.update_view()

    def show_proposed(self, booking: BookingId) -> None:
        """Bring into view where a plan would put a case; where it stands if it would stay there."""
        there = self._geometry.find_proposed(booking) or self._geometry.find(booking)
        if there is not None:
            self.bring_into_view(there.rect)

    def scroll_to(self, instant: datetime) -> None:
        """Put an instant of the first column's day near the top of the view."""
        for column in self._sheet.columns[:1]:
            self.scroll_to_position(self._sheet.axis.position(column.day, instant))

    def scroll_to_position(self, minutes: float) -> None:
        """Put a height of the axis, in minutes, near the top of the view."""
        self.verticalScrollBar().setValue(round((minutes - _HEADROOM) * self._geometry.metrics.minute))

    def set_zoom(self, zoom: float, anchor: int | None = None) -> None:
        """Zoom to the nearest step; the height ``anchor`` in the viewport keeps its time."""
        nearest = min(range(len(ZOOMS)), key=lambda n: abs(ZOOMS[n] - zoom))
        self._zoom_to(nearest, self.viewport().height() // 2 if anchor is None else anchor)

    def zoom_by(self, steps: int) -> None:
        """Zoom by so many steps; the middle of the view keeps its time."""
        self._zoom_to(self._zoom + steps, self.viewport().height() // 2)

    def tick(self) -> None:
        """Move the now line to where it belongs."""
        self._now = self._clock.now()
        self.viewport().update()
        self.gutter.update()
        self.ticked.emit()

    # Layout.

    def _lay_out(self) -> None:
        self._geometry = Geometry(self._sheet, self.viewport().width(), self._ink.metrics)
        self._faces.forget_places()
        self._body = BodyPainter(self._geometry, self._ink, self._faces)
        self._place_margins()
        view = self.viewport().size()
        self.verticalScrollBar().setRange(0, max(0, self._geometry.height - view.height()))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setSingleStep(max(1, round(15 * self._geometry.metrics.minute)))
        self.horizontalScrollBar().setRange(0, max(0, self._geometry.width - view.width()))
        self.horizontalScrollBar().setPageStep(view.width())
        self.horizontalScrollBar().setSingleStep(self._ink.metrics.least_column)

    def _place_margins(self) -> None:
        ink = self._ink
        self.setViewportMargins(ink.gutter_width, ink.header_height, 0, 0)
        view = self.viewport().geometry()
        self.header.setGeometry(view.left(), view.top() - ink.header_height, view.width(), ink.header_height)
        self.gutter.setGeometry(view.left() - ink.gutter_width, view.top(), ink.gutter_width, view.height())

    def _dress_again(self) -> None:
        self._faces.forget_all()
        self._measure_again(anchor=0)
        self._repaint_all()

    def _measure_again(self, anchor: int) -> None:
        """Lay out by the current zoom and scale; the height ``anchor`` in the viewport keeps its time."""
        kept = (self.offset.y() + anchor) / self._geometry.metrics.minute
        self._ink = Ink(self.devicePixelRatioF(), self.zoom)
        self._lay_out()
        self.verticalScrollBar().setValue(round(kept * self._geometry.metrics.minute) - anchor)

    def _repaint_all(self) -> None:
        for widget in (self.viewport(), self.header, self.gutter, self):
            widget.update()

    def _zoom_to(self, step: int, anchor: int) -> None:
        step = max(0, min(len(ZOOMS) - 1, step))
        if step == self._zoom:
            return
        self._zoom = step
        self._measure_again(anchor)
        self._repaint_all()
        self.zoomed.emit(self.zoom)

    # Painting and scrolling.

    def paintEvent(self, event: QPaintEvent) -> None:
        offset = self.offset
        painter = QPainter(self.viewport())
        painter.translate(-offset)
        area = event.rect().translated(offset)
        self._body.paint(painter, area, self._now, self._pointers(), self.hand.paint_under)
        self.hand.paint(painter)

    @property
    def _shows_plan(self) -> bool:
        """Whether what is proposed is drawn: with a case in hand nobody could tell the ghosts apart."""
        return self._sheet.plan and self.hand.hand is None

    def _pointers(self) -> Pointers:
        hovered = self._hover.placed
        return Pointers(
            selected=self._selected,
            hovered=hovered.block.booking_id if hovered is not None else None,
            slot=self._slot,
            hovered_slot=self._hover.slot if hovered is None else None,
            focused=self.hasFocus(),
            plan=self._shows_plan,
            proposed=self._pointed,
        )

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self.devicePixelRatioF().is_integer() and self.hand.hand is None:
            self.viewport().scroll(dx, dy, self.viewport().rect())
            self.header.scroll(dx, 0, self.header.rect())
            self.gutter.scroll(0, dy, self.gutter.rect())
        else:  # what stands beside a ghost stays in view; and fractions of the screen's pixels would blur
            self._repaint_all()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self.hand.keep_in_view()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._dress_again()

    # Pointing.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self.hand.drag(point, event.buttons()):
            self._hover_over(Hit(None))
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self._hover_over(self.hit_at(point))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        hit = self.hit_at(point)
        if event.button() is not Qt.MouseButton.LeftButton or self.hand.press(hit, point):
            return
        self._pressed = hit
        if hit.proposed is not None:
            self.proposed_chosen.emit(hit.proposed.case.booking_id)
        elif hit.placed is not None:
            self._select(hit.placed.block.booking_id)
        else:
            self._set_slot(hit.slot)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if event.button() is Qt.MouseButton.LeftButton and self.hand.release():
            self._hover_over(self.hit_at(event.position().toPoint()))
            return
        if event.button() is not Qt.MouseButton.LeftButton or pressed is None or pressed.placed is None:
            return
        hit = self.hit_at(event.position().toPoint())
        if hit.placed is pressed.placed:
            self.case_chosen.emit(pressed.placed.block.booking_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self.hit_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and hit.placed is None and hit.slot is not None:
            self._set_slot(hit.slot)
            self._choose(hit.slot)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.hand.held:
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            rect = self.rect_of(self._selected) if self._selected is not None else None
            point = rect.center() if rect is not None else self.viewport().rect().center()
            self.menu_asked.emit(self._selected, self._slot, self.viewport().mapToGlobal(point))
            return
        hit = self.hit_at(event.pos())
        if hit.placed is not None:
            self._select(hit.placed.block.booking_id)
        else:
            self._set_slot(hit.slot)
        self.menu_asked.emit(self._selected, self._slot, event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y()
            if turned:
                self._zoom_to(self._zoom + (1 if turned > 0 else -1), event.position().toPoint().y())
            event.accept()
            return
        super().wheelEvent(event)
        self._hover_over(self.hit_at(event.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover_over(Hit(None))
        elif event.type() == QEvent.Type.ToolTip:
            self._show_tip(cast("QHelpEvent", event))
            return True
        return super().viewportEvent(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        hit = self.hit_at(event.pos())
        lines = hit.tip or stretch_tip(hit.slot)
        if not lines:
            QToolTip.hideText()
            return
        QToolTip.showText(event.globalPos(), plain_tip("\n".join(lines)), self.viewport())

    def _hover_over(self, hit: Hit) -> None:
        if hit == self._hover:
            return
        was, self._hover = self._hover, hit
        for each in (was, hit):
            self._update_hit(each)
        self.viewport().setCursor(_cursor(hit))
        if was.booking != hit.booking:
            self.case_hovered.emit(hit.booking)

    def _update_hit(self, hit: Hit) -> None:
        if hit.placed is not None:
            self.update_content(hit.placed.rect)
        elif hit.slot is not None:
            self.update_content(self._body.ghost_rect(hit.slot))

    def update_view(self) -> None:
        """Paint all that is in view anew."""
        self.viewport().update()

    def update_content(self, rect: QRect) -> None:
        """Paint a part of the content anew."""
        room = 2 * self._ink.focus_width
        self.viewport().update(rect.translated(-self.offset).adjusted(-room, -room, room, room))

    # Keys.

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _books(cast("QKeyEvent", event)):
            event.accept()  # here Ctrl+B means "at the cursor", not the window's general booking
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.hand.key(event):
            return
        if _books(event):
            self._choose(walk.cursor(self._geometry, self._slot, self._selected, self._now))
        elif key in _ZOOM_KEYS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_ZOOM_KEYS[key])
        elif key in _STEPS:
            self._walk(_STEPS[key], slot=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Escape and (self._selected is not None or self._slot is not None):
            self._set_slot(None)
        elif key == Qt.Key.Key_M and not event.modifiers() and self._selected is not None:
            self.hand.begin_keys(self._selected)
        elif key in walk.ASKS and not event.modifiers():
            self.asked.emit(walk.ASKS[key])
        else:
            event.ignore()

    def _walk(self, step: walk.Step, *, slot: bool) -> None:
        if slot:
            start = walk.cursor(self._geometry, self._slot, self._selected, self._now)
            if start is not None:
                self._set_slot(
                    walk.next_slot(self._geometry, start, step) if self._slot is not None else start
                )
                self.bring_into_view(self._body.ghost_rect(self._slot or start))
            return
        placed = walk.next_case(self._geometry, self._selected, step, self._now)
        if placed is not None:
            self.select(placed.block.booking_id)

    def _enter(self) -> None:
        if self._selected is not None:
            self.case_chosen.emit(self._selected)
        elif self._slot is not None:
            self._choose(self._slot)

    def _choose(self, slot: SlotPlace | None) -> None:
        if slot is not None:
            self._set_slot(slot)
            self.slot_chosen.emit(slot.column.resource_id, slot.starts)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._update_selection()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update_selection()

    # Selection.

    def _select(self, booking: BookingId | None) -> None:
        self._update_selection()
        changed = booking != self._selected
        self._selected, self._slot = booking, None if booking is not None else self._slot
        self._update_selection()
        self._tell_accessibility()
        if changed:
            self.case_selected.emit(booking)

    def _set_slot(self, slot: SlotPlace | None) -> None:
        self._update_selection()
        self._slot = slot
        self._select(None)
        self._update_selection()

    def _update_selection(self) -> None:
        framed = self._geometry.framed(self._selected) if self._selected is not None else None
        if framed is not None:
            self.update_content(framed)
        if self._slot is not None:
            self.update_content(self._body.ghost_rect(self._slot))

    def bring_into_view(self, rect: QRect) -> None:
        """Scroll as little as shows a part of the content."""
        view, offset = self.viewport().rect(), self.offset
        room = self._ink.wide_pad
        for bar, low, high, start, length in (
            (self.verticalScrollBar(), rect.top() - room, rect.bottom() + room, offset.y(), view.height()),
            (self.horizontalScrollBar(), rect.left(), rect.right(), offset.x(), view.width()),
        ):
            if low < start or high - low > length:
                bar.setValue(low)
            elif high > start + length:
                bar.setValue(high - length)

    def scroll_by(self, across: int, along: int) -> None:
        """Scroll by so many logical pixels, as far as there is content."""
        for bar, step in ((self.horizontalScrollBar(), across), (self.verticalScrollBar(), along)):
            bar.setValue(bar.value() + step)

    def describe(self, sentence: str) -> None:
        """Let a screen reader say this of what is selected or in hand."""
        self.setAccessibleDescription(sentence)

    def announce(self, sentence: str) -> None:
        """Let a screen reader say this now."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def _tell_accessibility(self) -> None:
        placed: PlacedBlock | None = (
            self._geometry.find(self._selected) if self._selected is not None else None
        )
        self.describe(placed.block.sentence if placed is not None else "")


def _cursor(hit: Hit) -> Qt.CursorShape:
    if hit.placed is None:
        return Qt.CursorShape.ArrowCursor if hit.proposed is None else Qt.CursorShape.PointingHandCursor
    pulls = hit.grip is Grip.BOTTOM and not hit.placed.block.fixed
    return Qt.CursorShape.SizeVerCursor if pulls else Qt.CursorShape.PointingHandCursor


def _books(event: QKeyEvent) -> bool:
    plain = event.key() == Qt.Key.Key_N and not event.modifiers()
    control = event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_B
    return plain or control
