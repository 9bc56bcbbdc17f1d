"""The booking form, a panel at the right: it checks as one types, and Enter books.

Opened by ``NewBooking`` with what is known already, or by ``ChangeBooking``. What is typed belongs to the patient who is
chosen, or to the booking that is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
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
from clinicdesk.services.booking import BookedPatient, BookingCheck, steps
from clinicdesk.services.desk import Desk
from clinicdesk.services.slots import FoundSlot
from clinicdesk.services.work import Done
from clinicdesk.ui.case.boxes import Box
from clinicdesk.ui.case.verdict import Verdict
from clinicdesk.ui.case.who import PatientField
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import BookTarget, CaseOf, NewBooking, PanelKey
from clinicdesk.ui.kit import PrimaryButton, PushButton
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.booking.durations import LengthLine
from clinicdesk.ui.panels.booking.fields import BookingFields
from clinicdesk.ui.panels.booking.naming import name_fields
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


class BookingPanel(Keyed[Loaded], SideView[BookTarget]):
    """Books, changes and moves. What clashes and what to think of stand above the button that books."""

    other_subjects = frozenset({Subject.CATALOGUE, Subject.RESOURCE})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Book"), wide=True)
        self.begin_life()
        self._patient: BookedPatient | None = None
        self._known = NewBooking()
        """What is known of a new booking by how the form was opened."""
        self._just_opened = False
        self._wants_all = self._refusal_stands = False
        self._check_timer = self.pause(CHECK_AFTER, self._look_up)
        self._free_timer = self.pause(CHECK_AFTER * 2, self._look_for_times)
        self.who = PatientField(desk, patients.find, self)
        self.who_box = Box(_("Patient"), self.who, self)
        self.fields = BookingFields(self)
        self.length = LengthLine(desk, self, self.fields)
        self.add_head(self.who_box)
        self.add(self.fields)
        self.body.addStretch(1)
        self.times = SlotsBox(self.desk, self, self)
        self.verdict = Verdict(self)
        self._insert_beneath(self.verdict)
        self._insert_beneath(self.times)
        self.request_button = PushButton(_("Keep as request"), self)
        self.book_button = PrimaryButton(_("Book"), self)
        self.book_button.set_tip(_("Enter in a field, or from anywhere in the form"), "Ctrl+Return")
        self.add_foot(self.request_button, self.book_button)
        name_fields(self.typed, self.fields)
        self.typed.add("reason", _("Reason to go ahead"), self.verdict.reason)
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
        self.fields.when_changed.connect(self._when_edited)
        self.fields.length_followed.connect(self._settle_length)
        self.fields.entered.connect(self._book)
        self.times.answered.connect(self._name_button)
        self.times.taken.connect(self._take_slot)
        self.verdict.reason_changed.connect(self._edited)
        self.typed.touched.connect(self._typed_on)
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

    # For whom it is open.

    @property
    def patient_id(self) -> int | None:
        return None if self._patient is None else int(self._patient.patient.id)

    @property
    def _before(self) -> Booking | None:
        """The booking that is changed, as it is stored."""
        return None if self.view is None else self.view.before

    def open_target(self, target: BookTarget) -> None:
        """Open the form with what is known, or over a booking that stands."""
        self._known = target if isinstance(target, NewBooking) else NewBooking()
        self._just_opened = True
        self.open_for(target.key)

    def asked_for(self) -> frozenset[str]:
        return self.kept_along() if self._just_opened else frozenset()

    def kept_along(self) -> frozenset[str]:
        known = self._known
        asked = {kind.value for kind, _unit in known.units}
        if known.starts is not None or known.day is not None:
            asked |= {"starts", "time"}
        if known.procedure is not None:
            asked.add("procedure")
        return frozenset(asked)

    def read(self, key: PanelKey) -> Loaded:
        return load(self.desk, key)

    def read_again(self, key: PanelKey) -> Loaded:
        return load(self.desk, key)

    def version_of(self, view: Loaded) -> int:
        return 0 if view.before is None else view.before.version

    def name_of(self, view: Loaded) -> str:
        return "" if view.patient is None else view.patient.patient.name

    def concerns(self, view: Loaded) -> frozenset[tuple[Subject, int]]:
        about = {(Subject.BOOKING, int(view.before.id))} if view.before is not None else set()
        if self.patient_id is not None:
            about.add((Subject.PATIENT, self.patient_id))
        return frozenset(about)

    def heard(self, changes: Changes) -> None:
        """Somebody changed something beside it: look again at what would happen."""
        if touches(changes, _BEARS_ON_TIMES):
            self._look_again()

    # Showing.

    def show_nothing(self) -> None:
        """An empty form, for nobody yet."""
        self._patient = None
        self._wants_all = self._refusal_stands = False
        self.times.clear()
        self.verdict.reason.set_value("")
        self.verdict.show_check(None)
        self.fields.clear()
        self.who.clear()
        self.who_box.set_problem("")
        self._show_mode()

    def show_view(self, view: Loaded, *, fresh: bool) -> None:
        self.fields.offer(view.offer)
        self.times.filters.offer(view.offer.of_kind(ResourceKind.SURGEON))
        if view.patient is not None:
            self._patient = view.patient
            self.who.show_patient(view.patient)
        if fresh:
            self.times.prefer(view.wish)
        if view.before is not None:
            self.length.begin(new=False)
            self.fields.fill(view.before.draft, self._zone, _ASKED_FOR)
            self.verdict.reason.set_value("")
        elif self._just_opened:
            self.length.begin(new=True)
            self.fields.clear()
            self._fill_from(self._known)
        if view.before is not None or self._just_opened:
            self.length.follow()

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

    def shown(self, view: Loaded, *, fresh: bool) -> None:
        self._just_opened = False
        self._show_mode()
        self._refusal_stands = not fresh and not self.problem_panel.isHidden()
        if fresh:
            self.to_top()
            first = self.who if self._patient is None else self.fields.procedure
            first.setFocus()
        self._follow_form()
        self._free_timer.start()

    def thrown_away(self) -> None:
        self._follow_form()
        self._free_timer.start()

    def _look_again(self) -> None:
        self._check_timer.start()
        self._free_timer.start()
        self._follow_times()

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
        self.ask(
            partial(bookings.patient, self.desk, PatientId(patient_id)), self._show_patient, line="patient"
        )

    def _show_patient(self, found: BookedPatient) -> None:
        self._patient = found
        self.rekey(NewBooking(patient_id=found.patient.id).key, found.patient.name)
        self.who.show_patient(found)
        self.who_box.set_problem("")
        self.fields.procedure.setFocus()
        self._follow_form()
        self._free_timer.start()

    def _patient_cleared(self) -> None:
        self._patient = None
        self.verdict.show_check(None)
        self.rekey(NewBooking().key)

    # The live check.

    def _draft(self) -> tuple[BookingDraft | None, dict[str, str]]:
        patient_id = self._patient.patient.id if self._patient is not None else PatientId(0)
        draft, problems = self.fields.draft(patient_id, self._zone)
        return (None if draft is None else replace(draft, reason=self.verdict.reason.value())), problems

    def _typed_on(self, key: str) -> None:
        """The person goes on: what was refused is another thing by now."""
        if key != "minutes" or self.fields.length_typed:  # the length follows from the other choices, too
            self._wants_all = self._refusal_stands = False

    def _edited(self) -> None:
        if not self.typed.is_filling:
            self._follow_form()

    def _when_edited(self) -> None:
        if not self.typed.is_filling:
            self._free_timer.start()

    def _follow_form(self) -> None:
        """What follows from what the form says: the length, the times, the words of the button, the check."""
        self.length.follow()
        self._follow_times()
        self._name_button()
        self._check_timer.start()

    def _settle_length(self) -> None:
        """The stored length turned out to be what the surgeon's cases teach: nobody changed anything."""
        stored = self.typed.settled.get("minutes")
        if stored == self.fields.minutes.number("minutes").text():
            self.typed.settle({"minutes": None})

    def _look_up(self) -> None:
        draft, problems = self._draft()
        self._show_problems(problems)
        if draft is None or self._patient is None:
            self.length.show_taken(())
            self.verdict.show_check(None)
            return
        but = self._before.id if self._before else None
        self.ask(partial(bookings.check, self.desk, draft, but, said_now=True), self._checked, line="check")

    def _checked(self, check: BookingCheck) -> None:
        self.fields.show_taken(check.taken)
        self.length.show_taken(check.taken)
        self.verdict.show_check(check, can_request=self._before is None)
        _draft, problems = self._draft()
        self._show_problems({**self._said_of(check), **problems})

    def _said_of(self, check: BookingCheck) -> dict[str, str]:
        """What is wrong, by field; what is merely not filled in yet is said once it is asked for."""
        said = {}
        for problem in check.problems:
            if problem.field is not None and (self._wants_all or not isinstance(problem, LevelsMissing)):
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
        but = self._before.id if self._before else None
        self.ask(
            partial(slots.first_free, self.desk, draft, day, but=but),
            self._show_times,
            line="free",
            failed=self._no_times,
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
            self._store_as(
                partial(bookings.book, self.desk, draft),
                Said(self._name, _("Booked: {what}")),
                self._undo_booking,
            )
        else:
            work = Change(self.desk, before, draft, to_book=not before.state.holds_claims)
            words = _("Saved: {what}") if before.state.holds_claims else _("Booked: {what}")
            self._store_as(work, Said(self._name, words, work), partial(_undo_change, self.desk, before))

    def _request(self) -> None:
        draft = self._ready(with_start=False)
        if draft is None:
            return
        before = self._before
        if before is None:
            said = Said(self._name, _("Kept as a request: {what}"))
            self._store_as(partial(bookings.request, self.desk, draft), said, self._undo_booking)
        else:
            work = Change(self.desk, before, draft)
            said = Said(self._name, _("Saved: {what}"), work)
            self._store_as(work, said, partial(_undo_change, self.desk, before))

    def _ready(self, *, with_start: bool = True) -> BookingDraft | None:
        """The draft, if it can be sent; otherwise says what is missing and goes there."""
        if self.is_busy:
            return None
        self._wants_all = True
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

    def _store_as(
        self,
        work: Callable[[], Done[Booking]],
        said: Callable[[Booking], str],
        undo: Callable[[Booking], Done[Any]],
    ) -> None:
        self.send(work, then=self._booked, said=said, undo=undo)

    def _booked(self, made: Booking) -> None:
        self.finish()
        self.shell.open(CaseOf(booking_id=made.id))

    def show_refusal(self, error: ClinicDeskError) -> None:
        if isinstance(error, BadInput) and self.fields.knows(error.field):
            assert error.field is not None
            self._show_problems({error.field: error.sentence})
            self.fields.focus_on(error.field)
        elif isinstance(error, Clash):
            self._check_timer.start()
        else:
            self._refuse(error.sentence)

    def _refuse(self, sentence: str) -> None:
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

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._check_timer.stop()  # nobody waits for these answers any more
        self._free_timer.stop()


def _undo_change(desk: Desk, before: Booking, changed: Booking) -> Done[Booking]:
    return bookings.undo_change(desk, before, changed.version)


def _when(starts: datetime | None, before: datetime | None) -> str:
    """The time, with its day where that changes too."""
    return "" if starts is None else fmt.near(starts, before)
