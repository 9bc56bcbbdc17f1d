"""Booking, requesting, changing, and taking a change back.

Each refuses what `checking.check` shows as a problem (`BadInput`, with the field) or as a clash (`Clash`, naming every
holder), and asks for a reason where an advice stands against it (`NeedsReason`; who may answer which:
`clinicdesk.domain.advice`).
"""

from __future__ import annotations

from clinicdesk.domain.booking import Booking, BookingDraft, BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act
from clinicdesk.services.booking.changing import answered_by, changed, refuse_without_start, state_after
from clinicdesk.services.booking.planning import claiming, read_at, think_through
from clinicdesk.services.booking.writing import create
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done, Work, command
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import resources


def book(desk: Desk, draft: BookingDraft) -> Done[Booking]:
    """Book ``draft``; kinds without a chosen unit get the first free one. Needs `Act.BOOK`.

    Raises `BadInput` (with its field), `Clash` (with its holders), `NeedsReason`, `NotFound`.
    """
    return claiming(lambda: _book(desk, draft))


@command(Act.BOOK)
def request(work: Work, draft: BookingDraft, *, waitlist: bool = False) -> Booking:
    """Note a wish, or put it on the waiting list: it holds nothing, and a start is welcome but not needed.

    Raises `BadInput` as `book` does, but neither clashes nor advices stand against a wish.
    """
    return requested(work, draft, BookingState.WAITLIST if waitlist else BookingState.REQUESTED)


def requested(work: Work, draft: BookingDraft, state: BookingState) -> Booking:
    """What `request` does, for those who write more in the same transaction."""
    planned = think_through(work, draft)
    if planned.problems:
        raise planned.problems[0]
    return create(work, planned, state)


def change(
    desk: Desk,
    booking_id: BookingId,
    draft: BookingDraft,
    version: int,
    *,
    to_book: bool = False,
    said_now: bool = False,
) -> Done[Booking]:
    """Replace what a booking says, its time and units included, with the checks of `book`. Needs `Act.BOOK`.

    A kind without a chosen unit keeps its unit where that is free. ``to_book`` books a request or one on the waiting list.
    The reason that is stored already answers nothing new, unless ``said_now`` tells that somebody gave it again.
    A confirmed booking that moves is to be confirmed again. Once the case has begun its planned times stay: record the
    actual ones. Raises what `book` does, and `Stale`.
    """
    return claiming(lambda: _change(desk, booking_id, draft, version, to_book=to_book, said_now=said_now))


def undo_change(desk: Desk, before: Booking, version: int) -> Done[Booking]:
    """Put back what a booking said ``before`` a change or a move; ``version`` is the one the change returned.

    What stood before is not questioned again, but a time that was taken meanwhile is refused (`Clash`).
    """
    return claiming(lambda: _undo_change(desk, before, version))


@command(Act.BOOK)
def _book(work: Work, draft: BookingDraft) -> Booking:
    patient_unit = resources.find_patient(work.session, draft.patient_id)
    if patient_unit is None:  # the first booking: who is no patient is no resource either
        bookings.patient_flags(work.session, draft.patient_id)
        patient_unit = resources.of_patient(work.session, draft.patient_id)
    planned = think_through(work, draft, patient_unit=patient_unit)
    refuse_without_start(draft)
    return create(work, planned, BookingState.BOOKED, answered_by(work, planned, ()))


@command(Act.BOOK)
def _change(
    work: Work, booking_id: BookingId, draft: BookingDraft, version: int, *, to_book: bool, said_now: bool
) -> Booking:
    before = read_at(work, booking_id, version)
    state = state_after(work, before, draft, to_book=to_book)
    return changed(work, before, draft, state, said_now=said_now)


@command(Act.BOOK)
def _undo_change(work: Work, before: Booking, version: int) -> Booking:
    now = read_at(work, before.id, version)
    return changed(work, now, before.draft, before.state, back=before)
