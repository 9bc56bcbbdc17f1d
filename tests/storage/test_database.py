"""The encrypted file and the server: what is refused, what survives, what rolls back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import event, func, insert, select, text

from clinicdesk.config import FILE_NAME
from clinicdesk.domain.users import Role
from clinicdesk.errors import (
    BadInput,
    Busy,
    DamagedFile,
    DiskFull,
    FolderNotWritable,
    NewerFile,
    NotAClinicFile,
    ServerUnreachable,
    StorageProblem,
)
from clinicdesk.storage import tables, users, verifiers
from clinicdesk.storage.base import Base
from clinicdesk.storage.database import Database, _server_address, open_file, open_server
from clinicdesk.storage.faults import FaultyStatement, translated
from clinicdesk.storage.migrate import _config, migrate
from tests.helpers.clinics import SmallClinic
from tests.helpers.databases import TEST_KEY


def add_user(database: Database, login: str) -> None:
    with database.writing() as session:
        users.add(session, login=login, full_name=login.title(), role=Role.NURSE)


def logins(database: Database) -> list[str]:
    with database.reading() as session:
        return [user.login for user in users.everyone(session)]


def test_the_migrations_make_exactly_the_tables(any_database: Database) -> None:
    with any_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_what_raises_is_rolled_back(any_database: Database) -> None:

    def add_and_fail() -> None:
        with any_database.writing() as session:
            users.add(session, login="kim", full_name="Kim", role=Role.NURSE)
            raise KeyError

    with pytest.raises(KeyError):
        add_and_fail()
    add_user(any_database, "ana")
    assert logins(any_database) == ["ana"]


def test_a_reader_sees_one_state_while_others_write(any_database: Database) -> None:
    add_user(any_database, "ana")
    with any_database.reading() as session:
        before = len(users.everyone(session))
        add_user(any_database, "kim")
        assert len(users.everyone(session)) == before
    assert logins(any_database) == ["ana", "kim"]


def test_a_naive_time_never_reaches_the_database(any_database: Database) -> None:
    naive = select(tables.BookingRow.id).where(tables.BookingRow.starts_at > datetime(2026, 1, 1))
    with pytest.raises(Exception, match="naive"), any_database.reading() as session:
        session.execute(naive)


def test_instants_come_back_as_they_went_in(clinic: SmallClinic, postgres_clinic: SmallClinic) -> None:
    at = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    for made in (clinic, postgres_clinic):
        with made.database.writing() as session:
            user_id = made.front.actor.user_id
            session.execute(
                insert(tables.Verifier).values(user_id=user_id, encoded="x", failures=1, last_failure=at)
            )
            assert session.execute(select(tables.Verifier.last_failure)).scalar_one() == at


def test_no_driver_value_stands_in_an_error(any_database: Database) -> None:
    add_user(any_database, "rosa.ortiz")
    with pytest.raises(FaultyStatement) as fault:
        add_user(any_database, "rosa.ortiz")
    assert "rosa" not in f"{fault.value}{fault.value.__cause__}".casefold()
    assert fault.value.__suppress_context__


def test_the_file_is_unreadable_without_its_key(sqlite_database: Database, tmp_path: Path) -> None:
    add_user(sqlite_database, "rosa.ortiz")
    sqlite_database.close()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"rosa" not in held
    assert b"SQLite format 3" not in held
    with pytest.raises(NotAClinicFile):
        open_file(tmp_path / FILE_NAME, bytes(32))


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with closing(open_file(path, TEST_KEY, create=True)) as database:
        migrate(database)
        assert {found.stat().st_mode & 0o077 for found in tmp_path.iterdir()} == {0}


@pytest.mark.parametrize("keep", [0, 1, 100, 4096, 0.3, 0.5, 0.99])
def test_a_truncated_file_is_refused_and_left_untouched(
    sqlite_database: Database, tmp_path: Path, keep: int | float
) -> None:
    add_user(sqlite_database, "ana")
    sqlite_database.close()
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    cut = whole[: int(len(whole) * keep) if isinstance(keep, float) else keep]
    path.write_bytes(cut)
    with pytest.raises((DamagedFile, NotAClinicFile)):
        open_file(path, TEST_KEY)
    assert path.read_bytes() == cut


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b"%PDF-1.7 this is no clinic" * 400)
    with pytest.raises(NotAClinicFile):
        open_file(path, TEST_KEY)


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(FolderNotWritable) as refused:
        open_file(blocked / "clinic" / FILE_NAME, TEST_KEY, create=True)
    assert str(blocked) in refused.value.sentence


def test_a_newer_database_is_refused_and_left_untouched(any_database: Database) -> None:
    with any_database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerFile):
        migrate(any_database)
    with any_database.reading() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_a_full_disk_is_said_and_what_was_saved_stands(sqlite_database: Database) -> None:
    add_user(sqlite_database, "ana")

    def no_more_pages(connection: object, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined] # a driver's connection

    event.listen(sqlite_database.engine, "checkout", no_more_pages)

    def add_many() -> None:
        with sqlite_database.writing() as session:
            for number in range(5_000):
                users.add(session, login=f"user{number}", full_name="x" * 500, role=Role.NURSE)

    with pytest.raises(DiskFull) as refused:
        add_many()
    assert "before stands" in refused.value.sentence
    assert logins(sqlite_database) == ["ana"]


@pytest.mark.parametrize(
    "address", ["clinic", "mysql://kim:secret-word@host/x", "sqlite:///clinic.db", "postgresql://host:port/x"]
)
def test_an_address_of_no_postgresql_server_is_refused(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        open_server(address)
    assert "secret-word" not in refused.value.sentence


@pytest.mark.postgresql
def test_a_server_that_permits_nothing_is_said(postgres_url: str) -> None:
    with closing(open_server(postgres_url)) as owner, owner.writing() as session:
        session.execute(text("DROP ROLE IF EXISTS guest"))
        session.execute(text("CREATE ROLE guest LOGIN"))
    address = postgres_url.replace("postgres@", "guest@")
    with closing(open_server(address)) as guest, pytest.raises(StorageProblem) as refused:
        migrate(guest)
    assert "must own its database" in refused.value.sentence


def test_a_server_that_is_not_there_is_said_without_its_password() -> None:
    with pytest.raises(ServerUnreachable) as refused:
        open_server("postgresql+psycopg://kim:secret-word@127.0.0.1:1/clinic?connect_timeout=2")
    assert "secret-word" not in refused.value.sentence


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca"])
def test_nothing_less_than_a_verified_connection_over_the_network(mode: str) -> None:
    with pytest.raises(BadInput) as refused:
        open_server(f"postgresql+psycopg://kim:secret-word@db.clinic.example/clinic?sslmode={mode}")
    assert "verify-full" in refused.value.sentence
    assert "secret-word" not in refused.value.sentence


def test_every_wait_for_a_server_has_an_end(postgres_url: str) -> None:
    with closing(open_server(postgres_url + "&connect_timeout=3")) as database:
        with database.engine.connect() as connection:
            asked = connection.connection.driver_connection
            assert asked is not None
            known = dict(part.split("=", 1) for part in asked.info.dsn.split() if "=" in part)
        assert known["connect_timeout"] == "3"  # an address may say otherwise
        assert (known["tcp_user_timeout"], known["keepalives_idle"]) == ("10000", "5")
        with database.engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 50"))
            with pytest.raises(Busy), translated():
                connection.execute(text("SELECT pg_sleep(5)"))
        with database.reading() as session:
            assert session.execute(text("SHOW statement_timeout")).scalar() == "30s"


def test_the_certificate_is_verified_without_being_asked_for() -> None:
    address = _server_address("postgresql://kim@db.clinic.example/clinic")
    assert address.query == {"sslmode": "verify-full", "sslrootcert": "system"}
    for here in ("postgresql://kim@/clinic?host=/run/postgresql", "postgresql://kim@localhost/clinic"):
        assert "sslmode" not in _server_address(here).query


_WRITER = """
import sys
from pathlib import Path
from clinicdesk.domain.users import Role
from clinicdesk.storage import users
from clinicdesk.storage.database import open_file
database = open_file(Path(sys.argv[1]), bytes(range(32)))
number = 0
while True:
    with database.writing() as session:
        for part in ("a", "b"):
            users.add(session, login=f"{part}{number}", full_name="x", role=Role.NURSE)
    number += 1
    print(number, flush=True)
