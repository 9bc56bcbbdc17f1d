"""Who gets in, who does not, and what is kept of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from clinicdesk.clock import SetClock
from clinicdesk.config import Config
from clinicdesk.domain.audit import AuditAction, AuditEvent
from clinicdesk.domain.users import Role, User
from clinicdesk.errors import (
    BadInput,
    ClinicDeskError,
    DamagedFile,
    NotAClinicFile,
    NotAllowed,
    NotFound,
    SignInRefused,
    Stale,
    TooManyAttempts,
)
from clinicdesk.services import signin, users
from clinicdesk.services.desk import Desk
from clinicdesk.services.founding import FirstAdministrator, found
from clinicdesk.storage import audit
from tests.helpers.clinics import FACTS, MONDAY_EIGHT

PASSWORD = "a long enough password"
FRONTS = "another long password"
WRONG = "quite the wrong password"


@dataclass
class Clinic:
    """A founded clinic with one more user, closed."""

    config: Config
    clock: SetClock
    recovery_key: str
    front: User
    open: list[Desk]

    def sign_in(self, login: str = "alex", password: str = PASSWORD) -> Desk:
        desk = signin.sign_in(self.config, login, password, clock=self.clock)
        self.open.append(desk)
        return desk

    def events(self) -> list[AuditEvent]:
        with self.sign_in().database.reading() as session:
            return list(audit.events(session))


@pytest.fixture(scope="session")
def _founded_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, User]:
    folder = tmp_path_factory.mktemp("founded")
    recovery_key, front = _found(Config(folder))
    return folder, recovery_key, front


def _found(config: Config) -> tuple[str, User]:
    administrator = FirstAdministrator(login="alex", full_name="Alex Admin", password=PASSWORD)
    founded = found(config, FACTS, administrator, clock=SetClock(MONDAY_EIGHT))
    try:
        front = users.add(
            founded.desk, login="Front", full_name="Sam Front", role=Role.SCHEDULER, password=FRONTS
        )
    finally:
        founded.desk.database.close()
    return founded.recovery_key, front.value


@pytest.fixture
def in_file(_founded_once: tuple[Path, str, User], tmp_path: Path) -> Iterator[Clinic]:
    folder, recovery_key, front = _founded_once
    shutil.copytree(folder, tmp_path / "clinic")
    yield from _closing(Clinic(Config(tmp_path / "clinic"), SetClock(MONDAY_EIGHT), recovery_key, front, []))


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgresql)])
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    if request.param == "file":
        yield request.getfixturevalue("in_file")
        return
    config = Config(tmp_path / "desk", request.getfixturevalue("postgres_url"))
    recovery_key, front = _found(config)
    yield from _closing(Clinic(config, SetClock(MONDAY_EIGHT), recovery_key, front, []))


def _closing(clinic: Clinic) -> Iterator[Clinic]:
    yield clinic
    for desk in clinic.open:
        desk.database.close()


def test_any_users_password_opens_the_clinic(clinic: Clinic) -> None:
    assert clinic.sign_in("ALEX ", PASSWORD).actor.role is Role.ADMINISTRATOR
    assert clinic.sign_in("front", FRONTS).actor.full_name == "Sam Front"


@pytest.mark.parametrize(
    ("login", "password"), [("alex", WRONG), ("nobody", PASSWORD), ("a b", ""), ("system", WRONG)]
)
def test_every_refusal_reads_the_same(clinic: Clinic, login: str, password: str) -> None:
    with pytest.raises(SignInRefused) as refused:
        clinic.sign_in(login, password)
    assert type(refused.value) is SignInRefused
    assert (
        refused.value.sentence == "User name and password do not belong together. Check both, then try again."
    )


@pytest.mark.parametrize("login", ["alex", "nobody"])
def test_after_five_failures_even_the_right_password_waits(clinic: Clinic, login: str) -> None:
    for _n in range(5):
        with pytest.raises(SignInRefused):
            clinic.sign_in(login, WRONG)
    with pytest.raises(TooManyAttempts) as waits:
        clinic.sign_in(login, PASSWORD)
    assert waits.value.sentence == "Too many wrong passwords. Wait 5 seconds, then try again."
    clinic.sign_in("front", FRONTS)  # nobody else waits
    clinic.clock.advance(timedelta(seconds=5))
    if login == "alex":
        clinic.sign_in()
        with pytest.raises(SignInRefused):
            clinic.sign_in(login, WRONG)  # counted from nothing again


def test_getting_in_and_failing_are_audited(clinic: Clinic) -> None:
    for _n in range(2):
        with pytest.raises(SignInRefused):
            clinic.sign_in("front", WRONG)
    events = clinic.events()
    assert events[0].action is AuditAction.SIGNED_IN
    failed = [e for e in events if e.action is AuditAction.SIGN_IN_FAILED]
    assert sum(int(str(e.details["count"])) for e in failed) == 2
    assert {e.subject_id for e in failed} == {clinic.front.id}
    assert len([e for e in clinic.events() if e.action is AuditAction.SIGN_IN_FAILED]) == len(failed)


def test_the_recovery_key_lets_an_administrator_set_a_password(clinic: Clinic) -> None:
    fresh = "a password nobody forgets"
    typed = clinic.recovery_key.lower().replace("-", " ")
    clinic.open.append(
        signin.sign_in_with_recovery_key(clinic.config, "alex", typed, fresh, clock=clinic.clock)
    )
    assert clinic.sign_in("alex", fresh).actor.login == "alex"
    with pytest.raises(SignInRefused):
        clinic.sign_in("alex", PASSWORD)
    with pytest.raises(SignInRefused):
        signin.sign_in_with_recovery_key(clinic.config, "front", typed, fresh, clock=clinic.clock)
    assert clinic.sign_in("front", FRONTS)


def test_a_recovery_key_is_guessed_no_faster_than_a_password(clinic: Clinic) -> None:
    other = users.new_recovery_key()
    for _n in range(5):
        with pytest.raises(SignInRefused):
            signin.sign_in_with_recovery_key(clinic.config, "alex", other, FRONTS, clock=clinic.clock)
    with pytest.raises(TooManyAttempts):
        signin.sign_in_with_recovery_key(
            clinic.config, "alex", clinic.recovery_key, FRONTS, clock=clinic.clock
        )
    clinic.sign_in()


def test_another_recovery_key_ends_the_one_before(clinic: Clinic) -> None:
    fresh = users.new_recovery_key()
    admin = clinic.sign_in()
    users.replace_recovery_key(admin, fresh)
    with pytest.raises(SignInRefused):
        signin.sign_in_with_recovery_key(
            clinic.config, "alex", clinic.recovery_key, FRONTS, clock=clinic.clock
        )
    clinic.open.append(
        signin.sign_in_with_recovery_key(clinic.config, "alex", fresh, FRONTS, clock=clinic.clock)
    )


def test_who_left_does_not_get_in_until_allowed_and_given_a_password(clinic: Clinic) -> None:
    admin = clinic.sign_in()
    gone = users.change(admin, replace(clinic.front, active=False)).value
    with pytest.raises(SignInRefused):
        clinic.sign_in("front", FRONTS)
    with pytest.raises(BadInput):
        users.reset_password(admin, gone, FRONTS)
    back = users.change(admin, replace(gone, active=True)).value
    with pytest.raises(SignInRefused):
        clinic.sign_in("front", FRONTS)  # the old password is gone for good
    gone = users.change(admin, replace(back, active=False)).value
    users.let_in_again(admin, gone, FRONTS)
    clinic.clock.advance(timedelta(minutes=5))
    clinic.sign_in("front", FRONTS)


def test_the_last_administrator_stays(clinic: Clinic) -> None:
    admin = clinic.sign_in()
    (alex,) = [u for u in users.everyone(admin) if u.login == "alex"]
    for other in (replace(alex, active=False), replace(alex, role=Role.SCHEDULER)):
        with pytest.raises(NotAllowed):
            users.change(admin, other)
    second = users.change(admin, replace(clinic.front, role=Role.ADMINISTRATOR)).value
    users.change(admin, replace(alex, role=Role.SCHEDULER))
    with pytest.raises(NotAllowed):
        users.change(clinic.sign_in("front", FRONTS), replace(second, active=False))


def test_only_an_administrator_manages_users(clinic: Clinic) -> None:
    front = clinic.sign_in("front", FRONTS)
    with pytest.raises(NotAllowed):
        users.add(front, login="x", full_name="X", role=Role.ADMINISTRATOR, password=WRONG)
    with pytest.raises(NotAllowed):
        users.reset_password(front, clinic.front, WRONG)
    with pytest.raises(NotAllowed):
        users.change(front, replace(clinic.front, role=Role.ADMINISTRATOR))
    with pytest.raises(NotAllowed):
        users.replace_recovery_key(front, users.new_recovery_key())
    assert clinic.sign_in("front", FRONTS).actor.role is Role.SCHEDULER


def test_ones_own_password_is_changed_knowing_it(clinic: Clinic) -> None:
    front = clinic.sign_in("front", FRONTS)
    with pytest.raises(SignInRefused) as refused:
        users.set_own_password(front, WRONG, "a password of my own")
    assert refused.value.sentence == "This is not your password. Try again."
    users.set_own_password(front, FRONTS, "a password of my own")
    clinic.sign_in("front", "a password of my own")


def test_a_lost_update_and_a_taken_name_are_refused(clinic: Clinic) -> None:
    admin = clinic.sign_in()
    users.change(admin, replace(clinic.front, full_name="Sam Stern"))
    with pytest.raises(Stale) as stale:
        users.change(admin, replace(clinic.front, full_name="Sam Star"))
    assert "Alex Admin" in stale.value.sentence
    with pytest.raises(BadInput) as taken:
        users.add(admin, login="FRONT", full_name="X", role=Role.NURSE, password=WRONG)
    assert taken.value.field == "login"
    for npi in ("1234567890", "123456789", "x"):
        with pytest.raises(BadInput):
            users.add(admin, login="lin", full_name="Dr Lin", role=Role.SURGEON, password=WRONG, npi=npi)
    users.add(admin, login="lin", full_name="Dr Lin", role=Role.SURGEON, password=WRONG, npi="1234567893")


def test_a_locked_window_opens_for_its_own_person_with_the_role_of_now(clinic: Clinic) -> None:
    front = clinic.sign_in("front", FRONTS)
    users.change(clinic.sign_in(), replace(clinic.front, role=Role.NURSE))
    with pytest.raises(SignInRefused):
        signin.unlock(front, PASSWORD)
    assert signin.unlock(front, FRONTS).actor.role is Role.NURSE


def test_a_truncated_file_is_said_and_left(in_file: Clinic) -> None:
    whole = in_file.config.file.read_bytes()
    for length in (0, 100, len(whole) // 2, len(whole) - 1):
        in_file.config.file.write_bytes(whole[:length])
        with pytest.raises((DamagedFile, NotAClinicFile)):
            in_file.sign_in()
        assert in_file.config.file.read_bytes() == whole[:length]
    in_file.config.file.write_bytes(whole)
    for _n in range(6):
        in_file.sign_in()  # none of that counted as a wrong password


def test_another_clinics_file_is_refused(in_file: Clinic, tmp_path: Path) -> None:
    _found(Config(tmp_path / "other"))
    shutil.copyfile(tmp_path / "other" / "clinic.db", in_file.config.file)
    with pytest.raises(NotAClinicFile):
        in_file.sign_in()


def test_a_folder_without_a_clinic(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        signin.sign_in(Config(tmp_path / "nothing"), "alex", PASSWORD)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.postgresql
def test_a_server_without_a_clinic(postgres_url: str, tmp_path: Path) -> None:
    config = Config(tmp_path, postgres_url)
    assert not signin.clinic_stands(config)
    with pytest.raises(ClinicDeskError):
        signin.sign_in(config, "alex", PASSWORD)
