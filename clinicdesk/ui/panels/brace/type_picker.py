"""Which brace: typed by a word of its name or by its HCPCS code, listed by the part of the body it holds."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.brace_types import BraceGroup, BraceType
from clinicdesk.domain.names import fold
from clinicdesk.i18n import _
from clinicdesk.ui.kit import (
    Column,
    LineField,
    Paint,
    PlainLabel,
    QuietButton,
    Row,
    RowTable,
    StrongLabel,
    TableColumn,
)
from clinicdesk.ui.theme import Gap, Size, theme

_ROWS = 6


class BraceTypePicker(QWidget):
    """Typing narrows the list, Enter takes the first, Down goes into it. `value()` is the brace, or None."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Brace"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._all: tuple[BraceType, ...] = ()
        self._value: BraceType | None = None
        down = Column(self, gap=Gap.XS)
        self._chosen_row = QWidget(self)
        across = Row(self._chosen_row, gap=Gap.S)
        self.chosen_label = StrongLabel("", self._chosen_row, wrap=True)
        self.change_button = QuietButton(_("Change"), self._chosen_row)
        self.change_button.clicked.connect(self._again)
        across.addWidget(self.chosen_label, 1)
        across.addWidget(self.change_button)
        self.search = LineField(_("Brace, by name or code"), self, hint=_("TLSO, corset or L0486"))
        self.search.changed.connect(self._narrow)
        self.search.installEventFilter(self)
        self.table: RowTable[BraceType] = RowTable(_("Braces"), _columns(), self, key=attrgetter("hcpcs"))
        self.table.activated_row.connect(self.set_value)
        self.table.clicked.connect(self._clicked)
        self.none_fits = PlainLabel(
            _("No brace fits. An administrator adds kinds of braces."), self, wrap=True
        )
        self.none_fits.set_tone("muted")
        down.add(self._chosen_row, self.search, self.table, self.none_fits)
        self.setFocusProxy(self.search)
        theme().changed.connect(self._resize)
        self._resize()
        self._show()

    def value(self) -> BraceType | None:
        """The brace that was chosen."""
        return self._value

    def set_braces(self, braces: Sequence[BraceType]) -> None:
        """Offer these."""
        groups = list(BraceGroup)
        self._all = tuple(sorted(braces, key=lambda one: (groups.index(one.group), one.name)))
        self._narrow(self.search.value())

    def set_value(self, brace: BraceType | None) -> None:
        """Choose a brace, or none."""
        self._value = brace
        self._show()
        self.changed.emit()

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as the one the problem is about."""
        self.search.set_wrong(wrong)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key is Qt.Key.Key_Down and self.table.rows():
                self.table.setFocus()
                self.table.choose_number(0)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.rows():
                self.set_value(self.table.rows()[0])
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, text: str) -> None:
        words = fold(text).split()
        fits = [one for one in self._all if all(word in _searched(one) for word in words)]
        self.table.set_rows(fits)
        self._resize()
        self._show()

    def _again(self) -> None:
        self.set_value(None)
        self.search.set_value("")
        self.search.setFocus()

    def _clicked(self) -> None:
        row = self.table.row()
        if row is not None:
            self.set_value(row)

    def _show(self) -> None:
        chosen = self._value
        self._chosen_row.setVisible(chosen is not None)
        if chosen is not None:
            self.chosen_label.setText(_("{brace} ({code})").format(brace=chosen.name, code=chosen.hcpcs))
        self.search.setVisible(chosen is None)
        some = bool(self.table.rows())
        self.table.setVisible(chosen is None and some)
        self.none_fits.setVisible(chosen is None and not some and bool(self._all))

    def _resize(self) -> None:
        rows = max(1, min(_ROWS, len(self.table.rows())))
        self.table.setFixedHeight(theme().px(Size.ROW) * (rows + 1))


def _searched(one: BraceType) -> str:
    return f"{fold(one.name)} {one.hcpcs.lower()} {fold(one.group.label)}"


def _columns() -> tuple[TableColumn[BraceType], ...]:
    return (
        TableColumn(heading=_("Code"), text=_code, width=64, paint=Paint.FIGURES),
        TableColumn(heading=_("Brace"), text=_name, least=200),
        TableColumn(heading=_("For"), text=_group, width=136, paint=Paint.MUTED, drop=1),
    )


def _code(one: BraceType) -> str:
    return one.hcpcs


def _name(one: BraceType) -> str:
    return one.name


def _group(one: BraceType) -> str:
    return one.group.label