"""


def test_a_process_killed_while_writing_leaves_whole_transactions(
    sqlite_database: Database, tmp_path: Path
) -> None:
    sqlite_database.close()
    path = tmp_path / FILE_NAME
    for _kill in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _n in range(25)]
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        with closing(open_file(path, TEST_KEY)) as database:
            with database.reading() as session:
                assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
                pairs = session.execute(
                    select(func.count(tables.UserRow.id)).group_by(func.substr(tables.UserRow.login, 2))
                ).scalars()
                counts = set(pairs)
            assert counts == {2}
            assert len(logins(database)) >= 2 * int(told[-1])
            with database.writing() as session:
                session.execute(tables.UserRow.__table__.delete())  # type: ignore[attr-defined] # a Table


def test_a_column_called_full_is_no_full_disk(sqlite_database: Database) -> None:
    for name in ("full_name", "locked_at", "readonly", "malformed"):
        with pytest.raises(FaultyStatement), sqlite_database.reading() as session:
            session.execute(text(f"SELECT {name} FROM claim"))


def test_a_password_of_before_still_proves_itself_and_what_is_stored_opens_nothing(tmp_path: Path) -> None:
    secret = "a long enough password"
    made = Argon2id(salt=bytes(16), length=32, iterations=3, lanes=4, memory_cost=64 * 1024)
    stored = made.derive_phc_encoded(secret.encode())
    with closing(open_file(tmp_path / FILE_NAME, TEST_KEY, create=True)) as database:
        with database.engine.begin() as connection:
            command.upgrade(_config(connection), "0002")
            connection.exec_driver_sql(
                "INSERT INTO app_user (id, login, full_name, role, npi, active, version)"
                " VALUES (1, 'kim', 'Kim', 'nurse', '', 1, 1)"
            )
            connection.exec_driver_sql(
                "INSERT INTO verifier (user_id, encoded, failures) VALUES (1, ?, 0)", (stored,)
            )
        migrate(database)
        with database.reading() as session:
            encoded = session.scalar(select(tables.Verifier.encoded))
    assert verifiers.fits(encoded, secret)
    assert not verifiers.fits(encoded, "another long password")
    assert encoded is not None
    assert stored.rpartition("$")[2] not in encoded
