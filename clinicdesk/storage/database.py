"""Opening a clinic: the encrypted file, or the PostgreSQL server, and the transactions on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session as Session  # services name it without knowing SQLAlchemy

from clinicdesk.config import DATABASE_VARIABLE
from clinicdesk.errors import BadInput, DamagedFile, FolderNotWritable, NotAClinicFile, ServerUnreachable
from clinicdesk.i18n import _
from clinicdesk.storage.faults import translated
from clinicdesk.storage.written import Written

BUSY_TIMEOUT_MS = 10_000
"""How long the file waits for another writer."""

_POOL_TIMEOUT = 15
"""Seconds for a free connection: longer than any writer is waited for, so that the nearer cause is the one told."""

_PATIENCE: Mapping[str, str] = {
    # A server that is switched off answers nothing at all: without these a window would wait for minutes.
    "connect_timeout": "5",  # seconds until somebody answers
    "tcp_user_timeout": "10000",  # milliseconds until what was sent is acknowledged
    "keepalives_idle": "5",  # a line that only listens sends nothing: the system asks for it, after 5 s,
    "keepalives_interval": "2",  # each 2 s,
    "keepalives_count": "3",  # and gives up after 3
}
"""How long a server is waited for; an address may say otherwise."""

_STATEMENT_TIMEOUT = "-c statement_timeout=30s"
"""No statement of a screen takes so long but behind a lock that nobody gives back; migrations lift it."""

APPLICATION_ID = 0x434C4449
"""Marks the file as ClinicDesk's own ("CLDI")."""

_CACHE_KIB = 64 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """An open clinic. Sessions are short: one an operation."""

    engine: Engine
    written: Written = field(default_factory=Written)
    """What this program wrote itself: no news to it."""

    @property
    def is_server(self) -> bool:
        """Whether this is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    @property
    def _for_reading(self) -> dict[str, Any]:
        """SQLite reads one state by itself; PostgreSQL only where it is asked to."""
        if self.is_server:
            return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return {"clinicdesk_write": False}

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent state; nothing it does is kept."""
        with translated(), Session(self.engine, autoflush=False) as session:
            session.connection(execution_options=self._for_reading)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in a write transaction: committed at the end, rolled back if anything is raised."""
        with translated(), Session(self.engine, autoflush=False) as session:
            session.connection(execution_options={"clinicdesk_write": True})
            yield session
            session.flush()
            session.commit()

    def close(self) -> None:
        """Close every connection; the key is gone from memory with them."""
        self.engine.dispose()


def open_file(path: Path, key: bytes, *, create: bool = False) -> Database:
    """Open the encrypted file with its 32-byte key; with ``create``, make it first.

    Raises `FolderNotWritable`, `NotAClinicFile` for a file that is missing or that the key does not open, `DamagedFile` for
    a truncated one. A file that is refused is left untouched.
    """
    if len(key) != 32:
        raise ValueError("the file key has 32 bytes")
    _check_writable(path)
    if not create and not path.exists():
        raise NotAClinicFile(
            _("The clinic's file {file} is missing from its folder. Restore it from a backup.").format(
                file=path.name
            )
        )
    if not create and path.stat().st_size <= 1:
        raise _cut_short(
            path
        )  # SQLite takes a file of no byte, or of one, for a new database and would write into it
    if create:
        path.touch(mode=0o600)  # for its owner alone; the files beside it take after it

    def connect() -> Any:
        return _keyed_connection(path, key)

    engine = create_engine(
        "sqlite://",
        creator=connect,
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        pool_timeout=_POOL_TIMEOUT,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    _probe(engine, path)
    return Database(engine)


def open_server(url: str) -> Database:
    """Connect to PostgreSQL 15 or later; over the network only with a verified certificate.

    Raises `BadInput` for an address of anything else, or one that asks for less, and `ServerUnreachable`.
    """
    engine = create_engine(
        _patient(_server_address(url)),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=8,
        pool_timeout=_POOL_TIMEOUT,
    )
    try:
        with translated(), engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except ServerUnreachable:
        engine.dispose()
        raise
    return Database(engine)


def _server_address(url: str) -> URL:
    """``url`` as PostgreSQL's; anything else would be another database, and with SQLite an unencrypted one."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.drivername not in ("postgresql", "postgresql+psycopg"):
        raise BadInput(
            _(
                "{variable} names no PostgreSQL server. Nothing was changed. It looks like this: {example}"
            ).format(variable=DATABASE_VARIABLE, example="postgresql+psycopg://user@host/clinic")
        )
    return _over_tls(address.set(drivername="postgresql+psycopg"))


