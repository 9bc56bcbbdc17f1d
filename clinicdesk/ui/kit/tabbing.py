"""Tab goes through a window as the eye does: down the rows, left to right in each, and round again.

Qt's own chain follows the order in which widgets were made, and a container that hands its focus to its first field
catches Tab for ever. Here the order is taken from where things stand, at the moment of the key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton, QScrollArea, QWidget

if TYPE_CHECKING:
    _Base = QWidget
else:

    class _Base:
        """At run time the widget comes from the window's other base."""


class Tabbing(_Base):
    """Mixed into a window, before its other base."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Put the keyboard on the next control (the one before where not ``forward``); False where there is none.

        Qt asks here, too, when what has the keyboard is hidden, disabled or about to be destroyed. Then nothing may be
        walked through, and Qt decides.
        """
        if not _by_key(self):
            return super().focusNextPrevChild(forward)
        stops = tab_stops(self)
        if not stops:
            return False
        _focus(stops[_next(self, stops, forward)], forward)
        return True


def _by_key(window: QWidget) -> bool:
    if not window.isVisible():
        return False
    now = window.focusWidget()
    return now is None or (now.isVisible() and now.isEnabled())


def tab_stops(holder: QWidget) -> list[QWidget]:
    """Every control inside ``holder`` that takes the keyboard now, in the order on screen."""
    return list(_stops(holder))


def _stops(holder: QWidget) -> Iterator[QWidget]:
    for child in _in_reading_order(holder):
        if _takes_keyboard(child):
            yield child
        yield from _stops(child)


def _takes_keyboard(widget: QWidget) -> bool:
    if not widget.isEnabled() or widget.focusProxy() is not None:
        return False  # what hands its focus on is not a stop: the field that gets it is
    if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return False
    return not (isinstance(widget, QRadioButton) and _another_is_chosen(widget))


def _another_is_chosen(radio: QRadioButton) -> bool:
    """Of radio buttons that exclude one another the arrow keys reach the others."""
    group = radio.group()
    chosen = None if group is None else group.checkedButton()
    return chosen is not None and chosen is not radio


def _in_reading_order(holder: QWidget) -> list[QWidget]:
    shown = [
        child
        for child in holder.children()
        if isinstance(child, QWidget) and not child.isWindow() and child.isVisible()
    ]
    shown.sort(key=lambda child: child.y())
    ordered: list[QWidget] = []
    row: list[QWidget] = []
    for child in shown:
        if row and not _stand_side_by_side(row[0], child):
            ordered += sorted(row, key=lambda each: each.x())
            row = []
        row.append(child)
    return ordered + sorted(row, key=lambda each: each.x())


def _stand_side_by_side(first: QWidget, second: QWidget) -> bool:
    """Whether the eye takes both for one row: they share at least half the height of the lower one."""
    top, end = max(first.y(), second.y()), min(first.geometry().bottom(), second.geometry().bottom())
    return 2 * (end - top) >= min(first.height(), second.height()) - 1


def _next(window: QWidget, stops: list[QWidget], forward: bool) -> int:
    now: QWidget | None = window.focusWidget()
    while now is not None and now is not window and now not in stops:
        now = now.parentWidget()  # inside a control, or in something that is no stop
    if now is None or now is window:
        return 0 if forward else -1
    return (stops.index(now) + (1 if forward else -1)) % len(stops)


def _focus(stop: QWidget, forward: bool) -> None:
    stop.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    holder = stop.parentWidget()
    while holder is not None:
        if isinstance(holder, QScrollArea):
            holder.ensureWidgetVisible(stop, 0, stop.fontMetrics().height())
        holder = holder.parentWidget()


__all__ = ["Tabbing", "tab_stops"]
