"""A desk whose commands are slow, as behind a server far away."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from clinicdesk.domain.changes import NOTHING
from clinicdesk.services.work import Done
from clinicdesk.ui import operations
from clinicdesk.ui.operations import run_command
from clinicdesk.ui.window.main_window import MainWindow


@dataclass
class SlowDesk:
    """Commands wait behind one that ends when the test says so, as behind a slow server."""

    window: MainWindow
    _go_on: threading.Event = field(default_factory=threading.Event)

    def hold(self) -> None:
        self._go_on.clear()
        run_command(self.window, self._wait)

    @property
    def waiting(self) -> int:
        """How many commands wait behind the slow one."""
        return operations._workers()._commands._work_queue.qsize()

    def release(self) -> None:
        self._go_on.set()

    def _wait(self) -> Done[None]:
        assert self._go_on.wait(20)
        return Done(None, NOTHING)
