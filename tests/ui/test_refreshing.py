"""A screen that is told of changes shows them without opening a chart in anybody's name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.changes import Change, Subject
from clinicdesk.domain.users import Role
from clinicdesk.services import brace, recovery
from clinicdesk.storage import audit
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import Braces, Calls, Review
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.brace import BracesPlace
from clinicdesk.ui.places.recovery import CallsPlace, ReviewPlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.bookings import at
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import answered, brace_draft, discharged, line_of
from tests.ui.follow_up import MONDAY, open_window, settled

REFRESHES = 1_000


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic) -> Iterator[MainWindow]:
    """Two check-ins to review, a call, two braces; the surgeon looks at the review."""
    made = [discharged(clinic, name) for name in ("Al Green", "Bob Stone", "Rosa Ortiz")]
    clinic.clock.at = at(8, 0, MONDAY)
    for booking in made[:2]:
        answered(clinic, booking)
        brace.prescribe(clinic.surgeon, brace_draft(line_of(clinic, booking).patient_id, booking))
    yield open_window(qtbot, clinic, Review(), Role.SURGEON)
    operations.shutdown()


def readings(clinic: SmallClinic) -> int:
    with clinic.database.reading() as session:
        return sum(event.action is AuditAction.READ for event in audit.events(session))


def told(qtbot: QtBot, *changes: Change) -> None:
    hub().changed.emit(frozenset(changes))
    settled(qtbot)


def test_a_day_of_refreshes_holds_only_readings_by_hand(
    window: MainWindow, clinic: SmallClinic, qtbot: QtBot
) -> None:
    before = readings(clinic)
    window.go(Calls())
    settled(qtbot)
    calls = window.place("calls")
    assert isinstance(calls, CallsPlace)
    calls.open_call(calls.table.rows()[0].check_in_id)
    settled(qtbot)
    window.go(Braces())
    settled(qtbot)
    braces = window.place("braces")
    assert isinstance(braces, BracesPlace)
    by_hand = readings(clinic)
    assert by_hand == before + 2  # the call that was clicked, and the first order
    shown = braces.sheet.view
    assert shown is not None
    assert calls.panel.check_in_id is not None
    everything = (
        Change(Subject.BRACE, shown.order.id),
        Change(Subject.CHECK_IN, calls.panel.check_in_id),
        Change(Subject.PATIENT, shown.order.draft.patient_id),
        Change(Subject.BOOKING, shown.order.draft.booking_id or 0),
    )
    for place in (Review(), Calls(), Braces()):
        window.go(place)
        for number in range(REFRESHES // 3):
            hub().changed.emit(frozenset(everything))
            if number % 10 == 0:
                settled(qtbot)
        settled(qtbot)
    assert readings(clinic) == by_hand


def test_a_colleague_who_signs_off_opens_no_other_chart_in_my_name(
    window: MainWindow, clinic: SmallClinic, qtbot: QtBot
) -> None:
    place = window.place("review")
    assert isinstance(place, ReviewPlace)
    line = place.table.row()
    assert line is not None
    before = readings(clinic)
    recovery.mark_reviewed(clinic.surgeon, line.check_in_id, line.version, "")
    told(qtbot, Change(Subject.CHECK_IN, line.check_in_id))
    assert [row.check_in_id for row in place.table.rows()].count(line.check_in_id) == 0
    assert place.table.row() is None
    assert not place.panel.isVisibleTo(place)
    assert readings(clinic) == before


def test_a_colleagues_step_is_shown_in_the_open_order(
    window: MainWindow, clinic: SmallClinic, qtbot: QtBot
) -> None:
    window.go(Braces())
    settled(qtbot)
    place = window.place("braces")
    assert isinstance(place, BracesPlace)
    assert place.sheet.view is not None
    order, before = place.sheet.view.order, readings(clinic)
    brace.advance(clinic.nurse, order.id, order.version, BraceStatus.DELIVERED)
    told(qtbot, Change(Subject.BRACE, order.id))
    assert place.sheet.view.order.status is BraceStatus.DELIVERED
    assert readings(clinic) == before
