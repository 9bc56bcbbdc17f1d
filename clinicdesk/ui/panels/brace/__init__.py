"""The form for a new brace order."""

from clinicdesk.ui.panels.brace.form import BraceOrderForm

__all__ = ["BraceOrderForm"]
