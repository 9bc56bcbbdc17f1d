"""What the booking form needs before it can be shown, and what it says once something was stored."""

from __future__ import annotations

from dataclasses import dataclass

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.waiting import Wish
from clinicdesk.i18n import _
from clinicdesk.services import booking as bookings
from clinicdesk.services import waiting
from clinicdesk.services.booking import BookedPatient, Offer
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import BookTarget, ChangeBooking
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.booking.saving import Change
from clinicdesk.ui.papers.window import out_of_date


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the form needs before it can be shown."""

    offer: Offer
    before: Booking | None
    patient: BookedPatient | None
    wish: Wish | None


class Said:
    """The sentence for the quiet bar, made from what was stored."""

    def __init__(self, name: str, pattern: str, change: Change | None = None) -> None:
        self._name, self._pattern, self._change = name, pattern, change

    def __call__(self, made: Booking) -> str:
        """Who, what and when; and which papers are out of date by it."""
        words = [self._name, ", ".join(made.draft.levels)]
        if made.starts is not None:
            words.append(fmt.short_moment(made.starts))
        said = self._pattern.format(what=", ".join(word for word in words if word))
        if self._change is None or not self._change.outdated:
            return said
        told = out_of_date(self._change.outdated)
        return _("{what}. {papers}").format(what=said, papers=told)


def load(desk: Desk, target: BookTarget) -> Loaded:
    """Read what ``target`` names: a booking with its patient and wish, a patient, or nobody yet."""
    before, wish = None, None
    if isinstance(target, ChangeBooking):
        before = bookings.read(desk, target.booking_id)
        patient_id: PatientId | None = before.draft.patient_id
        if before.state is BookingState.WAITLIST:
            wish = waiting.read(desk, before.id).wish
    else:
        patient_id = target.patient_id
    patient = None if patient_id is None else bookings.patient(desk, patient_id)
    return Loaded(bookings.offer(desk), before, patient, wish)
