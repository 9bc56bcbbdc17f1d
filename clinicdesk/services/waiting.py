"""The waiting list: who waits, what they wish, who can really be booked in a hole of the diary, and the calls that offer it.

A hole is what somebody gave back (`holes_left`, `fits_left`), or a free stretch that was pointed at (`hole_at`). `fits`
tries each who waits with the very checks of a booking, so that nobody is called for a time they cannot have; `take` books
one of them, and `put_back` undoes that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clinicdesk.domain import waiting as rules
from clinicdesk.domain.advice import Answer, unanswered
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking, BookingDraft, BookingState
from clinicdesk.domain.catalogue import GRID_MINUTES
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span, maybe, without
from clinicdesk.domain.waiting import Fit, Hole, OfferOutcome, WaitingEntry, Wish
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.booking.changing import changed
from clinicdesk.services.booking.making import requested
from clinicdesk.services.booking.planning import Planned, claiming, procedure_entry, read_at, think_through
from clinicdesk.services.booking.writing import Told, write
from clinicdesk.services.desk import Desk
from clinicdesk.services.slots import every_start
from clinicdesk.services.work import Done, Work, command, query
from clinicdesk.storage import availability, claims, preparation, resources, waiting
from clinicdesk.storage import booking as bookings

AHEAD = timedelta(days=14)
"""How far ahead times that came free are looked for."""

LONGEST_NOTE = 1000

_BESIDE = timedelta(hours=1)
"""A hole is widened on both sides by what is free there, up to this: a case need not start at the very minute."""

_POINTED = timedelta(hours=4)
"""How far a free stretch that was pointed at is looked into."""

Units = tuple[tuple[ResourceKind, ResourceId], ...]


@dataclass(frozen=True, slots=True)
class Fitting:
    """Who fits a hole, whom to call first; ``waiting`` is how many wait in all."""

    hole: Hole
    fits: tuple[Fit, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A booking that took a hole, as it was on the waiting list and as it is now."""

    before: Booking
    after: Booking


@query(Act.SEE_DIARY)
def entries(work: Work) -> tuple[WaitingEntry, ...]:
    """Everybody who waits: by priority, then who waits longest."""
    everyone = waiting.entries(work.session)
    missing = _missing(work, everyone)
    return rules.in_list_order(replace(each, missing=missing.get(each.booking_id, ())) for each in everyone)


@query(Act.SEE_DIARY)
def count(work: Work) -> int:
    """How many wait."""
    return waiting.count(work.session)


@query(Act.SEE_DIARY)
def read(work: Work, booking_id: BookingId) -> WaitingEntry:
    """One who waits. Raises `NotFound` where this booking waits no longer."""
    return _read(work, booking_id)


@command(Act.BOOK)
def add(work: Work, draft: BookingDraft, wish: Wish) -> Booking:
    """Put a request on the waiting list with its wish. Raises `BadInput` as `booking.request` does."""
    booking = requested(work, draft, BookingState.WAITLIST)
    waiting.set_wish(work.session, booking.id, wish, since=work.now)
    work.audit(AuditAction.CHANGED, Subject.BOOKING, booking.id, **_told(wish))
    return booking


@command(Act.BOOK)
def set_wish(work: Work, booking_id: BookingId, version: int, wish: Wish) -> WaitingEntry:
    """Change what somebody who waits wishes. Raises `Stale`, and `BadInput` where this booking waits no longer."""
    before = read_at(work, booking_id, version)
    _check_waits(before)
    entry = waiting.read(work.session, booking_id)
    told = Told(action=AuditAction.CHANGED, details=_told(wish), step=False)
    write(work, before, before, told)  # counts the version up: two edits never mix
    waiting.set_wish(work.session, booking_id, wish, since=entry.since)
    return _read(work, booking_id)


@command(Act.BOOK)
def note_call(
    work: Work,
    booking_id: BookingId,
    outcome: OfferOutcome,
    *,
    number: str = "",
    offered: datetime | None = None,
    note: str = "",
) -> None:
    """Write down a call to somebody who waits; ``offered`` is the start that was offered.

    Who declined it is not called first again for the same hole. Raises `BadInput` for a note that is too long and where
    this booking waits no longer.
    """
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput(_("This note is too long. Shorten it."), "note")
    _check_waits(bookings.read(work.session, booking_id))
    _add_call(work, booking_id, outcome, number, offered, note)


