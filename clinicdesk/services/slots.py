"""Finding a time: the best ones with the very units they take, and for each day without one why not.

The index of the diary (`clinicdesk.services.diary_index`) is kept between searches. Before each it is compared with the
diary: what another desk changed meanwhile is seen, and only the units concerned are read anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinicdesk.domain.advice import PatientFlags, Proposal, refusals
from clinicdesk.domain.booking import Booking, BookingDraft, Setting
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.bits import each
from clinicdesk.domain.scheduling.finder import ANY_TIME, DayPart, Limit, Search, SlotAsk, Times
from clinicdesk.domain.scheduling.index import UnitTime
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.lengths import (
    Offer,
    best_offers,
    by_length,
    days_without_any,
    starts_of,
)
from clinicdesk.domain.scheduling.occupancy import CasePlan, NeedShape, shape
from clinicdesk.domain.scheduling.offers import Reason, Slot
from clinicdesk.domain.scheduling.whynot import DayWithout, Names, told_by_days
from clinicdesk.domain.times import wall_clock
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import durations
from clinicdesk.services.booking.planning import (
    case_plan,
    chosen_units,
    no_longer_offered,
    procedure_entry,
    stored_form,
    suited,
)
from clinicdesk.services.diary_index import Warm, warm
from clinicdesk.services.work import Work, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import catalogue, occupancy, resources

LONGEST_SEARCH = timedelta(days=366)
MOST_ANSWERS = 50
FARTHEST_DAY = timedelta(days=731)
_APART = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotWish:
    """What a time is looked for: the draft (its start is not read), and the days and times that will do.

    ``surgeons`` are those that may do it, none meaning any; a unit that the draft names is kept. ``first`` and ``last`` are
    days of the clinic's calendar, both inclusive. ``times`` must hold, ``wish`` is welcome. ``but`` is the booking it would
    move. ``own_lengths``: where no surgeon is named, each is given the minutes that their own cases teach, and the draft's
    only where these are too few.
    """

    draft: BookingDraft
    first: date
    last: date
    surgeons: tuple[ResourceId, ...] = ()
    times: Times = ANY_TIME
    wish: Times = ANY_TIME
    limit: int = 5
    but: BookingId | None = None
    own_lengths: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSlot:
    """A time that can be booked. ``why`` says why it stands where it does: "own block, no gap". Instants are UTC."""

    starts: datetime
    ends: datetime
    units: tuple[tuple[ResourceKind, Resource], ...]
    stays: tuple[tuple[ResourceKind, Span], ...]
    """How long each unit is taken, buffers included."""
    why: str
    reasons: tuple[Reason, ...]

    @property
    def minutes(self) -> int:
        """How long the procedure is planned."""
        return int((self.ends - self.starts).total_seconds() // 60)

    @property
    def chosen(self) -> tuple[tuple[ResourceKind, ResourceId], ...]:
        """The units as a draft names them."""
        return tuple((kind, unit.id) for kind, unit in self.units)

    def unit(self, kind: ResourceKind) -> Resource | None:
        """The unit of a kind, if it takes one."""
        return next((unit for each_kind, unit in self.units if each_kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotAnswer:
    """The best times; and of the days before the last of them that have none (all, where there is no time), why not.

    Days on which the clinic is never open are told only where nothing else is.

    ``morning`` and ``afternoon`` are the best time there, where any time of the day would have done.
    """

    slots: tuple[FoundSlot, ...]
    without: tuple[tuple[tuple[date, ...], str], ...]
    morning: FoundSlot | None = None
    afternoon: FoundSlot | None = None


@query(Act.BOOK)
def search(work: Work, wish: SlotWish) -> SlotAnswer:
    """The best times for ``wish``. Raises `BadInput` for a draft that could never be booked, and a range that cannot be.

    Advices do not keep a time from being offered, but for the late finish of a patient who goes home sedated.
    """
    today = work.clinic.zone.day_of(work.now)
    _check(wish, today)
    now = warm(work, max(wish.first, today), wish.last)
    index = _without(work, now, wish.but).index
    searches = [Search(index, ask) for ask in _asks(work, now, wish)]
    offers = best_offers(searches, wish.limit)
    halves = (
        {} if not wish.times.is_any else {part: _best_in(searches, part) for part in (DayPart.AM, DayPart.PM)}
    )
    return SlotAnswer(
        slots=tuple(_found(now, offer) for offer in offers),
        without=_told(work, now, searches, offers),
        morning=_maybe_found(now, halves.get(DayPart.AM)),
        afternoon=_maybe_found(now, halves.get(DayPart.PM)),
    )


@query(Act.BOOK)
def first_free(
    work: Work, draft: BookingDraft, day: date, *, count: int = 3, but: BookingId | None = None
) -> tuple[datetime, ...]:
    """The first starts of ``day`` (UTC, five-minute grid, within opening hours, not past) at which ``draft`` fits.

    Chosen units are kept; ``but`` is the booking it would change. Answers nothing where the draft could not be booked at any
    time.
    """
    return free_starts(work, draft, day, count, but)


def free_starts(
    work: Work, draft: BookingDraft, day: date, count: int, but: BookingId | None = None
) -> tuple[datetime, ...]:
    """The first ``count`` starts of ``day`` at which ``draft`` fits, at least half an hour apart."""
    starts: list[datetime] = []
    for start in every_start(work, draft, day, but):
        if not starts or start >= starts[-1] + _APART:
            starts.append(start)
        if len(starts) == count:
            break
    return tuple(starts)


def every_start(
    work: Work, draft: BookingDraft, day: date, but: BookingId | None = None
) -> Iterator[datetime]:
    """Every start of ``day`` at which ``draft`` fits, the earliest first; none where it could not be booked at all."""
    wish = SlotWish(draft=draft, first=day, last=day, but=but)
    try:
        _check(wish, work.clinic.zone.day_of(work.now))
        now = warm(work, day, day)
        [ask] = _asks(work, now, wish)
        found = Search(_without(work, now, but).index, ask)
    except BadInput:
        return iter(())
    return (found.grid.at(step) for step in each(found.starts))


def _check(wish: SlotWish, today: date) -> None:
    if wish.last < wish.first:
        raise BadInput(_("The last day comes before the first. Put the earlier date first."), "last")
    if wish.last < today:
        raise BadInput(_("These days are over. Choose a last day that is still to come."), "last")
    if wish.last - wish.first > LONGEST_SEARCH:
        raise BadInput(_("Look for at most a year at a time: choose an earlier last day."), "last")
    if wish.last - today > FARTHEST_DAY:
        raise BadInput(_("Nobody is booked so far ahead. Choose a last day within two years."), "last")
    if not wish.times.weekdays:
        raise BadInput(_("Choose one weekday at least."), "weekdays")
    if not 1 <= wish.limit <= MOST_ANSWERS:
        raise BadInput(_("Ask for 1 to {most} times.").format(most=MOST_ANSWERS), "limit")


def _asks(work: Work, now: Warm, wish: SlotWish) -> tuple[SlotAsk, ...]:
    """What is looked for: one ask, or one for each of the lengths that the surgeons' own cases teach."""
    entry = procedure_entry(work, wish.draft.procedure_key)
    before = bookings.read(work.session, wish.but) if wish.but is not None else None
    if not entry.active and (before is None or before.draft.procedure_key != entry.value.key):
        raise no_longer_offered(entry.value)
    plan, draft = _plan(work, wish.draft, entry.value)
    ask = SlotAsk(
        needs=shape(plan),
        length=timedelta(minutes=plan.minutes),
        recovered=plan.recovered - plan.starts,
        pools=_pools(now, draft, wish, entry.value, before, shape(plan)),
        first=max(wish.first, work.clinic.zone.day_of(work.now)),
        last=wish.last,
        not_before=work.now,
        times=wish.times,
        wish=wish.wish,
        latest_end=work.clinic.late_finish if _goes_home_sedated(plan) else None,
        patient=_patient(work, now, wish),
        limit=wish.limit,
    )
    if not wish.own_lengths or draft.unit(ResourceKind.SURGEON) is not None:
        return (ask,)
    return by_length(ask, plan, durations.taught(work, entry, len(draft.levels)))


