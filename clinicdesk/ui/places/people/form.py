"""Registering a patient, and changing one: everything in one form, the keyboard first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patients import LikelyDuplicates, Patient, PatientLine
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import patients
from clinicdesk.services.desk import Desk
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.targets import EditPatient, PanelKey, RegisterPatient
from clinicdesk.ui.kit import Column, PrimaryButton, ProblemPanel, PushButton, Row, Rule, Scroll
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.layout import Panel
from clinicdesk.ui.places.people.alike import AlikePanel
from clinicdesk.ui.places.people.form_fields import EMPTY, PatientFields
from clinicdesk.ui.theme import Gap, theme

LOOK_AFTER: Final = 400
"""Milliseconds after the last letter before it is asked who is alike."""

_TELLING: Final = frozenset({"family", "given", "birth_date", "insurance_number", "phones"})


@dataclass(frozen=True, slots=True)
class Record:
    """What the form stands on: a patient as stored, or nobody yet."""

    patient: Patient | None


class PatientForm(Keyed[Record], Panel):
    """The form. Ctrl+S saves, Escape leaves; what is typed is kept for this patient, or for this one new form."""

    own_subjects = frozenset({Subject.PATIENT})

    saved = Signal(object)
    """Carries the `Patient` as stored."""
    left = Signal(int)
    """The person goes on with something else; carries the id of the patient of the form, 0 for a new one."""
    recognised = Signal(int)
    """The person turned out to be registered already; carries the id."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.begin_life()
        self._forms = 0
        self.head = PersonHead(self)
        self.problem_panel = ProblemPanel(self)
        self.alike = AlikePanel(self)
        self.alike.opened.connect(self._recognise)
        self.alike.despite_asked.connect(self._save_despite)
        self.fields = PatientFields(self)
        self.fields.name_fields(self.typed)
        self.typed.touched.connect(self._look_soon)
        self.save = PrimaryButton(_("Save"), self, icon="save")
        self.save.clicked.connect(self._save)
        self.leave = PushButton(_("Close"), self)
        self.leave.clicked.connect(self.go_away)
        self._look = self.pause(LOOK_AFTER, self._look_for_alike)
        self._lay_out()
        theme().changed.connect(self._arrange)

    def _lay_out(self) -> None:
        column = Column(self, gap=Gap.S)
        title = Row(gap=Gap.S)
        title.addWidget(self.head, 1)
        title.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(title)
        column.add(self.problem_panel, self.alike)
        body = Panel(self)
        Column(body, gap=Gap.S).add(self.kept_strip, self.differences, self.fields)
        self._scroll = Scroll(body, self)
        self.differences.asked.connect(self._to_top)
        column.addWidget(self._scroll, 1)
        foot = Row(gap=Gap.S)
        foot.addStretch(1)
        foot.add(self.leave, self.save)
        column.add(Rule(self), foot)

    # ------------------------------------------------------------------ for whom it is open

    @property
    def patient_id(self) -> PatientId | None:
        """The registered patient who is changed; None for somebody new."""
        patient = None if self.view is None else self.view.patient
        return None if patient is None else patient.id

    def begin(self, target: RegisterPatient) -> None:
        """An empty form of its own, or one that was begun before; what was typed into the search is taken for the name."""
        begun = target.form
        if not begun:
            self._forms = begun = max(self._forms + 1, int(self.desk.clock.now().timestamp()))
        self.open_for(RegisterPatient(form=begun).key)
        self.fields.setEnabled(True)
        for key, name in zip(("given", "family"), named(target.typed), strict=True):
            if name:
                self.fields.field(key).set_value(name)
        self.take_focus()

    def edit(self, patient_id: PatientId) -> None:
        """The form of a registered patient; the fields wait for the record."""
        self.open_for(EditPatient(patient_id=patient_id).key)
        self.fields.setEnabled(self.view is not None)
        self.take_focus()

    def read(self, key: PanelKey) -> Record:
        return Record(patients.open_chart(self.desk, PatientId(key.id)) if _is_registered(key) else None)

    def read_again(self, key: PanelKey) -> Record:
        return Record(
            patients.open_chart.again(self.desk, PatientId(key.id)) if _is_registered(key) else None
        )

    def version_of(self, view: Record) -> int:
        return 0 if view.patient is None else view.patient.version

    def name_of(self, view: Record) -> str:
        return "" if view.patient is None else view.patient.name

    def name_typed(self) -> str:
        names = (self.fields.field(key).value() for key in ("given", "family"))
        return " ".join(name for name in names if name)

    # ------------------------------------------------------------------ showing

    def show_nothing(self) -> None:
        """An empty form, for nobody."""
        self._show_head(None)
        self.alike.clear()
        self.fields.fill(replace(EMPTY, language=fmt.habits().language), new=True)

    def show_view(self, view: Record, *, fresh: bool) -> None:
        self._show_head(view.patient)
        self.fields.setEnabled(True)
        if view.patient is not None:
            self.fields.fill(view.patient.draft, new=False)
        if fresh:
            self._to_top()

    def shown(self, view: Record, *, fresh: bool) -> None:
        if view.patient is None:
            self._look.start()
        elif fresh and self.isVisible():
            self.take_focus()

    def _show_head(self, patient: Patient | None) -> None:
        self.head.clear()
        if patient is None:
            self.head.name.setText(_("Register a patient"))
        else:
            draft = patient.draft
            self.head.show_person(patient.name, draft.birth_date, patient.mrn, sex=draft.sex.letter)
        words = _("Register") if patient is None else _("Save")
        self.save.set_words(words)
        self.save.setShortcut("Ctrl+S")  # Qt forgets it with the words
        self.save.set_tip(words, "Ctrl+S")

    def take_focus(self) -> None:
        """The keyboard to the first field that is still empty of those everybody needs."""
        needed = [self.fields.field(key) for key in ("given", "family", "birth_date")]
        empty = (field for field in needed if self.patient_id is None and not field.text())
        next(empty, needed[0]).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, above the form."""
        self.problem_panel.show_problem(sentence)

    def clear_problem(self) -> None:
        """Take it back."""
        self.problem_panel.clear()

    def _to_top(self) -> None:
        self._scroll.verticalScrollBar().setValue(0)

    # ------------------------------------------------------------------ leaving

    @property
    def has_unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.key is not None and bool(self.typed.unsaved())

    def go_away(self) -> None:
        """Leave; what was typed is kept."""
        self.may_close()
        self.left.emit(self.patient_id or 0)

    def _recognise(self, patient_id: int) -> None:
        """Nobody new: what was typed is not wanted, unless somebody takes that back."""
        self.throw_away()
        self.finish()
        self.recognised.emit(patient_id)

    # ------------------------------------------------------------------ saving

    def _save(self) -> None:
        self._send_in(despite=False)

    def _save_despite(self) -> None:
        self._send_in(despite=True)

    def _send_in(self, *, despite: bool) -> None:
        view = self.view
        if view is None or self.is_busy:
            return
        draft = self.fields.draft()
        if draft is None:
            self._show_first_problem()
            return
        self._look.stop()
        before = view.patient
        if before is None:
            self.send(
                partial(patients.register, self.desk, draft, despite_duplicates=despite),
                then=self._stored,
                said=_registered,
            )
        else:
            self.send(
                partial(patients.change, self.desk, before.id, draft, before.version),
                then=self._stored,
                said=_("Saved: {name}.").format(name=draft.name),
                undo=partial(_put_back, self.desk, before),
            )

    def _stored(self, patient: Patient) -> None:
        self.finish()
        self.saved.emit(patient)

    def show_refusal(self, error: ClinicDeskError) -> None:
        if isinstance(error, LikelyDuplicates):
            self.alike.show_lines(error.lines, refused=True)
            self.alike.despite.setFocus()
        elif isinstance(error, BadInput) and self.fields.tell(error):
            self._show_first_problem()
        else:
            super().show_refusal(error)

    def _show_first_problem(self) -> None:
        field = self.fields.first_problem()
        if field is not None:
            self._scroll.ensureWidgetVisible(field, 0, theme().px(Gap.XL) * 2)

    # ------------------------------------------------------------------ who is alike

    def _look_soon(self, key: str) -> None:
        if self.patient_id is None and key in _TELLING:
            self._look.start()

    def _look_for_alike(self) -> None:
        draft = self.fields.looked_for()
        if draft is None or self.patient_id is not None:
            self.alike.clear()
            return
        work = partial(patients.look_alikes, self.desk, draft)
        self.ask(work, self._show_alike, line="alike", failed=_say_nothing)

    def _show_alike(self, lines: Sequence[PatientLine]) -> None:
        if not self.is_busy:
            refused = self.alike.despite.isVisibleTo(self.alike) and bool(lines)
            self.alike.show_lines(lines, refused=refused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.fields.arrange(self.width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_away()
        else:
            super().keyPressEvent(event)


def _is_registered(key: PanelKey) -> bool:
    return key.panel == EditPatient.form_key


def named(typed: str) -> tuple[str, str]:
    """First and family name out of what was typed into the search; nothing where it was no name."""
    if not typed or any(c.isdigit() for c in typed):
        return "", ""
    family, comma, given = (part.strip() for part in typed.partition(","))
    if not comma:
        given, _space, family = (part.strip() for part in typed.strip().rpartition(" "))
    return _capital(given), _capital(family)


def _capital(name: str) -> str:
    return name.title() if name.islower() else name


def _registered(patient: Patient) -> str:
    return _("Registered: {name}, MRN {mrn}.").format(name=patient.name, mrn=patient.mrn)


def _put_back(desk: Desk, before: Patient, now: Patient) -> Any:
    return patients.change(desk, before.id, before.draft, now.version)


def _say_nothing(_error: ClinicDeskError) -> None:
    """Who may not look for others alike is told when saving."""
