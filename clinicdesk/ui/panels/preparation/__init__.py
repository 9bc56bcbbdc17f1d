"""Preparation of one case: its checklist, and the call that confirms it."""

from clinicdesk.ui.panels.preparation.checklist import ChecklistPanel
from clinicdesk.ui.panels.preparation.confirm_panel import ConfirmPanel

__all__ = ["ChecklistPanel", "ConfirmPanel"]
