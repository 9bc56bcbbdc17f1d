"""Set up: red-flag questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.redflags import RedFlagQuestion, Tier
from clinicdesk.i18n import _
from clinicdesk.ui.kit import ChoiceField, LineField, NoteField, Paint, TableColumn
from clinicdesk.ui.places.setup.entries import AnyEntry, EntryPage, EntrySheet
from clinicdesk.ui.places.setup.sheet import SheetForm

_FIELDS = ("label", "text", "tier", "say")


class RedFlagSheet(EntrySheet):
    """The form of a question."""

    def build(self, form: SheetForm) -> None:
        """Question, urgency, what to say."""
        self.text = NoteField(_("Question"), form, lines=2, longest=300)
        self.label = LineField(_("In short"), form, longest=120, width=480)
        tiers = (Tier.EMERGENCY, Tier.SAME_DAY, Tier.NEXT_WORKING_DAY)
        self.tier = ChoiceField(_("If yes"), [(tier, tier.label) for tier in tiers], form)
        self.say = NoteField(_("Say then"), form, lines=3, longest=500)
        form.add("text", _("Question"), self.text, required=True)
        form.add("label", _("In short"), self.label, required=True)
        form.add(
            "tier", _("If yes"), self.tier, help_text=_("Can be made more urgent than shipped, never less.")
        )
        form.add(
            "say",
            _("Say then"),
            self.say,
            required=True,
            help_text=_("{emergency_number} and {clinic_phone} become the clinic's own."),
        )

    def fill_value(self, value: Any, *, new: bool) -> None:
        """Show a question."""
        for name in _FIELDS:
            getattr(self, name).set_value(getattr(value, name))

    def read_value(self, value: Any) -> RedFlagQuestion:
        """The question with what the fields say."""
        question: RedFlagQuestion = replace(value, **{name: getattr(self, name).value() for name in _FIELDS})
        return question

    def heading(self, row: AnyEntry, new: bool) -> tuple[str, str]:
        """The finding, and when it is asked."""
        title, under = super().heading(row, new)
        return (title, "\n".join(part for part in (_asked(row), under) if part))


class RedFlagsPage(EntryPage):
    """The red-flag questions."""

    kind = EntryKind.RED_FLAG

    def heading(self) -> str:
        """The section's title."""
        return _("Red flags")

    def explanation(self) -> str:
        """What belongs here."""
        return _("Asked at every check-in, from the top. The worst answer counts; unanswered is not “no”.")

    def columns(self) -> Sequence[TableColumn[AnyEntry]]:
        """Mark, finding, what stands out."""
        mark: TableColumn[AnyEntry] = TableColumn(heading="", text=_tier, width=40, paint=Paint.MARK)
        return (mark, *super().columns())

    def make_sheet(self) -> RedFlagSheet:
        """The form."""
        return RedFlagSheet(self.desk, self)


def _tier(row: AnyEntry) -> str:
    return row.value.tier.value if isinstance(row.value, RedFlagQuestion) else ""


def _asked(row: AnyEntry) -> str:
    question = row.value
    if not isinstance(question, RedFlagQuestion):
        return ""
    if question.families:
        return _("Asked only after: {families}.").format(
            families=", ".join(family.label for family in question.families)
        )
    if question.from_day:
        return _("Asked from day {day} on.").format(day=question.from_day)
    return _("Asked only of someone with a brace.") if question.with_brace else ""
