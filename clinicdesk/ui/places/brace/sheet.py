"""One brace order: whom it is for, its life, what a payer asks, and the one next step."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.brace import BraceOrderRecord, BraceStatus
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BraceOrderId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import brace
from clinicdesk.services.brace import BraceSheet
from clinicdesk.services.desk import Desk
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.targets import PanelKey
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
    confirm,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import Done
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


class OrderSheet(Keyed[BraceSheet], Panel):
    """Takes the steps of one order. A note to the next step is kept until that is taken."""

    own_subjects = frozenset({Subject.BRACE})

    print_asked = Signal(int)
    """The written order of this id is wanted on paper."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.begin_life()
        self.setAccessibleName(_("Brace order"))
        self._build()
        self.typed.add("note", _("Note to the step"), self.note)

    def _build(self) -> None:
        outer = Column(self, gap=Gap.NONE)
        inner = Panel(self)
        body = Column(inner, gap=Gap.M, margin=(Gap.L, Gap.S, Gap.L, Gap.M))
        self.facts = PlainLabel("", inner, wrap=True)
        self.brace = StrongLabel("", inner, wrap=True)
        self.steps = StepsRow(inner)
        self.advice = Banner(BannerKind.INFO, "", inner)
        self.wear = PlainLabel("", inner, wrap=True)
        self.order = MutedLabel("", inner, wrap=True)
        self.notes = PlainLabel("", inner, wrap=True)
        body.add(self.facts, self.brace, self.steps, self.advice, self.wear, self.order, self.notes)
        body.addStretch(1)
        outer.addWidget(self._built_head())
        self.scroller = Scroll(inner, self)
        outer.addWidget(self.scroller, 1)
        outer.addWidget(Rule(self))
        outer.addWidget(self._built_foot())

    def _built_head(self) -> QWidget:
        holder = QWidget(self)
        down = Column(holder, gap=Gap.S, margin=(Gap.L, Gap.M, Gap.L, Gap.S))
        across = Row(gap=Gap.S)
        self.head = PersonHead(holder)
        across.addWidget(self.head, 1)
        across.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self.problem_panel = ProblemPanel(holder)
        down.addLayout(across)
        down.add(self.problem_panel, self.kept_strip, self.differences)
        return holder

    def _built_foot(self) -> QWidget:
        self._foot = foot = QWidget(self)
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

    # ------------------------------------------------------------------ its life

    @property
    def patient_id(self) -> int | None:
        """Whose order it is."""
        return None if self.view is None else int(self.view.order.draft.patient_id)

    def read(self, key: PanelKey) -> BraceSheet:
        return brace.open_order(self.desk, BraceOrderId(key.id))

    def read_again(self, key: PanelKey) -> BraceSheet:
        return brace.open_order.again(self.desk, BraceOrderId(key.id))

    def version_of(self, view: BraceSheet) -> int:
        return view.order.version

    def name_of(self, view: BraceSheet) -> str:
        return view.order.patient

    def concerns(self, view: BraceSheet) -> frozenset[tuple[Subject, int]]:
        return frozenset({(Subject.PATIENT, int(view.order.draft.patient_id))})

    def takes_typed(self, view: BraceSheet) -> bool:
        return view.next_step is not None

    def show_nothing(self) -> None:
        """Nobody's order."""
        self.head.clear()
        self.note.set_value("")
        self.scroller.hide()
        self._foot.hide()

    def show_view(self, view: BraceSheet, *, fresh: bool) -> None:
        order, draft = view.order, view.order.draft
        self.head.show_person(order.patient, order.birth_date, order.mrn)
        self.note.set_value("")
        self.facts.setText(
            _("Ordered {day} by {who}").format(day=fmt.short_day(draft.ordered_on), who=order.prescriber)
        )
        self.brace.setText(_("{brace} ({code})").format(brace=order.brace, code=draft.hcpcs))
        self.steps.set_steps(life(view.events, order.status, view.next_step))
        self.advice.set_text(" ".join(view.advices))
        self.advice.setVisible(bool(view.advices))
        self.wear.setText(_wearing(order))
        self.order.setText(_order_line(order))
        notes = [
            draft.notes,
            *(_("{step}: {note}").format(step=e.status.label, note=e.note) for e in view.events if e.note),
        ]
        self.notes.setText("\n".join(note for note in notes if note))
        self.notes.setVisible(bool(self.notes.text()))
        self._show_doors(view)
        self.scroller.show()
        self._foot.show()
        if fresh:
            self.scroller.verticalScrollBar().setValue(0)

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

    # ------------------------------------------------------------------ steps

    def _take_next(self) -> None:
        if self.view is not None and self.view.next_step is not None:
            self._take(self.view.next_step)

    def _take(self, status: BraceStatus, _checked: bool = False) -> None:
        if self.view is None:
            return
        if (too_long := self.note.problem()) is not None:
            self.show_problem(too_long)
            return
        order = self.view.order
        self.send(
            partial(brace.advance, self.desk, order.id, order.version, status, self.note.value()),
            said=_said,
            undo=partial(_take_back, self.desk),
        )

    def _cancel(self) -> None:
        key = self.key
        if self.view is None:
            return
        order = self.view.order
        sure = confirm(
            self,
            _("Cancel this brace order?"),
            _(
                "{brace} for {patient}. The supplier has to be told by you; a new order needs a new signature."
            ).format(brace=order.brace, patient=order.patient),
            do=_("Cancel the order"),
            leave=_("Keep it"),
        )
        if sure and self.key == key:
            self._take(BraceStatus.CANCELLED)

    def _print(self) -> None:
        if self.view is not None:
            self.print_asked.emit(self.view.order.id)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, under the head."""
        self.problem_panel.show_problem(sentence)

    def clear_problem(self) -> None:
        """Take it back."""
        self.problem_panel.clear()


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
