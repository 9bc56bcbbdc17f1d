"""The bar of places at the left: icon, word and live count; emergencies are red wherever you are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from clinicdesk.i18n import _, ngettext
from clinicdesk.ui.frame.place import PlaceCount, PlaceFactory
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.kit.layout import Column, Panel
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, Token, paint_mark, theme
from clinicdesk.ui.theme.icons import paint_icon


class PlaceButton(QAbstractButton):
    """One place: checked while it is shown."""

    def __init__(self, words: str, icon_name: str, keys: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._icon_name, self._keys = words, icon_name, keys
        self._count: PlaceCount | None = None
        self._narrow = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self.set_count(None)

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone, and an emergency; the words are in the tip."""
        self._narrow = narrow
        self._restyle()

    def count(self) -> PlaceCount | None:
        """The count shown."""
        return self._count

    def set_count(self, count: PlaceCount | None) -> None:
        """Show what waits here."""
        self._count = count
        self.setText(self._words)
        self.setAccessibleName(self._spoken(count))
        self.setToolTip(
            plain_tip(f"{self._spoken(count)} ({self._keys})" if self._keys else self._spoken(count))
        )
        self.update()

    def _spoken(self, count: PlaceCount | None) -> str:
        parts = [self._words]
        if count is not None and count.emergency:
            parts.append(
                ngettext("{n} emergency", "{n} emergencies", count.emergency).format(
                    n=fmt.number(count.emergency)
                )
            )
        if count is not None and count.number:
            parts.append(_("{n} waiting").format(n=fmt.number(count.number)))
        return ", ".join(parts)

    def sizeHint(self) -> QSize:
        width = Size.PLACES_BAR_NARROW if self._narrow else Size.PLACES_BAR
        return QSize(theme().px(width), theme().px(Size.CONTROL) + theme().px(Gap.XS))

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        side = theme().px(Size.ICON_LARGE)
        left = theme().px(Gap.M)
        ink = theme().colour(Token.ACCENT_TEXT if self.isChecked() else Token.TEXT)
        paint_icon(painter, QRectF(left, (self.height() - side) / 2, side, side), self._icon_name, ink)
        if self._narrow:
            self._paint_alarm(painter)
            return
        right = self._paint_count(painter, self.width() - theme().px(Gap.S))
        painter.setFont(theme().font(Rank.STRONG if self.isChecked() else Rank.BODY))
        painter.setPen(ink)
        room = QRectF(left + side + theme().px(Gap.S), 0, 0, self.height())
        room.setRight(right)
        short = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)

    def _paint_alarm(self, painter: QPainter) -> None:
        """The mark of an emergency at the right edge: red wherever you are, however narrow the bar."""
        if self._count is None or not self._count.emergency:
            return
        side = theme().px(Size.MARK)
        box = QRectF(self.width() - side - theme().px(Gap.XS), theme().px(Gap.XS), side, side)
        red, ink = theme().colour(Token.EMERGENCY), theme().colour(Token.ON_EMERGENCY)
        paint_mark(painter, box, Mark.OCTAGON, red, ink)

    def _paint_ground(self, painter: QPainter) -> None:
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = theme().px(Size.RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(theme().colour(Token.SELECTED))
            painter.drawRoundedRect(box, radius, radius)
            bar = QRectF(box.left(), box.top() + radius, theme().px(Size.BAR), box.height() - 2 * radius)
            painter.setBrush(theme().colour(Token.ACCENT))
            painter.drawRoundedRect(bar, bar.width() / 2, bar.width() / 2)
        elif self.underMouse():
            painter.setBrush(theme().colour(Token.HOVER))
            painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().colour(Token.ACCENT), Size.FOCUS))
            painter.drawRoundedRect(box, radius, radius)

    def _paint_count(self, painter: QPainter, right: float) -> float:
        """Draw the counts from the right; returns where the word must end."""
        count = self._count
        if count is None:
            return right
        if count.number:
            words = fmt.number(count.number)
            font = theme().font(Rank.FIGURES)
            painter.setFont(font)
            painter.setPen(theme().colour(Token.TEXT_MUTED))
            width = QFontMetrics(font).horizontalAdvance(words)
            room = QRectF(right - width, 0, width, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
            right = room.left() - theme().px(Gap.S)
        if count.emergency:
            right = self._paint_emergency(painter, right, fmt.number(count.emergency))
        return right

    def _paint_emergency(self, painter: QPainter, right: float, words: str) -> float:
        font = theme().font(Rank.STRONG)
        side, gap = theme().px(Size.MARK), theme().px(Gap.XS)
        width = QFontMetrics(font).horizontalAdvance(words) + side + 3 * gap
        height = theme().px(Size.PILL)
        pill = QRectF(right - width, (self.height() - height) / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour(Token.EMERGENCY))
        painter.drawRoundedRect(pill, theme().px(Size.RADIUS), theme().px(Size.RADIUS))
        ink = theme().colour(Token.ON_EMERGENCY)
        mark = QRectF(pill.left() + gap, pill.center().y() - side / 2, side, side)
        paint_mark(painter, mark, Mark.OCTAGON, ink, theme().colour(Token.EMERGENCY))
        painter.setFont(font)
        painter.setPen(ink)
        room = QRectF(mark.right() + gap, pill.top(), pill.right() - mark.right() - gap, pill.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
        return pill.left() - theme().px(Gap.S)


class PlacesBar(Panel):
    """All places under one another."""

    asked = Signal(str)
    """Carries the key of the place that was clicked."""

    def __init__(self, places: Sequence[PlaceFactory], parent: QWidget) -> None:
        super().__init__(parent, ground="sunken")
        self.setAccessibleName(_("Places"))
        self._column = Column(self, gap=Gap.XS // 2, margin=(Gap.XS, Gap.S, Gap.XS, Gap.S))
        self.buttons: dict[str, PlaceButton] = {}
        for number, place in enumerate(places, start=1):
            keys = (
                QKeySequence(f"Ctrl+{number}").toString(QKeySequence.SequenceFormat.NativeText)
                if number < 10
                else ""
            )
            button = PlaceButton(place.title(), place.icon_name, keys, self)
            button.setObjectName(place.key)
            button.clicked.connect(self._clicked)
            self.buttons[place.key] = button
            self._column.addWidget(button)
        self._column.addStretch(1)
        self._narrow = False
        theme().changed.connect(self._resize)
        self._resize()

    def set_narrow(self, narrow: bool) -> None:
        """Give way to what stands at the right of it: icons without words."""
        if narrow is not self._narrow:
            self._narrow = narrow
            for button in self.buttons.values():
                button.set_narrow(narrow)
            self._resize()

    def show_current(self, key: str) -> None:
        """Mark the place that is shown."""
        self.buttons[key].setChecked(True)
        for each, button in self.buttons.items():  # Tab stops here once, at the place that is shown
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if each == key else Qt.FocusPolicy.NoFocus)

    def set_count(self, key: str, count: PlaceCount | None) -> None:
        """Show what waits in a place."""
        self.buttons[key].set_count(count)

    def add_foot(self, widget: QWidget) -> None:
        """Put something at the foot of the bar."""
        self._column.addWidget(widget)

    def _clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.asked.emit(sender.objectName())

    def _resize(self) -> None:
        self.setFixedWidth(theme().px(Size.PLACES_BAR_NARROW if self._narrow else Size.PLACES_BAR))
