"""Who a new patient may already be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.patients import PatientLine
from clinicdesk.i18n import _
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    MutedLabel,
    PushButton,
    QuietButton,
    Row,
    StrongLabel,
)
from clinicdesk.ui.places.people.finding import line_facts
from clinicdesk.ui.theme import Gap


class AlikePanel(QWidget):
    """People very like the one being registered, each with a way to their page; hidden while there is nobody."""

    opened = Signal(int)
    """Carries the id of the patient who was recognised."""
    despite_asked = Signal()
    """It is someone else: register anyway."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[PatientLine, ...] = ()
        self.despite = QuietButton(_("Register anyway"), self)
        self.despite.clicked.connect(self.despite_asked)
        self.banner = Banner(
            BannerKind.WARNING, _("This may be the same person:"), self, actions=[self.despite]
        )
        self._list = QWidget(self)
        self._column = Column(self._list, gap=Gap.XS, margin=(Gap.L, Gap.XS, Gap.NONE, Gap.XS))
        column = Column(self, gap=Gap.NONE)
        column.add(self.banner, self._list)
        self.hide()

    def show_lines(self, lines: Sequence[PatientLine], *, refused: bool) -> None:
        """Show who is alike; `refused` once saving was refused for it, when the way past it is offered."""
        self.lines = tuple(lines)
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            self._column.addWidget(self._row(line))
        self.despite.setVisible(refused)
        self.setVisible(bool(lines))

    def clear(self) -> None:
        """Nobody is alike."""
        self.show_lines((), refused=False)

    def _row(self, line: PatientLine) -> QWidget:
        row = QWidget(self._list)
        across = Row(row, gap=Gap.S)
        open_button = PushButton(_("Open"), row)
        open_button.setAccessibleName(_("Open {name}").format(name=line.name))
        open_button.clicked.connect(partial(self._open, int(line.id)))
        across.addWidget(open_button)
        across.addWidget(StrongLabel(line.name, row))
        across.addWidget(MutedLabel(line_facts(line), row, elide=True), 1)
        return row

    def _open(self, patient_id: int, _checked: bool = False) -> None:
        self.opened.emit(patient_id)
