"""Importing patients: the real file, a second time, cancelled, with bad rows, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.dates import DateOrder
from clinicdesk.domain.patient_import import BadRow, Column, Mapping
from clinicdesk.domain.patients import PatientDraft
from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.services import importing, patients
from clinicdesk.storage import audit
from tests.helpers.clinics import SmallClinic


@dataclass
class Watching:
    """Hears the progress, and asks to stop after some rows."""

    stop_after: int = 1_000_000
    heard: list[tuple[int, int]] = field(default_factory=list)

    def report(self, done: int, total: int) -> None:
        self.heard.append((done, total))

    @property
    def cancelled(self) -> bool:
        return bool(self.heard) and self.heard[-1][0] >= self.stop_after


@pytest.fixture
def synthea(data_dir: Path) -> bytes:
    return (data_dir / "synthea" / "patients.csv").read_bytes()


def test_the_whole_file_goes_in_and_a_second_time_adds_nobody(
    any_clinic: SmallClinic, synthea: bytes
) -> None:
    watching = Watching()
    done = importing.run(any_clinic.front, synthea, progress=watching)
    assert (done.value.added, done.value.already, done.value.deceased, done.value.bad) == (1171, 0, 171, ())
    assert done.changes
    assert watching.heard[-1] == (1171, 1171)
    assert patients.count(any_clinic.front) == 1171
    jose = patients.find(any_clinic.front, "gomez206 jose")[0]
    assert (jose.name, jose.birth_date) == ("José Eduardo181 Gómez206", date(1989, 5, 25))
    again = importing.run(any_clinic.admin, synthea)
    assert (again.value.added, again.value.already, again.value.bad) == (0, 1171, ())
    assert again.changes == frozenset()
    assert patients.count(any_clinic.front) == 1171
    with any_clinic.database.reading() as session:
        events = [e for e in audit.events(session) if e.action is AuditAction.IMPORTED]
    assert events[0].details == {"rows": 1171, "added": 0, "already": 1171, "bad": 0, "cancelled": False}
    assert sum(int(e.details.get("count") or 0) for e in events) == 1171


def test_a_preview_writes_nothing(any_clinic: SmallClinic, synthea: bytes) -> None:
    look = importing.preview(any_clinic.front, synthea)
    assert (look.total, look.bad, look.problem, len(look.rows)) == (1171, 0, "", 20)
    assert look.orders == (DateOrder.MONTH_DAY_YEAR,)
    named = dict(zip(look.header, look.mapping.columns, strict=True))
    assert (named["FIRST"], named["BIRTHDATE"], named["SSN"]) == (
        Column.GIVEN,
        Column.BIRTH_DATE,
        Column.NOTHING,
    )
    assert look.samples[look.header.index("GENDER")] == ("M", "F")
    assert patients.count(any_clinic.front) == 0


def test_a_preview_tells_what_the_columns_lack(clinic: SmallClinic) -> None:
    look = importing.preview(clinic.front, b"a,b,c\n1,2,3\n")
    assert look.rows == ()
    assert "birth date" in look.problem
    with pytest.raises(BadInput):
        importing.run(clinic.front, b"a,b,c\n1,2,3\n")
    mapping = Mapping((Column.GIVEN, Column.FAMILY, Column.BIRTH_DATE), DateOrder.YEAR_MONTH_DAY)
    assert importing.preview(clinic.front, b"a,b,c\nAnn,Lee,1950-02-03\n", mapping).bad == 0


def test_cancelled_keeps_what_is_in_and_goes_on_later(any_clinic: SmallClinic, synthea: bytes) -> None:
    done = importing.run(any_clinic.front, synthea, progress=Watching(stop_after=400))
    assert (done.value.added, done.value.cancelled) == (400, True)
    assert "771" in done.value.sentence
    assert patients.count(any_clinic.front) == 400
    rest = importing.run(any_clinic.front, synthea)
    assert (rest.value.added, rest.value.already) == (771, 400)


def test_bad_rows_are_told_and_the_rest_goes_in(any_clinic: SmallClinic) -> None:
    patients.register(any_clinic.front, PatientDraft(given="Ann", family="Lee", birth_date=date(1950, 2, 3)))
    data = (
        "mrn,first,last,dob\n"
        "1,Bob,Lee,1950-02-03\n"
        "2,Cid,Lee,tomorrow\n"
        "3,ANN,Lée,1950-02-03\n"
        "10001,Dan,Lee,1951-02-03\n"
        "1,Bob,Lee,1950-02-03\n"
        "1,Eve,Lee,1952-02-03\n"
        '7,<img src="/etc/passwd"/>,Lee,1953-02-03\n'
    ).encode()
    result = importing.run(any_clinic.front, data).value
    assert (result.added, result.already) == (2, 1)
    assert [row.line for row in result.bad] == [3, 4, 5, 7]
    assert "10001" in result.bad[1].reason
    assert [line.name for line in patients.find(any_clinic.front, "lee img")] == [
        '<img src="/etc/passwd"/> Lee'
    ]
    file = importing.bad_rows_file(any_clinic.front, data, result)
    assert b"3,ANN" in file


def test_who_may_not_import(clinic: SmallClinic, synthea: bytes) -> None:
    with pytest.raises(NotAllowed):
        importing.run(clinic.nurse, synthea)
    with pytest.raises(NotAllowed):
        importing.preview(clinic.surgeon, synthea)
    assert patients.count(clinic.front) == 0


def test_a_row_that_is_bad_keeps_its_reason(clinic: SmallClinic) -> None:
    result = importing.run(clinic.front, b"first,last,dob\nA,B,1850-01-01\n").value
    assert result.bad == (BadRow(2, "This birth date is more than 130 years ago. Check the year."),)
    assert result.sentence == "0 patients were added. 1 row could not be taken over."
