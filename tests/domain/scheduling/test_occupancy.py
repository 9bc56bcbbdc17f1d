from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
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
from clinicdesk.domain.scheduling.occupancy import (
    CasePlan,
    PlannedClaim,
    actual_occupancy,
    leaving_hour,
    occupancy,
    shape,
)
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


# Edges


@pytest.mark.parametrize(
    ("setting", "until"), [(Setting.HOME, timedelta(minutes=180)), (Setting.OVERNIGHT, None)]
)
def test_a_shape_is_the_occupancy_without_its_start(setting: Setting, until: timedelta | None) -> None:
    case = plan(TEN, setting=setting)
    claims, shapes = occupancy(case), shape(case)
    assert [each.kinds for each in shapes] == [claim.kinds for claim in claims]
    for each, claim in zip(shapes, claims, strict=True):
        assert each.since == claim.span.starts - TEN
        if each.until is not None:
            assert each.until == claim.span.ends - TEN
    open_ended = {each.kinds[0] for each in shapes if each.until is None}
    assert open_ended == ({R.BED, R.PATIENT} if setting is Setting.OVERNIGHT else set())
    assert next(each.until for each in shapes if each.kinds == (R.PATIENT,)) == until


def test_a_stretch_without_length_is_nobodys() -> None:
    case = plan(TEN, recovery_minutes=0)
    for kinds in ([c.kinds for c in occupancy(case)], [s.kinds for s in shape(case)]):
        assert (R.BAY,) not in kinds
        assert (R.ROOM,) in kinds


def test_a_handover_never_outlasts_the_recovery() -> None:
    assert wall(occupancy(plan(TEN, recovery_minutes=0)), THURSDAY)["nurse"] == "09:45-11:00"
    assert wall(occupancy(plan(TEN, recovery_minutes=3)), THURSDAY)["nurse"] == "09:45-11:03"


@pytest.mark.parametrize(
    ("sedation", "mac", "served"),
    [
        (None, False, set()),
        (None, True, {R.ANESTHESIA}),
        (Sedation.LOCAL, False, set()),
        (Sedation.MODERATE, False, {R.NURSE}),
        (Sedation.GENERAL, False, {R.ANESTHESIA}),
        (Sedation.GENERAL, True, {R.ANESTHESIA}),
    ],
)
def test_one_person_at_most_gives_the_sedation(sedation: Sedation | None, mac: bool, served: set[R]) -> None:
    case = plan(TEN, sedation=None if sedation is None else level(sedation), mac=mac)
    assert {claim.kinds[0] for claim in occupancy(case)} & {R.NURSE, R.ANESTHESIA} == served


@pytest.mark.parametrize(
    ("hours", "room"),
    [(24, "09:45-11:20+1"), (25, "09:45-11:20+1"), (23, "09:45-10:20+1")],
)
def test_an_end_typed_into_a_later_day_holds_the_room_for_a_day_at_most(hours: int, room: str) -> None:
    claims = actual_occupancy(plan(TEN), ActualTimes(ended=TEN + timedelta(hours=hours, minutes=60)))
    assert wall(claims, THURSDAY)["room"] == room


@pytest.mark.parametrize(
    ("minutes", "bay", "bed"),
    [
        (-30, None, "11:00-10:00+1"),
        (0, None, "11:00-10:00+1"),
        (1, "11:00-11:01", "11:01-10:00+1"),
        (24 * 60, "11:00-11:00+1", "11:00+1-10:00+2"),
        (25 * 60, "11:00-11:00+1", "11:00+1-10:00+2"),
    ],
)
def test_the_bed_begins_after_the_end_and_within_a_day_of_it(minutes: int, bay: str | None, bed: str) -> None:
    ended = TEN + timedelta(minutes=60)
    told = wall(actual_occupancy(plan(TEN), ActualTimes(), ended + timedelta(minutes=minutes)), THURSDAY)
    assert (told.get("bay"), told["bed"]) == (bay, bed)


@pytest.mark.parametrize(
    ("minutes", "bay"), [(0, None), (1, "11:00-11:01"), (120, "11:00-13:00"), (500, "11:00-13:00")]
)
def test_leaving_frees_the_bay_and_never_lengthens_it(minutes: int, bay: str | None) -> None:
    gone = TEN + timedelta(minutes=60 + minutes)
    told = wall(actual_occupancy(plan(TEN), ActualTimes(discharged=gone)), THURSDAY)
    assert told.get("bay") == bay
    assert (told["room"], told["surgeon"]) == ("09:45-11:20", "10:00-11:00")


def test_leaving_frees_the_bed_and_whatever_serves_in_place_of_one() -> None:
    either = Need(kinds=(R.ROOM, R.BAY), starts=Anchor.END, ends=Anchor.RECOVERED)
    case = plan(TEN, procedure=replace(KYPHO, needs=(*SUITE, either)), setting=Setting.OVERNIGHT)
    gone = TEN + timedelta(hours=20)
    claims = actual_occupancy(case, ActualTimes(discharged=gone))
    assert {claim.span.ends for claim in claims if set(claim.kinds) & {R.BED, R.PATIENT}} == {gone}
    early = actual_occupancy(case, ActualTimes(discharged=TEN + timedelta(minutes=70)))
    assert {c.span.ends for c in early if R.BAY in c.kinds} == {TEN + timedelta(minutes=70)}


@pytest.mark.parametrize(("leaving", "days"), [(time(12, 59), 2), (time(13), 2), (time(13, 1), 1)])
def test_the_leaving_hour_comes_after_the_bay_is_left(leaving: time, days: int) -> None:
    """The bay is left at 13:00 the next day."""
    case = plan(TEN, recovery_minutes=26 * 60, setting=Setting.OVERNIGHT, leaving_time=leaving)
    assert ZONE.local(leaving_hour(case)).replace(tzinfo=None) == datetime.combine(
        THURSDAY + timedelta(days=days), leaving
    )


@pytest.mark.parametrize(
    ("zone", "day", "leaving", "left"),
    [
        ("Africa/Cairo", date(2026, 4, 23), time(0, 30), datetime(2026, 4, 24, 1, 30)),
        ("America/Nuuk", date(2026, 3, 27), time(23, 30), datetime(2026, 3, 29, 0, 30)),
    ],
)
def test_a_leaving_hour_skipped_at_midnight_is_an_hour_later_too(
    zone: str, day: date, leaving: time, left: datetime
) -> None:
    """In Cairo that Friday begins at 1:00; in Nuuk that Saturday ends at 23:00."""
    here = ClinicZone(zone)
    case = plan(here.at(day, time(10)), zone=here, setting=Setting.OVERNIGHT, leaving_time=leaving)
    assert here.local(leaving_hour(case)).replace(tzinfo=None) == left
