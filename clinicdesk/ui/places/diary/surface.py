"""What the parts of the diary ask of the view they belong to: what it shows, and a few things it does for them.

The view knows its parts and builds them; the parts know only this.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QPoint, QRect

from clinicdesk.ui.places.diary.geometry import Geometry
from clinicdesk.ui.places.diary.ink import Ink


class Source(Protocol):
    """What is shown and what it is painted with: enough to draw beside it."""

    @property
    def geometry_now(self) -> Geometry:
        """The sheet as it is laid out."""
        ...

    @property
    def ink(self) -> Ink:
        """What to paint with."""
        ...

    @property
    def offset(self) -> QPoint:
        """How far the content is scrolled."""
        ...

    @property
    def now(self) -> datetime:
        """The instant the now line shows."""
        ...


class Surface(Source, Protocol):
    """What is drawn on, scrolled and read out while a case is in hand. Rectangles are the content's."""

    @property
    def in_view(self) -> QRect:
        """The part of the content that is in view."""
        ...

    def bring_into_view(self, rect: QRect) -> None:
        """Scroll as little as shows a part of the content."""

    def scroll_by(self, across: int, along: int) -> None:
        """Scroll by so many logical pixels, as far as there is content."""

    def update_content(self, rect: QRect) -> None:
        """Paint a part of the content anew."""

    def update_view(self) -> None:
        """Paint all that is in view anew."""

    def describe(self, sentence: str) -> None:
        """Let a screen reader say this of what is selected or in hand."""

    def announce(self, sentence: str) -> None:
        """Let a screen reader say this now."""
