"""A day's problem as a CP-SAT model. Imported in the solver's own process only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ortools.sat.python import cp_model

from clinicdesk.domain.arranging.board import closed
from clinicdesk.domain.arranging.bounds import core, pools
from clinicdesk.domain.arranging.day import (
    Case,
    DayPlan,
    DayProblem,
    Minutes,
    Need,
    Place,
    Stretch,
    forbidden,
)

_MOST_CHOICES = 4_000
"""With more than this many (need, unit) pairs the model would be slower to read than to solve without naming the units."""

_LONGEST = 14 * 24 * 60
"""Minutes that no unit is busy with one case."""

_FEW = 8
"""A need that chooses from so many units names them even then."""

Start = cp_model.IntVar | int
"""When a case starts: to be found, or given."""


class Solution(Protocol):
    """What a solution says: the solver and its callback both do."""

    def value(self, expression: cp_model.LinearExprT) -> int:
        """The value of an expression."""
        ...


@dataclass(slots=True)
class Seat:
    """A need whose unit is found: the candidates, and of each whether it is the one.

    One candidate alone needs no variable. ``loose`` needs name no unit.
    """

    need: Need
    units: tuple[int, ...]
    taken: list[cp_model.IntVar]
    loose: bool = False


class Model:
    """The model of a problem, and how its solution reads as a plan.

    Where there are very many units to choose from, needs are only counted against their pool, and a solution is an order
    rather than a plan: `is_exact` is false then, and the caller gives each case its units (`arranging.greedy.in_order`).
    """

    def __init__(self, problem: DayProblem, clique: Sequence[int]) -> None:
        """``clique`` are cases of which no two can go on at once (`arranging.bounds.heaviest_clique`)."""
        self.problem = problem
        self.clique = clique
        self.model = cp_model.CpModel()
        choices = sum(len(need.units) for case in problem.cases for need in case.needs)
        self._loosens = choices > _MOST_CHOICES
        self._held: dict[int, list[cp_model.IntervalVar]] = {}
        self._closed = {
            unit: [self._fixed(span) for span in spans] for unit, spans in closed(problem).items()
        }
        self.starts = [self._start(case) for case in problem.cases]
        self.seats = [self._seats_of(number) for number in range(len(problem.cases))]
        for number in range(len(problem.cases)):
            self._keep_out(number)
        self._keep_apart()
        self._count_pools()
        self._keep_clique_apart()

    @property
    def is_exact(self) -> bool:
        """Whether a solution names every unit."""
        return not any(seat.loose for seats in self.seats for seat in seats)

    def hint(self, plan: DayPlan) -> None:
        """Begin the search at ``plan``."""
        for start, seats, place in zip(self.starts, self.seats, plan.places, strict=True):
            if isinstance(start, cp_model.IntVar):
                self.model.add_hint(start, place.start)
            for seat, unit in zip(seats, place.units, strict=True):
                for candidate, is_taken in zip(seat.units, seat.taken, strict=False):
                    self.model.add_hint(is_taken, candidate == unit)

    def order(self, solution: Solution) -> list[int]:
        """The cases by their start in a solution."""
        starts = [solution.value(start) for start in self.starts]
        return sorted(range(len(starts)), key=lambda number: (starts[number], number))

    def plan(self, solution: Solution) -> DayPlan:
        """A solution as a plan; only where `is_exact`."""
        return DayPlan(
            tuple(
                Place(solution.value(start), tuple(_unit(seat, solution) for seat in seats))
                for start, seats in zip(self.starts, self.seats, strict=True)
            )
        )

    # Cases.

    def _start(self, case: Case) -> Start:
        if case.fixed:
            assert case.present is not None
            return case.present.start
        starts = self.problem.starts(case)
        if starts.step == 1 and case.present is None:
            return self.model.new_int_var(starts.start, starts.stop - 1, "")
        values = {*starts} | ({case.present.start} if case.present is not None else set())
        return self.model.new_int_var_from_domain(cp_model.Domain.from_values(sorted(values)), "")

    def _seats_of(self, number: int) -> list[Seat]:
        return [self._seat(number, need, nth) for nth, need in enumerate(self.problem.cases[number].needs)]

    def _seat(self, number: int, need: Need, nth: int) -> Seat:
        case, start = self.problem.cases[number], self.starts[number]
        if case.fixed:
            assert case.present is not None
            return Seat(need, (case.present.units[nth],), [])
        if len(need.units) == 1:
            for stretch in need.stretches:
                self._hold(need.units[0], self._interval(start, stretch))
            return Seat(need, need.units, [])
        if self._loosens and len(need.units) > _FEW:
            return Seat(need, (), [], loose=True)
        seat = Seat(need, need.units, [self.model.new_bool_var("") for _unit in need.units])
        self.model.add_exactly_one(seat.taken)
        for unit, is_taken in zip(seat.units, seat.taken, strict=True):
            for stretch in need.stretches:
                self._hold(unit, self._interval(start, stretch, is_taken))
        return seat

    def _hold(self, unit: int, interval: cp_model.IntervalVar) -> None:
        self._held.setdefault(unit, []).append(interval)

    def _keep_out(self, number: int) -> None:
        """Forbid the starts at which the case, or a unit of it, may not go on."""
        case, start = self.problem.cases[number], self.starts[number]
        if isinstance(start, int):
            return
        for shut in case.shut:
            if shut.unit is None:
                self._forbid(start, forbidden(case, shut), None)
        for seat in self.seats[number]:
            for nth, unit in enumerate(seat.units):
                for shut in case.shut:
                    if shut.unit == unit:
                        taken = seat.taken[nth] if seat.taken else None
                        self._forbid(start, forbidden(case, shut, seat.need.stretches), taken)

    def _forbid(
        self, start: cp_model.IntVar, spans: Iterable[Minutes], is_taken: cp_model.IntVar | None
    ) -> None:
        for first, last in spans:
            if first < last:
                allowed = cp_model.Domain.from_intervals([[first, last - 1]]).complement()
                bound = self.model.add_linear_expression_in_domain(start, allowed)
                if is_taken is not None:
                    bound.only_enforce_if(is_taken)

    def _interval(
        self, start: Start, stretch: Stretch, is_taken: cp_model.IntVar | None = None
    ) -> cp_model.IntervalVar:
        """The stretch of a case as an interval that is there where ``is_taken`` (always, without)."""
        if stretch.until is None:
            first, size = start + stretch.opens, stretch.closes - stretch.opens
            if is_taken is None:
                return self.model.new_fixed_size_interval_var(first, size, "")
            return self.model.new_optional_fixed_size_interval_var(first, size, is_taken, "")
        first, size_var = start + stretch.opens, self.model.new_int_var(0, _LONGEST, "")
        if is_taken is None:
            return self.model.new_interval_var(first, size_var, stretch.until, "")
        return self.model.new_optional_interval_var(first, size_var, stretch.until, is_taken, "")

    def _fixed(self, span: Minutes) -> cp_model.IntervalVar:
        return self.model.new_fixed_size_interval_var(span[0], span[1] - span[0], "")

    # What no plan may do.

    def _keep_apart(self) -> None:
        """No unit is in two places."""
        for unit, intervals in self._held.items():
            self.model.add_no_overlap(intervals + self._closed.get(unit, []))

    def _count_pools(self) -> None:
        """Never more at once than a pool has units: what the search learns fastest from, and all that loose needs obey."""
        for pool in pools(self.problem):
            wanted = [
                self._interval(self.starts[number], stretch)
                for number, case in enumerate(self.problem.cases)
                if not case.fixed
                for need in case.needs
                if pool.issuperset(need.units)
                for stretch in need.stretches
            ]
            if len(wanted) > len(pool):
                busy = [interval for unit in sorted(pool) for interval in self._closed.get(unit, ())]
                self.model.add_cumulative(wanted + busy, [1] * (len(wanted) + len(busy)), len(pool))

    def _keep_clique_apart(self) -> None:
        """Cases of which each pair shares a unit go on one after another: said once for all of them."""
        if len(self.clique) > 2:
            cores = [(self.starts[n], core(self.problem.cases[n])) for n in self.clique]
            self.model.add_no_overlap(
                [
                    self.model.new_fixed_size_interval_var(start + first, last - first, "")
                    for start, (first, last) in cores
                ]
            )


def _unit(seat: Seat, solution: Solution) -> int:
    if not seat.taken:
        return seat.units[0]
    return next(unit for unit, taken in zip(seat.units, seat.taken, strict=True) if solution.value(taken))
