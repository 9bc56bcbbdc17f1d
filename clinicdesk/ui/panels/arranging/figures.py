"""The day in figures, as it stands and as it would be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.arranging.proposal import Proposal
from clinicdesk.i18n import _
from clinicdesk.ui.kit import Grid, MutedLabel, PlainLabel
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap, Rank

Line = tuple[str, str, str]
"""What is measured, how it is now, and how it would be."""


class FiguresTable(QWidget):
    """A line for each room and each measure: what, now, then. What would change is set in bold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = Grid(self, gap=Gap.L, down=Gap.XS)
        self._grid.setColumnStretch(0, 1)
        for column, words in enumerate(("", _("Now"), _("Then"))):
            self._grid.addWidget(self._label(MutedLabel(words, self), column), 0, column)
        self._lines: list[tuple[PlainLabel, PlainLabel, PlainLabel]] = []

    def show_proposal(self, proposal: Proposal) -> None:
        """Show what a plan brings."""
        lines = list(lines_of(proposal))
        while len(self._lines) < len(lines):
            self._add_line()
        for labels, line in zip(self._lines, lines, strict=False):
            for label, text in zip(labels, line, strict=True):
                label.setText(text)
            labels[2].set_rank(Rank.STRONG if line[1] != line[2] else Rank.FIGURES)
        for number, labels in enumerate(self._lines):
            for label in labels:
                label.setVisible(number < len(lines))

    def _add_line(self) -> None:
        row = len(self._lines) + 1
        what, now = PlainLabel("", self, elide=True), PlainLabel("", self, rank=Rank.FIGURES)
        then = PlainLabel("", self, rank=Rank.FIGURES)
        for column, label in enumerate((what, now, then)):
            self._grid.addWidget(self._label(label, column), row, column)
        self._lines.append((what, now, then))

    def _label(self, label: PlainLabel, column: int) -> PlainLabel:
        if column:
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label


def lines_of(proposal: Proposal) -> Iterator[Line]:
    """The figures that a person compares."""
    for end in proposal.room_ends:
        yield _("{room} done").format(room=end.room), _clock(end.now), _clock(end.then)
    now, then = proposal.now, proposal.then
    if now.overtime or then.overtime:
        yield _("Past closing time"), _minutes(now.overtime), _minutes(then.overtime)
    yield _("Surgeons waiting"), _minutes(now.surgeon_idle), _minutes(then.surgeon_idle)
    yield _("Rooms empty in between"), _minutes(now.room_idle), _minutes(then.room_idle)
    changes = fmt.number(now.room_changes), fmt.number(then.room_changes)
    yield (_("Surgeons changing rooms"), *changes)


def _clock(at: datetime | None) -> str:
    return "–" if at is None else fmt.clock(at)  # noqa: RUF001 - a dash for nothing, as in print


def _minutes(minutes: int) -> str:
    return fmt.duration(minutes) if minutes else _("none")
