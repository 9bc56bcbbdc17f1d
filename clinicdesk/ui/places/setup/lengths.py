"""How long a procedure really took, by surgeon and number of levels, under the catalogue's lengths."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _, ngettext
from clinicdesk.services import durations
from clinicdesk.services.desk import Desk
from clinicdesk.services.durations import Suggestion
from clinicdesk.ui.kit import Column, Grid, MutedLabel, PlainLabel, StrongLabel
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap, Rank

_COLUMNS = 6


class LearnedLengths(QWidget):
    """A small table that only tells: what is planned for whom, and from how many cases."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._key = ""
        column = Column(self, gap=Gap.XS)
        self.note = MutedLabel("", self, wrap=True)
        column.addWidget(self.note)
        self._holder = QWidget(self)
        self._grid = Grid(self._holder, gap=Gap.M, down=Gap.XS)
        column.addWidget(self._holder)
        self._cells: list[QWidget] = []

    def show_procedure(self, key: str) -> None:
        """Look up one procedure; an empty key shows nothing."""
        self._key = key
        self._show(key, ())
        if key:
            run_query(
                self,
                partial(durations.of_procedure, self._desk, key),
                done=partial(self._show, key),
                latest="lengths",
            )

    def lines(self) -> list[str]:
        """What the table says, a line each."""
        words = [cell.text() for cell in self._cells if isinstance(cell, PlainLabel)]
        return [", ".join(words[n : n + _COLUMNS]) for n in range(0, len(words), _COLUMNS)]

    def _show(self, key: str, rows: Sequence[Suggestion]) -> None:
        if key != self._key:
            return
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells = []
        self._holder.setVisible(bool(rows))
        self.setVisible(bool(rows))
        if not rows:
            return
        self.note.setText(
            _(
                "A surgeon with {least} cases or more is planned by those; until then by the catalogue."
            ).format(least=rows[0].least_cases)
        )
        headings = (_("Surgeon"), _("Levels"), _("Cases"), _("Half took up to"), _("Planned"), _("Catalogue"))
        self._add_row(0, [StrongLabel(words, self._holder, wrap=True) for words in headings])
        for number, row in enumerate(rows, start=1):
            self._add_row(
                number,
                [PlainLabel(words, self._holder, rank=Rank.FIGURES, wrap=True) for words in _words(row)],
            )

    def _add_row(self, number: int, cells: Sequence[QWidget]) -> None:
        for place, cell in enumerate(cells):
            self._grid.addWidget(cell, number, place)
        self._cells += cells


def _words(row: Suggestion) -> tuple[str, ...]:
    learned = row.learned
    if learned is None:
        left = row.least_cases - row.cases
        half = ngettext("{n} case to go", "{n} cases to go", left).format(n=left)
        planned = fmt.duration(row.catalogue)
    else:
        half = fmt.duration(round(learned.median))
        planned = _("{length} ({low} to {high})").format(
            length=fmt.duration(learned.planned), low=round(learned.low), high=round(learned.high)
        )
    return (row.surgeon, str(row.level_count), str(row.cases), half, planned, fmt.duration(row.catalogue))
