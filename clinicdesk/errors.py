"""What can go wrong, as types.

Each error carries one ``sentence`` for the person: what happened, what was kept, what to do. Two families are told apart:
`ClinicDeskError` is a situation the program foresaw (bad input, a clash, a damaged file); anything else that is raised is a
fault of the program. No sentence of an error is ever written to a log: it may name a patient.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.i18n import _


class ClinicDeskError(Exception):
    """A foreseen situation; ``sentence`` is shown to the person as it stands."""

    def __init__(self, sentence: str) -> None:
        super().__init__(type(self).__name__)  # the sentence stays out of tracebacks and logs
        self.sentence = sentence


class BadInput(ClinicDeskError):
    """Something typed or passed cannot be accepted; ``field`` names the field it belongs to, if any."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotAllowed(ClinicDeskError):
    """The role of the person does not include this."""


class NotFound(ClinicDeskError):
    """What was asked for does not exist (any more)."""


class Stale(ClinicDeskError):
    """Someone else changed the same thing meanwhile; the sentence tells who and when. Nothing was written."""


class NeedsReason(ClinicDeskError):
    """An advice stands against this; it may go ahead with a reason from a role that may override.

    ``answerable`` tells whether this person's reason would do.
    """

    def __init__(self, sentence: str, *, answerable: bool = True) -> None:
        super().__init__(sentence)
        self.answerable = answerable


class HolderSort(StrEnum):
    """What keeps a resource from being had."""

    CASE = "case"
    CLOSURE = "closure"
    BLOCK = "block"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a resource at the wanted time: ``Room 2 is held by Rosa Ortiz, 10:00 to 11:20``.

    ``held_by`` is the patient of a case, the reason of a closure, or the surgeon of a block; only a case has a booking.
    """

    resource_id: int
    resource: str
    booking_id: int | None
    held_by: str
    starts: datetime
    ends: datetime
    sort: HolderSort = HolderSort.CASE


class Clash(ClinicDeskError):
    """One or more resources are already held at the wanted time. Never overridable; nothing was written."""

    def __init__(self, sentence: str, holders: tuple[Holder, ...] = ()) -> None:
        super().__init__(sentence)
        self.holders = holders


class StorageProblem(ClinicDeskError):
    """The surroundings failed: a folder, a disk, a file, a server."""


class FolderNotWritable(StorageProblem):
    """The data folder cannot be written to."""


class NotAClinicFile(StorageProblem):
    """The file is not a ClinicDesk file, or its key does not fit."""


class DamagedFile(StorageProblem):
    """The file is truncated or its pages fail their check."""


class NewerFile(StorageProblem):
    """The file was written by a newer version of ClinicDesk; it is left untouched."""


class DiskFull(StorageProblem):
    """No room on the disk; what was saved before stands."""


class Busy(StorageProblem):
    """Another process kept the database for too long; nothing was written."""


class ServerUnreachable(StorageProblem):
    """The PostgreSQL server does not answer."""


class SolverProblem(ClinicDeskError):
    """A day cannot be arranged any better here than it is shown."""


class SolverMissing(SolverProblem):
    """OR-Tools is not installed; it is an extra."""


class SolverStopped(SolverProblem):
    """The solver's process came to an end that nobody asked for."""


class SignInRefused(ClinicDeskError):
    """Unknown user or wrong password: the two are not told apart."""


class TooManyAttempts(SignInRefused):
    """Too many wrong passwords; ``wait_seconds`` until the next try is looked at."""

    def __init__(self, sentence: str, wait_seconds: float) -> None:
        super().__init__(sentence)
        self.wait_seconds = wait_seconds


def not_allowed() -> NotAllowed:
    """The one sentence for a missing permission."""
    return NotAllowed(_("Your role does not include this. Nothing was changed. Ask an administrator."))
