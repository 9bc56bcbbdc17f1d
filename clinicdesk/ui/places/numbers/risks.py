"""Who is likely not to come: four sorts of patients, how often they missed, and what the two factors make likely."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.no_shows import LONG_WAIT_ODDS, MISSED_BEFORE_ODDS, NoShowRisk
from clinicdesk.i18n import _
from clinicdesk.services.numbers import Seen
from clinicdesk.ui.kit import Column, Grid, MutedLabel, Panel, PlainLabel, SectionLabel, StrongLabel
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.numbers import words
from clinicdesk.ui.theme import Gap, Rank


class RisksPanel(Panel):
    """A small table under the charts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.S, margin=Gap.M)
        column.addWidget(SectionLabel(_("Who is likely not to come"), self))
        column.addWidget(
            MutedLabel(
                _(
                    "Of the whole clinic. Two things tell most: an earlier no-show (odds {missed}) and a wait of over four "
                    "weeks (odds {long})."
                ).format(missed=_odds(MISSED_BEFORE_ODDS), long=_odds(LONG_WAIT_ODDS)),
                self,
                wrap=True,
            )
        )
        self._grid = Grid(gap=Gap.XL, down=Gap.XS)
        for number, heading in enumerate((_("Patient"), _("Missed here"), _("Likely by the odds"), "")):
            self._grid.addWidget(StrongLabel(heading, self), 0, number)
        self.lines = [[PlainLabel("", self, rank=Rank.FIGURES) for _cell in range(4)] for _row in range(4)]
        for row, cells in enumerate(self.lines, start=1):
            for number, cell in enumerate(cells):
                self._grid.addWidget(cell, row, number)
        self._grid.setColumnStretch(4, 1)
        column.addLayout(self._grid)

    def show_risks(self, risks: Sequence[Seen]) -> None:
        """Show the four sorts."""
        for cells, seen in zip(self.lines, risks, strict=True):
            sort, missed, likely, advice = cells
            sort.setText(_sort(seen.risk))
            missed.setText(
                _("{missed} of {cases}").format(missed=fmt.number(seen.missed), cases=fmt.number(seen.cases))
            )
            likely.setText(_("{percent} %").format(percent=words.percent(seen.risk.chance)))
            advice.setText(_("call twice") if seen.risk.call_twice else "")


def _sort(risk: NoShowRisk) -> str:
    return {
        (False, False): _("neither"),
        (False, True): _("waited over four weeks"),
        (True, False): _("missed before"),
        (True, True): _("missed before, and waited over four weeks"),
    }[risk.missed_before, risk.long_wait]


def _odds(value: float) -> str:
    return fmt.locale().toString(value, "f", 1)
