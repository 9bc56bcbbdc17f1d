"""A list that is told of changes keeps its place: what is chosen, what has the keyboard, what stands under the mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from random import Random
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.errors import ServerUnreachable
from clinicdesk.ui import operations
from clinicdesk.ui.frame.listing import Groups, ListView
from clinicdesk.ui.kit import EmptyState, TableColumn
from clinicdesk.ui.kit.rows import RowsModel
from clinicdesk.ui.kit.steady import STEADY_AFTER
from clinicdesk.ui.theme import theme

CHANGES = 1_000
MANY = 60


@dataclass(frozen=True)
class Line:
    """Somebody in a list."""

    id: int
    name: str
    late: bool = False


COLUMNS: tuple[TableColumn[Line], ...] = (TableColumn(heading="Name", text=attrgetter("name")),)
PEOPLE = tuple(Line(number, f"Person {number}") for number in range(MANY))

distinct = st.lists(st.integers(0, 12), unique=True)


@given(before=distinct, after=distinct, seed=st.integers(0, 5))
def test_the_model_becomes_what_it_is_given_and_every_row_keeps_its_index(
    before: list[int], after: list[int], seed: int
) -> None:
    model: RowsModel[Line] = RowsModel(COLUMNS, key=attrgetter("id"))
    model.replace([Line(one, "before") for one in before], complete=True)
    followed = {one: QPersistentModelIndex(model.index(n, 0)) for n, one in enumerate(before)}
    moves = Random(seed)
    wanted = [Line(one, moves.choice(("before", "after"))) for one in after]
    cells: list[int] = []
    model.dataChanged.connect(lambda first, last: cells.extend(range(first.row(), last.row() + 1)))
    model.replace(wanted, complete=True)
    assert model.rows == wanted
    assert model.rowCount() == len(wanted)
    for one, index in followed.items():
        assert (index.row() if index.isValid() else None) == (after.index(one) if one in after else None)
    assert cells == [n for n, line in enumerate(wanted) if line.id in before and line.name == "after"]


def test_two_rows_of_one_key_are_shown_all_the_same() -> None:
    model: RowsModel[Line] = RowsModel(COLUMNS, key=attrgetter("id"))
    twice = [Line(1, "Ann"), Line(1, "Bo")]
    model.replace(twice, complete=True)
    model.replace(twice, complete=True)
    assert model.rows == twice
    model.replace(PEOPLE, complete=True)
    assert model.rows == list(PEOPLE)
    assert model.rowCount(QModelIndex()) == MANY


class Room:
    """A list in a window, and what it reads."""

    def __init__(self, qtbot: QtBot, *, opens_chosen: bool = False) -> None:
        theme().start()
        self.qtbot = qtbot
        self.lines: tuple[Line, ...] = PEOPLE
        self.readings = 0
        self.gate: Event | None = None
        self.fault: Exception | None = None
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.list: ListView[Line, Line] = ListView(
            self.window,
            name="People",
            columns=COLUMNS,
            key=attrgetter("id"),
            read=self.read,
            rows=tuple,
            groups=Groups("Which", (True, False), attrgetter("late"), lambda late, n: f"{late} {n}"),
            empty=EmptyState("people", "Nobody."),
            opens_chosen=opens_chosen,
        )
        self.list.resize(400, 400)
        self.window.resize(420, 420)
        self.chosen: list[int | None] = []
        self.list.chosen.connect(lambda line: self.chosen.append(None if line is None else line.id))
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.load()

    def read(self) -> Sequence[Line]:
        self.readings += 1
        if self.gate is not None:
            assert self.gate.wait(5)
        if self.fault is not None:
            raise self.fault
        return self.lines

    def load(self) -> None:
        self.list.load()
        self.qtbot.waitUntil(lambda: not operations.busy())

    def in_sight(self) -> list[int]:
        """Who stands where, from the top of the list."""
        table = self.list.table
        rows = (table.rowAt(y) for y in range(0, table.viewport().height(), 8))
        return [table.rows()[row].id for row in rows if row >= 0]

    def click(self, number: int) -> None:
        table = self.list.table
        at = QPoint(10, table.rowViewportPosition(number) + 4)
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    yield Room(qtbot)
    operations.shutdown()


def _renamed(lines: tuple[Line, ...], number: int) -> tuple[Line, ...]:
    at = number % len(lines)
    return (*lines[:at], replace(lines[at], name=f"Change {number}"), *lines[at + 1 :])


def _in_front(lines: tuple[Line, ...], number: int) -> tuple[Line, ...]:
    return (Line(MANY + number, "New"), *PEOPLE)


@pytest.mark.parametrize("change", [_renamed, _in_front], ids=["cells", "rows above"])
def test_a_thousand_changes_do_not_scroll_a_list(
    room: Room, change: Callable[[tuple[Line, ...], int], tuple[Line, ...]]
) -> None:
    table = room.list.table
    table.choose_number(30)
    table.setFocus()
    bar = table.verticalScrollBar()
    bar.setValue(table.rowViewportPosition(28) + bar.value() + 7)
    before, said, lines = room.in_sight(), list(room.chosen), room.lines
    for number in range(CHANGES):
        lines = change(lines, number)
        table.set_rows(lines)
        assert room.in_sight() == before
    row = table.row()
    assert row is not None
    assert row.id == 30
    assert room.chosen == said
    assert table.hasFocus()


def test_a_list_that_shows_its_top_shows_who_comes_first(room: Room) -> None:
    room.lines = (Line(99, "Emergency"), *PEOPLE)
    room.load()
    assert room.in_sight()[0] == 99


def test_where_rows_move_by_themselves_a_press_waits_a_moment(room: Room, qtbot: QtBot) -> None:
    room.lines = (Line(99, "Emergency"), *PEOPLE)
    room.load()
    room.chosen.clear()
    room.click(3)
    assert room.chosen == []
    qtbot.wait(STEADY_AFTER + 50)
    room.click(3)
    assert room.chosen == [2]


def test_where_only_cells_change_a_press_is_taken(room: Room) -> None:
    room.lines = _renamed(PEOPLE, 2)
    room.load()
    room.click(3)
    assert room.chosen[-1] == 3


def test_what_is_told_in_one_turn_is_read_once(room: Room) -> None:
    before = room.readings
    for _turn in range(3):
        room.list.load()
    room.load()
    assert room.readings == before + 1


def test_a_change_that_comes_while_it_is_read_is_read_too(room: Room, qtbot: QtBot) -> None:
    room.gate = Event()
    room.list.load()
    qtbot.wait(1)
    room.lines = PEOPLE[:5]
    room.list.load()
    room.gate.set()
    qtbot.waitUntil(lambda: not operations.busy())
    assert len(room.list.rows()) == 5


@pytest.mark.parametrize(("opens", "then"), [(False, 8), (True, None)], ids=["only marks", "opens"])
def test_who_is_gone_gives_the_choice_on_where_that_opens_nothing(
    qtbot: QtBot, opens: bool, then: int | None
) -> None:
    room = Room(qtbot, opens_chosen=opens)
    room.list.table.choose_number(7)
    room.lines = (*PEOPLE[:7], *PEOPLE[8:])
    room.load()
    assert room.chosen[-1] == then
    operations.shutdown()


def test_who_is_wanted_is_chosen_once_there_unless_another_is_chosen_first(room: Room) -> None:
    assert not room.list.choose_key(99)
    room.lines = (*PEOPLE, Line(99, "Late comer"))
    room.load()
    assert room.chosen[-1] == 99
    room.list.choose_key(100)
    room.click(1)
    room.lines = (*room.lines, Line(100, "Later comer"))
    room.load()
    assert room.chosen[-1] == 1


def test_what_cannot_be_read_leaves_what_is_there(room: Room) -> None:
    told: list[str] = []
    room.list.unread.connect(told.append)
    room.fault = ServerUnreachable("since 9:00")
    room.load()
    assert [line.id for line in room.list.rows()] == [line.id for line in PEOPLE]
    assert told[-1]
    room.fault = None
    room.load()
    assert told[-1] == ""


def test_an_answer_for_another_day_is_not_shown(room: Room, qtbot: QtBot) -> None:
    room.gate = Event()
    room.list.load()
    qtbot.wait(1)
    room.list.turn_to("tomorrow", lambda: PEOPLE[:2])
    room.gate.set()
    qtbot.waitUntil(lambda: not operations.busy())
    assert len(room.list.rows()) == 2
