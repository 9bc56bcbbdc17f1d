"""Whom to ring, when the contacts' turn comes, and when to try again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clinicdesk.domain.calling import CallAttempt, CallOutcome, Phone, Ringing, check_attempt
from clinicdesk.errors import BadInput

TRIES = {CallOutcome.NO_ANSWER, CallOutcome.MESSAGE_LEFT, CallOutcome.WRONG_NUMBER}
OWN = Phone("Rosa Ortiz", "1", is_patient=True)
MOBILE = Phone("Rosa Ortiz", "2", is_patient=True)
DAUGHTER = Phone("Ana Ortiz", "9", is_patient=False)
SON = Phone("Ben Ortiz", "8", is_patient=False)
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
WRONG = CallOutcome.WRONG_NUMBER


def called(number: str, outcome: CallOutcome = CallOutcome.NO_ANSWER) -> CallAttempt:
    return CallAttempt(at=NOON, by="Kim", called="", number=number, outcome=outcome)


FOUR = (called("1"),) * 4


@pytest.mark.parametrize(
    ("attempts", "tries"),
    [
        ([], 0),
        ([called("1"), called("1", CallOutcome.MESSAGE_LEFT), called("1", WRONG)], 3),
        ([called("9")], 0),
        ([called("5")], 1),  # a number the patient no longer has was still the patient's
        ([called("1", outcome) for outcome in set(CallOutcome) - TRIES], 0),
    ],
)
def test_only_the_patients_own_numbers_count_as_tries(attempts: list[CallAttempt], tries: int) -> None:
    assert Ringing((OWN, DAUGHTER), tuple(attempts)).tries == tries


@pytest.mark.parametrize(
    ("attempts", "wrong", "phones", "contacts"),
    [
        ([called("1")] * 3, "", [OWN, DAUGHTER], False),
        ([called("1")] * 4, "", [OWN, DAUGHTER], True),
        ([called("9")] * 4, "", [OWN, DAUGHTER], False),
        ([called("1", WRONG)], "", [OWN, DAUGHTER], False),  # it was right when it was rung elsewhere since
        ([], "1", [OWN, DAUGHTER], True),
        ([], "1", [OWN, MOBILE, DAUGHTER], False),
        ([], "9", [OWN, DAUGHTER], False),
        ([], "", [DAUGHTER], True),
    ],
)
def test_contacts_are_called_after_four_tries_or_when_no_number_is_right(
    attempts: list[CallAttempt], wrong: str, phones: list[Phone], contacts: bool
) -> None:
    assert Ringing(tuple(phones), tuple(attempts), frozenset(wrong)).contacts_now is contacts


@pytest.mark.parametrize(
    ("ringing", "offered", "first"),
    [
        (Ringing((OWN, MOBILE, DAUGHTER)), (OWN, MOBILE), OWN),
        (Ringing((OWN, MOBILE, DAUGHTER), wrong=frozenset("1")), (OWN, MOBILE), MOBILE),
        (Ringing((OWN, DAUGHTER, SON), FOUR), (OWN, DAUGHTER, SON), DAUGHTER),
        (Ringing((OWN, DAUGHTER, SON), FOUR, frozenset("9")), (OWN, DAUGHTER, SON), SON),
        (Ringing((OWN, DAUGHTER), FOUR, frozenset("9")), (OWN, DAUGHTER), OWN),
        (Ringing((OWN, DAUGHTER), wrong=frozenset("1")), (OWN, DAUGHTER), DAUGHTER),
        (Ringing((OWN,), wrong=frozenset("1")), (OWN,), None),
        (Ringing(), (), None),
    ],
)
def test_whom_to_ring_first(ringing: Ringing, offered: tuple[Phone, ...], first: Phone | None) -> None:
    assert (ringing.offered, ringing.first) == (offered, first)


def test_a_contact_is_there_or_not() -> None:
    assert Ringing((OWN, DAUGHTER)).has_contact
    assert not Ringing((OWN, MOBILE)).has_contact


def test_whoever_was_reached_is_rung_anew_from_the_start() -> None:
    attempts = [*[called("1")] * 3, called("1", CallOutcome.REACHED), called("1")]
    ringing = Ringing.after([OWN, DAUGHTER], attempts, frozenset("9"))
    assert ringing == Ringing((OWN, DAUGHTER), (attempts[-1],), frozenset("9"))
    assert Ringing.after([OWN], attempts[:3]).tries == 3


@pytest.mark.parametrize(
    ("outcome", "again_at"),
    [
        (CallOutcome.CALL_BACK, None),
        (CallOutcome.CALL_BACK, NOON),
        (CallOutcome.NO_ANSWER, NOON - timedelta(minutes=1)),
    ],
)
def test_another_time_is_one_that_is_to_come(outcome: CallOutcome, again_at: datetime | None) -> None:
    with pytest.raises(BadInput) as refused:
        check_attempt(outcome, again_at, NOON)
    assert refused.value.field == "again_at"


@pytest.mark.parametrize(
    ("outcome", "again_at"),
    [(CallOutcome.CALL_BACK, NOON + timedelta(seconds=1)), (CallOutcome.NO_ANSWER, None)],
)
def test_an_attempt_may_end_so(outcome: CallOutcome, again_at: datetime | None) -> None:
    check_attempt(outcome, again_at, NOON)
