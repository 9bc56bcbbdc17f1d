"""Everything that happened to one patient and what is planned, on one line of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.domain.changes import Subject
from clinicdesk.i18n import _


class EntryGroup(StrEnum):
    """What a person filters the timeline by."""

    BOOKINGS = "bookings"
    BRACES = "braces"
    PAPERS = "papers"
    CALLS = "calls"
    """Check-ins: attempts, answers, reviews."""
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word in the person's language."""
        return {
            EntryGroup.BOOKINGS: _("Bookings"),
            EntryGroup.BRACES: _("Braces"),
            EntryGroup.PAPERS: _("Papers"),
            EntryGroup.CALLS: _("Calls and answers"),
            EntryGroup.OTHER: _("Other"),
        }[self]


class EntryKind(StrEnum):
    """What an entry tells of."""

    CASE = "case"
    """A booking at the time it is planned for, or took place."""
    STEP = "step"
    """A step in the life of a booking: made, moved, arrived, cancelled."""
    BRACE = "brace"
    PAPER = "paper"
    CHECK_IN_DUE = "check_in_due"
    ATTEMPT = "attempt"
    ANSWERS = "answers"
    TOLD = "told"
    REVIEWED = "reviewed"
    REGISTERED = "registered"

    @property
    def group(self) -> EntryGroup:
        """What it is filtered as."""
        return _GROUPS[self]


_GROUPS = {
    EntryKind.CASE: EntryGroup.BOOKINGS,
    EntryKind.STEP: EntryGroup.BOOKINGS,
    EntryKind.BRACE: EntryGroup.BRACES,
    EntryKind.PAPER: EntryGroup.PAPERS,
    EntryKind.CHECK_IN_DUE: EntryGroup.CALLS,
    EntryKind.ATTEMPT: EntryGroup.CALLS,
    EntryKind.ANSWERS: EntryGroup.CALLS,
    EntryKind.TOLD: EntryGroup.CALLS,
    EntryKind.REVIEWED: EntryGroup.CALLS,
    EntryKind.REGISTERED: EntryGroup.OTHER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One entry. ``at`` is an instant; ``day`` alone where only the day is known (a check-in that is due).

    ``state`` is the code of a booking state, brace status, paper use, call outcome or flag tier, by ``kind``. ``about`` is
    the procedure with its levels, the brace, the paper or the check-in, in words. ``subject`` and ``subject_id`` are what
    opens when it is chosen.
    """

    kind: EntryKind
    at: datetime | None
    day: date
    about: str
    state: str = ""
    before: str | None = None
    moved_from: datetime | None = None
    moved_to: datetime | None = None
    pain: int | None = None
    note: str = ""
    by: str = ""
    subject: Subject
    subject_id: int
    booking_id: int | None = None
