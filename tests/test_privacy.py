"""Nothing about a patient where it must not be: logs, exceptions, temporary files, the audit trail, titles, server logs.

A clinic is seeded with somebody whose name occurs nowhere else, a day is run through the services, everything that can go
wrong goes wrong, and then every trace is searched for them. Sentences shown to a person may name the patient; what an error
says of itself (its text, its representation, its traceback) may not.
"""

from __future__ import annotations

import logging
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, select, text

from clinicdesk import logs
from clinicdesk.bootstrap import places
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.papers import PaperUse
from clinicdesk.domain.patients import (
    Contact,
    ContactKind,
    LikelyDuplicates,
    Patient,
    PatientDraft,
    Phone,
    PhoneKind,
)
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import BadInput, Clash, NeedsReason, NotAllowed, Stale
from clinicdesk.services import audit, booking, daylist, diary, discharge, papers, patients, recovery
from clinicdesk.services.booking import steps
from clinicdesk.services.case import open_case
from clinicdesk.storage.database import Database
from clinicdesk.storage.faults import FaultyStatement
from clinicdesk.storage.tables import AuditEventRow, PatientRow
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import crash
from clinicdesk.ui.papers.window import show_discharge_sheet
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.bookings import add_patient, at, kypho
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.postgres import Server
from tests.services.test_discharge import made_ready

S = BookingState
GIVEN, FAMILY, MRN, NOTE = "Zyxwvut", "Qponmlk", "Z887766", "Sentinelnote"
PHONE = "(703) 555-0188"
DRAFT = PatientDraft(
    given=GIVEN,
    family=FAMILY,
    birth_date=date(1948, 2, 3),
    mrn=MRN,
    phones=(Phone(PhoneKind.MOBILE, PHONE),),
    contacts=(Contact(kind=ContactKind.ESCORT, name=f"Ana {FAMILY}", phone=PHONE),),
    allergies=NOTE,
)
TELLING = (GIVEN, FAMILY, MRN, NOTE, "555-0188", "5550188")


def telling(where: str | bytes) -> list[str]:
    """What of the patient stands in there, in any case of letters."""
    words = where if isinstance(where, bytes) else where.encode("utf-8", "replace")
    return [word for word in TELLING if word.lower().encode() in words.lower()]


@dataclass(slots=True)
class Day:
    """What the day left behind."""

    patient: Patient
    booking_id: BookingId
    errors: list[BaseException]


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    """The program's log at its most talkative."""
    folder = tmp_path / "logs"
    folder.mkdir()
    logs.start(folder, verbose=True)
    return folder / "clinicdesk.log"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files would be made from now on."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def raised(kind: type[BaseException], work: Callable[[], object]) -> BaseException:
    with pytest.raises(kind) as caught:
        work()
    return caught.value


def a_day(clinic: SmallClinic) -> Day:
    """Register, search, book, clash, be stale, run the case, discharge, print, call."""
    errors: list[BaseException] = []
    patient = patients.register(clinic.front, DRAFT).value
    errors.append(raised(LikelyDuplicates, lambda: patients.register(clinic.front, replace(DRAFT, mrn=""))))
    assert [line.id for line in patients.find(clinic.front, FAMILY[:4])] == [patient.id]
    changed = replace(patient.draft, city="Fairfax")
    patients.change(clinic.front, patient.id, changed, patient.version)
    errors.append(raised(Stale, lambda: patients.change(clinic.front, patient.id, changed, patient.version)))
    errors.append(
        raised(BadInput, lambda: patients.register(clinic.front, replace(DRAFT, family=FAMILY * 90)))
    )
    made = booking.book(
        clinic.front, kypho(clinic, patient.id, at(10), units=((ResourceKind.ROOM, "Room 2"),), notes=NOTE)
    ).value
    errors.extend(_refused_bookings(clinic, patient.id))
    for state, when in ((S.ARRIVED, at(9)), (S.IN_ROOM, at(9, 50)), (S.RECOVERY, at(11))):
        clinic.clock.at = when
        made = steps.advance(clinic.nurse, made.id, state, made.version).value
    clinic.clock.at = at(13)
    errors.append(raised(BadInput, lambda: discharge.discharge_patient(clinic.nurse, made.id, 0)))
    view = made_ready(clinic, made.id)
    errors.append(
        raised(
            NotAllowed,
            lambda: discharge.exempt_escort(clinic.nurse, made.id, view.record.version, f"{NOTE} {FAMILY}"),
        )
    )
    discharge.discharge_patient(clinic.nurse, made.id, view.record.version, reason=f"{NOTE} {FAMILY}")
    papers.leave(clinic.nurse, papers.discharge_sheet(clinic.nurse, made.id), PaperUse.PRINTED)
    papers.leave(clinic.nurse, daylist.day_list(clinic.nurse, date(2026, 11, 26)), PaperUse.SAVED)
    open_case(clinic.front, made.id)
    diary.day_list(clinic.front, date(2026, 11, 26))
    _call(clinic)
    audit.of_patient(clinic.admin, patient.id)
    return Day(patient, made.id, errors)


