"""A case runs long: who will be late because of it, by how much, and what would make the day possible again.

On each unit the cases keep their order. A case that has begun holds its units until its expected end; whoever comes after it
on one of them starts as much later as it has to, and hands on what its own slack does not swallow. Delays are whole steps of
the diary's grid, and the least for which nothing overlaps: the same numbers tell when each will start and how far to shift.

A case that has not begun and is merely overdue makes nobody late: the desk may not have noted yet that it began.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clinicdesk.domain.booking import ActualTimes
from clinicdesk.domain.catalogue import GRID_MINUTES
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.clashes import Claimed

HANDED_ON = frozenset(
    {
        ResourceKind.ROOM,
        ResourceKind.SURGEON,
        ResourceKind.C_ARM,
        ResourceKind.ANESTHESIA,
        ResourceKind.NURSE,
    }
)
"""The kinds that make others wait. Of bays and beds another is taken where one is late."""

STEP = timedelta(minutes=GRID_MINUTES)

ON_TIME = timedelta(minutes=5)
"""A case that starts no later than this is on time."""

Delays = Mapping[BookingId, timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCase:
    """One case of the day, UTC. ``holds`` is what it was planned to occupy; ``actual`` what has happened so far."""

    booking_id: BookingId
    starts: datetime
    ends: datetime
    holds: tuple[Claimed, ...]
    begun: bool = False
    actual: ActualTimes = field(default_factory=ActualTimes)

    def over(self, now: datetime) -> timedelta:
        """How much later than planned it ends, as far as can be known at ``now``; nothing where it has not begun.

        It lasts as long as planned from when it really started, and if it is still going on, at least until now.
        """
        if not self.begun:
            return timedelta()
        if self.actual.ended is not None:
            return max(timedelta(), self.actual.ended - self.ends)
        started = self.actual.started or max(self.actual.in_room or self.starts, self.starts)
        return max(timedelta(), started - self.starts, now - self.ends)


def delays(cases: Collection[RunningCase], now: datetime) -> Delays:
    """By how much each case that has not begun will start late; those on time are left out.

    Nobody starts in the past: who is late and could have started by now starts now.
    """
    return pushed(cases, {case.booking_id: case.over(now) for case in cases if case.begun}, now)


def anybody_late(late: Delays) -> bool:
    """Whether a delay is worth telling: one that nobody would notice is not."""
    return any(delay > ON_TIME for delay in late.values())


def pushed(cases: Collection[RunningCase], late: Delays, now: datetime) -> Delays:
    """Who becomes late, and by how much, if those of ``late`` are: they themselves included, unless they have begun.

    A case that has begun keeps its start and ends later; any other is shifted as a whole.
    """
    found = {booking: _on_grid(delay) for booking, delay in late.items() if delay > timedelta()}
    behind = _followers(cases)
    by_id = {case.booking_id: case for case in cases}
    due = sorted(found)
    while due:
        mine = due.pop()
        for follower, slack in behind.get(mine, ()):
            needed = _on_grid(found[mine] - slack)
            if needed <= timedelta() or by_id[follower].begun:
                continue
            needed = max(needed, _on_grid(now - by_id[follower].starts))
            if needed > found.get(follower, timedelta()):
                found[follower] = needed
                due.append(follower)
    return {booking: delay for booking, delay in found.items() if not by_id[booking].begun}


def culprits(cases: Collection[RunningCase], now: datetime) -> tuple[BookingId, ...]:
    """The cases that have begun and make somebody late, by planned start."""
    begun = sorted((case for case in cases if case.begun), key=lambda case: (case.starts, case.booking_id))
    return tuple(case.booking_id for case in begun if pushed(cases, {case.booking_id: case.over(now)}, now))


def _followers(cases: Iterable[RunningCase]) -> dict[BookingId, list[tuple[BookingId, timedelta]]]:
    """Whom each case is followed by on a unit, and the slack between them. Slack is never negative in what is stored."""
    by_unit: dict[ResourceId, list[tuple[Claimed, BookingId]]] = {}
    for case in cases:
        for claim in case.holds:
            by_unit.setdefault(claim.resource_id, []).append((claim, case.booking_id))
    behind: dict[BookingId, list[tuple[BookingId, timedelta]]] = {}
    for held in by_unit.values():
        held.sort(key=lambda each: (each[0].span, each[1]))
        for number, (claim, mine) in enumerate(held):
            for later, other in held[number + 1 :]:
                if other != mine:
                    slack = max(timedelta(), later.span.starts - claim.span.ends)
                    behind.setdefault(mine, []).append((other, slack))
    return behind


def _on_grid(delay: timedelta) -> timedelta:
    """The next whole step of the grid."""
    return -(-delay // STEP) * STEP
