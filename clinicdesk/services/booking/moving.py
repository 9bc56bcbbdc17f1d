"""Moving a case by hand: what has to be known to judge every place it is dragged over, and the move itself.

`prepare` reads once, `clinicdesk.domain.scheduling.moving` judges without the database, `move` passes every check of a new
booking and says what came of it, and `undo` puts time, units and dates back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.papers import KeptPaper
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.moving import MoveContext, staying_units
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import occupied
from clinicdesk.services.booking.changing import changed, moved_draft, state_after
from clinicdesk.services.booking.making import undo_change
from clinicdesk.services.booking.planning import (
    claiming,
    preferred,
    read_at,
    standing_advices,
    suited,
    think_through,
)
from clinicdesk.services.desk import Desk
from clinicdesk.services.papers import out_of_date
from clinicdesk.services.work import Done, Work, command, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import resources

BEFORE = timedelta(days=1)
AFTER = timedelta(days=4)
"""How far round the days shown is read, from the start of the first and of the last: a night reaches into the next day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A booking before and after its move, and the papers that tell what is no longer so.

    ``to`` are the names of its room and its surgeon where they changed.
    """

    before: Booking
    after: Booking
    patient: str
    to: tuple[str, ...]
    outdated: tuple[KeptPaper, ...]

    @property
    def resized_only(self) -> bool:
        """Whether it stays where it is and only its length changed."""
        return self.before.starts == self.after.starts and not self.to

    @property
    def unconfirmed(self) -> bool:
        """Whether the patient had confirmed the time that is no more."""
        return self.before.state is BookingState.CONFIRMED and self.after.state is BookingState.BOOKED

    @property
    def away_again(self) -> bool:
        """Whether the patient had arrived for the day that is no more."""
        return self.before.state is BookingState.ARRIVED and self.after.state is BookingState.BOOKED


@query(Act.BOOK)
def prepare(work: Work, booking_id: BookingId, days: Sequence[date]) -> MoveContext:
    """Everything needed to judge where on ``days`` a booking fits. Raises `NotFound`; `BadInput` where it has no time."""
    found = bookings.read(work.session, booking_id)
    unit = resources.find_patient(work.session, found.draft.patient_id)
    draft = replace(found.draft, units=tuple(staying_units(found, ()).items()), reason="")
    planned = think_through(work, draft, but=found, prefer=dict(found.draft.units), patient_unit=unit)
    if planned.proposal.plan is None:
        raise BadInput(_("This booking has no time yet. Book it first."), "starts")
    zone = work.clinic.zone
    window = Span(zone.start_of(min(days)) - BEFORE, zone.start_of(max(days)) + AFTER)
    units = {each.id: each for pool in planned.pools.values() for each in pool}
    units |= {
        each: resources.read(work.session, each) for _kind, each in found.draft.units if each not in units
    }
    everyone = {*units, *(() if unit is None else (unit,))}
    names = {each.id: each.name for each in units.values()}
    procedure = planned.proposal.procedure
    return MoveContext(
        booking=found,
        proposal=planned.proposal,
        plan=planned.proposal.plan,
        pools=preferred(suited(planned.pools, procedure), dict(found.draft.units)),
        units=units,
        patient_unit=unit,
        ways=occupied.standing(work, everyone, window, names, but=booking_id),
        same_day=bookings.of_patient_within(work.session, found.draft.patient_id, window, booking_id),
        problems=planned.problems,
        standing=standing_advices(work, found),
        may_override=work.may(Act.OVERRIDE),
    )


def move(
    desk: Desk,
    booking_id: BookingId,
    version: int,
    starts: datetime,
    *,
    minutes: int | None = None,
    units: Mapping[ResourceKind, ResourceId] | None = None,
    reason: str = "",
) -> Done[Moved]:
    """Move a booking to another start, and to ``units`` where given. Needs `Act.BOOK`.

    ``minutes`` make it longer or shorter.

    Surgeon and room stay unless ``units`` names others; the other kinds stay where they are free, else the first free one
    takes their place. Raises what `clinicdesk.services.booking.change` does.
    """
    return claiming(lambda: _move(desk, booking_id, version, starts, minutes, units or {}, reason))


def undo(desk: Desk, done: Moved) -> Done[Booking]:
    """Put back what `move` changed: time, length, units, state and dates. Raises `Clash` where it is taken by now."""
    return undo_change(desk, done.before, done.after.version)


@command(Act.BOOK)
def _move(
    work: Work,
    booking_id: BookingId,
    version: int,
    starts: datetime,
    minutes: int | None,
    units: Mapping[ResourceKind, ResourceId],
    reason: str,
) -> Moved:
    before = read_at(work, booking_id, version)
    draft = moved_draft(before, starts, units, reason)
    if minutes is not None:
        draft = replace(draft, minutes=minutes)
    after = changed(work, before, draft, state_after(work, before, draft), said_now=True)
    name = bookings.patient_flags(work.session, after.draft.patient_id).name
    return Moved(
        before=before,
        after=after,
        patient=name,
        to=tuple(_new_units(work, before, after)),
        outdated=out_of_date(work, after),
    )


def _new_units(work: Work, before: Booking, after: Booking) -> Iterator[str]:
    for kind in (ResourceKind.ROOM, ResourceKind.SURGEON):
        unit = after.draft.unit(kind)
        if unit is not None and unit != before.draft.unit(kind):
            yield resources.read(work.session, unit).name
