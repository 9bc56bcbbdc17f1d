"""What the benchmarks share: a clinic to measure on, the clock, and the line that is printed.

With CLINICDESK_BENCH_DATA (``--data``) a copy of that demo clinic is measured, so that nothing is changed in it; otherwise
a demo clinic of 1,200 patients is made, once a run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clinicdesk.bootstrap import demo, demo_users
from clinicdesk.config import FILE_NAME, KEYS_NAME, Config
from clinicdesk.domain.users import Role
from clinicdesk.services import signin
from clinicdesk.services.desk import Desk

DATA_VARIABLE = "CLINICDESK_BENCH_DATA"
ROUNDS = 300


@dataclass(frozen=True, slots=True)
class BenchClinic:
    """The copied clinic, and a desk for the first demo user of a role."""

    config: Config
    desk: Desk

    def of(self, role: Role) -> Desk:
        """The same open clinic with somebody of ``role`` at the desk."""
        from clinicdesk.services import users

        return self.desk.acting(next(each.actor for each in users.everyone(self.desk) if each.role is role))


@contextmanager
def bench_clinic() -> Iterator[BenchClinic]:
    """A clinic that may be written to; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="clinicdesk-bench-") as name:
        config = Config(Path(name))
        _fill(config)
        user = demo_users.read(config.folder)[0]
        desk = signin.sign_in(config, user.login, user.password)
        try:
            yield BenchClinic(config, desk)
        finally:
            desk.database.close()


def _fill(config: Config) -> None:
    given = os.environ.get(DATA_VARIABLE)
    if given is None:
        demo.make(config)
        return
    for path in Path(given).iterdir():
        if path.name.startswith((FILE_NAME, KEYS_NAME, demo_users.FILE_NAME)):
            shutil.copyfile(path, config.folder / path.name)
    if not demo_users.read(config.folder):
        raise SystemExit(f"{given} holds no demo clinic: make one with clinicdesk demo --data DIR")


def heading() -> None:
    """The line above the figures."""
    print(f"{'':52}{'p50':>10}{'p95':>10}   aim")


def timed(work: Callable[[], object], rounds: int = ROUNDS, *, warm: int = 10) -> list[float]:
    """The sorted times of so many rounds in milliseconds, after some to warm up."""
    for _round in range(warm):
        work()
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times)


def report(what: str, times: list[float], aim: float | None = None) -> None:
    """Print the middle and the slow end of a series, and the aim in milliseconds where one is named."""
    middle, slow = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"{what:52}{middle:8.2f}ms{slow:8.2f}ms   {'' if aim is None else f'{aim:g} ms'}")
