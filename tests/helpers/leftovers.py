"""A test that leaves a window, a thread or a timer behind fails, and is told which.

What stays behind crashes another test later, far from its cause. Deleted widgets are really deleted after each test: Qt
only does so when its event loop comes round, which between tests it never does.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from clinicdesk import i18n

PATIENCE = 5.0
"""Seconds that a thread which was told to stop may take."""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Whatever language a test spoke, the next starts in the source language."""
    before = i18n._current
    yield
    i18n.use(before)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    hooks = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hooks
    _close_the_office()
    until = time.monotonic() + PATIENCE
    for thread in _new_threads(before):
        thread.join(max(0.0, until - time.monotonic()))
    left = [thread.name for thread in _new_threads(before)]
    if left:
        pytest.fail(f"threads left running: {', '.join(left)}", pytrace=False)


def _close_the_office() -> None:
    """A window that is closed last may have stored a draft once more, and begun the workers anew."""
    operations = sys.modules.get("clinicdesk.ui.operations")
    if operations is not None:
        operations.shutdown()


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """Python's own threads; those of Qt's pool show as dummies that never end."""
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not isinstance(thread, threading._DummyThread)
    ]


@pytest.fixture(autouse=True)
def _nothing_left_of_the_window(
    request: pytest.FixtureRequest, _no_thread_left: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """After a GUI test: widgets deleted, no window open, no timer running."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    timers = _watch_timers(monkeypatch)
    yield
    _forget_news()
    deliver_deletions()
    _fail_for_windows()
    _fail_for_timers(timers)


def _forget_news() -> None:
    """What one test held back, or lost, is nothing to the next."""
    hub = sys.modules.get("clinicdesk.ui.operations.hub")
    if hub is not None:
        hub.hub().reset()


def deliver_deletions() -> None:
    """Delete now what was given to ``deleteLater`` or dropped in a cycle."""
    from PySide6.QtCore import QCoreApplication, QEvent

    for _round in range(3):  # a deleted parent may schedule its children's helpers
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Work off the GUI thread ends after the windows are closed, and before a fixture closes the database under it."""
    if {"qtbot", "qapp"} & set(getattr(item, "fixturenames", ())):
        _finish_work()
    return (yield)


def _finish_work() -> None:
    operations = sys.modules.get("clinicdesk.ui.operations")
    if operations is not None:
        operations.shutdown()


def _watch_timers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[weakref.ref[Any], str]]:
    """Every timer that is started from now on, with the line that did it."""
    from PySide6.QtCore import QTimer

    started: list[tuple[weakref.ref[Any], str]] = []
    start = QTimer.start

    def noted(timer: QTimer, *args: Any) -> None:
        line = traceback.extract_stack(limit=2)[0]
        started.append((weakref.ref(timer), f"{line.filename}:{line.lineno}"))
        start(timer, *args)

    monkeypatch.setattr(QTimer, "start", noted)
    return started


def _fail_for_timers(started: list[tuple[weakref.ref[Any], str]]) -> None:
    from shiboken6 import isValid

    running = set()
    for reference, line in started:
        timer = reference()
        if timer is not None and isValid(timer) and timer.isActive():
            running.add(line)
            timer.stop()
    if running:
        pytest.fail(f"timers left running, started at {', '.join(sorted(running))}", pytrace=False)


def _fail_for_windows() -> None:
    """Hidden leftovers count too: an accepted dialog stays its parent's child until it is deleted."""
    from PySide6.QtWidgets import QApplication

    windows = QApplication.topLevelWidgets()
    names = sorted({type(window).__name__ for window in windows if window.isVisible()})
    for window in windows:
        if window.isVisible():
            window.close()
            window.deleteLater()
    deliver_deletions()
    if names:
        pytest.fail(f"windows left open: {', '.join(names)}", pytrace=False)
