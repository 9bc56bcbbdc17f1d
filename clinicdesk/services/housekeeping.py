"""The sweep that runs once a minute, whoever is signed in: it acts as the program itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clinicdesk.domain.permissions import Act
from clinicdesk.domain.recovery import RecoveryCounts
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.services.passwords import system_user
from clinicdesk.services.work import Work, query
from clinicdesk.storage import upkeep


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found."""

    counts: RecoveryCounts
    """What is due and flagged by now: it grows with the clock alone, without anyone writing."""
    written_back: bool
    """Whether the file holds everything, and the log beside it nothing."""


def system_desk(desk: Desk) -> Desk:
    """The same clinic with the program itself acting; it holds no passwords."""
    with desk.database.reading() as session:
        system = system_user(session)
    return replace(desk, actor=system.actor, passwords=None)


def sweep(desk: Desk) -> Swept:
    """Look what has come due, and bring the write-ahead log into the file. Raises `NotAllowed` for a person."""
    counts = _due(desk)
    return Swept(counts, upkeep.write_back(desk.database))


@query(Act.KEEP_HOUSE)
def _due(work: Work) -> RecoveryCounts:
    return recovery.count(work)
