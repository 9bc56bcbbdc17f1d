"""How long a surgeon's own cases last: the log-normal fit of their actual minutes, and the length to plan from it.

The length of cases is log-normal: sigma² = ln(1 + (sd / m)²), mu = ln m - sigma² / 2. What is planned is a percentile of
the fit, so that most cases end in their time, rounded up to the diary's step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from clinicdesk.domain.catalogue import GRID_MINUTES, LONGEST_MINUTES
from clinicdesk.domain.estimates import LEVEL, student_t

SHORTEST_ACTUAL = 3
LONGEST_ACTUAL = 720
"""Minutes between which an actual length is believed; outside them a time was noted wrongly or too late."""

LATEST_CASES = 50
"""So many of the latest cases count: hands get quicker, and a fit of all years would not notice."""

LEAST_PERCENTILE, MOST_PERCENTILE = 50, 95
FEWEST_CASES, MOST_CASES = 3, LATEST_CASES
"""Between what a clinic may choose."""


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A log-normal distribution of minutes, by the mean and the standard deviation of their logarithm."""

    mu: float
    sigma: float

    @property
    def median(self) -> float:
        """Half of all cases take no longer."""
        return math.exp(self.mu)

    def quantile(self, probability: float) -> float:
        """The minutes that a case stays under with ``probability`` (0 to 1)."""
        return math.exp(self.mu + NormalDist().inv_cdf(probability) * self.sigma)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the latest cases say about the next. Minutes; ``planned`` is on the diary's grid, the others are exact.

    ``percentile`` per cent of such cases take no longer than ``exact``, which likely lies between ``low`` and ``high``,
    neither beyond what is believed of one case.
    """

    cases: int
    percentile: int
    median: float
    exact: float
    low: float
    high: float
    planned: int


def fitted(minutes: Sequence[float]) -> LogNormal:
    """The distribution of two or more actual lengths: mean and standard deviation (n - 1) of their logarithms."""
    logs = [math.log(each) for each in minutes]
    return LogNormal(fmean(logs), stdev(logs))


def is_plausible(minutes: float) -> bool:
    """Whether an actual length is believed."""
    return SHORTEST_ACTUAL <= minutes <= LONGEST_ACTUAL


def learned(minutes: Sequence[float], percentile: int, least_cases: int) -> Learned | None:
    """What ``minutes``, the latest first, say at ``percentile``; None before there are ``least_cases`` plausible ones."""
    counted = [each for each in minutes if is_plausible(each)][:LATEST_CASES]
    n = len(counted)
    if n < max(2, least_cases):
        return None
    fit = fitted(counted)
    probability = percentile / 100
    exact = fit.quantile(probability)
    reach = _reach(fit, probability, n)
    return Learned(
        cases=n,
        percentile=percentile,
        median=fit.median,
        exact=exact,
        low=min(exact, max(SHORTEST_ACTUAL, exact / reach)),
        high=max(exact, min(LONGEST_ACTUAL, exact * reach)),
        planned=on_grid(exact),
    )


def on_grid(minutes: float) -> int:
    """``minutes`` rounded up to the diary's step, as long as a planned case may be.

    A hair over a step is that step: the fit of sixty, sixty, sixty is sixty.
    """
    steps = math.ceil(minutes / GRID_MINUTES - 1e-6)
    return min(LONGEST_MINUTES, max(GRID_MINUTES, steps * GRID_MINUTES))


def _reach(fit: LogNormal, probability: float, n: int) -> float:
    """By what factor the quantile may likely be off: the errors of mean and deviation, both from the same few cases."""
    z = NormalDist().inv_cdf(probability)
    error = fit.sigma * math.sqrt(1 / n + z * z / (2 * (n - 1)))
    return math.exp(student_t(0.5 + LEVEL / 2, n - 1) * error)
