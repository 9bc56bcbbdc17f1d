"""Figures with their uncertainty: known tables, and how often the ranges really hold the truth."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from statistics import fmean, median, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.estimates import Estimate, middle, ratio, share, student_t

TABLE = (
    (0.975, 1, 12.7062), (0.975, 2, 4.3027), (0.975, 3, 3.1824), (0.975, 4, 2.7764), (0.975, 5, 2.5706),
    (0.975, 9, 2.2622), (0.975, 10, 2.2281), (0.975, 29, 2.0452), (0.975, 30, 2.0423), (0.975, 60, 2.0003),
    (0.975, 120, 1.9799), (0.975, 1000, 1.9623), (0.95, 7, 1.8946), (0.95, 1, 6.3138), (0.995, 4, 4.6041),
    (0.9, 11, 1.3634), (0.75, 2, 0.8165), (0.5, 5, 0.0),
)  # fmt: skip
"""From the printed tables of Student's t."""


@pytest.mark.parametrize(("probability", "degrees", "printed"), TABLE)
def test_students_t_is_that_of_the_tables(probability: float, degrees: int, printed: float) -> None:
    assert student_t(probability, degrees) == pytest.approx(printed, abs=6e-5)
    assert student_t(1 - probability, degrees) == pytest.approx(-printed, abs=6e-5)


def test_the_expansion_goes_on_where_the_series_ends() -> None:
    steps = [student_t(0.975, degrees) for degrees in range(190, 212)]
    assert steps == sorted(steps, reverse=True)
    assert max(one - other for one, other in pairwise(steps)) < 1e-4


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"), [(32, 41, 0.6329, 0.8800), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1)]
)
def test_wilsons_interval_is_that_of_the_textbook(hits: int, count: int, low: float, high: float) -> None:
    found = share(hits, count)
    assert found is not None
    assert (found.value, found.count) == (hits / count, count)
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


def test_of_nobody_there_is_no_share() -> None:
    assert share(0, 0) is None


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_range_and_more_cases_make_it_narrower(hits_of: tuple[int, int]) -> None:
    hits, count = hits_of
    found, more = share(hits, count), share(hits * 4, count * 4)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert more is not None
    assert more.low is not None
    assert more.high is not None
    assert more.high - more.low < found.high - found.low


@given(st.lists(st.floats(0, 600), min_size=2, max_size=40))
def test_with_equal_days_the_ratio_is_the_mean_with_its_usual_interval(used: list[float]) -> None:
    found = ratio([(each, 480.0) for each in used])
    shares = [each / 480 for each in used]
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    reach = student_t(0.975, len(used) - 1) * stdev(shares) / len(used) ** 0.5
    assert found.value == pytest.approx(fmean(shares), abs=1e-9)
    assert found.high == pytest.approx(found.value + reach, abs=1e-9)
    assert found.low == pytest.approx(max(0.0, found.value - reach), abs=1e-9)


def test_one_day_has_a_figure_and_no_range_and_no_time_has_none() -> None:
    assert ratio([(240.0, 480.0)]) == Estimate(0.5, None, None, 1)
    assert ratio([]) is None
    assert ratio([(30.0, 0.0)]) is None


@given(st.lists(st.floats(0, 90), min_size=1, max_size=400))
def test_a_median_lies_between_two_of_its_values(values: list[float]) -> None:
    found = middle(values)
    assert found is not None
    assert found.value == median(values)
    if len(values) < 6:
        assert found.low is None
    else:
        assert found.low is not None
        assert found.high is not None
        assert found.low in values
        assert found.low <= found.value <= found.high


def test_ninety_five_of_a_hundred_ranges_hold_the_truth() -> None:
    """Small clinics: 12 gaps, 12 days, 40 patients. The seed is fixed, so the counts are too."""
    random = Random(7)
    runs = 600
    held = {"median": 0, "ratio": 0, "share": 0}
    for _run in range(runs):
        gaps = middle([random.lognormvariate(3, 0.5) for _ in range(12)])
        days = ratio([(max(0.0, random.gauss(300, 90)), 480.0) for _ in range(12)])
        missed = share(sum(random.random() < 0.3 for _ in range(40)), 40)
        for name, found, truth in (
            ("median", gaps, 2.718281828**3), ("ratio", days, 300 / 480), ("share", missed, 0.3),
        ):  # fmt: skip
            assert found is not None
            assert found.low is not None
            assert found.high is not None
            held[name] += found.low <= truth <= found.high
    assert all(0.93 <= count / runs <= 0.99 for count in held.values()), held
