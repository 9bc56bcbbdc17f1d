"""The command line, as real processes: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clinicdesk import __version__
from clinicdesk.bootstrap import demo_users
from clinicdesk.config import Config
from clinicdesk.services import clinic, patients, signin
from clinicdesk.services.founding import FirstAdministrator, found
from tests.helpers.clinics import FACTS

PASSWORD = "a long enough password"
REFUSED = 2


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


@dataclass(frozen=True)
class _Demo:
    """A demo clinic that the command line made, and what it printed."""

    folder: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def _demo_once(tmp_path_factory: pytest.TempPathFactory) -> _Demo:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    return _Demo(folder, _run("demo", "--data", folder, "--patients", "40"))


@pytest.fixture
def demo_made(_demo_once: _Demo, tmp_path: Path) -> _Demo:
    shutil.copytree(_demo_once.folder, tmp_path / "demo")
    return _Demo(tmp_path / "demo", _demo_once.done)


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLINICDESK_")}
    return kept | {"CLINICDESK_USER": "alex", "CLINICDESK_PASSWORD": PASSWORD} | more


def _run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clinicdesk", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=_environment(**environment),
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=100,
    )


def _refused(done: subprocess.CompletedProcess[str]) -> str:
    """One sentence on standard error, no traceback, exit code 2; gives the sentence."""
    assert done.returncode == REFUSED, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr.strip()


def test_version_and_help() -> None:
    assert _run("--version").stdout == f"ClinicDesk {__version__}\n"
    words = _run("--help")
    assert words.returncode == 0
    for name in ("demo", "import", "slots", "--data", "CLINICDESK_USER", "CLINICDESK_DATABASE"):
        assert name in words.stdout


@pytest.mark.parametrize(
    "arguments", [["fly"], ["import"], ["import", "patients"], ["demo", "--patients", "x"]]
)
def test_what_it_does_not_know_is_said(arguments: list[str]) -> None:
    done = _run(*arguments)
    assert done.returncode == REFUSED
    assert "usage: clinicdesk" in done.stderr
    assert "Traceback" not in done.stderr


def test_patients_are_imported_once(folder: Path, data_dir: Path) -> None:
    file = data_dir / "synthea" / "patients.csv"
    first = _run("import", "patients", file, "--data", folder)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == "1171 patients were added.\n171 of them have died.\n"
    again = _run("--data", folder, "import", "patients", file)
    assert again.stdout.startswith("0 patients were added. 1171 were here already.")
    desk = signin.sign_in(Config(folder), "alex", PASSWORD)
    assert patients.count(desk) == 1171
    desk.database.close()


def test_a_bad_row_is_told_with_its_line_and_the_rest_goes_in(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "First name,Last name,Birth date,Sex\nRosa,Ortiz,1948-02-03,F\nSam,Lee,2999-01-01,M\nEva,Novak,1950-05-05,F\n"
    )
    done = _run("import", "patients", file, "--data", folder)
    assert done.returncode == 0
    assert done.stdout.startswith("line 3: ")
    assert "2 patients were added. 1 row could not be taken over." in done.stdout


def test_bad_input_is_a_sentence(folder: Path, tmp_path: Path, data_dir: Path) -> None:
    patients_csv = data_dir / "synthea" / "patients.csv"
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert "cannot be read" in _refused(_run("import", "patients", tmp_path / "none.csv", "--data", folder))
    _refused(_run("import", "patients", picture, "--data", folder))
    assert "There is no clinic in" in _refused(
        _run("import", "patients", patients_csv, "--data", tmp_path / "no")
    )
    assert not (tmp_path / "no").exists()


def test_who_is_asked_and_a_wrong_password_slows_down(folder: Path, data_dir: Path) -> None:
    command = ("import", "patients", data_dir / "synthea" / "patients.csv", "--data", folder)
    assert "CLINICDESK_PASSWORD" in _refused(_run(*command, CLINICDESK_PASSWORD=""))
    for _n in range(5):
        assert "do not belong together" in _refused(_run(*command, CLINICDESK_PASSWORD="not the password"))
    assert "Too many wrong passwords" in _refused(_run(*command))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("clinic.keys", b"", "The key file clinic.keys is damaged."),
        ("clinic.keys", b"{}", "clinic.keys is not a ClinicDesk key file."),
        ("clinic.db", b"", "clinic.db is cut short."),
        ("clinic.db", b"SQLite format 3\0" * 1024, "no ClinicDesk file, or its key does not belong to it"),
    ],
)
def test_a_damaged_clinic_is_said_and_left(
    folder: Path, data_dir: Path, name: str, content: bytes, words: str
) -> None:
    (folder / name).write_bytes(content)
    done = _run("import", "patients", data_dir / "synthea" / "patients.csv", "--data", folder)
    assert words in _refused(done)
    assert (folder / name).read_bytes() == content


def test_a_demo_clinic_and_who_can_sign_in_to_it(demo_made: _Demo) -> None:
    folder, done = demo_made.folder, demo_made.done
    assert (done.returncode, done.stderr) == (0, "")
    login, password = done.stdout.splitlines()[1].split(maxsplit=1)
    password = password.rpartition("  ")[0].strip()
    desk = signin.sign_in(Config(folder), login, password)
    assert clinic.facts(desk).demo
    assert patients.count(desk) == 40
    desk.database.close()
    assert "There is a clinic in" in _refused(_run("demo", "--data", folder))


def test_a_demo_is_never_made_over_a_clinic(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert "It was left as it is" in _refused(_run("demo", "--data", folder))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_demo_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written to" in _refused(_run("demo", "--data", tmp_path / "file" / "below"))
    assert "1 to 1,000,000" in _refused(_run("demo", "--data", tmp_path / "new", "--patients", "0"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_demo_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "clinicdesk", "demo", "--data", str(tmp_path / "demo"), "--patients", "20000"],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not list(tmp_path.glob("demo/.making-demo/clinic.db")) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "Stopped. What was saved before stands.\n")
    assert list(tmp_path.iterdir()) == []


def test_without_a_display_it_says_how_to_see_it(folder: Path) -> None:
    for display in ({"DISPLAY": ""}, {"DISPLAY": ":87"}):
        done = _run("--data", folder, QT_QPA_PLATFORM="", WAYLAND_DISPLAY="", **display)
        assert "has no display" in _refused(done)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_window_closes_when_the_terminal_asks(folder: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "clinicdesk", "--data", str(folder)],
        env=_environment(QT_QPA_PLATFORM="offscreen"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(3)
    assert process.poll() is None
    process.send_signal(number)
    _out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.postgresql
def test_the_same_on_a_server(postgres_url: str, tmp_path: Path, data_dir: Path) -> None:
    done = _run("demo", "--data", tmp_path, "--patients", "30", CLINICDESK_DATABASE=postgres_url)
    assert (done.returncode, done.stderr) == (0, "")
    who = {"CLINICDESK_USER": "sam", "CLINICDESK_PASSWORD": "clinicdesk demo sam"}
    file = data_dir / "synthea" / "patients.csv"
    done = _run("import", "patients", file, "--data", tmp_path, CLINICDESK_DATABASE=postgres_url, **who)
    assert done.stdout.startswith("1171 patients were added.")
    gone = "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"
    sentence = _refused(_run("import", "patients", file, "--data", tmp_path, CLINICDESK_DATABASE=gone))
    assert "server does not answer" in sentence
    assert "secret" not in sentence


def test_slots_names_times_with_their_units_and_says_why_not(demo_made: _Demo) -> None:
    folder = demo_made.folder
    user = demo_users.read(folder)[0]
    first = datetime.now(UTC).date() + timedelta(days=1)

    def slots(*more: str) -> subprocess.CompletedProcess[str]:
        case = ("--procedure", "kyphoplasty", "--levels", "L1", "--from", first.isoformat())
        who = {"CLINICDESK_USER": user.login, "CLINICDESK_PASSWORD": user.password}
        return _run("slots", *case, *more, "--data", folder, **who)

    season = ("--to", (first + timedelta(days=60)).isoformat(), "--limit", "3")
    told = slots("--sedation", "moderate", "--stay", "home", *season, "--json")
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert len(answer["slots"]) == 3
    best = answer["slots"][0]
    assert set(best["units"]) == {"surgeon", "room", "c_arm", "nurse", "bay"}
    assert best["starts"].endswith("Z")
    assert best["minutes"] >= 5
    exactly = json.loads(slots(*season, "--minutes", "95", "--json").stdout)
    assert {slot["minutes"] for slot in exactly["slots"]} == {95}
    assert slots(*season).stdout.startswith(" 1  ")
    assert "at most a year at a time" in _refused(slots("--to", "2036-12-01"))
    assert "is no day. Write it like" in _refused(slots("--to", "soon"))
    assert "There is no surgeon “Dr Who”. There are:" in _refused(slots(*season, "--surgeon", "Dr Who"))
    assert "no weekday" in _refused(slots(*season, "--weekdays", "mon,someday"))
    assert "levels" in slots(*season, "--levels", "L1,C9").stderr
