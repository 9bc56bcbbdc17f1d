"""Run the tests against one changed rule after another.

A change inside a function is put into a process forked from one in which all tests have just passed: its functions get
the changed code, and only tests that called the function run, the quickest first. What stands outside a function, and
what seemed to live, is tried from a process that has not imported the program yet.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.machinery
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FrameType, FunctionType

import pytest

Name = tuple[str, int]
"""A function in one file: its qualified name and first line."""

FAILED, PASSED, BROKEN = 1, 0, 2
PATIENCE = 10.0
"""Seconds a changed rule may take beyond ten times as long as the tests took; then it hangs, which is noticed."""


class BrokenTestsError(Exception):
    """The tests fail before anything is changed."""


def tried(
    path: Path, changed: Mapping[int, tuple[bool, CodeType]], tests: Sequence[str], workers: int
) -> dict[int, bool]:
    """Whether each change of the file at ``path`` was noticed, by its number.

    ``changed`` holds whether a change stands in a function, and the whole changed module. Nothing of the program
    may be imported yet. Raises `BrokenTestsError`.
    """
    in_place = {number: code for number, (inside, code) in changed.items() if inside}
    started = time.monotonic()
    quick = _from_child(lambda: _in_place(path, in_place, tests, workers))
    if quick is None:
        raise BrokenTestsError(" ".join(tests))
    patience = PATIENCE + 10 * (time.monotonic() - started) / max(len(in_place), 1)
    unsure = [number for number in changed if not quick.get(number)]
    anew = _forked(
        unsure, lambda number: _from_scratch(path, changed[number][1], tests), patience + 60, workers
    )
    return {number: quick.get(number, False) or anew[number] for number in changed}


def _in_place(
    path: Path, changed: Mapping[int, CodeType], tests: Sequence[str], workers: int
) -> dict[int, bool] | None:
    runner = _Runner(path, changed, workers)
    _silence()
    pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests], plugins=[runner])
    return runner.found


def _from_scratch(path: Path, code: CodeType, tests: Sequence[str]) -> int:
    """Import the program with ``code`` in place of the file's own, and run the tests till one fails."""
    ordinary = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        return code if Path(loader.path) == path else ordinary(loader, name)

    setattr(importlib.machinery.SourceFileLoader, "get_code", get_code)  # noqa: B010 - in this process only
    _silence()
    args = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    return int(pytest.main(args, plugins=[_NoShrinking()]))


class _NoShrinking:
    """A failing example is enough; the smallest one takes time and nobody reads it."""

    def pytest_collection(self) -> None:
        from hypothesis import Phase, settings

        settings.register_profile("mutants", settings.default, phases=(Phase.explicit, Phase.generate))
        settings.load_profile("mutants")


class _Runner(_NoShrinking):
    """A plugin of pytest that, once all tests pass, runs them again for each change."""

    def __init__(self, path: Path, changed: Mapping[int, CodeType], workers: int) -> None:
        self._path, self._changed, self._workers = path, changed, workers
        self._failed = False
        self.found: dict[int, bool] | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed or not session.items:
            return True
        session.config.pluginmanager.unregister(name="terminalreporter")
        callers, seconds = self._callers(session.items)
        if self._failed:
            return True
        # As everything is made by now, what was made for the whole run serves every process that follows.
        functions = _functions(self._path)
        caches = [each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper)]

        def run(number: int) -> int:
            for cache in caches:
                cache.cache_clear()
            names = _put(self._changed[number], functions)
            items = {item for name in names for item in callers[name]}
            for item in sorted(items, key=lambda item: seconds[item]):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=session.items[0])
                if self._failed:
                    return FAILED
            return PASSED

        self.found = _forked(self._changed, run, PATIENCE + 10 * sum(seconds.values()), self._workers)
        return True

    def _callers(
        self, items: Sequence[pytest.Item]
    ) -> tuple[dict[Name, set[pytest.Item]], dict[pytest.Item, float]]:
        """Run each test once; which functions of the file it called, and how long it took."""
        callers: dict[Name, set[pytest.Item]] = defaultdict(set)
        seconds: dict[pytest.Item, float] = {}
        # What was made for a whole run is not torn down where the next test is the first again.
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            started = time.monotonic()
            with _noting(str(self._path)) as called:
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            seconds[item] = time.monotonic() - started
            for name in called:
                callers[name].add(item)
        return callers, seconds


@contextlib.contextmanager
def _noting(path: str) -> Generator[set[Name], None, None]:
    called: set[Name] = set()

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code.co_filename == path:
            called.add((frame.f_code.co_qualname, frame.f_code.co_firstlineno))

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _functions(path: Path) -> dict[Name, list[FunctionType]]:
    """Every function of the file that is alive, however it was decorated."""
    found: dict[Name, list[FunctionType]] = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename == str(path):
            found[each.__code__.co_qualname, each.__code__.co_firstlineno].append(each)
    return found


def _put(code: CodeType, functions: Mapping[Name, list[FunctionType]]) -> set[Name]:
    """Give each function its code out of ``code``; the names of those that differ."""
    differ = set()
    for name, new in _codes(code):
        for function in functions.get(name, ()):
            if function.__code__ != new:
                with contextlib.suppress(ValueError):  # another closure: tried from scratch
                    function.__code__ = new
                    differ.add(name)
    return differ


def _codes(code: CodeType) -> Iterable[tuple[Name, CodeType]]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield (each.co_qualname, each.co_firstlineno), each
            yield from _codes(each)


def _forked(
    numbers: Iterable[int], run: Callable[[int], int], patience: float, workers: int
) -> dict[int, bool]:
    """Run each number in a process of its own, several at a time; whether it failed, or hung until it was stopped."""
    found: dict[int, bool] = {}
    running: dict[int, int] = {}
    for number in numbers:
        while len(running) >= workers:
            _wait(running, found)
        pid = os.fork()
        if pid == 0:
            signal.setitimer(signal.ITIMER_REAL, patience)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            _end(run, number)
        running[pid] = number
    while running:
        _wait(running, found)
    return found


def _wait(running: dict[int, int], found: dict[int, bool]) -> None:
    pid, status = os.waitpid(-1, 0)
    if pid in running:
        found[running.pop(pid)] = status != 0


def _end(run: Callable[[int], int], number: int) -> None:
    """Leave without the parent's endings."""
    code = BROKEN
    try:
        code = run(number)
    finally:
        os._exit(code)


def _from_child(work: Callable[[], dict[int, bool] | None]) -> dict[int, bool] | None:
    """What ``work`` returns in a process of its own, so that this one imports nothing."""
    with tempfile.TemporaryFile("w+") as file:
        pid = os.fork()
        if pid == 0:
            try:
                json.dump(list((work() or {}).items()), file)
                file.flush()
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        file.seek(0)
        told = file.read()
    return dict(json.loads(told)) if told else None


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)
