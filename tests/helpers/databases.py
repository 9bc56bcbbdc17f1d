"""Databases for tests: real ones, encrypted file and PostgreSQL alike, migrated once and copied for each test.

A test that needs PostgreSQL skips loudly where none can be started, and never in CI.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from clinicdesk.clock import SetClock
from clinicdesk.config import FILE_NAME
from clinicdesk.storage.database import Database, open_file, open_server
from clinicdesk.storage.migrate import migrate
from tests.helpers import postgres

if TYPE_CHECKING:
    from tests.helpers.clinics import SmallClinic

SKIPPED = "NO POSTGRESQL"
TEST_KEY = bytes(range(32))
"""The key of every file that the fixtures make (`tests.helpers.clinics` uses the same)."""


@pytest.fixture(scope="session")
def _postgres_server_or_reason() -> Iterator[postgres.Server | str]:
    try:
        with postgres.running() as server:
            yield server
    except postgres.NoServerError as reason:
        yield str(reason)


@pytest.fixture(scope="session")
def postgres_server(_postgres_server_or_reason: postgres.Server | str) -> postgres.Server:
    """The server of this test process, started by the first test that wants it."""
    found = _postgres_server_or_reason
    if isinstance(found, postgres.Server):
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"PostgreSQL tests may not be skipped here: {found}", pytrace=False)
    pytest.skip(f"{SKIPPED}: {found}")


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of an empty database, ``postgresql+psycopg://...``."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / FILE_NAME
    with closing(open_file(path, TEST_KEY, create=True)) as database:
        migrate(database)
    return path


@pytest.fixture(scope="session")
def _migrated_on_server(postgres_server: postgres.Server) -> str:
    name = postgres_server.create()
    with closing(open_server(postgres_server.url(name))) as database:
        migrate(database)
    return name


@pytest.fixture
def sqlite_database(_migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An encrypted file with every table and no row: ``tmp_path / "clinic.db"``, opened with `TEST_KEY`."""
    path = tmp_path / FILE_NAME
    shutil.copyfile(_migrated_file, path)
    with closing(open_file(path, TEST_KEY)) as database:
        yield database


@pytest.fixture
def postgres_database(postgres_server: postgres.Server, _migrated_on_server: str) -> Iterator[Database]:
    """A PostgreSQL database with every table and no row."""
    with (
        postgres_server.database(_migrated_on_server) as url,
        closing(open_server(url)) as database,
    ):
        yield database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_database(request: pytest.FixtureRequest) -> Database:
    """The same test on the encrypted file and on PostgreSQL."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    database = request.getfixturevalue(name)
    assert isinstance(database, Database)
    return database


@pytest.fixture(scope="session")
def _clinic_file(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SmallClinic]:
    path = tmp_path_factory.mktemp("clinic") / FILE_NAME
    shutil.copyfile(_migrated_file, path)
    from tests.helpers.clinics import small_clinic  # a test of the domain loads no service

    with closing(open_file(path, TEST_KEY)) as database:
        return path, small_clinic(database)


@pytest.fixture(scope="session")
def _clinic_on_server(postgres_server: postgres.Server, _migrated_on_server: str) -> tuple[str, SmallClinic]:
    name = postgres_server.create(_migrated_on_server)
    from tests.helpers.clinics import small_clinic  # a test of the domain loads no service

    with closing(open_server(postgres_server.url(name))) as database:
        return name, small_clinic(database)


@pytest.fixture
def clinic(_clinic_file: tuple[Path, SmallClinic], tmp_path: Path) -> Iterator[SmallClinic]:
    """A small clinic with people of every role, in ``tmp_path / "clinic.db"``; Monday 23 November 2026, 8:00."""
    made, template = _clinic_file
    path = tmp_path / FILE_NAME
    shutil.copyfile(made, path)
    with closing(open_file(path, TEST_KEY)) as database:
        yield _opened(template, database)


@pytest.fixture
def postgres_clinic(
    postgres_server: postgres.Server, _clinic_on_server: tuple[str, SmallClinic]
) -> Iterator[SmallClinic]:
    """The same clinic on PostgreSQL."""
    made, template = _clinic_on_server
    with postgres_server.database(made) as url, closing(open_server(url)) as database:
        yield _opened(template, database)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_clinic(request: pytest.FixtureRequest) -> SmallClinic:
    """The same test on a clinic in the encrypted file and on one on PostgreSQL."""
    made = request.getfixturevalue("clinic" if request.param == "sqlite" else "postgres_clinic")
    return cast("SmallClinic", made)


def _opened(template: SmallClinic, database: Database) -> SmallClinic:
    return replace(template, database=database, clock=SetClock(template.clock.at))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker("postgresql")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if SKIPPED in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("POSTGRESQL WAS NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests need a server that cannot be started here:")
        terminalreporter.line(str(skipped[0].longrepr))
