"""Two patients in the same state, so that a panel can be opened for one and then for the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.ids import BookingId, CheckInId
from clinicdesk.domain.patients import Phone, PhoneKind
from clinicdesk.domain.waiting import Wish
from clinicdesk.services import booking, brace, waiting
from clinicdesk.services.booking import steps
from tests.helpers.bookings import add_patient, at, kypho
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import answered, brace_draft, discharged, line_of
from tests.ui.booking.windows import register

Two = tuple[BookingId, BookingId]


def booked(clinic: SmallClinic) -> Two:
    """Rosa Ortiz at eight and Ida May at eleven, who are booked."""
    rosa, ida = (_book(clinic, name, hour) for name, hour in (("Rosa Ortiz", 8), ("Ida May", 11)))
    return rosa.id, ida.id


def to_be_confirmed(clinic: SmallClinic) -> Two:
    """The two, each with two numbers, who are booked and have not confirmed."""
    numbers = (Phone(PhoneKind.HOME, "(703) 555-0142"), Phone(PhoneKind.MOBILE, "(703) 555-0199"))
    made = [
        booking.book(clinic.front, kypho(clinic, register(clinic, given, family, phones=numbers), at(hour)))
        for given, family, hour in (("Rosa", "Ortiz", 8), ("Ida", "May", 11))
    ]
    rosa, ida = (each.value.id for each in made)
    return rosa, ida


def on_the_waiting_list(clinic: SmallClinic) -> Two:
    """The two, who wait for a time."""
    made = [
        waiting.add(
            clinic.front, kypho(clinic, register(clinic, given, family), None), Wish(short_notice=True)
        )
        for given, family in (("Rosa", "Ortiz"), ("Ida", "May"))
    ]
    rosa, ida = (each.value.id for each in made)
    return rosa, ida


def two_holes(clinic: SmallClinic) -> tuple[datetime, datetime]:
    """Two free times for which Ana Lee can be called, who needs a reason: she is there on that day already."""
    ana = register(clinic, "Ana", "Lee")
    waiting.add(clinic.front, kypho(clinic, ana, None), Wish(short_notice=True))
    visit = booking.defaults(clinic.front, ana, "follow_up_visit")
    booking.book(clinic.front, replace(visit, starts=at(16)))
    return at(9), at(12)


def arrived(clinic: SmallClinic) -> Two:
    """The two, who are there by half past ten."""
    rosa, ida = booked(clinic)
    _take(clinic, rosa, (BookingState.ARRIVED, 7, 0))
    _take(clinic, ida, (BookingState.ARRIVED, 10, 0))
    clinic.clock.at = at(10, 30)
    return rosa, ida


def in_recovery(clinic: SmallClinic) -> Two:
    """The two, who lie in recovery at two in the afternoon."""
    rosa, ida = booked(clinic)
    for one, hour in ((rosa, 7), (ida, 10)):
        _take(
            clinic,
            one,
            (BookingState.ARRIVED, hour, 0),
            (BookingState.IN_ROOM, hour, 50),
            (BookingState.RECOVERY, hour + 2, 0),
        )
    clinic.clock.at = at(14)
    return rosa, ida


def to_be_called(clinic: SmallClinic) -> tuple[CheckInId, CheckInId]:
    """Rosa Ortiz and Ida May, whose first recovery call is due on Monday."""
    rosa, ida = (discharged(clinic, name, contact="Ana Lee") for name in ("Rosa Ortiz", "Ida May"))
    clinic.clock.at = at(9, 0, date(2026, 11, 23))
    return line_of(clinic, rosa).check_in_id, line_of(clinic, ida).check_in_id


def to_be_reviewed(clinic: SmallClinic) -> tuple[CheckInId, CheckInId]:
    """Rosa Ortiz and Ida May, who were called on Monday."""
    made = [discharged(clinic, name) for name in ("Rosa Ortiz", "Ida May")]
    clinic.clock.at = at(9, 0, date(2026, 11, 23))
    rosa, ida = (answered(clinic, booking_id)[0] for booking_id in made)
    return rosa, ida


def wanting_braces(clinic: SmallClinic) -> tuple[BraceOrderRecord, BraceOrderRecord]:
    """Rosa Ortiz and Ida May, whose braces were ordered after their procedure."""
    made = [discharged(clinic, name) for name in ("Rosa Ortiz", "Ida May")]
    clinic.clock.at = at(9, 0, date(2026, 11, 23))
    drafts = [brace_draft(line_of(clinic, booking_id).patient_id, booking_id) for booking_id in made]
    rosa, ida = (brace.prescribe(clinic.surgeon, draft).value for draft in drafts)
    return rosa, ida


def _book(clinic: SmallClinic, name: str, hour: int) -> Booking:
    return booking.book(clinic.front, kypho(clinic, add_patient(clinic, name), at(hour))).value


def _take(clinic: SmallClinic, one: BookingId, *taken: tuple[BookingState, int, int]) -> None:
    for state, hour, minute in taken:
        clinic.clock.at = at(hour, minute)
        now = booking.read(clinic.nurse, one)
        steps.advance(clinic.nurse, one, state, now.version)
