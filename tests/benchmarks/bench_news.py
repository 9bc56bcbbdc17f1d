"""How soon another desk's writing is drawn: from its commit to the day list, on the encrypted file and on PostgreSQL.

Run as ``python -m tests.benchmarks.bench_news``. The floor beside it: what the look at the trail costs by itself, and how
often the file is looked at. PostgreSQL is left out where no server can be started.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.services import booking, news
from clinicdesk.services.booking import steps
from clinicdesk.services.news import Watch
from clinicdesk.storage import news as stored
from clinicdesk.storage.database import open_server
from clinicdesk.storage.news import LOOK_EVERY
from clinicdesk.storage.written import Written
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import Today
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.places.today.place import TodayPlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.hearing import hear
from clinicdesk.ui.window.main_window import MainWindow
from tests.benchmarks.measuring import heading, report, timed
from tests.helpers import postgres
from tests.helpers.busy_day import at, fill_busy_day
from tests.helpers.clinics import FACTS, SmallClinic, small_clinic, small_clinic_file
from tests.helpers.second import second

ROUNDS = 200
FILE_AIM, SERVER_AIM = 300, 1_000
"""Milliseconds: in the middle on the file (600 at p95), at p99 on PostgreSQL."""


def main() -> None:
    """Print each figure beside its floor."""
    application = QApplication([])
    theme().start()
    heading()
    with _on_file() as clinic:
        _measure("the file", clinic, FILE_AIM)
    try:
        with _on_server() as clinic:
            _measure("PostgreSQL", clinic, SERVER_AIM)
    except postgres.NoServerError as reason:
        print(f"PostgreSQL is left out: {reason}")
    application.quit()


@contextmanager
def _on_file() -> Iterator[SmallClinic]:
    with tempfile.TemporaryDirectory(prefix="clinicdesk-bench-") as name:
        clinic = small_clinic_file(Path(name))
        with closing(clinic.database):
            yield clinic


@contextmanager
def _on_server() -> Iterator[SmallClinic]:
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running())
        database = stack.enter_context(closing(open_server(server.url(server.create()))))
        yield small_clinic(database)


def _measure(where: str, clinic: SmallClinic, aim: float) -> None:
    desk = clinic.nurse
    number = news.last_number(desk)
    with desk.database.reading() as session:
        look = timed(lambda: stored.since(session, number, Written()))
    report(f"{where}: a look at the trail, nothing new", look)
    times = sorted(_delays(clinic))
    report(f"{where}: commit at one desk to drawn at the other", times, aim)
    print(f"{'':52}{'p99':>8} {times[int(len(times) * 0.99)]:8.2f}ms")


class _Ear(QObject):
    heard = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heard.connect(hear, Qt.ConnectionType.QueuedConnection)


def _delays(clinic: SmallClinic) -> Iterator[float]:
    case = fill_busy_day(clinic)["Berg"]
    clinic.clock.at = at(11, 26)
    fmt.configure(FACTS.zone, clock=clinic.clock)
    ear = _Ear()
    watch = Watch(clinic.nurse, news.last_number(clinic.nurse), ear.heard.emit)
    window = MainWindow(clinic.nurse, [TodayPlace.factory(), DiaryPlace.factory()])
    window.resize(1366, 820)
    window.start(Today())
    place = window.place("today")
    assert isinstance(place, TodayPlace)
    watch.start()
    luck = random.Random(1)
    try:
        with second(clinic) as other:
            _until(lambda: not operations.busy())
            for number in range(ROUNDS):
                wanted = BookingState.ARRIVED if number % 2 == 0 else BookingState.CONFIRMED
                time.sleep(LOOK_EVERY * luck.random())  # the looks at the file come at any moment in between
                _step(other, case, wanted)
                committed = time.perf_counter()
                _until(lambda: _shown(place, case) is wanted)  # noqa: B023 - asked within the round
                QApplication.processEvents()
                yield 1000 * (time.perf_counter() - committed)
    finally:
        watch.stop()
        window.close()
        operations.shutdown()


def _step(other: SmallClinic, case: BookingId, wanted: BookingState) -> None:
    version = booking.read(other.front, case).version
    if wanted is BookingState.ARRIVED:
        steps.advance(other.nurse, case, wanted, version)
    else:
        steps.step_back(other.nurse, case, version)


def _shown(place: TodayPlace, case: BookingId) -> BookingState | None:
    return next((row.line.entry.state for row in place.table.rows() if row.booking_id == case), None)


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        if time.monotonic() > until:
            raise SystemExit("what was written was not drawn within 20 s")
        QApplication.processEvents()
        time.sleep(0.001)


if __name__ == "__main__":
    main()
