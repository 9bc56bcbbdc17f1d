"""The one clock of a window: it ticks at each full minute, and knows when another day has begun.

A machine that slept ticks late, so whoever comes back to the window, or hears that it slept, lets it look at once.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer

from clinicdesk.clock import ClinicZone, Clock
from clinicdesk.domain.changes import EVERYTHING
from clinicdesk.ui.operations.hub import hub

_MINUTE = 60_000


class Minute(QObject):
    """Emits `Hub.minute` and `Hub.day_changed` on the clinic's clock."""

    def __init__(self, clock: Clock, zone: ClinicZone, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._zone = zone
        self._day = zone.day_of(clock.now())
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin to tick."""
        now = self._clock.now()
        self._timer.start(_MINUTE - now.second * 1000 - now.microsecond // 1000)

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def look(self) -> None:
        """See whether another day has begun: then everything that says "today" is loaded anew."""
        day = self._zone.day_of(self._clock.now())
        if day != self._day:
            self._day = day
            hub().day_changed.emit()
            hub().tell(EVERYTHING)

    def tick(self) -> None:
        """A minute has gone."""
        self.start()
        hub().minute.emit()
        self.look()
