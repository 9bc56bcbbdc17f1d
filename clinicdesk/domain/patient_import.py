"""Taking over patients from another system's list: which column is what, what is wrong with a row, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinicdesk.domain.dates import DateOrder
from clinicdesk.domain.patients import PatientDraft
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _, ngettext


class Column(StrEnum):
    """What a column of the file can be."""

    NOTHING = ""
    SOURCE_ID = "source_id"
    MRN = "mrn"
    TITLE = "title"
    GIVEN = "given"
    MIDDLE = "middle"
    FAMILY = "family"
    FULL_NAME = "full_name"
    BIRTH_DATE = "birth_date"
    DEATH_DATE = "death_date"
    SEX = "sex"
    MOBILE = "mobile"
    HOME_PHONE = "home_phone"
    WORK_PHONE = "work_phone"
    EMAIL = "email"
    ADDRESS = "address"
    CITY = "city"
    REGION = "region"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    LANGUAGE = "language"
    INSURANCE = "insurance"
    INSURANCE_NUMBER = "insurance_number"
    REFERRER = "referrer"
    ALLERGIES = "allergies"
    BLOOD_THINNER = "blood_thinner"
    NOTES = "notes"

    @property
    def label(self) -> str:
        """The word in the person's language."""
        return {
            Column.NOTHING: _("(leave out)"),
            Column.SOURCE_ID: _("Number in the other system"),
            Column.MRN: _("Record number (MRN)"),
            Column.TITLE: _("Title"),
            Column.GIVEN: _("First name"),
            Column.MIDDLE: _("Middle name"),
            Column.FAMILY: _("Family name"),
            Column.FULL_NAME: _("Whole name"),
            Column.BIRTH_DATE: _("Birth date"),
            Column.DEATH_DATE: _("Date of death"),
            Column.SEX: _("Sex"),
            Column.MOBILE: _("Mobile phone"),
            Column.HOME_PHONE: _("Home phone"),
            Column.WORK_PHONE: _("Work phone"),
            Column.EMAIL: _("Email"),
            Column.ADDRESS: _("Street"),
            Column.CITY: _("City"),
            Column.REGION: _("State"),
            Column.POSTAL_CODE: _("ZIP or postal code"),
            Column.COUNTRY: _("Country"),
            Column.LANGUAGE: _("Language"),
            Column.INSURANCE: _("Insurance"),
            Column.INSURANCE_NUMBER: _("Insurance number"),
            Column.REFERRER: _("Referred by"),
            Column.ALLERGIES: _("Allergies"),
            Column.BLOOD_THINNER: _("Blood thinner"),
            Column.NOTES: _("Notes"),
        }[self]


@dataclass(frozen=True, slots=True)
class Mapping:
    """What each column of the file is, in its order, and in which order its dates stand."""

    columns: tuple[Column, ...]
    order: DateOrder

    def check(self) -> None:
        """Raise `BadInput` where no patient can be made of these columns, or a column is named twice."""
        used = [one for one in self.columns if one is not Column.NOTHING]
        twice = sorted({one.label for one in used if used.count(one) > 1})
        if twice:
            raise BadInput(
                _("Two columns cannot both be “{column}”. Choose one of them.").format(column=twice[0]),
                "columns",
            )
        if Column.BIRTH_DATE not in used:
            raise BadInput(_("Say which column is the birth date. Nothing was imported."), "columns")
        if Column.FULL_NAME not in used and not {Column.GIVEN, Column.FAMILY} <= set(used):
            raise BadInput(
                _("Say which columns are the first and the family name. Nothing was imported."), "columns"
            )


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that makes a patient. ``key`` tells the same row of a second import."""

    line: int
    draft: PatientDraft
    key: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that does not, with its line in the file and the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What an import would do, before it does anything.

    ``samples`` holds the first values of each column. ``rows`` are the first rows of the file as they were understood.
    ``orders`` are the orders in which its dates make sense: more than one is a question for the person.
    """

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    mapping: Mapping
    orders: tuple[DateOrder, ...]
    total: int
    rows: tuple[GoodRow | BadRow, ...]
    bad: int
    looked_at: int
    problem: str = ""
    """Why these columns make no patients, if so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did. What is in stays in, also where it was cancelled."""

    total: int
    added: int
    already: int
    deceased: int
    bad: tuple[BadRow, ...] = ()
    cancelled: bool = False

    @property
    def sentence(self) -> str:
        """The result in words."""
        parts = [
            ngettext("{count} patient was added.", "{count} patients were added.", self.added).format(
                count=self.added
            )
        ]
        if self.already:
            parts.append(
                ngettext("{count} was here already.", "{count} were here already.", self.already).format(
                    count=self.already
                )
            )
        if self.bad:
            parts.append(
                ngettext(
                    "{count} row could not be taken over.",
                    "{count} rows could not be taken over.",
                    len(self.bad),
                ).format(count=len(self.bad))
            )
        if self.cancelled:
            left = self.total - self.added - self.already - len(self.bad)
            parts.append(
                ngettext(
                    "It was cancelled: {count} row was not looked at.",
                    "It was cancelled: {count} rows were not looked at. What is in stays in; "
                    "importing the file again goes on from here.",
                    left,
                ).format(count=left)
            )
        return " ".join(parts)
