"""The clinic's own facts: name, address, phones, zone, opening hours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts, OpeningHours
from clinicdesk.domain.durations import FEWEST_CASES, LEAST_PERCENTILE, MOST_CASES, MOST_PERCENTILE
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.stranded import Opening
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.stranded import refuse_unseen
from clinicdesk.services.work import Work, command, query
from clinicdesk.storage import clinic

_LONGEST = {
    "name": 120,
    "address": 500,
    "phone": 40,
    "phone_after_hours": 40,
    "email": 200,
    "emergency_number": 20,
}
_LONGEST_AFTERCARE = 168


@query(Act.SEE_CLINIC)
def facts(work: Work) -> ClinicFacts:
    """The facts as they stand."""
    return work.clinic


@command(Act.EDIT_CLINIC)
def change(work: Work, facts: ClinicFacts, seen: Collection[BookingId] = ()) -> ClinicFacts:
    """Replace the facts; ``facts.version`` is the one that was read. A demo stays a demo.

    ``seen`` are the cases the person knows other opening hours strand. Raises `BadInput` naming the field, `Stale`.
    """
    tidy = _checked(facts)
    if tidy.hours != work.clinic.hours:
        refuse_unseen(work, Opening(work.clinic, tidy), seen)
    clinic.change(work.session, tidy)
    work.record(AuditAction.CHANGED, Subject.CLINIC, 1)
    return replace(tidy, demo=work.clinic.demo, version=facts.version + 1)


def check_hours(hours: Sequence[OpeningHours]) -> None:
    """Raise `BadInput` where two stretches of one day overlap, or the clinic never opens."""
    if not hours:
        raise BadInput(_("The clinic is open on one day at least."), "hours")
    for one, other in pairwise(sorted(hours)):
        if one.weekday == other.weekday and other.opens < one.closes:
            raise BadInput(
                _("Two stretches of one day overlap. Let the second begin after the first."), "hours"
            )


def _checked(facts: ClinicFacts) -> ClinicFacts:
    for field, longest in _LONGEST.items():
        if len(getattr(facts, field)) > longest:
            raise BadInput(_("This is too long: {count} characters at most.").format(count=longest), field)
    country = facts.country.strip().upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise BadInput(_("A country is two letters, such as US."), "country")
    for field in ("aftercare_hours", "aftercare_hours_general"):
        if not 0 <= getattr(facts, field) <= _LONGEST_AFTERCARE:
            raise BadInput(_("Aftercare lasts 0 to 168 hours."), field)
    _check_durations(facts)
    check_hours(facts.hours)
    return replace(facts, name=facts.name.strip(), country=country, hours=tuple(sorted(facts.hours)))


def _check_durations(facts: ClinicFacts) -> None:
    """Raise `BadInput` for a percentile or a number of cases from which no length could be learned."""
    if not LEAST_PERCENTILE <= facts.duration_percentile <= MOST_PERCENTILE:
        raise BadInput(
            _("A learned length covers {least} to {most} of 100 cases.").format(
                least=LEAST_PERCENTILE, most=MOST_PERCENTILE
            ),
            "duration_percentile",
        )
    if not FEWEST_CASES <= facts.duration_cases <= MOST_CASES:
        raise BadInput(
            _("Lengths are learned from {least} to {most} cases.").format(
                least=FEWEST_CASES, most=MOST_CASES
            ),
            "duration_cases",
        )
