"""Fields in which a person chooses: a row of segments, a list, a score, an answer that may be missing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.combo import ComboField, Options
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme

__all__ = ["ChoiceField", "ComboField", "Options", "ScoreRow", "SegmentedRow", "TriState"]

_SEGMENTS = 5


class SegmentedRow(QWidget):
    """A row of choices of which at most one holds. Left and Right move, a mouse click or Space chooses.

    `clearable` lets the chosen one be given up again by choosing it once more. Where the row is wider than there is room,
    it goes on in the next line.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        options: Options,
        parent: QWidget | None = None,
        *,
        clearable: bool = False,
        narrow: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self._options: list[tuple[Any, str]] = list(options)
        self._chosen: int | None = None
        self._cursor = 0
        self._hovered: int | None = None
        self._clearable = clearable
        self._narrow = narrow
        theme().changed.connect(self._restyle)

    def value(self) -> Any:
        """The value chosen, or None."""
        return None if self._chosen is None else self._options[self._chosen][0]

    def set_value(self, value: object) -> None:
        """Choose `value`; None (or what is not offered) gives up the choice."""
        self._choose(next((i for i, (one, _words) in enumerate(self._options) if one == value), None))

    def words_for(self, value: object) -> str:
        """How a value reads among the choices; empty for one that is not offered."""
        return next((words for one, words in self._options if one == value), "")

    def set_options(self, options: Options) -> None:
        """Offer these instead; a choice still offered is kept."""
        kept = self.value()
        self._options = list(options)
        self._chosen = None
        self._cursor = 0
        self.set_value(kept)
        self.updateGeometry()
        self.update()

    def holds(self, index: int) -> bool:
        """Whether the option at this place is chosen."""
        return index == self._chosen

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as the one the problem is about."""
        self.setProperty("wrong", wrong)
        self.update()

    def rects(self) -> list[QRect]:
        """Where each segment is, for tests and for pointing at one."""
        high = theme().px(Size.CONTROL)
        return [
            QRect(left, line * (high + theme().px(Gap.XS)), width, high)
            for line, segments in enumerate(self._lines(self.width()))
            for left, width in segments
        ]

    def sizeHint(self) -> QSize:
        widths = self._widths()
        return QSize(sum(widths) - max(0, len(widths) - 1), theme().px(Size.CONTROL))

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._widths(), default=0), theme().px(Size.CONTROL))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = max(1, len(self._lines(width)))
        return lines * theme().px(Size.CONTROL) + (lines - 1) * theme().px(Gap.XS)

    def _lines(self, room: int) -> list[list[tuple[int, int]]]:
        """Left edge and width of each segment, a list for each line."""
        lines: list[list[tuple[int, int]]] = []
        left = 0
        for width in self._widths():
            if not lines or (lines[-1] and left + width > room):
                lines.append([])
                left = 0
            lines[-1].append((left, width))
            left += width - 1
        return lines

    def _widths(self) -> list[int]:
        metrics = self.fontMetrics()
        if self._narrow:
            side = max(
                theme().px(Size.CONTROL),
                max((metrics.horizontalAdvance(w) for _v, w in self._options), default=0),
            )
            return [side] * len(self._options)
        strong = QFontMetrics(theme().font(Rank.STRONG))  # as the chosen one is written
        pad, least = theme().px(Gap.M) * 2, theme().px(Gap.S) * 2
        return [
            max(metrics.horizontalAdvance(words) + pad, strong.horizontalAdvance(words) + least)
            for _value, words in self._options
        ]

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _choose(self, index: int | None) -> None:
        if index is not None:
            self._cursor = index
        if index == self._chosen:
            self.update()
            return
        self._chosen = index
        words = "" if index is None else self._options[index][1]
        self.setAccessibleDescription(words or self.words_for_nothing())
        self.update()
        self.changed.emit()

    def _press(self, index: int) -> None:
        self._cursor = index
        self._choose(None if self._clearable and index == self._chosen else index)

    def _at(self, point: QPoint) -> int | None:
        return next((i for i, rect in enumerate(self.rects()) if rect.contains(point)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if index is not None and event.button() is Qt.MouseButton.LeftButton:
            self._press(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if index != self._hovered:
            self._hovered = index
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        by = steps.get(Qt.Key(event.key()))
        if by is not None and self._options:
            start = self._cursor if self._chosen is not None else self._cursor - (by > 0)
            self._choose(max(0, min(len(self._options) - 1, start + by)))
        elif event.key() == Qt.Key.Key_Space and self._options:
            self._press(self._cursor)
        elif not self._by_letter(event.text()):
            super().keyPressEvent(event)

    def _by_letter(self, typed: str) -> bool:
        """Choose the (next) option that starts with the letter typed."""
        if len(typed) != 1 or not typed.isalnum():
            return False
        fits = [
            i for i, (_value, words) in enumerate(self._options) if words.lower().startswith(typed.lower())
        ]
        if not fits:
            return False
        later = [i for i in fits if self._chosen is not None and i > self._chosen]
        self._choose((later or fits)[0])
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rects = self.rects()
        boxes = [QRectF(line).adjusted(0.5, 0.5, -0.5, -0.5) for line in _line_boxes(rects)]
        radius = theme().px(Size.RADIUS)
        painter.setPen(QPen(self._edge(), 1))
        painter.setBrush(theme().colour(Token.SURFACE if self.isEnabled() else Token.WINDOW))
        for box in boxes:
            painter.drawRoundedRect(box, radius, radius)
        for index, rect in enumerate(rects):
            self._paint_segment(painter, index, rect)
        painter.setPen(QPen(self._edge(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for box in boxes:
            painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus() and rects:
            self._paint_focus(painter, boxes, rects[self._cursor], radius)

    def _edge(self) -> QColor:
        if not self.isEnabled():
            return theme().colour(Token.LINE)
        return theme().colour(Token.WARNING_MARK if self.property("wrong") else Token.BORDER)

    def words_for_nothing(self) -> str:
        """What a screen reader says while nothing is chosen."""
        return _("nothing chosen")

    def segment_colours(self, index: int) -> tuple[QColor, QColor]:
        """Ground and words of a chosen segment."""
        del index
        return theme().colour(Token.ACCENT), theme().colour(Token.ON_ACCENT)

    def _paint_segment(self, painter: QPainter, index: int, rect: QRect) -> None:
        chosen = self.holds(index)
        ground, ink = self.segment_colours(index)
        if not self.isEnabled():
            ground, ink = theme().colour(Token.SUNKEN), theme().colour(Token.DISABLED)
        box = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = theme().px(Size.RADIUS)
        painter.setFont(theme().font(Rank.STRONG if chosen else Rank.BODY))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), radius, radius)
            painter.setPen(ink)
        else:
            if index == self._hovered and self.isEnabled():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme().colour(Token.HOVER))
                painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
            if rect.left() and not self.holds(index - 1):
                painter.setPen(QPen(theme().colour(Token.LINE), 1))
                painter.drawLine(QPointF(box.left(), box.top() + 1), QPointF(box.left(), box.bottom() - 1))
            painter.setPen(theme().colour(Token.TEXT if self.isEnabled() else Token.DISABLED))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._options[index][1])

    def _paint_focus(self, painter: QPainter, boxes: list[QRectF], cursor: QRect, radius: int) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().colour(Token.ACCENT), Size.FOCUS))
        for box in boxes:
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        rect = QRectF(cursor).adjusted(4, 4, -4, -4)
        chosen = self.holds(self._cursor)
        painter.setPen(
            QPen(theme().colour(Token.ON_ACCENT if chosen else Token.ACCENT), 1, Qt.PenStyle.DotLine)
        )
        painter.drawRoundedRect(rect, radius / 2, radius / 2)


def _line_boxes(rects: list[QRect]) -> list[QRect]:
    """The outline of each line of segments."""
    boxes: list[QRect] = []
    for rect in rects:
        if boxes and boxes[-1].top() == rect.top():
            boxes[-1] = boxes[-1].united(rect)
        else:
            boxes.append(rect)
    return boxes


class ChoiceField(QWidget):
    """One of several: a row of segments for up to five, a list for more.

    `value()`, `set_value`, `set_options` and `changed` are the same either way.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        options: Options = (),
        parent: QWidget | None = None,
        *,
        hint: str = "",
        width: int = Size.FIELD,
        clearable: bool = False,
        as_list: bool | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._hint, self._width, self._clearable = name, hint, width, clearable
        self._as_list = as_list
        self._inner: SegmentedRow | ComboField | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.set_options(options)

    def value(self) -> Any:
        """The value chosen, or None."""
        return None if self._inner is None else self._inner.value()

    def set_value(self, value: object) -> None:
        """Choose `value`; None (or what is not offered) gives up the choice."""
        if self._inner is not None:
            self._inner.set_value(value)

    def words_for(self, value: object) -> str:
        """How a value reads among the choices; empty for one that is not offered."""
        return "" if self._inner is None else self._inner.words_for(value)

    def set_options(self, options: Options) -> None:
        """Offer these instead; a choice still offered is kept."""
        wants_list = len(options) > _SEGMENTS if self._as_list is None else self._as_list
        inner = self._inner
        if inner is not None and isinstance(inner, ComboField) == wants_list:
            inner.set_options(options)
            return
        kept = self.value()
        if inner is not None:
            self._layout.removeWidget(inner)
            inner.deleteLater()
        made: SegmentedRow | ComboField
        if wants_list:
            made = ComboField(self._name, options, self, hint=self._hint, width=self._width)
        else:
            made = SegmentedRow(self._name, options, self, clearable=self._clearable)
        self._inner = made
        self._layout.addWidget(made)
        self.setFocusProxy(made)
        if kept is not None:
            made.set_value(kept)
        made.changed.connect(self.changed)

    @property
    def control(self) -> SegmentedRow | ComboField:
        """The widget in use, for those who need its keyboard or its segments."""
        if self._inner is None:
            raise RuntimeError("a choice without options has no control")
        return self._inner

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as the one the problem is about."""
        if self._inner is not None:
            self._inner.set_wrong(wrong)


class ScoreRow(SegmentedRow):
    """A pain score 0-10 on a row of buttons: type the digit, "10" by typing 1 and 0 quickly, or click."""

    def __init__(self, name: str, parent: QWidget | None = None, *, highest: int = 10) -> None:
        super().__init__(name, [(n, str(n)) for n in range(highest + 1)], parent, clearable=True, narrow=True)
        self._highest = highest
        self._typed = ""
        self._last = 0

    def score(self) -> int | None:
        """The score, or None while nobody answered."""
        value = self.value()
        return value if isinstance(value, int) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if digit.isdigit() and len(digit) == 1:
            self._type(digit, event.timestamp())
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._choose(None)
        else:
            super().keyPressEvent(event)

    def _type(self, digit: str, at: int) -> None:
        joined = self._typed + digit
        quick = at - self._last < 900
        self._typed = joined if quick and self._typed and int(joined) <= self._highest else digit
        self._last = at
        if int(self._typed) <= self._highest:
            self._choose(int(self._typed))


class TriState(SegmentedRow):
    """A red-flag question: no, YES, or not asked. Unanswered is not "no". Keys: n, y, Backspace.

    `value()` is False, True or None.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, [(False, _("no")), (True, _("YES"))], parent, clearable=True)
        self.setAccessibleDescription(self.words_for_nothing())

    def words_for_nothing(self) -> str:
        return _("not asked")

    def answer(self) -> bool | None:
        """False, True, or None while nobody asked."""
        value = self.value()
        return value if isinstance(value, bool) else None

    def segment_colours(self, index: int) -> tuple[QColor, QColor]:
        if index == 1:
            return theme().colour(Token.WARNING_MARK), theme().colour(Token.SURFACE)
        return super().segment_colours(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._choose(None)
        elif event.text().lower() in ("y", "j", "s", "o"):
            self._choose(1)
        elif event.text().lower() == "n":
            self._choose(0)
        else:
            super().keyPressEvent(event)