def _refused_bookings(clinic: SmallClinic, patient: PatientId) -> list[BaseException]:
    other = add_patient(clinic, "Ann Li")
    taken = kypho(clinic, other, at(10), units=((ResourceKind.ROOM, "Room 2"),))
    twice = kypho(clinic, patient, at(10, 30), units=((ResourceKind.ROOM, "Room 1"),))
    past = kypho(clinic, patient, at(10, day=date(2026, 11, 2)), notes=NOTE)
    clash = raised(Clash, lambda: booking.book(clinic.front, taken))
    assert isinstance(clash, Clash)
    assert FAMILY in clash.sentence, "the sentence names the holder; nothing else does"
    return [
        clash,
        raised(Clash, lambda: booking.book(clinic.front, twice)),
        raised(NeedsReason, lambda: booking.book(clinic.front, past)),
        raised(BadInput, lambda: booking.book(clinic.front, replace(taken, notes=NOTE * 1_000))),
    ]


def _call(clinic: SmallClinic) -> None:
    clinic.clock.at = at(10) + timedelta(days=1)
    line = recovery.calls(clinic.nurse)[0]
    call = recovery.open_call(clinic.nurse, line.check_in_id)
    assert FAMILY in call.sheet.line.patient
    recovery.log_attempt(
        clinic.nurse,
        line.check_in_id,
        call.sheet.version,
        CallOutcome.NO_ANSWER,
        number=PHONE,
        called=GIVEN,
        note=NOTE,
    )


def twice(database: Database, patient: PatientId) -> BaseException:
    """A second patient of the same record number."""

    def write() -> None:
        with database.writing() as session:
            row = session.execute(select(*PatientRow.__table__.columns).where(PatientRow.id == patient)).one()
            session.execute(insert(PatientRow).values({**row._mapping, "id": patient + 1_000}))

    return raised(FaultyStatement, write)


def broken_statements(database: Database, patient: PatientId) -> list[BaseException]:
    """What a fault of the program would make of the database: duplicate, wrong type, missing table, all with values."""
    wrong_type = "CAST(:name AS integer) / 0" if database.is_server else "json_extract(:name, '$')"
    statements = (f"SELECT {wrong_type}", "INSERT INTO nowhere VALUES (:name)")

    def send(statement: str) -> None:
        with database.writing() as session:
            session.execute(text(statement), {"name": f"{GIVEN} {FAMILY}"})

    return [
        twice(database, patient),
        *(raised(FaultyStatement, partial(send, statement)) for statement in statements),
    ]


def spoken(error: BaseException) -> str:
    """Whatever an error says of itself where somebody logs or prints it."""
    return "\n".join((str(error), repr(error), repr(error.args), *traceback.format_exception(error)))


def test_no_error_says_of_itself_whom_it_is_about(any_clinic: SmallClinic) -> None:
    day = a_day(any_clinic)
    day.errors.extend(broken_statements(any_clinic.database, day.patient.id))
    assert len(day.errors) == 12
    assert {
        type(error).__name__: telling(spoken(error)) for error in day.errors if telling(spoken(error))
    } == {}


