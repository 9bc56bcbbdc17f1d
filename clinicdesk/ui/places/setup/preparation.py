"""Set up: the checklist of a procedure, each point with the days before the case and of whom it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.catalogue import PreparationKey, PreparationRule, PreparationWhen
from clinicdesk.domain.preparation_rules import MOST_DAYS_BEFORE
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.frame.typed import Plain, words_for
from clinicdesk.ui.kit import CheckField, ComboField, Grid, MutedLabel, NumberField
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.places.setup.fields import plain_inside, put_inside
from clinicdesk.ui.theme import Gap

_FIXED: Final = {
    PreparationKey.BLOOD_THINNER: PreparationWhen.BLOOD_THINNER,
    PreparationKey.ESCORT: PreparationWhen.ESCORT,
}
"""Points that are only ever asked of some."""


class PreparationField(QWidget):
    """Every point that there is: ticked where the procedure has it."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        grid = Grid(self, gap=Gap.M, down=Gap.XS)
        grid.setColumnStretch(1, 1)
        self._rules: tuple[PreparationRule, ...] = ()
        self.lines = {key: _Line(name, key, self) for key in PreparationKey}
        for row, line in enumerate(self.lines.values()):
            grid.addWidget(line.tick, row, 0)
            grid.addWidget(line.asked, row, 1)
            line.tick.changed.connect(self._ticked)
            line.days.changed.connect(self.changed)
            if line.when is not None:
                line.when.changed.connect(self.changed)
        self.setFocusProxy(self.lines[PreparationKey.CONSENT].tick)

    def value(self) -> tuple[PreparationRule, ...]:
        """The checklist. Raises `BadInput` where a ticked point has no days."""
        rules = tuple(rule for line in self.lines.values() if (rule := line.value()) is not None)
        return self._rules if set(rules) == set(self._rules) else rules

    def set_value(self, value: Sequence[PreparationRule]) -> None:
        """Show a checklist."""
        self._rules = tuple(value)
        found = {rule.key: rule for rule in value}
        for key, line in self.lines.items():
            line.set_value(found.get(key))

    def plain(self) -> Plain:
        """What stands in every point's fields."""
        return plain_inside(self)

    def set_plain(self, value: Plain) -> None:
        """Show what `plain` gave."""
        put_inside(self, value)
        self._ticked()

    def plain_words(self, value: Plain) -> str:
        """The points that are ticked, with their days."""
        told, values = [], iter(value)
        for line in self.lines.values():
            ticked, days = next(values), next(values)
            asked = "" if line.when is None else words_for(line.when)(next(values))
            if ticked:
                told.append(" ".join(filter(None, (line.key.label, str(days), asked))))
        return ", ".join(told)

    def _ticked(self) -> None:
        for line in self.lines.values():
            line.show_ticked()
        self.changed.emit()


class _Line:
    """One point: a tick, the days before, and of whom it is asked."""

    def __init__(self, name: str, key: PreparationKey, parent: QWidget) -> None:
        self.key = key
        self.tick = CheckField(name, key.label, parent)
        self.asked = QWidget(parent)
        self.days = NumberField(
            _("{point}: days before the case").format(point=key.label),
            self.asked,
            lowest=0,
            highest=MOST_DAYS_BEFORE,
            width=64,
        )
        self.unit = MutedLabel(_("days before"), self.asked)
        fixed = _FIXED.get(key)
        self.fixed = MutedLabel(fixed.label if fixed is not None else "", self.asked, wrap=True)
        self.when: ComboField | None = None
        if fixed is None:
            asked = _("{point}: of whom").format(point=key.label)
            self.when = ComboField(
                asked, [(one, one.label) for one in PreparationWhen], self.asked, width=272
            )
        else:
            self._fixed = fixed
        Flow(self.asked).add(self.days, self.unit, self.when or self.fixed)

    def value(self) -> PreparationRule | None:
        """The point, or None where it is not ticked."""
        if not self.tick.value():
            return None
        days = self.days.whole()
        if days is None:
            raise BadInput(
                _("{point}: type how many days before the case, from 0 to {most}.").format(
                    point=self.key.label, most=MOST_DAYS_BEFORE
                ),
                "preparation",
            )
        when = self._fixed if self.when is None else self.when.value()
        return PreparationRule(key=self.key, days_before=days, when=when)

    def set_value(self, rule: PreparationRule | None) -> None:
        """Show a point."""
        self.tick.set_value(rule is not None)
        self.days.set_value(1 if rule is None else rule.days_before)
        if self.when is not None:
            self.when.set_value(PreparationWhen.ALWAYS if rule is None else rule.when)
        self.show_ticked()

    def show_ticked(self) -> None:
        """Show the rest only of a point that is ticked."""
        ticked = self.tick.value()
        for widget in (self.days, self.unit, self.when or self.fixed):
            widget.setVisible(ticked)
