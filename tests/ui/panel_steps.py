"""Of each panel: something typed that can be stored, the button that stores it, and a colleague who is quicker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from clinicdesk.domain.booking import ActualTimes
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.discharge import DischargeDetails
from clinicdesk.domain.ids import BookingId, BraceOrderId, CheckInId
from clinicdesk.domain.preparation import PreparationKey, PreparationStatus
from clinicdesk.domain.waiting import Priority, Wish
from clinicdesk.services import booking, brace, discharge, preparation, recovery, waiting
from clinicdesk.services.booking import steps
from clinicdesk.ui.panels.brace import BraceOrderForm
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.panels.discharge.panel import DischargePanel
from clinicdesk.ui.panels.preparation import ChecklistPanel, ConfirmPanel
from clinicdesk.ui.panels.waiting import AddPanel, EntryPanel, HolePanel
from clinicdesk.ui.places.brace.sheet import OrderSheet
from clinicdesk.ui.places.recovery.call_panel import CallPanel
from clinicdesk.ui.places.recovery.review_panel import ReviewPanel
from tests.helpers.bookings import at
from tests.helpers.clinics import SmallClinic


@dataclass(frozen=True)
class Steps:
    """How something is stored in a panel."""

    fill: Callable[[Any], QAbstractButton]
    """Types something that can be stored; gives the button that stores it."""
    quicker: Callable[[SmallClinic, BookingId], None] | None
    """A colleague stores something about the same booking first; None where there is nothing that could change."""
    differs: frozenset[str] = frozenset()
    """The fields in which the colleague stored something else."""


def _add(panel: AddPanel) -> QAbstractButton:
    panel.procedure.setFocus()
    QTest.keyClicks(panel.procedure, "Kyphoplasty")
    QTest.keyClicks(panel.levels, "L1")
    return panel.add_button


def _correct_times(panel: CasePanel) -> QAbstractButton:
    if not panel.times.is_edited:
        QTest.mouseClick(panel.times.correct, Qt.MouseButton.LeftButton)
    arrived = panel.times.fields["arrived"]
    arrived.clear()
    QTest.keyClicks(arrived, "6:50 am")
    return panel.times.keep


def _other_times(clinic: SmallClinic, one: BookingId) -> None:
    found = booking.read(clinic.nurse, one)
    steps.record_times(clinic.nurse, one, found.version, replace(ActualTimes(), arrived=at(6, 40)))


def _authorize(panel: ChecklistPanel) -> QAbstractButton:
    rows = {row.key: row for row in panel.rows}
    labs, authorization = rows[PreparationKey.LABS], rows[PreparationKey.AUTHORIZATION]
    labs.ask_not_needed()
    QTest.keyClicks(labs.note, "done in spring")
    authorization.toggle()
    QTest.keyClicks(authorization.number, "MINE")
    QTest.keyClicks(authorization.expires, "31 Jan 2027")
    return authorization.keep


def _other_points(clinic: SmallClinic, one: BookingId) -> None:
    labs, authorization = PreparationKey.LABS, PreparationKey.AUTHORIZATION
    preparation.settle_point(clinic.nurse, one, labs, PreparationStatus.NOT_NEEDED, 0, note="no blood lost")
    number, ends = "THEIRS", date(2026, 12, 31)
    preparation.settle_point(
        clinic.nurse, one, authorization, PreparationStatus.DONE, 0, number=number, expires_on=ends
    )


def _note_call(panel: ConfirmPanel) -> QAbstractButton:
    QTest.keyClicks(panel.note, "spoke to the son")
    return panel.confirm_button


def _other_notes(clinic: SmallClinic, one: BookingId) -> None:
    found = booking.read(clinic.nurse, one)
    booking.change(clinic.nurse, one, replace(found.draft, notes="walks with a cane"), found.version)


def _teach(panel: DischargePanel) -> QAbstractButton:
    QTest.keyClicks(panel.sheet.lifting, "5 pounds")
    return panel.teach_button


def _other_sheet(clinic: SmallClinic, one: BookingId) -> None:
    discharge.save_details(clinic.nurse, one, 0, DischargeDetails(lifting_limit="10 pounds"))


def _wish(panel: EntryPanel) -> QAbstractButton:
    QTest.keyClick(panel.fields.priority, Qt.Key.Key_Left)
    return panel.keep


def _other_wish(clinic: SmallClinic, one: BookingId) -> None:
    version = waiting.read(clinic.nurse, one).version
    waiting.set_wish(clinic.nurse, one, version, Wish(priority=Priority.URGENT, short_notice=True))


def _take(panel: HolePanel) -> QAbstractButton:
    QTest.keyClicks(panel.reason, "both on one day")
    return panel.take_button


def _other_wish_of_the_first(clinic: SmallClinic, _none: BookingId) -> None:
    _other_wish(clinic, waiting.entries(clinic.nurse)[0].booking_id)


def _order(panel: BraceOrderForm) -> QAbstractButton:
    if panel.picker.search.isVisible():
        QTest.keyClicks(panel.picker.search, "L0464")
        QTest.keyClick(panel.picker.search, Qt.Key.Key_Return)
    return panel.sign_button


def _answer(panel: CallPanel) -> QAbstractButton:
    if panel.attempts.isVisible():
        QTest.mouseClick(panel.attempts.reached_button, Qt.MouseButton.LeftButton)
    QTest.keyClick(panel.questions.row("chest_pain").answer, Qt.Key.Key_Y)
    return panel.save_button


def _other_attempt(clinic: SmallClinic, check_in: BookingId) -> None:
    call = CheckInId(check_in)
    version = recovery.open_call(clinic.nurse, call).sheet.version
    recovery.log_attempt(clinic.nurse, call, version, CallOutcome.NO_ANSWER, number="", called="")


def _note_step(panel: OrderSheet) -> QAbstractButton:
    QTest.keyClicks(panel.note, "by phone")
    return panel.next_button


def _other_step(clinic: SmallClinic, order: BookingId) -> None:
    version = brace.open_order(clinic.surgeon, BraceOrderId(order)).order.version
    brace.advance(clinic.surgeon, BraceOrderId(order), version, BraceStatus.MEASURED)


def _note_review(panel: ReviewPanel) -> QAbstractButton:
    QTest.keyClicks(panel.note, "seen")
    return panel.sign_button


def _other_told(clinic: SmallClinic, check_in: BookingId) -> None:
    call = CheckInId(check_in)
    recovery.told_surgeon(clinic.nurse, call, recovery.open_review(clinic.nurse, call).line.version)


STEPS: dict[str, Steps] = {
    "AddPanel": Steps(_add, None),
    "BraceOrderForm": Steps(_order, None),
    "CallPanel": Steps(_answer, _other_attempt),
    "CasePanel": Steps(_correct_times, _other_times, frozenset({"times.arrived"})),
    "ChecklistPanel": Steps(
        _authorize,
        _other_points,
        frozenset({"authorization.number", "authorization.expires_on", "labs.note"}),
    ),
    "ConfirmPanel": Steps(_note_call, _other_notes),
    "DischargePanel": Steps(_teach, _other_sheet, frozenset({"lifting_limit"})),
    "EntryPanel": Steps(_wish, _other_wish, frozenset({"priority"})),
    "HolePanel": Steps(_take, _other_wish_of_the_first),
    "OrderSheet": Steps(_note_step, _other_step),
    "ReviewPanel": Steps(_note_review, _other_told),
}
