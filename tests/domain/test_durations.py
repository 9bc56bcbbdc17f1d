"""Lengths learned from actual times: the clinical figures, and what a fit of few cases may say."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.catalogue import GRID_MINUTES, LONGEST_MINUTES
from clinicdesk.domain.durations import LATEST_CASES, LogNormal, fitted, learned, on_grid

MINUTES = st.lists(st.floats(3, 720), min_size=10, max_size=60)
MEAN_60_DEVIATION_30 = LogNormal(math.log(60) - math.log1p(0.25) / 2, math.sqrt(math.log1p(0.25)))


def test_the_worked_example_of_a_mean_of_60_and_a_deviation_of_30() -> None:
    fit = MEAN_60_DEVIATION_30
    assert fit.mu == pytest.approx(3.98277, abs=5e-6)
    assert fit.sigma == pytest.approx(0.47238, abs=5e-6)
    assert fit.median == pytest.approx(53.67, abs=5e-3)
    assert fit.quantile(0.8) == pytest.approx(79.87, abs=5e-3)
    assert fit.quantile(0.9) == pytest.approx(98.31, abs=5e-3)


def test_a_fit_of_many_cases_finds_the_distribution_they_came_from() -> None:
    random = Random(3)
    fit = fitted([random.lognormvariate(4.1, 0.3) for _ in range(4000)])
    assert fit.mu == pytest.approx(4.1, abs=0.02)
    assert fit.sigma == pytest.approx(0.3, abs=0.01)


def test_nothing_is_learned_before_there_are_ten_cases_that_can_be_believed() -> None:
    nine = [60.0] * 9
    assert learned(nine, 80, 10) is None
    assert learned([*nine, 2.9, 721.0], 80, 10) is None
    found = learned([*nine, 2.9, 60.0], 80, 10)
    assert found is not None
    assert (found.cases, found.planned) == (10, 60)
    assert found.median == pytest.approx(60)


def test_the_range_of_few_cases_stays_within_what_is_believed() -> None:
    found = learned([20.0, 60.0, 180.0], 80, 3)
    assert found is not None
    assert found.low == pytest.approx(5.16, abs=0.01)
    assert found.high == 720


def test_only_the_latest_cases_count() -> None:
    found = learned([30.0, 40.0] * (LATEST_CASES // 2) + [200.0] * 100, 80, 10)
    assert found is not None
    assert found.cases == LATEST_CASES
    assert found.planned == 40


@given(MINUTES, st.integers(50, 95))
def test_what_is_planned_is_on_the_grid_covers_the_figure_and_has_its_range(
    minutes: list[float], percentile: int
) -> None:
    found = learned(minutes, percentile, 10)
    assert found is not None
    assert found.planned % GRID_MINUTES == 0
    assert GRID_MINUTES <= found.planned <= LONGEST_MINUTES
    if found.exact <= LONGEST_MINUTES:
        assert found.exact - 1e-4 <= found.planned < found.exact + GRID_MINUTES
    assert found.low <= found.exact <= found.high
    assert found.median <= found.exact * (1 + 1e-9)


@given(MINUTES)
def test_a_higher_percentile_never_plans_less(minutes: list[float]) -> None:
    planned = [found.planned for p in range(50, 96, 5) if (found := learned(minutes, p, 10)) is not None]
    assert planned == sorted(planned)


def test_a_step_is_rounded_up_and_a_hair_is_not() -> None:
    assert [on_grid(each) for each in (0.5, 60.0, 60.000001, 60.1, 79.87, 5000)] == [5, 60, 60, 65, 80, 720]


def test_the_range_of_a_learned_length_holds_the_true_one_19_times_in_20() -> None:
    random = Random(11)
    truth = MEAN_60_DEVIATION_30.quantile(0.8)
    held = 0
    for _run in range(600):
        found = learned([random.lognormvariate(3.98277, 0.47238) for _ in range(14)], 80, 10)
        assert found is not None
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 600 <= 0.98
