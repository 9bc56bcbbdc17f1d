"""The clinic's own facts."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, insert, select, true
from sqlalchemy.orm import Session

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts, OpeningHours
from clinicdesk.domain.working_days import Calendar, WorkingDays
from clinicdesk.storage.tables import Clinic, OpeningHoursRow
from clinicdesk.storage.versions import update_versioned

_COLUMNS = (
    "name",
    "address",
    "phone",
    "phone_after_hours",
    "email",
    "country",
    "emergency_number",
    "time_zone",
    "language",
    "aftercare_hours",
    "aftercare_hours_general",
    "leaving_time",
    "late_finish",
    "duration_percentile",
    "duration_cases",
)


def create(session: Session, facts: ClinicFacts) -> None:
    """Store the facts of a new clinic, with a fresh key for its audit trail."""
    session.execute(
        insert(Clinic).values(
            id=1,
            demo=facts.demo,
            audit_key=secrets.token_bytes(32),
            version=1,
            **{name: getattr(facts, name) for name in _COLUMNS},
        )
    )
    _write_hours(session, facts)


def read(session: Session) -> ClinicFacts:
    """The facts as they stand."""
    row = session.execute(select(*(getattr(Clinic, n) for n in (*_COLUMNS, "demo", "version")))).one()
    hours = session.execute(
        select(OpeningHoursRow.weekday, OpeningHoursRow.opens, OpeningHoursRow.closes).order_by(
            OpeningHoursRow.weekday, OpeningHoursRow.opens
        )
    )
    return ClinicFacts(hours=tuple(OpeningHours(*hour) for hour in hours), **row._mapping)


def zone(session: Session) -> ClinicZone:
    """The clinic's zone alone, for reads that need nothing else."""
    return ClinicZone(session.connection().execute(select(Clinic.time_zone)).scalar_one())


def calendar(session: Session, now: datetime) -> Calendar:
    """What `ClinicFacts.calendar` answers, in one statement, for reads that need nothing else."""
    rows = session.connection().execute(_CALENDAR).all()
    zone = ClinicZone(rows[0].time_zone)
    weekdays = frozenset(row.weekday for row in rows if row.weekday is not None)
    return Calendar(zone.day_of(now), zone, WorkingDays(weekdays))


_CALENDAR = select(Clinic.time_zone, OpeningHoursRow.weekday).outerjoin(OpeningHoursRow, true())


def change(session: Session, facts: ClinicFacts) -> None:
    """Replace the facts; ``facts.version`` is the one that was read. Raises `Stale`."""
    values = {name: getattr(facts, name) for name in _COLUMNS}
    update_versioned(session, Clinic, Subject.CLINIC, 1, facts.version, **values)
    session.execute(delete(OpeningHoursRow))
    _write_hours(session, facts)


def exists(session: Session) -> bool:
    """Whether a clinic was made here."""
    return session.execute(select(Clinic.id)).first() is not None


def _write_hours(session: Session, facts: ClinicFacts) -> None:
    for hours in facts.hours:
        session.execute(
            insert(OpeningHoursRow).values(weekday=hours.weekday, opens=hours.opens, closes=hours.closes)
        )
