"""Tells every view what kinds of things changed; each view decides for itself whether to load again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from clinicdesk.domain.changes import Changes


class Hub(QObject):
    """One place where all changes of this window's program are announced, on the GUI thread."""

    changed = Signal(object)
    """Carries a `clinicdesk.domain.changes.Changes`."""

    initiator: QObject | None = None
    """While changes are announced: who made them and may show them already; None for those of others."""

    def announce(self, changes: Changes, initiator: QObject | None = None) -> None:
        """Tell every view of ``changes`` that ``initiator`` made."""
        self.initiator = initiator
        try:
            self.changed.emit(changes)
        finally:
            self.initiator = None


_hub: Hub | None = None


def hub() -> Hub:
    """The one hub. Connect a bound method: `hub().changed.connect(self.refresh)`."""
    global _hub
    if _hub is None:
        _hub = Hub()
    return _hub
