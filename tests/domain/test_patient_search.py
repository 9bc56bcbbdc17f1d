"""What a search means that somebody types."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.dates import DateOrder
from clinicdesk.domain.patient_search import Search, readings

TODAY = date(2026, 11, 23)
BORN = (date(1948, 2, 3), date(1948, 2, 3))
YEAR = (date(1948, 1, 1), date(1948, 12, 31))


def read(text: str) -> tuple[Search, ...]:
    return readings(text, DateOrder.MONTH_DAY_YEAR, TODAY)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Ortiz, Ro", [Search(words=("ortiz", "ro"))]),
        ("de la Cruz", [Search(words=("de", "la", "cruz"), pivot=2)]),
        ("ortiz 2/3/48", [Search(words=("ortiz",), born=BORN)]),
        ("3 feb 1948", [Search(born=BORN)]),
        ("ortiz 1948", [Search(words=("ortiz",), born=YEAR), Search(words=("ortiz",), number="1948")]),
        ("1948", [Search(number="1948"), Search(born=YEAR)]),
        ("ortiz 19", [Search(words=("ortiz",))]),
        ("ortiz 2/3/19", [Search(words=("ortiz",))]),
        ("ortiz 2/", [Search(words=("ortiz",))]),
        ("ortiz 1948-", [Search(words=("ortiz",))]),
        ("1948-02", [Search(born=(date(1948, 2, 1), date(1948, 2, 29)))]),
        ("(703) 555-0142", [Search(number="7035550142")]),
        ("MRN: h-7", [Search(code="H-7")]),
        ("2/3/", []),
    ],
)
def test_what_is_meant(text: str, meant: list[Search]) -> None:
    assert list(read(text)) == meant


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    for search in read(text):
        assert not search.words or 0 <= search.pivot < len(search.words)
