"""How soon “Arrange this day” answers: the first order, and the first word of the solver, warm and from a cold start.

Run as ``python -m tests.benchmarks.bench_arranging``. The floor is the reading of the day, which each answer waits for. The
days are those of the next weeks of a demo clinic; what the solver makes of public instances is ``make plan-benchmark``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from clinicdesk.domain.arranging.clinic_day import Arrangeable
from clinicdesk.domain.arranging.greedy import greedy
from clinicdesk.domain.arranging.worth import points
from clinicdesk.domain.users import Role
from clinicdesk.services import arranging
from clinicdesk.services import clinic as clinic_service
from clinicdesk.services.desk import Desk
from clinicdesk.solver.process import Solver
from clinicdesk.solver.wire import Found
from tests.benchmarks.measuring import bench_clinic, heading, report, timed

FIRST_AIM, BETTER_AIM = 500.0, 2000.0
DAYS = 10
SECONDS = 2.0


def main() -> None:
    """Print each figure beside its floor."""
    with bench_clinic() as clinic:
        desk = clinic.of(Role.SCHEDULER)
        days = list(_days(desk))
        heading()
        report("floor: reading the day", timed(_reading(desk, days), len(days), warm=1))
        report("the first order", timed(_ordering(days), len(days), warm=1), FIRST_AIM)
        solver = Solver()
        try:
            report("the solver's first word, cold start", [_first_word(solver, days[0])], BETTER_AIM)
            warm = sorted(_first_word(solver, day) for day in days)
            report("the solver's first word, warm", warm, BETTER_AIM)
            print(f"{'points saved within 2 s, first order and solver':52}{_saved(solver, days)}")
        finally:
            solver.close()


def _days(desk: Desk) -> Iterator[Arrangeable]:
    today = clinic_service.facts(desk).zone.day_of(desk.clock.now())
    ahead = (arranging.day(desk, today + timedelta(days=n)) for n in range(1, 40))
    for _n, day in zip(range(DAYS), (day for day in ahead if day.may_move > 1), strict=False):
        yield day


def _reading(desk: Desk, days: list[Arrangeable]) -> Callable[[], object]:
    dates = iter([days[0].day, *(day.day for day in days)])
    return lambda: arranging.day(desk, next(dates))


def _ordering(days: list[Arrangeable]) -> Callable[[], object]:
    problems = iter([days[0].problem, *(day.problem for day in days)])
    return lambda: greedy(next(problems))


def _first_word(solver: Solver, day: Arrangeable) -> float:
    """Milliseconds until the solver's process says anything of this day."""
    heard: list[float] = []

    def hear(_found: Found) -> None:
        heard.append(time.perf_counter())

    start = time.perf_counter()
    solver.solve(day.problem, hear, seconds=SECONDS, cancelled=lambda: bool(heard))
    return 1000 * ((heard[0] if heard else time.perf_counter()) - start)


def _saved(solver: Solver, days: list[Arrangeable]) -> str:
    """What share of a day's points the first order saves, and the solver within its time, over all days."""
    now = first = then = 0
    for day in days:
        told: list[Found] = []
        last = solver.solve(day.problem, told.append, seconds=SECONDS, cancelled=lambda: False)
        present = day.problem.present
        if last is not None and told and present is not None:
            now += points(day.problem, present)
            first, then = first + told[0].points, then + last.points
    return f"{100 * (now - first) // max(1, now):6} %{100 * (now - then) // max(1, now):9} %"


if __name__ == "__main__":
    main()
