"""The solver's process: it comes, it stops when asked, it never stays behind, and its end is a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinicdesk.domain.arranging.check import breaches
from clinicdesk.domain.arranging.day import DayProblem
from clinicdesk.errors import SolverMissing, SolverStopped
from clinicdesk.solver.process import HIDDEN_COMMAND, Solver
from clinicdesk.solver.wire import Found
from tests.benchmarks import dzn

PATIENCE = 20.0


@pytest.fixture
def solver() -> Iterator[Solver]:
    made = Solver()
    yield made
    made.close()


@pytest.fixture
def problem(data_dir: Path) -> DayProblem:
    return dzn.day(dzn.read((data_dir / "scheduling" / "t50m10r5-6.dzn").read_text("utf-8")))


def _hard() -> DayProblem:
    """What no search is through with soon: 24 tests nearly alike on 7 machines, which take four each or three."""
    durations = tuple(300 + 7 * n * n % 41 for n in range(24))
    none = (frozenset[int](),) * 24
    return dzn.day(dzn.Instance(7, (), durations, none, none))


def _never() -> bool:
    return False


def test_it_solves_twice_in_one_process(solver: Solver, problem: DayProblem) -> None:
    heard: list[Found] = []
    for _time in range(2):
        last = solver.solve(problem, heard.append, seconds=60, cancelled=_never)
        assert last is not None
        assert breaches(problem, last.plan) == ()
        assert (last.points, last.proven) == (3781, True)
    assert heard


def test_the_frozen_program_is_its_own_solver(problem: DayProblem) -> None:
    frozen = Solver([sys.executable, "-m", "clinicdesk", HIDDEN_COMMAND])
    last = frozen.solve(problem, _silent, seconds=60, cancelled=_never)
    assert last is not None
    assert last.proven
    frozen.close()


def test_who_has_had_enough_gets_the_best_so_far_and_the_process_stays_warm(solver: Solver) -> None:
    hard = _hard()
    heard: list[Found] = []
    last = solver.solve(hard, heard.append, seconds=600, cancelled=lambda: bool(heard))
    assert last is not None
    assert breaches(hard, last.plan) == ()
    assert last.points <= heard[0].points
    assert solver._process is not None
    assert not solver._process.has_ended


def test_one_that_does_not_listen_is_ended() -> None:
    deaf = Solver([sys.executable, "-c", "import time; time.sleep(600)"])
    assert deaf.solve(_hard(), _silent, seconds=600, cancelled=lambda: True) is None
    assert deaf._process is None


def test_its_unexpected_end_is_a_sentence_and_the_next_one_starts_anew(
    solver: Solver, problem: DayProblem
) -> None:
    def end_it(_found: Found) -> None:
        assert solver._process is not None
        solver._process._popen.kill()

    with pytest.raises(SolverStopped) as stopped:
        solver.solve(_hard(), end_it, seconds=600, cancelled=_never)
    assert stopped.value.sentence
    assert solver.solve(problem, _silent, seconds=60, cancelled=_never) is not None


@pytest.mark.logs_allowed("clinicdesk.solver.process")
def test_what_cannot_be_started_is_a_sentence_too() -> None:
    with pytest.raises(SolverStopped):
        Solver(["/nowhere/solver"]).solve(_hard(), _silent, seconds=5, cancelled=_never)
    Solver(["/nowhere/solver"]).warm_up()


def test_without_or_tools_it_says_how_to_get_it() -> None:
    without = "import sys; sys.modules['ortools'] = None; from clinicdesk.solver.__main__ import main; sys.exit(main())"
    solver = Solver([sys.executable, "-c", without])
    with pytest.raises(SolverMissing) as missing:
        solver.solve(_hard(), _silent, seconds=5, cancelled=_never)
    assert "pip install 'clinicdesk[plan]'" in missing.value.sentence
    assert solver._process is None


@pytest.mark.skipif(os.name != "posix", reason="kills a process the way Windows does not")
def test_it_does_not_outlive_a_program_that_is_killed_in_the_middle_of_a_search() -> None:
    program = (
        "from tests.solver.test_process import _hard, _never\n"
        "from clinicdesk.solver.process import Solver\n"
        "solver = Solver()\n"
        "solver.solve(_hard(), lambda found: print(solver._process._popen.pid, flush=True), seconds=600, cancelled=_never)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        solving = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
        parent.communicate()
    until = time.monotonic() + PATIENCE
    while _is_there(solving) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_there(solving)


def _is_there(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    if status.parent.parent.joinpath("self").exists():
        return status.exists() and "zombie" not in status.read_text("utf-8")
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _silent(_found: Found) -> None:
    pass
