"""What other windows and desks write, told as it happens; and when the clinic cannot be reached.

One thread a program reads on in the audit trail from the last number it knows. What this program wrote itself is no news.
After a lost connection, a restart of the server or a sleep of the machine nobody knows what was missed: everything is
loaded again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clinicdesk import logs
from clinicdesk.domain.changes import EVERYTHING, Changes
from clinicdesk.errors import Busy, ClinicDeskError
from clinicdesk.services.desk import Desk
from clinicdesk.storage import news
from clinicdesk.storage.faults import TryAgain

ASLEEP_AFTER: Final = 30.0
"""Seconds on the wall between two looks that are seconds apart: the machine slept, and connections may be dead."""

_PAUSES: Final = (0.0, 0.25, 0.5, 1.0, 2.0, 5.0)
"""Seconds before each new try to reach the clinic; the first comes at once: perhaps only this line was closed."""
_PATIENCE: Final = 1.0
"""Seconds that stopping waits for a try under way; what it opens it closes by itself."""

_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """Others wrote this; `EVERYTHING` where nobody knows what."""

    changes: Changes


@dataclass(frozen=True, slots=True)
class Lost:
    """The clinic cannot be reached since ``since``."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """The clinic is there again: everything has to be loaded anew."""


News = Written | Lost | Found


def last_number(desk: Desk) -> int:
    """The number of the newest event: what a view loads from now on knows at least this."""
    with desk.database.reading() as session:
        return news.head(session)


class Watch:
    """Tells what others write after the event ``number``; ``told`` is called on the watch's thread."""

    def __init__(
        self,
        desk: Desk,
        number: int,
        told: Callable[[News], None],
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """``wall`` is the machine's clock in seconds: it goes on while the machine sleeps."""
        self._desk = desk
        self._number = number
        self._told = told
        self._wall = wall
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._line: news.Line | None = None
        self._failures = 0
        self._failed_at: datetime | None = None
        self._is_lost = False
        self._missed = False
        """Whether something may have happened that no number tells of."""
        self._thread = threading.Thread(target=self._run, name="clinicdesk-news", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End. Nothing is told any more, and the line is given back."""
        self._stop.set()
        with self._lock:
            if self._line is not None:
                self._line.interrupt()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    # ------------------------------------------------------------------ on the thread

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except ClinicDeskError as error:
                self._fail(error)
            except Exception as error:  # noqa: BLE001 - a fault here must not end the news to come; it is logged as one
                logs.fault(_log, error)
                self._missed = True
                self._failures += 1
            self._stop.wait(_PAUSES[min(self._failures, len(_PAUSES)) - 1] if self._failures else 0.0)

    def _listen(self) -> None:
        """Hear until told to stop, or until the machine was asleep: then the line is a new one. Raises when it is lost."""
        line = self._take(news.open_line(self._desk.database))
        try:
            is_behind = not self._catch_up()
            looked = self._wall()
            while not self._stop.is_set():
                heard = line.wait()
                self._failures = 0
                before, looked = looked, self._wall()
                if looked - before > ASLEEP_AFTER:
                    self._missed = True
                    return
                if heard or is_behind:
                    is_behind = not self._catch_up()
        finally:
            self._give_back(line)

    def _take(self, line: news.Line) -> news.Line:
        with self._lock:
            self._line = line
            if self._stop.is_set():
                line.interrupt()
        return line

    def _give_back(self, line: news.Line) -> None:
        with self._lock:
            self._line = None
        line.close()

    def _catch_up(self) -> bool:
        """Tell what others wrote meanwhile; False where the clinic was too busy to say."""
        try:
            with self._desk.database.reading() as session:
                heard = news.since(session, self._number, self._desk.database.written)
        except (Busy, TryAgain):
            return False
        self._number = heard.number
        if self._is_lost:
            self._is_lost = self._missed = False
            self._tell(Found())
        elif self._missed or heard.changes:
            changes = EVERYTHING if self._missed else heard.changes
            self._missed = False
            self._tell(Written(changes))
        return True

    def _fail(self, error: ClinicDeskError) -> None:
        """The first failure is tried again at once and told to nobody: the server may only have closed this line."""
        if not self._failures:
            self._failed_at = self._desk.clock.now()
        self._failures += 1
        self._missed = True
        if self._failures > 1 and not self._is_lost and self._failed_at is not None:
            self._is_lost = True
            _log.info("the clinic cannot be reached: %s", type(error).__name__)
            self._tell(Lost(self._failed_at))

    def _tell(self, what: News) -> None:
        if not self._stop.is_set():
            self._told(what)
