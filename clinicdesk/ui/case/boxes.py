"""The parts of the booking form: a field under its label, the levels, the lengths, the choice of a unit, free times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.catalogue import GRID_MINUTES, LONGEST_MINUTES, Procedure
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.levels import Level, LevelKind, format_levels, parse_levels
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.case.spine import SpinePicker
from clinicdesk.ui.kit import (
    Column,
    ComboField,
    LineField,
    MutedLabel,
    NumberField,
    PlainLabel,
    QuietButton,
    Row,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap, Size

_UNIT_WIDTH = 186
_MINUTES_WIDTH = 56


@runtime_checkable
class _CanBeWrong(Protocol):
    def set_wrong(self, wrong: bool) -> None: ...


class Box(QWidget):
    """A field under its label, and under it the sentence about what is wrong with it."""

    def __init__(self, label: str, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        column = Column(self, gap=Gap.NONE)
        self.label = MutedLabel(label, self)
        self.label.setBuddy(field)
        self.problem = PlainLabel("", self, wrap=True)
        self.problem.set_tone("problem")
        self.problem.hide()
        column.add(self.label, field, self.problem)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set_problem(self, sentence: str) -> None:
        """Say what is wrong; nothing takes it back."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if isinstance(self.field, _CanBeWrong):
            self.field.set_wrong(bool(sentence))


class LevelsField(QWidget):
    """Levels as text, "T12, L1", in step with the drawing of the spine."""

    changed = Signal()

    def __init__(self, spine: SpinePicker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spine = spine
        self.line = LineField(_("Levels"), self, hint=_("T12, L1"), width=Size.FIELD_SHORT * 2)
        row = Row(self, gap=Gap.NONE)
        row.addWidget(self.line, 1)
        self.setFocusProxy(self.line)
        self._kind = LevelKind.VERTEBRAE
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self._settle)
        spine.changed.connect(self._drawn)
        spine.typed.connect(self._type)

    def offer(self, procedure: Procedure) -> None:
        """Take the levels of ``procedure``."""
        self._kind = procedure.level_kind
        hint = _("L4-L5") if self._kind is LevelKind.INTERSPACES else _("T12, L1")
        self.line.setPlaceholderText(hint)
        self.spine.offer(procedure.level_kind, procedure.offered_levels)

    def _type(self, letter: str) -> None:
        """Who types over the drawing means this line: another level, behind those that are chosen."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        chosen = self.line.text().strip()
        self.line.setText(f"{chosen}, {letter}" if chosen else letter)
        self._typed(self.line.text())

    def levels(self) -> tuple[Level, ...]:
        """What is chosen; empty while what was typed names no levels."""
        return self.spine.levels()

    def set_levels(self, levels: Sequence[Level]) -> None:
        """Choose exactly these."""
        self.spine.set_levels(levels)
        self.line.set_value(format_levels(levels))

    def set_text(self, text: str) -> None:
        """Show this, letter by letter, as if it had been typed."""
        self.line.setText(text)
        self._typed(text)

    def problem(self) -> str:
        """What is wrong with what was typed."""
        try:
            levels = parse_levels(self.line.text(), self._kind)
        except BadInput as wrong:
            return wrong.sentence
        outside = [level for level in levels if level not in self.spine.offered]
        if not outside:
            return ""
        return _("{levels} is not offered for this procedure.").format(levels=format_levels(outside))

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field."""
        self.line.set_wrong(wrong)

    def _typed(self, text: str) -> None:
        """What can be read so far shows in the drawing; half a level is no level yet."""
        try:
            levels = parse_levels(text, self._kind)
        except BadInput:
            self.changed.emit()
            return
        self.spine.blockSignals(True)
        self.spine.set_levels(level for level in levels if level in self.spine.offered)
        self.spine.blockSignals(False)
        self.changed.emit()

    def _drawn(self) -> None:
        self.line.set_value(format_levels(self.spine.levels()))
        self.changed.emit()

    def _settle(self) -> None:
        if not self.problem():
            self.line.set_value(format_levels(self.spine.levels()))


class MinutesField(QWidget):
    """Set-up, the procedure itself, turnover and recovery: 15 + 60 + 20, then 120 in the bay."""

    changed = Signal(str)
    """Carries the name of the minutes that changed."""
    names = ("setup_minutes", "minutes", "turnover_minutes", "recovery_minutes")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        labels = (_("Set-up"), _("Procedure"), _("Turnover"), _("Recovery"))
        spoken = (
            _("Set-up minutes"),
            _("Procedure minutes"),
            _("Turnover minutes"),
            _("Recovery minutes"),
        )
        self.boxes: dict[str, Box] = {}
        row = Row(self, gap=Gap.S)
        for name, label, words in zip(self.names, labels, spoken, strict=True):
            number = NumberField(
                words, self, highest=LONGEST_MINUTES, step=GRID_MINUTES, width=_MINUTES_WIDTH
            )
            number.changed.connect(partial(self.changed.emit, name))
            self.boxes[name] = Box(label, number, self)
            row.addWidget(self.boxes[name])
        self.sum = MutedLabel("", self)
        row.addWidget(self.sum, 1)
        self.setFocusProxy(self.number("minutes"))

    def number(self, name: str) -> NumberField:
        """One of the four fields."""
        field = self.boxes[name].field
        assert isinstance(field, NumberField)
        return field

    def value(self, name: str) -> int:
        """The minutes in a field; -1 where it holds no number."""
        found = self.number(name).whole()
        return -1 if found is None else found

    def set_value(self, name: str, minutes: int) -> None:
        """Show minutes in a field."""
        self.number(name).set_value(minutes)


class UnitField(ComboField):
    """Which unit of a kind: any (the first free one, which is named once it is known), or that one."""

    def __init__(self, kind: ResourceKind, parent: QWidget | None = None) -> None:
        super().__init__(kind.label, (), parent, width=_UNIT_WIDTH)
        self.kind = kind
        self._units: tuple[Resource, ...] = ()

    def offer(self, units: Sequence[Resource]) -> None:
        """Offer these, and "any"."""
        self._units = tuple(units)
        self.set_options([(None, _("Any")), *((unit.id, unit.name) for unit in self._units)])

    def unit(self) -> ResourceId | None:
        """The unit asked for, or None for any."""
        value = self.value()
        return None if value is None else ResourceId(value)

    def set_unit(self, unit: ResourceId | None) -> None:
        """Ask for a unit; one that is out of use by now is not offered, and any will do."""
        self.set_value(unit if any(each.id == unit for each in self._units) else None)

    def show_taken(self, name: str) -> None:
        """Say which one "any" means at this moment."""
        self.setItemText(0, _("Any ({unit})").format(unit=name) if name else _("Any"))


class FreeTimes(QWidget):
    """The first times of the day at which it would fit; one click takes one."""

    chosen = Signal(time)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = Row(self, gap=Gap.NONE)
        self._row.addWidget(MutedLabel(_("Free"), self))
        self._row.addStretch(1)
        self._buttons: list[QuietButton] = []
        self.hide()

    def show_times(self, starts: Sequence[datetime]) -> None:
        """Offer these starts."""
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        for place, instant in enumerate(starts):
            at = fmt.local(instant).time()
            button = QuietButton(fmt.clock(at), self, tip=_("Take this time"))
            button.clicked.connect(partial(self._take, at))
            self._buttons.append(button)
            self._row.insertWidget(place + 1, button)
        self.setVisible(bool(starts))

    def times(self) -> list[str]:
        """What is offered, in words."""
        return [button.accessibleName() for button in self._buttons]

    def _take(self, at: time, _checked: bool = False) -> None:
        self.chosen.emit(at)
