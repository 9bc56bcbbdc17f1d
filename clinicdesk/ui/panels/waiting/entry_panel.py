"""One who waits, a panel at the right: who and what, whether ready, the wishes to change, the calls so far, and a time.

Opened by ``WaitingEntryOf``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from clinicdesk.domain.calling import Ringing
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.waiting import OfferOutcome, WaitingEntry, Wish
from clinicdesk.errors import ClinicDeskError, NotFound
from clinicdesk.i18n import _
from clinicdesk.services import waiting
from clinicdesk.services.desk import Desk
from clinicdesk.ui.calling.attempt_bar import AttemptBar
from clinicdesk.ui.calling.dialing import Dialing
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.case.waiting import words
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import CaseOf, ChangeBooking, ChecklistOf, PanelKey, WaitingEntryOf
from clinicdesk.ui.kit import (
    Column,
    MutedLabel,
    Note,
    PlainLabel,
    PrimaryButton,
    PushButton,
    QuietButton,
    Section,
    StrongLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import messages
from clinicdesk.ui.panels.waiting.wish_fields import WishFields
from clinicdesk.ui.theme import Gap

_OUTCOMES = (
    OfferOutcome.NO_ANSWER,
    OfferOutcome.MESSAGE_LEFT,
    OfferOutcome.REACHED,
    OfferOutcome.WRONG_NUMBER,
)


class EntryPanel(Keyed[WaitingEntry], SideView[WaitingEntryOf]):
    """Everything about one line of the waiting list."""

    own_subjects = frozenset({Subject.BOOKING, Subject.PREPARATION})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Waiting"))
        self.begin_life()
        self._build_head()
        self.wishes = Section(_("Wishes"), self)
        self.fields = WishFields(self)
        self.keep = PushButton(_("Keep these wishes"), self)
        self.keep.clicked.connect(self._store_wish)
        self.fields.name_fields(self.typed)
        self.typed.touched.connect(self._show_keep)
        self.wishes.add(self.fields, self.keep)
        self.calls = Section(_("Calls"), self, gap=Gap.XS)
        self._call_lines: list[PlainLabel] = []
        self.outcomes = AttemptBar(_OUTCOMES, self.calls)
        self.outcomes.tried.connect(self._called)
        self.dialing.changed.connect(self._number_changed)
        self.calls.add(self.outcomes)
        self.add(self.wishes, self.calls)
        self.body.addStretch(1)
        self.open_button = PushButton(_("Open the case"), self)
        self.open_button.clicked.connect(self._open_case)
        self.find_button = PrimaryButton(_("Find a time"), self, icon="find")
        self.find_button.clicked.connect(self._find_time)
        self.add_foot(self.open_button, self.find_button)
        able = may(desk.actor.role, Act.BOOK)
        for widget in (self.fields, self.find_button, self.outcomes):
            widget.setEnabled(able)

    def _build_head(self) -> None:
        self.head = PersonHead(self)
        self.add_head(self.head)
        self.dialing = Dialing(_("Whom to call"), self)
        self.reach = MutedLabel("", self, wrap=True)
        self.what = StrongLabel("", self, wrap=True)
        self.how = PlainLabel("", self, wrap=True)
        who, done = Column(gap=Gap.XS), Column(gap=Gap.XS)
        who.add(self.dialing, self.reach)
        done.add(self.what, self.how)
        self.ready = Section(_("Readiness"), self, gap=Gap.XS)
        self.checklist = QuietButton(_("Checklist"), self)
        self.checklist.clicked.connect(self._open_checklist)
        self.ready.add_action(self.checklist)
        self._ready_lines: list[Note | PlainLabel] = []
        for part in (who, done):
            self.body.addLayout(part)
        self.body.addWidget(self.ready)

    @property
    def patient_id(self) -> int | None:
        return None if self.view is None else int(self.view.patient_id)

    def open_target(self, target: WaitingEntryOf) -> None:
        """Show an entry."""
        self.open_for(target.key)

    def read(self, key: PanelKey) -> WaitingEntry:
        return waiting.read(self.desk, BookingId(key.id))

    def read_again(self, key: PanelKey) -> WaitingEntry:
        return self.read(key)

    def version_of(self, view: WaitingEntry) -> int:
        return view.version

    def name_of(self, view: WaitingEntry) -> str:
        return view.patient

    def concerns(self, view: WaitingEntry) -> frozenset[tuple[Subject, int]]:
        return frozenset({(Subject.PATIENT, int(view.patient_id))})

    def not_read(self, error: ClinicDeskError) -> None:
        """Whoever is booked by now waits no longer: nothing is left to show here."""
        if not isinstance(error, NotFound) or self.view is None:
            super().not_read(error)
            return
        unsaved = self.typed.words(self.typed.unsaved())
        if unsaved:
            sentence = _("{patient} waits no longer. These wishes are not stored: {wishes}")
            messages.problem(sentence.format(patient=self.view.patient, wishes=unsaved))
        self.finish()
        self.closed.emit()

    def show_nothing(self) -> None:
        """Nobody who waits."""
        self.setAccessibleName(_("Waiting"))
        self.head.clear()
        self.dialing.show_ringing(Ringing())
        self.fields.set_wish(Wish())
        self.body_widget.hide()
        for button in (self.keep, self.open_button, self.find_button):
            button.hide()

    def show_view(self, view: WaitingEntry, *, fresh: bool) -> None:
        self.body_widget.show()
        self.open_button.show()
        self.find_button.show()
        self.setAccessibleName(_("Waiting: {patient}").format(patient=view.patient))
        self.head.show_person(view.patient, view.birth_date, view.mrn, view.state.label)
        self.dialing.show_ringing(view.ringing)
        self.reach.setText(view.contact_hours)
        self.reach.setVisible(bool(view.contact_hours))
        self.what.setText(words.what(view))
        since = fmt.plain_date(fmt.local(view.since).date())
        how = (
            fmt.duration(view.minutes),
            view.surgeon,
            _("waiting since {day}").format(day=since),
            view.notes,
        )
        self.how.setText(" · ".join(text for text in how if text))
        self._show_ready(view)
        self._show_calls(view)
        self.fields.set_wish(view.wish)
        if fresh:
            self.to_top()

    def shown(self, view: WaitingEntry, *, fresh: bool) -> None:
        self._show_keep()

    def thrown_away(self) -> None:
        self._show_keep()

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

    def _show_keep(self, _field: str = "") -> None:
        self.keep.setVisible(bool(self.typed.unsaved()))

    def _store_wish(self) -> None:
        entry, wish = self.view, self.fields.wish()
        if entry is None or wish is None:
            return
        self.send(
            partial(waiting.set_wish, self.desk, entry.booking_id, entry.version, wish),
            then=self._stored,
            said=_("{patient}: wishes kept").format(patient=entry.patient),
        )

    def _stored(self, _entry: WaitingEntry) -> None:
        self.keep.hide()
        self.find_button.setFocus()

    def _number_changed(self) -> None:
        self.outcomes.show_for(self.dialing.chosen())

    def _called(self, outcome: OfferOutcome) -> None:
        entry, phone = self.view, self.dialing.chosen()
        if entry is not None and phone is not None:
            self.do(
                partial(waiting.note_call, self.desk, entry.booking_id, outcome, number=phone.number),
                said=_("{patient}: {outcome}").format(patient=entry.patient, outcome=outcome.label.lower()),
            )

    def _find_time(self) -> None:
        if self.view is not None:
            self.shell.open(ChangeBooking(booking_id=self.view.booking_id))

    def _open_checklist(self) -> None:
        if self.view is not None:
            self.shell.open(ChecklistOf(booking_id=self.view.booking_id))

    def _open_case(self) -> None:
        if self.view is not None:
            self.shell.open(CaseOf(booking_id=self.view.booking_id))


def _clear(column: Column, lines: list[Any]) -> None:
    for line in lines:
        column.removeWidget(line)
        line.hide()
        line.deleteLater()
    lines.clear()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
