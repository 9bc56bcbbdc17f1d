"""``clinicdesk slots``: the best times from the command line, as lines to read or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

from clinicdesk.domain.booking import Setting
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.levels import parse_levels
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.finder import EVERY_WEEKDAY, DayPart
from clinicdesk.domain.sedation_levels import Sedation
from clinicdesk.domain.times import WallClock, wall_clock
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import booking, clinic, patients, resources
from clinicdesk.services.desk import Desk
from clinicdesk.services.slots import FoundSlot, SlotAnswer, SlotWish, search

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOBODY = PatientId(0)
"""Without a patient nobody's own bookings stand in the way."""


def run(desk: Desk, asked: argparse.Namespace) -> str:
    """What to print. Raises what `clinicdesk.services.slots.search` raises."""
    answer = search(desk, _wish(desk, asked))
    facts = clinic.facts(desk)
    if asked.json:
        return json.dumps(_as_json(answer, facts.time_zone), ensure_ascii=False, indent=2)
    return "\n".join(_lines(answer, wall_clock(facts)))


def _wish(desk: Desk, asked: argparse.Namespace) -> SlotWish:
    levels = tuple(str(level) for level in parse_levels(asked.levels))
    patient = NOBODY if asked.patient is None else _patient(desk, asked.patient)
    draft = booking.defaults(desk, patient, asked.procedure, levels)
    if asked.sedation is not None:
        draft = replace(draft, sedation=_sedation(asked.sedation))
    if asked.stay is not None:
        draft = replace(draft, setting=Setting(asked.stay))
    if asked.minutes is not None:
        draft = replace(draft, minutes=asked.minutes)
    return SlotWish(
        draft=replace(draft, mac=asked.mac),
        first=_day(asked.first, "--from"),
        last=_day(asked.last, "--to"),
        surgeons=tuple(_surgeon(desk, name) for name in asked.surgeon),
        times=DayPart(asked.time).times(_weekdays(asked.weekdays)),
        limit=asked.limit,
        own_lengths=asked.minutes is None,
    )


def _patient(desk: Desk, mrn: str) -> PatientId:
    found = next((line.id for line in patients.find(desk, mrn) if line.mrn == mrn), None)
    if found is None:
        raise BadInput(_("There is no patient with the number {mrn}.").format(mrn=mrn))
    return found


def _surgeon(desk: Desk, name: str) -> ResourceId:
    surgeons = resources.of_kinds(desk, [ResourceKind.SURGEON])
    found = next((unit.id for unit in surgeons if unit.name.casefold() == name.strip().casefold()), None)
    if found is None:
        known = ", ".join(unit.name for unit in surgeons)
        raise BadInput(_("There is no surgeon “{name}”. There are: {known}.").format(name=name, known=known))
    return found


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            _("{option} {text} is no day. Write it like {example}.").format(
                option=option, text=text, example="2026-12-01"
            )
        ) from error


def _weekdays(text: str) -> frozenset[int]:
    return frozenset(_weekday(word) for word in text.split(",") if word.strip()) or EVERY_WEEKDAY


def _weekday(word: str) -> int:
    """Three letters of a weekday, or more of it."""
    typed = word.strip().casefold()
    for number, name in enumerate(_WEEKDAYS):
        if len(typed) >= 3 and name.startswith(typed):
            return number
    raise BadInput(
        _("{text} is no weekday. There are: {known}.").format(text=word.strip(), known=", ".join(_WEEKDAYS))
    )


def _sedation(text: str) -> str:
    if text not in set(Sedation):
        known = ", ".join(Sedation)
        raise BadInput(
            _("{text} is no depth of sedation. There are: {known}.").format(text=text, known=known)
        )
    return text


def _lines(answer: SlotAnswer, wall: WallClock) -> Sequence[str]:
    lines = [f"{number:>2}  {_told(slot, wall)}" for number, slot in enumerate(answer.slots, start=1)]
    if not answer.slots:
        lines.append(_("No time was found. What stood in the way:"))
    for slot, pattern in (
        (answer.morning, _("In the morning: {time}")),
        (answer.afternoon, _("In the afternoon: {time}")),
    ):
        if slot is not None and slot.starts != answer.slots[0].starts:
            lines.append(pattern.format(time=_told(slot, wall)))
    return [*lines, *(f"{_span(days, wall)}: {words}." for days, words in answer.without)]


def _told(slot: FoundSlot, wall: WallClock) -> str:
    units = ", ".join(unit.name for _kind, unit in slot.units)
    length = _("{length} min").format(length=slot.minutes)
    return f"{wall.moment(slot.starts)}  {length}  {units}  ({slot.why})"


def _span(days: Sequence[date], wall: WallClock) -> str:
    if len(days) == 1 or any((later - day).days > 3 for day, later in pairwise(days)):
        return ", ".join(wall.day(day) for day in days)
    return _("{first} to {last}").format(first=wall.day(days[0]), last=wall.day(days[-1]))


def _as_json(answer: SlotAnswer, zone: str) -> dict[str, object]:
    return {
        "time_zone": zone,
        "slots": [_slot_as_json(slot) for slot in answer.slots],
        "morning": None if answer.morning is None else _slot_as_json(answer.morning),
        "afternoon": None if answer.afternoon is None else _slot_as_json(answer.afternoon),
        "without": [
            {"days": [day.isoformat() for day in days], "why": words} for days, words in answer.without
        ],
    }


def _slot_as_json(slot: FoundSlot) -> dict[str, object]:
    """``from`` and ``until`` of a unit are what it is taken for: set-up, turnover, recovery and the night included."""
    stays = dict(slot.stays)
    return {
        "starts": _utc(slot.starts),
        "ends": _utc(slot.ends),
        "minutes": slot.minutes,
        "units": {
            kind.value: {
                "id": unit.id,
                "name": unit.name,
                "from": _utc(stays[kind].starts),
                "until": _utc(stays[kind].ends),
            }
            for kind, unit in slot.units
        },
        "why": slot.why,
        "reasons": [reason.value for reason in slot.reasons],
    }


def _utc(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
