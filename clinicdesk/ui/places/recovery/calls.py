"""The calls: who is to be called now, later and soon, with the call itself beside the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter
from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, CheckInId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.recovery import CallGroup, WorkLine
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.ui.calling import words
from clinicdesk.ui.frame.beside import DetailPlace
from clinicdesk.ui.frame.listing import Groups, ListView
from clinicdesk.ui.frame.place import Command, PlaceCount, Shell
from clinicdesk.ui.frame.targets import CallOf, Calls, CallsTarget, PatientOnTheLine, PlainPlace
from clinicdesk.ui.kit import (
    EmptyState,
    Paint,
    PushButton,
    Row,
    RowTable,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import messages, run_command
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.places.recovery.call_panel import CallPanel
from clinicdesk.ui.places.recovery.who_calls import WhoCalls
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon

AHEAD: Final = 7
"""Days of check-ins to come that can be looked at."""

_DUE: Final = 0

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


class CallsPlace(DetailPlace[CallsTarget, WorkLine, CallRow]):
    """The list of calls.

    Enter opens the chosen call beside the list; Escape leaves it.
    """

    home: ClassVar[PlainPlace] = Calls()
    icon_name: ClassVar[str] = "calls"
    counts: ClassVar[frozenset[Subject]] = frozenset({Subject.CHECK_IN, Subject.PATIENT})
    watched: ClassVar[frozenset[Subject]] = frozenset({Subject.CHECK_IN, Subject.PATIENT, Subject.BOOKING})
    shares: ClassVar[tuple[int, int]] = (2, 3)
    least_detail: ClassVar[int] = Size.SIDE_PANEL_WIDE + Size.ROW

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent)
        self._next: list[CheckInId] | None = None
        self.list.opened.connect(self._open_row)
        self.list.shown.connect(self._go_on)
        hub().minute.connect(self._ticked)

    def make_list(self) -> ListView[WorkLine, CallRow]:
        made: ListView[WorkLine, CallRow] = ListView(
            self,
            name=_("Calls"),
            columns=_columns(),
            key=attrgetter("check_in_id"),
            read=partial(recovery.calls, self.desk, ahead_days=AHEAD),
            rows=self._rows,
            groups=Groups(_("Which calls"), (NOW, LATER, UPCOMING), _chip, _group_words, first=NOW),
            empty=EmptyState("calls", ""),
            empty_words=_nobody,
            margin=Gap.L,
        )
        self._due_look = DueDelegate(made.table)
        made.table.setItemDelegateForColumn(_DUE, self._due_look)
        return made

    def make_detail(self) -> CallPanel:
        self.panel = CallPanel(self.desk, self)
        self.panel.closed.connect(self._leave_call)
        self.panel.finished.connect(self._next_call)
        return self.panel

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
        if self.is_open:
            self.panel.setFocus()
        else:
            self.table.setFocus()

    def open_target(self, target: CallsTarget) -> None:
        if isinstance(target, PatientOnTheLine):
            self.ask_who_calls()
        else:
            self.open_call(target.check_in_id, reached=target.reached)

    # ------------------------------------------------------------------ the list

    def _rows(self, lines: Sequence[WorkLine]) -> Sequence[CallRow]:
        now = self.desk.clock.now()
        today = fmt.local(now).date()
        rows = (CallRow(line, line.group(now, today), words.due(line, now, today), today) for line in lines)
        return sorted(rows, key=_order)

    def _ticked(self) -> None:
        """A minute has gone: what was for later may be due, what was due overdue."""
        if self.isVisible():
            self.list.show_again()

    # ------------------------------------------------------------------ the call

    def _open_row(self, row: CallRow) -> None:
        self.open_call(row.check_in_id)

    def open_call(self, check_in_id: CheckInId, *, reached: bool = False) -> None:
        """Open a call beside the list. What was answered in the one before is kept for that one."""
        self.clear_problem()
        self.open_detail()
        self.panel.open_call(CallOf(check_in_id=check_in_id, reached=reached))
        self.list.choose_key(check_in_id)

    def _leave_call(self) -> None:
        self.close_detail()
        self.table.setFocus()

    def _next_call(self) -> None:
        """Open the line after this one, once the list is right again."""
        ids = [row.check_in_id for row in self.list.rows()]
        here = self.table.currentIndex().row()
        self._next = ids[here + 1 :] if here >= 0 else ids
        self.list.load()

    def _go_on(self) -> None:
        if self.is_open and self.panel.check_in_id is not None and self.list.row() is None:
            self.list.choose_key(self.panel.check_in_id)
        if self._next is None:
            return
        following, self._next = self._next, None
        still = {row.check_in_id for row in self.list.rows()}
        call = next((check_in_id for check_in_id in following if check_in_id in still), None)
        if call is None:
            self._leave_call()
        else:
            self.open_call(call)

    # ------------------------------------------------------------------ somebody calls

    def ask_who_calls(self) -> None:
        """Find who is on the line."""
        dialog = WhoCalls(self.desk, self)
        dialog.chosen.connect(self._patient_called)
        dialog.open()

    def _patient_called(self, booking_id: int) -> None:
        open_patient_called(self.shell, self.desk, BookingId(booking_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_open:
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


def _chip(row: CallRow) -> str:
    return {CallGroup.LATER: LATER, CallGroup.UPCOMING: UPCOMING}.get(row.group, NOW)


def _group_words(chip: str, count: int) -> str:
    number = fmt.number(count)
    return {
        NOW: _("To call now  {count}").format(count=number),
        LATER: _("Later  {count}").format(count=number),
        UPCOMING: _("Next 7 days  {count}").format(count=number),
    }[chip]


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
