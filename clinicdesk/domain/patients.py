"""A patient: what a person types about one, what is wrong with it, and what screens show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.clock import age_on
from clinicdesk.domain.ids import PatientId
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _, ngettext

LONGEST_NAME = 200
LONGEST_LINE = 300
LONGEST_NOTE = 10_000
LONGEST_CODE = 40
OLDEST = 130
"""Years; nobody has lived longer (122 is the record), so an earlier birth date is a slip."""

NO_NAME = "-"
"""Typed for the first name of someone who has only one name."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the reading direction of what follows: a name holding one could pass for another."""


class Sex(StrEnum):
    """Sex as it matters for care."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The word in the person's language."""
        return {
            Sex.FEMALE: _("Female"),
            Sex.MALE: _("Male"),
            Sex.OTHER: _("Other"),
            Sex.UNKNOWN: _("Unknown"),
        }[self]

    @property
    def letter(self) -> str:
        """The short form beside an age: 78 F."""
        return {Sex.FEMALE: _("F"), Sex.MALE: _("M"), Sex.OTHER: _("X"), Sex.UNKNOWN: ""}[self]


class PhoneKind(StrEnum):
    """Where a phone rings."""

    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word in the person's language."""
        return {
            PhoneKind.MOBILE: _("Mobile"),
            PhoneKind.HOME: _("Home"),
            PhoneKind.WORK: _("Work"),
            PhoneKind.OTHER: _("Other"),
        }[self]


