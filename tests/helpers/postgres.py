"""A PostgreSQL server of the tests' own: a socket in a temporary folder, nothing on the network, thrown away afterwards.

It runs what Debian's ``postgresql`` package installs, as the user ``postgres`` where the tests run as root (the server
refuses root), and waits for no disk: about 1.5 s from nothing to the first query.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

PREFIX = "cdpg-"
# A unix socket's path has at most 107 bytes, and a temporary folder may lie deep.
_BASE = Path(tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp")
_PROGRAMS = Path("/usr/lib/postgresql")
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
}


class NoServerError(Exception):
    """No PostgreSQL server can be started here; the text says what is missing."""


@dataclass(slots=True)
class Server:
    """A running server."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        """The address of ``database`` as the program takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, template: str | None = None) -> str:
        """A new database, empty or a copy of ``template`` (which nobody may be using); returns its name."""
        name = f"t{next(self._numbers)}"
        # Copied through the log: no checkpoint, which is what makes the other strategy slow.
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log", name, template or "template0")
        return name

    def drop(self, database: str) -> None:
        """Remove it, whoever still holds a connection."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """The address of a new database that lives as long as the block."""
        name = self.create(template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def stop(self, *, keep: bool = False) -> None:
        """Let it be gone; what it holds is whole afterwards only with ``keep``."""
        how = "fast" if keep else "immediate"
        _as_postgres(_programs() / "pg_ctl", "stop", "-s", "-m", how, "-D", self.folder / "data")

    def start(self) -> None:
        """Let it be there again."""
        _as_postgres(
            _programs() / "pg_ctl", "start", "-w", "-s", "-D", self.folder / "data", "-l", self.folder / "log"
        )

    def _run(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(
            host=str(self.folder), dbname="postgres", user="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block. Raises `NoServerError` where there are no programs to run one."""
    programs = _programs()
    _remove_abandoned(programs)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_BASE))
    try:
        (folder / "owner").write_text(str(os.getpid()), "ascii")
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
        _initialise(programs, folder)
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            if (folder / "data" / "postmaster.pid").exists():  # a test may have stopped it
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The newest version's folder of programs."""
    versions = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name))
    if not versions:
        raise NoServerError("no PostgreSQL server is installed here (sudo apt-get install postgresql)")
    programs = versions[-1].parent
    extension = Path("/usr/share/postgresql", programs.parent.name, "extension", "btree_gist.control")
    if not extension.exists():
        raise NoServerError("PostgreSQL is here without btree_gist (sudo apt-get install postgresql-contrib)")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            raise NoServerError("there is no user postgres to run the server as; root may not") from None
        if shutil.which("runuser") is None:
            raise NoServerError("runuser is missing; the server refuses to run as root")
    return programs


def _initialise(programs: Path, folder: Path) -> None:
    # C.UTF-8 sorts alike everywhere, whatever locales the machine has.
    options = (
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
        "--no-instructions",
    )
    _as_postgres(programs / "initdb", "-D", folder / "data", *options)
    lines = [
        f"{name} = '{value}'"
        for name, value in (_SETTINGS | {"unix_socket_directories": str(folder)}).items()
    ]
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write("\n".join(lines) + "\n")


def _as_postgres(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    done = subprocess.run(
        words, capture_output=True, text=True, cwd="/", check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise NoServerError(
            f"{Path(str(command[0])).name} failed: {done.stderr.strip() or done.stdout.strip()}"
        )


def _remove_abandoned(programs: Path) -> None:
    """Stop the servers of test runs that were killed before they could."""
    for folder in _BASE.glob(f"{PREFIX}*"):
        try:
            owner = int((folder / "owner").read_text("ascii"))
        except (OSError, ValueError):
            continue  # being made, or not ours
        if _lives(owner):
            continue
        with suppress(NoServerError):
            _as_postgres(programs / "pg_ctl", "stop", "-s", "-m", "immediate", "-D", folder / "data")
        shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, signal.SIG_DFL)  # signal 0: only asks
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
