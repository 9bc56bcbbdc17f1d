"""What the diary asks of the service for a case in hand: what surrounds it, the move itself, the reason, the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.scheduling.fitting import fitting_starts
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.moving import Drop, MoveContext
from clinicdesk.errors import ClinicDeskError, NeedsReason
from clinicdesk.i18n import _
from clinicdesk.services.booking import moving
from clinicdesk.services.booking.moving import Moved
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done
from clinicdesk.ui.frame.place import Place
from clinicdesk.ui.frame.targets import DiaryTarget
from clinicdesk.ui.kit import Column, LineField, Note, PrimaryButton, PushButton, Row, Rule
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import messages, run_command, run_query
from clinicdesk.ui.papers import window as papers
from clinicdesk.ui.places.diary.dragging import Dragging
from clinicdesk.ui.places.diary.ghost_words import why_asked
from clinicdesk.ui.places.diary.in_hand import targets
from clinicdesk.ui.places.diary.view import DiaryView
from clinicdesk.ui.theme import Gap, Size


class WhyMove(QWidget):
    """The reason for a move that an advice stands against, asked in place; or who may give one."""

    given = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = Column(self, gap=Gap.NONE)
        column = Column(gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        outer.addLayout(column)
        outer.addWidget(Rule(self))
        self.note = Note("", self, blocks=True)
        words = _("Reason to go ahead")
        self.reason = LineField(words, self, hint=words, width=Size.READING, longest=1000)
        self.reason.returnPressed.connect(self._give)
        self.leave = PushButton(_("Put it back"), self)
        self.leave.clicked.connect(self.left)
        self.go = PrimaryButton(_("Move it"), self)
        self.go.clicked.connect(self._give)
        row = Row(gap=Gap.S)
        row.add(self.reason)
        row.add(self.leave, self.go)
        row.addStretch(1)
        column.add(self.note)
        column.addLayout(row)
        self.hide()

    def ask(self, sentence: str, *, answerable: bool) -> None:
        """Say what stands against the move, and ask for the reason where this person's would do."""
        self.note.words.setText(sentence)
        self.setAccessibleName(sentence)
        self.reason.clear()
        self.reason.set_wrong(False)
        self.reason.setVisible(answerable)
        self.go.setVisible(answerable)
        self.show()
        (self.reason if answerable else self.leave).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves it."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _give(self) -> None:
        reason = self.reason.value()
        self.reason.set_wrong(not reason)
        if reason:
            self.given.emit(reason)


class Mover(QObject):
    """Works for one diary: asks the service about the case in hand, and moves it."""

    def __init__(
        self,
        place: Place[DiaryTarget],
        desk: Desk,
        view: DiaryView,
        version_of: Callable[[BookingId], int | None],
    ) -> None:
        super().__init__(place)
        self._place = place
        self._desk = desk
        self._view = view
        self._version_of = version_of
        self._version: tuple[BookingId, int] | None = None
        self.why = WhyMove(place)
        self.why.given.connect(self._go_ahead)
        self.why.left.connect(self.put_back)
        hand = view.hand
        hand.begun.connect(self._surround)
        hand.dropped.connect(self._dropped)
        hand.fixed.connect(self._say_fixed)
        hand.left.connect(self._left)

    @property
    def hand(self) -> Dragging:
        """The case in hand."""
        return self._view.hand

    def put_back(self) -> None:
        """Leave the case where it was."""
        self.hand.put_back()
        self._view.setFocus()

    def _say_fixed(self, why: str) -> None:
        messages.info(why)

    def _left(self) -> None:
        self.why.hide()
        self._version = None

    # What surrounds it.

    def _surround(self) -> None:
        hand = self.hand.hand
        if hand is None:
            return
        booking = hand.block.booking_id
        if self._version is None or self._version[0] != booking:
            self.why.hide()
            self._place.clear_problem()
            version = self._version_of(booking)
            self._version = None if version is None else (booking, version)
        days = tuple(self._view.geometry_now.sheet.axis.days)
        run_query(
            self._place,
            partial(moving.prepare, self._desk, booking, days),
            done=self._known,
            failed=self._unknown,
            latest="hand",
        )

    def _known(self, context: MoveContext) -> None:
        hand = self.hand.hand
        if hand is None or hand.block.booking_id != context.booking.id:
            return
        self.hand.surround(context)
        work = partial(
            fitting_starts,
            context,
            targets(self._view.geometry_now.sheet),
            hand.spot.minutes,
            self._desk.clock.now(),
        )
        run_query(self._place, work, done=partial(self._fits, context), latest="fits")

    def _fits(self, context: MoveContext, fits: dict[str, tuple[Span, ...]]) -> None:
        hand = self.hand.hand
        if hand is not None and hand.context is context:
            self.hand.show_fits(fits)

    def _unknown(self, fault: ClinicDeskError) -> None:
        """Nothing can be judged beforehand; the move itself will say."""
        self._place.show_problem(fault.sentence)

    # The move.

    def _dropped(self) -> None:
        self._move("")

    def _go_ahead(self, reason: str) -> None:
        self.why.hide()
        self._move(reason)

    def _move(self, reason: str) -> None:
        hand = self.hand.hand
        if hand is None or self._version is None:
            self.put_back()
            return
        self._place.clear_problem()
        booking, version = self._version
        run_command(
            self._place,
            partial(_moved, self._desk, booking, version, hand.drop, reason),
            done=partial(self._done, booking),
            failed=partial(self._refused, booking),
            said=told,
            undo=partial(moving.undo, self._desk),
        )

    def _done(self, booking: BookingId, _moved: Moved) -> None:
        if self._holds(booking):
            self._version = None
            self.hand.done()
            self._view.setFocus()

    def _holds(self, booking: BookingId) -> bool:
        """Whether a case is in hand still: the next one may be, while the answer to the last was on its way."""
        return self.hand.hand is not None and self.hand.hand.block.booking_id == booking

    def _refused(self, booking: BookingId, fault: ClinicDeskError) -> None:
        if not self._holds(booking):
            self._place.show_problem(fault.sentence)
            return
        if isinstance(fault, NeedsReason):
            hand = self.hand.hand
            judged = hand.judged if hand is not None else None
            sentence = why_asked(judged) if judged is not None and judged.asks else fault.sentence
            self.why.ask(sentence, answerable=fault.answerable)
            self.hand.await_reason()
            return
        self.put_back()
        self._place.show_problem(fault.sentence)


def told(done: Moved) -> str:
    """What was done, and what it brought with it."""
    return " ".join(_told(done))


def _told(done: Moved) -> list[str]:
    starts = done.after.starts
    if done.resized_only or starts is None:
        length = fmt.duration(done.after.draft.minutes)
        said = [_("{patient}: now {length}.").format(patient=done.patient, length=length)]
    else:
        there = ", ".join((*((fmt.short_moment(starts),) if starts != done.before.starts else ()), *done.to))
        said = [_("{patient} moved to {when}.").format(patient=done.patient, when=there)]
    if done.unconfirmed:
        said.append(_("To be confirmed again."))
    if done.away_again:
        said.append(_("No longer marked as arrived."))
    if done.outdated:
        said.append(papers.out_of_date(done.outdated))
    return said


def _moved(desk: Desk, booking: BookingId, version: int, drop: Drop, reason: str) -> Done[Moved]:
    return moving.move(
        desk, booking, version, drop.starts, minutes=drop.minutes, units=dict(drop.units), reason=reason
    )
