"""What CP-SAT finds, against the plain check."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from clinicdesk.domain.arranging.check import breaches
from clinicdesk.domain.arranging.day import DayProblem
from clinicdesk.domain.arranging.greedy import greedy
from clinicdesk.domain.arranging.worth import points
from clinicdesk.solver import wire
from clinicdesk.solver.wire import Found
from tests.benchmarks import dzn
from tests.helpers.random_days import days, moved

pytest.importorskip("ortools")

from clinicdesk.solver.search import Search


@given(days(most=5))
@settings(max_examples=25)
def test_what_the_solver_finds_breaks_nothing_and_only_gets_better(problem: DayProblem) -> None:
    heard: list[Found] = []
    last = Search(problem, heard.append).run(seconds=20, workers=2)
    first = greedy(problem)
    assert last is not None
    assert first is not None
    for found in (*heard, last):
        assert breaches(problem, found.plan) == ()
        assert found.points == points(problem, found.plan)
        assert found.bound <= last.points <= found.points <= points(problem, first)
        assert moved(problem, found.plan).isdisjoint({case.key for case in problem.cases if case.fixed})
    assert last.proven


@given(days())
def test_a_problem_crosses_as_it_is(problem: DayProblem) -> None:
    message = wire.read(wire.line(wire.SOLVE, 1, problem=wire.of_problem(problem)))
    assert wire.problem(message["problem"]) == problem


def test_a_public_instance_is_solved_to_its_proven_best(data_dir: Path) -> None:
    problem = dzn.day(dzn.read((data_dir / "scheduling" / "t20m10r10-17.dzn").read_text("utf-8")))
    found = Search(problem, lambda _found: None).run(seconds=60, workers=2)
    assert found is not None
    assert breaches(problem, found.plan) == ()
    assert (found.points, found.bound) == (1069, 1069)
