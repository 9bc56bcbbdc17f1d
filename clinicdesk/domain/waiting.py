"""Who waits for a time, what they wish, and who fits a hole in the diary.

The dates of a wish are limits: who can come from 1 December is not offered 30 November. Weekdays, the part of the day and
short notice are wishes: somebody may say yes all the same, so they only rank lower. The order, by what differs first:

1. who has not declined this very hole before who has;
2. priority;
3. who is ready (authorization, tests, blood thinner) before who is not;
4. who wished for such a time before who did not;
5. who waits longer, in days;
6. who leaves less of the hole unused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import CallAttempt, CallOutcome, Phone, Ringing
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.preparation import CheckPoint, CheckState, PreparationKey, unready
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.finder import DayPart
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _, ngettext

SHORT_NOTICE = timedelta(hours=48)
"""A hole that begins sooner is filled from those who can come at short notice, if anybody can."""

_NOON = time(12)


class Priority(StrEnum):
    """How soon somebody should have a time."""

    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"

    @property
    def label(self) -> str:
        """The priority in the person's language."""
        return {
            Priority.URGENT: _("Urgent"),
            Priority.SOON: _("Soon"),
            Priority.ROUTINE: _("Routine"),
        }[self]

    @property
    def rank(self) -> int:
        """0 comes first."""
        return list(Priority).index(self)


