"""A board on which cases are put one after another: what is free, and from when on."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from clinicdesk.domain.arranging.day import (
    Case,
    DayProblem,
    Minutes,
    Need,
    Place,
    Shut,
    Stretch,
    forbidden,
    taken,
)


class Board:
    """What every unit is busy with so far. Stretches of one unit never overlap here: those that would are made one."""

    def __init__(self, problem: DayProblem) -> None:
        """With what cannot be had, and every fixed case, on it."""
        self._problem = problem
        self._held = closed(problem)

    def put(self, case: Case, place: Place) -> None:
        """Keep the units of ``place`` busy with a case that is not fixed."""
        for unit, spans in _by_unit(case, place).items():
            held = self._held.setdefault(unit, [])
            for span in spans:
                insort(held, span)

    def take(self, case: Case, place: Place) -> None:
        """Take back what `put` did."""
        for unit, spans in _by_unit(case, place).items():
            for span in spans:
                self._held[unit].remove(span)

    def fits(self, case: Case, place: Place) -> bool:
        """Whether everything that ``case`` needs at ``place`` is free."""
        clear = all(
            _past(case, shut, (), place.start) == place.start for shut in case.shut if shut.unit is None
        )
        return clear and all(
            self._free_from(case, unit, need.stretches, place.start) == place.start
            for need, unit in zip(case.needs, place.units, strict=True)
        )

    def first_fit(self, case: Case, liked: Sequence[Sequence[int]], not_before: int = 0) -> Place | None:
        """The earliest place for ``case``; of several free units the first of ``liked`` (the need's units, best first)."""
        starts = self._problem.starts(case)
        start = starts.start
        if not_before > start:
            start += -(-(not_before - start) // starts.step) * starts.step
        while start < starts.stop:
            found = self._units(case, liked, start)
            if isinstance(found, tuple):
                return Place(start, found)
            start += max(1, -(-(found - start) // starts.step)) * starts.step
        return None

    def _units(self, case: Case, liked: Sequence[Sequence[int]], start: int) -> tuple[int, ...] | int:
        """A free unit for each need of a case that starts then, or a minute before which nothing fits."""
        chosen, sooner = (
            [],
            max((start, *(_past(case, shut, (), start) for shut in case.shut if shut.unit is None))),
        )
        for need, units in zip(case.needs, liked, strict=True):
            unit, free = self._first_free(case, need, units, start)
            chosen.append(unit)
            sooner = max(sooner, free)
        return tuple(chosen) if sooner == start else sooner

    def _first_free(self, case: Case, need: Need, units: Sequence[int], start: int) -> tuple[int, int]:
        best = (units[0], _NEVER)
        for unit in units:
            free = self._free_from(case, unit, need.stretches, start)
            if free == start:
                return unit, start
            if free < best[1]:
                best = (unit, free)
        return best

    def _free_from(self, case: Case, unit: int, stretches: Iterable[Stretch], start: int) -> int:
        """``start`` where the unit is free for a case that starts then, else a minute before which it is not."""
        held = self._held.get(unit, ())
        sooner = start
        for stretch in stretches:
            first, last = stretch.at(start)
            if first >= last:
                continue
            before = (
                bisect_left(held, (last,)) - 1
            )  # the last that begins before this would end also ends last
            if before >= 0 and held[before][1] > first:
                sooner = max(sooner, held[before][1] - stretch.opens)
        for shut in case.shut:
            if shut.unit == unit:
                sooner = max(sooner, _past(case, shut, stretches, start))
        return sooner


_NEVER = 10**9


def _past(case: Case, shut: Shut, stretches: Iterable[Stretch], start: int) -> int:
    """``start`` where ``shut`` lets it be, else the first start after those it forbids."""
    return max((start, *(last for first, last in forbidden(case, shut, stretches) if first <= start < last)))


def closed(problem: DayProblem) -> dict[int, list[Minutes]]:
    """When each unit cannot be had by any case that may move: it is closed, or busy with a fixed case or another day's."""
    spans = {unit: list(own) for unit, own in problem.busy.items()}
    for case in problem.cases:
        if case.fixed and case.present is not None:
            for unit, span in taken(case, case.present):
                spans.setdefault(unit, []).append(span)
    return {unit: joined(own) for unit, own in spans.items()}


def joined(spans: Iterable[Minutes]) -> list[Minutes]:
    """``spans`` in order, those that overlap made one."""
    done: list[Minutes] = []
    for first, last in sorted(spans):
        if done and first < done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], last))
        else:
            done.append((first, last))
    return done


def _by_unit(case: Case, place: Place) -> dict[int, list[Minutes]]:
    spans: dict[int, list[Minutes]] = {}
    for unit, span in taken(case, place):
        spans.setdefault(unit, []).append(span)
    return {unit: joined(own) for unit, own in spans.items()}
