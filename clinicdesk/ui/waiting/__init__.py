"""The waiting list: who waits, what they wish, and who can take a time that came free."""

from clinicdesk.ui.waiting.add_panel import AddPanel
from clinicdesk.ui.waiting.entry_panel import EntryPanel
from clinicdesk.ui.waiting.hole_panel import HolePanel
from clinicdesk.ui.waiting.place import WaitingPlace

__all__ = ["AddPanel", "EntryPanel", "HolePanel", "WaitingPlace"]
