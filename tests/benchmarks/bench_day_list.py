"""How long the list of a day takes: 80 cases with every name on the encrypted file, beside a bare fetch of the same rows.

Run as ``python -m tests.benchmarks.bench_day_list``. The day is a busy one at two in the afternoon: some have gone
home, some are in recovery (whose discharge records are read too), the rest is to come.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import Engine, event, select

from clinicdesk.clock import SetClock
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.discharge import ALDRETE
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services import clinic as clinic_service
from clinicdesk.services import diary, resources, users
from clinicdesk.services.desk import Desk
from clinicdesk.storage import discharge
from clinicdesk.storage.tables import PatientRow
from tests.benchmarks.measuring import bench_clinic, heading, report, timed
from tests.helpers.cases import add_case
from tests.helpers.clinics import SmallClinic

CASES = 80
MINUTES = 20
AIM = 2.0
_STATES = (
    *[BookingState.DISCHARGED] * 34,
    *[BookingState.RECOVERY] * 5,
    *[BookingState.IN_ROOM] * 2,
    *[BookingState.ARRIVED] * 4,
    *[BookingState.CONFIRMED] * 20,
    *[BookingState.BOOKED] * 15,
)


def main() -> None:
    """Print each figure beside its floor."""
    with bench_clinic() as clinic:
        zone = clinic_service.facts(clinic.desk).zone
        day = zone.day_of(clinic.desk.clock.now()) + timedelta(
            days=500
        )  # nobody of the demo is booked so far ahead
        clock = SetClock(zone.at(day, time(14)))
        desk = Desk(clinic.desk.database, clinic.desk.actor, clock)
        fill(desk, zone.at(day, time(7)))
        shown = len(diary.day_list(desk, day))
        assert shown >= CASES  # and whoever of the demo has not left the building yet
        heading()
        for what, fetch in floors(desk, day).items():
            report(what, timed(fetch))
        report(f"day list of {shown} with names", timed(lambda: diary.day_list(desk, day)), AIM)
        report(f"the diary's page of the same day, {CASES} cases", timed(lambda: diary.page(desk, day)))


def fill(desk: Desk, first: datetime) -> None:
    """Put the cases into the rooms one behind the other, in the states of an early afternoon."""
    kinds = (ResourceKind.ROOM, ResourceKind.SURGEON, ResourceKind.C_ARM)
    units = {unit.name: ResourceId(unit.id) for unit in resources.of_kinds(desk, kinds)}
    people = {user.role: user.actor for user in users.everyone(desk)}
    assert isinstance(desk.clock, SetClock)
    clinic = SmallClinic(desk.database, desk.clock, people, units)
    rooms = sorted(name for name in units if name.startswith("Room"))
    surgeons, c_arms = (cycle(sorted(n for n in units if n.startswith(kind))) for kind in ("Dr", "C-arm"))
    with desk.database.reading() as session:
        patients = (
            session.execute(select(PatientRow.id).order_by(PatientRow.mrn).limit(CASES)).scalars().all()
        )
    for number, (patient, state) in enumerate(zip(patients, _STATES, strict=True)):
        starts = first + timedelta(minutes=MINUTES * (number // len(rooms)))
        where = (rooms[number % len(rooms)], next(surgeons), next(c_arms))
        made = add_case(
            clinic, PatientId(patient), starts, *where, minutes=MINUTES, setup=0, turnover=0, state=state
        )
        if state is BookingState.RECOVERY:
            note_leaving(desk, made)


def note_leaving(desk: Desk, booking_id: BookingId) -> None:
    """Write the first of the two scores, as the nurse has by then."""
    score = {
        "aldrete": json.dumps({item.key: 2 for item in ALDRETE}),
        "aldrete_by": desk.actor.user_id,
        "aldrete_at": desk.clock.now(),
    }
    with desk.database.writing() as session:
        discharge.write(session, booking_id, 0, **score)


def floors(desk: Desk, day: date) -> dict[str, Callable[[], object]]:
    """The same statements through the driver alone: of the cases, and all of them."""
    sent = statements(desk.database.engine, lambda: diary.day_list(desk, day))
    cases = [one for one in sent if "patient.family" in one[0]]
    return {
        "floor: bare driver, the statement of the cases": bare(desk, cases),
        f"floor: bare driver, all {len(sent)} statements": bare(desk, sent),
    }


def statements(engine: Engine, work: Callable[[], object]) -> list[tuple[str, Any]]:
    """What ``work`` sends to the driver."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return sent


def bare(desk: Desk, sent: list[tuple[str, Any]]) -> Callable[[], object]:
    """Send it again, and fetch the rows as the driver gives them."""
    connection = desk.database.engine.raw_connection().driver_connection
    assert connection is not None

    def fetch() -> None:
        for statement, parameters in sent:
            connection.execute(statement, parameters).fetchall()

    return fetch


if __name__ == "__main__":
    main()
