"""Waiting: one entry of the list, a new one, and who can take a time that came free."""

from clinicdesk.ui.panels.waiting.add_panel import AddPanel
from clinicdesk.ui.panels.waiting.entry_panel import EntryPanel
from clinicdesk.ui.panels.waiting.hole_panel import HolePanel

__all__ = ["AddPanel", "EntryPanel", "HolePanel"]
