"""The checklist of one case, a panel at the right: each point settled by its number, or by arrows and Space.

Opened by ``ChecklistOf``.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.preparation import PreparationKey, PreparationStatus
from clinicdesk.domain.times import dated
from clinicdesk.errors import BadInput, ClinicDeskError, Stale
from clinicdesk.i18n import _
from clinicdesk.services import preparation
from clinicdesk.services.desk import Desk
from clinicdesk.services.preparation import Checklist, Settled
from clinicdesk.ui.case.preparation import words
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import CaseOf, ChartOf, ChecklistOf, ConfirmCallOf
from clinicdesk.ui.kit import (
    Column,
    MutedLabel,
    PlainLabel,
    PrimaryButton,
    PushButton,
    StrongLabel,
    TitleLabel,
    confirm,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_command, run_query
from clinicdesk.ui.panels.preparation.point_row import PointRow
from clinicdesk.ui.theme import Gap, Size, theme


class ChecklistPanel(SideView[ChecklistOf]):
    """Every point of a case, with what is known of it and what to do."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Preparation"))
        self._booking_id: BookingId | None = None
        self._view: Checklist | None = None
        self._take_keyboard = False
        self._refused_row: PointRow | None = None
        who = Column(gap=Gap.XS)
        self.name = TitleLabel("", self, wrap=True)
        self.what = StrongLabel("", self, wrap=True)
        self.times = PlainLabel("", self, wrap=True)
        who.add(self.name, self.what, self.times)
        self.body.addLayout(who)
        self.ready = MutedLabel("", self, wrap=True)
        self.body.addWidget(self.ready)
        self._rows_holder = QWidget(self)
        self._rows = Column(self._rows_holder, gap=Gap.XS)
        self.rows: list[PointRow] = []
        self.body.addWidget(self._rows_holder)
        self.keys = MutedLabel(
            _("Keys: a point's number settles it. Arrows and Space; N: not needed."), self, wrap=True
        )
        self.body.addWidget(self.keys)
        self.body.addStretch(1)
        self.case_button = PushButton(_("Open case"), self)
        self.case_button.clicked.connect(self._open_case)
        self.call_button = PrimaryButton(_("Call to confirm"), self, icon="calls")
        self.call_button.clicked.connect(self._call)
        self.add_foot(self.case_button, self.call_button)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr] # a widget stands

    # ------------------------------------------------------------------ showing

    @property
    def patient_id(self) -> int | None:
        return None if self._view is None else int(self._view.patient_id)

    def open_target(self, target: ChecklistOf) -> None:
        """Show the checklist of a case."""
        self._booking_id = target.booking_id
        self._take_keyboard = target.take_keyboard
        self.problem_panel.clear()
        self._load()

    def refresh(self, changes: Changes) -> None:
        """Load again where this case, its chart or its procedure changed."""
        view = self._view
        if view is None or self._booking_id is None:
            return
        mine = touches(changes, {Subject.PREPARATION, Subject.BOOKING}, self._booking_id)
        if (
            mine
            or touches(changes, {Subject.PATIENT}, view.patient_id)
            or touches(changes, {Subject.CATALOGUE})
        ):
            self._load()

    def may_close(self) -> bool:
        """Whether nothing typed would be lost, or the person does not mind."""
        if not any(row.is_dirty() for row in self.rows):
            return True
        return confirm(
            self,
            _("Leave without saving?"),
            _("What was typed about a point has not been saved, and would be gone."),
            do=_("Throw it away"),
            leave=_("Go on with the checklist"),
        )

    def _load(self) -> None:
        if self._booking_id is not None:
            run_query(
                self,
                partial(preparation.read, self.desk, self._booking_id),
                done=self._show,
                latest="checklist",
            )

    def _show(self, view: Checklist) -> None:
        fresh = self._view is None or self._view.booking_id != view.booking_id
        self._view = view
        self.setAccessibleName(_("Preparation of {patient}").format(patient=view.patient))
        today = fmt.today()
        self.name.setText(
            _("{patient}, {age}").format(patient=view.patient, age=fmt.age(view.birth_date, today))
        )
        self.what.setText(self._what(view))
        self.times.setText(words.times(view.before) if view.before is not None else "")
        self.times.setVisible(bool(self.times.text()))
        self._show_rows(view, fresh)
        self.ready.setText(self._ready(view))
        self.keys.setVisible(view.may_settle and bool(view.points))
        may_call = may(self.desk.actor.role, Act.RUN_DAY)
        self.call_button.setVisible(view.state is BookingState.BOOKED and may_call)
        if self._take_keyboard:
            self._take_keyboard = False
            self._focus_first()

    def _what(self, view: Checklist) -> str:
        what = with_levels(view.procedure, view.levels)
        if view.starts is None:
            return _("{what}, no time planned yet").format(what=what)
        return _("{when}, {what}").format(when=fmt.short_moment(view.starts), what=what)

    def _ready(self, view: Checklist) -> str:
        if not view.points:
            return _("Nothing has to be prepared for this case.")
        done = len(view.points) - len(view.missing)
        return _("{done} of {all} ready").format(done=done, all=len(view.points))

    def _show_rows(self, view: Checklist, fresh: bool) -> None:
        wanted = [point.key for point in view.points]
        if fresh or wanted != [row.key for row in self.rows]:
            for row in self.rows:
                self._rows.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows = [self._new_row(number, key) for number, key in enumerate(wanted, start=1)]
        for row, point in zip(self.rows, view.points, strict=True):
            row.show_point(point, may_settle=view.may_settle)
            if row is self._refused_row:
                row.catch_up()
        self._refused_row = None

    def _new_row(self, number: int, key: PreparationKey) -> PointRow:
        row = PointRow(number, key, self._rows_holder)
        row.settled.connect(self._settle)
        row.chart_asked.connect(self._open_chart)
        row.went.connect(partial(self._go_from, number))
        self._rows.addWidget(row)
        row.show()  # a layout shows what it was given only later, and nothing hidden can take the keyboard
        return row

    def _focus_first(self) -> None:
        first = next((row for row in self.rows if row.point and row.point.state.is_missing), None)
        target = first or next(iter(self.rows), None)
        if target is None:
            self.case_button.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        target.show_focus()

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        """The row in which the keyboard is shows what can be done, also while one of its fields has it."""
        if not self.isVisible():
            return
        for row in self.rows:
            row.show_focus()
            if now is row or (now is not None and row.isAncestorOf(now)):
                self.scroller.ensureWidgetVisible(row, 0, theme().px(Size.ROW))

    def _go_from(self, number: int, by: int) -> None:
        """From the row of this number, counted from 1, to its neighbour."""
        target = max(0, min(len(self.rows) - 1, number - 1 + by))
        self.rows[target].setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ settling

    def _settle(self, key: PreparationKey, status: PreparationStatus, values: dict[str, Any]) -> None:
        view = self._view
        row = next(row for row in self.rows if row.key is key)
        if view is None or row.point is None:
            return
        self.problem_panel.clear()
        run_command(
            self,
            partial(
                preparation.settle_point,
                self.desk,
                view.booking_id,
                key,
                status,
                row.version,
                **values,
            ),
            done=partial(self._stored, row),
            failed=partial(self._refused, row),
            said=_said(view.patient, key, status, values.get("expires_on")),
            undo=partial(preparation.take_back, self.desk),
        )

    def _stored(self, row: PointRow, _settled: Settled) -> None:
        row.accept()

    def _refused(self, row: PointRow, fault: ClinicDeskError) -> None:
        if isinstance(fault, BadInput) and row.form.isVisibleTo(row):
            row.refuse(fault)
        else:
            self.show_problem(fault.sentence)
            self._refused_row = row if isinstance(fault, Stale) else None
            self._load()

    # ------------------------------------------------------------------ ways from here, keys

    def _open_case(self) -> None:
        if self._view is not None:
            self.shell.open(CaseOf(booking_id=self._view.booking_id))

    def _open_chart(self) -> None:
        if self._view is not None:
            self.shell.go(ChartOf(patient_id=self._view.patient_id))

    def _call(self) -> None:
        if self._view is not None:
            self.shell.open(ConfirmCallOf(booking_id=self._view.booking_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - int(Qt.Key.Key_0)
        if 1 <= digit <= len(self.rows):
            self.rows[digit - 1].setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.rows[digit - 1].toggle()
        else:
            super().keyPressEvent(event)


def _said(patient: str, key: PreparationKey, status: PreparationStatus, ends: date | None) -> str:
    if status is PreparationStatus.DONE and ends is not None:
        return _("{patient}: {point} valid up to {day}.").format(
            patient=patient, point=key.label.lower(), day=dated(ends, fmt.today())
        )
    return _("{patient}: {point}, {status}.").format(
        patient=patient, point=key.label.lower(), status=status.label.lower()
    )
