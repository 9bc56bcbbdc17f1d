"""The head of a call: who it is, the number to dial, what was tried, and what came of this attempt."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.clock import Clock
from clinicdesk.domain.recovery import PATIENT_ATTEMPTS, CallOutcome, CallSheet, Phone
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.calling import words
from clinicdesk.ui.kit import (
    Column,
    ComboField,
    DateField,
    MenuButton,
    MutedLabel,
    PlainLabel,
    PrimaryButton,
    PushButton,
    QuietButton,
    Row,
    StrongLabel,
    TimeField,
    TitleLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap, Rank, Size


class CallHead(QWidget):
    """Name, facts and numbers."""

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._phones: tuple[Phone, ...] = ()
        column = Column(self, gap=Gap.XS)
        self.name = TitleLabel("", self, wrap=True)
        self.facts = PlainLabel("", self, wrap=True)
        self.reach = StrongLabel("", self, wrap=True)
        self.number = PlainLabel("", self, selectable=True, rank=Rank.TITLE)
        self.whose = ComboField(_("Whom to call"), (), self, width=Size.FIELD + Size.FIELD_SHORT)
        self.whose_one = MutedLabel("", self, elide=True)
        self.whose.changed.connect(self._show_number)
        self.tried = MutedLabel("", self, wrap=True)
        across = Row(gap=Gap.M)
        across.addWidget(self.number)
        across.addWidget(self.whose, 1)
        across.addWidget(self.whose_one, 1)
        across.addStretch(0)
        column.add(self.name, self.facts, self.reach)
        column.addLayout(across)
        column.addWidget(self.tried)

    def show_sheet(self, sheet: CallSheet) -> None:
        """Show whom to call; the number chosen before stays while it is offered."""
        line, today = sheet.line, fmt.local(self._clock.now()).date()
        self.name.setText(words.named(line.patient, line.birth_date, today))
        parts = [
            fmt.plain_date(line.birth_date),
            _("MRN {mrn}").format(mrn=sheet.mrn),
            words.day_of(sheet.day, line.procedure, line.levels)[:1].upper()
            + words.day_of(sheet.day, line.procedure, line.levels)[1:],
            fmt.short_day(line.procedure_day),
            words.asked_for(line),
            sheet.surgeon,
        ]
        self.facts.setText(" · ".join(part for part in parts if part))
        self.reach.setText(words.reach(line))
        self.reach.setVisible(bool(self.reach.text()))
        self._show_phones(sheet)
        self._show_tries(sheet)

    def chosen(self) -> Phone | None:
        """Whom is being called."""
        value = self.whose.value()
        return value if isinstance(value, Phone) else None

    def _show_phones(self, sheet: CallSheet) -> None:
        contacts = sheet.call_contacts_now
        self._phones = tuple(phone for phone in sheet.phones if phone.is_patient or contacts)
        kept = self.chosen()
        self.whose.set_options([(phone, _phone_words(phone)) for phone in self._phones])
        wrong = {a.number for a in sheet.attempts if a.outcome is CallOutcome.WRONG_NUMBER}
        first = next((p for p in self._phones if p.number not in wrong), None)
        if contacts and sheet.attempts:
            first = next((p for p in self._phones if not p.is_patient and p.number not in wrong), first)
        self.whose.set_value(kept if kept in self._phones and kept.number not in wrong else first)
        several = len(self._phones) > 1
        self.whose.setVisible(several)
        self.whose_one.setVisible(not several)
        self._show_number()

    def _show_number(self) -> None:
        phone = self.chosen()
        self.number.setText(fmt.phone(phone.number) if phone else _("No phone number"))
        self.whose_one.setText("" if phone is None else phone.who)

    def _show_tries(self, sheet: CallSheet) -> None:
        self.tried.setVisible(bool(sheet.attempts) or not sheet.phones)
        parts = []
        if sheet.attempts:
            last = sheet.attempts[-1]
            parts.append(
                _("Tried {tries} of {most} (last: {outcome}, {time})").format(
                    tries=sheet.tries,
                    most=max(PATIENT_ATTEMPTS, sheet.tries),
                    outcome=last.outcome.label.lower(),
                    time=fmt.short_moment(last.at),
                )
            )
        if sheet.call_contacts_now:
            has_contact = any(not phone.is_patient for phone in sheet.phones)
            parts.append(_("Call the contacts now.") if has_contact else _("No contact is known."))
        self.tried.setText(". ".join(part.rstrip(".") for part in parts) + "." if parts else "")
        line_patient = sheet.line.patient
        self.tried.setAccessibleDescription(
            "\n".join(words.attempt(one, line_patient) for one in sheet.attempts)
        )


def _phone_words(phone: Phone) -> str:
    return _("{who}: {number}").format(who=phone.who, number=fmt.phone(phone.number))


class AttemptBar(QWidget):
    """What came of the attempt, one button each."""

    reached = Signal()
    tried = Signal(CallOutcome)
    later = Signal()
    given_up = Signal()
    not_needed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        across = Row(self, gap=Gap.S)
        self.reached_button = PrimaryButton(_("Reached"), self, icon="calls")
        self.reached_button.clicked.connect(self.reached)
        self.no_answer_button = self._outcome(_("No answer"), CallOutcome.NO_ANSWER)
        self.message_button = self._outcome(_("Message"), CallOutcome.MESSAGE_LEFT)
        self.later_button = PushButton(_("Later…"), self)
        self.later_button.clicked.connect(self.later)
        self.wrong_button = self._outcome(_("Wrong number"), CallOutcome.WRONG_NUMBER)
        self.more_button = MenuButton(_("More"), (), self)
        across.add(
            self.reached_button,
            self.no_answer_button,
            self.message_button,
            self.later_button,
            self.wrong_button,
            self.more_button,
        )
        across.addStretch(1)
        self.refuse_action = QAction(_("Does not want to be called…"), self)
        self.refuse_action.triggered.connect(partial(self.tried.emit, CallOutcome.REFUSED))
        self.contact_action = QAction(_("Reached a contact only"), self)
        self.contact_action.triggered.connect(partial(self.tried.emit, CallOutcome.CONTACT_REACHED))
        self.give_up_action = QAction(_("Could not be reached: close…"), self)
        self.give_up_action.triggered.connect(self.given_up)
        self.not_needed_action = QAction(_("Not needed: close"), self)
        self.not_needed_action.triggered.connect(self.not_needed)

    def show_sheet(self, sheet: CallSheet, phone: Phone | None) -> None:
        """Offer what makes sense now."""
        for button in (self.no_answer_button, self.message_button, self.wrong_button):
            button.setEnabled(phone is not None)
        actions = [self.refuse_action]
        if phone is not None and not phone.is_patient:
            actions.insert(0, self.contact_action)
        actions.append(self.not_needed_action if sheet.line.is_unscheduled else self.give_up_action)
        self.more_button.set_actions(actions)

    def _outcome(self, text: str, outcome: CallOutcome) -> PushButton:
        button = PushButton(text, self)
        button.clicked.connect(partial(self._tell, outcome))
        return button

    def _tell(self, outcome: CallOutcome) -> None:
        self.tried.emit(outcome)


class LaterForm(QWidget):
    """When to call again: a day and a time of the clinic's clock."""

    agreed = Signal(object)
    """Carries the UTC instant."""
    given_up = Signal()

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        down = Column(self, gap=Gap.XS)
        across = Row(gap=Gap.S)
        self.day = DateField(_("Day to call again"), self, today=self._today)
        self.time = TimeField(_("Time to call again"), self, step=15)
        self.ok_button = PrimaryButton(_("Call then"), self)
        self.ok_button.clicked.connect(self._agree)
        self.time.returnPressed.connect(self._agree)
        self.back_button = QuietButton(_("Back"), self)
        self.back_button.clicked.connect(self.given_up)
        across.add(PlainLabel(_("Call again"), self), self.day, self.time, self.ok_button, self.back_button)
        across.addStretch(1)
        self.problem = PlainLabel("", self, wrap=True)
        self.problem.set_tone("problem")
        self.problem.hide()
        down.addLayout(across)
        down.addWidget(self.problem)

    def start(self) -> None:
        """Ask anew, with today filled in."""
        self.day.set_value(self._today())
        self.time.set_value(None)
        self.show_problem("")
        self.time.setFocus()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong under the fields."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _today(self) -> date:
        return fmt.local(self._clock.now()).date()

    def _agree(self) -> None:
        day, time = self.day.value(), self.time.value()
        if day is None or time is None:
            self.show_problem(
                self.day.problem() or self.time.problem() or _("Give the day and the time to call again.")
            )
            return
        try:
            moment: datetime = fmt.habits().zone.at(day, time)
        except BadInput as error:
            self.show_problem(error.sentence)
            return
        if moment <= self._clock.now():
            self.show_problem(_("This time has passed. Choose a later one."))
            return
        self.show_problem("")
        self.agreed.emit(moment)
