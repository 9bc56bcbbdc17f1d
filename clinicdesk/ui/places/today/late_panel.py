"""Who will be late today because a case runs long: a quiet strip below the day's list, with a shift for one or for all.

The day is read once, off the GUI thread; who is late by now is worked out anew at each full minute. It is not there while
everybody is on time. It comes and goes by itself, so it has its place below the list: no row moves when it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.permissions import Act, may
from clinicdesk.errors import ClinicDeskError, NeedsReason
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import overrun
from clinicdesk.services.booking.moving_many import Move, MovedMany
from clinicdesk.services.desk import Desk
from clinicdesk.services.overrun import DayDelays, HoldUp, LateCase, RunningDay
from clinicdesk.ui.kit import Column, Grid, PlainLabel, PushButton, QuietButton, Row, ask
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_command, run_query
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.papers import window as papers
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon

MOST_ROWS: Final = 4
SHIFT_ALL: Final = "Ctrl+Shift+L"
_CELLS: Final = 5
_DROPPED: Final = (2, 3)


class LatePanel(QWidget):
    """Amber, with a mark: what runs long, who will be late, planned and expected, the number to call, and the shifts."""

    shifted = Signal()
    """It came, went, or shows other cases now: what stands at a point of the screen is not what stood there."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._day: RunningDay | None = None
        self._delays: DayDelays | None = None
        self._shifting = False
        self._may_shift = may(desk.actor.role, Act.BOOK)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)  # never widens the window
        down = Column(self, gap=Gap.XS, margin=(Gap.L + Size.ICON_LARGE + Gap.S, Gap.S, Gap.S, Gap.S))
        head = Row(gap=Gap.S)
        self.heading = PlainLabel("", self, wrap=True, rank=Rank.STRONG)
        self.all_button = PushButton("", self)
        self.all_button.clicked.connect(self.shift_all)
        head.addWidget(self.heading, 1)
        head.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignTop)
        self._holder = QWidget(self)
        self._grid = Grid(self._holder, gap=Gap.L, down=Gap.NONE)
        self._grid.setColumnStretch(4, 1)
        self.rows: list[_LateRow] = []
        self.more = PlainLabel("", self)
        down.addLayout(head)
        down.add(self._holder, self.more)
        hub().minute.connect(self._ticked)
        shortcut = QShortcut(QKeySequence(SHIFT_ALL), self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(self.shift_all)
        theme().changed.connect(self._restyle)
        self.hide()

    # Looking.

    def look(self) -> None:
        """Read the day, and show who will be late."""
        run_query(
            self,
            partial(overrun.running_day, self._desk, fmt.today()),
            done=self._read,
            failed=self._cannot,
            latest="late",
        )

    def _ticked(self) -> None:
        """A minute has gone: nobody wrote, but somebody may be late by now."""
        parent = self.parentWidget()
        if self._day is not None and parent is not None and parent.isVisible():
            self._show(overrun.delays_at(self._day, self._desk.clock.now()))

    def _read(self, day: RunningDay) -> None:
        self._day = day
        self._show(overrun.delays_at(day, self._desk.clock.now()))

    def _cannot(self, _fault: ClinicDeskError) -> None:
        """The list itself tells what is wrong; who was late still is."""

    def _show(self, delays: DayDelays) -> None:
        self._delays = delays
        late = delays.late
        self.heading.setText(_heading(delays))
        self.setAccessibleName(self.heading.text() or _("Late cases"))
        words = ngettext("Shift it", "Shift all {n}", len(late)).format(n=len(late))
        self.all_button.set_words(words)
        self.all_button.set_tip(words, SHIFT_ALL)
        self.all_button.setVisible(self._may_shift)
        before = [row.case.booking_id for row in self.rows]
        focused = next((row.case.booking_id for row in self.rows if row.shift.hasFocus()), None)
        self._show_rows(late)
        over = len(late) - MOST_ROWS
        self.more.setText(ngettext("and {n} more", "and {n} more", over).format(n=over) if over > 0 else "")
        self.more.setVisible(over > 0)
        self._restyle()
        self.setVisible(bool(late))
        self._fit()
        for row in self.rows:
            if row.case.booking_id == focused:
                row.shift.setFocus()  # the minute that went by takes the keyboard from nobody
        if before != [row.case.booking_id for row in self.rows]:
            self.shifted.emit()

    def _show_rows(self, late: Sequence[LateCase]) -> None:
        for row in self.rows:
            row.remove(self._grid)
        self.rows = [_LateRow(case, self, may_shift=self._may_shift) for case in late[:MOST_ROWS]]
        for number, row in enumerate(self.rows):
            row.place(self._grid, number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window the length of the delay goes first, then the number: the case itself has it."""
        room = self.width() - theme().px(2 * Gap.XL + Size.ICON_LARGE + Gap.S)
        shown = list(range(_CELLS))
        for column in (None, *_DROPPED):
            shown = [each for each in shown if each != column]
            if sum(self._column_width(each) for each in shown) <= room:
                break
        for row in self.rows:
            row.show_cells(shown)

    def _column_width(self, column: int) -> int:
        return max((row.width(column) for row in self.rows), default=0) + theme().px(Gap.L)

    # Shifting.

    def shift_all(self) -> None:
        """Move everybody who will be late to when they can start."""
        if self._delays is not None and self._delays.late and self._may_shift:
            self._shift(self._delays.shifts)

    def shift_one(self, case: LateCase, _checked: bool = False) -> None:
        """Move one, and those it would run into."""
        self._shift(case.with_it)

    def _shift(self, shifts: tuple[Move, ...], reason: str = "") -> None:
        if self._shifting:
            return
        self._shifting = True
        run_command(
            self,
            partial(overrun.shift, self._desk, shifts, reason=reason),
            done=self._shifted,
            failed=partial(self._refused, shifts, reason),
            said=_said,
            undo=partial(overrun.undo_shift, self._desk),
        )

    def _shifted(self, _moved: MovedMany) -> None:
        self._shifting = False

    def _refused(self, shifts: tuple[Move, ...], reason: str, fault: ClinicDeskError) -> None:
        """Where a reason would do it is asked for; else the list says what stands in the way, and is looked at again."""
        self._shifting = False
        sentence = fault.sentence
        if isinstance(fault, NeedsReason) and fault.answerable and not reason:
            given = ask(self, _("Shift all the same?"), sentence, label=_("Reason"), do=_("Shift"))
            if given:
                self._shift(shifts, given)
                return
        place = self.parentWidget()
        say = getattr(place, "show_problem", None)
        if callable(say):
            say(sentence)
        self.look()

    # Look.

    def _restyle(self) -> None:
        ink = theme().colour(Token.ON_WARNING)
        for label in (self.heading, self.more, *(label for row in self.rows for label in row.labels)):
            palette = label.palette()
            palette.setColor(label.foregroundRole(), ink)
            label.setPalette(palette)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour(Token.WARNING))
        radius, side = theme().px(Size.RADIUS), theme().px(Size.ICON_LARGE)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        line = self.heading.fontMetrics().height()
        top = self.heading.y() + (min(self.heading.height(), theme().px(Size.CONTROL)) - line) / 2
        box = QRectF(theme().px(Gap.L), top + (line - side) / 2, side, side)
        paint_icon(painter, box, "warning", theme().colour(Token.WARNING_MARK))


class _LateRow:
    """One late case as the cells of a grid: name, from when to when, how late, phone, the shift."""

    def __init__(self, case: LateCase, panel: LatePanel, *, may_shift: bool) -> None:
        self.case = case
        holder = panel._holder
        self.name = PlainLabel(case.patient, holder, rank=Rank.STRONG, elide=True)
        wide = self.name.fontMetrics().horizontalAdvance(case.patient) + theme().px(Gap.XS)
        self.name.setFixedWidth(min(wide, theme().px(Size.FIELD)))
        self.name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        times = _("{planned} → {expected}").format(planned=_at(case.planned), expected=_at(case.expected))
        self.times = PlainLabel(times, holder, rank=Rank.FIGURES)
        self.delay = PlainLabel(
            _("{time} late, {room}").format(time=fmt.duration(case.delay), room=case.room), holder
        )
        self.phone = PlainLabel(
            fmt.phone(case.phone) if case.phone else _("no number"),
            holder,
            rank=Rank.FIGURES,
            selectable=True,
        )
        self.shift = QuietButton(_shift_words(case), holder)
        self.shift.setAccessibleName(_("Shift {patient}").format(patient=case.patient))
        self.shift.clicked.connect(partial(panel.shift_one, case))
        self._may_shift = may_shift
        self.labels = (self.name, self.times, self.delay, self.phone)
        self._cells = (self.name, self.times, self.delay, self.phone, self.shift)

    def place(self, grid: Grid, row: int) -> None:
        """Put the cells into a row."""
        for column, cell in enumerate(self._cells):
            grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def width(self, column: int) -> int:
        """How much a cell wants."""
        cell = self._cells[column]
        return cell.width() if cell is self.name else cell.sizeHint().width()

    def show_cells(self, shown: Sequence[int]) -> None:
        """Show these cells alone."""
        for number, cell in enumerate(self._cells):
            cell.setVisible(number in shown and (cell is not self.shift or self._may_shift))

    def remove(self, grid: Grid) -> None:
        """Take the cells away."""
        for cell in self._cells:
            grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()


def _at(instant: datetime) -> str:
    """A time, with its day where that is not today: over midnight both are shown."""
    return fmt.near(instant, fmt.today())


def _heading(delays: DayDelays) -> str:
    """Room 1 runs 35 min late. 3 cases will be late:"""
    late = len(delays.late)
    runs = " ".join(_runs(each) for each in _longest(delays.holdups))
    many = ngettext("{n} case will be late:", "{n} cases will be late:", late).format(n=late)
    return f"{runs} {many}".strip()


def _longest(holdups: Iterable[HoldUp]) -> Iterable[HoldUp]:
    """One a room: where two cases of a room run long it is as late as the later of them."""
    found: dict[str, HoldUp] = {}
    for each in holdups:
        where = each.room or each.surgeon
        if where not in found or each.over > found[where].over:
            found[where] = each
    return found.values()


def _runs(holdup: HoldUp) -> str:
    where = holdup.room or holdup.surgeon
    over = fmt.duration(holdup.over)
    if holdup.going_on:
        return _("{room} runs {time} late.").format(room=where, time=over)
    return _("{room} ended {time} late.").format(room=where, time=over)


def _shift_words(case: LateCase) -> str:
    """Shift; or how many go along."""
    others = len(case.with_it) - 1
    if not others:
        return _("Shift")
    return ngettext("Shift, with {n} after it", "Shift, with {n} after it", others).format(n=others)


def _said(moved: MovedMany) -> str:
    count = len(moved.after)
    said = ngettext("{n} case shifted", "{n} cases shifted", count).format(n=count)
    if not moved.outdated:
        return said
    return _("{what}. {papers}").format(what=said, papers=papers.out_of_date(moved.outdated))
