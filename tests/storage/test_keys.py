"""The key file: any user's password opens it, nothing else does, and no half of it is ever seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.errors import (
    BadInput,
    ClinicDeskError,
    DamagedFile,
    FolderNotWritable,
    NewerFile,
    NotAClinicFile,
    SignInRefused,
    TooManyAttempts,
)
from clinicdesk.storage import attempts, keys, recovery_key

PASSWORD = "correct horse battery staple"
OTHER = "seven green bottles on the wall"
PAPER = recovery_key.new()
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clinic.keys"


@pytest.fixture
def made(path: Path) -> keys.FileKey:
    return keys.create(path, "admin", PASSWORD, PAPER)


def set_password(path: Path, made: keys.FileKey, login: str, password: str) -> None:
    keys.set_user(path, made, login, keys.seal_for_user(made, login, password))


def test_every_slot_opens_the_same_key(path: Path, made: keys.FileKey) -> None:
    set_password(path, made, "front", OTHER)
    assert keys.open_with_password(path, "admin", PASSWORD) == made
    assert keys.open_with_password(path, "front", OTHER) == made
    assert keys.open_with_recovery(path, PAPER.lower().replace("-", " ").replace("0", "o")) == made
    assert keys.logins(path) == ("admin", "front")


def test_neither_key_nor_password_nor_recovery_key_stands_in_the_file(path: Path, made: keys.FileKey) -> None:
    content = path.read_bytes()
    for secret in (made.key, made.key.hex().encode(), PASSWORD.encode(), PAPER.encode()):
        assert secret not in content
    assert made.key.hex() not in repr(made)
    assert path.stat().st_mode & 0o777 == 0o600


def test_wrong_password_and_unknown_user_say_the_same(path: Path, made: keys.FileKey) -> None:
    with pytest.raises(SignInRefused) as wrong:
        keys.open_with_password(path, "admin", OTHER)
    with pytest.raises(SignInRefused) as unknown:
        keys.open_with_password(path, "nobody", PASSWORD)
    assert wrong.value.sentence == unknown.value.sentence


def test_a_slot_cannot_be_passed_off_as_anothers(path: Path, made: keys.FileKey) -> None:
    set_password(path, made, "front", OTHER)
    document = json.loads(path.read_text())
    document["users"]["admin"] = document["users"]["front"]
    path.write_text(json.dumps(document))
    with pytest.raises(SignInRefused):
        keys.open_with_password(path, "admin", OTHER)


def test_the_same_password_from_two_keyboards(path: Path, made: keys.FileKey) -> None:
    set_password(path, made, "renée", "Crème brûlée à Paris")  # composed
    decomposed = "Cre\u0300me bru\u0302le\u0301e a\u0300 Paris"
    assert keys.open_with_password(path, "renée", decomposed) == made


def test_who_is_removed_is_out(path: Path, made: keys.FileKey) -> None:
    set_password(path, made, "front", OTHER)
    keys.remove_user(path, made, "front")
    keys.remove_user(path, made, "front")
    with pytest.raises(SignInRefused):
        keys.open_with_password(path, "front", OTHER)


def test_another_recovery_key_ends_the_one_before(path: Path, made: keys.FileKey) -> None:
    fresh = recovery_key.new()
    keys.set_recovery(path, made, fresh)
    assert keys.open_with_recovery(path, fresh) == made
    with pytest.raises(SignInRefused):
        keys.open_with_recovery(path, PAPER)


def test_an_existing_key_file_is_never_replaced(path: Path, made: keys.FileKey) -> None:
    before = path.read_bytes()
    with pytest.raises(FolderNotWritable):
        keys.create(path, "other", OTHER, PAPER)
    assert path.read_bytes() == before


def test_slots_written_at_once_are_all_kept(path: Path, made: keys.FileKey) -> None:
    slot = keys.seal_for_user(made, "u0", OTHER)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: keys.set_user(path, made, f"u{n}", slot), range(24)))
    assert len(keys.logins(path)) == 25
    assert [left.name for left in path.parent.iterdir() if "part" in left.name] == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", DamagedFile),
        (b"\x00\xff\x13", DamagedFile),
        (b"[" * 100_000, DamagedFile),
        (b"{}", NotAClinicFile),
        (b'{"format": "clinicdesk-keys", "version": 2}', NewerFile),
        (b'{"format": "clinicdesk-keys", "version": 1}', DamagedFile),
    ],
)
def test_what_is_no_key_file_is_refused_and_left(
    path: Path, content: bytes, error: type[ClinicDeskError]
) -> None:
    path.write_bytes(content)
    with pytest.raises(error):
        keys.open_with_password(path, "admin", PASSWORD)
    assert path.read_bytes() == content


def test_every_truncation_is_noticed(path: Path, made: keys.FileKey) -> None:
    whole = path.read_bytes()
    for length in range(0, len(whole) - 2, 41):
        path.write_bytes(whole[:length])
        with pytest.raises((DamagedFile, NotAClinicFile)):
            keys.logins(path)


@pytest.mark.parametrize(
    "costs", [{"memory_kib": 2**31}, {"passes": 10**6}, {"lanes": 999}, {"memory_kib": 8}, {"passes": 0}]
)
def test_costs_out_of_bounds_are_not_paid(path: Path, made: keys.FileKey, costs: dict[str, int]) -> None:
    document = json.loads(path.read_text())
    document["users"]["admin"] |= costs
    path.write_text(json.dumps(document))
    with pytest.raises(DamagedFile):
        keys.open_with_password(path, "admin", PASSWORD)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_nothing(path: Path, made: keys.FileKey) -> None:
    before = path.read_bytes()
    path.parent.chmod(0o500)
    try:
        with pytest.raises(FolderNotWritable):
            set_password(path, made, "front", OTHER)
    finally:
        path.parent.chmod(0o700)
    assert path.read_bytes() == before


def test_importing_the_keys_imports_no_database() -> None:
    asked = (
        "import sys, clinicdesk.storage.keys; print('sqlalchemy' in sys.modules, 'sqlcipher3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_recovery_key_is_forty_characters_in_eight_groups() -> None:
    assert len({recovery_key.new() for _n in range(100)}) == 100
    assert [len(group) for group in recovery_key.new().split("-")] == [5] * 8


@given(place=st.integers(0, 39), letter=st.sampled_from(recovery_key.ALPHABET))
def test_one_wrong_character_is_noticed(place: int, letter: str) -> None:
    right = recovery_key.normal(PAPER)
    typed = right[:place] + letter + right[place + 1 :]
    if letter == right[place]:
        assert recovery_key.normal(typed) == right
    else:
        with pytest.raises(BadInput):
            recovery_key.normal(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "U" * 40, PAPER[:-1], PAPER + "7", "é" + PAPER],
    ids=[
        "nothing",
        "a letter it has not",
        "one short",
        "one over",
        "an accent",
    ],  # the key differs in each process
)
def test_what_cannot_be_a_recovery_key(typed: str) -> None:
    with pytest.raises(BadInput):
        recovery_key.normal(typed)


def test_pauses_begin_with_the_fifth_failure_and_double(tmp_path: Path) -> None:
    file, now = tmp_path / attempts.FILE_NAME, NOON
    for _n in range(5):
        attempts.begin(file, "front", now)
    waits = []
    for _n in range(8):
        with pytest.raises(TooManyAttempts) as refused:
            attempts.begin(file, "front", now)
        waits.append(refused.value.wait_seconds)
        now += timedelta(seconds=refused.value.wait_seconds)
        attempts.begin(file, "front", now)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    attempts.begin(file, "someone else", now)


def test_getting_in_ends_the_pause_and_what_failed_waits_to_be_told(tmp_path: Path) -> None:
    file = tmp_path / attempts.FILE_NAME
    for _n in range(3):
        attempts.begin(file, "front", NOON)
    attempts.succeeded(file, "front")
    seen = attempts.untold(file)
    assert [(f.count, f.untold) for f in seen.values()] == [(0, 2)]
    attempts.told(file, seen)
    assert not attempts.untold(file)


def test_the_clock_set_back_prolongs_no_pause(tmp_path: Path) -> None:
    file = tmp_path / attempts.FILE_NAME
    for _n in range(5):
        attempts.begin(file, "front", NOON)
    with pytest.raises(TooManyAttempts) as refused:
        attempts.begin(file, "front", NOON - timedelta(days=400))
    assert refused.value.wait_seconds == 5


def test_the_file_of_attempts_holds_no_user_name_and_may_be_garbled(tmp_path: Path) -> None:
    file = tmp_path / attempts.FILE_NAME
    attempts.begin(file, "my secret password typed here", NOON)
    assert b"secret" not in file.read_bytes()
    file.write_bytes(b"\x00 garbage")
    attempts.begin(file, "front", NOON)
    assert len(attempts.untold(file)) == 1
