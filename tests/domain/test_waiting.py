"""Whose wish a time meets, and who is called first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.preparation import CheckPoint, CheckState, PreparationItem, PreparationKey
from clinicdesk.domain.scheduling.finder import DayPart
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.waiting import (
    Fit,
    Hole,
    OfferCall,
    OfferOutcome,
    Priority,
    Unmet,
    WaitingEntry,
    Wish,
    in_list_order,
    not_ready,
    offered_last,
    rank,
    reasons,
    unmet_by,
)
from clinicdesk.errors import BadInput

ZONE = ClinicZone("America/New_York")
TEN = datetime(2026, 12, 1, 15, tzinfo=UTC)
"""Tuesday 1 December 2026, 10:00 in New York."""

days = st.dates(date(2026, 11, 1), date(2027, 1, 31))
maybe_days = st.none() | days
walls = st.builds(datetime.combine, days, st.times())


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    first, last = draw(maybe_days), draw(maybe_days)
    if first and last and last < first:
        first, last = last, first
    return Wish(
        priority=draw(st.sampled_from(Priority)),
        earliest=first,
        latest=last,
        weekdays=frozenset(draw(st.sets(st.integers(0, 6)))),
        day_part=draw(st.sampled_from(DayPart)),
        short_notice=draw(st.booleans()),
    )


def entry(number: int = 1, wish: Wish | None = None, *, minutes: int = 60) -> WaitingEntry:
    return WaitingEntry(
        booking_id=BookingId(number),
        version=1,
        state=BookingState.WAITLIST,
        patient_id=PatientId(number),
        patient="Rosa Ortiz",
        birth_date=date(1948, 2, 3),
        mrn="10233",
        procedure="Kyphoplasty",
        levels=("L1",),
        minutes=minutes,
        setup_minutes=15,
        turnover_minutes=20,
        wish=wish or Wish(),
        since=TEN - timedelta(days=23),
    )


def call(outcome: OfferOutcome, offered: datetime | None = TEN) -> OfferCall:
    return OfferCall(at=TEN, by="Sam Front", number="", outcome=outcome, offered=offered)


@st.composite
def fits(draw: st.DrawFn, number: int = 0) -> Fit:
    declined = draw(st.booleans())
    return Fit(
        entry=entry(number or draw(st.integers(1, 10_000)), draw(wishes()), minutes=draw(st.integers(5, 95))),
        starts=TEN,
        hole_minutes=130,
        waited_days=draw(st.integers(0, 400)),
        unmet=tuple(draw(st.sets(st.sampled_from(Unmet)))),
        missing=tuple(draw(st.sets(st.sampled_from(["labs missing", "imaging missing"])))),
        last_call=call(OfferOutcome.DECLINED) if declined else None,
    )


def does(wish: Wish, wall: datetime) -> bool:
    """Whether a start at this time of the clinic's clock is just what was wished for."""
    return wish.allows(wall.date()) and not wish.unmet(wall)


@given(wishes(), walls)
def test_a_wish_accepts_just_the_days_and_hours_it_names(wish: Wish, wall: datetime) -> None:
    named = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    wanted = {named[day] for day in wish.weekdays} or set(named)
    hours = {DayPart.ANY: range(24), DayPart.AM: range(12), DayPart.PM: range(12, 24)}[wish.day_part]
    expected = (
        (wish.earliest or date.min) <= wall.date() <= (wish.latest or date.max)
        and f"{wall:%a}" in wanted
        and wall.hour in hours
    )
    assert does(wish, wall) is expected


@given(wishes(), walls)
def test_wishing_more_never_makes_more_times_do(wish: Wish, wall: datetime) -> None:
    if does(wish, wall):
        assert does(replace(wish, weekdays=frozenset()), wall)
        assert does(replace(wish, day_part=DayPart.ANY, earliest=None, latest=None), wall)


def test_the_clinic_s_noon_parts_the_day_whatever_the_clocks_do() -> None:
    for day in (date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 1)):
        before, noon = ZONE.at(day, time(11, 59)), ZONE.at(day, time(12))
        morning = Wish(day_part=DayPart.AM, short_notice=True)
        assert unmet_by(morning, before, before, ZONE) == ()
        assert unmet_by(morning, noon, before, ZONE) == (Unmet.DAY_PART,)


