"""One sweep a minute, on a thread of its own, from signing in to signing out.

The tables are the truth: what is due is asked anew each time, so nothing is lost while the machine slept or the program was
closed. The scheduler holds its one job in memory; runs that were missed become one, late runs are still made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from clinicdesk import logs
from clinicdesk.errors import ClinicDeskError
from clinicdesk.services import housekeeping
from clinicdesk.services.desk import Desk
from clinicdesk.services.housekeeping import Swept

EVERY_SECONDS = 60

_log = logs.get(__name__)


class Runner:
    """Sweeps an open clinic as the program itself. ``told`` is called on the sweep's thread with what was found."""

    def __init__(
        self, desk: Desk, told: Callable[[Swept], None] | None = None, *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        self._desk = desk
        self._told = told
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        self._every = every_seconds

    def start(self) -> None:
        """Begin; the first sweep comes after one interval, when the windows have settled."""
        self._scheduler.add_job(self.sweep, IntervalTrigger(seconds=self._every, timezone=UTC))
        self._scheduler.start()

    def stop(self) -> None:
        """Let a sweep under way finish, and begin no other."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def sweep(self) -> None:
        """One sweep. What stands in the way now (a busy file, a lost server) is noted; the next one comes in a minute."""
        try:
            swept = housekeeping.sweep(housekeeping.system_desk(self._desk))
        except ClinicDeskError as error:
            _log.info("sweep put off: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a fault here must not end the sweeps to come; it is logged as one
            logs.fault(_log, error)
        else:
            if self._told is not None:
                self._told(swept)
