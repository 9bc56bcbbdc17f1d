from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.config import resources_dir
from clinicdesk.domain.catalogue import Family
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.redflags import (
    Answer,
    QuestionKind,
    RedFlagQuestion,
    Reply,
    Situation,
    Temperature,
    TemperatureUnit,
    Tier,
    UnknownQuestion,
    questions_for,
    spoken,
    triage,
    triage_heard,
)
from clinicdesk.errors import BadInput
from clinicdesk.exchange.catalogue import read_file

QUESTIONS = tuple(
    question
    for question in read_file(
        "redflags.toml", (resources_dir() / "catalogue" / "redflags.toml").read_bytes()
    )[EntryKind.RED_FLAG]
    if isinstance(question, RedFlagQuestion)
)
KEYS = tuple(question.key for question in QUESTIONS)
DAY_14 = Situation(14, Family.CEMENT, has_brace=True)
AFTER_EPIDURAL = Situation(14, Family.EPIDURAL, has_brace=True)
ALL_NO: dict[str, Reply | None] = dict.fromkeys(KEYS, Answer.NO)

TIERS = {
    "chest_pain": Tier.EMERGENCY,
    "short_of_breath": Tier.EMERGENCY,
    "collapse": Tier.EMERGENCY,
    "bladder_bowel": Tier.EMERGENCY,
    "saddle_numbness": Tier.EMERGENCY,
    "leg_weakness": Tier.EMERGENCY,
    "fever": Tier.SAME_DAY,
    "wound": Tier.SAME_DAY,
    "pain_not_controlled": Tier.SAME_DAY,
    "new_back_pain": Tier.SAME_DAY,
    "swollen_calf": Tier.SAME_DAY,
    "headache": Tier.SAME_DAY,
    "soreness": Tier.NEXT_WORKING_DAY,
    "constipation": Tier.NEXT_WORKING_DAY,
    "brace_fit": Tier.NEXT_WORKING_DAY,
    "medicine_question": Tier.NEXT_WORKING_DAY,
}

replies = st.one_of(
    st.none(),
    st.sampled_from(Answer),
    st.sampled_from([Temperature.parse("37.9"), Temperature.parse("38.0")]),
)
situations = st.builds(Situation, st.integers(0, 400), st.sampled_from(Family), st.booleans())


@st.composite
def answered(draw: st.DrawFn) -> dict[str, Reply | None]:
    given_answers: dict[str, Reply | None] = {}
    for question in QUESTIONS:
        reply = draw(replies)
        if isinstance(reply, Temperature) and question.kind is not QuestionKind.TEMPERATURE:
            reply = None
        given_answers[question.key] = reply
    return given_answers


def rank(tier: Tier | None) -> int:
    return -1 if tier is None else tier.rank


@pytest.mark.parametrize("key", KEYS)
def test_each_positive_answer_has_the_tier_of_the_list(key: str) -> None:
    found = triage(QUESTIONS, {**ALL_NO, key: Answer.YES}, AFTER_EPIDURAL)
    assert found.tier is TIERS[key]
    assert [reason.key for reason in found.reasons] == [key]
    assert found.is_complete


def test_the_list_is_whole() -> None:
    assert set(KEYS) == set(TIERS)


def test_all_no_is_no_flag() -> None:
    found = triage(QUESTIONS, ALL_NO, DAY_14)
    assert found.tier is Tier.NONE
    assert found.headline == "No flag"


def test_unanswered_is_not_no() -> None:
    found = triage(QUESTIONS, {**ALL_NO, "wound": None}, DAY_14)
    assert found.tier is None
    assert found.unanswered == ("wound",)
    assert found.headline == "Incomplete: 1 question not answered"
    assert triage(QUESTIONS, {}, DAY_14).tier is None


def test_a_flag_stands_beside_gaps() -> None:
    found = triage(QUESTIONS, {"constipation": Answer.YES, "wound": Answer.NO}, DAY_14)
    assert found.tier is Tier.NEXT_WORKING_DAY
    assert not found.is_complete
    assert found.headline.startswith("Next working day; ")