def test_who_did_not_agree_to_short_notice_is_not_called_first_for_tomorrow() -> None:
    assert unmet_by(Wish(), TEN, TEN - timedelta(hours=47), ZONE) == (Unmet.NOTICE,)
    assert unmet_by(Wish(), TEN, TEN - timedelta(hours=48), ZONE) == ()
    assert unmet_by(Wish(short_notice=True), TEN, TEN - timedelta(hours=1), ZONE) == ()


def test_dates_that_no_day_meets_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        Wish(earliest=date(2026, 12, 2), latest=date(2026, 12, 1))
    assert refused.value.field == "latest"


@given(st.lists(fits(), unique_by=lambda fit: fit.entry.booking_id, max_size=8), st.randoms())
def test_the_ranking_keeps_everybody_and_does_not_depend_on_the_order_they_came_in(
    some: list[Fit], luck: st.DataObject
) -> None:
    ranked = rank(some)
    luck.shuffle(some)  # type: ignore[attr-defined] # hypothesis' random
    assert rank(some) == ranked
    assert sorted(fit.entry.booking_id for fit in ranked) == sorted(fit.entry.booking_id for fit in some)


_BETTER: tuple[Callable[[Fit], int], ...] = (
    lambda fit: not fit.declined,
    lambda fit: fit.entry.wish.priority is Priority.URGENT,
    lambda fit: fit.entry.wish.priority is not Priority.ROUTINE,
    lambda fit: not fit.missing,
    lambda fit: -len(fit.unmet),
    lambda fit: fit.waited_days,
    lambda fit: min(fit.entry.held_minutes, 130),
)


@given(fits(1), fits(2))
def test_of_two_the_first_difference_decides(one: Fit, other: Fit) -> None:
    """Written as a scheduler would say it, one rule after the other."""

    def before(a: Fit, b: Fit) -> bool:
        for better in _BETTER:
            if better(a) != better(b):
                return better(a) > better(b)
        return True

    first, _second = rank([other, one])
    assert (first is one) is before(one, other)


def test_each_says_why_it_stands_where_it_stands() -> None:
    wish = Wish(priority=Priority.URGENT, day_part=DayPart.PM)
    fit = Fit(
        entry=entry(wish=wish, minutes=50),
        starts=TEN,
        hole_minutes=95,
        waited_days=23,
        unmet=(Unmet.DAY_PART,),
        missing=("labs missing",),
    )
    told = ("urgent", "labs missing", "wished afternoons", "waiting 23 days", "fills 85 of 95 min")
    assert reasons(fit) == told


def test_what_keeps_somebody_from_being_taken_is_said_in_words() -> None:
    def point(key: PreparationKey, state: CheckState) -> CheckPoint:
        return CheckPoint(key=key, state=state, item=PreparationItem(key=key))

    points = [
        point(PreparationKey.CONSENT, CheckState.OPEN),
        point(PreparationKey.AUTHORIZATION, CheckState.WRONG),
        point(PreparationKey.LABS, CheckState.OVERDUE),
        point(PreparationKey.BLOOD_THINNER, CheckState.OPEN),
        point(PreparationKey.IMAGING, CheckState.DONE),
    ]
    assert not_ready(points) == ("authorization ends before", "labs missing", "blood thinner not reviewed")
    assert not_ready([point(PreparationKey.AUTHORIZATION, CheckState.OPEN)]) == ("authorization missing",)


def test_only_a_no_to_this_hole_counts_against_somebody() -> None:
    hole = Hole(span=Span(TEN - timedelta(minutes=15), TEN + timedelta(minutes=80)), wanted=TEN)
    elsewhere = call(OfferOutcome.DECLINED, TEN + timedelta(days=1))
    said_no = call(OfferOutcome.DECLINED, TEN + timedelta(minutes=30))
    no_answer = call(OfferOutcome.NO_ANSWER)
    assert offered_last([elsewhere, call(OfferOutcome.DECLINED, None)], hole) is None
    assert offered_last([no_answer, elsewhere, said_no], hole) is no_answer
    assert offered_last([said_no, no_answer], hole) is said_no


def test_the_list_goes_by_priority_then_by_waiting() -> None:
    urgent = replace(entry(3, Wish(priority=Priority.URGENT)), since=TEN)
    old, new = entry(2), replace(entry(1), since=TEN)
    assert in_list_order([new, old, urgent]) == (urgent, old, new)
