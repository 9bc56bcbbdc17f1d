"""Random days of cases, as numbers: surgeons 1-3, rooms 11-13, C-arms 21-22, bays 31-32, beds 41-42."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from clinicdesk.domain.arranging.check import breaches
from clinicdesk.domain.arranging.day import Case, DayPlan, DayProblem, Need, Place, Shut, Stretch

SURGEONS, ROOMS, C_ARMS, BAYS, BEDS = (1, 2, 3), (11, 12, 13), (21, 22), (31, 32), (41, 42)
OPENS, CLOSES, LEAVING = 480, 1020, 2040


@st.composite
def days(draw: st.DrawFn, most: int = 8) -> DayProblem:
    """A day on which what stands now is possible: each case drawn is put where nothing is in its way, or left out."""
    problem = DayProblem(
        cases=(),
        busy={
            unit: ((start, start + length),)
            for unit, start, length in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from((*ROOMS, *C_ARMS, *BAYS)), st.integers(400, 1000), st.integers(5, 120)
                    ),
                    max_size=3,
                )
            )
        },
        rooms=frozenset(ROOMS),
        surgeons=frozenset(SURGEONS),
        opens=OPENS,
        closes=CLOSES,
    )
    for key in range(draw(st.integers(0, most))):
        case = draw(_cases(key))
        larger = replace(problem, cases=(*problem.cases, case))
        present = larger.present
        assert present is not None
        as_new = replace(larger, cases=(*problem.cases, replace(case, present=None, fixed=False)))
        if not breaches(as_new, present):
            problem = larger
    return problem


@st.composite
def _cases(draw: st.DrawFn, key: int) -> Case:
    minutes, setup = draw(st.sampled_from((15, 20, 45, 60, 80))), draw(st.sampled_from((0, 15)))
    turnover, recovery = draw(st.sampled_from((0, 20))), draw(st.sampled_from((0, 30, 60)))
    surgeon = draw(st.sampled_from(SURGEONS))
    in_room = (Stretch(-setup, minutes + turnover),)
    needs = [Need((surgeon,), (Stretch(0, minutes),)), Need(draw(_some(ROOMS)), in_room)]
    if draw(st.booleans()):
        needs.append(Need(C_ARMS, in_room))
    if recovery:
        needs.append(Need(BAYS, (Stretch(minutes, minutes + recovery),)))
    if recovery and draw(st.booleans()):
        needs.append(Need(BEDS, (Stretch(minutes + recovery, minutes + recovery, until=LEAVING),)))
    latest = CLOSES - minutes
    present = Place(
        draw(st.integers(OPENS, latest)), tuple(draw(st.sampled_from(need.units)) for need in needs)
    )
    return Case(
        key=key,
        needs=tuple(needs),
        earliest=OPENS,
        latest=latest,
        length=minutes,
        present=present,
        fixed=draw(st.sampled_from((False, False, False, True))),
        told=draw(st.booleans()),
        shut=tuple(draw(st.lists(_shuts(surgeon), max_size=2))),
    )


@st.composite
def _shuts(draw: st.DrawFn, surgeon: int) -> Shut:
    first = draw(st.integers(OPENS, CLOSES - 60))
    unit, whole = draw(st.sampled_from(((None, False), (surgeon, False), *((room, True) for room in ROOMS))))
    return Shut((first, first + draw(st.integers(10, 120))), unit, whole)


def _some(units: tuple[int, ...]) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.sampled_from(units), min_size=1, unique=True).map(lambda some: tuple(sorted(some)))


def moved(problem: DayProblem, plan: DayPlan) -> set[int]:
    """The keys of the cases that stand elsewhere in ``plan``."""
    return {case.key for case, place in zip(problem.cases, plan.places, strict=True) if place != case.present}
