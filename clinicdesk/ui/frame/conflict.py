"""Where a colleague stored something else meanwhile: field by field, what each wants, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _, ngettext
from clinicdesk.ui.frame.typed import Difference
from clinicdesk.ui.kit import Banner, BannerKind, Column, PlainLabel, PushButton, Row, StrongLabel
from clinicdesk.ui.theme import Gap


class Differences(QWidget):
    """What was typed stands in the fields; here stands what the colleague stored, each with two buttons.

    Nothing is saved until every field is decided: one of the two would be lost without a word.
    """

    taken = Signal(str, object)
    """The colleague's value (as a plain value) is to stand in the field of this key."""
    asked = Signal()
    """There is something to decide: bring it into sight."""
    decided = Signal()
    """Every field is decided."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open: dict[str, QWidget] = {}
        column = Column(self, gap=Gap.S)
        self.banner = Banner(BannerKind.WARNING, "", self)
        column.addWidget(self.banner)
        self._rows = Column(gap=Gap.S)
        column.addLayout(self._rows)
        self.hide()

    @property
    def are_open(self) -> bool:
        """Whether a field is still to be decided."""
        return bool(self._open)

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields that are still to be decided."""
        return tuple(self._open)

    def show_all(self, differences: Sequence[Difference]) -> None:
        """Ask about these; what was asked before is answered by them or falls away."""
        self.clear()
        for difference in differences:
            row = self._row(difference)
            self._open[difference.key] = row
            self._rows.addWidget(row)
        self._say()
        if differences:
            self.asked.emit()

    def clear(self) -> None:
        """Nothing is to be decided any more."""
        for row in self._open.values():
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._open = {}
        self.hide()

    def _row(self, difference: Difference) -> QWidget:
        row = QWidget(self)
        down = Column(row, gap=Gap.XS)
        down.addWidget(StrongLabel(difference.label, row))
        down.addWidget(
            PlainLabel(_("You typed: {words}").format(words=difference.mine_words), row, wrap=True)
        )
        down.addWidget(
            PlainLabel(_("Stored now: {words}").format(words=difference.theirs_words), row, wrap=True)
        )
        across = Row(gap=Gap.S)
        keep = PushButton(_("Keep mine"), row)
        take = PushButton(_("Take the stored one"), row)
        keep.setAccessibleDescription(difference.label)
        take.setAccessibleDescription(difference.label)
        keep.clicked.connect(partial(self._decide, difference.key, None))
        take.clicked.connect(partial(self._decide, difference.key, difference))
        across.add(keep, take)
        across.addStretch(1)
        down.addLayout(across)
        return row

    def _decide(self, key: str, theirs: Difference | None, _checked: bool = False) -> None:
        row = self._open.pop(key, None)
        if row is None:
            return
        self._rows.removeWidget(row)
        row.hide()
        row.deleteLater()
        if theirs is not None:
            self.taken.emit(key, theirs.theirs)
        self._say()
        if not self._open:
            self.decided.emit()

    def _say(self) -> None:
        number = len(self._open)
        self.setVisible(number > 0)
        self.banner.set_text(
            ngettext(
                "A colleague stored something else in {number} field you changed. "
                "Choose what stands; until then nothing is saved.",
                "A colleague stored something else in {number} fields you changed. "
                "Choose what stands; until then nothing is saved.",
                number,
            ).format(number=number)
        )


__all__ = ["Differences"]
