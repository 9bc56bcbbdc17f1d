from __future__ import annotations

import pytest

from clinicdesk.domain.diagnosis import normal_diagnosis
from clinicdesk.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", ""),
        (" m80.08xa ", "M80.08XA"),
        ("M8008XA", "M80.08XA"),
        ("M48.54XG", "M48.54XG"),
        ("M84.58XS", "M84.58XS"),
        ("S22.050B", "S22.050B"),
        ("S32.010K", "S32.010K"),
        ("M54.5", "M54.5"),
        ("C79.51", "C79.51"),
        ("M51.360", "M51.360"),
        ("R52", "R52"),
        ("U07.1", "U07.1"),
    ],
)
def test_codes_are_spelt_one_way(typed: str, code: str) -> None:
    assert normal_diagnosis(typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        *("M80.08", "M80.08X", "S22.050", "S22.050P", "M48.54XK", "M84.58XB", "M51.36", "M48.5", "S32.01"),
        *("back pain", "80.08", "M80.08XAA", "<img>", "M8O.O8XA"),
    ],
)
def test_what_a_payer_sends_back_is_refused(typed: str) -> None:
    """Incomplete codes, endings a code does not have, codes that were divided, and what is no code at all."""
    with pytest.raises(BadInput) as refused:
        normal_diagnosis(typed)
    assert refused.value.field == "diagnosis"
