"""Bookings. What the form needs stands here; a case is moved in `moving` and `moving_many`, and its day is in `steps`.

The way is the same for all of them: the draft is thought through (`planning`), what stands against it is refused or asked
about (`changing`), and the outcome is stored by the one writer (`writing`).
"""

from clinicdesk.services.booking.checking import BookingCheck, Taken, check
from clinicdesk.services.booking.making import book, change, request, undo_change
from clinicdesk.services.booking.reading import (
    BookedPatient,
    Offer,
    defaults,
    filled_draft,
    offer,
    patient,
    read,
)

__all__ = [
    "BookedPatient",
    "BookingCheck",
    "Offer",
    "Taken",
    "book",
    "change",
    "check",
    "defaults",
    "filled_draft",
    "offer",
    "patient",
    "read",
    "request",
    "undo_change",
]
