"""Who may be calling: patients after a procedure, by the start of a name or the end of a number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.recovery import Recovering
from clinicdesk.storage.calling import first_phone
from clinicdesk.storage.recovery import DayOf, levels
from clinicdesk.storage.tables import BookingRow, CatalogueEntry, CheckInRow, PatientPhone, PatientRow

_BEGUN = tuple(state for state in BookingState if state.has_begun)


def called(
    session: Session, words: Sequence[str], digits: str, *, since: datetime, day_of: DayOf, limit: int = 30
) -> tuple[Recovering, ...]:
    """Who was operated on after ``since`` and may be calling: by the starts of names, or by the end of a number.

    The newest procedure of each; nobody who has died.
    """
    ended = func.coalesce(BookingRow.ended_at, BookingRow.ends_at)
    newest = (
        select(func.max(BookingRow.id))
        .where(
            BookingRow.state.in_(_BEGUN),
            ended >= since,
            BookingRow.id.in_(select(CheckInRow.booking_id)),  # a visit has no recovery to be asked about
        )
        .group_by(BookingRow.patient_id)
    )
    query = (
        select(
            BookingRow.id,
            PatientRow.given,
            PatientRow.family,
            PatientRow.birth_date,
            PatientRow.mrn,
            CatalogueEntry.name.label("procedure"),
            BookingRow.levels,
            ended.label("ended"),
            first_phone().label("phone"),
        )
        .join(PatientRow, PatientRow.id == BookingRow.patient_id)
        .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
        .where(BookingRow.id.in_(newest), PatientRow.deceased_on.is_(None))
        .order_by(ended.desc(), BookingRow.id.desc())
        .limit(limit)
    )
    name = " " + PatientRow.given_key + " " + PatientRow.family_key
    for word in words:
        query = query.where(name.contains(f" {word}", autoescape=True))
    if digits:
        numbers = select(PatientPhone.patient_id).where(
            PatientPhone.reversed_digits.startswith(digits[::-1], autoescape=True)
        )
        query = query.where(PatientRow.id.in_(numbers))
    return tuple(
        Recovering(
            booking_id=BookingId(row.id),
            patient=f"{row.given} {row.family}",
            birth_date=row.birth_date,
            mrn=row.mrn,
            phone=row.phone or "",
            procedure=row.procedure,
            levels=levels(row.levels),
            procedure_day=day_of(row.ended),
        )
        for row in session.execute(query)
    )
