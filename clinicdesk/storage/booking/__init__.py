"""Bookings, their units and the steps of their life, as they are read.

What writes them is `writing`, which only the writer of bookings in the services imports.
"""

from clinicdesk.storage.booking.columns import columns_of, times_of
from clinicdesk.storage.booking.reading import (
    bed_from,
    history,
    last_before,
    last_step,
    of_patient_within,
    patient_flags,
    read,
)

__all__ = [
    "bed_from",
    "columns_of",
    "history",
    "last_before",
    "last_step",
    "of_patient_within",
    "patient_flags",
    "read",
    "times_of",
]
