"""Figures with their uncertainty: what a small number of cases can say, and what not.

Every interval is meant at the 95 % level. All of it is closed-form: the same cases give the same figures everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist, median

LEVEL = 0.95
"""How sure "likely" is."""

_MANY = 200
"""From so many on the normal and its corrections stand for Student t and the binomial; t is exact to seven digits."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, the range it likely lies in, and how many cases (days, gaps) it rests on.

    ``low`` and ``high`` are None where too few were seen to say anything.
    """

    value: float
    low: float | None
    high: float | None
    count: int


def share(hits: int, count: int) -> Estimate | None:
    """What share of ``count`` were ``hits`` (0 to 1), with Wilson's interval; None of nothing."""
    if not count:
        return None
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    p = hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    low = 0.0 if not hits else max(0.0, middle - reach)
    high = 1.0 if hits == count else min(1.0, middle + reach)
    return Estimate(p, low, high, count)


def ratio(parts: Sequence[tuple[float, float]], *, most: float = math.inf) -> Estimate | None:
    """The sum of the first over the sum of the second of each pair, with a t interval from how the pairs vary.

    Each pair is one day: minutes used, minutes there were. Where all days are equally long this is the mean of their
    shares with its usual t interval. It is never below nought nor above ``most``. None where there were no minutes.
    """
    whole = sum(there for _used, there in parts)
    if whole <= 0:
        return None
    value = sum(used for used, _there in parts) / whole
    n = len(parts)
    if n < 2:
        return Estimate(value, None, None, n)
    left = sum((used - value * there) ** 2 for used, there in parts)
    error = math.sqrt(left / (n - 1) / n) / (whole / n)
    reach = student_t(0.5 + LEVEL / 2, n - 1) * error
    return Estimate(value, max(0.0, value - reach), min(most, value + reach), n)


def middle(values: Sequence[float]) -> Estimate | None:
    """The median with the interval between two of the values themselves, which no outlier can stretch; None of nothing.

    Fewer than six values cannot bracket their median at this level.
    """
    if not values:
        return None
    ordered = sorted(values)
    cut = _outer(len(ordered))
    if cut is None:
        return Estimate(median(ordered), None, None, len(ordered))
    return Estimate(median(ordered), ordered[cut], ordered[-1 - cut], len(ordered))


@lru_cache(maxsize=1024)
def student_t(probability: float, degrees: int) -> float:
    """The value that a Student t variable of ``degrees`` (1 or more) stays under with ``probability`` (0 to 1)."""
    if not 0 < probability < 1 or degrees < 1:
        raise ValueError("a quantile needs a probability between 0 and 1, and a degree of freedom")
    if probability < 0.5:
        return -student_t(1 - probability, degrees)
    if degrees > _MANY:
        return _near_normal(probability, degrees)
    within = 2 * probability - 1
    low, high = 0.0, 1.0
    while _within(high, degrees) < within:
        high *= 2
    for _step in range(100):
        between = (low + high) / 2
        if _within(between, degrees) < within:
            low = between
        else:
            high = between
    return (low + high) / 2


def _within(t: float, degrees: int) -> float:
    """How likely a t variable lies within ``t`` of 0: the finite series for whole degrees (Abramowitz, Stegun 26.7.3-4)."""
    angle = math.atan(t / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term, total = (cosine if odd else 1.0), 0.0
    for k in range(degrees // 2):
        total += term
        term *= cosine * cosine * (2 * k + 1 + odd) / (2 * k + 2 + odd)
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def _near_normal(probability: float, degrees: int) -> float:
    """The first terms of the expansion about the normal (Abramowitz, Stegun 26.7.5)."""
    z = NormalDist().inv_cdf(probability)
    return (
        z
        + (z**3 + z) / (4 * degrees)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
    )


@lru_cache(maxsize=_MANY)
def _binomial_outer(count: int) -> int | None:
    below = 0.0
    for left_out in range(count // 2):
        below += math.comb(count, left_out) / 2**count
        if 2 * below > 1 - LEVEL:
            return left_out - 1 if left_out else None
    return None


def _outer(count: int) -> int | None:
    """How many values may be left out at each end so that the rest still brackets the median; None where none may."""
    if count <= _MANY:
        return _binomial_outer(count)
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    return math.floor((count - z * math.sqrt(count)) / 2) - 1
