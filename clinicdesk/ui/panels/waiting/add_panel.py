"""Adding somebody to the waiting list, a panel at the right: who, what, how soon, and what they wish.

Opened by ``AddToWaitingList``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut

from clinicdesk.domain.booking import Booking, BookingDraft, BookingState
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.levels import LevelKind, parse_levels
from clinicdesk.domain.waiting import Wish
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import booking as bookings
from clinicdesk.services import patients, waiting
from clinicdesk.services.booking import BookedPatient, Offer, filled_draft, steps
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done
from clinicdesk.ui.case.boxes import Box
from clinicdesk.ui.case.who import PatientField
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import AddToWaitingList, PanelKey, WaitingAt
from clinicdesk.ui.kit import ComboField, LineField, NoteField, PrimaryButton
from clinicdesk.ui.panels.waiting.wish_fields import WishFields
from clinicdesk.ui.theme import Size

_WIDE = Size.SIDE_PANEL - 2 * Size.ROW


@dataclass(frozen=True, slots=True)
class Adding:
    """What the form needs: what the catalogue offers, and the patient once there is one."""

    offer: Offer
    patient: BookedPatient | None


class AddPanel(Keyed[Adding], SideView[AddToWaitingList]):
    """A short form: everything else is filled from the catalogue, and changed when a time is found."""

    other_subjects = frozenset({Subject.CATALOGUE})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Add to the waiting list"))
        self.begin_life()
        self._patient: BookedPatient | None = None
        self.who = PatientField(desk, patients.find, self)
        self.who.chosen.connect(self._patient_chosen)
        self.who.cleared.connect(self._patient_cleared)
        self.procedure = ComboField(
            _("Procedure or visit"), (), self, hint=_("Choose, or type its first letters"), width=_WIDE
        )
        self.procedure.changed.connect(self._procedure_chosen)
        self.levels = LineField(_("Levels"), self, hint=_("T12, L1"), width=_WIDE)
        self.notes = NoteField(_("Notes"), self, lines=2, longest=4000)
        self.fields = WishFields(self)
        self.boxes = {
            "patient": Box(_("Patient"), self.who, self),
            "procedure": Box(_("Procedure or visit"), self.procedure, self),
            "levels": Box(_("Levels"), self.levels, self),
        }
        self.add(*self.boxes.values(), self.fields, Box(_("Notes"), self.notes, self))
        self.body.addStretch(1)
        self.add_button = PrimaryButton(_("Add to the list"), self)
        self.add_button.clicked.connect(self._add)
        self.add_foot(self.add_button)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._add)
        self.typed.add("procedure", _("Procedure or visit"), self.procedure)
        self.typed.add("levels", _("Levels"), self.levels)
        self.fields.name_fields(self.typed)
        self.typed.add("notes", _("Notes"), self.notes)

    @property
    def patient_id(self) -> int | None:
        return None if self._patient is None else int(self._patient.patient.id)

    def open_target(self, target: AddToWaitingList) -> None:
        """Open the form for the patient, or for nobody yet."""
        self.open_for(target.key)

    def read(self, key: PanelKey) -> Adding:
        patient = bookings.patient(self.desk, PatientId(key.id)) if key.id else None
        return Adding(bookings.offer(self.desk), patient)

    def read_again(self, key: PanelKey) -> Adding:
        return self.read(key)

    def version_of(self, view: Adding) -> int:
        del view
        return 0

    def name_of(self, view: Adding) -> str:
        return "" if view.patient is None else view.patient.patient.name

    def concerns(self, view: Adding) -> frozenset[tuple[Subject, int]]:
        return frozenset(
            (Subject.PATIENT, int(found.patient.id)) for found in (view.patient,) if found is not None
        )

    def show_nothing(self) -> None:
        """An empty form, for nobody yet."""
        self._patient = None
        self.who.clear()
        self.procedure.set_value(None)
        self.levels.set_value("")
        self.notes.set_value("")
        self.fields.set_wish(Wish())
        self._say({})
        self._procedure_chosen()

    def show_view(self, view: Adding, *, fresh: bool) -> None:
        del fresh
        self.procedure.set_options([(each.key, each.name) for each in view.offer.procedures])
        if view.patient is not None:
            self._patient = view.patient
            self.who.show_patient(view.patient)

    def shown(self, view: Adding, *, fresh: bool) -> None:
        self._procedure_chosen()
        if fresh:
            first = self.who if view.patient is None else self.procedure
            first.setFocus()

    def _patient_chosen(self, patient_id: int) -> None:
        self.ask(
            partial(bookings.patient, self.desk, PatientId(patient_id)), self._show_patient, line="patient"
        )

    def _show_patient(self, found: BookedPatient) -> None:
        self._patient = found
        self.rekey(AddToWaitingList(patient_id=found.patient.id).key, found.patient.name)
        self.who.show_patient(found)
        self.boxes["patient"].set_problem("")
        self.procedure.setFocus()

    def _patient_cleared(self) -> None:
        self._patient = None
        self.rekey(AddToWaitingList().key)

    def _procedure_chosen(self) -> None:
        procedure = self._procedure()
        has_levels = procedure is not None and procedure.level_kind is not LevelKind.NONE
        self.boxes["levels"].setVisible(has_levels)
        if procedure is not None:
            spaces = procedure.level_kind is LevelKind.INTERSPACES
            self.levels.setPlaceholderText(_("L4-L5") if spaces else _("T12, L1"))

    def _procedure(self) -> Procedure | None:
        offered = self.view.offer.procedures if self.view is not None else ()
        return next((each for each in offered if each.key == self.procedure.value()), None)

    # Saving.

    def _add(self) -> None:
        if self.is_busy:
            return
        draft, wish = self._draft(), self.fields.wish()
        if draft is None or wish is None:
            return
        self.send(
            partial(waiting.add, self.desk, draft, wish),
            then=self._added,
            said=_("On the waiting list: {patient}").format(
                patient=self._patient.patient.name if self._patient else ""
            ),
            undo=partial(_take_off, self.desk),
        )

    def _draft(self) -> BookingDraft | None:
        """What was typed, or None where something is missing; then it says what."""
        problems: dict[str, str] = {}
        procedure = self._procedure()
        if self._patient is None:
            problems["patient"] = _("Choose the patient first.")
        if procedure is None:
            problems["procedure"] = _("Choose what is to be done.")
        levels: tuple[str, ...] = ()
        if procedure is not None and procedure.level_kind is not LevelKind.NONE:
            try:
                levels = tuple(str(each) for each in parse_levels(self.levels.value(), procedure.level_kind))
            except BadInput as wrong:
                problems["levels"] = wrong.sentence
        self._say(problems)
        if problems or procedure is None or self._patient is None:
            return None
        draft = filled_draft(procedure, self._patient.patient.id, levels)
        return replace(draft, notes=self.notes.value())

    def _say(self, problems: dict[str, str]) -> None:
        for key, box in self.boxes.items():
            box.set_problem(problems.get(key, ""))
        first = next((key for key in self.boxes if key in problems), None)
        if first is not None:
            self.boxes[first].field.setFocus()

    def _added(self, made: Booking) -> None:
        self.finish()
        self.shell.go(WaitingAt(booking_id=made.id))

    def show_refusal(self, error: ClinicDeskError) -> None:
        field = getattr(error, "field", None)
        if field in self.boxes:
            self._say({field: error.sentence})
        else:
            super().show_refusal(error)


def _take_off(desk: Desk, made: Booking) -> Done[Booking]:
    return steps.advance(desk, made.id, BookingState.CANCELLED, made.version, reason=_("Taken back at once"))
