"""Fields that only Set up needs: ticks, and rows of fields that are added and removed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol, cast, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.frame.typed import Plain, ways_of, words_for
from clinicdesk.ui.kit import CheckField, Column, ComboField, IconButton, QuietButton, Row, SegmentedRow
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.theme import Gap

_AS_WIDE_AS_CAN_BE = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
_AS_WIDE_AS_CAN_BE.setHeightForWidth(True)


@runtime_checkable
class InRows(Protocol):
    """A field made of several: kept as a plain value, letter by letter, and put back."""

    changed: Any
    """Its signal."""

    @abstractmethod
    def plain(self) -> Plain:
        """What stands in it, as JSON holds it."""

    @abstractmethod
    def set_plain(self, value: Plain) -> None:
        """Show what `plain` gave."""

    @abstractmethod
    def plain_words(self, value: Plain) -> str:
        """What `plain` gave, as a person reads it."""


def inner_fields(widget: QWidget) -> list[QWidget]:
    """The fields of the kit inside ``widget``, in order."""
    kinds = (QLineEdit, QPlainTextEdit, ComboField, SegmentedRow, CheckField)
    return [each for each in widget.findChildren(QWidget) if isinstance(each, kinds)]


def plain_inside(widget: QWidget) -> list[Plain]:
    """What stands in the fields inside ``widget``."""
    return [ways_of(each)[0]() for each in inner_fields(widget)]


def put_inside(widget: QWidget, values: Sequence[Plain]) -> None:
    """Put these into the fields inside ``widget``."""
    for each, value in zip(inner_fields(widget), values, strict=False):
        read, write = ways_of(each)
        if read() != value:
            write(value)


def words_inside(widget: QWidget, values: Sequence[Plain]) -> str:
    """How these would read in the fields inside ``widget``."""
    words = (words_for(each)(value) for each, value in zip(inner_fields(widget), values, strict=False))
    return " ".join(word for word in words if word)


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

    def words_for(self, value: Sequence[object] | None) -> str:
        """How ticks read."""
        return ", ".join(box.text().replace("&&", "&") for one, box in self._boxes if one in (value or ()))

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
        self._given: dict[str, object] = {}
        self._names: dict[QWidget, str] = {}

    @abstractmethod
    def new_line(self) -> QWidget:
        """An empty row."""

    def name_of(self, value: Any) -> str:
        """What makes a row the same after it was changed; empty where nothing but its fields does."""
        del value
        return ""

    def value(self) -> tuple[Any, ...]:
        """What the rows hold, from the top. Raises what a row raises."""
        return tuple(cast("_Line", line).value() for line, _holder in self._lines)

    def plain(self) -> Plain:
        """Each row's name, and what stands in its fields."""
        return [[self._names.get(line, ""), *plain_inside(line)] for line in self.lines()]

    def set_plain(self, value: Plain) -> None:
        """Show what `plain` gave; a row that stands in the record is the same row again."""
        while self._lines:
            self._drop(*self._lines[-1])
        for name, *values in value:
            line = self._add()
            if name in self._given:
                cast("_Line", line).set_value(self._given[name])
                self._names[line] = name
            put_inside(line, values)
        self.changed.emit()

    def plain_words(self, value: Plain) -> str:
        """What `plain` gave, row by row."""
        pattern = self.lines()[0] if self._lines else self.new_line()
        words = "; ".join(words_inside(pattern, values) for _name, *values in value)
        if not self._lines:
            pattern.deleteLater()
        return words

    def clear(self) -> None:
        """Take every row away, as a person does."""
        while self._lines:
            self._drop(*self._lines[-1])
        self.changed.emit()

    def set_value(self, value: Sequence[object]) -> None:
        """Show these rows."""
        names = [self.name_of(one) for one in value]
        self._given = {name: one for name, one in zip(names, value, strict=True) if name}
        while len(self._lines) > len(value):
            self._drop(*self._lines[-1])
        while len(self._lines) < len(value):
            self._add()
        for (line, _holder), one, name in zip(self._lines, value, names, strict=True):
            cast("_Line", line).set_value(one)
            self._names[line] = name

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
        self._names.pop(line, None)
        self._column.removeWidget(holder)
        holder.hide()
        holder.deleteLater()
