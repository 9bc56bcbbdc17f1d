"""What stands in the way of a case, and how its needs are filled round it.

Other cases, closures and hours are `Holder`s of a unit; a room in block time is held against every surgeon but its owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.availability import KEEPS_HOURS, Availability
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.assign import Assignment, Pools, Units, assign
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import PlannedClaim
from clinicdesk.errors import Holder, HolderSort


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

    def within(self, window: Span) -> Standing:
        """What of it shares an instant with a shorter ``window``."""
        first, last = window.starts, window.ends
        return Standing(
            window,
            self.known,
            tuple(each for each in self.held if each.starts < last and first < each.ends),
            tuple(each for each in self.kept if each[1].starts < last and first < each[1].ends),
        )


def window_of(needs: Sequence[PlannedClaim]) -> Span:
    """From the first need to the last."""
    return Span(min(need.span.starts for need in needs), max(need.span.ends for need in needs))


def candidates(
    needs: Iterable[PlannedClaim], pools: Pools, chosen: Units
) -> dict[ResourceId, Resource | None]:
    """The units that might be taken; those that were asked for stand without their facts, since nothing is chosen."""
    found: dict[ResourceId, Resource | None] = {}
    for need in needs:
        given = [chosen[kind] for kind in need.kinds if kind in chosen]
        found.update(dict.fromkeys(given))
        found.update({u.id: u for kind in need.kinds for u in pools.get(kind, ()) if not given})
    return found


def filled(
    needs: Sequence[PlannedClaim], pools: Pools, chosen: Units, ways: Standing, zone: ClinicZone, case: Span
) -> Assignment:
    """Fill ``needs`` round what stands in the way; a unit that was not chosen is taken only where it works in ``case``.

    A room may be kept for one surgeon: where it is open who does it, each is tried with the rooms open to that one.
    """
    free_to_choose = [unit for unit in candidates(needs, pools, chosen).values() if unit is not None]
    off = tuple(off_duty(ways.known, zone, free_to_choose, case, needs))
    surgeon = chosen.get(ResourceKind.SURGEON)
    if ways.kept and _wants_a_surgeon(needs, chosen):
        for unit in pools.get(ResourceKind.SURGEON, ()):
            with_one = {**chosen, ResourceKind.SURGEON: unit.id}
            found = assign(needs, pools, with_one, (*ways.against(unit.id), *off))
            if not found.obstacles:
                return found
    return assign(needs, pools, chosen, (*ways.against(surgeon), *off))


def _wants_a_surgeon(needs: Iterable[PlannedClaim], chosen: Units) -> bool:
    """Whether a surgeon may be taken whom nobody chose; what a chosen nurse does needs none."""
    return any(ResourceKind.SURGEON in need.kinds and chosen.keys().isdisjoint(need.kinds) for need in needs)


def off_duty(
    known: Availability,
    zone: ClinicZone,
    units: Iterable[Resource],
    case: Span,
    needs: Sequence[PlannedClaim],
) -> Iterator[Holder]:
    """The units that do not work then: staff, rooms and C-arms for the procedure itself, a bay or a bed for its own stay."""
    for unit in units:
        if unit.id not in known.hours:
            continue
        stays = [need.span for need in needs if unit.kind in need.kinds]
        for span in [case] if unit.kind in KEEPS_HOURS else stays:
            if not works(known, zone, unit.id, span):
                starts = min(stay.starts for stay in stays)
                ends = max(stay.ends for stay in stays)
                yield Holder(unit.id, unit.name, None, "", starts, ends, HolderSort.HOURS)
                break


def idle(
    known: Availability,
    zone: ClinicZone,
    units: Iterable[tuple[ResourceKind, ResourceId]],
    names: Mapping[ResourceId, str],
    case: Span,
) -> tuple[str, ...]:
    """Those of the units asked for that do not work during the procedure, by name."""
    return tuple(
        names.get(unit, "")
        for kind, unit in units
        if kind in KEEPS_HOURS and unit in known.hours and not works(known, zone, unit, case)
    )


def works(known: Availability, zone: ClinicZone, unit: ResourceId, span: Span) -> bool:
    """Whether a unit with hours of its own works for the whole of ``span``, which may run over midnight."""
    spans = known.working(unit, span, zone)
    return spans is None or any(each.starts <= span.starts and span.ends <= each.ends for each in spans)
