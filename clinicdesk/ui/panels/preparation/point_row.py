"""One point of a checklist: how it stands, what to do about it, and the fields in which it is settled."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.preparation import (
    LONGEST_NOTE,
    LONGEST_NUMBER,
    CheckPoint,
    CheckState,
    PreparationKey,
    PreparationStatus,
)
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.case.preparation import words
from clinicdesk.ui.case.preparation.looks import PointIcon
from clinicdesk.ui.frame.typed import Typed
from clinicdesk.ui.kit import (
    Column,
    DateField,
    LineField,
    MutedLabel,
    PlainLabel,
    PushButton,
    QuietButton,
    Row,
    StrongLabel,
)
from clinicdesk.ui.theme import Gap, Size, Token, theme


class PointRow(QWidget):
    """A point that holds the keyboard: Space settles it or opens it again, N says that it is not needed."""

    settled = Signal(object, object, dict)
    """Carries the key, the status, and ``number``, ``expires_on`` or ``note`` as far as they were typed."""
    chart_asked = Signal()
    went = Signal(int)
    """The keyboard goes to the row below (1) or above (-1)."""

    def __init__(self, key: PreparationKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self._point: CheckPoint | None = None
        self._may_settle = False
        self._typed_over: int | None = None
        self._was_sent = False
        self._status = PreparationStatus.DONE
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        across = Row(self, gap=Gap.S, margin=(Gap.S, Gap.XS, Gap.S, Gap.XS))
        self.icon = PointIcon(self)
        across.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        down = Column(gap=Gap.XS)
        across.addLayout(down, 1)
        head = Row(gap=Gap.S)
        self.name = StrongLabel(key.label, self)
        self.state = PlainLabel("", self)
        self.digit = MutedLabel("", self)
        head.addWidget(self.name)
        head.addStretch(1)
        head.add(self.state, self.digit)
        self.sentence = PlainLabel("", self, wrap=True)
        self.by = MutedLabel("", self, wrap=True)
        down.addLayout(head)
        down.add(self.sentence, self.by, self._built_form(), self._built_actions())
        self.form.hide()

    def _built_form(self) -> QWidget:
        self.form = QWidget(self)
        down = Column(self.form, gap=Gap.XS)
        self.number = LineField(_("Number of the authorization"), self.form, longest=LONGEST_NUMBER)
        self.expires = DateField(_("Last valid day"), self.form, width=Size.FIELD)
        self.note = LineField(_("Note"), self.form, longest=LONGEST_NOTE)
        self.problem = PlainLabel("", self.form, wrap=True)
        self.problem.set_tone("problem")
        self.problem.hide()
        for field in (self.number, self.expires, self.note):
            field.returnPressed.connect(self._send)
        buttons = Row(gap=Gap.S)
        self.keep = PushButton(_("Done"), self.form)
        self.keep.clicked.connect(self._send)
        self.leave = QuietButton(_("Back"), self.form)
        self.leave.clicked.connect(self._close_form)
        buttons.add(self.keep, self.leave)
        buttons.addStretch(1)
        self.labels = (MutedLabel(_("Number"), self.form), MutedLabel(_("Last valid day"), self.form))
        down.add(self.labels[0], self.number, self.labels[1], self.expires, self.note, self.problem)
        down.addLayout(buttons)
        return self.form

    def _built_actions(self) -> QWidget:
        self.actions_row = QWidget(self)
        across = Row(self.actions_row, gap=Gap.S)
        self.done_button = QuietButton(_("Done"), self.actions_row)
        self.done_button.set_tip(_("Settle this point"), "Space")
        self.done_button.clicked.connect(self.toggle)
        self.chart_button = QuietButton(_("Open chart"), self.actions_row, icon="people")
        self.chart_button.clicked.connect(self.chart_asked)
        self.not_needed_button = QuietButton(_("Not needed…"), self.actions_row)
        self.not_needed_button.set_tip(_("Say why this point is not needed"), "N")
        self.not_needed_button.clicked.connect(self.ask_not_needed)
        across.add(self.done_button, self.chart_button, self.not_needed_button)
        across.addStretch(1)
        return self.actions_row

    # ------------------------------------------------------------------ showing

    @property
    def point(self) -> CheckPoint | None:
        """The point shown."""
        return self._point

    @property
    def version(self) -> int:
        """The version that is settled: the one that stood there when the fields were opened, if they are."""
        if self._typed_over is not None:
            return self._typed_over
        return 0 if self._point is None else self._point.item.version

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown."""
        return self.form.isVisibleTo(self)

    def name_fields(self, typed: Typed) -> None:
        """Name the fields as ones that a person types in a panel."""
        if self.key is PreparationKey.AUTHORIZATION:
            typed.add(f"{self.key}.number", _("Number of the authorization"), self.number)
            typed.add(f"{self.key}.expires_on", _("Last valid day"), self.expires)
        typed.add(f"{self.key}.note", _("{point}: note").format(point=self.key.label), self.note)

    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in order."""
        fields = (self.number, self.expires, self.note, self.keep, self.leave)
        return (self, *fields, self.done_button, self.chart_button, self.not_needed_button)

    def show_nothing(self) -> None:
        """Nobody's point."""
        self._point = None
        self.fold()
        self.number.set_value("")
        self.expires.set_value(None)
        self.note.set_value("")
        self.hide()

    def show_point(self, number: int, point: CheckPoint, *, may_settle: bool) -> None:
        """Show how a point stands now, as the one of this number."""
        self._point, self._may_settle = point, may_settle
        self.digit.setText(str(number))
        self.icon.set_icon(words.icon(point))
        self.state.setText(words.state(point))
        self.state.set_tone(
            "problem" if point.state.is_alarming else "" if point.state.is_missing else "muted"
        )
        self.sentence.setText(point.sentence)
        self.sentence.setVisible(bool(point.sentence))
        self.by.setText(words.settled_by(point))
        self.by.setVisible(bool(self.by.text()))
        self.setAccessibleName(f"{self.name.text()}: {self.state.text()}")
        self.setAccessibleDescription(point.sentence)
        self.number.set_value(point.item.number)
        self.expires.set_value(point.item.expires_on)
        self.note.set_value(point.item.note)
        self._catch_up(point)
        if not may_settle:
            self.fold()
        self.show()
        self._show_actions()

    def _catch_up(self, point: CheckPoint) -> None:
        """What stands there by now may be written over, once it was seen.

        Another number or note stands beside the typed one, to choose from; another decision about the point is only seen
        in the row, so the first attempt to store is refused, and says so.
        """
        if self._typed_over is not None and (self._was_sent or point.item.status is self._status):
            self._typed_over = point.item.version
            self._was_sent = False

    def _show_actions(self) -> None:
        point = self._point
        shown = point is not None and self._may_settle and not self.is_open and self._is_held()
        self.actions_row.setVisible(shown)
        if point is None:
            return
        is_set = point.item.is_settled and point.state is not CheckState.WRONG
        from_chart = point.is_from_chart and not is_set
        self.done_button.set_words(_("Open again") if is_set else self._done_words())
        self.done_button.setVisible(not from_chart)
        self.chart_button.setVisible(from_chart)
        self.not_needed_button.setVisible(not point.item.is_settled and point.state is not CheckState.DONE)

    def _done_words(self) -> str:
        if self.key is PreparationKey.AUTHORIZATION:
            return _("Number…")
        return _("Confirmed") if self.key is PreparationKey.BLOOD_THINNER else _("Done")

    def _is_held(self) -> bool:
        held = self.window().focusWidget()
        return held is self or (held is not None and self.isAncestorOf(held))

    # ------------------------------------------------------------------ settling

    def toggle(self) -> None:
        """Settle the point, or open it again; an authorization is asked for its number and last day first."""
        point = self._point
        if point is None or not self._may_settle:
            return
        if point.item.is_settled and point.state is not CheckState.WRONG:
            self.settled.emit(self.key, PreparationStatus.OPEN, {})
        elif point.is_from_chart:
            if point.state.is_missing:
                self.chart_asked.emit()
        elif self.key is PreparationKey.AUTHORIZATION:
            self._open_form(PreparationStatus.DONE)
        else:
            self.settled.emit(self.key, PreparationStatus.DONE, {})

    def ask_not_needed(self) -> None:
        """Ask why it is not needed."""
        point = self._point
        if point is not None and self._may_settle and not point.item.is_settled and point.state.is_missing:
            self._open_form(PreparationStatus.NOT_NEEDED)

    def unfold(self, status: PreparationStatus) -> None:
        """Show the fields in which it is settled so; what was typed in them before still stands there."""
        point = self._point
        if point is None or not self._may_settle:
            return
        self._status, self._typed_over, self._was_sent = status, point.item.version, False
        asks_number = status is PreparationStatus.DONE
        for widget in (*self.labels, self.number, self.expires):
            widget.setVisible(asks_number)
        self.note.setVisible(not asks_number)
        self.note.setPlaceholderText(_("Why is it not needed?"))
        self.keep.set_words(_("Done") if asks_number else _("Not needed"))
        self.show_problem("", None)
        self.form.show()
        self._show_actions()

    def _open_form(self, status: PreparationStatus) -> None:
        self.unfold(status)
        first = self.number if status is PreparationStatus.DONE else self.note
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self) -> None:
        wrong = self.expires.problem()
        if self._status is PreparationStatus.DONE and wrong is not None:
            self.show_problem(wrong, "expires_on")
            return
        values: dict[str, object] = {"note": self.note.value()}
        if self._status is PreparationStatus.DONE:
            values = {"number": self.number.value(), "expires_on": self.expires.value()}
        self._was_sent = True
        self.settled.emit(self.key, self._status, values)

    def refuse(self, error: BadInput) -> None:
        """Say what is wrong with what was typed, at its field."""
        self._was_sent = False
        self.show_problem(error.sentence, error.field)

    def show_problem(self, sentence: str, field: str | None) -> None:
        """Say a sentence under the fields, and mark the one it is about."""
        fields = {"number": self.number, "expires_on": self.expires, "note": self.note}
        for name, each in fields.items():
            each.set_wrong(bool(sentence) and name == field)
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if field in fields:
            fields[field].setFocus(Qt.FocusReason.OtherFocusReason)

    def fold(self) -> None:
        """Show the fields no more; what was typed in them stays."""
        self._typed_over = None
        self.form.hide()
        self._show_actions()

    def _close_form(self) -> None:
        self.fold()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """What was typed is stored: close the fields."""
        if self.is_open:
            self._close_form()

    # ------------------------------------------------------------------ keys, mouse, focus

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_open:
            self._close_form()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hasFocus():
            self.toggle()
        elif event.key() == Qt.Key.Key_N and self.hasFocus():
            self.ask_not_needed()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):  # before the scrolled area around takes them
            self.went.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        on_mark = self.icon.geometry().adjusted(-4, -4, 4, 4).contains(event.position().toPoint())
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if on_mark and event.button() is Qt.MouseButton.LeftButton:
            self.toggle()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.show_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_focus()

    def show_focus(self) -> None:
        """Show what can be done only in the row that holds the keyboard."""
        self._show_actions()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._is_held():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme().px(Size.RADIUS)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(
            QPen(theme().colour(Token.ACCENT), Size.FOCUS) if self.hasFocus() else Qt.PenStyle.NoPen
        )
        painter.setBrush(theme().colour(Token.SELECTED))
        painter.drawRoundedRect(box, radius, radius)