@pytest.mark.parametrize(
    ("typed", "fever"),
    [
        ("37.9", False),
        ("37.99 C", False),
        ("38.0", True),
        ("38", True),
        ("38,2 °C", True),
        ("100.3", False),
        ("100.39 F", False),
        ("100.4", True),
        ("100,4 °f", True),
    ],
)
def test_fever_begins_at_38_celsius_and_at_100_4_fahrenheit(typed: str, fever: bool) -> None:
    found = triage(QUESTIONS, {**ALL_NO, "fever": Temperature.parse(typed)}, DAY_14)
    assert (found.tier is Tier.SAME_DAY) == fever


@pytest.mark.parametrize("typed", ["", "warm", "3.8", "380", "50", "38 F", "100 C", "38.123", "-38", "٣٨"])
def test_a_temperature_nobody_has_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        Temperature.parse(typed)


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("30", TemperatureUnit.CELSIUS),
        ("29.99", None),
        ("45", TemperatureUnit.CELSIUS),
        ("45.01", None),
        ("45.01 C", None),
        ("85.99", None),
        ("86", TemperatureUnit.FAHRENHEIT),
        ("113", TemperatureUnit.FAHRENHEIT),
        ("113.01", None),
    ],
)
def test_the_number_tells_its_unit_and_what_no_living_body_has_is_refused(
    typed: str, unit: TemperatureUnit | None
) -> None:
    if unit is None:
        with pytest.raises(BadInput):
            Temperature.parse(typed)
    else:
        assert Temperature.parse(typed).unit is unit


def test_a_reply_is_read_back_as_it_was_stored() -> None:
    fever = next(question for question in QUESTIONS if question.key == "fever")
    wound = next(question for question in QUESTIONS if question.key == "wound")
    for reply in (Answer.YES, Answer.NO, Temperature(Decimal("100.4"), TemperatureUnit.FAHRENHEIT)):
        assert fever.read(str(reply)) == reply
    assert wound.read("Yes") is Answer.YES
    with pytest.raises(BadInput):
        wound.read("38.5")
    with pytest.raises(BadInput):
        wound.is_positive(Temperature.parse("38.5"))


def test_one_swollen_calf_is_for_today_and_with_breathlessness_an_emergency() -> None:
    alone = triage(QUESTIONS, {**ALL_NO, "swollen_calf": Answer.YES}, DAY_14)
    assert alone.tier is Tier.SAME_DAY
    both = triage(QUESTIONS, {**ALL_NO, "swollen_calf": Answer.YES, "short_of_breath": Answer.YES}, DAY_14)
    assert both.tier is Tier.EMERGENCY
    assert {reason.tier for reason in both.reasons} == {Tier.EMERGENCY}
    assert "One swollen leg with breathlessness" in {reason.label for reason in both.reasons}


def test_headache_flags_only_after_an_epidural() -> None:
    answers = {**ALL_NO, "headache": Answer.YES}
    assert triage(QUESTIONS, answers, AFTER_EPIDURAL).tier is Tier.SAME_DAY
    assert triage(QUESTIONS, answers, DAY_14).tier is Tier.NONE
    assert "headache" not in {question.key for question in questions_for(QUESTIONS, DAY_14)}


@pytest.mark.parametrize(("day", "tier"), [(1, Tier.NONE), (7, Tier.NONE), (8, Tier.NEXT_WORKING_DAY)])
def test_soreness_counts_past_one_week(day: int, tier: Tier) -> None:
    assert triage(QUESTIONS, {**ALL_NO, "soreness": Answer.YES}, Situation(day)).tier is tier


def test_only_someone_with_a_brace_is_asked_about_it() -> None:
    assert "brace_fit" not in {question.key for question in questions_for(QUESTIONS, Situation(14))}


def test_an_answer_to_no_question_is_refused() -> None:
    with pytest.raises(UnknownQuestion):
        triage(QUESTIONS, {"mood": Answer.YES}, DAY_14)


@given(answered(), situations, st.sampled_from(KEYS))
def test_a_positive_answer_more_never_lowers_the_tier(
    answers: dict[str, Reply | None], situation: Situation, key: str
) -> None:
    before = triage(QUESTIONS, answers, situation)
    after = triage(QUESTIONS, {**answers, key: Answer.YES}, situation)
    question = next(question for question in QUESTIONS if question.key == key)
    if question.asked(situation):
        assert rank(after.tier) >= max(rank(before.tier), question.tier.rank)
    else:
        assert after == before