class ContactKind(StrEnum):
    """What someone beside the patient is there for."""

    ESCORT = "escort"
    ALTERNATE = "alternate"

    @property
    def label(self) -> str:
        """The word in the person's language."""
        return {ContactKind.ESCORT: _("Escort home"), ContactKind.ALTERNATE: _("Alternate contact")}[self]


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number: as typed, or in E.164 once it was understood."""

    kind: PhoneKind
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Someone to reach instead of, or beside, the patient."""

    kind: ContactKind
    name: str
    relation: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDraft:
    """Everything a person types about a patient.

    ``mrn`` is empty where the program is to give the next number. ``language`` is a BCP 47 tag: the language of papers and
    calls. ``asa_class`` is the ASA physical status, 1 to 6 (ASA: I healthy to VI brain-dead donor). ``contact_hours`` says
    when to call ("after 4 pm"). ``no_known_allergies`` tells "asked, none" from "not asked".
    """

    given: str
    family: str
    birth_date: date
    sex: Sex = Sex.UNKNOWN
    title: str = ""
    mrn: str = ""
    deceased_on: date | None = None
    phones: tuple[Phone, ...] = ()
    contacts: tuple[Contact, ...] = ()
    language: str = "en"
    large_print: bool = False
    interpreter: bool = False
    email: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    insurance: str = ""
    insurance_number: str = ""
    referrer: str = ""
    asa_class: int | None = None
    blood_thinner: str = ""
    allergies: str = ""
    no_known_allergies: bool = False
    contact_hours: str = ""
    notes: str = ""

    @property
    def name(self) -> str:
        """The name as it is spoken: Rosa Ortiz."""
        return full_name(self.given, self.family)

    @property
    def escort(self) -> Contact | None:
        """Who takes the patient home, if named."""
        return next((one for one in self.contacts if one.kind is ContactKind.ESCORT), None)

    def tidy(self) -> PatientDraft:
        """The same without spaces around what was typed, and without phones and contacts that were left empty."""
        stripped = {
            field.name: value.strip()
            for field in fields(self)
            if type(value := getattr(self, field.name)) is str
        }
        return replace(
            self,
            **stripped,  # type: ignore[arg-type] # every one of them is a text
            phones=tuple(Phone(p.kind, p.number.strip()) for p in self.phones if p.number.strip()),
            contacts=tuple(_tidy_contact(c) for c in self.contacts if (c.name + c.phone).strip()),
        )

    def problems(self, today: date) -> tuple[BadInput, ...]:
        """Everything that cannot be accepted, each with its field; ``today`` is the clinic's."""
        return tuple(_problems(self, today))

    def check(self, today: date) -> None:
        """Raise `BadInput` for the first thing that cannot be accepted."""
        for problem in _problems(self, today):
            raise problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A registered patient."""

    id: PatientId
    draft: PatientDraft
    mrn: str
    created_at: datetime
    source: str = ""
    version: int = 1

    @property
    def name(self) -> str:
        """The name as it is spoken."""
        return self.draft.name

    @property
    def is_deceased(self) -> bool:
        """Whether the patient has died: never bookable."""
        return self.draft.deceased_on is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLine:
    """A patient in a list."""

    id: PatientId
    mrn: str
    name: str
    birth_date: date
    sex: Sex
    phone: str = ""
    deceased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientForBooking:
    """What a booking must know of its patient."""

    id: PatientId
    name: str
    mrn: str
    birth_date: date
    sex: Sex
    deceased_on: date | None
    asa_class: int | None
    blood_thinner: str
    allergies: str
    has_escort: bool
    language: str
    interpreter: bool
    phone: str
    version: int


class LikelyDuplicates(ClinicDeskError):
    """Someone very like this is registered already; nothing was saved. ``lines`` says who."""

    def __init__(self, lines: tuple[PatientLine, ...]) -> None:
        super().__init__(
            ngettext(
                "Someone very like this is registered already. Nothing was saved. Open that patient, or register anyway.",
                "{count} people very like this are registered already. Nothing was saved. Open one, or register anyway.",
                len(lines),
            ).format(count=len(lines))
        )
        self.lines = lines


def full_name(given: str, family: str) -> str:
    """A name as it is spoken; the mark for "has no first name" is left out."""
    first = "" if given.strip() == NO_NAME else given
    return " ".join(f"{first} {family}".split())


_LINES = (
    "title",
    "mrn",
    "email",
    "city",
    "region",
    "postal_code",
    "insurance",
    "insurance_number",
    "referrer",
    "blood_thinner",
    "contact_hours",
)
_NOTES = ("address", "allergies", "notes")


def _problems(draft: PatientDraft, today: date) -> Iterator[BadInput]:
    yield from _name_problems(draft)
    yield from _date_problems(draft, today)
    for name in _LINES:
        yield from _text_problems(getattr(draft, name), name, LONGEST_LINE)
    yield from _text_problems(draft.country, "country", LONGEST_CODE)
    for name in _NOTES:
        yield from _text_problems(getattr(draft, name), name, LONGEST_NOTE, lines=True)
    yield from _care_problems(draft)
    yield from _reach_problems(draft)


def _name_problems(draft: PatientDraft) -> Iterator[BadInput]:
    if not draft.family.strip():
        yield BadInput(_("A family name is needed."), "family")
    if not draft.given.strip():
        yield BadInput(_("A first name is needed. For someone with one name only, type “-” here."), "given")
    yield from _text_problems(draft.family, "family", LONGEST_NAME)
    yield from _text_problems(draft.given, "given", LONGEST_NAME)


def _date_problems(draft: PatientDraft, today: date) -> Iterator[BadInput]:
    if draft.birth_date > today:
        yield BadInput(_("This birth date is in the future."), "birth_date")
    elif age_on(draft.birth_date, today) > OLDEST:
        yield BadInput(
            _("This birth date is more than {years} years ago. Check the year.").format(years=OLDEST),
            "birth_date",
        )
    if draft.deceased_on is None:
        return
    if draft.deceased_on < draft.birth_date:
        yield BadInput(_("The date of death is before the birth date."), "deceased_on")
    elif draft.deceased_on > today:
        yield BadInput(_("The date of death is in the future."), "deceased_on")


def _care_problems(draft: PatientDraft) -> Iterator[BadInput]:
    if draft.asa_class is not None and not 1 <= draft.asa_class <= 6:
        yield BadInput(_("An ASA class is a number from 1 to 6."), "asa_class")
    if draft.no_known_allergies and draft.allergies.strip():
        yield BadInput(
            _("There are allergies, and “no known allergies” is ticked. Only one can be right."), "allergies"
        )
    if not _LANGUAGE.fullmatch(draft.language.strip()):
        yield BadInput(_("A language is a code such as en or es."), "language")


def _reach_problems(draft: PatientDraft) -> Iterator[BadInput]:
    if draft.email.strip() and not _EMAIL.fullmatch(draft.email.strip()):
        yield BadInput(_("This is no email address: something is missing around the “@”."), "email")
    for phone in draft.phones:
        yield from _text_problems(phone.number, "phones", LONGEST_LINE)
        if phone.number.strip() and not 3 <= sum(c.isdigit() for c in phone.number) <= 20:
            yield BadInput(_("A phone number has 3 to 20 digits."), "phones")
    for contact in draft.contacts:
        if contact.phone.strip() and not contact.name.strip():
            yield BadInput(_("Whose number is this? A contact needs a name."), "contacts")
        for text in (contact.name, contact.relation, contact.phone):
            yield from _text_problems(text, "contacts", LONGEST_NAME)


def _text_problems(text: str, field: str, longest: int, *, lines: bool = False) -> Iterator[BadInput]:
    if len(text) > longest:
        yield BadInput(
            _("This is too long: {length} characters, and {longest} fit. Shorten it.").format(
                length=len(text), longest=longest
            ),
            field,
        )
    if any(_is_control(c) and not (lines and c in "\n\r\t") for c in text):
        yield BadInput(_("There is an invisible control character in this. Type it anew."), field)


def _is_control(char: str) -> bool:
    return char in _BIDI or unicodedata.category(char) in ("Cc", "Cs")


def _tidy_contact(contact: Contact) -> Contact:
    return replace(
        contact, name=contact.name.strip(), relation=contact.relation.strip(), phone=contact.phone.strip()
    )
