"""Who can take a time that came free, a panel at the right: whom to call first, the number in large, and why.

Opened by ``HoleLeftBy`` for what a booking gave back, by ``HoleAt`` for a free stretch of the diary, or by
``SoonestHole``.

Up and Down choose, N, M and D note what came of the call, Enter asks and Enter again books; B books at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from clinicdesk.domain.calling import Ringing
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.waiting import Fit, Hole, OfferOutcome
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import waiting
from clinicdesk.services.desk import Desk
from clinicdesk.services.waiting import Fitting, Taken
from clinicdesk.ui.calling.attempt_bar import AttemptBar
from clinicdesk.ui.calling.dialing import Dialing
from clinicdesk.ui.case.waiting import words
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import (
    CaseOf,
    HoleAt,
    HoleLeftBy,
    HoleTarget,
    PanelKey,
    WaitingEntryOf,
    hole_of,
)
from clinicdesk.ui.kit import (
    LineField,
    MutedLabel,
    Note,
    PlainLabel,
    PrimaryButton,
    PushButton,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.waiting.candidates import CandidateList
from clinicdesk.ui.theme import Size

_OUTCOMES = (
    OfferOutcome.NO_ANSWER,
    OfferOutcome.MESSAGE_LEFT,
    OfferOutcome.DECLINED,
    OfferOutcome.WRONG_NUMBER,
)
_ALL_THE_REST = 1000
"""The list takes the room that is left; without a list what is said stands at the top."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the panel shows; ``fitting`` is None where nothing is free any more."""

    fitting: Fitting | None

    @property
    def hole(self) -> Hole | None:
        return None if self.fitting is None else self.fitting.hole

    @property
    def fits(self) -> tuple[Fit, ...]:
        return () if self.fitting is None else self.fitting.fits


