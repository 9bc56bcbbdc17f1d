"""When somebody gives a time back: who on the waiting list can take it is looked up in the same breath."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clinicdesk.domain.booking import Booking
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import waiting
from clinicdesk.services.booking import steps
from clinicdesk.services.desk import Desk
from clinicdesk.services.waiting import Fitting
from clinicdesk.services.work import Done
from clinicdesk.ui.frame.place import Shell
from clinicdesk.ui.frame.targets import HoleLeftBy


@dataclass(frozen=True, slots=True)
class GaveBack:
    """What was called off, and who fits the hole it leaves; ``fitting`` is None where it leaves none."""

    booking: Booking
    fitting: Fitting | None


def give_back(desk: Desk, work: Callable[[], Done[Booking]]) -> Done[GaveBack]:
    """Do ``work``, which calls a booking off; then look who fits. Runs off the GUI thread."""
    done = work()
    try:
        found = waiting.fits_left(desk, done.value.id)
    except ClinicDeskError:  # it is called off all the same; the list can be asked later
        found = None
    return Done(GaveBack(done.value, found), done.changes)


def offer(shell: Shell, gave: GaveBack) -> None:
    """Open the panel with those who fit, if there are any."""
    if gave.fitting is not None and gave.fitting.fits:
        shell.open(HoleLeftBy(booking_id=gave.booking.id))


def said(words: str, gave: GaveBack) -> str:
    """``words``, and that nobody who waits fits, where that is so: it is no reason to open anything."""
    fitting = gave.fitting
    if fitting is None or fitting.fits or not fitting.waiting:
        return words
    return _("{what}. Nobody on the waiting list fits this time.").format(what=words)


def take_back(desk: Desk, gave: GaveBack) -> Done[Any]:
    """Take the calling off back."""
    return steps.step_back(desk, gave.booking.id, gave.booking.version)
