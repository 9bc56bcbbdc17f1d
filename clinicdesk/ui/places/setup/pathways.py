"""Set up: recovery pathways."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.pathways import Channel, OffsetUnit, Pathway, PathwayStep
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit import ComboField, LineField, MutedLabel, NumberField
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.places.setup.entries import EntryPage, EntrySheet, own_key
from clinicdesk.ui.places.setup.fields import RowsField
from clinicdesk.ui.places.setup.sheet import SheetForm


class _StepLine(QWidget):
    """One check-in."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: PathwayStep | None = None
        row = Flow(self)
        self.label = LineField(_("Name of the check-in"), self, hint=_("6 weeks"), longest=60, width=168)
        self.amount = NumberField(_("How long after"), self, lowest=1, highest=1000, width=64)
        self.unit = ComboField(_("Unit"), [(one, one.label) for one in OffsetUnit], self, width=104)
        self.channel = ComboField(_("How"), [(one, one.label) for one in Channel], self, width=112)
        self.late = NumberField(_("Days until late"), self, lowest=0, highest=365, width=64)
        row.add(self.label, self.amount, self.unit, self.channel, MutedLabel(_("late after"), self))
        row.add(self.late, MutedLabel(_("days"), self))
        for field in (self.label, self.amount, self.unit, self.channel, self.late):
            field.changed.connect(self.changed)
        self.late.set_value(0)
        self.setFocusProxy(self.label)

    def value(self) -> PathwayStep:
        """The check-in. Raises `BadInput`."""
        amount = self.amount.whole()
        if amount is None or not self.label.value():
            raise BadInput(
                _("Each check-in needs a name and how long after the procedure it comes."), "steps"
            )
        window = self.late.whole()
        if window is None:
            raise BadInput(_("Type after how many days a check-in is late, 0 to 365."), "steps")
        key = self._step.key if self._step is not None else own_key(f"{self.unit.value()}_{amount}")
        return PathwayStep(
            key=key,
            label=self.label.value(),
            amount=amount,
            unit=self.unit.value(),
            channel=self.channel.value(),
            window_days=window,
        )

    def set_value(self, step: PathwayStep) -> None:
        """Show a check-in."""
        self._step = step
        self.label.set_value(step.label)
        self.amount.set_value(step.amount)
        self.unit.set_value(step.unit)
        self.channel.set_value(step.channel)
        self.late.set_value(step.window_days)


class StepsField(RowsField):
    """The check-ins of a pathway."""

    def new_line(self) -> QWidget:
        """An empty check-in."""
        return _StepLine(self)

    def value(self) -> tuple[PathwayStep, ...]:
        """The check-ins; keys of new ones are made so that no two are alike."""
        steps: list[PathwayStep] = []
        for line in self.lines():
            step = cast("_StepLine", line).value()
            taken = [one.key for one in steps]
            steps.append(replace(step, key=own_key(step.key, taken)) if step.key in taken else step)
        return tuple(steps)


class PathwaySheet(EntrySheet):
    """The form of a pathway."""

    def build(self, form: SheetForm) -> None:
        """Name and check-ins."""
        self.name = LineField(_("Name"), form, longest=120, width=360)
        self.steps_field = StepsField(_("Check-ins"), _("Add check-in"), form)
        form.add("name", _("Name"), self.name, required=True)
        form.add(
            "steps",
            _("Check-ins"),
            self.steps_field,
            help_text=_(
                "Counted from the day of the procedure. One that falls on a closed day is shown on the next open day. "
                "Changes count for procedures from now on."
            ),
        )

    def fill_value(self, value: Any, *, new: bool) -> None:
        """Show a pathway."""
        self.name.set_value(value.name if not new else "")
        self.steps_field.set_value(value.in_order())

    def read_value(self, value: Any) -> Pathway:
        """The pathway with what the fields say."""
        name = self.name.value()
        steps = self.steps_field.value()
        if tuple(steps) == value.in_order():
            steps = value.steps
        pathway: Pathway = replace(
            value, key=own_key(name or "x") if self.is_new else value.key, name=name, steps=steps
        )
        return pathway


class PathwaysPage(EntryPage):
    """The pathways."""

    kind = EntryKind.PATHWAY

    def heading(self) -> str:
        """The section's title."""
        return _("Recovery pathways")

    def explanation(self) -> str:
        """What belongs here."""
        return _("Which check-ins follow a procedure. Discharging a patient makes them.")

    def make_sheet(self) -> PathwaySheet:
        """The form."""
        return PathwaySheet(self.desk, self)

    def new_value(self) -> Pathway:
        """A pathway with one call, to be filled in."""
        first = PathwayStep(
            key="day_1", label=_("Day 1"), amount=1, unit=OffsetUnit.DAYS, channel=Channel.PHONE
        )
        return Pathway(key="new", name="-", steps=(first,))

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add pathway")
