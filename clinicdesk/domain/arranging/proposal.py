"""A plan for a clinic's day in words and figures: what would move, what is gained, how much better it could be at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinicdesk.domain.arranging.clinic_day import Arrangeable
from clinicdesk.domain.arranging.day import DayPlan, Place, taken
from clinicdesk.domain.arranging.worth import Figures, figures
from clinicdesk.domain.booking import DiaryEntry
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.i18n import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One case that would stand elsewhere. ``units`` are those by kind in the new place, without the patient.

    ``exchanged`` are the names of the units that it gives up and takes instead, by kind.
    """

    entry: DiaryEntry
    starts: datetime
    exchanged: tuple[tuple[str, str], ...]
    units: tuple[tuple[ResourceKind, ResourceId], ...]

    @property
    def booking_id(self) -> BookingId:
        """Which case."""
        return self.entry.booking_id

    @property
    def moves(self) -> bool:
        """Whether its time changes: then somebody has to tell the patient."""
        return self.starts != self.entry.starts


@dataclass(frozen=True, slots=True)
class RoomEnd:
    """When a room is done with the last case, turned over; None where it has none."""

    room: str
    now: datetime | None
    then: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A plan for a day. No plan has fewer than ``bound`` points; this one has ``points``, the present day ``points_now``."""

    day: Arrangeable
    plan: DayPlan
    points: int
    points_now: int
    bound: int
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether there is no better plan."""
        return self.points <= self.bound

    @property
    def better_by(self) -> int:
        """By how many per cent another plan could be better at most, rounded up."""
        return 0 if self.proven else -(-100 * (self.points - max(0, self.bound)) // self.points)

    @property
    def now(self) -> Figures:
        """The day as it stands, in figures."""
        present = self.day.problem.present
        return Figures() if present is None else figures(self.day.problem, present)

    @property
    def then(self) -> Figures:
        """The day as planned, in figures."""
        return figures(self.day.problem, self.plan)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What would stand elsewhere, by its new time."""
        found = []
        for entry, case, place in zip(
            self.day.entries, self.day.problem.cases, self.plan.places, strict=True
        ):
            if case.present is not None and place != case.present:
                found.append(_change(self.day, entry, case.present, place))
        return tuple(sorted(found, key=lambda change: (change.starts, change.booking_id)))

    @property
    def room_ends(self) -> tuple[RoomEnd, ...]:
        """When each room that is used is done, now and then, in the clinic's order."""
        present = self.day.problem.present
        now = {} if present is None else _ends(self.day, present)
        then = _ends(self.day, self.plan)
        used = [unit for unit in self.day.names if unit in now or unit in then]
        return tuple(RoomEnd(self.day.names[unit], now.get(unit), then.get(unit)) for unit in used)

    @property
    def gap_words(self) -> str:
        """How good it is, as far as is known."""
        if self.proven:
            return _("No order is better by these measures.")
        return _("At most {percent} % better is possible.").format(percent=self.better_by)


def _change(day: Arrangeable, entry: DiaryEntry, present: Place, place: Place) -> Change:
    units = {day.kinds[unit]: unit for unit in place.units}
    return Change(
        entry=entry,
        starts=day.instant(place.start),
        exchanged=tuple(
            (day.names.get(before, ""), day.names.get(after, ""))
            for before, after in zip(present.units, place.units, strict=True)
            if before != after
        ),
        units=tuple(
            (kind, ResourceId(unit)) for kind, unit in units.items() if kind is not ResourceKind.PATIENT
        ),
    )


def _ends(day: Arrangeable, plan: DayPlan) -> dict[int, datetime]:
    ends: dict[int, int] = {}
    for case, place in zip(day.problem.cases, plan.places, strict=True):
        for unit, span in taken(case, place):
            if unit in day.problem.rooms:
                ends[unit] = max(ends.get(unit, span[1]), span[1])
    return {unit: day.instant(end) for unit, end in ends.items()}
