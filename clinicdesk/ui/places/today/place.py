"""The day's list: everyone of a day with what is missing and the next step, worked from the keyboard or the mouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any, ClassVar, Final

from PySide6.QtCore import QEvent, QModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QSizePolicy,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from clinicdesk.domain.booking import Booking, BookingState, step_act
from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.diary import DayLine
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.papers import DayListBy
from clinicdesk.domain.permissions import may
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import diary
from clinicdesk.services.booking import steps
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done
from clinicdesk.ui.case.day import SHOWN, what
from clinicdesk.ui.frame.beside import ListPlace
from clinicdesk.ui.frame.listing import ListView
from clinicdesk.ui.frame.place import Command, Shell
from clinicdesk.ui.frame.targets import (
    CaseOf,
    ChangeBooking,
    DayList,
    LeavingOf,
    NewBooking,
    PlainPlace,
    Today,
    TodayTarget,
)
from clinicdesk.ui.kit import (
    EmptyState,
    MenuButton,
    MutedLabel,
    Paint,
    PlainLabel,
    Row,
    StatePill,
    Steady,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.cells import AnyIndex, Cell, MarkedCell, warn
from clinicdesk.ui.kit.day_bar import DayBar
from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.kit.marks import pill_size
from clinicdesk.ui.operations import run_command
from clinicdesk.ui.papers import window as papers
from clinicdesk.ui.papers.daylist import DayListActions, day_list_commands
from clinicdesk.ui.places.today.late_panel import LatePanel
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme

_COUNTED: Final = (
    (BookingState.BOOKED, BookingState.CONFIRMED),
    (BookingState.ARRIVED,),
    (BookingState.IN_ROOM,),
    (BookingState.RECOVERY,),
    (BookingState.OVERNIGHT,),
    (BookingState.DISCHARGED,),
)
"""The states that are counted at the top, those that mean "still to come" together."""


@dataclass(frozen=True, slots=True)
class TodayRow:
    """A line of the list with the step this person may take, if any."""

    line: DayLine
    step: BookingState | None
    time: str
    today: date

    @property
    def booking_id(self) -> BookingId:
        """The booking of the row."""
        return self.line.entry.booking_id


class TodayPlace(ListPlace[TodayTarget, DayLine, TodayRow]):
    """The list of one day.

    Space takes the next step of the chosen row, Enter opens the case, [ and ] go to other days and T to today.
    """

    home: ClassVar[PlainPlace] = Today()
    icon_name: ClassVar[str] = "today"
    watched: ClassVar[frozenset[Subject]] = SHOWN

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent)
        self.bar = QWidget()
        self.days = DayBar(desk.clock, self.bar)
        self.printing = DayListActions(self)
        self.print_button = MenuButton(_("Print"), self.printing.actions, self.bar, icon="print")
        row = Row(self.bar, gap=Gap.M)
        row.add(self.days, self.print_button)
        row.addStretch(1)
        self._under_way: set[BookingId] = set()
        self.tally = _Tally(self)
        self.late = LatePanel(desk, self)
        self.page.addWidget(self.tally)
        self.page.addWidget(self.list, 1)
        self.page.addWidget(self.late)
        self._steady = Steady(self, self.list, self.late)
        self.late.shifted.connect(self._steady.moved)
        self.days.chosen.connect(self.show_day)
        self.printing.asked.connect(self.print_list)
        self.list.shown.connect(self._shown)
        self.list.opened.connect(self._open)
        self.table.clicked.connect(self._clicked)
        self.step_look.pressed.connect(self._step_at)

    def make_list(self) -> ListView[DayLine, TodayRow]:
        made: ListView[DayLine, TodayRow] = ListView(
            self,
            name=_("Cases of the day"),
            columns=_columns(),
            key=attrgetter("booking_id"),
            read=tuple,
            rows=self._rows,
            empty=EmptyState("today", "", (_("Book a case"), self._book)),
            empty_words=self._nobody,
            first=_where_the_day_stands,
        )
        self._missing_look = _MissingCell(made.table)
        self.step_look = StepCell(made.table)
        made.table.setItemDelegateForColumn(_MISSING, self._missing_look)
        made.table.setItemDelegateForColumn(_STEP, self.step_look)
        made.table.setMouseTracking(True)
        return made

    @classmethod
    def title(cls) -> str:
        return _("Today")

    @classmethod
    def commands(cls) -> Sequence[Command]:
        return day_list_commands()

    def tools(self) -> QWidget:
        return self.bar

    def refresh(self, changes: Changes | None) -> None:
        if changes is None or touches(changes, self.watched):
            self._load()
            self.late.look()

    def on_shown(self) -> None:
        self.late.look()

    def open_target(self, target: TodayTarget) -> None:
        if isinstance(target, DayList):
            self.print_list(target.by)
            return
        if target.day is not None:
            self.show_day(target.day)
        if target.booking_id is not None:
            self.list.choose_key(target.booking_id)

    def print_list(self, by: DayListBy) -> None:
        """Show the shown day on paper."""
        papers.show_day_list(self.desk, self, self.days.day, by)

    def show_day(self, day: date) -> None:
        """Show the list of ``day``."""
        self.days.show_day(day)
        self._load()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.table.row()
        if event.key() == Qt.Key.Key_Space and row is not None:
            self._take_step(row)
        elif event.key() == Qt.Key.Key_T:
            self.days.go_today()
        elif event.key() == Qt.Key.Key_BracketLeft:
            self.days.go_back()
        elif event.key() == Qt.Key.Key_BracketRight:
            self.days.go_forward()
        else:
            super().keyPressEvent(event)

    # Loading.

    def _load(self) -> None:
        day = self.days.day
        self.list.turn_to(day, partial(diary.day_list, self.desk, day))

    def _rows(self, lines: Sequence[DayLine]) -> Sequence[TodayRow]:
        return [self._row(line, self.days.day) for line in lines]

    def _shown(self) -> None:
        self._under_way.clear()
        self.tally.show_lines(self.list.lines)

    def _nobody(self, _group: object) -> str:
        return _("Nobody is booked on {day}.").format(day=fmt.day(self.days.day))

    def _row(self, line: DayLine, day: date) -> TodayRow:
        starts = line.entry.starts
        same_day = fmt.habits().zone.day_of(starts) == day
        time = fmt.clock(starts) if same_day else fmt.short_day(fmt.habits().zone.day_of(starts))
        return TodayRow(line, self._step(line), time, day)

    def _step(self, line: DayLine) -> BookingState | None:
        step = line.next_step
        return step if step is not None and may(self.desk.actor.role, step_act(step)) else None

    # What somebody did.

    def _book(self) -> None:
        self.shell.open(NewBooking(day=self.days.day))

    def _open(self, row: TodayRow) -> None:
        self.shell.open(CaseOf(booking_id=row.booking_id))

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() != _STEP:
            self._open(self.table.rows()[index.row()])

    def _step_at(self, number: int) -> None:
        self.table.choose_number(number)
        self._take_step(self.table.rows()[number])

    def _take_step(self, row: TodayRow) -> None:
        """Take the row's next step; leaving and booking have forms of their own."""
        entry, step = row.line.entry, row.step
        if self.days.follow_clock() or row.today != self.days.day:
            return  # another day has begun, and its list is on the way: no row of the day before takes a step
        if step is None or row.booking_id in self._under_way:
            return
        if step is BookingState.DISCHARGED and not entry.is_visit:
            self.shell.open(LeavingOf(booking_id=row.booking_id))
        elif step is BookingState.BOOKED:
            self.shell.open(ChangeBooking(booking_id=row.booking_id))
        else:
            self._under_way.add(row.booking_id)
            self.clear_problem()
            run_command(
                self,
                partial(steps.advance, self.desk, row.booking_id, step, entry.version),
                failed=partial(self._refused, row.booking_id),
                said=_("{patient}: {state}").format(patient=entry.patient, state=step.label.lower()),
                undo=partial(_step_back, self.desk),
            )

    def _refused(self, booking: BookingId, fault: ClinicDeskError) -> None:
        self._under_way.discard(booking)
        self.show_problem(fault.sentence)
        self._load()


