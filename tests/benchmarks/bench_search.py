"""How long the search takes at each keystroke: in the database, and until the list is drawn.

Run as ``python -m tests.benchmarks.bench_search``. Without ``--data`` a clinic of 200,000 made-up people is made first (a
minute). People are looked for letter by letter as a front desk does: first and last name both ways round, with a birth
date or a year beside it, by number, and one time in eight with a letter wrong.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import bindparam, select

from clinicdesk.clock import SystemClock
from clinicdesk.domain.dates import DateOrder
from clinicdesk.domain.names import fold
from clinicdesk.domain.patient_search import readings
from clinicdesk.domain.patients import PatientDraft, PatientLine, Phone, PhoneKind, Sex
from clinicdesk.services import clinic as clinic_service
from clinicdesk.services import patients as service
from clinicdesk.services.demo.people import Person, people
from clinicdesk.services.desk import Desk
from clinicdesk.storage import patient_search, patients
from clinicdesk.storage.database import Session
from clinicdesk.storage.patients import NewPatient
from clinicdesk.storage.tables import PatientRow
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import People
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.people.place import PeoplePlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.benchmarks.measuring import DATA_VARIABLE, bench_clinic, heading, report
from tests.helpers.clinics import MONDAY_EIGHT, small_clinic_file

PATIENTS = 200_000
LOOKED_FOR = 60
DRAWN = 12
LIMIT = 20
AIM_DATABASE = 0.5
AIM_DRAWN = 16.0
_PORTION = 20_000


def main() -> None:
    """Print each figure beside its floor."""
    with desk_of_many() as desk:
        sequences = typed(desk)
        heading()
        print(f"{service.count(desk):,} patients, {sum(map(len, sequences.values()))} keystrokes")
        report("floor: one patient by primary key", floor(desk))
        every: list[float] = []
        found = {what: in_database(desk, texts) for what, texts in sequences.items()}
        for times in found.values():
            every += times
        report("search in the database, every keystroke", sorted(every), AIM_DATABASE)
        for what, times in found.items():
            report(f"  {what}", sorted(times))
        short = [text for texts in sequences.values() for text in texts if len(text) <= 2]
        report("  the first and the second letter", sorted(in_database(desk, short)))
        report("from the key to the drawn list", drawn(desk, sequences["first name, last name"]), AIM_DRAWN)


@contextmanager
def desk_of_many() -> Iterator[Desk]:
    """The demo clinic that was given, or one of 200,000 people."""
    if os.environ.get(DATA_VARIABLE):
        with bench_clinic() as clinic:
            yield clinic.desk
        return
    with tempfile.TemporaryDirectory(prefix="clinicdesk-bench-") as name:
        small = small_clinic_file(Path(name))
        print(f"making {PATIENTS:,} people ...", flush=True)
        made = people(PATIENTS, date(2026, 11, 23), Random(1))
        portion: list[NewPatient] = []
        for person in made:
            portion.append(NewPatient(draft(person)))
            if len(portion) == _PORTION:
                add(small.front, portion)
                portion = []
        add(small.front, portion)
        try:
            yield Desk(small.database, small.front.actor, SystemClock())
        finally:
            small.database.close()


def draft(person: Person) -> PatientDraft:
    """What is searched of a made-up person."""
    return PatientDraft(
        given=person.given,
        family=person.family,
        birth_date=person.born,
        sex=Sex.FEMALE if person.female else Sex.MALE,
        deceased_on=person.deceased_on,
        phones=(Phone(PhoneKind.HOME, person.phone),),
    )


def add(desk: Desk, portion: list[NewPatient]) -> None:
    """Register some in one transaction."""
    with desk.database.writing() as session:
        patients.add_many(session, portion, country="US", now=MONDAY_EIGHT)


def typed(desk: Desk) -> dict[str, list[str]]:
    """What stands in the field after each key, by the way of asking."""
    random = Random(7)
    with desk.database.reading() as session:
        last = patients.count(session)
        some = patients.lines(session, [random.randint(1, last) for _n in range(LOOKED_FOR)])
    ways: dict[str, list[str]] = {}
    for line in some:
        for what, text in asked(line, random):
            ways.setdefault(what, []).extend(text[:end] for end in range(1, len(text) + 1))
    return ways


def asked(line: PatientLine, random: Random) -> Iterator[tuple[str, str]]:
    """Eight ways to ask for one patient."""
    given, _space, family = line.name.rpartition(" ")
    born = line.birth_date
    yield "first name, last name", f"{given} {family}"
    yield "last name, first name", f"{family}, {given}"
    yield "last name, some of the first", f"{family} {given[:3]}"
    yield "last name, birth date", f"{family} {born.month}/{born.day}/{born.year}"
    yield "last name, year", f"{family} {born.year}"
    yield "record number", line.mrn
    yield "phone number", line.phone.removeprefix("+1") or line.mrn
    at = random.randrange(1, max(2, len(family) - 1))
    yield "with a letter wrong", f"{family[:at]}{family[at + 1 :]} {given}"


def in_database(desk: Desk, texts: list[str]) -> list[float]:
    """Milliseconds of each search, the statements and their rows turned into lines; the second time round."""
    today = clinic_service.facts(desk).zone.day_of(desk.clock.now())
    times: list[float] = []
    for measured in (False, True):
        for text in texts:
            with desk.database.reading() as session:
                start = time.perf_counter()
                search(session, text, today)
                if measured:
                    times.append(1000 * (time.perf_counter() - start))
    return times


def search(session: Session, text: str, today: date) -> None:
    """One keystroke."""
    asked_for = readings(text, DateOrder.MONTH_DAY_YEAR, today)
    patient_search.find(session, asked_for, country="US", limit=LIMIT)


def floor(desk: Desk) -> list[float]:
    """Milliseconds to read one patient's name by primary key, through the same layers."""
    query = select(PatientRow.given, PatientRow.family).where(PatientRow.id == bindparam("wanted"))
    random, times = Random(3), []
    with desk.database.reading() as session:
        last = patients.count(session)
        for _round in range(2_000):
            wanted = {"wanted": random.randint(1, last)}
            start = time.perf_counter()
            session.connection().execute(query, wanted).all()
            times.append(1000 * (time.perf_counter() - start))
    return sorted(times[500:])


def drawn(desk: Desk, texts: list[str]) -> list[float]:
    """Milliseconds from a key press in the window to the painted answer."""
    app = QApplication.instance() or QApplication([])  # kept: without it the windows go
    theme().start()
    facts = clinic_service.facts(desk)
    fmt.configure(facts.zone, country=facts.country)
    window = MainWindow(desk, [PeoplePlace.factory()])
    window.resize(1360, 860)
    window.start(People())
    wait()
    place = window.place("people")
    assert isinstance(place, PeoplePlace)
    times = []
    before = ""
    for text in texts[: DRAWN * 14]:
        if not text.startswith(before):
            place.finding.field.clear()
            wait()
        before = text
        key = fold(text[-1]) or " "  # a front desk types without accents
        start = time.perf_counter()
        QTest.keyClicks(place.finding.field, key)
        wait()
        times.append(1000 * (time.perf_counter() - start))
    window.close()
    operations.shutdown()
    del app
    return sorted(times)


def wait() -> None:
    """Let the window work until the answer is painted in it, asleep in between as the real one is."""
    while operations.busy():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QApplication.processEvents()


if __name__ == "__main__":
    main()
