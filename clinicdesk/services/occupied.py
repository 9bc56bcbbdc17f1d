"""What stands in the way of a claim: other cases, closures, hours, and rooms that are kept for another surgeon.

All of it becomes `Holder`s, so that one rule (`clinicdesk.domain.scheduling.assign`) fills a case and names whoever stands
in the way. Used inside the unit of work of whatever books, moves or offers a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from clinicdesk.domain.availability import Availability
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.ways import Standing
from clinicdesk.errors import Holder, HolderSort
from clinicdesk.services.work import Work
from clinicdesk.storage import availability, claims

Names = Mapping[ResourceId, str]


def standing(
    work: Work,
    resource_ids: Collection[ResourceId],
    window: Span,
    names: Names,
    *,
    but: BookingId | None = None,
    known: Availability | None = None,
) -> Standing:
    """What stands in the way of ``resource_ids`` within ``window``, ``but`` one booking.

    ``names`` are those of all units in use.
    """
    known = known or availability.read(work.session, window)
    held = (
        *claims.held(work.session, resource_ids, window, but=but),
        *_closed(known, resource_ids, window, names),
    )
    kept = tuple(_kept(work, known, resource_ids, window, names)) if known.blocks else ()
    return Standing(window, known, held, kept)


def _closed(
    known: Availability, resource_ids: Collection[ResourceId], window: Span, names: Names
) -> Iterator[Holder]:
    for closure in known.closures:
        unit = closure.resource_id
        if unit is not None and unit in resource_ids and closure.span.overlaps(window):
            yield Holder(
                unit,
                names.get(unit, ""),
                None,
                closure.words,
                closure.span.starts,
                closure.span.ends,
                HolderSort.CLOSURE,
            )


def _kept(
    work: Work, known: Availability, resource_ids: Collection[ResourceId], window: Span, names: Names
) -> Iterator[tuple[ResourceId, Holder]]:
    zone = work.clinic.zone
    for each in known.keeping(window, zone.day_of(work.now), zone):
        block = each.block
        if block.surgeon_id not in names:
            continue  # out of use: a room is kept for nobody
        if block.room_id in resource_ids:
            yield (
                block.surgeon_id,
                Holder(
                    block.room_id,
                    names.get(block.room_id, ""),
                    None,
                    names.get(block.surgeon_id, ""),
                    each.span.starts,
                    each.span.ends,
                    HolderSort.BLOCK,
                ),
            )


def names_of(pools: Mapping[ResourceKind, Iterable[Resource]]) -> dict[ResourceId, str]:
    """What the units of ``pools`` are called."""
    return {unit.id: unit.name for units in pools.values() for unit in units}
