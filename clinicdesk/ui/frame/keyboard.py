"""Where the keyboard is while fields are filled anew: in the same field, at the same letter, with the same selection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid


@contextmanager
def keyboard_kept(panel: QWidget) -> Iterator[None]:
    """Whatever happens in here, who types in a field of ``panel`` goes on typing where they were."""
    focus = QApplication.focusWidget()
    if focus is None or not panel.isAncestorOf(focus):
        yield
        return
    put_back = _spot(focus)
    yield
    if isValid(focus) and focus.isVisible() and focus.isEnabled():
        if not focus.hasFocus():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        put_back()


def _spot(field: QWidget) -> Callable[[], None]:
    """How the cursor and the selection of ``field`` are put back to where they are now."""
    if isinstance(field, QLineEdit):
        return _spot_in_line(field)
    if isinstance(field, QPlainTextEdit):
        return _spot_in_note(field)
    return lambda: None


def _spot_in_line(line: QLineEdit) -> Callable[[], None]:
    text, at = line.text(), line.cursorPosition()
    start, length = line.selectionStart(), len(line.selectedText())

    def put_back() -> None:
        if length and line.text() == text:
            backwards = at == start
            line.setSelection(start + length if backwards else start, -length if backwards else length)
        else:
            line.setCursorPosition(min(at, len(line.text())))

    return put_back


def _spot_in_note(note: QPlainTextEdit) -> Callable[[], None]:
    text, cursor = note.toPlainText(), note.textCursor()
    anchor, at, seen = cursor.anchor(), cursor.position(), note.verticalScrollBar().value()

    def put_back() -> None:
        now = note.toPlainText()
        cursor = note.textCursor()
        cursor.setPosition(anchor if now == text else min(at, len(now)))
        cursor.setPosition(min(at, len(now)), QTextCursor.MoveMode.KeepAnchor)
        note.setTextCursor(cursor)
        note.verticalScrollBar().setValue(seen)

    return put_back


__all__ = ["keyboard_kept"]
