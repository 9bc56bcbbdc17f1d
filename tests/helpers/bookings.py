"""Patients and drafts for tests that book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import text, update

from clinicdesk.domain.booking import BookingDraft
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services import booking
from clinicdesk.storage.database import Database
from clinicdesk.storage.tables import PatientRow
from tests.helpers import cases
from tests.helpers.clinics import FACTS, SmallClinic

THURSDAY = date(2026, 11, 26)


def at(hour: int, minute: int = 0, day: date = THURSDAY) -> datetime:
    """That time of the small clinic's wall clock, as an instant."""
    return FACTS.zone.at(day, time(hour, minute))


def add_patient(
    clinic: SmallClinic, name: str = "Rosa Ortiz", *, escort: str = "Ana Ortiz", **values: Any
) -> PatientId:
    """Someone of that name, with an escort unless told otherwise, and ``values`` for further columns."""
    patient = cases.add_patient(clinic, name, escort=escort)
    if values:
        with clinic.database.writing() as session:
            session.execute(update(PatientRow).where(PatientRow.id == patient).values(**values))
    return patient


def kypho(
    clinic: SmallClinic,
    patient_id: PatientId,
    starts: datetime | None,
    *levels: str,
    units: tuple[tuple[ResourceKind, str], ...] = (),
    **values: Any,
) -> BookingDraft:
    """A kyphoplasty (L1 unless told otherwise) as the form fills it, with the units of these names."""
    chosen = tuple((kind, ResourceId(clinic.units[name])) for kind, name in units)
    return filled(clinic, patient_id, "kyphoplasty", starts, *(levels or ("L1",)), units=chosen, **values)


def filled(
    clinic: SmallClinic,
    patient_id: PatientId,
    procedure: str,
    starts: datetime | None,
    *levels: str,
    **values: Any,
) -> BookingDraft:
    """Any procedure as the form fills it."""
    draft = booking.defaults(clinic.front, patient_id, procedure, levels)
    return replace(draft, starts=starts, **values)


def overlapping_claims(database: Database) -> int:
    """Pairs of claims on one resource that share an instant, counted without any of the program's own rules."""
    pairs = text(
        "SELECT count(*) FROM claim AS a JOIN claim AS b"
        " ON a.resource_id = b.resource_id AND a.id < b.id"
        " AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
    )
    with database.reading() as session:
        return int(session.execute(pairs).scalar_one())
