"""Who did what: read, checked and taken out, each of which is an event of the trail itself."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.domain.audit import AuditAction, AuditEvent, TrailQuestion, seal_text
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.users import Role
from clinicdesk.errors import NotAllowed, StorageProblem
from clinicdesk.services import audit
from clinicdesk.services import case as case_service
from clinicdesk.services.booking import steps
from clinicdesk.services.work import Work, command
from tests.helpers.bookings import add_patient, at
from tests.helpers.cases import add_case
from tests.helpers.clinics import SmallClinic


class Watching:
    """Stands for the window: counts what it was told and stops where it is asked to."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.told: list[tuple[int, int]] = []
        self._stop_after = stop_after

    @property
    def cancelled(self) -> bool:
        return self._stop_after is not None and len(self.told) >= self._stop_after

    def report(self, done: int, total: int) -> None:
        self.told.append((done, total))


@command(Act.RUN_DAY)
def note_many(work: Work, count: int) -> None:
    for number in range(count):
        work.audit(AuditAction.CHANGED, Subject.BOOKING, number, what="late")


def a_day(clinic: SmallClinic) -> tuple[PatientId, PatientId]:
    rosa, ann = add_patient(clinic, "Rosa Ortiz"), add_patient(clinic, "Ann Li")
    booking = add_case(clinic, rosa, at(9), "Room 1", "Dr Lin")
    other = add_case(clinic, ann, at(11), "Room 1", "Dr Lin")
    view = case_service.open_case(clinic.front, booking)
    steps.advance(clinic.front, booking, BookingState.CONFIRMED, view.booking.version)
    case_service.open_case(clinic.nurse, other)
    return rosa, ann


def test_the_newest_stands_first_with_the_names_of_today(any_clinic: SmallClinic) -> None:
    rosa, _ann = a_day(any_clinic)
    lines = audit.events(any_clinic.admin)
    told = [(line.who, line.event.action, line.event.subject, line.about) for line in lines[:3]]
    assert told == [
        ("Kim Park", AuditAction.READ, Subject.BOOKING, "Ann Li"),
        ("Sam Front", AuditAction.STATE, Subject.BOOKING, "Rosa Ortiz"),
        ("Sam Front", AuditAction.READ, Subject.BOOKING, "Rosa Ortiz"),
    ]
    assert lines[1].patient_id == rosa
    opened = audit.events(any_clinic.admin)[0]
    assert (opened.who, opened.event.action, opened.event.subject) == (
        "Alex Admin",
        AuditAction.READ,
        Subject.AUDIT,
    )


def test_it_is_asked_by_person_by_kind_and_by_patient(any_clinic: SmallClinic) -> None:
    rosa, _ann = a_day(any_clinic)
    people = {name: user_id for user_id, name in audit.people(any_clinic.admin)}
    kim = audit.events(any_clinic.admin, TrailQuestion(user_id=people["Kim Park"]))
    assert [line.about for line in kim] == ["Ann Li"]
    of_catalogue = audit.events(any_clinic.admin, TrailQuestion(subject=Subject.CATALOGUE))
    assert {line.event.subject for line in of_catalogue} == {Subject.CATALOGUE}
    assert "The program" in people
    history = audit.of_patient(any_clinic.admin, rosa)
    assert [line.event.action for line in history] == [AuditAction.STATE, AuditAction.READ]
    newest = audit.events(any_clinic.admin)[0].event
    assert newest.details == {"patient": rosa}, "that somebody's history was opened is told by number"


def test_pages_follow_without_a_gap_and_only_the_first_is_an_opening(clinic: SmallClinic) -> None:
    note_many(clinic.front, 450)
    first = audit.events(clinic.admin)
    second = audit.events(clinic.admin, before=first[-1].event.number)
    third = audit.events(clinic.admin, before=second[-1].event.number)
    numbers = [line.event.number for line in (*first, *second, *third)]
    assert len(first) == len(second) == audit.PAGE
    assert numbers == list(range(numbers[0], 0, -1))
    openings = audit.events(clinic.admin, TrailQuestion(subject=Subject.AUDIT))
    assert len(openings) == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_may_look(clinic: SmallClinic, role: Role, tmp_path: Path) -> None:
    desk = clinic.desk(role)
    with pytest.raises(NotAllowed):
        audit.events(desk)
    with pytest.raises(NotAllowed):
        audit.events(desk, before=3)
    with pytest.raises(NotAllowed):
        audit.check_chain(desk, Watching())
    with pytest.raises(NotAllowed):
        audit.export(desk, tmp_path / "trail.csv", TrailQuestion(), Watching())
    assert not (tmp_path / "trail.csv").exists()


