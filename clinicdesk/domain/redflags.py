"""Red flags after a procedure: which questions are asked, and how urgent the answers are.

The worst answer wins. An unanswered question is not "no": a questionnaire with gaps and nothing flagged has no tier at
all, and is reported as incomplete. No score lowers a flag, so no score comes in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from clinicdesk.domain.catalogue import Family
from clinicdesk.domain.words import check_key, check_name
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _, ngettext

SWOLLEN_CALF = "swollen_calf"
BREATHLESS = "short_of_breath"
"""Keys that a rule of its own joins: one swollen leg alone is for the same day, with breathlessness an emergency."""

EMERGENCY_NUMBER = "{emergency_number}"
CLINIC_PHONE = "{clinic_phone}"
"""What a text to say may hold; filled by `spoken`."""


class Tier(StrEnum):
    """How soon someone must act, least urgent first. Tiers compare by urgency."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"
    SAME_DAY = "same_day"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 for none to 3 for an emergency; what a database sorts by."""
        return _ORDER.index(self)

    @property
    def label(self) -> str:
        """The tier in the person's language."""
        return {
            Tier.NONE: _("No flag"),
            Tier.NEXT_WORKING_DAY: _("Next working day"),
            Tier.SAME_DAY: _("Surgeon the same day"),
            Tier.EMERGENCY: _("Emergency now"),
        }[self]

    def __lt__(self, other: str) -> bool:
        return self.rank < Tier(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Tier(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Tier(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Tier(other).rank


_ORDER = tuple(Tier)


class QuestionKind(StrEnum):
    """What an answer looks like."""

    YES_NO = "yes_no"
    TEMPERATURE = "temperature"


class Answer(StrEnum):
    """Yes or no. There is no third: an unanswered question has no answer."""

    YES = "yes"
    NO = "no"

    @property
    def label(self) -> str:
        """The answer in the person's language."""
        return {Answer.YES: _("Yes"), Answer.NO: _("No")}[self]


class TemperatureUnit(StrEnum):
    """Degrees Celsius or Fahrenheit."""

    CELSIUS = "C"
    FAHRENHEIT = "F"


_FEVER = {TemperatureUnit.CELSIUS: Decimal("38.0"), TemperatureUnit.FAHRENHEIT: Decimal("100.4")}
_PLAUSIBLE = {
    TemperatureUnit.CELSIUS: (Decimal(30), Decimal(45)),
    TemperatureUnit.FAHRENHEIT: (Decimal(86), Decimal(113)),
}
_TEMPERATURE = re.compile(r"(\d{2,3}(?:[.,]\d{1,2})?)\s*°?\s*([CF]?)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Temperature:
    """A measured body temperature, exact."""

    degrees: Decimal
    unit: TemperatureUnit

    def __post_init__(self) -> None:
        """Raise `BadInput` for what no living body has."""
        lowest, highest = _PLAUSIBLE[self.unit]
        if not lowest <= self.degrees <= highest:
            raise BadInput(
                _("A body temperature lies between 30 and 45 °C, or between 86 and 113 °F. Measure again."),
                "temperature",
            )

    @property
    def is_fever(self) -> bool:
        """38.0 °C or 100.4 °F, or more."""
        return self.degrees >= _FEVER[self.unit]

    def __str__(self) -> str:
        """As stored and shown: ``38.2 C``."""
        return f"{self.degrees} {self.unit.value}"

    @classmethod
    def parse(cls, text: str) -> Temperature:
        """Read ``38.2``, ``38,2 C`` or ``100.4 °F``; without a unit the number tells (no body has 45 to 86).

        Raises `BadInput`.
        """
        read = _TEMPERATURE.fullmatch(text.strip())
        if read is None:
            raise BadInput(_("Write the temperature as 38.2 C or 100.8 F."), "temperature")
        degrees = Decimal(read[1].replace(",", "."))
        guess = "C" if degrees <= _PLAUSIBLE[TemperatureUnit.CELSIUS][1] else "F"
        return cls(degrees, TemperatureUnit(read[2].upper() or guess))


Reply = Answer | Temperature
"""An answer that was given. ``Answer.YES`` to the temperature question: feverish, but not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlagQuestion:
    """One question, the tier a positive answer triggers, and what to say to the patient then.

    ``label`` is the finding in a few words. ``families``: asked only after these procedures (empty: after any).
    ``from_day``: asked, and counted, only from so many days after the procedure on. ``with_brace``: asked only of
    someone who has a brace.
    """

    key: str
    label: str
    text: str
    tier: Tier
    say: str
    kind: QuestionKind = QuestionKind.YES_NO
    families: tuple[Family, ...] = ()
    from_day: int = 0
    with_brace: bool = False
    source: str = ""
    confirm: bool = False

    def __post_init__(self) -> None:
        """Raise `BadInput` where a value cannot be."""
        check_key(self.key)
        check_name(self.label, "label")
        if not self.text.strip():
            raise BadInput(_("Write the question."), "text")
        if self.tier is Tier.NONE:
            raise BadInput(_("A red-flag question leads to a tier."), "tier")
        if not self.say.strip():
            raise BadInput(_("Write what to say to the patient."), "say")
        unknown = set(re.findall(r"\{[^}]*\}?|\}", self.say)) - {EMERGENCY_NUMBER, CLINIC_PHONE}
        if unknown:
            raise BadInput(
                _("What to say may hold {emergency_number} and {clinic_phone}, but not {unknown}.").replace(
                    "{unknown}", min(unknown)
                ),
                "say",
            )
        if self.tier is Tier.EMERGENCY and EMERGENCY_NUMBER not in self.say:
            raise BadInput(_("An emergency always says the number: write {emergency_number} there."), "say")

    def asked(self, situation: Situation) -> bool:
        """Whether it is asked in ``situation``."""
        return (
            situation.day >= self.from_day
            and (not self.families or situation.family in self.families)
            and (situation.has_brace or not self.with_brace)
        )

    def read(self, text: str) -> Reply:
        """The reply from what was stored or typed. Raises `BadInput`."""
        word = text.strip().casefold()
        if word in (Answer.YES, Answer.NO):
            return Answer(word)
        if self.kind is QuestionKind.TEMPERATURE:
            return Temperature.parse(text)
        raise BadInput(_("Answer yes or no."), self.key)

    def is_positive(self, reply: Reply) -> bool:
        """Whether ``reply`` triggers the tier. Raises `BadInput` for a temperature where yes or no was asked."""
        if isinstance(reply, Temperature):
            if self.kind is not QuestionKind.TEMPERATURE:
                raise BadInput(_("Answer yes or no."), self.key)
            return reply.is_fever
        return reply is Answer.YES


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides which questions are asked: days since the procedure (by the clinic's calendar), and what was done."""

    day: int
    family: Family = Family.OTHER
    has_brace: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding, its tier, and what to say (`spoken` fills in the numbers)."""

    key: str
    tier: Tier
    label: str
    say: str


@dataclass(frozen=True, slots=True)
class Triage:
    """What the answers so far mean.

    ``tier`` is None while nothing is flagged but ``unanswered`` questions are left: that is incomplete, never "none".
    ``reasons`` come worst first. ``unanswered`` are keys in the order asked.
    """

    tier: Tier | None
    reasons: tuple[Reason, ...]
    unanswered: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every question that was to be asked has an answer."""
        return not self.unanswered

    @property
    def headline(self) -> str:
        """The outcome in a few words, the gaps included."""
        gaps = ngettext(
            "{count} question not answered", "{count} questions not answered", len(self.unanswered)
        ).format(count=len(self.unanswered))
        if self.tier is None:
            return _("Incomplete: {gaps}").format(gaps=gaps)
        return self.tier.label if self.is_complete else f"{self.tier.label}; {gaps}"


class UnknownQuestion(BadInput):
    """An answer to a question that is not among the red flags."""


def questions_for(questions: Iterable[RedFlagQuestion], situation: Situation) -> tuple[RedFlagQuestion, ...]:
    """The questions to ask in ``situation``, in their own order."""
    return tuple(question for question in questions if question.asked(situation))


def triage(
    questions: Sequence[RedFlagQuestion], answers: Mapping[str, Reply | None], situation: Situation
) -> Triage:
    """How urgent ``answers`` are; the worst wins. A missing answer, or None, is unanswered, which is not "no".

    Answers to questions that are not asked in ``situation`` do not count (headache flags only after an epidural).
    Raises `UnknownQuestion`.
    """
    unknown = set(answers) - {question.key for question in questions}
    if unknown:
        raise UnknownQuestion(
            _("“{key}” is not one of the red-flag questions.").format(key=min(unknown)), "answers"
        )
    reasons: list[Reason] = []
    unanswered: list[str] = []
    for question in questions_for(questions, situation):
        reply = answers.get(question.key)
        if reply is None:
            unanswered.append(question.key)
        elif question.is_positive(reply):
            reasons.append(Reason(question.key, question.tier, question.label, question.say))
    reasons = sorted(_joined(reasons), key=lambda reason: -reason.tier.rank)
    tier = reasons[0].tier if reasons else (None if unanswered else Tier.NONE)
    return Triage(tier, tuple(reasons), tuple(unanswered))


def triage_heard(
    questions: Sequence[RedFlagQuestion], answers: Mapping[str, Reply | None], situation: Situation
) -> Triage:
    """As `triage`, but what was answered counts even where it would not be asked (any more): the brace was ended."""
    counted = [_always(each) if answers.get(each.key) is not None else each for each in questions]
    return triage(counted, answers, situation)


def _always(question: RedFlagQuestion) -> RedFlagQuestion:
    return replace(question, families=(), from_day=0, with_brace=False)


def spoken(say: str, *, emergency_number: str, clinic_phone: str) -> str:
    """``say`` with the clinic's numbers in it."""
    return say.replace(EMERGENCY_NUMBER, emergency_number).replace(CLINIC_PHONE, clinic_phone)


def _joined(reasons: list[Reason]) -> list[Reason]:
    """A swollen leg and breathlessness together point to a clot that has moved: the leg becomes an emergency as well."""
    by_key = {reason.key: reason for reason in reasons}
    leg, breath = by_key.get(SWOLLEN_CALF), by_key.get(BREATHLESS)
    if leg is None or breath is None:
        return reasons
    joined = Reason(leg.key, Tier.EMERGENCY, _("One swollen leg with breathlessness"), breath.say)
    return [joined if reason is leg else reason for reason in reasons]
