"""The panel for leaving: what is missing at the top, scores, the sheet's facts, and the door at the foot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.discharge import ALDRETE, PADSS, DischargeDetails, Missing, Outcome, Score
from clinicdesk.domain.ids import BookingId, BraceOrderId
from clinicdesk.domain.levels import with_levels
from clinicdesk.i18n import _
from clinicdesk.services import brace as braces
from clinicdesk.services import discharge
from clinicdesk.services.desk import Desk
from clinicdesk.services.discharge import DischargeView
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.frame.keyed import Keyed, Step
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import LeavingOf, PanelKey
from clinicdesk.ui.kit import (
    Column,
    MenuButton,
    MutedLabel,
    PlainLabel,
    PrimaryButton,
    PushButton,
    Row,
    Section,
    ask,
)
from clinicdesk.ui.kit import format as words
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.operations import Done
from clinicdesk.ui.panels.discharge.checklist import Checklist
from clinicdesk.ui.panels.discharge.scores import ScoreForm
from clinicdesk.ui.panels.discharge.sheet_form import SheetForm
from clinicdesk.ui.papers.window import show_discharge_sheet
from clinicdesk.ui.theme import Gap, theme

_Save = Step[DischargeView]


class DischargePanel(Keyed[DischargeView], SideView[LeavingOf]):
    """The leaving of one case. What is typed is stored by itself, for the case it was typed for."""

    own_subjects = frozenset({Subject.DISCHARGE, Subject.BOOKING})
    other_subjects = frozenset({Subject.BRACE})
    saves_itself = True

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Leaving"), wide=True)
        self.begin_life()
        self._build()

    def _build(self) -> None:
        self.head = PersonHead(self)
        self.facts = PlainLabel("", self, wrap=True)
        self.done_line = PlainLabel("", self, wrap=True)
        self.checklist = Checklist(self)
        self.missing_section = Section(_("Before the patient leaves"), self)
        self.missing_section.add(self.checklist)
        self._build_signing()
        self.aldrete = ScoreForm(_("Aldrete"), ALDRETE, self)
        self.padss = ScoreForm(_("PADSS"), PADSS, self)
        self.scores_section = Section(_("Recovery scores"), self, gap=Gap.L)
        self.scores_section.add(self.aldrete, self.padss)
        self.brace_section = Section(_("Brace"), self)
        self.brace_rows = QWidget(self)
        self._brace_column = Column(self.brace_rows, gap=Gap.S)
        self.brace_section.add(self.brace_rows)
        self.sheet = SheetForm(self)
        self.sheet_section = Section(_("For the sheet"), self)
        self.sheet_section.add(self.sheet)
        self.check_ins = PlainLabel("", self, wrap=True)
        self.check_in_section = Section(_("Check-ins made"), self)
        self.check_in_section.add(self.check_ins)
        self.add_head(self.head, self.facts, self.done_line)
        self.body.setSpacing(theme().px(Gap.XL))
        self.add(
            self.missing_section,
            self.scores_section,
            self.brace_section,
            self.sheet_section,
            self.check_in_section,
        )
        self.body.addStretch(1)
        self._build_foot()
        self._name_fields()

    def _name_fields(self) -> None:
        for name, form in (("aldrete", self.aldrete), ("padss", self.padss)):
            for key, label, row in form.lines():
                self.typed.add(f"{name}.{key}", label, row)
        self.typed.add_form(self.sheet, *SheetForm.TYPED)

    def _build_signing(self) -> None:
        self.teach_button = PushButton(_("Explained, and said back"), self, icon="check")
        self.teach_button.clicked.connect(self._teach)
        self.exempt_button = PushButton(_("Exempt from the escort…"), self)
        self.exempt_button.clicked.connect(self._exempt)
        self.sign_button = PushButton(_("Sign the discharge order"), self, icon="edit")
        self.sign_button.clicked.connect(self._sign)
        self.signatures = MutedLabel("", self, wrap=True)
        row = QWidget(self)
        Flow(row).add(self.teach_button, self.sign_button, self.exempt_button)
        self.missing_section.add(row, self.signatures)

    def _build_foot(self) -> None:
        self.papers_button = PushButton(_("Discharge sheet"), self, icon="print")
        self.papers_button.clicked.connect(self._want_papers)
        self.other_button = MenuButton(_("Other ending"), (), self)
        actions = []
        for outcome in Outcome:
            if outcome is not Outcome.HOME:
                action = QAction(outcome.label, self)
                action.triggered.connect(partial(self._end, outcome))
                actions.append(action)
        self.other_button.set_actions(actions)
        self.home_button = PrimaryButton(_("Discharge home"), self)
        self.home_button.clicked.connect(partial(self._end, Outcome.HOME))
        self.add_foot(self.papers_button, self.other_button, self.home_button)

    @property
    def patient_id(self) -> int | None:
        return None if self.view is None else int(self.view.booking.draft.patient_id)

    def open_target(self, target: LeavingOf) -> None:
        """Open the leaving of the booking."""
        self.open_for(target.key)

    # ------------------------------------------------------------------ the record

    def read(self, key: PanelKey) -> DischargeView:
        return discharge.open_discharge(self.desk, BookingId(key.id))

    def read_again(self, key: PanelKey) -> DischargeView:
        return discharge.open_discharge.again(self.desk, BookingId(key.id))

    def version_of(self, view: DischargeView) -> int:
        return view.record.version

    def name_of(self, view: DischargeView) -> str:
        return view.patient

    def takes_typed(self, view: DischargeView) -> bool:
        return not view.is_over and view.may_score

    def show_nothing(self) -> None:
        """Nobody's leaving: no name, no button, and fields that wait for their record."""
        self.head.clear()
        self.facts.setText("")
        self.done_line.hide()
        self.aldrete.show_score(Score(ALDRETE, {}), None)
        self.padss.show_score(Score(PADSS, {}), None)
        self.sheet.show_details(DischargeDetails())
        self.body_widget.setEnabled(False)
        self._foot_enabled(False)

    def _foot_enabled(self, on: bool) -> None:
        for button in (self.papers_button, self.other_button, self.home_button):
            button.setEnabled(on)

    def show_view(self, view: DischargeView, *, fresh: bool) -> None:
        self.body_widget.setEnabled(True)
        self._show_head(view)
        self._show_missing(view)
        self._show_braces(view)
        self.aldrete.show_score(view.record.aldrete, view.record.aldrete_signed)
        self.padss.show_score(view.record.padss, view.record.padss_signed)
        if fresh:
            self.sheet.offer(view.procedure, view.blood_thinner, (view.named_escort, view.named_escort_phone))
        self.sheet.show_details(view.record.details)
        self._show_doors(view)

    def steps_to_save(self, changed: frozenset[str]) -> list[_Save]:
        """One command a score, and one for the sheet: what a nurse chose stands although a word cannot be stored."""
        view = self.view
        assert view is not None
        booking_id, parts = view.booking.id, {key.partition(".")[0] for key in changed}
        steps: list[_Save] = []
        if "aldrete" in parts:
            steps.append(partial(_score, self.desk, booking_id, aldrete=self.aldrete.chosen()))
        if "padss" in parts:
            steps.append(partial(_score, self.desk, booking_id, padss=self.padss.chosen()))
        if parts - {"aldrete", "padss"}:
            steps.append(partial(_details, self.desk, booking_id, self.sheet.details()))
        return steps

    def _show_head(self, view: DischargeView) -> None:
        self.head.show_person(view.patient, view.birth_date, view.mrn)
        what = with_levels(view.procedure.name, view.booking.draft.levels)
        self.facts.setText(" · ".join(part for part in (what, view.sedation.name, view.surgeon) if part))
        outcome = view.record.outcome
        self.done_line.setVisible(view.is_over)
        if view.is_over and view.booking.actual.discharged is not None:
            self.done_line.setText(
                _("{outcome}, {time}").format(
                    outcome=outcome.label if outcome else _("Discharged"),
                    time=words.moment(view.booking.actual.discharged),
                )
            )
        self.check_in_section.setVisible(bool(view.check_ins))
        self.check_ins.setText("\n".join(f"{words.day(due)}: {label}" for label, due in view.check_ins))

    def _show_missing(self, view: DischargeView) -> None:
        self.checklist.show_missing(_asked(view), view.missing)
        record = view.record
        lines = []
        if record.taught:
            lines.append(
                _("Taught by {name}, {time}").format(
                    name=record.taught.name, time=words.short_moment(record.taught.at)
                )
            )
        if record.order:
            lines.append(
                _("Order signed by {name}, {time}").format(
                    name=record.order.name, time=words.short_moment(record.order.at)
                )
            )
        if record.exempted:
            lines.append(
                _("Escort waived by {name}: {reason}").format(
                    name=record.exempted.name, reason=record.exemption_reason
                )
            )
        if record.override_reason and view.is_over:
            lines.append(
                _("Reason given by {name}: {reason}").format(
                    name=record.override_by, reason=record.override_reason
                )
            )
        self.signatures.setText("\n".join(lines))
        self.signatures.setVisible(bool(lines))

    def _show_braces(self, view: DischargeView) -> None:
        while (item := self._brace_column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for order in view.braces:
            row = QWidget(self.brace_rows)
            across = Row(row, gap=Gap.S)
            across.addWidget(PlainLabel(order.brace, row, elide=True), 1)
            across.addWidget(MutedLabel(order.status.label, row))
            if order.status.is_waiting:
                deliver = PushButton(_("Delivered now"), row)
                deliver.clicked.connect(partial(self._deliver, order.id, order.version))
                across.addWidget(deliver)
            self._brace_column.addWidget(row)
        self.brace_section.setVisible(bool(view.braces))

    def _show_doors(self, view: DischargeView) -> None:
        here = not view.is_over
        self.missing_section.setVisible(here or bool(self.signatures.text()))
        self.checklist.setVisible(here)
        self.scores_section.setVisible(view.scores_asked)
        for form in (self.aldrete, self.padss, self.sheet):
            form.setEnabled(here and view.may_score)
        self.teach_button.setVisible(here and view.may_score and view.record.taught is None)
        self.sign_button.setVisible(here and view.may_sign and view.record.order is None)
        self.exempt_button.setVisible(
            here and view.may_sign and view.sedation.escort_required and view.record.exempted is None
        )
        self.home_button.setVisible(here)
        self.other_button.setVisible(here)
        self.home_button.setEnabled(view.may_discharge)
        self.other_button.setEnabled(view.may_discharge)
        self.home_button.set_tip(
            "" if view.may_discharge else _("Nurses, surgeons and anesthesia discharge.")
        )
        self.papers_button.setEnabled(True)

    def _teach(self) -> None:
        self._step(discharge.taught)

    def _sign(self) -> None:
        self._step(discharge.sign_order)

    def _exempt(self) -> None:
        reason = ask(
            self,
            _("Let this patient leave without a responsible adult?"),
            _("The exemption is yours as the operating surgeon, and is stored with its reason."),
            label=_("Reason"),
            do=_("Exempt"),
        )
        if reason is not None:
            self._step(discharge.exempt_escort, reason)

    def _step(self, service: Callable[..., Done[DischargeView]], *more: str) -> None:
        if self.view is not None:
            self.act(partial(_on_record, service, self.desk, self.view.booking.id, more))

    def _deliver(self, order_id: BraceOrderId, version: int) -> None:
        self.do(
            partial(braces.advance, self.desk, order_id, version, BraceStatus.DELIVERED),
            said=_("Brace delivered."),
        )

    def _end(self, outcome: Outcome) -> None:
        self.once_saved(partial(self._end_now, outcome))

    def _end_now(self, outcome: Outcome) -> None:
        view = self.view
        if view is None:
            return
        reason = self._reason(view, outcome)
        if reason is None or self.view is None or self.view.booking.id != view.booking.id:
            return
        self.act(
            partial(_leave, self.desk, view.booking.id, outcome, reason),
            then=self._show_papers,
            said=partial(_said, outcome),
        )

    def _reason(self, view: DischargeView, outcome: Outcome) -> str | None:
        """The reason where one is asked for; empty where none is; None where the person goes back or cannot go on."""
        if not outcome.is_checked:
            return ask(
                self,
                outcome.label,
                _("It is stored with the discharge."),
                label=_("What happened"),
                do=_("Record it"),
            )
        if not view.missing:
            return ""
        firm = [thing.sentence for thing in view.missing if not thing.can_be_overridden]
        if firm or not view.may_override:
            self.show_problem(
                " ".join([_("Not yet:"), *(firm or [thing.sentence for thing in view.missing])])
            )
            return None
        lacking = "\n".join(thing.sentence for thing in view.missing)
        return ask(
            self, _("Discharge although this is missing?"), lacking, label=_("Reason"), do=_("Discharge")
        )

    def _want_papers(self) -> None:
        self.once_saved(self._show_papers)

    def _show_papers(self) -> None:
        if self.view is not None:
            show_discharge_sheet(self.desk, self, self.view.booking.id)


def _asked(view: DischargeView) -> tuple[Missing, ...]:
    asked = {
        Missing.ALDRETE: view.scores_asked,
        Missing.PADSS: view.scores_asked,
        Missing.BRACE: bool(view.braces),
        Missing.TEACH_BACK: True,
        Missing.ESCORT: view.sedation.escort_required,
        Missing.ORDER: True,
    }
    return tuple(thing for thing in Missing if asked[thing])


def _score(
    desk: Desk,
    booking_id: BookingId,
    version: int,
    *,
    aldrete: Mapping[str, int] | None = None,
    padss: Mapping[str, int] | None = None,
) -> Done[DischargeView]:
    return discharge.record_score(desk, booking_id, version, aldrete=aldrete, padss=padss)


def _details(
    desk: Desk, booking_id: BookingId, details: DischargeDetails, version: int
) -> Done[DischargeView]:
    return discharge.save_details(desk, booking_id, version, details)


def _leave(
    desk: Desk, booking_id: BookingId, outcome: Outcome, reason: str, version: int
) -> Done[DischargeView]:
    return discharge.discharge_patient(desk, booking_id, version, outcome=outcome, reason=reason)


def _on_record(
    service: Callable[..., Done[DischargeView]],
    desk: Desk,
    booking_id: BookingId,
    more: tuple[str, ...],
    version: int,
) -> Done[DischargeView]:
    return service(desk, booking_id, version, *more)


def _said(outcome: Outcome, view: DischargeView) -> str:
    return _("{patient}: {outcome}. Check-ins made: {count}.").format(
        patient=view.patient, outcome=outcome.label, count=len(view.check_ins)
    )
