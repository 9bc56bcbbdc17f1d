"""What is typed about a patient belongs to that patient, and what is typed about somebody new to that one form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patients import Phone, PhoneKind
from clinicdesk.services import drafts, patients
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import ChartOf, EditPatient, People, RegisterPatient
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.people.form import PatientForm
from clinicdesk.ui.places.people.place import PeoplePlace
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.clinics import SmallClinic
from tests.helpers.quiet import settled
from tests.helpers.slow import SlowDesk
from tests.ui.booking.windows import register
from tests.ui.people.windows import open_window, people, type_into

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def rosa(clinic: SmallClinic) -> PatientId:
    return register(clinic, "Rosa", "Ortiz", phones=(Phone(PhoneKind.MOBILE, "(703) 555-0142"),))


@pytest.fixture
def ida(clinic: SmallClinic) -> PatientId:
    return register(clinic, "Ida", "May")


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, rosa: PatientId, ida: PatientId) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic)
    operations.shutdown()


@pytest.fixture
def place(window: MainWindow) -> PeoplePlace:
    return people(window)


def edit(qtbot: QtBot, window: MainWindow, patient_id: PatientId) -> PatientForm:
    window.go(EditPatient(patient_id=patient_id))
    settled(qtbot)
    return people(window).form


def register_new(qtbot: QtBot, window: MainWindow, given: str, family: str) -> PatientForm:
    window.go(RegisterPatient())
    settled(qtbot)
    form = people(window).form
    type_into(form.fields.field("given"), given)
    type_into(form.fields.field("family"), family)
    return form


def test_the_next_patients_form_holds_nothing_of_the_one_before(
    qtbot: QtBot, window: MainWindow, rosa: PatientId, ida: PatientId
) -> None:
    form = edit(qtbot, window, rosa)
    type_into(form.fields.field("allergies"), "latex")
    rows = form.fields.field("phones")
    QTest.mouseClick(rows.add_button, LEFT)
    QTest.keyClicks(rows.rows[1].number, "703 555 0199")
    form = edit(qtbot, window, ida)
    assert form.head.name.text() == "Ida May"
    assert form.fields.field("allergies").text() == ""
    assert form.fields.field("phones").value() == ()
    assert not form.has_unsaved
    form = edit(qtbot, window, rosa)
    assert form.fields.field("allergies").text() == "latex"
    assert [phone.number for phone in form.fields.field("phones").value()] == [
        "(703) 555-0142",
        "703 555 0199",
    ]
    assert form.mark.isVisible()


def test_each_new_form_is_its_own_and_both_are_taken_up_from_the_foot(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace
) -> None:
    first = register_new(qtbot, window, "Ann", "Lee").key
    form = register_new(qtbot, window, "Bob", "Stone")
    assert form.key != first
    QTest.keyClick(form, Qt.Key.Key_Escape)
    settled(qtbot)
    assert place.finding.isVisible()
    actions = {each.text().partition(",")[0]: each for each in window.unsaved_list.menu().actions()}
    assert actions.keys() == {"Ann Lee: New patient", "Bob Stone: New patient"}
    actions["Ann Lee: New patient"].trigger()
    settled(qtbot)
    assert form.key == first
    assert (form.fields.field("given").text(), form.fields.field("family").text()) == ("Ann", "Lee")
    QTest.mouseClick(form.mark.throw_button, LEFT)
    QTest.keyClick(form, Qt.Key.Key_Escape)
    settled(qtbot)
    assert [draft.fields["name"] for draft in drafts.mine(clinic.front)] == ["Bob Stone"]


def test_a_slow_save_leaves_the_next_patients_form_alone(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace, rosa: PatientId, ida: PatientId
) -> None:
    slow = SlowDesk(window)
    form = edit(qtbot, window, rosa)
    type_into(form.fields.field("allergies"), "latex")
    slow.hold()
    for _press in range(2):
        QTest.mouseClick(form.save, LEFT)
    assert not form.save.isEnabled()
    window.go(EditPatient(patient_id=ida))
    qtbot.waitUntil(lambda: form.view is not None)
    type_into(form.fields.field("city"), "Reston")
    slow.release()
    settled(qtbot)
    assert form.isVisible(), "the page of the one before does not come in between"
    assert form.head.name.text() == "Ida May"
    assert form.fields.field("city").text() == "Reston"
    assert patients.open_chart(clinic.nurse, rosa).draft.allergies == "latex"
    assert patients.open_chart(clinic.nurse, ida).draft.allergies == ""
    assert not edit(qtbot, window, rosa).has_unsaved


def test_what_a_colleague_stored_stands_beside_mine_field_by_field(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId
) -> None:
    form = edit(qtbot, window, rosa)
    rows = form.fields.field("phones")
    rows.rows[0].number.selectAll()
    QTest.keyClicks(rows.rows[0].number, "703 555 0001")
    there = patients.open_chart(clinic.nurse, rosa)
    theirs = replace(there.draft, phones=(Phone(PhoneKind.MOBILE, "(703) 555-0002"),), city="Reston")
    patients.change(clinic.nurse, rosa, theirs, there.version)
    QTest.mouseClick(form.save, LEFT)
    settled(qtbot)
    assert "Kim Park" in form.problem_panel.text()
    assert form.differences.keys == ("phones",)
    assert form.fields.field("city").text() == "Reston"
    words = [label.text() for label in form.differences.findChildren(QWidget) if hasattr(label, "text")]
    assert {"You typed: 703 555 0001", "Stored now: (703) 555-0002"} <= set(words)
    keep = next(b for b in form.differences.findChildren(QPushButton) if b.text() == "Keep mine")
    QTest.mouseClick(keep, LEFT)
    QTest.mouseClick(form.save, LEFT)
    settled(qtbot)
    assert patients.open_chart(clinic.nurse, rosa).draft.phones[0].number == "+17035550001"


def test_half_a_number_stays_half_a_number_while_a_colleague_saves(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, rosa: PatientId
) -> None:
    form = edit(qtbot, window, rosa)
    rows = form.fields.field("phones")
    QTest.mouseClick(rows.add_button, LEFT)
    QTest.keyClicks(rows.rows[1].number, "703 19")
    rows.rows[1].number.setCursorPosition(4)
    there = patients.open_chart(clinic.nurse, rosa)
    done = patients.change(clinic.nurse, rosa, replace(there.draft, city="Reston"), there.version)
    hub().announce(done.changes)
    settled(qtbot)
    assert form.fields.field("city").text() == "Reston"
    number = rows.rows[1].number
    assert number.hasFocus()
    QTest.keyClicks(number, "555 01")
    assert number.text() == "703 555 0119"


def test_who_was_recognised_leaves_nothing_behind_unless_that_is_taken_back(
    qtbot: QtBot, clinic: SmallClinic, window: MainWindow, place: PeoplePlace
) -> None:
    form = register_new(qtbot, window, "Rosa", "Ortiz")
    type_into(form.fields.field("birth_date"), "3 feb 1948")
    qtbot.waitUntil(form.alike.isVisible)
    button = next(b for b in form.alike.findChildren(QWidget) if b.accessibleName() == "Open Rosa Ortiz")
    QTest.mouseClick(button, LEFT)
    settled(qtbot)
    assert place.patient.isVisible()
    assert drafts.mine(clinic.front) == ()
    window.undo()
    settled(qtbot)
    (action,) = window.unsaved_list.menu().actions()
    assert action.text().startswith("Rosa Ortiz: New patient")


def test_coming_back_to_people_shows_what_is_being_typed(
    qtbot: QtBot, window: MainWindow, place: PeoplePlace, rosa: PatientId
) -> None:
    form = edit(qtbot, window, rosa)
    window.go(People())
    assert place.finding.isVisible(), "nothing was typed"
    form = edit(qtbot, window, rosa)
    type_into(form.fields.field("city"), "Reston")
    window.go(People())
    assert form.isVisible()
    window.go(ChartOf(patient_id=rosa))
    settled(qtbot)
    assert place.patient.isVisible()
    assert edit(qtbot, window, rosa).fields.field("city").text() == "Reston"
