"""Several of a few: a row of segments of which any number holds."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.ui.kit.choices import Options, SegmentedRow


class ManyRow(SegmentedRow):
    """A row of choices of which any number holds. Left and Right move, a click, Space or the first letter toggles."""

    def __init__(self, name: str, options: Options, parent: QWidget | None = None) -> None:
        self._held: set[int] = set()
        super().__init__(name, options, parent)
        self._describe()

    def values(self) -> frozenset[Any]:
        """The values chosen."""
        return frozenset(self._options[index][0] for index in self._held)

    def set_values(self, values: frozenset[Any]) -> None:
        """Choose these and no others."""
        self._hold({index for index, (value, _words) in enumerate(self._options) if value in values})

    def words_for(self, value: object) -> str:
        held = frozenset(value) if isinstance(value, tuple | list | frozenset) else frozenset()
        return ", ".join(words for one, words in self._options if one in held)

    def set_options(self, options: Options) -> None:
        """Offer these instead; choices still offered are kept."""
        kept = self.values()
        self._held = set()
        self._options = list(options)
        self._cursor = 0
        self.set_values(kept)
        self.updateGeometry()
        self.update()

    def holds(self, index: int) -> bool:
        return index in self._held

    def _hold(self, held: set[int]) -> None:
        if held == self._held:
            return
        self._held = held
        self._describe()
        self.update()
        self.changed.emit()

    def _describe(self) -> None:
        words = ", ".join(self._options[index][1] for index in sorted(self._held))
        self.setAccessibleDescription(words or self.words_for_nothing())

    def _press(self, index: int) -> None:
        self._cursor = index
        self._hold(self._held ^ {index})

    def _choose(self, index: int | None) -> None:
        """One alone: what the keys of a row with one choice would do is only to move here."""
        if index is not None:
            self._cursor = index
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        by = steps.get(Qt.Key(event.key()))
        if by is not None and self._options:
            self._choose(max(0, min(len(self._options) - 1, self._cursor + by)))
        else:
            super().keyPressEvent(event)

    def _by_letter(self, typed: str) -> bool:
        """Toggle the next option that starts with the letter typed."""
        if len(typed) != 1 or not typed.isalnum():
            return False
        places = [(self._cursor + step) % len(self._options) for step in range(len(self._options))]
        for index in places:
            if self._options[index][1].lower().startswith(typed.lower()):
                self._press(index)
                self._cursor = (index + 1) % len(self._options)
                return True
        return False
