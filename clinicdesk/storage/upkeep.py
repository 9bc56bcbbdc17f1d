"""What an open database wants done from time to time."""

from __future__ import annotations

from clinicdesk.storage.database import Database
from clinicdesk.storage.faults import translated


def write_back(database: Database) -> bool:
    """Move what stands in the write-ahead log into the file, as far as no reader is in the way; whether all of it went.

    SQLite does so by itself at 1,000 pages; a small clinic may never write so many in a day, and the log is not what people
    think of when they copy a file. PostgreSQL looks after itself.
    """
    if database.is_server:
        return True
    with translated(), database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        _busy, logged, moved = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        raw.execute("PRAGMA optimize")
    return bool(logged == moved)
