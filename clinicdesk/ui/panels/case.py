"""The case in hand, a panel at the right: who, what, ready or not, the next step, papers, history. Always in this order.

Opened by ``CaseOf``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout

from clinicdesk.domain.booking import ActualTimes, Booking, BookingState
from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.changes import Changes, Subject
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.scheduling.moving import why_fixed
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import brace
from clinicdesk.services.booking import steps
from clinicdesk.services.case import CaseView, open_case
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done
from clinicdesk.ui.case.case_parts import (
    History,
    ReadyList,
    TimesTable,
    WhyCancel,
    listed,
    step_words,
    time_label,
)
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.case.preparation import words as preparation_words
from clinicdesk.ui.case.preparation.summary import PreparationSection
from clinicdesk.ui.case.waiting import giving_back
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import (
    BraceOrderFor,
    CaseOf,
    ChangeBooking,
    ChartOf,
    ChecklistOf,
    DiaryAt,
    LeavingOf,
    PanelKey,
)
from clinicdesk.ui.kit import (
    Column,
    MenuButton,
    PlainLabel,
    PrimaryButton,
    PushButton,
    QuietButton,
    Row,
    Section,
    StatePill,
    StrongLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.papers.window import PaperList, show_brace_order, show_discharge_sheet
from clinicdesk.ui.theme import Gap, Rank

_NO_USUAL_STEP = frozenset({BookingState.CANCELLED, BookingState.WAITLIST})
"""Steps that are only ever chosen from the menu."""

_NOT_HERE_YET = frozenset({BookingState.BOOKED, BookingState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class _Found:
    """What the panel shows."""

    case: CaseView
    braces: tuple[BraceOrderRecord, ...]


class CasePanel(Keyed[_Found], SideView[CaseOf]):
    """Everything about one booking, and its next step as the one primary button."""

    own_subjects = frozenset({Subject.BOOKING, Subject.DISCHARGE, Subject.PREPARATION})
    other_subjects = frozenset({Subject.BRACE})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Case"))
        self.begin_life()
        self._next: BookingState | None = None
        self._build_head()
        self.ready = ReadyList(self)
        self.units = PlainLabel("", self, wrap=True)
        self.notes = PlainLabel("", self, wrap=True)
        self.times = TimesTable(self)
        self.times.corrected.connect(self._correct)
        self.braces = Section(_("Brace"), self, gap=Gap.XS)
        self.order_brace = QuietButton(_("Order"), self, icon="add")
        self.order_brace.clicked.connect(self._order_brace)
        self.braces.add_action(self.order_brace)
        self._brace_lines: list[QuietButton] = []
        self.papers = PaperList(desk, self)
        self.sheet = QuietButton(_("Discharge sheet"), self, icon="print")
        self.sheet.clicked.connect(self._show_sheet)
        self.papers.add_action(self.sheet)
        self.history = History(self)
        self.preparation = PreparationSection(self)
        self.preparation.asked.connect(self._open_checklist)
        self.add(
            self.ready,
            self.preparation,
            self.units,
            self.notes,
            self.times,
            self.braces,
            self.papers,
            self.history,
        )
        self.body.addStretch(1)
        self._build_foot()
        self.typed.add("cancel_reason", _("Why is it cancelled?"), self.why.reason)
        for name, field in self.times.fields.items():
            self.typed.add(f"times.{name}", time_label(name), field)

    def _build_head(self) -> None:
        self.head = PersonHead(self)
        self.add_head(self.head)
        self.warnings = PlainLabel("", self, wrap=True)
        self.pill = StatePill(BookingState.BOOKED, self)
        self.when = PlainLabel("", self, rank=Rank.STRONG, wrap=True)
        self.what = StrongLabel("", self, wrap=True)
        self.how = PlainLabel("", self, wrap=True)
        self.before = PlainLabel("", self, wrap=True)
        self.chart = QuietButton(_("Open chart"), self, icon="people")
        self.chart.clicked.connect(self._open_chart)
        head = Row(gap=Gap.S)
        head.add(self.pill)
        head.addStretch(1)
        head.add(self.chart)
        self.body.addWidget(self.warnings)
        self.body.addLayout(head)
        facts = Column(gap=Gap.XS)
        facts.add(self.when, self.what, self.how, self.before)
        self.body.addLayout(facts)

    def _build_foot(self) -> None:
        self.why = WhyCancel(self)
        self.why.confirmed.connect(self._cancel)
        self.why.left.connect(self._leave_it)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.indexOf(self.scroller) + 1, self.why)
        self.more = MenuButton(_("More"), (), self)
        self.change = PushButton(_("Change…"), self)
        self.change.clicked.connect(self._change)
        self.step = PrimaryButton("", self)
        self.step.clicked.connect(self._take_next)
        self.add_foot(self.more, self.change, self.step)

    # Showing.

    @property
    def patient_id(self) -> int | None:
        return None if self.view is None else int(self.view.case.patient.id)

    def open_target(self, target: CaseOf) -> None:
        """Show the booking."""
        self.open_for(target.key)

    def read(self, key: PanelKey) -> _Found:
        return self._found(open_case(self.desk, BookingId(key.id)))

    def read_again(self, key: PanelKey) -> _Found:
        return self._found(open_case.again(self.desk, BookingId(key.id)))

    def _found(self, case: CaseView) -> _Found:
        return _Found(case, brace.of_booking(self.desk, case.booking.id))

    def version_of(self, view: _Found) -> int:
        return view.case.booking.version

    def name_of(self, view: _Found) -> str:
        return view.case.patient.name

    def concerns(self, view: _Found) -> frozenset[tuple[Subject, int]]:
        return frozenset({(Subject.PATIENT, int(view.case.patient.id))})

    def show_nothing(self) -> None:
        """Nobody's case."""
        self.head.clear()
        self.setAccessibleName(_("Case"))
        self.times.show_nothing()
        self._ask_no_reason()
        self.papers.show_nothing()
        self.body_widget.hide()
        for button in (self.more, self.change, self.step):
            button.hide()

    def show_view(self, view: _Found, *, fresh: bool) -> None:
        case = view.case
        self.body_widget.show()
        self._show_who(case)
        self._show_what(case)
        self.ready.show_case(case)
        self.preparation.show_checklist(case.preparation)
        self.times.show_case(case)
        self._show_braces(case, view.braces)
        self.history.show_events(case.history)
        self.sheet.setVisible(
            case.booking.state.has_begun and not case.procedure.is_visit and self._may(Act.PRINT_PAPERS)
        )
        self.papers.show_booking(case.booking.id)
        if fresh:
            self.to_top()
        self._show_foot(case)

    def shown(self, view: _Found, *, fresh: bool) -> None:
        """A reason or a time that was typed before is seen again, not only kept."""
        unsaved = self.typed.unsaved()
        if any(key.startswith("times.") for key in unsaved):
            self.times.go_on_editing()
        if BookingState.CANCELLED not in view.case.steps:
            self._ask_no_reason()
        elif self.why.reason.value() or not self.why.isHidden():
            self._ask_reason()

    def takes_typed(self, view: _Found) -> bool:
        return view.case.may_record or BookingState.CANCELLED in view.case.steps

    def heard(self, changes: Changes) -> None:
        """A paper left."""
        self.papers.refresh(changes)

    def _show_who(self, view: CaseView) -> None:
        patient = view.patient
        self.setAccessibleName(_("Case of {patient}").format(patient=patient.name))
        self.head.show_person(
            patient.name, patient.birth_date, patient.mrn, fmt.phone(patient.phone), sex=patient.sex.letter
        )
        warnings = (
            _("Interpreter: {language}").format(language=patient.language) if patient.interpreter else "",
            _("Allergies: {allergies}").format(allergies=patient.allergies) if patient.allergies else "",
        )
        self.warnings.setText("\n".join(filter(None, warnings)))
        self.warnings.setVisible(any(warnings))

    def _show_what(self, view: CaseView) -> None:
        booking, draft = view.booking, view.booking.draft
        words = booking.state.label
        self.pill.set_state(booking.state.value, words)
        if booking.starts is None or booking.ends is None:
            self.when.setText(_("No time planned yet"))
        else:
            day = fmt.short_day(fmt.local(booking.starts).date())
            self.when.setText(
                _("{day}, {time}").format(day=day, time=fmt.clock_range(booking.starts, booking.ends))
            )
        side = draft.side.label.lower() if draft.side is not None else ""
        self.what.setText(
            ", ".join(word for word in (with_levels(view.procedure.name, draft.levels), side) if word)
        )
        visit = view.procedure.is_visit
        how = [
            "" if visit else view.sedation.name,
            _("MAC") if draft.mac else "",
            "" if visit else draft.setting.label,
            draft.diagnosis,
            _("pain before: {pain}").format(pain=draft.pain_before) if draft.pain_before is not None else "",
        ]
        self.how.setText(listed(how))
        self.how.setVisible(bool(self.how.text()))
        before = view.preparation.before if booking.state in _NOT_HERE_YET else None
        self.before.setText(preparation_words.times(before) if before is not None else "")
        self.before.setVisible(before is not None)
        self.units.setText(listed(name for _kind, name in view.units))
        self.units.setVisible(bool(view.units))
        why = _("Cancelled: {reason}").format(reason=booking.cancel_reason) if booking.cancel_reason else ""
        self.notes.setText("\n".join(words for words in (draft.notes, why) if words))
        self.notes.setVisible(bool(self.notes.text()))

    def _show_braces(self, view: CaseView, orders: tuple[BraceOrderRecord, ...]) -> None:
        for line in self._brace_lines:
            self.braces.body.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._brace_lines = []
        for order in orders:
            words = _("{brace}: {status}").format(brace=order.brace, status=order.status.label.lower())
            if order.wanted_at is not None:
                day = fmt.short_day(fmt.local(order.wanted_at).date())
                words = _("{brace}, wanted by {day}").format(brace=words, day=day)
            line = QuietButton(words, self.braces, icon="paper")
            line.clicked.connect(partial(self._show_brace, order))
            self._brace_lines.append(line)
        self.braces.add(*self._brace_lines)
        may_order = self._may(Act.PRESCRIBE_BRACE) and not view.procedure.is_visit
        self.order_brace.setVisible(may_order)
        self.braces.setVisible(bool(orders) or may_order)

    def _show_foot(self, view: CaseView) -> None:
        state = view.booking.state
        offered = [step for step in view.steps if step not in _NO_USUAL_STEP]
        self._next = BookingState.DISCHARGED if view.may_discharge else next(iter(offered), None)
        if state is BookingState.NO_SHOW:
            self._next = None
        self.step.setVisible(self._next is not None)
        if self._next is not None:
            words = _("Leaving…") if view.may_discharge else step_words(self._next)
            self.step.set_words(words)
        self.change.setVisible(view.may_change)
        self._fill_menu(view)

    def _fill_menu(self, view: CaseView) -> None:
        actions = []
        for step in view.steps:
            if step is not self._next:
                action = QAction(step_words(step), self.more)
                action.triggered.connect(partial(self._choose, step))
                actions.append(action)
        if view.may_change and view.booking.starts is not None and not why_fixed(view.booking.state):
            move = QAction(_("Move in the diary…"), self.more)
            move.triggered.connect(self._move)
            actions.append(move)
        if self._may_step_back(view):
            back = QAction(_("Take the last step back"), self.more)
            back.triggered.connect(self._step_back)
            actions.append(back)
        self.more.set_actions(actions)
        self.more.setVisible(bool(actions))

    def _may_step_back(self, view: CaseView) -> bool:
        stepped = any(event.from_state not in (None, event.to_state) for event in view.history)
        gone = view.booking.state is BookingState.DISCHARGED and not view.procedure.is_visit
        return stepped and not gone

    def _may(self, act: Act) -> bool:
        """What is offered; the service decides again."""
        return may(self.desk.actor.role, act)

    # Steps.

    def _take_next(self) -> None:
        if self._next is not None:
            self._choose(self._next)

    def _choose(self, step: BookingState, _checked: bool = False) -> None:
        if self.view is None:
            return
        case = self.view.case
        if step is BookingState.CANCELLED:
            self._ask_reason()
            self.why.ask()
        elif step is BookingState.DISCHARGED and not case.procedure.is_visit:
            self.shell.open(LeavingOf(booking_id=case.booking.id))
        elif step is BookingState.BOOKED:
            self.shell.open(ChangeBooking(booking_id=case.booking.id))
        else:
            self._advance(case, step)

    def _ask_reason(self) -> None:
        self.why.show()
        for button in (self.more, self.change, self.step):
            button.hide()

    def _ask_no_reason(self) -> None:
        self.why.reason.clear()
        self.why.reason.set_wrong(False)
        self.why.hide()

    def _advance(self, view: CaseView, step: BookingState, reason: str = "") -> None:
        booking = view.booking
        take = self.send if reason else self.do
        work = partial(steps.advance, self.desk, booking.id, step, booking.version, reason=reason)
        said = _("{patient}: {state}").format(patient=view.patient.name, state=step.label.lower())
        if booking.state.holds_claims and not step.holds_claims and self._may(Act.BOOK):
            take(
                partial(giving_back.give_back, self.desk, work),
                then=partial(giving_back.offer, self.shell),
                said=partial(giving_back.said, said),
                undo=partial(giving_back.take_back, self.desk),
            )
        else:
            take(work, said=said, undo=partial(_back, self.desk))

    def _cancel(self, reason: str) -> None:
        if self.view is not None:
            self._advance(self.view.case, BookingState.CANCELLED, reason)

    def _leave_it(self) -> None:
        self._ask_no_reason()
        if self.view is not None:
            self._show_foot(self.view.case)
        self.step.setFocus()

    def _step_back(self) -> None:
        if self.view is not None:
            case = self.view.case
            self.do(
                partial(steps.step_back, self.desk, case.booking.id, case.booking.version),
                said=_("{patient}: step taken back").format(patient=case.patient.name),
            )

    def _correct(self, actual: ActualTimes) -> None:
        if self.view is not None:
            case = self.view.case
            self.send(
                partial(steps.record_times, self.desk, case.booking.id, case.booking.version, actual),
                said=_("{patient}: times corrected").format(patient=case.patient.name),
            )

    def show_refusal(self, error: ClinicDeskError) -> None:
        if isinstance(error, BadInput) and self.times.is_edited:
            self.times.show_problem(error.sentence)
        else:
            super().show_refusal(error)

    # Ways from here.

    def _change(self) -> None:
        if self.view is not None:
            self.shell.open(ChangeBooking(booking_id=self.view.case.booking.id))

    def _move(self) -> None:
        """Take the case in hand in the diary, on its day."""
        booking = None if self.view is None else self.view.case.booking
        if booking is not None and booking.starts is not None:
            day = fmt.local(booking.starts).date()
            self.shell.go(DiaryAt(day=day, booking_id=booking.id, move=True))

    def _open_checklist(self) -> None:
        if self.view is not None:
            self.shell.open(ChecklistOf(booking_id=self.view.case.booking.id))

    def _open_chart(self) -> None:
        if self.view is not None:
            self.shell.go(ChartOf(patient_id=self.view.case.patient.id))

    def _show_sheet(self) -> None:
        if self.view is not None:
            show_discharge_sheet(self.desk, self.window(), self.view.case.booking.id)

    def _order_brace(self) -> None:
        if self.view is not None:
            booking = self.view.case.booking
            self.shell.open(BraceOrderFor(patient_id=booking.draft.patient_id, booking_id=booking.id))

    def _show_brace(self, order: BraceOrderRecord, _checked: bool = False) -> None:
        show_brace_order(self.desk, self.window(), order.id)


def _back(desk: Desk, booking: Booking) -> Done[Booking]:
    return steps.step_back(desk, booking.id, booking.version)
