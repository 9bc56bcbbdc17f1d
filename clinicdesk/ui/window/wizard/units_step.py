"""The rooms, machines, people, bays and beds that a clinic starts with."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.resources import ResourceKind
from clinicdesk.i18n import N_, _
from clinicdesk.ui.kit.fields import LineField, NumberField
from clinicdesk.ui.kit.layout import Column, Grid, Row
from clinicdesk.ui.theme import Gap, Size, theme
from clinicdesk.ui.window.wizard.step import Step

MOST = 20
_ACROSS = 3
_NAME = 128
_TOP = Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: ResourceKind
    plural: str
    pattern: str
    start: int


_KINDS = (
    _Kind(ResourceKind.ROOM, N_("Procedure rooms"), N_("Room {number}"), 2),
    _Kind(ResourceKind.C_ARM, N_("C-arms"), N_("C-arm {number}"), 1),
    _Kind(ResourceKind.SURGEON, N_("Surgeons"), N_("Surgeon {number}"), 1),
    _Kind(ResourceKind.ANESTHESIA, N_("Anesthesia providers"), N_("Anesthesia {number}"), 1),
    _Kind(ResourceKind.NURSE, N_("Sedation nurses"), N_("Nurse {number}"), 1),
    _Kind(ResourceKind.BAY, N_("Recovery bays"), N_("Bay {number}"), 2),
    _Kind(ResourceKind.BED, N_("Overnight beds"), N_("Bed {number}"), 1),
)


class UnitsStep(Step):
    """How many there are of each kind, with names filled in that can be typed over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _(
                "A case can only be booked when everything it needs is free. Say how many there are and what they are "
                "called here; more can be added later."
            ),
            parent,
        )
        self.rows = [_KindRow(kind, self) for kind in _KINDS]
        for row in self.rows:
            self.form.add(row.kind.value, _(row.plural), row)
        self.body.addWidget(self.form)

    @classmethod
    def title(cls) -> str:
        """The step's name."""
        return _("Rooms and people")

    def first(self) -> QWidget:
        """How many rooms."""
        return self.rows[0].count

    def units(self) -> tuple[tuple[ResourceKind, str], ...]:
        """Kind and name of each, in the order shown."""
        return tuple((row.kind, name) for row in self.rows for name in row.value())

    def row(self, kind: ResourceKind) -> _KindRow:
        """The row of one kind."""
        return next(row for row in self.rows if row.kind is kind)


class _KindRow(QWidget):
    """A number, and as many names."""

    changed = Signal()

    def __init__(self, kind: _Kind, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = kind.kind
        self.plural = kind.plural
        self._pattern = kind.pattern
        row = Row(self, gap=Gap.M)
        self.count = NumberField(_(kind.plural), self, highest=MOST, width=56)
        self.names: list[LineField] = []
        self._grid = Grid(gap=Gap.S, down=Gap.XS)
        row.addWidget(self.count)
        beside = Column(gap=Gap.NONE)
        beside.addLayout(self._grid)
        row.addLayout(beside, 1)
        row.setAlignment(self.count, _TOP)
        self.setFocusProxy(self.count)
        self.count.changed.connect(self._counted)
        self.count.set_value(kind.start)

    def value(self) -> tuple[str, ...]:
        """The names."""
        return tuple(name.value() for name in self.names if not name.isHidden())

    def problem(self) -> str | None:
        """What is wrong with the number or the names."""
        if self.count.whole() is None:
            return self.count.problem() or _("Type how many there are; 0 for none.")
        names = self.value()
        if not all(names):
            return _("Each needs a name.")
        folded = [name.casefold() for name in names]
        twice = next((name for name in names if folded.count(name.casefold()) > 1), None)
        if twice is not None:
            return _("There are two of the name “{name}”. Give each its own.").format(name=twice)
        return None

    def _counted(self) -> None:
        wanted = self.count.whole()
        if wanted is None:
            return  # being typed, or out of bounds; said when going on
        while len(self.names) < wanted:
            self._add()
        for place, name in enumerate(self.names):
            name.setVisible(place < wanted)
        self.changed.emit()

    def _add(self) -> None:
        number = len(self.names) + 1
        words = _(self._pattern).format(number=number)
        name = LineField(words, self, longest=120, width=_NAME)
        name.setMinimumWidth(theme().px(Size.FIELD_SHORT))
        name.set_value(words)
        name.changed.connect(self._renamed)
        self.names.append(name)
        self._grid.addWidget(name, (number - 1) // _ACROSS, (number - 1) % _ACROSS)

    def _renamed(self, _name: str) -> None:
        self.changed.emit()
