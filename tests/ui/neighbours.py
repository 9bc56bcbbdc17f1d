"""Two patients in the same state, so that a panel can be opened for one and then for the other."""

from __future__ import annotations

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.services import booking
from clinicdesk.services.booking import steps
from tests.helpers.bookings import add_patient, at, kypho
from tests.helpers.clinics import SmallClinic


def in_recovery(clinic: SmallClinic) -> tuple[BookingId, BookingId]:
    """Rosa Ortiz and Ida May, who lie in recovery at two in the afternoon."""
    made = [
        booking.book(clinic.front, kypho(clinic, add_patient(clinic, name), starts)).value
        for name, starts in (("Rosa Ortiz", at(8)), ("Ida May", at(11)))
    ]
    for one, hour in zip(made, (7, 10), strict=True):
        now = one
        for state, when in (
            (BookingState.ARRIVED, at(hour)),
            (BookingState.IN_ROOM, at(hour, 50)),
            (BookingState.RECOVERY, at(hour + 2)),
        ):
            clinic.clock.at = when
            now = steps.advance(clinic.nurse, now.id, state, now.version).value
    clinic.clock.at = at(14)
    return made[0].id, made[1].id
