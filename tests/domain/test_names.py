"""Names as they are compared: folding, the words of compound names, one slip of the finger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.names import (
    fold,
    name_keys,
    near,
    similar,
    typo_probes,
    typo_rows,
    within_one,
)

LETTERS = st.text("abcdefg", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("José", "jose"),
        ("Weiß", "weiss"),
        ("Łukasz Đặng", "lukasz dang"),
        ("Ørsted Åse", "orsted ase"),
        ("O'Brien", "obrien"),
        ("O\u2019Brien", "obrien"),
        ("Smith-Jones", "smith jones"),
        ("de  la Cruz ", "de la cruz"),
        ("Gómez206", "gomez206"),
        ("\u0130brahim I\u015f\u0131k", "ibrahim isik"),
        ('<img src="/etc/passwd"/>', "img src etc passwd"),
        ("王小明", "王小明"),
        ("---", ""),
    ],
)
def test_folding(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert "%" not in once
    assert "_" not in once


def test_a_compound_name_has_a_way_in_by_each_of_its_words() -> None:
    ways = {(key.word, key.mate) for key in name_keys("María Carmen", "de la Cruz")}
    assert {("carmen", "cruz"), ("cruz", "maria"), ("delacruz", "maria"), ("la", "cruz")} <= ways
    leads = [key.word for key in name_keys("María Carmen", "de la Cruz") if key.lead]
    assert sorted(leads) == sorted({"maria", "carmen", "de", "la", "cruz", "delacruz"})


def test_a_single_name_and_a_doubled_one_have_keys_too() -> None:
    assert [(key.word, key.mate) for key in name_keys("-", "Suharto")] == [("suharto", "")]
    assert len(name_keys("Jan Jan", "Jan")) == len(
        {(k.word, k.mate, k.of_family) for k in name_keys("Jan Jan", "Jan")}
    )


def _slips(a: str, b: str) -> int:
    """Optimal string alignment by the book: the oracle."""
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            least = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                least = min(least, rows[i - 2][j - 2] + 1)
            rows[i][j] = least
    return rows[-1][-1]


@given(LETTERS, LETTERS)
def test_one_slip_is_what_the_book_says(a: str, b: str) -> None:
    assert within_one(a, b) == (_slips(a, b) <= 1)


@given(LETTERS, LETTERS)
def test_near_is_one_slip_from_a_beginning(typed: str, name: str) -> None:
    if len(typed) >= 4:
        assert near(typed, name) == any(_slips(typed, name[:n]) <= 1 for n in range(len(name) + 1))
    elif len(typed) == 3:
        assert near(typed, name) == (_slips(typed, name) <= 1)
    else:
        assert not near(typed, name)


@given(LETTERS, LETTERS)
def test_whatever_is_near_shares_a_variant(typed: str, name: str) -> None:
    """No typo within the promise is missed by the dictionary."""
    if len(name) > 1 and near(typed, name):
        found = {target for variant, target in typo_rows([name]) if variant in typo_probes(typed)}
        assert any(near(typed, target) and name.startswith(target) for target in found)


@pytest.mark.parametrize(
    ("mine", "theirs", "alike"),
    [
        (("Rosa", "Ortiz"), ("Rosa", "Ortis"), True),
        (("Rosa", "Ortiz"), ("Rosa María", "Ortiz López"), True),
        (("R", "Ortiz"), ("Rosa", "Ortiz"), True),
        (("Ortiz", "Rosa"), ("Rosa", "Ortiz"), True),
        (("Rosa", "Ortiz"), ("Luis", "Ortiz"), False),
        (("Kim", "Lee"), ("Kim", "Lea"), False),
    ],
)
def test_similar_names(mine: tuple[str, str], theirs: tuple[str, str], alike: bool) -> None:
    assert similar(*mine, *theirs) is alike
