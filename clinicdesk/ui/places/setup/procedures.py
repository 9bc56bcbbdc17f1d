"""Set up: procedures and visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.catalogue import (
    GRID_MINUTES,
    LONGEST_MINUTES,
    BleedingRisk,
    Family,
    NeedsPlan,
    Position,
    Procedure,
    ProcedureKind,
    Sedation,
    Setting,
    WoundClosure,
    planned_minutes,
)
from clinicdesk.domain.entries import Catalogue, EntryKind
from clinicdesk.domain.levels import LevelKind, parse_range
from clinicdesk.domain.preparation_rules import usual_rules
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import catalogue, handouts
from clinicdesk.ui.kit import (
    CheckField,
    ChoiceField,
    ComboField,
    LineField,
    MutedLabel,
    NumberField,
    Paint,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.setup.entries import AnyEntry, EntryPage, EntrySheet, entry_state, own_key
from clinicdesk.ui.places.setup.fields import ChecksField
from clinicdesk.ui.places.setup.lengths import LearnedLengths
from clinicdesk.ui.places.setup.preparation import PreparationField
from clinicdesk.ui.places.setup.sheet import SheetForm

_MINUTES = (
    "first_minutes",
    "extra_level_minutes",
    "setup_minutes",
    "turnover_minutes",
    "handover_minutes",
    "recovery_minutes",
)
_PROCEDURE_ONLY = (
    "family",
    "extra_level_minutes",
    "handover_minutes",
    "recovery_minutes",
    "level_kind",
    "allowed",
    "max_levels",
    "has_side",
    "allowed_sedations",
    "default_sedation",
    "default_setting",
    "position",
    "bleeding_risk",
    "pathway_key",
    "handout_key",
    "wound_closures",
    "preparation",
)
_NEEDS = ("c_arm", "bay", "bed", "sedation", "surgeon", "nurse")


class ProcedureSheet(EntrySheet):
    """The form of a procedure or visit."""

    def build(self, form: SheetForm) -> None:
        """Name, time, resources, levels, sedation, afterwards."""
        self.name = LineField(_("Name"), form, longest=120, width=360)
        self.kind = ChoiceField(_("Kind"), [(kind, kind.label) for kind in ProcedureKind], form)
        self.family = ComboField(_("Sort"), [(family, family.label) for family in Family], form)
        form.add("name", _("Name"), self.name, required=True)
        form.add("kind", _("Kind"), self.kind)
        form.add("family", _("Sort"), self.family)
        self._build_time(form)
        self._build_needs(form)
        self._build_levels(form)
        self._build_sedation(form)
        self._build_preparation(form)
        self._build_after(form)

    def _build_time(self, form: SheetForm) -> None:
        self.add_heading(form, _("How long it takes"))
        labels = {
            "first_minutes": _("Procedure"),
            "extra_level_minutes": _("Each further level"),
            "setup_minutes": _("Setup before"),
            "turnover_minutes": _("Turnover after"),
            "handover_minutes": _("Handover to recovery"),
            "recovery_minutes": _("Recovery bay"),
        }
        self.minutes = {name: _minutes_field(labels[name], form) for name in _MINUTES}
        for name, field in self.minutes.items():
            beside = MutedLabel(_("min"), form)
            if name == "extra_level_minutes":
                self.example = beside
            form.add(name, labels[name], field, beside=beside, required=name == "first_minutes")
        self.lengths = LearnedLengths(self.desk, form)
        form.add_wide(self.lengths)

    def _build_needs(self, form: SheetForm) -> None:
        self.add_heading(form, _("What it takes"))
        words = {
            "c_arm": _("C-arm"),
            "bay": _("Recovery bay"),
            "bed": _("Bed, when overnight"),
            "sedation": _("Sedation nurse or anesthesia, by the sedation"),
            "surgeon": _("Surgeon"),
            "nurse": _("Or a nurse"),
        }
        self.needs = ChecksField(_("Resources"), [(name, words[name]) for name in _NEEDS], form)
        form.add("needs", _("Besides a room"), self.needs)

    def _build_levels(self, form: SheetForm) -> None:
        self.add_heading(form, _("Where it is done"))
        self.level_kind = ChoiceField(_("Levels"), [(kind, kind.label) for kind in LevelKind], form)
        self.allowed = LineField(_("Allowed range"), form, hint=_("such as T5-L5"), longest=20, width=120)
        self.max_levels = NumberField(_("Usual most"), form, lowest=1, highest=12, width=80)
        self.has_side = CheckField(_("Side"), _("Asks for left, right or both"), form)
        form.add("level_kind", _("Levels"), self.level_kind)
        form.add("allowed", _("Allowed range"), self.allowed)
        form.add("max_levels", _("Usual most per session"), self.max_levels)
        form.add("has_side", _("Side"), self.has_side)

    def _build_sedation(self, form: SheetForm) -> None:
        self.add_heading(form, _("Sedation and stay"))
        words = {
            Sedation.LOCAL: _("Local only"),
            Sedation.MINIMAL: _("Minimal"),
            Sedation.MODERATE: _("Moderate"),
            Sedation.DEEP: _("Deep"),
            Sedation.GENERAL: _("General"),
        }
        options = [(level, words[level]) for level in Sedation]
        self.allowed_sedations = ChecksField(_("Allowed sedation"), options, form)
        self.default_sedation = ComboField(_("Usual sedation"), [(None, _("None")), *options], form)
        self.default_setting = ChoiceField(_("Stay"), [(one, one.label) for one in Setting], form)
        self.position = ComboField(
            _("Position"), [(None, _("Any")), *((one, one.label) for one in Position)], form
        )
        self.bleeding_risk = ChoiceField(_("Bleeding risk"), [(one, one.label) for one in BleedingRisk], form)
        form.add("allowed_sedations", _("Allowed sedation"), self.allowed_sedations)
        form.add("default_sedation", _("Usual sedation"), self.default_sedation)
        form.add("default_setting", _("Stay"), self.default_setting)
        form.add("position", _("Position"), self.position)
        form.add("bleeding_risk", _("Bleeding risk"), self.bleeding_risk)

    def _build_preparation(self, form: SheetForm) -> None:
        self.add_heading(form, _("Beforehand"))
        self.preparation = PreparationField(_("Checklist"), form)
        form.add(
            "preparation",
            _("Checklist"),
            self.preparation,
            help_text=_("One that is due on a closed day is due on the working day before it."),
        )

    def _build_after(self, form: SheetForm) -> None:
        self.add_heading(form, _("Afterwards"))
        self._pathways: tuple[tuple[str, str], ...] = ()
        self._handouts: tuple[tuple[str, str], ...] = ()
        self.pathway_key = ComboField(_("Check-ins"), [(None, _("None"))], form, width=360)
        self.handout_key = ComboField(_("Paper to take home"), [(None, _("None"))], form, width=360)
        self.wound_closures = ChecksField(
            _("Wound closure"), [(one, one.label) for one in WoundClosure], form
        )
        form.add("pathway_key", _("Check-ins"), self.pathway_key)
        form.add("handout_key", _("Paper to take home"), self.handout_key)
        form.add("wound_closures", _("Wound closure"), self.wound_closures)

    def offer(self, whole: Catalogue, papers: Sequence[tuple[str, str]]) -> None:
        """Offer the clinic's pathways and the papers there are."""
        self._pathways = tuple((one.value.key, one.value.name) for one in whole.pathways if one.active)
        self._handouts = tuple(papers)
        self.show_again()

    def fill_value(self, value: Any, *, new: bool) -> None:
        """Show a procedure."""
        self.lengths.show_procedure("" if new else value.key)
        for name, field in self.minutes.items():
            field.set_value(getattr(value, name))
        for name in (
            "name",
            "kind",
            "family",
            "level_kind",
            "has_side",
            "max_levels",
            "wound_closures",
            "preparation",
        ):
            getattr(self, name).set_value(getattr(value, name))
        for name in ("allowed_sedations", "default_sedation", "default_setting", "position", "bleeding_risk"):
            getattr(self, name).set_value(getattr(value, name))
        self._offer_papers(value.pathway_key, value.handout_key)
        self.allowed.set_value("" if value.allowed is None else str(value.allowed))
        plan = NeedsPlan.of(value.needs)
        self.needs.set_value([name for name in _NEEDS if getattr(plan, name)])
        self.kind.setEnabled(new and self.may_edit)

    def read_value(self, value: Any) -> Procedure:
        """The procedure with what the fields say."""
        visit = self.kind.value() is ProcedureKind.VISIT
        name = self.name.value()
        typed = self.allowed.value()
        allowed = None
        if typed and self.level_kind.value() is not LevelKind.NONE:
            try:
                allowed = parse_range(typed)
            except BadInput as error:
                raise BadInput(error.sentence, "allowed") from error
        plan = NeedsPlan(**{one: one in self.needs.value() for one in _NEEDS})
        needs = value.needs if plan == NeedsPlan.of(value.needs) and value.needs else plan.needs()
        read: dict[str, Any] = {
            "key": value.key if not self.is_new else own_key(name or "x"),
            "name": name,
            "kind": self.kind.value(),
            "family": self.family.value(),
            "level_kind": self.level_kind.value(),
            "allowed": allowed,
            "max_levels": self.max_levels.whole(),
            "has_side": self.has_side.value(),
            "allowed_sedations": self.allowed_sedations.value(),
            "default_sedation": self.default_sedation.value(),
            "default_setting": self.default_setting.value(),
            "position": self.position.value(),
            "bleeding_risk": self.bleeding_risk.value(),
            "pathway_key": self.pathway_key.value(),
            "handout_key": self.handout_key.value(),
            "wound_closures": self.wound_closures.value(),
            "preparation": self.preparation.value(),
            "needs": needs,
            **{one: field.whole() or 0 for one, field in self.minutes.items()},
        }
        if visit:
            read |= _AS_A_VISIT
        if read["level_kind"] is LevelKind.NONE:
            read |= {"allowed": None, "max_levels": None, "extra_level_minutes": 0}
        procedure: Procedure = replace(value, **read)
        return procedure

    def on_change(self) -> None:
        """Show what the kind and the levels make meaningful."""
        procedure = self.kind.value() is not ProcedureKind.VISIT
        leveled = procedure and self.level_kind.value() is not LevelKind.NONE
        for name in _PROCEDURE_ONLY:
            self.form.set_shown(name, procedure)
        for name in ("allowed", "max_levels", "extra_level_minutes"):
            self.form.set_shown(name, leveled)
        self._show_example()

    def _show_example(self) -> None:
        first, more = self.minutes["first_minutes"].whole(), self.minutes["extra_level_minutes"].whole()
        if first is None or more is None:
            self.example.setText(_("min"))
            return
        self.example.setText(_("min; two: {length}").format(length=fmt.duration(first + more)))

    def _offer_papers(self, pathway: str | None, handout: str | None) -> None:
        """Offer what there is, and what the row holds even where it is no longer offered."""
        none = (None, _("None"))
        for field, offered, value in (
            (self.pathway_key, self._pathways, pathway),
            (self.handout_key, self._handouts, handout),
        ):
            kept = () if value is None or value in dict(offered) else ((value, value),)
            field.set_options([none, *offered, *kept])
            field.set_value(value)