def _where_the_day_stands(rows: Sequence[TodayRow]) -> int:
    """The first case that is not over."""
    return next((number for number, row in enumerate(rows) if not row.line.entry.state.is_over), 0)


class _Tally(QWidget):
    """How the day stands: how many are to come, here, and gone. In a narrow window the numbers stand without words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words: dict[BookingState, tuple[str, str]] = {}
        row = Row(self, gap=Gap.S)
        self.total = PlainLabel("", self, rank=Rank.SECTION)
        row.addWidget(self.total)
        self.pills = {states[-1]: StatePill(states[-1], self) for states in _COUNTED}
        for pill in self.pills.values():
            row.addWidget(pill)
        self.wanting = MutedLabel("", self, elide=True)
        self.wanting.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.wanting, 1)

    def show_lines(self, lines: Sequence[DayLine]) -> None:
        """Count these; what was cancelled or missed is none of the day's cases."""
        counts = Counter(line.entry.state for line in lines)
        total = sum(n for state, n in counts.items() if state not in _NOT_COMING)
        self.total.setText(ngettext("{n} case", "{n} cases", total).format(n=total) if lines else "")
        for states in _COUNTED:
            number = sum(counts[state] for state in states)
            self.pills[states[-1]].setVisible(number > 0)
            self._words[states[-1]] = (_count_words(states[-1]).format(n=number), str(number))
        wanting = sum(bool(line.missing) for line in lines)
        words = ngettext("something is missing for {n}", "something is missing for {n}", wanting)
        self.wanting.setText(words.format(n=wanting) if wanting else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        gap = theme().px(Gap.S)
        shown = [state for state in self._words if not self.pills[state].isHidden()]
        needed = sum(pill_size(state, self._words[state][0]).width() + gap for state in shown)
        narrow = self.total.sizeHint().width() + needed > self.width()
        for state in shown:
            words, number = self._words[state]
            self.pills[state].set_state(state, number if narrow else words)
            self.pills[state].setAccessibleName(words)
            self.pills[state].setToolTip(plain_tip(words) if narrow else "")


_NOT_COMING: Final = frozenset({BookingState.CANCELLED, BookingState.NO_SHOW})


class _MissingCell(MarkedCell):
    """What is missing, behind the warning mark."""

    def draw_mark(self, painter: QPainter, box: QRectF, index: AnyIndex) -> bool:
        if self.text(index):
            warn(painter, box)
        return False


class StepCell(Cell):
    """The next step as a button in the row: a widget for each row would cost more than the whole list."""

    pressed = Signal(int)
    """Carries the number of the row whose button was clicked."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        text = self.text(index)
        if not text:
            return
        button = self.button_rect(option.rect)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        radius = theme().px(Size.RADIUS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour(Token.ACCENT if hovered else Token.BORDER), Size.HAIRLINE))
        painter.setBrush(theme().colour(Token.HOVER if hovered else Token.SURFACE))
        painter.drawRoundedRect(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setFont(theme().font(Rank.BODY))
        painter.setPen(theme().colour(Token.ACCENT_TEXT))
        inner = button.adjusted(theme().px(Gap.XS), 0, -theme().px(Gap.XS), 0)
        short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, short)
        painter.restore()

    @staticmethod
    def button_rect(cell: QRect) -> QRect:
        """Where the button stands in its cell."""
        gap = theme().px(Gap.XS) // 2
        return cell.adjusted(2 * gap, gap, -2 * gap, -gap - 1)

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: AnyIndex) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            inside = self.button_rect(option.rect).contains(event.position().toPoint())
            if (
                inside
                and event.button() is Qt.MouseButton.LeftButton
                and index.data(Qt.ItemDataRole.DisplayRole)
            ):
                self.pressed.emit(index.row())
                return True
        return super().editorEvent(event, model, option, index)


def step_words(to_state: BookingState) -> str:
    """The word on the button that brings a booking into ``to_state``."""
    return {
        BookingState.BOOKED: _("Book"),
        BookingState.WAITLIST: _("To the waiting list"),
        BookingState.CONFIRMED: _("Confirm"),
        BookingState.ARRIVED: _("Arrived"),
        BookingState.IN_ROOM: _("Into the room"),
        BookingState.RECOVERY: _("To recovery"),
        BookingState.OVERNIGHT: _("To the bed"),
        BookingState.DISCHARGED: _("Discharge"),
        BookingState.CANCELLED: _("Cancel"),
        BookingState.NO_SHOW: _("No-show"),
    }.get(to_state, to_state.label)


def _count_words(state: BookingState) -> str:
    return {
        BookingState.CONFIRMED: _("{n} to come"),
        BookingState.ARRIVED: _("{n} arrived"),
        BookingState.IN_ROOM: _("{n} in the room"),
        BookingState.RECOVERY: _("{n} in recovery"),
        BookingState.OVERNIGHT: _("{n} overnight"),
        BookingState.DISCHARGED: _("{n} gone home"),
    }[state]


def _columns() -> tuple[TableColumn[TodayRow], ...]:
    return (
        TableColumn(heading=_("Time"), text=_time, width=_TIME_WIDTH, paint=Paint.FIGURES),
        TableColumn(heading=_("Patient"), text=_patient, paint=Paint.STRONG, struck=_struck, least=200),
        TableColumn(heading=_("Procedure"), text=_procedure, least=200, drop=2),
        TableColumn(heading=_("Room"), text=_room, width=Size.FIELD_SHORT, drop=4),
        TableColumn(heading=_("Surgeon"), text=_surgeon, width=Size.LABEL_COLUMN, drop=5),
        TableColumn(heading=_("State"), text=_state, width=Size.LABEL_COLUMN, paint=Paint.STATE),
        TableColumn(heading=_("Missing"), text=_missing, drop=3),
        TableColumn(heading=_("Next step"), text=_step_text, width=Size.LABEL_COLUMN, drop=1),
    )


_TIME_WIDTH: Final = Size.FIELD_SHORT
_MISSING, _STEP = 6, 7


def _time(row: TodayRow) -> str:
    return row.time


def _patient(row: TodayRow) -> str:
    entry = row.line.entry
    return _("{patient}, {age}").format(patient=entry.patient, age=fmt.age(entry.birth_date, row.today))


def _procedure(row: TodayRow) -> str:
    return what(row.line.entry)


def _room(row: TodayRow) -> str:
    return row.line.entry.room


def _surgeon(row: TodayRow) -> str:
    return row.line.entry.surgeon


def _state(row: TodayRow) -> str:
    return row.line.entry.state.value


def _missing(row: TodayRow) -> str:
    return ", ".join(row.line.missing)


def _step_text(row: TodayRow) -> str:
    return step_words(row.step) if row.step is not None else ""


def _struck(row: TodayRow) -> bool:
    return row.line.entry.state in _NOT_COMING


def _step_back(desk: Desk, booking: Booking) -> Done[Booking]:
    return steps.step_back(desk, booking.id, booking.version)
