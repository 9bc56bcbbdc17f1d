"""Who can take a time that came free, a panel at the right: whom to call first, the number in large, and why.

Opened by ``HoleLeftBy`` for what a booking gave back, by ``HoleAt`` for a free stretch of the diary, or by
``SoonestHole``.

Up and Down choose, N, M and D note what came of the call, Enter asks and Enter again books; B books at once.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.waiting import Hole, OfferOutcome
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import waiting
from clinicdesk.services.desk import Desk
from clinicdesk.services.waiting import Fitting, Taken
from clinicdesk.ui.case.waiting import words
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import CaseOf, HoleAt, HoleLeftBy, HoleTarget, SoonestHole, WaitingEntryOf
from clinicdesk.ui.kit import (
    LineField,
    MutedLabel,
    Note,
    PlainLabel,
    PrimaryButton,
    PushButton,
    QuietButton,
    Row,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_command, run_query
from clinicdesk.ui.panels.waiting.candidates import CandidateList
from clinicdesk.ui.theme import Gap, Size

_LOOK_AGAIN = frozenset(
    {Subject.BOOKING, Subject.PREPARATION, Subject.RESOURCE, Subject.CLOSURE, Subject.BLOCK}
)
_OUTCOMES = (OfferOutcome.NO_ANSWER, OfferOutcome.MESSAGE_LEFT, OfferOutcome.DECLINED)
_ALL_THE_REST = 1000
"""The list takes the room that is left; without a list what is said stands at the top."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS = {
    Qt.Key.Key_N: OfferOutcome.NO_ANSWER,
    Qt.Key.Key_M: OfferOutcome.MESSAGE_LEFT,
    Qt.Key.Key_D: OfferOutcome.DECLINED,
}


