"""What the pages of the sign-in window are made of."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import PushButton
from clinicdesk.ui.kit.fields import Field, SecretField
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Column, Row
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


class ShowButton(PushButton):
    """Shows the letters of a password while it is pressed in."""

    def __init__(self, field: SecretField, parent: QWidget) -> None:
        super().__init__(_("Show"), parent)
        self._field = field
        self.setCheckable(True)
        self.setAccessibleName(_("Show the password"))
        self.toggled.connect(self._show)

    def _show(self, shown: bool) -> None:
        self._field.set_shown(shown)
        self.setText(_("Hide") if shown else _("Show"))


def clock_words(seconds: int) -> str:
    """``Wait 0:05``."""
    return _("Wait {time}").format(time=f"{seconds // 60}:{seconds % 60:02d}")
