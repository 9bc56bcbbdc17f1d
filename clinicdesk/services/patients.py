"""Finding, registering and changing patients, and opening a chart."""

from __future__ import annotations

from datetime import date

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.dates import order_in
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patient_search import readings
from clinicdesk.domain.patients import LikelyDuplicates, Patient, PatientDraft, PatientLine
from clinicdesk.domain.permissions import Act
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import recovery
from clinicdesk.services.work import Work, chart, command, query
from clinicdesk.storage import patient_search, patients

MOST_FOUND = 50


@query(Act.FIND_PATIENTS)
def find(work: Work, text: str, limit: int = 20) -> tuple[PatientLine, ...]:
    """The patients that ``text`` may mean: names in any order, begun or with one letter wrong, birth date, MRN, phone."""
    country = work.clinic.country
    asked = readings(text, order_in(country), _today(work))
    return patient_search.find(work.session, asked, country=country, limit=max(1, min(limit, MOST_FOUND)))


@query(Act.FIND_PATIENTS)
def recent(work: Work, limit: int = 12) -> tuple[PatientLine, ...]:
    """The patients this person dealt with last."""
    return patient_search.recent(work.session, work.actor.user_id, max(1, min(limit, MOST_FOUND)))


@query(Act.FIND_PATIENTS)
def count(work: Work) -> int:
    """How many patients are registered."""
    return patients.count(work.session)


@query(Act.FIND_PATIENTS)
def line(work: Work, patient_id: PatientId) -> PatientLine:
    """One patient as a list shows them, for a form that names a patient without opening the chart. Raises `NotFound`."""
    return patients.one_line(work.session, patient_id)


@chart(Act.READ_CHART)
def open_chart(work: Work, patient_id: PatientId) -> Patient:
    """Everything about a patient; that it was opened is kept. Raises `NotFound`."""
    patient = patients.read(work.session, patient_id)
    work.audit(AuditAction.READ, Subject.PATIENT, patient_id)
    return patient


@query(Act.EDIT_PATIENT)
def look_alikes(work: Work, draft: PatientDraft, but: PatientId | None = None) -> tuple[PatientLine, ...]:
    """Patients that ``draft`` may be: alike in name and birth date, the same phone, the same insurance number."""
    return patients.look_alikes(work.session, draft.tidy(), country=work.clinic.country, but=but)


@command(Act.EDIT_PATIENT)
def register(work: Work, draft: PatientDraft, *, despite_duplicates: bool = False) -> Patient:
    """Register a patient; without a typed record number the program gives the next.

    Raises `BadInput`, or `LikelyDuplicates` unless ``despite_duplicates``.
    """
    draft = draft.tidy()
    draft.check(_today(work))
    country = work.clinic.country
    if not despite_duplicates:
        alike = patients.look_alikes(work.session, draft, country=country)
        if alike:
            raise LikelyDuplicates(alike)
    new = patients.add(work.session, draft, country=country, now=work.now)
    work.record(AuditAction.CREATED, Subject.PATIENT, new, despite_duplicates=despite_duplicates)
    return patients.read(work.session, new)


@command(Act.EDIT_PATIENT)
def change(work: Work, patient_id: PatientId, draft: PatientDraft, version: int) -> Patient:
    """Replace what was typed about a patient; ``version`` is the one that was read.

    Raises `BadInput`, `NotFound`, or `Stale` where someone else changed it meanwhile.
    """
    draft = draft.tidy()
    draft.check(_today(work))
    changed = patients.change(work.session, patient_id, draft, version, country=work.clinic.country)
    work.record(AuditAction.CHANGED, Subject.PATIENT, patient_id, fields=" ".join(sorted(changed)))
    if "deceased_on" in changed:
        _follow_death(work, patient_id, draft.deceased_on)
    return patients.read(work.session, patient_id)


@command(Act.EDIT_PATIENT)
def mark_deceased(work: Work, patient_id: PatientId, day: date | None) -> Patient:
    """Note the day of death, or with None take a wrong one back. A deceased patient cannot be booked."""
    patient = patients.read(work.session, patient_id)
    if day is not None and not patient.draft.birth_date <= day <= _today(work):
        raise BadInput(_("A day of death lies between the birth date and today."), "deceased_on")
    patients.set_deceased(work.session, patient_id, day)
    work.record(AuditAction.CHANGED, Subject.PATIENT, patient_id, deceased=day is not None)
    _follow_death(work, patient_id, day)
    return patients.read(work.session, patient_id)


def _follow_death(work: Work, patient_id: PatientId, day: date | None) -> None:
    """Nobody calls the deceased; where the day was a mistake, the check-ins are open again."""
    if day is None:
        recovery.reopen_after_mistake(work, patient_id)
    else:
        recovery.close_for_death(work, patient_id)


def _today(work: Work) -> date:
    return work.clinic.zone.day_of(work.now)
