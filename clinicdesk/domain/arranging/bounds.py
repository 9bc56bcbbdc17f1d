"""Below what no plan can come: enough to know without any search that many a plan is the best there is."""

from __future__ import annotations

from collections.abc import Sequence

from clinicdesk.domain.arranging.day import Case, DayProblem, Minutes, Need


def finish_bound(problem: DayProblem, clique: Sequence[int]) -> int:
    """A minute before which the last room cannot be done, counted from opening; ``clique`` is from `heaviest_clique`."""
    movable = [case for case in problem.cases if not case.fixed and _uses(problem, case)]
    if not movable:
        return 0
    bounds = [max(_soonest(case) + _ends(problem, case) for case in movable)]
    bounds.append(_clique_bound(problem, [problem.cases[n] for n in clique]))
    bounds += [_pool_bound(problem, pool) for pool in pools(problem) if problem.rooms.issuperset(pool)]
    return max(0, max(bounds) - problem.opens)


def heaviest_clique(problem: DayProblem) -> list[int]:
    """The heaviest set of cases found of which no two can go on at once, since each pair needs one unit."""
    weight = [_length(core(case)) for case in problem.cases]
    near = in_conflict(problem)
    best: list[int] = []
    for first in sorted(near, key=lambda n: -weight[n])[:_SEEDS]:
        found = _grown(first, near, weight)
        if sum(weight[n] for n in found) > sum(weight[n] for n in best):
            best = found
    return best


def in_conflict(problem: DayProblem) -> dict[int, set[int]]:
    """For each case that may move and has a `core`, those of the others that can never go on at the same time."""
    cases = problem.cases
    only = [{need.units[0] for need in case.needs if len(need.units) == 1} for case in cases]
    able = [n for n, case in enumerate(cases) if only[n] and not case.fixed and _length(core(case)) > 0]
    return {n: {m for m in able if m != n and not only[n].isdisjoint(only[m])} for n in able}


def core(case: Case) -> Minutes:
    """The part of a case, after its start, in which all its irreplaceable units are busy together."""
    stretches = [s for need in case.needs if len(need.units) == 1 for s in need.stretches if s.until is None]
    single = all(len(need.stretches) == 1 for need in case.needs if len(need.units) == 1)
    if not stretches or not single or any(s.until is not None for n in case.needs for s in n.stretches):
        return 0, 0
    first, last = max(s.opens for s in stretches), min(s.closes for s in stretches)
    return (first, last) if first < last else (0, 0)


def pools(problem: DayProblem) -> list[frozenset[int]]:
    """The different sets of units that needs choose from."""
    return list(dict.fromkeys(frozenset(n.units) for c in problem.cases for n in c.needs if len(n.units) > 1))


def within(problem: DayProblem, pool: frozenset[int]) -> list[tuple[Case, Need]]:
    """The needs that only units of ``pool`` can fill."""
    return [(c, n) for c in problem.cases for n in c.needs if pool.issuperset(n.units)]


_SEEDS = 200
"""From so many of the longest cases a clique is grown: more find nothing heavier."""


def _grown(first: int, near: dict[int, set[int]], weight: Sequence[int]) -> list[int]:
    """A clique round one case: the next is always the one that leaves the most to choose from."""
    found, left = [first], set(near[first])
    promise = {n: weight[n] + sum(weight[m] for m in near[n] & left) for n in left}
    while left:
        best = max(left, key=lambda n: (promise[n], -n))
        found.append(best)
        gone = left - near[best]
        left -= gone
        for lost in gone:
            for n in near[lost] & left:
                promise[n] -= weight[lost]
    return found


def _clique_bound(problem: DayProblem, clique: Sequence[Case]) -> int:
    """One after another: none begins before the first may, and each ends within the reach of a room."""
    if not clique or any(_ends(problem, case) < core(case)[1] for case in clique):
        return 0
    return min(_soonest(case) + core(case)[0] for case in clique) + sum(_length(core(c)) for c in clique)


def _pool_bound(problem: DayProblem, pool: frozenset[int]) -> int:
    """All of it spread over the pool without a gap."""
    found = [(case, need) for case, need in within(problem, pool) if not case.fixed]
    if not found or any(s.until is not None for _case, need in found for s in need.stretches):
        return 0
    total = sum(s.closes - s.opens for _case, need in found for s in need.stretches)
    first = min(_soonest(case) + s.opens for case, need in found for s in need.stretches)
    return first - -total // len(pool)


def _uses(problem: DayProblem, case: Case) -> bool:
    return any(problem.rooms.issuperset(need.units) for need in case.needs)


def _ends(problem: DayProblem, case: Case) -> int:
    """How long after its start a case leaves its room."""
    return max(
        (
            s.closes
            for need in case.needs
            if problem.rooms.issuperset(need.units)
            for s in need.stretches
            if s.until is None
        ),
        default=0,
    )


def _soonest(case: Case) -> int:
    return case.earliest if case.present is None else min(case.earliest, case.present.start)


def _length(span: Minutes) -> int:
    return span[1] - span[0]
