"""What is dated by a case and follows it to another day; used inside the operation that moves it.

Fasting, arrival and the day by which a brace is wanted are worked out from the case's time whenever they are shown, so they
follow by themselves. The check-ins of a recovery are stored with their due dates: those not yet done follow here.
"""

from __future__ import annotations

from datetime import date

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking
from clinicdesk.domain.changes import Subject
from clinicdesk.services.work import Work
from clinicdesk.storage import catalogue, recovery


def redate(work: Work, before: Booking, after: Booking) -> None:
    """Date the check-ins that are still open by the day of the procedure as it is now."""
    was, now = _procedure_day(work, before), _procedure_day(work, after)
    if was is None or now is None or was == now:
        return
    for step in recovery.open_steps(work.session, after.id):
        due = _due(work, after, step, was, now)
        if due != step.due_on:
            recovery.change(work.session, step.check_in_id, step.version, due_on=due)
            work.record(AuditAction.CHANGED, Subject.CHECK_IN, step.check_in_id, due=due.isoformat())


def _due(work: Work, booking: Booking, step: recovery.OpenStep, was: date, now: date) -> date:
    """As the pathway dates this step; one that is no longer in it keeps its distance."""
    key = catalogue.procedure(work.session, booking.draft.procedure_key).pathway_key
    steps = catalogue.pathway(work.session, key).steps if key is not None else ()
    found = next((each for each in steps if each.key == step.key), None)
    return found.due(now) if found is not None else step.due_on + (now - was)


def _procedure_day(work: Work, booking: Booking) -> date | None:
    ended = booking.actual.ended or booking.ends
    return None if ended is None else work.clinic.zone.day_of(ended)
