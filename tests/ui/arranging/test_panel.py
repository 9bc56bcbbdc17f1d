"""Arranging a day as the front desk does it: a click, a look, a tick, Apply, Undo; with the real solver."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import Booking, BookingDraft, BookingState
from clinicdesk.domain.users import Role
from clinicdesk.services import arranging, booking
from clinicdesk.services.booking import steps
from clinicdesk.solver.process import Solver
from clinicdesk.ui import operations
from clinicdesk.ui.operations import messages
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import THURSDAY, at
from tests.helpers.clinics import SmallClinic
from tests.helpers.slow import SlowDesk
from tests.ui.arranging.windows import LIN, ONE, booked, diary, open_window, panel, scattered, settled

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(clinic: SmallClinic) -> list[Booking]:
    return scattered(clinic)


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, made: list[Booking]) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic)
    operations.shutdown()
    arranging.rest()


def _drafts(clinic: SmallClinic, made: list[Booking]) -> list[BookingDraft]:
    return [booking.read(clinic.front, each.id).draft for each in made]


def _arrange(window: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(diary(window).bar.arrange, LEFT)
    settled(qtbot)


def test_a_day_is_arranged_with_two_clicks_and_put_back_with_one(
    window: MainWindow, qtbot: QtBot, clinic: SmallClinic, made: list[Booking]
) -> None:
    before = _drafts(clinic, made)
    _arrange(window, qtbot)
    side = panel(window)
    assert side.proposal is not None
    assert side.gap.text() == "No order is better by these measures."
    assert _drafts(clinic, made) == before
    changes = side.proposal.changes
    shown = [line for line in side.changes.lines if line.isVisible()]
    assert {line.entry.booking_id for line in shown} == {change.booking_id for change in changes}
    assert_accessible(side)
    QTest.mouseClick(side.apply, LEFT)
    settled(qtbot)
    assert window.side is None
    now = {each.id: draft for each, draft in zip(made, _drafts(clinic, made), strict=True)}
    assert all(now[change.booking_id].starts == change.starts for change in changes)
    window.undo()
    settled(qtbot)
    assert _drafts(clinic, made) == before


def test_what_is_shown_at_the_click_is_what_is_applied(
    window: MainWindow, qtbot: QtBot, clinic: SmallClinic, made: list[Booking]
) -> None:
    QTest.mouseClick(diary(window).bar.arrange, LEFT)
    side = panel(window)
    qtbot.waitUntil(
        lambda: side.search.is_running and side.proposal is not None and bool(side.proposal.changes),
        timeout=10_000,
    )
    shown = side.proposal
    assert shown is not None
    QTest.mouseClick(side.apply, LEFT)
    qtbot.waitUntil(lambda: not side.search.is_running)
    settled(qtbot)
    now = {each.id: draft for each, draft in zip(made, _drafts(clinic, made), strict=True)}
    assert all(now[change.booking_id].starts == change.starts for change in shown.changes)


def test_a_case_that_is_ticked_stays_and_the_rest_is_arranged_around_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    _arrange(window, qtbot)
    side = panel(window)
    line = next(line for line in side.changes.lines if line.isVisible())
    line.keep.setFocus()
    QTest.keyClick(line.keep, Qt.Key.Key_Space)
    settled(qtbot)
    assert side.proposal is not None
    assert line.entry.booking_id not in {change.booking_id for change in side.proposal.changes}
    assert line.isVisible()
    assert line.when.text().startswith("stays")
    assert line.keep.hasFocus()


def test_closing_the_panel_gives_the_search_up_and_moves_nothing(
    window: MainWindow, qtbot: QtBot, clinic: SmallClinic, made: list[Booking]
) -> None:
    before = _drafts(clinic, made)
    QTest.mouseClick(diary(window).bar.arrange, LEFT)
    side = panel(window)
    QTest.keyClick(side, Qt.Key.Key_Escape)
    settled(qtbot)
    assert window.side is None
    assert not side.search.is_running
    assert _drafts(clinic, made) == before


def test_what_somebody_else_changes_meanwhile_is_arranged_anew(
    window: MainWindow, qtbot: QtBot, clinic: SmallClinic, made: list[Booking]
) -> None:
    _arrange(window, qtbot)
    clinic.clock.at = at(9, 30)
    done = steps.advance(
        clinic.front, made[2].id, BookingState.ARRIVED, made[2].version, at=clinic.clock.now()
    )
    hub().changed.emit(done.changes)
    settled(qtbot)
    side = panel(window)
    assert "Cy Poe: Arrived" in side.staying_words.text()
    assert side.proposal is not None
    assert made[2].id not in {change.booking_id for change in side.proposal.changes}


def test_a_day_without_anything_to_move_says_so(qtbot: QtBot, clinic: SmallClinic) -> None:
    only = booked(clinic, "Ana Lee", 9, 0, LIN, ONE)
    clinic.clock.at = at(8, 30)
    steps.advance(clinic.front, only.id, BookingState.ARRIVED, only.version, at=clinic.clock.now())
    window = open_window(qtbot, clinic)
    _arrange(window, qtbot)
    side = panel(window)
    assert side.status.text() == "Nothing on this day can be moved."
    assert not side.apply.isEnabled()
    arranging.rest()


def test_without_the_solver_the_panel_says_how_to_get_it_and_offers_the_first_order(
    qtbot: QtBot, clinic: SmallClinic, made: list[Booking], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = "import sys; sys.modules['ortools'] = None; from clinicdesk.solver.__main__ import main; sys.exit(main())"
    monkeypatch.setattr(arranging, "_solver", Solver([sys.executable, "-c", without]))
    window = open_window(qtbot, clinic)
    _arrange(window, qtbot)
    side = panel(window)
    assert side.solver_note.isVisible()
    assert "pip install 'clinicdesk[plan]'" in side.solver_note.text()
    assert side.proposal is not None
    assert side.apply.isEnabled() == bool(side.proposal.changes)
    arranging.rest()


def test_who_may_not_book_is_not_offered_to_arrange(qtbot: QtBot, clinic: SmallClinic) -> None:
    window = open_window(qtbot, clinic, Role.ANESTHESIA)
    assert not diary(window).bar.arrange.isVisible()


def test_find_arranges_the_day_by_name(window: MainWindow, qtbot: QtBot) -> None:
    window.open_find("arrange")
    qtbot.waitUntil(lambda: window.find_panel.titles() == ["Arrange this day"])
    QTest.keyClick(window.find_panel.field, Qt.Key.Key_Return)
    settled(qtbot)
    assert panel(window).proposal is not None


def test_another_day_begins_with_nothing_of_the_day_before(
    window: MainWindow, qtbot: QtBot, clinic: SmallClinic
) -> None:
    """The first day's plan, its search and its ticks end with it."""
    friday = THURSDAY + timedelta(days=1)
    _arrange(window, qtbot)
    side = panel(window)
    next(line for line in side.changes.lines if line.isVisible()).keep.set_value(True)
    diary(window).show_day(friday)
    QTest.mouseClick(diary(window).bar.arrange, LEFT)
    assert side.proposal is None
    assert not side.apply.isEnabled()
    settled(qtbot)
    assert side.status.text() == "Nothing is booked on this day."
    assert (side.proposal, side.changes.lines, side.changes.kept) == (None, [], ())
    assert not side.search.is_running


