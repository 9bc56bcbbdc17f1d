"""The life of a booking: what holds its resources, where it may go, and who may bring it there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest

from clinicdesk.domain.booking import (
    NEXT,
    ActualTimes,
    Booking,
    BookingDraft,
    BookingState,
    next_states,
    step_act,
)
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind

S = BookingState
TEN = datetime(2026, 11, 26, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DRAFT = BookingDraft(patient_id=PatientId(1), procedure_key="kyphoplasty")


def test_what_is_only_wanted_or_called_off_holds_nothing() -> None:
    free = {S.REQUESTED, S.WAITLIST, S.CANCELLED, S.NO_SHOW}
    assert {state for state in S if not state.holds_claims} == free


def test_actual_times_count_from_the_room_on_and_nothing_follows_an_end() -> None:
    assert {state for state in S if state.has_begun} == {S.IN_ROOM, S.RECOVERY, S.OVERNIGHT, S.DISCHARGED}
    assert {state for state in S if state.is_over} == {S.DISCHARGED, S.CANCELLED, S.NO_SHOW}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("visit", [False, True])
@pytest.mark.parametrize("overnight", [False, True])
def test_only_a_visit_skips_recovery_and_only_who_stays_goes_to_bed_first(
    state: BookingState, visit: bool, overnight: bool
) -> None:
    found = next_states(state, is_visit=visit, stays_overnight=overnight)
    if state is S.IN_ROOM and visit:
        assert found == (S.DISCHARGED,)
    elif state is S.RECOVERY:
        assert found == ((S.OVERNIGHT, S.DISCHARGED) if overnight else (S.DISCHARGED, S.OVERNIGHT))
    else:
        assert found == NEXT[state]
    assert next_states(state, is_visit=visit) == next_states(state, is_visit=visit, stays_overnight=False)


def test_each_step_has_its_act() -> None:
    asked = {state: step_act(state) for state in S}
    assert {state for state, act in asked.items() if act is Act.BOOK} == {S.BOOKED, S.REQUESTED}
    assert {state for state, act in asked.items() if act is Act.RUN_CASE} == {
        S.IN_ROOM,
        S.RECOVERY,
        S.OVERNIGHT,
    }
    assert asked[S.DISCHARGED] is Act.DISCHARGE
    assert {asked[state] for state in (S.ARRIVED, S.CANCELLED, S.NO_SHOW)} == {Act.RUN_DAY}


def test_a_chosen_unit_is_found_by_its_kind() -> None:
    chosen = BookingDraft(
        patient_id=PatientId(1),
        procedure_key="kyphoplasty",
        units=((ResourceKind.ROOM, ResourceId(3)), (ResourceKind.SURGEON, ResourceId(4))),
        starts=TEN,
        minutes=60,
    )
    assert chosen.unit(ResourceKind.SURGEON) == 4
    assert chosen.unit(ResourceKind.BED) is None
    assert chosen.ends == TEN + 60 * MINUTE
    assert DRAFT.ends is None


def test_an_empty_form_takes_no_time_and_no_anesthesia_provider() -> None:
    lengths = (DRAFT.minutes, DRAFT.setup_minutes, DRAFT.turnover_minutes, DRAFT.recovery_minutes)
    assert lengths == (0, 0, 0, 0)
    assert not DRAFT.mac


def test_what_happens_in_turn_is_in_order_and_what_is_not_known_yet_does_not_matter() -> None:
    names = ActualTimes.__slots__
    ordered = {name: TEN + place * MINUTE for place, name in enumerate(names)}
    assert ActualTimes(**ordered).in_order
    assert ActualTimes().in_order
    assert ActualTimes(arrived=TEN, discharged=TEN).in_order
    for earlier, later in pairwise(names):
        swapped = ordered | {earlier: ordered[later], later: ordered[earlier]}
        assert not ActualTimes(**swapped).in_order
        assert not ActualTimes(**{earlier: ordered[later], later: ordered[earlier]}).in_order
    assert sum(ActualTimes(arrived=a, ended=b).in_order for a, b in permutations((TEN, TEN + MINUTE))) == 1


@pytest.mark.parametrize(
    ("ended", "overrun"),
    [(None, 0), (TEN - MINUTE, 0), (TEN, 0), (TEN + MINUTE, 1)],
)
def test_only_an_end_later_than_planned_is_an_overrun(ended: datetime | None, overrun: int) -> None:
    found = Booking(id=BookingId(1), draft=DRAFT, state=S.RECOVERY, ends=TEN, actual=ActualTimes(ended=ended))
    assert found.overrun == overrun * MINUTE
    assert Booking(id=BookingId(1), draft=DRAFT, state=S.RECOVERY, actual=found.actual).overrun == 0 * MINUTE
    assert (found.starts, found.version) == (None, 1)
