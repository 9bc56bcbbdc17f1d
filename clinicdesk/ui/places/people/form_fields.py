"""The fields of a patient, in groups; and what they say as a draft."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.patients import LONGEST_NOTE, PatientDraft, Sex
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.frame.typed import Typed
from clinicdesk.ui.kit import (
    CheckField,
    Column,
    ComboField,
    DateField,
    FormGrid,
    LineField,
    NoteField,
    Row,
    Section,
    SegmentedRow,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.people.form_rows import ContactRows, PhoneRows
from clinicdesk.ui.places.people.head import language_name
from clinicdesk.ui.theme import Gap, theme

LANGUAGES: Final = (
    *("en", "es", "zh", "vi", "ko", "ru", "ar", "fr", "pt", "pl"),
    *("de", "it", "ht", "tl", "hi", "ja", "fa", "uk", "so", "am"),
)
EMPTY: Final = PatientDraft(given="", family="", birth_date=date(1900, 1, 1))
"""A draft to fill in; its birth date is never shown."""

_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI")
_TWO_COLUMNS: Final = 940
"""Unscaled width from which the groups stand in two columns."""


class PatientFields(QWidget):
    """The groups of fields, in two columns where there is room. Field names are the names of the draft's attributes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grids: list[FormGrid] = []
        self._fields: dict[str, QWidget] = {}
        self._across = Row(self, gap=Gap.XL, margin=(Gap.NONE, Gap.NONE, Gap.L, Gap.NONE))
        for groups in ((self._who, self._reach), (self._care, self._around, self._money)):
            side = QWidget(self)
            column = Column(side, gap=Gap.L)
            for group in groups:
                column.addWidget(group())
            column.addStretch(1)
            self._across.addWidget(side, 1)

    def field(self, key: str) -> Any:
        """The field of a draft's attribute."""
        return self._fields[key]

    def fill(self, draft: PatientDraft, *, new: bool) -> None:
        """Show `draft`; nobody new has died."""
        tags = [*LANGUAGES, *([] if draft.language in LANGUAGES else [draft.language])]
        self.field("language").set_options([(tag, language_name(tag)) for tag in tags])
        for one in fields(draft):
            self.field(one.name).set_value(getattr(draft, one.name))
        if new:
            self.field("birth_date").set_value(None)
            self.field("sex").set_value(None)
        self._grids[0].set_shown("deceased_on", not new)
        for grid in self._grids:
            grid.clear_problems()

    def name_fields(self, typed: Typed) -> None:
        """Name the fields as ones that a person types in a panel."""
        for grid in self._grids:
            for key in grid.keys():  # noqa: SIM118 - no mapping
                field: Any = grid.field(key)
                if isinstance(field, PhoneRows | ContactRows):
                    typed.add_made(
                        key,
                        grid.label_of(key),
                        field.plain,
                        field.set_plain,
                        field.changed,
                        words=field.words_for,
                    )
                else:
                    typed.add_form(grid, key)

    def draft(self) -> PatientDraft | None:
        """What the fields say; None, with the reason under each field, where that is no patient."""
        checked = [grid.check() for grid in self._grids]  # every grid shows its problems
        fine = all(checked)
        values = {one.name: self.field(one.name).value() for one in fields(PatientDraft)}
        if values["birth_date"] is None:
            if "birth_date" not in self.problems():
                self.tell(
                    BadInput(_("A birth date is needed. It tells people of one name apart."), "birth_date")
                )
            values["birth_date"] = fmt.today()
            fine = False
        values["sex"] = values["sex"] or Sex.UNKNOWN
        draft = PatientDraft(**values).tidy()
        wrong = draft.problems(fmt.today())
        for problem in wrong:
            if problem.field not in self.problems():
                self.tell(problem)
        return draft if fine and not wrong else None

    def looked_for(self) -> PatientDraft | None:
        """What is known so far, once it is enough to ask who is alike."""
        known = {key: self.field(key).value() for key in ("given", "family", "birth_date")}
        if not all(known.values()):
            return None
        return replace(
            EMPTY,
            **known,
            phones=self.field("phones").value(),
            insurance_number=self.field("insurance_number").value(),
        )

    def problems(self) -> dict[str, str]:
        """What is said under the fields, by field."""
        return {key: words for grid in self._grids for key, words in grid.problems().items()}

    def tell(self, problem: BadInput) -> bool:
        """Say what is wrong under its field; False where it is about none of them."""
        return any(grid.show_error(problem) for grid in self._grids)

    def first_problem(self) -> QWidget | None:
        """The first field that something is wrong with, with the keyboard in it."""
        key = next((key for key in self._fields if key in self.problems()), None)
        if key is None:
            return None
        self._fields[key].setFocus(Qt.FocusReason.OtherFocusReason)
        return self._fields[key]

    # ------------------------------------------------------------------ the groups

    def _group(self, title: str) -> tuple[Section, FormGrid]:
        section = Section(title, self)
        grid = FormGrid(section)
        section.add(grid)
        self._grids.append(grid)
        return section, grid

    def _add(self, grid: FormGrid, key: str, label: str, field: QWidget, **more: Any) -> None:
        grid.add(key, label, field, **more)
        self._fields[key] = field

    def _who(self) -> QWidget:
        section, grid = self._group(_("Who"))
        self._add(grid, "given", _("First name"), LineField(_("First name"), self), required=True)
        self._add(grid, "family", _("Family name"), LineField(_("Family name"), self), required=True)
        self._add(grid, "title", _("Title"), LineField(_("Title"), self, hint=_("Mrs, Dr"), width=96))
        self._add(
            grid, "birth_date", _("Birth date"), DateField(_("Birth date"), self, past=True), required=True
        )
        sexes = [(one, one.label) for one in Sex]
        self._add(grid, "sex", _("Sex"), SegmentedRow(_("Sex"), sexes, self))
        mrn = LineField(_("Record number"), self, hint=_("the next free one"), width=168, longest=40)
        self._add(grid, "mrn", _("Record number"), mrn)
        died = DateField(_("Died on"), self, past=True, hint="")
        self._add(grid, "deceased_on", _("Died on"), died)
        return section

    def _reach(self) -> QWidget:
        section, grid = self._group(_("Reach"))
        self._add(grid, "phones", _("Phones"), PhoneRows(_("Phones"), self))
        hours = LineField(_("Best time to call"), self, hint=_("after 4 pm"))
        self._add(grid, "contact_hours", _("Best time to call"), hours)
        self._add(grid, "email", _("Email"), LineField(_("Email"), self))
        self._add(grid, "address", _("Street"), NoteField(_("Street"), self, lines=2, longest=LONGEST_NOTE))
        self._add(grid, "city", _("City"), LineField(_("City"), self))
        self._add(grid, "region", _("State"), LineField(_("State"), self, width=168))
        self._add(grid, "postal_code", _("ZIP"), LineField(_("ZIP"), self, width=96))
        self._add(grid, "country", _("Country"), LineField(_("Country"), self, width=96, longest=40))
        return section

    def _care(self) -> QWidget:
        section, grid = self._group(_("Care"))
        self._add(
            grid,
            "allergies",
            _("Allergies"),
            LineField(_("Allergies"), self, width=360, longest=LONGEST_NOTE),
        )
        none = CheckField(_("Allergies"), _("asked: none known"), self)
        self._add(grid, "no_known_allergies", "", none)
        thinner = LineField(_("Blood thinner"), self, hint=_("warfarin, apixaban"), width=360)
        self._add(grid, "blood_thinner", _("Blood thinner"), thinner)
        classes = [(n, roman) for n, roman in enumerate(_ROMAN, start=1)]
        asa = SegmentedRow(_("ASA class"), classes, self, clearable=True)
        self._add(grid, "asa_class", _("ASA class"), asa)
        languages = [(tag, language_name(tag)) for tag in LANGUAGES]
        self._add(grid, "language", _("Language"), ComboField(_("Language"), languages, self, width=168))
        self._add(grid, "interpreter", "", CheckField(_("Language"), _("interpreter needed"), self))
        self._add(grid, "large_print", "", CheckField(_("Papers"), _("papers in large print"), self))
        return section

    def _around(self) -> QWidget:
        section, grid = self._group(_("Beside the patient"))
        self._add(grid, "contacts", _("Contacts"), ContactRows(_("Contacts"), self))
        return section

    def _money(self) -> QWidget:
        section, grid = self._group(_("Insurance and notes"))
        self._add(grid, "insurance", _("Insurance"), LineField(_("Insurance"), self))
        self._add(grid, "insurance_number", _("Insurance number"), LineField(_("Insurance number"), self))
        self._add(grid, "referrer", _("Referred by"), LineField(_("Referred by"), self))
        notes = NoteField(_("Notes"), self, lines=4, longest=LONGEST_NOTE)
        self._add(grid, "notes", _("Notes"), notes)
        return section

    def arrange(self, width: int) -> None:
        """Stand in two columns where `width` (in pixels) has room for them, else in one."""
        wide = width >= theme().px(_TWO_COLUMNS)
        way = Row.Direction.LeftToRight if wide else Row.Direction.TopToBottom
        if self._across.direction() is not way:
            self._across.setDirection(way)
