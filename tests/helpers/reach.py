"""What the keyboard and the eye do not get to in a window."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

_CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit)
_ONE_ROW = 4
"""Pixels by which the middles of two controls in one row may differ."""


def faults_of_tab(window: QWidget) -> list[str]:
    """What Tab passes by, and where it jumps against the order on screen, in words."""
    met = visited(window)
    return [f"Tab passes {describe(each)} by" for each in controls(window) if each not in met] + [
        f"Tab goes back from {describe(before)} to {describe(after)}" for before, after in _backwards(met)
    ]


def visited(window: QWidget) -> list[QWidget]:
    """Whom Tab visits until it comes round to one that it has been at."""
    window.setFocus()
    met: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not None and now not in met:
        if now is not window:
            met.append(now)
        assert len(met) < 1000
        QTest.keyClick(now, Qt.Key.Key_Tab)
    return met


def controls(window: QWidget) -> list[QWidget]:
    """Every control of the window that a person can use now."""
    return [
        each
        for each in window.findChildren(QWidget)
        if (isinstance(each, _CONTROLS) or each.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and each.window() is window
        and each.isVisible()
        and each.isEnabled()
        and each.focusProxy() is None
        and not _is_part_of_another(each)
        and not _arrows_lead_to(each)
    ]


def _is_part_of_another(widget: QWidget) -> bool:
    holder = widget.parentWidget()
    while holder is not None:
        if isinstance(holder, _CONTROLS):
            return True
        holder = holder.parentWidget()
    return False


def _arrows_lead_to(widget: QWidget) -> bool:
    """Of buttons that exclude one another, as the places at the left, Tab stops at the chosen one."""
    return isinstance(widget, QAbstractButton) and widget.autoExclusive() and not widget.isChecked()


def _backwards(met: list[QWidget]) -> list[tuple[QWidget, QWidget]]:
    """Where Tab went up, or left in a row, within one container."""
    return [
        (before, after)
        for before, after in pairwise(met)
        if before.parentWidget() is after.parentWidget() and _stands_before(after, before)
    ]


def _stands_before(one: QWidget, other: QWidget) -> bool:
    if one.geometry().bottom() < other.geometry().top():
        return True
    return abs(one.geometry().center().y() - other.geometry().center().y()) < _ONE_ROW and one.x() < other.x()


def too_wide(window: QWidget) -> list[str]:
    """What reaches out of a scroll area to the right, where nobody can scroll."""
    found = []
    for area in window.findChildren(QScrollArea):
        content, room = area.widget(), area.viewport().width()
        if content is not None and area.isVisible() and content.width() > room:
            parts = ", ".join(describe(each) for each in _beyond(content, room))
            found.append(f"{describe(content)} is {content.width()} wide in {room}: {parts}")
    return found


def _beyond(content: QWidget, room: int) -> list[QWidget]:
    return [
        each
        for each in content.findChildren(QWidget)
        if each.isVisible() and each.mapTo(content, QPoint(each.width(), 0)).x() > room
    ]


def describe(widget: QWidget) -> str:
    """A widget as a person would name it."""
    words = widget.accessibleName() or getattr(widget, "text", lambda: "")()
    return f"{type(widget).__name__}({words!r})"
