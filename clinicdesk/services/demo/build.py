"""Filling the demo clinic: staff, people, a year of bookings round today, braces, check-ins. The seed decides everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from clinicdesk.clock import Clock, SystemClock
from clinicdesk.config import Config
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.patients import Contact, ContactKind, PatientDraft, Phone, PhoneKind, Sex
from clinicdesk.domain.resources import Resource, ResourceKind, Serves
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import resources as resource_service
from clinicdesk.services import users as user_service
from clinicdesk.services.demo import availability, waiting
from clinicdesk.services.demo.cases import Diary, House
from clinicdesk.services.demo.moving import move_one
from clinicdesk.services.demo.people import Person, people
from clinicdesk.services.demo.preparation import prepare
from clinicdesk.services.demo.rows import NUMBERED, Ledger, Staff
from clinicdesk.services.desk import Desk
from clinicdesk.services.founding import FirstAdministrator, Unit, found
from clinicdesk.services.work import Work
from clinicdesk.storage import bulk, catalogue, patients, resources
from clinicdesk.storage.database import Session
from clinicdesk.storage.patients import NewPatient
from clinicdesk.storage.tables import ResourceRow

MOST_PATIENTS = 1_000_000
MOST_YEARS = 10

FACTS = ClinicFacts(
    name="Hillside Spine Clinic",
    address="12 Orchard Road\nFairfax, VA 22030",
    phone="(703) 555-0100",
    phone_after_hours="(703) 555-0199",
    demo=True,
)

_PASSWORD = "clinicdesk demo {login}"  # noqa: S105 - a made-up clinic's, printed on purpose

_PEOPLE: tuple[tuple[str, str, Role, str], ...] = (
    ("sam", "Sam Rivera", Role.SCHEDULER, ""),
    ("kim", "Kim Park", Role.NURSE, "Nurse Park"),
    ("diaz", "Ana Diaz", Role.NURSE, "Nurse Diaz"),
    ("novak", "Petra Novak", Role.NURSE, "Nurse Novak"),
    ("lin", "Dr Mei Lin", Role.SURGEON, "Dr Lin"),
    ("shah", "Dr Anil Shah", Role.SURGEON, "Dr Shah"),
    ("okafor", "Dr Grace Okafor", Role.SURGEON, "Dr Okafor"),
    ("abara", "Dr Ada Abara", Role.ANESTHESIA, "Dr Abara"),
    ("ruiz", "Dr Tomas Ruiz", Role.ANESTHESIA, "Dr Ruiz"),
)
_ADMINISTRATOR = ("admin", "Alex Morgan")
_NPI = {"lin": "1234567893", "shah": "1987654328", "okafor": "1122334455"}

_KIND = {
    Role.SURGEON: ResourceKind.SURGEON,
    Role.NURSE: ResourceKind.NURSE,
    Role.ANESTHESIA: ResourceKind.ANESTHESIA,
}

_THINGS = (
    (ResourceKind.ROOM, ("Room 1", "Room 2", "Room 3")),
    (ResourceKind.C_ARM, ("C-arm 1", "C-arm 2")),
    (ResourceKind.BAY, ("Bay 1", "Bay 2", "Bay 3", "Bay 4", "Bay 5", "Bay 6")),
    (ResourceKind.BED, ("Bed 1", "Bed 2", "Bed 3")),
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Someone who may sign in to the demo clinic."""

    login: str
    password: str
    role: Role
    full_name: str


@dataclass(frozen=True, slots=True)
class DemoClinic:
    """What was made; ``desk`` is the administrator's and open: whoever built the clinic closes it."""

    desk: Desk
    users: tuple[DemoUser, ...]
    recovery_key: str
    patients: int
    bookings: int


