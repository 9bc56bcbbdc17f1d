"""The audit trail as CSV (RFC 4180, UTF-8): ids and codes as they were sealed, never a patient's name."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from clinicdesk.domain.audit import TrailLine, details_text

HEADINGS = ("number", "at_utc", "user_id", "user", "action", "subject", "subject_id", "details", "seal")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run what begins with one of these."""


def write_headings(stream: TextIO) -> None:
    """The first line."""
    csv.writer(stream).writerow(HEADINGS)


def write_lines(stream: TextIO, lines: Iterable[TrailLine]) -> None:
    """One line an event. The time is ISO 8601 in UTC, the seal hexadecimal."""
    csv.writer(stream).writerows(_row(line) for line in lines)


def _row(line: TrailLine) -> tuple[object, ...]:
    event = line.event
    return (
        event.number,
        event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        event.user_id,
        _tame(line.who),
        event.action.value,
        event.subject.value,
        event.subject_id,
        _tame(details_text(event.details)),
        event.mac.hex(),
    )


def _tame(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
