"""What stands in the window of a signed-in person: places, panels at the right, and what Find asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clinicdesk.domain.permissions import Act, may
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.place import Finder, Place, PlaceFactory, SideFactory
from clinicdesk.ui.frame.targets import (
    AddToWaitingList,
    ArrangingOf,
    BraceOrderFor,
    CaseOf,
    ChecklistOf,
    ConfirmCallOf,
    HoleLeftBy,
    LeavingOf,
    NewBooking,
    WaitingEntryOf,
)
from clinicdesk.ui.panels.arranging.panel import ArrangingPanel
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.panels.brace import BraceOrderForm
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.panels.discharge.panel import DischargePanel
from clinicdesk.ui.panels.preparation import ChecklistPanel, ConfirmPanel
from clinicdesk.ui.panels.waiting import AddPanel, EntryPanel, HolePanel
from clinicdesk.ui.places.brace import BracesPlace
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.places.numbers import NumbersPlace
from clinicdesk.ui.places.people.finding import patient_finder
from clinicdesk.ui.places.people.place import PeoplePlace
from clinicdesk.ui.places.preparation import PreparePlace
from clinicdesk.ui.places.recovery import CallsPlace, ReviewPlace
from clinicdesk.ui.places.setup import SetUpPlace
from clinicdesk.ui.places.today.place import TodayPlace
from clinicdesk.ui.places.waiting import WaitingPlace

_PLACES: tuple[tuple[type[Place[Any]], Act], ...] = (
    (TodayPlace, Act.SEE_DIARY),
    (DiaryPlace, Act.SEE_DIARY),
    (WaitingPlace, Act.SEE_DIARY),
    (PreparePlace, Act.PREPARE),
    (CallsPlace, Act.CALL_PATIENTS),
    (ReviewPlace, Act.REVIEW),
    (BracesPlace, Act.SEE_DIARY),
    (PeoplePlace, Act.FIND_PATIENTS),
    (NumbersPlace, Act.SEE_NUMBERS),
    (SetUpPlace, Act.SEE_CLINIC),
)
"""From the top, each with what a role must be allowed to do to see it at all; the services ask for themselves."""

_SIDES: tuple[tuple[str, SideFactory, Act], ...] = (
    (CaseOf.to, CasePanel, Act.SEE_DIARY),
    (NewBooking.to, BookingPanel, Act.BOOK),
    (HoleLeftBy.to, HolePanel, Act.BOOK),
    (WaitingEntryOf.to, EntryPanel, Act.SEE_DIARY),
    (AddToWaitingList.to, AddPanel, Act.BOOK),
    (LeavingOf.to, DischargePanel, Act.SEE_DIARY),
    (ChecklistOf.to, ChecklistPanel, Act.READ_CHART),
    (ConfirmCallOf.to, ConfirmPanel, Act.PREPARE),
    (ArrangingOf.to, ArrangingPanel, Act.BOOK),
    (BraceOrderFor.to, BraceOrderForm, Act.PRESCRIBE_BRACE),
)
"""The panels at the right, by the key they are opened with."""


def places(desk: Desk) -> Sequence[PlaceFactory]:
    """The places in the bar at the left."""
    return [place.factory() for place, act in _PLACES if may(desk.actor.role, act)]


def sides(desk: Desk) -> Mapping[str, SideFactory]:
    """The panels at the right."""
    return {key: panel for key, panel, act in _SIDES if may(desk.actor.role, act)}


def finders(desk: Desk) -> Sequence[Finder]:
    """What Ctrl+K asks, in the order the answers stand."""
    return (patient_finder(desk),)
