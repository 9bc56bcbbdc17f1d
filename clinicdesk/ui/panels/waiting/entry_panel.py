"""One who waits, a panel at the right: who and what, whether ready, the wishes to change, the calls so far, and a time.

Opened by ``WaitingEntryOf``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.waiting import OfferOutcome, WaitingEntry
from clinicdesk.errors import ClinicDeskError, NotFound
from clinicdesk.i18n import _
from clinicdesk.services import waiting
from clinicdesk.services.desk import Desk
from clinicdesk.ui.case.waiting import words
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import CaseOf, ChangeBooking, ChecklistOf, WaitingEntryOf
from clinicdesk.ui.kit import (
    Column,
    MutedLabel,
    Note,
    PlainLabel,
    PrimaryButton,
    PushButton,
    QuietButton,
    Row,
    Section,
    StrongLabel,
    TitleLabel,
    confirm,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_command, run_query
from clinicdesk.ui.panels.waiting.wish_fields import WishFields
from clinicdesk.ui.theme import Gap, Rank

_OUTCOMES = (OfferOutcome.NO_ANSWER, OfferOutcome.MESSAGE_LEFT, OfferOutcome.REACHED)
_SHOWN = (Subject.BOOKING, Subject.PREPARATION)


class EntryPanel(SideView[WaitingEntryOf]):
    """Everything about one line of the waiting list."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Waiting"))
        self._booking_id: BookingId | None = None
        self._entry: WaitingEntry | None = None
        self._build_head()
        self.wishes = Section(_("Wishes"), self)
        self.fields = WishFields(self)
        self.keep = PushButton(_("Keep these wishes"), self)
        self.keep.clicked.connect(self._keep)
        self.keep.hide()
        self.fields.changed.connect(self._edited)
        self.wishes.add(self.fields, self.keep)
        self.calls = Section(_("Calls"), self, gap=Gap.XS)
        self._call_lines: list[PlainLabel] = []
        self._build_outcomes()
        self.add(self.wishes, self.calls)
        self.body.addStretch(1)
        self.open_button = PushButton(_("Open the case"), self)
        self.open_button.clicked.connect(self._open_case)
        self.find_button = PrimaryButton(_("Find a time"), self, icon="find")
        self.find_button.clicked.connect(self._find_time)
        self.add_foot(self.open_button, self.find_button)
        able = may(desk.actor.role, Act.BOOK)
        for widget in (self.fields, self.find_button, self._outcomes):
            widget.setEnabled(able)

    def _build_head(self) -> None:
        self.name = TitleLabel("", self, wrap=True)
        self.facts = MutedLabel("", self, wrap=True)
        self.phone = PlainLabel("", self, selectable=True, rank=Rank.TITLE)
        self.reach = MutedLabel("", self, wrap=True)
        self.what = StrongLabel("", self, wrap=True)
        self.how = PlainLabel("", self, wrap=True)
        who, done = Column(gap=Gap.XS), Column(gap=Gap.XS)
        who.add(self.name, self.facts, self.phone, self.reach)
        done.add(self.what, self.how)
        self.ready = Section(_("Readiness"), self, gap=Gap.XS)
        self.checklist = QuietButton(_("Checklist"), self)
        self.checklist.clicked.connect(self._open_checklist)
        self.ready.add_action(self.checklist)
        self._ready_lines: list[Note | PlainLabel] = []
        for part in (who, done):
            self.body.addLayout(part)
        self.body.addWidget(self.ready)

    def _build_outcomes(self) -> None:
        self._outcomes = QWidget(self)
        row = Row(self._outcomes, gap=Gap.XS)
        self.outcome_buttons = {
            outcome: QuietButton(_short(outcome), self._outcomes) for outcome in _OUTCOMES
        }
        for outcome, button in self.outcome_buttons.items():
            button.clicked.connect(partial(self._called, outcome))
            row.addWidget(button)
        row.addStretch(1)
        self.calls.add(self._outcomes)

    @property
    def patient_id(self) -> int | None:
        return None if self._entry is None else int(self._entry.patient_id)

    def open_target(self, target: WaitingEntryOf) -> None:
        """Show an entry."""
        if not self.may_close():
            return
        self._booking_id = target.booking_id
        self._entry = None
        self.problem_panel.clear()
        self._load()

    def refresh(self, changes: Changes) -> None:
        """Load again where this entry changed."""
        entry = self._entry
        if self._booking_id is None or entry is None:
            return
        mine = touches(changes, _SHOWN, self._booking_id)
        if mine or touches(changes, (Subject.PATIENT,), entry.patient_id):
            self._load()

    def _load(self) -> None:
        if self._booking_id is not None:
            run_query(
                self,
                partial(waiting.read, self.desk, self._booking_id),
                done=self._show,
                failed=self._not_there,
                latest="entry",
            )

    def _not_there(self, fault: ClinicDeskError) -> None:
        """Whoever is booked by now waits no longer: nothing is left to show here."""
        if isinstance(fault, NotFound) and self._entry is not None:
            self._entry = None
            self.closed.emit()
        else:
            self.show_problem(fault.sentence)

    def _show(self, entry: WaitingEntry) -> None:
        fresh = self._entry is None or self._entry.wish != entry.wish
        self._entry = entry
        today = fmt.today()
        self.setAccessibleName(_("Waiting: {patient}").format(patient=entry.patient))
        self.name.setText(words.named(entry, today))
        self.facts.setText(
            " · ".join(
                (fmt.plain_date(entry.birth_date), _("MRN {mrn}").format(mrn=entry.mrn), entry.state.label)
            )
        )
        self.phone.setText(words.phone(entry.phone))
        self.reach.setText(entry.contact_hours)
        self.reach.setVisible(bool(entry.contact_hours))
        self.what.setText(words.what(entry))
        since = fmt.plain_date(fmt.local(entry.since).date())
        how = (
            fmt.duration(entry.minutes),
            entry.surgeon,
            _("waiting since {day}").format(day=since),
            entry.notes,
        )
        self.how.setText(" · ".join(text for text in how if text))
        self._show_ready(entry)
        self._show_calls(entry)
        if fresh:
            self.fields.set_wish(entry.wish)
            self.keep.hide()

    def _show_ready(self, entry: WaitingEntry) -> None:
        _clear(self.ready.body, self._ready_lines)
        lines: list[Note | PlainLabel] = [Note(_capital(text), self, blocks=True) for text in entry.missing]
        self._ready_lines = lines or [PlainLabel(_("Nothing is missing."), self, wrap=True)]
        self.ready.add(*self._ready_lines)

    def _show_calls(self, entry: WaitingEntry) -> None:
        _clear(self.calls.body, self._call_lines)
        told = [words.call(call) for call in entry.calls] or [_("Not called yet.")]
        self._call_lines = [MutedLabel(text, self, wrap=True) for text in told]
        self.calls.add(*self._call_lines)

    # What somebody did.

    def _edited(self) -> None:
        self.keep.show()

    def _keep(self) -> None:
        entry, wish = self._entry, self.fields.wish()
        if entry is None or wish is None:
            return
        run_command(
            self,
            partial(waiting.set_wish, self.desk, entry.booking_id, entry.version, wish),
            done=self._kept,
            said=_("{patient}: wishes kept").format(patient=entry.patient),
        )

    def _kept(self, entry: WaitingEntry) -> None:
        self._show(entry)
        self.keep.hide()
        self.find_button.setFocus()

    def _called(self, outcome: OfferOutcome, _checked: bool = False) -> None:
        entry = self._entry
        if entry is not None:
            run_command(
                self,
                partial(waiting.note_call, self.desk, entry.booking_id, outcome, number=entry.phone),
                said=_("{patient}: {outcome}").format(patient=entry.patient, outcome=outcome.label.lower()),
            )

    def may_close(self) -> bool:
        """Ask before wishes that were changed are lost."""
        if self.keep.isHidden() or not self.isVisible():
            return True
        discard = confirm(
            self,
            _("Close without keeping the wishes?"),
            _("What was changed here is not saved."),
            do=_("Discard it"),
            leave=_("Keep editing"),
        )
        if discard:
            self.keep.hide()
        return discard

    def _find_time(self) -> None:
        if self._entry is not None:
            self.shell.open(ChangeBooking(booking_id=self._entry.booking_id))

    def _open_checklist(self) -> None:
        if self._entry is not None:
            self.shell.open(ChecklistOf(booking_id=self._entry.booking_id))

    def _open_case(self) -> None:
        if self._entry is not None:
            self.shell.open(CaseOf(booking_id=self._entry.booking_id))


def _clear(column: Column, lines: list[Any]) -> None:
    for line in lines:
        column.removeWidget(line)
        line.hide()
        line.deleteLater()
    lines.clear()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short(outcome: OfferOutcome) -> str:
    return {
        OfferOutcome.NO_ANSWER: _("No answer"),
        OfferOutcome.MESSAGE_LEFT: _("Message left"),
        OfferOutcome.REACHED: _("Reached"),
    }[outcome]
