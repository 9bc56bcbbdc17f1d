"""What a plan is worth: readable figures, and one number of points (fewer are better)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinicdesk.domain.arranging.day import Case, DayPlan, DayProblem, Minutes, Place, Weights, taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A plan in figures, minutes unless they count something. ``finish`` is after opening; ``told`` is among ``moved``."""

    finish: int = 0
    overtime: int = 0
    surgeon_idle: int = 0
    room_idle: int = 0
    room_changes: int = 0
    moved: int = 0
    told: int = 0
    minutes_moved: int = 0
    swapped: int = 0

    def points(self, weights: Weights) -> int:
        """All of it in one number."""
        return (
            weights.finish * self.finish
            + weights.overtime * self.overtime
            + weights.surgeon_idle * self.surgeon_idle
            + weights.room_idle * self.room_idle
            + weights.room_change * self.room_changes
            + weights.moved * self.moved
            + weights.told * self.told
            + weights.minutes_moved * self.minutes_moved
            + weights.swapped * self.swapped
        )


def figures(problem: DayProblem, plan: DayPlan) -> Figures:
    """``plan`` in figures."""
    used: dict[int, list[Minutes]] = {}
    attended: dict[int, list[Minutes]] = {}
    shared: set[tuple[int, int]] = set()
    for case, place in zip(problem.cases, plan.places, strict=True):
        for unit, span in taken(case, place):
            used.setdefault(unit, []).append(span)
        for surgeon in problem.surgeons.intersection(place.units):
            first, last = attendance(problem, case)
            attended.setdefault(surgeon, []).append((place.start + first, place.start + last))
        shared |= pairs(problem, place)
    ends = {room: max(last for _first, last in used[room]) for room in used.keys() & problem.rooms}
    moves = [
        _moved(case, place)
        for case, place in zip(problem.cases, plan.places, strict=True)
        if case.present is not None
    ]
    return Figures(
        finish=max(0, max(ends.values(), default=problem.opens) - problem.opens),
        overtime=sum(max(0, end - problem.closes) for end in ends.values()),
        surgeon_idle=sum(_waited(spans) for spans in attended.values()),
        room_idle=sum(_idle(used[unit]) for unit in used.keys() & problem.rooms),
        room_changes=len(shared) - len({surgeon for surgeon, _room in shared}),
        moved=sum(move.moved for move in moves),
        told=sum(move.told for move in moves),
        minutes_moved=sum(move.minutes_moved for move in moves),
        swapped=sum(move.swapped for move in moves),
    )


def points(problem: DayProblem, plan: DayPlan) -> int:
    """``plan`` in one number."""
    return figures(problem, plan).points(problem.weights)


def pairs(problem: DayProblem, place: Place) -> set[tuple[int, int]]:
    """Which surgeon is in which room."""
    rooms = [unit for unit in place.units if unit in problem.rooms]
    return {(unit, room) for unit in place.units if unit in problem.surgeons for room in rooms}


def attendance(problem: DayProblem, case: Case) -> Minutes:
    """How a case keeps its surgeon from the next one in the same room: its time in the room, else the surgeon's own."""
    for watched in (problem.rooms, problem.surgeons):
        stretches = [s for need in case.needs if watched.issuperset(need.units) for s in need.stretches]
        if stretches:
            return min(s.opens for s in stretches), max(s.closes for s in stretches)
    return 0, case.length


def _waited(spans: Sequence[Minutes]) -> int:
    """How much longer a surgeon's day is than what is done in it, setting up and turning over included."""
    day = max(last for _first, last in spans) - min(first for first, _last in spans)
    return max(0, day - sum(last - first for first, last in spans))


def _idle(spans: Iterable[Minutes]) -> int:
    """The minutes between the first and the last in which nothing is."""
    idle, reach = 0, None
    for first, last in sorted(spans):
        if reach is not None and first > reach:
            idle += first - reach
        reach = last if reach is None else max(reach, last)
    return idle


def _moved(case: Case, place: Place) -> Figures:
    assert case.present is not None
    moved = int(place.start != case.present.start)
    return Figures(
        moved=moved,
        told=moved if case.told else 0,
        minutes_moved=abs(place.start - case.present.start),
        swapped=sum(a != b for a, b in zip(place.units, case.present.units, strict=True)),
    )
