"""The form for a new brace order: chosen by name or code, prefilled from the catalogue, signed by who orders."""

from __future__ import annotations

from datetime import date
from functools import partial

from clinicdesk.domain.brace import (
    LONGEST_DIAGNOSIS,
    LONGEST_WEEKS,
    MOST_PIECES,
    BraceDraft,
    BraceOrderRecord,
    BraceStatus,
    advices,
)
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import brace
from clinicdesk.services.brace import BraceFacts
from clinicdesk.services.desk import Desk
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import BraceOrderFor, PanelKey
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
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import Done
from clinicdesk.ui.panels.brace.type_picker import BraceTypePicker


class BraceOrderForm(Keyed[BraceFacts], SideView[BraceOrderFor]):
    """A new order for one patient, signed by who orders. Opened by ``BraceOrderFor``."""

    other_subjects = frozenset({Subject.BRACE, Subject.CATALOGUE})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Brace order"), wide=True)
        self.begin_life()
        self._build()
        self.typed.add_made(
            "hcpcs",
            _("Brace"),
            self._code,
            self._put_back_code,
            self.picker.changed,
            words=self._brace_words,
            widget=self.picker.search,
        )
        self.typed.add_form(self.form, "weeks", "wear_rule", "quantity", "diagnosis", "ordered_on", "notes")

    def _build(self) -> None:
        self.head = PersonHead(self)
        self.add_head(self.head)
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
        self.add(self.facts_line, self.refusal, self.already, self.form, self.advice, self.signature)
        self.body.addStretch(1)
        self.back_button = PushButton(_("Close"), self)
        self.back_button.clicked.connect(self.closed_asked)
        self.sign_button = PrimaryButton(_("Sign the order"), self, icon="edit")
        self.sign_button.clicked.connect(self.sign)
        self.add_foot(self.back_button, self.sign_button)
        self.show_nothing()

    def closed_asked(self) -> None:
        """Ask the window to close the panel."""
        self.closed.emit()

    # ------------------------------------------------------------------ its life

    @property
    def patient_id(self) -> int | None:
        return None if self.view is None else int(self.view.patient_id)

    def open_target(self, target: BraceOrderFor) -> None:
        """Begin an order for the patient, after the case if one is given, or go on with one."""
        self.open_for(target.key)

    def read(self, key: PanelKey) -> BraceFacts:
        if key.subject is Subject.BOOKING:
            return brace.order_facts_after(self.desk, BookingId(key.id))
        return brace.order_facts(self.desk, PatientId(key.id))

    def read_again(self, key: PanelKey) -> BraceFacts:
        return self.read(key)

    def version_of(self, view: BraceFacts) -> int:
        del view
        return 0

    def name_of(self, view: BraceFacts) -> str:
        return view.patient

    def concerns(self, view: BraceFacts) -> frozenset[tuple[Subject, int]]:
        patient = (Subject.PATIENT, int(view.patient_id))
        return frozenset(
            {patient} if view.booking_id is None else {patient, (Subject.BOOKING, view.booking_id)}
        )

    def takes_typed(self, view: BraceFacts) -> bool:
        return view.may_sign

    def show_nothing(self) -> None:
        """An empty form, for nobody."""
        self.head.clear()
        self.form.clear_problems()
        for label in (self.facts_line, self.signature):
            label.setText("")
        self._show_fields("", None)
        self.form.setEnabled(False)
        self.sign_button.setEnabled(False)
        for banner in (self.refusal, self.already, self.advice):
            banner.hide()

    def show_view(self, view: BraceFacts, *, fresh: bool) -> None:
        self.head.show_person(view.patient, view.birth_date, view.mrn)
        self.facts_line.setText(view.procedure)
        self.facts_line.setVisible(bool(view.procedure))
        self.picker.set_braces(view.braces)
        self.ordered_on.latest = view.today
        if fresh:
            self.picker.search.set_value("")
        self._show_fields(view.diagnosis, view.today)
        self._show_doors(view)

    def _show_fields(self, diagnosis: str, today: date | None) -> None:
        """As a new order begins."""
        self._put_back_code(None)
        self.weeks.set_value(None)
        self.wear_rule.set_value("")
        self.quantity.set_value(1)
        self.diagnosis.set_value(diagnosis)
        self.ordered_on.set_value(today)
        self.notes.set_value("")

    def shown(self, view: BraceFacts, *, fresh: bool) -> None:
        self._show_advice()
        if fresh and view.may_sign:
            (self.picker.search if self.picker.value() is None else self.weeks).setFocus()

    def thrown_away(self) -> None:
        self.form.clear_problems()
        self._show_advice()

    def show_refusal(self, error: ClinicDeskError) -> None:
        if not self.form.show_error(error):
            super().show_refusal(error)

    # ------------------------------------------------------------------ the brace

    def _code(self) -> str | None:
        chosen = self.picker.value()
        return None if chosen is None else chosen.hcpcs

    def _put_back_code(self, code: str | None) -> None:
        offered = self.view.braces if self.view is not None else ()
        self.picker.set_value(next((one for one in offered if one.hcpcs == code), None))

    def _brace_words(self, code: str | None) -> str:
        offered = self.view.braces if self.view is not None else ()
        return next((one.name for one in offered if one.hcpcs == code), code or "")

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
        if (
            chosen is None or self.typed.is_filling
        ):  # what it filled in before, and was changed since, comes along
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
            or self.view is None
        ):
            return None
        try:
            return BraceDraft(
                patient_id=self.view.patient_id,
                booking_id=self.view.booking_id,
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
        if self.is_busy:
            return
        draft = self.draft()
        if draft is not None:
            self.send(
                partial(brace.prescribe, self.desk, draft),
                then=self._ordered,
                said=_said,
                undo=partial(_cancel, self.desk),
            )

    def _ordered(self, _order: BraceOrderRecord) -> None:
        self.finish()
        self.closed_asked()


def _said(order: BraceOrderRecord) -> str:
    return _("Ordered and signed: {brace} for {patient}.").format(brace=order.brace, patient=order.patient)


def _cancel(desk: Desk, order: BraceOrderRecord) -> Done[BraceOrderRecord]:
    return brace.advance(desk, order.id, order.version, BraceStatus.CANCELLED)
