"""A patient's page: who it is, what can be done, and everything that happened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import PaperId, PatientId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.timeline import EntryGroup, TimelineEntry
from clinicdesk.i18n import _
from clinicdesk.services import timeline
from clinicdesk.services.desk import Desk
from clinicdesk.services.timeline import PatientPage
from clinicdesk.ui.frame.place import Shell, follow
from clinicdesk.ui.frame.targets import BraceOrderFor, NewBooking
from clinicdesk.ui.kit import (
    Column,
    EmptyState,
    LoadingFrame,
    PrimaryButton,
    PushButton,
    QuietButton,
    Row,
    RowTable,
    Scroll,
    SectionLabel,
    SegmentedRow,
)
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.places.people import entries
from clinicdesk.ui.places.people.head import PatientHead
from clinicdesk.ui.theme import Gap, theme

_LEAST_TIMELINE = 200
_OTHERS = frozenset({Subject.BOOKING, Subject.BRACE, Subject.CHECK_IN, Subject.PAPER, Subject.DISCHARGE})


class PatientView(QWidget):
    """The page of one patient. Enter or a double click on an entry opens what it is about."""

    back_asked = Signal()
    edit_asked = Signal(object)
    """Carries the `Patient`."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._desk = shell.desk
        self._reviews = may(self._desk.actor.role, Act.REVIEW)
        self.patient_id: PatientId | None = None
        self.shown: PatientPage | None = None
        self.back = QuietButton(_("All people"), self, icon="back")
        self.back.clicked.connect(self.back_asked)
        self.book = PrimaryButton(_("Book…"), self, icon="book")
        self.book.clicked.connect(self._book)
        self.edit = PushButton(_("Edit"), self, icon="edit", shortcut="Ctrl+E")
        self.edit.clicked.connect(self._edit)
        self.brace = PushButton(_("Brace order…"), self, icon="braces")
        self.brace.clicked.connect(self._order_brace)
        self.papers = PushButton(_("Papers"), self, icon="paper")
        self.papers.clicked.connect(self._show_papers)
        self.head = PatientHead(self)
        self.filter = SegmentedRow(_("What is shown"), _groups(), self)
        self.filter.set_value(None)
        self.filter.changed.connect(self._show_entries)
        self.table: RowTable[TimelineEntry] = RowTable(
            _("Timeline"), entries.columns(), self, key=entries.key_of
        )
        self.table.activated_row.connect(self._open)
        self.empty = EmptyState("history", _("Nothing of this kind has happened yet."), parent=self)
        self.frame = LoadingFrame(self.table, self, empty=self.empty)
        self._lay_out()

    def _lay_out(self) -> None:
        column = Column(self, gap=Gap.M)
        bar = Row(gap=Gap.S)
        bar.addWidget(self.back)
        bar.addStretch(1)
        bar.add(self.papers, self.brace, self.edit, self.book)
        column.addLayout(bar)
        inner = QWidget(self)
        down = Column(inner, gap=Gap.S)
        down.addWidget(self.head)
        down.addSpacing(theme().px(Gap.S))
        line = Row(gap=Gap.M)
        line.add(SectionLabel(_("Timeline"), inner), self.filter)
        line.addStretch(1)
        down.addLayout(line)
        down.addWidget(self.frame, 1)
        self._scroll = Scroll(inner, self)
        column.addWidget(self._scroll, 1)
        theme().changed.connect(self._resize)
        self._resize()

    def open_patient(self, patient_id: PatientId) -> None:
        """Show this patient."""
        if patient_id != self.patient_id:
            self.patient_id, self.shown = patient_id, None
            self.filter.set_value(None)
            self.table.set_rows(())
            self.head.hide()
        self._read(timeline.open_page)

    def _read(self, reading: Callable[[Desk, PatientId], PatientPage]) -> None:
        if self.patient_id is not None:
            self.frame.start()
            run_query(self, partial(reading, self._desk, self.patient_id), done=self._show, latest="page")

    def refresh(self, changes: Changes | None) -> None:
        """Read the page again where the changes may be about it."""
        if (
            changes is None
            or touches(changes, _OTHERS)
            or touches(changes, {Subject.PATIENT}, self.patient_id)
        ):
            self._read(timeline.open_page if self.shown is None else timeline.open_page.again)

    def take_focus(self) -> None:
        """The keyboard to the next step."""
        wanted = self.book if self.book.isVisibleTo(self) else self.table
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, page: PatientPage) -> None:
        if page.patient.id != self.patient_id:
            return
        first = self.shown is None
        self.shown = page
        self.head.show_patient(page.patient)
        self.head.show()
        self.edit.setVisible(page.may_edit)
        self.book.setVisible(page.may_book)
        self.brace.setVisible(page.may_prescribe)
        self._show_entries()
        if first:
            self._scroll.verticalScrollBar().setValue(0)

    def _show_entries(self) -> None:
        page = self.shown
        if page is None:
            return
        wanted = self.filter.value()
        rows = [entry for entry in page.entries if wanted is None or entry.kind.group is wanted]
        self.table.set_rows(rows)
        self.frame.show_rows(bool(rows))

    def _open(self, entry: TimelineEntry) -> None:
        if entry.subject is Subject.PAPER:
            from clinicdesk.ui.papers.window import show_kept  # deferred: printing takes its time to import

            show_kept(self._desk, self, PaperId(entry.subject_id))
            return
        target = entries.leads_to(entry, reviews=self._reviews)
        if target is not None:
            follow(self._shell, target)

    def _book(self) -> None:
        if self.patient_id is not None:
            self._shell.open(NewBooking(patient_id=self.patient_id))

    def _order_brace(self) -> None:
        if self.patient_id is not None:
            self._shell.open(BraceOrderFor(patient_id=self.patient_id))

    def _edit(self) -> None:
        if self.shown is not None:
            self.edit_asked.emit(self.shown.patient)

    def _show_papers(self) -> None:
        self.filter.set_value(EntryGroup.PAPERS)
        self.table.setFocus()

    def _resize(self) -> None:
        self.frame.setMinimumHeight(theme().px(_LEAST_TIMELINE))


def _groups() -> list[tuple[EntryGroup | None, str]]:
    every: list[tuple[EntryGroup | None, str]] = [(None, _("Everything"))]
    return every + [(one, one.label) for one in EntryGroup if one is not EntryGroup.OTHER]
