"""Where a brace order may go, and what an order may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.brace import BraceDraft, BraceStatus, next_statuses
from clinicdesk.domain.ids import PatientId
from clinicdesk.errors import BadInput

DRAFT = BraceDraft(
    patient_id=PatientId(1), hcpcs="L0464", weeks=12, wear_rule="Upright.", ordered_on=date(2026, 11, 20)
)
LIFE = [status for status in BraceStatus if status is not BraceStatus.CANCELLED]


@given(st.lists(st.integers(0, 8), max_size=12))
def test_however_steps_are_chosen_an_order_goes_forward_and_through_delivery(choices: list[int]) -> None:
    status, been = BraceStatus.PRESCRIBED, [BraceStatus.PRESCRIBED]
    for choice in choices:
        offered = next_statuses(status)
        if not offered:
            break
        status = offered[choice % len(offered)]
        been.append(status)
    steps = [LIFE.index(one) for one in been if one is not BraceStatus.CANCELLED]
    assert steps == sorted(set(steps))
    if max(steps) > LIFE.index(BraceStatus.DELIVERED):
        assert BraceStatus.DELIVERED in been
    assert status.is_over == (next_statuses(status) == ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weeks", 0),
        ("weeks", 105),
        ("quantity", 0),
        ("quantity", 10),
        ("wear_rule", "  "),
        ("wear_rule", "x" * 501),
        ("diagnosis", "x" * 201),
        ("notes", "x" * 10_001),
    ],
)
def test_what_an_order_cannot_say_is_refused_at_its_field(field: str, value: Any) -> None:
    with pytest.raises(BadInput) as refused:
        replace(DRAFT, **{field: value})
    assert refused.value.field == field
