"""A clinic is made whole, or not at all."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clinicdesk.clock import SetClock
from clinicdesk.config import Config
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, ClinicDeskError, DiskFull, FolderNotWritable
from clinicdesk.services import founding
from clinicdesk.services.founding import ClinicStands, FirstAdministrator, Unit, found
from clinicdesk.storage import audit, clinic, files, keys, resources, users
from tests.helpers.clinics import FACTS, MONDAY_EIGHT

ADMIN = FirstAdministrator(login="Alex", full_name="Alex Admin", password="a long enough password")
UNITS = (Unit(ResourceKind.ROOM, "Room 1"), Unit(ResourceKind.SURGEON, "Dr Lin"))


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgresql)])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    url = request.getfixturevalue("postgres_url") if request.param == "server" else None
    return Config(tmp_path / "clinic", url)


@pytest.fixture
def in_file(tmp_path: Path) -> Config:
    return Config(tmp_path / "clinic")


@pytest.fixture(autouse=True)
def _no_litter(tmp_path: Path) -> Iterator[None]:
    yield
    assert [path for path in tmp_path.rglob("*") if ".founding" in path.name or path.suffix == ".part"] == []


def test_a_new_clinic_stands_with_all_that_belongs_to_it(config: Config) -> None:
    founded = found(config, FACTS, ADMIN, UNITS, clock=SetClock(MONDAY_EIGHT))
    with closing(founded.desk.database) as database, database.reading() as session:
        assert clinic.read(session) == FACTS
        assert [(u.login, u.role) for u in users.everyone(session)] == [("alex", Role.ADMINISTRATOR)]
        system = users.by_login(session, users.SYSTEM_LOGIN)
        assert system is not None
        assert system.role is Role.SYSTEM
        assert {r.name for r in resources.of_kinds(session)} == {"Room 1", "Dr Lin"}
        assert audit.head(session)[0] >= 4
        assert audit.broken_at(session) is None
    assert founded.desk.actor.login == "alex"


def test_the_folder_holds_the_file_and_the_keys_and_is_its_owners(in_file: Config) -> None:
    found(in_file, FACTS, ADMIN).desk.database.close()
    assert {p.name for p in in_file.folder.iterdir() if not p.name.endswith(".lock")} == {
        "clinic.db",
        "clinic.keys",
    }
    assert in_file.folder.stat().st_mode & 0o777 == 0o700
    assert b"SQLite format" not in in_file.file.read_bytes()[:100]


def test_a_clinic_that_stands_is_never_touched(config: Config) -> None:
    found(config, FACTS, ADMIN).desk.database.close()
    before = {p.name: p.read_bytes() for p in config.folder.iterdir()} if config.folder.is_dir() else {}
    with pytest.raises(ClinicStands):
        found(config, FACTS, ADMIN)
    assert before == ({p.name: p.read_bytes() for p in config.folder.iterdir()} if before else {})


@pytest.mark.parametrize(
    ("administrator", "units", "field"),
    [
        (FirstAdministrator(login="a b", full_name="A", password="x" * 15), UNITS, "login"),
        (FirstAdministrator(login="system", full_name="A", password="x" * 15), UNITS, "login"),
        (FirstAdministrator(login="a", full_name=" ", password="x" * 15), UNITS, "full_name"),
        (FirstAdministrator(login="a", full_name="A", password="x" * 14), UNITS, "password"),
        (ADMIN, (*UNITS, Unit(ResourceKind.ROOM, " room 1 ")), "room"),
        (ADMIN, (Unit(ResourceKind.BED, ""),), "bed"),
    ],
)
def test_bad_input_names_its_field_and_makes_nothing(
    in_file: Config, administrator: FirstAdministrator, units: tuple[Unit, ...], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        found(in_file, FACTS, administrator, units)
    assert refused.value.field == field
    assert not in_file.folder.exists()


@pytest.mark.parametrize("module", [keys, clinic, founding])
def test_a_full_disk_leaves_nothing(in_file: Config, monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    """The disk fills while the keys are written, while rows are, and while the finished files move in."""

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    name = {keys: "create", clinic: "create", founding: "_move_in"}[module]  # type: ignore[index]  # modules hash
    monkeypatch.setattr(module, name, full)
    with pytest.raises(DiskFull):
        found(in_file, FACTS, ADMIN)
    assert not in_file.folder.exists()


def test_what_lay_in_the_folder_before_stays(in_file: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    in_file.folder.mkdir()
    (in_file.folder / "notes.txt").write_text("mine")

    def fails(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(founding, "load_shipped", fails)
    with pytest.raises(RuntimeError):
        found(in_file, FACTS, ADMIN)
    assert [p.name for p in in_file.folder.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotWritable):
        found(Config(tmp_path / "file" / "below"), FACTS, ADMIN)


def test_a_lost_key_file_is_not_founded_over(in_file: Config) -> None:
    found(in_file, FACTS, ADMIN).desk.database.close()
    in_file.keys.unlink()
    before = in_file.file.read_bytes()
    with pytest.raises(ClinicDeskError):
        found(in_file, FACTS, ADMIN)
    assert in_file.file.read_bytes() == before


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    files.replace_file(tmp_path / "x", b"one")
    with pytest.raises(FolderNotWritable):
        files.replace_file(tmp_path / "missing" / "x", b"two")
    assert (tmp_path / "x").read_bytes() == b"one"
