"""Which unit of each kind a case gets: the one asked for, else the first free one in the clinic's own order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.clashes import Claimed, Obstacle
from clinicdesk.domain.scheduling.intervals import Span, merged
from clinicdesk.domain.scheduling.occupancy import PlannedClaim
from clinicdesk.errors import Holder

Pools = Mapping[ResourceKind, Sequence[Resource]]
"""The units that may be taken, by kind, in the clinic's own order."""

Units = Mapping[ResourceKind, ResourceId]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The units a case gets, the claims that follow (sorted by resource), and what stands in the way.

    A unit that was asked for stands in ``units`` also where it clashes; a kind of which none is free does not.
    """

    units: tuple[tuple[ResourceKind, ResourceId], ...]
    claims: tuple[Claimed, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Every holder that stands in the way, each once."""
        return tuple(dict.fromkeys(h for obstacle in self.obstacles for h in obstacle.holders))


def assign(needs: Iterable[PlannedClaim], pools: Pools, chosen: Units, held: Iterable[Holder]) -> Assignment:
    """Fill ``needs``: ``chosen`` units are kept, every other kind gets the first unit free for all its stretches."""
    busy = _by_resource(held)
    units: dict[ResourceKind, ResourceId] = {}
    claims: dict[ResourceId, list[Span]] = {}
    obstacles = []
    for kinds, spans in _by_kinds(needs).items():
        pick = _pick(kinds, spans, pools, {**chosen, **units}, busy)
        if isinstance(pick, Obstacle):
            obstacles.append(pick)
            wanted = next(((kind, chosen[kind]) for kind in kinds if kind in chosen), None)
            if wanted is None:
                continue
            pick = wanted
        kind, unit = pick
        units[kind] = unit
        claims.setdefault(unit, []).extend(spans)
    return Assignment(
        tuple(units.items()),
        tuple(sorted(Claimed(unit, span) for unit, spans in claims.items() for span in merged(spans))),
        tuple(obstacles),
    )


def _pick(
    kinds: tuple[ResourceKind, ...],
    spans: Sequence[Span],
    pools: Pools,
    fixed: Units,
    busy: Mapping[ResourceId, Sequence[Holder]],
) -> tuple[ResourceKind, ResourceId] | Obstacle:
    given = [(kind, fixed[kind]) for kind in kinds if kind in fixed]
    candidates = given or [(kind, unit.id) for kind in kinds for unit in pools.get(kind, ())]
    in_the_way: list[Holder] = []
    for kind, unit in candidates:
        standing = _standing(spans, busy.get(unit, ()))
        if not standing:
            return kind, unit
        in_the_way += standing
    return Obstacle(kinds, tuple(dict.fromkeys(in_the_way)), chosen=bool(given))


def _standing(spans: Sequence[Span], holders: Sequence[Holder]) -> list[Holder]:
    return [h for h in holders if any(h.starts < span.ends and span.starts < h.ends for span in spans)]


def _by_kinds(needs: Iterable[PlannedClaim]) -> dict[tuple[ResourceKind, ...], list[Span]]:
    """One unit serves all stretches of the same kinds; the narrow needs come first, so that a wide one may share."""
    groups: dict[tuple[ResourceKind, ...], list[Span]] = {}
    for need in needs:
        groups.setdefault(need.kinds, []).append(need.span)
    return dict(sorted(groups.items(), key=lambda group: len(group[0])))


def _by_resource(held: Iterable[Holder]) -> dict[ResourceId, list[Holder]]:
    busy: dict[ResourceId, list[Holder]] = {}
    for holder in held:
        busy.setdefault(ResourceId(holder.resource_id), []).append(holder)
    return busy
