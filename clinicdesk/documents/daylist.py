"""The day's cases on paper, in one list or a list a room or surgeon, and the head of the audit trail outside the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.platypus.flowables import Flowable

from clinicdesk.documents.boxes import Rows
from clinicdesk.documents.escape import one_line
from clinicdesk.documents.handouts import Run, Runs
from clinicdesk.documents.layout import STAFF_PRINT, Part, Sheet, Styles, build_parts, styles
from clinicdesk.documents.text import Text
from clinicdesk.documents.words import Calendar, calendar
from clinicdesk.domain.papers import DayLine, DayList, DayListBy, DayPart, Letterhead

UNIT_PRINT = 12.0
"""Points of body type where the list hangs in a room and is read standing."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its heading, its share of the width, what it says of a case."""

    heading: str
    share: int
    cell: Callable[[DayLine, Calendar], Runs]


def render(day: DayList, letterhead: Letterhead) -> bytes:
    """The list as PDF, landscape, in the order given; each room or surgeon on pages of its own where it has parts."""
    if not day.parts:
        return build_parts([_part(day, None, day.lines, letterhead)])
    return build_parts([_part(day, part, part.lines, letterhead) for part in day.parts])


def _part(day: DayList, part: DayPart | None, lines: Sequence[DayLine], letterhead: Letterhead) -> Part:
    """One list with the head of its pages. Lists of units get apart: each carries who printed it, and the anchor."""
    size = STAFF_PRINT if part is None else UNIT_PRINT
    look, dates = styles(size), calendar(letterhead)
    when = dates.day(day.day)
    name = "" if part is None else one_line(part.name)
    pages = Sheet(
        letterhead=letterhead,
        title=f"Day list {day.day.isoformat()}",
        running=f"{name}, {when}" if name else when,
        size=size,
        wide=True,
    )
    count = len(lines)
    cases = "no cases" if not count else "1 case" if count == 1 else f"{count} cases"
    printed = (
        f"{cases.capitalize()}. Printed {dates.appointment(day.printed_at)} by {one_line(day.printed_by)}."
    )
    story: list[Flowable] = [
        Text((Run(f"{name}: {when}" if name else when),), look.title, role="H1"),
        Text((Run(printed),), look.body),
    ]
    if lines:
        story.append(_table(lines, _columns(day.by), dates, look))
    if day.audit_number is not None:
        anchor = f"Audit trail at event {day.audit_number}, seal {one_line(day.audit_seal)}."
        story.append(Text((Run(anchor),), look.small))
    return pages, story


def _columns(by: DayListBy) -> tuple[_Column, ...]:
    """A list a room needs no room, a list a surgeon no surgeon; the one list of everyone has both."""
    time, arrive, patient = (
        _Column("Time", 12, _time),
        _Column("Arrive", 11, _arrive),
        _Column("Patient", 20, _patient),
    )
    procedure, sedation = _Column("Procedure", 19, _procedure), _Column("Sedation", 10, _sedation)
    units, remarks = _Column("With", 12, _units), _Column("Remarks", 16, _remarks)
    surgeon, room = _Column("Surgeon", 12, _surgeon), _Column("Room", 8, _room)
    match by:
        case DayListBy.ROOM:
            where: tuple[_Column, ...] = (surgeon,)
        case DayListBy.SURGEON:
            where = (room,)
        case DayListBy.EVERYTHING:
            where = (surgeon, room)
    return time, arrive, patient, procedure, *where, sedation, units, remarks


def _table(lines: Sequence[DayLine], columns: Sequence[_Column], dates: Calendar, look: Styles) -> Rows:
    header = [Text((Run(each.heading),), look.cell_bold, role="TH", tag=_row(0)) for each in columns]
    rows = [
        [Text(each.cell(line, dates), look.cell, role="TD", tag=_row(number)) for each in columns]
        for number, line in enumerate(lines, start=1)
    ]
    return Rows(rows, header=header, shares=[each.share for each in columns], pad=3, gap=8, before=4, after=8)


def _time(line: DayLine, dates: Calendar) -> Runs:
    return Run(_clock(line.starts, dates), bold=True), Run(f"\nto {_clock(line.ends, dates)}")


def _arrive(line: DayLine, dates: Calendar) -> Runs:
    return (Run("" if line.arrive is None else _clock(line.arrive, dates)),)


def _patient(line: DayLine, dates: Calendar) -> Runs:
    born = dates.day(line.born, weekday=False)
    known = filter(None, (born, one_line(line.mrn), one_line(line.phone)))
    return Run(one_line(line.patient_name), bold=True), Run("\n" + "\n".join(known))


def _procedure(line: DayLine, _dates: Calendar) -> Runs:
    return (Run(one_line(line.procedure)),)


def _surgeon(line: DayLine, _dates: Calendar) -> Runs:
    return (Run(one_line(line.surgeon)),)


def _room(line: DayLine, _dates: Calendar) -> Runs:
    return (Run(one_line(line.room)),)


def _sedation(line: DayLine, _dates: Calendar) -> Runs:
    return (Run(one_line(line.sedation)),)


def _units(line: DayLine, _dates: Calendar) -> Runs:
    return (Run("\n".join(map(one_line, line.units))),)


def _remarks(line: DayLine, _dates: Calendar) -> Runs:
    return (Run("\n".join(filter(None, map(one_line, (line.state, *line.remarks))))),)


def _clock(instant: datetime, dates: Calendar) -> str:
    return dates.clock(dates.zone.local(instant).time())


def _row(number: int) -> tuple[tuple[str, int], ...]:
    return (("Table", 1), ("TR", number))
