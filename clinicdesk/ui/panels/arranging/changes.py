"""What would move: a line for each case, with a tick to keep it where it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.arranging.clinic_day import Arrangeable
from clinicdesk.domain.arranging.proposal import Change, Proposal
from clinicdesk.domain.booking import BookingState, DiaryEntry
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.levels import with_levels
from clinicdesk.i18n import _
from clinicdesk.ui.kit import CheckField, Column, MutedLabel, PlainLabel, Row, Rule, StrongLabel
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme


class ChangeLine(QWidget):
    """One case: who, what, from when and where to when and where, and whether it is kept."""

    pointed = Signal(object)
    """The mouse or the keyboard is at this line, or has left it; carries the `BookingId` or None."""
    chosen = Signal(object)
    """The line was clicked; carries the `BookingId`."""

    def __init__(self, entry: DiaryEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.lit = False
        self.keep = CheckField(_("Keep {patient} where it is").format(patient=entry.patient), _("Keep"), self)
        self.keep.setAccessibleName(_("Keep {patient} where it is").format(patient=entry.patient))
        self.when = PlainLabel("", self, rank=Rank.FIGURES)
        self.where = MutedLabel("", self, elide=True)
        for label in (self.when, self.where):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        who, there = Column(gap=Gap.NONE), Column(gap=Gap.NONE)
        who.add(StrongLabel(entry.patient, self, elide=True), MutedLabel(_what(entry), self, elide=True))
        there.add(self.when, self.where)
        self.keep.installEventFilter(self)
        row = Row(gap=Gap.M, margin=(Gap.S, Gap.XS, Gap.S, Gap.NONE))
        row.addLayout(who, 1)
        row.addLayout(there, 1)
        row.addWidget(self.keep)
        Column(self, gap=Gap.XS).add(row, Rule(self))

    def show_change(self, change: Change | None) -> None:
        """Show where the case would go; None where it stays."""
        now = fmt.clock(self.entry.starts)
        if change is None or not change.moves:
            self.when.setText(_("stays {time}").format(time=now))
        else:
            self.when.setText(_("{before} → {after}").format(before=now, after=fmt.clock(change.starts)))
        exchanged = () if change is None else change.exchanged
        self.where.setText(
            ", ".join(
                _("{before} → {after}").format(before=before, after=after) for before, after in exchanged
            )
            or self.entry.room
        )

    def light(self, *, on: bool) -> None:
        """Bring the line out from the others, or no longer."""
        if on != self.lit:
            self.lit = on
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed.emit(self.entry.booking_id)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self.entry.booking_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """With the keyboard a line is pointed at by its tick."""
        if event.type() == QEvent.Type.FocusIn:
            self.chosen.emit(self.entry.booking_id)
        elif event.type() == QEvent.Type.FocusOut:
            self.pointed.emit(None)
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.lit:
            painter = QPainter(self)
            painter.fillRect(QRectF(self.rect()), theme().colour(Token.SELECTED))
            painter.fillRect(QRectF(0, 0, theme().px(Size.BAR), self.height()), theme().colour(Token.ACCENT))


class ChangeList(QWidget):
    """A line for every case that may move, by its present time; shown are those that would, and those that are kept."""

    kept_changed = Signal()
    pointed = Signal(object)
    """The line that is pointed at is another one; carries its `BookingId` or None."""
    chosen = Signal(object)
    """A line was clicked, or reached with the keyboard; carries its `BookingId`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = Column(self, gap=Gap.XS)
        self.lines: list[ChangeLine] = []

    def clear(self) -> None:
        """No day."""
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = []

    def show_day(self, day: Arrangeable) -> None:
        """The cases of another day, or of the same one after a change: what was ticked of it still is."""
        kept = self.kept
        self.clear()
        for entry, stays in zip(day.entries, day.stays, strict=True):
            if not stays:
                line = ChangeLine(entry, self)
                line.hide()
                line.keep.set_value(entry.booking_id in kept)
                line.keep.changed.connect(self.kept_changed)
                line.pointed.connect(self.pointed)
                line.chosen.connect(self.chosen)
                self._column.addWidget(line)
                self.lines.append(line)

    def show_proposal(self, proposal: Proposal) -> None:
        """What a plan would move. The lines stay what they are, so that the keyboard stays where it is."""
        changes = {change.booking_id: change for change in proposal.changes}
        for line in self.lines:
            change = changes.get(line.entry.booking_id)
            line.show_change(change)
            line.setVisible(change is not None or line.keep.value())

    def point_at(self, booking: BookingId | None) -> None:
        """Bring out the line of a case, or none."""
        for line in self.lines:
            line.light(on=line.entry.booking_id == booking)

    def line_of(self, booking: BookingId) -> ChangeLine | None:
        """The line of a case; None where it may not move at all."""
        return next((line for line in self.lines if line.entry.booking_id == booking), None)

    @property
    def kept(self) -> tuple[BookingId, ...]:
        """The cases that are ticked."""
        return tuple(line.entry.booking_id for line in self.lines if line.keep.value())


def _what(entry: DiaryEntry) -> str:
    parts = [with_levels(entry.procedure, entry.levels), entry.surgeon]
    if entry.state is BookingState.CONFIRMED:
        parts.append(_("has confirmed"))
    return ", ".join(filter(None, parts))
