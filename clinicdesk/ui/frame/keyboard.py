"""Where the keyboard is while fields are filled anew: in the same field, at the same letter, with the same selection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget


@contextmanager
def keyboard_kept(panel: QWidget) -> Iterator[None]:
    """Whatever happens in here, who types in a field of ``panel`` goes on typing where they were."""
    focus = QApplication.focusWidget()
    if focus is None or not panel.isAncestorOf(focus):
        yield
        return
    kind, name = type(focus), focus.accessibleName()
    before = _alike(panel, kind, name)
    place = before.index(focus) if focus in before else 0
    put_back = _spot(focus)
    yield
    there = _alike(panel, kind, name)
    field = focus if focus in there else next(iter(there[place:]), None)  # rows of fields are made anew
    if field is not None and field.isEnabled():
        if not field.hasFocus():
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        put_back(field)


def _alike(panel: QWidget, kind: type[QWidget], name: str) -> list[QWidget]:
    """The fields of one kind and name: the rows of a list have several. A dropped row is hidden, and there still."""
    found = (each for each in panel.findChildren(kind) if each.accessibleName() == name)
    return [each for each in found if not _was_hidden(each, panel)]


def _was_hidden(widget: QWidget | None, panel: QWidget) -> bool:
    """Whether the field or something around it was hidden: what is new is not shown yet, and was not hidden either."""
    while widget is not None and widget is not panel:
        if widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            return True
        widget = widget.parentWidget()
    return False


def _spot(field: QWidget) -> Callable[[Any], None]:
    """How the cursor and the selection of ``field`` are put back to where they are now, in it or in what took its place."""
    if isinstance(field, QLineEdit):
        return _spot_in_line(field)
    if isinstance(field, QPlainTextEdit):
        return _spot_in_note(field)
    return lambda _field: None


def _spot_in_line(line: QLineEdit) -> Callable[[QLineEdit], None]:
    text, at = line.text(), line.cursorPosition()
    start, length = line.selectionStart(), len(line.selectedText())

    def put_back(line: QLineEdit) -> None:
        if length and line.text() == text:
            backwards = at == start
            line.setSelection(start + length if backwards else start, -length if backwards else length)
        else:
            line.setCursorPosition(min(at, len(line.text())))

    return put_back


def _spot_in_note(note: QPlainTextEdit) -> Callable[[QPlainTextEdit], None]:
    text, cursor = note.toPlainText(), note.textCursor()
    anchor, at, seen = cursor.anchor(), cursor.position(), note.verticalScrollBar().value()

    def put_back(note: QPlainTextEdit) -> None:
        now = note.toPlainText()
        cursor = note.textCursor()
        cursor.setPosition(anchor if now == text else min(at, len(now)))
        cursor.setPosition(min(at, len(now)), QTextCursor.MoveMode.KeepAnchor)
        note.setTextCursor(cursor)
        note.verticalScrollBar().setValue(seen)

    return put_back


__all__ = ["keyboard_kept"]
