"""Who is busy when, as stored: the one truth that every screen, the clash check and the database's guard share."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.patients import full_name
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import LONGEST_CLAIM
from clinicdesk.errors import Holder
from clinicdesk.storage.tables import BookingRow, Claim, PatientRow, ResourceRow

# Built once: to build a statement anew takes longer than to run it.
_CLAIM = cast("Table", Claim.__table__)
_RESOURCE, _BOOKING, _PATIENT = ResourceRow.__table__, BookingRow.__table__, PatientRow.__table__

_HELD = (
    select(
        _CLAIM.c.resource_id,
        _RESOURCE.c.name,
        _CLAIM.c.booking_id,
        _PATIENT.c.given,
        _PATIENT.c.family,
        _CLAIM.c.starts_at,
        _CLAIM.c.ends_at,
    )
    .select_from(_CLAIM)
    .join(_RESOURCE, _RESOURCE.c.id == _CLAIM.c.resource_id)
    .join(_BOOKING, _BOOKING.c.id == _CLAIM.c.booking_id)
    .join(_PATIENT, _PATIENT.c.id == _BOOKING.c.patient_id)
    .where(
        _CLAIM.c.resource_id.in_(bindparam("resources", expanding=True)),
        _CLAIM.c.starts_at < bindparam("after"),
        _CLAIM.c.starts_at > bindparam("earliest"),  # bounds the step in the index
        _CLAIM.c.ends_at > bindparam("first"),
        _CLAIM.c.booking_id != bindparam("but"),
    )
    .order_by(_CLAIM.c.starts_at, _CLAIM.c.resource_id)
)


def of_booking(session: Session, booking_id: BookingId) -> tuple[Claimed, ...]:
    """What a booking holds, by resource."""
    rows = session.execute(
        select(Claim.resource_id, Claim.starts_at, Claim.ends_at)
        .where(Claim.booking_id == booking_id)
        .order_by(Claim.resource_id, Claim.starts_at)
    )
    return tuple(Claimed(ResourceId(row.resource_id), Span(row.starts_at, row.ends_at)) for row in rows)


def held(
    session: Session, resources: Collection[ResourceId], window: Span, *, but: BookingId | None = None
) -> tuple[Holder, ...]:
    """Who holds any of ``resources`` within ``window``, by name; ``but`` leaves one booking out.

    A patient's own resource has no name: there the holder says whose other booking it is.
    """
    found = session.execute(
        _HELD,
        {
            "resources": list(resources),
            "first": window.starts,
            "after": window.ends,
            "earliest": window.starts - LONGEST_CLAIM,
            "but": -1 if but is None else but,
        },
    )
    return tuple(
        Holder(
            resource_id=row.resource_id,
            resource=row.name,
            booking_id=row.booking_id,
            held_by=full_name(row.given, row.family),
            starts=row.starts_at,
            ends=row.ends_at,
        )
        for row in found
    )
