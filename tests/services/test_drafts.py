"""Unsaved work: what was kept last is offered again, to the person who typed it and to nobody else."""

from __future__ import annotations

import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg import sql

from clinicdesk.clock import SetClock
from clinicdesk.config import Config, platform_folder
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.drafts import KEPT_FOR, LARGEST, DraftKey, Fields
from clinicdesk.domain.users import Role, User
from clinicdesk.errors import BadInput, NotAllowed, StorageProblem
from clinicdesk.services import drafts, housekeeping, signin, users
from clinicdesk.services.desk import Desk
from clinicdesk.services.founding import FirstAdministrator, found
from clinicdesk.storage import audit
from clinicdesk.storage import drafts as rows
from tests.helpers.clinics import FACTS, MONDAY_EIGHT, SmallClinic
from tests.helpers.postgres import Server

ALEX, SAM = "a long enough password", "another long password"
CALL = DraftKey("call", Subject.CHECK_IN, 7)
NEW = DraftKey("register", Subject.PATIENT, 0)
PAIN: Fields = {
    "chest pain": True,
    "note": "seit heute früh",
    "score": 7,
    "parts": [1, 2.5, None],
    "by": {"a": ""},
}


@pytest.fixture(scope="session")
def founded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    _found(Config(folder))
    return folder


def _found(config: Config) -> None:
    administrator = FirstAdministrator(login="alex", full_name="Alex Admin", password=ALEX)
    desk = found(config, FACTS, administrator, clock=SetClock(MONDAY_EIGHT)).desk
    with closing(desk.database):
        users.add(desk, login="sam", full_name="Sam Front", role=Role.SCHEDULER, password=SAM)


@pytest.fixture
def in_file(founded_once: Path, tmp_path: Path) -> Config:
    shutil.copytree(founded_once, tmp_path / "clinic")
    return Config(tmp_path / "clinic")


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgresql)])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    if request.param == "file":
        made: Config = request.getfixturevalue("in_file")
        return made
    made = Config(tmp_path / "desk", request.getfixturevalue("postgres_url"))
    _found(made)
    return made


@contextmanager
def signed_in(
    config: Config, login: str = "sam", password: str = SAM, clock: SetClock | None = None
) -> Iterator[Desk]:
    desk = signin.sign_in(config, login, password, clock=clock or SetClock(MONDAY_EIGHT))
    with closing(desk.database):
        yield desk


