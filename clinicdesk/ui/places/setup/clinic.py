"""Set up: the clinic's own facts."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.durations import FEWEST_CASES, LEAST_PERCENTILE, MOST_CASES, MOST_PERCENTILE
from clinicdesk.domain.stranded import Change, Opening
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import clinic
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import PanelKey
from clinicdesk.ui.kit import (
    Column,
    ComboField,
    LineField,
    LoadingFrame,
    MutedLabel,
    NoteField,
    NumberField,
    Row,
    TimeField,
)
from clinicdesk.ui.operations import Done, run_query
from clinicdesk.ui.places.setup.hours import HoursField
from clinicdesk.ui.places.setup.listing import SetUpPage
from clinicdesk.ui.places.setup.sheet import Sheet, SheetForm, Shown
from clinicdesk.ui.places.setup.stranded import StrandingSheet, anyone
from clinicdesk.ui.theme import Gap

_LINES = ("name", "phone", "phone_after_hours", "emergency_number", "email", "country")


class ClinicSheet(Sheet[ClinicFacts]):
    """Name, address, phones, zone."""

    def put_back(self, before: ClinicFacts, now: ClinicFacts) -> Done[Any]:
        """The facts as they were."""
        return clinic.change(self.desk, replace(before, version=now.version))

    def write(self, row: ClinicFacts, new: bool) -> Done[ClinicFacts]:
        """Store the facts."""
        return clinic.change(self.desk, row)

    def version(self, row: ClinicFacts) -> int:
        """The version they were read at."""
        return row.version

    def build(self, form: SheetForm) -> None:
        """What papers and screens print, then the rules of time."""
        self.lines = {
            "name": LineField(_("Name"), form, longest=120, width=400),
            "phone": LineField(_("Phone"), form, longest=40),
            "phone_after_hours": LineField(_("Phone after hours"), form, longest=40),
            "emergency_number": LineField(_("Emergency number"), form, longest=20, width=120),
            "email": LineField(_("Email"), form, longest=200, width=400),
            "country": LineField(_("Country"), form, longest=2, width=64),
        }
        self.address = NoteField(_("Address"), form, lines=3, longest=500)
        form.add("name", _("Name"), self.lines["name"], required=True)
        form.add("address", _("Address"), self.address)
        form.add("phone", _("Phone"), self.lines["phone"], required=True)
        form.add(
            "phone_after_hours",
            _("Phone after hours"),
            self.lines["phone_after_hours"],
            help_text=_("Both stand on every paper a patient takes home."),
        )
        form.add("email", _("Email"), self.lines["email"])
        form.add(
            "emergency_number",
            _("Emergency number"),
            self.lines["emergency_number"],
            required=True,
            help_text=_("What patients are told to call at once: 911, 112, 999."),
        )
        form.add(
            "country",
            _("Country"),
            self.lines["country"],
            help_text=_("Two letters. Decides paper size and how dates are written."),
        )
        self.add_heading(form, _("Time"))
        self.time_zone = ComboField(_("Time zone"), [(zone, zone) for zone in zones()], form)
        form.add(
            "time_zone",
            _("Time zone"),
            self.time_zone,
            help_text=_("Bookings keep their instant: another zone shows them at another time of day."),
        )
        self.late_finish = TimeField(_("Late finish"), form)
        self.leaving_time = TimeField(_("Leaving time"), form)
        form.add(
            "late_finish",
            _("Late finish"),
            self.late_finish,
            help_text=_("A case that ends after this asks whether to stay overnight."),
        )
        form.add("leaving_time", _("Overnight until"), self.leaving_time)
        self.add_heading(form, _("After sedation"))
        self.hours = {
            "aftercare_hours": NumberField(_("No driving for"), form, highest=168, width=80),
            "aftercare_hours_general": NumberField(
                _("After general anesthesia"), form, highest=168, width=80
            ),
        }
        form.add("aftercare_hours", _("No driving for"), self.hours["aftercare_hours"], beside=_hours(form))
        form.add(
            "aftercare_hours_general",
            _("After general anesthesia"),
            self.hours["aftercare_hours_general"],
            beside=_hours(form),
            help_text=_("Nor alcohol, machines or legal papers. Usual: 24 hours; some say 48 after general."),
        )
        self._build_lengths(form)

    def _build_lengths(self, form: SheetForm) -> None:
        self.add_heading(form, _("Lengths learned from the surgeon's own cases"))
        self.lengths = {
            "duration_cases": NumberField(
                _("Learned from"), form, lowest=FEWEST_CASES, highest=MOST_CASES, width=80
            ),
            "duration_percentile": NumberField(
                _("Long enough for"), form, lowest=LEAST_PERCENTILE, highest=MOST_PERCENTILE, width=80
            ),
        }
        form.add(
            "duration_cases",
            _("Learned from"),
            self.lengths["duration_cases"],
            beside=MutedLabel(_("cases at least"), form),
            help_text=_(
                "Of one surgeon, one procedure and one number of levels; until then the catalogue counts."
            ),
        )
        form.add(
            "duration_percentile",
            _("Long enough for"),
            self.lengths["duration_percentile"],
            beside=MutedLabel(_("of 100 cases"), form),
            help_text=_(
                "80: one case in five runs over. More leaves more rooms empty, less makes patients wait."
            ),
        )

    def fill(self, row: ClinicFacts, *, new: bool) -> None:
        """Show the facts."""
        for name in _LINES:
            self.lines[name].set_value(getattr(row, name))
        self.address.set_value(row.address)
        self.time_zone.set_value(row.time_zone)
        self.late_finish.set_value(row.late_finish)
        self.leaving_time.set_value(row.leaving_time)
        for name, field in (self.hours | self.lengths).items():
            field.set_value(getattr(row, name))

    def taken(self, row: ClinicFacts) -> ClinicFacts:
        """The facts with what was typed."""
        late, leaving = self.late_finish.value(), self.leaving_time.value()
        for name, value in (("late_finish", late), ("leaving_time", leaving)):
            if value is None:
                raise BadInput(_("Type a time of day."), name)
        read: dict[str, Any] = {name: field.value() for name, field in self.lines.items()}
        for name, field in self.hours.items():
            if field.whole() is None:
                raise BadInput(_("Type the hours, 0 to 168."), name)
            read[name] = field.whole()
        for name, field in self.lengths.items():
            if field.whole() is None:
                raise BadInput(_("Type a whole number."), name)
            read[name] = field.whole()
        read |= {"late_finish": late, "leaving_time": leaving, "address": self.address.value()}
        return replace(row, time_zone=self.time_zone.value() or row.time_zone, **read)

    def words(self, row: ClinicFacts) -> str:
        """The clinic's name."""
        return row.name

    def heading(self, row: ClinicFacts, new: bool) -> tuple[str, str]:
        """The section's title."""
        return (_("Clinic"), _("Stands on every paper and decides times, dates and numbers to call."))


