"""What the booking form needs before it can be shown, and what it says once something was stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.waiting import Wish
from clinicdesk.i18n import _
from clinicdesk.services import booking as bookings
from clinicdesk.services import waiting
from clinicdesk.services.booking import BookedPatient, Offer
from clinicdesk.services.desk import Desk
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


def load(desk: Desk, target: Mapping[str, Any]) -> Loaded:
    """Read what ``target`` of the form names: a booking with its patient and wish, a patient, or nobody yet."""
    before, wish = None, None
    if (booking_id := target.get("booking_id")) is not None:
        before = bookings.read(desk, BookingId(booking_id))
        if before.state is BookingState.WAITLIST:
            wish = waiting.read(desk, before.id).wish
    patient_id = before.draft.patient_id if before is not None else target.get("patient_id")
    patient = None if patient_id is None else bookings.patient(desk, PatientId(patient_id))
    return Loaded(bookings.offer(desk), before, patient, wish)
