"""The calls: who is to be called now, later and soon, with the call itself beside the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from operator import attrgetter
from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import BookingId, CheckInId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.recovery import CallGroup, WorkLine
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.ui.calling import words
from clinicdesk.ui.frame.place import Command, Place, PlaceCount, Shell
from clinicdesk.ui.frame.targets import CallOf, Calls, CallsTarget, PatientOnTheLine, PlainPlace
from clinicdesk.ui.kit import (
    Column,
    EmptyState,
    LoadingFrame,
    Paint,
    PushButton,
    Row,
    RowTable,
    Rule,
    SegmentedRow,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import messages, run_command, run_query
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.recovery.call_panel import CallPanel
from clinicdesk.ui.places.recovery.who_calls import WhoCalls
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon

AHEAD: Final = 7
"""Days of check-ins to come that can be looked at."""

_DUE: Final = 0
_SHARES: Final = (2, 3)
_CALL_WIDTH: Final = Size.SIDE_PANEL_WIDE + Size.ROW
_ROOM_FOR_BOTH: Final = _CALL_WIDTH + Size.SIDE_PANEL
"""The unscaled width from which on the list stays beside the call."""

NOW, LATER, UPCOMING = "now", "later", "upcoming"


@dataclass(frozen=True, slots=True)
class CallRow:
    """A line of the calls as it stands at this minute."""

    line: WorkLine
    group: CallGroup
    due: str
    today: date

    @property
    def check_in_id(self) -> CheckInId:
        """The check-in of the row."""
        return self.line.check_in_id


class CallsPlace(Place[CallsTarget]):
    """The list of calls.

    Enter opens the chosen call beside the list; Escape leaves it.
    """

    home: ClassVar[PlainPlace] = Calls()
    icon_name: ClassVar[str] = "calls"
    counts: ClassVar[frozenset[Subject]] = frozenset({Subject.CHECK_IN, Subject.PATIENT})

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent, margin=Gap.NONE)
        self._lines: tuple[WorkLine, ...] = ()
        self._next: list[CheckInId] = []
        self._go_to_next = False
        self._list = QWidget(self)
        self._build_list()
        self.panel = CallPanel(desk, self)
        self.panel.closed.connect(self._leave_call)
        self.panel.finished.connect(self._next_call)
        self._rule = Rule(self, upright=True)
        across = Row(gap=Gap.NONE)
        across.addWidget(self._list, _SHARES[0])
        across.addWidget(self._rule)
        across.addWidget(self.panel, _SHARES[1])
        self.page.addLayout(across, 1)
        self.panel.hide()
        self._rule.hide()
        hub().minute.connect(self._ticked)
        theme().changed.connect(self._share)

    def _build_list(self) -> None:
        down = Column(self._list, gap=Gap.M, margin=Gap.L)
        self.filter = SegmentedRow(_("Which calls"), [(NOW, _("To call now"))], self._list)
        self.filter.set_value(NOW)
        self.filter.changed.connect(self._show_rows)
        self.table: RowTable[CallRow] = RowTable(_("Calls"), _columns(), self._list)
        self._due_look = DueDelegate(self.table)
        self.table.setItemDelegateForColumn(_DUE, self._due_look)
        self.table.activated_row.connect(self._open_row)
        self.empty = EmptyState("calls", "", parent=self._list)
        self.frame = LoadingFrame(self.table, self._list, empty=self.empty)
        down.addWidget(self.filter)
        down.addWidget(self.frame, 1)

    @classmethod
    def title(cls) -> str:
        return _("Calls")

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        return PlaceCount(recovery.counts(desk).due)

    @classmethod
    def commands(cls) -> Sequence[Command]:
        return (Command(title=_("A patient called"), run=_who_calls, icon="calls"),)

    def tools(self) -> QWidget:
        tools = QWidget()
        across = Row(tools, gap=Gap.S)
        self.called_button = PushButton(_("Patient called…"), tools, icon="calls")
        self.called_button.set_tip(_("Somebody rings: find who, and ask the questions"))
        self.called_button.clicked.connect(self.ask_who_calls)
        self.called_button.setVisible(may(self.desk.actor.role, Act.CALL_PATIENTS))
        across.addWidget(self.called_button)
        across.addStretch(1)
        return tools

    def take_focus(self) -> None:
        if self.panel.isVisibleTo(self):
            self.panel.setFocus()
        else:
            self.table.setFocus()

    def refresh(self, changes: Changes | None) -> None:
        if changes is None or touches(changes, {Subject.CHECK_IN, Subject.PATIENT, Subject.BOOKING}):
            self._load()
        if changes is not None:
            self.panel.refresh(changes)

    def open_target(self, target: CallsTarget) -> None:
        if isinstance(target, PatientOnTheLine):
            self.ask_who_calls()
        else:
            self.open_call(target.check_in_id, reached=target.reached)

    def may_close(self) -> bool:
        """Always: what was answered and not saved is kept."""
        return self.panel.may_close()

    # ------------------------------------------------------------------ the list

    def _load(self) -> None:
        self.frame.start()
        run_query(
            self,
            partial(recovery.calls, self.desk, ahead_days=AHEAD),
            done=self._loaded,
            failed=self._not_loaded,
            latest="calls",
        )

    def _loaded(self, lines: tuple[WorkLine, ...]) -> None:
        self._lines = lines
        self._show_rows()
        if self._go_to_next:
            self._go_to_next = False
            self._open_next()

    def _not_loaded(self, fault: ClinicDeskError) -> None:
        self.frame.show_unread(self._load)
        self.show_problem(fault.sentence)

    def _show_rows(self) -> None:
        now, today = self._now()
        rows = [
            CallRow(line, line.group(now, today), words.due(line, now, today), today) for line in self._lines
        ]
        self._show_counts(Counter(_chip(row.group) for row in rows))
        wanted = self.filter.value() or NOW
        shown = sorted((row for row in rows if _chip(row.group) == wanted), key=_order)
        self.table.set_rows(shown, keep=attrgetter("check_in_id"))
        self.empty.set_sentence(_nobody(wanted))
        self.frame.show_rows(bool(shown))
        if shown and self.table.row() is None and not self._choose_open():
            self.table.choose_number(0)

    def _choose_open(self) -> bool:
        """Choose the line of the call that stands beside the list; False where there is none."""
        open_for = self.panel.check_in_id if self.panel.isVisibleTo(self) else None
        return open_for is not None and self.table.choose(partial(_is_row, open_for))

    def _ticked(self) -> None:
        """A minute has gone: what was for later may be due, what was due overdue."""
        if self.isVisible():
            self._show_rows()

    def _show_counts(self, counted: Counter[str]) -> None:
        self.filter.blockSignals(True)
        self.filter.set_options(
            [
                (NOW, _("To call now  {count}").format(count=fmt.number(counted[NOW]))),
                (LATER, _("Later  {count}").format(count=fmt.number(counted[LATER]))),
                (UPCOMING, _("Next 7 days  {count}").format(count=fmt.number(counted[UPCOMING]))),
            ]
        )
        if self.filter.value() is None:
            self.filter.set_value(NOW)
        self.filter.blockSignals(False)

    def _now(self) -> tuple[datetime, date]:
        now = self.desk.clock.now()
        return now, fmt.local(now).date()

    # ------------------------------------------------------------------ the call

    def _open_row(self, row: CallRow) -> None:
        self.open_call(row.check_in_id)

    def open_call(self, check_in_id: CheckInId, *, reached: bool = False) -> None:
        """Open a call beside the list. What was answered in the one before is kept for that one."""
        self.clear_problem()
        self.panel.show()
        self._rule.show()
        self._share()
        self.panel.open_call(CallOf(check_in_id=check_in_id, reached=reached))
        self._choose_open()

    def _leave_call(self) -> None:
        self.panel.hide()
        self._rule.hide()
        self._share()
        self.table.setFocus()

    def _next_call(self) -> None:
        """Open the line after this one, once the list is right again."""
        ids = [row.check_in_id for row in self.table.rows()]
        here = self.table.currentIndex().row()
        self._next = ids[here + 1 :] if here >= 0 else ids
        self._go_to_next = True
        self._load()

    def _open_next(self) -> None:
        still = {row.check_in_id for row in self.table.rows()}
        following = next((check_in_id for check_in_id in self._next if check_in_id in still), None)
        if following is None:
            self._leave_call()
        else:
            self.open_call(following)

    # ------------------------------------------------------------------ somebody calls

    def ask_who_calls(self) -> None:
        """Find who is on the line."""
        dialog = WhoCalls(self.desk, self)
        dialog.chosen.connect(self._patient_called)
        dialog.open()

    def _patient_called(self, booking_id: int) -> None:
        open_patient_called(self.shell, self.desk, BookingId(booking_id))

    # ------------------------------------------------------------------ room and time

    def _share(self) -> None:
        """Where there is no room for both, the call has it all; Escape brings the list back."""
        both = self.width() >= theme().px(_ROOM_FOR_BOTH)
        self.panel.setMinimumWidth(theme().px(_CALL_WIDTH) if both else 0)
        self._list.setVisible(both or not self.panel.isVisibleTo(self))
        self._rule.setVisible(both and self.panel.isVisibleTo(self))

    def minimumSizeHint(self) -> QSize:
        """Small enough for any window: the list gives way to the call."""
        return QSize(theme().px(Size.SIDE_PANEL), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.panel.isVisibleTo(self):
            self.panel.ask_close()
        else:
            super().keyPressEvent(event)


def open_patient_called(shell: Shell, desk: Desk, booking_id: BookingId) -> None:
    """The patient of this booking is on the line: open a call outside the pathway, at its questions."""
    parent = shell if isinstance(shell, QObject) else messages.bridge()
    run_command(
        parent,
        partial(recovery.patient_called, desk, booking_id),
        done=partial(_go_to_call, shell),
        failed=_say_problem,
    )


def _go_to_call(shell: Shell, check_in_id: CheckInId) -> None:
    shell.go(CallOf(check_in_id=check_in_id, reached=True))


def _say_problem(error: ClinicDeskError) -> None:
    messages.problem(error.sentence)


def _who_calls(shell: Shell) -> None:
    shell.go(PatientOnTheLine())


def _is_row(check_in_id: CheckInId, row: CallRow) -> bool:
    return row.check_in_id == check_in_id


def _chip(group: CallGroup) -> str:
    return {CallGroup.LATER: LATER, CallGroup.UPCOMING: UPCOMING}.get(group, NOW)


def _order(row: CallRow) -> tuple[int, float, date, int]:
    """Overdue before due, the longest first; later ones by their time."""
    at = row.line.not_before.timestamp() if row.group is CallGroup.LATER and row.line.not_before else 0.0
    return (-row.line.overdue, at, row.line.due_on, row.check_in_id)


def _nobody(chip: str) -> str:
    return {
        NOW: _("Nobody has to be called now."),
        LATER: _("Nobody asked to be called at another time."),
        UPCOMING: _("No check-in comes due in the next 7 days."),
    }[chip]


# ---------------------------------------------------------------------- columns


def _columns() -> tuple[TableColumn[CallRow], ...]:
    return (
        TableColumn(heading=_("Due"), text=_due, width=144),
        TableColumn(heading=_("Patient"), text=_patient, paint=Paint.STRONG, least=184),
        TableColumn(heading=_("Check-in"), text=_check_in, width=112, drop=2),
        TableColumn(heading=_("After"), text=_after, least=192, drop=3),
        TableColumn(heading=_("Phone"), text=_phone, width=128, paint=Paint.FIGURES, drop=4),
        TableColumn(heading=_("Language, best time"), text=_reach, width=160, paint=Paint.MUTED, drop=6),
        TableColumn(heading=_("Tried"), text=_tried, width=208, paint=Paint.MUTED, drop=5),
    )


def _due(row: CallRow) -> str:
    return row.due


def _patient(row: CallRow) -> str:
    return words.named(row.line.patient, row.line.birth_date, row.today)


def _check_in(row: CallRow) -> str:
    return words.asked_for(row.line)


def _after(row: CallRow) -> str:
    return words.day_of(row.line.day(row.today), row.line.procedure, row.line.levels)


def _phone(row: CallRow) -> str:
    return fmt.phone(row.line.phone) if row.line.phone else _("no number")


def _reach(row: CallRow) -> str:
    return words.reach(row.line)


def _tried(row: CallRow) -> str:
    return words.attempts(row.line, row.today)


class DueDelegate(QStyledItemDelegate):
    """When a call is due: a warning sign and weight where it is overdue, a clock where a time was agreed."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        table = self.parent()
        assert isinstance(table, RowTable)
        row: CallRow = table.rows()[index.row()]
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme().colour(Token.SELECTED))
        overdue = row.group is CallGroup.OVERDUE
        side = theme().px(Size.ICON)
        box = QRectF(rect.left() + theme().px(Gap.S), rect.center().y() - side / 2, side, side)
        icon = "warning" if overdue else "history" if row.line.not_before is not None else ""
        if icon:
            token = Token.WARNING_MARK if overdue else Token.TEXT_MUTED
            paint_icon(painter, box, icon, theme().colour(token))
        painter.setFont(theme().font(Rank.STRONG if overdue else Rank.BODY))
        painter.setPen(theme().colour(Token.TEXT))
        room = QRectF(box.right() + theme().px(Gap.XS), rect.top(), 0, rect.height())
        room.setRight(rect.right() - theme().px(Gap.XS))
        short = painter.fontMetrics().elidedText(row.due, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)
        painter.setPen(QPen(theme().colour(Token.LINE), Size.HAIRLINE))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())


__all__ = ["CallRow", "CallsPlace", "DueDelegate", "open_patient_called"]
