"""What stands against the booking, where the decision is made: clashes by name, advices, and the reason they ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.advice import Advice, AdviceKey
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.clashes import Obstacle, summary
from clinicdesk.i18n import _
from clinicdesk.services.booking import BookingCheck
from clinicdesk.ui.kit import Column, LineField, MutedLabel, Note, Rule
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.layout import Scroll
from clinicdesk.ui.theme import Gap, Size, theme

_MOST = 152
_SHARE = 0.2
"""Unscaled height, and share of the window's, from which the sentences scroll."""


class Verdict(QWidget):
    """Shows a `BookingCheck`, and takes the reason that its advices ask for."""

    reason_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = Column(self, gap=Gap.NONE)
        outer.addWidget(Rule(self))
        column = Column(gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        outer.addLayout(column)
        self._said: list[Note] = []
        self._notes = QWidget(self)
        self._lines = Column(self._notes, gap=Gap.XS)
        self._scroll = Scroll(self._notes, self)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.reason = LineField(
            _("Reason to go ahead"), self, hint=_("Reason to go ahead"), width=Size.READING
        )
        self.reason.setMaxLength(1000)
        self.reason.changed.connect(self._reason_typed)
        self.times = MutedLabel("", self, wrap=True)
        column.add(self._scroll, self.reason, self.times)
        theme().changed.connect(self._fit)
        self.show_check(None)

    def sentences(self) -> list[str]:
        """Everything said, the worst first."""
        return [note.words.text() for note in self._said]

    def show_check(self, check: BookingCheck | None, *, can_request: bool = True) -> None:
        """Show what came of a check; None while there is nothing to check yet."""
        self._clear()
        if check is not None:
            for sentence in _clashes(check.clashes):
                self._add(sentence, blocks=True)
            for advice in _worth_saying(check):
                self._add(advice.sentence, blocks=advice in check.open)
            if check.open and not check.may_answer:
                self._add(_("This takes a surgeon, an anesthesia provider or an administrator."), blocks=True)
                if can_request:
                    self._add(_("You can keep it as a request."), blocks=False)
        asks = check is not None and bool(check.open) and check.may_answer and not check.clashes
        self.reason.setVisible(asks)
        words = "" if check is None else _times(check)
        self.times.setText(words)
        self.times.setVisible(bool(words))
        self._scroll.setVisible(bool(self._said))
        self.setVisible(check is not None and (bool(words) or bool(self._said)))
        self._fit()

    def _add(self, sentence: str, *, blocks: bool) -> None:
        note = Note(sentence, self._notes, blocks=blocks)
        self._said.append(note)
        self._lines.addWidget(note)

    def _clear(self) -> None:
        for note in self._said:
            self._lines.removeWidget(note)
            note.hide()
            note.deleteLater()
        self._said = []

    def _fit(self) -> None:
        """As tall as what is said, up to a limit from which it scrolls."""
        margin = theme().px(Gap.L) * 2
        width = max(1, self.width() - margin)
        tall = sum(note.heightForWidth(width) + theme().px(Gap.XS) for note in self._said)
        self._scroll.setFixedHeight(round(min(tall, theme().px(_MOST), self.window().height() * _SHARE)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _reason_typed(self, _text: str) -> None:
        self.reason_changed.emit()


def _worth_saying(check: BookingCheck) -> list[Advice]:
    """Where the patient's other booking clashes, it need not be told again that there is one."""
    elsewhere = any(ResourceKind.PATIENT in obstacle.kinds for obstacle in check.clashes)
    return [advice for advice in check.advices if not (elsewhere and advice.key is AdviceKey.SAME_DAY)]


def _clashes(obstacles: Iterable[Obstacle]) -> list[str]:
    lines = [summary(obstacle, say) for obstacle in obstacles if obstacle.holders]
    return [line if line.endswith(".") else f"{line}." for line in lines]


def say(starts: datetime, ends: datetime) -> str:
    """A stretch of time as the person reads times; with the days where it runs into another one."""
    if fmt.local(starts).date() == fmt.local(ends).date():
        return fmt.clock_range(starts, ends)
    return _("{start} to {end}").format(start=fmt.short_moment(starts), end=fmt.short_moment(ends))


def _times(check: BookingCheck) -> str:
    """When to come, when to stop eating and drinking, and when it will be over."""
    words = []
    if check.arrive is not None:
        words.append(_("Arrive {time}").format(time=fmt.clock(check.arrive)))
    if check.fasting is not None:
        words.append(_("stop eating {time}").format(time=_before(check.fasting.stop_eating, check)))
        words.append(_("stop drinking {time}").format(time=_before(check.fasting.stop_drinking, check)))
    if check.home is not None:
        words.append(_("home {time}").format(time=_before(check.home, check)))
    return " · ".join(words)


def _before(instant: datetime, check: BookingCheck) -> str:
    """A time, with its day where that is not the day of the case."""
    return fmt.near(instant, check.draft.starts)
