"""Real processes on one clinic, started together: what each does is a function of a module, by name."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from clinicdesk.clock import SetClock
from clinicdesk.domain.booking import BookingDraft, BookingState
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Actor
from clinicdesk.domain.waiting import Fit
from clinicdesk.errors import BadInput, Clash, NeedsReason, NotFound, Stale
from clinicdesk.services import booking, steps, waiting
from clinicdesk.services.desk import Desk
from clinicdesk.storage.database import open_file, open_server
from tests.helpers.clinics import TEST_KEY

RACERS = 8
PATIENCE = 100
"""Seconds; starting eight interpreters on two busy cores takes most of it."""


@dataclass(frozen=True, slots=True)
class Door:
    """How another process opens the same clinic."""

    place: str
    actor: Actor
    now: datetime

    @contextmanager
    def open(self) -> Iterator[Desk]:
        """A desk of this process's own."""
        on_server = self.place.startswith("postgresql")
        database = open_server(self.place) if on_server else open_file(Path(self.place), TEST_KEY)
        try:
            yield Desk(database, self.actor, SetClock(self.now))
        finally:
            database.close()


_FEW = 14
"""Bookings that the eight fight over."""

Racer = Callable[[Desk, int, Barrier, Any], Counter[str]]


def race(door: Door, racer: Racer, task: Any) -> list[Counter[str]]:
    """Run ``racer`` in eight processes; what each of them counted."""
    context = multiprocessing.get_context(
        "forkserver"
    )  # a clean process that imports once and is forked eight times
    context.set_forkserver_preload([__name__])
    start = context.Barrier(RACERS)
    results = context.Queue()
    processes = [
        context.Process(target=_run, args=(door, racer, n, start, task, results)) for n in range(RACERS)
    ]
    for process in processes:
        process.start()
    try:
        counted = [results.get(timeout=PATIENCE) for _process in processes]
    finally:
        for process in processes:
            process.join(10)
            if process.is_alive():
                process.kill()
        results.close()
        results.join_thread()
    return counted


def _run(door: Door, racer: Racer, number: int, start: Barrier, task: Any, results: Any) -> None:
    try:
        with door.open() as desk:
            results.put(racer(desk, number, start, task))
    except BaseException as fault:  # noqa: BLE001 - the test must hear of it, whatever it is
        start.abort()
        results.put(Counter({f"{type(fault).__name__}: {fault}": 1}))


def book_the_room(desk: Desk, number: int, start: Barrier, drafts: list[BookingDraft]) -> Counter[str]:
    """Book one's own patient into the room that all want."""
    start.wait(PATIENCE)
    try:
        booking.book(desk, drafts[number])
    except Clash as clash:
        return Counter({f"clash: {clash.sentence}": 1})
    return Counter(won=1)


def take_the_hole(desk: Desk, number: int, start: Barrier, fits: list[Fit]) -> Counter[str]:
    """Give the hole that all want to one's own candidate."""
    fit = fits[number]
    start.wait(PATIENCE)
    try:
        waiting.take(desk, fit.entry.booking_id, fit.entry.version, fit.starts, fit.units)
    except Clash as clash:
        return Counter({f"clash: {clash.sentence}": 1})
    return Counter(won=1)


@dataclass(frozen=True, slots=True)
class Turmoil:
    """What the eight do to one diary: so many random bookings, moves and cancellations each."""

    drafts: list[BookingDraft]
    rooms: list[ResourceId]
    opens: datetime
    rounds: int


def turmoil(desk: Desk, number: int, start: Barrier, task: Turmoil) -> Counter[str]:
    """Book, move, call off and take back at random; count what came of it."""
    luck = random.Random(number)
    counted: Counter[str] = Counter()
    start.wait(PATIENCE)
    for _round in range(task.rounds):
        what = luck.choice((_book, _book, _move, _move, _change, _cancel, _take_back))
        try:
            counted[what(desk, luck, task)] += 1
        except (Clash, Stale, BadInput, NeedsReason, NotFound) as refused:
            counted[type(refused).__name__] += 1
    return counted


def _any_start(luck: random.Random, task: Turmoil) -> datetime:
    return task.opens + timedelta(days=luck.randrange(4), minutes=5 * luck.randrange(80))


def _any_booking(desk: Desk, luck: random.Random) -> tuple[BookingId, int]:
    made = booking.read(desk, BookingId(luck.randint(1, _FEW)))
    return made.id, made.version


def _book(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    units = ((ResourceKind.ROOM, luck.choice(task.rooms)),) if luck.random() < 0.6 else ()
    booking.book(desk, replace(luck.choice(task.drafts), starts=_any_start(luck, task), units=units))
    return "booked"


def _move(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    booking_id, version = _any_booking(desk, luck)
    rooms = {ResourceKind.ROOM: luck.choice(task.rooms)}
    booking.move(desk, booking_id, version, _any_start(luck, task), units=rooms, reason="turmoil")
    return "moved"


def _change(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    made = booking.read(desk, BookingId(luck.randint(1, _FEW)))
    draft = replace(made.draft, minutes=luck.choice((20, 40, 90)), units=(), reason="turmoil again")
    booking.change(desk, made.id, draft, made.version)
    return "changed"


def _cancel(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    booking_id, version = _any_booking(desk, luck)
    steps.advance(desk, booking_id, BookingState.CANCELLED, version, reason="turmoil")
    return "cancelled"


def _take_back(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    steps.step_back(desk, *_any_booking(desk, luck))
    return "taken back"
