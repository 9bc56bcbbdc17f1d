"""A year's diary at 85 %: 10 surgeons, 6 rooms, 3 C-arms, 5 anesthesia providers, 6 nurses, 12 bays, 8 beds.

Room by room the days are filled with cases of random length until so much of the opening hours is taken; staff and equipment
go to whoever comes first. The rows are written past the services, which would take minutes: reading them is measured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services.desk import Desk
from clinicdesk.storage import bulk, resources
from clinicdesk.storage.tables import BookingRow, BookingUnit, CatalogueEntry, Claim
from tests.helpers.cases import add_patient
from tests.helpers.clinics import FACTS, SmallClinic

FILLED = 0.85
DAYS = 365
OPENS, CLOSES = time(8), time(17)
SETUP, TURNOVER, RECOVERY = timedelta(minutes=15), timedelta(minutes=20), timedelta(minutes=60)

UNITS = {
    ResourceKind.SURGEON: 10,
    ResourceKind.ANESTHESIA: 5,
    ResourceKind.NURSE: 6,
    ResourceKind.ROOM: 6,
    ResourceKind.C_ARM: 3,
    ResourceKind.BAY: 12,
    ResourceKind.BED: 8,
}


@dataclass(slots=True)
class _Rows:
    """What is to be written."""

    bookings: list[dict[str, object]] = field(default_factory=list)
    units: list[dict[str, object]] = field(default_factory=list)
    claims: list[dict[str, object]] = field(default_factory=list)


def fill(clinic: SmallClinic, first: date, *, days: int = DAYS, seed: int = 1) -> Desk:
    """Give a clinic these units and a year of cases from ``first`` on; gives the front desk."""
    patients = [add_patient(clinic, f"Patient {n}") for n in range(50)]
    with clinic.database.writing() as session:
        units: dict[ResourceKind, list[ResourceId]] = {kind: [] for kind in UNITS}
        for unit in resources.of_kinds(session):
            units[unit.kind].append(unit.id)
        for kind, count in UNITS.items():
            for number in range(len(units[kind]), count):
                units[kind].append(
                    resources.add(session, kind, f"{kind.label} {number + 1}", position=number)
                )
        procedure = session.query(CatalogueEntry.id).filter_by(kind="procedure", key="kyphoplasty").scalar()
        rows = _Rows()
        rng = random.Random(seed)
        taken: dict[ResourceId, datetime] = {}
        for day in FACTS.zone.days(first, days):
            if FACTS.open_on(day):
                for case in _day(day, units, taken, rng):
                    _put(rows, case, rng.choice(patients), procedure)
        bulk.insert_rows(session, {BookingRow: rows.bookings, BookingUnit: rows.units, Claim: rows.claims})
    return clinic.front


Case = dict[ResourceId, tuple[ResourceKind, datetime, datetime]]


def _day(
    day: date,
    units: dict[ResourceKind, list[ResourceId]],
    taken: dict[ResourceId, datetime],
    rng: random.Random,
) -> Iterator[Case]:
    opens, closes = FACTS.zone.at(day, OPENS), FACTS.zone.at(day, CLOSES)
    budget = dict.fromkeys(units[ResourceKind.ROOM], FILLED * (closes - opens))
    ready = dict.fromkeys(units[ResourceKind.ROOM], opens - SETUP)
    while budget:
        room = min(budget, key=lambda each: ready[each])
        length = timedelta(minutes=rng.choice((20, 45, 45, 60, 60, 80, 100)))
        starts = ready[room] + SETUP
        surgeon = _first_free(units[ResourceKind.SURGEON], taken, starts)
        if budget[room] < length or starts + length > closes or surgeon is None:
            del budget[room]
            continue
        budget[room] -= length + SETUP + TURNOVER
        ready[room] = starts + length + TURNOVER + timedelta(minutes=rng.choice((0, 0, 5, 10, 25)))
        case: Case = {
            room: (ResourceKind.ROOM, starts - SETUP, starts + length + TURNOVER),
            surgeon: (ResourceKind.SURGEON, starts, starts + length),
        }
        for kind, since, until in (
            (ResourceKind.C_ARM, -SETUP, length + TURNOVER),
            (
                rng.choice((ResourceKind.NURSE, ResourceKind.ANESTHESIA)),
                -SETUP,
                length + timedelta(minutes=5),
            ),
            (ResourceKind.BAY, length, length + RECOVERY),
        ):
            unit = _first_free(units[kind], taken, starts + since)
            if unit is not None:
                case[unit] = (kind, starts + since, starts + until)
        bed = _first_free(units[ResourceKind.BED], taken, starts + length + RECOVERY)
        if bed is not None and rng.random() < 0.25:
            leaves = FACTS.zone.at(day + timedelta(days=1), FACTS.leaving_time)
            case[bed] = (ResourceKind.BED, starts + length + RECOVERY, leaves)
        for unit, (_kind, _since, until_then) in case.items():
            taken[unit] = until_then
        yield case


def _first_free(
    units: list[ResourceId], taken: dict[ResourceId, datetime], since: datetime
) -> ResourceId | None:
    return next((unit for unit in units if unit not in taken or taken[unit] <= since), None)


def _put(rows: _Rows, case: Case, patient: int, procedure: int) -> None:
    number = len(rows.bookings) + 1
    starts, ends = next(
        (since, until) for kind, since, until in case.values() if kind is ResourceKind.SURGEON
    )
    rows.bookings.append(
        {
            "id": number,
            "patient_id": patient,
            "procedure_id": procedure,
            "state": "booked",
            "levels": "L1",
            "sedation": "moderate",
            "setting": "home",
            "starts_at": starts,
            "ends_at": ends,
            "setup_minutes": 15,
            "turnover_minutes": 20,
            "recovery_minutes": 60,
            "minutes": int((ends - starts).total_seconds() // 60),
            "created_at": starts,
            "created_by": 1,
        }
    )
    for unit, (kind, since, until) in case.items():
        rows.units.append({"booking_id": number, "kind": kind, "resource_id": unit})
        rows.claims.append({"resource_id": unit, "booking_id": number, "starts_at": since, "ends_at": until})
