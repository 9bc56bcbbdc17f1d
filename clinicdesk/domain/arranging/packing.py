"""Rooms packed to the brim: which case goes where, so that no room is busy for longer than it may be.

Where every room is nearly full, when a case starts matters less than where it goes, and a search over starts loses itself.
This one forgets the starts: it takes two rooms and shares their cases out anew, the best way there is, again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from clinicdesk.domain.arranging.day import Case, DayProblem, Need

_SHARED = 12
"""So many cases of two rooms are shared out at a time: all 4,096 ways are looked at."""

_PATIENCE = 5_000
"""Steps after which it begins anew from elsewhere."""

_FULL = 0.98
"""Below this share of the time there is, packing is no art."""


def is_tight(problem: DayProblem, most: int) -> bool:
    """Whether rooms that may each be busy for ``most`` minutes would all be nearly full.

    False too where rooms are more than boxes: closed at times, or with anything else to a case than one stretch in one.
    """
    plain = all(_in_room(problem, case) is not None and not case.shut for case in problem.cases)
    if not plain or problem.present is not None or problem.rooms.intersection(problem.busy):
        return False
    total = sum(_length(problem, case) for case in problem.cases)
    return _FULL * most * len(problem.rooms) < total <= most * len(problem.rooms)


def packed(problem: DayProblem, most: int, chance: Random, is_over: Callable[[], bool]) -> DayProblem | None:
    """``problem`` with one room for each case, no room busy for longer than ``most``; None where none was found in time."""
    while not is_over():
        rooms = _Packing(problem, most, chance).search(is_over)
        if rooms is not None:
            return _narrowed(problem, rooms)
    return None


class _Packing:
    def __init__(self, problem: DayProblem, most: int, chance: Random) -> None:
        self._most = most
        self._chance = chance
        self._length = [_length(problem, case) for case in problem.cases]
        self._may = [frozenset(_room_need(problem, case).units) for case in problem.cases]
        self._rooms = sorted(problem.rooms)
        self._inside: dict[int, list[int]] = {room: [] for room in self._rooms}
        self._load = dict.fromkeys(self._rooms, 0)
        self._fill()

    def search(self, is_over: Callable[[], bool]) -> list[int] | None:
        """A room for each case, in their order."""
        for _step in range(_PATIENCE):
            over = [room for room in self._rooms if self._load[room] > self._most]
            if not over:
                where = {case: room for room, cases in self._inside.items() for case in cases}
                return [where[case] for case in range(len(self._length))]
            if is_over():
                return None
            # Now and then two rooms that are not too full: what they exchange may open a way for the others.
            one = self._chance.choice(over if self._chance.random() < 0.4 else self._rooms)
            other = self._chance.choice(self._rooms)
            if one != other:
                self._share_out(one, other)
        return None

    def _fill(self) -> None:
        """Each case into the emptiest room, those with little choice and the long ones first, with some chance in it."""
        spread = max(self._length, default=0) / 4
        ranks = [
            (len(may), self._chance.random() * spread - length)
            for may, length in zip(self._may, self._length, strict=True)
        ]
        for case in sorted(range(len(ranks)), key=ranks.__getitem__):
            self._put(case, min(self._may[case], key=lambda room: (self._load[room], room)))

    def _put(self, case: int, room: int) -> None:
        self._inside[room].append(case)
        self._load[room] += self._length[case]

    def _share_out(self, one: int, other: int) -> None:
        """Share the cases of two rooms out in one of the ways that leave the least too much."""
        cases = self._inside[one] + self._inside[other]
        free = [case for case in cases if one in self._may[case] and other in self._may[case]]
        self._chance.shuffle(free)
        free = free[:_SHARED]
        lengths = [self._length[case] for case in free]
        moving = set(free)
        fixed = sum(self._length[case] for case in self._inside[one] if case not in moving)
        total = self._load[one] + self._load[other]
        way = self._best_way(lengths, fixed, total, self._excess(self._load[one], total))
        if way is None:
            return
        into_one = {case for nth, case in enumerate(free) if way >> nth & 1}
        old_one, old_other = self._inside[one], self._inside[other]
        for room in (one, other):
            self._inside[room], self._load[room] = [], 0
        for case in (*old_one, *old_other):
            stays = one if case in old_one else other
            self._put(case, (one if case in into_one else other) if case in moving else stays)

    def _best_way(self, lengths: Sequence[int], fixed: int, total: int, now: int) -> int | None:
        """One of the best subsets for the first room, as bits; None where all are worse than what there is."""
        sums = [fixed]
        for length in lengths:
            sums += [before + length for before in sums]
        least = min(self._excess(load, total) for load in sums)
        if least > now:
            return None
        return self._chance.choice(
            [way for way, load in enumerate(sums) if self._excess(load, total) == least]
        )

    def _excess(self, load: int, total: int) -> int:
        """What is too much in two rooms of which one has ``load`` of ``total``."""
        return max(0, load - self._most) + max(0, total - load - self._most)


def _narrowed(problem: DayProblem, rooms: Sequence[int]) -> DayProblem:
    cases = []
    for case, room in zip(problem.cases, rooms, strict=True):
        need = _room_need(problem, case)
        needs = tuple(Need((room,), each.stretches) if each is need else each for each in case.needs)
        cases.append(replace(case, needs=needs))
    return replace(problem, cases=tuple(cases))


def _in_room(problem: DayProblem, case: Case) -> Need | None:
    """The one need of a room, with one stretch; None for a case of another sort."""
    needs = [need for need in case.needs if problem.rooms.issuperset(need.units)]
    if len(needs) != 1 or len(needs[0].stretches) != 1 or needs[0].stretches[0].until is not None:
        return None
    return needs[0]


def _room_need(problem: DayProblem, case: Case) -> Need:
    need = _in_room(problem, case)
    assert need is not None
    return need


def _length(problem: DayProblem, case: Case) -> int:
    stretch = _room_need(problem, case).stretches[0]
    return stretch.closes - stretch.opens
