"""Real processes on one clinic, started together: what each does is a function of a module, by name."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from clinicdesk.clock import SetClock
from clinicdesk.domain.availability import Block, Closure, ClosureKind
from clinicdesk.domain.booking import BookingDraft, BookingState
from clinicdesk.domain.ids import BlockId, BookingId, ClosureId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.users import Actor
from clinicdesk.domain.waiting import Fit
from clinicdesk.errors import BadInput, Busy, Clash, NeedsReason, NotFound, Stale
from clinicdesk.services import availability, booking, slots, waiting
from clinicdesk.services.booking import moving, moving_many, steps
from clinicdesk.services.booking.moving_many import Move
from clinicdesk.services.desk import Desk
from clinicdesk.services.slots import SlotWish
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
    surgeons: list[ResourceId]
    opens: datetime
    rounds: int


def turmoil(desk: Desk, number: int, start: Barrier, task: Turmoil) -> Counter[str]:
    """Book, find, move, trade, extend, call off, take back, close and block at random; count what came of it."""
    luck = random.Random(number)
    counted: Counter[str] = Counter()
    start.wait(PATIENCE)
    for _round in range(task.rounds):
        what = luck.choice(
            (_book, _book, _find, _move, _move, _trade, _change, _cancel, _take_back, _close, _block)
        )
        try:
            counted[what(desk, luck, task)] += 1
        except (Clash, Stale, BadInput, NeedsReason, NotFound, Busy) as refused:
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
    moving.move(desk, booking_id, version, _any_start(luck, task), units=rooms, reason="turmoil")
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


def _find(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    """Take one of the best times as it is offered, whatever others take in the meantime."""
    day = task.opens.date()
    wish = SlotWish(draft=luck.choice(task.drafts), first=day, last=day + timedelta(days=4), limit=3)
    slot = luck.choice(slots.search(desk, wish).slots or (None,))
    if slot is None:
        return "nothing free"
    booking.book(desk, replace(wish.draft, starts=slot.starts, units=slot.chosen))
    return "booked as found"


def _trade(desk: Desk, luck: random.Random, _task: Turmoil) -> str:
    """Let two cases trade their times and rooms, as one move."""
    one, other = (booking.read(desk, BookingId(luck.randint(1, _FEW))) for _ in range(2))
    if one.id == other.id or one.starts is None or other.starts is None:
        return "nothing to trade"
    rooms = [
        tuple(unit for unit in each.draft.units if unit[0] is ResourceKind.ROOM) for each in (one, other)
    ]
    moves = [
        Move(booking_id=one.id, version=one.version, starts=other.starts, units=rooms[1]),
        Move(booking_id=other.id, version=other.version, starts=one.starts, units=rooms[0]),
    ]
    moving_many.move_many(desk, moves, reason="turmoil")
    return "traded"


def _close(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    starts = _any_start(luck, task)
    closure = Closure(
        id=ClosureId(0),
        resource_id=luck.choice(task.rooms),
        kind=ClosureKind.REPAIR,
        span=Span(starts, starts + timedelta(minutes=30)),
    )
    availability.add_closure(desk, closure, [BookingId(number) for number in range(1, 400)])
    return "closed"


def _block(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    day = task.opens.date() + timedelta(days=luck.randrange(4))
    block = Block(
        id=BlockId(0),
        surgeon_id=luck.choice(task.surgeons),
        room_id=luck.choice(task.rooms),
        weekday=day.weekday(),
        opens=time(8 + luck.randrange(8)),
        closes=time(16),
        first_on=day,
        exclusive=luck.random() < 0.7,
    )
    availability.add_block(desk, block, [BookingId(number) for number in range(1, 400)])
    return "blocked"


def _take_back(desk: Desk, luck: random.Random, task: Turmoil) -> str:
    steps.step_back(desk, *_any_booking(desk, luck))
    return "taken back"
