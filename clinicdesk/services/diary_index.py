"""The diary as integers, kept warm: built once an open clinic, brought up to date before each use.

Kept for each engine, which lives as long as the clinic is open. Nothing here is the truth: a booking is checked against the
claims themselves, and the database has the last word.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

from clinicdesk.domain.availability import Availability
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import Resource
from clinicdesk.domain.scheduling.index import OccupancyIndex, grid_of, index_of
from clinicdesk.services.work import Work
from clinicdesk.storage import availability, occupancy, resources
from clinicdesk.storage.database import is_writing
from clinicdesk.storage.occupancy import Row, Stamp

USUAL_DAYS, ALL_DAYS = 120, 400
"""How far it reaches from today: as far as is asked for as a rule, and as far as may be asked for."""

_REBUILD = frozenset({Subject.CLINIC, Subject.RESOURCE, Subject.CLOSURE, Subject.BLOCK})
_HOLDS = frozenset({Subject.BOOKING, Subject.DISCHARGE})
"""A discharge has its booking's number."""


@dataclass(frozen=True, slots=True, eq=False)
class Warm:
    """An index and what it was made of."""

    index: OccupancyIndex
    stamp: Stamp
    today: date
    rows: Sequence[Row]
    by_id: Mapping[ResourceId, Resource]
    known: Availability

    @property
    def units(self) -> tuple[Resource, ...]:
        """The units in use, in the clinic's own order."""
        return tuple(self.by_id.values())

    def with_claims(self, claimed: Mapping[ResourceId, int]) -> Warm:
        """The same with other claims on some units."""
        units = {unit: self.index.unit(unit).with_claims(bits) for unit, bits in claimed.items()}
        return replace(self, index=self.index.with_units(units))


_KEPT: WeakKeyDictionary[object, Warm] = WeakKeyDictionary()
_LOCK = threading.Lock()


def warm(work: Work, first: date, last: date) -> Warm:
    """The index as the diary stands now, with ``first`` to ``last`` at least, from today on.

    A transaction that writes sees what nobody else does yet: it gets an index of its own, of just these days.
    """
    engine = work.session.get_bind()
    stamp = occupancy.stamp(work.session)
    today = work.clinic.zone.day_of(work.now)
    if is_writing(work.session):
        return build(work, stamp, first, (last - first).days + 1)
    with _LOCK:
        kept = _KEPT.get(engine)
        if kept is not None and (kept.today != today or kept.index.last < last):
            kept = None
        if kept is None or kept.stamp != stamp:
            kept = (kept and _brought_up(work, kept, stamp)) or build(
                work, stamp, today, _days_to(today, last)
            )
            _KEPT[engine] = kept
        return kept


def _days_to(today: date, last: date) -> int:
    needed = (last - today).days + 1
    return max(needed, USUAL_DAYS if needed <= USUAL_DAYS else ALL_DAYS)


def build(work: Work, stamp: Stamp, first: date, count: int) -> Warm:
    """The index of ``count`` days made anew from everything that is stored."""
    today = work.clinic.zone.day_of(work.now)
    units = resources.of_kinds(work.session)
    grid = grid_of(work.clinic.zone, first, count)
    known = availability.read(work.session, grid.span)
    by_id = {unit.id: unit for unit in units}
    rows = occupancy.claims(work.session, grid, by_id)
    taken = occupancy.as_bits(rows, grid, by_id)
    index = index_of(work.clinic, units, known, taken, first=first, count=count, today=today)
    return Warm(index, stamp, today, rows, by_id, known)


def _brought_up(work: Work, kept: Warm, stamp: Stamp) -> Warm | None:
    """``kept`` with the units read anew whose bookings changed; None where more than that changed."""
    changes = occupancy.changed_since(work.session, kept.stamp)
    bookings = {BookingId(number) for subject, number in changes if subject in _HOLDS}
    if any(subject in _REBUILD for subject, _number in changes):
        return None
    if stamp.claim != kept.stamp.claim and not bookings:
        return None  # somebody wrote past the services
    units = {row[0] for row in kept.rows if row[3] in bookings}
    units |= occupancy.units_of(work.session, bookings) if bookings else frozenset()
    units &= kept.by_id.keys()
    if not units:
        return replace(kept, stamp=stamp)
    grid = kept.index.grid
    rows = occupancy.claims(work.session, grid, units)
    others = [row for row in kept.rows if row[0] not in units]
    return replace(kept.with_claims(occupancy.as_bits(rows, grid, units)), stamp=stamp, rows=(*others, *rows))
