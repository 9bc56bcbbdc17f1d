"""Two desks on one clinic: what is written at one is drawn at the other, and what cannot be reached is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from clinicdesk.bootstrap import places
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.changes import EVERYTHING
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.users import Role
from clinicdesk.services import booking, brace, diary, news
from clinicdesk.services.booking import steps
from clinicdesk.services.news import Watch
from clinicdesk.storage.database import open_server
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf, Diary, Today
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import Wait, hub
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.places.today import place as today_place
from clinicdesk.ui.places.today.place import TodayPlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.hearing import hear
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers import postgres
from tests.helpers.busy_day import MONDAY, at, fill_busy_day
from tests.helpers.clinics import FACTS, SmallClinic, small_clinic
from tests.helpers.quiet import settled
from tests.helpers.recoveries import brace_draft
from tests.helpers.second import second

KEY = Qt.Key
PATIENCE = 15_000


class Ear(QObject):
    """Brings what the watch tells to the thread of the window, as the program does."""

    heard = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heard.connect(hear, Qt.ConnectionType.QueuedConnection)


@contextmanager
def desk(qtbot: QtBot, clinic: SmallClinic, role: Role = Role.NURSE) -> Iterator[MainWindow]:
    """The whole window of somebody, listening to what others write."""
    clinic.clock.at = at(11, 26)
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    at_desk = clinic.desk(role)
    ear, number = Ear(), news.last_number(at_desk)
    window = MainWindow(
        at_desk,
        places.places(at_desk),
        sides=places.sides(at_desk),
        finders=places.finders(at_desk),
    )
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1366, 820)
    window.start(Today())
    qtbot.waitExposed(window)
    settled(qtbot)
    watch = Watch(at_desk, number, ear.heard.emit)
    watch.start()
    try:
        yield window
    finally:
        watch.stop()
        operations.shutdown()  # before whoever opened the clinic closes it


def today(window: MainWindow) -> TodayPlace:
    place = window.place("today")
    assert isinstance(place, TodayPlace)
    return place


def diary_of(window: MainWindow) -> DiaryPlace:
    place = window.place("diary")
    assert isinstance(place, DiaryPlace)
    return place


def state_of(window: MainWindow, case: BookingId) -> BookingState | None:
    rows = today(window).table.rows()
    return next((row.line.entry.state for row in rows if row.booking_id == case), None)


def drawn(window: MainWindow, case: BookingId) -> BookingState | None:
    placed = diary_of(window).view.geometry_now.find(case)
    return placed.block.state if placed is not None else None


def arrive(clinic: SmallClinic, case: BookingId) -> None:
    version = booking.read(clinic.front, case).version
    steps.advance(clinic.nurse, case, BookingState.ARRIVED, version)


def in_time(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=PATIENCE)


def test_who_arrives_at_one_desk_has_arrived_in_every_view_of_the_other(
    qtbot: QtBot, any_clinic: SmallClinic
) -> None:
    made = fill_busy_day(any_clinic)
    with second(any_clinic) as other, desk(qtbot, any_clinic) as window:
        window.open(CaseOf(booking_id=made["Berg"]))
        settled(qtbot)
        arrive(other, made["Berg"])
        in_time(qtbot, lambda: state_of(window, made["Berg"]) is BookingState.ARRIVED)
        panel = window.side
        assert isinstance(panel, CasePanel)
        in_time(qtbot, lambda: panel.step.text() == "In the room")
        window.go(Diary())
        settled(qtbot)
        assert drawn(window, made["Berg"]) is BookingState.ARRIVED
        arrive(other, made["Brand"])
        in_time(qtbot, lambda: drawn(window, made["Brand"]) is BookingState.ARRIVED)
        before = window.places_bar.buttons["braces"].count()
        patient = booking.read(other.front, made["Ortiz"]).draft.patient_id
        brace.prescribe(other.surgeon, brace_draft(patient, made["Ortiz"]))
        in_time(qtbot, lambda: window.places_bar.buttons["braces"].count() != before)


def test_who_made_a_change_does_not_load_it_twice(
    qtbot: QtBot, any_clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fill_busy_day(any_clinic)
    loaded: list[Any] = []

    def counted(*args: Any) -> Any:
        loaded.append(args)
        return diary.day_list(*args)

    with second(any_clinic) as other, desk(qtbot, any_clinic) as window:
        monkeypatch.setattr(today_place, "diary", _Counting(counted))
        today(window).table.choose(lambda row: row.booking_id == made["Berg"])
        QTest.keyClick(today(window).table, KEY.Key_Space)
        settled(qtbot)
        assert state_of(window, made["Berg"]) is BookingState.ARRIVED
        assert len(loaded) == 1
        arrive(other, made["Brand"])  # heard after the own change, so that one would have been heard by then
        in_time(qtbot, lambda: state_of(window, made["Brand"]) is BookingState.ARRIVED)
        settled(qtbot)
        assert len(loaded) == 2


class _Counting:
    def __init__(self, day_list: Callable[..., Any]) -> None:
        self.day_list = day_list


def test_while_somebody_types_or_moves_a_case_the_news_waits_and_says_so(
    qtbot: QtBot, clinic: SmallClinic
) -> None:
    made = fill_busy_day(clinic)
    with second(clinic) as other, desk(qtbot, clinic, Role.SCHEDULER) as window:
        window.freshness.typing.wait_for(60_000)
        window.open_find()
        field = window.find_panel.findChild(QLineEdit)
        assert field is not None
        field.setFocus()
        QTest.keyClicks(field, "ort")
        arrive(other, made["Berg"])
        in_time(qtbot, lambda: window.foot_bar.line.text() == "New changes are shown when you stop typing.")
        assert state_of(window, made["Berg"]) is BookingState.CONFIRMED
        window.freshness.typing.stop()
        in_time(qtbot, lambda: state_of(window, made["Berg"]) is BookingState.ARRIVED)
        assert window.foot_bar.line.text() == ""

        window.go(Diary())
        settled(qtbot)
        view = diary_of(window).view
        view.hand.begin_keys(made["Brand"])
        settled(qtbot)
        arrive(other, made["Chang"])
        words = "New changes are shown when you put the case down."
        in_time(qtbot, lambda: window.foot_bar.line.text() == words)
        assert drawn(window, made["Chang"]) is not BookingState.ARRIVED
        QTest.keyClick(view, KEY.Key_Escape)
        in_time(qtbot, lambda: drawn(window, made["Chang"]) is BookingState.ARRIVED)
        assert window.foot_bar.line.text() == ""


def test_without_a_connection_one_can_look_and_nothing_is_saved_or_shown_as_free(
    qtbot: QtBot, postgres_server: postgres.Server
) -> None:
    """A server of its own: nobody else's may stop."""
    del postgres_server  # skips where none can be started
    with postgres.running() as server, closing(open_server(server.url(server.create()))) as database:
        clinic = small_clinic(database)
        made = fill_busy_day(clinic)
        with desk(qtbot, clinic) as window:
            window.go(Diary())
            settled(qtbot)
            server.stop(keep=True)
            said = "No connection since 11:26 AM. You can look, but nothing can be saved."
            in_time(qtbot, lambda: window.foot_bar.line.text() == said)
            diary_of(window).bar.days.go_forward()
            in_time(qtbot, lambda: diary_of(window).frame.is_unread)
            assert diary_of(window).empty.isHidden()
            window.go(Today())
            today(window).table.choose(lambda row: row.booking_id == made["Berg"])
            QTest.keyClick(today(window).table, KEY.Key_Space)
            settled(qtbot)
            assert today(window).problem_panel.text() == said
            assert len(today(window).table.rows()) == 13
            assert not today(window).frame.is_unread
            server.start()
            in_time(qtbot, lambda: window.foot_bar.line.text() == "")
            settled(qtbot)
            assert today(window).problem_panel.isHidden()
            window.go(Diary())
            settled(qtbot)
            assert not diary_of(window).frame.is_unread
            with second(clinic) as other:
                window.go(Today())
                arrive(other, made["Brand"])
                in_time(qtbot, lambda: state_of(window, made["Brand"]) is BookingState.ARRIVED)


