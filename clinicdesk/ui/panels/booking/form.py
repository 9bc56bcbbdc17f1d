"""The booking form, a panel at the right: it checks as one types, and Enter books.

Opened by ``NewBooking`` with what is known already, or by ``ChangeBooking``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinicdesk.domain.booking import Booking, BookingDraft, BookingState
from clinicdesk.domain.catalogue import LevelsMissing
from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import BadInput, Clash, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import booking as bookings
from clinicdesk.services import patients, slots
from clinicdesk.services.booking import BookedPatient, BookingCheck, Offer, steps
from clinicdesk.services.desk import Desk
from clinicdesk.services.slots import FoundSlot
from clinicdesk.services.work import Done
from clinicdesk.ui.case.boxes import Box
from clinicdesk.ui.case.verdict import Verdict
from clinicdesk.ui.case.who import PatientField
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import BookTarget, CaseOf, NewBooking
from clinicdesk.ui.kit import PrimaryButton, PushButton, confirm
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_command, run_query
from clinicdesk.ui.panels.booking.durations import LengthLine
from clinicdesk.ui.panels.booking.fields import BookingFields
from clinicdesk.ui.panels.booking.opening import Loaded, Said, load
from clinicdesk.ui.panels.booking.saving import Change
from clinicdesk.ui.panels.booking.slots import SlotsBox

CHECK_AFTER = 120
"""Milliseconds after the last edit until what would happen is looked up."""

_LENGTHS = frozenset({"minutes", "setup_minutes", "turnover_minutes", "recovery_minutes", "levels"})
"""What keeps a time from being looked for as long as it cannot be read."""

_BEARS_ON_TIMES = frozenset(
    {
        Subject.BOOKING,
        Subject.RESOURCE,
        Subject.CATALOGUE,
        Subject.CLINIC,
        Subject.CLOSURE,
        Subject.BLOCK,
    }
)

_ASKED_FOR = (ResourceKind.SURGEON, ResourceKind.ROOM)
"""Units that stay as they are when a booking is changed; the others may be swapped for free ones."""


class BookingPanel(SideView[BookTarget]):
    """Books, changes and moves. What clashes and what to think of stand above the button that books."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Book"), wide=True)
        self._before: Booking | None = None
        self._patient: BookedPatient | None = None
        self._offer: Offer | None = None
        self._target: BookTarget = NewBooking()
        self._clean: BookingDraft | None = None
        self._check: BookingCheck | None = None
        self._asked = False
        self._refusal_stands = False
        self._saving = False
        self._check_timer = _timer(self, CHECK_AFTER, self._look_up)
        self._free_timer = _timer(self, CHECK_AFTER * 2, self._look_for_times)
        self.who = PatientField(desk, patients.find, self)
        self.who_box = Box(_("Patient"), self.who, self)
        self.fields = BookingFields(self)
        self.length = LengthLine(desk, self.fields)
        self.add(self.who_box, self.fields)
        self.body.addStretch(1)
        self.times = SlotsBox(self.desk, self)
        self.verdict = Verdict(self)
        self._insert_beneath(self.verdict)
        self._insert_beneath(self.times)
        self.request_button = PushButton(_("Keep as request"), self)
        self.book_button = PrimaryButton(_("Book"), self)
        self.book_button.set_tip(_("Enter in a field, or from anywhere in the form"), "Ctrl+Return")
        self.add_foot(self.request_button, self.book_button)
        self._connect()

    def _insert_beneath(self, part: QWidget) -> None:
        """Put a part under what scrolls, where it is always in sight."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.indexOf(self.scroller) + 1, part)

    def _connect(self) -> None:
        self.who.chosen.connect(self._patient_chosen)
        self.who.cleared.connect(self._patient_cleared)
        self.fields.changed.connect(self._edited)
        self.fields.when_changed.connect(self._free_timer.start)
        self.fields.entered.connect(self._book)
        self.times.answered.connect(self._name_button)
        self.times.taken.connect(self._take_slot)
        self.verdict.reason_changed.connect(self._edited)
        self.verdict.reason.returnPressed.connect(self._book)
        self.book_button.clicked.connect(self._book)
        self.request_button.clicked.connect(self._request)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in (
            "Ctrl+Return",
            "Ctrl+Enter",
        ):  # the words of the button change, which would drop its own shortcut
            QShortcut(QKeySequence(keys), self, context=inside).activated.connect(self._book)
        self.times.add_keys(self)
        self.length.add_key(self)

    # Opening.

    def open_target(self, target: BookTarget) -> None:
        """Open an empty form with what is known, or a booking that stands."""
        if self._is_dirty() and not self._discard():
            return
        self._target = target
        self._before, self._patient, self._clean, self._check = None, None, None, None
        self._asked = self._saving = self._refusal_stands = False
        self.times.clear()
        self.problem_panel.clear()
        self.verdict.reason.set_value("")
        self.verdict.show_check(None)
        self.fields.clear()
        self.who.clear()
        self.who_box.set_problem("")
        self._show_mode()
        run_query(self, partial(load, self.desk, target), done=self._loaded, latest="open")

    def _loaded(self, found: Loaded) -> None:
        self._offer, self._before, self._patient = found.offer, found.before, found.patient
        self.fields.offer(found.offer)
        self.length.begin(new=found.before is None)
        self.times.filters.offer(found.offer.of_kind(ResourceKind.SURGEON))
        self.times.prefer(found.wish)
        if found.patient is not None:
            self.who.show_patient(found.patient)
        if found.before is not None:
            self.fields.fill(found.before.draft, self._zone, _ASKED_FOR)
        elif isinstance(self._target, NewBooking):
            self._fill_from(self._target)
        self._show_mode()
        self._clean = self._draft()[0]
        self.scroller.verticalScrollBar().setValue(0)
        if found.patient is None:
            self.who.setFocus()
        else:
            self.fields.procedure.setFocus()
        self._edited()

    def _fill_from(self, known: NewBooking) -> None:
        if known.starts is not None:
            self.fields.set_start(known.starts, self._zone)
        elif known.day is not None:
            self.fields.set_day(known.day)
        if known.procedure is not None:
            self.fields.procedure.set_value(known.procedure)
        for kind, unit in known.units:
            if kind in self.fields.units:
                self.fields.units[kind].set_unit(unit)

    def _show_mode(self) -> None:
        before = self._before
        self.who.set_fixed(before is not None)
        waiting = before is None or not before.state.holds_claims
        self.request_button.setVisible(waiting and (before is None or not before.state.is_over))
        self.request_button.set_words(_("Keep as request") if before is None else _("Save without booking"))
        self.set_title(_("Book") if waiting else _("Change booking"))
        self._name_button()

    def _name_button(self) -> None:
        draft, _problems = self._draft()
        starts = draft.starts if draft is not None else None
        before = self._before
        if before is not None and before.state.holds_claims:
            moved = starts is not None and starts != before.starts
            words = (
                _("Move to {time}").format(time=_when(starts, before.starts))
                if moved and starts
                else _("Save")
            )
        elif starts is not None:
            words = _("Book {time}").format(time=fmt.clock(starts))
        elif (slot := self.times.offered()) is not None:
            words = _("Take {time}").format(time=fmt.short_moment(slot.starts))
        else:
            words = _("Book")
        self.book_button.set_words(words)

    @property
    def _zone(self) -> Any:
        return fmt.habits().zone

    # The patient.

    def _patient_chosen(self, patient_id: int) -> None:
        run_query(
            self,
            partial(bookings.patient, self.desk, PatientId(patient_id)),
            done=self._show_patient,
            latest="patient",
        )

    def _show_patient(self, found: BookedPatient) -> None:
        self._patient = found
        self.who.show_patient(found)
        self.who_box.set_problem("")
        self.fields.procedure.setFocus()
        self._edited()
        self._free_timer.start()

    def _patient_cleared(self) -> None:
        self._patient = None
        self.verdict.show_check(None)

    # The live check.

    def _draft(self) -> tuple[BookingDraft | None, dict[str, str]]:
        patient_id = self._patient.patient.id if self._patient is not None else PatientId(0)
        draft, problems = self.fields.draft(patient_id, self._zone)
        return (None if draft is None else replace(draft, reason=self.verdict.reason.value())), problems

    def _edited(self) -> None:
        self._asked = self._refusal_stands = False
        self._follow_times()
        self._name_button()
        self._check_timer.start()

    def _look_up(self) -> None:
        draft, problems = self._draft()
        self._show_problems(problems)
        if draft is None or self._patient is None:
            self._check = None
            self.length.show_taken(())
            self.verdict.show_check(None)
            return
        run_query(
            self,
            partial(
                bookings.check, self.desk, draft, self._before.id if self._before else None, said_now=True
            ),
            done=self._checked,
            failed=self._check_failed,
            latest="check",
        )

    def _checked(self, check: BookingCheck) -> None:
        self._check = check
        self.fields.show_taken(check.taken)
        self.length.show_taken(check.taken)
        self.verdict.show_check(check, can_request=self._before is None)
        _draft, problems = self._draft()
        self._show_problems({**self._said_of(check), **problems})

    def _check_failed(self, fault: ClinicDeskError) -> None:
        self.show_problem(fault.sentence)

    def _said_of(self, check: BookingCheck) -> dict[str, str]:
        """What is wrong, by field; what is merely not filled in yet is said once it is asked for."""
        said = {}
        for problem in check.problems:
            if problem.field is not None and (self._asked or not isinstance(problem, LevelsMissing)):
                said[problem.field] = problem.sentence
        return said

    def _show_problems(self, problems: dict[str, str]) -> None:
        self.fields.show_problems(problems)
        self.who_box.set_problem(problems.get("patient", ""))
        homeless = [
            sentence
            for field, sentence in problems.items()
            if field != "patient" and not self.fields.knows(field)
        ]
        if homeless:
            self.show_problem(homeless[0])
        elif not self._refusal_stands:
            self.problem_panel.clear()

    def _look_for_times(self) -> None:
        draft, _problems = self._draft()
        day = self.fields.day.value()
        if (
            draft is None
            or day is None
            or self._patient is None
            or (self.fields.has_levels and not draft.levels)
        ):
            self.fields.free.show_times(())
            return
        run_query(
            self,
            partial(slots.first_free, self.desk, draft, day, but=self._before.id if self._before else None),
            done=self._show_times,
            failed=self._no_times,
            latest="free",
        )

    def _show_times(self, starts: Sequence[datetime]) -> None:
        self.fields.free.show_times(starts)

    def _no_times(self, _fault: ClinicDeskError) -> None:
        self.fields.free.show_times(())

    # The best times.

    def _searchable(self) -> BookingDraft | None:
        """The draft, where enough is known to look for times."""
        draft, problems = self._draft()
        if draft is None or (self.fields.has_levels and not draft.levels) or problems.keys() & _LENGTHS:
            return None
        draft = self.fields.without_listed(draft, self._before)
        if self.length.is_surgeons_own and draft.unit(ResourceKind.SURGEON) is None:
            return replace(draft, minutes=self.fields.usual_length() or draft.minutes)
        return draft

    def _follow_times(self) -> None:
        self.times.follow(
            self._searchable(),
            self.fields.day.value(),
            self._before,
            own_lengths=self.length.is_surgeons_own,
        )

    def _take_slot(self, slot: object) -> None:
        """Fill in a time of the list, with its surgeon, room and length; the check then says what else to think of."""
        assert isinstance(slot, FoundSlot)
        self.length.keeping(partial(self.fields.take, slot, self._zone))
        self.book_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _takes_first(self) -> bool:
        """Where there is no start yet, Enter takes the best time."""
        draft, slot = self._searchable(), self.times.best()
        if draft is None or draft.starts is not None or not self.times.is_open:
            return False
        if slot is not None:
            self._take_slot(slot)
        elif not self.times.is_fresh:
            self.times.take_when_found()
        else:
            return False
        return True

    # Booking.

    def _book(self) -> None:
        draft = None if self._takes_first() else self._ready()
        if draft is None:
            return
        before = self._before
        if before is None:
            self._send(
                partial(bookings.book, self.desk, draft),
                Said(self._name, _("Booked: {what}")),
                self._undo_booking,
            )
        else:
            work = Change(self.desk, before, draft, to_book=not before.state.holds_claims)
            words = _("Saved: {what}") if before.state.holds_claims else _("Booked: {what}")
            self._send(work, Said(self._name, words, work), partial(_undo_change, self.desk, before))

    def _request(self) -> None:
        draft = self._ready(with_start=False)
        if draft is None:
            return
        before = self._before
        if before is None:
            said = Said(self._name, _("Kept as a request: {what}"))
            self._send(partial(bookings.request, self.desk, draft), said, self._undo_booking)
        else:
            work = Change(self.desk, before, draft)
            said = Said(self._name, _("Saved: {what}"), work)
            self._send(work, said, partial(_undo_change, self.desk, before))

    def _ready(self, *, with_start: bool = True) -> BookingDraft | None:
        """The draft, if it can be sent; otherwise says what is missing and goes there."""
        if self._saving:
            return None
        self._asked = True
        if self._patient is None:
            self.who_box.set_problem(_("Choose the patient first."))
            self.who.setFocus()
            return None
        draft, problems = self._draft()
        if draft is None:
            problems = {"procedure": _("Choose what is to be done.")}
        elif with_start and draft.starts is None and "starts" not in problems:
            problems["time" if self.fields.day.value() else "starts"] = _("Choose a day and a time.")
        if problems:
            self._show_problems(problems)
            self.fields.focus_on(next(iter(problems)))
            return None
        return draft

    def _send(
        self,
        work: Callable[[], Done[Booking]],
        said: Callable[[Booking], str],
        undo: Callable[[Booking], Done[Any]],
    ) -> None:
        self._saving = True
        self.book_button.setEnabled(False)
        run_command(self, work, done=self._saved, failed=self._refused, said=said, undo=undo)

    def _saved(self, made: Booking) -> None:
        self._saving = False
        self.book_button.setEnabled(True)
        self._clean = self._draft()[0]
        self.shell.open(CaseOf(booking_id=made.id))

    def _refused(self, fault: ClinicDeskError) -> None:
        self._saving = False
        self.book_button.setEnabled(True)
        if isinstance(fault, BadInput) and self.fields.knows(fault.field):
            assert fault.field is not None
            self._show_problems({fault.field: fault.sentence})
            self.fields.focus_on(fault.field)
        else:
            if isinstance(fault, Clash):
                self._check_timer.start()
            else:
                self._say_refusal(fault.sentence)

    def _say_refusal(self, sentence: str) -> None:
        """It stays until the next edit, whatever a look at the diary finds in the meantime."""
        self._refusal_stands = True
        self.show_problem(sentence)
        if not self.verdict.reason.isHidden():
            self.verdict.reason.setFocus()

    def _undo_booking(self, made: Booking) -> Done[Any]:
        return steps.advance(
            self.desk, made.id, BookingState.CANCELLED, made.version, reason=_("Taken back at once")
        )

    @property
    def _name(self) -> str:
        return "" if self._patient is None else self._patient.patient.name

    # Closing, and changes from elsewhere.

    def refresh(self, changes: Changes) -> None:
        """Somebody changed something: look again at what would happen."""
        if touches(changes, _BEARS_ON_TIMES):
            self._check_timer.start()
            self._free_timer.start()
            self._follow_times()
        if self._patient is not None and touches(changes, {Subject.PATIENT}, self._patient.patient.id):
            self._patient_chosen(self._patient.patient.id)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._check_timer.stop()  # nobody waits for these answers any more
        self._free_timer.stop()

    def may_close(self) -> bool:
        """Ask before what was typed is lost."""
        return not self._is_dirty() or self._discard()

    def _is_dirty(self) -> bool:
        if self._saving or not self.isVisible():
            return False
        draft, _problems = self._draft()
        if draft is None or self._clean is None:
            return draft is not None
        if self._before is None and not self.fields.length_typed:
            draft = replace(
                draft, minutes=self._clean.minutes
            )  # it followed from the choices: nothing to lose
        return draft != self._clean

    def _discard(self) -> bool:
        discard = confirm(
            self,
            _("Close without booking?"),
            _("What was typed here is not saved."),
            do=_("Discard it"),
            leave=_("Keep editing"),
        )
        if discard:
            self._clean = self._draft()[0]
        return discard


def _undo_change(desk: Desk, before: Booking, changed: Booking) -> Done[Booking]:
    return bookings.undo_change(desk, before, changed.version)


def _when(starts: datetime | None, before: datetime | None) -> str:
    """The time, with its day where that changes too."""
    return "" if starts is None else fmt.near(starts, before)


def _timer(parent: QWidget, wait: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(wait)
    timer.timeout.connect(then)
    return timer
