"""The page of figures, in a real window over real cases, worked with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.estimates import Estimate
from clinicdesk.domain.numbers import Measure
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.services import resources
from clinicdesk.storage.tables import BookingRow
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import Numbers
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.numbers import NumbersPlace, words
from clinicdesk.ui.places.numbers.chart import ChartMonth, ChartPoint, MonthChart, nice_top
from clinicdesk.ui.theme import SchemeChoice, theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.cases import add_case, add_patient
from tests.helpers.clinics import FACTS, SmallClinic
from tests.ui.diary.windows import settled

MINUTE = timedelta(minutes=1)
KEY = Qt.Key


def fill(clinic: SmallClinic) -> None:
    """Two days in October and two in November: 4 cases in each room, of which the first is late, and one no-show."""
    rosa = add_patient(clinic)
    for day in (date(2026, 10, 5), date(2026, 10, 6), date(2026, 11, 9), date(2026, 11, 10)):
        for room, surgeon in (("Room 1", "Dr Lin"), ("Room 2", "Dr Shah")):
            for number in range(4):
                starts = FACTS.zone.at(day, time(8)) + number * 105 * MINUTE
                into = starts + (10 * MINUTE if number == 0 else timedelta())
                made = add_case(clinic, rosa, starts, room, surgeon, state=BookingState.DISCHARGED)
                put(clinic, made, in_room_at=into, ended_at=starts + 60 * MINUTE)
    add_case(
        clinic,
        rosa,
        FACTS.zone.at(date(2026, 11, 10), time(16)),
        "Room 1",
        "Dr Lin",
        state=BookingState.NO_SHOW,
    )


def put(clinic: SmallClinic, booking: int, **values: datetime) -> None:
    with clinic.database.writing() as session:
        session.execute(update(BookingRow).where(BookingRow.id == booking).values(**values))


def opened(qtbot: QtBot, clinic: SmallClinic) -> MainWindow:
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(clinic.desk(Role.SURGEON), [NumbersPlace.factory()])
    qtbot.addWidget(window)
    window.resize(1280, 820)
    window.start(Numbers())
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


@pytest.fixture
def place(qtbot: QtBot, clinic: SmallClinic) -> Iterator[NumbersPlace]:
    fill(clinic)
    found = opened(qtbot, clinic).place("numbers")
    assert isinstance(found, NumbersPlace)
    yield found
    operations.shutdown()


def card_words(place: NumbersPlace) -> list[str]:
    return [card.headline.text() for card in place.cards]


def test_the_page_says_each_figure_with_its_range_and_what_it_rests_on(place: NumbersPlace) -> None:
    used, turnover, on_time, missed = card_words(place)
    assert used == "4.9 %, likely 1.6 to 8.1 %, 70 room days"
    assert turnover == "45 min, likely 45 to 45 min, 24 turnovers"
    assert on_time == "0 %, likely 0 to 32 %, 8 first cases"
    assert missed == "3.0 %, likely 0.5 to 15 %, 33 cases"
    assert place.cards[2].beside.text() == "All cases on time: 75 %, likely 58 to 87 %, 32 cases"
    assert "Gaps over 90 minutes" in place.cards[1].meaning.text()
    assert "up to Sun 22 Nov 2026" in place.until.text()
    assert place.risks.lines[0][1].text() == "1 of 33"
    assert_accessible(place)
    assert_accessible(place.bar)


def test_left_and_right_go_through_the_months_and_tell_what_they_hold(place: NumbersPlace) -> None:
    place.take_focus()
    chart = place.cards[0].chart
    QTest.keyClick(chart, KEY.Key_Left)
    assert place.cards[0].told.text().startswith("Nov 2026 so far: 5.7 %, likely 0.2 to 11 %, 30 room days.")
    QTest.keyClick(chart, KEY.Key_Left)
    assert place.cards[0].told.text().startswith("Oct 2026: ")
    QTest.keyClick(chart, KEY.Key_Home)
    assert (
        place.cards[0].told.text() == "Dec 2025: nothing to count. With set-up and cleanup: nothing to count"
    )
    assert chart.accessibleDescription() == place.cards[0].told.text()


def test_one_surgeon_fewer_months_and_the_same_as_a_table(place: NumbersPlace, qtbot: QtBot) -> None:
    place.unit.setFocus()
    for _unit in range(4):
        QTest.keyClick(place.unit, KEY.Key_Down)
    settled(qtbot)
    assert "Dr Shah" in place.until.text()
    assert card_words(place)[0] == "4.9 %, likely 0.1 to 9.6 %, 35 days"
    place.months.setFocus()
    QTest.keyClick(place.months, KEY.Key_Left)
    QTest.keyClick(place.months, KEY.Key_Space)
    settled(qtbot)
    assert len(place.cards[0].chart.months()) == 6
    place.view.setFocus()
    QTest.keyClick(place.view, KEY.Key_Right)
    QTest.keyClick(place.view, KEY.Key_Space)
    rows = place.table.rows()
    assert [row.name for row in rows[:3]] == ["All together", "Nov 2026", "Oct 2026"]
    model = place.table.rows_model
    texts = [str(model.data(model.index(0, column))) for column in range(7)]
    assert texts[1:4] == ["4.9 % (0.1 to 9.6), 35", "7.8 % (0.2 to 15), 35", "45 min (45 to 45), 12"]
    assert place.views.currentWidget() is place.table


def test_a_clinic_without_a_case_is_told_where_the_figures_come_from(
    qtbot: QtBot, clinic: SmallClinic
) -> None:
    found = opened(qtbot, clinic).place("numbers")
    assert isinstance(found, NumbersPlace)
    assert found.frame.is_empty
    operations.shutdown()


def test_a_new_room_can_be_chosen_at_once(place: NumbersPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    operations.run_command(place, partial(resources.add, clinic.admin, ResourceKind.ROOM, "Room 9"))
    settled(qtbot)
    names = [place.unit.itemText(number) for number in range(place.unit.count())]
    assert "Room 9" in names
    place.unit.setCurrentIndex(names.index("Room 9"))
    settled(qtbot)
    assert place.frame.is_empty


def test_it_is_painted_in_every_look_with_gaps_and_without_ranges(qtbot: QtBot) -> None:
    chart = MonthChart("Utilization")
    qtbot.addWidget(chart)
    months = [
        ChartMonth(name="Jan", year=2026, point=ChartPoint(0.5)),
        ChartMonth(name="Feb", year=2026, point=None),
        ChartMonth(name="Mar", year=2026, point=ChartPoint(0.6, 0.4, 1.2), second=ChartPoint(1.1)),
    ]
    pictures = set()
    for scheme, scale in ((SchemeChoice.LIGHT, 100), (SchemeChoice.DARK, 150)):
        theme().set_choice(scheme)
        theme().set_scale(scale)
        for shown in (months, []):
            chart.show_months(shown, str, least_top=1.0)
            chart.resize(chart.sizeHint())
            pictures.add(bytes(chart.grab().toImage().constBits()))
    theme().set_choice(SchemeChoice.LIGHT)
    theme().set_scale(100)
    assert len(pictures) == 4
    chart.show_months(months, str, least_top=1.0)
    assert chart.top == 1.5
    wild = [replace(months[2], second=ChartPoint(0.76, 0.0, 8.99))]  # two days; no range of it is drawn
    chart.show_months(wild, str, least_top=1.0)
    assert chart.top == 1.5
    chart.show_months(months, str, least_top=1.0)
    assert chart.place_of(2, 1.5).y() < chart.place_of(2, 1.2).y() < chart.place_of(2, 0).y()


@pytest.mark.parametrize(
    ("highest", "least", "top"),
    [(0, 1, 1), (0.04, 0.1, 0.1), (0.13, 0.1, 0.15), (31, 30, 50), (1.01, 1, 1.5), (90, 30, 100)],
)
def test_an_axis_ends_at_a_round_figure(highest: float, least: float, top: float) -> None:
    assert nice_top(highest, least) == pytest.approx(top)


def test_words_of_one_case_do_not_pretend() -> None:
    fmt.configure(FACTS.zone)
    one = Estimate(25.0, None, None, 1)
    assert words.words(Measure.TURNOVER, one) == "25 min, too few to say how sure, 1 turnover"
    assert words.short(Measure.TURNOVER, None) == words.NOTHING
    assert (
        words.words(Measure.NO_SHOW, Estimate(32 / 41, 0.633, 0.88, 41))
        == "78 %, likely 63 to 88 %, 41 cases"
    )
