"""Set up: working hours, closures, holidays and block time, in a real window over a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.bootstrap.window import House
from clinicdesk.config import Config
from clinicdesk.domain.availability import BlockDay, UnitHours
from clinicdesk.domain.booking import Booking
from clinicdesk.domain.ids import BlockId
from clinicdesk.domain.recovery import RecoveryCounts
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.users import Role
from clinicdesk.services import availability, booking
from clinicdesk.services.housekeeping import ReleasedTime, Swept
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import SetUp
from clinicdesk.ui.kit import SegmentedRow
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import messages
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.places.setup import SetUpPlace
from clinicdesk.ui.places.setup.blocks import BlockSheet, BlocksPage
from clinicdesk.ui.places.setup.clinic import HoursSheet
from clinicdesk.ui.places.setup.closures import ClosureSheet, ClosuresPage
from clinicdesk.ui.places.setup.resources import UnitSheet
from clinicdesk.ui.places.setup.unit_hours import UnitHoursPage, UnitHoursSheet
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.program import Program
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import THURSDAY, add_patient, at, kypho
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.quiet import settled
from tests.helpers.times import block, closed, unit

LEFT = Qt.MouseButton.LeftButton
R = ResourceKind
_NOTHING_DUE = RecoveryCounts(due=0, overdue=0, unreviewed=0, flags=0, emergencies=0)
W = TypeVar("W", bound=QWidget)


def opened(qtbot: QtBot, clinic: SmallClinic, role: Role) -> SetUpPlace:
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(clinic.desk(role), [SetUpPlace.factory()], sides={"book": BookingPanel})
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1400, 860)
    window.start(SetUp())
    qtbot.waitExposed(window)
    settled(qtbot)
    place = window.place("set_up")
    assert isinstance(place, SetUpPlace)
    return place


@pytest.fixture
def place(qtbot: QtBot, clinic: SmallClinic) -> Iterator[SetUpPlace]:
    """Set up, as the scheduler sees it."""
    yield opened(qtbot, clinic, Role.SCHEDULER)
    operations.shutdown()


@pytest.fixture
def administrators(qtbot: QtBot, clinic: SmallClinic) -> Iterator[SetUpPlace]:
    """Set up, as the administrator sees it."""
    yield opened(qtbot, clinic, Role.ADMINISTRATOR)
    operations.shutdown()


def section(qtbot: QtBot, place: SetUpPlace, key: str, kind: type[W]) -> W:
    place.show_section(key)
    settled(qtbot)
    found = place.section(key)
    assert isinstance(found, kind)
    return found


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def retype(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keySequence(field, "Ctrl+A")
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def shell_of(place: SetUpPlace) -> MainWindow:
    window = place.window()
    assert isinstance(window, MainWindow)
    return window


def said(place: SetUpPlace) -> str:
    return shell_of(place).foot_bar.quiet_bar.text()


def book(clinic: SmallClinic, name: str, hour: int, day: date = THURSDAY) -> Booking:
    units = ((R.SURGEON, "Dr Lin"), (R.ROOM, "Room 1"), (R.C_ARM, "C-arm 1"))
    return booking.book(
        clinic.front, kypho(clinic, add_patient(clinic, name), at(hour, 0, day), units=units)
    ).value


def closure_of_c_arm(qtbot: QtBot, place: SetUpPlace) -> ClosureSheet:
    """A new closure of the C-arm on Thursday, typed, as Ctrl+K begins it."""
    place.commands()[0].run(shell_of(place))
    settled(qtbot)
    sheet = place.section("closures").findChild(ClosureSheet)
    assert isinstance(sheet, ClosureSheet)
    assert sheet.is_new
    sheet.resource_id.setFocus()
    QTest.keyClicks(sheet.resource_id, "C-arm")  # a space would open the list
    retype(sheet.reason, "New tube")
    retype(sheet.first_on, "26 nov")
    retype(sheet.last_on, "26 nov")
    settled(qtbot)
    return sheet


def test_a_closure_shows_whom_it_strands_and_all_move_as_one_step_that_is_taken_back(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    first, second = book(clinic, "Ana Lee", 9), book(clinic, "Rosa Ortiz", 11)
    sheet = closure_of_c_arm(qtbot, place)
    panel = sheet.stranded
    assert panel.banner.text() == "2 booked cases would have to move."
    assert [(each.case.patient, each.causes) for each in panel.cases] == [
        ("Ana Lee", ("C-arm 1: New tube",)),
        ("Rosa Ortiz", ("C-arm 1: New tube",)),
    ]
    assert sheet.save_button.text() == "Close all the same (2 to move)"
    assert_accessible(place)
    click(sheet.save_button)
    settled(qtbot)
    assert said(place) == "Saved: C-arm 1: New tube."
    assert panel.banner.text() == "2 booked cases have to move."
    assert sheet.save_button.text() == "Save"
    click(panel.all_button)
    settled(qtbot)
    assert said(place) == "Moved: 2 cases."
    assert not panel.isVisible()
    starts = [booking.read(clinic.front, each.id).starts for each in (first, second)]
    assert starts != [at(9), at(11)]
    closure = availability.overview(clinic.front).availability.closures[0]
    availability.remove_closure(clinic.front, closure.id, closure.version)
    shell_of(place).undo()
    settled(qtbot)
    assert [booking.read(clinic.front, each.id).starts for each in (first, second)] == [at(9), at(11)]


def test_closing_and_moving_all_is_one_press(place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    made = book(clinic, "Ana Lee", 9)
    sheet = closure_of_c_arm(qtbot, place)
    assert sheet.stranded.all_button.text() == "Save, and move it to its next free time"
    click(sheet.stranded.all_button)
    settled(qtbot)
    settled(qtbot)
    assert said(place) == "Moved: 1 case."
    assert len(availability.overview(clinic.front).availability.closures) == 1
    after = booking.read(clinic.front, made.id)
    assert after.starts != at(9) or dict(after.draft.units)[R.C_ARM] != clinic.units["C-arm 1"]
    assert not sheet.stranded.isVisible()


def test_a_case_booked_while_the_closure_was_typed_is_shown_before_it_is_saved(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = closure_of_c_arm(qtbot, place)
    assert sheet.save_button.text() == "Save"
    made = book(clinic, "Ana Lee", 9)
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.problem_panel.text() == (
        "1 booked case stands in this time. Look at it, then save all the same, or move it."
    )
    assert sheet.save_button.text() == "Close all the same (1 to move)"
    assert availability.overview(clinic.front).availability.closures == ()
    QTest.keyClick(sheet.stranded.table, Qt.Key.Key_Return)
    settled(qtbot)
    side = shell_of(place).side
    assert isinstance(side, BookingPanel)
    assert side.title.text() == "Change booking"
    assert made.starts == at(9)
    assert sheet.is_dirty, "what was typed is still there"


def test_what_cannot_be_stands_under_its_day(place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    sheet = closure_of_c_arm(qtbot, place)
    retype(sheet.last_on, "25 nov 2026")
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.form.problems() == {
        "last_on": "The last day comes before the first. Put the earlier date first."
    }
    retype(sheet.last_on, "26 nov 2036")
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.form.problems()["last_on"].startswith("A closure lasts a year at most.")
    for first, last, wrong in (
        ("26 nov 2026", "31 dec 9999", {"last_on": "This is more than five years ahead. Check the year."}),
        ("31 dec 9999", "31 dec 9999", {"first_on": "This is more than five years ahead. Check the year."}),
        ("1 jan 0001", "1 jan 0001", {"first_on": "This is long over. Check the year."}),
    ):
        retype(sheet.first_on, first)
        retype(sheet.last_on, last)
        settled(qtbot)  # whom it strands is asked while it is typed
        click(sheet.save_button)
        settled(qtbot)
        assert sheet.form.problems() == wrong
    assert availability.overview(clinic.front).availability.closures == ()


def test_part_of_a_day_is_shown_as_it_was_typed_and_a_removed_closure_comes_back(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = closure_of_c_arm(qtbot, place)
    retype(sheet.from_at, "8")
    retype(sheet.until_at, "noon")
    click(sheet.save_button)
    settled(qtbot)
    page = place.section("closures")
    assert isinstance(page, ClosuresPage)
    (row,) = page.table.rows()
    assert row.span == closed(clinic, at(8), at(12)).span
    assert page.table.rows_model.index(0, 0).data() == "Thu 26 Nov 8:00 AM"
    assert sheet.under_title.text() == "Thu 26 Nov 8:00 AM to 12:00 PM"
    assert not sheet.is_dirty
    click(sheet.remove_button)
    settled(qtbot)
    assert availability.overview(clinic.front).availability.closures == ()
    shell_of(place).undo()
    settled(qtbot)
    assert [each.span for each in availability.overview(clinic.front).availability.closures] == [row.span]


def test_the_clinic_closes_for_the_holidays_that_are_ticked(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    book(clinic, "Ana Lee", 9)
    page = section(qtbot, place, "closures", ClosuresPage)
    click(page.holidays_button)
    settled(qtbot)
    panel = page.holidays
    index = panel.region.findText("Virginia")
    panel.region.setFocus()
    QTest.keyClicks(panel.region, "Virginia")
    assert panel.region.currentIndex() == index
    settled(qtbot)
    names = [each.holiday.name for each, _box in panel._boxes]
    assert names[:3] == ["Thanksgiving Day", "Day After Thanksgiving", "Christmas Day"]
    for _each, box in panel._boxes[:2]:
        QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    settled(qtbot)
    assert panel.close_button.text() == "Close all the same (1 to move)"
    click(panel.close_button)
    settled(qtbot)
    assert said(place) == "The clinic closes for 2 days."
    assert page.sheets.currentWidget() is panel
    assert [each.closed for each, _box in panel._boxes[:3]] == [True, True, False]
    assert page.waiting_button.text() == "1 booked case has to move."
    click(page.waiting_button)
    settled(qtbot)
    assert [each.case.patient for each in page.waiting.stranded.cases] == ["Ana Lee"]
    assert_accessible(place)


def test_block_time_is_given_refused_where_it_overlaps_released_and_taken_back(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    availability.add_block(clinic.front, block(clinic, "Dr Shah"))
    page = section(qtbot, place, "blocks", BlocksPage)
    click(page.add_button)
    settled(qtbot)
    sheet = page.sheet
    assert isinstance(sheet, BlockSheet)
    for field, words in (
        (sheet.surgeon_id, "Dr"),
        (sheet.room_id, "Room"),
        (sheet.weekday, "Thursday"),
    ):
        field.setFocus()
        QTest.keyClicks(field, words)
    retype(sheet.opens, "10")
    retype(sheet.closes, "15:00")
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.form.problems()["weekday"].startswith("Room 1 is Dr Shah's on Thu 26 Nov 2026 already")
    retype(sheet.opens, "16:00")
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.form.problems() == {"opens": "This block ends before it starts. Put the earlier time first."}
    retype(sheet.opens, "12:00")
    click(sheet.save_button)
    settled(qtbot)
    assert said(place) == "Saved: Dr Lin, Room 1, Thursday."
    days = sheet.days
    assert [row.released for row in days.table.rows()[:3]] == [True, True, False]
    assert not days.keep_button.isVisible(), "its time has come: nothing to take back"
    days.table.choose_number(3)
    click(days.release_button)
    settled(qtbot)
    assert said(place) == "Released: Thu 17 Dec 2026."
    click(page.released_button)
    settled(qtbot)
    shown = page.released_panel.table
    assert [shown.rows_model.index(0, n).data() for n in (0, 2, 3)] == ["Thu 17 Dec 2026", "Room 1", "Dr Lin"]
    page.choose(days.table.rows()[0].block.id)
    settled(qtbot)
    days.table.choose_number(3)
    click(days.keep_button)
    settled(qtbot)
    assert availability.overview(clinic.front).releases == ()


def test_an_end_at_midnight_is_the_end_of_the_day_of_a_block_and_of_hours(
    administrators: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    availability.add_block(clinic.front, block(clinic, "Dr Shah"))
    page = section(qtbot, administrators, "blocks", BlocksPage)
    sheet = page.sheet
    assert isinstance(sheet, BlockSheet)
    (row,) = page.table.rows()
    page.choose(row.id)
    settled(qtbot)
    for typed in ("24:00", "12 am", "11:59 pm"):
        retype(sheet.closes, typed)
        QTest.keyClick(sheet.closes, Qt.Key.Key_Tab)
        assert (sheet.closes.text(), sheet.closes.value()) == ("12:00 AM", time(23, 59))
    click(sheet.save_button)
    settled(qtbot)
    assert said(administrators) == "Saved: Dr Shah, Room 1, Thursday."
    assert "8:00 AM to midnight" in sheet.under_title.text()
    (stored,) = availability.overview(clinic.front).availability.blocks
    assert stored.span_on(THURSDAY, FACTS.zone) == Span(at(8), at(0, day=THURSDAY + timedelta(days=1)))
    assert not sheet.is_dirty
    QTest.keyClick(sheet.closes, Qt.Key.Key_Down)
    assert sheet.closes.value() == time(23, 55)
    QTest.keyClick(sheet.closes, Qt.Key.Key_Up)
    assert not sheet.is_dirty
    hours = section(qtbot, administrators, "unit_hours", UnitHoursPage).sheet
    assert isinstance(hours, UnitHoursSheet)
    click(hours.hours.add_button)
    (line,) = hours.hours.lines()
    retype(line.closes, "0:00")  # type: ignore[attr-defined] # a row of the week
    click(hours.save_button)
    settled(qtbot)
    ((own,),) = availability.overview(clinic.front).availability.hours.values()
    assert (own.opens, own.closes) == (time(8), time(23, 59))


def new_block(qtbot: QtBot, place: SetUpPlace) -> BlockSheet:
    """Room 1 on Thursdays from 8 to 12 for Dr Shah, typed, released three days before."""
    page = section(qtbot, place, "blocks", BlocksPage)
    click(page.add_button)
    settled(qtbot)
    sheet = page.sheet
    assert isinstance(sheet, BlockSheet)
    sheet.surgeon_id.setFocus()
    QTest.keyClick(sheet.surgeon_id, Qt.Key.Key_End)
    assert sheet.surgeon_id.currentText() == "Dr Shah"
    for field, words in ((sheet.room_id, "Room"), (sheet.weekday, "Thursday")):
        field.setFocus()
        QTest.keyClicks(field, words)
    retype(sheet.release_days, "3")
    settled(qtbot)
    return sheet


def firmness(sheet: BlockSheet, number: int) -> None:
    """Click the first (kept) or the second (preferred) of the two."""
    row = sheet.exclusive.control
    assert isinstance(row, SegmentedRow)
    QTest.mouseClick(row, LEFT, pos=row.rects()[number].center())


def test_a_block_shows_the_cases_of_others_in_it_until_they_moved_or_its_day_is_released(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    """Thursday itself is released by now; the block keeps the Thursdays after."""
    weeks = [THURSDAY + timedelta(weeks=n) for n in range(3)]
    today, first, second = (
        book(clinic, n, 9, day) for n, day in zip(("Jo Park", "Ana Lee", "Rosa Ortiz"), weeks, strict=True)
    )
    sheet = new_block(qtbot, place)
    panel = sheet.stranded
    assert panel.banner.text() == (
        "2 cases of others stand in this block and would have to move, unless their days are released."
    )
    cells = panel.table.rows_model
    assert [cells.index(0, column).data() for column in range(4)] == [
        "Thu 3 Dec 9:00 AM",
        "Ana Lee",
        "Dr Lin",
        "Kyphoplasty",
    ]
    assert_accessible(place)
    firmness(sheet, 1)
    settled(qtbot)
    assert not panel.isVisible(), "a room that is only preferred is kept from nobody"
    assert sheet.save_button.text() == "Save"
    firmness(sheet, 0)
    settled(qtbot)
    assert sheet.save_button.text() == "Save all the same (2 to move)"
    late = book(clinic, "Ben Cole", 10, weeks[2] + timedelta(weeks=1))
    click(sheet.save_button)
    settled(qtbot)
    assert availability.overview(clinic.front).availability.blocks == ()
    assert "Look at it" in sheet.problem_panel.text()
    assert [each.case.booking_id for each in panel.cases] == [first.id, second.id, late.id]
    click(sheet.save_button)
    settled(qtbot)
    assert said(place) == "Saved: Dr Shah, Room 1, Thursday."
    assert panel.banner.text() == "3 booked cases have to move."
    sheet.days.table.choose_number(1)
    click(sheet.days.release_button)
    settled(qtbot)
    assert [each.case.booking_id for each in panel.cases] == [second.id, late.id]
    page = section(qtbot, place, "closures", ClosuresPage)
    click(page.waiting_button)
    settled(qtbot)
    waiting = page.waiting.stranded
    assert [each.causes for each in waiting.cases] == [("Room 1: kept for Dr Shah",)] * 2
    click(waiting.all_button)
    settled(qtbot)
    assert said(place) == "Moved: 2 cases."
    assert not page.waiting_button.isVisible()
    assert not panel.isVisible()
    assert [booking.read(clinic.front, each.id).starts for each in (today, first)] == [
        today.starts,
        first.starts,
    ]
    assert booking.read(clinic.front, second.id).starts != second.starts


def test_a_block_and_moving_who_stands_in_it_is_one_press(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    made = book(clinic, "Ana Lee", 9, THURSDAY + timedelta(weeks=1))
    sheet = new_block(qtbot, place)
    click(sheet.stranded.all_button)
    settled(qtbot)
    settled(qtbot)
    assert said(place) == "Moved: 1 case."
    assert not sheet.stranded.isVisible()
    after = booking.read(clinic.front, made.id)
    assert (after.starts, after.draft.unit(R.ROOM)) != (made.starts, made.draft.unit(R.ROOM))
    shell_of(place).undo()
    settled(qtbot)
    assert said(place).startswith("Ana Lee, 9:00 AM: Room 1 is kept for Dr Shah, 8:00 AM to 12:00 PM.")


def test_a_block_that_cannot_be_says_so_under_its_field(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = new_block(qtbot, place)
    for field, key, typed, sentence in (
        (sheet.every_weeks, "every_weeks", "0", "Type a number from 1 to 12."),
        (sheet.every_weeks, "every_weeks", "", "A block comes back every 1 to 12 weeks."),
        (sheet.every_weeks, "every_weeks", "2", ""),
        (sheet.closes, "opens", "7", "This block ends before it starts. Put the earlier time first."),
        (sheet.closes, "opens", "8:00", "This block ends before it starts. Put the earlier time first."),
        (sheet.closes, "opens", "noon", ""),
        (
            sheet.last_on,
            "last_on",
            "26 nov 2036",
            "This is more than five years ahead. Leave the last day empty",
        ),
        (sheet.last_on, "last_on", "22 nov 2026", "The last day comes before the first."),
        (sheet.last_on, "last_on", "", ""),
        (sheet.first_on, "first_on", "31 dec 9999", "This is more than five years ahead. Check the year."),
    ):
        retype(field, typed)
        settled(qtbot)  # whom it strands is asked while it is typed
        if sentence:
            click(sheet.save_button)
            settled(qtbot)
            assert sheet.form.problems()[key].startswith(sentence)
    assert availability.overview(clinic.front).availability.blocks == ()


def test_a_unit_gets_hours_of_its_own_and_follows_the_clinic_again(
    administrators: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    place = administrators
    book(clinic, "Ana Lee", 13)
    place.show_section("equipment")
    settled(qtbot)
    equipment = place.section("equipment").findChild(UnitSheet)
    assert isinstance(equipment, UnitSheet)
    click(equipment.hours_button)
    settled(qtbot)
    page = place.section("unit_hours")
    assert isinstance(page, UnitHoursPage)
    sheet = page.sheet
    assert isinstance(sheet, UnitHoursSheet)
    assert sheet.title.text() == "Room 1"
    click(sheet.hours.add_button)
    (line,) = sheet.hours.lines()
    line.weekday.setFocus()  # type: ignore[attr-defined] # a row of the week
    QTest.keyClicks(line.weekday, "Thursday")  # type: ignore[attr-defined] # the same
    retype(line.closes, "7")  # type: ignore[attr-defined] # the same
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.problem_panel.text().startswith("Thursday: These hours end before they start.")
    retype(line.closes, "noon")  # type: ignore[attr-defined] # the same
    settled(qtbot)
    assert sheet.save_button.text() == "Save all the same (1 to move)"
    click(sheet.save_button)
    settled(qtbot)
    room = unit(clinic, "Room 1")
    own = availability.overview(clinic.front).availability.hours
    assert own == {room.id: (UnitHours(3, time(8), time(12)),)}
    click(sheet.follow_button)
    click(sheet.save_button)
    settled(qtbot)
    assert availability.overview(clinic.front).availability.hours == {}
    shell_of(place).undo()
    settled(qtbot)
    assert availability.overview(clinic.front).availability.hours == own


def test_other_opening_hours_show_whom_they_shut_out_and_all_move(
    administrators: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    made = book(clinic, "Ana Lee", 13)
    administrators.show_section("hours")
    settled(qtbot)
    sheet = administrators.section("hours").findChild(HoursSheet)
    assert isinstance(sheet, HoursSheet)
    assert not sheet.stranded.isVisible()
    thursday = sheet.hours.days[3]
    retype(thursday.times[1], "noon")
    settled(qtbot)
    assert sheet.save_button.text() == "Save all the same (1 to move)"
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.stranded.banner.text() == "1 booked case has to move."
    click(sheet.stranded.all_button)
    settled(qtbot)
    assert not sheet.stranded.isVisible()
    assert booking.read(clinic.front, made.id).starts != at(13)


def test_who_may_not_close_looks_and_who_may_is_not_told_otherwise(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    closures = section(qtbot, place, "closures", ClosuresPage)
    assert not place.looking.isVisible()
    assert closures.add_button.isVisible()
    hours = section(qtbot, place, "unit_hours", UnitHoursPage)
    assert place.looking.isVisible()
    assert not hours.sheet.foot.isVisible()


def test_released_block_time_is_said_at_the_foot_and_the_diary_looks_again(
    qtbot: QtBot, tmp_path: object
) -> None:
    fmt.configure(FACTS.zone)
    program = Program(House(Config(tmp_path)))  # type: ignore[arg-type] # a path
    heard: list[object] = []
    spoken: list[str] = []
    hub().changed.connect(heard.append)
    messages.bridge().spoken.connect(lambda message: spoken.append(message.text))
    days = [BlockDay(THURSDAY + timedelta(weeks=n), BlockId(7)) for n in range(2)]
    released = tuple(ReleasedTime(day, "Room 1", "Dr Lin") for day in days)
    program.swept.emit(Swept(_NOTHING_DUE, True, released))
    qtbot.waitUntil(lambda: bool(spoken))
    assert spoken == ["Released for everybody: Room 1, Thu 26 Nov (Dr Lin), and 1 more day."]
    assert any("block" in str(changes) for changes in heard)
