"""Dates as people and files write them."""

from __future__ import annotations

from datetime import date

import pytest

from clinicdesk.domain.dates import DateOrder, order_in, orders_of, read_date

TODAY = date(2026, 11, 23)
MDY, DMY, YMD = DateOrder.MONTH_DAY_YEAR, DateOrder.DAY_MONTH_YEAR, DateOrder.YEAR_MONTH_DAY


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2/3/1948", MDY, date(1948, 2, 3)),
        ("2/3/1948", DMY, date(1948, 3, 2)),
        ("2/3/1948", YMD, None),
        ("02.03.48", DMY, date(1948, 3, 2)),
        ("1/1/26", MDY, date(2026, 1, 1)),
        ("1/1/27", MDY, date(1927, 1, 1)),
        ("1948-02-03", MDY, date(1948, 2, 3)),
        ("1948/2/3", DMY, date(1948, 2, 3)),
        ("19480203", DMY, date(1948, 2, 3)),
        ("1948-02-03 00:00:00", YMD, date(1948, 2, 3)),
        ("3feb48", MDY, date(1948, 2, 3)),
        ("Feb. 3rd, 1948", DMY, date(1948, 2, 3)),
        ("29/2/2000", DMY, date(2000, 2, 29)),
        ("29/2/1900", DMY, None),
        ("31/31/1950", MDY, None),
        ("3 foo 1948", MDY, None),
        ("0/0/0000", MDY, None),
        ("", MDY, None),
        ("tomorrow", MDY, None),
    ],
)
def test_reading_a_date(text: str, order: DateOrder, day: date | None) -> None:
    assert read_date(text, order, today=TODAY) == day


def test_one_date_settles_the_order_of_a_column_and_a_few_bad_ones_do_not_unsettle_it() -> None:
    assert orders_of(["2/3/1950", "4/5/1960"]).possible == (MDY, DMY)
    assert orders_of(["2/3/1950", "13/5/1960"]).possible == (DMY,)
    assert orders_of(["2/3/1950", "5/13/1960", "unknown", "0/0/0"]).possible == (MDY,)
    assert orders_of(["1950-02-03"]).best(MDY) is MDY
    assert orders_of(["", "nothing"]).possible == ()


def test_where_the_month_comes_first() -> None:
    assert order_in("us") is MDY
    assert order_in("GB") is DMY
