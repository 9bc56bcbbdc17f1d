"""How long it takes to book one case, committed, and to look up what the form shows on each edit.

Run as ``python -m tests.benchmarks.bench_booking``. The floor of booking is a write transaction that commits one new row
on the same encrypted file: the disk's own time, which nothing can save. A kyphoplasty writes a booking, six units, seven
claims, a step of its history and an audit event, after reading what clashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import select, text

from clinicdesk.domain.booking import BookingDraft
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.users import Role
from clinicdesk.services import booking, slots
from clinicdesk.services import clinic as clinic_service
from clinicdesk.services.desk import Desk
from clinicdesk.storage.tables import PatientRow
from tests.benchmarks.measuring import bench_clinic, heading, report, timed

AIM = 5.0
DAYS_AHEAD = 500
"""Nobody of the demo is booked so far ahead."""

ROUNDS = 150


def main() -> None:
    """Print each figure beside its floor."""
    with bench_clinic() as clinic:
        desk = clinic.of(Role.ADMINISTRATOR)
        drafts = list(cases(desk, 2 * ROUNDS))
        heading()
        report("floor: one new row, committed", timed(one_row(desk), ROUNDS))
        report("floor: an empty reading transaction", timed(nothing(desk), ROUNDS))
        report("book one kyphoplasty, committed", timed(each(drafts, desk), ROUNDS), AIM)
        taken = replace(drafts[0], patient_id=drafts[-1].patient_id)
        assert booking.check(desk, drafts[-1]).bookable
        report("the form's check, free", timed(lambda: booking.check(desk, drafts[-1]), ROUNDS))
        report(
            "the form's check, with a patient who is booked then",
            timed(lambda: booking.check(desk, taken), ROUNDS),
        )
        day = clinic_service.facts(desk).zone.day_of(desk.clock.now()) + timedelta(days=DAYS_AHEAD)
        report(
            "the first free times of a day",
            timed(lambda: slots.first_free(desk, drafts[-1], day), ROUNDS // 5),
        )


def cases(desk: Desk, how_many: int) -> Iterator[BookingDraft]:
    """So many kyphoplasties, two a day, each of another patient."""
    zone = clinic_service.facts(desk).zone
    with desk.database.reading() as session:
        patients = session.execute(
            select(PatientRow.id)
            .where(PatientRow.deceased_on.is_(None))
            .order_by(PatientRow.id)
            .limit(how_many)
        ).scalars()
        people = [PatientId(patient) for patient in patients]
    first = zone.day_of(desk.clock.now()) + timedelta(days=DAYS_AHEAD)
    for number in range(how_many):
        starts = zone.at(first + timedelta(days=number // 2), time(9 if number % 2 else 13))
        draft = booking.defaults(desk, people[number % len(people)], "kyphoplasty", ("L1",))
        yield replace(draft, starts=starts, reason="measured")


def each(drafts: list[BookingDraft], desk: Desk) -> Callable[[], object]:
    """Books one after the other."""
    waiting = iter(drafts)
    return lambda: booking.book(desk, next(waiting))


def one_row(desk: Desk) -> Callable[[], object]:
    """The least that a write can be."""
    row = text(
        "INSERT INTO resource (kind, name, active, position, version) VALUES ('measured', '', false, 0, 1)"
    )

    def work() -> None:
        with desk.database.writing() as session:
            session.execute(row)

    return work


def nothing(desk: Desk) -> Callable[[], datetime]:
    """The least that a reading can be."""

    def work() -> datetime:
        with desk.database.reading() as session:
            session.execute(text("SELECT 1"))
        return desk.clock.now()

    return work


if __name__ == "__main__":
    main()
