"""The day list on paper: everyone of a day, or a list for each room or surgeon.

The head of the audit trail stands on every one of them, so that a cut trail can be told from paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clinicdesk.documents import daylist as day_paper
from clinicdesk.documents.fonts import undrawable
from clinicdesk.domain import papers as values
from clinicdesk.domain.booking import BookingState, DiaryEntry
from clinicdesk.domain.diary import DayLine
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.instructions import arrival
from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.papers import DayListBy, Letterhead, PaperCopy, PaperKind, letterhead
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.i18n import _
from clinicdesk.services import diary
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Work, query
from clinicdesk.storage import audit, daylist, phones, resources

_SEAL_SHOWN = 16
"""Hexadecimal digits of the audit head that a day list carries."""

_LISTED = {DayListBy.ROOM: ResourceKind.ROOM, DayListBy.SURGEON: ResourceKind.SURGEON}
_NOT_COMING = frozenset({BookingState.CANCELLED, BookingState.NO_SHOW})
_YET_TO_ARRIVE = frozenset({BookingState.BOOKED, BookingState.CONFIRMED})


def day_list(desk: Desk, day: date, by: DayListBy = DayListBy.EVERYTHING) -> PaperCopy:
    """The cases of one day by time, with the head of the audit trail, so that a cut trail can be told from paper.

    In one list of everyone, or in lists to hang up: one for each room, or for each surgeon who has a case. Those
    leave out who is not coming, who stayed from the day before, and phones.
    """
    lines = diary.day_list(desk, day)
    facts = _day_facts(desk, lines, by)
    every = tuple((line, _day_line(line, facts)) for line in lines)
    paper = values.DayList(
        day=day,
        lines=tuple(printed for _line, printed in every),
        printed_at=facts.now,
        printed_by=desk.actor.full_name,
        by=by,
        parts=() if by is DayListBy.EVERYTHING else _day_parts(day, every, facts, by),
        audit_number=facts.number,
        audit_seal=facts.seal,
    )
    names = [line.entry.patient for line in lines]
    return PaperCopy(
        kind=PaperKind.DAY_LIST,
        content=day_paper.render(paper, facts.head),
        day=day,
        undrawable=undrawable(names),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _DayFacts:
    """What a day list needs beside its lines: letterhead, anchor, units and phones, and the units that get a list."""

    head: Letterhead
    number: int
    seal: str
    now: datetime
    further: Mapping[BookingId, tuple[str, ...]]
    phones: Mapping[PatientId, str]
    units: tuple[Resource, ...]


@query(Act.PRINT_PAPERS)
def _day_facts(work: Work, lines: Sequence[DayLine], by: DayListBy) -> _DayFacts:
    number, seal = audit.head(work.session)
    everyone = by is DayListBy.EVERYTHING
    patients_of = [line.entry.patient_id for line in lines] if everyone else []
    kinds = [_LISTED[by]] if by in _LISTED else []
    return _DayFacts(
        head=letterhead(work.clinic),
        number=number,
        seal=seal.hex()[:_SEAL_SHOWN],
        now=work.now,
        further=daylist.further_units(work.session, [line.entry.booking_id for line in lines]),
        phones=daylist.phones(work.session, patients_of),
        units=resources.of_kinds(work.session, kinds, inactive=True) if kinds else (),
    )


def _day_parts(
    day: date,
    every: Sequence[tuple[DayLine, values.DayLine]],
    facts: _DayFacts,
    by: DayListBy,
) -> tuple[values.DayPart, ...]:
    """A part for each room, empty ones in use too: nobody looks for a lost page. For each surgeon who has a case.

    What has no room or surgeon yet stands on a last page: it would be on none otherwise.
    """
    zone = facts.head.zone
    coming = [
        (line.entry, printed)
        for line, printed in every
        if line.entry.state not in _NOT_COMING and zone.day_of(line.entry.starts) == day
    ]
    parts = []
    for unit in facts.units:
        own = tuple(p for entry, p in coming if unit.id == _unit_of(entry, by))
        if own or (by is DayListBy.ROOM and unit.active):
            parts.append(values.DayPart(name=unit.name, lines=own))
    listed = {unit.id for unit in facts.units}
    rest = tuple(p for entry, p in coming if _unit_of(entry, by) not in listed)
    if rest or not parts:
        name = "Without a room" if by is DayListBy.ROOM else "Without a surgeon"
        parts.append(values.DayPart(name=name, lines=rest))
    return tuple(parts)


def _unit_of(entry: DiaryEntry, by: DayListBy) -> ResourceId | None:
    return entry.room_id if by is DayListBy.ROOM else entry.surgeon_id


def _day_line(line: DayLine, facts: _DayFacts) -> values.DayLine:
    entry = line.entry
    side = f", {entry.side.label.lower()}" if entry.side else ""
    return values.DayLine(
        starts=entry.starts,
        ends=entry.ends,
        patient_name=entry.patient,
        born=entry.birth_date,
        mrn=entry.mrn,
        procedure=with_levels(entry.procedure, entry.levels) + side,
        surgeon=entry.surgeon,
        room=entry.room,
        sedation="" if entry.is_visit else entry.sedation.capitalize(),
        state=entry.state.label,
        arrive=arrival(entry.starts, setup=entry.starts - entry.room_from, is_visit=entry.is_visit)
        if entry.state in _YET_TO_ARRIVE
        else None,
        phone=phones.written(facts.phones.get(entry.patient_id, ""), facts.head.country),
        units=facts.further.get(entry.booking_id, ()),
        remarks=(_("Missing: {thing}").format(thing=", ".join(line.missing)),) if line.missing else (),
    )
