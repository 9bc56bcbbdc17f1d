"""Cases that have been, with how long they really took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from clinicdesk.domain.booking import BookingState
from clinicdesk.storage.tables import BookingRow
from tests.helpers.cases import add_case, add_patient
from tests.helpers.clinics import MONDAY_EIGHT, SmallClinic

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def past_cases(
    clinic: SmallClinic, lengths: Sequence[int], surgeon: str = "Dr Lin", *, noted: bool = True, **more: Any
) -> None:
    """Kyphoplasties that took so long, one a day back from last week; ``noted``: the start was written down."""
    patient = add_patient(clinic)
    for number, minutes in enumerate(lengths):
        starts = MONDAY_EIGHT - (7 + number) * DAY
        made = add_case(clinic, patient, starts, surgeon, state=BookingState.DISCHARGED, **more)
        into = starts if not noted else starts - 10 * MINUTE
        with clinic.database.writing() as session:
            session.execute(
                update(BookingRow)
                .where(BookingRow.id == made)
                .values(
                    in_room_at=into,
                    started_at=starts if noted else None,
                    ended_at=starts + minutes * MINUTE,
                )
            )
