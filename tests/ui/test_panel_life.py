"""What is typed, sent and answered in a panel belongs to whom it was for, however slow the commands are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.discharge import DischargeDetails, Outcome
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.redflags import RedFlagQuestion, Tier
from clinicdesk.domain.users import Role
from clinicdesk.services import catalogue, discharge, drafts, recovery
from clinicdesk.storage import audit
from clinicdesk.ui.frame.place import follow
from clinicdesk.ui.frame.targets import Calls, LeavingOf
from clinicdesk.ui.operations import messages
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.discharge.panel import DischargePanel
from clinicdesk.ui.places.recovery import CallsPlace
from clinicdesk.ui.places.today.place import TodayPlace
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import discharged
from tests.helpers.slow import SlowDesk
from tests.ui.follow_up import open_window
from tests.ui.follow_up import settled as idle
from tests.ui.neighbours import in_recovery

LINES = ("activity", "breathing", "circulation", "consciousness", "oxygen")


@pytest.fixture
def told() -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(message: messages.Message) -> None:
        heard.append(message.text)

    messages.bridge().spoken.connect(hear)
    yield heard
    messages.bridge().spoken.disconnect(hear)


# ---------------------------------------------------------------------- leaving


@dataclass
class Leaving:
    """Two patients in recovery, one window."""

    clinic: SmallClinic
    window: MainWindow
    rosa: BookingId
    ida: BookingId
    slow: SlowDesk
    qtbot: QtBot

    def open(self, booking_id: BookingId, name: str) -> DischargePanel:
        self.window.open(LeavingOf(booking_id=booking_id))
        panel = self.window.side
        assert isinstance(panel, DischargePanel)
        self.qtbot.waitUntil(lambda: panel.head.name.text() == name)
        return panel

    def stored(self, booking_id: BookingId) -> discharge.DischargeView:
        return discharge.open_discharge.again(self.clinic.nurse, booking_id)


@pytest.fixture
def leaving(qtbot: QtBot, clinic: SmallClinic) -> Leaving:
    rosa, ida = in_recovery(clinic)
    window = MainWindow(clinic.nurse, [TodayPlace.factory()], sides={"discharge": DischargePanel})
    qtbot.addWidget(window)
    window.resize(1400, 900)
    window.start()
    qtbot.waitExposed(window)
    return Leaving(clinic, window, rosa, ida, SlowDesk(window), qtbot)


def choose_all(panel: DischargePanel) -> None:
    for key in LINES:
        row = panel.aldrete.row(key)
        row.setFocus()
        QTest.keyClick(row, Qt.Key.Key_Space)


def test_scores_are_stored_for_whom_they_were_chosen(leaving: Leaving) -> None:
    """The next patient's leaving is opened before the pause that stores by itself is over."""
    choose_all(leaving.open(leaving.rosa, "Rosa Ortiz"))
    panel = leaving.open(leaving.ida, "Ida May")
    idle(leaving.qtbot)
    assert leaving.stored(leaving.rosa).record.aldrete.total == 10
    assert not leaving.stored(leaving.ida).record.aldrete.chosen
    assert panel.aldrete.chosen() == {}
    leaving.qtbot.wait(700)
    idle(leaving.qtbot)
    assert not leaving.stored(leaving.ida).record.aldrete.chosen


def test_what_is_typed_while_the_save_before_is_slow_stays(leaving: Leaving) -> None:
    panel = leaving.open(leaving.rosa, "Rosa Ortiz")
    leaving.slow.hold()
    QTest.keyClicks(panel.sheet.lifting, "5 pounds")
    panel = leaving.open(leaving.ida, "Ida May")
    assert panel.sheet.lifting.text() == ""
    QTest.keyClicks(panel.sheet.lifting, "10 pounds")
    leaving.slow.release()
    idle(leaving.qtbot)
    assert panel.sheet.lifting.text() == "10 pounds"
    leaving.qtbot.waitUntil(
        lambda: leaving.stored(leaving.ida).record.details.lifting_limit == "10 pounds", timeout=10_000
    )
    assert leaving.stored(leaving.rosa).record.details.lifting_limit == "5 pounds"
    assert panel.head.name.text() == "Ida May"


