"""The solver's own process: problems come in on standard input, plans go out on standard output.

It ends when its input does, so that it never outlives the program that started it, however that ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from clinicdesk.solver import wire

if TYPE_CHECKING:
    from clinicdesk.solver.search import Search

ENDED, WITHOUT_SOLVER = 0, 3


def main() -> int:
    """Serve until standard input ends; gives the exit code."""
    _stay_in_the_background()
    out = _Out(os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1))
    os.dup2(2, 1)  # whatever a library prints is no message
    try:
        from clinicdesk.solver.search import Search
    except ImportError:
        out.say(wire.MISSING)
        return WITHOUT_SOLVER
    out.say(wire.READY)
    _Server(out, Search).listen(sys.stdin)
    os._exit(ENDED)  # a search that goes on is not waited for


class _Server:
    """Runs one search at a time, beside the reading of what is said."""

    def __init__(self, out: _Out, search: type[Search]) -> None:
        self._out = out
        self._search = search
        self._running: tuple[int, Search] | None = None

    def listen(self, lines: TextIO) -> None:
        """Until there is nothing more to come."""
        for text in lines:
            message = wire.read(text)
            if message.get("kind") == wire.SOLVE:
                self._begin(message)
            elif message.get("kind") == wire.STOP:
                self._stop(message["number"])

    def _begin(self, message: dict[str, Any]) -> None:
        number = message["number"]
        search = self._search(wire.problem(message["problem"]), _Teller(self._out, number))
        self._running = (number, search)
        work = threading.Thread(target=self._run, args=(number, search, message), daemon=True)
        work.start()

    def _run(self, number: int, search: Search, message: dict[str, Any]) -> None:
        try:
            last = search.run(seconds=message["seconds"], workers=message["workers"])
            self._out.say(wire.DONE, number, found=None if last is None else wire.of_found(last))
        except Exception as fault:  # noqa: BLE001 - told by its type alone to the side that can log it
            self._out.say(wire.FAILED, number, fault=type(fault).__name__)

    def _stop(self, number: int) -> None:
        if self._running is not None and self._running[0] == number:
            self._running[1].stop()


class _Teller:
    """Says how far one search is."""

    def __init__(self, out: _Out, number: int) -> None:
        self._out = out
        self._number = number

    def __call__(self, found: wire.Found) -> None:
        self._out.say(wire.FOUND, self._number, found=wire.of_found(found))


class _Out:
    """Standard output, one message at a time; whoever does not listen any more is not told."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._turn = threading.Lock()

    def say(self, kind: str, number: int = 0, **content: Any) -> None:
        with self._turn, contextlib.suppress(OSError):
            self._stream.write(wire.line(kind, number, **content))
            self._stream.flush()


def _stay_in_the_background() -> None:
    """The window goes first; and Ctrl+C is for the program, which then closes this one's input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nice: Callable[[int], int] | None = getattr(os, "nice", None)  # Windows has none
    if nice is not None:
        nice(5)


if __name__ == "__main__":
    sys.exit(main())
