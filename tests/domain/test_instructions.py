"""The worked examples: when to stop eating, when to drive again, across changes of the clocks and leap days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.catalogue import Sedation
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.instructions import (
    CarePolicy,
    DrivingReason,
    Intake,
    after_care,
    care_policy,
    fasting_breach,
    fasting_plan,
    opioids_named,
    rounded_up,
)

ZONE = ClinicZone("America/New_York")
DAY = date(2026, 11, 23)


def at(clock: str, day: date = DAY) -> datetime:
    return ZONE.at(day, time.fromisoformat(clock))


def wall(instant: datetime | None) -> str:
    return "" if instant is None else f"{ZONE.local(instant):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("intake", "taken", "flagged"),
    [
        (Intake.LIGHT_MEAL, "04:00", False),
        (Intake.LIGHT_MEAL, "04:01", True),
        (Intake.HEAVY_MEAL, "02:00", False),
        (Intake.HEAVY_MEAL, "02:01", True),
        (Intake.CLEAR_LIQUID, "08:00", False),
        (Intake.CLEAR_LIQUID, "08:01", True),
        (Intake.BREAST_MILK, "06:00", False),
        (Intake.BREAST_MILK, "06:01", True),
        (Intake.FORMULA, "04:00", False),
        (Intake.FORMULA, "04:01", True),
        (Intake.MILK, "04:00", False),
        (Intake.MILK, "04:01", True),
    ],
)
def test_a_case_at_ten(intake: Intake, taken: str, flagged: bool) -> None:
    breach = fasting_breach(intake, at(taken), at("10:00"), sedation=Sedation.MODERATE)
    assert (breach is not None) is flagged


def test_a_breach_says_when_the_wait_would_be_over() -> None:
    breach = fasting_breach(Intake.LIGHT_MEAL, at("04:30"), at("10:00"), sedation=Sedation.MINIMAL)
    assert breach is not None
    assert wall(breach.latest) == "11-23 04:00"
    assert wall(breach.clear_at) == "11-23 10:30"


def test_local_only_asks_for_no_fasting() -> None:
    assert fasting_plan(at("10:00"), sedation=Sedation.LOCAL) is None
    assert fasting_breach(Intake.HEAVY_MEAL, at("09:55"), at("10:00"), sedation=Sedation.LOCAL) is None


def test_stop_eating_and_drinking() -> None:
    plan = fasting_plan(at("10:00"), sedation=Sedation.GENERAL)
    assert plan is not None
    assert (wall(plan.stop_eating), wall(plan.stop_drinking), wall(plan.heavy_meal)) == (
        "11-23 04:00",
        "11-23 08:00",
        "11-23 02:00",
    )


@pytest.mark.parametrize(
    ("day", "eating", "fatty"),
    [
        (date(2026, 3, 8), "03-08 01:30", "03-07 23:30"),  # 2:00 becomes 3:00: the night is an hour short
        (date(2026, 11, 1), "11-01 02:30", "11-01 01:30"),  # 2:00 becomes 1:00: an hour comes twice
        (date(2028, 2, 29), "02-29 02:30", "02-29 00:30"),
        (date(2028, 3, 1), "03-01 02:30", "03-01 00:30"),
    ],
)
def test_fasting_is_elapsed_hours_not_hours_on_the_wall(day: date, eating: str, fatty: str) -> None:
    plan = fasting_plan(at("08:30", day), sedation=Sedation.DEEP)
    assert plan is not None
    assert plan.starts - plan.light_meal == timedelta(hours=6)
    assert (wall(plan.light_meal), wall(plan.heavy_meal)) == (eating, fatty)


@pytest.mark.parametrize(
    ("sedation", "cement", "hours_general", "drive_from", "reason", "rest_until"),
    [
        (Sedation.LOCAL, False, 24, "", None, ""),
        (Sedation.LOCAL, True, 24, "11-25 10:40", DrivingReason.CEMENT, ""),
        (Sedation.MINIMAL, False, 24, "11-24 10:40", DrivingReason.SEDATION, "11-24 10:40"),
        (Sedation.MODERATE, True, 24, "11-25 10:40", DrivingReason.CEMENT, "11-24 10:40"),
        (Sedation.GENERAL, False, 24, "11-24 10:40", DrivingReason.SEDATION, "11-24 10:40"),
        (Sedation.GENERAL, False, 48, "11-25 10:40", DrivingReason.SEDATION, "11-25 10:40"),
        (Sedation.GENERAL, True, 72, "11-26 10:40", DrivingReason.SEDATION, "11-26 10:40"),
    ],
)
def test_the_later_of_the_driving_rules_applies(
    sedation: Sedation,
    cement: bool,
    hours_general: int,
    drive_from: str,
    reason: DrivingReason | None,
    rest_until: str,
) -> None:
    policy = CarePolicy(rest_hours_general=hours_general)
    care = after_care(at("10:40"), sedation=sedation, cement=cement, opioids=False, policy=policy)
    assert (wall(care.drive_from), wall(care.rest_until)) == (drive_from, rest_until)
    if drive_from != rest_until:
        assert care.driving_reason is reason


def test_nobody_drives_on_opioids_whatever_the_time() -> None:
    care = after_care(at("10:40"), sedation=Sedation.LOCAL, cement=False, opioids=True)
    assert care.drive_from is None
    assert not care.may_drive(at("10:40") + timedelta(days=30))


def test_dressing_shower_and_head() -> None:
    care = after_care(at("10:40"), sedation=Sedation.MODERATE, cement=True, opioids=False)
    assert wall(care.dressing_from) == "11-24 10:40"
    assert wall(care.dressing_until) == "11-25 10:40"
    assert wall(care.shower_from) == "11-25 10:40"
    assert wall(care.head_raised_until) == "11-25 10:40"
    plain = after_care(at("10:40"), sedation=Sedation.MODERATE, cement=False, opioids=False)
    assert plain.head_raised_until is None


@pytest.mark.parametrize(
    ("day", "drive_from"),
    [
        (date(2026, 3, 7), "03-09 11:40"),  # 48 hours over the short night
        (date(2026, 10, 31), "11-02 09:40"),  # 48 hours over the long one
        (date(2028, 2, 28), "03-01 10:40"),
        (date(2027, 2, 28), "03-02 10:40"),
        (date(2026, 12, 31), "01-02 10:40"),
    ],
)
def test_two_days_are_48_hours_across_clocks_and_leap_days(day: date, drive_from: str) -> None:
    care = after_care(at("10:40", day), sedation=Sedation.MODERATE, cement=True, opioids=False)
    assert wall(care.drive_from) == drive_from


@given(st.integers(0, 10 * 366 * 86_400))
def test_a_wait_never_ends_early(seconds: int) -> None:
    ended = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    care = after_care(ended, sedation=Sedation.GENERAL, cement=True, opioids=False)
    assert care.rest_until is not None
    assert care.drive_from is not None
    assert timedelta(hours=24) <= care.rest_until - ended < timedelta(hours=24, minutes=5)
    assert timedelta(hours=48) <= care.drive_from - ended < timedelta(hours=48, minutes=5)
    assert care.rest_until.minute % 5 == care.rest_until.second == care.rest_until.microsecond == 0


def test_a_full_five_minutes_stay_as_they_are() -> None:
    assert rounded_up(at("10:40")) == at("10:40")
    assert rounded_up(at("10:41")) == at("10:45")
    assert rounded_up(at("10:59")) == at("11:00")


def test_a_time_without_a_zone_is_a_fault() -> None:
    with pytest.raises(ValueError, match="zone"):
        fasting_plan(datetime(2026, 11, 23, 10), sedation=Sedation.GENERAL)


def test_the_clinic_sets_the_hours() -> None:
    policy = care_policy(ClinicFacts(name="Clinic", aftercare_hours=24, aftercare_hours_general=48))
    assert (policy.rest_hours, policy.rest_hours_general) == (24, 48)
    assert policy.rest_hours_after(Sedation.LOCAL) == 0
    assert policy.rest_hours_after(Sedation.GENERAL) == 48


def test_opioids_are_recognised_as_people_type_them() -> None:
    assert opioids_named(["PERCOCET 5/325, one if needed", "Acetaminophen"]) == ("percocet",)
    assert opioids_named(["Oxycodone 5 mg"]) == ("oxycodone",)
    assert opioids_named(["Ibuprofen 400 mg"]) == ()
