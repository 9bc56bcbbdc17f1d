"""A change saved, and the papers it puts out of date, asked in the same breath off the GUI thread."""

from __future__ import annotations

from clinicdesk.domain.booking import Booking, BookingDraft
from clinicdesk.domain.papers import KeptPaper
from clinicdesk.errors import ClinicDeskError
from clinicdesk.services import booking as bookings
from clinicdesk.services import papers
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done


class Change:
    """Called, it saves ``draft`` in place of what ``before`` said. ``outdated`` is known from then on.

    The form opens without the stored reason, so whatever stands there was typed for this change, be it the same words.
    """

    def __init__(self, desk: Desk, before: Booking, draft: BookingDraft, *, to_book: bool = False) -> None:
        self._desk = desk
        self._before = before
        self._draft = draft
        self._to_book = to_book
        self.outdated: tuple[KeptPaper, ...] = ()

    def __call__(self) -> Done[Booking]:
        before = self._before
        done = bookings.change(
            self._desk, before.id, self._draft, before.version, to_book=self._to_book, said_now=True
        )
        if done.value.starts != before.starts:
            try:
                self.outdated = papers.outdated(self._desk, before.id)
            except ClinicDeskError:  # it is saved all the same, and the case itself tells of its papers
                self.outdated = ()
        return done
