"""The first plan, against the plain check."""

from __future__ import annotations

from hypothesis import given, settings

from clinicdesk.domain.arranging.bounds import finish_bound, heaviest_clique
from clinicdesk.domain.arranging.check import breaches
from clinicdesk.domain.arranging.day import DayProblem
from clinicdesk.domain.arranging.greedy import greedy
from clinicdesk.domain.arranging.worth import figures, points
from tests.helpers.random_days import days, moved


@given(days())
@settings(max_examples=150)
def test_the_first_plan_breaks_nothing_and_is_never_worse_than_the_day_as_it_stands(
    problem: DayProblem,
) -> None:
    plan, present = greedy(problem), problem.present
    assert plan is not None
    assert present is not None
    assert breaches(problem, plan) == ()
    assert points(problem, plan) <= points(problem, present)
    assert moved(problem, plan).isdisjoint({case.key for case in problem.cases if case.fixed})


@given(days())
@settings(max_examples=100)
def test_no_plan_finishes_before_the_bound(problem: DayProblem) -> None:
    plan = greedy(problem)
    assert plan is not None
    assert figures(problem, plan).finish >= finish_bound(problem, heaviest_clique(problem))
