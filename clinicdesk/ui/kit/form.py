"""A form: label, field and the sentence about what is wrong, aligned on the grid."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Column, Grid, Row
from clinicdesk.ui.theme import Gap, Size, theme


@runtime_checkable
class _CanBeWrong(Protocol):
    def set_wrong(self, wrong: bool) -> None: ...


@runtime_checkable
class _SaysProblem(Protocol):
    def problem(self) -> str | None: ...


def _across(cell: QWidget, field: QWidget, beside: QWidget | None) -> QWidget:
    """A field with what stands beside it; that goes under the field where there is no room."""
    holder = QWidget(cell)
    widens = field.sizePolicy().horizontalPolicy() in (
        QSizePolicy.Policy.Expanding,
        QSizePolicy.Policy.Ignored,
    )
    if widens or beside is None:
        row = Row(holder, gap=Gap.S)
        row.addWidget(field, 1 if widens else 0)
        if beside is not None:
            row.addWidget(beside)
        row.addStretch(0 if widens else 1)  # a field at its greatest width stays at the left
    else:
        Flow(holder).add(field, beside)
    return holder


class FormGrid(QWidget):
    """Labels in one column, fields in the other, the problem of a field under it.

    `add("phone", _("Phone"), LineField(...))`; later `set_problem("phone", sentence)` (or with the field
    itself) and `clear_problems()`. `show_error(BadInput)` puts a service's refusal at its own field.
    """

    def __init__(self, parent: QWidget | None = None, *, label_width: int = Size.LABEL_COLUMN) -> None:
        super().__init__(parent)
        self._label_width = label_width
        self._grid = Grid(self, gap=Gap.M, down=Gap.S)
        self._grid.setColumnStretch(1, 1)
        self._fields: dict[str, QWidget] = {}
        self._problems: dict[str, PlainLabel] = {}
        self._labels: dict[str, PlainLabel] = {}
        self._words: dict[str, str] = {}
        self._cells: dict[str, QWidget] = {}
        theme().changed.connect(self._resize)
        self._resize()

    def add(
        self,
        key: str,
        label: str,
        field: QWidget,
        *,
        beside: QWidget | None = None,
        required: bool = False,
        help_text: str = "",
    ) -> QWidget:
        """Add a row; `beside` stands to the right of the field. Returns `field`."""
        row = self._grid.rowCount()
        name = PlainLabel(_("{label} *").format(label=label) if required else label, self)
        name.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(label)
        cell = QWidget(self)
        down = Column(cell, gap=Gap.XS)
        down.addWidget(_across(cell, field, beside))
        problem = PlainLabel("", cell, wrap=True)
        problem.set_tone("problem")
        problem.hide()
        if help_text:
            hint = PlainLabel(help_text, cell, wrap=True)
            hint.set_tone("muted")
            down.addWidget(hint)
        down.addWidget(problem)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(cell, row, 1, Qt.AlignmentFlag.AlignTop)
        self._fields[key], self._problems[key] = field, problem
        self._labels[key], self._cells[key], self._words[key] = name, cell, label
        self._resize()
        return field

    def add_wide(self, widget: QWidget) -> None:
        """Add something over both columns: a heading, a note, a row of buttons."""
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)

    def field(self, key: str) -> QWidget:
        """The field added under `key`."""
        return self._fields[key]

    def keys(self) -> tuple[str, ...]:
        """The keys of all fields, from the top."""
        return tuple(self._fields)

    def label_of(self, key: str) -> str:
        """The words beside the field added under `key`; its name where there are none."""
        return self._words[key] or self._fields[key].accessibleName()

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide a whole row."""
        self._labels[key].setVisible(shown)
        self._cells[key].setVisible(shown)

    def set_problem(self, field: str | QWidget, sentence: str | None) -> None:
        """Say what is wrong with a field under it; None takes it back."""
        key = self._key(field)
        label, widget = self._problems[key], self._fields[key]
        label.setText(sentence or "")
        label.setVisible(bool(sentence))
        widget.setAccessibleDescription(sentence or "")
        if isinstance(widget, _CanBeWrong):
            widget.set_wrong(bool(sentence))

    def problems(self) -> dict[str, str]:
        """The sentences that are shown, by key."""
        return {key: label.text() for key, label in self._problems.items() if label.text()}

    def clear_problems(self) -> None:
        """Take back every sentence."""
        for key in self._fields:
            self.set_problem(key, None)

    def check(self) -> bool:
        """Show what each field says about itself (`field.problem()`); True if none complains.

        The first field that complains gets the keyboard.
        """
        first: QWidget | None = None
        for key, field in self._fields.items():
            sentence = field.problem() if isinstance(field, _SaysProblem) else None
            self.set_problem(key, sentence)
            if sentence and first is None:
                first = field
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        return first is None

    def show_error(self, error: ClinicDeskError) -> bool:
        """Put a refusal that names one of our fields (`BadInput.field`) under it; False if it names none."""
        key = error.field if isinstance(error, BadInput) else None
        if key is None or key not in self._fields:
            return False
        self.set_problem(key, error.sentence)
        self._fields[key].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _key(self, field: str | QWidget) -> str:
        if isinstance(field, str):
            return field
        return next(key for key, widget in self._fields.items() if widget is field)

    def _resize(self) -> None:
        self._grid.setColumnMinimumWidth(0, theme().px(self._label_width))
        for label in self._labels.values():
            label.setMinimumHeight(theme().px(Size.CONTROL))
