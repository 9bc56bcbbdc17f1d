"""A small made-up clinic for tests: one person of every role, two rooms, a C-arm, two bays, two beds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clinicdesk import config
from clinicdesk.clock import SetClock
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Actor, Role
from clinicdesk.services.catalogue import load_shipped
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Work
from clinicdesk.storage import clinic, resources, users
from clinicdesk.storage.database import Database, open_file
from clinicdesk.storage.migrate import migrate

MONDAY_EIGHT = datetime(2026, 11, 23, 13, tzinfo=UTC)
"""Monday 23 November 2026, 8:00 in New York."""

TEST_KEY = bytes(range(32))

FACTS = ClinicFacts(
    name="Hillside Spine Clinic",
    address="12 Orchard Road\nFairfax, VA 22030",
    phone="(703) 555-0100",
    phone_after_hours="(703) 555-0199",
)

_UNITS: tuple[tuple[ResourceKind, str, str | None], ...] = (
    (ResourceKind.SURGEON, "Dr Lin", "lin"),
    (ResourceKind.SURGEON, "Dr Shah", None),
    (ResourceKind.ANESTHESIA, "Dr Abara", "abara"),
    (ResourceKind.NURSE, "Nurse Kim", "kim"),
    (ResourceKind.NURSE, "Nurse Diaz", None),
    (ResourceKind.ROOM, "Room 1", None),
    (ResourceKind.ROOM, "Room 2", None),
    (ResourceKind.C_ARM, "C-arm 1", None),
    (ResourceKind.C_ARM, "C-arm 2", None),
    (ResourceKind.BAY, "Bay 1", None),
    (ResourceKind.BAY, "Bay 2", None),
    (ResourceKind.BED, "Bed 1", None),
    (ResourceKind.BED, "Bed 2", None),
)

_PEOPLE: tuple[tuple[str, str, Role], ...] = (
    ("front", "Sam Front", Role.SCHEDULER),
    ("kim", "Kim Park", Role.NURSE),
    ("lin", "Dr Mei Lin", Role.SURGEON),
    ("abara", "Dr Ada Abara", Role.ANESTHESIA),
    ("admin", "Alex Admin", Role.ADMINISTRATOR),
    ("system", "The program", Role.SYSTEM),
)


@dataclass(frozen=True, slots=True)
class SmallClinic:
    """The open clinic; a desk for each role, and its units by name."""

    database: Database
    clock: SetClock
    people: dict[Role, Actor]
    units: dict[str, ResourceId]

    def desk(self, role: Role) -> Desk:
        """A desk at which someone of this role sits."""
        return Desk(self.database, self.people[role], self.clock)

    @property
    def front(self) -> Desk:
        """The scheduler's desk."""
        return self.desk(Role.SCHEDULER)

    @property
    def nurse(self) -> Desk:
        """The nurse's desk."""
        return self.desk(Role.NURSE)

    @property
    def surgeon(self) -> Desk:
        """The surgeon's desk."""
        return self.desk(Role.SURGEON)

    @property
    def admin(self) -> Desk:
        """The administrator's desk."""
        return self.desk(Role.ADMINISTRATOR)


def small_clinic_file(folder: Path) -> SmallClinic:
    """The clinic in an encrypted file in ``folder``."""
    return small_clinic(open_file(folder / config.FILE_NAME, TEST_KEY, create=True))


def small_clinic(database: Database) -> SmallClinic:
    """The clinic in an empty database of either kind, at Monday 23 November 2026, 8:00."""
    migrate(database)
    clock = SetClock(MONDAY_EIGHT)
    people: dict[Role, Actor] = {}
    units: dict[str, ResourceId] = {}
    with database.writing() as session:
        clinic.create(session, FACTS)
        ids = {}
        for login, name, role in _PEOPLE:
            ids[login] = users.add(session, login=login, full_name=name, role=role)
            people[role] = Actor(ids[login], login, name, role)
        for position, (kind, name, behind) in enumerate(_UNITS):
            person = ids[behind] if behind else None
            units[name] = resources.add(session, kind, name, position=position, user_id=person)
        work = Work(session, people[Role.ADMINISTRATOR], clock.now())
        load_shipped(work)
        work.close()
    return SmallClinic(database, clock, people, units)