@given(answered(), situations)
def test_the_worst_answer_wins_and_nothing_else_counts(
    answers: dict[str, Reply | None], situation: Situation
) -> None:
    found = triage(QUESTIONS, answers, situation)
    asked = questions_for(QUESTIONS, situation)
    positive = [q.tier for q in asked if (r := answers[q.key]) is not None and q.is_positive(r)]
    assert found.unanswered == tuple(q.key for q in asked if answers[q.key] is None)
    assert rank(found.tier) == max((t.rank for t in positive), default=-1 if found.unanswered else 0)
    assert sorted(found.reasons, key=lambda reason: -reason.tier.rank) == list(found.reasons)
    assert (found.tier is Tier.NONE) <= found.is_complete


def test_tiers_compare_by_urgency() -> None:
    assert sorted(Tier, reverse=True)[0] is Tier.EMERGENCY
    assert max(Tier.NEXT_WORKING_DAY, Tier.SAME_DAY) is Tier.SAME_DAY
    assert Tier.NONE < Tier.NEXT_WORKING_DAY <= Tier.SAME_DAY < Tier.EMERGENCY
    assert Tier.EMERGENCY >= Tier.SAME_DAY > Tier.NONE
    for tier in Tier:
        assert tier <= tier.value
        assert tier >= tier.value
        assert not tier < tier.value
        assert not tier > tier.value


def test_an_emergency_always_says_the_number() -> None:
    chest = QUESTIONS[0]
    assert spoken(chest.say, emergency_number="112", clinic_phone="1").startswith("Call 112 now.")
    for wrong in ("Go home.", "Call {number}.", "Call {emergency_number} {", " "):
        with pytest.raises(BadInput):
            replace(chest, say=wrong)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "Chest pain"),
        ("label", " "),
        ("text", " "),
        ("tier", Tier.NONE),
        ("say", " "),
    ],
)
@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.SAME_DAY])
def test_a_question_that_cannot_be_asked_names_its_field(field: str, value: str, tier: Tier) -> None:
    sound = replace(QUESTIONS[0], tier=tier)
    with pytest.raises(BadInput) as refused:
        replace(sound, **{field: value})  # type: ignore[arg-type] # a field by its name
    assert refused.value.field == field


def test_of_several_things_that_cannot_be_said_the_first_is_named() -> None:
    with pytest.raises(BadInput) as refused:
        replace(QUESTIONS[0], say="Call {emergency_number}, {b} or {a}.")
    assert "but not {a}." in refused.value.sentence


def test_a_question_is_asked_of_everybody_from_the_day_of_the_procedure_unless_it_says_otherwise() -> None:
    plain = RedFlagQuestion(key="pain", label="Pain", text="Any pain?", tier=Tier.SAME_DAY, say="Call us.")
    assert plain.asked(Situation(0))
    assert not plain.asked(Situation(-1))
    assert not plain.confirm
    for_epidurals = replace(plain, families=(Family.EPIDURAL,), with_brace=True, from_day=2)
    assert for_epidurals.asked(Situation(2, Family.EPIDURAL, has_brace=True))
    for other in (
        Situation(1, Family.EPIDURAL, has_brace=True),
        Situation(2, Family.CEMENT, has_brace=True),
        Situation(2, Family.EPIDURAL),
    ):
        assert not for_epidurals.asked(other)


@given(answered(), situations)
def test_what_was_answered_counts_though_it_would_not_be_asked(
    answers: dict[str, Reply | None], situation: Situation
) -> None:
    found = triage_heard(QUESTIONS, answers, situation)
    given_now = {key: reply for key, reply in answers.items() if reply is not None}
    positive = {q.key for q in QUESTIONS if q.key in given_now and q.is_positive(given_now[q.key])}
    assert {reason.key for reason in found.reasons} == positive
    asked = [question.key for question in questions_for(QUESTIONS, situation)]
    assert found.unanswered == tuple(key for key in asked if key not in given_now)
