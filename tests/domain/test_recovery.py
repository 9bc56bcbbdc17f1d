"""When a check-in is late, where a call stands, and what is worse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.ids import BookingId, CheckInId, PatientId
from clinicdesk.domain.pathways import Channel, shown_on
from clinicdesk.domain.recovery import (
    UNSCHEDULED,
    CallGroup,
    Closing,
    ReviewGroup,
    ReviewLine,
    WorkLine,
    check_pain,
    is_worse,
    late_before,
)
from clinicdesk.domain.redflags import Tier
from clinicdesk.errors import BadInput

START = date(2026, 1, 1)
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)


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


@pytest.mark.parametrize("score", [None, 0, 10])
def test_a_pain_score_within_its_bounds_is_taken_as_it_is(score: int | None) -> None:
    assert check_pain(score) == score


# Where a call stands


def line(**values: Any) -> WorkLine:
    fields: dict[str, Any] = {
        "check_in_id": CheckInId(1),
        "patient_id": PatientId(1),
        "booking_id": BookingId(1),
        "step_key": "day_1",
        "patient": "Rosa Ortiz",
        "birth_date": date(1948, 2, 3),
        "language": "en",
        "interpreter": False,
        "phone": "",
        "best_time": "",
        "procedure": "Kyphoplasty",
        "levels": (),
        "procedure_day": date(2026, 11, 20),
        "label": "Day 1",
        "channel": Channel.PHONE,
        "due_on": date(2026, 11, 23),
        "overdue": 0,
        "attempts": 0,
        "last_attempt": None,
        "last_outcome": None,
        "not_before": None,
    }
    return WorkLine(**(fields | values))


@pytest.mark.parametrize(
    ("values", "group"),
    [
        ({}, CallGroup.DUE),
        ({"due_on": date(2026, 11, 24)}, CallGroup.UPCOMING),
        ({"overdue": 1}, CallGroup.OVERDUE),
        ({"overdue": 1, "not_before": NOON}, CallGroup.OVERDUE),
        ({"overdue": 1, "not_before": NOON + timedelta(seconds=1)}, CallGroup.LATER),
        ({"due_on": date(2026, 11, 24), "not_before": NOON + timedelta(seconds=1)}, CallGroup.LATER),
    ],
)
def test_a_call_waits_for_its_day_and_for_the_time_that_was_agreed(
    values: dict[str, Any], group: CallGroup
) -> None:
    assert line(**values).group(NOON, date(2026, 11, 23)) is group


def test_days_count_from_the_procedure_and_a_call_without_a_step_is_unscheduled() -> None:
    assert line().day(date(2026, 11, 23)) == 3
    assert not line().is_unscheduled
    assert line(step_key=UNSCHEDULED).is_unscheduled


# The review


def reviewed(**values: Any) -> ReviewLine:
    fields: dict[str, Any] = {
        "check_in_id": CheckInId(1),
        "patient_id": PatientId(1),
        "booking_id": BookingId(1),
        "patient": "Rosa Ortiz",
        "birth_date": date(1948, 2, 3),
        "procedure": "Kyphoplasty",
        "levels": (),
        "surgeon": "",
        "label": "Day 1",
        "day": 1,
        "closed_at": NOON,
        "closing": Closing.ANSWERED,
        "tier": Tier.NONE,
        "complete": True,
        "pains": (8, 3),
        "note": "",
        "told_surgeon_at": None,
        "version": 1,
    }
    return ReviewLine(**(fields | values))


@pytest.mark.parametrize(
    ("values", "group"),
    [
        ({}, ReviewGroup.ROUTINE),
        ({"tier": None}, ReviewGroup.ROUTINE),
        ({"complete": False}, ReviewGroup.INCOMPLETE),
        ({"tier": None, "complete": False}, ReviewGroup.INCOMPLETE),
        ({"pains": (3, 5)}, ReviewGroup.WORSE),
        ({"pains": (3, 5), "complete": False}, ReviewGroup.WORSE),
        ({"pains": (3, 5), "closing": Closing.NOT_REACHED, "complete": False}, ReviewGroup.INCOMPLETE),
        ({"pains": (3, None)}, ReviewGroup.ROUTINE),
        ({"pains": ()}, ReviewGroup.ROUTINE),
        ({"pains": (3, 5), "tier": Tier.NEXT_WORKING_DAY}, ReviewGroup.FLAG),
        ({"tier": Tier.EMERGENCY, "complete": False}, ReviewGroup.FLAG),
    ],
)
def test_each_check_in_wants_the_surgeon_for_the_most_pressing_reason(
    values: dict[str, Any], group: ReviewGroup
) -> None:
    assert reviewed(**values).group is group


def test_a_score_that_was_not_given_at_this_check_in_is_not_its_own() -> None:
    assert reviewed(pains=(8, 3)).pain == 3
    assert reviewed(pains=()).pain is None
    assert reviewed(pains=(8, 3), closing=Closing.NOT_REACHED).pain is None


def test_emergencies_stand_first_then_other_flags_then_who_is_worse_then_gaps_then_the_oldest() -> None:
    in_order = [
        reviewed(tier=Tier.EMERGENCY),
        reviewed(tier=Tier.SAME_DAY),
        reviewed(tier=Tier.NEXT_WORKING_DAY),
        reviewed(tier=None, pains=(3, 5)),
        reviewed(complete=False),
        reviewed(closed_at=NOON - timedelta(hours=1)),
        reviewed(tier=None),
    ]
    assert sorted(in_order[3:] + in_order[:3], key=lambda each: each.urgency) == in_order


@pytest.mark.parametrize(("back", "late"), [(1, 0), (2, 1), (366, 365), (367, 0)])
def test_a_clinic_is_looked_back_upon_for_a_year(back: int, late: int) -> None:
    """Only the day so many days ``back`` was open: what ended on it or before is late."""
    opened = START - timedelta(days=back)
    assert late_before(START, lambda day: day == opened) == START - timedelta(days=late)
