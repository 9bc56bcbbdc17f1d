"""The case in hand: everything the panel at the right shows of one booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from clinicdesk.domain.advice import Advice, AdviceKey
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking, BookingEvent, BookingState
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.diary import lacking
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.patients import PatientForBooking
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.services.booking.planning import standing_advices
from clinicdesk.services.booking.steps import next_steps
from clinicdesk.services.preparation import Checklist, calendar_with_closures, checklist
from clinicdesk.services.work import Work, chart
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import catalogue, diary, patients, preparation, resources

_LASTING = frozenset({AdviceKey.BLOOD_THINNER, AdviceKey.HIGH_ASA, AdviceKey.MOST_LEVELS})
"""Advices that still matter on the day; the others were for whoever booked."""

_TO_COME = frozenset({BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One booking as the panel shows it.

    ``missing`` are a few words each: what stands between the case and the room, or the door, but for the points of its
    checklist: those stand in ``preparation``, with the hours before the case. ``reminders`` are the advices that still
    matter to somebody. ``steps`` are those this person may take, the usual one first; ``may_discharge`` tells whether
    leaving is the next step and this person's.
    """

    booking: Booking
    patient: PatientForBooking
    procedure: Procedure
    sedation: SedationLevel
    units: tuple[tuple[ResourceKind, str], ...]
    history: tuple[BookingEvent, ...]
    missing: tuple[str, ...]
    preparation: Checklist
    reminders: tuple[Advice, ...]
    steps: tuple[BookingState, ...]
    may_change: bool
    may_record: bool
    may_discharge: bool
    is_today: bool


@chart(Act.READ_CHART)
def open_case(work: Work, booking_id: BookingId) -> CaseView:
    """The booking with everything around it; opening it is an audit event. Raises `NotFound`."""
    booking = bookings.read(work.session, booking_id)
    draft, state = booking.draft, booking.state
    procedure = catalogue.procedure(work.session, draft.procedure_key)
    names = {unit.id: unit for unit in _units(work)}
    zone, today = work.clinic.zone, work.clinic.zone.day_of(work.now)
    is_today = booking.starts is None or zone.day_of(booking.starts) <= today
    leaves = state in {BookingState.RECOVERY, BookingState.OVERNIGHT} and not procedure.is_visit
    work.audit(AuditAction.READ, Subject.BOOKING, booking_id)
    return CaseView(
        booking=booking,
        patient=patients.read_for_booking(work.session, draft.patient_id),
        procedure=procedure,
        sedation=catalogue.sedation_level(work.session, draft.sedation),
        units=tuple((kind, names[unit].name) for kind, unit in draft.units if unit in names),
        history=bookings.history(work.session, booking_id),
        missing=_missing(work, booking),
        preparation=checklist(
            work, preparation.case_of(work.session, booking_id), calendar_with_closures(work)
        ),
        reminders=_reminders(work, booking),
        steps=next_steps(booking, is_visit=procedure.is_visit, role=work.actor.role, today=is_today),
        may_change=work.may(Act.BOOK) and not state.is_over,
        may_record=work.may(Act.RUN_CASE) and (state.has_begun or state is BookingState.ARRIVED),
        may_discharge=leaves and work.may(Act.DISCHARGE),
        is_today=is_today,
    )


def _units(work: Work) -> tuple[Resource, ...]:
    return resources.of_kinds(work.session, inactive=True)


def _reminders(work: Work, booking: Booking) -> tuple[Advice, ...]:
    if booking.state not in _TO_COME:
        return ()
    return tuple(advice for advice in standing_advices(work, booking) if advice.key in _LASTING)


def _missing(work: Work, booking: Booking) -> tuple[str, ...]:
    if booking.starts is None:
        return ()
    minute = timedelta(minutes=1)
    around = diary.cases(work.session, booking.starts, booking.starts + minute)
    return next((lacking(facts) for facts in around if facts.entry.booking_id == booking.id), ())
