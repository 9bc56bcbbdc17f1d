"""One call to confirm a case, a panel at the right: whom to dial, what to say with the times in it, what came of it.

Opened by ``ConfirmCallOf``; with ``following``, the bookings after it in the list, it goes
on to the next of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from clinicdesk.domain.booking import Booking
from clinicdesk.domain.calling import CallOutcome, Ringing
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.confirming import ConfirmLine, ConfirmSheet
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.permissions import Act, may
from clinicdesk.i18n import _
from clinicdesk.services import confirming
from clinicdesk.services.booking import steps
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done
from clinicdesk.ui.calling import words as call_words
from clinicdesk.ui.calling.attempt_bar import AttemptBar
from clinicdesk.ui.calling.dialing import Dialing
from clinicdesk.ui.case.case_parts import WhyCancel
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.case.preparation import words
from clinicdesk.ui.case.waiting import giving_back
from clinicdesk.ui.case.waiting.giving_back import GaveBack
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import ChangeBooking, ChecklistOf, ConfirmCallOf, PanelKey
from clinicdesk.ui.kit import (
    Column,
    Grid,
    LineField,
    MutedLabel,
    Note,
    PlainLabel,
    PrimaryButton,
    PushButton,
    QuietButton,
    Section,
    StrongLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap, Rank, Size

_OUTCOMES = (
    CallOutcome.NO_ANSWER,
    CallOutcome.MESSAGE_LEFT,
    CallOutcome.CONTACT_REACHED,
    CallOutcome.WRONG_NUMBER,
)


class ConfirmPanel(Keyed[ConfirmSheet], SideView[ConfirmCallOf]):
    """Who, the number, the script, and one key for whatever came of it."""

    own_subjects = frozenset({Subject.BOOKING, Subject.PREPARATION})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Confirm by phone"), wide=True)
        self.begin_life()
        self._following: tuple[BookingId, ...] | None = None
        self._takes_keyboard = False
        self._build_head()
        self._build_script()
        self.missing = Section(_("Still missing"), self, gap=Gap.XS)
        self.missing_words = PlainLabel("", self.missing, wrap=True)
        self.checklist_button = QuietButton(_("Checklist"), self.missing, icon="prepare")
        self.checklist_button.clicked.connect(self._open_checklist)
        self.missing.add_action(self.checklist_button)
        self.missing.add(self.missing_words)
        self.note = LineField(_("Note"), self, hint=_("Note of this call"), width=Size.READING, longest=1000)
        self.history = MutedLabel("", self, wrap=True)
        self.keys = MutedLabel(
            _("Keys: R confirmed, N no answer, M message, W wants to move, C cancel."), self, wrap=True
        )
        self.add(self.missing, self.note, self.history, self.keys)
        self.body.addStretch(1)
        self._build_foot()
        self._name_fields()

    def _name_fields(self) -> None:
        dialing = self.dialing
        self.typed.add_made(
            "called",
            _("Whom to call"),
            dialing.pick,
            dialing.set_pick,
            dialing.picked,
            words=call_words.pick,
            widget=dialing.whose,
        )
        self.typed.add("note", _("Note"), self.note)
        self.typed.add("cancel_reason", _("Why is it cancelled?"), self.why.reason)

    def _build_head(self) -> None:
        self.head = PersonHead(self)
        self.add_head(self.head)
        who = Column(gap=Gap.XS)
        self.facts = PlainLabel("", self, wrap=True)
        self.reach = StrongLabel("", self, wrap=True)
        self.twice = Note("", self, blocks=False)
        self.dialing = Dialing(_("Whom to call"), self)
        self.over = MutedLabel("", self, wrap=True)
        who.add(self.facts, self.reach, self.dialing, self.twice, self.over)
        self.body.addLayout(who)
        self.attempts = AttemptBar(_OUTCOMES, self)
        self.attempts.tried.connect(self._tell)
        self.dialing.changed.connect(self._number_changed)
        self.body.addWidget(self.attempts)

    def _build_script(self) -> None:
        self.script = Section(_("What to say"), self)
        self.greeting = PlainLabel("", self.script, wrap=True)
        self._hours_holder = QWidget(self.script)
        self._hours_holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._hours = Grid(self._hours_holder, gap=Gap.L, down=Gap.XS)
        self._hours.setColumnStretch(1, 1)
        self.hours: list[tuple[PlainLabel, PlainLabel]] = []
        for number in range(3):
            what = PlainLabel("", self._hours_holder)
            at = PlainLabel("", self._hours_holder, rank=Rank.SECTION)
            self._hours.addWidget(what, number, 0, Qt.AlignmentFlag.AlignVCenter)
            self._hours.addWidget(at, number, 1)
            self.hours.append((what, at))
        self.more = PlainLabel("", self.script, wrap=True)
        self.script.add(self.greeting, self._hours_holder, self.more)
        self.add(self.script)

    def _build_foot(self) -> None:
        self.why = WhyCancel(self)
        self.why.confirmed.connect(self._call_off)
        self.why.left.connect(self._keep_booking)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.indexOf(self.scroller) + 1, self.why)
        self.next_button = PushButton(_("Next call"), self)
        self.next_button.clicked.connect(self._go_on)
        self.cancel_button = PushButton(_("Cancel…"), self)
        self.cancel_button.set_tip(_("The patient does not come: say why"), "C")
        self.cancel_button.clicked.connect(self.ask_why)
        self.move_button = PushButton(_("Wants to move…"), self)
        self.move_button.set_tip(_("Find another time"), "W")
        self.move_button.clicked.connect(self.wants_to_move)
        self.confirm_button = PrimaryButton(_("Reached and confirmed"), self)
        self.confirm_button.set_tip(_("The patient comes"), "R")
        self.confirm_button.clicked.connect(self.confirm)
        self.add_foot(self.next_button, self.cancel_button, self.move_button, self.confirm_button)

    # ------------------------------------------------------------------ showing

    @property
    def patient_id(self) -> int | None:
        return None if self.view is None else int(self.view.line.patient_id)

    @property
    def booking_id(self) -> BookingId | None:
        """Whose call it is."""
        return None if self.key is None else BookingId(self.key.id)

    def open_target(self, target: ConfirmCallOf) -> None:
        """Open the call about a case."""
        self._following = target.following
        self._takes_keyboard = True
        self.open_for(target.key)

    def read(self, key: PanelKey) -> ConfirmSheet:
        return confirming.open_call(self.desk, BookingId(key.id))

    def read_again(self, key: PanelKey) -> ConfirmSheet:
        return confirming.open_call.again(self.desk, BookingId(key.id))

    def version_of(self, view: ConfirmSheet) -> int:
        return view.version

    def name_of(self, view: ConfirmSheet) -> str:
        return view.line.patient

    def concerns(self, view: ConfirmSheet) -> frozenset[tuple[Subject, int]]:
        return frozenset({(Subject.PATIENT, int(view.line.patient_id))})

    def takes_typed(self, view: ConfirmSheet) -> bool:
        return self._may_call(view)

    def _may_call(self, sheet: ConfirmSheet) -> bool:
        return sheet.is_open and may(self.desk.actor.role, Act.RUN_DAY)

    def show_nothing(self) -> None:
        """Nobody's call."""
        self.setAccessibleName(_("Confirm by phone"))
        self.head.clear()
        self.dialing.show_ringing(Ringing())
        self._clear_typed()
        self.why.hide()
        self.body_widget.hide()
        for widget in (self.next_button, self.cancel_button, self.move_button, self.confirm_button):
            widget.hide()

    def _clear_typed(self) -> None:
        """The note and the reason are for the next call; whom to call is left to the panel again."""
        self.dialing.set_pick(None)
        self.note.set_value("")
        self.why.reason.clear()

    def show_view(self, view: ConfirmSheet, *, fresh: bool) -> None:
        self.body_widget.show()
        self._clear_typed()
        line, today = view.line, fmt.today()
        self.setAccessibleName(_("Call to {patient}").format(patient=line.patient))
        self.head.show_person(line.patient, line.birth_date, view.mrn)
        facts = (fmt.short_moment(line.starts), with_levels(line.procedure, line.levels), view.surgeon)
        self.facts.setText(" · ".join(fact for fact in facts if fact))
        self.reach.setText(call_words.reach(line))
        self.reach.setVisible(bool(self.reach.text()))
        self.twice.words.setText(words.call_twice(line))
        self.twice.setVisible(bool(self.twice.words.text()))
        self.dialing.show_ringing(view.ringing)
        self._show_script(view)
        self.missing_words.setText(words.listed(view.missing, today))
        self.missing.setVisible(bool(view.missing))
        self.history.setText(
            "\n".join(call_words.attempt(one, line.patient) for one in reversed(view.attempts))
        )
        self.history.setVisible(bool(view.attempts))
        self._show_mode(view)
        if fresh:
            self.to_top()

    def shown(self, view: ConfirmSheet, *, fresh: bool) -> None:
        """A reason that was typed before is seen again, not only kept."""
        is_open = self._may_call(view)
        if is_open and self.why.reason.value():
            self._ask_reason()
        elif not is_open:
            self._ask_no_reason()
        if self._takes_keyboard:
            self._takes_keyboard = False
            first = self.confirm_button if is_open else self.close_button
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def thrown_away(self) -> None:
        self._ask_no_reason()
        if self.view is not None:
            self._show_mode(self.view)

    def _number_changed(self) -> None:
        self.attempts.show_for(self.dialing.chosen())

    def _show_script(self, sheet: ConfirmSheet) -> None:
        self.greeting.setText(words.greeting(sheet, self.desk.actor.full_name))
        told = words.hours(sheet.before)
        for number, (what, at) in enumerate(self.hours):
            shown = number < len(told)
            what.setVisible(shown)
            at.setVisible(shown)
            if shown:
                what.setText(told[number][0][:1].upper() + told[number][0][1:])
                at.setText(told[number][1])
        self.more.setText("\n".join(f"• {sentence}" for sentence in words.to_say(sheet)))

    def _show_mode(self, sheet: ConfirmSheet) -> None:
        is_open = self._may_call(sheet)
        for widget in (self.attempts, self.note, self.keys, self.confirm_button):
            widget.setVisible(is_open)
        self.cancel_button.setVisible(is_open and self.why.isHidden())
        self.move_button.setVisible(is_open and may(self.desk.actor.role, Act.BOOK))
        self.next_button.setVisible(self._following is not None)
        self.over.setText(
            _("This case is “{state}”: there is nothing to confirm.").format(state=sheet.state.label)
        )
        self.over.setVisible(not is_open)

    # ------------------------------------------------------------------ what came of it

    def confirm(self) -> None:
        """The patient comes."""
        sheet = self._open_sheet()
        if sheet is not None:
            self.send(
                partial(
                    confirming.confirm,
                    self.desk,
                    sheet.line.booking_id,
                    sheet.version,
                    number=self._number(),
                    note=self.note.value(),
                ),
                then=self._finished,
                said=_confirmed(sheet.line),
                undo=None if sheet.line.is_second else partial(_step_back, self.desk),
            )

    def ask_why(self) -> None:
        """Ask why the case is called off."""
        if self._open_sheet() is not None:
            self._ask_reason()
            self.why.ask()

    def _ask_reason(self) -> None:
        self.cancel_button.hide()
        self.why.show()

    def _ask_no_reason(self) -> None:
        self.why.reason.clear()
        self.why.reason.set_wrong(False)
        self.why.hide()

    def _call_off(self, reason: str) -> None:
        sheet = self._open_sheet()
        if sheet is not None:
            work = partial(
                confirming.call_off,
                self.desk,
                sheet.line.booking_id,
                sheet.version,
                reason,
                number=self._number(),
            )
            said = _("{patient}: cancelled.").format(patient=sheet.line.patient)
            self.send(
                partial(giving_back.give_back, self.desk, work),
                then=self._gave_back,
                said=partial(giving_back.said, said),
                undo=partial(giving_back.take_back, self.desk),
            )

    def _gave_back(self, gave: GaveBack) -> None:
        """Who waits and fits the hole comes first; the list of calls can wait."""
        if gave.fitting is not None and gave.fitting.fits:
            giving_back.offer(self.shell, gave)
        else:
            self._finished(gave.booking)

    def _keep_booking(self) -> None:
        self._ask_no_reason()
        self.cancel_button.show()
        self.confirm_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def wants_to_move(self) -> None:
        """Note that the patient was reached and wants another time, and open the booking form."""
        sheet = self._open_sheet()
        if sheet is None or not self.move_button.isVisibleTo(self):
            return
        note = self.note.value() or _("Wants another time")
        self._log(CallOutcome.REACHED, note, partial(self._move, sheet.line.booking_id))

    def _move(self, booking_id: BookingId, _sheet: ConfirmSheet) -> None:
        self.shell.open(ChangeBooking(booking_id=booking_id))

    def _tell(self, outcome: CallOutcome) -> None:
        self._log(outcome, self.note.value(), self._logged)

    def _log(self, outcome: CallOutcome, note: str, then: Callable[[ConfirmSheet], None]) -> None:
        sheet = self._open_sheet()
        if sheet is None:
            return
        self.send(
            partial(
                confirming.log_attempt,
                self.desk,
                sheet.line.booking_id,
                outcome,
                number=self._number(),
                note=note,
            ),
            then=then,
            said=_("{patient}: {outcome}.").format(patient=sheet.line.patient, outcome=outcome.label.lower()),
        )

    def _logged(self, _sheet: ConfirmSheet) -> None:
        with self.typed.filling():
            self._clear_typed()
        self.typed.settle()
        if self._following is not None:
            self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finished(self, _booking: Booking) -> None:
        if self._following is not None:
            self._go_on()

    def _go_on(self) -> None:
        """Open the first of those after this one that still has to be confirmed."""
        self.ask(partial(confirming.to_confirm, self.desk), self._open_next, line="next")

    def _open_next(self, lines: tuple[ConfirmLine, ...]) -> None:
        still = {line.booking_id for line in lines}
        following = [booking for booking in self._following or () if booking in still]
        if following:
            self.open_target(ConfirmCallOf(booking_id=following[0], following=tuple(following[1:])))
        else:
            self._following = None
            self.closed.emit()

    def _open_checklist(self) -> None:
        if self.booking_id is not None:
            self.shell.open(ChecklistOf(booking_id=self.booking_id))

    def _open_sheet(self) -> ConfirmSheet | None:
        sheet = self.view
        return sheet if sheet is not None and sheet.is_open and not self.is_busy else None

    def _number(self) -> str:
        phone = self.dialing.chosen()
        return phone.number if phone is not None else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typing = self.note.hasFocus() or self.why.isVisibleTo(self)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if plain and not typing and self._take_key(event.key()):
            return
        if event.key() == Qt.Key.Key_Escape and self.why.isVisibleTo(self):
            self._keep_booking()
        else:
            super().keyPressEvent(event)

    def _take_key(self, key: int) -> bool:
        act = _ACTS.get(key)
        if act is None:
            return self.attempts.take_key(key)
        act(self)
        return True


_ACTS: dict[int, Callable[[ConfirmPanel], None]] = {
    int(Qt.Key.Key_R): ConfirmPanel.confirm,
    int(Qt.Key.Key_W): ConfirmPanel.wants_to_move,
    int(Qt.Key.Key_C): ConfirmPanel.ask_why,
}


def _confirmed(line: ConfirmLine) -> str:
    pattern = _("{patient}: confirmed for {time}.")
    if line.is_second:
        pattern = _("{patient}: confirmed a second time for {time}.")
    return pattern.format(patient=line.patient, time=fmt.short_moment(line.starts))


def _step_back(desk: Desk, booking: Booking) -> Done[Booking]:
    return steps.step_back(desk, booking.id, booking.version)
