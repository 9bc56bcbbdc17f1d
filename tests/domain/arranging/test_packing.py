"""Rooms filled to the brim: where it can be done it is done, and nothing is put where it may not be."""

from __future__ import annotations

from itertools import count, pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.arranging.day import FINISH_ONLY, Case, DayProblem, Need, Stretch
from clinicdesk.domain.arranging.packing import is_tight, packed

MOST, ROOMS, ENOUGH = 480, (1, 2, 3), 20_000


@st.composite
def full_days(draw: st.DrawFn) -> DayProblem:
    """Three rooms cut into pieces: each piece is a case that may go there, and perhaps elsewhere."""
    cases: list[Case] = []
    for room in ROOMS:
        cuts = draw(st.lists(st.integers(1, MOST - 1), max_size=4, unique=True))
        edges = sorted((0, *cuts, MOST))
        for first, last in pairwise(edges):
            others = draw(st.frozensets(st.sampled_from(ROOMS)))
            units = tuple(sorted({room, *others}))
            needs = (Need(units, (Stretch(0, last - first),)), Need((9,), ()))
            cases.append(Case(key=len(cases), needs=needs, earliest=0, latest=MOST))
    return DayProblem(
        cases=tuple(draw(st.permutations(cases))), rooms=frozenset(ROOMS), step=1, weights=FINISH_ONLY
    )


@given(full_days(), st.integers(0, 3))
def test_what_can_be_filled_is_filled(problem: DayProblem, seed: int) -> None:
    assert is_tight(problem, MOST)
    asked = count()
    narrow = packed(problem, MOST, Random(seed), lambda: next(asked) > ENOUGH)
    assert narrow is not None
    load = dict.fromkeys(ROOMS, 0)
    for case, before in zip(narrow.cases, problem.cases, strict=True):
        (room,) = case.needs[0].units
        assert room in before.needs[0].units
        assert case.needs[1] == before.needs[1]
        load[room] += case.needs[0].stretches[0].closes
    assert set(load.values()) == {MOST}