class HoursSheet(StrandingSheet[ClinicFacts]):
    """The opening hours, and under them whom they shut out."""

    label_width = 0
    _before: ClinicFacts | None = None
    """The facts before the hours were last changed here."""

    def build(self, form: SheetForm) -> None:
        """One row a weekday."""
        self.hours = HoursField(_("Opening hours"), form)
        form.adopt("hours", self.hours)

    def lay_out_fields(self, body: Column) -> None:
        """The days stand for themselves: no label beside them."""
        body.addWidget(self.hours)

    def change_of(self, row: ClinicFacts) -> Change:
        """These hours in place of those before; once they are saved, in place of those they replaced."""
        before = self.row if self.is_dirty else self._before
        opening = Opening(before or row, row)
        self.stranded.change = opening
        return opening

    def save(self) -> None:
        """Keep what stood before, to go on telling whom the new hours shut out."""
        if self.is_dirty:
            self._before = self.row
        super().save()

    def write(self, row: ClinicFacts, new: bool) -> Done[ClinicFacts]:
        """Store the hours over those who were seen."""
        return clinic.change(self.desk, row, self.seen)

    def put_back(self, before: ClinicFacts, now: ClinicFacts) -> Done[Any]:
        """The facts as they were, whoever that shuts out."""
        seen = anyone(self.desk, Opening(now, before))
        return clinic.change(self.desk, replace(before, version=now.version), seen)

    def version(self, row: ClinicFacts) -> int:
        """The version they were read at."""
        return row.version

    def fill(self, row: ClinicFacts, *, new: bool) -> None:
        """Show the hours."""
        self.hours.set_value(row.hours)

    def taken(self, row: ClinicFacts) -> ClinicFacts:
        """The facts with these hours."""
        hours = self.hours.value()
        clinic.check_hours(hours)
        return replace(row, hours=hours)

    def words(self, row: ClinicFacts) -> str:
        """What was saved."""
        return _("opening hours")

    def heading(self, row: ClinicFacts, new: bool) -> tuple[str, str]:
        """The section's title."""
        return (
            _("Opening hours"),
            _("When the diary offers times. A second stretch leaves room for a break."),
        )


class _FactsPage(SetUpPage):
    """A page of one sheet of the clinic's facts."""

    subjects = frozenset({Subject.CLINIC})

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.sheet = self.make_sheet()
        self.frame = LoadingFrame(self.sheet, self)
        Row(self, gap=Gap.NONE).addWidget(self.frame, 1)
        self.sheet.key_of = self.key_of
        self.sheet.row_of = self._row_of

    @abstractmethod
    def make_sheet(self) -> Sheet[ClinicFacts]:
        """The sheet."""

    def load(self) -> None:
        """Read the facts."""
        self.frame.start()
        run_query(self, self._fetch, done=self._loaded, latest="facts")

    def _fetch(self) -> ClinicFacts:
        return clinic.facts(self.desk)

    def _loaded(self, facts: ClinicFacts) -> None:
        self.frame.show_content()
        if self.sheet.row is None:
            self.sheet.set_row(facts)
        else:
            self.sheet.offer_fresh(facts)

    def _row_of(self, _key: PanelKey) -> Shown[ClinicFacts]:
        return Shown(self._fetch(), False)


class ClinicPage(_FactsPage):
    """Name, address, phones, zone."""

    def make_sheet(self) -> ClinicSheet:
        """The sheet."""
        return ClinicSheet(self.desk, self)


class HoursPage(_FactsPage):
    """The opening hours."""

    subjects = frozenset({Subject.CLINIC, Subject.BOOKING})

    def make_sheet(self) -> HoursSheet:
        """The sheet."""
        sheet = HoursSheet(self.desk, self)
        sheet.move_asked.connect(self.move_asked)
        return sheet

    def _loaded(self, facts: ClinicFacts) -> None:
        super()._loaded(facts)
        sheet = self.sheet
        assert isinstance(sheet, HoursSheet)
        sheet.ask_stranded()


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The zones a clinic can lie in."""
    return tuple(
        sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    )


def _hours(parent: QWidget) -> MutedLabel:
    return MutedLabel(_("hours"), parent)