class HolePanel(Keyed[_Found], SideView[HoleTarget]):
    """Those who wait and can really be booked in a hole. A reason that is typed belongs to one of them, at one time."""

    other_subjects = frozenset(
        {Subject.BOOKING, Subject.PREPARATION, Subject.RESOURCE, Subject.CLOSURE, Subject.BLOCK}
    )

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Who can take it?"))
        self.begin_life()
        self._reasons: dict[str, str] = {}
        self._moved_on = QElapsedTimer()
        self._wants_keyboard = False  # a change from elsewhere takes it from nobody
        self.where = PlainLabel("", self, wrap=True)
        self.none = MutedLabel("", self, wrap=True)
        self.none.hide()
        self.list = CandidateList(self)
        self.list.chosen.connect(self._chosen)
        self.list.itemDoubleClicked.connect(self._double_clicked)
        self.dialing = Dialing(_("Whom to call"), self)
        self.outcomes = AttemptBar(_OUTCOMES, self)
        self.outcomes.tried.connect(self._note)
        self.dialing.changed.connect(self._number_changed)
        self.takes = MutedLabel("", self, wrap=True)
        self.asks = Note("", self, blocks=True)
        self.reason = LineField(_("Reason"), self, hint=_("Reason to go ahead"), width=Size.SIDE_PANEL)
        self.reason.changed.connect(self._reason_typed)
        self.reason.returnPressed.connect(self.take)
        self.add(self.where, self.none)
        self.body.addWidget(self.list, _ALL_THE_REST)
        self.keys = MutedLabel(_("N, M, D note the call. Enter twice, or B, books."), self, wrap=True)
        self.add(self.dialing, self.outcomes, self.takes, self.asks, self.reason, self.keys)
        self.body.addStretch(1)
        self.entry_button = PushButton(_("Wishes…"), self)
        self.entry_button.clicked.connect(self._open_entry)
        self.take_button = PrimaryButton("", self)
        self.take_button.clicked.connect(self.take)
        self.add_foot(self.entry_button, self.take_button)
        self.typed.add_made(
            "reasons",
            _("Reason to go ahead"),
            lambda: dict(self._reasons),
            self._put_reasons,
            self.reason.changed,
            words=_listed,
            widget=self.reason,
        )
        self._chosen()

    # Showing.

    def open_target(self, target: HoleTarget) -> None:
        """Show who fits."""
        self._wants_keyboard = True
        self.open_for(target.key)

    def read(self, key: PanelKey) -> _Found:
        return _Found(_read(self.desk, hole_of(key)))

    def read_again(self, key: PanelKey) -> _Found:
        return self.read(key)

    def version_of(self, view: _Found) -> int:
        del view
        return 0

    def name_of(self, view: _Found) -> str:
        return words.free_at(view.hole) if view.hole is not None else ""

    def show_nothing(self) -> None:
        """No hole."""
        self._reasons = {}
        self.set_title(_("Who can take it?"))
        self.where.setText("")
        self.none.hide()
        self.list.show_fits((), fmt.today())

    def show_view(self, view: _Found, *, fresh: bool) -> None:
        del fresh
        hole, fits = view.hole, view.fits
        self._reasons = {}
        self.set_title(
            _("Who can take {time}?").format(time=fmt.clock(hole.wanted)) if hole else _("Who can take it?")
        )
        self.where.setText(words.whose(hole) if hole else "")
        self.where.setVisible(hole is not None)
        self.list.show_fits(fits, fmt.today())
        self.list.setVisible(bool(fits))
        self.none.setText(_nobody(view.fitting))
        self.none.setVisible(not fits)

    def shown(self, view: _Found, *, fresh: bool) -> None:
        if self._wants_keyboard:
            self._wants_keyboard = False
            (self.list if view.fits else self.close_button).setFocus()

    def _chosen(self) -> None:
        """Say what the chosen one would get, and what stands against it."""
        fit = self.list.fit_chosen()
        for widget in (
            self.dialing,
            self.takes,
            self.outcomes,
            self.keys,
            self.take_button,
            self.entry_button,
        ):
            widget.setVisible(fit is not None)
        asks = fit is not None and bool(fit.asks)
        self.asks.setVisible(asks)
        self.reason.setVisible(asks and fit is not None and fit.may_answer)
        self._show_reason()
        self.dialing.show_ringing(Ringing() if fit is None else fit.entry.ringing)
        if fit is None:
            return
        self.asks.words.setText(fit.asks)
        self.takes.setText(_("Would take {units}").format(units=", ".join(fit.takes)))
        self.take_button.set_words(_("Book {time}").format(time=fmt.clock(fit.starts)))
        self.take_button.set_tip(_("Book {patient}").format(patient=fit.entry.patient), "B")

    def _show_reason(self) -> None:
        fit = self.list.fit_chosen()
        with self.typed.filling():
            self.reason.set_value("" if fit is None else self._reasons.get(_name(fit), ""))

    def _reason_typed(self) -> None:
        fit = self.list.fit_chosen()
        if fit is None:
            return
        self._reasons.pop(_name(fit), None)
        if self.reason.text():
            self._reasons[_name(fit)] = self.reason.text()

    def _put_reasons(self, reasons: dict[str, str]) -> None:
        self._reasons = dict(reasons)
        self._show_reason()

    # Keys.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.reason.hasFocus() and key != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.outcomes.take_key(key):
            return
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
        if fit is None:
            return
        entry = fit.entry
        self.send(
            partial(
                waiting.take,
                self.desk,
                entry.booking_id,
                entry.version,
                fit.starts,
                fit.units,
                reason=self.reason.value() if fit.asks else "",
                number=self._number(),
            ),
            then=self._taken,
            said=_("Booked: {patient}, {time}").format(
                patient=entry.patient, time=fmt.short_moment(fit.starts)
            ),
            undo=partial(waiting.put_back, self.desk),
        )

    def _taken(self, taken: Taken) -> None:
        self.shell.open(CaseOf(booking_id=taken.after.id))

    def show_refusal(self, error: ClinicDeskError) -> None:
        """Somebody was quicker, or a reason is asked for: say so; who fits now is looked up again."""
        super().show_refusal(error)
        self._wants_keyboard = True

    def _number(self) -> str:
        phone = self.dialing.chosen()
        return "" if phone is None else phone.number

    def _number_changed(self) -> None:
        self.outcomes.show_for(self.dialing.chosen())

    def _note(self, outcome: OfferOutcome) -> None:
        fit = self.list.fit_chosen()
        if fit is None or self._has_just_moved_on():
            return
        entry = fit.entry
        self.do(
            partial(
                waiting.note_call,
                self.desk,
                entry.booking_id,
                outcome,
                number=self._number(),
                offered=fit.starts,
            ),
            then=partial(self._noted, fit, outcome),
            said=_("{patient}: {outcome}").format(patient=entry.patient, outcome=outcome.label.lower()),
            part=entry.booking_id,
        )

    def _has_just_moved_on(self) -> bool:
        """Whether the next one came under the hand a moment ago: the second press of a double click is not for them."""
        return self._moved_on.isValid() and not self._moved_on.hasExpired(QApplication.doubleClickInterval())

    def _noted(self, fit: Fit, outcome: OfferOutcome, _value: None) -> None:
        chosen = self.list.fit_chosen()
        if outcome is OfferOutcome.DECLINED and chosen is not None and _name(chosen) == _name(fit):
            self._choose_next()
            self._moved_on.start()

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


def _name(fit: Fit) -> str:
    """Whom a reason is about, and for which time."""
    return f"{fit.entry.booking_id}@{fit.starts.isoformat()}"


def _listed(reasons: dict[str, str]) -> str:
    return "; ".join(reasons.values())


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