@contextmanager
def nothing_can_be_written(largest: int = 4096) -> Iterator[None]:
    """No file of this process may grow past ``largest`` bytes: a page of the database cannot, a small file can."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def kept(desk: Desk) -> dict[DraftKey, Fields]:
    return {draft.key: draft.fields for draft in drafts.mine(desk)}


def local_files(config: Config) -> list[Path]:
    return [*config.folder.glob("unsaved-*.sealed"), *platform_folder().glob("unsaved-*.sealed")]


def the_user(desk: Desk, login: str) -> User:
    return next(user for user in users.everyone(desk) if user.login == login)


def test_what_was_typed_is_offered_after_a_crash_and_gone_once_thrown_away(config: Config) -> None:
    with signed_in(config) as desk:
        drafts.keep(desk, CALL, {"chest pain": False})
        drafts.keep(desk, CALL, PAIN)
        drafts.keep(desk, NEW, {"name": "Ortiz"})
        back = signin.unlock(desk, SAM)
        assert kept(back) == {CALL: PAIN, NEW: {"name": "Ortiz"}}
    with signed_in(config) as desk:
        found = drafts.of(desk, CALL)
        assert found is not None
        assert (found.fields, found.kept_at >= MONDAY_EIGHT) == (PAIN, True)
        assert drafts.mine(desk)[0].key in (CALL, NEW)
        drafts.throw_away(desk, CALL)
        drafts.throw_away(desk, CALL)
        assert kept(desk) == {NEW: {"name": "Ortiz"}}
    with signed_in(config) as desk:
        assert drafts.of(desk, CALL) is None


def test_nobody_else_is_offered_it_and_no_row_shows_it(config: Config) -> None:
    with signed_in(config) as sam, signed_in(config, "alex", ALEX) as alex:
        drafts.keep(sam, CALL, PAIN)
        assert kept(alex) == {}
        thief = replace(alex, actor=sam.actor)  # another's rows, under one's own key
        assert kept(thief) == {}
        with sam.database.reading() as session:
            stored = session.connection().exec_driver_sql("SELECT sealed FROM draft").scalar_one()
        assert b"chest" not in bytes(stored)


def test_keeping_is_no_event_and_the_same_is_not_written_again(any_clinic: SmallClinic) -> None:
    desk = any_clinic.front
    with desk.database.reading() as session:
        before = audit.head(session)
    drafts.keep(desk, CALL, PAIN)
    first = drafts.of(desk, CALL)
    any_clinic.clock.at += timedelta(seconds=9)
    drafts.keep(desk, CALL, dict(reversed(list(PAIN.items()))))
    assert drafts.of(desk, CALL) == first
    drafts.keep(desk, CALL, {})
    assert kept(desk) == {CALL: {}}
    with desk.database.reading() as session:
        assert audit.head(session) == before


def test_who_is_not_an_active_person_keeps_nothing(any_clinic: SmallClinic) -> None:
    with pytest.raises(NotAllowed):
        drafts.keep(any_clinic.desk(Role.SYSTEM), CALL, PAIN)
    with any_clinic.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE app_user SET active = false WHERE login = 'front'")
    with pytest.raises(NotAllowed):
        drafts.keep(any_clinic.front, CALL, PAIN)
    with pytest.raises(NotAllowed):
        drafts.mine(any_clinic.front)


@pytest.mark.parametrize("fields", [{"a": float("nan")}, {"a": b""}, {"a": object()}, {3: "x"}])
def test_only_what_json_can_say_is_kept(clinic: SmallClinic, fields: Fields) -> None:
    with pytest.raises((TypeError, ValueError)):
        drafts.keep(clinic.front, CALL, fields)


def test_too_much_is_refused_and_what_was_kept_before_stands(clinic: SmallClinic) -> None:
    drafts.keep(clinic.front, CALL, PAIN)
    with pytest.raises(BadInput):
        drafts.keep(clinic.front, CALL, {"note": "x" * LARGEST})
    assert kept(clinic.front) == {CALL: PAIN}


def test_the_sweep_drops_what_is_old_and_what_belongs_to_who_left(any_clinic: SmallClinic) -> None:
    drafts.keep(any_clinic.front, CALL, PAIN)
    any_clinic.clock.at += KEPT_FOR - timedelta(days=1)
    drafts.keep(any_clinic.front, NEW, PAIN)
    drafts.keep(any_clinic.nurse, NEW, PAIN)
    with any_clinic.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE app_user SET active = false WHERE login = 'kim'")
    any_clinic.clock.at += timedelta(days=1, seconds=1)
    assert set(kept(any_clinic.front)) == {NEW}  # not offered, swept or not
    housekeeping.sweep(housekeeping.system_desk(any_clinic.admin))
    with any_clinic.database.reading() as session:
        left = session.connection().exec_driver_sql("SELECT user_id, panel FROM draft").all()
        assert not rows.any_to_sweep(session, any_clinic.clock.at - KEPT_FOR)
    assert [tuple(row) for row in left] == [(any_clinic.front.actor.user_id, "register")]


def test_an_own_new_password_opens_the_drafts_and_an_administrators_does_not(config: Config) -> None:
    own, given = "the third long password", "a password handed over"
    with signed_in(config) as desk:
        drafts.keep(desk, CALL, PAIN)
        users.set_own_password(desk, SAM, own)
    with signed_in(config, password=own) as desk:
        assert kept(desk) == {CALL: PAIN}
    with signed_in(config, "alex", ALEX) as admin:
        users.reset_password(admin, the_user(admin, "sam"), given)
    with signed_in(config, password=given) as desk:
        assert kept(desk) == {}
        drafts.keep(desk, CALL, PAIN)
    with signed_in(config, password=given) as desk:
        assert kept(desk) == {CALL: PAIN}


def test_the_first_administrator_finds_what_was_typed_while_the_clinic_was_founded(tmp_path: Path) -> None:
    config = Config(tmp_path / "new")
    administrator = FirstAdministrator(login="alex", full_name="Alex Admin", password=ALEX)
    desk = found(config, FACTS, administrator, clock=SetClock(MONDAY_EIGHT)).desk
    with closing(desk.database):
        drafts.keep(desk, NEW, PAIN)
    with signed_in(config, "alex", ALEX) as desk:
        assert kept(desk) == {NEW: PAIN}


# --- where the database takes nothing -------------------------------------------------------------------------------


def test_a_file_that_cannot_grow_leaves_a_sealed_one_that_moves_in_later(in_file: Config) -> None:
    with signed_in(in_file) as desk:
        drafts.keep(desk, NEW, PAIN)
        with nothing_can_be_written():
            drafts.keep(desk, CALL, {"note": "typed meanwhile"})
            drafts.throw_away(desk, NEW)
            assert kept(desk) == {CALL: {"note": "typed meanwhile"}}
        (file,) = local_files(in_file)
        assert file.parent == in_file.folder
        assert file.stat().st_mode & 0o777 == 0o600
        assert b"typed" not in file.read_bytes()
    with signed_in(in_file, "alex", ALEX) as other:
        assert kept(other) == {}
        assert local_files(in_file) == [file]
    with signed_in(in_file) as desk:
        assert kept(desk) == {CALL: {"note": "typed meanwhile"}}
        assert local_files(in_file) == []
        assert kept(desk) == {CALL: {"note": "typed meanwhile"}}


def test_where_not_even_a_small_file_can_be_written_the_caller_is_told(in_file: Config) -> None:
    with signed_in(in_file) as desk:
        drafts.keep(desk, CALL, PAIN)
        with nothing_can_be_written(0), pytest.raises(StorageProblem):
            drafts.keep(desk, CALL, {})
        assert kept(desk) == {CALL: PAIN}


def test_a_desk_without_a_clinics_folder_says_that_nothing_was_kept(clinic: SmallClinic) -> None:
    drafts.keep(clinic.front, CALL, PAIN)
    with nothing_can_be_written(), pytest.raises(StorageProblem):
        drafts.keep(clinic.front, CALL, {})


def test_what_was_typed_while_the_server_was_away_moves_in_when_it_is_back(
    postgres_server: Server, postgres_url: str, tmp_path: Path
) -> None:
    config = Config(tmp_path / "desk", postgres_url)
    _found(config)
    name = postgres_url.partition("@/")[2].partition("?")[0]
    clock = SetClock(MONDAY_EIGHT)
    with signed_in(config, clock=clock) as desk:
        drafts.keep(desk, CALL, PAIN)
        drafts.keep(desk, NEW, PAIN)
        _let_in(postgres_server, name, False)
        clock.at += timedelta(seconds=1)
        drafts.keep(desk, CALL, {"note": "typed meanwhile"})
        drafts.throw_away(desk, NEW)
        assert kept(desk) == {CALL: {"note": "typed meanwhile"}}
        assert len(local_files(config)) == 1
        _let_in(postgres_server, name, True)
        clock.at += timedelta(seconds=1)
        drafts.keep(desk, CALL, {"note": "and more"})
        assert local_files(config) == []
        assert kept(desk) == {CALL: {"note": "and more"}}


def _let_in(server: Server, database: str, yes: bool) -> None:
    with psycopg.connect(
        host=str(server.folder), dbname="postgres", user="postgres", autocommit=True
    ) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(
                sql.Identifier(database), sql.Literal(yes)
            )
        )
        if not yes:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (database,)
            )


# --- any order of it all --------------------------------------------------------------------------------------------

_KEYS = st.sampled_from([CALL, NEW, DraftKey("call", Subject.CHECK_IN, 8)])
_PEOPLE = st.sampled_from(["alex", "sam"])


class Desks(RuleBasedStateMachine):
    """Two people at two desks of one clinic; what each is offered is what each kept last."""

    template: Path

    @initialize()
    def found(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cd-drafts-"))
        shutil.copytree(self.template, self.folder / "clinic")
        self.config = Config(self.folder / "clinic")
        self.clock = SetClock(MONDAY_EIGHT)
        self.passwords = {"alex": ALEX, "sam": SAM}
        self.expected: dict[str, dict[DraftKey, Fields]] = {"alex": {}, "sam": {}}
        self.full = False
        self.desks: dict[str, Desk] = {}
        for login in self.passwords:
            self._sign_in(login)

    def _sign_in(self, login: str) -> None:
        self.desks[login] = signin.sign_in(self.config, login, self.passwords[login], clock=self.clock)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        if self.full:
            with nothing_can_be_written():
                yield
        else:
            yield

    @rule(login=_PEOPLE, key=_KEYS, note=st.text(max_size=5))
    def keep(self, login: str, key: DraftKey, note: str) -> None:
        with self._disk():
            drafts.keep(self.desks[login], key, {"note": note})
        self.expected[login][key] = {"note": note}

    @rule(login=_PEOPLE, key=_KEYS)
    def throw_away(self, login: str, key: DraftKey) -> None:
        with self._disk():
            drafts.throw_away(self.desks[login], key)
        self.expected[login].pop(key, None)

    @rule()
    def the_disk_fills_or_has_room_again(self) -> None:
        self.full = not self.full

    @rule(seconds=st.integers(-2, 100))
    def time_passes(self, seconds: int) -> None:
        self.clock.at += timedelta(seconds=seconds)

    @precondition(lambda self: not self.full)
    @rule(login=_PEOPLE)
    def lock_and_unlock(self, login: str) -> None:
        self.desks[login] = signin.unlock(self.desks[login], self.passwords[login])

    @precondition(lambda self: not self.full)
    @rule(login=_PEOPLE)
    def sign_out_and_in(self, login: str) -> None:
        self.desks[login].database.close()
        self._sign_in(login)

    @precondition(lambda self: not self.full)
    @rule(login=_PEOPLE)
    def take_a_new_password(self, login: str) -> None:
        new = f"{self.passwords[login]}+"
        users.set_own_password(self.desks[login], self.passwords[login], new)
        self.passwords[login] = new

    @invariant()
    def everybody_is_offered_their_own(self) -> None:
        with self._disk():
            for login, desk in getattr(self, "desks", {}).items():
                assert kept(desk) == self.expected[login]

    def teardown(self) -> None:
        for desk in getattr(self, "desks", {}).values():
            desk.database.close()
        shutil.rmtree(getattr(self, "folder", ""), ignore_errors=True)


def test_in_any_order_what_was_kept_last_is_what_is_offered(founded_once: Path) -> None:
    class Here(Desks):
        template = founded_once

    run_state_machine_as_test(Here, settings=settings(max_examples=5, stateful_step_count=20))
