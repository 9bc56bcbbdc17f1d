"""What stands in the way of a claim: other cases, closures, hours, and rooms that are kept for another surgeon.

All of it becomes `Holder`s, so that one rule (`clinicdesk.domain.scheduling.assign`) fills a case and names whoever stands
in the way. Used inside the unit of work of whatever books, moves or offers a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from clinicdesk.domain.availability import KEEPS_HOURS, Availability
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.errors import Holder, HolderSort
from clinicdesk.services.work import Work
from clinicdesk.storage import availability, claims

Names = Mapping[ResourceId, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the way within ``window``. ``kept`` are rooms in block time, each with the surgeon it is kept for."""

    window: Span
    known: Availability
    held: tuple[Holder, ...]
    kept: tuple[tuple[ResourceId, Holder], ...]

    def against(self, surgeon_id: ResourceId | None) -> tuple[Holder, ...]:
        """All of it for a case of this surgeon (None: of no surgeon, whom every block keeps out)."""
        return (*self.held, *(holder for owner, holder in self.kept if owner != surgeon_id))


def standing(
    work: Work,
    resource_ids: Collection[ResourceId],
    window: Span,
    names: Names,
    *,
    but: BookingId | None = None,
    known: Availability | None = None,
) -> Standing:
    """What stands in the way of ``resource_ids`` within ``window``, ``but`` one booking; ``names`` are the units'."""
    known = known or availability.read(work.session, window)
    held = (
        *claims.held(work.session, resource_ids, window, but=but),
        *_closed(known, resource_ids, window, names),
    )
    kept = tuple(_kept(work, known, resource_ids, window, names)) if known.blocks else ()
    return Standing(window, known, held, kept)


def off_duty(
    work: Work, known: Availability, units: Iterable[Resource], case: Span, whole: Span
) -> Iterator[Holder]:
    """The units that do not work then: staff, rooms and C-arms for the procedure itself, a bay or a bed for ``whole``."""
    for unit in units:
        if unit.id not in known.hours:
            continue
        span = case if unit.kind in KEEPS_HOURS else whole
        if not works(work, known, unit.id, span):
            yield Holder(unit.id, unit.name, None, "", whole.starts, whole.ends, HolderSort.HOURS)


def works(work: Work, known: Availability, unit: ResourceId, span: Span) -> bool:
    """Whether a unit with hours of its own works for the whole of ``span``, which may run over midnight."""
    zone = work.clinic.zone
    days = zone.days(zone.day_of(span.starts), (zone.day_of(span.ends) - zone.day_of(span.starts)).days + 1)
    open_spans = [each for day in days for each in known.hours_on(unit, day, zone) or ()]
    return any(each.starts <= span.starts and span.ends <= each.ends for each in open_spans)


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
    first, last = zone.day_of(window.starts), zone.day_of(window.ends)
    times = known.block_times(first - timedelta(days=1), last, zone.day_of(work.now), zone)
    for each in times:
        block = each.block
        if each.keeps_out and block.room_id in resource_ids and each.span.overlaps(window):
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
