"""What a surgeon's own cases say about the next one's length, beside what the catalogue says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from clinicdesk.domain import durations as rules
from clinicdesk.domain.catalogue import Procedure, planned_minutes
from clinicdesk.domain.durations import Learned
from clinicdesk.domain.entries import Entry, EntryKind
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services.work import Work, query
from clinicdesk.storage import catalogue, durations, resources

_YEARS_BACK = timedelta(days=3 * 365)
"""What was done longer ago says nothing about tomorrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """How long to plan one case: what the catalogue says, and what the surgeon's own cases say once there are enough.

    ``cases`` of them have ended so far; ``least_cases`` it takes to learn from them.
    """

    surgeon_id: ResourceId
    surgeon: str
    level_count: int
    catalogue: int
    cases: int
    least_cases: int
    learned: Learned | None

    @property
    def minutes(self) -> int:
        """What a new booking starts from."""
        return self.catalogue if self.learned is None else self.learned.planned


@query(Act.BOOK)
def learned(work: Work, procedure_key: str, level_count: int, surgeon_id: ResourceId) -> Suggestion:
    """What to plan for one surgeon, procedure and number of levels (1 where it has none). Raises `NotFound`."""
    return suggestion(work, catalogue.procedure(work.session, procedure_key), level_count, surgeon_id)


@query(Act.SEE_CLINIC)
def of_procedure(work: Work, procedure_key: str) -> tuple[Suggestion, ...]:
    """What every surgeon's cases of one procedure say, by surgeon in the clinic's order and number of levels.

    Only what was done at least once stands in it. Raises `NotFound`.
    """
    procedure = catalogue.procedure(work.session, procedure_key)
    found: dict[tuple[ResourceId, int], list[float]] = defaultdict(list)
    for case in durations.of_procedure(
        work.session,
        catalogue.id_of(work.session, EntryKind.PROCEDURE, procedure_key),
        since=work.now - _YEARS_BACK,
    ):
        found[case.surgeon_id, case.level_count].append(case.minutes)
    surgeons = resources.of_kinds(work.session, [ResourceKind.SURGEON])
    return tuple(
        _suggestion(work, procedure, count, surgeon.id, surgeon.name, found[surgeon.id, count])
        for surgeon in surgeons
        for count in sorted(count for unit, count in found if unit == surgeon.id)
    )


def suggestion(work: Work, procedure: Procedure, level_count: int, surgeon_id: ResourceId) -> Suggestion:
    """What `learned` answers, inside another unit of work."""
    cases = durations.of_procedure(
        work.session,
        catalogue.id_of(work.session, EntryKind.PROCEDURE, procedure.key),
        since=work.now - _YEARS_BACK,
        surgeon_id=surgeon_id,
        level_count=max(1, level_count),
    )
    name = resources.read(work.session, surgeon_id).name
    return _suggestion(
        work, procedure, max(1, level_count), surgeon_id, name, [case.minutes for case in cases]
    )


def taught(work: Work, procedure: Entry[Procedure], level_count: int) -> dict[ResourceId, int]:
    """The minutes to plan for each surgeon whose own cases are enough to teach them; 1 level where it has none."""
    cases = durations.of_procedure(
        work.session, procedure.id, since=work.now - _YEARS_BACK, level_count=max(1, level_count)
    )
    of_surgeon: dict[ResourceId, list[float]] = defaultdict(list)
    for case in cases:
        of_surgeon[case.surgeon_id].append(case.minutes)
    clinic = work.clinic
    found = {
        surgeon: rules.learned(minutes, clinic.duration_percentile, clinic.duration_cases)
        for surgeon, minutes in of_surgeon.items()
    }
    return {surgeon: learned.planned for surgeon, learned in found.items() if learned is not None}


def _suggestion(
    work: Work,
    procedure: Procedure,
    level_count: int,
    surgeon_id: ResourceId,
    surgeon: str,
    minutes: list[float],
) -> Suggestion:
    clinic = work.clinic
    return Suggestion(
        surgeon_id=surgeon_id,
        surgeon=surgeon,
        level_count=level_count,
        catalogue=planned_minutes(procedure, level_count),
        cases=sum(map(rules.is_plausible, minutes)),
        least_cases=clinic.duration_cases,
        learned=rules.learned(minutes, clinic.duration_percentile, clinic.duration_cases),
    )
