"""A search that runs beside the window: each better plan comes back by signal, and the last one with how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from clinicdesk.domain.arranging.clinic_day import Arrangeable
from clinicdesk.domain.arranging.proposal import Proposal
from clinicdesk.domain.changes import NOTHING
from clinicdesk.domain.ids import BookingId
from clinicdesk.errors import ClinicDeskError
from clinicdesk.services import arranging
from clinicdesk.services.work import Done
from clinicdesk.ui.operations import Progress, run_long

TENTHS = round(arranging.SECONDS * 10)
"""The longest search, in tenths of a second: what a bar runs to."""


class DaySearch(QObject):
    """One search at a time; beginning another gives the one before up."""

    found = Signal(object)
    """Carries each better `Proposal`."""
    ran = Signal(int)
    """Carries the tenths of a second that the search has run."""
    ended = Signal(object)
    """Carries the sentence of what went wrong, or an empty one."""

    _heard = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self._work: Progress | None = None
        self._heard.connect(self._take)

    @property
    def is_running(self) -> bool:
        """Whether it is still looking."""
        return self._work is not None

    def begin(self, day: Arrangeable, kept: Collection[BookingId]) -> None:
        """Look for better orders of ``day`` with the cases ``kept`` where they are."""
        self.give_up()
        number = self._number
        self._work = run_long(
            self,
            partial(_look, day, frozenset(kept), partial(self._tell, number)),
            progress=partial(self._progressed, number),
            done=partial(self._done, number),
            failed=partial(self._failed, number),
        )

    def stop(self) -> None:
        """Look no further: the best so far comes back soon."""
        if self._work is not None:
            self._work.cancel()

    def give_up(self) -> None:
        """Look no further, and forget it: nothing of it comes back."""
        self.stop()
        self._number += 1
        self._work = None

    def _tell(self, number: int, proposal: Proposal) -> None:
        """From the thread of the search."""
        if isValid(self):
            self._heard.emit(number, proposal)

    def _take(self, number: int, proposal: Proposal) -> None:
        if number == self._number:
            self.found.emit(proposal)

    def _progressed(self, number: int, done: int, _total: int) -> None:
        if number == self._number:
            self.ran.emit(done)

    def _done(self, number: int, proposal: Proposal) -> None:
        if number == self._number:
            self._work = None
            self.found.emit(proposal)
            self.ended.emit("")

    def _failed(self, number: int, fault: ClinicDeskError) -> None:
        if number == self._number:
            self._work = None
            self.ended.emit(fault.sentence)


class _Watch:
    """Asked every now and then whether to stop; tells at the same time how long it has been."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._began = time.monotonic()

    def __call__(self) -> bool:
        """Whether the person has had enough."""
        self._progress.report(min(TENTHS, round((time.monotonic() - self._began) * 10)), TENTHS)
        return self._progress.cancelled


def _look(
    day: Arrangeable, kept: Collection[BookingId], tell: Callable[[Proposal], None], progress: Progress
) -> Done[Proposal]:
    return Done(arranging.propose(day, tell, kept=kept, cancelled=_Watch(progress)), NOTHING)
