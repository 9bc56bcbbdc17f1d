"""The parts of the case in hand: what is missing, times planned and actual, history, and the reason for calling off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import ActualTimes, Booking, BookingEvent, BookingState
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.case import CaseView
from clinicdesk.ui.kit import (
    Column,
    Grid,
    LineField,
    MutedLabel,
    Note,
    PlainLabel,
    PushButton,
    QuietButton,
    Row,
    Rule,
    Section,
    TimeField,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap, Rank, Size

TIMES = ("arrived", "in_room", "started", "ended", "recovery", "discharged")


def time_label(name: str) -> str:
    """An actual time in the person's language."""
    return {
        "arrived": _("Arrived"),
        "in_room": _("In room"),
        "started": _("Started"),
        "ended": _("Ended"),
        "recovery": _("In recovery"),
        "discharged": _("Left"),
    }[name]


class ReadyList(QWidget):
    """What is missing, one line each; or that nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = Column(self, gap=Gap.XS)
        self._lines: list[Note] = []

    def show_case(self, view: CaseView) -> None:
        """Show what stands between this case and the room, or the door."""
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [
            Note(_("Missing: {thing}").format(thing=thing), self, blocks=True) for thing in view.missing
        ]
        said = {advice.sentence for advice in view.reminders}
        self._lines += [Note(sentence, self, blocks=False) for sentence in sorted(said)]
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(self._lines))

    def sentences(self) -> list[str]:
        """What is said."""
        return [line.words.text() for line in self._lines]


class TimesTable(Section):
    """Planned and actual times; the actual ones can be put right by who may run a case."""

    corrected = Signal(object)
    """Carries the `ActualTimes` as they should be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Times"), parent)
        self._booking: Booking | None = None
        self.planned = PlainLabel("", self, wrap=True)
        self.overrun = Note("", self, blocks=True)
        self._holder = QWidget(self)
        self._grid = Grid(self._holder, gap=Gap.M, down=Gap.XS)
        self._grid.setColumnStretch(2, 1)
        self._labels = {name: MutedLabel(time_label(name), self._holder) for name in TIMES}
        self._values = {name: PlainLabel("", self._holder, rank=Rank.FIGURES) for name in TIMES}
        self.fields = {name: TimeField(time_label(name), self._holder) for name in TIMES}
        for row, name in enumerate(TIMES):
            self._grid.addWidget(self._labels[name], row, 0, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(self._values[name], row, 1)
            self._grid.addWidget(self.fields[name], row, 1)
        self.correct = QuietButton(_("Correct"), self, icon="edit")
        self.correct.clicked.connect(self._edit)
        self.add_action(self.correct)
        self._buttons = QWidget(self)
        row_of_buttons = Row(self._buttons, gap=Gap.S)
        self.leave = PushButton(_("Leave as it was"), self._buttons)
        self.leave.clicked.connect(self._stop)
        self.keep = PushButton(_("Keep these times"), self._buttons)
        self.keep.clicked.connect(self._send)
        row_of_buttons.add(self.leave, self.keep)
        row_of_buttons.addStretch(1)
        self.problem = PlainLabel("", self, wrap=True)
        self.problem.set_tone("problem")
        self.add(self.planned, self.overrun, self._holder, self.problem, self._buttons)
        self._editing = False

    @property
    def is_edited(self) -> bool:
        """Whether the actual times are being put right."""
        return self._editing

    def show_nothing(self) -> None:
        """Nobody's times."""
        self._booking = None
        self._editing = False
        self.problem.setText("")
        for field in self.fields.values():
            field.set_value(None)

    def go_on_editing(self) -> None:
        """Show the times that were typed and not stored."""
        self._editing = True
        self._show_rows()

    def show_case(self, view: CaseView) -> None:
        """Show the times of a case."""
        booking = view.booking
        self._booking = booking
        self._editing = False
        self.setVisible(booking.starts is not None)
        self.planned.setText(_planned(booking))
        late = booking.overrun
        self.overrun.setVisible(late > timedelta())
        self.overrun.words.setText(_("{length} longer than planned").format(length=fmt.duration(late)))
        self.correct.setVisible(view.may_record)
        self._show_rows()

    def _show_rows(self) -> None:
        booking = self._booking
        assert booking is not None
        for name in TIMES:
            known = getattr(booking.actual, name)
            editable = self._editing and (known is not None or name in {"started", "ended"})
            if name == "discharged":
                editable = False
            self._labels[name].setVisible(known is not None or editable)
            self._values[name].setVisible(known is not None and not editable)
            self._values[name].setText("" if known is None else _moment(known, booking))
            self.fields[name].setVisible(editable)
            if not editable:
                self.fields[name].set_value(None if known is None else _wall(known))
        self._holder.setVisible(self._editing or booking.actual != ActualTimes())
        self._buttons.setVisible(self._editing)
        self.problem.setVisible(bool(self.problem.text()))

    def _edit(self) -> None:
        self._editing = not self._editing
        self.problem.setText("")
        self._show_rows()

    def _stop(self) -> None:
        self._editing = False
        self.problem.setText("")
        self._show_rows()

    def _send(self) -> None:
        booking = self._booking
        assert booking is not None
        try:
            self.corrected.emit(_times(booking, self.fields, fmt.habits().zone))
        except BadInput as wrong:
            self.show_problem(wrong.sentence)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with the times."""
        self.problem.setText(sentence)
        self.problem.show()


class History(Section):
    """Every step of the case: when, what, who."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("History"), parent, gap=Gap.S)
        self._rows: list[QWidget] = []

    def show_events(self, events: Sequence[BookingEvent]) -> None:
        """Show them, the newest first."""
        for row in self._rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [_event_row(event, self) for event in reversed(events)]
        self.add(*self._rows)


class WhyCancel(QWidget):
    """The reason for calling off, asked in place."""

    confirmed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = Column(self, gap=Gap.NONE)
        outer.addWidget(Rule(self))
        column = Column(gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        outer.addLayout(column)
        self.reason = LineField(
            _("Why is it cancelled?"), self, hint=_("Why is it cancelled?"), width=Size.READING
        )
        self.reason.setMaxLength(1000)
        self.reason.returnPressed.connect(self._confirm)
        row = Row(gap=Gap.S)
        row.addStretch(1)
        self.leave = PushButton(_("Keep it"), self)
        self.leave.clicked.connect(self._leave)
        self.cancel = PushButton(_("Cancel booking"), self)
        self.cancel.clicked.connect(self._confirm)
        row.add(self.leave, self.cancel)
        column.addWidget(self.reason)
        column.addLayout(row)
        self.hide()

    def ask(self) -> None:
        """Ask for the reason; one that was typed before still stands there."""
        self.reason.set_wrong(False)
        self.show()
        self.reason.setFocus()

    def _leave(self) -> None:
        self.left.emit()

    def _confirm(self) -> None:
        reason = self.reason.value()
        self.reason.set_wrong(not reason)
        if reason:
            self.confirmed.emit(reason)


def _event_row(event: BookingEvent, parent: QWidget) -> QWidget:
    row = QWidget(parent)
    column = Column(row, gap=Gap.NONE)
    column.addWidget(PlainLabel(_event_words(event), row, wrap=True))
    who = [fmt.short_moment(event.at), event.by]
    column.addWidget(MutedLabel(", ".join(who), row, wrap=True))
    return row


def _event_words(event: BookingEvent) -> str:
    planned = {BookingState.BOOKED, BookingState.CONFIRMED}
    moved = None not in (event.from_starts, event.to_starts) and event.from_starts != event.to_starts
    if moved and (event.from_state is event.to_state or {event.from_state, event.to_state} == planned):
        words = _("Moved")  # who had confirmed the old time is asked again
    elif event.from_state is not event.to_state:
        words = event.to_state.label
    else:
        words = _("Changed")
    if event.from_starts is not None and event.to_starts is not None and event.from_starts != event.to_starts:
        words = _("{words} from {before} to {after}").format(
            words=words, before=fmt.short_moment(event.from_starts), after=fmt.short_moment(event.to_starts)
        )
    return _("{words}: {note}").format(words=words, note=event.note) if event.note else words


def _planned(booking: Booking) -> str:
    if booking.starts is None or booking.ends is None:
        return _("No time planned yet.")
    draft = booking.draft
    return _("Planned {when}, set-up {setup} min, turnover {turnover} min").format(
        when=fmt.clock_range(booking.starts, booking.ends),
        setup=draft.setup_minutes,
        turnover=draft.turnover_minutes,
    )


def _moment(instant: datetime, booking: Booking) -> str:
    """A time, with its day where that is not the planned one."""
    return fmt.near(instant, booking.starts)


def _wall(instant: datetime) -> time:
    return fmt.local(instant).time().replace(second=0, microsecond=0)


def _times(booking: Booking, fields: dict[str, TimeField], zone: ClinicZone) -> ActualTimes:
    """The times as typed, each on the day on which it was, an unknown one on the day of the case."""
    actual = booking.actual
    for name, field in fields.items():
        if field.isHidden():
            continue
        if (sentence := field.problem()) is not None:
            raise BadInput(sentence, name)
        known, typed = getattr(booking.actual, name), field.value()
        if typed is None:
            actual = replace(actual, **{name: None})
        elif known is None or typed != _wall(known):
            near = known or booking.actual.in_room or booking.starts
            assert near is not None
            actual = replace(actual, **{name: zone.at(zone.day_of(near), typed)})
    return actual


def step_words(state: BookingState) -> str:
    """The step into a state as a verb."""
    return {
        BookingState.REQUESTED: _("Back to request"),
        BookingState.WAITLIST: _("Put on the waiting list"),
        BookingState.BOOKED: _("Book"),
        BookingState.CONFIRMED: _("Confirmed"),
        BookingState.ARRIVED: _("Arrived"),
        BookingState.IN_ROOM: _("In the room"),
        BookingState.RECOVERY: _("To recovery"),
        BookingState.OVERNIGHT: _("To the overnight bed"),
        BookingState.DISCHARGED: _("Has left"),
        BookingState.CANCELLED: _("Cancel booking…"),
        BookingState.NO_SHOW: _("Did not come"),
    }[state]


def listed(words: Iterable[str]) -> str:
    """Words beside one another, empty ones left out."""
    return " · ".join(word for word in words if word)
