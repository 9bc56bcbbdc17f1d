"""Why a day has no time to offer: the fewest things that stood in the way, and what would have been free.

The least set of obstacles is the smallest set of kinds without which the day would have had a start. The search's masks
answer that for a day at a time with integers of some 288 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations

from clinicdesk.domain.availability import Availability, closed_for
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.bits import each
from clinicdesk.domain.scheduling.clashes import kind_words
from clinicdesk.domain.scheduling.finder import Group, Limit, Search
from clinicdesk.domain.scheduling.index import IndexedDay
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.times import WallClock
from clinicdesk.i18n import _

BLOCK = "block"
"""The obstacle that is no unit: a room that is free, but kept for another surgeon."""

Factor = tuple[ResourceKind, ...] | str
"""What can stand in the way: the kinds of which one was needed, or `BLOCK`."""


class When(StrEnum):
    """At what times of the day an obstacle stands."""

    ALL_DAY = "all_day"
    AFTER = "after"
    BEFORE = "before"
    BETWEEN = "between"
    """It is free at times, but never when the rest is."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing that stood in the way. ``units`` are those that would have done; ``at`` belongs to after and before."""

    factor: Factor
    units: tuple[ResourceId, ...]
    when: When
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayWithout:
    """A day without an answer. ``limit``: no start was allowed to begin with; then nothing is lacking.

    ``would_be`` is when everything else would have been free, and with which room, if it takes one.
    """

    day: date
    limit: Limit | None = None
    lacking: tuple[Lacking, ...] = ()
    would_be: datetime | None = None
    room_id: ResourceId | None = None


def days_without(search: Search) -> Iterator[DayWithout]:
    """The days that were asked for and have no start, in order; a weekday that was not asked for is not among them."""
    starts = search.starts
    for day in search.days:
        if day.day.weekday() in search.ask.times.weekdays and not search.day_bits(starts, day):
            yield explained(search, day)


def explained(search: Search, day: IndexedDay) -> DayWithout:
    """Why ``day``, which has no start, has none. Of several least sets the one that leaves the most starts is told."""
    if (limit := _limit(search, day)) is not None:
        return DayWithout(day.day, limit)
    view = _DayView(search, day)
    for size in range(1, len(view.factors) + 1):
        sets = [(missing, view.without(missing)) for missing in combinations(view.factors, size)]
        missing, rest = max(sets, key=lambda each_one: each_one[1].bit_count())
        if rest:
            return _told(view, missing, rest)
    raise ValueError("a day without anything asked for has a start")


def _limit(search: Search, day: IndexedDay) -> Limit | None:
    """The first limit that leaves the day without a start, if one does."""
    left = search.day_bits(search.grid.whole, day)
    for limit, mask in search.limits():
        left &= search.day_bits(mask, day)
        if not left:
            return limit
    return None


