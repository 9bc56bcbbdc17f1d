from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.levels import (
    INTERSPACES,
    VERTEBRAE,
    Level,
    LevelKind,
    LevelRange,
    NotNeighbors,
    SpineRegion,
    UnknownLevel,
    WrongLevelKind,
    format_levels,
    in_order,
    parse_level,
    parse_levels,
    parse_range,
)
from clinicdesk.errors import BadInput

levels = st.sampled_from([*VERTEBRAE, *INTERSPACES])


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("l1", "L1"),
        (" L1 ", "L1"),
        ("t12,l1", "T12, L1"),
        ("L1 T12", "T12, L1"),
        ("L2;L1+L1", "L1, L2"),
        ("L4-5", "L4-L5"),
        ("L4/5", "L4-L5"),
        ("l4 - l5, l5\u2013s1", "L4-L5, L5-S1"),
        ("T12-L1", "T12-L1"),
        ("T12/L1", "T12-L1"),
        ("C07", "C7"),
        ("", ""),
        (" , ", ""),
    ],
)
def test_reads_what_people_type(typed: str, names: str) -> None:
    assert format_levels(parse_levels(typed)) == names


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("L7", "There is no L7. Lumbar levels are L1 to L5."),
        ("L0", "There is no L0. Lumbar levels are L1 to L5."),
        ("T13", "There is no T13. Thoracic levels are T1 to T12."),
        ("c8", "There is no C8. Cervical levels are C1 to C7."),
        ("S6", "There is no S6. Sacral levels are S1 to S5."),
        ("X1", "There is no X1. Levels begin with C, T, L or S."),
        ("L5-6", "There is no L6. Lumbar levels are L1 to L5."),
        ("S2-S3", "There is no space between S2 and S3: the sacrum is fused."),
        ("1", "“1” is not a level. Write a vertebra such as L1, or a space such as L4-L5."),
        ("L٣", "“L٣” is not a level. Write a vertebra such as L1, or a space such as L4-L5."),
    ],
)
def test_a_level_that_does_not_exist_is_named(typed: str, sentence: str) -> None:
    with pytest.raises(UnknownLevel) as caught:
        parse_levels(typed)
    assert caught.value.sentence == sentence
    assert caught.value.field == "levels"


@pytest.mark.parametrize("typed", ["L1-L3", "L1-L1", "L5-L4", "L1-S1"])
def test_a_space_lies_between_neighbors(typed: str) -> None:
    with pytest.raises(NotNeighbors):
        parse_levels(typed)


def test_vertebrae_and_interspaces_are_not_mixed_up() -> None:
    with pytest.raises(WrongLevelKind) as caught:
        parse_levels("L4-L5", LevelKind.VERTEBRAE)
    assert caught.value.sentence.endswith("Name the vertebrae: L4, L5.")
    with pytest.raises(WrongLevelKind):
        parse_levels("L4", LevelKind.INTERSPACES)
    with pytest.raises(WrongLevelKind):
        parse_levels("L4", LevelKind.NONE)


def test_a_long_wrong_text_is_quoted_short() -> None:
    with pytest.raises(UnknownLevel) as caught:
        parse_level("x" * 10_000)
    assert len(caught.value.sentence) < 120


def test_the_spine_is_whole() -> None:
    assert len(VERTEBRAE) == 7 + 12 + 5 + 5
    assert str(INTERSPACES[0]) == "C1-C2"
    assert str(INTERSPACES[-1]) == "S1-S2"
    assert parse_level("T12-L1").region is SpineRegion.THORACIC
    for place in (-1, 57, 58, 2 * VERTEBRAE.index(parse_level("S2")) + 1):
        with pytest.raises(UnknownLevel):
            Level(place)


def test_cement_is_allowed_from_t5_to_l5() -> None:
    allowed = parse_range("T5\u2013L5")
    assert str(allowed) == "T5-L5"
    assert parse_level("T5") in allowed
    assert parse_level("L5") in allowed
    assert parse_level("T4") not in allowed
    assert parse_level("S1") not in allowed
    assert parse_level("L4-L5") in allowed
    assert parse_level("L5-S1") not in allowed
    assert len(allowed.of(LevelKind.VERTEBRAE)) == 13
    assert len(allowed.of(LevelKind.INTERSPACES)) == 12
    assert allowed.of(LevelKind.NONE) == ()


@pytest.mark.parametrize("text", ["L5-T5", "T5", "T5-L5-S1", "", "T5-L9", "T5/L5"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_range(text)


def test_a_range_ends_at_vertebrae() -> None:
    with pytest.raises(WrongLevelKind):
        LevelRange(parse_level("L4-L5"), parse_level("L5"))


@given(levels)
def test_every_level_is_read_back_from_its_name(level: Level) -> None:
    assert parse_level(str(level)) == level
    assert parse_level(str(level).lower()) == level


@given(st.lists(levels))
def test_order_is_from_the_skull_down_and_each_once(some: list[Level]) -> None:
    ordered = in_order(some)
    assert set(ordered) == set(some)
    assert all(
        upper.vertebrae <= lower.vertebrae and upper != lower for upper, lower in itertools.pairwise(ordered)
    )
    assert parse_levels(format_levels(some)) == ordered


@given(st.text(max_size=40))
def test_any_text_is_levels_or_bad_input(text: str) -> None:
    with contextlib.suppress(BadInput):
        read = parse_levels(text)
        assert parse_levels(format_levels(read)) == read
