"""Panels: a side panel, a section, what is wrong, what is urgent, what is empty, what is loading."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import IconButton, PrimaryButton, PushButton
from clinicdesk.ui.kit.labels import PlainLabel, SectionLabel
from clinicdesk.ui.kit.layout import Column, Panel, Row, Rule, Scroll, Stack
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, Token, paint_mark, theme
from clinicdesk.ui.theme.icons import paint_icon

LOADING_AFTER = 300
"""Milliseconds before a bar says that something is loading."""


class BannerKind(StrEnum):
    """What a banner is about."""

    EMERGENCY = "emergency"
    """Red; for an emergency flag and for nothing else."""
    WARNING = "warning"
    INFO = "info"


class Banner(QWidget):
    """A coloured strip with a mark, a sentence and up to a few buttons. The emergency one is red and large.

    Announced to a screen reader through its accessible name.
    """

    def __init__(
        self,
        kind: BannerKind,
        text: str = "",
        parent: QWidget | None = None,
        *,
        actions: Sequence[QWidget] = (),
        closable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        row = Row(self, gap=Gap.S, margin=(Gap.L + Size.ICON_LARGE + Gap.S, Gap.S, Gap.S, Gap.S))
        rank = Rank.SECTION if kind is BannerKind.EMERGENCY else Rank.BODY
        self.label = PlainLabel(text, self, wrap=True, rank=rank, selectable=True)
        row.addWidget(self.label, 1)
        self._buttons = Row(gap=Gap.S)
        row.addLayout(self._buttons)
        for action in actions:
            self._buttons.addWidget(action)
        if closable:
            close = IconButton("close", _("Dismiss"), self)
            close.clicked.connect(self.hide)
            row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        theme().changed.connect(self._restyle)
        self._restyle()
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Say `text`."""
        self.label.setText(text)
        self.setAccessibleName(text or self._kind.value)

    def text(self) -> str:
        """The sentence shown."""
        return self.label.text()

    def add_action(self, button: QWidget) -> None:
        """Add a button at the right."""
        self._buttons.addWidget(button)

    def _tokens(self) -> tuple[Token, Token, Token]:
        return {
            BannerKind.EMERGENCY: (Token.EMERGENCY, Token.ON_EMERGENCY, Token.ON_EMERGENCY),
            BannerKind.WARNING: (Token.WARNING, Token.ON_WARNING, Token.WARNING_MARK),
            BannerKind.INFO: (Token.SELECTED, Token.TEXT, Token.ACCENT),
        }[self._kind]

    def _restyle(self) -> None:
        palette = self.label.palette()
        palette.setColor(self.label.foregroundRole(), theme().colour(self._tokens()[1]))
        self.label.setPalette(palette)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ground, _ink, mark = (theme().colour(token) for token in self._tokens())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        radius = theme().px(Size.RADIUS)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        side = theme().px(Size.ICON_LARGE)
        box = QRectF(theme().px(Gap.L), self._mark_top(side), side, side)
        self._paint_mark(painter, box, mark, ground)

    def _mark_top(self, side: int) -> float:
        """Level with the first line, which stands in the middle of the label with the others."""
        line = self.label.fontMetrics().height()
        words = self.label.heightForWidth(self.label.width())
        return self.label.y() + (self.label.height() - words) / 2 + (line - side) / 2

    def _paint_mark(self, painter: QPainter, box: QRectF, colour: QColor, ground: QColor) -> None:
        if self._kind is BannerKind.EMERGENCY:
            paint_mark(painter, box, Mark.OCTAGON, colour, ground)
        else:
            paint_icon(painter, box, "warning" if self._kind is BannerKind.WARNING else "info", colour)


