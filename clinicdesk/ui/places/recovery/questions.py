"""The questions of a call: one row each, answered by keys, with the tier's mark beside what was answered with yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.redflags import (
    Answer,
    QuestionKind,
    RedFlagQuestion,
    Reply,
    Temperature,
    TemperatureUnit,
)
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, LineField, MarkIcon, MutedLabel, PlainLabel, Row, TriState
from clinicdesk.ui.places.recovery.heard import Given
from clinicdesk.ui.theme import Gap, Size, theme


class AnswerField(TriState):
    """No, YES or not asked. Y and N answer and go on to the next question; Up and Down only go."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Return: 1,
            Qt.Key.Key_Enter: 1,
        }
        by = steps.get(Qt.Key(event.key()))
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if by is not None and plain:
            self.moved.emit(by)
            return
        super().keyPressEvent(event)
        if plain and event.text().lower() in ("y", "n", "j", "s", "o"):
            self.moved.emit(1)


class TemperatureField(LineField):
    """A measured temperature in Celsius or Fahrenheit; Up, Down and Enter go to the neighbours."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1}
        by = steps.get(Qt.Key(event.key()))
        if by is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.moved.emit(by)
        else:
            super().keyPressEvent(event)


class QuestionRow(QWidget):
    """One question with its answer. `reply()` is None while it was not answered, which is not "no"."""

    changed = Signal()
    moved = Signal(int)

    def __init__(self, question: RedFlagQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        down = Column(self, gap=Gap.XS)
        across = Row(gap=Gap.S)
        down.addLayout(across)
        self.mark = _TierSlot(question.tier.value, self)
        self.label = PlainLabel(question.text, self, wrap=True)
        across.addWidget(self.mark)
        across.addWidget(self.label, 1)
        self.measured: TemperatureField | None = None
        self.reading: MutedLabel | None = None
        if question.kind is QuestionKind.TEMPERATURE:
            self.measured = TemperatureField(
                _("Temperature"), self, hint=_("38.2 C"), width=Size.FIELD_SHORT, longest=12
            )
            self.measured.changed.connect(self._answered)
            self.measured.moved.connect(self.moved)
            self.reading = MutedLabel("", self)
            self.reading.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.reading.hide()
            across.addWidget(self.measured)
            down.addWidget(self.reading)
        self.answer = AnswerField(question.text, self)
        self.answer.changed.connect(self._answered)
        self.answer.moved.connect(self.moved)
        across.addWidget(self.answer)

    def take_focus(self) -> None:
        """Give the keyboard to the first field of the row."""
        (self.measured or self.answer).setFocus(Qt.FocusReason.OtherFocusReason)

    def reply(self) -> Reply | None:
        """What was answered; a number that was measured counts before yes or no."""
        if self._typed():
            return self._measurement()
        answer = self.answer.answer()
        return None if answer is None else (Answer.YES if answer else Answer.NO)

    def is_touched(self) -> bool:
        """Whether anything stands in it, readable or not."""
        return self.answer.answer() is not None or bool(self._typed())

    def given(self) -> Given:
        """What stands in the row."""
        return self.answer.answer(), self.measured.text() if self.measured is not None else ""

    def put(self, given: Given) -> None:
        """Show what stood in the row before."""
        answer, typed = given
        self.answer.set_value(answer)
        if self.measured is not None:
            self.measured.setText(typed)

    def problem(self) -> str | None:
        """What is wrong with the temperature that was typed, or None."""
        if not self._typed():
            return None
        try:
            Temperature.parse(self._typed())
        except BadInput as error:
            return error.sentence
        return None

    def _typed(self) -> str:
        return self.measured.value() if self.measured is not None else ""

    def _measurement(self) -> Temperature | None:
        try:
            return Temperature.parse(self._typed())
        except BadInput:
            return None

    def _answered(self) -> None:
        reply = self.reply()
        positive = reply is not None and self.question.is_positive(reply)
        self.mark.set_shown(positive)
        if self.measured is not None and self.reading is not None:
            self._show_reading(self._measurement() if self._typed() else None)
            self.answer.setEnabled(not self._typed())
        self.changed.emit()

    def _show_reading(self, measured: Temperature | None) -> None:
        if self.reading is None or self.measured is None:
            return
        typed = bool(self._typed())
        self.measured.set_wrong(False)
        if measured is not None:
            unit = "°C" if measured.unit is TemperatureUnit.CELSIUS else "°F"
            words = _("{degrees} {unit}: fever") if measured.is_fever else _("{degrees} {unit}: no fever")
            self.reading.setText(words.format(degrees=measured.degrees, unit=unit))
            self.reading.set_tone("problem" if measured.is_fever else "muted")
        elif typed:
            self.reading.setText(_("Not readable yet: write 38.2 C or 100.8 F"))
            self.reading.set_tone("muted")
        self.reading.setVisible(typed)


class _TierSlot(MarkIcon):
    """Room for a mark that is only shown when it applies, so that nothing moves when it does."""

    def __init__(self, tier: str, parent: QWidget) -> None:
        super().__init__(tier, parent)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def set_shown(self, shown: bool) -> None:
        """Show or hide the mark."""
        self.setVisible(shown)

    def sizeHint(self) -> QSize:
        side = theme().px(Size.ICON_LARGE)
        return QSize(side, side)


class QuestionList(QWidget):
    """All questions under one another."""

    changed = Signal()
    left = Signal(int)
    """The keyboard leaves the list: -1 upwards, 1 downwards."""
    went = Signal()
    """The keyboard has gone to another question."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = Column(self, gap=Gap.S)
        self.rows: list[QuestionRow] = []

    def set_questions(self, questions: Sequence[RedFlagQuestion]) -> None:
        """Ask these, with nothing answered yet."""
        while self.rows:
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for number, question in enumerate(questions):
            row = QuestionRow(question, self)
            row.setProperty("number", number)
            row.changed.connect(self.changed)
            row.moved.connect(self._move)
            self.rows.append(row)
            self._column.addWidget(row)

    def row(self, key: str) -> QuestionRow:
        """The row of the question `key`."""
        return next(row for row in self.rows if row.question.key == key)

    def replies(self) -> dict[str, Reply | None]:
        """Every question with its reply, or None."""
        return {row.question.key: row.reply() for row in self.rows}

    def answers(self) -> dict[str, str]:
        """What was answered, as it is stored."""
        return {key: str(reply) for key, reply in self.replies().items() if reply is not None}

    def is_touched(self) -> bool:
        """Whether anything was answered."""
        return any(row.is_touched() for row in self.rows)

    def given(self) -> dict[str, Given]:
        """What stands in every row."""
        return {row.question.key: row.given() for row in self.rows}

    def put(self, given: Mapping[str, Given]) -> None:
        """Show what stood in the rows before."""
        for row in self.rows:
            if row.question.key in given:
                row.put(given[row.question.key])

    def problem_row(self) -> QuestionRow | None:
        """The first row with something that cannot be read."""
        return next((row for row in self.rows if row.problem() is not None), None)

    def _move(self, by: int) -> None:
        sender = self.sender()
        if not isinstance(sender, QuestionRow):
            return
        number = int(sender.property("number")) + by
        if 0 <= number < len(self.rows):
            self.rows[number].take_focus()
            self.went.emit()
        else:
            self.left.emit(by)