def build(
    config: Config,
    *,
    patients: int = 1_200,
    years: int = 1,
    seed: int = 1,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> DemoClinic:
    """Found a clinic in ``config`` and fill it: the same seed on the same day makes the same clinic.

    ``years`` is how much of a diary there is, three quarters of it past. Raises `BadInput` for numbers out of range,
    `founding.ClinicStands` where there is a clinic.
    """
    _check(patients, years)
    clock = clock or SystemClock()
    tell = progress or _silent
    login, name = _ADMINISTRATOR
    founded = found(
        config,
        FACTS,
        FirstAdministrator(login=login, full_name=name, password=_password(login)),
        [Unit(kind, name) for kind, names in _THINGS for name in names],
        clock=clock,
    )
    try:
        _add_staff(founded.desk)
        bookings = _fill(founded.desk, patients, years, Random(seed), tell)
        move_one(founded.desk, FACTS.zone.day_of(clock.now()))
    except BaseException:  # whatever is raised, the file must not stay open
        founded.desk.database.close()
        raise
    return DemoClinic(founded.desk, demo_users(), founded.recovery_key, patients, bookings)


def demo_users() -> tuple[DemoUser, ...]:
    """Who may sign in, with the passwords that the program prints."""
    login, name = _ADMINISTRATOR
    return (
        *(DemoUser(login, _password(login), role, name) for login, name, role, _unit in _PEOPLE),
        DemoUser(login, _password(login), Role.ADMINISTRATOR, name),
    )


def _password(login: str) -> str:
    return _PASSWORD.format(login=login)


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def _check(patients: int, years: int) -> None:
    if not 1 <= patients <= MOST_PATIENTS:
        raise BadInput(_("A demo clinic has 1 to 1,000,000 patients."), "patients")
    if not 1 <= years <= MOST_YEARS:
        raise BadInput(_("A demo clinic has 1 to 10 years."), "years")


def _add_staff(desk: Desk) -> None:
    for login, name, role, unit in _PEOPLE:
        user = user_service.add(
            desk, login=login, full_name=name, role=role, password=_password(login), npi=_NPI.get(login, "")
        ).value
        if unit:
            resource_service.add(desk, _KIND[role], unit, user.id)


def _fill(desk: Desk, count: int, years: int, random: Random, tell: Progress) -> int:
    now = desk.clock.now()
    today = FACTS.zone.day_of(now)
    first = today - timedelta(days=270 + 365 * (years - 1))
    days = 365 * years
    total = count + days * _DAY_WEIGHT
    living, escorts = _add_people(desk, count, random, tell, total)
    kept = availability.holidays(first, first + timedelta(days=days + _HOLIDAYS_AHEAD), today, FACTS)
    closed = {each.day for each in kept}
    with desk.database.writing() as session:
        queue = _Queue(bulk.next_id(session, ResourceRow), living, random)
        diary, ledger = _prepare(session, desk, queue, escorts, random)
        for number in range(days):
            day = first + timedelta(days=number)
            for case in diary.fill(day) if day not in closed else ():
                ledger.add(case)
            tell(count + number * _DAY_WEIGHT, total)
        for case in diary.waiting(9):
            ledger.add(case)
        bulk.insert_rows(session, {ResourceRow: queue.rows, **ledger.ordered()})
        bulk.catch_up(session, (ResourceRow, *NUMBERED))
        waiting.fill(session, FACTS.zone, now, ledger.staff.front, random)
        availability.add(session, FACTS, kept, now=now, by=desk.actor.user_id)
        work = Work(session, desk.actor, now)
        prepare(work, ledger.staff, random)
        work.audit(AuditAction.CREATED, Subject.CLINIC, 1, demo=True, patients=count)
        work.close()
    tell(total, total)
    return len(ledger.ordered()[NUMBERED[0]])


_HOLIDAYS_AHEAD = 270
"""Days after the last booked one for which holidays are closed."""

_DAY_WEIGHT = 20
"""A day of the diary takes about as long as so many people."""

_PORTION = 5_000


def _add_people(
    desk: Desk, count: int, random: Random, tell: Progress, total: int
) -> tuple[list[PatientId], dict[int, tuple[str, str]]]:
    """Register the people; return who lives, and who takes them home."""
    now = desk.clock.now()
    registered = now - timedelta(days=400)
    made = people(count, FACTS.zone.day_of(now), random)
    living: list[PatientId] = []
    escorts: dict[int, tuple[str, str]] = {}
    done = 0
    while portion := list(islice(made, _PORTION)):
        with desk.database.writing() as session:
            ids = patients.add_many(
                session,
                [NewPatient(_draft(person)) for person in portion],
                country=FACTS.country,
                now=registered,
            )
        for patient_id, person in zip(ids, portion, strict=True):
            if person.deceased_on is None:
                living.append(patient_id)
            if person.escort is not None:
                escorts[patient_id] = person.escort[0], person.escort[2]
        done += len(portion)
        tell(done, total)
    return living, escorts


def _draft(person: Person) -> PatientDraft:
    contacts = []
    if person.escort is not None:
        name, relation, phone = person.escort
        contacts.append(Contact(kind=ContactKind.ESCORT, name=name, relation=relation, phone=phone))
    if person.contact is not None:
        name, relation, phone = person.contact
        contacts.append(Contact(kind=ContactKind.ALTERNATE, name=name, relation=relation, phone=phone))
    phones = [Phone(PhoneKind.HOME, person.phone)]
    if person.mobile:
        phones.insert(0, Phone(PhoneKind.MOBILE, person.mobile))
    return PatientDraft(
        given=person.given,
        family=person.family,
        birth_date=person.born,
        sex=Sex.FEMALE if person.female else Sex.MALE,
        deceased_on=person.deceased_on,
        phones=tuple(phones),
        contacts=tuple(contacts),
        language=person.language,
        interpreter=person.interpreter,
        large_print=person.large_print,
        address=person.address,
        city=person.city,
        region="VA",
        postal_code=person.postal_code,
        country=FACTS.country,
        insurance="Medicare",
        insurance_number=person.insurance_number,
        asa_class=person.asa_class,
        blood_thinner=person.blood_thinner,
        allergies=person.allergies,
        no_known_allergies=person.no_known_allergies,
        contact_hours=person.contact_hours,
    )


def _prepare(
    session: Session, desk: Desk, queue: _Queue, escorts: dict[int, tuple[str, str]], random: Random
) -> tuple[Diary, Ledger]:
    now = desk.clock.now()
    procedures = {procedure.key: procedure for procedure in catalogue.procedures(session)}
    sedations = {str(level.key): level for level in catalogue.sedation_levels(session)}
    *_operating, consulting = resources.of_kinds(session, [ResourceKind.ROOM])
    resources.change(session, replace(consulting, serves=Serves.VISITS))
    units = resources.of_kinds(session)
    pools = {kind: [unit for unit in units if unit.kind is kind] for kind in ResourceKind}
    diary = Diary(House(FACTS, procedures, sedations, pools), random, now, queue.take)
    ledger = Ledger(
        clinic=FACTS,
        staff=_staff(units, desk),
        pathway=catalogue.pathway(session, "standard"),
        questions=catalogue.red_flags(session),
        braces={brace.hcpcs: brace for brace in catalogue.brace_types(session)},
        procedure_ids=_procedure_ids(session, procedures),
        escorts=escorts,
        random=random,
        now=now,
    )
    return diary, ledger


def _procedure_ids(session: Session, procedures: dict[str, Procedure]) -> dict[str, int]:
    return {key: catalogue.id_of(session, EntryKind.PROCEDURE, key) for key in procedures}


def _staff(units: tuple[Resource, ...], desk: Desk) -> Staff:
    people = user_service.everyone(desk)
    return Staff(
        front=next(user.id for user in people if user.role is Role.SCHEDULER),
        nurses=tuple(user.id for user in people if user.role is Role.NURSE),
        surgeons={
            unit.id: unit.user_id
            for unit in units
            if unit.kind is ResourceKind.SURGEON and unit.user_id is not None
        },
    )


class _Queue:
    """Hands out patients in turn, so that few come twice in a week; each becomes a resource when first asked for.

    ``rows`` are these resources, numbered from ``first_id`` on and not stored yet.
    """

    def __init__(self, first_id: int, living: list[PatientId], random: Random) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self._first_id = first_id
        self._living = list(living)
        random.shuffle(self._living)
        self._next = 0
        self._units: dict[PatientId, ResourceId] = {}

    def take(self) -> tuple[PatientId, ResourceId]:
        patient_id = self._living[self._next % len(self._living)]
        self._next += 1
        if patient_id not in self._units:
            self._units[patient_id] = self._made(patient_id)
        return patient_id, self._units[patient_id]

    def _made(self, patient_id: PatientId) -> ResourceId:
        new = ResourceId(self._first_id + len(self.rows))
        self.rows.append({"id": new, **resources.patient_values(patient_id)})
        return new
