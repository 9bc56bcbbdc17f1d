"""The audit trail: appended with the change, numbered without gaps, closed to everyone, and broken visibly."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.permissions import Act
from clinicdesk.services.work import Work, command, query
from clinicdesk.storage import audit
from clinicdesk.storage.faults import FaultyStatement
from clinicdesk.storage.tables import AuditEventRow
from tests.helpers.clinics import MONDAY_EIGHT, SmallClinic


@command(Act.RUN_DAY)
def note(work: Work, number: int, *, fail: bool = False) -> None:
    work.record(AuditAction.CHANGED, Subject.BOOKING, number, reason="late")
    if fail:
        raise KeyError


def count(clinic: SmallClinic) -> int:
    with clinic.database.reading() as session:
        return audit.head(session)[0]


def test_an_event_is_written_with_its_change_or_not_at_all(any_clinic: SmallClinic) -> None:
    before = count(any_clinic)
    note(any_clinic.front, 7)
    with pytest.raises(KeyError):
        note(any_clinic.front, 8, fail=True)
    with any_clinic.database.reading() as session:
        newest = audit.events(session, limit=1)[0]
        assert (newest.number, newest.subject_id, newest.user_id) == (
            before + 1,
            7,
            any_clinic.front.actor.user_id,
        )
        assert audit.broken_at(session) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET subject_id = 99",
        "DELETE FROM audit_event WHERE number = 1",
        "INSERT INTO audit_event SELECT number + 5, at, user_id, action, subject, subject_id, details, mac"
        " FROM audit_event WHERE number = 1",
    ],
)
def test_the_database_refuses_to_change_delete_or_skip(any_clinic: SmallClinic, statement: str) -> None:
    note(any_clinic.front, 7)
    before = count(any_clinic)
    with pytest.raises(FaultyStatement), any_clinic.database.writing() as session:
        session.execute(text(statement))
    assert count(any_clinic) == before


def test_whoever_goes_round_the_triggers_breaks_the_chain(clinic: SmallClinic) -> None:
    for number in range(5):
        note(clinic.front, number)
    last = count(clinic)
    with clinic.database.writing() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text(f"UPDATE audit_event SET user_id = 1 + user_id % 5 WHERE number = {last - 2}"))
    with clinic.database.reading() as session:
        assert audit.broken_at(session) == last - 2


def test_a_forged_event_is_found(clinic: SmallClinic) -> None:
    last = count(clinic)
    with clinic.database.writing() as session:
        session.execute(
            insert(AuditEventRow).values(
                number=last + 1,
                at=MONDAY_EIGHT,
                user_id=1,
                action="changed",
                subject="patient",
                subject_id=1,
                details="{}",
                mac=bytes(32),
            )
        )
    with clinic.database.reading() as session:
        assert audit.broken_at(session) == last + 1


def test_reading_writes_nothing(clinic: SmallClinic) -> None:
    @query(Act.SEE_CLINIC)
    def look(work: Work) -> None:
        work.audit(AuditAction.READ, Subject.CLINIC, 1)

    before = count(clinic)
    look(clinic.front)
    assert count(clinic) == before