def test_what_cannot_be_stored_any_more_is_said_with_the_name(leaving: Leaving, told: list[str]) -> None:
    panel = leaving.open(leaving.rosa, "Rosa Ortiz")
    QTest.keyClicks(panel.sheet.lifting, "5 pounds")
    discharge.discharge_patient(
        leaving.clinic.nurse, leaving.rosa, 0, outcome=Outcome.TRANSFERRED, reason="To the hospital."
    )
    panel = leaving.open(leaving.ida, "Ida May")
    idle(leaving.qtbot)
    assert any(sentence.startswith("Rosa Ortiz: ") for sentence in told)
    assert not panel.problem_panel.isVisible()
    panel = leaving.open(leaving.rosa, "Rosa Ortiz")
    assert panel.sheet.lifting.text() == "", "it is not stored, and must not look so"
    assert "Lifting limit: 5 pounds" in panel.problem_panel.text()


def test_what_lost_a_race_stands_there_again_beside_the_colleagues(leaving: Leaving, told: list[str]) -> None:
    panel = leaving.open(leaving.rosa, "Rosa Ortiz")
    leaving.slow.hold()
    QTest.keyClicks(panel.sheet.lifting, "5 pounds")
    leaving.open(leaving.ida, "Ida May")
    theirs = DischargeDetails(lifting_limit="10 pounds")
    discharge.save_details(leaving.clinic.nurse, leaving.rosa, 0, theirs)
    leaving.slow.release()
    idle(leaving.qtbot)
    assert any("Rosa Ortiz" in sentence and "kept" in sentence for sentence in told)
    panel = leaving.open(leaving.rosa, "Rosa Ortiz")
    assert panel.sheet.lifting.text() == "5 pounds"
    assert panel.differences.keys == ("lifting_limit",)
    take = next(b for b in panel.differences.findChildren(QPushButton) if b.text() == "Take the stored one")
    QTest.mouseClick(take, Qt.MouseButton.LeftButton)
    assert panel.sheet.lifting.text() == "10 pounds"
    assert not panel.differences.are_open


def test_a_colleagues_words_stand_beside_mine_to_choose_from(leaving: Leaving) -> None:
    panel = leaving.open(leaving.rosa, "Rosa Ortiz")
    theirs = DischargeDetails(lifting_limit="10 pounds", follow_up="Friday, 9 am")
    discharge.save_details(leaving.clinic.nurse, leaving.rosa, 0, theirs)
    QTest.keyClicks(panel.sheet.lifting, "5 pounds")
    leaving.qtbot.waitUntil(panel.differences.isVisible, timeout=10_000)
    assert panel.differences.keys == ("lifting_limit",)
    assert panel.sheet.lifting.text() == "5 pounds"
    assert panel.sheet.follow_up.text() == "Friday, 9 am", "what only the colleague typed is simply shown"
    assert leaving.stored(leaving.rosa).record.details.lifting_limit == "10 pounds"
    keep = next(b for b in panel.differences.findChildren(QPushButton) if b.text() == "Keep mine")
    QTest.mouseClick(keep, Qt.MouseButton.LeftButton)
    leaving.qtbot.waitUntil(
        lambda: leaving.stored(leaving.rosa).record.details.lifting_limit == "5 pounds", timeout=10_000
    )
    assert leaving.stored(leaving.rosa).record.details.follow_up == "Friday, 9 am"


def test_a_double_click_takes_one_step(leaving: Leaving, told: list[str]) -> None:
    panel = leaving.open(leaving.rosa, "Rosa Ortiz")
    leaving.slow.hold()
    QTest.mouseClick(panel.teach_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.teach_button, Qt.MouseButton.LeftButton)
    leaving.slow.release()
    idle(leaving.qtbot)
    assert leaving.stored(leaving.rosa).record.taught is not None
    assert leaving.stored(leaving.rosa).record.version == 1
    assert not panel.problem_panel.isVisible()
    assert told == []


def test_a_refresh_is_no_reading_of_the_chart(leaving: Leaving) -> None:
    panel = leaving.open(leaving.rosa, "Rosa Ortiz")
    idle(leaving.qtbot)
    before = events(leaving.clinic)
    for version in range(5):  # a colleague's, of which this window hears
        done = discharge.taught(leaving.clinic.nurse, leaving.rosa, version, done=version % 2 == 0)
        hub().announce(done.changes)
        idle(leaving.qtbot)
    assert "Taught by" in panel.signatures.text()
    assert events(leaving.clinic) == before + 5, "five changes, and nobody read anything"


def events(clinic: SmallClinic) -> int:
    """How many events the trail holds."""
    with clinic.database.reading() as session:
        return audit.head(session)[0]


# ---------------------------------------------------------------------- a call


