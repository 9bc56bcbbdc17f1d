"""The best times for what the form says, as it is filled in: each with its units and its why, and why not the other days."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.booking import Booking, BookingDraft
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.finder import ANY_TIME, EVERY_WEEKDAY
from clinicdesk.domain.waiting import Wish
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import slots
from clinicdesk.services.desk import Desk
from clinicdesk.services.slots import FoundSlot, SlotAnswer, SlotWish
from clinicdesk.ui.frame.life import Life
from clinicdesk.ui.kit import (
    Column,
    MutedLabel,
    Paint,
    PlainLabel,
    QuietButton,
    Row,
    RowTable,
    Rule,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.booking.slot_filters import HOW_MANY, SlotFilters
from clinicdesk.ui.theme import Gap, Size, theme

LOOK_AFTER: Final = 120
"""Milliseconds after the last edit until times are looked for."""
_OPEN_KEYS: Final = "Alt+T"
_SEEN, _SEEN_IN_A_LOW_WINDOW = 4, 2
_LOW = 760
"""Unscaled height of a window that has no room for four lines and the form's fields as well."""
_NOTES_SEEN = 2
_TOLD: Final = (
    ResourceKind.ROOM,
    ResourceKind.C_ARM,
    ResourceKind.SURGEON,
    ResourceKind.ANESTHESIA,
    ResourceKind.BED,
)
"""The units worth naming on the phone; the others are in the tip of a line."""


@dataclass(frozen=True, slots=True)
class _Line:
    """An answer and its place in the list."""

    number: int
    slot: FoundSlot


