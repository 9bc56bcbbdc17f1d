"""The questions of a call: one row each, answered by keys, with the tier's mark beside what was answered with yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
from clinicdesk.ui.theme import Gap, Size, theme

Given = dict[str, Any]
"""What stands in a row, as a draft holds it: the ``label`` of the question, yes, no or None, the temperature as typed."""


def said(given: dict[str, Given]) -> str:
    """Answers as a person reads them: "Chest pain: YES; Fever: 101 F"."""
    return "; ".join(
        _("{field}: {words}").format(field=one.get("label", key), words=_said(one))
        for key, one in given.items()
    )


def _said(one: Given) -> str:
    if one.get("typed"):
        return str(one["typed"])
    return {True: _("YES"), False: _("no"), None: _("not asked")}[one.get("answer")]


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
        typed = self.measured.text() if self.measured is not None else ""
        return {"label": self.question.label, "answer": self.answer.answer(), "typed": typed}

    def put(self, given: Given | None) -> None:
        """Show what stood in the row before; nothing answered where that is None."""
        given = given or {}
        if self.answer.answer() is not given.get("answer"):
            self.answer.set_value(given.get("answer"))
        if self.measured is not None and self.measured.text() != given.get("typed", ""):
            self.measured.setText(given.get("typed", ""))

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
    """All questions under one another.

    What was answered stays when the questions change: a row that is not asked any more remains while it holds an
    answer, and an answer to a question that is gone from the catalogue is shown in words.
    """

    changed = Signal()
    left = Signal(int)
    """The keyboard leaves the list: -1 upwards, 1 downwards."""
    went = Signal()
    """The keyboard has gone to another question."""
    rebuilt = Signal()
    """There are other rows: whoever keeps the order of Tab sets it anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = Column(self, gap=Gap.S)
        self.rows: list[QuestionRow] = []
        self._asked: tuple[RedFlagQuestion, ...] = ()
        self._others: tuple[RedFlagQuestion, ...] = ()
        self._gone: dict[str, Given] = {}
        self.gone = PlainLabel("", self, wrap=True)
        self.gone.set_tone("problem")
        self.gone.hide()
        self._column.addWidget(self.gone)

    def ask(self, questions: Sequence[RedFlagQuestion], others: Sequence[RedFlagQuestion] = ()) -> None:
        """Ask these, with nothing answered yet; ``others`` are shown only with an answer that was given to them."""
        self._asked, self._others = tuple(questions), tuple(others)
        self.put({})

    def put(self, given: dict[str, Given]) -> None:
        """Show what was answered, and nothing else."""
        answered = [each for each in self._others if each.key in given]
        self._show_rows((*self._asked, *answered))
        for row in self.rows:
            row.put(given.get(row.question.key))
        known = {row.question.key for row in self.rows}
        self._gone = {key: one for key, one in given.items() if key not in known}
        self.gone.setVisible(bool(self._gone))
        self.gone.setText(
            _("Not asked any more; it is saved in the note: {answers}").format(answers=said(self._gone))
        )

    def _show_rows(self, questions: Sequence[RedFlagQuestion]) -> None:
        if [row.question for row in self.rows] == list(questions):
            return
        kept = {row.question: row for row in self.rows if row.question in questions}
        for row in self.rows:
            self._column.removeWidget(row)
            if row not in kept.values():
                row.hide()
                row.deleteLater()
        self.rows = [kept.get(question) or self._row(question) for question in questions]
        for number, row in enumerate(self.rows):
            self._column.insertWidget(number, row)
        self.rebuilt.emit()

    def _row(self, question: RedFlagQuestion) -> QuestionRow:
        row = QuestionRow(question, self)
        row.changed.connect(self.changed)
        row.moved.connect(self._move)
        return row

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
        return bool(self._gone) or any(row.is_touched() for row in self.rows)

    def given(self) -> dict[str, Given]:
        """What stands in the rows that were answered, and what was answered to questions that are gone."""
        return self._gone | {row.question.key: row.given() for row in self.rows if row.is_touched()}

    def gone_words(self) -> str:
        """What was answered to questions that are gone; no triage counts it, so it goes into the note."""
        return said(self._gone)

    def problem_row(self) -> QuestionRow | None:
        """The first row with something that cannot be read."""
        return next((row for row in self.rows if row.problem() is not None), None)

    def _move(self, by: int) -> None:
        sender = self.sender()
        if not isinstance(sender, QuestionRow):
            return
        number = self.rows.index(sender) + by
        if 0 <= number < len(self.rows):
            self.rows[number].take_focus()
            self.went.emit()
        else:
            self.left.emit(by)
