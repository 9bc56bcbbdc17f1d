"""Lists of patients as others export them: dialects, columns, the order of dates, rows that make no patient."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clinicdesk.domain.dates import DateOrder
from clinicdesk.domain.patient_import import BadRow, Column, GoodRow, Mapping
from clinicdesk.domain.patients import Phone, PhoneKind, Sex
from clinicdesk.errors import BadInput
from clinicdesk.exchange import patients_csv

TODAY = date(2026, 11, 23)


def rows(data: bytes | str, country: str = "US", order: DateOrder | None = None) -> list[GoodRow | BadRow]:
    table = patients_csv.read_table(data.encode() if isinstance(data, str) else data)
    mapping, _orders = patients_csv.guess(table, country)
    if order is not None:
        mapping = Mapping(mapping.columns, order)
    return list(patients_csv.patients(table, mapping, country=country, today=TODAY))


def reasons(data: str) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows(data) if isinstance(row, BadRow)]


def test_the_synthea_file(data_dir: Path) -> None:
    made = rows((data_dir / "synthea" / "patients.csv").read_bytes())
    good = [row for row in made if isinstance(row, GoodRow)]
    assert len(good) == len(made) == 1171
    assert sum(row.draft.deceased_on is not None for row in good) == 171
    first = good[0].draft
    assert (first.name, first.birth_date, first.sex) == (
        "José Eduardo181 Gómez206",
        date(1989, 5, 25),
        Sex.MALE,
    )
    assert (first.title, first.city, first.postal_code) == ("Mr.", "Chicopee", "01013")
    assert {row.draft.postal_code for row in good if len(row.draft.postal_code) not in (0, 5)} == set()
    assert len({row.key for row in good}) == 1171


def test_the_order_of_dates_is_read_off_the_whole_column() -> None:
    table = patients_csv.read_table(b"first,last,dob\nA,B,2/3/1950\nC,D,25/12/1960\n")
    _mapping, orders = patients_csv.guess(table, "US")
    assert orders.possible == (DateOrder.DAY_MONTH_YEAR,)
    open_ = patients_csv.read_table(b"first,last,dob\nA,B,2/3/1950\n")
    mapping, orders = patients_csv.guess(open_, "US")
    assert set(orders.possible) == {DateOrder.DAY_MONTH_YEAR, DateOrder.MONTH_DAY_YEAR}
    assert mapping.order is DateOrder.MONTH_DAY_YEAR
    assert patients_csv.guess(open_, "GB")[0].order is DateOrder.DAY_MONTH_YEAR


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1950-02-03", date(1950, 2, 3)),
        ("1950-02-03T00:00:00Z", date(1950, 2, 3)),
        ("19500203", date(1950, 2, 3)),
        ("2/3/50", date(1950, 2, 3)),
        ("2/3/20", date(2020, 2, 3)),
        ("3 Feb 1950", date(1950, 2, 3)),
        ("February 3, 1950", date(1950, 2, 3)),
        ("29.2.2000", None),
    ],
)
def test_dates_in_many_spellings(text: str, born: date | None) -> None:
    (row,) = rows(f'first;last;dob\nA;B;"{text}"\n', order=DateOrder.MONTH_DAY_YEAR)
    assert (row.draft.birth_date if isinstance(row, GoodRow) else None) == born


@pytest.mark.parametrize(
    "data",
    [
        "\ufefffirst;last;dob\nJosé;Gómez;1950-02-03\n".encode(),
        "first,last,dob\r\nJosé,Gómez,1950-02-03\r\n".encode("cp1252"),
        "first\tlast\tdob\nJosé\tGómez\t1950-02-03".encode("utf-16"),
        'sep=|\nfirst|last|dob\n\n"José"|Gómez|1950-02-03\n|||\n'.encode(),
        'dob,name\n1950-02-03,"Gómez, José"\n'.encode(),
        "name,dob\nJosé Gómez,1950-02-03\n".encode(),
    ],
)
def test_dialects_and_encodings(data: bytes) -> None:
    (row,) = rows(data)
    assert isinstance(row, GoodRow)
    assert (row.draft.given, row.draft.family) == ("José", "Gómez")


def test_every_bad_row_is_told_with_its_own_line() -> None:
    data = (
        "first,last,dob,sex,address\n"
        'Ann,Lee,1950-02-03,F,"12 Oak\nStreet"\n'
        "Bob,,1950-02-03,M,\n"
        "Cid,Lee,31/31/1950,M,\n"
        "Dan,Lee,2030-01-01,M,\n"
        "Eve,Lee,1950-02-03,Q,\n"
        "Flo,Lee,1950-02-03\n"
        "Gus,Lee,1950-02-03,m,x,too much\n"
        "Hal,Lee,,M,\n"
        "Ida,Lee,1950-02-03,,\n"
    )
    told = reasons(data)
    assert [line for line, _reason in told] == [4, 5, 6, 7, 8, 9, 10]
    assert "family name" in told[0][1]
    assert "31/31/1950" in told[1][1]
    assert "future" in told[2][1]
    assert "Q" in told[3][1]
    assert "3 columns" in told[4][1]
    assert len([row for row in rows(data) if isinstance(row, GoodRow)]) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n ",
        b"\x00\x01\x02\x03",
        b"first,last,dob\n",
        b"just one line of text",
        b"%PDF-1.7\n\x00\xff",
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        patients_csv.read_table(data)


def test_an_open_quotation_mark_is_told_of() -> None:
    with pytest.raises(BadInput):
        patients_csv.read_table(b'first,last,dob\nA,"' + b"x" * 200_000)


def test_columns_that_make_no_patient_are_told() -> None:
    table = patients_csv.read_table(b"a,b,dob\n1,2,1950-02-03\n")
    with pytest.raises(BadInput):
        list(patients_csv.patients(table, patients_csv.guess(table, "US")[0], country="US", today=TODAY))
    twice = Mapping((Column.GIVEN, Column.GIVEN, Column.BIRTH_DATE), DateOrder.YEAR_MONTH_DAY)
    with pytest.raises(BadInput, match="BadInput"):
        list(patients_csv.patients(table, twice, country="US", today=TODAY))


def test_phones_languages_and_zips_as_they_come() -> None:
    (row,) = rows(
        "first,last,dob,phone,home phone,language,zip,country,state\n"
        "A,B,1950-02-03,703-555-0142,none,Spanish,2143,USA,MA\n"
    )
    assert isinstance(row, GoodRow)
    assert row.draft.phones == (Phone(PhoneKind.MOBILE, "703-555-0142"),)
    assert (row.draft.language, row.draft.postal_code, row.draft.country) == ("es", "02143", "US")
    (abroad,) = rows("first,last,dob,zip\nA,B,1950-02-03,2143\n", country="DK")
    assert isinstance(abroad, GoodRow)
    assert abroad.draft.postal_code == "2143"


def test_bad_rows_can_be_mended_and_imported_again() -> None:
    table = patients_csv.read_table(b'first;last;dob\nA;"B;C";1950-02-03\nB;;1950-02-03\n')
    again = patients_csv.read_table(patients_csv.bad_rows(table, [BadRow(3, "no family name")]))
    assert again.header == ("line", "reason", "first", "last", "dob")
    assert again.rows == (("3", "no family name", "B", "", "1950-02-03"),)