@query(Act.BOOK)
def holes_left(work: Work) -> tuple[Hole, ...]:
    """The holes of the next two weeks that were left and are still free, the soonest first."""
    left = waiting.left_between(work.session, work.now, work.now + AHEAD)
    found = [hole for hole in (_hole_left(work, booking) for booking in left) if hole is not None]
    return tuple({(hole.units[:1], hole.wanted): hole for hole in found}.values())


@query(Act.BOOK)
def hole_at(work: Work, starts: datetime, unit: ResourceId | None = None) -> Hole | None:
    """The free stretch round ``starts``, of ``unit`` where one is given; None where nothing is free there."""
    around = Span(starts - _BESIDE, starts + _POINTED)
    units = () if unit is None else ((resources.read(work.session, unit).kind, unit),)
    span = _free_round(work, units, Span(starts, starts + timedelta(minutes=GRID_MINUTES)), around)
    return None if span is None else Hole(span=span, wanted=starts, units=units, names=_names(work, units))


@query(Act.BOOK)
def fits(work: Work, hole: Hole) -> Fitting:
    """Who of those who wait can really be booked in ``hole``, whom to call first."""
    return _fitting(work, hole)


@query(Act.BOOK)
def fits_left(work: Work, booking_id: BookingId) -> Fitting | None:
    """`fits` for the hole that a booking left; None where it is past or taken meanwhile."""
    hole = _hole_left(work, booking_id)
    return None if hole is None else _fitting(work, hole)


def take(
    desk: Desk,
    booking_id: BookingId,
    version: int,
    starts: datetime,
    units: Units,
    *,
    reason: str = "",
    number: str = "",
) -> Done[Taken]:
    """Book somebody who waits at ``starts`` in ``units``, with the checks of a new booking. Needs `Act.BOOK`.

    ``number`` is what was called; the call is written down as accepted. Raises what `booking.book` does, and `Stale`.
    """
    return claiming(lambda: _take(desk, booking_id, version, starts, units, reason.strip(), number))


def put_back(desk: Desk, taken: Taken) -> Done[Booking]:
    """Put somebody back on the waiting list as before `take`, and write down that the booking was taken back.

    Needs `Act.BOOK`. Raises `Stale` where the booking was changed since.
    """
    return claiming(lambda: _put_back(desk, taken))


@command(Act.BOOK)
def _take(
    work: Work,
    booking_id: BookingId,
    version: int,
    starts: datetime,
    units: Units,
    reason: str,
    number: str,
) -> Taken:
    before = read_at(work, booking_id, version)
    _check_waits(before)
    draft = replace(before.draft, starts=starts, units=_asked_for(before.draft, units), reason=reason)
    after = changed(work, before, draft, BookingState.BOOKED, said_now=True)
    _add_call(work, booking_id, OfferOutcome.ACCEPTED, number, starts, "")
    return Taken(before, after)


@command(Act.BOOK)
def _put_back(work: Work, taken: Taken) -> Booking:
    """The accepted call is not struck from the log: it was made. What came of it since is a line of its own."""
    now = read_at(work, taken.after.id, taken.after.version)
    back = changed(work, now, taken.before.draft, taken.before.state, back=taken.before)
    _add_call(work, back.id, OfferOutcome.TAKEN_BACK, "", taken.after.starts, "")
    return back


def _read(work: Work, booking_id: BookingId) -> WaitingEntry:
    entry = waiting.read(work.session, booking_id)
    return replace(entry, missing=_missing(work, [entry]).get(booking_id, ()))


def _missing(
    work: Work, entries: Sequence[WaitingEntry], starts: datetime | None = None
) -> dict[BookingId, tuple[str, ...]]:
    """What is not ready of each, for a case at ``starts``, or as of today."""
    calendar = work.clinic.calendar(work.now)
    cases = preparation.cases_of(work.session, [entry.booking_id for entry in entries])
    return {case.booking_id: rules.not_ready(replace(case, starts=starts).points(calendar)) for case in cases}


