"""What the booking form needs before it can be shown, and what it says once something was stored."""

from __future__ import annotations

from dataclasses import dataclass

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.waiting import Wish
from clinicdesk.i18n import _
from clinicdesk.services import booking as bookings
from clinicdesk.services import waiting
from clinicdesk.services.booking import BookedPatient, Offer
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import PanelKey
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


def load(desk: Desk, key: PanelKey) -> Loaded:
    """Read whom ``key`` names: a booking with its patient and wish, a patient, or nobody yet."""
    if key.subject is Subject.BOOKING:
        before = bookings.read(desk, BookingId(key.id))
        wish = waiting.read(desk, before.id).wish if before.state is BookingState.WAITLIST else None
        return Loaded(bookings.offer(desk), before, bookings.patient(desk, before.draft.patient_id), wish)
    patient = bookings.patient(desk, PatientId(key.id)) if key.id else None
    return Loaded(bookings.offer(desk), None, patient, None)
