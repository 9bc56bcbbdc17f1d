"""One call: whom to dial, what came of it, the questions with their meaning at once, and nothing lost on the way.

What is typed belongs to the check-in it is typed for: it is kept as a draft, and stored by Save. Opened by ``CallOf``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.calling import CallOutcome, Ringing
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, CheckInId
from clinicdesk.domain.patients import Sex
from clinicdesk.domain.recovery import CallSheet
from clinicdesk.domain.redflags import Tier, Triage
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.services.recovery import CallView
from clinicdesk.services.work import Done
from clinicdesk.ui.calling import words
from clinicdesk.ui.calling.dialing import Dialing
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.frame.drafting import Unfinished
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.targets import CallOf, PanelKey
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
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
    Scroll,
    StrongLabel,
    confirm,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.recovery.asking import Asking
from clinicdesk.ui.places.recovery.attempts import CallAttempts
from clinicdesk.ui.places.recovery.call_said import logged_sentence, saved_sentence
from clinicdesk.ui.places.recovery.later import LaterForm
from clinicdesk.ui.places.recovery.outcome import OutcomeBanner
from clinicdesk.ui.places.recovery.questions import said
from clinicdesk.ui.theme import Gap, Size, theme


class CallPanel(Keyed[CallView], Panel):
    """`finished` when this call needs nothing more now, `closed` when the person leaves it."""

    own_subjects = frozenset({Subject.CHECK_IN})
    other_subjects = frozenset({Subject.CATALOGUE})

    finished = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.begin_life()
        self.setAccessibleName(_("Call"))
        self._asking = False
        self._reached = False
        """Whether the patient is on the line already when the call opens."""
        self._build()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)
        self._name_fields()

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        outer = Column(self, gap=Gap.NONE)
        outer.addWidget(self._built_head())
        outer.addWidget(Rule(self))
        inner = Panel(self)
        self.scroller = Scroll(inner, self)
        body = Column(inner, gap=Gap.M, margin=(Gap.L, Gap.M, Gap.L, Gap.M))
        self.ended = PlainLabel("", inner, wrap=True)
        self.asking = Asking(inner)
        self.asking.changed.connect(self._answered)
        self.pain, self.questions = self.asking.pain, self.asking.questions
        self.questions.left.connect(self._leave_questions)
        self.questions.went.connect(self._keep_in_sight)
        self.questions.rebuilt.connect(self._order_tab)
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
        holder = QWidget(self)
        down = Column(holder, gap=Gap.S, margin=(Gap.L, Gap.M, Gap.S, Gap.M))
        across = Row(gap=Gap.S)
        self.head = PersonHead(holder)
        self.close_button = IconButton("close", _("Close this call"), holder)
        self.close_button.set_tip(_("Close this call"), "Esc")
        self.close_button.clicked.connect(self.ask_close)
        across.addWidget(self.head, 1)
        across.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.facts = PlainLabel("", holder, wrap=True)
        self.reach_words = StrongLabel("", holder, wrap=True)
        self.dialing = Dialing(_("Whom to call"), holder)
        self.dialing.changed.connect(self._phone_chosen)
        self.later = LaterForm(self.desk.clock, holder)
        self.later.agreed.connect(self._agree_later)
        self.later.given_up.connect(self._hide_later)
        self.problem_panel = ProblemPanel(holder)
        self.not_stored = self._built_not_stored(holder)
        down.addLayout(across)
        down.add(self.facts, self.reach_words, self.dialing, self._built_attempts(holder), self.later)
        down.add(self.problem_panel, self.not_stored, self.kept_strip, self.differences)
        return holder

    def _built_attempts(self, parent: QWidget) -> QWidget:
        self.attempts = CallAttempts(parent)
        self.attempts.reached.connect(self.reach)
        self.attempts.tried.connect(self._log)
        self.attempts.later.connect(self._ask_later)
        self.attempts.refused.connect(self._refuse)
        self.attempts.given_up.connect(self._give_up)
        self.attempts.not_needed.connect(self._not_needed)
        return self.attempts

    def _built_not_stored(self, parent: QWidget) -> Banner:
        """Answers stand in a check-in that was closed meanwhile: they are for a call of their own."""
        self.own_call_button = PushButton(_("Open a new call with them"), parent)
        self.own_call_button.clicked.connect(self._open_own_call)
        banner = Banner(BannerKind.WARNING, "", parent, actions=(self.own_call_button,))
        banner.hide()
        return banner

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

    def _name_fields(self) -> None:
        dialing, questions = self.dialing, self.questions
        self.typed.add_made(
            "called",
            _("Whom to call"),
            dialing.pick,
            dialing.set_pick,
            dialing.picked,
            words=words.pick,
            widget=dialing.whose,
        )
        self.typed.add("later.day", _("Day to call again"), self.later.day)
        self.typed.add("later.time", _("Time to call again"), self.later.time)
        self.typed.add("pain", _("Pain now"), self.pain)
        self.typed.add_made(
            "answers",
            _("Answers"),
            questions.given,
            questions.put,
            questions.changed,
            words=said,
            widget=questions,
        )
        self.typed.add("note", _("Note"), self.note)

    # ------------------------------------------------------------------ its life

    @property
    def patient_id(self) -> int | None:
        """Whose call it is."""
        return None if self.view is None else int(self.view.sheet.line.patient_id)

    @property
    def check_in_id(self) -> CheckInId | None:
        """The check-in the panel is open for."""
        return None if self.key is None else CheckInId(self.key.id)

    def open_call(self, target: CallOf) -> None:
        """Open a call, at its questions where the patient is on the line already."""
        if self.key == target.key and self.view is not None:
            self._asking = self._asking or (target.reached and self._is_open)
            self._show_mode()
            self._take_keyboard()
        self._reached = target.reached
        self.open_for(target.key)

    def read(self, key: PanelKey) -> CallView:
        return recovery.open_call(self.desk, CheckInId(key.id))

    def read_again(self, key: PanelKey) -> CallView:
        return recovery.open_call.again(self.desk, CheckInId(key.id))

    def version_of(self, view: CallView) -> int:
        return view.sheet.version

    def name_of(self, view: CallView) -> str:
        return view.sheet.line.patient

    def concerns(self, view: CallView) -> frozenset[tuple[Subject, int]]:
        return frozenset({(Subject.PATIENT, int(view.sheet.line.patient_id))})

    def show_nothing(self) -> None:
        """Nobody's call: no name, no number, no answer."""
        self._asking = False
        self.head.clear()
        for label in (self.facts, self.reach_words, self.history, self.ended):
            label.setText("")
        self.dialing.show_ringing(Ringing())
        self.asking.show_nothing()
        self._clear_fields()
        self._show_mode()

    def _clear_fields(self) -> None:
        """As the record has them: nothing was written yet."""
        self.note.set_value("")
        self.later.show_nothing()
        self.dialing.set_pick(None)

    def show_view(self, view: CallView, *, fresh: bool) -> None:
        sheet, line = view.sheet, view.sheet.line
        self.head.show_person(line.patient, line.birth_date, sheet.mrn, sex=Sex(sheet.sex).letter)
        self.facts.setText(_facts(sheet))
        self.reach_words.setText(words.reach(line))
        self.reach_words.setVisible(bool(self.reach_words.text()))
        self.attempts.show_kind(is_unscheduled=line.is_unscheduled)
        self.dialing.show_ringing(sheet.ringing)
        self.asking.show_view(view, self.desk.actor.full_name)
        self._clear_fields()
        self.history.setText("\n".join(words.attempt(one, line.patient) for one in reversed(sheet.attempts)))
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
        if fresh:
            self._asking = self._reached and sheet.closing is None
            self.scroller.verticalScrollBar().setValue(0)

    def shown(self, view: CallView, *, fresh: bool) -> None:
        """Answers that were given before stand at the questions, also in a check-in that was closed meanwhile."""
        self._asking = self._asking or self.asking.is_answered
        self._show_triage()
        asks_later = self.later.isVisibleTo(self)
        self._show_mode()
        unsaved = self.typed.unsaved().keys()
        if not self._asking and (asks_later or unsaved & {"later.day", "later.time"}):
            self._ask_later()
        self._show_not_stored(view)
        if fresh:
            self._take_keyboard()

    def _take_keyboard(self) -> None:
        if self._asking:
            self.pain.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._is_open:
            self.attempts.reached_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def thrown_away(self) -> None:
        self._asking = self._asking and self._is_open
        self._show_triage()
        self._show_mode()
        self.not_stored.hide()

    def why_urgent(self) -> str:
        triage = self.triage()
        if triage is None or triage.tier not in (Tier.EMERGENCY, Tier.SAME_DAY):
            return ""
        return _(
            "A red flag was answered with yes, and the call is not saved: nobody else knows. Open it again and save it."
        )

    def show_refusal(self, error: ClinicDeskError) -> None:
        if getattr(error, "field", None) == "again_at":
            self.later.show_problem(error.sentence)
        else:
            super().show_refusal(error)

    @property
    def _is_open(self) -> bool:
        """Whether the check-in that is shown still takes an answer."""
        return self.view is not None and self.view.sheet.closing is None

    def _show_not_stored(self, view: CallView) -> None:
        typed = self.typed.unsaved()
        lost = view.sheet.closing is not None and bool(typed)
        self.not_stored.setVisible(lost)
        if lost:
            self.not_stored.set_text(
                _("This is not stored: the check-in was closed meanwhile. {typed}").format(
                    typed=self.typed.words(typed)
                )
            )

    def _show_mode(self) -> None:
        is_open = self._is_open
        self.ended.setVisible(self.view is not None and not is_open)
        self.attempts.setVisible(is_open and not self._asking)
        self.later.hide()
        self.asking.setVisible(self._asking)
        self.note.setVisible(is_open or bool(self.note.value()))
        self._outcome_holder.setVisible(self._asking)
        self.back_button.setVisible(is_open and self._asking and not self.asking.is_answered)
        self.next_button.setVisible(self.view is not None and not self._asking)
        self.save_button.setVisible(self._asking)
        self.save_button.setEnabled(is_open)
        has_history = bool(self.history.text()) and not self._asking
        self.history.setVisible(has_history)
        self.history_title.setVisible(has_history)

    # ------------------------------------------------------------------ answers

    def triage(self) -> Triage | None:
        """What the answers so far mean."""
        return None if self.view is None else self.view.triage(self.questions.replies())

    def _answered(self) -> None:
        if self.view is None:
            return
        self._show_triage()
        self.back_button.setVisible(self._is_open and self._asking and not self.asking.is_answered)
        QTimer.singleShot(0, self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """What the keyboard is on stays visible when the banner grows or the keyboard goes on."""
        held = self.focusWidget()
        inner = self.scroller.widget()
        if held is not None and inner is not None and inner.isAncestorOf(held):
            self.scroller.ensureWidgetVisible(held, 0, theme().px(Size.ROW))

    def _show_triage(self) -> None:
        view, triage = self.view, self.triage()
        if view is not None and triage is not None:
            self.outcome.show_triage(view, triage)

    def _leave_questions(self, by: int) -> None:
        (self.note if by > 0 else self.pain).setFocus(Qt.FocusReason.OtherFocusReason)

    def _order_tab(self) -> None:
        self.asking.order_tab(self.note)

    def reach(self) -> None:
        """The patient is on the line: ask."""
        if not self._is_open:
            return
        self._asking = True
        self._show_mode()
        self.pain.setFocus(Qt.FocusReason.OtherFocusReason)

    def _unreach(self) -> None:
        self._asking = False
        self._show_mode()
        self.attempts.reached_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Store what was answered; gaps are allowed and stay gaps."""
        view = self.view
        if view is None or not self._asking or not self._is_open or not self._is_readable():
            return
        if not self.asking.is_answered and not self.note.value():
            self.show_problem(_("Nothing was answered yet. Ask at least one question, or write a note."))
            return
        phone, sheet, pain = self.dialing.chosen(), view.sheet, self.pain.score()
        self.send(
            partial(
                recovery.record_answers,
                self.desk,
                sheet.line.check_in_id,
                sheet.version,
                self.questions.answers(),
                pain=pain,
                called=phone.who if phone else "",
                number=phone.number if phone else "",
                note="\n".join(part for part in (self.note.value(), self.questions.gone_words()) if part),
            ),
            then=self._over_with_it,
            said=partial(saved_sentence, sheet.line.patient, pain is not None),
        )

    def _is_readable(self) -> bool:
        """Whether all that was typed can be read; where not, the keyboard goes there."""
        wrong = self.questions.problem_row()
        if wrong is not None:
            self.show_problem(wrong.problem() or "")
            wrong.take_focus()
            return False
        if (too_long := self.note.problem()) is not None:
            self.show_problem(too_long)
            self.note.setFocus()
            return False
        return True

    def _over_with_it(self, _stored: object) -> None:
        self.finish()
        self.finished.emit()

    def _tell_surgeon(self) -> None:
        if self.view is not None:
            self.act(partial(_told_surgeon, self.desk, self.view.sheet.line.check_in_id))

    def _open_own_call(self) -> None:
        """The answers go into a call of their own: nothing is added to a check-in that was closed."""
        if self.view is not None:
            line = self.view.sheet.line
            unfinished = Unfinished(line.patient, int(line.patient_id), self.typed.unsaved(), {})
            self.do(
                partial(recovery.patient_called, self.desk, BookingId(line.booking_id)),
                then=partial(self._take_along, unfinished),
            )

    def _take_along(self, unfinished: Unfinished, made: CheckInId) -> None:
        target = CallOf(check_in_id=made)
        self.unsaved_work.hold(target.key, unfinished)
        self.finish()
        self.open_call(target)

    # ------------------------------------------------------------------ attempts

    def _phone_chosen(self) -> None:
        self.attempts.show_for(self.dialing.chosen())

    def _refuse(self) -> None:
        view, key = self.view, self.key
        if view is None:
            return
        sure = confirm(
            self,
            _("Close this check-in?"),
            _(
                "{patient} does not want to be called about it. The surgeon sees this in the review; later "
                "check-ins stay."
            ).format(patient=view.sheet.line.patient),
            do=_("Close it"),
        )
        if sure and self.key == key:
            self._log(CallOutcome.REFUSED)

    def _log(self, outcome: CallOutcome, again_at: datetime | None = None) -> None:
        view, phone = self.view, self.dialing.chosen()
        if view is None:
            return
        self.send(
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
            then=partial(self._logged, outcome),
            said=partial(logged_sentence, outcome),
        )

    def _logged(self, outcome: CallOutcome, _view: CallView) -> None:
        if outcome in (CallOutcome.REFUSED, CallOutcome.CALL_BACK):
            self._over_with_it(outcome)
        else:
            self.next_button.setFocus()

    def _ask_later(self) -> None:
        self.attempts.hide()
        self.later.show()
        self.later.time.setFocus()

    def _hide_later(self) -> None:
        """Back: no other time was agreed."""
        self.later.show_nothing()
        self._show_mode()

    def _agree_later(self, moment: datetime) -> None:
        self._log(CallOutcome.CALL_BACK, moment)

    def _give_up(self) -> None:
        view, key = self.view, self.key
        if view is None:
            return
        line = view.sheet.line
        sure = confirm(
            self,
            _("Close this check-in as not reached?"),
            _("{patient} was tried {tries} times. The surgeon sees this in the review.").format(
                patient=line.patient, tries=view.sheet.ringing.tries
            ),
            do=_("Close it"),
        )
        if sure and self.key == key:
            said = _("Closed as not reached: {patient}.").format(patient=line.patient)
            self._close(view, recovery.give_up, said)

    def _not_needed(self) -> None:
        view = self.view
        if view is not None:
            said = _("Closed, not needed: {patient}.").format(patient=view.sheet.line.patient)
            self._close(view, recovery.not_needed, said)

    def _close(self, view: CallView, close: Callable[..., Done[None]], said: str) -> None:
        """Close the check-in without answers; the note goes with it."""
        line = view.sheet.line
        self.send(
            partial(close, self.desk, line.check_in_id, view.sheet.version, self.note.value()),
            then=self._over_with_it,
            said=said,
        )

    # ------------------------------------------------------------------ leaving

    def ask_close(self) -> None:
        """Leave the call: what was answered is kept, and said not to be saved."""
        self.may_close()
        self.closed.emit()

    def _go_on(self) -> None:
        self.may_close()
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

    def clear_problem(self) -> None:
        """Take it back."""
        self.problem_panel.clear()


def _told_surgeon(desk: Desk, check_in_id: CheckInId, version: int) -> Done[CallView]:
    told = recovery.told_surgeon(desk, check_in_id, version)
    return Done(recovery.open_call.again(desk, check_in_id), told.changes)


def _facts(sheet: CallSheet) -> str:
    line = sheet.line
    day = words.day_of(sheet.day, line.procedure, line.levels)
    parts = [
        day[:1].upper() + day[1:],
        fmt.short_day(line.procedure_day),
        words.asked_for(line),
        sheet.surgeon,
    ]
    return " · ".join(part for part in parts if part)
