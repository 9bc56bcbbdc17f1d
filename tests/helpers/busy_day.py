"""A small clinic in the middle of a working day: cases in every state, late, long-named and incomplete."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from clinicdesk.domain.booking import BookingState, Setting, Side
from clinicdesk.domain.ids import BookingId
from clinicdesk.storage.tables import BookingRow
from tests.helpers.cases import add_case, add_patient
from tests.helpers.clinics import MONDAY_EIGHT, SmallClinic

B = BookingState
MONDAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0) -> datetime:
    """A wall-clock time of the Monday."""
    return MONDAY_EIGHT + timedelta(hours=hour - 8, minutes=minute)


def fill_busy_day(clinic: SmallClinic) -> dict[str, BookingId]:
    """Fill Monday 23 November 2026 and a little of its week; the bookings by the family name of their patients."""
    made: dict[str, BookingId] = {}

    def case(name: str, born: date, starts: datetime, *units: str, escort: str = "", **more: Any) -> None:
        patient = add_patient(clinic, name, born, escort=escort)
        made[name.split()[-1]] = add_case(clinic, patient, starts, *units, **more)

    one, two = ("Room 1", "Dr Lin", "C-arm 1"), ("Room 2", "Dr Shah", "C-arm 2")
    visit: dict[str, Any] = {
        "procedure": "follow_up_visit",
        "levels": (),
        "minutes": 15,
        "setup": 0,
        "turnover": 0,
        "sedation": "local",
    }
    shot: dict[str, Any] = {
        "procedure": "epidural_injection",
        "minutes": 20,
        "levels": ("L4-L5",),
        "sedation": "minimal",
    }
    case(
        "Bob Stone",
        date(1951, 7, 1),
        at(14) - timedelta(days=1),
        *one,
        state=B.OVERNIGHT,
        setting=Setting.OVERNIGHT,
    )
    case("Rosa Ortiz", date(1948, 2, 3), at(8, 15), *one, state=B.RECOVERY, escort="Luis Ortiz")
    case(
        "Jane <b>Doe",
        date(1970, 1, 9),
        at(8, 15),
        *two,
        **shot,
        side=Side.LEFT,
        state=B.DISCHARGED,
        escort="Al",
    )
    case(
        "Ann Li",
        date(1939, 12, 24),
        at(9, 20),
        *two,
        **shot,
        side=Side.RIGHT,
        state=B.RECOVERY,
        escort="Bo Li",
    )
    case("Margaret Featherstonehaugh-Cholmondeley", date(1942, 4, 4), at(10), *one, levels=("T12", "L1"), minutes=80,
         state=B.IN_ROOM, escort="Her daughter")  # fmt: skip
    case("Łukasz Żółć", date(1958, 5, 5), at(10, 30), *two, **shot, state=B.ARRIVED)
    case(
        "Nguyễn Thị Minh Khai", date(1966, 6, 6), at(11, 30), "Room 2", "Dr Shah", **visit, state=B.CONFIRMED
    )
    case("Lee Chang", date(1950, 8, 8), at(12, 0), "Room 2", "Dr Shah", **visit)
    case("Ida Berg", date(1946, 9, 9), at(12, 30), *one, state=B.CONFIRMED, escort="Per Berg")
    case("Tom Field", date(1961, 3, 3), at(13, 30), *two, **shot, side=Side.BOTH, state=B.CANCELLED)
    case(
        "Zoë Brand",
        date(1955, 3, 3),
        at(13, 30),
        *two,
        procedure="vertebroplasty",
        minutes=45,
        levels=("T11",),
    )
    case("Jo Park", date(1969, 3, 3), at(15), *two, **shot, state=B.REQUESTED)
    case("Al Green", date(1944, 3, 3), at(15), *one, levels=("L3",), setting=Setting.OVERNIGHT, escort="Mo")
    case("Eva Tues", date(1944, 3, 3), at(9) + timedelta(days=1), *one, escort="Mo")
    case("Kim Wed", date(1944, 3, 3), at(11) + timedelta(days=2), *two, state=B.CONFIRMED, escort="Mo")
    with clinic.database.writing() as session:
        session.execute(
            update(BookingRow)
            .where(BookingRow.id == made["Ortiz"])
            .values(ended_at=at(9, 10), recovery_at=at(9, 12))
        )
    return made
