"""A patient's page: the chart and everything that happened, in one reading that is itself kept."""

from __future__ import annotations

from dataclasses import dataclass

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patients import Patient
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.timeline import TimelineEntry
from clinicdesk.services.work import Work, chart
from clinicdesk.storage import patients, timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPage:
    """Everything about one patient, and what this person may do with it. ``entries`` stand the latest first."""

    patient: Patient
    entries: tuple[TimelineEntry, ...]
    may_edit: bool
    may_book: bool
    may_prescribe: bool


@chart(Act.READ_CHART)
def open_page(work: Work, patient_id: PatientId) -> PatientPage:
    """Open a patient's page; that it was opened is kept. Raises `NotFound`."""
    patient = patients.read(work.session, patient_id)
    work.audit(AuditAction.READ, Subject.PATIENT, patient_id)
    return PatientPage(
        patient=patient,
        entries=timeline.of_patient(work.session, patient_id, work.clinic.zone.day_of),
        may_edit=work.may(Act.EDIT_PATIENT),
        may_book=work.may(Act.BOOK) and not patient.is_deceased,
        may_prescribe=work.may(Act.PRESCRIBE_BRACE) and not patient.is_deceased,
    )
