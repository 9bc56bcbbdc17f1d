"""How the demo clinic's patients fare afterwards: pain, answers, flags, and who has been called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.catalogue import Procedure, shown_on
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.pathways import Pathway, PathwayStep
from clinicdesk.domain.redflags import (
    Answer,
    QuestionKind,
    RedFlagQuestion,
    Situation,
    Temperature,
    Tier,
    questions_for,
    triage,
)

_CHANCE = {Tier.EMERGENCY: 0.0008, Tier.SAME_DAY: 0.004, Tier.NEXT_WORKING_DAY: 0.03}
_NOTES = (
    "",
    "",
    "",
    "walks to the mailbox again",
    "sleeps better",
    "asks when the stitches come out",
    "wants to drive",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCheckIn:
    """One check-in as it will be stored; open while ``closed`` is None."""

    step: PathwayStep
    due: date
    attempts: tuple[tuple[datetime, CallOutcome], ...] = ()
    closed: datetime | None = None
    pain: int | None = None
    answers: tuple[tuple[str, str], ...] = ()
    tier: Tier | None = None
    complete: bool = False
    note: str = ""
    reviewed: datetime | None = None
    told: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What a patient's recovery is made from."""

    pathway: Pathway
    questions: Sequence[RedFlagQuestion]
    procedure: Procedure
    has_brace: bool
    pain_before: int
    day: date
    """The clinic's calendar day of the procedure."""
    clinic: ClinicFacts
    alarming: bool = False
    """Whether the last answers hold an emergency that no surgeon has seen yet."""


def check_ins(course: Course, now: datetime, random: Random) -> Iterator[DemoCheckIn]:
    """The check-ins of one patient, those in the past as they went."""
    worsens = random.random() < 0.04
    for step in course.pathway.in_order():
        due = step.due(course.day)
        called = _office_hour(course.clinic, due, random)
        if called > now:
            yield DemoCheckIn(step=step, due=due)
            continue
        found = _past(course, step, due, called, now, worsens, random)
        if found.tier is Tier.EMERGENCY:
            course = replace(course, alarming=False)
        yield found


def _office_hour(clinic: ClinicFacts, due: date, random: Random) -> datetime:
    """Some time of the first day on or after ``due`` on which the clinic is open."""
    day = shown_on(due, clinic.working_days.is_open)
    return clinic.zone.at(day, time(9)) + timedelta(minutes=random.randrange(0, 430))


def _past(
    course: Course,
    step: PathwayStep,
    due: date,
    called: datetime,
    now: datetime,
    worsens: bool,
    random: Random,
) -> DemoCheckIn:
    age = (now - called).days
    recent = age < 6
    alarming = recent and course.alarming
    if recent and not alarming and random.random() < (0.35 if age == 0 else 0.08):
        tries = tuple(
            (called + timedelta(minutes=30 * n), CallOutcome.NO_ANSWER) for n in range(random.randrange(3))
        )
        return DemoCheckIn(step=step, due=due, attempts=tuple(t for t in tries if t[0] <= now))
    day = (due - course.day).days
    answers = _answers(course, day, recent, random)
    if alarming:
        answers = tuple((key, "yes" if key == "leg_weakness" else text) for key, text in answers)
    result = triage(
        course.questions,
        {key: _read(course.questions, key, text) for key, text in answers},
        Situation(day, course.procedure.family, course.has_brace),
    )
    reviewed = _office_hour(course.clinic, course.clinic.zone.day_of(called) + timedelta(days=1), random)
    waits = reviewed > now or alarming or (recent and random.random() < 0.25)
    return DemoCheckIn(
        step=step,
        due=due,
        attempts=((called, CallOutcome.REACHED),),
        closed=called,
        pain=_pain(course.pain_before, day, worsens, random),
        answers=answers,
        tier=result.tier,
        complete=result.is_complete,
        note=random.choice(_NOTES),
        reviewed=None if waits else reviewed,
        told=called + timedelta(minutes=3) if result.tier is Tier.EMERGENCY else None,
    )


def _pain(before: int, day: int, worsens: bool, random: Random) -> int:
    """Falls fast, then slowly (as in the trials); a few get worse."""
    rest = 0.45 + 0.4 * 0.5 ** (day / 5)
    expected = before * (rest if not worsens else rest + 0.35)
    return min(10, max(0, round(random.gauss(expected, 1.0))))


def _answers(course: Course, day: int, recent: bool, random: Random) -> tuple[tuple[str, str], ...]:
    asked = questions_for(course.questions, Situation(day, course.procedure.family, course.has_brace))
    given = []
    more = 3 if recent else 1
    for question in asked:
        if random.random() < 0.006:
            continue
        positive = random.random() < _CHANCE[question.tier] * more
        if question.kind is QuestionKind.TEMPERATURE:
            given.append((question.key, f"{100.4 + random.randrange(12) / 10:.1f} F" if positive else "no"))
        else:
            given.append((question.key, Answer.YES.value if positive else Answer.NO.value))
    return tuple(given)


def _read(questions: Sequence[RedFlagQuestion], key: str, text: str) -> Answer | Temperature:
    return next(question for question in questions if question.key == key).read(text)
