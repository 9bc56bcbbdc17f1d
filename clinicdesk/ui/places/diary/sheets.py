"""From the diary's page, as the service reads it, to the sheet that is drawn: columns, blocks and all their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import BookingState, DiaryEntry
from clinicdesk.domain.diary import DayLine, DiaryPage
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.moving import why_fixed
from clinicdesk.i18n import _, ngettext
from clinicdesk.ui.case.day import what
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.axis import TimeAxis
from clinicdesk.ui.places.diary.blocks import CaseBlock, DiaryColumn, DiaryMode, DiarySheet
from clinicdesk.ui.places.diary.closed import closed_words, open_stretches, stretches_of

_UNNAMED = "none"
"""The key of the column for cases that have no unit of the kind yet."""

_WEEKDAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryChoice:
    """What somebody chose to see: ``kind`` the columns are by, and ``unit`` the only one shown, if any."""

    mode: DiaryMode = DiaryMode.DAY
    kind: ResourceKind = ResourceKind.ROOM
    unit: ResourceId | None = None


def first_day(choice: DiaryChoice, day: date) -> date:
    """The first day of the sheet on which ``day`` is: itself, or the Monday of its week."""
    return day if choice.mode is DiaryMode.DAY else day - timedelta(days=day.weekday())


def sheet_of(
    page: DiaryPage, choice: DiaryChoice, zone: ClinicZone, now: datetime, *, may_move: bool = True
) -> DiarySheet:
    """The sheet of a page. A case that is in the room beyond its end reaches to ``now``: an overrun is shown.

    ``may_move`` tells whether the person at the desk may move cases.
    """
    drawn = _sheet(page, choice, zone, now)
    if may_move:
        return drawn
    why = _("Your role does not move cases.")
    return replace(drawn, blocks=tuple(replace(block, fixed=why) for block in drawn.blocks))


def _sheet(page: DiaryPage, choice: DiaryChoice, zone: ClinicZone, now: datetime) -> DiarySheet:
    lines = [line for line in page.lines if choice.unit in (None, unit_of(line.entry, choice.kind))]
    if choice.mode is DiaryMode.WEEK:
        return _week(page, lines, choice, zone, now)
    (day,) = page.days
    names = _units(page, lines, choice)
    blocks = tuple(_block(line, _key(unit_of(line.entry, choice.kind)), choice, now) for line in lines)
    blocks = tuple(block for block in blocks if any(block.column == _key(unit) for unit, _name in names))
    counts = Counter(block.column for block in blocks)
    columns = tuple(
        DiaryColumn(
            key=_key(unit),
            title=name,
            detail=_cases(counts[_key(unit)]),
            day=day.day,
            resource_id=unit,
            open=open_stretches(page, day, unit, zone),
            stretches=stretches_of(page, day.day, unit, zone, now),
        )
        for unit, name in names
    )
    return DiarySheet(choice.mode, TimeAxis(zone, (day.day,)), columns, blocks, choice.kind)


def unit_of(entry: DiaryEntry, kind: ResourceKind) -> ResourceId | None:
    """The room, surgeon or C-arm of a case."""
    return {
        ResourceKind.ROOM: entry.room_id,
        ResourceKind.SURGEON: entry.surgeon_id,
        ResourceKind.C_ARM: entry.c_arm_id,
    }[kind]


def kept_around(entry: DiaryEntry, kind: ResourceKind, ends: datetime) -> tuple[int, int]:
    """The minutes for which a unit of a kind is kept before the start of a case, and after ``ends``.

    The surgeon is there from start to end, the room and the C-arm longer.
    """
    if kind is ResourceKind.SURGEON:
        return 0, 0
    return _minutes(entry.starts - entry.room_from), max(0, _minutes(entry.room_to - ends))


def _week(
    page: DiaryPage, lines: Sequence[DayLine], choice: DiaryChoice, zone: ClinicZone, now: datetime
) -> DiarySheet:
    """One column a day; a weekend on which nothing is open and nothing stands is left out."""
    day_of = {line.entry.booking_id: zone.day_of(line.entry.starts) for line in lines}
    busy = Counter(day_of.values())
    today = zone.day_of(now)
    days = [d for n, d in enumerate(page.days) if n < _WEEKDAYS or d.open or busy[d.day]]
    shown = {d.day for d in days}
    blocks = tuple(
        _block(line, day_of[line.entry.booking_id].isoformat(), choice, now)
        for line in lines
        if day_of[line.entry.booking_id] in shown
    )
    columns = tuple(
        DiaryColumn(
            key=d.day.isoformat(),
            title=fmt.short_day(d.day),
            detail=_cases(busy[d.day]) or closed_words(page, d, zone),
            day=d.day,
            resource_id=choice.unit,
            open=open_stretches(page, d, choice.unit, zone),
            today=d.day == today,
            stretches=stretches_of(page, d.day, choice.unit, zone, now),
        )
        for d in days
    )
    return DiarySheet(choice.mode, TimeAxis(zone, tuple(d.day for d in days)), columns, blocks, choice.kind)


def _units(
    page: DiaryPage, lines: Sequence[DayLine], choice: DiaryChoice
) -> list[tuple[ResourceId | None, str]]:
    """The columns of a day: the clinic's units, then those only a case still has, then one for cases with none.

    A visit needs no C-arm, so by C-arm there is no column for cases without one.
    """
    found: list[tuple[ResourceId | None, str]] = [
        (unit.id, unit.name) for unit in page.units_of(choice.kind) if choice.unit in (None, unit.id)
    ]
    known = {unit for unit, _name in found}
    for line in lines:
        unit = unit_of(line.entry, choice.kind)
        if unit not in known and (unit is not None or choice.kind is not ResourceKind.C_ARM):
            known.add(unit)
            found.append((unit, _column_name(line.entry, choice.kind)))
    return sorted(found, key=lambda column: column[0] is None)


def _column_name(entry: DiaryEntry, kind: ResourceKind) -> str:
    if unit_of(entry, kind) is None:
        return {ResourceKind.ROOM: _("No room yet"), ResourceKind.SURGEON: _("No surgeon yet")}[kind]
    return unit_name(entry, kind)


def unit_name(entry: DiaryEntry, kind: ResourceKind) -> str:
    """The name of the room, surgeon or C-arm of a case; empty where it has none."""
    return {
        ResourceKind.ROOM: entry.room,
        ResourceKind.SURGEON: entry.surgeon,
        ResourceKind.C_ARM: entry.c_arm,
    }[kind]


def _block(line: DayLine, column: str, choice: DiaryChoice, now: datetime) -> CaseBlock:
    entry = line.entry
    ends = entry.ends
    over = entry.state is BookingState.IN_ROOM and ends < now
    if over:
        ends = now.replace(second=0, microsecond=0)
    setup, turnover = kept_around(entry, choice.kind, ends)
    return CaseBlock(
        booking_id=entry.booking_id,
        column=column,
        starts=entry.starts,
        ends=ends,
        setup_minutes=setup,
        turnover_minutes=turnover,
        title=entry.patient,
        short_title=entry.family or entry.patient,
        lines=_lines(entry, choice),
        state=entry.state,
        missing=(missing_words(line.missing),) if line.missing else (),
        tip=_tip(line, over=_minutes(ends - entry.ends)),
        sentence=sentence(line),
        fixed=why_fixed(entry.state),
    )


def _lines(entry: DiaryEntry, choice: DiaryChoice) -> tuple[str, ...]:
    """What stands under the name: the procedure, then whoever or whatever the column does not tell."""
    beside = {
        ResourceKind.ROOM: (entry.surgeon,),
        ResourceKind.SURGEON: (entry.room,),
        ResourceKind.C_ARM: (entry.surgeon, entry.room),
    }[choice.kind]
    if choice.mode is DiaryMode.WEEK and choice.unit is None:
        beside = (entry.surgeon, entry.room)
    return (what(entry), *(text for text in beside if text))


def _tip(line: DayLine, *, over: int) -> tuple[str, ...]:
    entry = line.entry
    lines = [
        _("{patient}, {state}").format(patient=entry.patient, state=entry.state.label.lower()),
        what(entry),
        fmt.clock_range(entry.starts, entry.ends),
        _joined((entry.surgeon, entry.room, entry.c_arm)),
    ]
    if entry.room_from < entry.starts or entry.room_to > entry.ends:
        lines.append(_("room kept {times}").format(times=fmt.clock_range(entry.room_from, entry.room_to)))
    if over > 0:
        lines.append(_("{time} over its planned end").format(time=fmt.duration(over)))
    if line.missing:
        lines.append(missing_words(line.missing))
    return tuple(text for text in lines if text)


def sentence(line: DayLine) -> str:
    """A case in one sentence, as a screen reader says it."""
    entry = line.entry
    parts = [
        fmt.clock_range(entry.starts, entry.ends),
        entry.patient,
        what(entry),
        _joined((entry.surgeon, entry.room)),
        entry.state.label,
    ]
    if line.missing:
        parts.append(missing_words(line.missing))
    return ", ".join(part for part in parts if part)


def missing_words(missing: Iterable[str]) -> str:
    """Missing: escort, teach-back."""
    return _("missing: {things}").format(things=", ".join(missing))


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(text for text in texts if text)


def _key(unit: ResourceId | None) -> str:
    return _UNNAMED if unit is None else str(unit)


def _cases(count: int) -> str:
    return ngettext("{n} case", "{n} cases", count).format(n=count) if count else ""


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
