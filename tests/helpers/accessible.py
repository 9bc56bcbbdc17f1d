"""Every control that can be reached has a name that a screen reader can say."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTextEdit,
    QWidget,
)

_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTextEdit,
)


def nameless(widget: QWidget) -> list[str]:
    """The controls in ``widget`` (and itself) that have no accessible name, as type and path."""
    return [
        _path(one, widget)
        for one in (widget, *widget.findChildren(QWidget))
        if _must_have_name(one) and not _name(one)
    ]


def markup_labels(widget: QWidget) -> list[str]:
    """The labels in ``widget`` that would read what they show as markup."""
    return [
        _path(label, widget)
        for label in widget.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText and not _of_qt(label)
    ]


def assert_accessible(widget: QWidget) -> None:
    """Fail for a control without a name, and for a label that is not plain text."""
    assert nameless(widget) == []
    assert markup_labels(widget) == []


def _must_have_name(widget: QWidget) -> bool:
    if _of_qt(widget) or isinstance(widget, QScrollBar | QLabel):  # a label says what it shows
        return False
    focusable = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    return isinstance(widget, _CONTROLS) or (focusable and type(widget) is not QWidget)


def _name(widget: QWidget) -> str:
    name = widget.accessibleName()
    if not name and isinstance(widget, QAbstractButton):
        name = widget.text()
    return name.strip()


def _of_qt(widget: QWidget) -> bool:
    """Parts that Qt puts into its own widgets: viewports, the buttons of a line edit or a calendar."""
    if widget.objectName().startswith("qt_"):
        return True
    parent = widget.parentWidget()
    inner = (
        "QComboBoxPrivateContainer",
        "QComboBoxListView",
        "QLineEditIconButton",
        "QTableCornerButton",
        "QCalendarView",
    )
    return widget.metaObject().className() in inner or (
        parent is not None and parent.objectName().startswith("qt_")
    )


def _path(widget: QWidget, root: QWidget) -> str:
    names: list[str] = []
    here: QWidget | None = widget
    while here is not None and here is not root:
        names.append(type(here).__name__ + (f"#{here.objectName()}" if here.objectName() else ""))
        here = here.parentWidget()
    return " < ".join(names) or type(root).__name__
