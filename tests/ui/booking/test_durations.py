"""The length of a new booking: from the surgeon's own cases, beside the catalogue's, and never over a typed one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services import booking
from clinicdesk.services.slots import FoundSlot
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import ChangeBooking, NewBooking
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.accessible import assert_accessible
from tests.helpers.bookings import at, kypho
from tests.helpers.clinics import SmallClinic
from tests.helpers.lengths import past_cases
from tests.helpers.quiet import settled
from tests.ui.booking.windows import form, open_window, register

R = ResourceKind
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def rosa(clinic: SmallClinic) -> PatientId:
    past_cases(clinic, [65, 75] * 7)
    past_cases(clinic, [50] * 4, "Dr Shah")
    return register(clinic, "Rosa", "Ortiz")


@pytest.fixture
def window(qtbot: QtBot, clinic: SmallClinic, rosa: PatientId) -> Iterator[MainWindow]:
    yield open_window(qtbot, clinic)
    operations.shutdown()


@pytest.fixture
def panel(window: MainWindow, rosa: PatientId, qtbot: QtBot) -> BookingPanel:
    window.open(NewBooking(patient_id=rosa, procedure="kyphoplasty"))
    settled(qtbot)
    found = form(window)
    levels(found, "L1", qtbot)
    return found


def levels(panel: BookingPanel, words: str, qtbot: QtBot) -> None:
    panel.fields.levels.line.setText(words)
    panel.fields.levels.line.textEdited.emit(words)
    settled(qtbot)


def surgeon(panel: BookingPanel, name: str | None, clinic: SmallClinic, qtbot: QtBot) -> None:
    field = panel.fields.units[R.SURGEON]
    field.setFocus()
    wanted = 0 if name is None else field.findText(name)
    while field.currentIndex() != wanted:
        QTest.keyClick(field, Qt.Key.Key_Down if field.currentIndex() < wanted else Qt.Key.Key_Up)
    settled(qtbot)


def surgeon_of(slot: FoundSlot) -> str:
    found = slot.unit(R.SURGEON)
    assert found is not None
    return found.name


def minutes(panel: BookingPanel) -> int:
    return panel.fields.minutes.value("minutes")


def test_the_surgeons_own_length_is_planned_and_said_with_a_key_back_to_the_catalogue(
    panel: BookingPanel, clinic: SmallClinic, qtbot: QtBot
) -> None:
    assert minutes(panel) == 60
    assert panel.length.isHidden()
    surgeon(panel, "Dr Lin", clinic, qtbot)
    assert minutes(panel) == 75
    assert panel.length.words.text() == (
        "Dr Lin's last 14: 8 of 10 up to 74 min (likely 71 to 78), half up to 70. Planned 75, catalogue 60."
    )
    assert_accessible(panel)
    QTest.keyClick(panel, Qt.Key.Key_L, ALT)
    settled(qtbot)
    assert minutes(panel) == 60
    assert panel.length.switch.text() == "Use 75"
    levels(panel, "T12, L1", qtbot)
    assert minutes(panel) == 80
    levels(panel, "L1", qtbot)
    assert minutes(panel) == 60, "the catalogue was chosen"
    QTest.keyClick(panel, Qt.Key.Key_L, ALT)
    assert minutes(panel) == 75


def test_without_enough_cases_or_without_a_surgeon_the_catalogue_counts(
    panel: BookingPanel, clinic: SmallClinic, qtbot: QtBot
) -> None:
    surgeon(panel, "Dr Lin", clinic, qtbot)
    surgeon(panel, "Dr Shah", clinic, qtbot)
    assert minutes(panel) == 60
    assert panel.length.words.text() == (
        "Catalogue: 60 min. Dr Shah has 4 of the 10 cases that teach a length."
    )
    assert panel.length.switch.isHidden()
    surgeon(panel, "Dr Lin", clinic, qtbot)
    assert minutes(panel) == 75
    surgeon(panel, None, clinic, qtbot)
    assert minutes(panel) == 60
    assert panel.length.isHidden()


def test_a_typed_length_stays_whoever_operates(
    panel: BookingPanel, clinic: SmallClinic, qtbot: QtBot
) -> None:
    number = panel.fields.minutes.number("minutes")
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "95")
    surgeon(panel, "Dr Lin", clinic, qtbot)
    assert minutes(panel) == 95
    assert panel.length.switch.text() == "Use 75"
    levels(panel, "T12, L1", qtbot)
    assert minutes(panel) == 95
    levels(panel, "L1", qtbot)
    panel.length.switch.click()
    assert minutes(panel) == 75


def test_each_surgeon_is_offered_with_their_own_length_and_taken_with_it(
    panel: BookingPanel, clinic: SmallClinic, qtbot: QtBot
) -> None:
    rows = panel.times.table.rows()
    lins = next(row for row in rows if surgeon_of(row.slot) == "Dr Lin")
    assert lins.slot.minutes == 75
    assert "Planned from their own cases: Dr Lin 75 min" in panel.times.halves.text()
    number = rows.index(lins) + 1
    QTest.keyClick(panel, Qt.Key(Qt.Key.Key_0 + number), ALT)
    settled(qtbot)
    assert panel.fields.units[R.SURGEON].currentText() == "Dr Lin"
    assert minutes(panel) == 75
    assert panel.length.switch.text() == "Use 60"
    assert panel.verdict.isHidden() or "Dr Lin" not in panel.problem_panel.text()


def test_a_typed_length_is_looked_for_with_every_surgeon_alike(
    panel: BookingPanel, clinic: SmallClinic, qtbot: QtBot
) -> None:
    number = panel.fields.minutes.number("minutes")
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "90")
    settled(qtbot)
    assert {row.slot.minutes for row in panel.times.table.rows()} == {90}
    assert "own cases" not in panel.times.halves.text()
    QTest.keyClick(panel, Qt.Key.Key_1, ALT)
    settled(qtbot)
    assert minutes(panel) == 90


def test_another_time_is_looked_for_with_the_catalogues_length_for_who_has_none_of_their_own(
    panel: BookingPanel, clinic: SmallClinic, qtbot: QtBot
) -> None:
    """Dr Shah has too few cases: what Dr Lin needs is no length for them."""
    lins = next(n for n, row in enumerate(panel.times.table.rows(), start=1) if row.slot.minutes == 75)
    QTest.keyClick(panel, Qt.Key(Qt.Key.Key_0 + lins), ALT)
    settled(qtbot)
    QTest.keyClick(panel, Qt.Key.Key_T, ALT)
    settled(qtbot)
    found = {(surgeon_of(row.slot), row.slot.minutes) for row in panel.times.table.rows()}
    assert found <= {("Dr Lin", 75), ("Dr Shah", 60)}
    assert ("Dr Lin", 75) in found


def test_the_length_of_a_surgeon_who_would_merely_be_taken_is_offered_and_names_them(
    panel: BookingPanel, clinic: SmallClinic, qtbot: QtBot
) -> None:
    panel.fields.set_start(at(9), panel._zone)
    panel.fields.when_changed.emit()
    settled(qtbot)
    assert panel.fields.units[R.SURGEON].unit() is None
    assert minutes(panel) == 60
    assert panel.length.words.text().startswith("Dr Lin's last 14: 8 of 10 up to 74 min")
    QTest.keyClick(panel, Qt.Key.Key_L, ALT)
    settled(qtbot)
    assert panel.fields.units[R.SURGEON].currentText() == "Dr Lin"
    assert minutes(panel) == 75


def test_a_booking_that_stands_keeps_its_length_until_something_else_is_chosen(
    window: MainWindow, clinic: SmallClinic, rosa: PatientId, qtbot: QtBot
) -> None:
    draft = kypho(clinic, rosa, at(9), units=((R.SURGEON, "Dr Lin"),))
    made = booking.book(clinic.front, draft).value
    window.open(ChangeBooking(booking_id=made.id))
    settled(qtbot)
    panel = form(window)
    assert minutes(panel) == 60
    assert panel.length.switch.text() == "Use 75"
    assert panel.may_close()
    levels(panel, "T12, L1", qtbot)
    assert minutes(panel) == 80
    levels(panel, "L1", qtbot)
    assert minutes(panel) == 75


def test_a_learned_length_alone_is_nothing_that_closing_would_lose(
    window: MainWindow, clinic: SmallClinic, rosa: PatientId, qtbot: QtBot
) -> None:
    window.open(
        NewBooking(patient_id=rosa, procedure="facet_injection", units=((R.SURGEON, clinic.units["Dr Lin"]),))
    )
    settled(qtbot)
    assert form(window).may_close()


def test_who_would_merely_be_taken_never_changes_the_length_of_a_request_that_stands(
    window: MainWindow, clinic: SmallClinic, rosa: PatientId, qtbot: QtBot
) -> None:
    """75 minutes are what Dr Lin's cases teach, but somebody typed them for whoever is free."""
    made = booking.request(clinic.front, kypho(clinic, rosa, None, minutes=75)).value
    other = register(clinic, "Ana", "Lee")
    booking.book(clinic.front, kypho(clinic, other, at(13), units=((R.SURGEON, "Dr Lin"),)))
    window.open(ChangeBooking(booking_id=made.id))
    settled(qtbot)
    panel = form(window)
    for hour, taken in ((9, "Dr Lin"), (13, "Dr Shah")):
        panel.fields.set_start(at(hour), panel._zone)
        panel.fields.when_changed.emit()
        settled(qtbot)
        assert panel.length.words.text().startswith(("Dr Lin's last", "Catalogue: 60 min. Dr Shah")), taken
        assert taken in panel.length.words.text()
        assert minutes(panel) == 75
