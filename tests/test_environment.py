"""What the program stands on is what it was built for: versions, the reference counts of Qt's bindings, the wheel."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import sqlcipher3.dbapi2
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = ("requirements.lock", "requirements-dev.lock")


class _Bell(QObject):
    rung = Signal(bool)


def test_calls_into_qt_leave_reference_counts_alone(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on Python 3.11 drops one reference to None or True a call, until the interpreter aborts."""
    widget = QWidget()
    qtbot.addWidget(widget)
    bell = _Bell()
    none, true = sys.getrefcount(None), sys.getrefcount(True)
    for _call in range(1_000):
        widget.update()
    for _emit in range(5_000):
        bell.rung.emit(True)
    assert abs(sys.getrefcount(None) - none) < 100
    assert abs(sys.getrefcount(True) - true) < 100


def test_the_sqlite_inside_has_no_wal_fault() -> None:
    """Before 3.51.3 a checkpoint at the wrong moment corrupted the file."""
    assert tuple(map(int, sqlcipher3.dbapi2.sqlite_version.split("."))) >= (3, 51, 3)
    connection = sqlcipher3.dbapi2.connect(":memory:")
    try:
        assert connection.execute("PRAGMA cipher_version").fetchone()
    finally:
        connection.close()


def _locked(lock: str) -> dict[str, Requirement]:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    found = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_installed_is_what_the_lock_says(lock: str) -> None:
    wrong = {
        name: importlib.metadata.version(name)
        for name, requirement in _locked(lock).items()
        if (requirement.marker is None or requirement.marker.evaluate())
        and not requirement.specifier.contains(importlib.metadata.version(name))
    }
    assert wrong == {}


@pytest.mark.parametrize(("lock", "extra"), [(LOCKS[0], ""), (LOCKS[1], "dev")])
def test_the_lock_is_within_the_bounds(lock: str, extra: str) -> None:
    """A bound changed without `make lock` shows here."""
    locked = _locked(lock)
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"].get(extra, [])]
    for requirement in map(Requirement, wanted):
        pin = next(iter(locked[canonicalize_name(requirement.name)].specifier)).version
        assert requirement.specifier.contains(pin), f"{requirement} but {lock} has {pin}"


def test_both_locks_agree() -> None:
    """The checks run on exactly the versions that the program ships with."""
    development = _locked(LOCKS[1])
    assert {name: development[name].specifier for name in _locked(LOCKS[0])} == {
        name: requirement.specifier for name, requirement in _locked(LOCKS[0]).items()
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_registry_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|file:|@ ", text)
    assert not re.search(r"(^|\s)[/~]", text)
    requirements = len(re.findall(r"(?m)^[a-z0-9]", text))
    assert len(re.findall(r"(?m)^[a-z0-9].* \\\n    --hash=sha256:[0-9a-f]{64}", text)) == requirements


def test_every_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("dependencies = [")
    block = lines[start + 1 : lines.index("]", start)]
    for before, line in zip(["", *block], block, strict=False):
        if line.strip().startswith('"'):
            assert before.strip().startswith("#"), f"no reason above {line.strip()}"


# Brought along for what it does by being there, not for being imported.
_NEVER_IMPORTED = {"psycopg", "qtawesome", "tzdata"}


def test_every_dependency_is_used() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "clinicdesk").rglob("*.py"))
    imported = set(re.findall(r"(?m)^\s*(?:from|import) (\w+)", source))
    provides: dict[str, set[str]] = {}
    for module, distributions in importlib.metadata.packages_distributions().items():
        for distribution in distributions:
            provides.setdefault(canonicalize_name(distribution), set()).add(module)
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    unused = {name for name in declared - _NEVER_IMPORTED if not provides.get(name, set()) & imported}
    assert unused == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_resources(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {
        f"clinicdesk/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "clinicdesk/resources/fonts/NotoSans-Regular.ttf" in expected
    assert expected <= names
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "clinicdesk").rglob("*.py")}
    assert code <= names
    assert not {name for name in names if name.startswith(("tests/", "scripts/"))}


def test_the_installed_program_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    asked = "from clinicdesk.config import resources_dir; print(resources_dir())"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(done.stdout.strip()) == tmp_path / "clinicdesk" / "resources"


def test_the_shipped_fonts_are_static_and_whole() -> None:
    """The PDF library reads static TrueType outlines; a Vietnamese or Polish name must not print as boxes."""
    from fontTools.ttLib import TTFont

    for weight in ("Regular", "Bold"):
        path = ROOT / "resources" / "fonts" / f"NotoSans-{weight}.ttf"
        assert path.stat().st_size < 700_000
        with TTFont(path) as font:
            assert "glyf" in font
            assert "fvar" not in font
            letters = set(font.getBestCmap())
        assert letters >= set(map(ord, "Łukasz Żółć Ørsted Šimůnková Nguyễn Thị Đỗ Ưởng Ελένη Ёжиков"))
