"""The case in hand: the next step is one click, calling off asks why, times can be put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import Booking, BookingState
from clinicdesk.domain.papers import PaperUse
from clinicdesk.domain.users import Role
from clinicdesk.services import booking, daylist, papers
from clinicdesk.services.booking import moving, steps
from clinicdesk.storage import audit
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf, LeavingOf
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import THURSDAY, at, kypho
from tests.helpers.clinics import SmallClinic
from tests.helpers.places import BookView
from tests.helpers.quiet import settled
from tests.ui.booking.windows import case, form, open_window, register

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(clinic: SmallClinic) -> Booking:
    rosa = register(clinic, "Rosa", "Ortiz", escort="", blood_thinner="warfarin")
    return booking.book(clinic.front, kypho(clinic, rosa, at(10))).value


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, made: Booking) -> Iterator[MainWindow]:
    clinic.clock.at = at(9, 30)
    yield open_window(qtbot, clinic, Role.NURSE)
    operations.shutdown()


def opened(qtbot: QtBot, window: MainWindow, made: Booking) -> CasePanel:
    window.open(CaseOf(booking_id=made.id))
    settled(qtbot)
    return case(window)


def action(panel: CasePanel, words: str) -> QAction:
    menu = panel.more.menu()
    assert menu is not None
    return next(one for one in menu.actions() if one.text() == words)


def test_who_what_ready_or_not_and_that_it_was_looked_at(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    panel = opened(qtbot, window, made)
    assert (panel.head.name.text(), panel.what.text(), panel.when.text()) == (
        "Rosa Ortiz",
        "Kyphoplasty L1",
        "Thu 26 Nov, 10:00 to 11:00 AM",
    )
    missing, thinner = panel.ready.sentences()
    assert missing == "Missing: escort"
    assert thinner.startswith("Warfarin")
    assert panel.units.text() == "Dr Lin · Nurse Kim · Room 1 · C-arm 1 · Bay 1"
    assert_accessible(panel)
    with clinic.database.reading() as session:
        assert audit.events(session)[0].action == "read"


def test_the_next_step_is_one_click_and_can_be_undone(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    panel = opened(qtbot, window, made)
    assert panel.step.text() == "Arrived"
    QTest.mouseClick(panel.step, LEFT)
    settled(qtbot)
    assert (panel.pill.state(), panel.step.text()) == ("arrived", "In the room")
    window.undo()
    settled(qtbot)
    assert (panel.pill.state(), panel.step.text()) == ("booked", "Arrived")
    assert booking.read(clinic.front, made.id).actual.arrived is None


def test_a_case_goes_to_recovery_and_then_to_the_door(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    panel = opened(qtbot, window, made)
    for minutes in (0, 25, 110):
        clinic.clock.at = at(9, 30 + minutes % 30) if minutes < 30 else at(11, 20)
        QTest.mouseClick(panel.step, LEFT)
        settled(qtbot)
    assert panel.pill.state() == "recovery"
    assert panel.times.overrun.words.text() == "20 min longer than planned"
    assert panel.step.text() == "Leaving…"
    QTest.mouseClick(panel.step, LEFT)
    settled(qtbot)
    side = window.side
    assert isinstance(side, BookView)
    assert side.opened == [LeavingOf(booking_id=made.id)]


def test_times_are_put_right_in_place(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    panel = opened(qtbot, window, made)
    QTest.mouseClick(panel.step, LEFT)
    settled(qtbot)
    QTest.mouseClick(panel.times.correct, LEFT)
    panel.times.fields["arrived"].set_value(time(11))
    QTest.mouseClick(panel.times.keep, LEFT)
    settled(qtbot)
    assert panel.times.problem.text() == "This time has not come yet."
    panel.times.fields["arrived"].set_value(time(9, 10))
    QTest.mouseClick(panel.times.keep, LEFT)
    settled(qtbot)
    assert booking.read(clinic.front, made.id).actual.arrived == at(9, 10)
    assert panel.times.fields["arrived"].isHidden()


def test_calling_off_asks_why_in_place(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    panel = opened(qtbot, window, made)
    action(panel, "Cancel booking…").trigger()
    assert panel.why.isVisible()
    assert panel.step.isHidden()
    QTest.mouseClick(panel.why.cancel, LEFT)
    settled(qtbot)
    assert booking.read(clinic.front, made.id).state is BookingState.BOOKED
    QTest.keyClicks(panel.why.reason, "has the flu")
    QTest.keyClick(panel.why.reason, Qt.Key.Key_Return)
    settled(qtbot)
    assert booking.read(clinic.front, made.id).cancel_reason == "has the flu"
    assert panel.notes.text() == "Cancelled: has the flu"
    assert panel.why.isHidden()


def test_change_opens_the_form(qtbot: QtBot, window: MainWindow, made: Booking) -> None:
    panel = opened(qtbot, window, made)
    QTest.mouseClick(panel.change, LEFT)
    settled(qtbot)
    assert form(window).who.name.text() == "Rosa Ortiz"
    assert form(window).fields.levels.line.text() == "L1"


def test_another_desk_s_step_shows_and_a_stale_click_is_told(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:

    panel = opened(qtbot, window, made)
    steps.advance(clinic.front, made.id, BookingState.CONFIRMED, made.version)
    QTest.mouseClick(panel.step, LEFT)
    settled(qtbot)
    assert panel.problem_panel.text().startswith("Sam Front changed this")
    assert panel.pill.state() == "confirmed"


def test_papers_that_tell_the_old_time_are_named_until_they_are_printed_again(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, made: Booking
) -> None:
    tomorrow = at(10, day=THURSDAY + timedelta(days=1))
    papers.leave(clinic.front, daylist.day_list(clinic.front, THURSDAY), PaperUse.PRINTED)
    clinic.clock.advance(timedelta(minutes=1))
    panel = opened(qtbot, window, made)
    assert panel.papers.notes == []
    assert "Move in the diary…" in [one.text() for one in panel.more.menu().actions()]
    done = moving.move(clinic.front, made.id, made.version, tomorrow)
    hub().changed.emit(done.changes)
    settled(qtbot)
    assert [note.words.text() for note in panel.papers.notes] == [
        "Printed before the move: Day list of Thu 26 Nov. Print it again."
    ]
    again = papers.leave(clinic.front, daylist.day_list(clinic.front, THURSDAY), PaperUse.PRINTED)
    hub().changed.emit(again.changes)
    settled(qtbot)
    assert panel.papers.notes == []