def test_the_trail_holds_numbers_and_codes_alone(any_clinic: SmallClinic) -> None:
    a_day(any_clinic)
    with any_clinic.database.reading() as session:
        details = session.execute(select(AuditEventRow.details)).scalars().all()
    assert len(details) > 20
    assert [told for told in details if telling(told)] == []


def test_nothing_lies_about_readable(
    clinic: SmallClinic, tmp_path: Path, log_file: Path, temporary: Path
) -> None:
    day = a_day(clinic)
    broken_statements(clinic.database, day.patient.id)
    assert list(temporary.rglob("*")) == [], "no temporary file is made at all"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "clinic.db" in files
    assert {path.name: telling(path.read_bytes()) for path in files if telling(path.read_bytes())} == {}


@pytest.mark.postgresql
def test_the_server_is_told_values_beside_the_statement_never_in_it(
    postgres_clinic: SmallClinic, postgres_server: Server, log_file: Path
) -> None:
    """With a terse log the server leaves out the DETAIL of a violated constraint, which is its own text with values."""
    database = postgres_clinic.database
    name = database.engine.url.database
    with database.engine.connect() as connection:
        for setting in (
            "log_min_messages = warning",
            "log_min_error_statement = error",
            "log_error_verbosity = terse",
        ):
            connection.execute(text(f"ALTER DATABASE {name} SET {setting}"))
        connection.commit()
    database.engine.dispose()
    before = len(_server_log(postgres_server))
    day = a_day(postgres_clinic)
    twice(database, day.patient.id)
    written = _server_log(postgres_server)[before:]
    assert b"duplicate key" in written
    assert telling(written) == []


def _server_log(server: Server) -> bytes:
    return (server.folder / "log").read_bytes()


@pytest.mark.logs_allowed("clinicdesk.ui")
def test_a_fault_is_logged_by_place_and_shown_by_type(
    clinic: SmallClinic, log_file: Path, qtbot: QtBot
) -> None:
    patient = patients.register(clinic.front, DRAFT).value
    shown: list[str] = []
    parent = QObject()
    crash.bridge().happened.connect(shown.append)

    def stumble() -> object:
        raise KeyError(patients.open_chart(clinic.front, patient.id))

    def fall() -> object:
        with clinic.database.reading() as session:
            return session.execute(text("SELECT :name FROM nowhere"), {"name": FAMILY})

    for work in (stumble, fall):
        operations.run_query(parent, work, done=print)
    qtbot.waitUntil(lambda: len(shown) == 2, timeout=5_000)
    crash.bridge().happened.disconnect(shown.append)
    operations.shutdown()
    for handler in logging.getLogger("clinicdesk").handlers:
        handler.flush()
    logged = log_file.read_text("utf-8")
    assert sorted(shown) == ["FaultyStatement", "KeyError"]
    assert "fault KeyError at" in logged
    assert telling(logged) == telling(" ".join(shown)) == []


def test_no_window_is_called_after_a_patient(clinic: SmallClinic, qtbot: QtBot, log_file: Path) -> None:
    day = a_day(clinic)
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(
        clinic.nurse,
        places.places(clinic.nurse),
        sides=places.sides(clinic.nurse),
        finders=places.finders(clinic.nurse),
        clinic_name=FACTS.name,
    )
    qtbot.addWidget(window)
    window.start()
    for factory in places.places(clinic.nurse):
        window.go(factory.home)
        qtbot.wait(20)
        qtbot.waitUntil(lambda: not operations.busy(), timeout=20_000)
    window.open(CaseOf(booking_id=day.booking_id))
    paper = show_discharge_sheet(clinic.nurse, window, day.booking_id)
    qtbot.waitUntil(lambda: paper.paper is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not operations.busy(), timeout=20_000)
    titles = [widget.windowTitle() + widget.windowFilePath() for widget in QApplication.topLevelWidgets()]
    assert "ClinicDesk" in " ".join(titles)
    assert [title for title in titles if telling(title)] == []
    paper.close()
    window.close()
    operations.shutdown()
    assert not log_file.exists() or telling(log_file.read_bytes()) == []
