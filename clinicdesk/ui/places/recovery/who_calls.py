"""Somebody rings: find who it is by a name or a number."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.recovery import Recovering
from clinicdesk.i18n import _
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import Dialog, LineField, Paint, PlainLabel, RowTable, TableColumn
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Size, theme

_ROWS = 8


class WhoCalls(Dialog):
    """Type a name or the end of a number; Enter takes the first. `chosen` carries the booking's id."""

    chosen = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(_("Who is calling?"), parent, wide=True)
        self.desk = desk
        self.search = LineField(
            _("Name or phone number"),
            self,
            hint=_("Name, or the last digits of the number"),
            width=Size.READING,
        )
        self.search.changed.connect(self._look)
        self.search.installEventFilter(self)
        self.table: RowTable[Recovering] = RowTable(
            _("Who it may be"), _columns(), self, key=attrgetter("booking_id")
        )
        self.table.setFixedHeight(theme().px(Size.ROW * (_ROWS + 1)))
        self.table.activated_row.connect(self._take)
        self.hint = PlainLabel("", self, wrap=True)
        self.hint.set_tone("muted")
        self.body.addWidget(self.search)
        self.body.addWidget(self.table)
        self.body.addWidget(self.hint)
        do_button, _leave = self.add_buttons(_("Ask the questions"), _("Go back"))
        self.do_button = do_button
        self.do_button.setEnabled(False)
        self.table.chosen.connect(self._row_chosen)
        self._show_hint("")
        self.search.setFocus()

    def accept(self) -> None:
        row = self.table.row()
        if row is None and self.table.rows():
            row = self.table.rows()[0]
        if row is not None:
            self._take(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = watched is self.search and event.type() is QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down and self.table.rows():
            self.table.setFocus()
            return True
        return super().eventFilter(watched, event)

    def _look(self, text: str) -> None:
        run_query(
            self, partial(recovery.who_calls, self.desk, text), done=partial(self._found, text), latest="who"
        )

    def _found(self, text: str, rows: tuple[Recovering, ...]) -> None:
        self.table.set_rows(rows)
        if rows:
            self.table.choose_number(0)
        self.do_button.setEnabled(bool(rows))
        self._show_hint(
            _("Nobody who had a procedure here in the last year fits.") if text and not rows else ""
        )

    def _show_hint(self, sentence: str) -> None:
        self.hint.setText(sentence or _("Anybody who had a procedure here in the last year."))

    def _row_chosen(self, row: Recovering | None) -> None:
        self.do_button.setEnabled(row is not None)

    def _take(self, row: Recovering) -> None:
        self.chosen.emit(row.booking_id)
        super().accept()


def _columns() -> tuple[TableColumn[Recovering], ...]:
    return (
        TableColumn(heading=_("Patient"), text=_patient, paint=Paint.STRONG, least=150),
        TableColumn(heading=_("Born"), text=_born, width=104, paint=Paint.FIGURES),
        TableColumn(heading=_("Phone"), text=_phone, width=128, paint=Paint.FIGURES, drop=1),
        TableColumn(heading=_("Procedure"), text=_procedure, least=230),
    )


def _patient(row: Recovering) -> str:
    return row.patient


def _born(row: Recovering) -> str:
    return fmt.plain_date(row.birth_date)


def _phone(row: Recovering) -> str:
    return fmt.phone(row.phone) if row.phone else ""


def _procedure(row: Recovering) -> str:
    return _("{procedure}, {day}").format(
        procedure=with_levels(row.procedure, row.levels), day=fmt.short_day(row.procedure_day)
    )
