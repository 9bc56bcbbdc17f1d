from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import ActualTimes, Setting
from clinicdesk.domain.catalogue import (
    Anchor,
    Need,
    NeedWhen,
    PlannedNeed,
    Procedure,
    ProcedureKind,
    planned_needs,
)
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span, fitted, merged
from clinicdesk.domain.scheduling.occupancy import CasePlan, PlannedClaim, actual_occupancy, occupancy
from clinicdesk.domain.sedation_levels import Sedation, SedationLevel, SedationProvider
from clinicdesk.errors import BadInput

R = ResourceKind
ZONE = ClinicZone("America/New_York")

SUITE = (
    Need(kinds=(R.ROOM,), starts=Anchor.SETUP, ends=Anchor.TURNOVER),
    Need(kinds=(R.C_ARM,), starts=Anchor.SETUP, ends=Anchor.TURNOVER),
    Need(kinds=(R.SURGEON,), starts=Anchor.START, ends=Anchor.END),
    Need(kinds=(R.NURSE,), starts=Anchor.SETUP, ends=Anchor.HANDOVER, when=NeedWhen.SEDATION_NURSE),
    Need(kinds=(R.ANESTHESIA,), starts=Anchor.SETUP, ends=Anchor.HANDOVER, when=NeedWhen.ANESTHESIA),
    Need(kinds=(R.BAY,), starts=Anchor.END, ends=Anchor.RECOVERED),
    Need(kinds=(R.BED,), starts=Anchor.RECOVERED, ends=Anchor.LEAVING, when=NeedWhen.OVERNIGHT),
    Need(kinds=(R.PATIENT,), starts=Anchor.SETUP, ends=Anchor.LEAVING),
)
KYPHO = Procedure(
    key="kyphoplasty",
    name="Kyphoplasty",
    kind=ProcedureKind.PROCEDURE,
    first_minutes=60,
    setup_minutes=15,
    turnover_minutes=20,
    handover_minutes=5,
    recovery_minutes=120,
    needs=SUITE,
)
PROVIDERS = {
    Sedation.LOCAL: SedationProvider.NONE,
    Sedation.MODERATE: SedationProvider.NURSE,
    Sedation.GENERAL: SedationProvider.ANESTHESIA,
}


def level(key: Sedation) -> SedationLevel:
    return SedationLevel(
        key=key,
        name=key,
        response="",
        airway="",
        provider=PROVIDERS[key],
        escort_required=key is not Sedation.LOCAL,
        fasting=True,
        aftercare_hours=24,
    )


def plan(starts: datetime, **values: object) -> CasePlan:
    fields: dict[str, object] = {
        "procedure": KYPHO,
        "starts": starts,
        "minutes": 60,
        "setup_minutes": 15,
        "turnover_minutes": 20,
        "recovery_minutes": 120,
        "sedation": level(Sedation.MODERATE),
        "mac": False,
        "setting": Setting.HOME,
        "zone": ZONE,
        "leaving_time": time(10),
    }
    return CasePlan(**{**fields, **values})  # type: ignore[arg-type] # the defaults above, some replaced


def wall(claims: Iterable[PlannedClaim], day: date) -> dict[str, str]:
    def told(instant: datetime) -> str:
        here = ZONE.local(instant)
        return f"{here:%H:%M}" + (f"+{(here.date() - day).days}" if here.date() != day else "")

    return {c.kinds[0].value: f"{told(c.span.starts)}-{told(c.span.ends)}" for c in claims}


THURSDAY = date(2026, 11, 26)
TEN = ZONE.at(THURSDAY, time(10))


def test_a_case_at_ten_under_moderate_sedation() -> None:
    assert wall(occupancy(plan(TEN)), THURSDAY) == {
        "room": "09:45-11:20",
        "c_arm": "09:45-11:20",
        "surgeon": "10:00-11:00",
        "nurse": "09:45-11:05",
        "bay": "11:00-13:00",
        "patient": "09:45-13:00",
    }


def test_general_anesthesia_and_the_night() -> None:
    claims = wall(occupancy(plan(TEN, sedation=level(Sedation.GENERAL), setting=Setting.OVERNIGHT)), THURSDAY)
    assert claims["anesthesia"] == "09:45-11:05"
    assert "nurse" not in claims
    assert (claims["bay"], claims["bed"], claims["patient"]) == (
        "11:00-13:00",
        "13:00-10:00+1",
        "09:45-10:00+1",
    )


def test_mac_takes_the_anesthesia_provider_instead_of_the_nurse() -> None:
    claims = wall(occupancy(plan(TEN, mac=True)), THURSDAY)
    assert "anesthesia" in claims
    assert "nurse" not in claims


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 7), 20), (date(2026, 10, 31), 22), (date(2026, 11, 26), 21)]
)
def test_the_bed_lasts_to_the_leaving_hour_through_a_change_of_clocks(day: date, hours: int) -> None:
    """Bay's end 13:00 to 10:00 the next day: 21 hours on the wall, an hour less or more where the clocks change."""
    claims = occupancy(plan(ZONE.at(day, time(10)), setting=Setting.OVERNIGHT))
    bed = next(claim.span for claim in claims if claim.kinds == (R.BED,))
    assert bed.length == timedelta(hours=hours)
    assert ZONE.local(bed.ends).time() == time(10)


