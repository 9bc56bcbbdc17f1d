"""Everything the diary paints with, asked of the theme once a scheme, scale and screen: colours, pens, fonts, marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from clinicdesk.domain.booking import BookingState
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.geometry import Metrics
from clinicdesk.ui.theme import Gap, Mark, Rank, Size, StateLook, Token, paint_mark, theme

_KEPT_SHARE, _PREFERRED_SHARE = 0.6, 0.3
"""How much of the selected tint lies on block time."""

_ENDS_SHARE = 0.42
"""How much of a block's tint its lighter ends keep."""


_EDGE = 6
"""Unscaled height of the edge by which a case is made longer or shorter: enough to be hit."""


@dataclass(frozen=True, slots=True)
class BlockInk:
    """The fills of a block, from the outside in. ``dashes`` is the pen of an outline that is no promise yet."""

    outline: QBrush
    ends: QBrush
    tint: QBrush
    bar: QBrush
    dashes: QPen | None


@dataclass(frozen=True, slots=True)
class StateInk:
    """How blocks of one state are painted, and how once their time is past."""

    look: StateLook
    live: BlockInk
    past: BlockInk
    bar_width: int
    text: QColor
    mark: QPixmap | None


@dataclass(frozen=True, slots=True)
class TextFace:
    """A font with what is asked of it at every block."""

    font: QFont
    metrics: QFontMetrics
    height: int


class Ink:
    """The diary's colours and measures in the theme's current scheme and scale, for one device pixel ratio."""

    def __init__(self, device_ratio: float, zoom: float = 1.0) -> None:
        self.device_ratio = device_ratio
        look = theme()
        self.mark_size = look.px(Size.MARK)
        self.radius = look.px(Size.RADIUS)
        self.pad = look.px(Gap.XS)
        self.wide_pad = look.px(Gap.S)
        self.hairline = look.px(Size.HAIRLINE)
        self.focus_width = look.px(Size.FOCUS)
        self.strong = _face(look.font(Rank.STRONG))
        self.body = _face(look.font(Rank.BODY))
        self.small = _face(look.font(Rank.SMALL))
        self.figures = _face(look.font(Rank.FIGURES))
        self.surface = look.colour(Token.SURFACE)
        self.closed = look.colour(Token.SUNKEN)
        self.window = look.colour(Token.WINDOW)
        self.line = look.colour(Token.LINE)
        self.faint_line = _mixed(self.line, self.surface, 0.5)
        self.border = look.colour(Token.BORDER)
        self.text = look.colour(Token.TEXT)
        self.muted = look.colour(Token.TEXT_MUTED)
        self.accent = look.colour(Token.ACCENT)
        self.on_accent = look.colour(Token.ON_ACCENT)
        self.accent_text = look.colour(Token.ACCENT_TEXT)
        self.selected = look.colour(Token.SELECTED)
        self.now = look.colour(Token.NOW)
        self.past = look.colour(Token.PAST)
        self.gap = QBrush(self.border, Qt.BrushStyle.BDiagPattern)
        self.hatch = QBrush(self.line, Qt.BrushStyle.BDiagPattern)
        self.kept = _mixed(self.selected, self.surface, _KEPT_SHARE)
        self.preferred = _mixed(self.selected, self.surface, _PREFERRED_SHARE)
        self.bar_room = look.px(Size.BAR_STRONG)
        self.warning = self._mark_pixmap(Mark.WARNING, look.colour(Token.WARNING_MARK), self.surface)
        self.emergency = self._mark_pixmap(Mark.OCTAGON, look.colour(Token.EMERGENCY_TEXT), self.surface)
        self.states = {state: self._state_ink(state) for state in BookingState}
        self.header_height = look.px(Size.TOP_BAR)
        widest = max(self.figures.metrics.horizontalAdvance(fmt.clock(time(hour, 50))) for hour in (10, 22))
        self.gutter_width = widest + 2 * self.wide_pad
        self.metrics = Metrics(
            minute=2 * look.px(Size.ROW) * zoom / 60,
            least_block=self.small.height + self.focus_width,
            least_column=look.px(Size.FIELD_SHORT),
            gap=look.px(Gap.XS) // 2,
            margin=look.px(Gap.S),
            edge=look.px(_EDGE),
        )

    def _state_ink(self, state: BookingState) -> StateInk:
        look = theme().state(state.value)
        ends = _mixed(look.tint, self.surface, _ENDS_SHARE)
        fills = (look.tint if look.dashed else look.outline, ends, look.tint, look.bar)
        return StateInk(
            look=look,
            live=self._block_ink(fills, look.bar if look.dashed else None),
            past=self._block_ink(
                tuple(map(self.veiled, fills)), self.veiled(look.bar) if look.dashed else None
            ),
            bar_width=theme().px(Size.BAR_STRONG if look.strong else Size.BAR),
            text=look.text,
            mark=None if look.mark is Mark.NONE else self._mark_pixmap(look.mark, look.bar, look.tint),
        )

    def _block_ink(self, fills: tuple[QColor, ...], dashes: QColor | None) -> BlockInk:
        outline, ends, tint, bar = fills
        pen = None if dashes is None else QPen(dashes, self.hairline, Qt.PenStyle.DashLine)
        return BlockInk(QBrush(outline), QBrush(ends), QBrush(tint), QBrush(bar), pen)

    def veiled(self, colour: QColor) -> QColor:
        """The colour with the veil of the past over it, mixed once instead of at every repaint."""
        return _mixed(self.past, colour, self.past.alphaF())

    def _mark_pixmap(self, mark: Mark, colour: QColor, ground: QColor) -> QPixmap:
        """Return the mark drawn once, since drawing its path anew for every block would cost more than all text."""
        side = round(self.mark_size * self.device_ratio)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, QRectF(0, 0, side, side), mark, colour, ground)
        painter.end()
        pixmap.setDevicePixelRatio(self.device_ratio)
        return pixmap


def _face(font: QFont) -> TextFace:
    metrics = QFontMetrics(font)
    return TextFace(font, metrics, metrics.height())


def _mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return ``share`` of ``colour`` on ``ground``."""
    rest = 1 - share
    return QColor.fromRgbF(
        colour.redF() * share + ground.redF() * rest,
        colour.greenF() * share + ground.greenF() * rest,
        colour.blueF() * share + ground.blueF() * rest,
    )
