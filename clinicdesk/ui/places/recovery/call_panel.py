"""One call: whom to dial, what came of it, the questions with their meaning at once, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.ids import CheckInId
from clinicdesk.domain.recovery import CallOutcome, WorkLine
from clinicdesk.domain.redflags import Tier, Triage
from clinicdesk.errors import ClinicDeskError, Stale
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.services.recovery import CallView, Told
from clinicdesk.ui.calling import words
from clinicdesk.ui.kit import (
    Column,
    IconButton,
    MutedLabel,
    NoteField,
    Panel,
    PlainLabel,
    PrimaryButton,
    ProblemPanel,
    PushButton,
    QuietButton,
    Row,
    Rule,
    ScoreRow,
    Scroll,
    StrongLabel,
    confirm,
)
from clinicdesk.ui.operations import messages, run_command, run_query
from clinicdesk.ui.places.recovery.call_head import AttemptBar, CallHead, LaterForm
from clinicdesk.ui.places.recovery.call_said import logged_sentence, pain_before, saved_sentence
from clinicdesk.ui.places.recovery.heard import Heard
from clinicdesk.ui.places.recovery.outcome import OutcomeBanner
from clinicdesk.ui.places.recovery.questions import QuestionList
from clinicdesk.ui.theme import Gap, Size, theme


class CallPanel(Panel):
    """Shows one `CallView`. `finished` when this call needs nothing more now, `closed` when the person leaves it."""

    finished = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setAccessibleName(_("Call"))
        self._view: CallView | None = None
        self._asking = False
        self._busy = False
        self._turn = object()
        """One stretch with one call: an answer that began in another is not for the call that is shown."""
        self._sent: Heard | None = None
        self._not_stored: dict[CheckInId, Heard] = {}
        self._build()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        outer = Column(self, gap=Gap.NONE)
        outer.addWidget(self._built_head())
        outer.addWidget(Rule(self))
        inner = Panel(self)
        self.scroller = Scroll(inner, self)
        body = Column(inner, gap=Gap.M, margin=(Gap.L, Gap.M, Gap.L, Gap.M))
        self.ended = PlainLabel("", inner, wrap=True)
        self.asking = self._built_questions(inner)
        self.history_title = MutedLabel(_("Attempts so far"), inner)
        self.history = PlainLabel("", inner, wrap=True)
        self.note = NoteField(_("Note"), inner, hint=_("Note, in the words of the patient"), lines=2)
        body.add(self.ended, self.asking, self.note, self.history_title, self.history)
        body.addStretch(1)
        outer.addWidget(self.scroller, 1)
        self.outcome = OutcomeBanner(self)
        self.outcome.told.connect(self._tell_surgeon)
        holder = QWidget(self)
        Column(holder, margin=(Gap.M, Gap.S, Gap.M, Gap.S)).addWidget(self.outcome)
        self._outcome_holder = holder
        outer.addWidget(holder)
        outer.addWidget(Rule(self))
        outer.addWidget(self._built_foot())

    def _built_head(self) -> QWidget:
        head = QWidget(self)
        down = Column(head, gap=Gap.S, margin=(Gap.L, Gap.M, Gap.S, Gap.M))
        across = Row(gap=Gap.S)
        self.head = CallHead(self.desk.clock, head)
        self.head.whose.changed.connect(self._phone_chosen)
        self.close_button = IconButton("close", _("Close this call"), head)
        self.close_button.set_tip(_("Close this call"), "Esc")
        self.close_button.clicked.connect(self.ask_close)
        across.addWidget(self.head, 1)
        across.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.attempts = AttemptBar(head)
        self.attempts.reached.connect(self.reach)
        self.attempts.tried.connect(self._try)
        self.attempts.later.connect(self._ask_later)
        self.attempts.given_up.connect(self._give_up)
        self.attempts.not_needed.connect(self._not_needed)
        self.later = LaterForm(self.desk.clock, head)
        self.later.agreed.connect(self._agree_later)
        self.later.given_up.connect(self._hide_later)
        self.problem_panel = ProblemPanel(head)
        down.addLayout(across)
        down.add(self.attempts, self.later, self.problem_panel)
        return head

    def _built_questions(self, parent: QWidget) -> QWidget:
        asking = QWidget(parent)
        down = Column(asking, gap=Gap.M)
        self.script = PlainLabel("", asking, wrap=True)
        self.script.set_tone("muted")
        pain_row = Row(gap=Gap.M)
        self.pain = ScoreRow(_("Pain now, 0 to 10"), asking)
        self.pain.changed.connect(self._answered)
        self.before = MutedLabel("", asking)
        pain_row.add(StrongLabel(_("Pain now"), asking), self.pain, self.before)
        pain_row.addStretch(1)
        self.questions = QuestionList(asking)
        self.questions.changed.connect(self._answered)
        self.questions.left.connect(self._leave_questions)
        self.questions.went.connect(self._keep_in_sight)
        down.addWidget(self.script)
        down.addLayout(pain_row)
        down.addWidget(self.questions)
        return asking

    def _built_foot(self) -> QWidget:
        foot = QWidget(self)
        across = Row(foot, gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        self.emergency = StrongLabel("", foot)
        self.clinic_phone = MutedLabel("", foot, elide=True)
        self.back_button = QuietButton(_("Not reached after all"), foot)
        self.back_button.clicked.connect(self._unreach)
        self.next_button = PushButton(_("Next call"), foot)
        self.next_button.clicked.connect(self._go_on)
        self.save_button = PrimaryButton(_("Save and next"), foot)
        self.save_button.set_tip(_("Save what was answered, and open the next call"), "Ctrl+Return")
        self.save_button.clicked.connect(self.save)
        across.addWidget(self.emergency)
        across.addWidget(self.clinic_phone, 1)
        across.add(self.back_button, self.next_button, self.save_button)
        return foot

    # ------------------------------------------------------------------ showing

    @property
    def check_in_id(self) -> CheckInId | None:
        """The check-in that is shown."""
        return None if self._view is None else self._view.sheet.line.check_in_id

    def show_view(self, view: CallView, *, reached: bool = False) -> None:
        """Open this call; `reached` when the patient is on the line already."""
        self._clear()
        self.problem_panel.clear()
        self.questions.set_questions(view.questions)
        self.pain.set_value(None)
        self.note.set_value("")
        self.head.whose.set_options([])
        self._asking = reached and view.sheet.closing is None
        self._put(view)
        self._put_back(view.sheet.line.check_in_id)
        self._show_mode()
        if self._asking:
            self.pain.setFocus(Qt.FocusReason.OtherFocusReason)
        elif view.sheet.closing is None:
            self.attempts.reached_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def heard(self) -> Heard:
        """What stands in the fields now."""
        return Heard(pain=self.pain.score(), given=self.questions.given(), note=self.note.toPlainText())

    def _put_back(self, check_in_id: CheckInId) -> None:
        """Answers that could not be stored stand in the call they were given in, to be saved again."""
        heard = self._not_stored.pop(check_in_id, None)
        if heard is None:
            return
        self._asking = self._asking or heard.is_answered
        self.pain.set_value(heard.pain)
        self.questions.put(heard.given)
        self.note.setPlainText(heard.note)
        self._show_triage()
        self.show_problem(_("These answers are not stored yet. Save them now."))

    def update_view(self, view: CallView) -> None:
        """Show what is stored now; what was answered and not saved stays."""
        if self._view is None or view.sheet.line.check_in_id != self.check_in_id:
            return
        asked = [question.key for question in view.questions]
        if not self.questions.is_touched() and asked != [row.question.key for row in self.questions.rows]:
            self.questions.set_questions(view.questions)
        self._put(view)
        self._show_mode()

    def reload(self) -> None:
        """Read the call anew: no event, since it is open already."""
        if self.check_in_id is not None:
            run_query(
                self,
                partial(recovery.open_call.again, self.desk, self.check_in_id),
                done=self.update_view,
                latest="reload",
            )

    def _put(self, view: CallView) -> None:
        self._view = view
        sheet = view.sheet
        self.head.show_sheet(sheet)
        self.attempts.show_sheet(sheet, self.head.chosen())
        self.script.setText(self._script(view))
        self.before.setText(pain_before(view))
        self.history.setText(
            "\n".join(words.attempt(one, sheet.line.patient) for one in reversed(sheet.attempts))
        )
        self.emergency.setText(_("Emergency {number}").format(number=view.emergency_number))
        self.clinic_phone.setText(
            _("Clinic {number}").format(number=view.clinic_phone) if view.clinic_phone else ""
        )
        if sheet.closing is not None:
            self.ended.setText(
                _("This check-in is closed: {reason}. Nothing can be added to it.").format(
                    reason=sheet.closing.label.lower()
                )
            )
        self._show_triage()

    def _show_mode(self) -> None:
        view = self._view
        is_open = view is not None and view.sheet.closing is None
        self.ended.setVisible(not is_open)
        self.attempts.setVisible(is_open and not self._asking)
        self.later.hide()
        self.asking.setVisible(self._asking)
        self.note.setVisible(is_open or bool(self.note.value()))
        self._outcome_holder.setVisible(self._asking)
        self.back_button.setVisible(is_open and self._asking and not self._is_answered())
        self.next_button.setVisible(not self._asking)
        self.save_button.setVisible(self._asking)
        self.save_button.setEnabled(is_open)
        has_history = bool(self.history.text()) and not self._asking
        self.history.setVisible(has_history)
        self.history_title.setVisible(has_history)

    def _script(self, view: CallView) -> str:
        line = view.sheet.line
        if line.is_unscheduled:
            return _("“What can I do for you?” Then ask every question, whatever the call is about.")
        return _(
            "“Good day, this is {who} from {clinic}. I am calling to hear how you are after your "
            "{procedure}. May I ask you a few short questions?”"
        ).format(who=self.desk.actor.full_name, clinic=view.clinic_name, procedure=line.procedure)

    # ------------------------------------------------------------------ answers

    def triage(self) -> Triage | None:
        """What the answers so far mean."""
        return None if self._view is None else self._view.triage(self.questions.replies())

    def is_dirty(self) -> bool:
        """Whether something was answered or written that is not stored, nor on its way to be."""
        if self._busy and self._sent == self.heard():
            return False
        if self._view is None or self._view.sheet.closing is not None:
            return bool(self._view is not None and self._is_answered())
        return self._is_answered() or bool(self.note.value())

    def _is_answered(self) -> bool:
        return self._asking and (self.pain.score() is not None or self.questions.is_touched())

    def _answered(self) -> None:
        if self._view is None:
            return
        self._show_triage()
        self.back_button.setVisible(not self._is_answered())
        QTimer.singleShot(0, self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """What the keyboard is on stays visible when the banner grows or the keyboard goes on."""
        held = self.focusWidget()
        inner = self.scroller.widget()
        if held is not None and inner is not None and inner.isAncestorOf(held):
            self.scroller.ensureWidgetVisible(held, 0, theme().px(Size.ROW))

    def _show_triage(self) -> None:
        view, triage = self._view, self.triage()
        if view is not None and triage is not None:
            self.outcome.show_triage(view, triage)

    def _leave_questions(self, by: int) -> None:
        (self.note if by > 0 else self.pain).setFocus(Qt.FocusReason.OtherFocusReason)

    def reach(self) -> None:
        """The patient is on the line: ask."""
        self._asking = True
        self._show_mode()
        self.pain.setFocus(Qt.FocusReason.OtherFocusReason)

    def _unreach(self) -> None:
        self._asking = False
        self._show_mode()
        self.attempts.reached_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Store what was answered; gaps are allowed and stay gaps."""
        view = self._view
        if view is None or not self._asking or self._busy or view.sheet.closing is not None:
            return
        wrong = self.questions.problem_row()
        if wrong is not None:
            self.show_problem(wrong.problem() or "")
            wrong.take_focus()
            return
        if (too_long := self.note.problem()) is not None:
            self.show_problem(too_long)
            self.note.setFocus()
            return
        if not self._is_answered() and not self.note.value():
            self.show_problem(_("Nothing was answered yet. Ask at least one question, or write a note."))
            return
        phone, sheet = self.head.chosen(), view.sheet
        pain = self.pain.score()
        self._run(
            partial(
                recovery.record_answers,
                self.desk,
                sheet.line.check_in_id,
                sheet.version,
                self.questions.answers(),
                pain=pain,
                called=phone.who if phone else "",
                number=phone.number if phone else "",
                note=self.note.value(),
            ),
            self._saved,
            said=partial(saved_sentence, sheet.line.patient, pain is not None),
        )

    def _saved(self, _triage: Triage) -> None:
        self._clear()
        self.finished.emit()

    def _tell_surgeon(self) -> None:
        view = self._view
        if view is None or self._busy:
            return
        self._run(
            partial(recovery.told_surgeon, self.desk, view.sheet.line.check_in_id, view.sheet.version),
            self._told,
        )

    def _told(self, _told: Told) -> None:
        self.reload()

    # ------------------------------------------------------------------ attempts

    def _phone_chosen(self) -> None:
        if self._view is not None:
            self.attempts.show_sheet(self._view.sheet, self.head.chosen())

    def _try(self, outcome: CallOutcome) -> None:
        if self._view is None:
            return
        if outcome is CallOutcome.REFUSED:
            sure = confirm(
                self,
                _("Close this check-in?"),
                _(
                    "{patient} does not want to be called about it. The surgeon sees this in the review; later "
                    "check-ins stay."
                ).format(patient=self._view.sheet.line.patient),
                do=_("Close it"),
            )
            if not sure:
                return
        self._log(outcome)

    def _log(self, outcome: CallOutcome, again_at: datetime | None = None) -> None:
        view, phone = self._view, self.head.chosen()
        if view is None:
            return
        self._run(
            partial(
                recovery.log_attempt,
                self.desk,
                view.sheet.line.check_in_id,
                view.sheet.version,
                outcome,
                number=phone.number if phone else "",
                called=phone.who if phone else "",
                note=self.note.value(),
                again_at=again_at,
            ),
            partial(self._logged, outcome),
            said=partial(logged_sentence, outcome),
        )

    def _logged(self, outcome: CallOutcome, view: CallView) -> None:
        self.note.set_value("")
        if outcome in (CallOutcome.REFUSED, CallOutcome.CALL_BACK):
            self._clear()
            self.finished.emit()
        else:
            self.update_view(view)
            self.next_button.setFocus()

    def _ask_later(self) -> None:
        self.attempts.hide()
        self.later.show()
        self.later.start()

    def _hide_later(self) -> None:
        self._show_mode()

    def _agree_later(self, moment: datetime) -> None:
        self._log(CallOutcome.CALL_BACK, moment)

    def _give_up(self) -> None:
        view = self._view
        if view is None:
            return
        sure = confirm(
            self,
            _("Close this check-in as not reached?"),
            _("{patient} was tried {tries} times. The surgeon sees this in the review.").format(
                patient=view.sheet.line.patient, tries=view.sheet.tries
            ),
            do=_("Close it"),
        )
        if sure:
            self._run(
                partial(
                    recovery.give_up,
                    self.desk,
                    view.sheet.line.check_in_id,
                    view.sheet.version,
                    self.note.value(),
                ),
                self._closed_for_good,
                said=_("Closed as not reached: {patient}.").format(patient=view.sheet.line.patient),
            )

    def _not_needed(self) -> None:
        view = self._view
        if view is not None:
            self._run(
                partial(recovery.not_needed, self.desk, view.sheet.line.check_in_id, view.sheet.version),
                self._closed_for_good,
                said=_("Closed, not needed: {patient}.").format(patient=view.sheet.line.patient),
            )

    def _closed_for_good(self, _nothing: None) -> None:
        self._clear()
        self.finished.emit()

    # ------------------------------------------------------------------ leaving

    def may_leave(self) -> bool:
        """Whether the call may go from the screen now; asks where answers would be lost."""
        if not self.is_dirty():
            return True
        triage = self.triage()
        urgent = triage is not None and triage.tier in (Tier.EMERGENCY, Tier.SAME_DAY)
        consequence = (
            _("A red flag was answered with yes, and nobody would know. Save it, however incomplete.")
            if urgent
            else _("What was answered and noted in this call has not been saved, and would be gone.")
        )
        return confirm(
            self,
            _("Leave without saving?"),
            consequence,
            do=_("Throw it away"),
            leave=_("Go on with the call"),
        )

    def ask_close(self) -> None:
        """Leave the call, unless answers would be lost and the person stays."""
        if self.may_leave():
            self._clear()
            self.closed.emit()

    def _go_on(self) -> None:
        if self.may_leave():
            self._clear()
            self.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.later.isVisible():
            self._hide_later()
        else:
            self.ask_close()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, under the head."""
        self.problem_panel.show_problem(sentence)

    def _clear(self) -> None:
        """End the turn: what comes back from now on is not for the call that is shown then."""
        self._view = None
        self._asking = self._busy = False
        self._sent = None
        self._turn = object()

    def _run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        said: str | Callable[[Any], str] | None = None,
    ) -> None:
        view = self._view
        if self._busy or view is None:
            return
        self._busy = True
        self._sent = heard = self.heard()
        self.problem_panel.clear()
        run_command(
            self,
            work,
            done=partial(self._ran, self._turn, done),
            failed=partial(self._failed, self._turn, view.sheet.line, heard),
            said=said,
        )

    def _ran(self, turn: object, done: Callable[[Any], None], value: object) -> None:
        if turn is self._turn:
            self._busy = False
            self._sent = None
            done(value)

    def _failed(self, turn: object, line: WorkLine, heard: Heard, error: ClinicDeskError) -> None:
        if turn is not self._turn:
            self._keep(line, heard, error)
            return
        self._busy = False
        self._sent = None
        sentence = error.sentence
        if isinstance(error, Stale):
            sentence = _("{sentence} Your answers still stand here.").format(sentence=sentence)
        self.reload()
        if getattr(error, "field", None) == "again_at":
            self.later.show_problem(sentence)
        else:
            self.show_problem(sentence)

    def _keep(self, line: WorkLine, heard: Heard, error: ClinicDeskError) -> None:
        """The call of somebody who is not shown any more was not stored: the foot says it, and nothing is lost."""
        if not heard.is_anything:
            messages.problem(_("{patient}: {sentence}").format(patient=line.patient, sentence=error.sentence))
            return
        self._not_stored[line.check_in_id] = heard
        messages.problem(
            _(
                "The call with {patient} is NOT stored. {sentence} Open the call again: the answers stand in it."
            ).format(patient=line.patient, sentence=error.sentence)
        )

    def may_end(self) -> bool:
        """Whether the window may go: asks where answers of this call, or of one before, would be lost."""
        if not self._not_stored:
            return self.may_leave()
        return confirm(
            self,
            _("Close without storing?"),
            ngettext(
                "The answers of {number} call could not be stored, and would be gone. Open the call again and save it.",
                "The answers of {number} calls could not be stored, and would be gone. Open the calls again and save them.",
                len(self._not_stored),
            ).format(number=len(self._not_stored)),
            do=_("Throw them away"),
            leave=_("Stay"),
        )
