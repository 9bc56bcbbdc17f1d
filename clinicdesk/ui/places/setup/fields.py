"""Fields that only Set up needs: ticks, and rows of fields that are added and removed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit import CheckField, Column, IconButton, QuietButton, Row
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.theme import Gap

_AS_WIDE_AS_CAN_BE = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
_AS_WIDE_AS_CAN_BE.setHeightForWidth(True)


class ChecksField(QWidget):
    """Any number of several things, ticked; `value()` keeps the order they are offered in."""

    changed = Signal()

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[object, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(_AS_WIDE_AS_CAN_BE)
        row = Flow(self, gap=Gap.L, down=Gap.NONE)
        self._boxes: list[tuple[object, CheckField]] = []
        for value, words in options:
            box = CheckField(name, words, self)
            box.changed.connect(self.changed)
            row.addWidget(box)
            self._boxes.append((value, box))
        if self._boxes:
            self.setFocusProxy(self._boxes[0][1])

    def value(self) -> tuple[Any, ...]:
        """What is ticked."""
        return tuple(value for value, box in self._boxes if box.value())

    def set_value(self, value: Sequence[object]) -> None:
        """Tick these and no others."""
        for one, box in self._boxes:
            box.set_value(one in value)

    def box(self, value: object) -> CheckField:
        """The box of one option."""
        return next(box for one, box in self._boxes if one == value)


class _Line(Protocol):
    def value(self) -> Any: ...
    def set_value(self, value: Any) -> None: ...


class RowsField(QWidget):
    """Rows of fields under one another; each can be removed, new ones are added at the end.

    Subclasses make one row (`new_line`), a widget with `value`, `set_value` and a `changed` signal.
    """

    changed = Signal()

    def __init__(self, name: str, add_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(_AS_WIDE_AS_CAN_BE)
        self._name = name
        column = Column(self, gap=Gap.XS)
        self._column = Column(gap=Gap.S)
        column.addLayout(self._column)
        self.add_button = QuietButton(add_words, self, icon="add")
        self.add_button.clicked.connect(self._add_empty)
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines: list[tuple[QWidget, QWidget]] = []

    @abstractmethod
    def new_line(self) -> QWidget:
        """An empty row."""

    def value(self) -> tuple[Any, ...]:
        """What the rows hold, from the top. Raises what a row raises."""
        return tuple(cast("_Line", line).value() for line, _holder in self._lines)

    def set_value(self, value: Sequence[object]) -> None:
        """Show these rows."""
        while len(self._lines) > len(value):
            self._drop(*self._lines[-1])
        while len(self._lines) < len(value):
            self._add()
        for (line, _holder), one in zip(self._lines, value, strict=True):
            cast("_Line", line).set_value(one)

    def lines(self) -> list[QWidget]:
        """The rows, from the top."""
        return [line for line, _holder in self._lines]

    def _add(self) -> QWidget:
        line = self.new_line()
        holder = QWidget(self)
        row = Row(holder, gap=Gap.S)
        row.addWidget(line, 1)
        remove = IconButton("remove", _("Remove this row of {name}").format(name=self._name), holder)
        remove.clicked.connect(self._remove_asked)
        row.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        cast("Any", line).changed.connect(self.changed)
        self._column.addWidget(holder)
        self._lines.append((line, holder))
        return line

    def _add_empty(self) -> None:
        self._add().setFocus()
        self.changed.emit()

    def _remove_asked(self) -> None:
        asked = self.sender()
        for line, holder in self._lines:
            if asked is not None and asked.parent() is holder:
                self._drop(line, holder)
                self.changed.emit()
                return

    def _drop(self, line: QWidget, holder: QWidget) -> None:
        self._lines.remove((line, holder))
        self._column.removeWidget(holder)
        holder.hide()
        holder.deleteLater()
