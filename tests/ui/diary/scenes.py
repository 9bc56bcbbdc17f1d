"""Made-up days for the diary: crowded, overlapping, long-named, empty, and the days on which the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.ui.places.diary.axis import TimeAxis
from clinicdesk.ui.places.diary.blocks import CaseBlock, DiaryColumn, DiaryMode, DiarySheet, ProposedCase

ZONE = ClinicZone("America/New_York")
THURSDAY = date(2026, 11, 26)
AUTUMN = date(2026, 11, 1)
SPRING = date(2026, 3, 8)

NAMES = (
    "Rosa Ortiz",
    "Lee Chang",
    "Margaret Featherstonehaugh-Cholmondeley",
    "Zoë Łukasiewicz",
    "Ann Li",
    "José María de la Cruz y Villalobos",
    "Nguyễn Thị Minh Khai",
    "Ida Berg",
)
PROCEDURES = (
    ("Kyphoplasty L1", 60, 15, 20),
    ("Vertebroplasty T11-T12", 45, 15, 20),
    ("Epidural injection L4-L5", 20, 15, 20),
    ("Medial branch block L3-L5, left", 20, 15, 20),
    ("Radiofrequency ablation L3-L5", 45, 15, 20),
    ("Follow-up visit", 15, 0, 0),
)
SURGEONS = ("Dr Lin", "Dr Shah", "Dr Abernathy")
STATES = tuple(BookingState)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time at the clinic."""
    return ZONE.at(day, time(hour, minute))


def column(
    key: str,
    title: str,
    day: date = THURSDAY,
    resource: int | None = None,
    detail: str = "",
    *,
    today: bool = False,
) -> DiaryColumn:
    """A column that is open from eight to five."""
    return DiaryColumn(
        key=key,
        title=title,
        detail=detail,
        day=day,
        resource_id=ResourceId(resource) if resource is not None else None,
        open=((at(day, 8), at(day, 17)),),
        today=today,
    )


def case(
    number: int,
    column: str,
    starts: datetime,
    minutes: int = 60,
    *,
    setup: int = 0,
    turnover: int = 0,
    state: BookingState = BookingState.BOOKED,
    title: str = "Rosa Ortiz",
    lines: tuple[str, ...] = ("Kyphoplasty L1", "Dr Lin"),
    missing: tuple[str, ...] = (),
    emergency: bool = False,
) -> CaseBlock:
    """One case."""
    return CaseBlock(
        booking_id=BookingId(number),
        column=column,
        starts=starts,
        ends=starts + timedelta(minutes=minutes),
        setup_minutes=setup,
        turnover_minutes=turnover,
        title=title,
        short_title=title.split()[-1],
        lines=lines,
        state=state,
        missing=missing,
        emergency=emergency,
        tip=(title, *lines, *missing),
        sentence=f"{title}, {', '.join(lines)}, {state.label}",
    )


def crowded_day(rooms: int = 6, day: date = THURSDAY, seed: int = 7) -> DiarySheet:
    """Rooms that are busy from eight to five, every state among them."""
    random = Random(seed)
    columns = tuple(column(f"r{n}", f"Room {n}", day, n, "8 cases") for n in range(1, rooms + 1))
    blocks: list[CaseBlock] = []
    for each in columns:
        clock = at(day, 8) + timedelta(minutes=5 * random.randrange(6))
        while clock < at(day, 16, 30):
            what, minutes, setup, turnover = random.choice(PROCEDURES)
            starts = clock + timedelta(minutes=setup)
            blocks.append(
                case(
                    len(blocks) + 1,
                    each.key,
                    starts,
                    minutes,
                    setup=setup,
                    turnover=turnover,
                    state=_state(random, starts, day),
                    title=random.choice(NAMES),
                    lines=(what, random.choice(SURGEONS)),
                    missing=("No escort named",) if random.random() < 0.2 else (),
                    emergency=random.random() < 0.03,
                )
            )
            clock = blocks[-1].held_to + timedelta(minutes=random.choice((0, 0, 5, 30)))
    return DiarySheet(DiaryMode.DAY, TimeAxis(ZONE, (day,)), columns, tuple(blocks))


def _state(random: Random, starts: datetime, day: date) -> BookingState:
    if starts < at(day, 10):
        return random.choice((BookingState.DISCHARGED, BookingState.RECOVERY, BookingState.DISCHARGED))
    if starts < at(day, 11, 30):
        return random.choice((BookingState.IN_ROOM, BookingState.ARRIVED, BookingState.RECOVERY))
    return random.choice(
        (BookingState.BOOKED, BookingState.CONFIRMED, BookingState.CONFIRMED, BookingState.REQUESTED)
    )


def full_day(columns: int = 15, cases: int = 20, day: date = THURSDAY) -> DiarySheet:
    """Half-hours without a gap from eight on, every state in turn: as much as a screen can show."""
    every = tuple(column(f"r{n}", f"Room {n}", day, n, "20 cases") for n in range(1, columns + 1))
    blocks = tuple(
        case(
            cases * c + n + 1,
            each.key,
            at(day, 8) + timedelta(minutes=30 * n + 5),
            20,
            setup=5,
            turnover=5,
            state=STATES[(c + n) % len(STATES)],
            title=NAMES[(c + n) % len(NAMES)],
            lines=(PROCEDURES[(c * n) % len(PROCEDURES)][0], SURGEONS[c % len(SURGEONS)]),
            missing=("No escort named",) if (c + n) % 5 == 0 else (),
        )
        for c, each in enumerate(every)
        for n in range(cases)
    )
    return DiarySheet(DiaryMode.DAY, TimeAxis(ZONE, (day,)), every, blocks)