def test_a_leaving_hour_that_is_skipped_is_an_hour_later() -> None:
    claims = occupancy(
        plan(ZONE.at(date(2026, 3, 7), time(10)), setting=Setting.OVERNIGHT, leaving_time=time(2, 30))
    )
    bed = next(claim.span for claim in claims if claim.kinds == (R.BED,))
    assert ZONE.local(bed.ends).replace(tzinfo=None) == datetime(2026, 3, 8, 3, 30)


def test_a_case_late_at_night_leaves_on_the_first_leaving_hour_after_its_bay() -> None:
    claims = occupancy(plan(ZONE.at(THURSDAY, time(22)), setting=Setting.OVERNIGHT, recovery_minutes=720))
    assert wall(claims, THURSDAY)["bed"] == "11:00+1-10:00+2"


@given(
    start=st.integers(0, 2 * 365 * 24 * 12),
    minutes=st.integers(1, 40),
    sedation=st.sampled_from(list(PROVIDERS)),
    mac=st.booleans(),
    setting=st.sampled_from(Setting),
)
def test_what_is_planned_is_what_the_catalogue_says(
    start: int, minutes: int, sedation: Sedation, mac: bool, setting: Setting
) -> None:
    """The catalogue's own offsets, added up minute by minute, give the same claims."""
    starts = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=5 * start)
    case = plan(starts, minutes=5 * minutes, sedation=level(sedation), mac=mac, setting=setting)
    found = {
        (need.kinds, round((claim.span.starts - starts).total_seconds() / 60))
        for need, claim in zip(_needs(case), occupancy(case), strict=True)
    }
    assert found == {(need.kinds, need.start) for need in _needs(case)}
    for need, claim in zip(_needs(case), occupancy(case), strict=True):
        if need.until is not None:
            assert claim.span.ends == starts + timedelta(minutes=need.until)
        else:
            left = ZONE.local(claim.span.ends)
            assert left.date() > ZONE.day_of(starts)
            assert left.time() == time(10)


def _needs(case: CasePlan) -> tuple[PlannedNeed, ...]:
    return planned_needs(
        KYPHO, sedation=case.sedation, mac=case.mac, setting=case.setting, minutes=case.minutes
    )


def test_finishing_early_gives_back_and_the_bay_is_wanted_sooner() -> None:
    claims = actual_occupancy(plan(TEN), ActualTimes(ended=TEN + timedelta(minutes=40)))
    assert wall(claims, THURSDAY) == {
        "room": "09:45-11:00",
        "c_arm": "09:45-11:00",
        "surgeon": "10:00-10:40",
        "nurse": "09:45-10:45",
        "bay": "10:40-12:40",
        "patient": "09:45-12:40",
    }


def test_leaving_frees_bay_and_patient_but_not_the_room() -> None:
    ended = TEN + timedelta(minutes=60)
    claims = actual_occupancy(plan(TEN), ActualTimes(ended=ended, discharged=ended + timedelta(minutes=10)))
    told = wall(claims, THURSDAY)
    assert (told["bay"], told["patient"], told["room"]) == ("11:00-11:10", "09:45-11:10", "09:45-11:20")


def test_a_night_that_was_not_planned() -> None:
    ended = TEN + timedelta(minutes=60)
    claims = actual_occupancy(plan(TEN), ActualTimes(ended=ended), bed_from=ended + timedelta(minutes=90))
    told = wall(claims, THURSDAY)
    assert (told["bay"], told["bed"], told["patient"]) == ("11:00-12:30", "12:30-10:00+1", "09:45-10:00+1")


def test_an_end_before_its_start_is_no_span() -> None:
    with pytest.raises(BadInput, match="BadInput"):
        Span(TEN, TEN)


# Minute by minute: a day of 200 minutes as a set of minutes is the oracle.

_MINUTES = st.integers(0, 200)


def _span(first: int, last: int) -> Span:
    return Span(TEN + timedelta(minutes=first), TEN + timedelta(minutes=last))


def _set(span: Span | None) -> set[int]:
    if span is None:
        return set()
    first, last = ((at - TEN) // timedelta(minutes=1) for at in (span.starts, span.ends))
    return set(range(first, last))


_SPANS = st.tuples(_MINUTES, _MINUTES).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: _span(*pair))


@given(one=_SPANS, other=_SPANS)
def test_two_spans_overlap_where_they_share_a_minute(one: Span, other: Span) -> None:
    assert one.overlaps(other) == bool(_set(one) & _set(other))
    assert _set(one.within(other)) == _set(one) & _set(other)


@given(st.lists(_SPANS, max_size=8))
def test_merged_spans_cover_the_same_minutes_and_lie_apart(spans: list[Span]) -> None:
    done = merged(spans)
    assert set().union(*map(_set, done)) == set().union(*map(_set, spans))
    assert all(a.ends < b.starts for a, b in pairwise(done))


@given(wanted=_SPANS, kept=st.none() | _SPANS, others=st.lists(_SPANS, max_size=6))
def test_fitting_takes_nothing_from_others_and_all_that_is_free_round_what_was_kept(
    wanted: Span, kept: Span | None, others: list[Span]
) -> None:
    others = [other for other in others if kept is None or not other.overlaps(kept)]
    taken = set().union(*map(_set, others))
    fit = _set(fitted(wanted, kept, others))
    assert fit <= _set(wanted) - taken
    core = _set(kept) & _set(wanted) if kept is not None else set()
    if core:
        assert core <= fit
        for edge in (min(fit) - 1, max(fit) + 1):
            assert edge in taken or edge not in _set(wanted)
