"""Set up: rooms and equipment, and the people who stand in the diary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind, Serves
from clinicdesk.domain.users import User
from clinicdesk.i18n import _
from clinicdesk.services import resources, users
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import WorkingHoursOf
from clinicdesk.ui.kit import ChoiceField, ComboField, LineField, Paint, QuietButton, TableColumn
from clinicdesk.ui.operations import Done
from clinicdesk.ui.places.setup.listing import ListPage
from clinicdesk.ui.places.setup.sheet import Sheet, SheetForm

EQUIPMENT = (ResourceKind.ROOM, ResourceKind.C_ARM, ResourceKind.BAY, ResourceKind.BED)
STAFF = (ResourceKind.SURGEON, ResourceKind.ANESTHESIA, ResourceKind.NURSE)


class UnitSheet(Sheet[Resource]):
    """The form of a unit."""

    hours_asked = Signal()
    """Its working hours are wanted: they have a section of their own."""

    def __init__(self, kinds: tuple[ResourceKind, ...], desk: Desk, parent: QWidget | None = None) -> None:
        self._kinds = kinds
        self._users: tuple[User, ...] = ()
        super().__init__(desk, parent)

    def build(self, form: SheetForm) -> None:
        """Kind, name, and the user behind a person."""
        self.kind = ChoiceField(_("Kind"), [(kind, kind.label) for kind in self._kinds], form)
        self.name = LineField(_("Name"), form, longest=120, width=320)
        form.add("kind", _("Kind"), self.kind)
        form.add(
            "name",
            _("Name"),
            self.name,
            required=True,
            help_text=_("As it stands in the diary: Room 2, Dr Lin."),
        )
        self.serves = ChoiceField(_("Meant for"), [(each, each.label) for each in Serves], form)
        if ResourceKind.ROOM in self._kinds:
            form.add(
                "serves",
                _("Meant for"),
                self.serves,
                help_text=_("Any room: a case is only offered one that is meant for it."),
            )
        else:
            self.serves.hide()
        self.user_id = ComboField(_("Signs in as"), [(None, _("Nobody"))], form, width=320)
        if self._kinds == STAFF:
            form.add("user_id", _("Signs in as"), self.user_id)
        else:
            self.user_id.hide()

    def _build_frame(self) -> None:
        super()._build_frame()
        self.active_button = QuietButton("", self.foot)
        self.active_button.clicked.connect(self._set_active)
        self.steps.addWidget(self.active_button)
        self.hours_button = QuietButton(_("Working hours…"), self.foot)
        self.hours_button.clicked.connect(self.hours_asked)
        self.steps.addWidget(self.hours_button)

    def offer(self, everyone: tuple[User, ...]) -> None:
        """Offer these people."""
        self._users = everyone
        self.show_again()

    def fill(self, row: Resource, *, new: bool) -> None:
        """Show the unit."""
        self.kind.set_value(row.kind)
        self.kind.setEnabled(new and self.may_edit)
        self.name.set_value(row.name)
        self.serves.set_value(row.serves)
        self._show_serves(row.kind)
        self._offer_people(row.kind, row.user_id)

    def on_change(self) -> None:
        """Another kind of person: other users. Only a room is meant for something."""
        self._show_serves(self.kind.value())
        self._offer_people(self.kind.value(), self.user_id.value())

    def _show_serves(self, kind: ResourceKind) -> None:
        self.serves.setEnabled(kind is ResourceKind.ROOM and self.may_edit)

    def _offer_people(self, kind: ResourceKind, chosen: object) -> None:
        role = resources.ROLE_BEHIND.get(kind)
        people = [(user.id, user.full_name) for user in self._users if user.role is role and user.active]
        if chosen is not None and chosen not in dict(people):
            people += [(user.id, user.full_name) for user in self._users if user.id == chosen]
        self.user_id.set_options([(None, _("Nobody")), *people])
        self.user_id.set_value(chosen)

    def taken(self, row: Resource) -> Resource:
        """The unit with what was typed."""
        person = self.user_id.value() if self._users else row.user_id
        kind = self.kind.value() or row.kind
        serves = self.serves.value() if kind is ResourceKind.ROOM else None
        return replace(row, kind=kind, name=self.name.value(), user_id=person, serves=serves or Serves.ALL)

    def write(self, row: Resource, new: bool) -> Done[Resource]:
        """Store the unit."""
        if new:
            return resources.add(self.desk, row.kind, row.name, row.user_id, serves=row.serves)
        return resources.change(self.desk, row)

    def put_back(self, before: Resource, now: Resource) -> Done[Any]:
        """The unit as it was."""
        return resources.change(self.desk, replace(before, version=now.version))

    def words(self, row: Resource) -> str:
        """The unit's name."""
        return row.name

    def version(self, row: Resource) -> int:
        """The version it was read at."""
        return row.version

    def heading(self, row: Resource, new: bool) -> tuple[str, str]:
        """The unit's name, and whether it is in use."""
        if new:
            return (_("New"), "")
        return (row.name, "" if row.active else _("Not in use: it is offered for no new booking."))

    def show_steps(self) -> None:
        """Offer to take it out of use, or back into it."""
        row = self.row
        self.active_button.setVisible(row is not None and not self.is_new and self.may_edit)
        self.hours_button.setVisible(row is not None and not self.is_new and row.active)
        if row is not None:
            self.active_button.set_words(_("Take out of use") if row.active else _("Put back into use"))

    def _set_active(self) -> None:
        row = self.row
        if row is None:
            return
        said = _("Out of use: {name}.") if row.active else _("Back in use: {name}.")
        self.run_step(
            partial(resources.change, self.desk, replace(row, active=not row.active)),
            said.format(name=row.name),
            partial(self.put_back, row),
        )