def planned(sheet: DiarySheet, every: int = 15, by: timedelta = timedelta(minutes=25)) -> DiarySheet:
    """The sheet with a plan that would have one case in ``every`` so much later."""
    moved = {block.booking_id for block in sheet.blocks[::every]}
    blocks = tuple(replace(b, leaves=b.booking_id in moved) for b in sheet.blocks)
    return replace(sheet, blocks=blocks, plan=True, proposed=tuple(_later(b, by) for b in blocks if b.leaves))


def _later(block: CaseBlock, by: timedelta) -> ProposedCase:
    return ProposedCase(
        booking_id=block.booking_id,
        column=block.column,
        starts=block.starts + by,
        ends=block.ends + by,
        setup_minutes=block.setup_minutes,
        turnover_minutes=block.turnover_minutes,
        title=block.title,
        short_title=block.short_title,
        time="9:25 to 10:25 AM",
        start="9:25 AM",
        was="was 9:00 AM",
    )


def every_state(day: date = THURSDAY) -> DiarySheet:
    """Each state once, tall and short, with and without ends."""
    columns = tuple(
        column(f"c{n}", title, day, n) for n, title in enumerate(("Tall", "Visit", "Short", "Tiny"), 1)
    )
    blocks = []
    number = 0
    for row, state in enumerate(STATES):
        starts = at(day, 7) + timedelta(minutes=65 * row)
        for key, minutes, setup, turnover in (
            ("c1", 30, 10, 15),
            ("c2", 55, 0, 0),
            ("c3", 15, 0, 0),
            ("c4", 5, 0, 0),
        ):
            number += 1
            blocks.append(
                case(
                    number,
                    key,
                    starts,
                    minutes,
                    setup=setup,
                    turnover=turnover,
                    state=state,
                    title=state.label + " Ortiz",
                    missing=("No escort named",) if row % 3 == 0 else (),
                    emergency=row == 4,
                )
            )
    return DiarySheet(DiaryMode.DAY, TimeAxis(ZONE, (day,)), columns, tuple(blocks))


def overlaps(day: date = THURSDAY) -> DiarySheet:
    """One to four cases at once, and tiny ones back to back."""
    columns = tuple(column(f"s{n}", title, day, n) for n, title in enumerate(SURGEONS, 1))
    blocks = [
        case(n, "s1", at(day, 9) + timedelta(minutes=15 * n), 80, state=STATES[n], title=NAMES[n])
        for n in range(1, 5)
    ]
    blocks += [
        case(
            10 + n,
            "s2",
            at(day, 9) + timedelta(minutes=15 * n),
            15,
            title=NAMES[n % 8],
            lines=("Visit", "Dr Shah"),
        )
        for n in range(12)
    ]
    blocks += [
        case(40, "s3", at(day, 9), 90),
        case(41, "s3", at(day, 9, 30), 30),
        case(42, "s3", at(day, 10, 30), 60),
    ]
    return DiarySheet(DiaryMode.DAY, TimeAxis(ZONE, (day,)), columns, tuple(blocks))


def week(monday: date = date(2026, 11, 23), count: int = 5, seed: int = 3, rooms: int = 3) -> DiarySheet:
    """A week of one surgeon or of all rooms, with overlaps."""
    days = tuple(monday + timedelta(days=n) for n in range(count))
    columns = tuple(
        column(day.isoformat(), f"{day:%a} {day.day} {day:%b}", day, None, "6 cases", today=day == THURSDAY)
        for day in days
    )
    blocks: list[CaseBlock] = []
    for n, day in enumerate(days):
        for block in crowded_day(rooms, day, seed + n).blocks:
            number = len(blocks) + 1
            blocks.append(
                case(
                    number,
                    day.isoformat(),
                    block.starts,
                    round((block.ends - block.starts).total_seconds() / 60),
                    setup=block.setup_minutes,
                    turnover=block.turnover_minutes,
                    state=block.state if day <= THURSDAY else BookingState.BOOKED,
                    title=block.title,
                    lines=block.lines,
                    missing=block.missing,
                )
            )
    return DiarySheet(DiaryMode.WEEK, TimeAxis(ZONE, days), columns, tuple(blocks))


def clock_change(day: date) -> DiarySheet:
    """A room used through the night on which the clocks change."""
    midnight = ZONE.start_of(day)
    blocks = tuple(case(n, "r1", midnight + timedelta(hours=n), 50, title=f"Hour {n}") for n in range(6))
    return DiarySheet(DiaryMode.DAY, TimeAxis(ZONE, (day,)), (column("r1", "Room 1", day, 1),), blocks)


def empty_day(day: date = THURSDAY) -> DiarySheet:
    """Rooms without a case."""
    columns = tuple(column(f"r{n}", f"Room {n}", day, n) for n in range(1, 4))
    return DiarySheet(DiaryMode.DAY, TimeAxis(ZONE, (day,)), columns, ())
