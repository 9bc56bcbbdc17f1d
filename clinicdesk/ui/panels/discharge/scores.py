"""A recovery score as the categories to choose from: never a number typed in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.discharge import READY_AT, Score, ScoreItem, Signature
from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, MutedLabel, PlainLabel, Row, SegmentedRow, StrongLabel
from clinicdesk.ui.kit import format as words
from clinicdesk.ui.theme import Gap


class ScoreForm(QWidget):
    """One score: a row of three categories for each line, and the sum once all are chosen."""

    changed = Signal()

    def __init__(self, title: str, items: tuple[ScoreItem, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = items
        self._rows: dict[str, SegmentedRow] = {}
        column = Column(self, gap=Gap.S)
        self.title = StrongLabel(title, self)
        self.sum = PlainLabel("", self)
        self.signed = MutedLabel("", self)
        head = Row(gap=Gap.M)
        head.addWidget(self.title)
        head.addWidget(self.sum)
        head.addStretch(1)
        head.addWidget(self.signed)
        column.addLayout(head)
        for item in items:
            row = SegmentedRow(f"{title}: {item.label}", item.options, self)
            row.changed.connect(self.changed)
            name = MutedLabel(item.label, self)
            name.setBuddy(row)
            line = Column(gap=Gap.XS)
            line.add(name, row)
            column.addLayout(line)
            self._rows[item.key] = row
        self.changed.connect(self._show_sum)
        self._show_sum()

    def chosen(self) -> dict[str, int]:
        """The points of the lines that have a choice."""
        return {key: row.value() for key, row in self._rows.items() if row.value() is not None}

    def lines(self) -> tuple[tuple[str, str, SegmentedRow], ...]:
        """Key, name and row of each line."""
        return tuple((item.key, item.label, self._rows[item.key]) for item in self._items)

    def row(self, key: str) -> SegmentedRow:
        """The row of a line."""
        return self._rows[key]

    def show_score(self, score: Score, signed: Signature | None) -> None:
        """Show what is stored, and whose it is."""
        for key, row in self._rows.items():
            row.blockSignals(True)
            row.set_value(score.chosen.get(key))
            row.blockSignals(False)
        self._show_sum()
        self.signed.setVisible(signed is not None)
        if signed is not None:
            self.signed.setText(
                _("{name}, {time}").format(name=signed.name, time=words.short_moment(signed.at))
            )

    def _show_sum(self) -> None:
        score = Score(self._items, self.chosen())
        if score.total is None:
            left = len(self._items) - len(score.chosen)
            text = _("{left} of {all} lines still open").format(left=left, all=len(self._items))
        elif score.is_ready:
            text = _("{total} of 10: ready").format(total=score.total)
        else:
            text = _("{total} of 10: wait, {least} is needed").format(total=score.total, least=READY_AT)
        self.sum.setText(text)
        self.sum.set_tone("" if score.is_ready else "muted" if score.total is None else "problem")
