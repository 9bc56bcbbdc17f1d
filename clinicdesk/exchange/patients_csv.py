"""Lists of patients as other systems and spreadsheets export them: text with separators, in whatever dialect."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from clinicdesk.domain.dates import DateOrder, Orders, order_in, orders_of, read_date
from clinicdesk.domain.names import fold
from clinicdesk.domain.patient_import import BadRow, Column, GoodRow, Mapping
from clinicdesk.domain.patients import PatientDraft, Phone, PhoneKind, Sex
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

LARGEST = 200 * 1024 * 1024
"""Bytes; a list of a million patients is smaller."""

SEPARATORS = ";,\t|"
_SHORT_ID = 16
"""Characters below which a number in another system may mean someone else in a third system."""


@dataclass(frozen=True, slots=True)
class Table:
    """The file as rows of text; ``lines`` holds the line each row begins at."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    separator: str
    encoding: str

    def column(self, number: int) -> Iterator[str]:
        """The values of a column; short rows have none."""
        return (row[number] for row in self.rows if number < len(row))


def read_table(data: bytes) -> Table:
    """The rows of a file. Raises `BadInput` for one that is no such list."""
    if len(data) > LARGEST:
        raise BadInput(_("This file is larger than any list of patients. Nothing was imported."), "file")
    text, encoding = _decoded(data)
    if "\0" in text or not text.strip():
        raise BadInput(
            _("This is no list of patients: it is empty or no text. Export it as CSV, then try again."),
            "file",
        )
    text, separator = _dialect(text)
    header, rows, lines = _rows(text, separator)
    if len(header) < 2 or not rows:
        raise BadInput(
            _("This is no list of patients: there is no row below a first row of column names."), "file"
        )
    return Table(header, tuple(rows), tuple(lines), separator, encoding)


def guess(table: Table, country: str) -> tuple[Mapping, Orders]:
    """What the columns seem to be by their names, and the orders in which the dates make sense."""
    columns = guess_columns(table.header)
    orders = date_orders(table, columns)
    return Mapping(columns, orders.best(order_in(country))), orders


def guess_columns(header: Sequence[str]) -> tuple[Column, ...]:
    """What each column is by its name; a meaning is given once, to the first that fits."""
    given: set[Column] = set()
    columns = []
    for name in header:
        meant = _MEANINGS.get(re.sub(r"[^a-z]", "", fold(name)), Column.NOTHING)
        columns.append(Column.NOTHING if meant in given else meant)
        given.add(meant)
    return tuple(columns)


def date_orders(table: Table, columns: Sequence[Column]) -> Orders:
    """The orders in which all dates of the file make sense."""
    wanted = [i for i, column in enumerate(columns) if column in (Column.BIRTH_DATE, Column.DEATH_DATE)]
    return orders_of(value for number in wanted for value in table.column(number))


def patients(table: Table, mapping: Mapping, *, country: str, today: date) -> Iterator[GoodRow | BadRow]:
    """Each row of the file as a patient or as the reason why not. Raises `BadInput` for a mapping that cannot work."""
    if len(mapping.columns) != len(table.header):
        raise BadInput(_("These columns belong to another file."), "columns")
    mapping.check()
    for line, row in zip(table.lines, table.rows, strict=True):
        try:
            yield _patient(line, row, table, mapping, country, today)
        except BadInput as problem:
            yield BadRow(line, problem.sentence)


def bad_rows(table: Table, bad: Sequence[BadRow]) -> bytes:
    """The rows that could not be taken over, with line and reason in front, to be mended and imported again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.separator)
    writer.writerow([_("line"), _("reason"), *table.header])
    by_line = dict(zip(table.lines, table.rows, strict=True))
    for one in bad:
        writer.writerow([one.line, one.reason, *by_line.get(one.line, ())])
    return out.getvalue().encode("utf-8-sig")


# ------------------------------------------------------------------ the file


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"  # what a Windows spreadsheet saves


def _dialect(text: str) -> tuple[str, str]:
    """The text without a spreadsheet's own first line ("sep=;"), and its separator."""
    first, _end, rest = text.partition("\n")
    told = re.fullmatch(r"\"?sep=(.)\"?\r?", first, flags=re.IGNORECASE)
    if told:
        return rest, told[1]
    outside = re.sub(r'"[^"]*"', "", first)
    return text, max(SEPARATORS, key=outside.count)


