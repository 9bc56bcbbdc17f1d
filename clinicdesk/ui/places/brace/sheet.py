"""One brace order: whom it is for, its life, what a payer asks, and the one next step."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.brace import BraceOrderRecord, BraceStatus
from clinicdesk.domain.ids import BraceOrderId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import brace
from clinicdesk.services.brace import BraceSheet
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    MenuButton,
    MutedLabel,
    NoteField,
    Panel,
    PlainLabel,
    PrimaryButton,
    ProblemPanel,
    PushButton,
    Row,
    Rule,
    Scroll,
    StrongLabel,
    TitleLabel,
    confirm,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import Done, run_command
from clinicdesk.ui.places.brace.steps import StepsRow, life
from clinicdesk.ui.theme import Gap


def step_words(status: BraceStatus) -> str:
    """The button that takes an order there."""
    return {
        BraceStatus.AUTHORIZED: _("Authorized by the payer"),
        BraceStatus.MEASURED: _("Measured"),
        BraceStatus.FITTED: _("Fitted"),
        BraceStatus.DELIVERED: _("Delivered today"),
        BraceStatus.WORN: _("Is being worn"),
        BraceStatus.WEANED: _("Start weaning"),
        BraceStatus.ENDED: _("Is off for good"),
    }.get(status, status.label)


class OrderSheet(Panel):
    """Shows one `BraceSheet` and takes its steps."""

    print_asked = Signal(int)
    """The written order of this id is wanted on paper."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setAccessibleName(_("Brace order"))
        self._sheet: BraceSheet | None = None
        self._build()

    def _build(self) -> None:
        outer = Column(self, gap=Gap.NONE)
        inner = Panel(self)
        body = Column(inner, gap=Gap.M, margin=(Gap.L, Gap.M, Gap.L, Gap.M))
        self.problem_panel = ProblemPanel(inner)
        self.name = TitleLabel("", inner, wrap=True)
        self.facts = PlainLabel("", inner, wrap=True)
        self.brace = StrongLabel("", inner, wrap=True)
        self.steps = StepsRow(inner)
        self.advice = Banner(BannerKind.INFO, "", inner)
        self.wear = PlainLabel("", inner, wrap=True)
        self.order = MutedLabel("", inner, wrap=True)
        self.notes = PlainLabel("", inner, wrap=True)
        body.addWidget(self.problem_panel)
        body.add(
            self.name, self.facts, self.brace, self.steps, self.advice, self.wear, self.order, self.notes
        )
        body.addStretch(1)
        outer.addWidget(Scroll(inner, self), 1)
        outer.addWidget(Rule(self))
        outer.addWidget(self._built_foot())

    def _built_foot(self) -> QWidget:
        foot = QWidget(self)
        down = Column(foot, gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        self.note = NoteField(
            _("Note to the step"), foot, hint=_("Note to this step, if there is one"), lines=2
        )
        across = Row(gap=Gap.S)
        self.print_button = PushButton(_("Print order"), foot, icon="print")
        self.print_button.clicked.connect(self._print)
        self.skip_button = MenuButton(_("Other step"), (), foot)
        self.cancel_action = QAction(_("Cancel the order…"), self)
        self.cancel_action.triggered.connect(self._cancel)
        self.next_button = PrimaryButton("", foot)
        self.next_button.clicked.connect(self._take_next)
        across.addWidget(self.print_button)
        across.addStretch(1)
        across.add(self.skip_button, self.next_button)
        down.addWidget(self.note)
        down.addLayout(across)
        return foot

    @property
    def sheet(self) -> BraceSheet | None:
        """What is shown."""
        return self._sheet

    def show_sheet(self, sheet: BraceSheet) -> None:
        """Show one order."""
        fresh = self._sheet is None or self._sheet.order.id != sheet.order.id
        moved = self._sheet is not None and self._sheet.order.version != sheet.order.version
        self._sheet = sheet
        order, draft = sheet.order, sheet.order.draft
        if fresh:
            self.problem_panel.clear()
        if fresh or moved:
            self.note.set_value("")
        today = fmt.local(self.desk.clock.now()).date()
        self.name.setText(
            _("{patient}, {age}").format(patient=order.patient, age=fmt.age(order.birth_date, today))
        )
        self.facts.setText(
            _("MRN {mrn} · ordered {day} by {who}").format(
                mrn=order.mrn, day=fmt.short_day(draft.ordered_on), who=order.prescriber
            )
        )
        self.brace.setText(_("{brace} ({code})").format(brace=order.brace, code=draft.hcpcs))
        self.steps.set_steps(life(sheet.events, order.status, sheet.next_step))
        self.advice.set_text(" ".join(sheet.advices))
        self.advice.setVisible(bool(sheet.advices))
        self.wear.setText(_wearing(order))
        self.order.setText(_order_line(order))
        notes = [
            draft.notes,
            *(_("{step}: {note}").format(step=e.status.label, note=e.note) for e in sheet.events if e.note),
        ]
        self.notes.setText("\n".join(note for note in notes if note))
        self.notes.setVisible(bool(self.notes.text()))
        self._show_doors(sheet)

    def _show_doors(self, sheet: BraceSheet) -> None:
        handles = may(self.desk.actor.role, Act.HANDLE_BRACE)
        step = sheet.next_step
        self.next_button.setVisible(step is not None)
        self.note.setVisible(step is not None)
        if step is not None:
            self.next_button.set_words(step_words(step))
        self.next_button.setEnabled(handles)
        self.skip_button.setEnabled(handles)
        actions = []
        for other in sheet.later_steps:
            action = QAction(step_words(other), self)
            action.triggered.connect(partial(self._take, other))
            actions.append(action)
        if sheet.can_be_cancelled:
            actions.append(self.cancel_action)
        self.skip_button.set_actions(actions)
        self.skip_button.setVisible(bool(actions))
        self.print_button.setVisible(sheet.order.status is not BraceStatus.CANCELLED)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, at the top."""
        self.problem_panel.show_problem(sentence)

    def _take_next(self) -> None:
        if self._sheet is not None and self._sheet.next_step is not None:
            self._take(self._sheet.next_step)

    def _take(self, status: BraceStatus, _checked: bool = False) -> None:
        if self._sheet is None:
            return
        if (too_long := self.note.problem()) is not None:
            self.show_problem(too_long)
            return
        order = self._sheet.order
        self.problem_panel.clear()
        self._enable(False)
        run_command(
            self,
            partial(brace.advance, self.desk, order.id, order.version, status, self.note.value()),
            done=self._taken,
            failed=self._refused,
            said=_said,
            undo=partial(_take_back, self.desk),
        )

    def _taken(self, _order: BraceOrderRecord) -> None:
        self._enable(True)

    def _refused(self, error: ClinicDeskError) -> None:
        self._enable(True)
        self.show_problem(error.sentence)

    def _enable(self, on: bool) -> None:
        for button in (self.next_button, self.skip_button):
            button.setEnabled(on)

    def _cancel(self) -> None:
        if self._sheet is None:
            return
        order = self._sheet.order
        sure = confirm(
            self,
            _("Cancel this brace order?"),
            _(
                "{brace} for {patient}. The supplier has to be told by you; a new order needs a new signature."
            ).format(brace=order.brace, patient=order.patient),
            do=_("Cancel the order"),
            leave=_("Keep it"),
        )
        if sure:
            self._take(BraceStatus.CANCELLED)

    def _print(self) -> None:
        if self._sheet is not None:
            self.print_asked.emit(self._sheet.order.id)


def _take_back(desk: Desk, order: BraceOrderRecord) -> Done[BraceOrderRecord]:
    return brace.take_back_step(desk, BraceOrderId(order.id), order.version)


def _said(order: BraceOrderRecord) -> str:
    return _("Brace of {patient}: {status}.").format(patient=order.patient, status=order.status.label.lower())


def _wearing(order: BraceOrderRecord) -> str:
    weeks = ngettext("{weeks} week", "{weeks} weeks", order.draft.weeks).format(weeks=order.draft.weeks)
    rule = order.draft.wear_rule.rstrip(".")
    words = _("Worn for {weeks}. {rule}.").format(weeks=weeks, rule=rule)
    if order.worn_until is not None and not order.status.is_over:
        words = _("{words} Until {day}.").format(words=words, day=fmt.day(order.worn_until))
    if order.wanted_at is not None:
        day = fmt.short_day(fmt.local(order.wanted_at).date())
        words = _("{words} Wanted for the case on {day}.").format(words=words, day=day)
    return words


def _order_line(order: BraceOrderRecord) -> str:
    parts = [_("Quantity {count}").format(count=order.draft.quantity)]
    if order.draft.diagnosis:
        parts.append(_("Diagnosis {diagnosis}").format(diagnosis=order.draft.diagnosis))
    if order.signed_at is not None:
        npi = _(", NPI {npi}").format(npi=order.prescriber_npi) if order.prescriber_npi else ""
        parts.append(
            _("Signed by {who}{npi}, {time}").format(
                who=order.prescriber, npi=npi, time=fmt.short_moment(order.signed_at)
            )
        )
    else:
        parts.append(_("Not signed yet"))
    return " · ".join(parts)