class ProblemPanel(Banner):
    """Says in place what is wrong and what to do; hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(BannerKind.WARNING, "", parent, closable=True)
        self.hide()

    def show_problem(self, sentence: str) -> None:
        """Show `sentence` until it is dismissed or `clear` is called."""
        self.set_text(sentence)
        self.show()

    def clear(self) -> None:
        """Take the sentence back."""
        self.hide()
        self.set_text("")


class EmptyState(QWidget):
    """What an empty screen says: what belongs there, and the first step."""

    def __init__(
        self,
        icon: str,
        sentence: str,
        action: tuple[str, Callable[[], None]] | None = None,
        parent: QWidget | None = None,
        *,
        primary: bool = False,
    ) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.M, margin=Gap.XL)
        column.addStretch(1)
        column.addWidget(_BigIcon(icon, self), 0, Qt.AlignmentFlag.AlignHCenter)
        self.label = PlainLabel(sentence, self, wrap=True)
        self.label.set_tone("muted")
        self.label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.label.setMinimumWidth(theme().px(Size.FIELD))
        column.addWidget(self.label, 0)
        self.button: PushButton | None = None
        if action is not None:
            self.button = PrimaryButton(action[0], self) if primary else PushButton(action[0], self)
            self.button.clicked.connect(action[1])
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def set_sentence(self, sentence: str) -> None:
        """Say something else."""
        self.label.setText(sentence)


class _BigIcon(QWidget):
    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = theme().px(Size.ICON_EMPTY)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_icon(QPainter(self), QRectF(self.rect()), self._name, theme().colour(Token.BORDER))


_NOTHING_YET = object()


class LoadingFrame(QWidget):
    """Shows the frame of a view at once, a thin bar after 300 ms, the content or the empty state when there.

    `start()` when a query is sent, `show_content()` or `show_empty()` when it is answered, `show_unread()` when it is not:
    what was read before stays, but nothing is ever shown as if it were what was asked for.
    """

    def __init__(
        self, content: QWidget, parent: QWidget | None = None, *, empty: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.NONE)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Loading"))
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._bar.hide()
        self._stack = Stack(self)
        self.content, self.empty = content, empty
        self._stack.addWidget(content)
        if empty is not None:
            self._stack.addWidget(empty)
        column.addWidget(self._bar)
        column.addWidget(self._stack, 1)
        self._asked: object = None
        self._shown: object = _NOTHING_YET
        self._unread: EmptyState | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOADING_AFTER)
        self._timer.timeout.connect(self._bar.show)

    def start(self, of: Hashable = None) -> None:
        """A query is under way; ``of`` is what it is about (a day), where the frame shows now this and now that."""
        self._asked = of
        if not self._timer.isActive() and self._bar.isHidden():
            self._timer.start()

    def show_content(self) -> None:
        """The answer is there."""
        self._shown = self._asked
        self._stop()
        self._stack.setCurrentWidget(self.content)

    def show_empty(self) -> None:
        """The answer is that there is nothing."""
        self._shown = self._asked
        self._stop()
        self._stack.setCurrentWidget(self.empty or self.content)

    def show_rows(self, any_rows: bool) -> None:
        """Content or the empty state."""
        if any_rows:
            self.show_content()
        else:
            self.show_empty()

    def show_unread(self, again: Callable[[], None]) -> None:
        """There is no answer: say so, unless an older one about the same stands here; ``again`` asks once more."""
        self._stop()
        if self._shown == self._asked:
            return
        if self._unread is None:
            self._unread = EmptyState(
                "warning", _("This could not be read."), (_("Try again"), again), self._stack
            )
            self._stack.addWidget(self._unread)
        self._stack.setCurrentWidget(self._unread)

    @property
    def is_unread(self) -> bool:
        """Whether nothing of what was asked for can be shown."""
        return self._unread is not None and self._stack.currentWidget() is self._unread

    @property
    def is_empty(self) -> bool:
        """Whether the empty state is shown."""
        return self.empty is not None and self._stack.currentWidget() is self.empty

    @property
    def is_loading(self) -> bool:
        """Whether an answer is awaited."""
        return self._timer.isActive() or not self._bar.isHidden()

    def _stop(self) -> None:
        self._timer.stop()
        self._bar.hide()


class Section(QWidget):
    """A heading with room for quiet buttons at its right, and what belongs under it."""

    def __init__(self, title: str, parent: QWidget | None = None, *, gap: int = Gap.S) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.S)
        self._head = Row(gap=Gap.S)
        self.title = SectionLabel(title, self)
        self._head.addWidget(self.title)
        self._head.addStretch(1)
        column.addLayout(self._head)
        self.body = Column(gap=gap)
        column.addLayout(self.body)

    def add(self, *widgets: QWidget) -> None:
        """Put `widgets` under the heading."""
        for widget in widgets:
            self.body.addWidget(widget)

    def add_action(self, button: QWidget) -> None:
        """Put a quiet button at the right of the heading."""
        self._head.addWidget(button)

    def set_title(self, title: str) -> None:
        """Change the heading."""
        self.title.setText(title)


class SidePanel(Panel):
    """A panel at the right of the work: a title that stays, a body that scrolls, a foot for the next step.

    Escape or the cross asks to be closed (`closed`); the window does it.
    """

    closed = Signal()

    def __init__(self, title: str = "", parent: QWidget | None = None, *, wide: bool = False) -> None:
        super().__init__(parent, ground="surface")
        self._wide = wide
        column = Column(self, gap=Gap.NONE)
        head = Row(gap=Gap.S, margin=(Gap.L, Gap.S, Gap.S, Gap.S))
        self.title = SectionLabel(title, self, elide=True)
        head.addWidget(self.title, 1)
        self.close_button = IconButton("close", _("Close"), self)
        self.close_button.set_tip(_("Close"), "Esc")
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self.close_button)
        self._title_row = head
        column.addLayout(head)
        self.problem_panel = ProblemPanel(self)
        column.addWidget(self.problem_panel)
        self.body_widget = Panel(self)
        self.body = Column(self.body_widget, gap=Gap.M, margin=(Gap.L, Gap.NONE, Gap.L, Gap.L))
        self.scroller = Scroll(self.body_widget, self)
        column.addWidget(self.scroller, 1)
        self._rule = Rule(self)
        self._foot_holder = QWidget(self)
        self.foot = Row(self._foot_holder, gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        self.foot.addStretch(1)
        column.addWidget(self._rule)
        column.addWidget(self._foot_holder)
        self._rule.hide()
        self._foot_holder.hide()
        theme().changed.connect(self._resize)
        self._resize()

    def add(self, *widgets: QWidget) -> None:
        """Put `widgets` into the body, under one another."""
        for widget in widgets:
            self.body.addWidget(widget)

    def add_to_title(self, widget: QWidget) -> None:
        """Put `widget` at the right of the title, before the cross."""
        self._title_row.insertWidget(self._title_row.count() - 1, widget)

    def to_top(self) -> None:
        """Scroll to where the body begins."""
        self.scroller.verticalScrollBar().setValue(0)

    def add_head(self, *widgets: QWidget) -> None:
        """Put `widgets` above what scrolls: who it is about stays in sight."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        holder = Panel(self)
        Column(holder, gap=Gap.S, margin=(Gap.L, Gap.NONE, Gap.L, Gap.M)).add(*widgets)
        layout.insertWidget(layout.indexOf(self.scroller), holder)

    def add_foot(self, *widgets: QWidget) -> None:
        """Put `widgets` into the foot, from the right, so that the next step is always in the same place."""
        for widget in widgets:
            self.foot.addWidget(widget)
        self._rule.show()
        self._foot_holder.show()

    def add_foot_first(self, widget: QWidget) -> None:
        """Put `widget` at the left of the foot, away from the next step."""
        self.foot.insertWidget(0, widget)

    def parts(self) -> tuple[QWidget, ...]:
        """Everything beneath the title in which something is typed or pressed."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        apart = (self.problem_panel, self.scroller)  # one can still read and scroll
        items = (layout.itemAt(place) for place in range(layout.count()))
        widgets = (item.widget() for item in items if item is not None)
        return (self.body_widget, *(one for one in widgets if one is not None and one not in apart))

    def set_title(self, title: str) -> None:
        """Change the title; it may name a patient, it stays inside the window."""
        self.title.setText(title)
        self.setAccessibleName(title)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, at the top of the panel."""
        self.problem_panel.show_problem(sentence)

    def clear_problem(self) -> None:
        """Take it back."""
        self.problem_panel.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _resize(self) -> None:
        self.setFixedWidth(theme().px(Size.SIDE_PANEL_WIDE if self._wide else Size.SIDE_PANEL))
