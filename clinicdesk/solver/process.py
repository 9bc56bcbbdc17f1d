"""This side of the solver's process: starts it, keeps it warm, hands it problems, hears its plans, ends it."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import clinicdesk
from clinicdesk import logs
from clinicdesk.domain.arranging.day import DayProblem
from clinicdesk.errors import SolverMissing, SolverStopped
from clinicdesk.i18n import _
from clinicdesk.solver import wire
from clinicdesk.solver.wire import Found

_log = logs.get(__name__)

HIDDEN_COMMAND = "solver-process"
"""What the frozen program is called with to be the solver's process; elsewhere the package is run."""

_LISTEN = 0.05
"""Seconds between two looks at whether the person has had enough."""

_GRACE = 1.0
"""Seconds that a search which was asked to stop may take; then its process is ended."""

_START = 60.0
"""Seconds that the process may take to say that it is there: a virus scanner reads 150 MB first."""


class Solver:
    """The solver's process. Safe to use from several threads; one search at a time, the others wait."""

    def __init__(self, command: Sequence[str] | None = None) -> None:
        """``command`` starts the process (the installed solver by default)."""
        self._command = tuple(command or _command())
        self._turn = threading.Lock()
        self._process: _Process | None = None
        self._numbers = itertools.count(1)

    def warm_up(self) -> None:
        """Have it start in the background, to be there when it is asked. Where it cannot start, the asking says so."""
        if self._turn.acquire(blocking=False):
            try:
                self._started()
            except SolverStopped:
                _log.warning("the solver's process does not start")
            finally:
                self._turn.release()

    def solve(
        self,
        problem: DayProblem,
        told: Callable[[Found], None],
        *,
        seconds: float,
        cancelled: Callable[[], bool],
        workers: int = 0,
    ) -> Found | None:
        """Search for at most ``seconds``; every better plan is ``told``. Gives the last word, None where there is no plan.

        A search that was ``cancelled`` gives the best plan it had. Raises `SolverMissing` where OR-Tools is not installed,
        `SolverStopped` where the process came to an end by itself.
        """
        with self._turn:
            process = self._started()
            number = next(self._numbers)
            process.say(
                wire.SOLVE,
                number,
                problem=wire.of_problem(problem),
                seconds=seconds,
                workers=workers or _workers(),
            )
            try:
                return self._listened(process, number, told, time.monotonic() + seconds + _START, cancelled)
            except (SolverMissing, SolverStopped):
                self._end()
                raise

    def close(self) -> None:
        """End the process, whatever it does."""
        with self._turn:
            self._end()

    def _listened(
        self,
        process: _Process,
        number: int,
        told: Callable[[Found], None],
        until: float,
        cancelled: Callable[[], bool],
    ) -> Found | None:
        best: Found | None = None
        stopping: float | None = None
        while True:
            if stopping is None and cancelled():
                process.say(wire.STOP, number)
                stopping = time.monotonic() + _GRACE
            if time.monotonic() > (stopping or until):
                self._end()
                return best
            message = process.heard(_LISTEN)
            if message is None or message.get("number") != number:
                continue
            if message["kind"] == wire.FAILED:
                _log.error("the solver failed: %s", message.get("fault"))
                raise _stopped()
            if message["found"] is not None:
                best = wire.found(message["found"])
            if message["kind"] == wire.DONE:
                return best
            if best is not None and stopping is None:
                told(best)

    def _started(self) -> _Process:
        if self._process is None or self._process.has_ended:
            self._end()
            self._process = _Process(self._command)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()


class _Process:
    """One running process, and a thread that hears it."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="ascii",
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise _stopped() from error
        self._messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._is_missing = False
        self._hearing = threading.Thread(target=self._hear, name="clinicdesk-solver", daemon=True)
        self._hearing.start()

    @property
    def has_ended(self) -> bool:
        """Whether it is gone."""
        return self._popen.poll() is not None

    def say(self, kind: str, number: int, **content: Any) -> None:
        """Tell it something; that it is gone is noticed when it is heard."""
        assert self._popen.stdin is not None
        with contextlib.suppress(OSError):
            self._popen.stdin.write(wire.line(kind, number, **content))
            self._popen.stdin.flush()

    def heard(self, wait: float) -> dict[str, Any] | None:
        """The next thing it says within ``wait`` seconds. Raises `SolverMissing` or `SolverStopped` where it has ended."""
        try:
            message = self._messages.get(timeout=wait)
        except queue.Empty:
            return None
        if message.get("kind") == wire.MISSING:
            self._is_missing = True
            return None
        if message.get("kind") == _GONE:
            raise missing() if self._is_missing else _stopped()
        return message if message.get("kind") in (wire.FOUND, wire.DONE, wire.FAILED) else None

    def end(self) -> None:
        """End it now, and wait until it is gone."""
        with contextlib.suppress(OSError):
            self._popen.kill()
        self._popen.wait()
        self._hearing.join()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _hear(self) -> None:
        assert self._popen.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            for text in self._popen.stdout:
                self._messages.put(wire.read(text))
        self._messages.put({"kind": _GONE})


_GONE = "gone"


def missing() -> SolverMissing:
    """The one sentence for a program without OR-Tools."""
    return SolverMissing(
        _(
            "Better orders need the solver OR-Tools, which is not installed here. Install it with "
            "pip install 'clinicdesk[plan]' and open ClinicDesk anew. Everything else works without."
        )
    )


def _stopped() -> SolverStopped:
    return SolverStopped(
        _("The solver came to an unexpected end. Nothing was moved. Try again, or keep the order shown.")
    )


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, HIDDEN_COMMAND]
    return [sys.executable, "-m", "clinicdesk.solver"]


def _environment() -> dict[str, str]:
    """This process's, without what is secret in it, and so that the other finds the same package."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLINICDESK_")}
    package = str(Path(clinicdesk.__file__).parent.parent)
    path = [package, *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(path)}


def _workers() -> int:
    """Two suit two cores, and fewer than two find little; the window keeps what is left of more."""
    return max(2, min(8, (os.cpu_count() or 2) - 1))
