"""Whether a plan breaks anything, seen without any of the cleverness that made it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from clinicdesk.domain.arranging.day import Case, DayPlan, DayProblem, Minutes, Place, taken


def breaches(problem: DayProblem, plan: DayPlan) -> tuple[str, ...]:
    """Everything that ``plan`` breaks, by the keys of cases and units; nothing for a plan that can be shown.

    Only what a plan changes is judged: a case that stays where it stands may stand where no case would be put, as long as no
    two share a unit (and what two fixed ones do, no plan has done).
    """
    if len(plan.places) != len(problem.cases):
        return ("not every case has a place",)
    found = [
        breach
        for case, place in zip(problem.cases, plan.places, strict=True)
        for breach in _of_case(problem, case, place)
    ]
    return (*found, *_overlaps(problem, plan))


def _of_case(problem: DayProblem, case: Case, place: Place) -> Iterator[str]:
    if place == case.present:
        return
    if case.fixed:
        yield f"case {case.key} is fixed and moves"
    present = case.present.start if case.present is not None else None
    if place.start != present and place.start not in problem.starts(case):
        yield f"case {case.key} may not start at {place.start}"
    if len(place.units) != len(case.needs):
        yield f"case {case.key} has not a unit for each of its needs"
        return
    for need, unit in zip(case.needs, place.units, strict=True):
        if unit not in need.units:
            yield f"unit {unit} does not serve case {case.key}"
    procedure = (place.start, place.start + case.length)
    for shut in case.shut:
        if not shut.whole and shut.unit in (None, *place.units) and overlap(procedure, shut.span):
            yield f"case {case.key} may not go on at {place.start}"
    for unit, span in taken(case, place):
        kept = (shut.span for shut in case.shut if shut.whole and shut.unit == unit)
        if any(overlap(span, other) for other in (*problem.busy.get(unit, ()), *kept)):
            yield f"unit {unit} cannot be had by case {case.key} at {span[0]}"


def _overlaps(problem: DayProblem, plan: DayPlan) -> Iterator[str]:
    held: dict[int, list[tuple[Minutes, int]]] = {}
    for number, (case, place) in enumerate(zip(problem.cases, plan.places, strict=True)):
        for unit, span in taken(case, place) if len(place.units) == len(case.needs) else ():
            held.setdefault(unit, []).append((span, number))
    for unit, spans in held.items():
        for (first, one), (second, other) in combinations(spans, 2):
            both_fixed = problem.cases[one].fixed and problem.cases[other].fixed
            if one != other and not both_fixed and overlap(first, second):
                yield f"unit {unit} is held twice at {max(first[0], second[0])}"


def overlap(one: Minutes, other: Minutes) -> bool:
    """Whether two stretches share a minute."""
    return one[0] < other[1] and other[0] < one[1]
