"""A language that nobody speaks: every translated text comes out accented, longer and in brackets.

What stands in a window without the brackets was never offered for translation, unless it is somebody's data.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QGroupBox, QLabel, QLineEdit, QTabBar, QWidget

from clinicdesk import i18n

_ACCENTED = str.maketrans("AEIOUYaeiouycnsz", "ÀÉÎÖÛÝàéîöûýçñšž")
# What is not for translators: {name}, &amp;, <b>.
_KEPT = re.compile(r"(\{[^{}]*\}|&\w+;|<[^<>]*>)")


class Pseudo(gettext.NullTranslations):
    """Turns ``Book {name}`` into ``⟦Böök {name}···⟧``: a third longer, as German is."""

    def gettext(self, message: str) -> str:
        """The one form."""
        parts = _KEPT.split(message)
        accented = "".join(part if _KEPT.fullmatch(part) else part.translate(_ACCENTED) for part in parts)
        return f"⟦{accented}{'·' * (len(message) // 3)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form for ``n``."""
        return self.gettext(msgid1 if n == 1 else msgid2)


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Speak it for as long as the block; the test's own fixture brings English back as well."""
    before = i18n._current
    i18n.use(Pseudo())
    try:
        yield
    finally:
        i18n.use(before)


def untranslated(window: QWidget, data: Iterable[str] = ()) -> set[str]:
    """The texts in ``window`` that did not go through translation; ``data`` are names and such that need not."""
    known = tuple(data)
    return {
        text
        for text in _texts(window)
        if re.search(r"[A-Za-z]{2}", text)
        and "⟦" not in text
        and not any(text in k or k in text for k in known)
    }


def _texts(window: QWidget) -> Iterator[str]:
    yield window.windowTitle()
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.toolTip(), widget.accessibleName())
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QGroupBox):
            yield widget.title()
        elif isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        elif isinstance(widget, QComboBox):
            yield from (widget.itemText(n) for n in range(widget.count()))
        elif isinstance(widget, QTabBar):
            yield from (widget.tabText(n) for n in range(widget.count()))
    yield from (action.text() for action in window.findChildren(QAction))
