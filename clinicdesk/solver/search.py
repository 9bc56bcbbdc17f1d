"""One search: a first plan at once, every better one as it is found, and below what none can come. Solver's process only."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from random import Random

from ortools.sat.python import cp_model

from clinicdesk.domain.arranging.bounds import finish_bound, heaviest_clique
from clinicdesk.domain.arranging.day import FINISH_ONLY, DayPlan, DayProblem
from clinicdesk.domain.arranging.greedy import greedy, in_order
from clinicdesk.domain.arranging.packing import is_tight, packed
from clinicdesk.domain.arranging.worth import points
from clinicdesk.solver import objective
from clinicdesk.solver.model import Model
from clinicdesk.solver.wire import Found

_PACKING = 6.0
"""Seconds that go into filling rooms to the brim, where that is what it takes."""

_IN_ORDER = 1.0
"""Seconds for the order within rooms that are filled: it is found at once, or hardly ever."""


class Search:
    """A search that can be stopped from another thread."""

    def __init__(self, problem: DayProblem, told: Callable[[Found], None]) -> None:
        """``told`` hears of every better plan and of every better bound, from any thread, one at a time."""
        self._problem = problem
        self._tell = told
        self._started = time.monotonic()
        self._best: DayPlan | None = None
        self._points = 0
        self._clique = heaviest_clique(problem)
        self._bound = problem.weights.finish * finish_bound(problem, self._clique)
        self._solver = cp_model.CpSolver()
        self._is_stopped = False

    def run(self, *, seconds: float, workers: int) -> Found | None:
        """Search for at most so long; the last word, or None where no plan was found (which is no proof that none is)."""
        first = greedy(self._problem)
        if first is not None:
            self._offer(first)
        if self._weighs_finish_alone and not self._is_done:
            self._pack(min(_PACKING, seconds / 2), workers)
        left = seconds - self._elapsed()
        if left > 0 and not self._is_done:
            self._solve(self._best, left, workers)
        return self._now()

    @property
    def _weighs_finish_alone(self) -> bool:
        return self._problem.weights == FINISH_ONLY

    @property
    def _is_done(self) -> bool:
        """Whether nothing better can come, or nobody waits for it any more."""
        return self._is_stopped or (self._best is not None and self._points <= self._bound)

    def stop(self) -> None:
        """End it soon; what was found stands."""
        self._is_stopped = True
        self._solver.stop_search()

    def _pack(self, seconds: float, workers: int) -> None:
        """Aim straight at the bound where it says that every room is full to the end."""
        until = time.monotonic() + seconds
        chance = Random(1)  # noqa: S311 - spreads a search, hides nothing
        while is_tight(self._problem, self._bound) and not self._is_done and time.monotonic() < until:
            narrow = packed(
                self._problem, self._bound, chance, lambda: self._is_stopped or time.monotonic() > until
            )
            if narrow is None:
                return
            self._put_in_order(narrow, min(_IN_ORDER, max(0.1, until - time.monotonic())), workers)

    def _put_in_order(self, narrow: DayProblem, seconds: float, workers: int) -> None:
        """Find starts for cases whose rooms are given, by the bound or not at all."""
        model = Model(narrow, self._clique)
        objective.finish_by(model, self._bound)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        solver.parameters.max_time_in_seconds = seconds
        if solver.solve(model.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._offer(model.plan(solver))

    def _solve(self, first: DayPlan | None, seconds: float, workers: int) -> None:
        model = Model(self._problem, self._clique)
        objective.minimise(model)
        if first is not None:
            model.hint(first)
        parameters = self._solver.parameters
        parameters.num_workers = workers
        parameters.max_time_in_seconds = max(0.05, seconds)
        if self._is_stopped:
            return
        self._solver.best_bound_callback = self._better_bound
        self._solver.solve(model.model, _Listener(model, self._solved))
        self._better_bound(self._solver.best_objective_bound)

    def _solved(self, model: Model, solution: cp_model.CpSolverSolutionCallback) -> None:
        plan = model.plan(solution) if model.is_exact else in_order(self._problem, model.order(solution))
        if plan is not None:
            self._offer(plan)
        if self._is_done:
            self._solver.stop_search()

    def _offer(self, plan: DayPlan) -> None:
        worth = points(self._problem, plan)
        if self._best is None or worth < self._points:
            self._best, self._points = plan, worth
            self._report()

    def _better_bound(self, bound: float) -> None:
        whole = math.ceil(bound - 1e-6)  # points are whole; the solver's arithmetic is not
        if whole > self._bound:
            self._bound = whole
            self._report()

    def _report(self) -> None:
        now = self._now()
        if now is not None:
            self._tell(now)

    def _now(self) -> Found | None:
        if self._best is None:
            return None
        return Found(self._best, self._points, min(self._bound, self._points), self._elapsed())

    def _elapsed(self) -> float:
        return time.monotonic() - self._started


class _Listener(cp_model.CpSolverSolutionCallback):
    def __init__(
        self, model: Model, told: Callable[[Model, cp_model.CpSolverSolutionCallback], None]
    ) -> None:
        super().__init__()
        self._model = model
        self._told = told

    def on_solution_callback(self) -> None:
        """CP-SAT has a better solution."""
        self._told(self._model, self)
