"""What stands in the window of a signed-in person: places, panels at the right, and what Find asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clinicdesk.services.desk import Desk
from clinicdesk.ui.booking.case import CasePanel
from clinicdesk.ui.booking.form import BookingPanel
from clinicdesk.ui.brace.form import BraceOrderForm
from clinicdesk.ui.brace.place import BracesPlace
from clinicdesk.ui.diary.place import DiaryPlace
from clinicdesk.ui.discharge.panel import DischargePanel
from clinicdesk.ui.place import Finder, PlaceFactory, SideFactory
from clinicdesk.ui.recovery import CallsPlace, ReviewPlace
from clinicdesk.ui.setup.place import SetUpPlace
from clinicdesk.ui.today import TodayPlace


def places() -> Sequence[PlaceFactory]:
    """The places in the bar at the left, from the top."""
    return (
        TodayPlace.factory(),
        DiaryPlace.factory(),
        CallsPlace.factory(),
        ReviewPlace.factory(),
        BracesPlace.factory(),
        SetUpPlace.factory(),
    )


def sides() -> Mapping[str, SideFactory]:
    """The panels at the right, by the key they are opened with."""
    return {
        "book": BookingPanel,
        "case": CasePanel,
        "discharge": DischargePanel,
        "brace_order": BraceOrderForm,
    }


def finders(desk: Desk) -> Sequence[Finder]:
    """What Ctrl+K asks, in the order the answers stand."""
    del desk
    return ()
