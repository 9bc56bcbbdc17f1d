"""What marks unsaved work: "Not saved yet" beside the title, and above the fields when it was typed."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit import Banner, BannerKind, MutedLabel, QuietButton, Row
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap


class UnsavedMark(QWidget):
    """ "Not saved", and the button that throws it away; in the line of the title, so nothing beneath moves.

    In a panel with a foot the button is put there instead, in the line of the one that saves.
    """

    thrown_away = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = Row(self, gap=Gap.S)
        self.label = MutedLabel(_("Not saved"), self)
        self.throw_button = QuietButton(_("Throw away"), self)
        self.throw_button.set_tip(_("Forget what you typed here and show what is stored."))
        self.throw_button.clicked.connect(self.thrown_away)
        row.add(self.label, self.throw_button)
        self.set_shown(False)

    def set_shown(self, shown: bool) -> None:
        """Whether there is unsaved work."""
        self.setVisible(shown)
        self.throw_button.setVisible(shown)


class KeptStrip(Banner):
    """Says that what stands in the fields was typed before and kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(BannerKind.INFO, "", parent, closable=True)
        self.hide()

    def show_since(self, since: datetime | None) -> None:
        """Say when it was typed (UTC); nothing where it was typed in this window."""
        if since is not None:
            moment = fmt.moment(since)
            self.set_text(_("You typed this on {moment} and did not save it.").format(moment=moment))
        self.setVisible(since is not None)


__all__ = ["KeptStrip", "UnsavedMark"]
