"""When a check-in is late, whose turn a call is, and what is worse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.pathways import shown_on
from clinicdesk.domain.recovery import check_pain, is_worse, late_before
from clinicdesk.errors import BadInput

START = date(2026, 1, 1)


@given(
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 400),
    st.integers(0, 40),
)
def test_a_check_in_is_late_when_its_last_day_and_the_next_open_day_have_passed(
    weekdays: frozenset[int], ends: int, later: int
) -> None:
    def is_open(day: date) -> bool:
        return day.weekday() in weekdays

    last = START + timedelta(days=ends)
    today = last + timedelta(days=later)
    assert (last < late_before(today, is_open)) == (shown_on(last, is_open) < today)


def test_a_clinic_that_never_opens_counts_every_day() -> None:
    assert late_before(START, lambda _day: False) == START


@pytest.mark.parametrize(
    ("pains", "worse"),
    [
        ((8, 3), False),
        ((3, 5), True),
        ((3, 4), False),
        ((None, 5), False),
        ((2, None, 4), True),
        ((9, 4, 6), True),
        ((), False),
    ],
)
def test_pain_is_worse_from_two_points_above_the_score_before(
    pains: tuple[int | None, ...], worse: bool
) -> None:
    assert is_worse(pains) is worse


@pytest.mark.parametrize("score", [-1, 11])
def test_pain_has_bounds(score: int) -> None:
    with pytest.raises(BadInput):
        check_pain(score)
