"""Set up: the week of each room, machine and person that does not simply follow the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.availability import UnitHours, check_hours
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.stranded import Change, OwnHours
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import availability
from clinicdesk.services.availability import Overview
from clinicdesk.ui.frame.targets import SetUpAt, WorkingHoursOf
from clinicdesk.ui.kit import (
    ClosingField,
    Column,
    ComboField,
    DateField,
    MutedLabel,
    Paint,
    QuietButton,
    TableColumn,
    TimeField,
)
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.operations import Done
from clinicdesk.ui.places.setup.fields import RowsField
from clinicdesk.ui.places.setup.sheet import SheetForm
from clinicdesk.ui.places.setup.stranded import StrandingSheet, anyone
from clinicdesk.ui.places.setup.times import TimesPage, weekdays

_EIGHT_TO_FIVE = (time(8), time(17))


class _Stretch(QWidget):
    """One row: a weekday, from when to when, and between which dates that holds."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = Flow(self)
        self.weekday = ComboField(_("Weekday"), weekdays(), self, width=120)
        self.opens = TimeField(_("Begins"), self, width=84)
        self.closes = ClosingField(_("Ends"), self, width=84)
        self.first_on = DateField(_("First day, or empty"), self, hint=_("from: always"), width=136)
        self.last_on = DateField(_("Last day, or empty"), self, hint=_("until: always"), width=136)
        row.add(self.weekday, self.opens, MutedLabel(_("to"), self), self.closes)
        row.add(self.first_on, MutedLabel(_("to"), self), self.last_on)
        for field in (self.weekday, self.opens, self.closes, self.first_on, self.last_on):
            field.changed.connect(self.changed)
        self.setFocusProxy(self.weekday)

    def value(self) -> UnitHours:
        """The stretch. Raises `BadInput` telling which row it is by its weekday."""
        weekday = self.weekday.value() or 0
        opens, closes = self.opens.value(), self.closes.value()
        day = self.weekday.currentText()
        if opens is None or closes is None:
            raise BadInput(_("{day}: type when it begins and when it ends.").format(day=day), "hours")
        for field in (self.first_on, self.last_on):
            problem = field.problem()
            if problem:
                raise BadInput(_("{day}: {problem}").format(day=day, problem=problem), "hours")
        try:
            return UnitHours(weekday, opens, closes, self.first_on.value(), self.last_on.value())
        except BadInput as error:
            raise BadInput(_("{day}: {problem}").format(day=day, problem=error.sentence), "hours") from error

    def set_value(self, hours: UnitHours) -> None:
        """Show the stretch."""
        self.weekday.set_value(hours.weekday)
        self.opens.set_value(hours.opens)
        self.closes.set_value(hours.closes)
        self.first_on.set_value(hours.first_on)
        self.last_on.set_value(hours.last_on)


class WeekField(RowsField):
    """The stretches of a unit's week."""

    def new_line(self) -> _Stretch:
        """Monday, eight to five."""
        line = _Stretch(self)
        line.set_value(UnitHours(self._next_weekday(), *_EIGHT_TO_FIVE))
        return line

    def _next_weekday(self) -> int:
        """The weekday after that of the last row."""
        lines = self.lines()
        last = lines[-1] if lines else None
        return (last.weekday.value() + 1) % 7 if isinstance(last, _Stretch) else 0