_AS_A_VISIT: dict[str, Any] = {
    "family": Family.OTHER,
    "handover_minutes": 0,
    "recovery_minutes": 0,
    "level_kind": LevelKind.NONE,
    "has_side": False,
    "allowed_sedations": (),
    "default_sedation": None,
    "default_setting": Setting.HOME,
    "position": None,
    "bleeding_risk": BleedingRisk.NONE,
    "pathway_key": None,
    "handout_key": None,
    "wound_closures": (),
    "preparation": (),
}


class ProceduresPage(EntryPage):
    """Procedures and visits."""

    kind = EntryKind.PROCEDURE

    def heading(self) -> str:
        """The section's title."""
        return _("Procedures and visits")

    def explanation(self) -> str:
        """What belongs here."""
        return _("What can be booked. The booking form fills itself from here; the order is the order there.")

    def columns(self) -> Sequence[TableColumn[AnyEntry]]:
        """Name, length, what stands out."""
        name, state = super().columns()
        return (
            name,
            TableColumn(heading=_("Length"), text=_length, width=92, drop=1, paint=Paint.FIGURES, right=True),
            replace(state, text=entry_state, width=84),
        )

    def make_sheet(self) -> ProcedureSheet:
        """The form."""
        return ProcedureSheet(self.desk, self)

    def new_value(self) -> Procedure:
        """A procedure in a room with everything, to be filled in."""
        return Procedure(
            key="new",
            name="-",
            kind=ProcedureKind.PROCEDURE,
            first_minutes=30,
            setup_minutes=15,
            turnover_minutes=20,
            handover_minutes=5,
            recovery_minutes=30,
            needs=NeedsPlan(c_arm=True, bay=True, bed=True, sedation=True).needs(),
            allowed_sedations=(Sedation.LOCAL,),
            default_sedation=Sedation.LOCAL,
            preparation=usual_rules(is_visit=False, cement=False, surgery=False),
        )

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add procedure")

    def choices(self) -> tuple[Catalogue, Sequence[tuple[str, str]]]:
        """The clinic's pathways, and the papers there are."""
        return catalogue.whole(self.desk), handouts.discharge_papers(self.desk)

    def offer(self, choices: Any) -> None:
        """Let the form offer them."""
        sheet = self.sheet
        assert isinstance(sheet, ProcedureSheet)
        sheet.offer(*choices)


def _length(row: AnyEntry) -> str:
    assert isinstance(row.value, Procedure)
    return fmt.duration(planned_minutes(row.value))


def _minutes_field(name: str, parent: QWidget) -> NumberField:
    return NumberField(
        name, parent, lowest=0, highest=LONGEST_MINUTES, step=GRID_MINUTES, unit=_("min"), width=80
    )
