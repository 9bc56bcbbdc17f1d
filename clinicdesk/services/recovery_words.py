"""Stored answers in words, for whoever reviews them."""

from __future__ import annotations

from collections.abc import Mapping

from clinicdesk.domain import redflags
from clinicdesk.domain.redflags import RedFlagQuestion, Tier
from clinicdesk.errors import BadInput

Said = tuple[str, str, Tier]
"""Question, answer in words, and the tier it triggered."""


def in_words(questions: Mapping[str, RedFlagQuestion], stored: Mapping[str, str]) -> tuple[Said, ...]:
    """The stored answers in words, the worst first; one to a question that exists no more is shown all the same."""
    said = [_said(questions.get(key), key, text) for key, text in stored.items()]
    return tuple(sorted(said, key=lambda answer: -answer[2].rank))


def _said(question: RedFlagQuestion | None, key: str, text: str) -> Said:
    if question is None:
        return key, text, Tier.NONE
    try:
        reply = question.read(text)
    except BadInput:  # the question asked for something else when it was answered
        return question.label, text, Tier.NONE
    words = reply.label if isinstance(reply, redflags.Answer) else str(reply)
    return question.label, words, question.tier if question.is_positive(reply) else Tier.NONE


def findings(answered: tuple[Said, ...]) -> tuple[str, ...]:
    """What was answered with yes, the worst first."""
    return tuple(label for label, _words, tier in answered if tier is not Tier.NONE)
