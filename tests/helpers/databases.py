"""Databases for tests: PostgreSQL of the tests' own; a test that needs it skips loudly where there is none, never in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.helpers import postgres


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


SKIPPED = "NO POSTGRESQL"


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of an empty database, ``postgresql+psycopg://...``."""
    with postgres_server.database() as url:
        yield url


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
