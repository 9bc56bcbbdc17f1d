"""Find (Ctrl+K): a patient, a booking or a command, by a few letters.

Each finder is asked off the GUI thread at every keystroke and only the newest answer counts. Enter pressed
before the answers are there opens the first result as soon as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.ui.frame.place import Command, Finder, FindResult
from clinicdesk.ui.kit.fields import LineField
from clinicdesk.ui.kit.labels import MutedLabel
from clinicdesk.ui.kit.layout import Column, Row
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon

AnyIndex = QModelIndex | QPersistentModelIndex
MOST_COMMANDS = 8
_LINE_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the list: something found, or a command."""

    title: str
    detail: str
    kind: str
    icon: str
    opens: FindResult | Command


class _Lines(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[_Line] = []

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        return ", ".join(part for part in (line.kind, line.title, line.detail) if part)

    def replace(self, lines: Sequence[_Line]) -> None:
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()


class _LineDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option, index
        return QSize(theme().px(Size.FIELD), theme().px(Size.ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model = index.model()
        assert isinstance(model, _Lines)
        line = model.lines[index.row()]
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme().colour(Token.SELECTED))
        side, gap = theme().px(Size.ICON), theme().px(Gap.S)
        left = rect.left() + theme().px(Gap.M)
        box = QRectF(left, rect.center().y() - side / 2, side, side)
        paint_icon(painter, box, line.icon, theme().colour(Token.TEXT_MUTED))
        room = QRectF(
            box.right() + gap, rect.top(), rect.right() - box.right() - gap - theme().px(Gap.M), rect.height()
        )
        room.setRight(room.right() - _paint_right(painter, room, line.kind))
        used = _paint_left(painter, room, line.title, Rank.STRONG, Token.TEXT)
        room.setLeft(room.left() + used + gap)
        _paint_left(painter, room, line.detail, Rank.FIGURES, Token.TEXT_MUTED)


def _paint_left(painter: QPainter, room: QRectF, text: str, rank: Rank, token: Token) -> int:
    painter.setFont(theme().font(rank))
    painter.setPen(theme().colour(token))
    metrics = painter.fontMetrics()
    short = metrics.elidedText(
        text.replace("\n", " "), Qt.TextElideMode.ElideRight, max(0, int(room.width()))
    )
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)
    return metrics.horizontalAdvance(short)


def _paint_right(painter: QPainter, room: QRectF, text: str) -> int:
    if not text:
        return 0
    painter.setFont(theme().font(Rank.SMALL))
    painter.setPen(theme().colour(Token.TEXT_MUTED))
    side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(room, side, text)
    return painter.fontMetrics().horizontalAdvance(text) + theme().px(Gap.M)


class FindPanel(QFrame):
    """The panel itself: a field and what was found, over the top of the window."""

    opened = Signal(object)
    """Carries the `FindResult` or `Command` that was chosen."""

    def __init__(self, finders: Sequence[Finder], commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Find"))
        self._finders = tuple(finders)
        self._commands = tuple(commands)
        self._found: list[Sequence[FindResult]] = [() for _finder in self._finders]
        self._awaited: set[int] = set()
        self._open_when_there = False
        column = Column(self, gap=Gap.S, margin=Gap.S)
        self.field = LineField(_("Find a patient, a booking or a command"), self, width=Size.FIND_WIDTH)
        self.field.setPlaceholderText(_("Name, birth date, MRN, phone, or what to do"))
        self.field.installEventFilter(self)
        self.field.changed.connect(self._ask)
        self.list = _list_view(self)
        self._lines = _Lines(self)
        self.list.setModel(self._lines)
        self.list.setItemDelegate(_LineDelegate(self.list))
        self.list.clicked.connect(self._clicked)
        self.hint = MutedLabel(_("Enter opens, arrows choose, Esc closes"), self)
        foot = Row(gap=Gap.S, margin=(Gap.XS, Gap.NONE))
        foot.addWidget(self.hint)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.hide()

    def open(self, text: str = "") -> None:
        """Show the panel with `text` in the field."""
        self._place()
        self.field.setText(text)
        self._ask(text)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.deselect()

    def titles(self) -> list[str]:
        """What the list shows, from above."""
        return [line.title for line in self._lines.lines]

    def _place(self) -> None:
        window = self.parentWidget()
        assert window is not None  # it lies over one
        around = window.rect()
        margin = theme().px(Gap.XL)
        width = min(theme().px(Size.FIND_WIDTH) + theme().px(Gap.L), around.width() - 2 * margin)
        rest = 2 * theme().px(Size.CONTROL) + theme().px(Gap.M)
        rows = max(1, self._lines.rowCount()) * theme().px(Size.ROW)
        height = min(rows + rest, theme().px(Size.FIND_HEIGHT), around.height() - 2 * margin)
        left = (around.width() - width) // 2
        self.setGeometry(QRect(left, theme().px(Size.TOP_BAR) + theme().px(Gap.S), width, height))

    def _ask(self, _text: str) -> None:
        text = self.field.value()
        self._open_when_there = False
        if not text:
            self._found = [() for _finder in self._finders]
            self._awaited = set()
            self._show()
            return
        self._awaited = set(range(len(self._finders)))
        for number, finder in enumerate(self._finders):
            run_query(
                self,
                partial(finder, text),
                done=partial(self._answered, number),
                failed=partial(self._failed, number),
                latest=f"find {number}",
            )
        if not self._finders:
            self._show()

    def _answered(self, number: int, results: Sequence[FindResult]) -> None:
        self._found[number] = results
        self._awaited.discard(number)
        self._show()
        if self._open_when_there and not self._awaited:
            self._open_when_there = False
            self._open_current()

    def _failed(self, number: int, _fault: ClinicDeskError) -> None:
        self._answered(number, ())

    def _show(self) -> None:
        lines = [
            _Line(found.title, found.detail, found.kind, found.icon, found)
            for results in self._found
            for found in results
        ]
        lines += [
            _Line(command.title, "", command.keys, command.icon, command)
            for command in self._matching_commands()
        ]
        before = self._current()
        self._lines.replace(lines)
        if lines:
            kept = next(
                (i for i, line in enumerate(lines) if before is not None and line.opens == before.opens), 0
            )
            # A result that arrives above must not slip under the finger: only a choice made by hand is kept.
            self.list.setCurrentIndex(self._lines.index(kept if self._moved_by_hand else 0, 0))
        self._place()
        nothing = _("Nothing found.") if not lines and not self._awaited else ""
        self.hint.setText(nothing or _("Enter opens, arrows choose, Esc closes"))

    _moved_by_hand = False

    def _matching_commands(self) -> list[Command]:
        words = self.field.value().casefold().split()
        if not words:
            return list(self._commands)
        fits = [
            command
            for command in self._commands
            if all(any(part.startswith(word) for part in command.title.casefold().split()) for word in words)
        ]
        return fits[:MOST_COMMANDS]

    def _current(self) -> _Line | None:
        index = self.list.currentIndex()
        return self._lines.lines[index.row()] if index.isValid() else None

    def _clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self._open_current()

    def _open_current(self) -> None:
        line = self._current()
        if line is not None:
            self.hide()
            self.opened.emit(line.opens)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
                return self._key(event)
            if event.type() is QEvent.Type.FocusOut and self.isVisible() and not self.list.underMouse():
                self.hide()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_when_there = bool(self._awaited) and not self._moved_by_hand
            if not self._open_when_there:
                self._open_current()
        elif key in steps:
            self._move(steps[Qt.Key(key)])
        else:
            self._moved_by_hand = False
            return False
        return True

    def _move(self, by: int) -> None:
        count = self._lines.rowCount()
        if count:
            row = max(0, min(count - 1, self.list.currentIndex().row() + by))
            self._moved_by_hand = True
            self.list.setCurrentIndex(self._lines.index(row, 0))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour(Token.BORDER), Size.HAIRLINE))
        painter.setBrush(theme().colour(Token.SURFACE))
        radius = theme().px(Size.RADIUS) * 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def hideEvent(self, event: Any) -> None:
        self._moved_by_hand = False
        self._open_when_there = False
        super().hideEvent(event)


def _list_view(parent: QWidget) -> QListView:
    view = QListView(parent)
    view.setAccessibleName(_("What was found"))
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.setUniformItemSizes(True)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return view
