"""What is refused, what is only advised, and where each begins: to the minute, to the day, to the level."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from clinicdesk.domain.advice import (
    Advice,
    AdviceKey,
    Answer,
    PatientFlags,
    Proposal,
    SameDay,
    advices,
    ask,
    refusals,
    unanswered,
)
from clinicdesk.domain.blood_thinners import BleedingRisk, BloodThinner
from clinicdesk.domain.booking import BookingDraft, Setting
from clinicdesk.domain.catalogue import Anchor, Family, Need, NeedWhen, Procedure, ProcedureKind
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.levels import LevelKind, parse_levels
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import CasePlan
from clinicdesk.domain.sedation_levels import Sedation, SedationLevel, SedationProvider
from clinicdesk.errors import NeedsReason

K = AdviceKey
CLINIC = ClinicFacts(name="Hillside", late_finish=time(16))
THURSDAY = date(2026, 11, 26)


def at(hour: int, minute: int = 0, second: int = 0, *, days: int = 0) -> datetime:
    return CLINIC.zone.at(THURSDAY + timedelta(days=days), time(hour, minute, second))


LONG_BEFORE = at(8, days=-30)
ANESTHETIST = Need(
    kinds=(ResourceKind.ANESTHESIA,), starts=Anchor.SETUP, ends=Anchor.HANDOVER, when=NeedWhen.ANESTHESIA
)
BED = Need(kinds=(ResourceKind.BED,), starts=Anchor.RECOVERED, ends=Anchor.LEAVING, when=NeedWhen.OVERNIGHT)
KYPHO = Procedure(
    key="kyphoplasty",
    name="Kyphoplasty",
    kind=ProcedureKind.PROCEDURE,
    family=Family.CEMENT,
    first_minutes=60,
    level_kind=LevelKind.VERTEBRAE,
    max_levels=3,
    default_sedation=Sedation.MODERATE,
    allowed_sedations=(Sedation.MODERATE, Sedation.GENERAL),
    needs=(ANESTHETIST, BED),
    bleeding_risk=BleedingRisk.HIGH,
)
WARFARIN = BloodThinner(key="warfarin", name="Warfarin", high_risk="INR.", low_risk="No need.")


def sedation(key: Sedation) -> SedationLevel:
    deep = key in {Sedation.DEEP, Sedation.GENERAL}
    return SedationLevel(
        key=key,
        name=key.value,
        response="",
        airway="",
        provider=SedationProvider.ANESTHESIA if deep else SedationProvider.NURSE,
        escort_required=key is not Sedation.LOCAL,
        fasting=True,
        aftercare_hours=24,
    )


def proposal(
    starts: datetime | None = None,
    *,
    levels: str = "L1",
    depth: Sedation = Sedation.MODERATE,
    procedure: Procedure = KYPHO,
    patient: dict[str, Any] | None = None,
    draft: dict[str, Any] | None = None,
    **values: Any,
) -> Proposal:
    """A case about which there is nothing to say, at 10:00 to 11:00 unless told otherwise, and what a test changes."""
    starts = starts or at(10)
    made = replace(
        BookingDraft(patient_id=PatientId(1), procedure_key=procedure.key, starts=starts, minutes=60),
        **draft or {},
    )
    plan = CasePlan(
        procedure=procedure,
        starts=starts,
        minutes=made.minutes,
        setup_minutes=15,
        turnover_minutes=20,
        recovery_minutes=120,
        sedation=sedation(depth),
        mac=made.mac,
        setting=made.setting,
        zone=CLINIC.zone,
        leaving_time=time(10),
    )
    flags: dict[str, Any] = {"name": "Rosa Ortiz", "escort_named": True} | (patient or {})
    fields: dict[str, Any] = {
        "draft": made,
        "procedure": procedure,
        "sedation": sedation(depth),
        "levels": parse_levels(levels) if levels else (),
        "patient": PatientFlags(**flags),
        "clinic": CLINIC,
        "plan": plan,
        "opening": (Span(at(0), at(0, days=2)),),
        "thinners": (WARFARIN,),
    }
    return Proposal(**(fields | values))


def keys(of: Proposal, now: datetime = LONG_BEFORE) -> list[AdviceKey]:
    return [advice.key for advice in advices(of, now)]


def fields_refused(of: Proposal) -> list[str | None]:
    return [refusal.field for refusal in refusals(of)]


OVERNIGHT = {"setting": Setting.OVERNIGHT}


def test_about_an_ordinary_case_there_is_nothing_to_say() -> None:
    assert keys(proposal()) == []
    assert refusals(proposal()) == ()


# Levels, ASA, depth


@pytest.mark.parametrize(
    ("levels", "most", "family", "draft", "told"),
    [
        ("L1-L2", 3, Family.CEMENT, {}, []),
        ("L1-L3", 3, Family.CEMENT, {}, [K.MOST_LEVELS]),
        ("L1-L3", 3, Family.CEMENT, OVERNIGHT, []),
        ("L1-L3", 3, Family.OTHER, {}, []),
        ("L1-L4", 3, Family.CEMENT, {}, [K.TOO_MANY_LEVELS]),
        ("L1-L4", 3, Family.CEMENT, OVERNIGHT, [K.TOO_MANY_LEVELS]),
        ("L1-L4", None, Family.CEMENT, {}, [K.MOST_LEVELS]),
        ("L1-L4", None, Family.OTHER, {}, []),
    ],
)
def test_three_levels_of_cement_call_for_a_night_and_four_for_a_reason(
    levels: str, most: int | None, family: Family, draft: dict[str, Any], told: list[AdviceKey]
) -> None:
    procedure = replace(KYPHO, max_levels=most, family=family)
    first, last = levels.split("-")
    named = ", ".join(f"L{number}" for number in range(int(first[1]), int(last[1]) + 1))
    assert keys(proposal(levels=named, procedure=procedure, draft=draft)) == told


@pytest.mark.parametrize(("asa", "roman"), [(None, ""), (3, ""), (4, "IV"), (5, "V")])
def test_from_asa_four_on_nobody_goes_home_without_a_reason(asa: int | None, roman: str) -> None:
    found = advices(proposal(patient={"asa_class": asa}), LONG_BEFORE)
    assert [advice.sentence.split(" and")[0] for advice in found] == ([f"ASA {roman}"] if roman else [])
    assert keys(proposal(patient={"asa_class": asa}, draft=OVERNIGHT)) == []
    local = proposal(patient={"asa_class": asa}, depth=Sedation.LOCAL)
    assert K.HIGH_ASA not in keys(local)


def test_a_depth_that_is_not_usual_is_asked_about_and_local_alone_is_usual_where_none_is_named() -> None:
    assert keys(proposal(depth=Sedation.DEEP)) == [K.UNUSUAL_SEDATION]
    plain = replace(KYPHO, default_sedation=None, allowed_sedations=())
    assert keys(proposal(procedure=plain, depth=Sedation.LOCAL)) == []
    assert keys(proposal(procedure=plain, depth=Sedation.MODERATE)) == [K.UNUSUAL_SEDATION]


# Time


@pytest.mark.parametrize(
    ("starts", "minutes", "late"),
    [
        (at(15), 60, False),
        (at(15, 0, 1), 60, True),
        (at(15, 1), 60, True),
        (at(22), 119, True),
        (at(23), 60, True),  # ends at midnight, which is another day though its clock reads 0:00
        (at(22), 180, True),
        (at(0, 30), 60, False),
    ],
)
def test_who_is_sedated_past_the_late_hour_or_past_midnight_does_not_simply_go_home(
    starts: datetime, minutes: int, late: bool
) -> None:
    assert keys(proposal(starts, draft={"minutes": minutes})) == [K.LATE_FINISH] * late
    assert keys(proposal(starts, draft={"minutes": minutes} | OVERNIGHT)) == []
    assert K.LATE_FINISH not in keys(proposal(starts, depth=Sedation.LOCAL, draft={"minutes": minutes}))


def test_without_a_start_there_is_nothing_to_say_about_time() -> None:
    unplanned = proposal(plan=None, opening=(), off_duty=("Dr Lin",))
    assert keys(unplanned, at(8, days=400)) == []


def test_a_start_is_past_from_the_instant_after_it() -> None:
    assert keys(proposal(at(10)), at(10)) == []
    assert keys(proposal(at(10)), at(10) + timedelta(seconds=1)) == [K.PAST]


@pytest.mark.parametrize(
    ("opening", "told"),
    [
        ([(10, 11)], ""),
        ([(8, 9), (9, 12)], ""),
        ([(10, 10.5)], "10:00 AM to 11:00 AM is outside opening hours (10:00 AM to 10:30 AM)."),
        (
            [(8, 10.5), (10.5, 12)],
            "10:00 AM to 11:00 AM is outside opening hours (8:00 AM to 10:30 AM, 10:30 AM to 12:00 PM).",
        ),
        ([(10.5, 12)], "10:00 AM to 11:00 AM is outside opening hours (10:30 AM to 12:00 PM)."),
        ([], "The clinic is closed on Thu 26 Nov 2026."),
    ],
)
def test_a_case_fits_into_one_stretch_of_opening_hours(opening: list[tuple[float, float]], told: str) -> None:
    spans = tuple(
        Span(at(0) + timedelta(hours=first), at(0) + timedelta(hours=last)) for first, last in opening
    )
    found = advices(proposal(opening=spans), LONG_BEFORE)
    assert [(advice.key, advice.sentence) for advice in found] == [(K.OUTSIDE_HOURS, told)] * bool(told)


def test_a_closed_day_gives_its_reason_and_each_unit_off_duty_its_name() -> None:
    closed = proposal(opening=(), closed_for="Thanksgiving", off_duty=("Dr Lin", "Room 1"))
    assert [advice.sentence for advice in advices(closed, LONG_BEFORE)] == [
        "Thanksgiving: the clinic is closed on Thu 26 Nov 2026.",
        "Dr Lin does not work 10:00 AM to 11:00 AM that day.",
        "Room 1 does not work 10:00 AM to 11:00 AM that day.",
    ]


def test_every_other_booking_of_the_day_is_named() -> None:
    twice = proposal(same_day=(SameDay(at(8), "MRI"), SameDay(at(14), "Brace fitting")))
    assert [advice.sentence for advice in advices(twice, LONG_BEFORE)] == [
        "Rosa Ortiz is booked on Thu 26 Nov 2026, 8:00 AM already: MRI.",
        "Rosa Ortiz is booked on Thu 26 Nov 2026, 2:00 PM already: Brace fitting.",
    ]


# The escort


@pytest.mark.parametrize(
    ("now", "key"),
    [
        (at(9), K.NO_ESCORT_NEAR),
        (at(0), K.NO_ESCORT_NEAR),
        (at(23, 59, days=-1), K.NO_ESCORT_NEAR),
        (at(0, days=-1), K.NO_ESCORT_NEAR),  # tomorrow, from the first minute of the day before
        (at(23, 59, days=-2), K.NO_ESCORT),
        (at(12, days=-2), K.NO_ESCORT),
    ],
)
def test_for_today_and_tomorrow_somebody_answers_for_a_missing_escort(now: datetime, key: AdviceKey) -> None:
    assert keys(proposal(patient={"escort_named": False}), now) == [key]
    assert keys(proposal(), now) == []


def test_today_and_tomorrow_are_the_clinics_days_whatever_the_day_in_utc() -> None:
    """23:30 in New York is the next day in UTC: the case two days on is not near yet."""
    alone = proposal(at(23, 30), patient={"escort_named": False}, draft={"minutes": 20})
    assert at(23, 30).astimezone(UTC).date() == THURSDAY + timedelta(days=1)
    assert K.NO_ESCORT in keys(alone, at(23, 45, days=-2))
    assert K.NO_ESCORT_NEAR in keys(alone, at(0, days=-1))


@pytest.mark.parametrize(
    "values", [{"draft": OVERNIGHT}, {"depth": Sedation.LOCAL}, {"patient": {"escort_named": True}}]
)
def test_who_stays_or_is_not_sedated_needs_no_escort_at_the_booking(values: dict[str, Any]) -> None:
    found = proposal(**({"patient": {"escort_named": False}} | values))
    assert not {K.NO_ESCORT, K.NO_ESCORT_NEAR} & set(keys(found, at(9)))


def test_nobody_has_an_escort_whom_no_one_named() -> None:
    assert not PatientFlags(name="Rosa Ortiz").escort_named


def test_a_request_without_a_day_only_reminds_of_the_escort() -> None:
    assert keys(proposal(plan=None, patient={"escort_named": False}), at(9)) == [K.NO_ESCORT]


# Blood thinners


@pytest.mark.parametrize(
    ("typed", "risk", "sentences"),
    [
        ("warfarin 5 mg", BleedingRisk.HIGH, ["Warfarin: INR."]),
        ("warfarin 5 mg", BleedingRisk.LOW, ["Warfarin: No need."]),
        ("warfarin 5 mg", BleedingRisk.NONE, []),
        ("none", BleedingRisk.HIGH, []),
        ("Newthin", BleedingRisk.HIGH, ["Newthin: confirm with the prescriber whether to hold it."]),
    ],
)
def test_a_blood_thinner_is_asked_about_where_it_may_bleed(
    typed: str, risk: BleedingRisk, sentences: list[str]
) -> None:
    found = proposal(procedure=replace(KYPHO, bleeding_risk=risk), patient={"blood_thinner": typed})
    assert [advice.sentence for advice in advices(found, LONG_BEFORE)] == sentences


def test_a_long_medicine_is_cut() -> None:
    (found,) = advices(proposal(patient={"blood_thinner": "x" * 100}), LONG_BEFORE)
    assert found.sentence.startswith("x" * 80 + ": ")


# Refusals


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"minutes": 5}, None),
        ({"minutes": 1}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"minutes": 720}, None),
        ({"minutes": 725}, "minutes"),
        ({"setup_minutes": 0}, None),
        ({"setup_minutes": -5}, "setup_minutes"),
        ({"turnover_minutes": 7}, "turnover_minutes"),
        ({"recovery_minutes": 725}, "recovery_minutes"),
        ({"starts": at(10).replace(second=1)}, "starts"),
        ({"starts": at(10).replace(microsecond=1)}, "starts"),
        ({"starts": None}, None),
        ({"pain_before": 0}, None),
        ({"pain_before": 10}, None),
        ({"pain_before": -1}, "pain_before"),
        ({"pain_before": 11}, "pain_before"),
        ({"notes": "x" * 4000}, None),
        ({"notes": "x" * 4001}, "notes"),
        ({"reason": "x" * 4001}, "reason"),
        ({"diagnosis": "back pain"}, "diagnosis"),
        (OVERNIGHT, None),
    ],
)
def test_what_cannot_be_names_its_field(draft: dict[str, Any], field: str | None) -> None:
    assert fields_refused(proposal(draft=draft)) == ([field] if field else [])


def test_everything_that_cannot_be_is_said_at_once() -> None:
    wrong = proposal(
        levels="",
        patient={"deceased_on": THURSDAY},
        draft={"minutes": 0, "pain_before": 11},
    )
    assert fields_refused(wrong) == ["patient", "levels", "minutes", "pain_before"]


def test_minutes_that_are_none_are_said_to_be_none() -> None:
    for minutes in (0, -5):
        (refusal,) = refusals(proposal(draft={"minutes": minutes}))
        assert "The end must come after the start" in refusal.sentence


@pytest.mark.parametrize(
    ("depth", "mac", "refused"),
    [
        (Sedation.MODERATE, False, False),
        (Sedation.MODERATE, True, True),
        (Sedation.GENERAL, False, True),
    ],
)
def test_what_an_anesthesia_provider_gives_needs_one(depth: Sedation, mac: bool, refused: bool) -> None:
    served = proposal(depth=depth, draft={"mac": mac})
    alone = proposal(depth=depth, draft={"mac": mac}, procedure=replace(KYPHO, needs=(BED,)))
    assert fields_refused(served) == []
    assert fields_refused(alone) == ["sedation"] * refused


def test_a_night_needs_a_bed() -> None:
    day_case = replace(KYPHO, needs=(ANESTHETIST,))
    assert fields_refused(proposal(procedure=day_case, draft=OVERNIGHT)) == ["setting"]
    assert fields_refused(proposal(procedure=day_case)) == []


# Answers


NOTHING, REASON, OVERRIDE = (
    Advice(key, f"{key}.") for key in (K.BLOOD_THINNER, K.SAME_DAY, K.NO_ESCORT_NEAR)
)


def test_what_asks_for_the_most_comes_first() -> None:
    found = advices(
        proposal(
            patient={"asa_class": 4, "blood_thinner": "warfarin"},
            same_day=(SameDay(at(8), "MRI"),),
        ),
        LONG_BEFORE,
    )
    assert [advice.answer for advice in found] == [Answer.OVERRIDE, Answer.REASON, Answer.NOTHING]


def test_only_what_asks_and_did_not_stand_before_is_open() -> None:
    assert unanswered((NOTHING, REASON, OVERRIDE)) == (REASON, OVERRIDE)
    assert unanswered((NOTHING, REASON, OVERRIDE), before=(OVERRIDE,)) == (REASON,)
    assert unanswered((replace(REASON, sentence="Another day."),), before=(REASON,)) != ()


@pytest.mark.parametrize(
    ("open_advices", "reason", "may_override", "answerable"),
    [
        ((), "", False, None),
        ((REASON,), "patient asked", False, None),
        ((REASON,), "  ", True, True),
        ((REASON, OVERRIDE), "surgeon knows", True, None),
        ((REASON, OVERRIDE), "surgeon knows", False, False),
        ((OVERRIDE,), "", True, True),
    ],
)
def test_a_reason_answers_and_some_advices_only_from_some_roles(
    open_advices: tuple[Advice, ...], reason: str, may_override: bool, answerable: bool | None
) -> None:
    if answerable is None:
        ask(open_advices, reason=reason, may_override=may_override)
        return
    with pytest.raises(NeedsReason) as asked:
        ask(open_advices, reason=reason, may_override=may_override)
    assert asked.value.answerable is answerable
    assert asked.value.sentence.startswith(" ".join(advice.sentence for advice in open_advices))
