"""The checklist of one case, a panel at the right: each point settled by its number, or by arrows and Space.

Opened by ``ChecklistOf``.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.preparation import PreparationKey, PreparationStatus
from clinicdesk.domain.times import dated
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import preparation
from clinicdesk.services.desk import Desk
from clinicdesk.services.preparation import Checklist, Settled
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.case.preparation import words
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import CaseOf, ChartOf, ChecklistOf, ConfirmCallOf, PanelKey
from clinicdesk.ui.kit import (
    Column,
    MutedLabel,
    PlainLabel,
    PrimaryButton,
    PushButton,
    StrongLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.preparation.point_row import PointRow
from clinicdesk.ui.theme import Gap, Size, theme


class ChecklistPanel(Keyed[Checklist], SideView[ChecklistOf]):
    """Every point of a case, with what is known of it and what to do."""

    own_subjects = frozenset({Subject.PREPARATION, Subject.BOOKING})
    other_subjects = frozenset({Subject.CATALOGUE})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Preparation"))
        self.begin_life()
        self._is_asked_for = self._take_keyboard = False
        self._sent_row: PointRow | None = None
        self.head = PersonHead(self)
        self.add_head(self.head)
        case = Column(gap=Gap.XS)
        self.what = StrongLabel("", self, wrap=True)
        self.times = PlainLabel("", self, wrap=True)
        case.add(self.what, self.times)
        self.body.addLayout(case)
        self.ready = MutedLabel("", self, wrap=True)
        self.body.addWidget(self.ready)
        self._build_rows()
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

    def _build_rows(self) -> None:
        """A row for every point there is; those that a case has are shown."""
        holder = QWidget(self)
        self._column = Column(holder, gap=Gap.XS)
        self._all_rows = {key: PointRow(key, holder) for key in PreparationKey}
        self.rows: list[PointRow] = []
        for row in self._all_rows.values():
            row.settled.connect(self._settle)
            row.chart_asked.connect(self._open_chart)
            row.went.connect(partial(self._go_from, row))
            row.name_fields(self.typed)
            row.hide()
            self._column.addWidget(row)
        self.body.addWidget(holder)

    # ------------------------------------------------------------------ showing

    @property
    def patient_id(self) -> int | None:
        return None if self.view is None else int(self.view.patient_id)

    def open_target(self, target: ChecklistOf) -> None:
        """Show the checklist of a case."""
        self._is_asked_for, self._take_keyboard = True, target.take_keyboard
        self.open_for(target.key)

    def read(self, key: PanelKey) -> Checklist:
        return preparation.read(self.desk, BookingId(key.id))

    def read_again(self, key: PanelKey) -> Checklist:
        return preparation.read.again(self.desk, BookingId(key.id))

    def version_of(self, view: Checklist) -> int:
        return view.version

    def name_of(self, view: Checklist) -> str:
        return view.patient

    def concerns(self, view: Checklist) -> frozenset[tuple[Subject, int]]:
        return frozenset({(Subject.PATIENT, int(view.patient_id))})

    def closed_fields(self, view: Checklist) -> list[str]:
        """Those of the points that the case does not have, or has no more."""
        open_points = {point.key.value for point in view.points} if view.may_settle else set()
        return [name for name in self.typed.settled if name.partition(".")[0] not in open_points]

    def show_nothing(self) -> None:
        """Nobody's checklist."""
        self.setAccessibleName(_("Preparation"))
        self.head.clear()
        self.what.setText("")
        for label in (self.times, self.keys, self.call_button):
            label.hide()
        self.ready.setText("")
        for row in self._all_rows.values():
            row.show_nothing()
        self.rows = []
        self._sent_row = None

    def show_view(self, view: Checklist, *, fresh: bool) -> None:
        self.setAccessibleName(_("Preparation of {patient}").format(patient=view.patient))
        self.head.show_person(view.patient, view.birth_date, view.mrn)
        self.what.setText(self._what(view))
        self.times.setText(words.times(view.before) if view.before is not None else "")
        self.times.setVisible(bool(self.times.text()))
        self._show_rows(view)
        self.ready.setText(self._ready(view))
        self.keys.setVisible(view.may_settle and bool(view.points))
        may_call = may(self.desk.actor.role, Act.RUN_DAY)
        self.call_button.setVisible(view.state is BookingState.BOOKED and may_call)
        if fresh:
            self.to_top()

    def shown(self, view: Checklist, *, fresh: bool) -> None:
        if self._is_asked_for:
            self._is_asked_for = False
            self._unfold_typed()
        if self._take_keyboard:
            self._take_keyboard = False
            self._focus_first()

    def _unfold_typed(self) -> None:
        """Fields in which something was typed before are open again."""
        for name in self.typed.unsaved():
            key, _dot, field = name.partition(".")
            status = PreparationStatus.NOT_NEEDED if field == "note" else PreparationStatus.DONE
            self._all_rows[PreparationKey(key)].unfold(status)

    def thrown_away(self) -> None:
        for row in self.rows:
            row.fold()

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

    def _show_rows(self, view: Checklist) -> None:
        rows = [self._all_rows[point.key] for point in view.points]
        if rows != self.rows:
            self._arrange(rows)
        for number, (row, point) in enumerate(zip(rows, view.points, strict=True), start=1):
            row.show_point(number, point, may_settle=view.may_settle)

    def _arrange(self, rows: list[PointRow]) -> None:
        """Show exactly these rows, in this order; Tab goes through them in it."""
        for row in self._all_rows.values():
            if row not in rows:
                row.show_nothing()
        for row in rows:
            self._column.removeWidget(row)
            self._column.addWidget(row)
        for before, after in pairwise(stop for row in rows for stop in row.stops()):
            QWidget.setTabOrder(before, after)
        self.rows = rows

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

    def _go_from(self, row: PointRow, by: int) -> None:
        """From this row to its neighbour."""
        target = max(0, min(len(self.rows) - 1, self.rows.index(row) + by))
        self.rows[target].setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ settling

    def _settle(self, key: PreparationKey, status: PreparationStatus, values: dict[str, Any]) -> None:
        """Store what was found of a point. A tick waits for no other point's; what was typed is stored as a form is."""
        view, row = self.view, self._all_rows[key]
        if view is None:
            return
        work = partial(
            preparation.settle_point, self.desk, view.booking_id, key, status, row.version, **values
        )
        said = _said(view.patient, key, status, values.get("expires_on"))
        undo = partial(preparation.take_back, self.desk)
        if values:
            self._sent_row = row
            fields = [name for name in self.typed.settled if name.startswith(f"{key}.")]
            self.send(work, then=partial(self._stored, row), said=said, undo=undo, fields=fields)
        else:
            self.do(work, said=said, undo=undo, part=key)

    def _stored(self, row: PointRow, _settled: Settled) -> None:
        row.accept()

    def show_refusal(self, error: ClinicDeskError) -> None:
        row = self._sent_row
        if isinstance(error, BadInput) and error.field and row is not None and row.is_open:
            row.refuse(error)
        else:
            super().show_refusal(error)

    # ------------------------------------------------------------------ ways from here, keys

    def _open_case(self) -> None:
        if self.view is not None:
            self.shell.open(CaseOf(booking_id=self.view.booking_id))

    def _open_chart(self) -> None:
        if self.view is not None:
            self.shell.go(ChartOf(patient_id=self.view.patient_id))

    def _call(self) -> None:
        if self.view is not None:
            self.shell.open(ConfirmCallOf(booking_id=self.view.booking_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - int(Qt.Key.Key_0)
        if 1 <= digit <= len(self.rows) and self.body_widget.isEnabled():
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
