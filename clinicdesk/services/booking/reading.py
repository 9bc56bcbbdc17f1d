"""What the booking form reads: what there is to choose from, who is booked, how a draft starts, a booking as it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clinicdesk.domain.advice import SameDay
from clinicdesk.domain.booking import Booking, BookingDraft
from clinicdesk.domain.catalogue import Procedure, Sedation, planned_minutes
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.patients import PatientForBooking
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.services.durations import suggestion
from clinicdesk.services.work import Work, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import catalogue, patients, resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the form offers to choose from."""

    procedures: tuple[Procedure, ...]
    sedations: tuple[SedationLevel, ...]
    units: tuple[Resource, ...]

    def of_kind(self, kind: ResourceKind) -> tuple[Resource, ...]:
        """The units of one kind, in the clinic's order."""
        return tuple(unit for unit in self.units if unit.kind is kind)


@dataclass(frozen=True, slots=True)
class BookedPatient:
    """Who the form is about, and the last time this patient was here (``None``: never)."""

    patient: PatientForBooking
    last: SameDay | None


@query(Act.BOOK)
def offer(work: Work) -> Offer:
    """What can be chosen: procedures and visits, depths of sedation, units in use."""
    return Offer(
        procedures=catalogue.procedures(work.session),
        sedations=catalogue.sedation_levels(work.session),
        units=resources.of_kinds(work.session),
    )


@query(Act.BOOK)
def patient(work: Work, patient_id: PatientId) -> BookedPatient:
    """Who is to be booked. Raises `NotFound`."""
    found = patients.read_for_booking(work.session, patient_id)
    return BookedPatient(found, bookings.last_before(work.session, patient_id, work.now))


@query(Act.BOOK)
def defaults(
    work: Work,
    patient_id: PatientId,
    procedure_key: str,
    levels: tuple[str, ...] = (),
    surgeon_id: ResourceId | None = None,
) -> BookingDraft:
    """A draft as the procedure's entry in the catalogue fills it: lengths, sedation, stay. Raises `NotFound`.

    With a surgeon whose own cases say how long it takes, the length is theirs (`clinicdesk.services.durations`).
    """
    procedure = catalogue.procedure(work.session, procedure_key)
    draft = filled_draft(procedure, patient_id, levels)
    if surgeon_id is None:
        return draft
    learned = suggestion(work, procedure, len(levels) or 1, surgeon_id)
    return replace(draft, minutes=learned.minutes, units=((ResourceKind.SURGEON, surgeon_id),))


def filled_draft(procedure: Procedure, patient_id: PatientId, levels: tuple[str, ...] = ()) -> BookingDraft:
    """What `defaults` answers, where the procedure is at hand."""
    return BookingDraft(
        patient_id=patient_id,
        procedure_key=procedure.key,
        levels=levels,
        sedation=procedure.default_sedation or Sedation.LOCAL,
        setting=procedure.default_setting,
        minutes=planned_minutes(procedure, len(levels) or 1),
        setup_minutes=procedure.setup_minutes,
        turnover_minutes=procedure.turnover_minutes,
        recovery_minutes=procedure.recovery_minutes,
    )


@query(Act.BOOK)
def read(work: Work, booking_id: BookingId) -> Booking:
    """A booking as the form edits it. Raises `NotFound`."""
    return bookings.read(work.session, booking_id)
