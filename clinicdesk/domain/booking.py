"""A booking: its states, the transitions that make sense, and the values screens show."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.i18n import _


class BookingState(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    WAITLIST = "waitlist"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    RECOVERY = "recovery"
    OVERNIGHT = "overnight"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"

    @property
    def label(self) -> str:
        """The state in the person's language."""
        return {
            BookingState.REQUESTED: _("Requested"),
            BookingState.WAITLIST: _("Waiting list"),
            BookingState.BOOKED: _("Booked"),
            BookingState.CONFIRMED: _("Confirmed"),
            BookingState.ARRIVED: _("Arrived"),
            BookingState.IN_ROOM: _("In room"),
            BookingState.RECOVERY: _("Recovery"),
            BookingState.OVERNIGHT: _("Overnight"),
            BookingState.DISCHARGED: _("Discharged"),
            BookingState.CANCELLED: _("Cancelled"),
            BookingState.NO_SHOW: _("No-show"),
        }[self]

    @property
    def holds_claims(self) -> bool:
        """Whether a booking in this state keeps its resources busy."""
        return self not in _WITHOUT_CLAIMS

    @property
    def has_begun(self) -> bool:
        """Whether the case has been in the room: from then on actual times count, not the plan."""
        return self in _BEGUN

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to a booking in this state."""
        return self in {BookingState.DISCHARGED, BookingState.CANCELLED, BookingState.NO_SHOW}


_WITHOUT_CLAIMS = frozenset(
    {BookingState.REQUESTED, BookingState.WAITLIST, BookingState.CANCELLED, BookingState.NO_SHOW}
)

_BEGUN = frozenset(
    {BookingState.IN_ROOM, BookingState.RECOVERY, BookingState.OVERNIGHT, BookingState.DISCHARGED}
)

NEXT: dict[BookingState, tuple[BookingState, ...]] = {
    BookingState.REQUESTED: (BookingState.BOOKED, BookingState.WAITLIST, BookingState.CANCELLED),
    BookingState.WAITLIST: (BookingState.BOOKED, BookingState.CANCELLED),
    BookingState.BOOKED: (
        BookingState.CONFIRMED,
        BookingState.ARRIVED,
        BookingState.WAITLIST,
        BookingState.CANCELLED,
        BookingState.NO_SHOW,
    ),
    BookingState.CONFIRMED: (
        BookingState.ARRIVED,
        BookingState.WAITLIST,
        BookingState.CANCELLED,
        BookingState.NO_SHOW,
    ),
    BookingState.ARRIVED: (BookingState.IN_ROOM, BookingState.CANCELLED),
    BookingState.IN_ROOM: (BookingState.RECOVERY,),
    BookingState.RECOVERY: (BookingState.DISCHARGED, BookingState.OVERNIGHT),
    BookingState.OVERNIGHT: (BookingState.DISCHARGED,),
    BookingState.DISCHARGED: (),
    BookingState.CANCELLED: (),
    BookingState.NO_SHOW: (BookingState.BOOKED, BookingState.WAITLIST),
}
"""The transitions that make sense, the usual next step first. A visit without recovery goes from the room home: see
`next_states`."""


def next_states(
    state: BookingState, *, is_visit: bool, stays_overnight: bool = False
) -> tuple[BookingState, ...]:
    """The states a booking may go to from ``state``, the usual one first.

    A plain visit has no recovery: it ends from the room. A booking that stays overnight goes to its bed first.
    """
    if state is BookingState.IN_ROOM and is_visit:
        return (BookingState.DISCHARGED,)
    if state is BookingState.RECOVERY and stays_overnight:
        return (BookingState.OVERNIGHT, BookingState.DISCHARGED)
    return NEXT[state]


_STEP_ACTS: dict[BookingState, Act] = {
    BookingState.BOOKED: Act.BOOK,
    BookingState.REQUESTED: Act.BOOK,
    BookingState.IN_ROOM: Act.RUN_CASE,
    BookingState.RECOVERY: Act.RUN_CASE,
    BookingState.OVERNIGHT: Act.RUN_CASE,
    BookingState.DISCHARGED: Act.DISCHARGE,
}


def step_act(to_state: BookingState) -> Act:
    """What somebody must be allowed to do to bring a booking into ``to_state``."""
    return _STEP_ACTS.get(to_state, Act.RUN_DAY)


class Setting(StrEnum):
    """Where the patient spends the night after."""

    HOME = "home"
    OVERNIGHT = "overnight"

    @property
    def label(self) -> str:
        """The setting in the person's language."""
        return {Setting.HOME: _("Home the same day"), Setting.OVERNIGHT: _("Overnight")}[self]


