"""Printing a day: one list of everyone, or a list a room or surgeon, from wherever a day is shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from clinicdesk.domain.papers import DayListBy
from clinicdesk.i18n import _
from clinicdesk.ui.frame.place import Command, Shell
from clinicdesk.ui.frame.targets import DayList


class DayListActions(QObject):
    """The three ways as actions of a menu; `asked` carries the `DayListBy`."""

    asked = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.actions: list[QAction] = []
        for by in DayListBy:
            action = QAction(by.label, self)
            action.triggered.connect(partial(self._ask, by))
            self.actions.append(action)

    def _ask(self, by: DayListBy, _checked: bool = False) -> None:
        self.asked.emit(by)


def day_list_commands() -> Sequence[Command]:
    """The same by name in Find, for the day that Today shows."""
    words = {
        DayListBy.EVERYTHING: _("Print the day list"),
        DayListBy.ROOM: _("Print the day: a list a room"),
        DayListBy.SURGEON: _("Print the day: a list a surgeon"),
    }
    return [Command(title=words[by], run=partial(_print, by), icon="print") for by in DayListBy]


def _print(by: DayListBy, shell: Shell) -> None:
    shell.go(DayList(by=by))
