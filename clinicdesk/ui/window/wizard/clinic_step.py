"""Name, address, phones and place of the clinic."""

from __future__ import annotations

import zoneinfo

from PySide6.QtCore import QTimeZone
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain import countries
from clinicdesk.i18n import _
from clinicdesk.ui.kit.choices import ComboField
from clinicdesk.ui.kit.fields import LineField, NoteField
from clinicdesk.ui.theme import Size, theme
from clinicdesk.ui.window.wizard.step import Step

_WIDE = 420


class ClinicStep(Step):
    """Asks what every paper and screen knows of the clinic."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _("This stands on every paper a patient takes home. All of it can be changed later."), parent
        )
        self.name = LineField(_("Name"), self, longest=120, width=_WIDE)
        self.address = NoteField(_("Address"), self, lines=3, longest=500)
        self.address.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.phone = LineField(_("Phone"), self, longest=40)
        self.after_hours = LineField(_("After hours"), self, longest=40)
        self.email = LineField(_("Email"), self, longest=200, width=_WIDE)
        here = QTimeZone.systemTimeZoneId().toStdString()
        country = countries.country_of_zone(here) or countries.COUNTRIES[0]
        self.country = ComboField(_("Country"), countries.choices(), self)
        self.zone = ComboField(_("Time zone"), _zones(country), self, width=Size.FIELD + 60)
        self.emergency = LineField(_("Emergency number"), self, longest=20, width=Size.FIELD_SHORT)
        self._suggested = ""
        self.country.set_value(country.code)
        self._suggest()
        if here in country.zones:
            self.zone.set_value(here)
        self.country.changed.connect(self._suggest)
        self._lay_out()

    def _lay_out(self) -> None:
        theme().changed.connect(self._resize)
        self._resize()
        add = self.form.add
        add("name", _("Name"), self.name, required=True)
        add("address", _("Address"), self.address)
        add("phone", _("Phone"), self.phone, required=True)
        add(
            "phone_after_hours",
            _("After hours"),
            self.after_hours,
            help_text=_("Whom a patient calls at night. Papers name it beside every warning sign."),
        )
        add("email", _("Email"), self.email)
        add("country", _("Country"), self.country)
        add("time_zone", _("Time zone"), self.zone)
        add(
            "emergency_number",
            _("Emergency number"),
            self.emergency,
            required=True,
            help_text=_("Please check it: every paper says to call it in an emergency."),
        )
        self.body.addWidget(self.form)

    def _resize(self) -> None:
        self.address.setFixedWidth(theme().px(_WIDE))

    @classmethod
    def title(cls) -> str:
        """The step's name."""
        return _("Clinic")

    def first(self) -> QWidget:
        """The clinic's name."""
        return self.name

    def check(self) -> bool:
        """Name, phone and emergency number are needed; what was typed must fit."""
        if not super().check():
            return False
        if not self.name.value():
            return self.missing("name", _("The clinic needs a name."))
        if not any(letter.isdigit() for letter in self.phone.value()):
            return self.missing("phone", _("The papers need a number at which the clinic is reached."))
        if not self.emergency.value():
            return self.missing("emergency_number", _("The papers need the number to call in an emergency."))
        return True

    def _suggest(self) -> None:
        """Offer the country's zones and number; a number the person typed stays."""
        found = countries.country(str(self.country.value()))
        if found is None:
            return
        self.zone.set_options(_zones(found))
        if self.zone.value() not in found.zones:
            self.zone.set_value(found.zones[0])
        if self.emergency.value() in ("", self._suggested):
            self.emergency.set_value(found.emergency_number)
        self._suggested = found.emergency_number


def _zones(country: countries.Country) -> list[tuple[str, str]]:
    """The country's zones first, then every other of the world."""
    others = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")
    )
    names = [*country.zones, *(name for name in others if name not in country.zones)]
    return [(name, name.replace("_", " ")) for name in names]