class _UnitsPage(ListPage[Resource]):
    """The units of some kinds."""

    subjects = frozenset({Subject.RESOURCE, Subject.USER})
    can_move = True
    kinds: tuple[ResourceKind, ...]

    def columns(self) -> Sequence[TableColumn[Resource]]:
        """Name, kind, whether it is in use."""
        return (
            TableColumn(heading=_("Name"), text=_name, struck=_is_off),
            TableColumn(heading=_("Kind"), text=_kind, width=148, paint=Paint.MUTED),
        )

    def make_sheet(self) -> UnitSheet:
        """The form."""
        sheet = UnitSheet(self.kinds, self.desk, self)
        sheet.hours_asked.connect(self._show_hours)
        return sheet

    def _show_hours(self) -> None:
        row = self.sheet.row
        if row is not None:
            self.section_asked.emit(WorkingHoursOf(unit_id=row.id))

    def fetch(self) -> Sequence[Resource]:
        """All units of these kinds, kind by kind."""
        units = resources.of_kinds(self.desk, self.kinds, inactive=True)
        return sorted(units, key=lambda unit: (self.kinds.index(unit.kind), unit.position, unit.name))

    def same(self, row: Resource) -> object:
        """Units are told apart by their row."""
        return row.id

    def blank(self) -> Resource:
        """A new unit."""
        return Resource(id=ResourceId(0), kind=self.kinds[0], name="")

    def step_row(self, row: Resource, up: bool) -> Done[Any]:
        """Move the unit among its kind."""
        return resources.move(self.desk, row.id, row.version, up=up)


class EquipmentPage(_UnitsPage):
    """Rooms, C-arms, bays and beds."""

    kinds = EQUIPMENT

    def heading(self) -> str:
        """The section's title."""
        return _("Rooms and equipment")

    def explanation(self) -> str:
        """What belongs here."""
        return _("Whatever can be held by one case at a time. The order is that of the diary's columns.")

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add equipment")


class StaffPage(_UnitsPage):
    """Surgeons, anesthesia providers and nurses."""

    kinds = STAFF

    def heading(self) -> str:
        """The section's title."""
        return _("People in the diary")

    def explanation(self) -> str:
        """What belongs here."""
        return _(
            "Who can be booked. Whoever also signs in is joined to their user, so that their own cases are known."
        )

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add person")

    def choices(self) -> tuple[User, ...]:
        """The users."""
        return users.everyone(self.desk)

    def offer(self, choices: Any) -> None:
        """Let the form offer them."""
        sheet = self.sheet
        assert isinstance(sheet, UnitSheet)
        sheet.offer(choices)


def _name(row: Resource) -> str:
    return row.name


def _kind(row: Resource) -> str:
    return row.kind.label if row.active else _("not in use")


def _is_off(row: Resource) -> bool:
    return not row.active
