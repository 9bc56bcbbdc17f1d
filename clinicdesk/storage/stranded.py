"""The cases to come with everything they hold: what a closure or other hours might leave without a unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.patients import full_name
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.stranded import HeldCase, HeldUnit
from clinicdesk.storage.tables import (
    BookingRow,
    BookingUnit,
    CatalogueEntry,
    Claim,
    PatientRow,
    ResourceRow,
)

_TO_COME = tuple(state for state in BookingState if state.holds_claims and not state.has_begun)
_of_unit = aliased(Claim)
_surgeon_unit, _surgeon = aliased(BookingUnit), aliased(ResourceRow)

_CLAIMS = (
    select(
        BookingRow.id,
        BookingRow.version,
        BookingRow.starts_at,
        BookingRow.ends_at,
        PatientRow.given,
        PatientRow.family,
        CatalogueEntry.name.label("procedure"),
        _surgeon.name.label("surgeon"),
        Claim.resource_id,
        ResourceRow.name.label("unit"),
        ResourceRow.kind,
        Claim.starts_at.label("held_from"),
        Claim.ends_at.label("held_to"),
    )
    .join(Claim, Claim.booking_id == BookingRow.id)
    .join(ResourceRow, ResourceRow.id == Claim.resource_id)
    .join(PatientRow, PatientRow.id == BookingRow.patient_id)
    .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
    .outerjoin(
        _surgeon_unit,
        and_(_surgeon_unit.booking_id == BookingRow.id, _surgeon_unit.kind == ResourceKind.SURGEON),
    )
    .outerjoin(_surgeon, _surgeon.id == _surgeon_unit.resource_id)
    .where(BookingRow.state.in_(_TO_COME))
    .order_by(BookingRow.starts_at, BookingRow.id, Claim.starts_at, Claim.resource_id)
)


def cases(
    session: Session, since: datetime, until: datetime | None = None, unit: ResourceId | None = None
) -> tuple[HeldCase, ...]:
    """The cases that have not begun and start at ``since`` or later (before ``until``), with all they hold, by start.

    With ``unit`` only those that hold that unit.
    """
    query = _CLAIMS.where(BookingRow.starts_at >= since)
    if until is not None:
        query = query.where(BookingRow.starts_at < until)
    if unit is not None:
        holding = select(_of_unit.booking_id).where(_of_unit.resource_id == unit, _of_unit.ends_at > since)
        query = query.where(BookingRow.id.in_(holding))
    facts: dict[int, HeldCase] = {}
    units: dict[int, list[HeldUnit]] = {}
    for row in session.connection().execute(query):
        units.setdefault(row.id, []).append(
            HeldUnit(
                ResourceId(row.resource_id),
                ResourceKind(row.kind),
                row.unit,
                Span(row.held_from, row.held_to),
            )
        )
        if row.id not in facts:
            facts[row.id] = HeldCase(
                booking_id=BookingId(row.id),
                version=row.version,
                patient=full_name(row.given, row.family),
                procedure=row.procedure,
                surgeon=row.surgeon or "",
                span=Span(row.starts_at, row.ends_at),
                units=(),
            )
    return tuple(replace(case, units=tuple(units[number])) for number, case in facts.items())
