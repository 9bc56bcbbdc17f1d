"""Lanes and clusters, held against an oracle that compares every pair."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.scheduling.layout import Placement, Span, clusters, lay_out

MORNING = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


def span(start: int, end: int, key: str) -> Span[str]:
    """A span in minutes from the morning."""
    return Span(MORNING + timedelta(minutes=start), MORNING + timedelta(minutes=end), key)


@st.composite
def columns(draw: st.DrawFn) -> list[Span[str]]:
    """Up to 25 cases in five-minute steps, crowded enough to overlap in every way."""
    pairs = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 24)), max_size=25))
    return [span(5 * start, 5 * (start + length), f"case {n}") for n, (start, length) in enumerate(pairs)]


def overlap(one: Span[str], other: Span[str]) -> bool:
    return one.start < other.end and other.start < one.end


def oracle_clusters(spans: list[Span[str]]) -> set[frozenset[str]]:
    """Connected components of "overlaps", by joining every pair."""
    groups = [{each.key} for each in spans]
    for one, other in combinations(spans, 2):
        if overlap(one, other):
            mine = next(group for group in groups if one.key in group)
            theirs = next(group for group in groups if other.key in group)
            if mine is not theirs:
                mine |= theirs
                groups.remove(theirs)
    return {frozenset(group) for group in groups}


@given(columns())
def test_clusters_are_the_connected_overlaps(spans: list[Span[str]]) -> None:
    assert {frozenset(each.key for each in group) for group in clusters(spans)} == oracle_clusters(spans)


@given(columns())
def test_overlapping_cases_never_share_a_lane_and_stay_inside_their_cluster(spans: list[Span[str]]) -> None:
    placed = lay_out(spans)
    assert placed.keys() == {each.key for each in spans}
    assert all(0 <= at.lane < at.lanes for at in placed.values())
    for one, other in combinations(spans, 2):
        if overlap(one, other):
            assert placed[one.key].lane != placed[other.key].lane
            assert placed[one.key].lanes == placed[other.key].lanes


@given(columns())
def test_a_cluster_has_as_many_lanes_as_cases_there_at_once(spans: list[Span[str]]) -> None:
    placed = lay_out(spans)
    for group in clusters(spans):
        at_once = max(sum(other.start <= each.start < other.end for other in group) for each in group)
        assert {placed[each.key].lanes for each in group} == {at_once}


@given(columns())
def test_every_case_takes_the_lowest_lane_free_at_its_start(spans: list[Span[str]]) -> None:
    placed = lay_out(spans)
    for each in spans:
        lower = {placed[other.key].lane for other in spans if other.start <= each.start < other.end}
        assert set(range(placed[each.key].lane)) <= lower


@given(columns(), st.randoms(use_true_random=False))
def test_the_order_the_cases_come_in_never_shows(spans: list[Span[str]], random: Random) -> None:
    shuffled = list(spans)
    random.shuffle(shuffled)
    assert lay_out(shuffled) == lay_out(spans)


def test_back_to_back_cases_keep_the_whole_width() -> None:
    day = [span(0, 60, "a"), span(60, 90, "b"), span(90, 180, "c")]
    assert len(clusters(day)) == 3
    assert set(lay_out(day).values()) == {Placement(0, 1)}


def test_a_lane_is_taken_again_once_it_is_free() -> None:
    day = [span(0, 60, "a"), span(30, 120, "b"), span(60, 100, "c")]
    assert lay_out(day) == {"a": Placement(0, 2), "b": Placement(1, 2), "c": Placement(0, 2)}


def test_an_empty_column_has_no_placements() -> None:
    assert lay_out([]) == {}


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_span_that_does_not_end_after_its_start_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        span(60, 60 + minutes, "a")


def test_one_key_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        lay_out([span(0, 10, "a"), span(5, 15, "a")])
    with pytest.raises(ValueError, match="same key"):
        lay_out([span(0, 10, "a"), span(15, 25, "a")])