def _check_waits(booking: Booking) -> None:
    if booking.state not in waiting.WAITING:
        raise BadInput(
            _("This booking is “{state}”: it waits no longer. Nothing was saved.").format(
                state=booking.state.label
            )
        )


def _add_call(
    work: Work, booking_id: BookingId, outcome: OfferOutcome, number: str, offered: datetime | None, note: str
) -> None:
    waiting.add_call(
        work.session,
        booking_id,
        outcome,
        at=work.now,
        by=work.actor.user_id,
        number=number,
        offered=offered,
        note=note,
    )
    work.record(AuditAction.CALLED, Subject.BOOKING, booking_id, outcome=outcome.value)


# Holes.


def _hole_left(work: Work, booking_id: BookingId) -> Hole | None:
    booking = bookings.read(work.session, booking_id)
    draft = booking.draft
    if booking.state.holds_claims or draft.starts is None or booking.ends is None:
        return None
    starts = draft.starts - timedelta(minutes=draft.setup_minutes)
    freed = maybe(max(starts, work.now), booking.ends + timedelta(minutes=draft.turnover_minutes))
    if freed is None:
        return None
    units = tuple(unit for unit in draft.units if unit[0] is ResourceKind.ROOM)
    span = _free_round(work, units, freed, Span(freed.starts - _BESIDE, freed.ends + _BESIDE))
    if span is None:
        return None
    surgeon = tuple(
        unit
        for unit in draft.units
        if unit[0] is ResourceKind.SURGEON and _is_still_free(work, unit[1], freed)
    )
    return Hole(
        span=span,
        wanted=draft.starts,
        units=(*units, *surgeon),
        names=_names(work, (*units, *surgeon)),
        left_by=booking_id,
    )


def _is_still_free(work: Work, unit: ResourceId, span: Span) -> bool:
    """Whether a surgeon whose case was called off is there for another one, rather than elsewhere by now."""
    return resources.read(work.session, unit).active and not claims.held(work.session, [unit], span)


def _free_round(work: Work, units: Units, wanted: Span, around: Span) -> Span | None:
    """The longest stretch within ``around`` that touches ``wanted`` and in which all units are free.

    It ends with opening hours, but what was held beyond them, for setting up before the first case, is free as well. What
    is closed by now, the clinic or one of the units, is free for nobody.
    """
    first = max(around.starts, _next_step(work.now))
    hours = work.clinic.open_on(work.clinic.zone.day_of(wanted.starts))
    near = [
        (min(opens, wanted.starts), max(closes, wanted.ends))
        for opens, closes in hours
        if opens < wanted.ends and wanted.starts < closes
    ]
    open_now = [
        span for span in (maybe(max(first, a), min(around.ends, b)) for a, b in near) if span is not None
    ]
    named = [unit for _kind, unit in units]
    held = claims.held(work.session, named, around) if units else ()
    closures = availability.read(work.session, around).closures
    busy = [Span(each.starts, each.ends) for each in held]
    busy += [each.span for each in closures if each.resource_id is None or each.resource_id in named]
    touching = [piece for piece in without(open_now, busy) if piece.overlaps(wanted)]
    return max(touching, key=lambda piece: piece.length, default=None)


def _names(work: Work, units: Units) -> tuple[str, ...]:
    names = {unit.id: unit.name for unit in resources.of_kinds(work.session, inactive=True)}
    return tuple(names[unit] for _kind, unit in units if unit in names)


def _next_step(now: datetime) -> datetime:
    """The next instant of the five-minute grid."""
    step = timedelta(minutes=GRID_MINUTES)
    return now + (datetime.min.replace(tzinfo=now.tzinfo) - now) % step


# Who fits.


def _fitting(work: Work, hole: Hole) -> Fitting:
    everyone = [each for each in waiting.entries(work.session) if each.booking_id != hole.left_by]
    missing = _missing(work, everyone, hole.wanted)
    found = (_fit(work, replace(each, missing=missing.get(each.booking_id, ())), hole) for each in everyone)
    return Fitting(hole, rules.rank(fit for fit in found if fit is not None), len(everyone))


