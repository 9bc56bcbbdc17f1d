"""Everything that can be busy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId, ResourceId, UserId
from clinicdesk.domain.resources import Resource, ResourceKind, Serves
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import Claim, ResourceRow
from clinicdesk.storage.versions import update_versioned

_COLUMNS = (
    ResourceRow.id,
    ResourceRow.kind,
    ResourceRow.name,
    ResourceRow.active,
    ResourceRow.position,
    ResourceRow.user_id,
    ResourceRow.patient_id,
    ResourceRow.serves,
    ResourceRow.version,
)


def add(
    session: Session,
    kind: ResourceKind,
    name: str,
    *,
    position: int = 0,
    user_id: int | None = None,
    serves: Serves = Serves.ALL,
) -> ResourceId:
    """Add a unit."""
    new = session.execute(
        insert(ResourceRow)
        .values(
            kind=kind, name=name, active=True, position=position, user_id=user_id, serves=serves, version=1
        )
        .returning(ResourceRow.id)
    ).scalar_one()
    return ResourceId(new)


def of_patient(session: Session, patient_id: PatientId) -> ResourceId:
    """The resource that a patient is: nobody can be in two places. Made at the first need; carries no name."""
    found = find_patient(session, patient_id)
    if found is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        # Two desks may book one patient for the first time at once: the second one takes what the first made.
        session.execute(
            dialect.insert(ResourceRow)
            .values(patient_values(patient_id))
            .on_conflict_do_nothing(index_elements=["patient_id"])
        )
        found = find_patient(session, patient_id)
    if found is None:
        raise NotFound(_("This patient does not exist."))
    return found


def patient_values(patient_id: PatientId) -> dict[str, Any]:
    """The columns of the resource that a patient is, but for its id."""
    return {
        "kind": ResourceKind.PATIENT,
        "name": "",
        "active": True,
        "position": 0,
        "patient_id": patient_id,
        "version": 1,
    }


def find_patient(session: Session, patient_id: PatientId) -> ResourceId | None:
    """The resource that a patient is, if there was a need for it yet."""
    found = session.execute(select(ResourceRow.id).where(ResourceRow.patient_id == patient_id)).scalar()
    return None if found is None else ResourceId(found)


def read(session: Session, resource_id: int) -> Resource:
    """One unit. Raises `NotFound`."""
    row = session.execute(select(*_COLUMNS).where(ResourceRow.id == resource_id)).first()
    if row is None:
        raise NotFound(_("This resource does not exist."))
    return _resource(row)


def of_kinds(
    session: Session, kinds: Sequence[ResourceKind] | None = None, *, inactive: bool = False
) -> tuple[Resource, ...]:
    """The units of some kinds (all but patients where none are named), in the clinic's own order."""
    query = select(*_COLUMNS).order_by(ResourceRow.kind, ResourceRow.position, ResourceRow.name)
    if kinds is None:
        query = query.where(ResourceRow.kind != ResourceKind.PATIENT)
    else:
        query = query.where(ResourceRow.kind.in_(kinds))
    if not inactive:
        query = query.where(ResourceRow.active)
    return tuple(_resource(row) for row in session.execute(query))


def change(session: Session, resource: Resource) -> None:
    """Replace a unit's name, order, activity, what it serves and the person behind it. Raises `Stale`."""
    update_versioned(
        session,
        ResourceRow,
        Subject.RESOURCE,
        resource.id,
        resource.version,
        name=resource.name,
        active=resource.active,
        position=resource.position,
        user_id=resource.user_id,
        serves=resource.serves,
    )


def held_after(session: Session, resource_id: int, instant: datetime) -> int:
    """How many bookings hold a unit at ``instant`` or later."""
    query = select(func.count(Claim.booking_id.distinct())).where(
        Claim.resource_id == resource_id, Claim.ends_at > instant
    )
    return session.execute(query).scalar_one()


def _resource(row: AnyRow) -> Resource:
    return Resource(
        id=ResourceId(row.id),
        kind=ResourceKind(row.kind),
        name=row.name,
        active=row.active,
        position=row.position,
        user_id=None if row.user_id is None else UserId(row.user_id),
        patient_id=None if row.patient_id is None else PatientId(row.patient_id),
        serves=Serves(row.serves),
        version=row.version,
    )
