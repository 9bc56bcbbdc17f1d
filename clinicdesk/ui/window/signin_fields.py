"""What the pages of the sign-in window are made of."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.fields import Field, SecretField
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Column, Row
from clinicdesk.ui.kit.show_button import ShowButton
from clinicdesk.ui.theme import Gap

COLUMN = 360
"""How wide a page is, unscaled."""


def labelled(label: str, field: Field, parent: QWidget, *, shown_by: bool = False) -> Column:
    """A label over its field; with ``shown_by`` a button that shows the letters of a password."""
    column = Column(gap=Gap.XS)
    words = PlainLabel(label, parent)
    words.setBuddy(field)
    column.addWidget(words)
    row = Row(gap=Gap.S)
    row.addWidget(field, 100)
    if shown_by and isinstance(field, SecretField):
        row.addWidget(ShowButton(field, parent))
    row.addStretch(0)  # takes what a field at its full width leaves over
    column.addLayout(row)
    return column


def clock_words(seconds: int) -> str:
    """``Wait 0:05``."""
    return _("Wait {time}").format(time=f"{seconds // 60}:{seconds % 60:02d}")
