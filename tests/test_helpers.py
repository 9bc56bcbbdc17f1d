"""The guards of the tests themselves: each of these careless tests has to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CARELESS = """
import logging, threading, time
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
import tests.helpers.leftovers as leftovers

kept = []
leftovers.PATIENCE = 0.05

def test_leaves_a_thread():
    threading.Thread(target=time.sleep, args=(5,), name="left-thread", daemon=True).start()

def test_leaves_a_timer(qtbot):
    timer = QTimer()
    timer.start(1000)
    kept.append(timer)

def test_leaves_a_window(qtbot):
    window = QWidget()
    window.show()
    kept.append(window)

def test_warns_in_the_log():
    logging.getLogger("clinicdesk.storage").warning("left-line")

@pytest.mark.logs_allowed("clinicdesk.storage")
def test_warns_as_it_should():
    logging.getLogger("clinicdesk.storage.backup").warning("expected")

def test_cleans_up(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    QTimer(window).start(1000)
    window.show()
"""


def test_careless_tests_fail_and_careful_ones_pass(pytester: pytest.Pytester) -> None:
    root = Path(__file__).parent.parent
    pytester.makeini("[pytest]\nqt_api = pyside6\nmarkers = logs_allowed\nfilterwarnings = error")
    pytester.makeconftest(
        'pytest_plugins = ["tests.helpers.leftovers", "tests.helpers.logfail"]\n'
        f"import sys\nsys.path.insert(0, {str(root)!r})\n"
    )
    pytester.makepyfile(CARELESS)
    pytester.syspathinsert(root)
    result = pytester.runpytest_subprocess("-p", "no:xdist", "-p", "no:timeout")
    result.assert_outcomes(passed=6, errors=4)
    for complaint in (
        "threads left running: left-thread",
        "timers left running, started at *.py:*",
        "windows left open: QWidget",
        "WARNING clinicdesk.storage: left-line",
    ):
        result.stdout.fnmatch_lines(f"*{complaint}*")
