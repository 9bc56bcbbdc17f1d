"""The sweep finds what the clock alone made due, as the program itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clinicdesk.config import FILE_NAME
from clinicdesk.domain.users import Role
from clinicdesk.errors import NotAllowed
from clinicdesk.reminders.runner import Runner
from clinicdesk.services import housekeeping
from clinicdesk.services.housekeeping import Swept
from clinicdesk.storage.database import Database
from tests.helpers.clinics import SmallClinic, small_clinic, small_clinic_file


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[SmallClinic]:
    clinic = small_clinic_file(tmp_path)
    with closing(clinic.database):
        yield clinic


def test_the_program_sweeps_and_no_person_does(any_database: Database) -> None:
    clinic = small_clinic(any_database)
    swept = housekeeping.sweep(housekeeping.system_desk(clinic.front))
    assert (swept.counts.due, swept.counts.emergencies, swept.written_back) == (0, 0, True)
    for role in set(Role) - {Role.SYSTEM}:
        if role in clinic.people:
            with pytest.raises(NotAllowed):
                housekeeping.sweep(clinic.desk(role))


def test_after_a_sweep_the_file_holds_everything(in_file: SmallClinic, tmp_path: Path) -> None:
    log = tmp_path / f"{FILE_NAME}-wal"
    before = (tmp_path / FILE_NAME).stat().st_size
    assert log.stat().st_size > 0
    assert housekeeping.sweep(housekeeping.system_desk(in_file.admin)).written_back
    assert (tmp_path / FILE_NAME).stat().st_size > before


@pytest.mark.logs_allowed(
    "apscheduler"
)  # a busy machine skips a sweep that would overlap: that is `max_instances`
def test_the_runner_sweeps_again_and_again_and_stops(in_file: SmallClinic) -> None:
    found: list[Swept] = []
    twice = threading.Event()

    def told(swept: Swept) -> None:
        found.append(swept)
        if len(found) == 2:
            twice.set()

    runner = Runner(in_file.front, told, every_seconds=0.05)
    runner.start()
    assert twice.wait(10)
    runner.stop()
    runner.stop()
    stopped_at = len(found)
    assert not threading.Event().wait(0.2)
    assert len(found) == stopped_at


def test_a_closed_clinic_ends_no_sweeps(in_file: SmallClinic, caplog: pytest.LogCaptureFixture) -> None:
    with in_file.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE app_user SET login = 'gone' WHERE login = 'system'")
    caplog.set_level("INFO", "clinicdesk")
    Runner(in_file.front).sweep()
    assert [record.message for record in caplog.records] == ["sweep put off: NotFound"]
