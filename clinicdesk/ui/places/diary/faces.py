"""What stands written on a block: as much as its size allows, measured once and kept.

The name comes first, then procedure and levels, then the surgeon; then less. The state's mark stays as long as there is
room for anything, because colour alone would say nothing to some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPixmap, QStaticText, QTransform

from clinicdesk.domain.ids import BookingId
from clinicdesk.ui.places.diary.blocks import CaseBlock
from clinicdesk.ui.places.diary.geometry import PlacedBlock
from clinicdesk.ui.places.diary.ink import Ink, TextFace

_MOST_KEPT = 6000
"""Elided texts kept before the store is emptied: several crowded weeks."""

_ENOUGH_LETTERS = 5
"""Heights of a line that a name wants for its width before marks give way to it."""

LEAST_SHOWN = 3
"""Signs of a shortened text, its dots included, beneath which nothing is written."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One line of text where it is drawn."""

    text: QStaticText
    at: QPointF


@dataclass(frozen=True, slots=True)
class Face:
    """Everything drawn for one block: its rectangles from the outside in, then text by font, then marks."""

    outline: QRectF
    ends: QRectF | None
    tint: QRectF
    bar: QRectF
    colour: QColor
    struck: bool
    heading: Writing | None
    heading_face: TextFace
    lines: tuple[Writing, ...]
    lines_face: TextFace
    marks: tuple[tuple[QPixmap, QPointF], ...]


