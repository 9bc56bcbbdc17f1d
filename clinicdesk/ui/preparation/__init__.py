"""Preparation: what is missing before the cases to come, the checklist of one, and the calls that confirm them."""

from clinicdesk.ui.preparation.checklist import ChecklistPanel
from clinicdesk.ui.preparation.confirm_panel import ConfirmPanel
from clinicdesk.ui.preparation.place import PreparePlace

__all__ = ["ChecklistPanel", "ConfirmPanel", "PreparePlace"]
