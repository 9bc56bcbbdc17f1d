"""What is asked in a call: how to begin, the pain now, and the red-flag questions."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.services.recovery import CallView
from clinicdesk.ui.kit import Column, MutedLabel, PlainLabel, Row, ScoreRow, StrongLabel
from clinicdesk.ui.places.recovery.call_said import pain_before
from clinicdesk.ui.places.recovery.questions import QuestionList
from clinicdesk.ui.theme import Gap


class Asking(QWidget):
    """The questions of a call, under one another."""

    changed = Signal()
    """Something was answered, or taken back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.script = PlainLabel("", self, wrap=True)
        self.script.set_tone("muted")
        self.pain = ScoreRow(_("Pain now, 0 to 10"), self)
        self.pain.changed.connect(self.changed)
        self.before = MutedLabel("", self)
        self.questions = QuestionList(self)
        self.questions.changed.connect(self.changed)
        pain_row = Row(gap=Gap.M)
        pain_row.add(StrongLabel(_("Pain now"), self), self.pain, self.before)
        pain_row.addStretch(1)
        down = Column(self, gap=Gap.M)
        down.addWidget(self.script)
        down.addLayout(pain_row)
        down.addWidget(self.questions)

    def show_nothing(self) -> None:
        """Nobody is asked."""
        self.script.setText("")
        self.before.setText("")
        self.pain.set_value(None)
        self.questions.ask(())

    def show_view(self, view: CallView, caller: str) -> None:
        """Ask what this call asks, with nothing answered yet; ``caller`` is who says who calls."""
        self.script.setText(_script(view, caller))
        self.before.setText(pain_before(view))
        self.pain.set_value(None)
        self.questions.ask(view.questions, view.others)

    @property
    def is_answered(self) -> bool:
        """Whether the pain or a question was answered."""
        return self.pain.score() is not None or self.questions.is_touched()

    def order_tab(self, after: QWidget) -> None:
        """Tab goes from the pain through every question to ``after``, also where the questions came later than these."""
        before: QWidget = self.pain
        for row in self.questions.rows:
            for field in (row.measured, row.answer):
                if field is not None:
                    QWidget.setTabOrder(before, field)
                    before = field
        QWidget.setTabOrder(before, after)


def _script(view: CallView, caller: str) -> str:
    line = view.sheet.line
    if line.is_unscheduled:
        return _("“What can I do for you?” Then ask every question, whatever the call is about.")
    return _(
        "“Good day, this is {who} from {clinic}. I am calling to hear how you are after your "
        "{procedure}. May I ask you a few short questions?”"
    ).format(who=caller, clinic=view.clinic_name, procedure=line.procedure)
