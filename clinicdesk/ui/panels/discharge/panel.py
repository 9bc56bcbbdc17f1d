"""The panel for leaving: what is missing at the top, scores, the sheet's facts, and the door at the foot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.discharge import ALDRETE, PADSS, Missing, Outcome
from clinicdesk.domain.ids import BookingId, BraceOrderId
from clinicdesk.errors import ClinicDeskError, Stale
from clinicdesk.i18n import _
from clinicdesk.services import brace as braces
from clinicdesk.services import discharge
from clinicdesk.services.desk import Desk
from clinicdesk.services.discharge import DischargeView
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import LeavingOf
from clinicdesk.ui.kit import (
    Column,
    MenuButton,
    MutedLabel,
    PlainLabel,
    PrimaryButton,
    PushButton,
    Row,
    Section,
    TitleLabel,
    ask,
)
from clinicdesk.ui.kit import format as words
from clinicdesk.ui.operations import Done, run_command, run_query
from clinicdesk.ui.panels.discharge.checklist import Checklist
from clinicdesk.ui.panels.discharge.scores import ScoreForm
from clinicdesk.ui.panels.discharge.sheet_form import SheetForm
from clinicdesk.ui.papers.window import show_discharge_sheet
from clinicdesk.ui.theme import Gap, theme

SAVE_AFTER = 600
"""Milliseconds after the last keystroke until what was typed is stored."""

_Save = Callable[[], Done[DischargeView]]


class DischargePanel(SideView[LeavingOf]):
    """The leaving of one case. What is typed is stored by itself, one thing at a time."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Leaving"), wide=True)
        self._view: DischargeView | None = None
        self._unsaved: list[str] = []
        self._saving = False
        self._then: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER)
        self._timer.timeout.connect(self._save_next)
        self._build()

    def _build(self) -> None:
        self.name = TitleLabel("", self, wrap=True)
        self.facts = PlainLabel("", self, wrap=True)
        self.done_line = PlainLabel("", self, wrap=True)
        self.checklist = Checklist(self)
        self.missing_section = Section(_("Before the patient leaves"), self)
        self.missing_section.add(self.checklist)
        self._build_signing()
        self.aldrete = ScoreForm(_("Aldrete"), ALDRETE, self)
        self.padss = ScoreForm(_("PADSS"), PADSS, self)
        self.aldrete.changed.connect(partial(self._touch, "aldrete"))
        self.padss.changed.connect(partial(self._touch, "padss"))
        self.scores_section = Section(_("Recovery scores"), self, gap=Gap.L)
        self.scores_section.add(self.aldrete, self.padss)
        self.brace_section = Section(_("Brace"), self)
        self.brace_rows = QWidget(self)
        self._brace_column = Column(self.brace_rows, gap=Gap.S)
        self.brace_section.add(self.brace_rows)
        self.sheet = SheetForm(self)
        self.sheet.changed.connect(partial(self._touch, "details"))
        self.sheet_section = Section(_("For the sheet"), self)
        self.sheet_section.add(self.sheet)
        self.check_ins = PlainLabel("", self, wrap=True)
        self.check_in_section = Section(_("Check-ins made"), self)
        self.check_in_section.add(self.check_ins)
        head = QWidget(self)
        Column(head, gap=Gap.XS).add(self.name, self.facts, self.done_line)
        self.body.setSpacing(theme().px(Gap.XL))
        self.add(
            head,
            self.missing_section,
            self.scores_section,
            self.brace_section,
            self.sheet_section,
            self.check_in_section,
        )
        self.body.addStretch(1)
        self._build_foot()

    def _build_signing(self) -> None:
        self.teach_button = PushButton(_("Explained, and said back"), self, icon="check")
        self.teach_button.clicked.connect(self._teach)
        self.exempt_button = PushButton(_("Exempt from the escort…"), self)
        self.exempt_button.clicked.connect(self._exempt)
        self.sign_button = PushButton(_("Sign the discharge order"), self, icon="edit")
        self.sign_button.clicked.connect(self._sign)
        self.signatures = MutedLabel("", self, wrap=True)
        row = QWidget(self)
        across = Row(row, gap=Gap.S)
        across.add(self.teach_button, self.sign_button, self.exempt_button)
        across.addStretch(1)
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
        return None if self._view is None else int(self._view.booking.draft.patient_id)

    def open_target(self, target: LeavingOf) -> None:
        """Open the leaving of a case."""
        self._view = None
        self._load(target.booking_id)

    def refresh(self, changes: Changes) -> None:
        """Load again when someone else changed this booking, its discharge or its brace."""
        view = self._view
        if view is None or self._unsaved or self._saving:
            return
        booking_id = view.booking.id
        if touches(changes, (Subject.DISCHARGE, Subject.BOOKING), booking_id) or touches(
            changes, (Subject.BRACE,)
        ):
            self._load(booking_id)

    def may_close(self) -> bool:
        """Whatever was typed is stored before the panel goes."""
        self._save_next()
        return True

    def _load(self, booking_id: BookingId) -> None:
        self.problem_panel.clear()
        run_query(
            self, partial(discharge.open_discharge, self.desk, booking_id), done=self._show, latest="open"
        )

    def _show(self, view: DischargeView, *, own: bool = False) -> None:
        """Show what is stored; after a save of our ``own`` the typed fields stay, with the cursor where it is."""
        fresh = self._view is None or self._view.booking.id != view.booking.id
        self._view = view
        self._show_head(view)
        self._show_missing(view)
        self._show_braces(view)
        if "aldrete" not in self._unsaved:
            self.aldrete.show_score(view.record.aldrete, view.record.aldrete_signed)
        if "padss" not in self._unsaved:
            self.padss.show_score(view.record.padss, view.record.padss_signed)
        if fresh:
            self.sheet.offer(view.procedure, view.blood_thinner, (view.named_escort, view.named_escort_phone))
        if fresh or not (own or "details" in self._unsaved):
            self.sheet.show_details(view.record.details)
        self._show_doors(view)

    def _show_head(self, view: DischargeView) -> None:
        self.name.setText(view.patient)
        levels = ", ".join(view.booking.draft.levels)
        self.facts.setText(
            " · ".join(
                part
                for part in (
                    f"{view.procedure.name} {levels}".strip(),
                    view.sedation.name,
                    view.surgeon,
                    _("MRN {mrn}").format(mrn=view.mrn),
                )
                if part
            )
        )
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

    def _touch(self, part: str) -> None:
        if self._view is None or self._view.is_over:
            return
        if part not in self._unsaved:
            self._unsaved.append(part)
        self._timer.start()

    def _save_next(self) -> None:
        """Store the next thing that was touched; each answer brings the version for the one after it."""
        self._timer.stop()
        if self._saving or self._view is None:
            return
        save = self._next_save()
        if save is None:
            then, self._then = self._then, None
            if then is not None and not self._unsaved:
                then()
            return
        self._saving = True
        run_command(self, save, done=self._saved, failed=self._failed)

    def _next_save(self) -> _Save | None:
        view = self._view
        while view is not None and self._unsaved:
            part = self._unsaved.pop(0)
            booking_id, version = view.booking.id, view.record.version
            if part == "aldrete":
                return partial(
                    discharge.record_score, self.desk, booking_id, version, aldrete=self.aldrete.chosen()
                )
            if part == "padss":
                return partial(
                    discharge.record_score, self.desk, booking_id, version, padss=self.padss.chosen()
                )
            details = self.sheet.details()
            if details is not None:
                return partial(discharge.save_details, self.desk, booking_id, version, details)
        return None

    def _saved(self, view: DischargeView) -> None:
        self._saving = False
        if self._view is not None and self._view.booking.id == view.booking.id:
            self._show(view, own=True)
        self._save_next()

    def _failed(self, error: ClinicDeskError) -> None:
        self._saving = False
        self._then = None
        sentence = error.sentence
        if isinstance(error, Stale) and self._view is not None:
            self._unsaved.clear()
            self._load(self._view.booking.id)
        self.show_problem(sentence)

    def _after_saving(self, then: Callable[[], None]) -> None:
        """Do something once everything typed is stored, with the version that then holds."""
        self._then = then
        self._save_next()

    def _run(self, make: Callable[[BookingId, int], _Save]) -> None:
        self._after_saving(partial(self._start, make))

    def _start(self, make: Callable[[BookingId, int], _Save]) -> None:
        if self._view is None:
            return
        self.problem_panel.clear()
        self._saving = True
        save = make(self._view.booking.id, self._view.record.version)
        run_command(self, save, done=self._saved, failed=self._failed)

    def _teach(self) -> None:
        self._run(partial(_prepare, discharge.taught, self.desk))

    def _sign(self) -> None:
        self._run(partial(_prepare, discharge.sign_order, self.desk))

    def _exempt(self) -> None:
        reason = ask(
            self,
            _("Let this patient leave without a responsible adult?"),
            _("The exemption is yours as the operating surgeon, and is stored with its reason."),
            label=_("Reason"),
            do=_("Exempt"),
        )
        if reason is not None:
            self._run(partial(_prepare_with, discharge.exempt_escort, self.desk, reason))

    def _deliver(self, order_id: BraceOrderId, version: int) -> None:
        run_command(
            self,
            partial(braces.advance, self.desk, order_id, version, BraceStatus.DELIVERED),
            said=_("Brace delivered."),
        )

    def _end(self, outcome: Outcome) -> None:
        self._after_saving(partial(self._end_now, outcome))

    def _end_now(self, outcome: Outcome) -> None:
        view = self._view
        if view is None:
            return
        reason = self._reason(view, outcome)
        if reason is None:
            return
        self.problem_panel.clear()
        self._saving = True
        run_command(
            self,
            partial(
                discharge.discharge_patient,
                self.desk,
                view.booking.id,
                view.record.version,
                outcome=outcome,
                reason=reason,
            ),
            done=self._ended,
            failed=self._failed,
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

    def _ended(self, view: DischargeView) -> None:
        self._saved(view)
        show_discharge_sheet(self.desk, self, view.booking.id)

    def _want_papers(self) -> None:
        self._after_saving(self._want_papers_now)

    def _want_papers_now(self) -> None:
        if self._view is not None:
            show_discharge_sheet(self.desk, self, self._view.booking.id)


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


def _prepare(
    service: Callable[[Desk, BookingId, int], Done[DischargeView]],
    desk: Desk,
    booking_id: BookingId,
    version: int,
) -> _Save:
    return partial(service, desk, booking_id, version)


def _prepare_with(
    service: Callable[[Desk, BookingId, int, str], Done[DischargeView]],
    desk: Desk,
    text: str,
    booking_id: BookingId,
    version: int,
) -> _Save:
    return partial(service, desk, booking_id, version, text)


def _said(outcome: Outcome, view: DischargeView) -> str:
    return _("{patient}: {outcome}. Check-ins made: {count}.").format(
        patient=view.patient, outcome=outcome.label, count=len(view.check_ins)
    )
