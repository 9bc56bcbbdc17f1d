"""Bad input and bad surroundings, as real processes: one sentence, exit code 2, no traceback, nothing half-written.

What is refused inside a form (a past start, an end before it, a level that does not exist, an hour that daylight saving
skips) is tested where the form is.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from clinicdesk.config import Config
from clinicdesk.services import patients, signin
from clinicdesk.services.founding import FirstAdministrator, found
from tests.helpers.clinics import FACTS

PASSWORD = "a long enough password"
REFUSED, STOPPED = 2, 130
HEADER = "First name,Last name,Birth date,Allergies\n"
ROW = "Rosa,Ortiz,1948-02-03,\n"


@pytest.fixture(scope="session")
def _founded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    administrator = FirstAdministrator(login="alex", full_name="Alex Admin", password=PASSWORD)
    found(Config(folder), FACTS, administrator).desk.database.close()
    return folder


@pytest.fixture
def folder(_founded_once: Path, tmp_path: Path) -> Path:
    shutil.copytree(_founded_once, tmp_path / "clinic")
    return tmp_path / "clinic"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text(HEADER + ROW)
    return file


def _command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "clinicdesk", *map(str, arguments)]


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLINICDESK_")}
    return kept | {"CLINICDESK_USER": "alex", "CLINICDESK_PASSWORD": PASSWORD} | more


def _run(
    command: Sequence[str], before: Callable[[], None] | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=_environment(**environment),
        stdin=subprocess.DEVNULL,
        preexec_fn=before,
        check=False,
        timeout=100,
    )


def _refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on standard error."""
    assert (done.returncode, done.stdout) == (REFUSED, ""), done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr.strip()


def _import(file: Path, folder: Path) -> list[str]:
    return _command("import", "patients", file, "--data", folder)


def _as_anyone(command: list[str]) -> list[str]:
    """So that permissions count: root may write anywhere, until it gives that up."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--", *command]


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def _registered(folder: Path) -> int:
    desk = signin.sign_in(Config(folder), "alex", PASSWORD)
    try:
        return patients.count(desk)
    finally:
        desk.database.close()


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_that_may_not_be_written_to(folder: Path, rows: Path, mode: int) -> None:
    before = _contents(folder)
    folder.chmod(mode)
    try:
        importing = _refused(_run(_as_anyone(_import(rows, folder))))
        making = _refused(_run(_as_anyone(_command("demo", "--patients", "5", "--data", folder / "new"))))
    finally:
        folder.chmod(0o700)
    for sentence in (importing, making):
        assert str(folder) in sentence
        assert "Nothing was changed." in sentence
    assert _contents(folder) == before


@pytest.mark.parametrize("length", [1, 4096, 200_000])
def test_a_file_that_is_cut_short(folder: Path, rows: Path, length: int) -> None:
    file = folder / "clinic.db"
    cut = file.read_bytes()[:length]
    file.write_bytes(cut)
    assert "Restore the last backup." in _refused(_run(_import(rows, folder))).replace("restore", "Restore")
    assert file.read_bytes() == cut


def test_a_key_file_of_another_clinic(folder: Path, rows: Path, tmp_path: Path) -> None:
    administrator = FirstAdministrator(login="alex", full_name="Alex Admin", password=PASSWORD)
    found(Config(tmp_path / "other"), FACTS, administrator).desk.database.close()
    shutil.copy(tmp_path / "other" / "clinic.keys", folder)
    before = (folder / "clinic.db").read_bytes()
    assert "its key does not belong to it" in _refused(_run(_import(rows, folder)))
    assert (folder / "clinic.db").read_bytes() == before


def test_a_disk_that_fills_up_while_importing(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text(HEADER + "".join(f"Rosa,Ortiz{n},1948-02-03,{'x' * 900}\n" for n in range(3_000)))

    def no_more_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    sentence = _refused(_run(_import(file, folder), before=no_more_room))
    assert "Nothing was" in sentence or "before stands" in sentence
    assert _registered(folder) % 200 == 0  # whole batches, and the file is sound


def test_rows_that_cannot_be_and_the_one_that_can(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(
        HEADER
        + f"{'R' * 100_000},Ortiz,1948-02-03,\n"
        + f"Bob,Lee,1949-01-01,{'y' * 100_000}\n"
        + "Tim,New,2999-01-01,\n"
        + "Eve,Old,1849-01-01,\n"
        + "Ann\n"
        + '"<img src=""/etc/passwd""/>",Doe,1950-05-05,\n'
    )
    done = _run(_import(file, folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()[:5]] == [f"line {n}" for n in range(2, 7)]
    assert "1 patient was added. 5 rows could not be taken over." in done.stdout
    desk = signin.sign_in(Config(folder), "alex", PASSWORD)
    try:
        assert [one.name for one in patients.find(desk, "doe")] == ['<img src="/etc/passwd"/> Doe']
    finally:
        desk.database.close()


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"Name\nRosa\n", HEADER.encode(), b"\x89PNG\r\n\x1a\n\0\0"]
)
def test_a_file_that_is_no_list_of_patients(folder: Path, rows: Path, content: bytes) -> None:
    rows.write_bytes(content)
    assert "This is no list of patients" in _refused(_run(_import(rows, folder)))


def test_an_import_that_is_stopped_keeps_whole_batches(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text(HEADER + "".join(f"Rosa,Ortiz{n},1948-02-03,\n" for n in range(60_000)))
    process = subprocess.Popen(
        _import(file, folder),
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    journal = folder / "clinic.db-wal"
    until = time.monotonic() + 60
    while not (journal.exists() and journal.stat().st_size > 500_000) and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (STOPPED, "", "Stopped. What was saved before stands.\n")
    assert _registered(folder) % 200 == 0
    assert _registered(folder) < 60_000


@pytest.mark.parametrize("address", ["clinic", "sqlite:///clinic.db", "mysql://kim:secret@host/clinic"])
def test_an_address_of_no_postgresql_server(folder: Path, rows: Path, address: str) -> None:
    sentence = _refused(_run(_import(rows, folder), CLINICDESK_DATABASE=address))
    assert "CLINICDESK_DATABASE names no PostgreSQL server." in sentence
    assert "secret" not in sentence