class Faces:
    """Makes and keeps the faces of the blocks of one geometry, and the elided texts beyond it."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, int, str], QStaticText | None] = {}
        self._faces: dict[BookingId, Face] = {}

    def forget_places(self) -> None:
        """The blocks stand elsewhere: lay their faces out again. Elided texts are kept."""
        self._faces.clear()
        if len(self._texts) > _MOST_KEPT:
            self._texts.clear()

    def forget_all(self) -> None:
        """Fonts or colours changed."""
        self._faces.clear()
        self._texts.clear()

    def of(self, placed: PlacedBlock, ink: Ink) -> Face:
        """The face of a block of the current geometry."""
        key = placed.block.booking_id
        face = self._faces.get(key)
        if face is None:
            face = self._faces[key] = self._made(placed, ink)
        return face

    def _made(self, placed: PlacedBlock, ink: Ink) -> Face:
        block, state = placed.block, ink.states[placed.block.state]
        room = _text_room(placed, ink)
        heading_face = ink.small if room.face is ink.small else ink.strong
        needed = min(
            heading_face.metrics.horizontalAdvance(block.short_title), _ENOUGH_LETTERS * heading_face.height
        )
        marks = _marks(block, room, ink)
        head_width = room.width - _marks_width(len(marks), ink)
        if head_width < needed and room.rows > 1:  # narrow: the name has its row to itself
            room.marks_row, head_width = room.rows - 1, room.width
        else:
            while head_width < needed and len(marks) > 1:
                marks.pop()
                head_width = room.width - _marks_width(len(marks), ink)
        room.marks_width = _marks_width(len(marks), ink)
        heading = self._heading(block, room, head_width, heading_face)
        line, inset = ink.hairline, ink.pad // 2
        within = placed.rect.adjusted(line, line, -line, -line)
        bar = QRect(placed.body.topLeft(), QSize(state.bar_width, placed.body.height() - 2 * inset))
        return Face(
            outline=QRectF(placed.rect),
            ends=QRectF(within) if placed.body != placed.rect else None,
            tint=QRectF(within.intersected(placed.body)),
            bar=QRectF(bar.translated(inset, inset)),
            colour=state.text,
            struck=state.look.struck,
            heading=heading,
            heading_face=heading_face,
            lines=self._lines(block, room, head_width, heading_face, ink),
            lines_face=room.face,
            marks=_placed_marks(marks, room, ink),
        )

    def _heading(self, block: CaseBlock, room: _Room, width: int, face: TextFace) -> Writing | None:
        whole = face.metrics.horizontalAdvance(block.title) <= width
        return self._writing(
            block.title if whole else block.short_title, QPoint(room.left, room.top), width, room.row, face
        )

    def _lines(
        self, block: CaseBlock, room: _Room, head_width: int, heading_face: TextFace, ink: Ink
    ) -> tuple[Writing, ...]:
        """Return the lines beneath the heading, or beside it where there is a single row."""
        if room.rows == 1:
            used = heading_face.metrics.horizontalAdvance(block.title) + ink.wide_pad
            width = head_width - used
            if width < 3 * room.row:
                return ()
            texts, at = [_joined(block.lines, width, room.face)], QPoint(room.left + used, room.top)
        else:
            width, at = room.width, QPoint(room.left, room.top + room.row)
            texts = _in_rows(block, room.rows - 1, width, room.face)
        made = []
        for n, text in enumerate(texts):
            taken = room.marks_width if room.marks_row and n + 1 == room.marks_row else 0
            where = QPoint(at.x(), at.y() + n * room.row)
            made.append(self._writing(text, where, width - taken, room.row, room.face))
        return tuple(writing for writing in made if writing is not None)

    def _writing(self, text: str, at: QPoint, width: int, row: int, face: TextFace) -> Writing | None:
        if width <= 0 or not text:
            return None
        key = (text, width, face.font.key())
        if key not in self._texts:
            self._texts[key] = _elided(text, width, face)
        static = self._texts[key]
        if static is None:
            return None
        return Writing(static, QPointF(at.x(), at.y() + (row - face.height) // 2))


def _elided(text: str, width: int, face: TextFace) -> QStaticText | None:
    """Return the text as far as it fits, or None where hardly a letter of it would."""
    shown = face.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    if shown != text and len(shown) < LEAST_SHOWN:
        return None
    static = QStaticText(shown)
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.prepare(QTransform(), face.font)
    return static


@dataclass(slots=True)
class _Room:
    """Where text may stand on a block: ``rows`` of height ``row`` from the top."""

    left: int
    top: int
    width: int
    row: int
    rows: int
    face: TextFace
    marks_row: int = 0
    """The row at whose trailing end the marks stand."""
    marks_width: int = 0


def _text_room(placed: PlacedBlock, ink: Ink) -> _Room:
    """Return the room for text.

    Text starts where the procedure starts, unless setup has to lend its place to keep the first two lines.
    """
    rect, body, inset = placed.rect, placed.body, ink.pad // 2
    left = rect.left() + inset + ink.bar_room + ink.pad
    width = rect.right() - ink.pad - left
    top, row = body.top() + inset, ink.body.height
    if rect.bottom() - top < 2 * row:
        top = rect.top() + inset
    rows = (rect.bottom() - top) // row
    if rows > 0:
        return _Room(left, top, width, row, rows, ink.body)
    row = ink.small.height
    return _Room(left, rect.top() + (rect.height() - row) // 2, width, row, 1, ink.small)


def _in_rows(block: CaseBlock, rows: int, width: int, face: TextFace) -> list[str]:
    """Return the block's lines in so many rows: the last ones joined where they are too many and fit together.

    Where rows are left over, what is missing is said too.
    """
    texts = list(block.lines)
    if len(texts) > rows:
        return [*texts[: rows - 1], _joined(texts[rows - 1 :], width, face)]
    if len(texts) < rows and block.missing:
        texts.append(" · ".join(block.missing))
    return texts


def _joined(texts: Sequence[str], width: int, face: TextFace) -> str:
    """Return as many of the texts in one as fit; at least the first, which may have to be shortened."""
    joined = texts[0] if texts else ""
    for text in texts[1:]:
        longer = f"{joined} · {text}"
        if face.metrics.horizontalAdvance(longer) > width:
            break
        joined = longer
    return joined


def _marks(block: CaseBlock, room: _Room, ink: Ink) -> list[QPixmap]:
    """Return the marks of a block, the most important first."""
    wanted = [
        ink.emergency if block.emergency else None,
        ink.states[block.state].mark,
        ink.warning if block.missing and not block.emergency else None,
    ]
    marks = [mark for mark in wanted if mark is not None]
    while marks and _marks_width(len(marks), ink) > room.width + ink.pad:
        marks.pop()
    return marks


def _marks_width(count: int, ink: Ink) -> int:
    return count * (ink.mark_size + ink.pad)


def _placed_marks(marks: Sequence[QPixmap], room: _Room, ink: Ink) -> tuple[tuple[QPixmap, QPointF], ...]:
    """Return the marks from the trailing edge inwards, in their row of the room."""
    right = room.left + room.width + 1
    y = room.top + room.marks_row * room.row + (room.row - ink.mark_size) / 2
    return tuple(
        (mark, QPointF(right - _marks_width(n + 1, ink) + ink.pad, y)) for n, mark in enumerate(marks)
    )
