"""What keeps a window fresh, and says at its foot when it is not: the minute, the waiting news, the lost connection."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import Wait, hub
from clinicdesk.ui.operations.minute import Minute
from clinicdesk.ui.window.typing_watch import TypingWatch
from clinicdesk.ui.window.window_bars import FootBar


class Freshness(QObject):
    """Runs from the window's start to its end."""

    def __init__(self, desk: Desk, foot: FootBar, window: QWidget) -> None:
        super().__init__(window)
        self._foot = foot
        self._waits = ""
        self._updated = ""
        self.minute = Minute(desk.clock, fmt.habits().zone, self)
        self.typing = TypingWatch(window)
        hub().waiting.connect(self._news_waits)
        hub().line.connect(self._show)

    def start(self) -> None:
        """Begin."""
        self.minute.start()

    def stop(self) -> None:
        """End: nothing ticks, nothing is held."""
        self.minute.stop()
        self.typing.stop()

    def say_updated(self) -> None:
        """The files of the program are those of another version by now."""
        self._updated = _("ClinicDesk was updated. Restart it when you are done here.")
        self._show()

    def _news_waits(self, why: Wait | None) -> None:
        self._waits = _words(why)
        self._show()

    def _show(self) -> None:
        """A lost connection is told before anything else."""
        self._foot.set_line(hub().lost or self._waits or self._updated, wrong=bool(hub().lost))


def _words(why: Wait | None) -> str:
    if why is Wait.TYPING:
        return _("New changes are shown when you stop typing.")
    if why is Wait.MOVING:
        return _("New changes are shown when you put the case down.")
    return ""
