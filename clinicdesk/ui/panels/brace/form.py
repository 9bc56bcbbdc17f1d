"""The form for a new brace order: chosen by name or code, prefilled from the catalogue, signed by who orders."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.brace import (
    LONGEST_DIAGNOSIS,
    LONGEST_WEEKS,
    MOST_PIECES,
    BraceDraft,
    BraceOrderRecord,
    BraceStatus,
    advices,
)
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import brace
from clinicdesk.services.brace import BraceFacts
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import BraceOrderFor
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    DateField,
    FormGrid,
    LineField,
    MutedLabel,
    NoteField,
    NumberField,
    PlainLabel,
    PrimaryButton,
    PushButton,
    TitleLabel,
    confirm,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import Done, run_command, run_query
from clinicdesk.ui.panels.brace.type_picker import BraceTypePicker

SIDE = "brace_order"
"""The key of the panel for the window."""


def open_brace_form(
    shell: Shell, desk: Desk, patient_id: PatientId, booking_id: BookingId | None = None
) -> None:
    """Open the form at the right for this patient, after this case if one is given."""
    del desk
    shell.open(BraceOrderFor(patient_id=patient_id, booking_id=booking_id))


class BraceOrderForm(SideView[BraceOrderFor]):
    """A new order for one patient, signed by who orders."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Brace order"), wide=True)
        self._facts: BraceFacts | None = None
        self._patient: PatientId | None = None
        self._booking: BookingId | None = None
        self._offered: tuple[object, ...] = ()
        self._busy = False
        self._build()

    def _build(self) -> None:
        self.name = TitleLabel("", self, wrap=True)
        self.facts_line = PlainLabel("", self, wrap=True)
        self.refusal = Banner(BannerKind.INFO, "", self)
        self.already = Banner(BannerKind.WARNING, "", self)
        self.form = FormGrid(self)
        self.picker = BraceTypePicker(self.form)
        self.picker.changed.connect(self._picked)
        self.weeks = NumberField(_("Weeks"), self.form, lowest=1, highest=LONGEST_WEEKS)
        self.wear_rule = NoteField(_("When it is worn"), self.form, lines=3, longest=500)
        self.quantity = NumberField(_("Quantity"), self.form, lowest=1, highest=MOST_PIECES)
        self.diagnosis = LineField(
            _("Diagnosis"), self.form, hint=_("ICD-10-CM, such as M80.08XA"), longest=LONGEST_DIAGNOSIS
        )
        self.ordered_on = DateField(_("Date of the order"), self.form, today=self._today)
        self.ordered_on.changed.connect(self._show_advice)
        self.notes = NoteField(_("Note to the supplier"), self.form, lines=2)
        self.advice = Banner(BannerKind.INFO, "", self)
        self.form.add("hcpcs", _("Brace"), self.picker, required=True)
        self.form.add("weeks", _("Weeks"), self.weeks, required=True)
        self.form.add("wear_rule", _("When it is worn"), self.wear_rule, required=True)
        self.form.add("quantity", _("Quantity"), self.quantity)
        self.form.add("diagnosis", _("Diagnosis"), self.diagnosis)
        self.form.add("ordered_on", _("Date"), self.ordered_on)
        self.form.add("notes", _("Note"), self.notes)
        self.signature = MutedLabel("", self, wrap=True)
        self.add(
            self.name, self.facts_line, self.refusal, self.already, self.form, self.advice, self.signature
        )
        self.body.addStretch(1)
        self.back_button = PushButton(_("Close"), self)
        self.back_button.clicked.connect(self.closed_asked)
        self.sign_button = PrimaryButton(_("Sign the order"), self, icon="edit")
        self.sign_button.clicked.connect(self.sign)
        self.add_foot(self.back_button, self.sign_button)
        for banner in (self.refusal, self.already, self.advice):
            banner.hide()

    def closed_asked(self) -> None:
        """Ask the window to close the panel."""
        self.closed.emit()

    # ------------------------------------------------------------------ showing

    @property
    def patient_id(self) -> int | None:
        return None if self._patient is None else int(self._patient)

    def open_target(self, target: BraceOrderFor) -> None:
        """Begin an order for the patient, after the case if one is given."""
        patient, wanted = target.patient_id, target.booking_id
        if (patient, wanted) == (self._patient, self._booking) and self.is_dirty():
            return
        if not self.may_close():
            return
        self._patient, self._booking, self._facts = patient, wanted, None
        self.problem_panel.clear()
        self.sign_button.setEnabled(False)
        run_query(
            self, partial(brace.order_facts, self.desk, patient, wanted), done=self._show, latest="facts"
        )

    def _show(self, facts: BraceFacts) -> None:
        self._facts = facts
        self.form.clear_problems()
        self.name.setText(
            _("{patient}, {age}").format(patient=facts.patient, age=fmt.age(facts.birth_date, facts.today))
        )
        parts = (facts.procedure, _("MRN {mrn}").format(mrn=facts.mrn), fmt.plain_date(facts.birth_date))
        self.facts_line.setText(" · ".join(part for part in parts if part))
        self.picker.set_braces(facts.braces)
        self.picker.search.set_value("")
        self.picker.set_value(None)
        self.weeks.set_value(None)
        self.wear_rule.set_value("")
        self.quantity.set_value(1)
        self.diagnosis.set_value(facts.diagnosis)
        self.ordered_on.latest = facts.today
        self.ordered_on.set_value(facts.today)
        self.notes.set_value("")
        self._show_doors(facts)
        self._offered = self._written()
        if facts.may_sign:
            self.picker.search.setFocus()

    def _show_doors(self, facts: BraceFacts) -> None:
        self.form.setEnabled(facts.may_sign)
        self.sign_button.setEnabled(facts.may_sign)
        self.refusal.set_text(_("Only a surgeon orders a brace, because the order is signed with it."))
        self.refusal.setVisible(not facts.may_sign)
        self.already.set_text(
            _("There is an order already: {orders}.").format(
                orders="; ".join(f"{o.brace} ({o.status.label.lower()})" for o in facts.orders)
            )
        )
        self.already.setVisible(bool(facts.orders))
        npi = _(", NPI {npi}").format(npi=facts.npi) if facts.npi else _(" (no NPI is stored)")
        self.signature.setText(
            _("Signing as {name}{npi}. The order counts as signed with the time of now.").format(
                name=self.desk.actor.full_name, npi=npi
            )
        )
        self.signature.setVisible(facts.may_sign)

    def _picked(self) -> None:
        """Fill in what the catalogue says, over what it said of the brace before, but not over what was typed."""
        chosen = self.picker.value()
        if chosen is None:
            self._show_advice()
            return
        self.form.set_problem("hcpcs", None)
        self.weeks.set_value(chosen.default_weeks)
        self.wear_rule.set_value(chosen.wear_rule)
        self._show_advice()
        self.weeks.setFocus()

    def _show_advice(self) -> None:
        chosen, day = self.picker.value(), self.ordered_on.value()
        sentences = advices(chosen, day, authorized=False) if chosen is not None and day is not None else ()
        self.advice.set_text(" ".join(sentences))
        self.advice.setVisible(bool(sentences))

    def _today(self) -> date:
        return fmt.local(self.desk.clock.now()).date()

    # ------------------------------------------------------------------ ordering

    def draft(self) -> BraceDraft | None:
        """The order as the form holds it; None where something is wrong, which is then said in its place."""
        fine = self.form.check()
        chosen, day = self.picker.value(), self.ordered_on.value()
        if chosen is None:
            self.form.set_problem("hcpcs", _("Choose a brace."))
            self.picker.search.setFocus()
        for key, field, sentence in (
            ("weeks", self.weeks, _("Give the weeks: there is no usual length for every brace.")),
            ("quantity", self.quantity, _("Order 1 to 9 pieces.")),
        ):
            if field.whole() is None and not field.problem():
                self.form.set_problem(key, sentence)
        if day is None and not self.ordered_on.problem():
            self.form.set_problem("ordered_on", _("Give the date of the order."))
        weeks, quantity = self.weeks.whole(), self.quantity.whole()
        if (
            not fine
            or chosen is None
            or weeks is None
            or quantity is None
            or day is None
            or not self._patient
        ):
            return None
        try:
            return BraceDraft(
                patient_id=self._patient,
                booking_id=self._booking,
                hcpcs=chosen.hcpcs,
                quantity=quantity,
                weeks=weeks,
                wear_rule=self.wear_rule.value(),
                diagnosis=self.diagnosis.value(),
                ordered_on=day,
                notes=self.notes.value(),
            )
        except BadInput as error:
            if not self.form.show_error(error):
                self.show_problem(error.sentence)
            return None

    def sign(self) -> None:
        """Sign and store the order."""
        if self._facts is None or self._busy:
            return
        draft = self.draft()
        if draft is None:
            return
        self._busy = True
        self.sign_button.setEnabled(False)
        self.problem_panel.clear()
        run_command(
            self,
            partial(brace.prescribe, self.desk, draft),
            done=self._ordered,
            failed=self._refused,
            said=_said,
            undo=partial(_cancel, self.desk),
        )

    def _ordered(self, _order: BraceOrderRecord) -> None:
        self._busy = False
        self._facts = self._patient = self._booking = None
        self.closed_asked()

    def _refused(self, error: ClinicDeskError) -> None:
        self._busy = False
        self.sign_button.setEnabled(True)
        if not self.form.show_error(error):
            self.show_problem(error.sentence)

    def is_dirty(self) -> bool:
        """Whether something was chosen or typed."""
        return self._facts is not None and self._facts.may_sign and self._written() != self._offered

    def may_close(self) -> bool:
        return not self.is_dirty() or confirm(
            self,
            _("Leave without ordering?"),
            _("What was filled in for this brace has not been ordered, and would be gone."),
            do=_("Throw it away"),
            leave=_("Go on with the order"),
        )

    def _written(self) -> tuple[object, ...]:
        fields: tuple[QWidget, ...] = (self.weeks, self.quantity, self.diagnosis, self.ordered_on)
        typed = tuple(
            field.text() for field in fields if isinstance(field, NumberField | LineField | DateField)
        )
        return (self.picker.value(), self.wear_rule.value(), self.notes.value(), *typed)


def _said(order: BraceOrderRecord) -> str:
    return _("Ordered and signed: {brace} for {patient}.").format(brace=order.brace, patient=order.patient)


def _cancel(desk: Desk, order: BraceOrderRecord) -> Done[BraceOrderRecord]:
    return brace.advance(desk, order.id, order.version, BraceStatus.CANCELLED)
