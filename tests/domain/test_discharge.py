"""Leaving: the worked examples of the scores, and what stands between a patient and the door."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.catalogue import Sedation
from clinicdesk.domain.discharge import (
    ALDRETE,
    PADSS,
    DischargeDetails,
    DischargeRecord,
    Missing,
    Outcome,
    Score,
    ScoreItem,
    Signature,
    aldrete,
    missing,
    padss,
)
from clinicdesk.domain.ids import BookingId, UserId
from clinicdesk.errors import BadInput

SIGNED = Signature(by=UserId(1), name="Dr Lin", at=datetime(2026, 11, 23, 15, tzinfo=UTC))


def score(items: tuple[ScoreItem, ...], *points: int) -> Score:
    return Score(items, {item.key: value for item, value in zip(items, points, strict=True)})


@pytest.mark.parametrize(
    ("points", "total", "ready"),
    [
        ((2, 2, 1, 2, 2), 9, True),
        ((2, 1, 2, 1, 2), 8, False),
        ((2, 2, 2, 2, 2), 10, True),
        ((0, 0, 0, 0, 0), 0, False),
    ],
)
def test_aldrete_worked_examples(points: tuple[int, ...], total: int, ready: bool) -> None:
    found = score(ALDRETE, *points)
    assert (found.total, found.is_ready) == (total, ready)


def test_a_line_left_out_is_not_a_zero_and_never_ready() -> None:
    found = aldrete({"activity": 2, "breathing": 2, "circulation": 2, "consciousness": 2})
    assert found.total is None
    assert not found.is_ready


@pytest.mark.parametrize("chosen", [{"activity": 3}, {"mood": 2}, {"activity": -1}])
def test_a_category_the_score_does_not_have_is_refused(chosen: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        aldrete(chosen)


def record(**values: Any) -> DischargeRecord:
    ready = {
        "aldrete": score(ALDRETE, 2, 2, 1, 2, 2),
        "padss": score(PADSS, 2, 1, 2, 2, 2),
        "details": DischargeDetails(escort_name="Ana Ortiz"),
        "taught": SIGNED,
        "order": SIGNED,
    }
    return DischargeRecord(booking_id=BookingId(1), **{**ready, **values})


def lacking(
    found: DischargeRecord, sedation: Sedation = Sedation.MODERATE, *, brace: bool = False
) -> set[Missing]:
    needs_escort = sedation is not Sedation.LOCAL
    return set(missing(found, sedation=sedation, escort_required=needs_escort, brace_waits=brace))


def test_padss_of_9_with_an_escort_passes() -> None:
    assert lacking(record()) == set()


def test_padss_of_10_without_an_escort_is_held() -> None:
    found = record(padss=score(PADSS, 2, 2, 2, 2, 2), details=DischargeDetails())
    assert lacking(found) == {Missing.ESCORT}


def test_only_the_exemption_waives_the_escort() -> None:
    found = record(
        details=DischargeDetails(escort_name="  "), exempted=SIGNED, exemption_reason="lives next door"
    )
    assert lacking(found) == set()
    assert not Missing.ESCORT.can_be_overridden


def test_local_anesthetic_alone_needs_neither_score_nor_escort() -> None:
    found = record(aldrete=aldrete(), padss=padss(), details=DischargeDetails())
    assert lacking(found, Sedation.LOCAL) == set()


def test_everything_missing_is_named_in_the_order_it_is_done() -> None:
    found = DischargeRecord(booking_id=BookingId(1))
    named = missing(found, sedation=Sedation.DEEP, escort_required=True, brace_waits=True)
    assert named == tuple(Missing)


def test_the_order_is_never_overridden() -> None:
    assert not Missing.ORDER.can_be_overridden


@given(st.dictionaries(st.sampled_from([item.key for item in PADSS]), st.integers(0, 2)))
def test_a_score_is_ready_only_when_complete_and_at_least_nine(chosen: dict[str, int]) -> None:
    found = padss(chosen)
    assert found.is_ready == (len(chosen) == len(PADSS) and sum(chosen.values()) >= 9)


def test_nobody_is_called_after_a_death_or_an_abandoned_procedure() -> None:
    assert {outcome for outcome in Outcome if not outcome.is_followed_up} == {Outcome.DIED, Outcome.ABANDONED}


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("medicines", 10_000),
        ("instructions", 10_000),
        ("blood_thinner_restart", 10_000),
        ("follow_up", 10_000),
        ("escort_name", 200),
        ("escort_phone", 200),
        ("lifting_limit", 200),
    ],
)
def test_a_text_too_long_for_a_sheet_names_its_field(field: str, most: int) -> None:
    DischargeDetails(**{field: "x" * most})  # type: ignore[arg-type] # a field by its name
    with pytest.raises(BadInput) as refused:
        DischargeDetails(**{field: "x" * (most + 1)})  # type: ignore[arg-type] # the same
    assert refused.value.field == field


def test_what_nobody_wrote_says_nothing() -> None:
    assert not DischargeDetails().opioids
    assert DischargeRecord(booking_id=BookingId(1)).version == 0


def test_who_walks_out_by_our_leave_is_checked() -> None:
    assert {outcome for outcome in Outcome if outcome.is_checked} == {Outcome.HOME, Outcome.ABANDONED}