class UnitHoursSheet(StrandingSheet[OwnHours]):
    """The week of one unit."""

    def build(self, form: SheetForm) -> None:
        """The stretches."""
        self.hours = WeekField(_("Working hours"), _("Add a stretch"), form)
        form.adopt("hours", self.hours)

    def lay_out_fields(self, body: Column) -> None:
        """The rows stand for themselves: no label beside them."""
        self.hint = MutedLabel(
            _("Without a row it follows the clinic. With any, it does not work on a day that no row covers."),
            self,
            wrap=True,
        )
        body.addWidget(self.hint)
        body.addWidget(self.hours)

    def _build_frame(self) -> None:
        super()._build_frame()
        self.follow_button = QuietButton(_("Follow the clinic"), self.foot)
        self.follow_button.clicked.connect(self.follow_clinic)
        self.steps.addWidget(self.follow_button)

    def fill(self, row: OwnHours, *, new: bool) -> None:
        """Show the week."""
        self.hours.set_value(row.hours)

    def read(self, row: OwnHours) -> OwnHours:
        """The unit with the week that was typed. Raises `BadInput`."""
        hours = tuple(sorted(self.hours.value(), key=_order))
        check_hours(hours)
        return replace(row, hours=hours)

    def change_of(self, row: OwnHours) -> Change:
        """The hours themselves."""
        return row

    def write(self, row: OwnHours, new: bool) -> Done[OwnHours]:
        """Store the week over those who were seen."""
        return availability.set_hours(self.desk, row.unit.id, row.unit.version, row.hours, self.seen)

    def put_back(self, before: OwnHours, now: OwnHours) -> Done[Any]:
        """The week as it was, whoever it strands."""
        unit, seen = now.unit, anyone(self.desk, before)
        return availability.set_hours(self.desk, unit.id, unit.version, before.hours, seen)

    def words(self, row: OwnHours) -> str:
        """The unit's name."""
        return row.unit.name

    def version(self, row: OwnHours) -> int:
        """The version the unit was read at."""
        return row.unit.version

    def heading(self, row: OwnHours, new: bool) -> tuple[str, str]:
        """The unit's name, and whether it has a week of its own."""
        under = _("Works by hours of its own.") if row.hours else _("Follows the clinic's opening hours.")
        return (row.unit.name, under)

    def show_steps(self) -> None:
        """Offer to give its own hours up; not beside what saving does to booked cases, for which there is no room."""
        super().show_steps()
        self.follow_button.setVisible(self.may_edit and bool(self.hours.lines()) and not self.is_dirty)

    def follow_clinic(self) -> None:
        """Take all rows away; saving then lets it follow the clinic."""
        self.hours.set_value(())
        self._field_changed()


class UnitHoursPage(TimesPage[OwnHours]):
    """Every unit with its week."""

    subjects = frozenset({Subject.RESOURCE, Subject.BOOKING})
    _unit_wanted: object = None

    def heading(self) -> str:
        """The section's title."""
        return _("Working hours")

    def explanation(self) -> str:
        """What belongs here."""
        return _("When each room, machine and person works, where that is not when the clinic is open.")

    def columns(self) -> Sequence[TableColumn[OwnHours]]:
        """Name, and whether it follows the clinic."""
        return (
            TableColumn(heading=_("Name"), text=_name),
            TableColumn(heading=_("Hours"), text=_sort, width=148, paint=Paint.MUTED),
        )

    def make_sheet(self) -> UnitHoursSheet:
        """The form."""
        sheet = UnitHoursSheet(self.desk, self)
        sheet.move_asked.connect(self.move_asked)
        return sheet

    def rows_of(self, overview: Overview) -> Sequence[OwnHours]:
        """The units in use, kind by kind."""
        units = sorted((unit for unit in overview.units if unit.active), key=_by_kind)
        return tuple(overview.hours_of(unit) for unit in units)

    def told(self, overview: Overview) -> None:
        """Ask again whom the hours strand."""
        sheet = self.sheet
        assert isinstance(sheet, UnitHoursSheet)
        sheet.ask_stranded()

    def open_target(self, target: SetUpAt) -> None:
        """Choose a unit."""
        if isinstance(target, WorkingHoursOf):
            self._unit_wanted = target.unit_id
            self.choose(self._unit_wanted)

    def _loaded(self, rows: Sequence[OwnHours]) -> None:
        super()._loaded(rows)
        if self._unit_wanted is not None:
            self.choose(self._unit_wanted)
            self._unit_wanted = None

    def same(self, row: OwnHours) -> object:
        """Told apart by the unit."""
        return row.unit.id


def _name(row: OwnHours) -> str:
    return row.unit.name


def _sort(row: OwnHours) -> str:
    return _("its own") if row.hours else _("as the clinic")


def _order(hours: UnitHours) -> tuple[int, time]:
    return hours.weekday, hours.opens


def _by_kind(unit: Resource) -> tuple[int, int, str]:
    return list(ResourceKind).index(unit.kind), unit.position, unit.name