def _plan(work: Work, draft: BookingDraft, procedure: Procedure) -> tuple[CasePlan, BookingDraft]:
    """The draft as it would be stored, at some start or other. Raises what would refuse it at every start."""
    draft, levels, problems = stored_form(draft, procedure)
    sedation = catalogue.sedation_level(work.session, draft.sedation)
    at_some_time = replace(draft, starts=work.now.replace(microsecond=0, second=0))
    plan = case_plan(at_some_time, procedure, sedation, work.clinic)
    proposal = Proposal(
        draft=at_some_time,
        procedure=procedure,
        sedation=sedation,
        levels=levels,
        patient=_flags(work, draft),
        clinic=work.clinic,
        plan=plan,
    )
    if problem := next(iter((*problems, *refusals(proposal))), None):
        raise problem
    return plan, draft


def _flags(work: Work, draft: BookingDraft) -> PatientFlags:
    """What stands against the patient; nothing where nobody was named yet."""
    return (
        bookings.patient_flags(work.session, draft.patient_id) if draft.patient_id else PatientFlags(name="")
    )


def _pools(
    now: Warm,
    draft: BookingDraft,
    wish: SlotWish,
    procedure: Procedure,
    before: Booking | None,
    needs: tuple[NeedShape, ...],
) -> Mapping[ResourceKind, tuple[ResourceId, ...]]:
    """The units that may be taken. What an old booking held that is out of use since is looked for anew.

    Where a surgeon or a nurse would do and the nurse was chosen, no surgeon is offered instead.
    """
    pools: dict[ResourceKind, list[Resource]] = {}
    for unit in now.units:
        pools.setdefault(unit.kind, []).append(unit)
    chosen, problems = chosen_units(draft, pools, before)
    if problems:
        raise problems[0]
    offered = {kind: tuple(unit.id for unit in units) for kind, units in suited(pools, procedure).items()}
    if wish.surgeons:
        surgeons = offered.get(ResourceKind.SURGEON, ())
        offered[ResourceKind.SURGEON] = tuple(unit for unit in surgeons if unit in wish.surgeons)
    kept = {kind: (unit,) for kind, unit in chosen.items() if unit in now.by_id}
    served = {kind for need in needs if not kept.keys().isdisjoint(need.kinds) for kind in need.kinds}
    return {**{kind: units for kind, units in offered.items() if kind not in served}, **kept}


