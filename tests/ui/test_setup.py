"""The Set up place, in a real window over a real clinic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.brace_types import BraceType
from clinicdesk.domain.catalogue import PreparationKey, PreparationWhen, Procedure, ProcedureKind
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.pathways import Pathway
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.services import availability, catalogue, handouts, resources
from clinicdesk.services import clinic as clinic_service
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import SetUp
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.setup import SetUpPlace
from clinicdesk.ui.places.setup.braces import BraceSheet
from clinicdesk.ui.places.setup.clinic import ClinicSheet, HoursSheet
from clinicdesk.ui.places.setup.handouts import HandoutSheet
from clinicdesk.ui.places.setup.listing import ListPage, SetUpPage
from clinicdesk.ui.places.setup.pathways import PathwaySheet
from clinicdesk.ui.places.setup.place import sections
from clinicdesk.ui.places.setup.procedures import ProcedureSheet
from clinicdesk.ui.places.setup.resources import UnitSheet
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import at
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.lengths import past_cases
from tests.helpers.times import block, closed

LEFT = Qt.MouseButton.LeftButton
W = TypeVar("W", bound=QWidget)


def opened(qtbot: QtBot, clinic: SmallClinic, role: Role) -> MainWindow:
    theme().start()
    fmt.configure(FACTS.zone)
    window = MainWindow(clinic.desk(role), [SetUpPlace.factory()], unsaved=left_work)
    qtbot.addWidget(window)
    window.resize(1360, 860)
    window.start(SetUp())
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic) -> Iterator[MainWindow]:
    yield opened(qtbot, clinic, Role.ADMINISTRATOR)
    operations.shutdown()


@pytest.fixture
def place(window: MainWindow) -> SetUpPlace:
    found = window.place("set_up")
    assert isinstance(found, SetUpPlace)
    return found


def settled(qtbot: QtBot) -> None:
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not operations.busy(), timeout=10_000)


def section(qtbot: QtBot, place: SetUpPlace, key: str) -> QWidget:
    place.show_section(key)
    settled(qtbot)
    return place.section(key)


def sheet_of(qtbot: QtBot, place: SetUpPlace, key: str, kind: type[W]) -> W:
    page = section(qtbot, place, key)
    found = page.findChild(kind)
    assert found is not None
    return found


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def retype(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keySequence(field, "Ctrl+A")
    QTest.keyClicks(field, text)


def banner_button(sheet: QWidget, words: str) -> QAbstractButton:
    return next(b for b in sheet.findChildren(QAbstractButton) if b.text() == words and b.isVisible())


def procedure(clinic: SmallClinic, key: str) -> Procedure:
    return catalogue.whole(clinic.admin).procedure(key)


_WITHOUT_SHEET = frozenset({"audit", "password"})
"""Sections that show no entry to edit beside a list; each has tests of its own."""


@pytest.mark.parametrize("key", [one.key for one in sections() if one.key not in _WITHOUT_SHEET])
def test_every_section_opens_and_can_be_read_aloud(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot, key: str
) -> None:
    availability.add_closure(clinic.front, closed(clinic, at(8), at(12), "C-arm 1"))
    availability.add_block(clinic.front, block(clinic))
    page = section(qtbot, place, key)
    assert place.current == key
    assert page.isVisible()
    assert isinstance(page, SetUpPage)
    sheet = page.sheet
    assert sheet.row is not None
    assert not sheet.is_dirty, "showing a row is no change of it"
    assert_accessible(place)


def test_a_length_is_changed_saved_and_taken_back(
    window: MainWindow, place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    assert not sheet.save_button.isEnabled()
    retype(sheet.minutes["first_minutes"], "75")
    click(sheet.save_button)
    settled(qtbot)
    assert procedure(clinic, "kyphoplasty").first_minutes == 75
    assert window.foot_bar.quiet_bar.text() == "Saved: Kyphoplasty."
    assert not sheet.confirm_banner.isVisible()
    assert not sheet.is_dirty
    window.undo()
    settled(qtbot)
    assert procedure(clinic, "kyphoplasty").first_minutes == 60
    assert sheet.minutes["first_minutes"].whole() == 60


def test_what_is_wrong_stands_under_its_field_and_nothing_is_saved(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    retype(sheet.minutes["first_minutes"], "62")
    retype(sheet.allowed, "T5-L9")
    click(sheet.save_button)
    qtbot.wait(20)
    assert not sheet.allowed.visibleRegion().isEmpty()
    assert sheet.form.problems() == {"allowed": "There is no L9. Lumbar levels are L1 to L5."}
    retype(sheet.allowed, "T5-L5")
    click(sheet.save_button)
    assert list(sheet.form.problems()) == ["first_minutes"]
    click(sheet.mark.throw_button)
    assert sheet.minutes["first_minutes"].whole() == 60
    assert procedure(clinic, "kyphoplasty").first_minutes == 60


def test_a_checklist_is_ticked_with_its_days(place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    lines = sheet.preparation.lines
    assert lines[PreparationKey.CONSENT].tick.value()
    QTest.keyClick(lines[PreparationKey.KIT].tick, Qt.Key.Key_Space)
    assert not lines[PreparationKey.KIT].days.isVisible()
    retype(lines[PreparationKey.LABS].days, "99")
    click(sheet.save_button)
    assert "from 0 to 90" in sheet.form.problems()["preparation"]
    retype(lines[PreparationKey.LABS].days, "10")
    click(sheet.save_button)
    settled(qtbot)
    rules = {rule.key: rule for rule in procedure(clinic, "kyphoplasty").preparation}
    assert PreparationKey.KIT not in rules
    assert rules[PreparationKey.LABS].days_before == 10
    assert rules[PreparationKey.ESCORT].when is PreparationWhen.ESCORT


def test_a_visit_is_added_by_keyboard(place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    QTest.keySequence(place.window(), "Ctrl+N")
    qtbot.waitUntil(lambda: sheet.is_new)
    retype(sheet.name, "Stitch removal")
    sheet.kind.set_value(ProcedureKind.VISIT)
    assert not sheet.allowed.isVisible()
    retype(sheet.minutes["first_minutes"], "15")
    QTest.keySequence(place.window(), "Ctrl+S")
    qtbot.waitUntil(lambda: not sheet.is_new)
    settled(qtbot)
    added = procedure(clinic, "stitch_removal")
    assert (added.is_visit, added.first_minutes, added.allowed_sedations) == (True, 15, ())
    assert sheet.row is not None
    assert not sheet.is_new


def test_what_is_typed_stays_with_its_row(
    window: MainWindow, place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    page = place.section("procedures")
    assert isinstance(page, ListPage)
    first = sheet.name.text()
    retype(sheet.name, "Balloon kyphoplasty")
    assert sheet.mark.isVisible()
    page.table.choose_number(1)
    settled(qtbot)
    assert sheet.name.text() not in (first, "Balloon kyphoplasty")
    assert not sheet.mark.isVisible()
    assert not sheet.save_button.isEnabled()
    page.table.choose_number(0)
    settled(qtbot)
    assert sheet.name.text() == "Balloon kyphoplasty"
    assert sheet.mark.isVisible()
    place.show_section("braces")
    settled(qtbot)
    assert place.current == "braces"
    assert window.foot_bar.quiet_bar.text() == "Kyphoplasty: What you typed is kept, and not saved yet."
    section(qtbot, place, "procedures")
    click(sheet.save_button)
    settled(qtbot)
    assert procedure(clinic, "kyphoplasty").name == "Balloon kyphoplasty"
    assert not sheet.mark.isVisible()


def test_what_is_typed_outlives_the_program_and_leads_back_from_the_foot(
    window: MainWindow, place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    page = place.section("procedures")
    assert isinstance(page, ListPage)
    page.table.choose_number(2)
    settled(qtbot)
    shown = sheet.name.text()
    retype(sheet.name, "Another name")
    lines = sheet.preparation.lines
    retype(lines[PreparationKey.LABS].days, "10")
    click(page.add_button)
    retype(sheet.name, "Stitch removal")
    window.hide()
    settled(qtbot)
    after = opened(qtbot, clinic, Role.ADMINISTRATOR)
    listed = {each.text().rpartition(",")[0]: each for each in after.unsaved_list.menu().actions()}
    assert listed.keys() == {f"{shown}: Set up", "Set up"}
    for words, name in ((f"{shown}: Set up", "Another name"), ("Set up", "Stitch removal")):
        listed[words].trigger()
        settled(qtbot)
        again = after.place("set_up")
        assert isinstance(again, SetUpPlace)
        sheet = sheet_of(qtbot, again, "procedures", ProcedureSheet)
        assert sheet.name.text() == name
        assert sheet.kept_strip.isVisible()
        if not sheet.is_new:
            assert sheet.preparation.lines[PreparationKey.LABS].days.text() == "10"
    click(sheet.mark.throw_button)
    settled(qtbot)
    assert not sheet.is_new


def test_rows_that_were_moved_or_taken_away_come_back_as_the_same_rows(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    """A check-in keeps its key although the one before it was removed."""
    sheet = sheet_of(qtbot, place, "pathways", PathwaySheet)
    page = place.section("pathways")
    assert isinstance(page, ListPage)
    before = catalogue.whole(clinic.admin).pathway("standard").in_order()
    remove = next(
        b for b in sheet.steps_field.findChildren(QAbstractButton) if "Remove" in b.accessibleName()
    )
    click(remove)
    click(sheet.steps_field.add_button)
    click(page.add_button)
    settled(qtbot)
    assert len(sheet.steps_field.lines()) == 1
    page.table.choose_number(0)
    settled(qtbot)
    line = sheet.steps_field.lines()[-1]
    for name, text in (("How long after", "24"), ("Name of the check-in", "24 months")):
        retype(next(w for w in line.findChildren(QWidget) if w.accessibleName() == name), text)
    QTest.keyClicks(next(w for w in line.findChildren(QWidget) if w.accessibleName() == "Unit"), "mo")
    click(sheet.save_button)
    settled(qtbot)
    now = catalogue.whole(clinic.admin).pathway("standard").in_order()
    assert [step.key for step in now] == [*(step.key for step in before[1:]), "months_24"]
    assert now[:-1] == before[1:]


def test_whoever_was_slower_sees_what_the_other_changed(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    theirs = catalogue.entries(clinic.admin, EntryKind.PROCEDURE)[0]
    assert isinstance(theirs.value, Procedure)
    changed = replace(theirs.value, recovery_minutes=90, name="Kyphoplasty, balloon")
    catalogue.change(clinic.admin, replace(theirs, value=changed))
    retype(sheet.name, "Balloon kyphoplasty")
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.problem_panel.text().startswith("Alex Admin changed this at 08:00.")
    assert sheet.minutes["recovery_minutes"].whole() == 90, "what only the other changed is simply shown"
    assert sheet.differences.keys == ("name",)
    click(banner_button(sheet, "Keep mine"))
    click(sheet.save_button)
    settled(qtbot)
    kept = procedure(clinic, "kyphoplasty")
    assert (kept.name, kept.recovery_minutes) == ("Balloon kyphoplasty", 90)


def test_a_default_is_confirmed_and_the_count_goes_down(
    window: MainWindow, place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    before = catalogue.to_confirm(clinic.admin)
    sheet = sheet_of(qtbot, place, "pathways", PathwaySheet)
    click(banner_button(sheet, "Confirm as it is"))
    settled(qtbot)
    assert catalogue.to_confirm(clinic.admin) == before - 1
    assert not sheet.confirm_banner.isVisible()


def test_a_check_in_is_added_to_a_pathway(place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    sheet = sheet_of(qtbot, place, "pathways", PathwaySheet)
    click(sheet.steps_field.add_button)
    line = sheet.steps_field.lines()[-1]
    for name, text in (("How long after", "24"), ("Name of the check-in", "24 months")):
        retype(next(w for w in line.findChildren(QWidget) if w.accessibleName() == name), text)
    unit = next(w for w in line.findChildren(QWidget) if w.accessibleName() == "Unit")
    QTest.keyClicks(unit, "mo")
    click(sheet.save_button)
    settled(qtbot)
    pathway = catalogue.whole(clinic.admin).pathway("standard")
    assert isinstance(pathway, Pathway)
    assert (pathway.in_order()[-1].label, pathway.in_order()[-1].key) == ("24 months", "months_24")


def test_a_brace_is_added_and_a_wrong_code_is_told(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "braces", BraceSheet)
    QTest.keySequence(place.window(), "Ctrl+N")
    qtbot.waitUntil(lambda: sheet.is_new)
    retype(sheet.hcpcs, "456")
    retype(sheet.name, "TLSO, flexible <b>")
    click(sheet.save_button)
    assert list(sheet.form.problems()) == ["hcpcs"]
    retype(sheet.hcpcs, "l0456")
    click(sheet.save_button)
    settled(qtbot)
    brace = catalogue.whole(clinic.admin).brace("L0456")
    assert isinstance(brace, BraceType)
    assert brace.name == "TLSO, flexible <b>"


def test_a_room_is_added_taken_out_of_use_and_put_back(
    window: MainWindow, place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "equipment", UnitSheet)
    QTest.keySequence(place.window(), "Ctrl+N")
    qtbot.waitUntil(lambda: sheet.is_new)
    retype(sheet.name, "room 1")
    click(sheet.save_button)
    settled(qtbot)
    assert sheet.form.problems() == {"name": "There is a “room 1” already. Give each its own name."}
    retype(sheet.name, "Room 3")
    click(sheet.save_button)
    settled(qtbot)
    click(sheet.active_button)
    settled(qtbot)
    assert "Room 3" not in {u.name for u in resources.of_kinds(clinic.front, [ResourceKind.ROOM])}
    window.undo()
    settled(qtbot)
    assert "Room 3" in {u.name for u in resources.of_kinds(clinic.front, [ResourceKind.ROOM])}


def test_the_clinic_gets_a_lunch_break(place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot) -> None:
    sheet = sheet_of(qtbot, place, "hours", HoursSheet)
    monday = sheet.hours.days[0]
    click(monday.more)
    retype(monday.times[2], "11:30")
    click(sheet.save_button)
    assert sheet.problem_panel.text() == (
        "Two stretches of one day overlap. Let the second begin after the first."
    )
    retype(monday.times[2], "12:45")
    click(sheet.hours.same)
    click(sheet.save_button)
    settled(qtbot)
    hours = clinic_service.facts(clinic.front).hours
    assert len(hours) == 10
    assert {one.opens.minute for one in hours} == {0, 45}


def test_the_emergency_number_cannot_be_left_out(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "clinic", ClinicSheet)
    retype(sheet.lines["phone"], "(703) 555-0111")
    sheet.lines["emergency_number"].clear()
    click(sheet.save_button)
    assert list(sheet.form.problems()) == ["emergency_number"]
    retype(sheet.lines["emergency_number"], "112")
    click(sheet.save_button)
    settled(qtbot)
    facts = clinic_service.facts(clinic.front)
    assert (facts.emergency_number, facts.phone) == ("112", "(703) 555-0111")


def test_a_handout_is_edited_beside_its_paper_and_reset(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "handouts", HandoutSheet)
    qtbot.waitUntil(lambda: sheet.paper.count > 0, timeout=10_000)
    row = sheet.row
    assert row is not None
    sheet.own.setFocus()
    QTest.keySequence(sheet.own, "Ctrl+End")
    QTest.keyClick(sheet.own, Qt.Key.Key_Return)
    QTest.keyClick(sheet.own, Qt.Key.Key_Return)
    QTest.keyClicks(sheet.own, "Hello {{ nobody }}")
    qtbot.waitUntil(lambda: "There is no fact “nobody”." in sheet.told.text(), timeout=10_000)
    click(sheet.save_button)
    settled(qtbot)
    assert "nobody" in sheet.problem_panel.text()
    assert catalogue.own_handouts(clinic.front, "en") == {}
    for _letter in "{{ nobody }}":
        QTest.keyClick(sheet.own, Qt.Key.Key_Backspace)
    QTest.keyClicks(sheet.own, "from all of us.")
    click(sheet.save_button)
    settled(qtbot)
    assert catalogue.own_handouts(clinic.front, "en")[row.key].endswith("Hello from all of us.\n")
    click(sheet.reset_button)
    settled(qtbot)
    assert catalogue.own_handouts(clinic.front, "en") == {}
    assert sheet.own.value() == row.shipped.strip()
    assert all(text.own is None for text in handouts.texts(clinic.front))


def test_everyone_else_may_look_and_not_touch(clinic: SmallClinic, qtbot: QtBot) -> None:
    window = opened(qtbot, clinic, Role.SCHEDULER)
    place = window.place("set_up")
    assert isinstance(place, SetUpPlace)
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    assert sheet.row is not None
    assert not sheet.save_button.isVisible()
    assert sheet.name.isReadOnly()
    assert not sheet.kind.isEnabled()
    assert SetUpPlace.count(clinic.front) is None
    operations.shutdown()


def test_how_lengths_are_learned_is_chosen_in_the_clinics_facts(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    sheet = sheet_of(qtbot, place, "clinic", ClinicSheet)
    retype(sheet.lengths["duration_percentile"], "99")
    click(sheet.save_button)
    assert "50 to 95" in sheet.form.problems()["duration_percentile"]
    retype(sheet.lengths["duration_percentile"], "90")
    retype(sheet.lengths["duration_cases"], "6")
    click(sheet.save_button)
    settled(qtbot)
    facts = clinic_service.facts(clinic.admin)
    assert (facts.duration_percentile, facts.duration_cases) == (90, 6)


def test_what_was_learned_stands_beside_the_catalogues_lengths(
    place: SetUpPlace, clinic: SmallClinic, qtbot: QtBot
) -> None:
    past_cases(clinic, [70] * 10)
    past_cases(clinic, [50] * 3, "Dr Shah")
    sheet = sheet_of(qtbot, place, "procedures", ProcedureSheet)
    settled(qtbot)
    assert sheet.lengths.lines() == [
        "Surgeon, Levels, Cases, Half took up to, Planned, Catalogue",
        "Dr Lin, 1, 10, 1 h 10 min, 1 h 10 min (70 to 70), 1 h",
        "Dr Shah, 1, 3, 7 cases to go, 1 h, 1 h",
    ]
