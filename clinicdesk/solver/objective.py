"""What a plan is worth, said to CP-SAT: the same points as `domain.arranging.worth` counts. Solver's own process only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from clinicdesk.domain.arranging.bounds import finish_bound
from clinicdesk.domain.arranging.day import Case, DayProblem, Minutes, taken
from clinicdesk.domain.arranging.worth import attendance
from clinicdesk.solver.model import Model, Seat, Start

Term = cp_model.LinearExpr | int


def minimise(model: Model) -> None:
    """Ask for the fewest points."""
    model.model.minimize(sum(_Objective(model).terms()))


def finish_by(model: Model, finish: int) -> None:
    """Ask for any plan in which the last room is done ``finish`` minutes after opening, or before."""
    model.model.add(_Objective(model).finish() <= finish)


@dataclass(slots=True)
class _Use:
    """What keeps one unit busy: when, and whether at all (None: always)."""

    first: list[tuple[Term, cp_model.IntVar | None]] = field(default_factory=list)
    last: list[tuple[Term, cp_model.IntVar | None]] = field(default_factory=list)
    busy: Term = 0


class _Objective:
    def __init__(self, model: Model) -> None:
        self._model = model.model
        self._problem = model.problem
        self._starts = model.starts
        self._seats = model.seats
        self._clique = model.clique
        self._weights = model.problem.weights

    def terms(self) -> Iterator[Term]:
        """Every part with its weight; parts without weight are left out."""
        weights, problem = self._weights, self._problem
        if weights.finish:
            yield weights.finish * self.finish()
        for use in self._used(problem.rooms).values():
            if weights.room_idle:
                yield weights.room_idle * self._idle(use)
            if weights.overtime:
                yield weights.overtime * self._overtime(use)
        if weights.surgeon_idle:
            for use in self._attended().values():
                yield weights.surgeon_idle * self._idle(use)
        if weights.room_change:
            yield from self._room_changes()
        for number, case in enumerate(problem.cases):
            if case.present is not None and not case.fixed:
                yield from self._moves(number, case)

    # When units are used.

    def _used(self, watched: frozenset[int]) -> dict[int, _Use]:
        """The time of each room."""
        uses: dict[int, _Use] = {}
        for start, seats, case in zip(self._starts, self._seats, self._problem.cases, strict=True):
            if case.fixed:
                self._use_fixed(uses, case, watched)
                continue
            for seat in seats:
                self._use(uses, start, seat, watched)
        return uses

    def _attended(self) -> dict[int, _Use]:
        """The time of each surgeon, with what rooms take to be set up and turned over."""
        uses: dict[int, _Use] = {}
        for start, seats, case in zip(self._starts, self._seats, self._problem.cases, strict=True):
            first, last = attendance(self._problem, case)
            for seat in seats:
                for nth, unit in enumerate(seat.units):
                    if unit in self._problem.surgeons:
                        is_taken = seat.taken[nth] if seat.taken else None
                        _add(uses.setdefault(unit, _Use()), start + first, last - first, is_taken)
        return uses

    def _use_fixed(self, uses: dict[int, _Use], case: Case, watched: frozenset[int]) -> None:
        assert case.present is not None
        for unit, span in taken(case, case.present):
            if unit in watched:
                _add(uses.setdefault(unit, _Use()), span[0], span[1] - span[0], None)

    def _use(self, uses: dict[int, _Use], start: Start, seat: Seat, watched: frozenset[int]) -> None:
        for nth, unit in enumerate(seat.units):
            if unit not in watched:
                continue
            is_taken = seat.taken[nth] if seat.taken else None
            for stretch in seat.need.stretches:
                if stretch.until is None and stretch.opens < stretch.closes:
                    use = uses.setdefault(unit, _Use())
                    _add(use, start + stretch.opens, stretch.closes - stretch.opens, is_taken)

    def _first(self, use: _Use) -> cp_model.IntVar:
        return self._edge(use.first, at_most=True)

    def _last(self, use: _Use) -> cp_model.IntVar:
        return self._edge(use.last, at_most=False)

    def _edge(self, edges: list[tuple[Term, cp_model.IntVar | None]], *, at_most: bool) -> cp_model.IntVar:
        """A minute that lies before, or after, every one of ``edges`` that is there."""
        edge = self._model.new_int_var(-_FAR, _FAR, "")
        for at, is_taken in edges:
            bound = self._model.add(edge <= at if at_most else edge >= at)
            if is_taken is not None:
                bound.only_enforce_if(is_taken)
        return edge

    # The parts.

    def finish(self) -> Term:
        """When the last room is done, after opening."""
        finish = self._model.new_int_var(finish_bound(self._problem, self._clique), _FAR, "")
        for start, seats, case in zip(self._starts, self._seats, self._problem.cases, strict=True):
            for last in _room_ends(self._problem.rooms, start, seats, case):
                self._model.add(finish >= last - self._problem.opens)
        soonest = _soonest(self._problem)
        for use in self._used(self._problem.rooms).values():
            # Follows from no two being there at once; said outright, the search sees at once when a room is full.
            self._model.add(use.busy <= finish + self._problem.opens - soonest)
        return finish

    def _idle(self, use: _Use) -> Term:
        idle = self._model.new_int_var(0, 2 * _FAR, "")
        self._model.add(idle >= self._last(use) - self._first(use) - use.busy)
        return idle

    def _overtime(self, use: _Use) -> Term:
        beyond = self._model.new_int_var(0, _FAR, "")
        for at, is_taken in use.last:
            bound = self._model.add(beyond >= at - self._problem.closes)
            if is_taken is not None:
                bound.only_enforce_if(is_taken)
        return beyond

    def _room_changes(self) -> Iterator[Term]:
        """One for each surgeon and room beyond the first room of each surgeon."""
        shared: dict[int, dict[int, cp_model.IntVar]] = {}
        for seats in self._seats:
            surgeons = [
                s.units[0] for s in seats if len(s.units) == 1 and s.units[0] in self._problem.surgeons
            ]
            rooms = [seat for seat in seats if self._problem.rooms.intersection(seat.units)]
            for surgeon in surgeons:
                together = shared.setdefault(surgeon, {})
                for seat in rooms:
                    self._note_rooms(together, seat)
        for together in shared.values():
            if together:
                yield self._weights.room_change * (sum(together.values()) - 1)

    def _note_rooms(self, together: dict[int, cp_model.IntVar], seat: Seat) -> None:
        for nth, room in enumerate(seat.units):
            is_used = together.setdefault(room, self._model.new_bool_var(""))
            if seat.taken:
                self._model.add_implication(seat.taken[nth], is_used)
            else:
                self._model.add(is_used == 1)

    def _moves(self, number: int, case: Case) -> Iterator[Term]:
        assert case.present is not None
        start, weights = self._starts[number], self._weights
        assert isinstance(start, cp_model.IntVar)
        moving = weights.moved + (weights.told if case.told else 0)
        if moving:
            is_moved = self._model.new_bool_var("")
            self._model.add(start == case.present.start).only_enforce_if(~is_moved)
            yield moving * is_moved
        if weights.minutes_moved:
            by = self._model.new_int_var(0, _FAR, "")
            self._model.add_abs_equality(by, start - case.present.start)
            yield weights.minutes_moved * by
        for seat, present in zip(self._seats[number], case.present.units, strict=True):
            for unit, is_taken in zip(seat.units, seat.taken, strict=False):
                if unit != present and weights.swapped:
                    yield weights.swapped * is_taken


_FAR = 1_000_000
"""Further than any minute of a day, or of a benchmark."""


def _add(use: _Use, first: Term, length: int, is_taken: cp_model.IntVar | None) -> None:
    use.first.append((first, is_taken))
    use.last.append((first + length, is_taken))
    use.busy = use.busy + (length if is_taken is None else length * is_taken)


def _soonest(problem: DayProblem) -> int:
    """A minute before which no case keeps a room or anything else busy."""
    starts = [
        min(case.earliest, case.earliest if case.present is None else case.present.start)
        + min((s.opens for need in case.needs for s in need.stretches), default=0)
        for case in problem.cases
    ]
    return min(starts, default=problem.opens)


def _room_ends(rooms: frozenset[int], start: Start, seats: list[Seat], case: Case) -> Iterator[Term]:
    if case.fixed:
        assert case.present is not None
        spans: Iterator[tuple[int, Minutes]] = taken(case, case.present)
        yield from (span[1] for unit, span in spans if unit in rooms)
        return
    for seat in seats:
        if rooms.issuperset(seat.need.units):
            yield from (start + s.closes for s in seat.need.stretches if s.until is None)