class Unmet(StrEnum):
    """A wish that a time does not meet."""

    WEEKDAY = "weekday"
    DAY_PART = "day_part"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody who waits would like. Both dates are inclusive; no weekday (Monday is 0) means any."""

    priority: Priority = Priority.ROUTINE
    earliest: date | None = None
    latest: date | None = None
    weekdays: frozenset[int] = frozenset()
    day_part: DayPart = DayPart.ANY
    short_notice: bool = False

    def __post_init__(self) -> None:
        """Raise `BadInput` where no day could ever do."""
        if self.earliest is not None and self.latest is not None and self.latest < self.earliest:
            raise BadInput(_("The last day comes before the first. Put the earlier date first."), "latest")
        if not self.weekdays <= frozenset(range(7)):
            raise ValueError("a weekday is 0 to 6")

    def allows(self, day: date) -> bool:
        """Whether ``day`` lies within the dates that were given."""
        return (self.earliest is None or self.earliest <= day) and (self.latest is None or day <= self.latest)

    def unmet(self, wall: datetime) -> tuple[Unmet, ...]:
        """Which wishes a start at this wall-clock time does not meet; short notice aside."""
        found = []
        if self.weekdays and wall.weekday() not in self.weekdays:
            found.append(Unmet.WEEKDAY)
        if self.day_part is not DayPart.ANY and (self.day_part is DayPart.AM) != (wall.time() < _NOON):
            found.append(Unmet.DAY_PART)
        return tuple(found)


class OfferOutcome(StrEnum):
    """What came of a call that offered a time."""

    ACCEPTED = "accepted"
    REACHED = "reached"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    MESSAGE_LEFT = "message_left"
    WRONG_NUMBER = "wrong_number"
    TAKEN_BACK = "taken_back"
    """No call: that what was written down as accepted before was undone. The call itself stays in the log as it was."""

    @property
    def label(self) -> str:
        """The outcome in the person's language."""
        return {
            OfferOutcome.ACCEPTED: _("Accepted"),
            OfferOutcome.REACHED: _("Reached, will think about it"),
            OfferOutcome.DECLINED: _("Declined"),
            OfferOutcome.NO_ANSWER: _("No answer"),
            OfferOutcome.MESSAGE_LEFT: _("Message left"),
            OfferOutcome.WRONG_NUMBER: _("Wrong number"),
            OfferOutcome.TAKEN_BACK: _("Booking taken back"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCall:
    """One call to somebody who waits; ``offered`` is the start that was offered, if any."""

    at: datetime
    by: str
    number: str
    outcome: OfferOutcome
    offered: datetime | None = None
    note: str = ""


_AS_CALLED = {
    OfferOutcome.NO_ANSWER: CallOutcome.NO_ANSWER,
    OfferOutcome.MESSAGE_LEFT: CallOutcome.MESSAGE_LEFT,
    OfferOutcome.WRONG_NUMBER: CallOutcome.WRONG_NUMBER,
}
"""What an offer came to, as any call; in all the others somebody answered for the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEntry:
    """One line of the waiting list: a request without a time. ``minutes`` is the procedure, ``held_minutes`` the room.

    ``missing`` is what is not ready, as of today, a few words each (`not_ready`).
    """

    booking_id: BookingId
    version: int
    state: BookingState
    patient_id: PatientId
    patient: str
    birth_date: date
    mrn: str
    procedure: str
    levels: tuple[str, ...]
    minutes: int
    setup_minutes: int
    turnover_minutes: int
    surgeon_id: ResourceId | None = None
    surgeon: str = ""
    wish: Wish = field(default_factory=Wish)
    since: datetime
    contact_hours: str = ""
    notes: str = ""
    missing: tuple[str, ...] = ()
    calls: tuple[OfferCall, ...] = ()
    """The calls that offered a time, the newest first."""
    phones: tuple[Phone, ...] = ()
    """The numbers of the patient, then those of whoever else may be called."""
    wrong: frozenset[str] = frozenset()
    """The numbers that were wrong when they were last rung for the patient, in whatever call that was."""

    @property
    def ringing(self) -> Ringing:
        """Whom to ring now."""
        return Ringing.after(self.phones, tuple(self._attempts()), self.wrong)

    @property
    def phone(self) -> str:
        """The number to ring; empty where none is right."""
        return "" if (first := self.ringing.first) is None else first.number

    def _attempts(self) -> Iterator[CallAttempt]:
        whose = {phone.number: phone.who for phone in self.phones}
        for call in reversed(self.calls):
            if call.outcome is not OfferOutcome.TAKEN_BACK:
                yield CallAttempt(
                    at=call.at,
                    by=call.by,
                    called=whose.get(call.number, ""),
                    number=call.number,
                    outcome=_AS_CALLED.get(call.outcome, CallOutcome.REACHED),
                    note=call.note,
                )

    @property
    def held_minutes(self) -> int:
        """How long the room is needed."""
        return self.setup_minutes + self.minutes + self.turnover_minutes

    def waited(self, today: date, zone: ClinicZone) -> int:
        """Whole days since it was asked for."""
        return max(0, (today - zone.day_of(self.since)).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A free stretch of the diary, buffers included. ``units`` are free in it; ``names`` is what they are called.

    ``wanted`` is the start that became free, or was pointed at: what the hole is called by. ``left_by`` is the booking that
    gave it back.
    """

    span: Span
    wanted: datetime
    units: tuple[tuple[ResourceKind, ResourceId], ...] = ()
    names: tuple[str, ...] = ()
    left_by: BookingId | None = None

    @property
    def minutes(self) -> int:
        """How long it is."""
        return _minutes(self.span.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Somebody who can really be booked in a hole, at ``starts``; with all that the ranking looks at."""

    entry: WaitingEntry
    starts: datetime
    hole_minutes: int
    waited_days: int
    unmet: tuple[Unmet, ...] = ()
    missing: tuple[str, ...] = ()
    """What is not ready on that day, a few words each."""
    units: tuple[tuple[ResourceKind, ResourceId], ...] = ()
    """The units to ask for; the other kinds are filled when it is booked."""
    takes: tuple[str, ...] = ()
    """The names of all units it would take."""
    asks: str = ""
    """What stands against it and asks for a reason, in the words of the advice; empty where nothing does."""
    may_answer: bool = True
    """Whether this person's reason would do."""
    last_call: OfferCall | None = None
    """The last call that offered this hole."""

    @property
    def declined(self) -> bool:
        """Whether this person has said no to this hole."""
        return self.last_call is not None and self.last_call.outcome is OfferOutcome.DECLINED

    @property
    def unused_minutes(self) -> int:
        """What would be left of the hole."""
        return max(0, self.hole_minutes - self.entry.held_minutes)


def rank(fits: Iterable[Fit]) -> tuple[Fit, ...]:
    """Whom to call first."""
    return tuple(sorted(fits, key=_order))


def reasons(fit: Fit) -> tuple[str, ...]:
    """Why somebody stands where they stand, a few words each: "urgent", "waiting 23 days", "fills 85 of 95 min"."""
    return tuple(_reasons(fit))


def in_list_order(entries: Iterable[WaitingEntry]) -> tuple[WaitingEntry, ...]:
    """The list as it is worked: by priority, then who waits longest."""
    return tuple(sorted(entries, key=lambda each: (each.wish.priority.rank, each.since, each.booking_id)))


def unmet_by(wish: Wish, starts: datetime, now: datetime, zone: ClinicZone) -> tuple[Unmet, ...]:
    """Which wishes a start does not meet, short notice included."""
    sudden = starts - now < SHORT_NOTICE and not wish.short_notice
    return (*wish.unmet(zone.local(starts)), *([Unmet.NOTICE] if sudden else ()))


def offered_last(calls: Iterable[OfferCall], hole: Hole) -> OfferCall | None:
    """The newest of ``calls`` (the newest first) that offered a start in ``hole``."""
    inside = (call for call in calls if call.offered is not None)
    return next((c for c in inside if c.offered and hole.span.starts <= c.offered < hole.span.ends), None)


def not_ready(points: Sequence[CheckPoint]) -> tuple[str, ...]:
    """What keeps somebody from being taken, of the points of a checklist; a few words each."""
    return tuple(_missing_words(point) for point in unready(points))


def waiting_words(days: int) -> str:
    """``waiting 23 days``."""
    if days == 0:
        return _("asked today")
    return ngettext("waiting {n} day", "waiting {n} days", days).format(n=days)


def _order(fit: Fit) -> tuple[bool, int, bool, int, int, int, int]:
    return (
        fit.declined,
        fit.entry.wish.priority.rank,
        bool(fit.missing),
        len(fit.unmet),
        -fit.waited_days,
        fit.unused_minutes,
        fit.entry.booking_id,
    )


def _reasons(fit: Fit) -> Iterator[str]:
    if fit.declined:
        yield _("declined this time")
    yield fit.entry.wish.priority.label.lower()
    yield from fit.missing
    yield from (_unmet_words(fit.entry.wish, each) for each in fit.unmet)
    yield waiting_words(fit.waited_days)
    yield _("fills {used} of {minutes} min").format(
        used=min(fit.entry.held_minutes, fit.hole_minutes), minutes=fit.hole_minutes
    )


def _missing_words(point: CheckPoint) -> str:
    if point.key is PreparationKey.AUTHORIZATION and point.state is CheckState.WRONG:
        return _("authorization ends before")
    if point.key is PreparationKey.BLOOD_THINNER:
        return _("blood thinner not reviewed")
    return _("{thing} missing").format(thing=point.key.label.lower())


def _unmet_words(wish: Wish, unmet: Unmet) -> str:
    if unmet is Unmet.WEEKDAY:
        return _("wished another weekday")
    if unmet is Unmet.NOTICE:
        return _("short notice was not agreed")
    return _("wished mornings") if wish.day_part is DayPart.AM else _("wished afternoons")


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
