"""What would move: a line for each case, with a tick to keep it where it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.arranging.clinic_day import Arrangeable
from clinicdesk.domain.arranging.proposal import Change, Proposal
from clinicdesk.domain.booking import BookingState, DiaryEntry
from clinicdesk.domain.ids import BookingId
from clinicdesk.i18n import _
from clinicdesk.ui import format as fmt
from clinicdesk.ui.kit import CheckField, Column, MutedLabel, PlainLabel, Row, Rule, StrongLabel
from clinicdesk.ui.theme import Gap, Rank


class ChangeLine(QWidget):
    """One case: who, what, from when and where to when and where, and whether it is kept."""

    def __init__(self, entry: DiaryEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.keep = CheckField(_("Keep {patient} where it is").format(patient=entry.patient), _("Keep"), self)
        self.keep.setAccessibleName(_("Keep {patient} where it is").format(patient=entry.patient))
        self.when = PlainLabel("", self, rank=Rank.FIGURES)
        self.where = MutedLabel("", self, elide=True)
        for label in (self.when, self.where):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        who, there = Column(gap=Gap.NONE), Column(gap=Gap.NONE)
        who.add(StrongLabel(entry.patient, self, elide=True), MutedLabel(_what(entry), self, elide=True))
        there.add(self.when, self.where)
        row = Row(gap=Gap.M)
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


class ChangeList(QWidget):
    """A line for every case that may move, by its present time; shown are those that would, and those that are kept."""

    kept_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = Column(self, gap=Gap.XS)
        self.lines: list[ChangeLine] = []

    def show_day(self, day: Arrangeable) -> None:
        """The cases of another day, or of the same one after a change: what was ticked of it still is."""
        kept = self.kept
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = []
        for entry, stays in zip(day.entries, day.stays, strict=True):
            if not stays:
                line = ChangeLine(entry, self)
                line.hide()
                line.keep.set_value(entry.booking_id in kept)
                line.keep.changed.connect(self.kept_changed)
                self._column.addWidget(line)
                self.lines.append(line)

    def show_proposal(self, proposal: Proposal) -> None:
        """What a plan would move. The lines stay what they are, so that the keyboard stays where it is."""
        changes = {change.booking_id: change for change in proposal.changes}
        for line in self.lines:
            change = changes.get(line.entry.booking_id)
            line.show_change(change)
            line.setVisible(change is not None or line.keep.value())

    @property
    def kept(self) -> tuple[BookingId, ...]:
        """The cases that are ticked."""
        return tuple(line.entry.booking_id for line in self.lines if line.keep.value())


def _what(entry: DiaryEntry) -> str:
    parts = [" ".join(filter(None, (entry.procedure, ", ".join(entry.levels)))), entry.surgeon]
    if entry.state is BookingState.CONFIRMED:
        parts.append(_("has confirmed"))
    return ", ".join(filter(None, parts))
