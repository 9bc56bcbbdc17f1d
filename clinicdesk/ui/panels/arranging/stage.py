"""Where a panel lets the diary show a plan before it is carried out, and where both say which case is pointed at.

The diary owns it and hands it to the panel; neither knows the other.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from clinicdesk.domain.arranging.proposal import Proposal
from clinicdesk.domain.ids import BookingId


class Stage(QObject):
    """The plan that is shown, if any."""

    changed = Signal()
    """Another plan is shown, or none any more."""
    pointed = Signal(object)
    """Carries the `BookingId` of the case that is pointed at, or None."""
    chosen = Signal(object)
    """A case of the plan was clicked and is to be seen wherever it is shown; carries its `BookingId`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._proposal: Proposal | None = None
        self._changed: frozenset[BookingId] = frozenset()
        self._pointed: BookingId | None = None
        self._carried_out = False

    @property
    def proposal(self) -> Proposal | None:
        """The plan that is shown."""
        return self._proposal

    def show(self, proposal: Proposal) -> None:
        """Show this plan instead of the one before."""
        self._carried_out = False
        self._put(proposal)
        self.changed.emit()

    def clear(self) -> None:
        """Show none. One that was carried out stays until the diary has been read again: its cases stand there by then."""
        if self._proposal is not None and not self._carried_out:
            self._put(None)
            self.changed.emit()

    def carried_out(self) -> None:
        """The plan is stored."""
        self._carried_out = self._proposal is not None

    def read_again(self) -> None:
        """What the diary draws has been read: a plan that was carried out is no plan any more."""
        if self._carried_out:
            self._carried_out = False
            self._put(None)

    def _put(self, proposal: Proposal | None) -> None:
        self._proposal = proposal
        changes = () if proposal is None else proposal.changes
        self._changed = frozenset(change.booking_id for change in changes)
        self.point(self._pointed)

    def point(self, booking: BookingId | None) -> None:
        """Point at a case; a case that the plan leaves alone, and None, mean at none."""
        if booking not in self._changed:
            booking = None
        if booking != self._pointed:
            self._pointed = booking
            self.pointed.emit(booking)

    def choose(self, booking: BookingId) -> None:
        """Point at a case and have it seen."""
        self.point(booking)
        self.chosen.emit(booking)
