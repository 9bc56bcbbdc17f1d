"""The steps at the left: what is done, where one is, what is to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.layout import Column, Panel
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon

_WIDTH = 200


class StepsBar(Panel):
    """All steps under one another; those that are done can be gone back to."""

    asked = Signal(int)

    def __init__(self, titles: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent, ground="sunken")
        self.setAccessibleName(_("Steps"))
        column = Column(self, gap=Gap.XS, margin=(Gap.S, Gap.XL, Gap.S, Gap.XL))
        self.buttons = [_StepButton(number, title, self) for number, title in enumerate(titles)]
        for button in self.buttons:
            button.clicked.connect(self._clicked)
            column.addWidget(button)
        column.addStretch(1)
        theme().changed.connect(self._resize)
        self._resize()

    def show_at(self, place: int) -> None:
        """The person is at this step."""
        for button in self.buttons:
            button.show_at(place)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _StepButton):
            self.asked.emit(button.number)

    def _resize(self) -> None:
        self.setFixedWidth(theme().px(_WIDTH))


class _StepButton(QAbstractButton):
    """One step: a check, its number, and its name."""

    def __init__(self, number: int, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = number
        self._title = title
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self.show_at(0)

    def show_at(self, place: int) -> None:
        """Show where the person is."""
        self._at = place
        state = _("done") if self.number < place else _("here") if self.number == place else _("to come")
        self.setAccessibleName(_("{step}, {state}").format(step=self._title, state=state))
        self.setEnabled(self.number < place)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if self.number < place else Qt.CursorShape.ArrowCursor
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(_WIDTH), theme().px(Size.CONTROL) + theme().px(Gap.XS))

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here, done = self.number == self._at, self.number < self._at
        if here or self.hasFocus():
            self._paint_ground(painter, here)
        side = theme().px(Size.ICON_LARGE)
        box = QRectF(theme().px(Gap.S), (self.height() - side) / 2, side, side)
        ink = theme().colour(Token.ACCENT_TEXT if here or done else Token.TEXT_MUTED)
        self._paint_number(painter, box, done)
        painter.setFont(theme().font(Rank.STRONG if here else Rank.BODY))
        painter.setPen(ink)
        room = QRectF(box.right() + theme().px(Gap.S), 0, 0, self.height())
        room.setRight(self.width() - theme().px(Gap.XS))
        words = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)

    def _paint_ground(self, painter: QPainter, here: bool) -> None:
        focus = self.hasFocus()
        painter.setPen(QPen(theme().colour(Token.ACCENT), Size.FOCUS) if focus else Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour(Token.SELECTED) if here else Qt.BrushStyle.NoBrush)
        radius = theme().px(Size.RADIUS)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _paint_number(self, painter: QPainter, box: QRectF, done: bool) -> None:
        if done:
            paint_icon(painter, box, "check", theme().colour(Token.ACCENT_TEXT))
            return
        ink = theme().colour(Token.ACCENT_TEXT if self.number == self._at else Token.TEXT_MUTED)
        painter.setPen(QPen(ink, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        painter.setFont(theme().font(Rank.SMALL))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self.number + 1))
