"""What stands between the patient and the door, as a short list with marks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.discharge import Missing
from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, PlainLabel, Row
from clinicdesk.ui.theme import Gap, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon


class Checklist(QWidget):
    """Each thing that is asked of this patient: done, or what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = Column(self, gap=Gap.S)
        self._lines: dict[Missing, tuple[_Icon, PlainLabel]] = {}
        for thing in Missing:
            icon, label = _Icon("check", self), PlainLabel("", self, wrap=True)
            row = Row(gap=Gap.S)
            row.addWidget(icon)
            row.addWidget(label, 1)
            self._column.addLayout(row)
            self._lines[thing] = (icon, label)

    def show_missing(self, asked: Sequence[Missing], missing: Sequence[Missing]) -> None:
        """Show the things ``asked`` of this patient; those ``missing`` with what to do."""
        for thing, (icon, label) in self._lines.items():
            icon.setVisible(thing in asked)
            label.setVisible(thing in asked)
            lacking = thing in missing
            icon.set_icon("warning" if lacking else "check")
            label.setText(
                thing.sentence if lacking else _("{thing}: done").format(thing=_capital(thing.label))
            )
            label.set_tone("" if lacking else "muted")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class _Icon(QWidget):
    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.update()

    def sizeHint(self) -> QSize:
        side = theme().px(Size.ICON)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        token = Token.WARNING_MARK if self._name == "warning" else Token.ACCENT
        paint_icon(QPainter(self), QRectF(self.rect()), self._name, theme().colour(token))
