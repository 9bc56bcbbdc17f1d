"""Labels. Every one of them shows plain text, whatever a person typed: `<img src=...>` stays seven letters."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from clinicdesk.ui.theme import Rank, theme


class PlainLabel(QLabel):
    """Text as it is, never markup: the only label allowed to show data.

    `wrap` breaks long text over lines; `elide` shortens it to one line with "…" and the whole in the tip;
    `selectable` lets it be copied with the mouse.
    """

    rank = Rank.BODY
    tone = ""
    _elide = False  # known before __init__ is through: Qt asks for sizes while it runs

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        wrap: bool = False,
        elide: bool = False,
        selectable: bool = False,
        rank: Rank | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._rank = rank or self.rank
        self._elide = elide
        self.setWordWrap(wrap and not elide)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if self.tone:
            self.setProperty("tone", self.tone)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme().changed.connect(self._restyle)
        self._restyle()
        self.setText(text)

    def _restyle(self) -> None:
        self.setFont(theme().font(self._rank))
        self.updateGeometry()

    def set_rank(self, rank: Rank) -> None:
        """Give the text another rank."""
        if rank is not self._rank:
            self._rank = rank
            self._restyle()

    def set_tone(self, tone: str) -> None:
        """ "" for usual text, "muted", "problem" or "emergency"."""
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)

    def minimumSizeHint(self) -> QSize:
        if not self._elide:
            return super().minimumSizeHint()
        return QSize(self.fontMetrics().averageCharWidth() * 3, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        box = self.contentsRect()
        short = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(self.alignment()) | Qt.TextFlag.TextSingleLine, short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tip()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._tip()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tip()

    def _tip(self) -> None:
        if self._elide:
            cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
            self.setToolTip(_plain_tip(self.text()) if cut else "")


def _plain_tip(text: str) -> str:
    """A tip guesses its format; a leading escape keeps markup in data from being one."""
    return f"<qt>{_escaped(text)}</qt>" if text else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def plain_tip(text: str) -> str:
    """`text` for `setToolTip`, shown letter by letter whatever it contains, and wrapped."""
    return _plain_tip(text)


class StrongLabel(PlainLabel):
    """Body text with weight."""

    rank = Rank.STRONG


class MutedLabel(PlainLabel):
    """Second-rank text."""

    rank = Rank.SMALL
    tone = "muted"


class SectionLabel(PlainLabel):
    """The title of a section: 1.25."""

    rank = Rank.SECTION


class TitleLabel(PlainLabel):
    """The patient's name and big phone numbers: 1.6."""

    rank = Rank.TITLE