def _rows(text: str, separator: str) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    before = 0
    try:
        for row in reader:
            start, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = tuple(cell.strip() for cell in row)
                continue
            rows.append(tuple(cell.strip() for cell in row))
            lines.append(start)
    except csv.Error as error:
        raise BadInput(
            _(
                "Line {line} of the file cannot be read: a quotation mark is left open. Nothing was imported."
            ).format(line=before + 1),
            "file",
        ) from error
    return header, rows, lines


# ------------------------------------------------------------------ a row


def _patient(
    line: int, row: tuple[str, ...], table: Table, mapping: Mapping, country: str, today: date
) -> GoodRow:
    width = len(table.header)
    if len(row) != width and (len(row) < width or any(row[width:])):
        raise BadInput(
            _("This row has {has} columns, and the first row names {wanted}.").format(
                has=len(row), wanted=width
            )
        )
    cells = {column: value for column, value in zip(mapping.columns, row, strict=False) if value}
    draft = _draft(cells, mapping.order, country, today).tidy()
    draft.check(today)
    return GoodRow(line, draft, _key(cells, draft))


def _draft(cells: dict[Column, str], order: DateOrder, country: str, today: date) -> PatientDraft:
    given, family = _name(cells)
    died = cells.get(Column.DEATH_DATE)
    where = _country(cells.get(Column.COUNTRY, ""))
    draft = PatientDraft(
        given=given,
        family=family,
        birth_date=_date(cells.get(Column.BIRTH_DATE, ""), order, today),
        deceased_on=None if died is None else _date(died, order, today),
        sex=_sex(cells.get(Column.SEX, "")),
        language=_language(cells.get(Column.LANGUAGE, "")),
        postal_code=_postal_code(cells.get(Column.POSTAL_CODE, ""), where or country),
        country=where,
        phones=tuple(
            Phone(kind, cells[column]) for column, kind in _PHONES.items() if _has_digits(cells.get(column))
        ),
    )
    texts = {column.value: cells[column] for column in _AS_IT_STANDS if column in cells}
    return replace(draft, **texts)  # type: ignore[arg-type] # each of them is a text


_AS_IT_STANDS = (
    Column.MRN,
    Column.TITLE,
    Column.EMAIL,
    Column.ADDRESS,
    Column.CITY,
    Column.REGION,
    Column.INSURANCE,
    Column.INSURANCE_NUMBER,
    Column.REFERRER,
    Column.ALLERGIES,
    Column.BLOOD_THINNER,
    Column.NOTES,
)
_PHONES = {
    Column.MOBILE: PhoneKind.MOBILE,
    Column.HOME_PHONE: PhoneKind.HOME,
    Column.WORK_PHONE: PhoneKind.WORK,
}


def _name(cells: dict[Column, str]) -> tuple[str, str]:
    if Column.FULL_NAME in cells and Column.FAMILY not in cells:
        family, comma, given = cells[Column.FULL_NAME].partition(",")
        if comma:
            return given.strip(), family.strip()
        given, _space, family = cells[Column.FULL_NAME].rpartition(" ")
        return given.strip(), family.strip()
    given = f"{cells.get(Column.GIVEN, '')} {cells.get(Column.MIDDLE, '')}".strip()
    return given, cells.get(Column.FAMILY, "")


def _date(text: str, order: DateOrder, today: date) -> date:
    if not text:
        raise BadInput(_("There is no birth date."), "birth_date")
    day = read_date(text, order, today=today)
    if day is None:
        raise BadInput(
            _("“{text}” is no date in the order {order}.").format(text=text[:40], order=order.label),
            "birth_date",
        )
    return day


_SEXES = {
    **dict.fromkeys(("m", "male", "man", "masculine", "masculino", "männlich"), Sex.MALE),
    **dict.fromkeys(("f", "female", "woman", "w", "feminine", "femenino", "weiblich"), Sex.FEMALE),
    **dict.fromkeys(("o", "other", "x", "d", "nonbinary", "nb", "diverse"), Sex.OTHER),
    **dict.fromkeys(("", "u", "unknown", "n", "na", "not recorded", "unspecified"), Sex.UNKNOWN),
}


def _sex(text: str) -> Sex:
    sex = _SEXES.get(text.casefold().strip(".").replace("-", ""))
    if sex is None:
        raise BadInput(
            _("“{text}” is no sex that is understood: M, F, other or unknown.").format(text=text[:40])
        )
    return sex


_LANGUAGES = {
    "english": "en",
    "spanish": "es",
    "espanol": "es",
    "french": "fr",
    "german": "de",
    "portuguese": "pt",
    "italian": "it",
    "polish": "pl",
    "russian": "ru",
    "arabic": "ar",
    "chinese": "zh",
    "mandarin": "zh",
    "vietnamese": "vi",
    "korean": "ko",
    "japanese": "ja",
    "hindi": "hi",
    "tagalog": "tl",
    "haitian creole": "ht",
}


