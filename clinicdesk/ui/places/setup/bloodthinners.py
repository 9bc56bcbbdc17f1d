"""Set up: blood thinners, and the laboratory limits that go with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clinicdesk.domain.blood_thinners import MOST_HOLD_DAYS, BleedingLimits, BloodThinner
from clinicdesk.domain.entries import EntryKind
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit import LineField, MutedLabel, NoteField, NumberField
from clinicdesk.ui.places.setup.entries import EntryPage, EntrySheet, own_key
from clinicdesk.ui.places.setup.sheet import SheetForm


class BloodThinnerSheet(EntrySheet):
    """The form of a medicine."""

    def build(self, form: SheetForm) -> None:
        """Names and reminders."""
        self.name = LineField(_("Name"), form, longest=120, width=360)
        self.also = LineField(_("Also called"), form, longest=200, width=360)
        self.high_risk = NoteField(_("Before a high-risk case"), form, lines=2, longest=300)
        self.low_risk = NoteField(_("Before a low-risk case"), form, lines=2, longest=300)
        self.usual_hold = LineField(_("Usual hold"), form, longest=60, width=160)
        self.hold_days = NumberField(
            _("Longest hold in days"), form, lowest=0, highest=MOST_HOLD_DAYS, width=80
        )
        form.add("name", _("Name"), self.name, required=True)
        form.add("also", _("Also called"), self.also, help_text=_("Brand names, apart by commas."))
        form.add("high_risk", _("High bleeding risk"), self.high_risk)
        form.add(
            "usual_hold",
            _("Usual hold"),
            self.usual_hold,
            help_text=_("Before a high-risk case, in words: 5 days, 3 to 5 days, 4 doses."),
        )
        form.add(
            "hold_days",
            _("Longest hold in days"),
            self.hold_days,
            help_text=_(
                "The checklist names the day on which it would begin. Leave empty where doses are counted."
            ),
        )
        form.add(
            "low_risk",
            _("Low bleeding risk"),
            self.low_risk,
            help_text=_("Reminders shown in the booking: to confirm with the prescriber, never an order."),
        )

    def fill_value(self, value: Any, *, new: bool) -> None:
        """Show a medicine."""
        self.name.set_value(value.name if not new else "")
        self.also.set_value(", ".join(value.also))
        self.high_risk.set_value(value.high_risk)
        self.low_risk.set_value(value.low_risk)
        self.usual_hold.set_value(value.usual_hold)
        self.hold_days.set_value(value.hold_days)

    def read_value(self, value: Any) -> BloodThinner:
        """The medicine with what the fields say."""
        name = self.name.value()
        medicine: BloodThinner = replace(
            value,
            key=own_key(name or "x") if self.is_new else value.key,
            name=name,
            also=tuple(part.strip() for part in self.also.value().split(",") if part.strip()),
            high_risk=self.high_risk.value(),
            low_risk=self.low_risk.value(),
            usual_hold=self.usual_hold.value(),
            hold_days=self._days(),
        )
        return medicine

    def _days(self) -> int | None:
        if (wrong := self.hold_days.problem()) is not None:
            raise BadInput(wrong, "hold_days")
        return self.hold_days.whole()


class BloodThinnersPage(EntryPage):
    """The blood thinners."""

    kind = EntryKind.BLOOD_THINNER

    def heading(self) -> str:
        """The section's title."""
        return _("Blood thinners")

    def explanation(self) -> str:
        """What belongs here."""
        return _("What the booking reminds of when a patient takes one. The clinic chooses its own table.")

    def make_sheet(self) -> BloodThinnerSheet:
        """The form."""
        return BloodThinnerSheet(self.desk, self)

    def new_value(self) -> BloodThinner:
        """A medicine to be filled in."""
        reminder = _("Confirm with the prescriber.")
        return BloodThinner(key="new", name="-", high_risk=reminder, low_risk=reminder, confirm=False)

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add medicine")


class LimitsSheet(EntrySheet):
    """The form of the limits for one bleeding risk."""

    def build(self, form: SheetForm) -> None:
        """INR and platelets."""
        self.inr_at_most = LineField(_("INR at most"), form, longest=20, width=120)
        self.platelets_at_least = NumberField(_("Platelets at least"), form, lowest=0, highest=1000, width=80)
        form.add("inr_at_most", _("INR at most"), self.inr_at_most)
        form.add(
            "platelets_at_least",
            _("Platelets at least"),
            self.platelets_at_least,
            beside=MutedLabel(_("thousand per µL"), form),
        )

    def fill_value(self, value: Any, *, new: bool) -> None:
        """Show the limits."""
        self.inr_at_most.set_value(value.inr_at_most)
        self.platelets_at_least.set_value(value.platelets_at_least)

    def read_value(self, value: Any) -> BleedingLimits:
        """The limits with what the fields say."""
        platelets = self.platelets_at_least.whole()
        if platelets is None:
            raise BadInput(_("Type a number from 0 to 1000."), "platelets_at_least")
        limits: BleedingLimits = replace(
            value, inr_at_most=self.inr_at_most.value(), platelets_at_least=platelets
        )
        return limits


class LimitsPage(EntryPage):
    """The laboratory limits."""

    kind = EntryKind.BLEEDING_LIMITS
    can_move = False

    def heading(self) -> str:
        """The section's title."""
        return _("Laboratory limits")

    def explanation(self) -> str:
        """What belongs here."""
        return _("What to look at before a procedure, by its bleeding risk.")

    def make_sheet(self) -> LimitsSheet:
        """The form."""
        return LimitsSheet(self.desk, self)
