from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.blood_thinners import BleedingRisk, BloodThinner
from clinicdesk.domain.booking import Setting
from clinicdesk.domain.brace_types import BraceGroup, BraceRule, BraceRuleKind, BraceType
from clinicdesk.domain.catalogue import (
    Anchor,
    Family,
    LevelNotAllowed,
    LevelsMissing,
    Need,
    NeedWhen,
    PlannedNeed,
    Procedure,
    ProcedureKind,
    TooManyLevels,
    check_levels,
    planned_minutes,
    planned_needs,
)
from clinicdesk.domain.levels import LevelKind, WrongLevelKind, parse_levels, parse_range
from clinicdesk.domain.pathways import Channel, OffsetUnit, Pathway, PathwayStep, add_months, shown_on
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.sedation_levels import Sedation, SedationLevel, SedationProvider
from clinicdesk.errors import BadInput

SUITE = (
    Need(kinds=(ResourceKind.ROOM,), starts=Anchor.SETUP, ends=Anchor.TURNOVER),
    Need(kinds=(ResourceKind.C_ARM,), starts=Anchor.SETUP, ends=Anchor.TURNOVER),
    Need(kinds=(ResourceKind.SURGEON,), starts=Anchor.START, ends=Anchor.END),
    Need(
        kinds=(ResourceKind.NURSE,), starts=Anchor.SETUP, ends=Anchor.HANDOVER, when=NeedWhen.SEDATION_NURSE
    ),
    Need(
        kinds=(ResourceKind.ANESTHESIA,), starts=Anchor.SETUP, ends=Anchor.HANDOVER, when=NeedWhen.ANESTHESIA
    ),
    Need(kinds=(ResourceKind.BAY,), starts=Anchor.END, ends=Anchor.RECOVERED),
    Need(kinds=(ResourceKind.BED,), starts=Anchor.RECOVERED, ends=Anchor.LEAVING, when=NeedWhen.OVERNIGHT),
    Need(kinds=(ResourceKind.PATIENT,), starts=Anchor.SETUP, ends=Anchor.LEAVING),
)

KYPHOPLASTY = Procedure(
    key="kyphoplasty",
    name="Kyphoplasty",
    kind=ProcedureKind.PROCEDURE,
    family=Family.CEMENT,
    first_minutes=60,
    extra_level_minutes=20,
    setup_minutes=15,
    turnover_minutes=20,
    handover_minutes=5,
    recovery_minutes=120,
    level_kind=LevelKind.VERTEBRAE,
    allowed=parse_range("T5-L5"),
    max_levels=3,
    default_sedation=Sedation.MODERATE,
    allowed_sedations=tuple(Sedation),
    needs=SUITE,
)


def sedation(key: Sedation, provider: SedationProvider) -> SedationLevel:
    return SedationLevel(
        key=key,
        name=key.value,
        response="",
        airway="",
        provider=provider,
        escort_required=True,
        fasting=True,
        aftercare_hours=24,
    )


MODERATE = sedation(Sedation.MODERATE, SedationProvider.NURSE)
GENERAL = sedation(Sedation.GENERAL, SedationProvider.ANESTHESIA)


@pytest.mark.parametrize(("levels", "minutes"), [(0, 60), (1, 60), (2, 80), (3, 100)])
def test_a_further_level_takes_longer(levels: int, minutes: int) -> None:
    assert planned_minutes(KYPHOPLASTY, levels) == minutes


def test_a_visit_takes_as_long_as_it_takes() -> None:
    visit = Procedure(key="visit", name="Visit", kind=ProcedureKind.VISIT, first_minutes=20)
    assert planned_minutes(visit, 3) == 20
    assert check_levels(visit, ()) is None
    with pytest.raises(WrongLevelKind):
        check_levels(visit, parse_levels("L1"))


def test_who_is_busy_when() -> None:
    needs = planned_needs(KYPHOPLASTY, level_count=2, sedation=MODERATE)
    assert needs == (
        PlannedNeed((ResourceKind.ROOM,), -15, 100),
        PlannedNeed((ResourceKind.C_ARM,), -15, 100),
        PlannedNeed((ResourceKind.SURGEON,), 0, 80),
        PlannedNeed((ResourceKind.NURSE,), -15, 85),
        PlannedNeed((ResourceKind.BAY,), 80, 200),
        PlannedNeed((ResourceKind.PATIENT,), -15, 200),
    )


def test_a_night_takes_a_bed_from_the_bays_end() -> None:
    needs = {
        need.kinds[0]: need
        for need in planned_needs(KYPHOPLASTY, sedation=GENERAL, setting=Setting.OVERNIGHT)
    }
    assert needs[ResourceKind.BED] == PlannedNeed((ResourceKind.BED,), 180, None)
    assert needs[ResourceKind.PATIENT].until is None
    assert needs[ResourceKind.ANESTHESIA] == PlannedNeed((ResourceKind.ANESTHESIA,), -15, 65)
    assert ResourceKind.NURSE not in needs


def test_monitored_anesthesia_care_takes_an_anesthesia_provider_at_any_depth() -> None:
    kinds = {need.kinds[0] for need in planned_needs(KYPHOPLASTY, sedation=MODERATE, mac=True)}
    assert ResourceKind.ANESTHESIA in kinds
    assert ResourceKind.NURSE not in kinds


def test_an_empty_claim_is_left_out() -> None:
    no_bay = replace(KYPHOPLASTY, recovery_minutes=0, handover_minutes=0)
    assert all(need.kinds != (ResourceKind.BAY,) for need in planned_needs(no_bay, sedation=MODERATE))


