"""A real window over a real clinic, with the booking form and the case in hand at its right."""

from __future__ import annotations

from datetime import date

from pytestqt.qtbot import QtBot

from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patients import Contact, ContactKind, PatientDraft
from clinicdesk.domain.users import Role
from clinicdesk.services import patients
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.booking.form import BookingPanel
from clinicdesk.ui.panels.case import CasePanel
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.main_window import MainWindow
from clinicdesk.ui.window.unsaved_list import left_work
from tests.helpers.clinics import FACTS, SmallClinic
from tests.helpers.places import BookView, EmptyPlace
from tests.helpers.quiet import settled


def register(
    clinic: SmallClinic, given: str, family: str, *, escort: str = "Luis Ortiz", **more: object
) -> PatientId:
    """Register somebody the way the front desk does, so that they are found by name."""
    contacts = (Contact(kind=ContactKind.ESCORT, name=escort),) if escort else ()
    draft = PatientDraft(
        given=given,
        family=family,
        birth_date=date(1948, 2, 3),
        contacts=contacts,
        **more,  # type: ignore[arg-type] # further fields of the draft
    )
    return patients.register(clinic.front, draft, despite_duplicates=True).value.id


def open_window(qtbot: QtBot, clinic: SmallClinic, role: Role = Role.SCHEDULER) -> MainWindow:
    """Open the window for someone of ``role``."""
    theme().start()
    fmt.configure(FACTS.zone, clock=clinic.clock)
    window = MainWindow(
        clinic.desk(role),
        [EmptyPlace.factory()],
        sides={"case": CasePanel, "book": BookingPanel, "discharge": BookView},
        unsaved=left_work,
    )
    qtbot.addWidget(window, before_close_func=MainWindow.hide)
    window.resize(1366, 820)
    window.start()
    qtbot.waitExposed(window)
    settled(qtbot)
    return window


def form(window: MainWindow) -> BookingPanel:
    """The booking form, which must be open."""
    side = window.side
    assert isinstance(side, BookingPanel)
    return side


def case(window: MainWindow) -> CasePanel:
    """The case in hand, which must be open."""
    side = window.side
    assert isinstance(side, CasePanel)
    return side
