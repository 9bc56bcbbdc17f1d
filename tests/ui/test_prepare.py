"""Prepare: what is missing, the checklist and the calls that confirm, worked with the keyboard in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, update

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.changes import EVERYTHING
from clinicdesk.domain.ids import BookingId, PatientId
from clinicdesk.domain.preparation import CheckState, PreparationKey, PreparationStatus
from clinicdesk.domain.users import Role
from clinicdesk.services import booking, confirming, preparation
from clinicdesk.storage.tables import BookingRow, PatientContact, PatientPhone
from clinicdesk.ui import operations
from clinicdesk.ui.frame.place import Place
from clinicdesk.ui.frame.targets import (
    CaseOf,
    ChartOf,
    People,
    PeopleTarget,
    Prepare,
    PrepareToConfirm,
)
from clinicdesk.ui.kit import RowTable
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.panels.preparation import ChecklistPanel, ConfirmPanel
from clinicdesk.ui.places.preparation import PreparePlace
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import add_patient, at
from tests.helpers.cases import add_case
from tests.helpers.clinics import FACTS, SmallClinic

KEY = Qt.Key
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)


class PeopleProbe(Place[PeopleTarget]):
    """Stands where the charts are, and notes whose was asked for."""

    home = People()
    icon_name = "people"
    asked: PeopleTarget | None = None

    @classmethod
    def title(cls) -> str:
        return "People"

    def open_target(self, target: PeopleTarget) -> None:
        type(self).asked = target


@pytest.fixture
def cases(clinic: SmallClinic) -> list[BookingId]:
    """Three of tomorrow and Wednesday: nothing prepared, everything prepared, only booked."""
    rosa = add_patient(clinic, "Rosa Ortiz", allergies="latex", language="es", contact_hours="after 4 pm")
    ida = add_patient(clinic, "Ida May", no_known_allergies=True)
    jane = add_patient(clinic, "Jane <b>Doe", blood_thinner="Warfarin", escort="")
    made = [
        add_case(clinic, rosa, at(10, day=TUESDAY), "Room 1", "Dr Lin", prepared=False),
        add_case(clinic, ida, at(10, day=TUESDAY), "Room 2", "Dr Shah"),
        add_case(clinic, jane, at(9, day=WEDNESDAY), "Room 1", "Dr Lin", prepared=False),
    ]
    for patient, number in ((rosa, "+17035550142"), (ida, "+17035550143"), (jane, "+17035550144")):
        give_phone(clinic, patient, number)
    return made


def give_phone(clinic: SmallClinic, patient: PatientId, number: str) -> None:
    with clinic.database.writing() as session:
        session.execute(
            insert(PatientPhone).values(
                patient_id=patient,
                kind="mobile",
                number=number,
                digits=number[2:],
                reversed_digits=number[:1:-1],
                position=0,
            )
        )
        session.execute(
            insert(PatientContact).values(
                patient_id=patient,
                kind="alternate",
                name="Luis",
                relation="son",
                phone="+17035550199",
                position=1,
            )
        )


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, cases: list[BookingId]) -> Iterator[MainWindow]:
    clinic.clock.at = at(9, 0, MONDAY)
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(
        clinic.desk(Role.SCHEDULER),
        [PreparePlace.factory(), PeopleProbe.factory()],
        sides={
            "preparation": ChecklistPanel,
            "confirm_call": ConfirmPanel,
            "case": CasePanel,
            "book": BookingPanel,
        },
    )
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1360, 860)
    window.start(Prepare())
    qtbot.waitExposed(window)
    settled(qtbot)
    yield window
    operations.shutdown()


def settled(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not operations.busy(), timeout=10_000)


def place_of(window: MainWindow) -> PreparePlace:
    place = window.place("prepare")
    assert isinstance(place, PreparePlace)
    return place


def checklist_of(window: MainWindow, qtbot: QtBot, number: int = 0) -> ChecklistPanel:
    """Enter on a row of what is missing."""
    table = place_of(window).missing.table
    table.choose_number(number)
    QTest.keyClick(table, KEY.Key_Return)
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, ChecklistPanel)
    return panel


def call_of(window: MainWindow, qtbot: QtBot, number: int = 0) -> ConfirmPanel:
    """Enter on a row of the calls."""
    window.go(PrepareToConfirm())
    settled(qtbot)
    table = place_of(window).confirm.table
    table.choose_number(number)
    QTest.keyClick(table, KEY.Key_Return)
    settled(qtbot)
    panel = window.side
    assert isinstance(panel, ConfirmPanel)
    return panel


def press(panel: QWidget, key: Qt.Key, qtbot: QtBot) -> None:
    QTest.keyClick(panel, key)
    settled(qtbot)


def states(panel: ChecklistPanel) -> dict[str, CheckState]:
    return {row.key.value: row.point.state for row in panel.rows if row.point is not None}


def test_the_list_says_what_is_missing_by_day_and_the_bar_counts_it(window: MainWindow) -> None:
    place = place_of(window)
    model = place.missing.table.rows_model
    told = [[model.data(model.index(row, column)) for column in range(5)] for row in range(model.rowCount())]
    assert told == [
        [
            "Tomorrow",
            "10:00 AM",
            "Rosa Ortiz, 78",
            "Kyphoplasty L1",
            "authorization, labs, imaging, implant or kit overdue · consent due today",
        ],
        [
            "Wed 25 Nov",
            "9:00 AM",
            "Jane <b>Doe, 78",
            "Kyphoplasty L1",
            "authorization, labs, blood thinner overdue · imaging, implant or kit due today"
            " · consent, allergies, escort by Tue 24 Nov",
        ],
    ]
    count = window.places_bar.buttons["prepare"].count()
    assert count is not None
    assert count.number == 2


def test_a_number_settles_a_point_and_undo_opens_it_again(window: MainWindow, qtbot: QtBot) -> None:
    panel = checklist_of(window, qtbot)
    assert panel.times.text() == "Arrive 9:00 AM · stop eating 4:00 AM · stop drinking 8:00 AM"
    assert panel.ready.text() == "2 of 7 ready"
    assert panel.rows[0].hasFocus()
    press(panel, KEY.Key_1, qtbot)
    assert states(panel)["consent"] is CheckState.DONE
    assert panel.rows[0].by.text() == "Sam Front, Mon 23 Nov 9:00 AM"
    assert "consent" not in str(
        place_of(window).missing.table.rows_model.data(place_of(window).missing.table.rows_model.index(0, 4))
    )
    window.undo()
    settled(qtbot)
    assert states(panel)["consent"] is CheckState.DUE


def test_arrows_space_and_n_work_the_rows(
    window: MainWindow, clinic: SmallClinic, cases: list[BookingId], qtbot: QtBot
) -> None:
    panel = checklist_of(window, qtbot)
    QTest.keyClick(panel.rows[0], KEY.Key_Down)
    QTest.keyClick(panel.rows[1], KEY.Key_Down)
    labs = panel.rows[2]
    assert labs.hasFocus()
    press(labs, KEY.Key_Space, qtbot)
    assert states(panel)["labs"] is CheckState.DONE
    press(labs, KEY.Key_Space, qtbot)
    assert states(panel)["labs"] is CheckState.OVERDUE
    QTest.keyClick(labs, KEY.Key_N)
    QTest.keyClick(labs.note, KEY.Key_Return)
    settled(qtbot)
    assert labs.problem.text() == "Say why it is not needed."
    QTest.keyClicks(labs.note, "done in spring")
    QTest.keyClick(labs.note, KEY.Key_Return)
    settled(qtbot)
    assert states(panel)["labs"] is CheckState.NOT_NEEDED
    assert not labs.form.isVisible()
    assert labs.hasFocus()
    found = preparation.read(clinic.front, cases[0]).points[2]
    assert (found.item.status, found.sentence) == (PreparationStatus.NOT_NEEDED, "done in spring")


def test_an_authorization_is_typed_in_place_and_says_at_once_that_it_ends_too_early(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel = checklist_of(window, qtbot)
    QTest.keyClick(panel, KEY.Key_2)
    row = panel.rows[1]
    assert row.number.hasFocus()
    QTest.keyClick(row.number, KEY.Key_Return)
    settled(qtbot)
    assert row.problem.text() == "Give the number of the authorization."
    QTest.keyClicks(row.number, "A-77 12")
    QTest.keyClicks(row.expires, "23 nov")
    QTest.keyClick(row.expires, KEY.Key_Return)
    settled(qtbot)
    assert row.sentence.text() == (
        "The authorization ends the day before the case."
        " Ask for an extension, or move the case to Mon 23 Nov or earlier."
    )
    assert row.state.text() == "does not hold"
    QTest.keyClick(row, KEY.Key_Space)
    assert row.number.value() == "A-77 12"
    row.expires.clear()
    QTest.keyClicks(row.expires, "24 dec")
    QTest.keyClick(row.expires, KEY.Key_Return)
    settled(qtbot)
    assert row.sentence.text() == "Number A-77 12, valid up to Thu 24 Dec."


def test_a_number_typed_while_another_desk_stored_one_does_not_go_over_it(
    window: MainWindow, clinic: SmallClinic, cases: list[BookingId], qtbot: QtBot
) -> None:
    panel = checklist_of(window, qtbot)
    row = next(row for row in panel.rows if row.key is PreparationKey.AUTHORIZATION)
    row.toggle()
    QTest.keyClicks(row.number, "MINE")
    QTest.keyClicks(row.expires, "31 Jan 2027")
    key, ends = PreparationKey.AUTHORIZATION, date(2026, 12, 31)
    done = preparation.settle_point(
        clinic.front, cases[0], key, PreparationStatus.DONE, 0, number="THEIRS", expires_on=ends
    )
    row.keep.click()  # before this window heard of it
    settled(qtbot)

    def stored() -> str:
        points = preparation.read(clinic.front, cases[0]).points
        return next(point.item.number for point in points if point.key is PreparationKey.AUTHORIZATION)

    assert stored() == "THEIRS"
    assert "changed" in panel.problem_panel.text()
    assert panel.differences.keys == ("authorization.number", "authorization.expires_on")
    assert (row.number.text(), row.expires.value()) == ("MINE", date(2027, 1, 31))
    panel.refresh(done.changes)
    settled(qtbot)
    row.keep.click()
    settled(qtbot)
    assert stored() == "THEIRS", "it is not decided yet which of the two stands"
    for keep in [each for each in panel.differences.findChildren(QPushButton) if each.text() == "Keep mine"]:
        keep.click()
    row.keep.click()  # having seen theirs
    settled(qtbot)
    assert stored() == "MINE"


def test_escape_closes_the_fields_first_and_what_was_typed_is_not_lost_silently(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel = checklist_of(window, qtbot)
    QTest.keyClick(panel, KEY.Key_2)
    row = panel.rows[1]
    QTest.keyClicks(row.number, "A-1")
    QTest.keyClick(row.number, KEY.Key_Escape)
    assert window.side is panel
    assert not row.form.isVisible()
    assert row.hasFocus()
    assert panel.mark.isVisible()
    QTest.keyClick(row, KEY.Key_Escape)
    assert window.focusWidget() is place_of(window).missing.table
    assert checklist_of(window, qtbot) is panel
    assert row.form.isVisible()
    assert row.number.text() == "A-1"


def test_what_the_chart_says_leads_to_the_chart(window: MainWindow, qtbot: QtBot) -> None:
    panel = checklist_of(window, qtbot, 1)
    thinner = next(row for row in panel.rows if row.key is PreparationKey.BLOOD_THINNER)
    assert (
        thinner.sentence.text()
        == "Warfarin: usual hold 5 days, from Fri 20 Nov. Confirm with the prescriber."
    )
    escort = next(row for row in panel.rows if row.key is PreparationKey.ESCORT)
    escort.setFocus()
    press(escort, KEY.Key_Space, qtbot)
    assert isinstance(PeopleProbe.asked, ChartOf)


def test_a_case_has_its_preparation_and_the_way_there(
    window: MainWindow, cases: list[BookingId], qtbot: QtBot
) -> None:
    window.open(CaseOf(booking_id=cases[0]))
    settled(qtbot)
    case = window.side
    assert isinstance(case, CasePanel)
    assert case.before.text() == "Arrive 9:00 AM · stop eating 4:00 AM · stop drinking 8:00 AM"
    assert case.preparation.missing.text().startswith("authorization, labs")
    assert case.preparation.ready.text() == "Ready: Allergies, Escort"
    case.preparation.open_button.click()
    settled(qtbot)
    assert isinstance(window.side, ChecklistPanel)
    assert window.side.head.name.text() == "Rosa Ortiz"
    assert window.side.head.facts.text().startswith("78 · 3 Feb 1948 · MRN ")


def test_a_whole_call_from_the_keyboard_confirms_and_goes_on(
    window: MainWindow, clinic: SmallClinic, cases: list[BookingId], qtbot: QtBot
) -> None:
    panel = call_of(window, qtbot)
    assert panel.head.name.text() == "Rosa Ortiz"
    assert panel.dialing.number.text() == "(703) 555-0142"
    assert panel.reach.text() == "Spanish · best after 4 pm"
    said = [(what.text(), when.text()) for what, when in panel.hours if what.isVisible()]
    assert said == [("Arrive", "9:00 AM"), ("Stop eating", "4:00 AM"), ("Stop drinking", "8:00 AM")]
    assert "Ana Ortiz takes you home" in panel.more.text()
    assert "Tuesday, 24 Nov 2026, at 10:00 AM" in panel.greeting.text()
    press(panel, KEY.Key_R, qtbot)
    assert booking.read(clinic.front, cases[0]).state is BookingState.CONFIRMED
    assert panel.head.name.text() == "Ida May"
    window.undo()
    settled(qtbot)
    assert booking.read(clinic.front, cases[0]).state is BookingState.BOOKED
    for _call in range(2):
        press(panel, KEY.Key_R, qtbot)
    assert window.side is None
    left = [line.booking_id for line in confirming.to_confirm(clinic.front)]
    assert left == [cases[0]]


def test_who_missed_an_earlier_appointment_is_called_again_the_day_before(
    window: MainWindow, clinic: SmallClinic, cases: list[BookingId], qtbot: QtBot
) -> None:
    jane = booking.read(clinic.front, cases[2]).draft.patient_id
    add_case(
        clinic, jane, at(9, day=MONDAY - timedelta(days=50)), "Room 1", "Dr Lin", state=BookingState.NO_SHOW
    )
    hub().tell(EVERYTHING)
    settled(qtbot)
    panel = call_of(window, qtbot, 2)
    table = place_of(window).confirm.table
    assert shown(table, "Call twice") == ["", "", "1 of 2: missed before"]
    assert panel.twice.words.text() == (
        "Call twice: missed an earlier appointment. This is the first call; the second is due Tue 24 Nov."
    )
    press(panel, KEY.Key_R, qtbot)
    assert len(table.rows()) == 2
    clinic.clock.at = at(14, 0, TUESDAY)
    window.freshness.minute.tick()
    settled(qtbot)
    assert shown(table, "Call twice") == ["2 of 2: missed before"]
    panel = call_of(window, qtbot)
    assert panel.twice.words.text() == "Call twice: missed an earlier appointment. This is the second call."
    assert "calling once more" in panel.greeting.text()
    assert_accessible(panel)
    press(panel, KEY.Key_N, qtbot)
    assert panel.dialing.tried.text().startswith("Tried 1 of 4 (last: no answer, ")
    press(panel, KEY.Key_R, qtbot)
    assert window.foot_bar.quiet_bar.text() == "Jane <b>Doe: confirmed a second time for Wed 25 Nov 9:00 AM."
    assert not window.foot_bar.quiet_bar.undo_button.isVisible()
    assert booking.read(clinic.front, cases[2]).state is BookingState.CONFIRMED
    assert place_of(window).confirm.frame.is_empty


def test_who_booked_long_ahead_is_said_to_be_called_twice(
    window: MainWindow, clinic: SmallClinic, cases: list[BookingId], qtbot: QtBot
) -> None:
    with clinic.database.writing() as session:
        session.execute(
            update(BookingRow)
            .where(BookingRow.id == cases[2])
            .values(created_at=at(9, day=WEDNESDAY) - timedelta(days=29))
        )
    panel = call_of(window, qtbot, 2)
    assert panel.twice.words.text().startswith("Call twice: booked more than four weeks ahead.")
    panel = call_of(window, qtbot, 1)
    assert not panel.twice.isVisible()


def shown(table: RowTable[Any], heading: str) -> list[str]:
    """What a column of the list says, row by row."""
    (column,) = [each for each in table.rows_model.columns if each.heading == heading]
    return [column.text(row) for row in table.rows()]


def test_after_four_tries_the_contacts_are_called(
    window: MainWindow, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = call_of(window, qtbot)
    assert not panel.dialing.whose.isVisible()
    for key in (KEY.Key_N, KEY.Key_N, KEY.Key_M, KEY.Key_N):
        press(panel, key, qtbot)
    assert panel.dialing.tried.text().startswith("Tried 4 of 4 (last: no answer, ")
    assert panel.dialing.tried.text().endswith("Call the contacts now.")
    assert panel.dialing.number.text() == "(703) 555-0199"
    assert "Do not say what the call is about." in panel.dialing.caution.text()
    panel.attempts.buttons[CallOutcome.CONTACT_REACHED].click()
    settled(qtbot)
    line = confirming.to_confirm(clinic.front)[0]
    assert (line.attempts, line.last_outcome) == (5, CallOutcome.CONTACT_REACHED)
    assert panel.next_button.hasFocus()


def test_who_wants_to_move_is_noted_and_the_booking_form_opens(
    window: MainWindow, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel = call_of(window, qtbot)
    press(panel, KEY.Key_W, qtbot)
    assert isinstance(window.side, BookingPanel)
    sheet = confirming.open_call(clinic.front, confirming.to_confirm(clinic.front)[0].booking_id)
    assert [(one.outcome, one.note) for one in sheet.attempts] == [
        (CallOutcome.REACHED, "Wants another time")
    ]
    assert sheet.ringing.tries == 0


def test_cancelling_asks_why_in_place(
    window: MainWindow, clinic: SmallClinic, cases: list[BookingId], qtbot: QtBot
) -> None:
    panel = call_of(window, qtbot)
    QTest.keyClick(panel, KEY.Key_C)
    assert panel.why.reason.hasFocus()
    QTest.keyClicks(panel.why.reason, "no transport")  # letters are no shortcuts while a reason is typed
    QTest.keyClick(panel.why.reason, KEY.Key_Return)
    settled(qtbot)
    stored = booking.read(clinic.front, cases[0])
    assert (stored.state, stored.cancel_reason) == (BookingState.CANCELLED, "no transport")
    assert panel.head.name.text() == "Ida May"


def test_what_a_colleague_confirmed_meanwhile_is_said(
    window: MainWindow, clinic: SmallClinic, cases: list[BookingId], qtbot: QtBot
) -> None:
    panel = call_of(window, qtbot)
    confirming.confirm(clinic.nurse, cases[0], 1)
    press(panel, KEY.Key_N, qtbot)
    assert "is “Confirmed” by now" in panel.problem_panel.text()
    assert not panel.confirm_button.isVisible()


def test_everything_has_a_name_and_names_are_plain(window: MainWindow, qtbot: QtBot) -> None:
    panel = checklist_of(window, qtbot, 1)
    assert panel.head.name.text() == "Jane <b>Doe"
    QTest.keyClick(panel, KEY.Key_2)
    assert_accessible(panel)
    assert_accessible(place_of(window))
    panel.rows[1].leave.click()
    assert_accessible(call_of(window, qtbot, 2))


def test_nothing_missing_and_everybody_confirmed_say_so(
    window: MainWindow, clinic: SmallClinic, qtbot: QtBot
) -> None:
    clinic.clock.advance(timedelta(days=10))
    place = place_of(window)
    window.freshness.minute.tick()
    settled(qtbot)
    assert place.missing.frame.is_empty
    assert place.confirm.frame.is_empty
