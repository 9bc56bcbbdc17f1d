"""Printing the day from where it is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import Diary, Today
from clinicdesk.ui.papers.window import PaperWindow
from clinicdesk.ui.places.diary.place import DiaryPlace
from clinicdesk.ui.places.today.place import TodayPlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.busy_day import fill_busy_day
from tests.helpers.clinics import SmallClinic
from tests.ui.diary.windows import open_window, settled


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic) -> Iterator[MainWindow]:
    fill_busy_day(clinic)
    yield open_window(qtbot, clinic, Today())
    operations.shutdown()


def pages_shown(qtbot: QtBot) -> int:
    """The pages of the paper that stands open; closes it."""
    settled(qtbot)
    (paper,) = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, PaperWindow) and each.isVisible()
    ]
    assert paper.paper is not None
    count = paper.view.count
    paper.close()
    return count


def named(actions: list[QAction], words: str) -> QAction:
    return next(action for action in actions if action.text() == words)


def test_today_and_the_diary_print_the_day_in_one_list_or_several(window: MainWindow, qtbot: QtBot) -> None:
    today = window.place("today")
    assert isinstance(today, TodayPlace)
    named(today.printing.actions, "One list of everyone").trigger()
    assert pages_shown(qtbot) >= 1
    named(today.printing.actions, "A list a room").trigger()
    assert pages_shown(qtbot) >= 2
    window.go(Diary())
    settled(qtbot)
    diary = window.place("diary")
    assert isinstance(diary, DiaryPlace)
    named(diary.bar.printing.actions, "A list a surgeon").trigger()
    assert pages_shown(qtbot) >= 2


def test_find_prints_the_day_by_name(window: MainWindow, qtbot: QtBot) -> None:
    commands = {command.title: command for command in TodayPlace.commands()}
    assert list(commands) == [
        "Print the day list",
        "Print the day: a list a room",
        "Print the day: a list a surgeon",
    ]
    commands["Print the day: a list a room"].run(window)
    assert pages_shown(qtbot) >= 2
