"""One search: a first plan at once, every better one as it is found, and below what none can come. Solver's process only."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from ortools.sat.python import cp_model

from clinicdesk.domain.arranging.bounds import finish_bound, heaviest_clique
from clinicdesk.domain.arranging.day import DayPlan, DayProblem
from clinicdesk.domain.arranging.greedy import greedy, in_order
from clinicdesk.domain.arranging.worth import points
from clinicdesk.solver import objective
from clinicdesk.solver.model import Model
from clinicdesk.solver.wire import Found


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
        left = seconds - self._elapsed()
        if (first is None or self._points > self._bound) and left > 0 and not self._is_stopped:
            self._solve(first, left, workers)
        return self._now()

    def stop(self) -> None:
        """End it soon; what was found stands."""
        self._is_stopped = True
        self._solver.stop_search()

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
        if self._best is not None and self._points <= self._bound:
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
