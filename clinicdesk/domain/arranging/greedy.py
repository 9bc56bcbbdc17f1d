"""A first plan within milliseconds: never worse than the day as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from clinicdesk.domain.arranging.board import Board
from clinicdesk.domain.arranging.bounds import heaviest_clique, in_conflict
from clinicdesk.domain.arranging.day import Case, DayPlan, DayProblem, Place, taken
from clinicdesk.domain.arranging.worth import points

_ROUNDS = 3
_ENOUGH = 60
"""With more cases than this, moving one at a time takes longer than a first answer may."""


def greedy(problem: DayProblem) -> DayPlan | None:
    """The best plan that a few simple ways of ordering find; None where there is no present one and none was found."""
    plans = [plan for plan in (problem.present, *_ordered(problem)) if plan is not None]
    if not plans:
        return None
    best = min(plans, key=lambda plan: points(problem, plan))
    return best if len(problem.cases) > _ENOUGH else _improved(problem, best)


def in_order(problem: DayProblem, order: Iterable[int]) -> DayPlan | None:
    """The plan that comes of giving each case, in this order, the earliest place left, or where it stands if there is none.

    None where one finds none at all.
    """
    board = Board(problem)
    liked = _liked(problem)
    places: dict[int, Place] = {n: c.present for n, c in enumerate(problem.cases) if c.fixed and c.present}
    for number in order:
        case = problem.cases[number]
        if number in places:
            continue
        place = board.first_fit(case, liked[number])
        if place is None and case.present is not None and board.fits(case, case.present):
            place = case.present
        if place is None:
            return None
        board.put(case, place)
        places[number] = place
    return DayPlan(tuple(places[number] for number in range(len(problem.cases))))


def _ordered(problem: DayProblem) -> Iterator[DayPlan | None]:
    """What becomes of giving the cases their places in different orders: as they stand, or the most awkward first."""
    cases = problem.cases
    numbers = range(len(cases))
    if problem.present is not None:
        yield in_order(problem, sorted(numbers, key=lambda n: (_present(cases[n]).start, n)))
    long = [
        max((s.closes - s.opens for need in case.needs for s in need.stretches), default=0) for case in cases
    ]
    near = in_conflict(problem)
    contested = [sum(long[m] for m in near.get(n, ())) for n in numbers]
    first = set(heaviest_clique(problem))
    for key in (
        [(-contested[n] * long[n], n) for n in numbers],
        [(n not in first, -contested[n], n) for n in numbers],
        [(-long[n] * _narrow(cases[n]), n) for n in numbers],
        [(-_narrow(cases[n]), -long[n], n) for n in numbers],
        [(-long[n], n) for n in numbers],
    ):
        yield in_order(problem, sorted(numbers, key=key.__getitem__))


def _improved(problem: DayProblem, plan: DayPlan) -> DayPlan:
    """``plan`` with one case after another moved to where that helps, a few rounds over."""
    board = Board(problem)
    liked = _liked(problem)
    places = list(plan.places)
    for case, place in zip(problem.cases, places, strict=True):
        if not case.fixed:
            board.put(case, place)
    best = points(problem, plan)
    for _round in range(_ROUNDS):
        before = best
        for number, case in enumerate(problem.cases):
            if not case.fixed:
                best = _relocated(problem, board, liked, places, number, best)
        if best == before:
            break
    return DayPlan(tuple(places))


def _relocated(
    problem: DayProblem,
    board: Board,
    liked: Sequence[Sequence[Sequence[int]]],
    places: list[Place],
    number: int,
    best: int,
) -> int:
    """Give one case the place that helps most; the points afterwards."""
    case, chosen = problem.cases[number], places[number]
    board.take(case, chosen)
    for place in _worth_trying(problem, board, liked, places, number):
        places[number] = place
        worth = points(problem, DayPlan(tuple(places)))
        if worth < best:
            best, chosen = worth, place
    places[number] = chosen
    board.put(case, chosen)
    return best


def _worth_trying(
    problem: DayProblem,
    board: Board,
    liked: Sequence[Sequence[Sequence[int]]],
    places: Sequence[Place],
    number: int,
) -> set[Place]:
    """Where it stands now, the earliest place, and the first after whatever its surgeon and its rooms do."""
    case = problem.cases[number]
    own = {unit for need in case.needs for unit in need.units} & (problem.surgeons | problem.rooms)
    first = min((s.opens for need in case.needs for s in need.stretches), default=0)
    after = {
        span[1] - first
        for other, place in enumerate(places)
        if other != number
        for unit, span in taken(problem.cases[other], place)
        if unit in own
    }
    fits = (board.first_fit(case, liked[number], start) for start in (case.earliest, *after))
    found = {place for place in fits if place is not None}
    if case.present is not None and board.fits(case, case.present):
        found.add(case.present)
    return found


def _liked(problem: DayProblem) -> list[list[list[int]]]:
    """For each need of each case its units, best first: the present one, then those that the fewest others must have."""
    wanted: Counter[int] = Counter()
    for case in problem.cases:
        for need in case.needs:
            for unit in need.units:
                wanted[unit] += 1000 // len(need.units)
    return [
        [
            sorted(need.units, key=lambda unit: (unit != now, wanted[unit]))
            for need, now in zip(case.needs, _units_now(case), strict=True)
        ]
        for case in problem.cases
    ]


def _units_now(case: Case) -> tuple[int | None, ...]:
    return (None,) * len(case.needs) if case.present is None else case.present.units


def _present(case: Case) -> Place:
    assert case.present is not None
    return case.present


def _narrow(case: Case) -> int:
    """How many of its needs only one unit can fill."""
    return sum(len(need.units) == 1 for need in case.needs)
