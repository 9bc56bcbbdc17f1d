"""Bringing a database to this version's schema, and refusing one from a newer version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from clinicdesk.errors import NewerFile
from clinicdesk.i18n import _
from clinicdesk.storage.database import Database
from clinicdesk.storage.faults import translated

_FOLDER = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Run the migrations that are missing, in one transaction. Raises `NewerFile` and leaves a newer database untouched."""
    with translated(), database.engine.connect() as reading:
        here = MigrationContext.configure(reading).get_current_revision()
    known = ScriptDirectory.from_config(_config())
    if here == known.get_current_head():
        return
    if here is not None and here not in {script.revision for script in known.walk_revisions()}:
        raise NewerFile(
            _(
                "This clinic was last used with a newer ClinicDesk. It was left untouched. Install the newer version."
            )
        )
    with translated(), database.engine.begin() as connection:
        if database.is_server:  # two desks may start at once; the second finds nothing left to do
            connection.execute(
                text("SET LOCAL statement_timeout = 0")
            )  # a large table takes as long as it takes
            connection.execute(text("SELECT pg_advisory_xact_lock(4802)"))
        command.upgrade(_config(connection), "head")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
