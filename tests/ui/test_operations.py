"""Work off the GUI thread: who is told, in what order, and what happens when the asker is gone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.changes import NOTHING, Change, Changes, Subject
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.ui import operations
from clinicdesk.ui.kit import ProblemPanel, QuietBar
from clinicdesk.ui.operations import Progress, crash, messages, run_command, run_long, run_query
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.operations.messages import Kind, Message

BOOKED: Changes = frozenset({Change(Subject.BOOKING, 7)})


@dataclass(frozen=True)
class Done:
    value: Any
    changes: Changes = NOTHING


class Diary:
    """Notes what came, in order."""

    def __init__(self) -> None:
        self.lines: list[Any] = []

    def note(self, what: Any) -> None:
        self.lines.append(what)

    def changed(self, changes: Changes) -> None:
        self.lines.append(changes)


@pytest.fixture
def told(qapp: QCoreApplication) -> Iterator[list[Message]]:
    """What the person was told."""
    heard: list[Message] = []
    messages.bridge().spoken.connect(heard.append)
    yield heard
    messages.bridge().spoken.disconnect(heard.append)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def idle() -> bool:
    return not operations.busy()


def test_a_query_works_elsewhere_and_answers_here(qtbot: QtBot, parent: QWidget) -> None:
    heard: list[tuple[str, threading.Thread]] = []

    def hear(worker: str) -> None:
        heard.append((worker, threading.current_thread()))

    run_query(parent, lambda: threading.current_thread().name, done=hear)
    qtbot.waitUntil(idle)
    [(worker, here)] = heard
    assert worker.startswith("clinicdesk-query")
    assert here is threading.main_thread()


def test_queries_run_side_by_side_and_commands_one_after_another(qtbot: QtBot, parent: QWidget) -> None:
    both = threading.Barrier(2, timeout=10)
    diary = Diary()
    for _n in range(2):
        run_query(parent, both.wait, done=diary.note)  # each waits for the other
    qtbot.waitUntil(idle)
    assert sorted(diary.lines) == [0, 1]
    running: list[int] = []
    most: list[int] = []

    def work(n: int) -> Done:
        running.append(n)
        most.append(len(running))
        threading.Event().wait(0.01)
        running.remove(n)
        return Done(n)

    order = Diary()
    for n in range(5):
        run_command(parent, partial(work, n), done=order.note)
    qtbot.waitUntil(idle)
    assert (order.lines, max(most)) == ([0, 1, 2, 3, 4], 1)


def test_only_the_newest_of_a_line_is_heard(qtbot: QtBot, parent: QWidget) -> None:
    gate = threading.Event()
    asked: list[str] = []
    diary = Diary()

    def slow(text: str) -> str:
        asked.append(text)
        gate.wait(10)
        return text

    for text in ("o", "or", "ort", "orti", "ortiz"):
        run_query(parent, partial(slow, text), done=diary.note, latest="search")
    run_query(parent, lambda: "another line", done=diary.note, latest="count")
    gate.set()
    qtbot.waitUntil(idle)
    assert sorted(diary.lines) == ["another line", "ortiz"]
    assert len(asked) < 5  # what was overtaken before it began was never asked


def test_a_slow_old_answer_does_not_replace_a_quick_new_one(qtbot: QtBot, parent: QWidget) -> None:
    old, diary = threading.Event(), Diary()
    run_query(parent, partial(_after, old, "old"), done=diary.note, latest="search")
    run_query(parent, lambda: "new", done=diary.note, latest="search")
    qtbot.waitUntil(lambda: diary.lines == ["new"])
    old.set()
    qtbot.waitUntil(idle)
    assert diary.lines == ["new"]


def _after(gate: threading.Event, value: str) -> str:
    gate.wait(10)
    return value


def test_the_initiator_hears_first_then_everyone(qtbot: QtBot, parent: QWidget) -> None:
    diary = Diary()
    hub().changed.connect(diary.changed)
    run_command(parent, lambda: Done("booked", BOOKED), done=diary.note)
    qtbot.waitUntil(idle)
    assert diary.lines == ["booked", BOOKED]
    hub().changed.disconnect(diary.changed)


def test_an_asker_that_is_gone_is_not_told_but_the_others_are(qtbot: QtBot, told: list[Message]) -> None:
    asker, gate, diary = QObject(), threading.Event(), Diary()
    hub().changed.connect(diary.changed)
    run_query(asker, partial(_after, gate, "answer"), done=diary.note)
    run_command(asker, lambda: Done(_after(gate, "value"), BOOKED), done=diary.note, said="Booked.")
    asker.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gate.set()
    qtbot.waitUntil(idle)
    assert diary.lines == [BOOKED]
    assert [message.text for message in told] == ["Booked."]
    hub().changed.disconnect(diary.changed)


def test_a_refusal_is_shown_at_the_nearest_place_for_problems(qtbot: QtBot, told: list[Message]) -> None:
    class Around(QWidget):
        def __init__(self) -> None:
            super().__init__()
            self.panel = ProblemPanel(self)

        def show_problem(self, sentence: str) -> None:
            self.panel.show_problem(sentence)

    around = Around()
    qtbot.addWidget(around)
    inner = QWidget(QWidget(around))
    run_command(inner, partial(_refuse, "Room 2 is held by Rosa Ortiz, 10:00 to 11:20."))
    qtbot.waitUntil(idle)
    assert around.panel.text() == "Room 2 is held by Rosa Ortiz, 10:00 to 11:20."
    assert told == []
    alone = QWidget()
    qtbot.addWidget(alone)
    run_query(alone, partial(_refuse, "The file is gone."), done=print)
    qtbot.waitUntil(idle)
    assert [(message.kind, message.text) for message in told] == [(Kind.PROBLEM, "The file is gone.")]


def _refuse(sentence: str) -> Any:
    raise ClinicDeskError(sentence)


def test_a_refusal_goes_to_the_one_who_wants_it(qtbot: QtBot, parent: QWidget, told: list[Message]) -> None:
    caught: list[Exception] = []

    def bad() -> Done:
        raise BadInput("This end is before its start.", "ends")

    run_command(parent, bad, failed=caught.append)
    qtbot.waitUntil(idle)
    assert [getattr(error, "field", None) for error in caught] == ["ends"]
    assert told == []


@pytest.mark.logs_allowed("clinicdesk.ui")
def test_a_fault_is_logged_without_its_words_and_reported_once(
    qtbot: QtBot, parent: QWidget, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []
    failed: list[Exception] = []
    crash.bridge().happened.connect(shown.append)

    def broken() -> Done:
        raise ValueError("Rosa Sentinel-Ortiz has no MRN")

    with caplog.at_level(logging.ERROR, "clinicdesk"):
        run_command(parent, broken, failed=failed.append)
        qtbot.waitUntil(lambda: shown == ["ValueError"])
    crash.bridge().happened.disconnect(shown.append)
    assert failed == []
    assert "broken" in caplog.text  # where it was
    assert "Sentinel" not in caplog.text  # and not what it said


@pytest.mark.logs_allowed("clinicdesk.ui")
def test_seven_faults_of_one_painting_show_one_dialog(qtbot: QtBot, qapp: QCoreApplication) -> None:
    shown: list[str] = []

    def dialog(kind: str) -> None:
        shown.append(kind)
        qapp.processEvents()  # a dialog runs an event loop of its own, in which the others arrive

    crash.bridge().happened.connect(dialog)
    for _n in range(7):
        crash.report(KeyError("x"))
    qapp.processEvents()
    crash.bridge().happened.disconnect(dialog)
    assert shown == ["KeyError"]


def test_what_was_done_can_be_undone(qtbot: QtBot, parent: QWidget) -> None:
    bar, diary = QuietBar(), Diary()
    qtbot.addWidget(bar)
    bar.show()
    hub().changed.connect(diary.changed)
    taken_back: list[Any] = []

    def undo(value: int) -> Done:
        taken_back.append((value, threading.current_thread().name))
        return Done(None, BOOKED)

    run_command(parent, lambda: Done(7, BOOKED), said=lambda value: f"Booked {value}.", undo=undo)
    qtbot.waitUntil(idle)
    assert bar.text() == "Booked 7."
    assert bar.undo_button.isVisible()
    bar.undo_button.click()
    bar.undo_button.click()
    qtbot.waitUntil(idle)
    assert taken_back == [(7, "clinicdesk-command_0")]
    assert bar.text() == "Undone."
    assert diary.lines == [BOOKED, BOOKED]
    hub().changed.disconnect(diary.changed)
    bar.clear()


def test_a_refused_undo_is_said_at_the_foot(qtbot: QtBot, parent: QWidget) -> None:
    bar = QuietBar()
    qtbot.addWidget(bar)
    bar.show()
    sentence = "Room 2 is held by Bob Stone by now."
    run_command(parent, lambda: Done(7), said="Moved.", undo=lambda _value: _refuse(sentence))
    qtbot.waitUntil(idle)
    bar.undo_button.click()
    qtbot.waitUntil(idle)
    assert bar.text() == sentence
    assert bar.dismiss_button.isVisible()
    bar.dismiss_button.click()
    assert bar.text() == ""


def test_long_work_reports_and_stops_when_asked(qtbot: QtBot, parent: QWidget) -> None:
    reports: list[tuple[int, int]] = []
    diary = Diary()

    def work(progress: Progress) -> Done:
        for n in range(10_000):
            if progress.cancelled:
                return Done(n, BOOKED)
            progress.report(n, 10_000)
            threading.Event().wait(0.002)
        return Done(10_000)

    handle = run_long(
        parent, work, progress=lambda done, total: reports.append((done, total)), done=diary.note
    )
    qtbot.waitUntil(lambda: len(reports) >= 2)
    run_command(parent, lambda: Done("meanwhile"), done=diary.note)  # nothing waits for long work
    qtbot.waitUntil(lambda: "meanwhile" in diary.lines)
    handle.cancel()
    qtbot.waitUntil(idle)
    assert 0 < diary.lines[-1] < 10_000
    assert len(reports) < 100  # ten a second, not one a step


def test_shutting_down_waits_for_commands_and_forgets_questions(qtbot: QtBot, parent: QWidget) -> None:
    gate = threading.Event()
    finished: list[str] = []
    asked: list[int] = []

    def command() -> Done:
        gate.wait(10)
        finished.append("committed")
        return Done(None)

    run_command(parent, command)
    for _n in range(3):
        run_query(parent, partial(_after, gate, ""), done=print)
    for n in range(20):
        run_query(parent, partial(asked.append, n), done=print)
    threading.Timer(0.05, gate.set).start()
    operations.shutdown()
    assert finished == ["committed"]
    assert len(asked) < 20
    assert not operations.busy()


def test_a_view_is_let_go_after_its_query(qtbot: QtBot) -> None:
    """What the worker holds of a view ends with the answer."""
    import gc
    import weakref

    class View(QWidget):
        def ask(self) -> None:
            run_query(self, lambda: 1, done=self.show_it)

        def show_it(self, _value: int) -> None:
            """Nothing to show."""

    view = View()
    view.ask()
    qtbot.waitUntil(idle)
    reference = weakref.ref(view)
    del view
    gc.collect()
    assert reference() is None