class Side(StrEnum):
    """Which side, where it applies."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    MIDLINE = "midline"

    @property
    def label(self) -> str:
        """The side in the person's language."""
        return {
            Side.LEFT: _("Left"),
            Side.RIGHT: _("Right"),
            Side.BOTH: _("Both sides"),
            Side.MIDLINE: _("Midline"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingDraft:
    """What the booking form holds.

    ``starts`` is procedure start, an aware UTC instant; None for a request or the waiting list.

    ``minutes`` is the procedure itself; setup, turnover and recovery come beside it. ``units`` are the chosen resources by
    kind; a kind that the booking needs and that is absent here is filled with the first free unit. ``levels`` are canonical
    names in cranial-caudal order (``("T12", "L1")``). ``pain_before`` is the NRS pain score (0-10) before the procedure.
    ``reason`` answers an advice or a date in the past.
    """

    patient_id: PatientId
    procedure_key: str
    levels: tuple[str, ...] = ()
    side: Side | None = None
    diagnosis: str = ""
    sedation: str = "local"
    mac: bool = False
    setting: Setting = Setting.HOME
    starts: datetime | None = None
    minutes: int = 0
    setup_minutes: int = 0
    turnover_minutes: int = 0
    recovery_minutes: int = 0
    units: tuple[tuple[ResourceKind, ResourceId], ...] = ()
    pain_before: int | None = None
    notes: str = ""
    reason: str = ""

    def unit(self, kind: ResourceKind) -> ResourceId | None:
        """The chosen unit of a kind, if one was chosen."""
        return next((unit for k, unit in self.units if k is kind), None)

    @property
    def ends(self) -> datetime | None:
        """Procedure end as planned, UTC."""
        return None if self.starts is None else self.starts + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualTimes:
    """What really happened; every instant is UTC and absent until it happened."""

    arrived: datetime | None = None
    in_room: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    recovery: datetime | None = None
    discharged: datetime | None = None

    @property
    def in_order(self) -> bool:
        """Whether what happened later also stands later."""
        known = [getattr(self, name) for name in self.__slots__ if getattr(self, name) is not None]
        return known == sorted(known)

    def with_step(self, state: BookingState, at: datetime) -> ActualTimes:
        """The times once the case has come to ``state``: its own time, and what must have happened by then."""
        times = TIMES_OF.get(state)
        if times is None:
            return self
        implied = {name: getattr(self, name) or at for name in times.implies}
        return replace(self, **{times.own: at}, **implied)

    def without_step(self, state: BookingState) -> ActualTimes:
        """The times with the step to ``state`` taken back: all that it set, and what was recorded from then on."""
        times = TIMES_OF.get(state)
        if times is None:
            return self
        own = getattr(self, times.own)
        implied = [name for name in times.implies if getattr(self, name) == own]
        return replace(self, **dict.fromkeys((times.own, *implied, *times.within)))


class StateTimes(NamedTuple):
    """What reaching a state says about the actual times of a case.

    ``own`` is set by the step. ``implies`` has happened by then: it is set with it where nobody said when. ``within`` is
    recorded by hand while the case is in that state.
    """

    own: str
    implies: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


TIMES_OF: dict[BookingState, StateTimes] = {
    BookingState.ARRIVED: StateTimes("arrived"),
    BookingState.IN_ROOM: StateTimes("in_room", within=("started", "ended")),
    BookingState.RECOVERY: StateTimes("recovery", implies=("ended",)),
    BookingState.DISCHARGED: StateTimes("discharged", implies=("ended",)),
}
"""Which actual time belongs to which state. The other states have none."""

STEP_TIMES = frozenset(times.own for times in TIMES_OF.values())
"""The times that a step sets. They can be put right, but come and go only with their step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A stored booking."""

    id: BookingId
    draft: BookingDraft
    state: BookingState
    ends: datetime | None = None
    actual: ActualTimes = field(default_factory=ActualTimes)
    cancel_reason: str = ""
    version: int = 1

    @property
    def starts(self) -> datetime | None:
        """Procedure start as planned."""
        return self.draft.starts

    @property
    def overrun(self) -> timedelta:
        """How much later the procedure ended than planned; nothing where it was on time or has not ended."""
        if self.ends is None or self.actual.ended is None:
            return timedelta()
        return max(timedelta(), self.actual.ended - self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingEvent:
    """One step in the life of a booking: who, when, from what to what."""

    at: datetime
    by: str
    from_state: BookingState | None
    to_state: BookingState
    from_starts: datetime | None = None
    to_starts: datetime | None = None
    note: str = ""


class DiaryEntry(NamedTuple):
    """One block of the diary and one line of the day list. ``room_from``/``room_to`` include setup and turnover.

    A named tuple is as frozen as a dataclass and made in a third of the time, and a week has some hundreds of these.
    """

    booking_id: BookingId
    patient_id: PatientId
    patient: str
    birth_date: date
    mrn: str
    procedure_key: str
    procedure: str
    levels: tuple[str, ...]
    side: Side | None
    state: BookingState
    setting: Setting
    sedation: str
    starts: datetime
    ends: datetime
    room_from: datetime
    room_to: datetime
    surgeon_id: ResourceId | None
    surgeon: str
    room_id: ResourceId | None
    room: str
    c_arm_id: ResourceId | None
    c_arm: str
    is_visit: bool
    version: int
    family: str = ""
    """The patient's family name, for where the whole name has no room."""