def test_a_window_left_open_over_midnight_shows_the_new_day_where_it_showed_today(
    qtbot: QtBot, clinic: SmallClinic
) -> None:
    made = fill_busy_day(clinic)
    with desk(qtbot, clinic) as window:
        window.go(Diary())
        window.go(Today())
        settled(qtbot)
        place = today(window)
        place.table.choose(lambda row: row.booking_id == made["Berg"])
        clinic.clock.at = at(7, 50) + timedelta(days=1)
        QTest.keyClick(place.table, KEY.Key_Space)
        settled(qtbot)
        assert booking.read(clinic.front, made["Berg"]).state is BookingState.CONFIRMED
        assert place.days.day == MONDAY + timedelta(days=1)
        assert made["Berg"] not in [row.booking_id for row in place.table.rows()]
        window.freshness.minute.tick()
        settled(qtbot)
        assert diary_of(window).bar.days.day == MONDAY + timedelta(days=1)
        assert not place.days.today_button.isEnabled()
        place.show_day(MONDAY)
        clinic.clock.at += timedelta(days=1)
        window.freshness.minute.tick()
        settled(qtbot)
        assert place.days.day == MONDAY  # somebody chose it
        assert place.days.today_button.isEnabled()


def test_what_is_held_back_comes_once_nobody_holds_it(qtbot: QtBot) -> None:
    heard: list[Any] = []
    hub().changed.connect(heard.append)
    one, other = hub().hold(Wait.TYPING), hub().hold(Wait.LOCKED)
    hub().tell(EVERYTHING)
    one.release()
    one.release()
    assert heard == []
    other.release()
    assert heard == [EVERYTHING]
    hub().changed.disconnect(heard.append)