def test_a_double_click_moves_the_cases_once(
    window: MainWindow, qtbot: QtBot, clinic: SmallClinic, made: list[Booking]
) -> None:
    told: list[str] = []
    messages.bridge().spoken.connect(lambda message: told.append(message.text))
    _arrange(window, qtbot)
    slow = SlowDesk(window)
    slow.hold()
    for _press in range(2):
        QTest.mouseClick(panel(window).apply, LEFT)
    assert not panel(window).apply.isEnabled()
    slow.release()
    settled(qtbot)
    assert window.side is None
    assert len(told) == 1


def test_a_plan_that_a_colleague_was_quicker_than_says_so_and_is_made_anew(
    window: MainWindow, qtbot: QtBot, clinic: SmallClinic, made: list[Booking]
) -> None:
    _arrange(window, qtbot)
    side = panel(window)
    assert side.proposal is not None
    first = side.proposal
    taken = booking.read(clinic.front, first.changes[0].booking_id)
    booking.change(clinic.nurse, taken.id, replace(taken.draft, notes="walker"), taken.version)
    QTest.mouseClick(side.apply, LEFT)
    settled(qtbot)
    assert side.problem_panel.text().startswith("Kim Park changed this")
    assert side.proposal is not first
    QTest.mouseClick(side.apply, LEFT)
    settled(qtbot)
    assert window.side is None