def _patient(address: URL) -> URL:
    """``address`` with a limit to every wait that it does not limit itself."""
    asked = {name: value for name, value in _PATIENCE.items() if name not in address.query}
    options = " ".join([_STATEMENT_TIMEOUT, *_listed(address.query.get("options"))])  # the last one counts
    return address.update_query_dict({**asked, "options": options})


def _over_tls(address: URL) -> URL:
    """``address`` with the server's certificate verified against the system's, unless it names authorities of its own.

    A socket and this very machine need no encryption. Raises `BadInput` for an address that asks for less.
    """
    hosts = [address.host or "", *_listed(address.query.get("host"))]
    if all(not host or host.startswith("/") or host in _HERE for host in hosts):
        return address
    mode = address.query.get("sslmode", _VERIFIED)
    if mode != _VERIFIED:
        raise BadInput(
            _(
                "{variable} asks for less than a verified connection (sslmode={mode}). Use sslmode={verified}."
            ).format(variable=DATABASE_VARIABLE, mode=mode, verified=_VERIFIED)
        )
    authorities = address.query.get("sslrootcert", "system")
    return address.update_query_dict({"sslmode": _VERIFIED, "sslrootcert": authorities})


def _listed(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else value


_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_VERIFIED = "verify-full"


def _check_writable(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        probe = path.parent / ".clinicdesk-writable"
        probe.write_bytes(b"")
        probe.unlink(missing_ok=True)  # another process may be opening at the same moment
    except OSError as error:
        raise FolderNotWritable(
            _(
                "The folder {folder} cannot be written to. Nothing was changed. Choose another folder with --data."
            ).format(folder=path.parent)
        ) from error


def _keyed_connection(path: Path, key: bytes) -> Any:
    connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False)
    cursor = connection.cursor()
    try:
        cursor.execute(
            f"PRAGMA key = \"x'{key.hex()}'\""
        )  # the key comes first: the first page is read with it
        cursor.execute("PRAGMA cipher_log_level = NONE")  # its log would go to standard error
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        cursor.execute("PRAGMA temp_store = MEMORY")  # a temporary file would not be encrypted
    except sqlcipher.DatabaseError:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    """With ``isolation_level=None`` the driver sends no BEGIN; a write takes its lock at once, so that two never race."""
    write = connection.get_execution_options().get("clinicdesk_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _probe(engine: Engine, path: Path) -> None:
    """Read the header and compare the file's length with what the header says."""
    try:
        with translated(), engine.connect() as connection:
            connection = connection.execution_options(clinicdesk_write=False)
            tables = connection.scalar(text("SELECT count(*) FROM sqlite_master"))
            mark = connection.scalar(text("PRAGMA application_id"))
            pages = int(connection.scalar(text("PRAGMA page_count")) or 0)
            size = int(connection.scalar(text("PRAGMA page_size")) or 0)
    except Exception:  # whatever is raised, the file must not stay open
        engine.dispose()
        raise
    if tables and mark != APPLICATION_ID:
        engine.dispose()
        raise NotAClinicFile(
            _("{file} is not a ClinicDesk file. It was left untouched.").format(file=path.name)
        )
    wal = path.with_name(path.name + "-wal")
    if path.stat().st_size < pages * size and not (wal.exists() and wal.stat().st_size):
        engine.dispose()
        raise _cut_short(path)


def _cut_short(path: Path) -> DamagedFile:
    return DamagedFile(
        _("{file} is cut short. It was left untouched. Restore the last backup.").format(file=path.name)
    )


def is_writing(session: Session) -> bool:
    """Whether ``session`` is one of `Database.writing`: it may see what it has not committed."""
    return bool(session.connection().get_execution_options().get("clinicdesk_write", False))


def server_part(url: str) -> str:
    """``url`` without its user and password, for a sentence."""
    return re.sub(r"//[^@/]*@", "//", url)
