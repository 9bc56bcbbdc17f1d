"""The keys of the window, and the list of them that F1 shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.frame.place import Shell
from clinicdesk.ui.frame.targets import NewBooking, PlaceTarget
from clinicdesk.ui.kit.dialogs import Dialog
from clinicdesk.ui.kit.labels import PlainLabel, StrongLabel
from clinicdesk.ui.kit.layout import Grid
from clinicdesk.ui.theme import SCALES, Gap, theme


class Window(Shell, Protocol):
    """What the keys need of the window."""

    def back(self) -> None:
        """Return to where the person was before."""

    def forward(self) -> None:
        """Undo `back`."""

    def undo(self) -> None:
        """Take back what was done last."""

    def show_shortcuts(self) -> None:
        """List the keys."""

    def ask_lock(self) -> None:
        """Ask for the window to be locked."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys and what they do."""

    keys: str
    does: str


def install_keys(
    holder: QWidget, window: Window, places: Sequence[PlaceTarget], *, can_book: bool
) -> list[Shortcut]:
    """Give `holder` (the window as a widget) its keys; returns the list of them."""
    listed: list[Shortcut] = []
    named: list[tuple[str, str, Callable[[], None]]] = [
        ("Ctrl+K", _("Find a patient, a booking or a command"), window.open_find),
        ("Ctrl+B", _("Book"), partial(window.open, NewBooking())),
        ("Ctrl+Z", _("Undo what was done last"), window.undo),
        ("Alt+Left", _("Back to where you were"), window.back),
        ("Alt+Right", _("Forward again"), window.forward),
        ("Ctrl+L", _("Lock"), window.ask_lock),
        ("F1", _("This list"), window.show_shortcuts),
    ]
    for keys, does, run in named:
        if can_book or keys != "Ctrl+B":
            listed.append(Shortcut(keys, does))
            _Key(keys, run, holder)
    for number, place in enumerate(places[:9], start=1):
        _Key(f"Ctrl+{number}", partial(window.go, place), holder)
    for keys, by in (("Ctrl++", 1), ("Ctrl+=", 1), ("Ctrl+-", -1), ("Ctrl+0", 0)):
        _Key(keys, partial(zoom, by), holder)
    listed.append(Shortcut(_("Ctrl+1 to Ctrl+{last}").format(last=min(9, len(places))), _("Go to a place")))
    listed.append(Shortcut("Ctrl++, Ctrl+-, Ctrl+0", _("Larger, smaller, usual size")))
    listed.append(Shortcut("Esc", _("Close the panel at the right")))
    return listed


class _Key(QAction):
    """One key of the window. Qt hands a `checked` flag to whatever a trigger calls; this swallows it."""

    def __init__(self, keys: str, run: Callable[[], None], holder: QWidget) -> None:
        super().__init__(holder)
        self._run = run
        self.setShortcut(QKeySequence(keys))
        self.triggered.connect(self._pressed)
        holder.addAction(self)

    def _pressed(self) -> None:
        self._run()


def zoom(by: int) -> None:
    """One step larger (1), smaller (-1), or back to 100 per cent (0)."""
    if by == 0:
        theme().set_scale(100)
        return
    larger = [scale for scale in SCALES if (scale > theme().scale if by > 0 else scale < theme().scale)]
    if larger:
        theme().set_scale(larger[0] if by > 0 else larger[-1])


class ShortcutList(Dialog):
    """The keys, in two columns."""

    def __init__(self, shortcuts: Sequence[Shortcut], parent: QWidget) -> None:
        super().__init__(_("Shortcuts"), parent)
        grid = Grid(gap=Gap.XL, down=Gap.S)
        for row, shortcut in enumerate(shortcuts):
            grid.addWidget(StrongLabel(shortcut.keys, self), row, 0)
            grid.addWidget(PlainLabel(shortcut.does, self), row, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.add_one_button(_("Close"))
