"""Stretches of time, held against a count of every single minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.scheduling.intervals import Span, without


def at(minutes: int) -> datetime:
    return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=minutes)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 40)), max_size=4),
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 40)), max_size=4),
)
def test_taking_out_leaves_what_lies_in_none_of_them(
    open_: list[tuple[int, int]], shut: list[tuple[int, int]]
) -> None:
    spans = [Span(at(a), at(a + b)) for a, b in open_ if b]
    left = without(spans, [Span(at(a), at(a + b)) for a, b in shut])
    minutes = {m for m in range(200) if any(s.starts <= at(m) < s.ends for s in left)}
    assert minutes == {
        m
        for m in range(200)
        if any(a <= m < a + b for a, b in open_) and not any(a <= m < a + b for a, b in shut)
    }