class SlotsBox(QWidget):
    """From when, on which days, at what time of the day; and the list, which follows the form. `taken`: one was chosen.

    Where day and start are filled in already it shows one line that opens it.
    """

    taken = Signal(object)
    answered = Signal()

    def __init__(self, desk: Desk, life: Life[Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._life = desk, life
        self._open = self._by_hand = self._take_at_once = False
        self._answers: SlotWish | None = None
        """What the list answers."""
        self._draft: BookingDraft | None = None
        self._day: date | None = None
        self._own_lengths = False
        self._but: BookingId | None = None
        self._liked = ANY_TIME
        self._timer = life.pause(LOOK_AFTER, self._look)
        self._make()
        self.filters.changed.connect(self._timer.start)
        self.more.clicked.connect(self._toggle_more)
        self.opener.clicked.connect(self.open_by_hand)
        self.table.activated_row.connect(self._take)
        self.table.clicked.connect(self._clicked)
        theme().changed.connect(self._fit)
        self.clear()

    def _make(self) -> None:
        outer = Column(self, gap=Gap.NONE)
        outer.addWidget(Rule(self))
        column = Column(gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        outer.addLayout(column)
        self.opener = QuietButton(_("Find another time"), self, icon="find")
        self.opener.set_tip(_("The best free times for this case"), _OPEN_KEYS)
        self.filters = SlotFilters(self)
        self.more = QuietButton(_("More"), self)
        self.more.set_tip(_("The last day, some surgeons, how many times"))
        self.table: RowTable[_Line] = RowTable(_("Free times, best first"), _columns(), self, key=_same)
        self.table.horizontalHeader().hide()
        self.table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.halves = MutedLabel("", self, wrap=True)
        self.notes = PlainLabel("", self, wrap=True)
        column.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignLeft)
        column.add(self.filters, self.table)
        beneath = Row(gap=Gap.S)
        beneath.addWidget(self.halves, 1)
        beneath.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(beneath)
        column.addWidget(self.notes)

    def add_keys(self, form: QWidget) -> None:
        """The keys that open the list and take its lines, from anywhere in ``form``."""
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(_OPEN_KEYS), form, context=inside).activated.connect(self.open_by_hand)
        for number in range(1, HOW_MANY + 1):
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), form, context=inside)
            shortcut.activated.connect(partial(self._take_nth, number))

    # What is asked.

    def clear(self) -> None:
        """Forget everything: another form begins."""
        self._draft, self._by_hand, self._liked = None, False, ANY_TIME
        self._answers, self._take_at_once = None, False
        self.filters.clear()
        self._show_answer(None)
        self._fold(can_open=False)

    def prefer(self, wish: Wish | None) -> None:
        """What the patient said when put on the waiting list: it comes first in the list, but nothing else is left out."""
        self._liked = ANY_TIME if wish is None else wish.day_part.times(wish.weekdays or EVERY_WEEKDAY)
        if wish is not None and wish.earliest is not None and wish.earliest > fmt.today():
            self.filters.since.set_value(wish.earliest)

    def follow(
        self, draft: BookingDraft | None, day: date | None, before: Booking | None, *, own_lengths: bool
    ) -> None:
        """Look for times for ``draft``, from ``day`` on; None while too little is known. ``before`` is what it changes.

        ``own_lengths``: nobody chose the length, so that each surgeon may be given their own. While the draft has no start
        the list is there by itself; afterwards it is opened by hand.
        """
        if draft is None or draft.starts != (self._draft and self._draft.starts):
            self._by_hand = False
        self._draft, self._day, self._but = draft, day, before.id if before is not None else None
        self._own_lengths = own_lengths
        self._take_at_once = False
        if draft is None or (draft.starts is not None and not self._by_hand):
            self._fold(can_open=draft is not None)
        else:
            self._unfold()

    def open_by_hand(self) -> None:
        """Show the list though there is a start already."""
        if self._draft is not None:
            self._by_hand = True
            self._unfold()
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _look(self) -> None:
        if self._draft is None or not self._open:
            return
        if problem := self.filters.problem():
            self._show_answer(None, problem)
            return
        wish = self._wish(self._draft)
        self._life.ask(
            partial(slots.search, self._desk, wish),
            partial(self._found, wish),
            line="slots",
            failed=self._failed,
        )

    def _wish(self, draft: BookingDraft) -> SlotWish:
        """What is looked for: only what bears on a time, so that a note typed beside it starts no search."""
        asked = self.filters.asked(self._day if draft.starts is None else None)
        return SlotWish(
            draft=replace(draft, starts=None, side=None, diagnosis="", pain_before=None, notes="", reason=""),
            first=asked.first,
            last=asked.last,
            surgeons=() if draft.unit(ResourceKind.SURGEON) is not None else asked.surgeons,
            times=asked.times,
            wish=self._liked,
            limit=asked.limit,
            but=self._but,
            own_lengths=self._own_lengths,
        )

    def _found(self, wish: SlotWish, answer: SlotAnswer) -> None:
        if self._draft is None or wish != self._wish(self._draft):
            return  # the form asks for something else by now, and is being answered
        self._answers = wish
        self._show_answer(answer)
        self.answered.emit()
        if self._take_at_once and (slot := self.best()) is not None:
            self._take_at_once = False
            self.taken.emit(slot)

    def _failed(self, fault: ClinicDeskError) -> None:
        self._show_answer(None, fault.sentence)
        self.answered.emit()

    # What is shown.

    def _fold(self, *, can_open: bool) -> None:
        """Show the one line that opens the list; nothing where there is nothing to look for yet."""
        self._open = False
        self.setVisible(can_open)
        self._show_parts()

    def _unfold(self) -> None:
        self._open = True
        self.setVisible(True)
        self._show_parts()
        self._timer.start()

    def _show_answer(self, answer: SlotAnswer | None, problem: str = "") -> None:
        """Show what was found; None where nothing can be looked for, with the reason if there is one."""
        found = () if answer is None else answer.slots
        lines = [_Line(number, slot) for number, slot in enumerate(found, start=1)]
        self.table.set_rows(lines)
        usual = None if self._draft is None else self._draft.minutes
        self.halves.setText("\n".join(filter(None, (_halves(answer), _own_lengths(found, usual)))))
        self.notes.setText(problem if answer is None else _notes(answer))
        self._show_parts()

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return self._open

    @property
    def is_fresh(self) -> bool:
        """Whether the list answers what the form asks for now."""
        return self._open and self._draft is not None and self._answers == self._wish(self._draft)

    def best(self) -> FoundSlot | None:
        """The line chosen, else the first one; None as long as the list answers something else."""
        return self.offered() if self.is_fresh else None

    def offered(self) -> FoundSlot | None:
        """The same as it is seen, fresh or not."""
        line = self.table.row() or next(iter(self.table.rows()), None)
        return None if line is None or not self._open else line.slot

    def take_when_found(self) -> None:
        """Enter came before the answer: the best time is taken as soon as it is there."""
        self._take_at_once = True

    def _take_nth(self, number: int) -> None:
        rows = self.table.rows()
        if self.is_fresh and number <= len(rows):
            self._take(rows[number - 1])

    def _show_parts(self) -> None:
        self.opener.setVisible(not self._open)
        self.filters.setVisible(self._open)
        self.more.setVisible(self._open)
        self.table.setVisible(self._open and bool(self.table.rows()))
        for words in (self.halves, self.notes):
            words.setVisible(self._open and bool(words.text()))
        self._fit()

    def _toggle_more(self) -> None:
        self.filters.show_more(on=not self.filters.has_more)
        self.more.set_words(_("Fewer") if self.filters.has_more else _("More"))

    def _fit(self) -> None:
        low = self.window().height() < theme().px(_LOW)
        rows = min(_SEEN_IN_A_LOW_WINDOW if low else _SEEN, len(self.table.rows()))
        self.table.setFixedHeight(rows * theme().px(Size.ROW) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _take(self, line: object) -> None:
        assert isinstance(line, _Line)
        self._by_hand = False
        self.taken.emit(line.slot)

    def _clicked(self) -> None:
        line = self.table.row()
        if line is not None:
            self._take(line)


def _same(line: _Line) -> Hashable:
    return line.slot.starts, line.slot.chosen


def _columns() -> Sequence[TableColumn[_Line]]:
    return (
        TableColumn(heading=_("Key"), text=_number, width=24, paint=Paint.MUTED),
        TableColumn(heading=_("Day"), text=_day, width=96, paint=Paint.STRONG),
        TableColumn(heading=_("Start"), text=_time, width=74, paint=Paint.FIGURES),
        TableColumn(heading=_("Takes"), text=_units, least=170),
        TableColumn(heading=_("Why"), text=_why, width=132, paint=Paint.MUTED, drop=1),
    )


def _number(line: _Line) -> str:
    return fmt.number(line.number)


def _day(line: _Line) -> str:
    return fmt.short_day(fmt.local(line.slot.starts).date())


def _time(line: _Line) -> str:
    return fmt.clock(line.slot.starts)


def _units(line: _Line) -> str:
    names = {kind: unit.name for kind, unit in line.slot.units}
    return ", ".join(names[kind] for kind in _TOLD if kind in names)


def _why(line: _Line) -> str:
    return line.slot.why


def _halves(answer: SlotAnswer | None) -> str:
    """What to say to "only in the morning": the best of each half, where the best of all lies in the other."""
    if answer is None or not answer.slots:
        return ""
    said = []
    for slot, pattern in (
        (answer.morning, _("Mornings: {when}")),
        (answer.afternoon, _("Afternoons: {when}")),
    ):
        if slot is not None and slot.starts != answer.slots[0].starts:
            said.append(pattern.format(when=fmt.short_moment(slot.starts)))
    return "  ·  ".join(said)


def _own_lengths(found: Sequence[FoundSlot], usual: int | None) -> str:
    """Whose cases are planned with another length than the form says, since their own cases taught it."""
    lengths = {
        surgeon.name: slot.minutes
        for slot in found
        if slot.minutes != usual and (surgeon := slot.unit(ResourceKind.SURGEON)) is not None
    }
    if not lengths:
        return ""
    said = ", ".join(
        _("{surgeon} {length} min").format(surgeon=surgeon, length=length)
        for surgeon, length in lengths.items()
    )
    return _("Planned from their own cases: {lengths}").format(lengths=said)


def _notes(answer: SlotAnswer) -> str:
    """Why not the days before: the nearest ones, and how many more there are."""
    lines = [
        _("{days}: {why}.").format(days=_days(days), why=why) for days, why in answer.without[:_NOTES_SEEN]
    ]
    more = sum(len(days) for days, _why_not in answer.without[_NOTES_SEEN:])
    if more:
        lines.append(
            ngettext("{count} more day without a time.", "{count} more days without a time.", more).format(
                count=more
            )
        )
    if not answer.slots:
        lines.insert(0, _("No time in these days."))
    return "\n".join(lines)


def _days(days: Sequence[date]) -> str:
    if len(days) == 1:
        return fmt.short_day(days[0])
    if len(days) == 2:
        return _("{one}, {other}").format(one=fmt.short_day(days[0]), other=fmt.short_day(days[1]))
    if any(later - day > _WEEKEND for day, later in pairwise(days)):
        return _("{first} and {count} more days to {last}").format(
            first=fmt.short_day(days[0]), count=len(days) - 1, last=fmt.short_day(days[-1])
        )
    return _("{first} to {last}").format(first=fmt.short_day(days[0]), last=fmt.short_day(days[-1]))


_WEEKEND = timedelta(days=3)
"""Days so near one another are told as one stretch."""