def test_cement_levels() -> None:
    assert check_levels(KYPHOPLASTY, parse_levels("T12, L1, L2")) is None
    assert check_levels(KYPHOPLASTY, parse_levels("L1, L1, L1, L1")) is None
    four = check_levels(KYPHOPLASTY, parse_levels("T11, T12, L1, L2"))
    assert four == TooManyLevels(4, 3)
    assert "4 levels" in four.sentence
    with pytest.raises(LevelNotAllowed) as caught:
        check_levels(KYPHOPLASTY, parse_levels("T4, T5"))
    assert caught.value.sentence.startswith("Kyphoplasty is done from T5 to L5; T4 is outside.")
    with pytest.raises(LevelsMissing):
        check_levels(KYPHOPLASTY, ())
    with pytest.raises(WrongLevelKind):
        check_levels(KYPHOPLASTY, parse_levels("L4-L5"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_minutes": 0}, "first_minutes"),
        ({"first_minutes": 62}, "first_minutes"),
        ({"first_minutes": 725}, "first_minutes"),
        ({"setup_minutes": -5}, "setup_minutes"),
        ({"handover_minutes": 125}, "handover_minutes"),
        ({"name": "  "}, "name"),
        ({"key": "Kypho plasty"}, "key"),
        ({"max_levels": 0}, "max_levels"),
        ({"allowed_sedations": (Sedation.LOCAL,)}, "default_sedation"),
        ({"default_sedation": None}, "default_sedation"),
        ({"default_setting": Setting.OVERNIGHT, "needs": ()}, "default_setting"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        replace(KYPHOPLASTY, **change)  # type: ignore[arg-type]  # each row names a real field
    assert caught.value.field == field


def test_general_anesthesia_is_never_given_without_its_provider() -> None:
    with pytest.raises(BadInput):
        replace(GENERAL, provider=SedationProvider.NURSE)


def test_a_dated_rule_holds_from_its_day_on() -> None:
    brace = BraceType(
        hcpcs="L0651",
        name="LSO",
        group=BraceGroup.LSO,
        rules=(BraceRule(kind=BraceRuleKind.PRIOR_AUTHORIZATION, starts=date(2026, 4, 13)),),
    )
    assert not brace.rules_on(date(2026, 4, 12))
    assert brace.rules_on(date(2026, 4, 13)) == {BraceRuleKind.PRIOR_AUTHORIZATION}
    with pytest.raises(BadInput):
        replace(brace, hcpcs="486")


def step(amount: int, unit: OffsetUnit, window: int = 0) -> PathwayStep:
    return PathwayStep(
        key="step", label="Step", amount=amount, unit=unit, channel=Channel.PHONE, window_days=window
    )


@pytest.mark.parametrize(
    ("procedure", "amount", "unit", "due"),
    [
        (date(2026, 8, 31), 6, OffsetUnit.MONTHS, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, OffsetUnit.MONTHS, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, OffsetUnit.MONTHS, date(2029, 2, 28)),
        (date(2026, 11, 30), 3, OffsetUnit.MONTHS, date(2027, 2, 28)),
        (date(2026, 11, 23), 1, OffsetUnit.DAYS, date(2026, 11, 24)),
        (date(2026, 12, 28), 1, OffsetUnit.WEEKS, date(2027, 1, 4)),
    ],
)
def test_due_dates_clamp_to_the_months_end(procedure: date, amount: int, unit: OffsetUnit, due: date) -> None:
    assert step(amount, unit).due(procedure) == due


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 240))
def test_months_never_skip_a_month_nor_go_back(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or ((later + timedelta(days=1)).day == 1 and later.day < day.day)
    assert add_months(day, months + 1) > later


def test_a_window_ends_inclusively() -> None:
    assert step(2, OffsetUnit.DAYS, window=1).last_day(date(2026, 11, 23)) == date(2026, 11, 26)


def test_a_check_in_due_on_a_closed_day_is_shown_on_the_next_open_one() -> None:
    def weekdays(day: date) -> bool:
        return day.weekday() < 5

    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    assert shown_on(saturday, weekdays) == monday
    assert shown_on(monday, weekdays) == monday
    assert shown_on(saturday, lambda _day: False) == saturday


def test_a_pathway_has_steps_of_their_own_keys() -> None:
    pathway = Pathway(key="p", name="P", steps=(step(6, OffsetUnit.WEEKS),))
    with pytest.raises(BadInput):
        replace(pathway, steps=())
    with pytest.raises(BadInput):
        replace(pathway, steps=(step(1, OffsetUnit.DAYS), step(2, OffsetUnit.DAYS)))
    day, month = (
        replace(step(40, OffsetUnit.DAYS), key="day"),
        replace(step(1, OffsetUnit.MONTHS), key="month"),
    )
    assert replace(pathway, steps=(day, month)).in_order() == (month, day)


def test_a_blood_thinner_is_known_by_any_of_its_names() -> None:
    enoxaparin = BloodThinner(key="enoxaparin", name="Enoxaparin", also=("Lovenox",), high_risk="24 hours")
    assert enoxaparin.is_named("LOVENOX 60 mg twice a day")
    assert not enoxaparin.is_named("xLovenox")
    assert not enoxaparin.is_named("")
    assert enoxaparin.reminder(BleedingRisk.HIGH) == "24 hours"
    assert enoxaparin.reminder(BleedingRisk.NONE) == ""
