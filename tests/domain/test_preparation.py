"""The checklist of a case: tables of worked examples, and its rules against plain ones over random days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.clock import ClinicZone
from clinicdesk.config import resources_dir
from clinicdesk.domain.blood_thinners import BleedingRisk, BloodThinner
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.entry_tables import from_text, to_text
from clinicdesk.domain.instructions import before_case
from clinicdesk.domain.preparation import (
    CheckPoint,
    CheckState,
    PreparationFacts,
    PreparationItem,
    PreparationKey,
    PreparationRule,
    PreparationStatus,
    PreparationWhen,
    alarms,
    due_on,
    judged,
    unready,
)
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.domain.working_days import WorkingDays
from clinicdesk.errors import BadInput
from clinicdesk.exchange.catalogue import read_file

CASE = date(2026, 12, 11)
"""A Friday."""
TODAY = date(2026, 12, 7)
WEEKDAYS = WorkingDays(frozenset(range(5)))

DONE, OPEN = PreparationStatus.DONE, PreparationStatus.OPEN
AUTHORIZATION = PreparationRule(key=PreparationKey.AUTHORIZATION, days_before=3)
NOTHING_KNOWN = PreparationFacts()


def shipped(file: str, kind: EntryKind) -> dict[str, object]:
    rows = read_file(file, (resources_dir() / "catalogue" / file).read_bytes())[kind]
    return {str(row.key): row for row in rows}  # type: ignore[union-attr] # all of these kinds have a key


def procedure(key: str) -> Procedure:
    found = shipped("procedures.toml", EntryKind.PROCEDURE)[key]
    assert isinstance(found, Procedure)
    return found


def thinners() -> tuple[BloodThinner, ...]:
    rows = shipped("bloodthinners.toml", EntryKind.BLOOD_THINNER).values()
    return tuple(row for row in rows if isinstance(row, BloodThinner))


def item(key: PreparationKey, status: PreparationStatus = DONE, **values: object) -> PreparationItem:
    return PreparationItem(key=key, status=status, **values)  # type: ignore[arg-type] # of this test's choosing


def one(
    rule: PreparationRule,
    found: PreparationItem | None = None,
    facts: PreparationFacts = NOTHING_KNOWN,
    case_day: date | None = CASE,
    today: date = TODAY,
) -> CheckPoint:
    items = {} if found is None else {found.key: found}
    (point,) = judged((rule,), items, facts, case_day, today, WEEKDAYS)
    return point


@pytest.mark.parametrize(
    ("ends", "today", "state", "sentence"),
    [
        (date(2026, 12, 11), TODAY, CheckState.DONE, "Number A-1, valid up to Fri 11 Dec."),
        (date(2027, 1, 31), TODAY, CheckState.DONE, "Number A-1, valid up to Sun 31 Jan 2027."),
        (date(2062, 12, 31), TODAY, CheckState.DONE, "Number A-1, valid up to Sun 31 Dec 2062."),
        (
            date(2026, 12, 10),
            TODAY,
            CheckState.WRONG,
            "The authorization ends the day before the case."
            " Ask for an extension, or move the case to Thu 10 Dec or earlier.",
        ),
        (
            date(2026, 12, 8),
            TODAY,
            CheckState.WRONG,
            "The authorization ends 3 days before the case."
            " Ask for an extension, or move the case to Tue 8 Dec or earlier.",
        ),
        (
            date(2026, 12, 6),
            TODAY,
            CheckState.WRONG,
            "The authorization ended on Sun 6 Dec. Ask for a new one.",
        ),
    ],
)
def test_an_authorization_counts_up_to_its_last_day(
    ends: date, today: date, state: CheckState, sentence: str
) -> None:
    point = one(AUTHORIZATION, item(PreparationKey.AUTHORIZATION, number="A-1", expires_on=ends), today=today)
    assert (point.state, point.sentence) == (state, sentence)


def test_an_authorization_that_lasted_to_its_case_is_not_asked_for_again_afterwards() -> None:
    """A case that nobody has closed yet: the point is done, and its sentence says nothing else."""
    used = item(PreparationKey.AUTHORIZATION, number="A-1", expires_on=CASE)
    point = one(AUTHORIZATION, used, today=CASE + timedelta(days=1))
    assert (point.state, point.sentence) == (CheckState.DONE, "Number A-1, valid up to Fri 11 Dec.")


def test_sixty_days_from_april_30_end_with_june_28() -> None:
    ends = date(2026, 4, 30) + timedelta(days=60 - 1)
    found = item(PreparationKey.AUTHORIZATION, number="A-1", expires_on=ends)
    fine = one(AUTHORIZATION, found, case_day=date(2026, 6, 28), today=date(2026, 6, 20))
    late = one(AUTHORIZATION, found, case_day=date(2026, 6, 29), today=date(2026, 6, 20))
    assert (fine.state, late.state) == (CheckState.DONE, CheckState.WRONG)


@pytest.mark.parametrize(
    ("medicine", "risk", "sentence", "due"),
    [
        (
            "warfarin 5 mg",
            "high",
            "Warfarin: usual hold 5 days, from Sun 6 Dec. Confirm with the prescriber.",
            4,
        ),
        ("Effient", "high", "Prasugrel: usual hold 7 days, from Fri 4 Dec. Confirm with the prescriber.", 4),
        (
            "aspirin",
            "high",
            "Aspirin: usual hold 3 to 5 days, from Sun 6 Dec. Confirm with the prescriber.",
            4,
        ),
        ("Eliquis", "high", "Apixaban: usual hold 4 doses. Confirm with the prescriber.", 4),
        (
            "enoxaparin",
            "high",
            "Enoxaparin, therapeutic: usual hold 24 hours, from Thu 10 Dec. Confirm with the prescriber.",
            4,
        ),
        (
            "warfarin",
            "low",
            "Warfarin: INR to be checked. Ask the prescriber whether to go on or hold.",
            4,
        ),
        ("ginkgo", "high", "ginkgo: confirm with the prescriber whether to hold it.", 4),
    ],
)
def test_a_blood_thinner_is_asked_about_and_never_ordered(
    medicine: str, risk: str, sentence: str, due: int
) -> None:
    rule = PreparationRule(
        key=PreparationKey.BLOOD_THINNER, days_before=7, when=PreparationWhen.BLOOD_THINNER
    )
    facts = PreparationFacts(blood_thinner=medicine, thinners=thinners(), bleeding_risk=BleedingRisk(risk))
    point = one(rule, facts=facts)
    assert (point.sentence, point.due_on) == (sentence, date(2026, 12, due))


def test_the_prescriber_is_asked_before_a_long_hold_begins() -> None:
    rule = PreparationRule(
        key=PreparationKey.BLOOD_THINNER, days_before=2, when=PreparationWhen.BLOOD_THINNER
    )
    taking = PreparationFacts(blood_thinner="prasugrel", thinners=thinners(), bleeding_risk=BleedingRisk.HIGH)
    assert one(rule, facts=taking).due_on == date(2026, 12, 4)
    assert alarms((rule,), {}, taking, CASE, TODAY, WEEKDAYS) == (PreparationKey.BLOOD_THINNER,)
    assert judged((rule,), {}, PreparationFacts(bleeding_risk=BleedingRisk.HIGH), CASE, TODAY, WEEKDAYS) == ()


@pytest.mark.parametrize(
    ("days_before", "today", "state"),
    [
        (3, date(2026, 12, 7), CheckState.OPEN),
        (3, date(2026, 12, 8), CheckState.DUE),
        (3, date(2026, 12, 9), CheckState.OVERDUE),
        (6, date(2026, 12, 4), CheckState.DUE),  # Sunday 6 December: nobody works, so it is due on Friday
        (5, date(2026, 12, 7), CheckState.OVERDUE),
        (0, date(2026, 12, 11), CheckState.DUE),
    ],
)
def test_a_point_is_due_on_a_day_on_which_somebody_works(
    days_before: int, today: date, state: CheckState
) -> None:
    rule = PreparationRule(key=PreparationKey.CONSENT, days_before=days_before)
    assert one(rule, today=today).state is state


def test_the_chart_settles_allergies_and_the_escort() -> None:
    allergies = PreparationRule(key=PreparationKey.ALLERGIES, days_before=1)
    escort = PreparationRule(key=PreparationKey.ESCORT, days_before=1, when=PreparationWhen.ESCORT)
    assert one(allergies).state is CheckState.OPEN
    assert one(allergies, facts=PreparationFacts(allergies_known=True)).state is CheckState.DONE
    needed = PreparationFacts(escort_required=True)
    assert one(escort, facts=needed).sentence == "Nobody is named in the chart who takes the patient home."
    assert (
        one(escort, facts=PreparationFacts(escort_required=True, escort_named=True)).state is CheckState.DONE
    )
    assert judged((escort,), {}, PreparationFacts(), CASE, TODAY, WEEKDAYS) == ()


def test_who_waits_without_a_time_is_judged_by_today() -> None:
    ended = item(PreparationKey.AUTHORIZATION, number="A-1", expires_on=date(2026, 12, 6))
    valid = item(PreparationKey.AUTHORIZATION, number="A-1", expires_on=TODAY)
    assert one(AUTHORIZATION, ended, case_day=None).state is CheckState.WRONG
    assert one(AUTHORIZATION, valid, case_day=None).state is CheckState.DONE
    points = judged(
        procedure("kyphoplasty").preparation, {valid.key: valid}, PreparationFacts(), None, TODAY, WEEKDAYS
    )
    assert [point.key for point in unready(points)] == [PreparationKey.LABS, PreparationKey.IMAGING]


def test_a_kyphoplasty_has_its_kit_and_an_injection_does_not() -> None:
    facts = PreparationFacts(escort_required=True)
    kypho = judged(procedure("kyphoplasty").preparation, {}, facts, CASE, TODAY, WEEKDAYS)
    block = judged(
        procedure("medial_branch_block").preparation, {}, PreparationFacts(), CASE, TODAY, WEEKDAYS
    )
    assert [point.key.value for point in kypho] == [
        *("consent", "authorization", "labs", "imaging", "allergies", "escort", "kit"),
    ]
    assert [point.key.value for point in block] == ["consent", "authorization", "imaging", "allergies"]
    assert procedure("follow_up_visit").preparation == ()


def test_a_procedure_stored_before_there_were_checklists_gets_the_usual_one() -> None:
    for key in ("kyphoplasty", "medial_branch_block", "discectomy", "follow_up_visit"):
        now = procedure(key)
        stored = to_text(now)
        start = stored.index('"preparation":[')
        old = stored[:start] + stored[stored.index("]", start) + 2 :]
        assert "preparation" not in old
        assert from_text(EntryKind.PROCEDURE, old) == now


def test_a_checklist_names_each_point_once_and_days_that_can_be() -> None:
    with pytest.raises(BadInput):
        PreparationRule(key=PreparationKey.KIT, days_before=91)
    twice = (AUTHORIZATION, AUTHORIZATION)
    with pytest.raises(BadInput):
        Procedure(key="x", name="X", kind=procedure("kyphoplasty").kind, first_minutes=20, preparation=twice)


# ---------------------------------------------------------------------- against plain rules


DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))
WORKING = st.builds(
    WorkingDays,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2024, 1, 1), date(2029, 12, 31)), max_size=3),
)
RULES = st.lists(
    st.builds(
        PreparationRule,
        key=st.sampled_from(PreparationKey),
        days_before=st.integers(0, 30),
        when=st.sampled_from(PreparationWhen),
    ),
    unique_by=lambda rule: rule.key,
).map(tuple)
FACTS = st.builds(
    PreparationFacts,
    allergies_known=st.booleans(),
    blood_thinner=st.sampled_from(("", "warfarin", "prasugrel and aspirin", "apixaban", "ginkgo")),
    thinners=st.just(thinners()),
    bleeding_risk=st.sampled_from(BleedingRisk),
    escort_required=st.booleans(),
    escort_named=st.booleans(),
)


@given(
    rule=st.builds(PreparationRule, key=st.just(PreparationKey.LABS), days_before=st.integers(0, 90)),
    case=DAYS,
    working=WORKING,
)
def test_due_is_the_last_working_day_that_is_early_enough(
    rule: PreparationRule, case: date, working: WorkingDays
) -> None:
    due = due_on(rule, PreparationFacts(), case, working)
    wanted = case.toordinal() - rule.days_before
    assert working.is_open(due)
    assert due.toordinal() <= wanted
    between = (date.fromordinal(n) for n in range(due.toordinal() + 1, wanted + 1))
    assert not any(working.is_open(day) for day in between)


@given(today=DAYS, working=WORKING, count=st.integers(1, 6))
def test_the_days_that_come_hold_so_many_working_days_and_every_day_between(
    today: date, working: WorkingDays, count: int
) -> None:
    days = working.coming(today, count)
    assert days == tuple(today + timedelta(days=n + 1) for n in range(len(days)))
    assert sum(working.is_open(day) for day in days) == count
    assert working.is_open(days[-1])


def test_the_next_days_reach_over_the_weekend_and_a_holiday() -> None:
    thanksgiving = WorkingDays(frozenset(range(5)), frozenset({date(2026, 11, 26)}))
    days = thanksgiving.coming(date(2026, 11, 25), 4)
    assert (days[0], days[-1]) == (date(2026, 11, 26), date(2026, 12, 2))
    assert WorkingDays(frozenset()).coming(TODAY, 4)[-1] == TODAY + timedelta(days=4)


@given(
    rules=RULES,
    facts=FACTS,
    settled=st.dictionaries(
        st.sampled_from(PreparationKey), st.tuples(st.booleans(), st.one_of(st.none(), DAYS))
    ),
    ahead=st.integers(-3, 40),
    today=DAYS,
    working=WORKING,
)
def test_the_short_way_finds_what_the_whole_checklist_alarms_about(
    rules: tuple[PreparationRule, ...],
    facts: PreparationFacts,
    settled: dict[PreparationKey, tuple[bool, date | None]],
    ahead: int,
    today: date,
    working: WorkingDays,
) -> None:
    case = today + timedelta(days=ahead)
    items, short = {}, {}
    for key, (done, ends) in settled.items():
        ends = ends if key in (PreparationKey.AUTHORIZATION, PreparationKey.BLOOD_THINNER) else None
        items[key] = item(key, DONE if done else OPEN, expires_on=ends)
        if done:
            short[str(key)] = items[key].day
    whole = judged(rules, items, facts, case, today, working)
    assert set(alarms(rules, short, facts, case, today, working)) == {
        point.key for point in whole if point.state.is_alarming
    }


# ---------------------------------------------------------------------- when to come


@pytest.mark.parametrize(
    ("starts", "level", "told"),
    [
        ("2026-12-11 10:00", "moderate", ("09:00", "04:00", "08:00")),
        ("2026-12-11 09:00", "general", ("08:00", "03:00", "07:00")),
        ("2026-12-11 10:00", "local", ("09:00", None, None)),
        # Six hours before half past seven on the day the clocks go forward is half past midnight on the wall.
        ("2026-03-08 07:30", "moderate", ("06:30", "00:30", "05:30")),
        ("2026-11-01 07:30", "moderate", ("06:30", "01:30", "05:30")),
        ("2028-02-29 09:00", "moderate", ("08:00", "03:00", "07:00")),
    ],
)
def test_arrive_stop_eating_and_stop_drinking(starts: str, level: str, told: tuple[str | None, ...]) -> None:
    zone = ClinicZone("America/New_York")
    moment = datetime.fromisoformat(starts)
    sedation = shipped("sedation.toml", EntryKind.SEDATION)[level]
    assert isinstance(sedation, SedationLevel)
    found = before_case(
        zone.at(moment.date(), moment.time()), setup_minutes=15, is_visit=False, level=sedation
    )
    plan = found.fasting
    instants = (found.arrive, plan and plan.stop_eating, plan and plan.stop_drinking)
    assert tuple(each and f"{zone.local(each):%H:%M}" for each in instants) == told


def test_a_long_setup_brings_the_patient_earlier_and_a_visit_later() -> None:
    starts = datetime(2026, 12, 11, 15, tzinfo=UTC)
    local = shipped("sedation.toml", EntryKind.SEDATION)["local"]
    assert isinstance(local, SedationLevel)
    early = before_case(starts, setup_minutes=90, is_visit=False, level=local)
    visit = before_case(starts, setup_minutes=5, is_visit=True, level=local)
    assert (starts - early.arrive, starts - visit.arrive) == (timedelta(minutes=90), timedelta(minutes=10))


def test_a_clinic_works_on_the_weekdays_it_opens() -> None:
    calendar = ClinicFacts(name="X").calendar(datetime.combine(TODAY, time(3), UTC))
    assert (calendar.today, calendar.working) == (TODAY - timedelta(days=1), WEEKDAYS)
