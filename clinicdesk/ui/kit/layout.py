"""Layouts on the grid of four that follow the scale, and plain grounds to lay them on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.ui.theme import Gap, Size, theme

Margin = int | tuple[int, int] | tuple[int, int, int, int]
"""Unscaled: one for all sides, (across, down), or (left, top, right, bottom)."""


def _sides(margin: Margin) -> tuple[int, int, int, int]:
    if isinstance(margin, int):
        return margin, margin, margin, margin
    if len(margin) == 2:
        return margin[0], margin[1], margin[0], margin[1]
    return margin


def _space(layout: QLayout, gap: int, margin: Margin) -> None:
    layout.setSpacing(theme().px(gap))
    left, top, right, bottom = (theme().px(side) for side in _sides(margin))
    layout.setContentsMargins(left, top, right, bottom)


class Column(QVBoxLayout):
    """Things under one another, `gap` apart, inside `margin`; both unscaled (see `theme.Gap`)."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = Gap.S, margin: Margin = Gap.NONE) -> None:
        super().__init__()
        self._gap, self._margin = gap, margin
        theme().changed.connect(self._rescale)
        self._rescale()
        if parent is not None:
            parent.setLayout(self)

    def _rescale(self) -> None:
        _space(self, self._gap, self._margin)

    def add(self, *items: QWidget | QLayout, stretch: int = 0) -> None:
        """Add several at once."""
        _add(self, items, stretch)


class Row(QHBoxLayout):
    """Things side by side, `gap` apart, inside `margin`; both unscaled (see `theme.Gap`)."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = Gap.S, margin: Margin = Gap.NONE) -> None:
        super().__init__()
        self._gap, self._margin = gap, margin
        theme().changed.connect(self._rescale)
        self._rescale()
        if parent is not None:
            parent.setLayout(self)

    def _rescale(self) -> None:
        _space(self, self._gap, self._margin)

    def add(self, *items: QWidget | QLayout, stretch: int = 0) -> None:
        """Add several at once."""
        _add(self, items, stretch)


class Grid(QGridLayout):
    """A grid, `gap` apart across and `down` apart down, inside `margin`; all unscaled."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        gap: int = Gap.M,
        down: int = Gap.S,
        margin: Margin = Gap.NONE,
    ) -> None:
        super().__init__()
        self._gap, self._down, self._margin = gap, down, margin
        theme().changed.connect(self._rescale)
        self._rescale()
        if parent is not None:
            parent.setLayout(self)

    def _rescale(self) -> None:
        _space(self, self._gap, self._margin)
        self.setHorizontalSpacing(theme().px(self._gap))
        self.setVerticalSpacing(theme().px(self._down))


def _add(box: QBoxLayout, items: tuple[QWidget | QLayout, ...], stretch: int) -> None:
    for item in items:
        if isinstance(item, QWidget):
            box.addWidget(item, stretch)
        else:
            box.addLayout(item, stretch)


class Panel(QFrame):
    """A plain ground: "surface" to read on, "window" between, "sunken" beside the work."""

    def __init__(self, parent: QWidget | None = None, *, ground: str = "surface") -> None:
        super().__init__(parent)
        self.setProperty("ground", ground)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class Rule(QFrame):
    """A hairline between two parts."""

    def __init__(self, parent: QWidget | None = None, *, upright: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("rule")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        if upright:
            self.setFixedWidth(Size.HAIRLINE)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        else:
            self.setFixedHeight(Size.HAIRLINE)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class Scroll(QScrollArea):
    """Scrolls `content` up and down; never sideways."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        content.setAutoFillBackground(False)


class Stack(QStackedWidget):
    """Several widgets in one place, one of them shown; sized by the one that is shown."""

    def show_only(self, widget: QWidget) -> None:
        """Show `widget`, adding it first if it is new."""
        if self.indexOf(widget) < 0:
            self.addWidget(widget)
        self.setCurrentWidget(widget)