def test_a_chain_is_checked_in_parts_and_the_check_is_noted(
    any_clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "CHUNK", 7)
    note_many(any_clinic.front, 30)
    watching = Watching()
    found = audit.check_chain(any_clinic.admin, watching).value
    newest = audit.events(any_clinic.admin)[0].event
    assert found.holds
    assert found.checked == newest.number - 1
    assert [done for done, _total in watching.told] == sorted({done for done, _total in watching.told})
    assert watching.told[-1] == (found.checked, found.checked)
    assert (newest.action, newest.details["checked"], newest.details["broken_at"]) == (
        AuditAction.CHECKED,
        found.checked,
        None,
    )


def test_a_check_of_whole_parts_comes_to_its_end(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = audit.check_chain(clinic.admin, Watching()).value.checked + 1
    monkeypatch.setattr(audit, "CHUNK", head)
    assert audit.check_chain(clinic.admin, Watching()).value.checked == head


def test_a_check_that_is_stopped_says_how_far_it_came(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "CHUNK", 7)
    note_many(clinic.front, 30)
    found = audit.check_chain(clinic.admin, Watching(stop_after=2)).value
    assert (found.checked, found.complete, found.holds, found.broken_at) == (14, False, False, None)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET details = '{}' WHERE number = 20", "DELETE FROM audit_event WHERE number = 20"],
)
def test_a_broken_chain_is_found_across_parts(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.setattr(audit, "CHUNK", 7)
    note_many(clinic.front, 30)
    with clinic.database.writing() as session:
        for trigger in ("audit_no_update", "audit_no_delete"):
            session.execute(text(f"DROP TRIGGER {trigger}"))
        session.execute(text(statement))
    found = audit.check_chain(clinic.admin, Watching()).value
    assert (found.checked, found.broken_at) == (19, 20)


def test_the_trail_is_exported_by_number_and_never_by_name(any_clinic: SmallClinic, tmp_path: Path) -> None:
    a_day(any_clinic)
    path = tmp_path / "trail.csv"
    written = audit.export(any_clinic.admin, path, TrailQuestion(), Watching()).value
    content = path.read_text("utf-8")
    rows = list(csv.DictReader(content.splitlines()))
    assert len(rows) == written == int(rows[0]["number"])
    assert rows[0]["action"] == AuditAction.SAVED
    assert rows[1] | {"seal": "", "number": ""} == {
        "number": "",
        "at_utc": "2026-11-23T13:00:00Z",
        "user_id": str(any_clinic.nurse.actor.user_id),
        "user": "Kim Park",
        "action": "read",
        "subject": "booking",
        "subject_id": rows[1]["subject_id"],
        "details": "{}",
        "seal": "",
    }
    assert seal_text(_event(any_clinic, int(rows[1]["number"])).mac) == rows[1]["seal"][:16]
    assert not any(name in content for name in ("Ortiz", "Rosa", "Ann Li"))
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.glob(".*part")) == []


def test_an_export_that_is_stopped_or_refused_leaves_no_file(clinic: SmallClinic, tmp_path: Path) -> None:
    path = tmp_path / "trail.csv"
    path.write_text("what stood there before")
    assert audit.export(clinic.admin, path, TrailQuestion(), Watching(stop_after=0)).value is None
    assert path.read_text() == "what stood there before"
    with pytest.raises(StorageProblem) as refused:
        audit.export(clinic.admin, tmp_path / "nowhere" / "trail.csv", TrailQuestion(), Watching())
    assert "could not be written" in refused.value.sentence
    assert [each.name for each in tmp_path.iterdir() if "trail" in each.name] == ["trail.csv"]


def test_a_spreadsheet_runs_nothing_that_a_name_says(clinic: SmallClinic, tmp_path: Path) -> None:
    with clinic.database.writing() as session:
        session.execute(text("UPDATE app_user SET full_name = '=cmd()' WHERE login = 'front'"))
    note_many(clinic.front, 1)
    audit.export(clinic.admin, tmp_path / "trail.csv", TrailQuestion(), Watching())
    assert ",'=cmd()," in (tmp_path / "trail.csv").read_text("utf-8")


def _event(clinic: SmallClinic, number: int) -> AuditEvent:
    return audit.events(clinic.admin, before=number + 1, limit=1)[0].event
