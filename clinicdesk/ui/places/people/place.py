"""People: the search, a patient's page, the form and the import, one at a time in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import EVERYTHING, Changes, Subject, touches
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patients import Patient
from clinicdesk.domain.permissions import Act, may
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.place import Command, Place, Shell
from clinicdesk.ui.frame.targets import (
    ChartOf,
    EditPatient,
    ImportPatients,
    People,
    PeopleTarget,
    PlainPlace,
    RegisterPatient,
)
from clinicdesk.ui.kit import Stack
from clinicdesk.ui.places.people.finding import FindPage
from clinicdesk.ui.places.people.form import PatientForm
from clinicdesk.ui.places.people.importing import ImportPage
from clinicdesk.ui.places.people.page import PatientView


class PeoplePlace(Place[PeopleTarget]):
    """People.

    Coming back shows the search, except where something typed or an import under way waits to be finished.
    """

    home: ClassVar[PlainPlace] = People()
    icon_name: ClassVar[str] = "people"

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent)
        self.finding = FindPage(desk, self)
        self.patient = PatientView(shell, self)
        self.form = PatientForm(desk, self)
        self.importing = ImportPage(desk, self)
        self.stack = Stack(self)
        for page in (self.finding, self.patient, self.form, self.importing):
            self.stack.addWidget(page)
        self.page.addWidget(self.stack, 1)
        self.finding.opened.connect(self._go_to)
        self.finding.register_asked.connect(self._register)
        self.finding.import_asked.connect(self._import)
        self.patient.back_asked.connect(self._go_to_search)
        self.patient.edit_asked.connect(self._go_to_form)
        self.form.saved.connect(self._saved)
        self.form.left.connect(self._left_form)
        self.form.recognised.connect(self._go_to)
        self.importing.left.connect(self._go_to_search)

    @classmethod
    def title(cls) -> str:
        return _("People")

    @classmethod
    def commands(cls) -> Sequence[Command]:
        return (
            Command(title=_("Register a patient"), run=_register, keys="Ctrl+N", icon="add"),
            Command(title=_("Import patients"), run=_import, icon="import"),
        )

    def refresh(self, changes: Changes | None) -> None:
        if changes is None or touches(changes, {Subject.PATIENT}):
            self.finding.reload()
        self.patient.refresh(changes)
        self.form.refresh(EVERYTHING if changes is None else changes)

    def on_shown(self) -> None:
        if not self._is_held():
            self.show_search()

    def take_focus(self) -> None:
        shown = self.stack.currentWidget()
        if isinstance(shown, FindPage | PatientView | PatientForm | ImportPage):
            shown.take_focus()
        else:
            super().take_focus()

    def open_target(self, target: PeopleTarget) -> None:
        if isinstance(target, RegisterPatient | EditPatient):
            self._fill_in(target)
            return
        if self.stack.currentWidget() is self.form:
            self.form.may_close()
        if isinstance(target, ChartOf):
            self.patient.open_patient(target.patient_id)
            self.stack.setCurrentWidget(self.patient)
            self.patient.take_focus()
        else:
            self._import()

    def may_close(self) -> bool:
        return self.form.may_close()

    def show_search(self) -> None:
        """Show the search."""
        self.finding.reload()
        self.stack.setCurrentWidget(self.finding)

    def _is_held(self) -> bool:
        shown = self.stack.currentWidget()
        typed = shown is self.form and self.form.has_unsaved
        return typed or (shown is self.importing and self.importing.is_busy)

    def _go_to(self, patient_id: int) -> None:
        self.shell.go(ChartOf(patient_id=PatientId(patient_id)))

    def _go_to_search(self) -> None:
        self.shell.go(People())

    def _register(self, typed: str) -> None:
        self._fill_in(RegisterPatient(typed=typed))

    def _fill_in(self, target: RegisterPatient | EditPatient) -> None:
        if not may(self.desk.actor.role, Act.EDIT_PATIENT):
            return
        self.stack.setCurrentWidget(self.form)
        if isinstance(target, EditPatient):
            self.form.edit(target.patient_id)
        else:
            self.form.begin(target)

    def _import(self) -> None:
        if may(self.desk.actor.role, Act.IMPORT_PATIENTS):
            self.importing.begin()
            self.stack.setCurrentWidget(self.importing)
            self.importing.take_focus()

    def _go_to_form(self, patient: Patient) -> None:
        self.shell.go(EditPatient(patient_id=patient.id))

    def _saved(self, patient: Patient) -> None:
        self._go_to(patient.id)

    def _left_form(self, patient_id: int) -> None:
        if patient_id:
            self._go_to(patient_id)
        else:
            self.show_search()
            self.finding.take_focus()


def _register(shell: Shell) -> None:
    shell.go(RegisterPatient())


def _import(shell: Shell) -> None:
    shell.go(ImportPatients())