def _fit(work: Work, entry: WaitingEntry, hole: Hole) -> Fit | None:
    """The start at which somebody could be booked in the hole, the nearest to the wanted one; None where there is none.

    The index of the diary proposes the starts; the check of a booking has the last word on each.
    """
    day = work.clinic.zone.day_of(hole.wanted)
    if not entry.wish.allows(day) or entry.held_minutes > hole.minutes:
        return None
    booking = bookings.read(work.session, entry.booking_id)
    if not _is_meant_for(work, hole, booking.draft):
        return None
    draft = replace(booking.draft, units=_asked_for(booking.draft, hole.units), reason="")
    patient = resources.find_patient(work.session, draft.patient_id)
    second: tuple[datetime, Planned] | None = None
    for starts in _in_hole(every_start(work, draft, day, booking.id), draft, hole):
        planned = think_through(work, replace(draft, starts=starts), but=booking, patient_unit=patient)
        if planned.problems or planned.assignment is None or planned.assignment.obstacles:
            continue
        if not unanswered(planned.advices):
            return _found(work, entry, hole, starts, planned)
        second = second or (starts, planned)
    return None if second is None else _found(work, entry, hole, *second)


def _is_meant_for(work: Work, hole: Hole, draft: BookingDraft) -> bool:
    """Whether the units of the hole are taken for such a case: nobody is called to an operation in a room for visits.

    A room that is free may be taken with another surgeon; the free time of a surgeon is that one's.
    """
    free, own = dict(hole.units), draft.unit(ResourceKind.SURGEON)
    if ResourceKind.ROOM not in free and own is not None and free.get(ResourceKind.SURGEON, own) != own:
        return False
    is_visit = procedure_entry(work, draft.procedure_key).value.is_visit
    units = (resources.read(work.session, unit) for _kind, unit in hole.units)
    return all(unit.serves.suits(is_visit=is_visit) for unit in units)


def _found(work: Work, entry: WaitingEntry, hole: Hole, starts: datetime, planned: Planned) -> Fit:
    zone = work.clinic.zone
    asks = unanswered(planned.advices)
    return Fit(
        entry=entry,
        starts=starts,
        hole_minutes=hole.minutes,
        waited_days=entry.waited(zone.day_of(work.now), zone),
        unmet=rules.unmet_by(entry.wish, starts, work.now, zone),
        missing=entry.missing,
        units=planned.draft.units,
        takes=_names(work, planned.filled.units),
        asks=" ".join(advice.sentence for advice in asks),
        may_answer=work.may(Act.OVERRIDE) or all(each.answer is not Answer.OVERRIDE for each in asks),
        last_call=rules.offered_last(entry.calls, hole),
    )


def _in_hole(starts: Iterable[datetime], draft: BookingDraft, hole: Hole) -> list[datetime]:
    """The starts at which a case lies in the hole with its buffers, the nearest to the wanted one first."""
    first = hole.span.starts + timedelta(minutes=draft.setup_minutes)
    last = hole.span.ends - timedelta(minutes=draft.minutes + draft.turnover_minutes)
    inside = (start for start in starts if first <= start <= last)
    return sorted(inside, key=lambda start: (abs(start - hole.wanted), start))


def _asked_for(draft: BookingDraft, units: Units) -> Units:
    """The hole's units, but the surgeon somebody asked for stays."""
    surgeon = draft.unit(ResourceKind.SURGEON)
    own = {} if surgeon is None else {ResourceKind.SURGEON: surgeon}
    return tuple({**dict(units), **own}.items())


def _told(wish: Wish) -> dict[str, str | bool]:
    """What the audit trail keeps of a wish: codes and dates."""
    return {
        "priority": wish.priority.value,
        "earliest": wish.earliest.isoformat() if wish.earliest else "",
        "latest": wish.latest.isoformat() if wish.latest else "",
        "weekdays": "".join(str(day) for day in sorted(wish.weekdays)),
        "day_part": wish.day_part.value,
        "short_notice": wish.short_notice,
    }
