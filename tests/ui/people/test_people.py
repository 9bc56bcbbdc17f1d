"""People as the front desk uses them: typing, Enter, Ctrl+N, Ctrl+S, in a real window over a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patients import PatientDraft, Phone, PhoneKind, Sex
from clinicdesk.domain.timeline import EntryGroup, EntryKind
from clinicdesk.domain.users import Role
from clinicdesk.services import patients
from clinicdesk.ui import operations
from clinicdesk.ui.frame import targets
from clinicdesk.ui.frame.targets import (
    BraceOrderFor,
    BraceOrderOf,
    CallOf,
    CaseOf,
    ChartOf,
    NewBooking,
    People,
)
from clinicdesk.ui.places.people.importing import ImportPage
from clinicdesk.ui.places.people.place import PeoplePlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.charts import ROSA, FullChart, full_chart
from tests.helpers.clinics import SmallClinic
from tests.helpers.places import BookView, CaseView
from tests.helpers.quiet import settled
from tests.ui.people.windows import Braces, Calls, open_window, people, write

ENTER, DOWN, ESCAPE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape, Qt.Key.Key_Tab
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def rosa(clinic: SmallClinic) -> FullChart:
    return full_chart(clinic)


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, rosa: FullChart) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic)
    operations.shutdown()


@pytest.fixture
def place(window: MainWindow) -> PeoplePlace:
    return people(window)


def keys(text: str) -> None:
    """Letters to whatever has the keyboard."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, text)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def ctrl(key: Qt.Key) -> None:
    """A shortcut; Qt shows the button pressed for a tenth of a second before it does anything."""
    press(key, Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(150)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def listed(place: PeoplePlace) -> list[str]:
    return [line.name for line in place.finding.table.rows()]


def open_page(qtbot: QtBot, window: MainWindow, patient_id: PatientId) -> None:
    window.go(ChartOf(patient_id=patient_id))
    settled(qtbot)


def test_a_few_letters_and_enter_open_the_page(qtbot: QtBot, window: MainWindow, place: PeoplePlace) -> None:
    keys("ort ro")
    press(ENTER)  # before the answer is there: it opens as soon as it is
    settled(qtbot)
    head = place.patient.head
    assert head.isVisible()
    assert head.name.text() == "Rosa Ortiz"
    assert "78 years" in head.facts.text()
    shown = {label.text() for label in head.findChildren(type(head.facts)) if label.isVisible()}
    assert {
        "(703) 555-0142",
        "latex, penicillin",
        "warfarin",
        "III",
        "Luis Ortiz (son), (703) 555-0199",
    } <= shown
    window.back()
    settled(qtbot)
    assert place.finding.isVisible()
    assert listed(place) == ["Rosa Ortiz"]


def test_the_list_is_walked_with_the_arrows_and_letters_go_back_to_the_search(
    qtbot: QtBot, clinic: SmallClinic, place: PeoplePlace
) -> None:
    patients.register(clinic.front, PatientDraft(given="Otto", family="Orth", birth_date=date(1950, 1, 1)))
    keys("ort")
    settled(qtbot)
    assert listed(place) == ["Otto Orth", "Rosa Ortiz"]
    press(DOWN)
    press(DOWN)
    assert place.finding.table.row() == place.finding.table.rows()[1]
    keys("i")
    settled(qtbot)
    assert place.finding.field.text() == "orti"
    assert listed(place) == ["Rosa Ortiz", "Otto Orth"]  # one letter off, so after who fits
    press(ESCAPE)
    settled(qtbot)
    assert place.finding.field.text() == ""
    assert place.finding.told.text() == "Seen last"


def test_registering_with_the_keyboard_alone(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace
) -> None:
    keys("nguyen")
    settled(qtbot)
    assert place.finding.frame.is_empty
    ctrl(Qt.Key.Key_N)
    assert place.form.fields.field("family").text() == "Nguyen"
    keys('Ánh <b>"')
    press(TAB)
    press(TAB)
    press(TAB)
    keys("3 feb 1950")
    press(TAB)
    keys("f")
    ctrl(Qt.Key.Key_S)
    settled(qtbot)
    assert place.patient.head.name.text() == 'Ánh <b>" Nguyen'
    assert window.foot_bar.quiet_bar.text() == 'Registered: Ánh <b>" Nguyen, MRN 10002.'
    found = patients.find(clinic.front, "anh nguyen")
    assert [(line.birth_date, line.sex) for line in found] == [(date(1950, 2, 3), Sex.FEMALE)]


def test_somebody_very_like_this_is_shown_before_and_refused_at_saving(
    qtbot: QtBot, clinic: SmallClinic, place: PeoplePlace, rosa: FullChart
) -> None:
    ctrl(Qt.Key.Key_N)
    form = place.form
    for key, text in (("given", "Rossa"), ("family", "ortiz"), ("birth_date", "2/3/48")):
        form.fields.field(key).setFocus()
        keys(text)
    qtbot.waitUntil(form.alike.isVisible)
    assert [line.name for line in form.alike.lines] == ["Rosa Ortiz"]
    assert not form.alike.despite.isVisible()
    ctrl(Qt.Key.Key_S)
    settled(qtbot)
    assert patients.count(clinic.front) == 1
    assert form.alike.despite.isVisible()
    click(form.alike.despite)
    settled(qtbot)
    assert patients.count(clinic.front) == 2
    assert place.patient.head.name.text() == "Rossa ortiz"


def test_the_person_who_was_meant_is_opened_instead(qtbot: QtBot, place: PeoplePlace) -> None:
    ctrl(Qt.Key.Key_N)
    for key, text in (("given", "Rosa"), ("family", "Ortiz"), ("birth_date", "3 Feb 1948")):
        place.form.fields.field(key).setFocus()
        keys(text)
    ctrl(Qt.Key.Key_S)
    settled(qtbot)
    (button,) = (b for b in place.form.alike.findChildren(QWidget) if b.accessibleName() == "Open Rosa Ortiz")
    click(button)
    settled(qtbot)
    assert place.patient.isVisible()
    assert place.patient.head.name.text() == "Rosa Ortiz"


def test_what_is_wrong_stands_under_its_field_and_nothing_is_lost(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace
) -> None:
    ctrl(Qt.Key.Key_N)
    form = place.form
    keys("Bob")
    form.fields.field("email").setFocus()
    keys("bob at home")
    form.fields.field("notes").setFocus()
    form.fields.field("notes").setPlainText("x" * 10_001)
    ctrl(Qt.Key.Key_S)
    assert set(form.fields.problems()) == {"family", "birth_date", "email", "notes"}
    assert QApplication.focusWidget() is form.fields.field("family")
    keys("Stone")
    form.fields.field("birth_date").setFocus()
    keys("1 jan 2040")
    ctrl(Qt.Key.Key_S)
    assert "birth_date" in form.fields.problems()
    window.go(targets.Calls())
    window.go(People())
    assert form.isVisible()
    press(ESCAPE)
    settled(qtbot)
    assert place.finding.isVisible()
    assert window.foot_bar.quiet_bar.text() == "Bob Stone: What you typed is kept, and not saved yet."
    assert patients.count(clinic.front) == 1


def test_a_change_is_saved_and_can_be_taken_back(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace, rosa: FullChart
) -> None:
    open_page(qtbot, window, rosa.patient_id)
    ctrl(Qt.Key.Key_E)
    settled(qtbot)
    form = place.form
    assert form.fields.field("phones").value()[0] == Phone(PhoneKind.MOBILE, "(703) 555-0142")
    form.fields.field("blood_thinner").setFocus()
    form.fields.field("blood_thinner").selectAll()
    keys("apixaban")
    click(form.fields.field("contacts").add_button)
    keys("Pia Ortiz")
    click(form.save)
    settled(qtbot)
    now = patients.open_chart(clinic.nurse, rosa.patient_id)
    assert now.draft.blood_thinner == "apixaban"
    assert [one.name for one in now.draft.contacts] == ["Luis Ortiz", "Marta Ruiz", "Pia Ortiz"]
    assert now.draft.phones == patients.open_chart(clinic.nurse, rosa.patient_id).draft.phones
    assert place.patient.isVisible()
    window.undo()
    settled(qtbot)
    assert patients.open_chart(clinic.nurse, rosa.patient_id).draft.blood_thinner == "warfarin"


def test_a_lost_update_names_who_was_first_and_keeps_what_was_typed(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace, rosa: FullChart
) -> None:
    open_page(qtbot, window, rosa.patient_id)
    ctrl(Qt.Key.Key_E)
    settled(qtbot)
    there = patients.open_chart(clinic.nurse, rosa.patient_id)
    patients.change(clinic.nurse, there.id, replace(there.draft, referrer="Dr Blue"), there.version)
    field = place.form.fields.field("city")
    field.setFocus()
    field.selectAll()
    keys("Reston")
    ctrl(Qt.Key.Key_S)
    settled(qtbot)
    assert "Kim Park" in place.form.problem_panel.text()
    assert field.text() == "Reston"
    assert place.form.fields.field("referrer").text() == "Dr Blue", "what only the colleague changed is shown"
    assert not place.form.differences.are_open
    ctrl(Qt.Key.Key_S)
    settled(qtbot)
    stored = patients.open_chart(clinic.nurse, rosa.patient_id).draft
    assert (stored.city, stored.referrer) == ("Reston", "Dr Blue")


def test_entries_of_the_timeline_lead_to_what_they_are_about(
    qtbot: QtBot, window: MainWindow, place: PeoplePlace, rosa: FullChart
) -> None:
    open_page(qtbot, window, rosa.patient_id)
    page = place.patient
    table = page.table
    assert table.choose(lambda one: one.kind is EntryKind.CASE and one.booking_id == rosa.ahead)
    table.setFocus()
    press(ENTER)
    assert isinstance(window.side, CaseView)
    assert window.side.opened[-1] == CaseOf(booking_id=rosa.ahead)
    table.choose(lambda one: one.kind is EntryKind.CHECK_IN_DUE)
    press(ENTER)
    calls = window.place("calls")
    assert isinstance(calls, Calls)
    assert isinstance(calls.targets[-1], CallOf)
    window.back()
    settled(qtbot)
    assert page.isVisible()
    page.filter.set_value(EntryGroup.BRACES)
    assert {entry.kind for entry in table.rows()} == {EntryKind.BRACE}
    table.choose_number(0)
    table.setFocus()
    press(ENTER)
    braces = window.place("braces")
    assert isinstance(braces, Braces)
    assert isinstance(braces.targets[-1], BraceOrderOf)
    window.back()
    settled(qtbot)
    click(page.book)
    assert isinstance(window.side, BookView)
    assert window.side.opened[-1:] == [NewBooking(patient_id=rosa.patient_id)]


def test_the_page_of_someone_who_died_says_so_and_offers_no_booking(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace, rosa: FullChart
) -> None:
    open_page(qtbot, window, rosa.patient_id)
    assert place.patient.book.isVisible()
    ctrl(Qt.Key.Key_E)
    settled(qtbot)
    place.form.fields.field("deceased_on").setFocus()
    keys("20 nov 2026")
    ctrl(Qt.Key.Key_S)
    settled(qtbot)
    assert place.patient.head.deceased.text() == "Died 20 Nov 2026. No further bookings can be made."
    assert not place.patient.book.isVisible()
    assert "died at 78" in place.patient.head.facts.text()


def test_find_leads_to_the_page(qtbot: QtBot, window: MainWindow, place: PeoplePlace) -> None:
    window.go(targets.Calls())
    window.open_find()
    keys("rosa 1948")
    settled(qtbot)
    assert window.find_panel.titles() == ["Rosa Ortiz"]
    press(ENTER)
    settled(qtbot)
    assert place.patient.head.name.text() == "Rosa Ortiz"


def test_a_surgeon_orders_a_brace_and_may_not_import(
    qtbot: QtBot, clinic: SmallClinic, rosa: FullChart
) -> None:
    window = open_window(qtbot, clinic, Role.SURGEON)
    place = people(window)
    assert not place.finding.import_list.isVisible()
    open_page(qtbot, window, rosa.patient_id)
    click(place.patient.brace)
    assert isinstance(window.side, BookView)
    assert window.side.opened[-1] == BraceOrderFor(patient_id=rosa.patient_id)


def test_importing_a_list_with_bad_rows(
    qtbot: QtBot, clinic: SmallClinic, place: PeoplePlace, tmp_path: Path
) -> None:
    page = begin_import(
        place,
        write(
            tmp_path,
            "list.csv",
            "a,b,born,sex\nAnn,Lee,1950-02-03,F\nBob,,1950-02-03,M\nCid,Fox,1951-02-03,Q\n",
        ),
    )
    settled(qtbot)
    assert page.lacking.isVisible()
    assert not page.go.isEnabled()
    for number, words in enumerate(("First name", "Family name")):
        page.meanings[number].setFocus()
        page.meanings[number].setCurrentIndex(page.meanings[number].findText(words))
        settled(qtbot)
    assert [row.line for row in page.mixed_rows.rows()] == [2, 3, 4]
    assert page.go.text() == "Import 1 patient"
    click(page.go)
    settled(qtbot)
    assert page.result_told.text() == "1 patient was added. 2 rows could not be taken over."
    assert [row.line for row in page.bad_rows.rows()] == [3, 4]
    click(page.save_bad)
    settled(qtbot)
    kept = (tmp_path / "not-imported.csv").read_text("utf-8-sig").splitlines()
    assert kept[1].startswith("3,A family name is needed.,Bob")
    click(page.done)
    settled(qtbot)
    assert place.finding.isVisible()
    assert patients.count(clinic.front) == 2


def test_importing_the_real_file_with_its_own_dates(
    qtbot: QtBot, clinic: SmallClinic, place: PeoplePlace, data_dir: Path
) -> None:
    page = begin_import(place, data_dir / "synthea" / "patients.csv")
    settled(qtbot)
    assert page.go.text() == "Import 1,171 patients"
    assert "no other" in page.order_told.text()
    click(page.go)
    settled(qtbot)
    assert page.result_told.text() == "1171 patients were added."
    click(page.another)
    settled(qtbot)
    click(page.go)
    settled(qtbot)
    assert page.result_told.text() == "0 patients were added. 1171 were here already."
    click(page.done)
    place.finding.take_focus()
    keys("gomez jose")
    settled(qtbot)
    assert "José Eduardo181 Gómez206" in listed(place)


def test_a_file_that_is_no_list_is_told_in_place(qtbot: QtBot, place: PeoplePlace, tmp_path: Path) -> None:
    page = begin_import(place, write(tmp_path, "letter.txt", "Dear colleague"))
    settled(qtbot)
    assert "no list of patients" in page.problem_panel.text()
    page._choose_file = lambda _parent: tmp_path / "gone.csv"
    page.choose()
    settled(qtbot)
    assert "gone.csv cannot be read" in page.problem_panel.text()


def test_every_page_can_be_heard_and_shows_names_as_letters(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace, data_dir: Path
) -> None:
    odd = replace(ROSA, given="<b>Jane", family='<img src="/etc/passwd"/>', birth_date=date(1960, 1, 1))
    jane = patients.register(clinic.front, odd, despite_duplicates=True).value
    begin_import(place, data_dir / "synthea" / "patients.csv")
    open_page(qtbot, window, jane.id)
    ctrl(Qt.Key.Key_E)
    settled(qtbot)
    assert_accessible(place)
    assert place.form.head.name.text() == '<b>Jane <img src="/etc/passwd"/>'


def begin_import(place: PeoplePlace, path: Path) -> ImportPage:
    """Choose a file; what is saved goes beside it."""
    click(place.finding.import_list)
    page = place.importing
    page._choose_file = lambda _parent: path
    page._choose_target = lambda _parent, name: path.with_name(name)
    assert page.start.button is not None
    click(page.start.button)
    return page