class HolePanel(SideView[HoleTarget]):
    """Those who wait and can really be booked in a hole."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Who can take it?"))
        self._target: HoleTarget = SoonestHole()
        self._hole: Hole | None = None
        self._taking = False
        self._asked: BookingId | None = None  # whom the reason that is being typed is about
        self._wants_keyboard = False  # a change from elsewhere takes it from nobody
        self.where = PlainLabel("", self, wrap=True)
        self.none = MutedLabel("", self, wrap=True)
        self.none.hide()
        self.list = CandidateList(self)
        self.list.chosen.connect(self._chosen)
        self.list.itemDoubleClicked.connect(self._double_clicked)
        self.takes = MutedLabel("", self, wrap=True)
        self.asks = Note("", self, blocks=True)
        self.reason = LineField(_("Reason"), self, hint=_("Reason to go ahead"), width=Size.SIDE_PANEL)
        self.reason.returnPressed.connect(self.take)
        self.add(self.where, self.none)
        self.body.addWidget(self.list, _ALL_THE_REST)
        self.keys = MutedLabel(_("N, M, D note the call. Enter twice, or B, books."), self, wrap=True)
        self.add(self.takes, self.asks, self.reason, self._build_outcomes(), self.keys)
        self.body.addStretch(1)
        self.entry_button = PushButton(_("Wishes…"), self)
        self.entry_button.clicked.connect(self._open_entry)
        self.take_button = PrimaryButton("", self)
        self.take_button.clicked.connect(self.take)
        self.add_foot(self.entry_button, self.take_button)
        self._chosen()

    def _build_outcomes(self) -> QWidget:
        self.outcomes = QWidget(self)
        row = Row(self.outcomes, gap=Gap.XS)
        labels = {
            OfferOutcome.NO_ANSWER: (_("No answer"), "N"),
            OfferOutcome.MESSAGE_LEFT: (_("Message"), "M"),
            OfferOutcome.DECLINED: (_("Declined"), "D"),
        }
        self.outcome_buttons = {}
        for outcome in _OUTCOMES:
            text, key = labels[outcome]
            button = QuietButton(text, self.outcomes)
            button.set_tip(outcome.label, key)
            button.clicked.connect(partial(self._note, outcome))
            self.outcome_buttons[outcome] = button
            row.addWidget(button)
        row.addStretch(1)
        return self.outcomes

    # Showing.

    def open_target(self, target: HoleTarget) -> None:
        """Show who fits."""
        self._target = target
        self._hole = None
        self.problem_panel.clear()
        self.reason.set_value("")
        self.list.show_fits((), fmt.today())
        self.none.hide()
        self.where.setText("")
        self.list.setFocus()
        self._wants_keyboard = True
        self._load()

    def refresh(self, changes: Changes) -> None:
        """Look again where the diary changed."""
        if touches(changes, _LOOK_AGAIN):
            self._load()

    def _load(self) -> None:
        run_query(self, partial(_read, self.desk, self._target), done=self._show, latest="fits")

    def _show(self, fitting: Fitting | None) -> None:
        self._hole = fitting.hole if fitting is not None else None
        hole = self._hole
        self.set_title(
            _("Who can take {time}?").format(time=fmt.clock(hole.wanted)) if hole else _("Who can take it?")
        )
        self.where.setText(words.whose(hole) if hole else "")
        self.where.setVisible(hole is not None)
        fits = fitting.fits if fitting is not None else ()
        self.list.show_fits(fits, fmt.today())
        self.list.setVisible(bool(fits))
        self.none.setText(_nobody(fitting))
        self.none.setVisible(not fits)
        if self._wants_keyboard:
            self._wants_keyboard = False
            (self.list if fits else self.close_button).setFocus()

    def _chosen(self) -> None:
        """Say what the chosen one would get, and what stands against it."""
        fit = self.list.fit_chosen()
        for widget in (self.takes, self.outcomes, self.keys, self.take_button, self.entry_button):
            widget.setVisible(fit is not None)
        asks = fit is not None and bool(fit.asks)
        self.asks.setVisible(asks)
        self.reason.setVisible(asks and fit is not None and fit.may_answer)
        if fit is None:
            return
        if fit.entry.booking_id != self._asked:
            self._asked = fit.entry.booking_id
            self.reason.set_value("")
        self.asks.words.setText(fit.asks)
        self.takes.setText(_("Would take {units}").format(units=", ".join(fit.takes)))
        self.take_button.set_words(_("Book {time}").format(time=fmt.clock(fit.starts)))
        self.take_button.set_tip(_("Book {patient}").format(patient=fit.entry.patient), "B")

    # Keys.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.reason.hasFocus() and key != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif key in _KEYS:
            self._note(_KEYS[key])
        elif key == Qt.Key.Key_B or (key in _ENTER and self.take_button.hasFocus()):
            self.take()
        elif key in _ENTER and self.list.fit_chosen() is not None:
            self._arm()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.take_button.hasFocus():
            self.list.setFocus()
            self.list.setCurrentRow(self.list.currentRow() + (1 if key == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def _arm(self) -> None:
        """The first key of two: the button says what the second does."""
        target = self.reason if self.reason.isVisibleTo(self) else self.take_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # What somebody did.

    def take(self) -> None:
        """Book the chosen one."""
        fit = self.list.fit_chosen()
        if fit is None or self._taking:
            return
        self._taking = True
        self.problem_panel.clear()
        entry = fit.entry
        run_command(
            self,
            partial(
                waiting.take,
                self.desk,
                entry.booking_id,
                entry.version,
                fit.starts,
                fit.units,
                reason=self.reason.value() if fit.asks else "",
                number=entry.phone,
            ),
            done=self._taken,
            failed=self._refused,
            said=_("Booked: {patient}, {time}").format(
                patient=entry.patient, time=fmt.short_moment(fit.starts)
            ),
            undo=partial(waiting.put_back, self.desk),
        )

    def _taken(self, taken: Taken) -> None:
        self._taking = False
        self.shell.open(CaseOf(booking_id=taken.after.id))

    def _refused(self, fault: ClinicDeskError) -> None:
        """Somebody was quicker, or a reason is asked for: say so, and look again who fits."""
        self._taking = False
        self.show_problem(fault.sentence)
        self._wants_keyboard = True
        self._load()

    def _note(self, outcome: OfferOutcome, _checked: bool = False) -> None:
        fit = self.list.fit_chosen()
        if fit is None:
            return
        entry = fit.entry
        if outcome is OfferOutcome.DECLINED:
            self._choose_next()
        run_command(
            self,
            partial(
                waiting.note_call,
                self.desk,
                entry.booking_id,
                outcome,
                number=entry.phone,
                offered=fit.starts,
            ),
            said=_("{patient}: {outcome}").format(patient=entry.patient, outcome=outcome.label.lower()),
        )

    def _choose_next(self) -> None:
        """Who declined goes down the list; the next one to call is chosen."""
        row = self.list.currentRow()
        if row + 1 < self.list.count():
            self.list.setCurrentRow(row + 1)

    def _open_entry(self) -> None:
        fit = self.list.fit_chosen()
        if fit is not None:
            self.shell.open(WaitingEntryOf(booking_id=fit.entry.booking_id))

    def _double_clicked(self, _item: object) -> None:
        self._arm()


def _read(desk: Desk, target: HoleTarget) -> Fitting | None:
    if isinstance(target, HoleLeftBy):
        return waiting.fits_left(desk, target.booking_id)
    if isinstance(target, HoleAt):
        hole = waiting.hole_at(desk, target.starts, target.unit)
    else:
        hole = next(iter(waiting.holes_left(desk)), None)
    return None if hole is None else waiting.fits(desk, hole)


def _nobody(fitting: Fitting | None) -> str:
    if fitting is None:
        return _("Nothing is free here any more.")
    if not fitting.waiting:
        return _("Nobody waits for a time.")
    return _("Nobody on the waiting list fits: too long, not on that day, or a unit they need is taken.")
