"""Work off the GUI thread: queries, commands and long work, with the result back on the GUI thread.

A view hands over a callable that touches no widget and bound methods for what comes back:

    run_query(self, partial(people.search, desk, text), done=self._show, latest="search")
    run_command(self, partial(booking.book, desk, draft), done=self._booked, failed=self._refused)

Queries run in parallel, commands one after another in the order given; what is kept of unsaved work has a line of its
own (`run_beside`), so that no slow command holds it up. The initiator is told first, then
`hub().changed` announces the changes. If the parent widget has been deleted meanwhile, nobody is told but
the changes are still announced, because they happened. While the clinic cannot be reached (`hub().lost`)
commands are refused at once, with the sentence that says so. Pass bound methods or `functools.partial` of them,
not a lambda that captures `self`.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from shiboken6 import isValid

from clinicdesk.domain.changes import Changes
from clinicdesk.errors import ClinicDeskError, ServerUnreachable
from clinicdesk.ui.operations import crash, messages
from clinicdesk.ui.operations.hub import hub

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Done(Protocol[T_co]):
    """What a command returns: `clinicdesk.services.work.Done`, known here by its shape alone."""

    @property
    def value(self) -> T_co:
        """What the command made or found."""
        ...

    @property
    def changes(self) -> Changes:
        """The kinds and ids of what it changed."""
        ...


_QUERY_WORKERS: Final = 3
_REPORT_EVERY: Final = 0.1  # seconds between two progress reports that reach the window


def run_query(
    parent: QObject,
    work: Callable[[], T],
    *,
    done: Callable[[T], None],
    failed: Callable[[ClinicDeskError], None] | None = None,
    latest: str | None = None,
) -> None:
    """Read something off the GUI thread and hand the value to `done` on it.

    `latest` names a line of questions of this parent of which only the newest answer counts (search as
    you type): an answer that was overtaken is dropped, and one not yet started is never asked.
    `failed` receives a `ClinicDeskError`; without it the sentence is shown by the nearest problem panel.
    Any other exception is a fault of the program and goes to the crash dialog.
    """
    _workers().start(_Task(parent, work, done, failed, latest=latest))


def run_command(
    parent: QObject,
    work: Callable[[], Done[T]],
    *,
    done: Callable[[T], None] | None = None,
    failed: Callable[[ClinicDeskError], None] | None = None,
    said: str | Callable[[T], str] | None = None,
    undo: Callable[[T], Done[Any]] | None = None,
) -> None:
    """Change something off the GUI thread; `done` gets `Done.value`, then every view gets the changes.

    `said` is the sentence for the quiet bar ("Saved: Rosa Ortiz moved to 9:20."), or makes it from the
    value. `undo`, offered beside the sentence, is the command that takes it back: it is given the value,
    runs off the GUI thread and returns a `Done` of its own.
    """
    _workers().start(_Task(parent, work, done, failed, command=True, said=said, undo=undo))


def run_beside(
    parent: QObject,
    work: Callable[[], T],
    *,
    done: Callable[[T], None] | None = None,
    failed: Callable[[ClinicDeskError], None] | None = None,
) -> None:
    """Do something that nobody waits for and no view is told of, beside queries and commands, in the order given."""
    _workers().start(_Task(parent, work, done, failed, beside=True))


class Progress:
    """Given to long work. Safe to use from the worker; calling it often costs nothing."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._stop = threading.Event()
        self._last = 0.0

    def report(self, done: int, total: int) -> None:
        """`done` of `total` are through; `total` 0 means that nobody knows how many there are."""
        now = time.monotonic()
        if now - self._last >= _REPORT_EVERY or done == total:
            self._last = now
            self._tell(done, total)

    @property
    def cancelled(self) -> bool:
        """The person asked to stop. Leave at the next safe place, with what is already committed."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._stop.set()


def run_long(
    parent: QObject,
    work: Callable[[Progress], Done[T]],
    *,
    progress: Callable[[int, int], None] | None = None,
    done: Callable[[T], None] | None = None,
    failed: Callable[[ClinicDeskError], None] | None = None,
    said: str | Callable[[T], str] | None = None,
) -> Progress:
    """Run long work beside everything else; returns its `Progress`, whose `cancel()` asks it to stop.

    `progress` is called on the GUI thread at most ten times a second with (done, total). Work that was
    cancelled still returns its `Done`, saying how far it came.
    """
    workers = _workers()
    task: _Task = _Task(parent, work, done, failed, command=True, said=said, progress=progress)
    task.handle = Progress(task.tell)
    workers.start(task)
    return task.handle


def busy() -> bool:
    """Whether any work is running, waiting or not yet delivered."""
    return _office is not None and _office.pending > 0


def shutdown() -> None:
    """Let running work finish and drop queries that have not started. Commands are never dropped."""
    retire()()


def retire() -> Callable[[], None]:
    """Whoever asked for all this leaves: what has not started is dropped, commands excepted, and nothing that comes back
    is told. Gives a function that waits, on any thread, until what was under way is done."""
    global _office
    office, _office = _office, None
    return _nothing_left if office is None else office.stop


def _nothing_left() -> None:
    """Nothing is under way."""


@dataclass(slots=True, eq=False)
class _Task:
    parent: QObject
    work: Callable[..., Any]
    done: Callable[[Any], None] | None
    failed: Callable[[ClinicDeskError], None] | None
    latest: str | None = None
    command: bool = False
    beside: bool = False
    said: str | Callable[[Any], str] | None = None
    undo: Callable[[Any], Done[Any]] | None = None
    progress: Callable[[int, int], None] | None = None
    handle: Progress | None = None
    number: int = 0
    outcome: Any = None
    fault: BaseException | None = None
    dropped: bool = False

    @property
    def line(self) -> tuple[int, str] | None:
        return None if self.latest is None else (id(self.parent), self.latest)

    def tell(self, done: int, total: int) -> None:
        office = _office
        if office is not None:
            office.reported.emit(self, done, total)

    def run(self) -> None:
        try:
            self.outcome = self.work(self.handle) if self.handle is not None else self.work()
        except BaseException as fault:  # noqa: BLE001 - whatever it is, the GUI thread knows whom to tell
            self.fault = fault


class _Workers(QObject):
    """The executors, and the bridge over which results come back to the thread of the windows."""

    delivered = Signal(object)
    reported = Signal(object, int, int)

    def __init__(self) -> None:
        super().__init__()
        app = QCoreApplication.instance()
        if app is not None:
            self.moveToThread(app.thread())
        self.pending = 0
        self._numbers = itertools.count(1)
        self._newest: dict[tuple[int, str], int] = {}
        self._waiting: Counter[tuple[int, str]] = Counter()
        self._queries = ThreadPoolExecutor(_QUERY_WORKERS, "clinicdesk-query")
        self._commands = ThreadPoolExecutor(1, "clinicdesk-command")
        self._long = ThreadPoolExecutor(2, "clinicdesk-long")
        self._beside = ThreadPoolExecutor(1, "clinicdesk-beside")
        self._handles: set[Progress] = set()
        self.delivered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.reported.connect(self._report, Qt.ConnectionType.QueuedConnection)

    def start(self, task: _Task) -> None:
        task.number = next(self._numbers)
        if task.line is not None:
            self._newest[task.line] = task.number
            self._waiting[task.line] += 1
        self.pending += 1
        if task.command and hub().lost:
            task.fault = ServerUnreachable(hub().lost)
            self.delivered.emit(task)
        else:
            self._executor(task).submit(self._work, task)

    def stop(self) -> None:
        for handle in self._handles:
            handle.cancel()
        self._queries.shutdown(wait=True, cancel_futures=True)
        self._commands.shutdown(wait=True)
        self._beside.shutdown(wait=True)
        self._long.shutdown(wait=True)

    def _executor(self, task: _Task) -> ThreadPoolExecutor:
        if task.handle is not None:
            self._handles.add(task.handle)
            return self._long
        if task.beside:
            return self._beside
        return self._commands if task.command else self._queries

    def _work(self, task: _Task) -> None:
        if self._overtaken(task):
            task.dropped = True
        else:
            task.run()
        if isValid(self):
            self.delivered.emit(task)

    def _overtaken(self, task: _Task) -> bool:
        return task.line is not None and self._newest.get(task.line, task.number) != task.number

    def _deliver(self, task: _Task) -> None:
        self.pending -= 1
        if task.handle is not None:
            self._handles.discard(task.handle)
        dropped = task.dropped or self._overtaken(task)
        self._leave_line(task.line)
        if (
            dropped or _office is not self
        ):  # after the end nobody hears anything: the next person least of all
            if task.fault is not None and not isinstance(task.fault, ClinicDeskError):
                crash.report(task.fault)
            return
        if task.fault is not None:
            _fail(task, task.fault)
        elif task.command:
            _finish_command(task)
        elif task.done is not None and isValid(task.parent):
            task.done(task.outcome)

    def _leave_line(self, line: tuple[int, str] | None) -> None:
        """Forget a line once nobody stands in it; before that an old answer could pass for the newest."""
        if line is None:
            return
        self._waiting[line] -= 1
        if self._waiting[line] == 0:
            del self._waiting[line], self._newest[line]

    def _report(self, task: _Task, done: int, total: int) -> None:
        if task.progress is not None and isValid(task.parent):
            task.progress(done, total)


def _finish_command(task: _Task) -> None:
    value, changes = task.outcome.value, task.outcome.changes
    try:
        if task.done is not None and isValid(task.parent):
            task.done(value)
        if task.said is not None:
            sentence = task.said if isinstance(task.said, str) else task.said(value)
            messages.done(sentence, undo=_Undo(task.undo, value) if task.undo is not None else None)
    finally:
        # The change is in the database whatever the initiator made of it: the others must know.
        if changes:
            hub().announce(changes, task.parent)


class _Undo:
    """The way back from one command, run like a command when the person asks for it."""

    def __init__(self, undo: Callable[[Any], Done[Any]], value: object) -> None:
        self._undo = undo
        self._value = value

    def __call__(self) -> None:
        run_command(messages.bridge(), self._take_back, done=self._taken_back)

    def _take_back(self) -> Done[Any]:
        return self._undo(self._value)

    def _taken_back(self, _value: object) -> None:
        messages.undone()


def _fail(task: _Task, fault: BaseException) -> None:
    if not isinstance(fault, ClinicDeskError):
        crash.report(fault)
        return
    if isinstance(fault, ServerUnreachable) and hub().lost:
        fault = ServerUnreachable(hub().lost)  # the same words for whatever was tried meanwhile
    if not isValid(task.parent):
        if task.command:
            messages.problem(fault.sentence)
        return
    if task.failed is not None:
        task.failed(fault)
    else:
        _show_nearest(task.parent, fault.sentence)


def _show_nearest(parent: QObject, sentence: str) -> None:
    """Show `sentence` in the nearest ancestor that has a place for problems, else in the quiet bar."""
    here: QObject | None = parent
    while here is not None:
        show = getattr(here, "show_problem", None)
        if callable(show):
            show(sentence)
            return
        here = here.parent()
    messages.problem(sentence)


_office: _Workers | None = None


def _workers() -> _Workers:
    global _office
    if _office is None:
        _office = _Workers()
    return _office


__all__ = [
    "Done",
    "Progress",
    "busy",
    "retire",
    "run_beside",
    "run_command",
    "run_long",
    "run_query",
    "shutdown",
]
