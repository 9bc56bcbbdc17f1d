"""A second desk on the same clinic: a program of its own, as far as the database can tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from clinicdesk.storage.database import Database, open_file, open_server
from tests.helpers.clinics import TEST_KEY, SmallClinic


@contextmanager
def second(clinic: SmallClinic) -> Iterator[SmallClinic]:
    """The same clinic and clock over connections of its own."""
    database = _again(clinic.database)
    try:
        yield replace(clinic, database=database)
    finally:
        database.close()


def _again(database: Database) -> Database:
    if database.is_server:
        return open_server(database.engine.url.render_as_string(hide_password=False))
    with database.reading() as session:
        path = session.execute(text("SELECT file FROM pragma_database_list WHERE name = 'main'")).scalar_one()
    return open_file(Path(path), TEST_KEY)
