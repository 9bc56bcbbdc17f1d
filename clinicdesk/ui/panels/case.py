"""The case in hand, a panel at the right: who, what, ready or not, the next step, papers, history. Always in this order.

Opened by ``CaseOf``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout

from clinicdesk.domain.booking import ActualTimes, Booking, BookingState
from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.changes import Changes, Subject, touches
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
from clinicdesk.ui.case.case_parts import History, ReadyList, TimesTable, WhyCancel, listed, step_words
from clinicdesk.ui.case.preparation import words as preparation_words
from clinicdesk.ui.case.preparation.summary import PreparationSection
from clinicdesk.ui.case.waiting import giving_back
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import (
    BraceOrderFor,
    CaseOf,
    ChangeBooking,
    ChartOf,
    ChecklistOf,
    DiaryAt,
    LeavingOf,
)
from clinicdesk.ui.kit import (
    Column,
    MenuButton,
    MutedLabel,
    PlainLabel,
    PrimaryButton,
    PushButton,
    QuietButton,
    Row,
    Section,
    StatePill,
    StrongLabel,
    TitleLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_command, run_query
from clinicdesk.ui.papers.window import PaperList, show_brace_order, show_discharge_sheet
from clinicdesk.ui.theme import Gap, Rank

_SHOWN = (Subject.BOOKING, Subject.DISCHARGE, Subject.PREPARATION)


_NO_USUAL_STEP = frozenset({BookingState.CANCELLED, BookingState.WAITLIST})
"""Steps that are only ever chosen from the menu."""

_NOT_HERE_YET = frozenset({BookingState.BOOKED, BookingState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class _Found:
    view: CaseView
    braces: tuple[BraceOrderRecord, ...]


class CasePanel(SideView[CaseOf]):
    """Everything about one booking, and its next step as the one primary button."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Case"))
        self._booking_id: BookingId | None = None
        self._view: CaseView | None = None
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

    def _build_head(self) -> None:
        self.name = TitleLabel("", self, wrap=True)
        self.facts = MutedLabel("", self, wrap=True)
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
        who = Column(gap=Gap.XS)
        who.add(self.name, self.facts)
        self.body.addLayout(who)
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
        return None if self._view is None else int(self._view.patient.id)

    def open_target(self, target: CaseOf) -> None:
        """Show the booking."""
        self._booking_id = target.booking_id
        self.problem_panel.clear()
        self.why.hide()
        self._load()

    def refresh(self, changes: Changes) -> None:
        """Load again where this case changed."""
        booking_id, view = self._booking_id, self._view
        if booking_id is None or view is None:
            return
        mine = touches(changes, _SHOWN, booking_id) or touches(changes, (Subject.BRACE,))
        if mine or touches(changes, (Subject.PATIENT,), view.patient.id):
            self._load()
        self.papers.refresh(changes)

    def _load(self) -> None:
        if self._booking_id is not None:
            run_query(self, partial(_read, self.desk, self._booking_id), done=self._show, latest="case")

    def _show(self, found: _Found) -> None:
        view, fresh = found.view, self._view is None or self._view.booking.id != found.view.booking.id
        self._view = view
        self._show_who(view)
        self._show_what(view)
        self.ready.show_case(view)
        self.preparation.show_checklist(view.preparation)
        self.times.show_case(view)
        self._show_braces(view, found.braces)
        self.history.show_events(view.history)
        self.sheet.setVisible(
            view.booking.state.has_begun and not view.procedure.is_visit and self._may(Act.PRINT_PAPERS)
        )
        if fresh:
            self.papers.show_booking(view.booking.id)
            self.scroller.verticalScrollBar().setValue(0)
        self._show_foot(view)

    def _show_who(self, view: CaseView) -> None:
        patient = view.patient
        self.why.hide()
        self.setAccessibleName(_("Case of {patient}").format(patient=patient.name))
        self.name.setText(patient.name)
        years = fmt.age(patient.birth_date, fmt.today())
        facts = [
            _("{age} {sex}").format(age=years, sex=patient.sex.letter).strip(),
            fmt.plain_date(patient.birth_date),
            _("MRN {mrn}").format(mrn=patient.mrn),
            fmt.phone(patient.phone) if patient.phone else "",
            _("interpreter: {language}").format(language=patient.language) if patient.interpreter else "",
            _("allergies: {allergies}").format(allergies=patient.allergies) if patient.allergies else "",
        ]
        self.facts.setText(listed(facts))

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
        view = self._view
        if view is None:
            return
        if step is BookingState.CANCELLED:
            self.why.ask()
            for button in (self.more, self.change, self.step):
                button.hide()
        elif step is BookingState.DISCHARGED and not view.procedure.is_visit:
            self.shell.open(LeavingOf(booking_id=view.booking.id))
        elif step is BookingState.BOOKED:
            self.shell.open(ChangeBooking(booking_id=view.booking.id))
        else:
            self._advance(view, step)

    def _advance(self, view: CaseView, step: BookingState, reason: str = "") -> None:
        booking = view.booking
        self.problem_panel.clear()
        work = partial(steps.advance, self.desk, booking.id, step, booking.version, reason=reason)
        said = _("{patient}: {state}").format(patient=view.patient.name, state=step.label.lower())
        if booking.state.holds_claims and not step.holds_claims and self._may(Act.BOOK):
            run_command(
                self,
                partial(giving_back.give_back, self.desk, work),
                done=partial(giving_back.offer, self.shell),
                failed=self._refused,
                said=partial(giving_back.said, said),
                undo=partial(giving_back.take_back, self.desk),
            )
        else:
            self._run(work, said, partial(_back, self.desk))

    def _cancel(self, reason: str) -> None:
        self.why.hide()
        if self._view is not None:
            self._advance(self._view, BookingState.CANCELLED, reason)

    def _leave_it(self) -> None:
        if self._view is not None:
            self._show_foot(self._view)
        self.step.setFocus()

    def _step_back(self) -> None:
        view = self._view
        if view is not None:
            work = partial(steps.step_back, self.desk, view.booking.id, view.booking.version)
            self._run(work, _("{patient}: step taken back").format(patient=view.patient.name))

    def _correct(self, actual: ActualTimes) -> None:
        view = self._view
        if view is not None:
            booking = view.booking
            run_command(
                self,
                partial(steps.record_times, self.desk, booking.id, booking.version, actual),
                failed=self._times_refused,
                said=_("{patient}: times corrected").format(patient=view.patient.name),
            )

    def _times_refused(self, fault: ClinicDeskError) -> None:
        if isinstance(fault, BadInput):
            self.times.show_problem(fault.sentence)
        else:
            self.show_problem(fault.sentence)

    def _run(
        self,
        work: Callable[[], Done[Booking]],
        said: str,
        undo: Callable[[Booking], Done[Any]] | None = None,
    ) -> None:
        run_command(self, work, failed=self._refused, said=said, undo=undo)

    def _refused(self, fault: ClinicDeskError) -> None:
        self.show_problem(fault.sentence)
        self._load()

    # Ways from here.

    def _change(self) -> None:
        if self._view is not None:
            self.shell.open(ChangeBooking(booking_id=self._view.booking.id))

    def _move(self) -> None:
        """Take the case in hand in the diary, on its day."""
        view = self._view
        if view is not None and view.booking.starts is not None:
            day = fmt.local(view.booking.starts).date()
            self.shell.go(DiaryAt(day=day, booking_id=view.booking.id, move=True))

    def _open_checklist(self) -> None:
        if self._view is not None:
            self.shell.open(ChecklistOf(booking_id=self._view.booking.id))

    def _open_chart(self) -> None:
        if self._view is not None:
            self.shell.go(ChartOf(patient_id=self._view.patient.id))

    def _show_sheet(self) -> None:
        if self._view is not None:
            show_discharge_sheet(self.desk, self.window(), self._view.booking.id)

    def _order_brace(self) -> None:
        if self._view is not None:
            booking = self._view.booking
            self.shell.open(BraceOrderFor(patient_id=booking.draft.patient_id, booking_id=booking.id))

    def _show_brace(self, order: BraceOrderRecord, _checked: bool = False) -> None:
        show_brace_order(self.desk, self.window(), order.id)


def _read(desk: Desk, booking_id: BookingId) -> _Found:
    view = open_case(desk, booking_id)
    return _Found(view, brace.of_booking(desk, booking_id))


def _back(desk: Desk, booking: Booking) -> Done[Booking]:
    return steps.step_back(desk, booking.id, booking.version)
