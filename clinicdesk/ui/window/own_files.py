"""Whether the files of the program itself have changed under an open window: an update was installed meanwhile.

What is imported late would then come from the new files and not fit what runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

import clinicdesk
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.operations.hub import hub

_KINDS: Final = frozenset({".py", ".mo", ".toml", ".ttf", ".sql"})

_AFTER_START: Final = 3_000
"""Milliseconds that belong to the first window."""

Marks = frozenset[tuple[str, int, int]]
"""Path, time of the last change and size of every file."""


def own_folder() -> Path:
    """Where the program's package lies."""
    return Path(clinicdesk.__file__).parent


def marks_of(folder: Path) -> Marks:
    """How the program's files stand now; a few milliseconds of looking, so not on the window's thread."""
    return frozenset(_marks(folder))


def _marks(folder: Path) -> Iterator[tuple[str, int, int]]:
    paths = [path for path in folder.rglob("*") if path.suffix in _KINDS]
    if getattr(sys, "frozen", False):
        paths.append(Path(sys.executable))
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            continue  # an update is replacing it; the next look finds what became of it
        yield str(path), found.st_mtime_ns, found.st_size


class OwnFiles(QObject):
    """Looks a moment after the start and then each minute; says once that they have changed."""

    changed = Signal()

    def __init__(self, parent: QObject, folder: Path | None = None) -> None:
        super().__init__(parent)
        self._folder = folder or own_folder()
        self._begun_with: Marks | None = None
        self.have_changed = False
        hub().minute.connect(self.look)
        QTimer.singleShot(_AFTER_START, self, self.look)

    def look(self) -> None:
        """Compare the files with what they were at the start."""
        if not self.have_changed:
            run_query(self, partial(marks_of, self._folder), done=self._compare, latest="files")

    def _compare(self, marks: Marks) -> None:
        if self._begun_with is None:
            self._begun_with = marks
        elif marks != self._begun_with and not self.have_changed:
            self.have_changed = True
            self.changed.emit()
