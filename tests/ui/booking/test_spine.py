"""Picking levels on the drawing of the spine, by mouse, by keys and by typing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.levels import INTERSPACES, VERTEBRAE, LevelKind, parse_level, parse_levels, parse_range
from clinicdesk.ui.case.anatomy import spine
from clinicdesk.ui.case.boxes import LevelsField
from clinicdesk.ui.case.spine import SpinePicker
from clinicdesk.ui.theme import SchemeChoice, theme

CEMENT = parse_range("T5-L5").of(LevelKind.VERTEBRAE)


@pytest.fixture
def picker(qtbot: QtBot) -> SpinePicker:
    theme().start()
    made = SpinePicker()
    made.offer(LevelKind.VERTEBRAE, CEMENT)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def click(picker: SpinePicker, level: str) -> None:
    row = picker.row_of(parse_level(level))
    QTest.mouseClick(
        picker, Qt.MouseButton.LeftButton, pos=QPoint(picker.width() // 2, int(row.center().y()))
    )


def test_a_click_takes_a_vertebra_and_another_gives_it_back(picker: SpinePicker) -> None:
    click(picker, "L1")
    click(picker, "T12")
    assert picker.levels() == parse_levels("T12, L1")
    assert picker.accessibleName() == "T12, L1 selected"
    click(picker, "L1")
    assert picker.levels() == parse_levels("T12")


def test_what_is_not_offered_cannot_be_taken(picker: SpinePicker) -> None:
    for level in ("C1", "T4", "S1"):
        click(picker, level)
    assert picker.levels() == ()
    assert picker.accessibleName() == "Spine: no level selected"


def test_up_down_and_space(picker: SpinePicker) -> None:
    picker.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (
        Qt.Key.Key_End,
        Qt.Key.Key_Up,
        Qt.Key.Key_Space,
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
        Qt.Key.Key_Space,
    ):
        QTest.keyClick(picker, key)
    assert picker.levels() == parse_levels("L4, L5")
    assert picker.accessibleDescription() == "L5 selected"
    QTest.keyClick(picker, Qt.Key.Key_Home)
    assert picker.accessibleDescription() == "T5 not selected"


def test_typing_and_drawing_are_one(qtbot: QtBot, picker: SpinePicker) -> None:
    field = LevelsField(picker)
    qtbot.addWidget(field)
    QTest.keyClicks(field.line, "l1 t12")
    assert picker.levels() == parse_levels("T12 L1")
    click(picker, "L2")
    assert field.line.text() == "T12, L1, L2"
    field.line.clear()
    QTest.keyClicks(field.line, "L1, C3")
    assert field.problem() == "C3 is not offered for this procedure."
    assert picker.levels() == parse_levels("L1")
    field.line.clear()
    QTest.keyClicks(field.line, "L7")
    assert field.problem() == "There is no L7. Lumbar levels are L1 to L5."


def test_discs_for_a_procedure_between_vertebrae(picker: SpinePicker) -> None:
    click(picker, "L1")
    picker.offer(LevelKind.INTERSPACES, parse_range("L1-S1").of(LevelKind.INTERSPACES))
    assert picker.levels() == ()
    click(picker, "L4-L5")
    click(picker, "L5-S1")
    assert picker.accessibleName() == "L4-L5, L5-S1 selected"


@pytest.mark.parametrize("kind", [LevelKind.VERTEBRAE, LevelKind.INTERSPACES])
def test_every_level_has_a_strip_of_its_own_from_the_skull_down(kind: LevelKind) -> None:
    area = QRectF(0, 0, 70, 480)
    every = VERTEBRAE if kind is LevelKind.VERTEBRAE else INTERSPACES
    parts = [part for part in spine(area, kind, every) if part.level.kind is kind]
    rows = [part.row for part in parts]
    assert rows[0].top() == 0
    assert rows[-1].bottom() == 480
    assert all(abs(a.bottom() - b.top()) < 0.01 for a, b in pairwise(rows))
    assert all(row.height() > 8 for row in rows)
    for part in parts:
        assert part.row.contains(part.center)
        assert area.adjusted(-1, -1, 1, 1).contains(part.body.boundingRect())


def test_it_is_painted_in_both_schemes_without_a_word_in_the_log(picker: SpinePicker) -> None:
    click(picker, "L1")
    seen = set()
    for choice in (SchemeChoice.LIGHT, SchemeChoice.DARK):
        theme().set_choice(choice)
        image = picker.grab().toImage()
        middle = picker.row_of(parse_level("L1")).center().toPoint()
        seen.add(image.pixelColor(2, middle.y()).name())
    theme().set_choice(SchemeChoice.SYSTEM)
    assert len(seen) == 2