class _DayView:
    """One day of a search: what each factor allows, as small integers."""

    def __init__(self, search: Search, day: IndexedDay) -> None:
        self.search, self.day = search, day
        self.allowed = self.bits(search.allowed)
        self.groups = {group.kinds: group for group in search.groups}
        self.others = {group.kinds: self.bits(group.anyone) for group in search.others}
        self.others[(ResourceKind.PATIENT,)] = self.bits(search.patient)
        self.pairs = tuple(self._pairs())
        self.factors = tuple(self._factors())

    def bits(self, bits: int) -> int:
        """The day's own bits."""
        return self.search.day_bits(bits, self.day)

    def without(self, missing: Sequence[Factor]) -> int:
        """The starts there would be if nobody asked for ``missing``."""
        rest = self.allowed
        for kinds, able in self.others.items():
            if kinds not in missing:
                rest &= able
        lead, together = self.search.lead_group, 0
        for pair in self.pairs:
            able = rest if lead is not None and lead.kinds in missing else rest & pair.able
            together |= able if _ROOM in missing else able & (pair.free if BLOCK in missing else pair.kept)
        return together

    def free_times(self, factor: Factor) -> int:
        """The starts at which a factor is there, whatever else is."""
        if factor in self.others:
            return self.allowed & self.others[factor]
        found = 0
        for pair in self.pairs:
            found |= pair.free if factor == _ROOM else pair.kept if factor == BLOCK else pair.able
        return self.allowed & found

    def _pairs(self) -> Iterator[_Pair]:
        """Surgeons who see the same rooms are one: without blocks that is all of them."""
        rooms = self.search.room_group
        able: dict[tuple[int, int], int] = {}
        for lead in self.search.leads:
            seen = (self.allowed, self.allowed)
            if rooms is not None:
                kept = self.search.rooms_of(lead.unit[1] if lead.unit else None)
                seen = (self.bits(rooms.anyone), self.bits(kept))
            able[seen] = able.get(seen, 0) | self.bits(lead.able)
        for (free, kept), can in able.items():
            yield _Pair(can, free, kept)

    def _factors(self) -> Iterator[Factor]:
        """A block comes before the room that it keeps: where either would have done it is the smaller thing to ask for."""
        if any(pair.free != pair.kept for pair in self.pairs):
            yield BLOCK
        yield from self.groups
        yield (ResourceKind.PATIENT,)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A surgeon, the rooms that are free, and those of them that are not kept for another."""

    able: int
    free: int
    kept: int


_ROOM: Factor = (ResourceKind.ROOM,)


def _told(view: _DayView, missing: Sequence[Factor], rest: int) -> DayWithout:
    lacking = tuple(_lacking(view, factor, rest) for factor in missing)
    step = next(each(rest))
    return DayWithout(
        view.day.day,
        lacking=lacking,
        would_be=view.search.grid.at(view.day.first + step),
        room_id=_free_room(view, missing, 1 << step),
    )


def _lacking(view: _DayView, factor: Factor, rest: int) -> Lacking:
    group = None if isinstance(factor, str) else view.groups.get(factor)
    units = () if group is None else tuple(unit for _kind, unit, _mask in group.units)
    free = view.free_times(factor)
    if not free:
        return Lacking(factor, units, When.ALL_DAY)
    if group is not None and free.bit_length() <= next(each(rest)):
        return Lacking(factor, units, When.AFTER, _at(view, _works_until(view, group, free)))
    if group is not None and next(each(free)) >= rest.bit_length():
        return Lacking(factor, units, When.BEFORE, _at(view, _works_from(view, group, free)))
    return Lacking(factor, units, When.BETWEEN)


def _works_until(view: _DayView, group: Group, free: int) -> int:
    """The step after the last that it can be had for: the end of its hours, where it is one unit that has some."""
    last = free.bit_length() - 1 + group.until
    hours = _hours_of(view, group)
    return min(last, hours.bit_length()) if hours else last


def _works_from(view: _DayView, group: Group, free: int) -> int:
    first = next(each(free)) + group.since
    hours = _hours_of(view, group)
    return max(first, next(each(hours))) if hours else first


def _hours_of(view: _DayView, group: Group) -> int:
    if len(group.units) != 1:
        return 0
    return view.bits(view.search.index.unit(group.units[0][1]).hours or 0)


def _at(view: _DayView, step: int) -> datetime:
    return view.search.grid.at(view.day.first + step)


def _free_room(view: _DayView, missing: Sequence[Factor], one: int) -> ResourceId | None:
    """A room that would be free then for a surgeon who would be."""
    rooms, lead_group = view.search.room_group, view.search.lead_group
    if rooms is None or _ROOM in missing or BLOCK in missing:
        return None
    anybody = lead_group is not None and lead_group.kinds in missing
    for lead in view.search.leads:
        if anybody or view.bits(lead.able) & one:
            for room in rooms.units:
                if view.bits(view.search.room_view(room, lead.unit[1] if lead.unit else None).free) & one:
                    return room[1]
    return None


# In words.


@dataclass(frozen=True, slots=True)
class Names:
    """What the sentences call things: units by id, and what is closed."""

    units: Mapping[ResourceId, str]
    known: Availability
    wall: WallClock

    def why_closed(self, unit: ResourceId | None, day: date) -> str:
        """Why a unit (None: the clinic) is closed that whole day; empty where it is not."""
        return closed_for(self.known, unit, day, self.wall.zone)

    def why_shut(self, day: date) -> str:
        """Why the clinic does not open that day though it might: the first closure of it; empty where there is none."""
        whole = Span(*self.wall.zone.day_bounds(day))
        return next((closure.words for closure in self.known.closures_of(None, whole)), "")


def reason_words(found: DayWithout, names: Names) -> str:
    """``no anesthesia provider after 12:00; Room 1 would be free at 13:00``."""
    if found.limit is not None:
        return _limit_words(found.limit, found.day, names)
    pools = [each_one for each_one in found.lacking if _is_pool_gone(each_one, found.day, names)]
    rest = [each_one for each_one in found.lacking if each_one not in pools]
    said = [_pools_words(pools)] if pools else []
    said += [_lacking_words(each_one, found.day, names) for each_one in rest]
    words = _(" and ").join(said)
    if found.room_id is None or found.would_be is None:
        return words
    return _("{reason}; {room} would be free at {time}").format(
        reason=words, room=names.units.get(found.room_id, ""), time=names.wall.clock(found.would_be)
    )


def _limit_words(limit: Limit, day: date, names: Names) -> str:
    shut = names.why_shut(day)
    if limit is Limit.CLOSED:
        return _("closed ({reason})").format(reason=shut) if shut else _("closed")
    if limit is Limit.TOO_LONG and shut:
        return _("not open for so long ({reason})").format(reason=shut)
    return {
        Limit.TOO_LONG: _("not open for so long"),
        Limit.TIMES: _("not open at the times asked for"),
        Limit.LATE: _("it would end too late for going home: consider the night"),
        Limit.OVER: _("the day is over"),
    }[limit]


def _is_pool_gone(lacking: Lacking, day: date, names: Names) -> bool:
    """Whether none of several units was free long enough that day, for no reason that could be named."""
    kinds = lacking.factor != BLOCK and lacking.factor != (ResourceKind.PATIENT,)
    several = lacking.when is When.ALL_DAY and len(lacking.units) > 1
    return kinds and several and not _all_closed(lacking, day, names)


def _is_staff(lacking: Lacking) -> bool:
    """People are away, things are closed."""
    return not isinstance(lacking.factor, str) and _STAFF.issuperset(lacking.factor)


_STAFF = frozenset({ResourceKind.SURGEON, ResourceKind.ANESTHESIA, ResourceKind.NURSE})


def _all_closed(lacking: Lacking, day: date, names: Names) -> str:
    """The reason of the first, where all units of a kind are closed that day."""
    reasons = [names.why_closed(unit, day) for unit in lacking.units]
    return reasons[0] if reasons and all(reasons) else ""


def _pools_words(pools: Sequence[Lacking]) -> str:
    kinds = [kind_words(each_one.factor) for each_one in pools if not isinstance(each_one.factor, str)]
    *most, last = kinds
    listed = _("{some} or {last}").format(some=", ".join(most), last=last) if most else last
    return _("no {kind} free long enough").format(kind=listed)


def _lacking_words(lacking: Lacking, day: date, names: Names) -> str:
    if lacking.factor == BLOCK:
        return _("the free rooms are kept for other surgeons")
    assert not isinstance(lacking.factor, str)
    if lacking.factor == (ResourceKind.PATIENT,):
        return _("the patient is booked elsewhere")
    if len(lacking.units) == 1:
        return _one_lacking(lacking, names.units.get(lacking.units[0], ""), day, names)
    kind = kind_words(lacking.factor)
    if not lacking.units:
        return _("this clinic has no {kind} for it").format(kind=kind)
    if lacking.at is None:
        reason = _all_closed(lacking, day, names)
        if reason:
            gone = _("every {kind} is away ({reason})")
            pattern = gone if _is_staff(lacking) else _("every {kind} is closed ({reason})")
            return pattern.format(kind=kind, reason=reason)
        return _("no {kind} free then").format(kind=kind)
    pattern = _("no {kind} after {time}") if lacking.when is When.AFTER else _("no {kind} before {time}")
    return pattern.format(kind=kind, time=names.wall.clock(lacking.at))


def _one_lacking(lacking: Lacking, unit: str, day: date, names: Names) -> str:
    """The one unit that was asked for, or that there is, by name."""
    if (away := names.why_closed(lacking.units[0], day)) and lacking.when is When.ALL_DAY:
        pattern = _("{unit} is away ({reason})") if _is_staff(lacking) else _("{unit} is closed ({reason})")
        return pattern.format(unit=unit, reason=away)
    if lacking.at is None:
        pattern = (
            _("{unit} is not free long enough")
            if lacking.when is When.ALL_DAY
            else _("{unit} is not free then")
        )
        return pattern.format(unit=unit)
    pattern = (
        _("{unit} is not free after {time}")
        if lacking.when is When.AFTER
        else _("{unit} is not free before {time}")
    )
    return pattern.format(unit=unit, time=names.wall.clock(lacking.at))


def told_by_days(
    found: Iterable[DayWithout], names: Names, answered: Iterable[date] = ()
) -> tuple[tuple[tuple[date, ...], str], ...]:
    """The days and their words. Those in a row with the same words are told together, unless ``answered`` parts them."""
    told: list[tuple[list[date], str]] = []
    known = sorted(answered)
    for each_one in found:
        words = reason_words(each_one, names)
        if told and told[-1][1] == words and not _parted(told[-1][0][-1], each_one.day, known):
            told[-1][0].append(each_one.day)
        else:
            told.append(([each_one.day], words))
    return tuple((tuple(days), words) for days, words in told)


def _parted(one: date, other: date, answered: Sequence[date]) -> bool:
    return any(one < day < other for day in answered)
