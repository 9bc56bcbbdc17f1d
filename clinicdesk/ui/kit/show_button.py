"""The button beside a password that shows its letters."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import PushButton
from clinicdesk.ui.kit.fields import SecretField


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