def _language(text: str) -> str:
    return _LANGUAGES.get(fold(text), text.replace("_", "-")) or "en"


_COUNTRIES = {"usa": "US", "united states": "US", "united states of america": "US", "uk": "GB"}


def _country(text: str) -> str:
    if len(text) == 2:
        return text.upper()
    return _COUNTRIES.get(fold(text), text)


def _postal_code(text: str, country: str) -> str:
    """A spreadsheet takes a ZIP for a number and drops its zeros: 1013 was 01013, and 0 was nothing."""
    if country != "US" or not text.isdigit():
        return text
    return text.zfill(5) if 3 <= len(text) < 5 else "" if not text.strip("0") else text


def _has_digits(text: str | None) -> bool:
    return text is not None and any(c.isdigit() for c in text)


def _key(cells: dict[Column, str], draft: PatientDraft) -> str:
    """What tells a row of this file from every other, and is the same when the file comes again."""
    number = cells.get(Column.SOURCE_ID) or cells.get(Column.MRN)
    if number and len(number) >= _SHORT_ID:
        return f"id:{number}"
    born = draft.birth_date.isoformat()
    if number:
        return f"id:{number}:{born}"
    phones = "".join(c for phone in draft.phones for c in phone.number if c.isdigit())
    parts = (fold(draft.given), fold(draft.family), born, phones, fold(draft.address))
    return "row:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _spellings(meaning: Column, *names: str) -> dict[str, Column]:
    return dict.fromkeys(names, meaning)


_MEANINGS: dict[str, Column] = {
    **_spellings(Column.SOURCE_ID, "id", "patientid", "externalid", "uuid", "guid", "sourceid", "pid"),
    **_spellings(
        Column.MRN, "mrn", "medicalrecordnumber", "recordnumber", "chartnumber", "chart", "patientnumber"
    ),
    **_spellings(Column.TITLE, "prefix", "title", "salutation"),
    **_spellings(
        Column.GIVEN, "first", "firstname", "given", "givenname", "givennames", "forename", "fname", "nombre"
    ),
    **_spellings(Column.MIDDLE, "middle", "middlename", "middleinitial", "mi"),
    **_spellings(
        Column.FAMILY, "last", "lastname", "family", "familyname", "surname", "lname", "apellido", "apellidos"
    ),
    **_spellings(Column.FULL_NAME, "name", "fullname", "patientname", "patient"),
    **_spellings(Column.BIRTH_DATE, "birthdate", "dateofbirth", "dob", "birth", "born", "birthday"),
    **_spellings(Column.DEATH_DATE, "deathdate", "dateofdeath", "dod", "deceaseddate", "died"),
    **_spellings(Column.SEX, "gender", "sex", "administrativesex"),
    **_spellings(
        Column.MOBILE,
        "mobile",
        "mobilephone",
        "cell",
        "cellphone",
        "phone",
        "telephone",
        "phonenumber",
        "tel",
    ),
    **_spellings(Column.HOME_PHONE, "homephone", "phonehome", "landline"),
    **_spellings(Column.WORK_PHONE, "workphone", "phonework", "businessphone"),
    **_spellings(Column.EMAIL, "email", "emailaddress", "mail"),
    **_spellings(Column.ADDRESS, "address", "street", "streetaddress", "addressline", "homeaddress"),
    **_spellings(Column.CITY, "city", "town"),
    **_spellings(Column.REGION, "state", "region", "province"),
    **_spellings(Column.POSTAL_CODE, "zip", "zipcode", "postalcode", "postcode", "plz"),
    **_spellings(Column.COUNTRY, "country"),
    **_spellings(Column.LANGUAGE, "language", "preferredlanguage", "lang"),
    **_spellings(Column.INSURANCE, "insurance", "payer", "insurer", "insuranceplan"),
    **_spellings(
        Column.INSURANCE_NUMBER,
        "insurancenumber",
        "memberid",
        "policynumber",
        "medicarenumber",
        "insuranceid",
    ),
    **_spellings(Column.REFERRER, "referrer", "referredby", "referringphysician", "referringprovider"),
    **_spellings(Column.ALLERGIES, "allergies", "allergy"),
    **_spellings(Column.BLOOD_THINNER, "bloodthinner", "anticoagulant"),
    **_spellings(Column.NOTES, "notes", "note", "comment", "comments", "remarks"),
}
