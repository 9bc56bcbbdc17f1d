"""State marks and pills as widgets."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, StateLook, Token, paint_mark, theme


def state_words(state: str) -> str:
    """The words for a booking state or flag tier, in the person's language."""
    # Deferred: the first window shows no state, and these two take 30 ms.
    from clinicdesk.domain.booking import BookingState
    from clinicdesk.domain.redflags import Tier

    if state in list(BookingState):
        return BookingState(state).label
    if state in list(Tier):
        return Tier(state).label
    return state


def mark_colour(look: StateLook, on_neutral: bool) -> Token | None:
    """The token for a mark that stands on a neutral surface instead of its tint, where the bar would vanish."""
    return Token.EMERGENCY_TEXT if on_neutral and look.key == "emergency" else None


class MarkIcon(QWidget):
    """The mark of a state alone, on a neutral surface; its name is said by a screen reader and the tip."""

    def __init__(self, state: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self.set_state(state)

    def set_state(self, state: str) -> None:
        """Show the mark of `state`."""
        self._state = state
        self.setAccessibleName(state_words(state))
        self.setToolTip(state_words(state))
        self.update()

    def sizeHint(self) -> QSize:
        side = theme().px(Size.ICON)
        return QSize(side, side)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme().state(self._state)
        token = mark_colour(look, on_neutral=True)
        colour = theme().colour(token) if token is not None else look.bar
        paint_mark(QPainter(self), QRectF(self.rect()), look.mark, colour, theme().colour(Token.SURFACE))


class StatePill(QWidget):
    """The mark and the word of a state on its tint."""

    def __init__(self, state: str, parent: QWidget | None = None, *, words: str | None = None) -> None:
        super().__init__(parent)
        self._state, self._words = state, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self.set_state(state, words)

    def state(self) -> str:
        """The state shown."""
        return self._state

    def set_state(self, state: str, words: str | None = None) -> None:
        """Show `state`; `words` replace its own."""
        self._state = state
        self._words = state_words(state) if words is None else words
        self.setAccessibleName(self._words)
        self._restyle()

    def sizeHint(self) -> QSize:
        return pill_size(self._state, self._words)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_pill(QPainter(self), QRectF(self.rect()), self._state, self._words)


class DemoBadge(QWidget):
    """Says that this is the demo clinic, on every screen of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Demo clinic: nobody here is real"))
        self.setToolTip(_("Demo clinic: nobody here is real"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(theme().font(Rank.STRONG)).horizontalAdvance(_("DEMO")) + 2 * theme().px(Gap.S)
        return QSize(width, theme().px(Size.PILL))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour(Token.WARNING_MARK), Size.HAIRLINE))
        painter.setBrush(theme().colour(Token.WARNING))
        radius = theme().px(Size.RADIUS)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setFont(theme().font(Rank.STRONG))
        painter.setPen(theme().colour(Token.ON_WARNING))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _("DEMO"))


def pill_size(state: str, words: str) -> QSize:
    """How much room a pill takes."""
    look = theme().state(state)
    width = QFontMetrics(theme().font(Rank.SMALL)).horizontalAdvance(words) + theme().px(Gap.S) * 2
    if look.mark is not Mark.NONE:
        width += theme().px(Size.MARK) + theme().px(Gap.XS)
    return QSize(width, theme().px(Size.PILL))


def paint_pill(painter: QPainter, rect: QRectF, state: str, words: str) -> None:
    """Draw a pill into `rect`, left-aligned and centred down; for tables and custom views."""
    look = theme().state(state)
    size = pill_size(state, words)
    box = QRectF(
        rect.left(), rect.center().y() - size.height() / 2, min(size.width(), rect.width()), size.height()
    )
    box = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(look.outline, Size.HAIRLINE)
    if look.dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(look.tint)
    painter.drawRoundedRect(box, theme().px(Size.RADIUS), theme().px(Size.RADIUS))
    left = box.left() + theme().px(Gap.S)
    if look.mark is not Mark.NONE:
        side = theme().px(Size.MARK)
        paint_mark(
            painter, QRectF(left, box.center().y() - side / 2, side, side), look.mark, look.bar, look.tint
        )
        left += side + theme().px(Gap.XS)
    painter.setFont(theme().font(Rank.SMALL))
    painter.setPen(look.text)
    room = QRectF(left, box.top(), box.right() - left - theme().px(Gap.XS), box.height())
    short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, round(room.width()) + 2)
    painter.drawText(
        room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, short
    )
    painter.restore()