@dataclass
class Calling:
    """Two patients to be called, one window."""

    clinic: SmallClinic
    place: CallsPlace
    slow: SlowDesk
    qtbot: QtBot

    def open(self, name: str) -> None:
        row = next(row for row in self.place.table.rows() if row.line.patient == name)
        self.place.open_call(row.check_in_id)
        self.qtbot.waitUntil(lambda: self.place.panel.head.name.text().startswith(name))
        QTest.keyClick(self.place.panel.attempts.reached_button, Qt.Key.Key_Space)

    def say_yes(self, number: int) -> None:
        asked = [row for row in self.place.panel.questions.rows if row.measured is None]
        QTest.keyClick(asked[number].answer, Qt.Key.Key_Y)


@pytest.fixture
def calling(qtbot: QtBot, clinic: SmallClinic) -> Calling:
    discharged(clinic, "Rosa Ortiz", day=date(2026, 11, 16))
    discharged(clinic, "Ida May", day=date(2026, 11, 20))
    window = open_window(qtbot, clinic, Calls(), Role.NURSE)
    place = window.place("calls")
    assert isinstance(place, CallsPlace)
    return Calling(clinic, place, SlowDesk(window), qtbot)


def test_a_slow_save_of_one_call_leaves_the_next_alone(calling: Calling) -> None:
    calling.open("Rosa Ortiz")
    calling.say_yes(3)
    calling.slow.hold()
    calling.place.panel.save()
    calling.open("Ida May")
    calling.say_yes(0)
    given = calling.place.panel.questions.given()
    calling.slow.release()
    idle(calling.qtbot)
    assert calling.place.panel.head.name.text().startswith("Ida May")
    assert calling.place.panel.questions.given() == given
    assert calling.place.panel.mark.isVisible()


def test_a_call_that_could_not_be_stored_is_kept_and_said(calling: Calling, told: list[str]) -> None:
    calling.open("Rosa Ortiz")
    calling.say_yes(3)
    panel = calling.place.panel
    given, check_in_id = panel.questions.given(), panel.check_in_id
    assert check_in_id is not None
    calling.slow.hold()
    panel.save()
    view = recovery.open_call(calling.clinic.nurse, check_in_id)
    recovery.log_attempt(
        calling.clinic.nurse, check_in_id, view.sheet.version, CallOutcome.NO_ANSWER, number="", called=""
    )
    calling.open("Ida May")
    calling.slow.release()
    idle(calling.qtbot)
    assert any("Rosa Ortiz" in sentence and "kept" in sentence for sentence in told)
    assert panel.head.name.text().startswith("Ida May")
    calling.open("Rosa Ortiz")
    assert panel.questions.given() == given
    panel.save()
    idle(calling.qtbot)
    closed = recovery.open_call(calling.clinic.nurse, check_in_id)
    assert closed.sheet.closing is not None


def test_the_answers_outlive_a_crash_and_are_found_in_the_foot_list(calling: Calling, qtbot: QtBot) -> None:
    calling.open("Rosa Ortiz")
    calling.say_yes(0)
    QTest.keyClicks(calling.place.panel.note, "since this morning")
    panel = calling.place.panel
    given, check_in_id = panel.questions.given(), panel.check_in_id
    qtbot.waitUntil(lambda: bool(left_work(calling.clinic.nurse)), timeout=2000)
    qtbot.waitUntil(lambda: "note" in _draft(calling.clinic), timeout=2000)
    window = open_window(
        qtbot, calling.clinic, Calls(), Role.NURSE
    )  # another start: nothing was asked of the first
    (left,) = left_work(calling.clinic.nurse)
    assert (left.name, left.what) == ("Rosa Ortiz", "Recovery call")
    follow(window, left.target)
    idle(qtbot)
    place = window.place("calls")
    assert isinstance(place, CallsPlace)
    again = place.panel
    assert again.check_in_id == check_in_id
    assert again.questions.given() == given
    assert again.note.value() == "since this morning"
    assert again.asking.isVisible()
    assert again.kept_strip.isVisible()
    assert again.outcome.tier is Tier.EMERGENCY


def _draft(clinic: SmallClinic) -> Mapping[str, Any]:
    (draft,) = drafts.mine(clinic.nurse)
    mine = draft.fields["mine"]
    assert isinstance(mine, Mapping)
    return mine


def test_whoever_leaves_a_red_flag_unsaved_is_told_so(calling: Calling, told: list[str]) -> None:
    calling.open("Rosa Ortiz")
    calling.say_yes(0)
    calling.open("Ida May")
    idle(calling.qtbot)
    assert any(sentence.startswith("Rosa Ortiz: A red flag was answered with yes") for sentence in told)