def _goes_home_sedated(plan: CasePlan) -> bool:
    sedated = plan.sedation is not None and plan.sedation.escort_required
    return sedated and plan.setting is Setting.HOME


def _patient(work: Work, now: Warm, wish: SlotWish) -> UnitTime:
    """What the patient is busy with; patients are too many to be in the index."""
    unit = resources.find_patient(work.session, wish.draft.patient_id)
    if unit is None:
        return UnitTime()
    return UnitTime(_claimed(work, now, [unit], wish.but)[unit])


def _without(work: Work, now: Warm, but: BookingId | None) -> Warm:
    """The diary as if ``but`` were not in it: what a booking holds itself does not stand in its way."""
    units = {row[0] for row in now.rows if row[3] == but}
    return now.with_claims(_claimed(work, now, units, but)) if units else now


def _claimed(
    work: Work, now: Warm, units: Collection[ResourceId], but: BookingId | None
) -> dict[ResourceId, int]:
    rows = occupancy.claims(work.session, now.index.grid, units)
    return occupancy.as_bits((row for row in rows if row[3] != but), now.index.grid, units)


def _best_in(searches: Sequence[Search], part: DayPart) -> Offer | None:
    within = [Search(each.index, replace(each.ask, times=part.times(), limit=2)) for each in searches]
    return next(iter(best_offers(within, 1)), None)


def _maybe_found(now: Warm, offer: Offer | None) -> FoundSlot | None:
    return None if offer is None else _found(now, offer)


def _found(now: Warm, offer: Offer) -> FoundSlot:
    slot = offer.slot
    return FoundSlot(
        starts=slot.starts,
        ends=slot.starts + offer.ask.length,
        units=tuple((kind, now.by_id[unit]) for kind, unit in slot.units),
        stays=tuple((kind, _stay(now, offer.ask, slot, kind)) for kind, _unit in slot.units),
        why=_why(slot),
        reasons=slot.reasons,
    )


def _stay(now: Warm, ask: SlotAsk, slot: Slot, kind: ResourceKind) -> Span:
    """From when to when a unit is taken: set-up and turnover, the bay, the night included."""
    needs = [need for need in ask.needs if kind in need.kinds]
    until = [slot.starts + need.until for need in needs if need.until is not None]
    if len(until) < len(needs):
        until.append(now.index.leaves(slot.starts, slot.starts + ask.recovered))
    return Span(slot.starts + min(need.since for need in needs), max(until))


def _why(slot: Slot) -> str:
    words = {
        Reason.SOONEST: _("soonest"),
        Reason.OWN_BLOCK: _("own block"),
        Reason.NO_GAP: _("no gap"),
        Reason.AS_WISHED: _("as wished"),
    }
    said = [words[reason] for reason in slot.reasons]
    if Reason.NO_GAP not in slot.reasons:
        if slot.idle is None:
            said.append(_("first in its room"))
        else:
            minutes = int(slot.idle.total_seconds() // 60)
            said.append(_("{minutes} min gap before").format(minutes=minutes))
    return ", ".join(said)


def _told(
    work: Work, now: Warm, searches: Sequence[Search], offers: Sequence[Offer]
) -> tuple[tuple[tuple[date, ...], str], ...]:
    zone = work.clinic.zone
    until = max((zone.day_of(offer.slot.starts) for offer in offers), default=searches[0].ask.last)
    names = Names({unit.id: unit.name for unit in now.units}, now.known, wall_clock(work.clinic))
    found: list[DayWithout] = []
    usual: list[DayWithout] = []
    for without in days_without_any(searches):
        if without.day > until:
            break
        closed_as_always = without.limit is Limit.CLOSED and not names.why_shut(without.day)
        (usual if closed_as_always else found).append(without)
    starts = starts_of(searches)
    answered = [day.day for day in searches[0].days if searches[0].day_bits(starts, day)]
    return told_by_days(found if found or offers else usual, names, answered)
