"""What a day's arranging reads: everything that is held around it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import LONGEST_CLAIM
from clinicdesk.storage.tables import Claim, ResourceRow

Held = dict[BookingId, list[tuple[Claimed, ResourceKind]]]
"""What bookings hold, with the kind of each unit."""


def held_by(session: Session, bookings: Collection[BookingId]) -> Held:
    """Everything that these bookings hold, whenever."""
    return _held(session, Claim.booking_id.in_(bookings))


def held_of(session: Session, resources: Collection[ResourceId], window: Span) -> Held:
    """Who holds any of ``resources`` at some instant of ``window``."""
    return _held(
        session,
        Claim.resource_id.in_(resources),
        Claim.starts_at < window.ends,
        Claim.starts_at > window.starts - LONGEST_CLAIM,  # bounds the step in the index
        Claim.ends_at > window.starts,
    )


def _held(session: Session, *wanted: ColumnElement[bool]) -> Held:
    columns: tuple[Any, ...] = (
        Claim.booking_id,
        Claim.resource_id,
        ResourceRow.kind,
        Claim.starts_at,
        Claim.ends_at,
    )
    rows = session.connection().execute(
        select(*columns)
        .join(ResourceRow, ResourceRow.id == Claim.resource_id)
        .where(*wanted)
        .order_by(Claim.booking_id, Claim.resource_id, Claim.starts_at)
    )
    found: Held = {}
    for row in rows:
        claim = Claimed(ResourceId(row.resource_id), Span(row.starts_at, row.ends_at))
        found.setdefault(BookingId(row.booking_id), []).append((claim, ResourceKind(row.kind)))
    return found
