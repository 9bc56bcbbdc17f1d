"""A reading of a chart is an event because a person opened it: a day of news, minutes and nights adds none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.bootstrap import places
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import ALL, EVERYTHING, Change, Subject
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.users import Role
from clinicdesk.domain.waiting import Wish
from clinicdesk.services import arranging, booking, brace, waiting
from clinicdesk.storage import audit
from clinicdesk.ui import operations
from clinicdesk.ui.frame import targets
from clinicdesk.ui.frame.place import follow
from clinicdesk.ui.frame.targets import SetUpAt, SetUpSection, Target
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.arranging.stage import Stage
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.bookings import THURSDAY, at, kypho
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.quiet import settled
from tests.helpers.recoveries import answered, brace_draft, discharged, line_of
from tests.ui.booking.windows import register

CHANGES = 100
"""Of each subject."""
AT_A_TIME = 50
"""Changes that come before the views have answered the first."""


@dataclass
class Day:
    """A window in which every place and panel can be opened for somebody."""

    clinic: SmallClinic
    window: MainWindow
    qtbot: QtBot
    patient: PatientId
    booked: BookingId
    waits: BookingId

    def open(self, *shown: Target) -> None:
        """As a person does."""
        for target in shown:
            follow(self.window, target)
            settled(self.qtbot)

    def readings(self) -> int:
        with self.clinic.database.reading() as session:
            return sum(event.action is AuditAction.READ for event in audit.events(session))

    def answered(self) -> None:
        """Whatever was asked has been answered."""
        self.qtbot.waitUntil(lambda: not operations.busy(), timeout=20_000)

    def pass_by(self) -> None:
        """Others work, minutes go, the window is locked for a while, and another day begins."""
        mine = frozenset(
            Change(subject, number)
            for subject in Subject
            for number in (ALL, self.patient, self.booked, self.waits)
        )
        for number in range(CHANGES):
            hub().announce(mine)
            if number % AT_A_TIME == 0:
                self.answered()
        for _minute in range(3):
            self.clinic.clock.advance(timedelta(minutes=1))
            self.window.freshness.minute.tick()
            self.answered()
        self.window.hide()
        hub().announce(mine)
        self.answered()
        self.window.show()
        self.answered()
        self.clinic.clock.advance(timedelta(days=1))
        self.window.freshness.minute.tick()
        hub().announce(EVERYTHING)
        settled(self.qtbot)


@pytest.fixture
def day(qtbot: QtBot, clinic: SmallClinic, request: pytest.FixtureRequest) -> Iterator[Day]:
    role: Role = request.param
    for name in ("Al Green", "Bob Stone"):
        made = discharged(clinic, name)
        answered(clinic, made)
        brace.prescribe(clinic.surgeon, brace_draft(line_of(clinic, made).patient_id, made))
    discharged(clinic, "Cy Brown")
    rosa, ida = register(clinic, "Rosa", "Ortiz"), register(clinic, "Ida", "May")
    booked = booking.book(clinic.front, kypho(clinic, rosa, at(10))).value
    waits = waiting.add(clinic.front, kypho(clinic, ida, None), Wish(short_notice=True)).value
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    desk = clinic.desk(role)
    window = MainWindow(desk, places.places(desk), sides=places.sides(desk))
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1500, 900)
    window.start()
    qtbot.waitExposed(window)
    settled(qtbot)
    yield Day(clinic, window, qtbot, rosa, booked.id, waits.id)
    operations.shutdown()
    arranging.rest()


def of_role(*roles: Role) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("day", roles, indirect=True)


@of_role(Role.SURGEON)
def test_every_place_beside_a_case_reads_again_without_an_event(day: Day) -> None:
    for factory in places.places(day.window.desk):
        day.open(factory.home, targets.CaseOf(booking_id=day.booked))
        by_hand = day.readings()
        day.pass_by()
        assert day.readings() == by_hand, factory.key


@of_role(Role.SURGEON)
def test_every_panel_reads_again_without_an_event(day: Day) -> None:
    stage = Stage(QApplication.instance() or QApplication())
    panels = {
        "case": targets.CaseOf(booking_id=day.booked),
        "book": targets.ChangeBooking(booking_id=day.booked),
        "hole": targets.HoleAt(starts=at(12)),
        "waiting_entry": targets.WaitingEntryOf(booking_id=day.waits),
        "waiting_add": targets.AddToWaitingList(patient_id=day.patient),
        "discharge": targets.LeavingOf(booking_id=day.booked),
        "preparation": targets.ChecklistOf(booking_id=day.booked),
        "confirm_call": targets.ConfirmCallOf(booking_id=day.booked),
        "arrange": targets.ArrangingOf(day=THURSDAY, stage=stage),
        "brace_order": targets.BraceOrderFor(patient_id=day.patient, booking_id=day.booked),
    }
    assert panels.keys() == places.sides(day.window.desk).keys()
    for key, target in panels.items():
        day.open(target)
        by_hand = day.readings()
        day.pass_by()
        assert day.readings() == by_hand, key
    assert day.readings() > 0, "opening by hand is an event"


@of_role(Role.SURGEON, Role.ADMINISTRATOR)
def test_a_chart_and_the_trail_itself_read_again_without_an_event(day: Day) -> None:
    day.open(targets.ChartOf(patient_id=day.patient))
    by_hand = day.readings()
    assert by_hand > 0
    day.pass_by()
    assert day.readings() == by_hand
    day.open(SetUpAt(section=SetUpSection.AUDIT))
    by_hand = day.readings()
    day.pass_by()
    assert day.readings() == by_hand