def test_answers_for_a_check_in_that_was_closed_go_into_a_call_of_their_own(calling: Calling) -> None:
    calling.open("Rosa Ortiz")
    panel = calling.place.panel
    calling.say_yes(0)
    given, check_in_id = panel.questions.given(), panel.check_in_id
    assert check_in_id is not None
    view = recovery.open_call(calling.clinic.nurse, check_in_id)
    done = recovery.give_up(calling.clinic.nurse, check_in_id, view.sheet.version)
    hub().announce(done.changes)
    idle(calling.qtbot)
    assert panel.not_stored.isVisible()
    assert "YES" in panel.not_stored.text()
    assert not panel.save_button.isEnabled()
    QTest.mouseClick(panel.own_call_button, Qt.MouseButton.LeftButton)
    idle(calling.qtbot)
    assert panel.check_in_id != check_in_id
    assert panel.head.name.text() == "Rosa Ortiz"
    assert panel.questions.given() == given
    assert not panel.not_stored.isVisible()
    QTest.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    idle(calling.qtbot)
    flagged = [line for line in recovery.reviews(calling.clinic.surgeon) if line.tier is Tier.EMERGENCY]
    assert [line.patient for line in flagged] == ["Rosa Ortiz"]
    assert drafts.mine(calling.clinic.nurse) == ()


def test_an_answer_stands_and_counts_though_the_question_is_not_asked_any_more(calling: Calling) -> None:
    """Once answered, the question is asked from a later day on only."""
    calling.open("Rosa Ortiz")
    panel = calling.place.panel
    QTest.keyClick(panel.questions.row("chest_pain").answer, Qt.Key.Key_Y)
    calling.open("Ida May")
    idle(calling.qtbot)
    admin = calling.clinic.desk(Role.ADMINISTRATOR)
    for entry in catalogue.entries(admin, EntryKind.RED_FLAG):
        if isinstance(entry.value, RedFlagQuestion) and entry.value.key == "chest_pain":
            done = catalogue.change(admin, replace(entry, value=replace(entry.value, from_day=300)))
            hub().announce(done.changes)
    idle(calling.qtbot)
    assert "chest_pain" not in [row.question.key for row in panel.questions.rows]
    calling.open("Rosa Ortiz")
    idle(calling.qtbot)
    assert panel.questions.row("chest_pain").answer.answer() is True
    assert panel.outcome.tier is Tier.EMERGENCY
    QTest.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    idle(calling.qtbot)
    (line,) = [line for line in recovery.reviews(calling.clinic.surgeon) if line.patient == "Rosa Ortiz"]
    assert line.tier is Tier.EMERGENCY


def test_an_answer_to_a_question_that_is_gone_is_saved_in_the_note(calling: Calling) -> None:
    """A draft of an older program may hold one."""
    calling.open("Rosa Ortiz")
    panel = calling.place.panel
    panel.questions.put({"old": {"label": "Cold foot", "answer": True, "typed": ""}})
    panel.questions.changed.emit()
    assert panel.questions.gone.isVisible()
    assert "Cold foot: YES" in panel.questions.gone.text()
    QTest.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    idle(calling.qtbot)
    (line,) = [line for line in recovery.reviews(calling.clinic.surgeon) if line.patient == "Rosa Ortiz"]
    assert line.note == "Cold foot: YES"


def test_tab_goes_through_every_question(calling: Calling) -> None:
    calling.open("Rosa Ortiz")
    panel = calling.place.panel
    here: QWidget = panel.pain
    here.setFocus()
    fields = [
        field for row in panel.questions.rows for field in (row.measured, row.answer) if field is not None
    ]
    for field in (*fields, panel.note):
        QTest.keyClick(here, Qt.Key.Key_Tab)
        assert field.hasFocus()
        here = field


def test_the_cursor_stays_while_the_call_is_read_again(calling: Calling) -> None:
    calling.open("Rosa Ortiz")
    panel = calling.place.panel
    panel.note.setFocus()
    QTest.keyClicks(panel.note, "feels well")
    for _letter in range(4):
        QTest.keyClick(panel.note, Qt.Key.Key_Left)
    assert panel.check_in_id is not None
    done = recovery.told_surgeon(calling.clinic.nurse, panel.check_in_id, 1)
    hub().announce(done.changes)
    idle(calling.qtbot)
    QTest.keyClicks(panel.note, "very ")
    assert panel.note.value() == "feels very well"
