"""Set up: braces and the dated rules of payers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.brace_types import BraceGroup, BraceRule, BraceRuleKind, BraceType
from clinicdesk.domain.entries import EntryKind
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit import (
    ComboField,
    DateField,
    LineField,
    MutedLabel,
    NoteField,
    NumberField,
    Paint,
    TableColumn,
)
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.places.setup.entries import AnyEntry, EntryPage, EntrySheet
from clinicdesk.ui.places.setup.fields import RowsField
from clinicdesk.ui.places.setup.sheet import SheetForm


class _RuleLine(QWidget):
    """One dated rule."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = Flow(self)
        self._rule: BraceRule | None = None
        words = {
            BraceRuleKind.VISIT_AND_ORDER_FIRST: _("Visit and order first"),
            BraceRuleKind.PRIOR_AUTHORIZATION: _("Prior authorization"),
        }
        self.kind = ComboField(_("Rule"), [(one, words[one]) for one in BraceRuleKind], self, width=200)
        self.starts = DateField(_("From"), self, width=136, hint=_("from"))
        self.ends = DateField(_("Until"), self, width=136, hint=_("until"))
        row.add(self.kind, self.starts, MutedLabel(_("to"), self), self.ends)
        for field in (self.kind, self.starts, self.ends):
            field.changed.connect(self.changed)
        self.setFocusProxy(self.kind)

    def value(self) -> BraceRule:
        """The rule. Raises `BadInput`."""
        starts = self.starts.value()
        if starts is None:
            raise BadInput(_("Each rule needs the day from which it holds."), "rules")
        if self.ends.text().strip() and self.ends.value() is None:
            raise BadInput(_("Type the rule's last day as a date, or leave it empty."), "rules")
        before = self._rule or BraceRule(kind=self.kind.value(), starts=starts)
        try:
            return replace(before, kind=self.kind.value(), starts=starts, ends=self.ends.value())
        except BadInput as error:
            raise BadInput(error.sentence, "rules") from error

    def set_value(self, rule: BraceRule) -> None:
        """Show a rule."""
        self._rule = rule
        self.kind.set_value(rule.kind)
        self.starts.set_value(rule.starts)
        self.ends.set_value(rule.ends)


class RulesField(RowsField):
    """The dated rules of a brace."""

    def new_line(self) -> QWidget:
        """An empty rule."""
        return _RuleLine(self)


class BraceSheet(EntrySheet):
    """The form of a brace."""

    def build(self, form: SheetForm) -> None:
        """Code, words, usual wear, rules."""
        self.hcpcs = LineField(_("HCPCS"), form, longest=5, width=96)
        self.name = LineField(_("Description"), form, longest=120, width=480)
        self.group = ComboField(_("Kind"), [(one, one.label) for one in BraceGroup], form)
        self.default_weeks = NumberField(_("Usual weeks"), form, lowest=1, highest=104, width=80)
        self.wear_rule = NoteField(_("Wearing rule"), form, lines=3, longest=500)
        self.rules = RulesField(_("Payer rules"), _("Add rule"), form)
        form.add("hcpcs", _("HCPCS"), self.hcpcs, required=True)
        form.add(
            "name", _("Description"), self.name, required=True, help_text=_("In the clinic's own words.")
        )
        form.add("group", _("Kind"), self.group)
        form.add(
            "default_weeks",
            _("Worn for"),
            self.default_weeks,
            beside=MutedLabel(_("weeks; empty: the surgeon sets it"), form),
        )
        form.add("wear_rule", _("Wearing rule"), self.wear_rule)
        form.add(
            "rules",
            _("Payer rules"),
            self.rules,
            help_text=_("Each holds from its first day on; without a last day, until further notice."),
        )

    def fill_value(self, value: Any, *, new: bool) -> None:
        """Show a brace."""
        self.hcpcs.set_value(value.hcpcs if not new else "")
        self.hcpcs.setReadOnly(not new)
        self.name.set_value(value.name if not new else "")
        self.group.set_value(value.group)
        self.default_weeks.set_value(value.default_weeks)
        self.wear_rule.set_value(value.wear_rule)
        self.rules.set_value(value.rules)

    def read_value(self, value: Any) -> BraceType:
        """The brace with what the fields say."""
        brace: BraceType = replace(
            value,
            hcpcs=self.hcpcs.value().upper(),
            name=self.name.value(),
            group=self.group.value(),
            default_weeks=self.default_weeks.whole(),
            wear_rule=self.wear_rule.value(),
            rules=self.rules.value(),
        )
        return brace


class BracesPage(EntryPage):
    """The braces."""

    kind = EntryKind.BRACE

    def heading(self) -> str:
        """The section's title."""
        return _("Braces")

    def explanation(self) -> str:
        """What belongs here."""
        return _("What can be ordered, by HCPCS code, and what payers ask for from which day on.")

    def columns(self) -> Sequence[TableColumn[AnyEntry]]:
        """Code, name, what stands out."""
        code: TableColumn[AnyEntry] = TableColumn(
            heading=_("HCPCS"), text=_code, width=72, paint=Paint.FIGURES
        )
        return (code, *super().columns())

    def make_sheet(self) -> BraceSheet:
        """The form."""
        return BraceSheet(self.desk, self)

    def new_value(self) -> BraceType:
        """A brace to be filled in."""
        return BraceType(hcpcs="L0000", name="-", group=BraceGroup.TLSO)

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add brace")


def _code(row: AnyEntry) -> str:
    return row.value.hcpcs if isinstance(row.value, BraceType) else ""
