"""What a printed day list says beyond the screen's: the units a case takes besides room and surgeon, and a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.storage import calling
from clinicdesk.storage.tables import BookingUnit, PatientPhone, ResourceRow

_ELSEWHERE = (ResourceKind.ROOM, ResourceKind.SURGEON, ResourceKind.PATIENT)
_ORDER = {kind: place for place, kind in enumerate(ResourceKind)}


def further_units(session: Session, bookings: Sequence[BookingId]) -> Mapping[BookingId, tuple[str, ...]]:
    """The names of the units of each booking besides its room and surgeon: providers first, bay and bed last."""
    rows = session.connection().execute(
        select(BookingUnit.booking_id, BookingUnit.kind, ResourceRow.name)
        .join(ResourceRow, ResourceRow.id == BookingUnit.resource_id)
        .where(BookingUnit.booking_id.in_(bookings), BookingUnit.kind.not_in(_ELSEWHERE))
    )
    found: dict[BookingId, list[tuple[int, str]]] = {}
    for booking, kind, name in rows:
        found.setdefault(BookingId(booking), []).append((_ORDER[ResourceKind(kind)], name))
    return {booking: tuple(name for _place, name in sorted(units)) for booking, units in found.items()}


def phones(session: Session, patients: Sequence[PatientId]) -> Mapping[PatientId, str]:
    """The first phone of each patient that is not known to be wrong, as typed."""
    rows = session.connection().execute(
        select(PatientPhone.patient_id, PatientPhone.number)
        .where(PatientPhone.patient_id.in_(patients), calling.is_right())
        .order_by(PatientPhone.patient_id, PatientPhone.position.desc(), PatientPhone.id.desc())
    )
    return {PatientId(patient): number for patient, number in rows}
