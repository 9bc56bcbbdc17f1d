"""Where a person can be taken: one frozen value for each place, and for each panel at the right.

A view says `shell.go(ChartOf(patient_id=rosa))` or `shell.open(CaseOf(booking_id=made))`. The type says which place or
panel opens and what it is told, so a target that a place or panel does not understand does not type-check. There is
no Qt here, and nothing that a place or panel is made of.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from clinicdesk.domain.arranging.proposal import Proposal
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, BraceOrderId, CheckInId, PatientId, ResourceId
from clinicdesk.domain.papers import DayListBy
from clinicdesk.domain.resources import ResourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTarget:
    """A place in the bar at the left, and what to open in it."""

    to: ClassVar[str]
    """The key of the place."""

    @property
    def whose(self) -> PatientId | None:
        """The patient whose record fills the place; a panel about anybody else gives way to it."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainPlace(PlaceTarget):
    """A place as it was left: nothing in it is asked for."""


@dataclass(frozen=True, slots=True)
class PanelKey:
    """Whom or what a panel is open for. What is typed, on its way or answered in a panel belongs to one key."""

    panel: str
    subject: Subject
    id: int
    """The number of the subject; 0 while nobody is chosen yet."""
    at: date | None = None
    """The day, or the instant (a `datetime`, UTC), where a time and not a row says what the panel is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTarget:
    """A panel at the right, and whom or what it is for."""

    to: ClassVar[str]
    """The key of the panel in the window."""

    @property
    @abstractmethod
    def key(self) -> PanelKey:
        """Whom or what the panel is for. Two targets with one key open the same work."""


Target = PlaceTarget | PanelTarget
"""Anything that a line of Find, a timeline or a list can lead to."""


# ---------------------------------------------------------------------- places


@dataclass(frozen=True, slots=True, kw_only=True)
class Today(PlainPlace):
    """The list of one day."""

    to = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayAt(PlaceTarget):
    """The list of `day` (the day shown, unless given), with the case of `booking_id` chosen."""

    to = "today"
    day: date | None = None
    booking_id: BookingId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayList(PlaceTarget):
    """The day shown, on paper: one list of everyone, or a list a room or surgeon."""

    to = "today"
    by: DayListBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary(PlainPlace):
    """The diary of a day or week."""

    to = "diary"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryAt(PlaceTarget):
    """The diary at `day`, as a week or a day where `week` says so, with the case of `booking_id` chosen.

    With `move` that case is taken in hand, to be put at another time.
    """

    to = "diary"
    day: date | None = None
    week: bool | None = None
    booking_id: BookingId | None = None
    move: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryToArrange(PlaceTarget):
    """The diary of the day shown, with the panel that arranges it."""

    to = "diary"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingList(PlainPlace):
    """The waiting list."""

    to = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingAt(PlaceTarget):
    """The waiting list with the entry of `booking_id` chosen and open."""

    to = "waiting"
    booking_id: BookingId


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingForSoonest(PlaceTarget):
    """The waiting list with those who fit the soonest time that came free."""

    to = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare(PlainPlace):
    """What has to be prepared before the cases."""

    to = "prepare"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareMissing(PlaceTarget):
    """The cases whose checklist is not complete."""

    to = "prepare"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareToConfirm(PlaceTarget):
    """The cases that have to be confirmed by telephone."""

    to = "prepare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls(PlainPlace):
    """The recovery calls that are due."""

    to = "calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOf(PlaceTarget):
    """The recovery call of a check-in; at its questions where the patient is `reached` already."""

    to = "calls"
    check_in_id: CheckInId
    reached: bool = False

    @property
    def key(self) -> PanelKey:
        """What is typed in the call belongs to its check-in."""
        return PanelKey("call", Subject.CHECK_IN, self.check_in_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientOnTheLine(PlaceTarget):
    """A patient is on the line: find out who, and open a call."""

    to = "calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(PlainPlace):
    """The surgeon's review of check-ins."""

    to = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOf(PlaceTarget):
    """The review with this check-in in hand."""

    to = "review"
    check_in_id: CheckInId

    @property
    def key(self) -> PanelKey:
        """The note of the review belongs to its check-in."""
        return PanelKey("review", Subject.CHECK_IN, self.check_in_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Braces(PlainPlace):
    """The brace orders."""

    to = "braces"


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceOrderOf(PlaceTarget):
    """The brace orders with this one open."""

    to = "braces"
    order_id: BraceOrderId

    @property
    def key(self) -> PanelKey:
        """The note to a step belongs to its order."""
        return PanelKey("brace_step", Subject.BRACE, self.order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class People(PlainPlace):
    """The search for patients."""

    to = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartOf(PlaceTarget):
    """The chart of a patient."""

    to = "people"
    patient_id: PatientId

    @property
    def whose(self) -> PatientId:
        return self.patient_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPatient(PlaceTarget):
    """The empty form for a new patient, with what was typed so far; with `form` one that was begun before."""

    to = "people"
    form_key: ClassVar[str] = "new_patient"
    """The panel of its `PanelKey`."""
    typed: str = ""
    form: int = 0

    @property
    def key(self) -> PanelKey:
        """What is typed there belongs to this one form: the next person who is new is somebody else."""
        return PanelKey(self.form_key, Subject.PATIENT, self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPatient(PlaceTarget):
    """The form in which a registered patient is changed."""

    to = "people"
    form_key: ClassVar[str] = "patient"
    """The panel of its `PanelKey`."""
    patient_id: PatientId

    @property
    def whose(self) -> PatientId:
        return self.patient_id

    @property
    def key(self) -> PanelKey:
        """What is typed there belongs to this patient."""
        return PanelKey(self.form_key, Subject.PATIENT, self.patient_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPatients(PlaceTarget):
    """The import of patients from a file."""

    to = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers(PlainPlace):
    """The clinic's numbers."""

    to = "numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp(PlainPlace):
    """What an administrator sets up."""

    to = "set_up"


class SetUpSection(StrEnum):
    """The sections of Set up."""

    CLINIC = "clinic"
    HOURS = "hours"
    EQUIPMENT = "equipment"
    STAFF = "staff"
    UNIT_HOURS = "unit_hours"
    CLOSURES = "closures"
    BLOCKS = "blocks"
    PROCEDURES = "procedures"
    SEDATION = "sedation"
    BRACES = "braces"
    PATHWAYS = "pathways"
    RED_FLAGS = "red_flags"
    BLOOD_THINNERS = "blood_thinners"
    LIMITS = "limits"
    HANDOUTS = "handouts"
    USERS = "users"
    PASSWORD = "password"  # noqa: S105 - the section where a person changes theirs
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpAt(PlaceTarget):
    """A section of Set up. The targets below open something in their section."""

    to = "set_up"
    section: SetUpSection


SET_UP = "set_up."
"""What the panel of a `PanelKey` begins with in Set up; the section follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpRow(SetUpAt):
    """A row of a section by its number, or with 0 the one that is not stored yet."""

    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClosure(SetUpAt):
    """The form for a new closure."""

    section: SetUpSection = field(default=SetUpSection.CLOSURES, init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHoursOf(SetUpAt):
    """The working hours of one room, person or piece of equipment."""

    section: SetUpSection = field(default=SetUpSection.UNIT_HOURS, init=False)
    unit_id: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOf(SetUpAt):
    """Who did what with one patient's record."""

    section: SetUpSection = field(default=SetUpSection.AUDIT, init=False)
    patient_id: PatientId

    @property
    def whose(self) -> PatientId:
        return self.patient_id


# ---------------------------------------------------------------------- panels


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingPanelTarget(PanelTarget):
    """A panel about one booking, whatever state it is in."""

    booking_id: BookingId

    @property
    def key(self) -> PanelKey:
        return PanelKey(self.to, Subject.BOOKING, self.booking_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOf(BookingPanelTarget):
    """The case in hand."""

    to = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBooking(PanelTarget):
    """The booking form, with what is known already: the patient, a start (UTC) or at least the day, a procedure, units."""

    to = "book"
    patient_id: PatientId | None = None
    starts: datetime | None = None
    day: date | None = None
    procedure: str | None = None
    """The key of the procedure in the catalogue."""
    units: tuple[tuple[ResourceKind, ResourceId], ...] = ()

    @property
    def key(self) -> PanelKey:
        return PanelKey(self.to, Subject.PATIENT, self.patient_id or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBooking(BookingPanelTarget):
    """The booking form over a booking, request or waiting entry that stands: to change, to book or to move it."""

    to = "book"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoleLeftBy(BookingPanelTarget):
    """Who on the waiting list can take the time that a booking gave back."""

    to = "hole"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoleAt(PanelTarget):
    """Who on the waiting list can take the free stretch at `starts` (UTC), in this unit where one is given."""

    to = "hole"
    starts: datetime
    unit: ResourceId | None = None

    @property
    def key(self) -> PanelKey:
        return PanelKey(self.to, Subject.RESOURCE, self.unit or 0, self.starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoonestHole(PanelTarget):
    """Who on the waiting list can take the soonest time that came free."""

    to = "hole"

    @property
    def key(self) -> PanelKey:
        return PanelKey(self.to, Subject.BOOKING, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEntryOf(BookingPanelTarget):
    """One entry of the waiting list."""

    to = "waiting_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToWaitingList(PanelTarget):
    """The form that puts somebody on the waiting list."""

    to = "waiting_add"
    patient_id: PatientId | None = None

    @property
    def key(self) -> PanelKey:
        return PanelKey(self.to, Subject.PATIENT, self.patient_id or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingOf(BookingPanelTarget):
    """The discharge of a case."""

    to = "discharge"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistOf(BookingPanelTarget):
    """The checklist before a case; it takes the keyboard unless told not to."""

    to = "preparation"
    take_keyboard: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCallOf(BookingPanelTarget):
    """The telephone call that confirms a case."""

    to = "confirm_call"
    following: tuple[BookingId, ...] | None = None
    """The bookings to go on to afterwards, in the order of the list; None where there is no list."""


class Heard(Protocol):
    """Something that can be listened to: a Qt signal."""

    def connect(self, listener: Callable[..., object], /) -> object:
        """Call `listener` whenever it happens."""


class PlanStage(Protocol):
    """Where a plan is shown before it is carried out."""

    @property
    def pointed(self) -> Heard:
        """Carries the `BookingId` of the case that is pointed at, or None."""
        ...

    @property
    def chosen(self) -> Heard:
        """A case of the plan was clicked; carries its `BookingId`."""
        ...

    def show(self, proposal: Proposal) -> None:
        """Show this plan instead of the one before."""

    def clear(self) -> None:
        """Show none."""

    def carried_out(self) -> None:
        """The plan is stored."""

    def point(self, booking: BookingId | None) -> None:
        """Point at a case, or at none."""

    def choose(self, booking: BookingId) -> None:
        """Point at a case and have it seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangingOf(PanelTarget):
    """The search for a better arrangement of a day; what it finds is shown on `stage`."""

    to = "arrange"
    day: date
    stage: PlanStage = field(compare=False, repr=False)

    @property
    def key(self) -> PanelKey:
        return PanelKey(self.to, Subject.CLINIC, 0, self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceOrderFor(PanelTarget):
    """The form for a new brace order, after the case of `booking_id` where one is given."""

    to = "brace_order"
    patient_id: PatientId
    booking_id: BookingId | None = None

    @property
    def key(self) -> PanelKey:
        if self.booking_id is None:
            return PanelKey(self.to, Subject.PATIENT, self.patient_id)
        return PanelKey(self.to, Subject.BOOKING, self.booking_id)


# What each place and panel with more than one target understands.

TodayTarget = TodayAt | DayList
DiaryTarget = DiaryAt | DiaryToArrange
WaitingTarget = WaitingAt | WaitingForSoonest
PrepareTarget = PrepareMissing | PrepareToConfirm
CallsTarget = CallOf | PatientOnTheLine
PeopleTarget = ChartOf | RegisterPatient | EditPatient | ImportPatients
BookTarget = NewBooking | ChangeBooking
HoleTarget = HoleLeftBy | HoleAt | SoonestHole


def hole_of(key: PanelKey) -> HoleTarget:
    """The target that a hole's panel was opened with."""
    if isinstance(key.at, datetime):
        return HoleAt(starts=key.at, unit=ResourceId(key.id) if key.id else None)
    return HoleLeftBy(booking_id=BookingId(key.id)) if key.id else SoonestHole()
