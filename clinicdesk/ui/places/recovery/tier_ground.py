"""What the outcome of a call and a line of the review stand on: the tint of their tier, its mark beside the headline."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from clinicdesk.domain.redflags import Tier
from clinicdesk.ui.theme import Gap, Size, paint_mark, theme


class TierGround(QWidget):
    """A rounded ground in the tint of a tier. Who is built on it makes ``headline``, inside ``MARGIN``."""

    MARGIN = (Gap.L + Size.ICON_LARGE + Gap.S, Gap.S, Gap.M, Gap.S)
    """Room for the mark at the left; unscaled."""

    headline: QLabel

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._tier = Tier.NONE
        theme().changed.connect(self._restyle)

    @property
    def tier(self) -> Tier:
        """The tier shown."""
        return self._tier

    def labels(self) -> tuple[QLabel, ...]:
        """The words that are written in the tier's ink."""
        return (self.headline,)

    def _restyle(self) -> None:
        ink = theme().state(self._tier.value).text
        for label in self.labels():
            palette = label.palette()
            palette.setColor(label.foregroundRole(), ink)
            label.setPalette(palette)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme().state(self._tier.value)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.outline, Size.HAIRLINE))
        painter.setBrush(look.tint)
        radius = theme().px(Size.RADIUS)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side = theme().px(Size.ICON_LARGE)
        top = self.headline.y() + (self.headline.fontMetrics().height() - side) / 2
        paint_mark(painter, QRectF(theme().px(Gap.L), top, side, side), look.mark, look.bar, look.tint)
