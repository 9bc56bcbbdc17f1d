"""Set up: sedation levels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.sedation_levels import SedationLevel, SedationProvider
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit import CheckField, ChoiceField, LineField, MutedLabel, NumberField
from clinicdesk.ui.places.setup.entries import EntryPage, EntrySheet
from clinicdesk.ui.places.setup.sheet import SheetForm

_FIELDS = ("name", "response", "airway", "provider", "escort_required", "fasting", "aftercare_hours")


class SedationSheet(EntrySheet):
    """The form of a sedation level."""

    def build(self, form: SheetForm) -> None:
        """What it is, who gives it, what it asks of the patient."""
        self.name = LineField(_("Name"), form, longest=120, width=360)
        self.response = LineField(_("Response"), form, longest=200, width=480)
        self.airway = LineField(_("Breathing and circulation"), form, longest=200, width=480)
        self.provider = ChoiceField(_("Given by"), [(one, one.label) for one in SedationProvider], form)
        self.escort_required = CheckField(_("Escort"), _("A responsible adult takes the patient home"), form)
        self.fasting = CheckField(_("Fasting"), _("The patient fasts before"), form)
        self.aftercare_hours = NumberField(_("No driving for"), form, highest=168, width=80)
        form.add("name", _("Name"), self.name, required=True)
        form.add("response", _("Response"), self.response)
        form.add("airway", _("Breathing, circulation"), self.airway)
        form.add("provider", _("Given by"), self.provider, help_text=_("Beside the proceduralist."))
        form.add("escort_required", _("Escort"), self.escort_required)
        form.add("fasting", _("Fasting"), self.fasting)
        form.add(
            "aftercare_hours",
            _("No driving for"),
            self.aftercare_hours,
            beside=MutedLabel(_("hours at least"), form),
            help_text=_("Where the clinic's own hours are longer, the longer apply."),
        )

    def fill_value(self, value: Any, *, new: bool) -> None:
        """Show a level."""
        for name in _FIELDS:
            getattr(self, name).set_value(getattr(value, name))

    def read_value(self, value: Any) -> SedationLevel:
        """The level with what the fields say."""
        hours = self.aftercare_hours.whole()
        if hours is None:
            raise BadInput(_("Type the hours, 0 to 168."), "aftercare_hours")
        read = {name: getattr(self, name).value() for name in _FIELDS}
        level: SedationLevel = replace(value, **{**read, "aftercare_hours": hours})
        return level


class SedationPage(EntryPage):
    """The sedation levels."""

    kind = EntryKind.SEDATION
    can_move = False

    def heading(self) -> str:
        """The section's title."""
        return _("Sedation levels")

    def explanation(self) -> str:
        """What belongs here."""
        return _(
            "The five depths of the ASA, lightest first. Monitored anesthesia care is chosen in the booking."
        )

    def make_sheet(self) -> SedationSheet:
        """The form."""
        return SedationSheet(self.desk, self)
